"""Dates as reports write them. An all-numeric date whose order nothing in the report settles is not read."""

from __future__ import annotations

import re
from calendar import monthrange
from datetime import date

MONTHS = {name: i for i, name in enumerate(
    ("january", "february", "march", "april", "may", "june", "july", "august", "september", "october", "november",
     "december"), start=1)}  # fmt: skip
_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?"  # fmt: skip
DATE = (
    rf"(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?,? \d{{4}}|\d{{1,2}}(?:st|nd|rd|th)?(?: day of)?[ -]{_MONTH},?[ -]\d{{4}}|"
    r"\d{4}-\d{2}-\d{2}|\d{1,2}[/.]\d{1,2}[/.]\d{4})"
)
_SHORT = rf"(?:{_MONTH} \d{{1,2}}(?:st|nd|rd|th)?|\d{{1,2}}(?:st|nd|rd|th)? {_MONTH})"
_TO = r"(?:,?\s*(?:to|through|until|till|and ended|and ending|ending|-|–|—|and)\s*)"
RANGE = re.compile(rf"\b(?P<a>{DATE}|{_SHORT}){_TO}(?P<b>{DATE})", re.IGNORECASE)
ENDED = re.compile(
    rf"\b(?P<n>three|six|nine|twelve|3|6|9|12)[- ]months?(?: period)? (?:period )?end(?:ed|ing) (?P<b>{DATE})",
    re.IGNORECASE,
)
SINGLE = re.compile(rf"\b{DATE}", re.IGNORECASE)
_COUNTS = {"three": 3, "six": 6, "nine": 9, "twelve": 12}


def numeric_order(text: str) -> str | None:
    """'dmy' or 'mdy' when the text's numeric dates settle it, else none."""
    found = set()
    for first, second in re.findall(r"\b(\d{1,2})[/.](\d{1,2})[/.]\d{4}\b", text):
        if int(first) > 12:
            found.add("dmy")
        if int(second) > 12:
            found.add("mdy")
    return found.pop() if len(found) == 1 else None


def parse_date(text: str, order: str | None) -> date | None:
    """A date, or none where it is impossible or ambiguous."""
    text = text.strip().rstrip(".,").casefold()
    try:
        if found := re.fullmatch(r"(\d{4})-(\d{2})-(\d{2})", text):
            return date(int(found[1]), int(found[2]), int(found[3]))
        if found := re.fullmatch(r"(\d{1,2})[/.](\d{1,2})[/.](\d{4})", text):
            if found[1] == found[2]:
                order = order or "mdy"
            if order is None:
                return None
            day, month = (found[1], found[2]) if order == "dmy" else (found[2], found[1])
            return date(int(found[3]), int(month), int(day))
        month_name = re.search(r"[a-z]{3,}", re.sub(r"\d(?:st|nd|rd|th)|day of", "", text))
        numbers = [int(number) for number in re.findall(r"\d+", text)]
        if month_name and len(numbers) == 2:
            month_number = next(number for name, number in MONTHS.items() if name.startswith(month_name[0][:3]))
            return date(numbers[1], month_number, numbers[0])
    except (ValueError, StopIteration):
        return None
    return None


def parse_range(match: re.Match[str], order: str | None) -> tuple[date, date] | None:
    """Both ends of a `RANGE`; a first date without a year takes that of the second."""
    last = parse_date(match["b"], order)
    first_text = match["a"]
    if last is None:
        return None
    if not re.search(r"\d{4}", first_text):
        first_text = f"{first_text} {last.year}"
    first = parse_date(first_text, order)
    return (first, last) if first is not None and first < last else None


def months_before(last: date, months: int) -> date:
    """First day of a period of whole months that ends on `last` (a month's last day, or any day)."""
    month = last.month - months
    year = last.year + (month - 1) // 12
    month = (month - 1) % 12 + 1
    if last.day == monthrange(last.year, last.month)[1]:
        return date(year + month // 12, month % 12 + 1, 1)
    return date(year, month, last.day + 1)


def parse_ended(match: re.Match[str], order: str | None) -> tuple[date, date] | None:
    """Both ends of 'the twelve months ended ...'."""
    last = parse_date(match["b"], order)
    count = match["n"].casefold()
    return (months_before(last, _COUNTS.get(count) or int(count)), last) if last else None
