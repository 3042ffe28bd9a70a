"""PDF: text and layout by pypdfium2, structure and encryption by pypdf, ruled tables by pdfplumber."""

from __future__ import annotations

import ctypes
import logging
import re
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from statistics import median
from typing import Any

from corpus.assemble import Piece, assemble, clean_text
from corpus.errors import UnreadableDocument
from corpus.readers.docx import table_pieces
from corpus.types import Document

MAX_PAGES = 10_000
MIN_RULES_OF_A_TABLE = 6
"""Ruling lines or boxes on a page below which no table is looked for (pdfplumber reads 10 pages a second)."""
TABLES_BUDGET_S = 25.0
REPEATED_SHARE = 0.5
"""A line at the edge of this share of the pages, digits set aside, is a running header or footer."""
_BULLET = re.compile(r"^\s*(?:[•◦▪‣●○■□–\-*\uf0b7\u2022]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+")
_END = re.compile(r"[.!?:;][\"'”’)]*$")


@dataclass(frozen=True)
class Line:
    """One line of a page; coordinates in points from the bottom left."""

    text: str
    size: float
    bold: bool
    left: float
    top: float
    bottom: float


@dataclass(frozen=True)
class RuledTable:
    """Cells of a table with lines around them, and its box."""

    top: float
    bottom: float
    left: float
    right: float
    rows: list[list[str]]

    def holds(self, line: Line) -> bool:
        """Whether a line of text begins inside the box."""
        inside = self.left - 2 <= line.left <= self.right + 2
        return inside and self.bottom - 2 <= line.bottom and line.top <= self.top + 2


def read(path: Path, name: str, sha256: str) -> Document:
    """Read a PDF that carries text.

    Raises:
        UnreadableDocument: `encrypted`, `no_text` (scanned pages), `damaged` or `too_large`.
    """
    _check_encryption(path, name)
    with _upright(path) as upright:
        return _read_upright(upright, name, sha256)


@contextmanager
def _upright(path: Path) -> Iterator[Path]:
    """The file itself, or a copy in which the text of turned pages runs from left to right: text and ruled tables then
    share coordinates."""
    from pypdf import PdfReader, PdfWriter
    from pypdf.generic import NameObject, NumberObject

    with tempfile.TemporaryDirectory() as scratch:
        target = path
        try:
            reader = PdfReader(path)
            if not reader.is_encrypted and any(page.rotation % 360 for page in reader.pages):
                turned = _sideways_pages(path)
                writer = PdfWriter(clone_from=reader)
                for number, page in enumerate(writer.pages):
                    if number in turned:
                        page.transfer_rotation_to_content()
                    elif page.rotation % 360:
                        page[NameObject("/Rotate")] = NumberObject(0)
                copy = Path(scratch) / "upright.pdf"
                writer.write(copy)
                target = copy
        except Exception:  # pypdf raises many types on damaged structure; pdfium reads the original then
            target = path
        yield target


def _sideways_pages(path: Path) -> set[int]:
    """Turned pages whose text runs upwards or downwards in the page's own coordinates."""
    import pypdfium2

    found = set()
    with pypdfium2.PdfDocument(str(path)) as pdf:
        for number in range(len(pdf)):
            page = pdf[number]
            if page.get_rotation() % 360:
                text = page.get_textpage()
                boxes = [text.get_charbox(i) for i in range(min(60, text.count_chars()))]
                across = sum(abs(b[0] - a[0]) < abs(b[1] - a[1]) for a, b in pairwise(boxes))
                if 2 * across > len(boxes):
                    found.add(number)
    return found


def _read_upright(path: Path, name: str, sha256: str) -> Document:
    import pypdfium2

    try:
        pdf = pypdfium2.PdfDocument(str(path))
    except pypdfium2.PdfiumError as error:
        reason = "encrypted" if "password" in str(error).lower() else "damaged"
        message = (
            "it is password-protected. Remove the password, then ingest it again."
            if reason == "encrypted"
            else "the PDF is cut off or damaged. Print it to PDF again, then ingest it."
        )
        raise UnreadableDocument(name, reason, message) from error
    try:
        count = len(pdf)
        if count > MAX_PAGES:
            raise UnreadableDocument(name, "too_large", f"{count:,} pages. Split the file, then ingest the parts.")
        pages, ruled = [], []
        for number in range(count):
            page = pdf[number]
            lines, rules = _page_lines(page)
            pages.append(lines)
            ruled.append(rules >= MIN_RULES_OF_A_TABLE)
            page.close()
    finally:
        pdf.close()
    silent = [number + 1 for number, lines in enumerate(pages) if not lines]
    if len(silent) == count:
        raise UnreadableDocument(
            name, "no_text", f"no text on {count} of {count} pages. Run OCR, then ingest it again."
        )
    warnings = []
    if silent:
        shown = ", ".join(map(str, silent[:10])) + (" ..." if len(silent) > 10 else "")
        warnings.append(f"no text on {len(silent)} of {count} pages ({shown}); run OCR if they are scans")
    repeated = repeated_lines(pages)
    if all(_shape(line.text) in repeated for lines in pages for line in lines):
        repeated = set()
    tables = _tables(path, [number for number, has_rules in enumerate(ruled) if has_rules], warnings)
    pieces = list(_pieces(pages, repeated, tables))
    return assemble(name, sha256, "pdf", pieces, pages=count, warnings=warnings)


