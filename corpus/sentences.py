"""Sentence spans: the unit that is quoted."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?][\"'”’)\]]*(?=\s)|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|incl|resp|no|nos|art|sec|fig|inc|ltd|corp|co|st|mr|mrs|ms|dr|jr|sr|p|pp|ver|v)"
    r"|\b[A-Z])\.$",
    re.IGNORECASE,
)
LOOK_BACK = 16
"""Characters before a full stop that tell an abbreviation or item number; looking further would be quadratic."""
MAX_SENTENCE_CHARS = 600
_NUMBERED = re.compile(r"^\s*(?:\d+(?:\.\d+)*|[a-z]|[ivx]+)[.)]$", re.IGNORECASE)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of `text`, in order, without surrounding white space.

    A line break always ends a sentence (blocks are joined by line breaks); common abbreviations, initials and
    leading item numbers do not, nor does a full stop before a small letter unless the sentence has become very long.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        tail = text[max(start, match.end() - LOOK_BACK) : match.end()]
        if not match.group().startswith("\n"):
            following = text[match.end() : match.end() + 2].lstrip()
            if _ABBREVIATION.search(tail) and not (following[:1].isupper() and tail.endswith("etc.")):
                continue
            if match.end() - start <= LOOK_BACK and _NUMBERED.match(tail):
                continue
            if following[:1].islower() and match.end() - start <= MAX_SENTENCE_CHARS:
                continue
        _append(spans, text, start, match.end())
        start = match.end()
    _append(spans, text, start, len(text))
    return spans


def _append(spans: list[tuple[int, int]], text: str, start: int, end: int) -> None:
    piece = text[start:end]
    left = start + len(piece) - len(piece.lstrip())
    right = start + len(piece.rstrip())
    if right > left:
        spans.append((left, right))
