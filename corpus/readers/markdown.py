"""Markdown by markdown-it: headings, paragraphs, lists, tables, code; markup is dropped, words are kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from markdown_it import MarkdownIt
from markdown_it.token import Token

from corpus.assemble import Piece, assemble, row_text
from corpus.readers.text import decode
from corpus.types import Document

_FRONT_MATTER = re.compile(r"\A---\n(.*?)\n---\n", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?-->", re.DOTALL)
_TAG = re.compile(r"</?[a-zA-Z][^>]{0,200}>")


def read(path: Path, name: str, sha256: str) -> Document:
    """Read a markdown file; front matter is kept as text, since owners and review dates stand there."""
    text, warnings = decode(path.read_bytes(), name)
    return assemble(name, sha256, "md", markdown_pieces(text), warnings=warnings)


def markdown_pieces(text: str) -> Iterator[Piece]:
    """Pieces of a markdown text in order."""
    text = text.replace("\r\n", "\n")
    front = _FRONT_MATTER.match(text)
    if front:
        yield Piece("paragraph", front.group(1))
        text = text[front.end() :]
    tokens = MarkdownIt("commonmark", {"html": True, "maxNesting": 100}).enable(["table", "strikethrough"]).parse(text)
    header: list[str] = []
    row: list[str] = []
    in_header = False
    in_cell = False
    list_depth = 0
    heading_level = 0
    for token in tokens:
        if token.type == "heading_open":
            heading_level = int(token.tag[1])
        elif token.type == "heading_close":
            heading_level = 0
        elif token.type in ("bullet_list_open", "ordered_list_open"):
            list_depth += 1
        elif token.type in ("bullet_list_close", "ordered_list_close"):
            list_depth -= 1
        elif token.type == "thead_open":
            in_header, header = True, []
        elif token.type == "thead_close":
            in_header = False
        elif token.type == "tr_open":
            row = []
        elif token.type == "tr_close":
            if in_header:
                header = row
            else:
                yield Piece("table_row", row_text(header, row))
        elif token.type in ("td_open", "th_open"):
            in_cell = True
        elif token.type in ("td_close", "th_close"):
            in_cell = False
        elif token.type == "inline":
            content = inline_text(token)
            if in_cell:
                row.append(content)
            elif heading_level:
                yield Piece("heading", content, heading_level)
            else:
                yield Piece("list_item" if list_depth else "paragraph", content)
        elif token.type in ("fence", "code_block"):
            yield Piece("code", token.content)
        elif token.type == "html_block":
            stripped = _TAG.sub(" ", _COMMENT.sub(" ", token.content))
            if stripped.strip():
                yield Piece("paragraph", stripped)


def inline_text(token: Token) -> str:
    """The words of an inline token: link text, code, image alternatives; line breaks become blanks."""
    parts = []
    struck = 0
    for child in token.children or []:
        if child.type in ("s_open", "s_close"):  # struck out: no longer in force
            struck += 1 if child.type == "s_open" else -1
        elif struck:
            continue
        elif child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
        elif child.type == "image":
            parts.append(child.content)
        elif child.type == "html_inline" and child.content.lower().startswith("<br"):
            parts.append(" ")
    return "".join(parts)