def _check_encryption(path: Path, name: str) -> None:
    from pypdf import PdfReader
    from pypdf.errors import PyPdfError

    logging.getLogger("pypdf").setLevel(logging.ERROR)
    try:
        reader = PdfReader(path)
        locked = reader.is_encrypted and not reader.decrypt("")
    except (PyPdfError, ValueError, KeyError, TypeError, RecursionError, OSError, NotImplementedError):
        return  # pdfium repairs more than pypdf reads; it reports for itself what it cannot open
    if locked:
        raise UnreadableDocument(
            name, "encrypted", "it is password-protected. Remove the password, then ingest it again."
        )


def _page_lines(page: Any) -> tuple[list[Line], int]:
    """Lines in content order with font size and weight, and the number of ruling paths on the page."""
    import pypdfium2.raw as raw

    text_page = page.get_textpage()
    try:
        count = text_page.count_chars()
        lines: list[Line] = []
        if count > 0:
            text = text_page.get_text_range(0, count, errors="ignore")
            position = 0
            for chunk in re.split(r"(\r\n|\n|\r)", text):
                stripped = chunk.strip()
                if stripped:
                    first = position + len(chunk) - len(chunk.lstrip())
                    lines.append(_line(raw, text_page, stripped, first))
                position += len(chunk)
    finally:
        text_page.close()
    rules = sum(1 for item in page.get_objects(filter=[raw.FPDF_PAGEOBJ_PATH], max_depth=2))
    return lines, rules


def _line(raw: Any, text_page: Any, text: str, first: int) -> Line:
    handle = text_page.raw
    size = raw.FPDFText_GetFontSize(handle, first)
    name = ctypes.create_string_buffer(128)
    flags = ctypes.c_int()
    raw.FPDFText_GetFontInfo(handle, first, name, 128, ctypes.byref(flags))
    bold = b"bold" in name.value.lower() or b"black" in name.value.lower()
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    raw.FPDFText_GetCharBox(handle, first, left, right, bottom, top)
    return Line(text, round(size, 1), bold, left.value, top.value, bottom.value)


def repeated_lines(pages: list[list[Line]]) -> set[str]:
    """Running headers and footers: lines among the outer three of a page that recur, at one height, on half of the pages."""
    heights: dict[str, Counter[int]] = {}
    for lines in pages:
        for shape, height in {(_shape(line.text), round(line.bottom / 4)) for line in outer_lines(lines)}:
            heights.setdefault(shape, Counter())[height] += 1
    filled = sum(1 for lines in pages if lines)
    needed = max(2, REPEATED_SHARE * filled)
    repeated = {shape for shape, seen in heights.items() if seen.most_common(1)[0][1] >= needed}
    return repeated | {shape for shape in heights if re.fullmatch(r"page #(?: (?:of|/) #)?", shape)}


def outer_lines(lines: list[Line]) -> list[Line]:
    """The three highest and the three lowest lines of a page."""
    ordered = sorted(lines, key=lambda line: -line.top)
    return ordered[:3] + ordered[-3:]


def _shape(text: str) -> str:
    return re.sub(r"\d+", "#", " ".join(text.split())).casefold()


def _tables(path: Path, pages: list[int], warnings: list[str]) -> dict[int, list[RuledTable]]:
    """Ruled tables by page, within a time budget: pages after it keep their text without cells."""
    if not pages:
        return {}
    import pdfplumber

    found: dict[int, list[RuledTable]] = {}
    deadline = time.monotonic() + TABLES_BUDGET_S
    try:
        with pdfplumber.open(path, pages=[number + 1 for number in pages]) as pdf:
            for page in pdf.pages:
                if time.monotonic() > deadline:
                    warnings.append(f"tables from page {page.page_number} on were read as plain text")
                    break
                if page.rotation:
                    continue
                height = float(page.height)
                for table in page.find_tables():
                    rows = [[clean_cell(cell) for cell in row] for row in table.extract()]
                    if len(rows) >= 2 and max(map(len, rows)) >= 2:
                        left, top, right, bottom = table.bbox
                        ruled = RuledTable(height - top, height - bottom, left, right, rows)
                        found.setdefault(page.page_number - 1, []).append(ruled)
                page.close()
    except Exception as error:  # pdfminer raises many types on odd files; the text itself was read already
        warnings.append(f"tables were read as plain text ({type(error).__name__})")
    return found


