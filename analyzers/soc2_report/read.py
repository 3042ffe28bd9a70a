"""Read a service auditor's report: every field with its place, none where the report does not say it."""

from __future__ import annotations

from datetime import date
from typing import Any, Literal, cast

from analyzers.soc2_report.dates import RANGE, numeric_order, parse_range
from analyzers.soc2_report.description import (
    read_ai_scope,
    read_csocs,
    read_cuecs,
    read_subservice,
    read_topic,
    unlisted_ai_vendors,
)
from analyzers.soc2_report.front import (
    read_auditor,
    read_categories,
    read_kind,
    read_period,
    read_report_date,
    read_system,
    read_type,
)
from analyzers.soc2_report.opinion import read_opinion
from analyzers.soc2_report.results import read_results
from analyzers.soc2_report.types import Bridge, Opinion, Period, Soc2Report, Source
from analyzers.soc2_report.view import View
from corpus.types import Document

STALE_DAYS = 365
KIND_NAMES = {
    "soc1": "a SOC 1 report (controls over financial reporting)",
    "soc3": "a SOC 3 report (general use, without tests)",
    "iso_certificate": "an ISO certificate",
    "bridge_letter": "a bridge letter (management's own statement)",
    "other": "not recognised as a SOC report",
}


def read_report(document: Document, *, as_of: date | None = None, bridge: Document | None = None) -> Soc2Report:
    """Read one report.

    Args:
        document: As `corpus.readers` gives it.
        as_of: Day up to which uncovered days are counted; none are counted without it.
        bridge: Management's bridge letter, if there is one.
    """
    view = View(document)
    order = numeric_order(document.text)
    sources: dict[str, tuple[Source, ...]] = {}

    def keep(field: str, found: tuple[Any, Source | None]) -> Any:
        if found[0] is not None and found[0] != () and found[1] is not None:
            sources[field] = (found[1],)
        return found[0]

    kind = keep("kind", read_kind(view))
    if kind != "soc2":
        letter = bridge_period(document) if kind == "bridge_letter" else (None, None)
        return Soc2Report(
            kind=kind,
            bridge=Bridge(start=letter[0], end=letter[1]),
            findings=(f"This is {KIND_NAMES[kind]}: it gives no assurance under SOC 2 on its own.",),
            document=document.name,
            sha256=document.sha256,
            sources=sources,
            warnings=document.warnings,
        )
    report_type = cast(Literal["type_1", "type_2"] | None, keep("report_type", read_type(view)))
    period: Period = keep("period", read_period(view, order, report_type))
    opinion, places = read_opinion(view)
    sources |= places
    if report_type == "type_1" and opinion.limbs.operating_effectiveness is not None:
        opinion = Opinion(
            overall=opinion.overall, limbs=opinion.limbs.model_copy(update={"operating_effectiveness": None})
        )
        sources.pop("opinion.limbs.operating_effectiveness", None)
    exceptions, places_of_exceptions, silent = read_results(view) if report_type != "type_1" else ([], [], [])
    cuecs, csocs, subservice = read_cuecs(view), read_csocs(view), read_subservice(view)
    lists = {
        "exceptions": tuple(places_of_exceptions),
        "no_occurrences": tuple(place for _, place in silent),
        "cuecs": tuple(place for _, place in cuecs),
        "csocs": tuple(place for _, place in csocs),
        "subservice_organizations": tuple(place for _, place in subservice),
    }
    organizations = tuple(item for item, _ in subservice)
    unlisted = unlisted_ai_vendors(view, list(organizations))
    if unlisted:
        lists["unlisted_ai_vendors"] = tuple(place for _, place in unlisted)
    report = Soc2Report(
        kind=kind,
        auditor=keep("auditor", read_auditor(view)),
        report_type=report_type,
        period=period,
        report_date=keep("report_date", read_report_date(view, order, period)),
        categories=keep("categories", read_categories(view)),
        system=keep("system", read_system(view)),
        opinion=opinion,
        exceptions=tuple(exceptions),
        no_occurrences=tuple(dict.fromkeys(control for control, _ in silent)),
        cuecs=tuple(text for text, _ in cuecs),
        subservice_organizations=organizations,
        in_scope_ai=keep("in_scope_ai", read_ai_scope(view)),
        csocs=tuple(text for text, _ in csocs),
        incidents=keep("incidents", read_topic(view, "incidents")),
        changes=keep("changes", read_topic(view, "changes")),
        bridge=cover(period, as_of, bridge),
        document=document.name,
        sha256=document.sha256,
        sources=sources | {field: found for field, found in lists.items() if found},
        warnings=document.warnings,
    )
    return report.model_copy(update={"findings": tuple(findings_of(report, [name for name, _ in unlisted]))})


def bridge_period(letter: Document) -> tuple[date | None, date | None]:
    """The latest range of days that a bridge letter speaks for."""
    order = numeric_order(letter.text)
    ranges = [found for match in RANGE.finditer(letter.text) if (found := parse_range(match, order))]
    return max(ranges, key=lambda item: item[1]) if ranges else (None, None)


def cover(period: Period, as_of: date | None, letter: Document | None) -> Bridge:
    """Days after the period's end up to `as_of`, and how many of them a bridge letter speaks for."""
    start, end = bridge_period(letter) if letter else (None, None)
    if period.end is None or as_of is None:
        return Bridge(start=start, end=end, as_of=as_of)
    days = max(0, (as_of - period.end).days)
    bridged = 0
    if start and end:
        first, last = max(start.toordinal(), period.end.toordinal() + 1), min(end.toordinal(), as_of.toordinal())
        bridged = max(0, last - first + 1)
    return Bridge(start=start, end=end, as_of=as_of, days_not_covered=days, days_bridged=bridged)


def findings_of(report: Soc2Report, unlisted: list[str]) -> list[str]:
    """What a reader of the report must act on."""
    found = []
    if report.report_type == "type_1":
        found.append("Type 1: design at a date only; nothing shows that the controls operated.")
    if report.opinion.overall is None:
        found.append("No opinion paragraph was found: read the auditor's report before relying on it.")
    elif report.opinion.overall != "unmodified":
        found.append(f"The opinion is modified ({report.opinion.overall}).")
    if report.exceptions:
        found.append(f"{len(report.exceptions)} exceptions: see whether each touches what you rely on.")
    if report.in_scope_ai is None:
        found.append("The report does not speak of AI: it gives no assurance over an AI service.")
    elif report.in_scope_ai is False:
        found.append("AI is named as outside the scope: the report gives no assurance over it.")
    found += [f"{name} is named but is no subservice organization of the report." for name in unlisted]
    days = report.bridge.days_not_covered
    if days is not None and days > STALE_DAYS:
        found.append(f"Stale: the period ended {days} days before {report.bridge.as_of}.")
    elif days is not None and days - report.bridge.days_bridged > 0:
        unbridged = days - report.bridge.days_bridged
        found.append(f"{days} days since the period's end are not covered, {unbridged} of them by no bridge letter.")
    return found
