"""The gap report as a Word document."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
from docx.enum.section import WD_ORIENT
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Cm, Pt, RGBColor

from analyzers.gaps import FACET_WORDS
from analyzers.types import Assessment, Finding, Gap
from exports.context import (
    CATEGORY_TITLES,
    DISCLAIMER,
    FILL,
    LETTERS,
    WORDS,
    ReportContext,
    coverage_rows,
    source_of,
    summary_sentence,
    verdict_counts,
    window_text,
)

TOP_GAPS = 10
INK = RGBColor(0x1F, 0x3A, 0x4D)
_ILLEGAL = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")


def write_docx(assessment: Assessment, context: ReportContext, path: Path) -> None:
    """Write the report: summary, coverage, top gaps, findings by objective and criterion, scope, documents, limits."""
    document = docx.Document()
    _style(document)
    company = assessment.profile.company or assessment.engagement
    _footer(document, f"{company}: SOC 2 gap report. Design only; not an audit opinion.")
    document.add_heading("SOC 2 gap report", 0)
    _text(document, company, bold=True, size=13)
    _facts(document, assessment, context)
    document.add_heading("Summary", 1)
    _text(document, assessment.notice or summary_sentence(assessment))
    _counts(document, assessment)
    _text(document, DISCLAIMER, italic=True)
    document.add_heading("Coverage by criterion", 1)
    _coverage(document, assessment)
    if assessment.gaps:
        document.add_heading(f"Top {min(TOP_GAPS, len(assessment.gaps))} of {len(assessment.gaps)} gaps", 1)
        for gap in assessment.gaps[:TOP_GAPS]:
            _gap(document, gap)
        _remaining(document, assessment.gaps[TOP_GAPS:])
    document.add_heading("Findings by AI objective", 1)
    _objective_findings(document, assessment, context)
    document.add_heading("Findings by criterion: baseline requirements", 1)
    _criterion_findings(document, assessment, context)
    document.add_heading("Scope and applicability", 1)
    _conditions(document, assessment)
    document.add_heading("Documents judged", 1)
    rows = [
        [item.name, item.status, str(item.passages), "; ".join(item.warnings)] for item in assessment.corpus.documents
    ]
    _table(document, ["Document", "Status", "Passages", "Warnings"], rows, [6.5, 2.2, 1.8, 6.5])
    document.save(str(path))


def clean(text: str) -> str:
    """Text that Word's XML can hold."""
    return _ILLEGAL.sub("", text)


