"""Find a judge's anchor in the stored text. What cannot be located does not count."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass

from corpus.sentences import sentence_spans
from corpus.types import Passage

MIN_SIMILARITY = 95.0
"""Of 100, rapidfuzz's aligned ratio; below it an anchor is not located at all."""
MIN_FUZZY_CHARS = 24
MIN_ANCHOR_CHARS = 8
"""Shorter words stand anywhere; only a whole sentence or row may be shorter."""
_PUNCTUATION = str.maketrans({"’": "'", "‘": "'", "“": '"', "”": '"', "–": "-", "—": "-", "‑": "-", "‐": "-", "…": "."})
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nor|neither|without|cannot|except|unless|nothing|nobody|n't|isn't|aren't|doesn't|don't|didn't|"
    r"won't|can't|wasn't|weren't|hasn't|haven't)\b|n't\b",
    re.IGNORECASE,
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")


@dataclass(frozen=True)
class Location:
    """Where an anchor was found, as offsets into the passage's text."""

    start: int
    end: int
    approximate: bool


def locate_anchor(anchor: str, text: str) -> Location | None:
    """Exact match, else match after normalising white space, hyphenation and Unicode forms, else 95 % similar.

    An anchor of fewer than 8 characters must be a whole sentence. An approximate
    match needs the same numbers and the same negations, word for word.
    """
    anchor = anchor.strip()
    if len(anchor) < MIN_ANCHOR_CHARS and anchor not in [text[a:b] for a, b in sentence_spans(text)]:
        return None
    at = text.find(anchor)
    if at >= 0:
        return Location(at, at + len(anchor), approximate=False)
    folded, offsets = _fold(text)
    wanted, _ = _fold(anchor)
    if not wanted:
        return None
    at = folded.find(wanted)
    if at >= 0 and _whole_words(folded, at, at + len(wanted)):
        return Location(offsets[at], offsets[at + len(wanted) - 1] + 1, approximate=False)
    return _similar(wanted, folded, offsets)


def _whole_words(text: str, start: int, end: int) -> bool:
    before = text[start - 1 : start]
    after = text[end : end + 1]
    return not ((before.isalnum() and text[start].isalnum()) or (after.isalnum() and text[end - 1].isalnum()))


def _similar(wanted: str, folded: str, offsets: list[int]) -> Location | None:
    if len(wanted) < MIN_FUZZY_CHARS or len(folded) < MIN_FUZZY_CHARS:
        return None
    from rapidfuzz import fuzz

    match = fuzz.partial_ratio_alignment(wanted, folded, score_cutoff=MIN_SIMILARITY)
    if match is None or match.dest_end - match.dest_start < 0.9 * len(wanted):
        return None
    start, end = match.dest_start, match.dest_end
    while start > 0 and folded[start - 1].isalnum() and folded[start].isalnum():
        start -= 1
    while end < len(folded) and folded[end].isalnum() and folded[end - 1].isalnum():
        end += 1
    found = folded[start:end]
    if _NUMBER.findall(found) != _NUMBER.findall(wanted):
        return None
    if [item.lower() for item in _NEGATION.findall(found)] != [item.lower() for item in _NEGATION.findall(wanted)]:
        return None
    return Location(offsets[start], offsets[end - 1] + 1, approximate=True)


def _fold(text: str) -> tuple[str, list[int]]:
    """Comparable form and, for each of its characters, the offset it came from.

    White space becomes one blank, quotes and dashes their plain forms, a hyphen at a line end is dropped.
    """
    folded: list[str] = []
    offsets: list[int] = []
    i = 0
    while i < len(text):
        char = text[i]
        if char == "-" and (match := re.match(r"-[ \t]*\n\s*(?=[a-z])", text[i:])) and i and text[i - 1].isalpha():
            i += match.end()
            continue
        if char.isspace():
            if folded and folded[-1] != " ":
                folded.append(" ")
                offsets.append(i)
        else:
            for part in unicodedata.normalize("NFKC", char).translate(_PUNCTUATION).casefold():
                folded.append(part)
                offsets.append(i)
        i += 1
    while folded and folded[-1] == " ":
        folded.pop()
        offsets.pop()
    return "".join(folded), offsets


def expand_to_sentence(passage: Passage, location: Location) -> tuple[int, int]:
    """Document offsets of the sentence, or run of sentences, that holds the location."""
    spans = sentence_spans(passage.text)
    touched = [span for span in spans if span[0] < location.end and span[1] > location.start]
    if not touched:
        return passage.start + location.start, passage.start + location.end
    return passage.start + touched[0][0], passage.start + touched[-1][1]
