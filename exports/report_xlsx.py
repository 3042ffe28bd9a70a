"""The gap report as a workbook: one sheet each for summary, gaps, findings, criteria, objectives, documents."""

from __future__ import annotations

import math
import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from analyzers.gaps import FACET_WORDS
from analyzers.types import Assessment, Finding
from exports.context import (
    CATEGORY_TITLES,
    DISCLAIMER,
    FILL,
    LETTERS,
    WORDS,
    ReportContext,
    source_of,
    summary_sentence,
    verdict_counts,
    window_text,
)

MAX_CELL = 32_000
SUMMARY_CHARS = 95
"""Characters of the summary's wide column on one line."""
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f]")
_HEAD = PatternFill("solid", fgColor="1F3A4D")


def write_xlsx(assessment: Assessment, context: ReportContext, path: Path) -> None:
    """Write the workbook; every cell is text or a number, never a formula."""
    book = Workbook()
    _summary(book.active, assessment, context)
    _gaps(book.create_sheet("Gaps"), assessment)
    _findings(book.create_sheet("Findings"), assessment, context)
    _criteria(book.create_sheet("Criteria"), assessment)
    _objectives(book.create_sheet("AI objectives"), assessment)
    _conditions(book.create_sheet("Applicability"), assessment, context)
    _documents(book.create_sheet("Documents"), assessment)
    book.save(path)


def put(sheet: Worksheet, row: int, column: int, value: Any) -> Cell:
    """Write one cell. Text is stored as text, whatever it begins with."""
    cell = sheet.cell(row, column)
    assert isinstance(cell, Cell)
    if isinstance(value, int | float):
        cell.value = value
    else:
        cell.value = _ILLEGAL.sub("", str(value))[:MAX_CELL]
        cell.data_type = "s"
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    return cell


def _table(sheet: Worksheet, header: Sequence[tuple[str, int]], rows: Sequence[Sequence[Any]], first: int = 1) -> None:
    for column, (title, width) in enumerate(header, start=1):
        cell = put(sheet, first, column, title)
        cell.font = Font(bold=True, color="FFFFFF")
        cell.fill = _HEAD
        sheet.column_dimensions[get_column_letter(column)].width = width
    for number, row in enumerate(rows, start=first + 1):
        for column, value in enumerate(row, start=1):
            cell = put(sheet, number, column, value)
            if value in WORDS.values():
                verdict = next(key for key, word in WORDS.items() if word == value)
                cell.fill = PatternFill("solid", fgColor=FILL[verdict])
        sheet.row_dimensions[number].height = row_height(row, [width for _, width in header])
    sheet.freeze_panes = f"A{first + 1}"
    if rows:
        sheet.auto_filter.ref = f"A{first}:{get_column_letter(len(header))}{first + len(rows)}"
    _fit_to_page(sheet)
    sheet.print_title_rows = f"{first}:{first}"


def row_height(row: Sequence[Any], widths: Sequence[int]) -> float:
    """Points that the fullest cell needs when its lines wrap at the column's width; at most Excel's 409."""
    lines = 1
    for value, width in zip(row, widths, strict=True):
        wrapped = [math.ceil(max(1, len(line)) / max(1, width)) for line in str(value).split("\n")]
        lines = max(lines, sum(wrapped))
    return min(409.0, 15.0 * lines)


def _fit_to_page(sheet: Any) -> None:
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def _summary(sheet: Any, assessment: Assessment, context: ReportContext) -> None:
    sheet.title = "Summary"
    put(sheet, 1, 1, f"SOC 2 gap report: {assessment.profile.company or assessment.engagement}").font = Font(
        bold=True, size=15
    )
    sheet["A1"].alignment = Alignment(wrap_text=False)
    facts = [
        ("Engagement", assessment.engagement),
        ("Categories in scope", ", ".join(CATEGORY_TITLES[item] for item in assessment.profile.categories_in_scope)),
        ("Observation window", window_text(assessment)),
        ("Judge", f"{assessment.judge.name} {assessment.judge.version}; catalogue {assessment.catalogue}"),
        ("Documents", f"{len(assessment.corpus.documents)} (snapshot {assessment.corpus.snapshot})"),
        ("Result", assessment.notice or summary_sentence(assessment)),
        ("Audit log", f"{context.audit_entries} entries, head {context.audit_head}"),
        ("Limits", DISCLAIMER),
    ]
    for row, (label, value) in enumerate(facts, start=3):
        put(sheet, row, 1, label).font = Font(bold=True)
        put(sheet, row, 2, value)
        sheet.row_dimensions[row].height = 15 * math.ceil(len(value) / SUMMARY_CHARS)
    _fit_to_page(sheet)
    counts = verdict_counts(assessment)
    start = len(facts) + 4
    for row, (verdict, word) in enumerate(WORDS.items(), start=start):
        cell = put(sheet, row, 1, f"{LETTERS[verdict]}  {word}")
        cell.fill = PatternFill("solid", fgColor=FILL[verdict])
        put(sheet, row, 2, f"{counts[verdict]} of {len(assessment.findings)} requirements")
    sheet.column_dimensions["A"].width = 24
    sheet.column_dimensions["B"].width = 110


