"""A draft as a Word document that carries DRAFT on every page."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import docx
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import RGBColor

from analyzers.drafting.types import Draft, Sentence
from exports.draft_markdown import MARK, sources_of
from exports.report_docx import _ILLEGAL

PROPOSED = RGBColor(0x1F, 0x4E, 0x79)
ASKED = RGBColor(0xA6, 0x3A, 0x00)


def write_draft_docx(draft: Draft, path: Path, approved: str = "") -> None:
    """Practice in black with its source, proposals in blue and marked, questions in brackets and orange."""
    document = docx.Document()
    header = document.sections[0].header.paragraphs[0]
    header.text = f"{_clean(approved) or 'DRAFT, not adopted'}: {_clean(draft.title)}"
    document.sections[0].footer.paragraphs[0].text = f"{_clean(draft.company)}. {_clean(approved) or MARK}"
    document.add_heading(_clean(draft.title), 0)
    facts = document.add_table(rows=0, cols=2)
    facts.style = "Table Grid"
    facts_rows = (("Company", draft.company), ("Owner", draft.owner), ("Criteria", ", ".join(draft.criteria)),
                  ("Status", approved or "Draft, not adopted"), ("Made from", draft.based_on))  # fmt: skip
    for name, value in facts_rows:
        cells = facts.add_row().cells
        cells[0].text, cells[1].text = name, _clean(value)
    _contents(document, draft)
    for section in draft.sections:
        document.add_heading(_clean(section.heading), section.level)
        for sentence in section.sentences:
            _sentence(document, sentence, approved)
        if section.header:
            _table(document, section.header, section.rows)
    if draft.blanks:
        document.add_heading("Open questions", 1)
        rows = [(blank.id, blank.question, blank.asked_of) for blank in draft.blanks]
        _table(document, ("Blank", "Question", "Asked of"), rows)
    document.save(str(path))


def _table(document: Any, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """A grid whose header row is repeated on each page."""
    table = document.add_table(rows=1, cols=len(header))
    table.style = "Table Grid"
    repeat = OxmlElement("w:tblHeader")
    table.rows[0]._tr.get_or_add_trPr().append(repeat)
    for cell, text in zip(table.rows[0].cells, header, strict=True):
        cell.paragraphs[0].add_run(text).bold = True
    for row in rows:
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = _clean(text)


def _contents(document: Any, draft: Draft) -> None:
    """A table-of-contents field; Word fills in page numbers when it updates fields, until then the headings show."""
    document.add_paragraph().add_run("Contents").bold = True
    paragraph = document.add_paragraph()
    for kind in ("begin", "instruction", "separate", "text", "end"):
        run = paragraph.add_run()
        if kind == "instruction":
            code = OxmlElement("w:instrText")
            code.set(qn("xml:space"), "preserve")
            code.text = 'TOC \\o "1-2" \\h \\z \\u'
            run._r.append(code)
        elif kind == "text":
            run.text = "\n".join("    " * (section.level - 1) + _clean(section.heading) for section in draft.sections)
        else:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
            run._r.append(mark)


def _sentence(document: Any, sentence: Sentence, approved: str) -> None:
    paragraph = document.add_paragraph(style="List Bullet" if sentence.kind != "statement" else None)
    if sentence.kind == "practice":
        paragraph.add_run("Practice: ").bold = True
        paragraph.add_run(_clean(sentence.text))
    elif sentence.kind == "proposal":
        label = paragraph.add_run(f"{'Control' if approved else 'Proposed'} ({sentence.requirement or 'control'}): ")
        label.bold = True
        label.font.color.rgb = PROPOSED
        _with_questions(paragraph, sentence)
        for source in sources_of(sentence):
            paragraph.add_run(_clean(f" [{source}]")).italic = True
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
