"""Units of reading: a few sentences or one table row, the piece of a passage that is set against a requirement."""

from __future__ import annotations

from functools import lru_cache

from corpus.sentences import sentence_spans

UNIT_CHARS = 330
"""About 50 words: long enough to hold an action with its role and cadence, short enough to be about one thing."""
MIN_UNIT_CHARS = 60


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
