"""What the front of a report says: kind, auditor, type, period, date, categories, system."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date

from analyzers.soc2_report.dates import ENDED, RANGE, SINGLE, parse_date, parse_ended, parse_range
from analyzers.soc2_report.types import Period, ReportKind, Source
from analyzers.soc2_report.view import Part, View

FRONT_CHARS = 5_000
_SUFFIX = r"(?:L\.?L\.?P\.?|P\.?L\.?L\.?C\.?|P\.C\.|PC\b|P\.A\.|C\.?P\.?A\.?[’']?s?\b(?: (?:LLP|LLC|PLLC|PC|Group))?|Certified Public Accountants(?:,? (?:LLP|LLC|PLLC))?)"
_FIRM = re.compile(
    rf"\b(?P<firm>(?:[A-Z][\w’'.-]*|&|and|of)(?:,? (?:[A-Z][\w’'.-]*|&|and|of|\+)){{0,6}}?,? {_SUFFIX})(?![\w])"
)
_LLP_END = re.compile(
    r"\b(?:LLP|L\.L\.P\.?|PLLC|P\.L\.L\.C\.?|P\.C\.|PC|P\.A\.|CPAs?|Certified Public Accountants)(?!\w)"
)
_SIGNS = re.compile(r"\b(?:examined|examination|service auditor|audited|issued|prepared) by\b|/s/", re.IGNORECASE)
_PREDECESSOR = re.compile(
    r"predecessor|prior (?:year|auditor|report)|other auditor|previous|counsel|legal|law firm", re.IGNORECASE
)
CATEGORY_WORDS = {
    "security": r"security|common criteria",
    "availability": r"availability",
    "processing_integrity": r"processing integrity",
    "confidentiality": r"confidentiality",
    "privacy": r"privacy",
}
_LIST_OF = r"(?:[,&/;]|\band\b|\bor\b|\s|\(|\)|security|common criteria|availability|processing integrity|confidentiality|privacy|the|categor(?:y|ies)|[A-Z]{1,2}\b)+"
_RELEVANT = re.compile(
    rf"(?:relevant to|criteria (?:for|of)|categor(?:y|ies)(?: of| for|:)?|principles? (?:of|for)|applicable to) (?:the )?(?P<list>{_LIST_OF})",
    re.IGNORECASE,
)
_CATEGORY_OUT = re.compile(r"\b(?:not|exclud\w+|out(?:side)? of scope|other than|without|does not)\b", re.IGNORECASE)
_SYSTEM = (
    re.compile(
        r"description (?:titled |entitled )?[“\"'‘](?:[^”\"]*?(?:description of|overview of) )?(?:the |its )?(?P<name>[^”\"]{3,90}?) system\b",
        re.IGNORECASE,
    ),
    re.compile(r"description of (?:the |its )?(?P<name>[^.;]{3,120}?) system\b", re.IGNORECASE),
    re.compile(
        r"\b(?:system name|name of the system|system examined|in-scope system)\s*:\s*(?P<name>[^\n;]{3,90})",
        re.IGNORECASE,
    ),
    re.compile(r"\bsystem description of (?:the )?(?P<name>[^.;,]{3,90})", re.IGNORECASE),
)
_OWNER = re.compile(
    r"^(?P<owner>[A-Z][\w&., -]*?(?:,? (?:Inc|Ltd|LLC|Corp|GmbH|Limited|Corporation|B\.V|S\.A)\.?)?)[’']s? (?P<rest>.+)$"
)


def read_kind(view: View) -> tuple[ReportKind, Source | None]:
    """Which document this is, by its own title and what only that kind of document holds."""
    text = view.document.text
    front = text[:FRONT_CHARS]
    points: dict[ReportKind, float] = {"soc2": 0, "soc1": 0, "soc3": 0, "iso_certificate": 0, "bridge_letter": 0}
    for kind, name in (("soc1", "1"), ("soc2", "2"), ("soc3", "3")):
        titles = re.findall(rf"\bSOC[ -]?{name}\b", front, re.IGNORECASE)
        points[kind] += min(4, 2 * len(titles))  # type: ignore[index]
    clues: tuple[tuple[ReportKind, float, str], ...] = (
        ("soc2", 2, r"description criteria|\bDC section 200\b|TSP section 100.{0,400}tests? of controls"),
        ("soc2", 2, r"tests? of controls.{0,200}results|description of (?:the )?tests of controls"),
        ("soc2", 1, r"trust services criteria|trust services categor|(?:relevant to|criteria for) (?:security|availability|confidentiality|privacy|processing integrity)"),
        ("soc2", 3, r"(?:opinion|examined)\b.{0,900}\bdescription\b.{0,900}(?:suitab\w+ (?:of (?:the )?)?design|design and operat\w+|suitably designed|operat\w+ effective)"),
        ("soc1", 6, r"internal control over financial reporting|\bISAE 3402\b|user entities[’'] financial statements|AT-C (?:section )?320"),
        ("soc3", 3, r"general[- ]use report|SOC 3[^.]{0,60}report|does not include (?:a description of )?(?:the )?tests"),
        ("iso_certificate", 8, r"certificate (?:of registration|no|number|of approval)|this is to certify|certification body|has been assessed and (?:found|certified)"),
        ("bridge_letter", 5, r"(?:bridge|gap) letter|(?:no|not aware of any) material changes? (?:to|in) (?:the |our )?(?:control environment|system|internal control)"),
    )  # fmt: skip
    for kind, weight, pattern in clues:
        if re.search(pattern, front if kind in ("iso_certificate",) else text, re.IGNORECASE | re.DOTALL):
            points[kind] += weight
    if not re.search(r"ISO(?:/IEC)? ?\d{4,5}", front, re.IGNORECASE):
        points["iso_certificate"] = 0
    if re.search(r"in our opinion|we (?:have )?examined|do not express an opinion", text, re.IGNORECASE):
        points["iso_certificate"] = 0
        points["bridge_letter"] -= 5
    best = max(points, key=lambda kind: points[kind])
    if points[best] < 2:
        return "other", None
    patterns = {"soc1": r"\bSOC[ -]?1\b", "soc2": r"\bSOC[ -]?2\b|trust services", "soc3": r"\bSOC[ -]?3\b",
                "iso_certificate": r"ISO(?:/IEC)? ?\d{4,5}", "bridge_letter": r"(?:bridge|gap) letter|material changes?"}  # fmt: skip
    return best, _first(view, view.parts, re.compile(patterns[best], re.IGNORECASE))


def read_auditor(view: View) -> tuple[str | None, Source | None]:
    """The firm that signs; the signature block of the auditor's report counts most."""
    best: tuple[float, str, Source] | None = None
    auditor_parts = [part for part in view.parts if part.zone == "auditor"]
    for part in view.parts:
        for match in _FIRM.finditer(part.text):
            firm = re.sub(r"^(?:The|By|Of|And|and|of|Signed by) ", "", match["firm"]).strip(" ,")
            around = part.text[max(0, match.start() - 80) : match.end() + 80]
            if not _LLP_END.search(firm) or _PREDECESSOR.search(around):
                continue
            score = 1.0
            if part in auditor_parts:
                score += 1 + 2 * (len(part.text) < 160) + (auditor_parts.index(part) >= len(auditor_parts) - 4)
            if _SIGNS.search(part.text[max(0, match.start() - 60) : match.start()]):
                score += 2
            elif part.zone in ("description", "tests", "other"):
                score -= 1
            if best is None or score > best[0]:
                start = match.start() + match["firm"].find(firm)
                best = (score, firm, view.source(part, start, start + len(firm)))
    return (best[1], best[2]) if best and best[0] >= 1 else (None, None)


