"""CSV and TSV-like files: one row, one piece, each with its header."""

from __future__ import annotations

import csv
import io
from pathlib import Path

from corpus.assemble import assemble
from corpus.errors import UnreadableDocument
from corpus.readers.docx import table_pieces
from corpus.readers.text import decode
from corpus.types import Document

MAX_ROWS = 100_000
MAX_FIELD_CHARS = 1_000_000


def read(path: Path, name: str, sha256: str) -> Document:
    """Read a delimited file; the delimiter is detected among comma, semicolon, tab and bar."""
    text, warnings = decode(path.read_bytes(), name)
    csv.field_size_limit(MAX_FIELD_CHARS)
    try:
        dialect: type[csv.Dialect] = csv.Sniffer().sniff(text[:20_000], delimiters=",;\t|")
    except csv.Error:
        dialect = csv.excel
    dialect.doublequote = True
    rows, places = [], []
    try:
        for number, row in enumerate(csv.reader(io.StringIO(text), dialect), start=1):
            if number > MAX_ROWS:
                warnings.append(f"only the first {MAX_ROWS:,} rows were read")
                break
            rows.append([cell.strip() for cell in row])
            places.append(f"row {number}")
    except csv.Error as error:
        raise UnreadableDocument(
            name, "damaged", f"row {len(rows) + 1} is not valid CSV ({error}). Mend it, then ingest again."
        ) from error
    width = max((len(row) for row in rows), default=0)
    rows = [row + [""] * (width - len(row)) for row in rows]
    return assemble(name, sha256, "csv", table_pieces(rows, places), warnings=warnings)
