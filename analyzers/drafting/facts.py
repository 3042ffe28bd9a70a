"""Values of slots that stand word for word in what a finding cites: roles, cadences, periods, limits, systems, dates."""

from __future__ import annotations

import re
from collections.abc import Sequence

from analyzers.drafting.types import Filled
from analyzers.types import Citation, Finding

_ROLE_HEAD = (
    r"(?:Chief|Head|Director|VP|Vice President|General Counsel|Counsel|Officer|CISO|CTO|CEO|CFO|COO|DPO|Manager|Lead|"
    r"Owner|Committee|Council|Board|Engineer|Steward|Controller|Secretary)"
)
_ROLE = re.compile(
    rf"\b(?:the )?((?:[A-Z][\w&/-]+ (?:(?:and|&) (?=[A-Z]))?){{0,4}}{_ROLE_HEAD}"
    r"(?: (?:of|for) (?:the )?[A-Z][\w&/-]+(?: (?:and|&) [A-Z][\w&/-]+| [A-Z][\w&/-]+){0,3})?)\b"
)
_COUNT = r"(?:\d+(?:[.,]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|thirty|sixty|ninety)"
_SPAN = r"(?:(?:business|working|calendar) )?(?:minutes?|hours?|days?|weeks?|months?|quarters?|years?)"
_VALUES: dict[str, tuple[re.Pattern[str], ...]] = {
    "actor": (_ROLE,),
    "frequency": (
        re.compile(rf"\b[Ee](?:very|ach) ((?:{_COUNT} )?(?:day|week|month|quarter|year|release|batch|night)s?)\b"),
        re.compile(r"\b(?:at least )?(?:once (?:a|per)|per) (day|week|month|quarter|year)\b"),
    ),
    "deadline": (re.compile(rf"\bwithin ({_COUNT} {_SPAN})\b", re.IGNORECASE),),
    "retention": (
        re.compile(
            rf"\b(?:kept|retained|keep|retain|stored|held)\b[^.;]{{0,40}}?\bfor ({_COUNT} {_SPAN})\b", re.IGNORECASE
        ),
    ),
    "system": (re.compile(r"\b(?:in|to|from|by|through) ([A-Z][a-z]*[A-Z]\w*|`[^`]+`)"),),
}
"""Only forms whose value can be lifted out of its sentence without a change of meaning."""


_BARE = re.compile(
    r"(?:Head|Director|Counsel|Officer|Manager|Lead|Owner|Committee|Council|Board|Engineer|Steward|Controller|Secretary)"
)
"""A title alone, such as the heading 'Owner', names nobody."""


def value_in(facet: str, quote: str) -> str | None:
    """The value of a facet in a quote, exactly as written there; None unless there is exactly one."""
    found = [
        (match.group(1) or "").strip().removeprefix("The ")
        for pattern in _VALUES.get(facet, ())
        for match in pattern.finditer(quote)
    ]
    unique = list(dict.fromkeys(item for item in found if item and not _BARE.fullmatch(item)))
    return unique[0] if len(unique) == 1 else None


def known_values(finding: Finding) -> dict[str, Filled]:
    """Facets of a partial finding that its citations state, each with the value lifted from the quote.

    A sentence that does not state the control itself (its `core`) may give the cadence of something else, so nothing is
    lifted from it.
    """
    values: dict[str, Filled] = {}
    for citation in finding.citations:
        if "core" not in citation.states:
            continue
        for state in citation.states:
            value = value_in(state, citation.quote)
            if value and state not in values and state not in finding.missing:
                values[state] = Filled(slot=state, value=value, citation=citation)
    return values


def company_terms(citations: Sequence[Citation]) -> frozenset[str]:
    """Names, tools and identifiers of the company that the quotes contain: capitalised inside a sentence, or code-like."""
    terms: set[str] = set()
    for citation in citations:
        for match in re.finditer(
            r"(?<=[a-z,;] )([A-Z][\w-]{2,})|`([^`]+)`|\b([A-Z]+-[A-Z0-9]+|\w+[._/-]\w+)\b", citation.quote
        ):
            terms.update(part for part in match.groups() if part)
    return frozenset(terms)
