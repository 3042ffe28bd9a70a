"""Which units of the retrieved passages are read for a requirement."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from corpus.types import Passage, Requirement
from corpus.units import unit_spans
from retrieval.search import Hit
from retrieval.terms import affinity, heading_stems, requirement_terms, stems_of

UNITS = 10
"""Units read for each requirement: on the dev companies the first 10 hold 0.93 of all labelled evidence, 20 hold 0.96,
at twice the time."""
FUSION_K = 20
"""Constant of the rank fusion; smaller than for passages, since the lists are short."""


@dataclass(frozen=True)
class Unit:
    """`passage.text[start:end]`, the rank of its passage (0 is best) and its affinity to the requirement's terms."""

    passage: Passage
    start: int
    end: int
    rank: int = 0
    affinity: float = 0.0

    @property
    def text(self) -> str:
        """Its words."""
        return self.passage.text[self.start : self.end]


def candidate_units(requirement: Requirement, hits: Sequence[Hit], limit: int = UNITS) -> list[Unit]:
    """The most promising units of the hits: by their passage's rank and by the requirement's terms, best first."""
    terms = requirement_terms(requirement)
    made = [
        Unit(
            hit.passage,
            start,
            end,
            rank,
            affinity(terms, stems_of(hit.passage.text[start:end]), heading_stems(hit.passage)),
        )
        for rank, hit in enumerate(hits)
        for start, end in unit_spans(hit.passage.text)
    ]
    place = {i: position for position, i in enumerate(sorted(range(len(made)), key=lambda i: (-made[i].affinity, i)))}
    order = sorted(
        range(len(made)), key=lambda i: (-(1 / (FUSION_K + 2 * made[i].rank) + 1 / (FUSION_K + place[i])), i)
    )
    return [made[i] for i in order[:limit]]