def read_report_date(view: View, order: str | None, period: Period) -> tuple[date | None, Source | None]:
    """The date under the auditor's signature: a short line of its own, or after the firm and city."""
    parts = [part for part in view.parts if part.zone == "auditor"]
    found: tuple[date | None, Source | None] = (None, None)
    for part in parts:
        labelled = re.search(
            rf"\b(?:report date|date of (?:the |this )?report|dated|issued on|signed on|signed)\s*:?\s*(?P<d>{SINGLE.pattern[2:]})",
            part.text,
            re.IGNORECASE,
        )
        matches = list(SINGLE.finditer(part.text))
        if not matches or (len(part.text) > 200 and not labelled):
            continue
        if not labelled and (RANGE.search(part.text) or re.search(r"\bas of\b|\bended\b", part.text)):
            continue
        at = labelled.start("d") if labelled else matches[-1].start()
        end = labelled.end("d") if labelled else matches[-1].end()
        day = parse_date(part.text[at:end], order)
        if day is not None and day not in (period.start, period.end):
            found = (day, view.source(part, at, end))
    return found


def _ranges(view: View, order: str | None) -> Iterator[tuple[tuple[date, date], float, Part, int, int]]:
    for part in view.parts:
        for match in [*RANGE.finditer(part.text), *ENDED.finditer(part.text)]:
            dates = parse_ended(match, order) if "n" in match.groupdict() else parse_range(match, order)
            if dates is None:
                continue
            before = part.text[max(0, match.start() - 70) : match.start()].casefold()
            weight = 1.0 + 2 * (part.zone == "auditor") + ("throughout" in before)
            nearby = part.text[max(0, match.start() - 160) : match.end() + 60].casefold()
            if re.search(r"bridge|gap letter|prior|previous|predecessor|last year|preceding|roadmap|next", nearby):
                weight = 0.1
            if part.zone in ("description", "tests", "other"):
                weight *= 0.5
            yield dates, weight, part, match.start(), match.end()


