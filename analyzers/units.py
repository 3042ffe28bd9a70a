"""Units of reading: a few sentences or one table row, the piece of a passage that is set against a requirement."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

from corpus.sentences import sentence_spans
from corpus.types import Passage, Requirement
from retrieval.lexical import stem_words
from retrieval.search import RRF_K, Hit

UNIT_CHARS = 330
"""About 50 words: long enough to hold an action with its role and cadence, short enough to be about one thing."""
MIN_UNIT_CHARS = 60
UNITS = 20
"""Units read for each requirement."""


@dataclass(frozen=True)
class Unit:
    """`passage.text[start:end]`, the rank of its passage (0 is best) and its share of the requirement's words."""

    passage: Passage
    start: int
    end: int
    rank: int = 0
    overlap: float = 0.0

    @property
    def text(self) -> str:
        """Its words."""
        return self.passage.text[self.start : self.end]


@lru_cache(maxsize=50_000)
def unit_spans(text: str) -> tuple[tuple[int, int], ...]:
    """Offsets of the units of a passage: whole sentences and rows, joined while they fit."""
    spans: list[tuple[int, int]] = []
    for start, end in sentence_spans(text):
        if spans and (end - spans[-1][0] <= UNIT_CHARS or end - start < MIN_UNIT_CHARS):
            spans[-1] = (spans[-1][0], end)
        else:
            spans.append((start, end))
    return tuple(spans)


@lru_cache(maxsize=50_000)
def _stems(text: str) -> frozenset[str]:
    return frozenset(stem_words(text))


def candidate_units(requirement: Requirement, hits: Sequence[Hit], limit: int = UNITS) -> list[Unit]:
    """The most promising units of the hits: by their passage's rank and by shared words, best first."""
    words = _stems(f"{requirement.title} {requirement.text}")
    units = [(rank, hit.passage, span) for rank, hit in enumerate(hits) for span in unit_spans(hit.passage.text)]
    found = [_stems(passage.text[start:end]) for _, passage, (start, end) in units]
    weight = {word: math.log(1 + len(units) / (1 + sum(word in stems for stems in found))) for word in words}
    total = sum(weight.values()) or 1.0
    made = [
        Unit(passage, start, end, rank, sum(weight[word] for word in words & stems) / total)
        for (rank, passage, (start, end)), stems in zip(units, found, strict=True)
    ]
    by_overlap = sorted(range(len(made)), key=lambda i: (-made[i].overlap, i))
    place = {i: position for position, i in enumerate(by_overlap)}
    order = sorted(
        range(len(made)), key=lambda i: (-(1 / (RRF_K / 3 + 2 * made[i].rank) + 1 / (RRF_K / 3 + place[i])), i)
    )
    return [made[i] for i in order[:limit]]
