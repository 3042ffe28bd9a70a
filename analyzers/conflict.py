"""Two current documents that name different cadences, periods or shares for one control."""

from __future__ import annotations

import re
from dataclasses import dataclass

from analyzers.cadence import cadences_in_days
from retrieval.terms import stems_of

TOLERANCE = 1.12
"""Ratio within which two periods are one: 90 days and a quarter."""
MIN_SHARED = 0.12
"""Least share of common words, of the smaller sentence, for two sentences to speak of one thing."""
_UNITS = {"minute": 1 / 1440, "hour": 1 / 24, "day": 1, "week": 7, "month": 30.4, "quarter": 91.3, "year": 365.25}
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "ten": 10, "twelve": 12,
          "fourteen": 14, "thirty": 30, "sixty": 60, "ninety": 90}  # fmt: skip
_PERIOD = re.compile(
    rf"\b(\d+(?:\.\d+)?|{'|'.join(_WORDS)})[ -](?:(?:business|working|calendar|full) )?({'|'.join(_UNITS)})s?\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"\b(\d+(?:\.\d+)?) ?(?:%|per ?cent\b)", re.IGNORECASE)


@dataclass(frozen=True)
class Measures:
    """Cadences and periods in days, and shares in percent, that a text names."""

    cadences: tuple[float, ...]
    periods: tuple[float, ...]
    shares: tuple[float, ...]


def measures_of(text: str) -> Measures:
    """All measures of a text; a period that is part of a cadence ("every 30 days") counts as cadence only."""
    cadences = cadences_in_days(text)
    periods = []
    for match in _PERIOD.finditer(text):
        count, unit = match.group(1).casefold(), match.group(2).casefold()
        value = (_WORDS[count] if count in _WORDS else float(count)) * _UNITS[unit]
        if not any(_same(value, cadence) for cadence in cadences):
            periods.append(value)
    shares = [float(value) for value in _SHARE.findall(text)]
    return Measures(tuple(cadences), tuple(sorted(set(periods))), tuple(sorted(set(shares))))


def differ(one: str, other: str) -> bool:
    """Whether two sentences on one thing both name a measure of a kind, and none of them agree."""
    a, b = stems_of(one), stems_of(other)
    if len(a & b) < max(2.0, MIN_SHARED * min(len(a), len(b))):
        return False
    first, second = measures_of(one), measures_of(other)
    return (
        _apart(first.cadences, second.cadences)
        or _apart(first.periods, second.periods)
        or _apart(first.shares, second.shares)
    )


def _apart(one: tuple[float, ...], other: tuple[float, ...]) -> bool:
    return bool(one and other) and not any(_same(a, b) for a in one for b in other)


def _same(a: float, b: float) -> bool:
    low, high = min(a, b), max(a, b)
    return high <= low * TOLERANCE
