"""HTML by lxml through BeautifulSoup: what a reader of the page would see, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag

from corpus.assemble import Piece, assemble, row_text
from corpus.readers.text import decode
from corpus.types import Document

_SKIPPED = {"script", "style", "noscript", "template", "svg", "head", "nav", "iframe", "object"}
_BLOCKS = {"p", "div", "section", "article", "main", "aside", "blockquote", "dd", "dt", "figcaption", "address", "header",
           "footer", "details", "summary", "fieldset", "form", "ul", "ol", "dl", "body", "html", "center"}  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.IGNORECASE)
MAX_DEPTH = 200


def read(path: Path, name: str, sha256: str) -> Document:
    """Read a page. Text hidden by inline style is left out and said so in a warning."""
    text, warnings = decode(path.read_bytes(), name)
    soup = BeautifulSoup(text, "lxml")
    hidden = [tag for tag in soup.find_all(style=_HIDDEN)] + soup.find_all(hidden=True)
    for tag in hidden:
        if not tag.decomposed:
            if tag.get_text(strip=True):
                warnings.append("hidden text left out")
            tag.decompose()
    pieces = list(_walk(soup.body or soup, 0))
    return assemble(name, sha256, "html", pieces, warnings=warnings)


def _walk(node: Tag, depth: int) -> Iterator[Piece]:
    inline: list[str] = []

    def flush(kind: str = "paragraph") -> Iterator[Piece]:
        text = " ".join("".join(inline).split())
        inline.clear()
        if text:
            yield Piece("list_item" if kind == "list_item" else "paragraph", text)

    own = "list_item" if node.name == "li" else "paragraph"
    for child in node.children:
        if isinstance(child, NavigableString):
            if type(child) is NavigableString:
                inline.append(str(child))
        elif not isinstance(child, Tag) or child.name in _SKIPPED:
            continue
        elif re.fullmatch(r"h[1-6]", child.name):
            yield from flush(own)
            yield Piece("heading", child.get_text(" ", strip=True), int(child.name[1]))
        elif child.name == "table":
            yield from flush(own)
            yield from _table(child)
        elif child.name == "pre":
            yield from flush(own)
            yield Piece("code", child.get_text())
        elif child.name == "li" or child.name in _BLOCKS:
            yield from flush(own)
            if depth < MAX_DEPTH:
                yield from _walk(child, depth + 1)
            else:
                yield Piece("paragraph", child.get_text(" ", strip=True))
        elif child.name == "br":
            inline.append(" ")
        elif child.find(["p", "div", "table", "ul", "ol", "h1", "h2", "h3", "h4"]):
            yield from flush(own)
            if depth < MAX_DEPTH:
                yield from _walk(child, depth + 1)
        else:
            inline.append(child.get_text())
    yield from flush(own)


def _table(table: Tag) -> Iterator[Piece]:
    header: list[str] = []
    for row in table.find_all("tr"):
        if row.find_parent("table") is not table:
            continue
        cells = [cell for cell in row.find_all(["td", "th"]) if cell.find_parent("tr") is row]
        values = [cell.get_text(" ", strip=True) for cell in cells]
        if (not header and (row.find_parent("thead") or all(cell.name == "th" for cell in cells))) or (
            not header and table.find("th") is None and len(values) > 1 and not row.find_previous_sibling("tr")
        ):
            header = values
        else:
            yield Piece("table_row", row_text(header, values))
