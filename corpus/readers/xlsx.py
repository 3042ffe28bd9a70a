"""Workbooks by openpyxl's streaming parser: only cells that exist are visited, so a far cell costs nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime
from pathlib import Path
from typing import Any

from corpus.assemble import Piece, assemble
from corpus.errors import UnreadableDocument
from corpus.readers.archive import check_archive
from corpus.readers.docx import table_pieces
from corpus.types import Document

MAX_CELLS = 1_000_000
MAX_COLUMNS = 200
_UNSTORED = re.compile(rb"(?:</f>|<f\b[^>]*/>)\s*(?:<v\s*/>|<v>\s*</v>)?\s*</c>")
"""A formula cell that was never calculated: no value stands after the formula."""


def read(path: Path, name: str, sha256: str) -> Document:
    """Read all visible and hidden sheets in order; formulas give their stored values and are never run."""
    warnings = check_archive(path, name, "xl/workbook.xml")
    import openpyxl

    try:
        workbook = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            pieces: list[Piece] = []
            for sheet in workbook.worksheets:
                pieces.extend(_sheet(sheet, warnings))
                if sheet.sheet_state != "visible":
                    warnings.append(f"sheet {sheet.title} is hidden; it was read")
            sheets = len(workbook.worksheets)
        finally:
            workbook.close()
    except UnreadableDocument:
        raise
    except Exception as error:  # openpyxl raises KeyError, ValueError, ParseError and more on damaged parts
        raise UnreadableDocument(
            name, "damaged", "the workbook cannot be read. Save it again in Excel, then ingest it again."
        ) from error
    return assemble(name, sha256, "xlsx", pieces, pages=sheets, warnings=warnings)


def _sheet(sheet: Any, warnings: list[str]) -> Iterator[Piece]:
    yield Piece("heading", sheet.title, 1)
    rows: list[list[str]] = []
    places: list[str] = []
    previous = 0
    for number, cells in _stored_rows(sheet, warnings):
        width = max(column for column, _ in cells)
        row = [""] * width
        for column, value in cells:
            row[column - 1] = value
        if rows and number > previous + 1:  # an empty row ends a table
            yield from table_pieces(_trim(rows), places)
            rows, places = [], []
        rows.append(row)
        first = min(column for column, value in cells if value)
        places.append(f"{sheet.title}!{_letters(first)}{number}")
        previous = number
    yield from table_pieces(_trim(rows), places)


def _trim(rows: list[list[str]]) -> list[list[str]]:
    """Equal widths, without the columns that are empty everywhere."""
    width = max((len(row) for row in rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows]
    used = [i for i in range(width) if any(row[i] for row in rows)]
    return [[row[i] for i in used] for row in rows]


def _stored_rows(sheet: Any, warnings: list[str]) -> Iterator[tuple[int, list[tuple[int, str]]]]:
    from openpyxl.worksheet._reader import WorkSheetParser

    book = sheet.parent
    count = 0
    percent = _percent_styles(book)
    with sheet._get_source() as source:
        unstored = len(_UNSTORED.findall(source.read()))
    if unstored:
        warnings.append(
            f"sheet {sheet.title}: {unstored} formula cells have no stored value. Save the workbook in Excel, then "
            "ingest it again"
        )
    with sheet._get_source() as source:
        parser = WorkSheetParser(
            source,
            sheet._shared_strings,
            data_only=True,
            epoch=book.epoch,
            date_formats=book._date_formats,
            timedelta_formats=book._timedelta_formats,
        )
        for number, cells in parser.parse():
            kept = []
            for cell in cells:
                value = _value(cell["value"], cell["style_id"] in percent)
                if value and cell["column"] <= MAX_COLUMNS:
                    kept.append((cell["column"], value))
                elif value:
                    warnings.append(f"sheet {sheet.title}: columns after {MAX_COLUMNS} were left out")
            count += len(kept)
            if count > MAX_CELLS:
                warnings.append(f"sheet {sheet.title}: only the first {MAX_CELLS:,} cells were read")
                return
            if kept:
                yield number, kept


def _percent_styles(book: Any) -> set[int]:
    """Style ids whose number format shows a share as a percentage."""
    from openpyxl.styles.numbers import BUILTIN_FORMATS

    formats = {**BUILTIN_FORMATS, **{164 + i: text for i, text in enumerate(book._number_formats)}}
    return {i for i, style in enumerate(book._cell_styles) if "%" in str(formats.get(style.numFmtId, ""))}


def _value(value: Any, percent: bool = False) -> str:
    if value is None:
        return ""
    if percent and isinstance(value, int | float) and not isinstance(value, bool):
        return f"{round(value * 100, 6):g}%"
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == value.time().min else value.isoformat(" ", "minutes")
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, float) and value.is_integer():
        return str(int(value))
    return " ".join(str(value).split())


def _letters(column: int) -> str:
    from openpyxl.utils import get_column_letter

    return str(get_column_letter(column))
