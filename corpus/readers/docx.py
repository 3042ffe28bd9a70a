"""Word documents by python-docx: body order kept, tables included, notes where they are referred to, inserted text kept
and deleted text left out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from corpus.assemble import Piece, assemble, row_text
from corpus.errors import UnreadableDocument
from corpus.readers.archive import check_archive
from corpus.types import Document

_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_FALLBACK = "{http://schemas.openxmlformats.org/markup-compatibility/2006}Fallback"
_LEFT_OUT = {_FALLBACK, f"{_W}moveFrom", f"{_W}del"}
"""The second copy of a text box, and text that was moved away or deleted."""
_LEVEL = re.compile(r"(\d)$")
MAX_HEADING_CHARS = 120


def read(path: Path, name: str, sha256: str) -> Document:
    """Read the body of a Word document; page headers and footers are left out."""
    warnings = check_archive(path, name, "word/document.xml")
    import docx

    try:
        body = docx.Document(str(path))
        _unwrap_controls(body.element.body)
        _inline_notes(body)
        pieces = list(_blocks(body))
    except Exception as error:  # python-docx raises KeyError, ValueError, XMLSyntaxError and more on damaged parts
        raise UnreadableDocument(
            name, "damaged", "Word content cannot be read. Save it again in Word, then ingest it again."
        ) from error
    return assemble(name, sha256, "docx", pieces, warnings=warnings)


def _unwrap_controls(body: Any) -> None:
    """Replace content controls (templates wrap whole sections in them) by what they hold."""
    for control in list(body.iter(f"{_W}sdt")):
        content = control.find(f"{_W}sdtContent")
        parent = control.getparent()
        if content is not None and parent is not None:
            place = parent.index(control)
            for child in reversed(list(content)):
                parent.insert(place, child)
            parent.remove(control)


def _inline_notes(document: Any) -> None:
    """Put the text of foot- and endnotes, in brackets, where the body refers to them."""
    from docx.oxml import OxmlElement, parse_xml

    for part in document.part.package.iter_parts():
        for kind in ("footnote", "endnote"):
            if not str(part.partname).endswith(f"/{kind}s.xml"):
                continue
            notes = {
                note.get(f"{_W}id"): " ".join(_text(note).split()) for note in parse_xml(part.blob).iter(f"{_W}{kind}")
            }
            for reference in list(document.element.body.iter(f"{_W}{kind}Reference")):
                text = notes.get(reference.get(f"{_W}id"))
                if text:
                    shown = OxmlElement("w:t")
                    shown.text = f" [{text}]"
                    reference.addnext(shown)


def _blocks(container: Any) -> Iterator[Piece]:
    for item in container.iter_inner_content():
        if hasattr(item, "rows"):
            yield from _table(item)
        else:
            yield from _paragraph(item)


def _paragraph(paragraph: Any) -> Iterator[Piece]:
    text = _text(paragraph._p)
    if not text.strip():
        return
    style = (paragraph.style.name or "").lower() if paragraph.style is not None else ""
    if style.startswith("heading") or style in ("title", "subtitle"):
        level = _LEVEL.search(style)
        yield Piece("heading", text, int(level.group(1)) if level else 1)
    elif _is_bold_heading(paragraph, text):
        yield Piece("heading", text, 5)
    elif style.startswith("list") or paragraph._p.find(f"{_W}pPr/{_W}numPr") is not None:
        yield Piece("list_item", text)
    else:
        yield Piece("paragraph", text)


def _is_bold_heading(paragraph: Any, text: str) -> bool:
    """A short line wholly in bold that ends like a title: how headings look in documents made without styles."""
    runs = [run for run in paragraph.runs if run.text.strip()]
    return (
        0 < len(text) <= MAX_HEADING_CHARS
        and len(text.split()) <= 12
        and bool(runs)
        and all(run.bold for run in runs)
        and text.rstrip()[-1:] not in ".;,?!"
    )


def _text(element: Any) -> str:
    parts: list[str] = []
    skipped: set[Any] = set()
    for node in element.iter():
        if node.getparent() in skipped or node.tag in _LEFT_OUT:
            skipped.add(node)
        elif node.tag == f"{_W}p" and parts and node is not element:
            parts.append(" ")
        elif node.tag == f"{_W}t":
            parts.append(node.text or "")
        elif node.tag in (f"{_W}tab", f"{_W}br", f"{_W}cr"):
            parts.append(" ")
        elif node.tag == f"{_W}noBreakHyphen":
            parts.append("-")
    return "".join(parts)


def _table(table: Any) -> Iterator[Piece]:
    rows = []
    for row in table.rows:
        cells, seen = [], set()
        for cell in row.cells:
            if cell._tc in seen:  # a merged cell is listed once for each grid column: its text stands in the first
                cells.append("")
                continue
            seen.add(cell._tc)
            cells.append(" ".join(_text(cell._tc).split()))
        rows.append(cells)
    yield from table_pieces(rows)


def table_pieces(rows: list[list[str]], places: list[str] | None = None) -> Iterator[Piece]:
    """Rows of a table as pieces; the first row with several filled cells is the header.

    A two-column table whose first row reads like data ('Owner', 'Jane Doe') keeps 'first: second' in every row.
    """
    header: list[str] | None = None
    for i, row in enumerate(rows):
        place = places[i] if places else ""
        filled = [cell for cell in row if cell.strip()]
        if not filled:
            continue
        if len(filled) == 1 and len(row) > 1 and header is None:
            yield Piece("paragraph", filled[0], place=place)
        elif header is None and is_key_value(rows[i:]):
            header = []
            yield Piece("table_row", _key_value(row), place=place)
        elif header is None and len(rows) > i + 1:
            header = row
        elif header:
            yield Piece("table_row", row_text(header, row), place=place)
        else:
            yield Piece("table_row", _key_value(row) if len(row) == 2 else row_text([], row), place=place)


def is_key_value(rows: list[list[str]]) -> bool:
    """Whether a two-column table lists properties of one thing rather than records under a header."""
    if not rows or any(len(row) != 2 for row in rows) or len(rows) > 15:
        return False
    keys = {row[0].strip().rstrip(":").casefold() for row in rows}
    known = {"owner", "version", "approved by", "effective date", "effective", "review date", "next review", "document owner",
             "status", "approver", "classification", "last reviewed", "author", "date", "department", "document", "title",
             "policy owner", "review cycle", "supersedes", "last review", "approved", "document id", "prepared by"}  # fmt: skip
    heads = (
        "item",
        "field",
        "name",
        "role",
        "control",
        "term",
        "metric",
        "system",
        "vendor",
        "data",
        "stage",
        "what",
        "step",
    )
    return len(keys & known) >= 2 or (len(keys & known) == 1 and not rows[0][0].casefold().startswith(heads))


def _key_value(row: list[str]) -> str:
    key, value = row[0].strip().rstrip(":"), row[1].strip()
    return f"{key}: {value}" if key and value else key or value
