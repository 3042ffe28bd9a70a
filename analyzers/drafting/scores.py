"""The anti-boilerplate gate: how much of a draft is about this company, and how much two companies' drafts share."""

from __future__ import annotations

import re
from collections.abc import Sequence

from pydantic import BaseModel, Field

from analyzers.drafting.facts import company_terms
from analyzers.drafting.types import Draft, Sentence

SHINGLE = 5
"""Words in a row that count as one shared piece."""
_COUNTED = ("practice", "proposal")


class DraftScores(BaseModel, frozen=True, extra="forbid"):
    """Counts over the sentences that speak of the company or its control."""

    sentences: int
    specific: int = Field(description="Sentences with a citation, a value or a name of this company")
    cited: int = Field(description="Factual sentences with a citation")
    factual: int
    blanks: int
    who: int = Field(description="Requirements for which a role is named or asked")
    when: int
    where: int
    how: int
    requirements: int

    @property
    def specific_share(self) -> float:
        """Share of counted sentences that would not fit any other company."""
        return self.specific / self.sentences if self.sentences else 0.0


def score_draft(draft: Draft) -> DraftScores:
    """Score one draft."""
    counted = [item for item in draft.sentences if item.kind in _COUNTED]
    practice = [item for item in counted if item.kind == "practice"]
    terms = company_terms([item.citation for item in practice if item.citation])
    by_requirement: dict[str, set[str]] = {}
    for item in counted:
        slots = {blank.slot for blank in item.blanks} | {value.slot for value in item.filled}
        slots |= set(item.citation.states) if item.citation else set()
        by_requirement.setdefault(item.requirement, set()).update(slots)
    by_requirement.pop("", None)

    def covered(*facets: str) -> int:
        return sum(bool(slots & set(facets)) for slots in by_requirement.values())

    return DraftScores(
        sentences=len(counted),
        specific=sum(_is_specific(item, terms) for item in counted),
        cited=sum(item.citation is not None for item in practice),
        factual=len(practice),
        blanks=len(draft.blanks),
        who=covered("actor"),
        when=covered("frequency", "deadline", "trigger", "date", "retention"),
        where=covered("system", "record", "artefact"),
        how=covered("mechanism", "rule", "threshold", "list", "coverage", "scope"),
        requirements=len(by_requirement),
    )


def _is_specific(sentence: Sentence, terms: frozenset[str]) -> bool:
    return bool(sentence.citation or sentence.filled or any(term in sentence.text for term in terms))


def shingle_overlap(one: Draft, other: Draft) -> float:
    """Jaccard share of five-word shingles of the sentences that speak of the companies, questions left out."""
    a, b = _shingles(one.sentences), _shingles(other.sentences)
    return len(a & b) / len(a | b) if a | b else 0.0


def _shingles(sentences: Sequence[Sentence]) -> set[tuple[str, ...]]:
    found: set[tuple[str, ...]] = set()
    for sentence in sentences:
        if sentence.kind in _COUNTED:
            words = re.findall(r"[a-z0-9]+", re.sub(r"\[ASK [^\]]*\]", " ", sentence.text).casefold())
            found.update(tuple(words[i : i + SHINGLE]) for i in range(len(words) - SHINGLE + 1))
    return found
