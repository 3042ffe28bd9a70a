"""A draft as a Word document that carries DRAFT on every page."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import docx
from docx.shared import RGBColor

from analyzers.drafting.types import Draft, Sentence
from exports.context import source_of
from exports.draft_markdown import MARK
from exports.report_docx import _ILLEGAL

PROPOSED = RGBColor(0x1F, 0x4E, 0x79)
ASKED = RGBColor(0xA6, 0x3A, 0x00)


def write_draft_docx(draft: Draft, path: Path) -> None:
    """Practice in black with its source, proposals in blue and marked, questions in brackets and orange."""
    document = docx.Document()
    header = document.sections[0].header.paragraphs[0]
    header.text = f"DRAFT, not adopted: {_clean(draft.title)}"
    document.sections[0].footer.paragraphs[0].text = f"{_clean(draft.company)}. {MARK}"
    document.add_heading(_clean(draft.title), 0)
    facts = document.add_table(rows=0, cols=2)
    facts.style = "Table Grid"
    rows = (("Company", draft.company), ("Owner", draft.owner), ("Criteria", ", ".join(draft.criteria)),
            ("Status", "Draft, not adopted"), ("Made from", draft.based_on))  # fmt: skip
    for name, value in rows:
        cells = facts.add_row().cells
        cells[0].text, cells[1].text = name, _clean(value)
    for section in draft.sections:
        document.add_heading(section.heading, 1)
        for sentence in section.sentences:
            _sentence(document, sentence)
    if draft.blanks:
        document.add_heading("Open questions", 1)
        table = document.add_table(rows=1, cols=3)
        table.style = "Table Grid"
        for cell, text in zip(table.rows[0].cells, ("Requirement", "Question", "Asked of"), strict=True):
            cell.text = text
        for blank in draft.blanks:
            cells = table.add_row().cells
            cells[0].text, cells[1].text, cells[2].text = blank.requirement, _clean(blank.question), blank.asked_of
    document.save(str(path))


def _sentence(document: Any, sentence: Sentence) -> None:
    paragraph = document.add_paragraph(style="List Bullet" if sentence.kind != "statement" else None)
    if sentence.kind == "practice":
        paragraph.add_run("Practice: ").bold = True
        paragraph.add_run(_clean(sentence.text))
    elif sentence.kind == "proposal":
        label = paragraph.add_run(f"Proposed ({sentence.requirement or 'control'}): ")
        label.bold = True
        label.font.color.rgb = PROPOSED
        _with_questions(paragraph, sentence)
        for item in sentence.filled:
            paragraph.add_run(_clean(f" [{item.value}: {source_of(item.citation)}]")).italic = True
    else:
        paragraph.add_run(_clean(sentence.text))


def _with_questions(paragraph: Any, sentence: Sentence) -> None:
    rest = _clean(sentence.text)
    while "[ASK " in rest:
        before, _, after = rest.partition("[ASK ")
        question, _, rest = after.partition("]")
        paragraph.add_run(before).font.color.rgb = PROPOSED
        asked = paragraph.add_run(f"[ASK {question}]")
        asked.bold = True
        asked.font.color.rgb = ASKED
    paragraph.add_run(rest).font.color.rgb = PROPOSED


def _clean(text: str) -> str:
    return _ILLEGAL.sub("", text)