def _gaps(sheet: Worksheet, assessment: Assessment) -> None:
    header = [("Rank", 6), ("Objective", 12), ("Criteria", 14), ("Severity", 9), ("Score", 8), ("Status", 14), ("Gap", 34),
              ("Why", 44), ("What was found", 60), ("What to do", 60), ("Owner", 24), ("Requirements", 22),
              ("Rank reason", 40)]  # fmt: skip
    rows = []
    for gap in assessment.gaps:
        found = [f"“{citation.quote}” ({source_of(citation)})" for citation in gap.citations]
        found += [f"Closest: “{near.quote}” ({near.document}, {near.locator}): {near.why_not}" for near in gap.closest]
        rows.append(
            [gap.rank, gap.objective or "baseline", ", ".join(gap.criteria), gap.severity, gap.score, WORDS[gap.verdict],
             gap.title, gap.why, "\n".join(found) or "Nothing found", gap.remediation,
             f"{gap.typical_owner} ({gap.owner_function})", ", ".join(gap.requirements), gap.rank_reason]
        )  # fmt: skip
    _table(sheet, header, rows)


def _findings(sheet: Worksheet, assessment: Assessment, context: ReportContext) -> None:
    texts = {item.id: item.text for item in context.catalogue.requirements()}
    header = [("Requirement", 14), ("Objective", 12), ("Criteria", 14), ("Verdict", 14), ("Confidence", 10), ("Flags", 13),
              ("Text", 50), ("Missing", 24), ("Quotes", 70), ("Closest", 50), ("Why", 40)]  # fmt: skip
    rows = [
        [item.requirement, item.objective or "baseline", ", ".join(item.criteria), WORDS[item.verdict], item.confidence,
         ", ".join(item.flags), texts[item.requirement], ", ".join(FACET_WORDS.get(name, name) for name in item.missing),
         quotes_of(item), closest_of(item), item.why]
        for item in assessment.findings
    ]  # fmt: skip
    _table(sheet, header, rows)


def quotes_of(finding: Finding) -> str:
    """Every citation on a line of its own, with what it states and where it stands."""
    return "\n".join(
        f"“{item.quote}” ({source_of(item)}; states {', '.join(item.states)}{'; approximate' if item.approximate else ''})"
        for item in finding.citations
    )


def closest_of(finding: Finding) -> str:
    """What came near, a line each."""
    return "\n".join(f"“{near.quote}” ({near.document}, {near.locator}): {near.why_not}" for near in finding.closest)


def _criteria(sheet: Worksheet, assessment: Assessment) -> None:
    header = [("Criterion", 10), ("Title", 46), ("Category", 20), ("Status", 14), ("Met", 7), ("Of", 7),
              ("Partial", 8), ("Unmet", 8), ("AI objectives", 50)]  # fmt: skip
    rows = [
        [item.criterion, item.title, CATEGORY_TITLES[item.category], WORDS[item.verdict], item.met, item.applicable,
         item.partial, item.unmet, ", ".join(item.objectives)]
        for item in assessment.criteria
    ]  # fmt: skip
    _table(sheet, header, rows)


def _objectives(sheet: Worksheet, assessment: Assessment) -> None:
    header = [("Objective", 12), ("Title", 52), ("Stage", 22), ("Status", 14), ("Met", 7), ("Of", 7), ("Severity", 9),
              ("Criteria", 30), ("Why", 60)]  # fmt: skip
    rows = [
        [item.objective, item.title, item.stage.replace("_", " "), WORDS[item.verdict], item.met, item.applicable,
         item.severity, ", ".join(item.criteria), item.why]
        for item in assessment.objectives
    ]  # fmt: skip
    _table(sheet, header, rows)


def _conditions(sheet: Worksheet, assessment: Assessment, context: ReportContext) -> None:
    header = [("Condition", 24), ("Meaning", 50), ("Holds", 8), ("Known from", 14), ("Reason", 36), ("Sentence", 80)]
    rows = [
        [item.condition, context.catalogue.conditions[item.condition], "yes" if item.holds else "no", item.source,
         item.reason, f"“{item.citation.quote}” ({source_of(item.citation)})" if item.citation else ""]
        for item in assessment.conditions
    ]  # fmt: skip
    _table(sheet, header, rows)


def _documents(sheet: Worksheet, assessment: Assessment) -> None:
    header = [("Document", 50), ("Status", 14), ("Passages", 10), ("Warnings", 60), ("SHA-256", 68)]
    rows = [
        [item.name, item.status, item.passages, "\n".join(item.warnings), item.sha256]
        for item in assessment.corpus.documents
    ]
    _table(sheet, header, rows)