def clean_cell(cell: str | None) -> str:
    """A cell's lines joined; a word broken at the line end by a hyphen keeps its hyphen without a blank."""
    return " ".join(re.sub(r"(\w)-\n(\w)", r"\1-\2", cell or "").split())


def _pieces(pages: list[list[Line]], repeated: set[str], tables: dict[int, list[RuledTable]]) -> Iterator[Piece]:
    sizes = Counter(line.size for lines in pages for line in lines for _ in range(len(line.text)))
    body_size = sizes.most_common(1)[0][0] if sizes else 10.0
    heading_sizes = sorted(
        {line.size for lines in pages for line in lines if line.size > body_size + 0.9}, reverse=True
    )
    pending: Piece | None = None
    header: list[str] | None = None
    for number, lines in enumerate(pages):
        place = f"p. {number + 1}"
        on_page = sorted(tables.get(number, []), key=lambda table: -table.top)
        outer = outer_lines(lines)
        kept = [line for line in lines if not (line in outer and _shape(line.text) in repeated)]
        outside = [line for line in kept if not any(table.holds(line) for table in on_page)]
        waiting = list(on_page)
        for group in _paragraphs(outside, body_size):
            while waiting and waiting[0].top >= group[0].top:
                if pending:
                    yield pending
                    pending = None
                header, pieces = _continued(waiting.pop(0).rows, header, place)
                yield from pieces
            piece = _paragraph_piece(group, heading_sizes, place)
            if pending and _continues(pending, piece):
                pending = Piece(pending.kind, _join(pending.text, piece.text), pending.level, pending.place)
                continue
            if pending:
                yield pending
            pending = piece
            header = None
        for rows in [table.rows for table in waiting]:
            if pending:
                yield pending
                pending = None
            header, pieces = _continued(rows, header, place)
            yield from pieces
    if pending:
        yield pending


def _continued(rows: list[list[str]], header: list[str] | None, place: str) -> tuple[list[str], list[Piece]]:
    """A table that goes on over a page break keeps the header of its first part."""
    if header and len(header) == len(rows[0]) and rows[0] != header and not all(len(cell) < 30 for cell in rows[0]):
        rows = [header, *rows]
    return rows[0], list(table_pieces(rows, [place] * len(rows)))


def _paragraphs(lines: list[Line], body_size: float) -> Iterator[list[Line]]:
    """Consecutive lines of one font size without a gap or a bullet between them."""
    gaps = [a.bottom - b.top for a, b in pairwise(lines) if -2 < a.bottom - b.top < 3 * body_size]
    usual = median(gaps) if gaps else 0.0
    group: list[Line] = []
    for line in lines:
        if group:
            last = group[-1]
            gap = last.bottom - line.top
            new = (
                abs(line.size - last.size) > 0.6
                or (line.bold != last.bold and (len(last.text) < 80 and not re.search(r"[a-z,]$", last.text)))
                or gap > usual + 0.35 * body_size
                or gap < -3 * body_size
                or _BULLET.match(line.text)
            )
            if new:
                yield group
                group = []
        group.append(line)
    if group:
        yield group


def _paragraph_piece(group: list[Line], heading_sizes: list[float], place: str) -> Piece:
    text = ""
    for line in group:
        text = _join(text, line.text)
    words = len(text.split())
    first = group[0]
    if words <= 16 and first.size in heading_sizes and not text.endswith((".", ";", ",")):
        return Piece("heading", text, min(6, heading_sizes.index(first.size) + 1), place)
    if words <= 14 and all(line.bold for line in group) and not _END.search(text):
        return Piece("heading", text, min(6, len(heading_sizes) + 1), place)
    if _BULLET.match(text):
        return Piece("list_item", _BULLET.sub("", text), 0, place)
    return Piece("paragraph", text, 0, place)


def _join(before: str, line: str) -> str:
    if not before:
        return line
    if before.endswith(("\u00ad", "\x02", "\ufffe")):
        return before[:-1] + line
    if re.search(r"\w-$", before) and re.match(r"[a-z]", line):
        return before + line
    return f"{before} {line}"


def _continues(before: Piece, piece: Piece) -> bool:
    """A paragraph that goes on over a page break: no end mark before it, a small letter after it."""
    return (
        before.place != piece.place
        and before.kind in ("paragraph", "list_item")
        and piece.kind == "paragraph"
        and not _END.search(clean_text(before.text))
        and clean_text(piece.text)[:1].islower()
    )
