"""A report that was read, as JSON and as lines for a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from analyzers.soc2_report.types import Soc2Report

FIRST = ("auditor", "report_type", "period", "report_date", "categories", "system", "opinion", "exceptions",
         "no_occurrences", "cuecs", "subservice_organizations", "in_scope_ai", "kind")  # fmt: skip


def report_json(report: Soc2Report) -> str:
    """All fields, those of the contract first; null is 'not found'. `sources` gives page and quote of each field."""
    data: dict[str, Any] = report.model_dump(mode="json")
    return json.dumps(
        {key: data[key] for key in (*FIRST, *[key for key in data if key not in FIRST])}, indent=2, ensure_ascii=False
    )


def report_lines(report: Soc2Report) -> Iterator[str]:
    """Each field with its page and quote."""

    def line(name: str, value: object, field: str = "") -> str:
        place = report.sources.get(field or name, ())
        shown = "not found" if value in (None, "", ()) else str(value)
        return f"{name}: {shown}" + (f"  [{place[0].locator}: “{place[0].quote[:110]}”]" if place else "")

    yield line("kind", report.kind)
    if report.kind == "soc2":
        for name in ("auditor", "report_type", "report_date", "system"):
            yield line(name, getattr(report, name))
        days = [str(day) for day in (report.period.start, report.period.end) if day]
        yield line("period", " to ".join(days), "period")
        yield line("categories", ", ".join(report.categories), "categories")
        yield line("opinion", report.opinion.overall, "opinion.overall")
        for limb, word in report.opinion.limbs:
            yield "  " + line(limb, word, f"opinion.limbs.{limb}")
        yield line("in_scope_ai", {True: "yes", False: "no", None: None}[report.in_scope_ai], "in_scope_ai")
        yield f"exceptions: {len(report.exceptions)}"
        for item in report.exceptions:
            counts = f"{item.failures} of {item.sample}" if item.failures else "count not found"
            where = f"p. {item.page}: " if item.page else ""
            yield f"  {item.control or 'control not found'} ({', '.join(item.criteria) or 'criterion not found'}), {counts}  [{where}“{item.quote[:160]}”]"
            yield f"    management's response (not audited): {item.response or 'not found'}"
        yield line("no_occurrences", ", ".join(report.no_occurrences), "no_occurrences")
        yield f"user entity controls: {len(report.cuecs)}"
        yield from (f"  {text}" for text in report.cuecs)
        yield f"subservice organizations: {len(report.subservice_organizations)}"
        for org in report.subservice_organizations:
            yield f"  {org.name}: {org.method or 'method not found'}; {org.services or 'services not found'}"
        yield line("incidents", report.incidents)
        yield line("changes", report.changes)
    yield from (f"finding: {text}" for text in report.findings)
    yield from (f"warning: {text}" for text in report.warnings)
