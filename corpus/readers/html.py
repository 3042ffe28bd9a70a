"""HTML by lxml through BeautifulSoup: what a reader of the page would see, in order."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from bs4 import BeautifulSoup
from bs4.element import NavigableString, Tag
from soupsieve import SelectorSyntaxError

from corpus.assemble import Piece, assemble, row_text
from corpus.readers.text import decode
from corpus.types import Document

_SKIPPED = {"script", "style", "noscript", "template", "svg", "head", "nav", "iframe", "object"}
_BLOCKS = {"p", "div", "section", "article", "main", "aside", "blockquote", "dd", "dt", "figcaption", "address", "header",
           "footer", "details", "summary", "fieldset", "form", "ul", "ol", "dl", "body", "html", "center"}  # fmt: skip
_HIDDEN = re.compile(r"display\s*:\s*none|visibility\s*:\s*hidden|font-size\s*:\s*0(?![.\d])", re.IGNORECASE)
MAX_DEPTH = 200
_RULE = re.compile(r"([^{};]+)\{([^{}]*)\}")
_AT_RULE = re.compile(r"@[^{;]+(?:;|\{(?:[^{}]*\{[^{}]*\})*[^{}]*\})")


def read(path: Path, name: str, sha256: str) -> Document:
    """Read a page. Text hidden by inline style or the page's own style sheet is left out and said so in a warning."""
    text, warnings = decode(path.read_bytes(), name)
    soup = BeautifulSoup(text, "lxml")
    for line_break in soup.find_all("br"):
        line_break.replace_with(" ")
    hidden = [*soup.find_all(style=_HIDDEN), *soup.find_all(hidden=True), *_hidden_by_sheet(soup)]
    left_out = 0
    for tag in hidden:
        if not tag.decomposed and tag.name not in ("html", "body"):
            left_out += bool(tag.get_text(strip=True))
            tag.decompose()
    if left_out:
        warnings.append(f"hidden text left out ({left_out} place{'s' if left_out > 1 else ''})")
    pieces = list(_walk(soup.body or soup, 0))
    return assemble(name, sha256, "html", pieces, warnings=warnings)


def _hidden_by_sheet(soup: BeautifulSoup) -> list[Tag]:
    """Elements that a rule of the page's own style sheets hides, at-rules (print, narrow screens) set aside."""
    found: list[Tag] = []
    for sheet in soup.find_all("style"):
        text = _AT_RULE.sub("", re.sub(r"/\*.*?\*/", "", sheet.get_text(), flags=re.DOTALL))
        for selector, body in _RULE.findall(text):
            if _HIDDEN.search(body):
                try:
                    found.extend(soup.select(selector.strip()))
                except SelectorSyntaxError:
                    continue
    return found


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
    spanning: dict[int, tuple[int, str]] = {}
    if table.caption is not None:
        yield Piece("paragraph", table.caption.get_text(" ", strip=True))
    for row in table.find_all("tr"):
        if row.find_parent("table") is not table:
            continue
        cells = [cell for cell in row.find_all(["td", "th"]) if cell.find_parent("tr") is row]
        values = _grid_row(cells, spanning)
        if (not header and (row.find_parent("thead") or all(cell.name == "th" for cell in cells))) or (
            not header and table.find("th") is None and len(values) > 1 and not row.find_previous_sibling("tr")
        ):
            header = values
        else:
            yield Piece("table_row", row_text(header, values))


def _grid_row(cells: list[Tag], spanning: dict[int, tuple[int, str]]) -> list[str]:
    """The row's values by grid column; a cell that spans rows is repeated in each, one that spans columns stands first."""
    values: list[str] = []
    waiting = list(cells)
    while waiting or len(values) in spanning:
        column = len(values)
        if column in spanning:
            left, text = spanning.pop(column)
            values.append(text)
            if left > 1:
                spanning[column] = (left - 1, text)
            continue
        cell = waiting.pop(0)
        text = cell.get_text(" ", strip=True)
        rows, columns = (_span(cell, name) for name in ("rowspan", "colspan"))
        for i in range(columns):
            values.append(text if i == 0 else "")
            if rows > 1:
                spanning[column + i] = (rows - 1, text if i == 0 else "")
    return values


def _span(cell: Tag, name: str) -> int:
    text = str(cell.get(name) or "1")
    return min(50, int(text)) if text.isdigit() and int(text) > 0 else 1
