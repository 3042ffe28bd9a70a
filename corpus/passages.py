"""Cut documents into passages along their structure."""

from __future__ import annotations

import hashlib
import re
from bisect import bisect_right
from collections.abc import Iterator, Sequence
from functools import lru_cache
from itertools import groupby, takewhile, zip_longest
from typing import TYPE_CHECKING

from corpus.types import Block, Document, Passage

if TYPE_CHECKING:
    from langchain_text_splitters import RecursiveCharacterTextSplitter

PASSAGE_CHARS = 720
"""About 110 words or 160 tokens; rows full of ids take more, up to the encoder's 256 tokens and now and then beyond."""
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
    """Passages in document order; every word of the document's blocks lies in exactly one of them.

    A section is cut along paragraphs, rows and sentences; small neighbouring sections are joined, sub-headings
    included, while they fit one passage and stand under one main heading. A heading with nothing under it is text.
    """
    body = [
        block
        for block, following in _with_next(document.blocks)
        if block.kind != "heading" or is_bare(block, following)
    ]
    starts = [block.start for block in body]
    spans: list[tuple[int, int, Block]] = []
    for _, group in groupby(body, key=lambda block: (block.heading, _sheet(block.place))):
        spans.extend(_split_section(document, list(group)))
    joined: list[tuple[int, int, Block, tuple[str, ...]]] = []
    for start, end, first in spans:
        if joined and _fits(joined[-1], end, first):
            begin, _, opening, heading = joined[-1]
            joined[-1] = (begin, end, opening, _common(heading, first.heading))
        else:
            joined.append((start, end, first, first.heading))
    return [make_passage(document, start, end, body, starts, heading) for start, end, _, heading in joined]


def _with_next(blocks: Sequence[Block]) -> Iterator[tuple[Block, Block | None]]:
    return zip_longest(blocks, blocks[1:]) if blocks else iter(())


def is_bare(heading: Block, following: Block | None) -> bool:
    """Whether a heading has nothing under it: the next block is a heading of its level or above, or there is none."""
    return following is None or (following.kind == "heading" and following.level <= heading.level)


def _fits(before: tuple[int, int, Block, tuple[str, ...]], end: int, first: Block) -> bool:
    start, _, opening, heading = before
    same_part = heading[:1] == first.heading[:1] and _sheet(opening.place) == _sheet(first.place)
    return same_part and bool(heading[:1]) and end - start <= PASSAGE_CHARS


def _common(one: tuple[str, ...], other: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(a for a, b in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _sheet(place: str) -> str:
    return place.split("!", 1)[0] if "!" in place else ""


def _split_section(document: Document, blocks: list[Block]) -> list[tuple[int, int, Block]]:
    """Offsets of each piece and the block it begins in."""
    start, end = blocks[0].start, blocks[-1].end
    starts = [block.start for block in blocks]
    section = document.text[start:end]
    pieces: list[tuple[int, int, Block]] = []
    position = 0
    for chunk in [section] if len(section) <= PASSAGE_CHARS else _splitter().split_text(section):
        at = section.index(chunk, position)
        position = at + len(chunk)
        if len(chunk) < MIN_PASSAGE_CHARS and pieces:
            pieces[-1] = (pieces[-1][0], start + position, pieces[-1][2])
        else:
            pieces.append((start + at, start + position, blocks[max(0, bisect_right(starts, start + at) - 1)]))
    return pieces


def make_passage(
    document: Document, start: int, end: int, blocks: Sequence[Block], starts: Sequence[int], heading: tuple[str, ...]
) -> Passage:
    """The passage at `start:end`; its place is that of the block it begins in, and it knows the places of the others."""
    text = document.text[start:end]
    digest = hashlib.sha256(f"{document.sha256}\0{document.name}\0{start}\0{text}".encode()).hexdigest()
    first = max(0, bisect_right(starts, start) - 1)
    places: list[tuple[int, str]] = []
    for block in blocks[first : bisect_right(starts, end - 1)]:
        locator = make_locator(block)
        if not places or places[-1][1] != locator:
            places.append((block.start, locator))
    return Passage(
        id=f"ps-{digest[:12]}",
        document=document.name,
        sha256=document.sha256,
        text=text,
        start=start,
        end=end,
        heading=heading,
        locator=places[0][1] if places else make_locator(blocks[first]),
        places=tuple(places) if len(places) > 1 else (),
    )


def make_locator(block: Block) -> str:
    """Page or cell, then the nearest heading: 'p. 12, 4.2 Access reviews'."""
    heading = block.heading[-1] if block.heading else ""
    if heading and not re.match(r"^(§|\d|section\b|appendix\b|annex\b)", heading, re.IGNORECASE):
        heading = f"“{heading}”"
    return ", ".join(part for part in (block.place, heading) if part) or "start of document"
