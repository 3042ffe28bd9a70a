"""Numbers that turn a sentence round: a cadence laxer than the requirement's own does not state it."""

from __future__ import annotations

import re

_F = re.IGNORECASE
_WORDS = {"one": 1, "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "nine": 9, "ten": 10, "twelve": 12, "eighteen": 18,
          "twenty-four": 24}  # fmt: skip
_DAYS = {"day": 1, "week": 7, "month": 30.4, "quarter": 91.3, "year": 365.25, "hour": 1 / 24, "minute": 1 / 1440}
_NAMED: tuple[tuple[str, float], ...] = (
    (r"\b(?:continuously|real[- ]time|hourly|every hour)\b", 1 / 24),
    (r"\b(?:daily|nightly|every (?:night|morning|day)|each (?:night|day|morning))\b", 1),
    (
        r"(?<!bi-)(?<!bi)\bweekly\b|\b(?:(?:every|each) (?:mon|tues|wednes|thurs|fri|satur|sun)day|"
        r"on (?:mon|tues|wednes|thurs|fri|satur|sun)days|every week|once a week)\b",
        7,
    ),
    (r"\b(?:fortnightly|bi-?weekly|every (?:other|second) week)\b", 14),
    (r"\b(?<!bi-)(?<!bi)monthly\b|\b(?:every|each|once a|per) month\b|\bfirst \w+day of (?:the|each|every) month\b", 30.4),
    (r"\b(?:quarterly|(?:every|each|once a|per) quarter|(?:four times|4 times) (?:a|per) year)\b", 91.3),
    (r"\b(?:half[- ]?yearly|semi-?annual(?:ly)?|twice (?:a|per) year|every (?:six|6) months|bi-?annual(?:ly)?)\b", 182.6),
    (r"\b(?:annual(?:ly)?|yearly|(?:every|each|once a|per) year|every (?:january|february|march|april|may|june|july|august|"
     r"september|october|november|december)|(?:in|each) (?:january|february|march|april|may|june|july|august|september|october|"
     r"november|december) (?:of )?(?:each|every) year)\b", 365.25),
)  # fmt: skip
_EVERY = re.compile(
    r"\bevery (?:\w+ )?(\d+|one|two|three|four|five|six|nine|ten|twelve|eighteen|twenty-four) "
    r"(minute|hour|day|week|month|quarter|year)s?\b",
    _F,
)
_BASELINE = re.compile(
    r"\bat least (?:every )?(?:(\d+|\w+) )?(daily|weekly|monthly|quarterly|annually|yearly|once a (?:week|month|quarter|year)|"
    r"twice a year|half-yearly|semi-?annually|days?|weeks?|months?|quarters?|years?)\b|\bevery (\d+) (day|week|month|year)s?\b|"
    r"\b(quarterly|monthly|weekly|daily|annually|yearly)\b",
    _F,
)
TOLERANCE = 1.12


def cadences_in_days(text: str) -> list[float]:
    """Every cadence that a text states, in days, shortest first."""
    found = [days for pattern, days in _NAMED if re.search(pattern, text, _F)]
    for count, unit in _EVERY.findall(text):
        number = int(count) if count.isdigit() else _WORDS[count.casefold()]
        found.append(number * _DAYS[unit.casefold()])
    return sorted(set(found))


def required_cadence(requirement: str) -> float | None:
    """The cadence in days that a requirement's own sentence asks for, None if it names none."""
    match = _BASELINE.search(requirement)
    if not match:
        return None
    found = cadences_in_days(match.group(0))
    if found:
        return found[0]
    if match.group(2) and match.group(1):
        unit = match.group(2).casefold().rstrip("s")
        count = match.group(1)
        number = int(count) if count.isdigit() else _WORDS.get(count.casefold(), 0)
        if number and unit in _DAYS:
            return number * _DAYS[unit]
    return None


def is_laxer(text: str, requirement: str) -> bool:
    """Whether every cadence that the text states is laxer than the one the requirement asks for."""
    wanted = required_cadence(requirement)
    found = cadences_in_days(text)
    return bool(wanted and found and found[0] > wanted * TOLERANCE)
