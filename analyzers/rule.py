"""The rule that turns located claims into a verdict: `met` needs the core action and every facet, by exact quotes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analyzers.locate import expand_to_sentence, locate_anchor
from analyzers.types import Citation, Claim, Verdict
from corpus.types import Passage, Requirement


@dataclass(frozen=True)
class LocatedClaim:
    """A claim whose anchor was found in the passage that was offered."""

    claim: Claim
    citation: Citation


@dataclass(frozen=True)
class Ruling:
    """Verdict with what it rests on."""

    verdict: Verdict
    missing: tuple[str, ...]
    citations: tuple[Citation, ...]
    approximate_only: bool
    why: str


def locate_claims(claims: Sequence[Claim], offered: Mapping[str, Passage]) -> list[LocatedClaim]:
    """Keep the claims about passages that were offered and whose anchor is in their text."""
    located = []
    for claim in claims:
        passage = offered.get(claim.passage_id)
        location = locate_anchor(claim.anchor, passage.text) if passage else None
        if passage is None or location is None:
            continue
        start, end = expand_to_sentence(passage, location)
        citation = Citation(
            document=passage.document,
            sha256=passage.sha256,
            locator=passage.locator_at(start),
            start=start,
            end=end,
            quote=passage.text[start - passage.start : end - passage.start],
            states=(claim.facet if claim.kind == "facet" and claim.facet else claim.kind,),
            approximate=location.approximate,
        )
        located.append(LocatedClaim(claim, citation))
    return located


def verdict_by_rule(requirement: Requirement, located: Sequence[LocatedClaim]) -> Ruling:
    """The rule of verdicts.

    - `contradicted`: a located statement of the opposite as current practice.
    - `met`: the core action and every facet of `must_state`, all located exactly.
    - `partial`: the core action, with a facet missing or anything located only approximately.
    - `absent`: no located core action; facets and intent alone never lift a verdict.
    """
    opposite = [item for item in located if item.claim.kind == "opposite" and not item.citation.approximate]
    core = [item for item in located if item.claim.kind == "core"]
    exact_core = [item for item in core if not item.citation.approximate]
    facets: dict[str, LocatedClaim] = {}
    for item in located:
        name = item.claim.facet
        if item.claim.kind == "facet" and name in requirement.must_state and not item.citation.approximate:
            assert name is not None
            best = facets.get(name)
            if best is None or item.claim.confidence > best.claim.confidence:
                facets[name] = item
    missing = tuple(name for name in requirement.must_state if name not in facets)
    if opposite:
        return Ruling("contradicted", (), _merge([*opposite, *core]), False, "the documents state the opposite")
    if not core:
        intent = [item for item in located if item.claim.kind == "intent"]
        why = "only intent or plans are stated" if intent else "no text mandates or describes it"
        return Ruling("absent", (), (), False, why)
    support = _merge([*core, *facets.values()])
    if missing:
        return Ruling("partial", missing, support, not exact_core, f"not stated: {', '.join(missing)}")
    if not exact_core:
        return Ruling("partial", requirement.must_state, support, True, "the text was located only approximately")
    return Ruling("met", (), support, False, "the action and every facet are stated")


def _merge(items: Sequence[LocatedClaim]) -> tuple[Citation, ...]:
    """One citation for each quote, carrying all that it states, strongest claim first."""
    merged: dict[tuple[str, int, int], Citation] = {}
    for item in items:
        key = (item.citation.sha256 + item.citation.document, item.citation.start, item.citation.end)
        known = merged.get(key)
        if known is None:
            merged[key] = item.citation
        else:
            states = tuple(dict.fromkeys([*known.states, *item.citation.states]))
            merged[key] = known.model_copy(
                update={"states": states, "approximate": known.approximate and item.citation.approximate}
            )
    return tuple(merged.values())
