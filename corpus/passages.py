"""Cut documents into passages along their structure."""

from __future__ import annotations

import hashlib
import re
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from corpus.types import Block, Document, Passage

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

PASSAGE_CHARS = 640
"""About 95 words or 130 tokens: well inside the encoder's 256 tokens together with its heading path."""
MIN_PASSAGE_CHARS = 3


@lru_cache(maxsize=1)
def _splitter() -> RecursiveCharacterTextSplitter:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

    return RecursiveCharacterTextSplitter(
        separators=[r"\n\n", r"\n", r"(?<=[.!?])\s", r"(?<=[;,])\s", r"\s", ""],
        is_separator_regex=True,
        keep_separator="end",
        chunk_size=PASSAGE_CHARS,
        chunk_overlap=0,
        strip_whitespace=True,
        add_start_index=False,
    )


def split_document(document: Document) -> list[Passage]:
    """Passages in document order; every character of a non-heading block lies in exactly one of them."""
    passages: list[Passage] = []
    body = [block for block in document.blocks if block.kind != "heading"]
    for _, group in groupby(body, key=lambda block: (block.heading, _sheet(block.place))):
        blocks = list(group)
        passages.extend(_split_section(document, blocks))
    if not passages and document.text:
        passages.extend(_split_section(document, list(document.blocks)))
    return passages


def _sheet(place: str) -> str:
    return place.split("!", 1)[0] if "!" in place else ""


def _split_section(document: Document, blocks: list[Block]) -> list[Passage]:
    start, end = blocks[0].start, blocks[-1].end
    section = document.text[start:end]
    passages = []
    position = 0
    for chunk in [section] if len(section) <= PASSAGE_CHARS else _splitter().split_text(section):
        at = section.index(chunk, position)
        position = at + len(chunk)
        if len(chunk) >= MIN_PASSAGE_CHARS:
            passages.append(make_passage(document, start + at, start + position, blocks))
    return passages


def make_passage(document: Document, start: int, end: int, blocks: list[Block]) -> Passage:
    """The passage at `start:end`; its place is that of the first block it touches."""
    first = next((block for block in blocks if block.end > start), blocks[-1])
    text = document.text[start:end]
    digest = hashlib.sha256(f"{document.sha256}\0{document.name}\0{start}\0{text}".encode()).hexdigest()
    return Passage(
        id=f"ps-{digest[:12]}",
        document=document.name,
        sha256=document.sha256,
        text=text,
        start=start,
        end=end,
        heading=first.heading,
        locator=make_locator(first),
    )


def make_locator(block: Block) -> str:
    """Page or cell, then the nearest heading: 'p. 12, 4.2 Access reviews'."""
    heading = block.heading[-1] if block.heading else ""
    if heading and not re.match(r"^(§|\d|section\b|appendix\b|annex\b)", heading, re.IGNORECASE):
        heading = f"“{heading}”"
    return ", ".join(part for part in (block.place, heading) if part) or "start of document"
