"""A vendor's dossier: JSON, lines for a terminal, and a Word document."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from analyzers.vendors.rating import RULES
from analyzers.vendors.types import Answer, VendorAssessment
from exports.report_docx import _ILLEGAL

WIDTHS_CM = (3.1, 2.8, 2.4, 7.2)
STANDING = "Design and contract only, from the documents named; not an audit opinion. A person reviews and decides."


def assessment_json(result: VendorAssessment) -> str:
    """All fields: vendor, questions, rating, issues, follow_ups, then reasons, missing clauses, documents."""
    return result.model_dump_json(indent=2)


def assessment_lines(result: VendorAssessment) -> Iterator[str]:
    """The assessment for a terminal."""
    yield f"{result.vendor}: {result.rating}"
    yield from (f"  because {reason}" for reason in result.reasons)
    yield ""
    for answer in result.questions:
        yield f"{answer.key}: {answer.state}{f' ({answer.value})' if answer.value else ''}, {_standing(answer)}"
        yield from (f"    “{item.quote[:160]}” ({item.document}, {item.locator})" for item in answer.citations[:3])
    for title, items in (
        ("Issues", result.issues),
        ("Ask the vendor", result.follow_ups),
        ("Clauses missing", result.missing_clauses),
    ):
        if items:
            yield f"\n{title}"
            yield from (f"  - {item}" for item in items)
    yield f"\n{STANDING}"


def _standing(answer: Answer) -> str:
    return "proof" if answer.proof else "claim only" if answer.citations else "nothing found"


def write_dossier(result: VendorAssessment, path: Path) -> None:
    """Rating with its rules, questions with claims and proof, issues, follow-ups and missing clauses."""
    import docx
    from docx.shared import Cm

    document = docx.Document()
    document.add_heading(_clean(f"Vendor dossier: {result.vendor}"), 0)
    document.add_paragraph(STANDING)
    document.add_heading(f"Rating: {result.rating}", 1)
    _bullets(document, result.reasons)
    document.add_heading("The 18 questions", 1)
    table = document.add_table(rows=1, cols=4)
    table.style = "Table Grid"
    table.autofit = False
    for cell, text in zip(
        table.rows[0].cells, ("Question", "State", "Standing", "What the documents say"), strict=True
    ):
        cell.text = text
    for answer in result.questions:
        cells = table.add_row().cells
        quotes = [f"“{item.quote[:300]}” ({item.document}, {item.locator})" for item in answer.citations[:3]]
        texts = (answer.key.replace("_", " "), answer.state.replace("_", " "), _standing(answer), "\n".join(quotes))
        for cell, text in zip(cells, texts, strict=True):
            cell.text = _clean(text)
    for column, width in zip(table.columns, WIDTHS_CM, strict=True):
        column.width = Cm(width)
    for row in table.rows:
        for cell, width in zip(row.cells, WIDTHS_CM, strict=True):
            cell.width = Cm(width)
    for title, items in (
        ("Issues", result.issues),
        ("Follow-up questions to send", result.follow_ups),
        ("Contract clauses missing", result.missing_clauses),
        ("Documents read", result.documents),
        ("Rules of the rating", tuple(f"{level}: {rule}" for level, rule in RULES)),
    ):
        document.add_heading(title, 1)
        _bullets(document, items or ("None.",))
    document.save(str(path))


def _bullets(document: Any, items: tuple[str, ...]) -> None:
    for item in items:
        document.add_paragraph(_clean(item), style="List Bullet")


def _clean(text: str) -> str:
    return _ILLEGAL.sub("", text)
