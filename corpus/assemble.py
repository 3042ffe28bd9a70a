"""Build a `Document` from the pieces a reader finds, so that offsets and locators are made in one place only."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

from corpus.types import Block, BlockKind, Document

MAX_HEADING_CHARS = 160
_BLANKS = re.compile(r"[ \t\u00a0\u2000-\u200a\u202f\u205f\u3000]+")
_INVISIBLE = re.compile(r"[\u00ad\u200b-\u200f\u202a-\u202e\u2060-\u2064\u2066-\u2069\ufeff]")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f\ufffe\uffff\ud800-\udfff]")


@dataclass(frozen=True)
class Piece:
    """One piece as a reader sees it, before offsets exist."""

    kind: BlockKind
    text: str
    level: int = 0
    place: str = ""


def clean_text(text: str) -> str:
    """Normalise white space within lines, drop invisible and control characters; keeps words as written."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    text = _CONTROL.sub("", _INVISIBLE.sub("", text))
    return "\n".join(_BLANKS.sub(" ", line).strip() for line in text.split("\n")).strip()


def row_text(header: list[str], values: list[str]) -> str:
    """A table row that carries its header: 'Vendor: Acme; Region: EU'. Empty cells are left out."""
    parts = []
    for i, value in enumerate(values):
        value = " ".join(value.split())
        if not value:
            continue
        label = " ".join(header[i].split()) if i < len(header) else ""
        parts.append(f"{label}: {value}" if label and label.casefold() != value.casefold() else value)
    return "; ".join(parts)


def assemble(
    name: str, sha256: str, file_format: str, pieces: Iterable[Piece], *, pages: int = 0, warnings: Iterable[str] = ()
) -> Document:
    """Join the pieces to one text and record each one's offsets, heading path and place.

    Table rows and list items are joined by one newline, everything else by an empty line.
    """
    parts: list[str] = []
    blocks: list[Block] = []
    path: list[tuple[int, str]] = []
    position = 0
    previous: BlockKind | None = None
    for piece in pieces:
        text = clean_text(piece.text)
        if not text:
            continue
        if piece.kind == "heading":
            text = " ".join(text.split())
            path = [entry for entry in path if entry[0] < piece.level]
        tight = previous == piece.kind and piece.kind in ("table_row", "list_item")
        separator = "" if not parts else "\n" if tight else "\n\n"
        parts.append(separator + text)
        start = position + len(separator)
        position = start + len(text)
        blocks.append(
            Block(
                kind=piece.kind,
                start=start,
                end=position,
                level=piece.level,
                heading=tuple(title for _, title in path),
                place=piece.place,
            )
        )
        if piece.kind == "heading":
            path.append((piece.level, text[:MAX_HEADING_CHARS]))
        previous = piece.kind
    return Document(
        name=name,
        sha256=sha256,
        format=file_format,
        text="".join(parts),
        blocks=tuple(blocks),
        pages=pages,
        warnings=tuple(dict.fromkeys(warnings)),
    )
