"""The verdict rule, as a table."""

from __future__ import annotations

import pytest

from analyzers.rule import locate_claims, verdict_by_rule
from analyzers.types import Claim
from corpus.types import Passage, Requirement

TEXT = "The Head of ML approves every release in Jira. Reviews happen every quarter. Squads skip reviews today."
PASSAGE = Passage(id="ps-1", document="d.md", sha256="0" * 64, text=TEXT, start=0, end=len(TEXT), locator="§ 1")
REQUIREMENT = Requirement(
    id="T-R1",
    text="t",
    must_state=("actor", "frequency"),
    query="q",
    objective="T",
    criteria=("CC8.1",),
    title="t",
    severity=3,
)


def claim(kind: str, anchor: str, facet: str | None = None, passage: str = "ps-1") -> Claim:
    return Claim(kind=kind, anchor=anchor, facet=facet, passage_id=passage, confidence=0.9)  # type: ignore[arg-type]


CORE = claim("core", "approves every release")
ACTOR = claim("facet", "Head of ML", "actor")
OFTEN = claim("facet", "every quarter", "frequency")
AGAINST = claim("opposite", "Squads skip reviews today")
INTENT = claim("intent", "Reviews happen every quarter")
SLIP = claim("core", "The Head of ML approves every relaese in Jira")


@pytest.mark.parametrize(
    ("claims", "verdict", "missing"),
    [
        ([CORE, ACTOR, OFTEN], "met", ()),
        ([CORE, ACTOR], "partial", ("frequency",)),
        ([CORE], "partial", ("actor", "frequency")),
        ([ACTOR, OFTEN], "absent", ()),
        ([INTENT, ACTOR, OFTEN], "absent", ()),
        ([], "absent", ()),
        ([CORE, ACTOR, OFTEN, AGAINST], "contradicted", ()),
        ([AGAINST], "contradicted", ()),
        ([claim("core", "text that is nowhere to be found in it"), ACTOR, OFTEN], "absent", ()),
        ([CORE, ACTOR, claim("facet", "every month", "frequency")], "partial", ("frequency",)),
        ([CORE, ACTOR, claim("facet", "every quarter", "deadline")], "partial", ("frequency",)),
        ([CORE, ACTOR, claim("facet", "every quarter", "frequency", "ps-other")], "partial", ("frequency",)),
        ([SLIP, ACTOR, OFTEN], "partial", ("actor", "frequency")),
    ],
)
def test_rule(claims: list[Claim], verdict: str, missing: tuple[str, ...]) -> None:
    ruling = verdict_by_rule(REQUIREMENT, locate_claims(claims, {"ps-1": PASSAGE}))
    assert (ruling.verdict, ruling.missing) == (verdict, missing)


def test_met_and_partial_always_cite_text_at_its_offsets() -> None:
    ruling = verdict_by_rule(REQUIREMENT, locate_claims([CORE, ACTOR, OFTEN], {"ps-1": PASSAGE}))
    assert ruling.citations
    for citation in ruling.citations:
        assert TEXT[citation.start : citation.end] == citation.quote
    assert {"core", "actor", "frequency"} <= {state for citation in ruling.citations for state in citation.states}


def test_an_approximate_core_never_gives_met() -> None:
    ruling = verdict_by_rule(REQUIREMENT, locate_claims([SLIP, ACTOR, OFTEN], {"ps-1": PASSAGE}))
    assert ruling.verdict == "partial" and ruling.approximate_only