def _style(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height, section.orientation = Cm(21.0), Cm(29.7), WD_ORIENT.PORTRAIT
    section.left_margin = section.right_margin = Cm(2.0)
    section.top_margin = section.bottom_margin = Cm(2.0)
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Calibri", Pt(10)
    normal.paragraph_format.space_after = Pt(4)
    for level, size in ((0, 24), (1, 15), (2, 12), (3, 10.5)):
        style = document.styles["Title" if level == 0 else f"Heading {level}"]
        style.font.name, style.font.size, style.font.color.rgb = "Calibri", Pt(size), INK
        style.element.rPr.rFonts.set(qn("w:asciiTheme"), "minorHAnsi")
        if level:
            style.paragraph_format.space_before, style.paragraph_format.space_after = Pt(12 if level == 1 else 8), Pt(3)
            style.paragraph_format.keep_with_next = True


def _footer(document: Any, text: str) -> None:
    paragraph = document.sections[0].footer.paragraphs[0]
    paragraph.text = f"{clean(text)}  Page "
    run = paragraph.add_run()
    for kind, content in (("begin", None), (None, "PAGE"), ("end", None)):
        element = OxmlElement("w:instrText" if content else "w:fldChar")
        if content:
            element.text = content
        else:
            element.set(qn("w:fldCharType"), str(kind))
        run._r.append(element)
    for item in paragraph.runs:
        item.font.size = Pt(8)


def _text(document: Any, text: str, *, bold: bool = False, italic: bool = False, size: float | None = None) -> Any:
    paragraph = document.add_paragraph()
    run = paragraph.add_run(clean(text))
    run.bold, run.italic = bold, italic
    if size:
        run.font.size = Pt(size)
    return paragraph


def _labelled(document: Any, label: str, text: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.add_run(f"{label}  ").bold = True
    paragraph.add_run(clean(text))


def _shade(cell: Any, colour: str) -> None:
    shade = OxmlElement("w:shd")
    for key, value in (("w:val", "clear"), ("w:color", "auto"), ("w:fill", colour)):
        shade.set(qn(key), value)
    cell._tc.get_or_add_tcPr().append(shade)


def _table(document: Any, header: Sequence[str], rows: Sequence[Sequence[str]], widths: Sequence[float]) -> Any:
    table = document.add_table(rows=1, cols=len(header))
    table.style, table.autofit = "Table Grid", False
    for cell, title in zip(table.rows[0].cells, header, strict=True):
        _cell(cell, title, bold=True)
        _shade(cell, "DCE6EC")
    properties = table.rows[0]._tr.get_or_add_trPr()
    repeat = OxmlElement("w:tblHeader")
    repeat.set(qn("w:val"), "true")
    properties.append(repeat)
    for row in rows:
        entry = table.add_row()
        unbroken = OxmlElement("w:cantSplit")
        entry._tr.get_or_add_trPr().append(unbroken)
        for cell, value in zip(entry.cells, row, strict=True):
            _cell(cell, value)
            verdict = next((key for key, word in WORDS.items() if value == word), None)
            if verdict:
                _shade(cell, FILL[verdict])
    for row in table.rows:
        for cell, width in zip(row.cells, widths, strict=True):
            cell.width = Cm(width)
    document.add_paragraph().paragraph_format.space_after = Pt(2)
    return table


def _cell(cell: Any, text: str, *, bold: bool = False) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.paragraph_format.space_after = Pt(0)
    run = paragraph.add_run(clean(text))
    run.bold, run.font.size = bold, Pt(8.5)


def _facts(document: Any, assessment: Assessment, context: ReportContext) -> None:
    categories = ", ".join(CATEGORY_TITLES[item] for item in assessment.profile.categories_in_scope)
    rows = [
        ["Engagement", assessment.engagement],
        ["Categories in scope", categories],
        ["Observation window", window_text(assessment)],
        ["Documents", f"{len(assessment.corpus.documents)}, snapshot {assessment.corpus.snapshot}"],
        ["Judge", f"{assessment.judge.name} {assessment.judge.version}, catalogue {assessment.catalogue}"],
        ["Audit log", f"{context.audit_entries} entries, head {context.audit_head[:32]}…"],
    ]
    table = document.add_table(rows=0, cols=2)
    for label, value in rows:
        cells = table.add_row().cells
        _cell(cells[0], label, bold=True)
        _cell(cells[1], value)
        cells[0].width, cells[1].width = Cm(4), Cm(13)


def _counts(document: Any, assessment: Assessment) -> None:
    counts = verdict_counts(assessment)
    rows = [
        [word, LETTERS[verdict], f"{counts[verdict]} of {len(assessment.findings)}"]
        for verdict, word in WORDS.items()
        if counts[verdict]
    ]
    _table(document, ["Verdict", "Letter", "Requirements"], rows, [5, 2, 4])


def _coverage(document: Any, assessment: Assessment) -> None:
    legend = ", ".join(f"{LETTERS[key]} {word.lower()}" for key, word in WORDS.items())
    _text(document, f"Each cell: criterion, letter, requirements met of applicable. {legend}.", size=8.5)
    rows = coverage_rows(assessment)
    width = max((len(items) for _, items in rows), default=0)
    table = document.add_table(rows=0, cols=width + 1)
    table.style, table.autofit = "Table Grid", False
    for series, items in rows:
        cells = table.add_row().cells
        _cell(cells[0], series, bold=True)
        for cell, item in zip(cells[1:], items, strict=False):
            _cell(cell, f"{item.criterion} {LETTERS[item.verdict]}\n{item.met}/{item.applicable}")
            _shade(cell, FILL[item.verdict])
    document.add_paragraph()


def _gap(document: Any, gap: Gap) -> None:
    name = f"{gap.objective}: {gap.title}" if gap.objective else gap.title
    document.add_heading(f"{gap.rank}. {name}", 2)
    _labelled(document, "Severity", f"{gap.severity} of 5. {WORDS[gap.verdict]}. Criteria: {', '.join(gap.criteria)}.")
    _labelled(document, "Why it matters", gap.why)
    if gap.citations:
        _labelled(document, "Found", "")
        for citation in gap.citations:
            _quote(document, citation.quote, source_of(citation))
    if gap.closest:
        _labelled(document, "Nothing found; closest" if not gap.citations else "Closest to what is absent", "")
        for near in gap.closest:
            _quote(document, near.quote, f"{near.document}, {near.locator}: {near.why_not}")
    _labelled(document, "What to do", gap.remediation)
    _labelled(document, "Owner", f"{gap.typical_owner} (accountable function: {gap.owner_function})")
    _labelled(document, "Rank", f"score {gap.score:g}: {gap.rank_reason}")


def _quote(document: Any, quote: str, source: str) -> None:
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.left_indent = Cm(0.8)
    paragraph.add_run(f"“{clean(quote)}” ").italic = True
    run = paragraph.add_run(clean(source))
    run.font.size, run.font.color.rgb = Pt(8.5), RGBColor(0x55, 0x55, 0x55)


def _remaining(document: Any, gaps: Sequence[Gap]) -> None:
    if not gaps:
        return
    document.add_heading("Further gaps", 2)
    rows = [
        [
            str(gap.rank),
            gap.objective or ", ".join(gap.criteria),
            gap.title,
            str(gap.severity),
            WORDS[gap.verdict],
            gap.typical_owner,
        ]
        for gap in gaps
    ]
    _table(document, ["Rank", "Id", "Gap", "Sev.", "Status", "Owner"], rows, [1.2, 2.3, 6.5, 1.0, 2.6, 3.4])


def _finding_rows(findings: Sequence[Finding], texts: dict[str, str]) -> list[list[str]]:
    rows = []
    for item in findings:
        basis = "\n".join(f"“{citation.quote}” ({source_of(citation)})" for citation in item.citations)
        if not basis and item.closest:
            basis = f"Closest: “{item.closest[0].quote}” ({item.closest[0].document}, {item.closest[0].locator})"
        missing = ", ".join(FACET_WORDS.get(name, name) for name in item.missing)
        note = f"Missing: {missing}" if missing else item.why
        flags = f" [{', '.join(item.flags)}]" if item.flags else ""
        rows.append([f"{item.requirement}\n{texts[item.requirement]}", WORDS[item.verdict], basis, note + flags])
    return rows


def _objective_findings(document: Any, assessment: Assessment, context: ReportContext) -> None:
    texts = {item.id: item.text for item in context.catalogue.requirements()}
    for result in assessment.objectives:
        document.add_heading(f"{result.objective}: {result.title}", 3)
        if result.verdict == "not_applicable":
            _text(document, result.why)
            continue
        _text(document, f"{WORDS[result.verdict]}: {result.why}. Criteria {', '.join(result.criteria)}.")
        own = [item for item in assessment.findings if item.objective == result.objective]
        _table(document, ["Requirement", "Verdict", "Basis", "Note"], _finding_rows(own, texts), [4.6, 2.0, 7.2, 3.2])


def _criterion_findings(document: Any, assessment: Assessment, context: ReportContext) -> None:
    texts = {item.id: item.text for item in context.catalogue.requirements()}
    for result in assessment.criteria:
        document.add_heading(f"{result.criterion} {result.title}", 3)
        own = [item for item in assessment.findings if item.objective is None and result.criterion in item.criteria]
        _table(document, ["Requirement", "Verdict", "Basis", "Note"], _finding_rows(own, texts), [4.6, 2.0, 7.2, 3.2])


def _conditions(document: Any, assessment: Assessment) -> None:
    rows = []
    for item in assessment.conditions:
        basis = f"“{item.citation.quote}” ({source_of(item.citation)})" if item.citation else item.reason
        rows.append([item.condition.replace("_", " "), "yes" if item.holds else "no", item.source, basis])
    _table(document, ["Condition", "Holds", "Known from", "Basis"], rows, [4, 1.4, 2.4, 9.2])
