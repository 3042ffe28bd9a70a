"""Sentence spans: the unit that is quoted."""

from __future__ import annotations

import re

_END = re.compile(r"[.!?][\"'”’)\]]*(?=\s)|\n+")
_ABBREVIATION = re.compile(
    r"(?:\b(?:e\.g|i\.e|etc|vs|cf|approx|incl|resp|no|nos|art|sec|fig|inc|ltd|corp|co|st|mr|mrs|ms|dr|jr|sr|p|pp|ver|v)"
    r"|\b[A-Z])\.$",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"^\s*(?:\d+(?:\.\d+)*|[a-z]|[ivx]+)[.)]$", re.IGNORECASE)


def sentence_spans(text: str) -> list[tuple[int, int]]:
    """Offsets of the sentences of `text`, in order, without surrounding white space.

    A line break always ends a sentence (blocks are joined by line breaks); common abbreviations, initials and
    leading item numbers do not.
    """
    spans: list[tuple[int, int]] = []
    start = 0
    for match in _END.finditer(text):
        piece = text[start : match.end()]
        if not match.group().startswith("\n"):
            following = text[match.end() : match.end() + 2].lstrip()
            if _ABBREVIATION.search(piece) and not (following[:1].isupper() and piece.rstrip().endswith("etc.")):
                continue
            if _NUMBERED.match(piece) or following[:1].islower():
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