def read_period(view: View, order: str | None, report_type: str | None) -> tuple[Period, Source | None]:
    """Start and end of a Type 2 period, or the 'as of' day of a Type 1 report."""
    if report_type == "type_1":
        for part in view.zone("auditor") + view.parts:
            for match in re.finditer(rf"\bas (?:of|at) (?P<d>{SINGLE.pattern[2:]})", part.text, re.IGNORECASE):
                if (day := parse_date(match["d"], order)) is not None:
                    return Period(end=day), view.source(part, match.start(), match.end())
        return Period(), None
    votes: Counter[tuple[date, date]] = Counter()
    places: dict[tuple[date, date], tuple[float, Source]] = {}
    for dates, weight, part, start, end in _ranges(view, order):
        votes[dates] += weight  # type: ignore[assignment]
        if dates not in places or weight > places[dates][0]:
            places[dates] = (weight, view.source(part, start, end))
    if not votes:
        return Period(), None
    dates = votes.most_common(1)[0][0]
    return Period(start=dates[0], end=dates[1]), places[dates][1]


def read_type(view: View) -> tuple[str | None, Source | None]:
    """Type 2 when the auditor reports on operation over a period; what the title calls itself comes second."""
    scope = [part for part in view.zone("auditor") if not part.is_title]
    period = _first(
        view, scope, re.compile(r"operat\w+ effective(?:ly|ness) throughout|throughout the period", re.IGNORECASE)
    )
    if period is not None:
        return "type_2", period
    tests = re.compile(
        r"did not (?:perform|test|express|examine)[^.]{0,120}operating effectiveness|do not express an opinion on[^.]{0,60}operating effectiveness",
        re.IGNORECASE,
    )
    point = _first(view, scope, re.compile(rf"\bas (?:of|at) {SINGLE.pattern[2:]}", re.IGNORECASE))
    if point is not None and (
        _first(view, scope, tests) or _first(view, view.parts, re.compile(r"\btype[ -]?(?:1|I)\b"))
    ):
        return "type_1", point
    for kind, name in (("type_2", r"\btype[ -]?(?:2|II)\b"), ("type_1", r"\btype[ -]?(?:1|I)\b")):
        if named := _first(view, view.parts, re.compile(name, re.IGNORECASE)):
            return kind, named
    return None, None


def read_categories(view: View) -> tuple[tuple[str, ...], Source | None]:
    """The categories that the scope sentence lists; one named as out of scope does not count."""
    votes: Counter[tuple[str, ...]] = Counter()
    places: dict[tuple[str, ...], Source] = {}
    for part in view.parts:
        if part.zone in ("description", "tests", "other"):
            continue
        for match in _RELEVANT.finditer(part.text):
            if _CATEGORY_OUT.search(part.text[max(0, match.start() - 40) : match.start()]):
                continue
            named = _named(match["list"])
            if named:
                votes[named] += 1 + 2 * (part.zone == "auditor")
                places.setdefault(
                    named, view.source(part, match.start(), match.start("list") + len(match["list"].rstrip()))
                )
    if votes:
        named = max(votes, key=lambda item: (votes[item], len(item)))
        return named, places[named]
    common = _first(view, view.zone("auditor"), re.compile(r"common criteria", re.IGNORECASE))
    return (("security",), common) if common else ((), None)


def _named(text: str) -> tuple[str, ...]:
    return tuple(name for name, words in CATEGORY_WORDS.items() if re.search(words, text, re.IGNORECASE))


def read_system(view: View) -> tuple[str | None, Source | None]:
    """The system's name as the scope sentence gives it, without its owner's name."""
    for pattern in _SYSTEM:
        for part in view.zone("auditor") + view.parts:
            match = pattern.search(part.text)
            if match is None:
                continue
            name = match["name"].strip(" “”\"'‘’")
            start = match.start("name") + match["name"].find(name)
            if owned := _OWNER.match(name):
                start += owned.start("rest")
                name = owned["rest"]
            name_parts = re.split(r"description of (?:the |its )?", name, flags=re.IGNORECASE)
            if len(name_parts) > 1:
                start += len(name) - len(name_parts[-1])
                name = name_parts[-1]
            if (
                3 <= len(name) <= 90
                and re.search(r"[A-Z]", name)
                and not re.search(r"\bservice organization[’']s$|criteria", name)
            ):
                return name, view.source(part, start, start + len(name))
    return None, None


def _first(view: View, parts: list[Part], pattern: re.Pattern[str]) -> Source | None:
    for part in parts:
        if match := pattern.search(part.text):
            return view.source(part, match.start(), match.end())
    return None
