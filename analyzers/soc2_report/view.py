"""A report as zones: auditor's report, assertion, description, tests of controls, other information."""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzers.signals import addresses_machine
from analyzers.soc2_report.types import Source
from corpus.sentences import sentence_spans
from corpus.types import Block, Document

MAX_TITLE_CHARS = 170
_CONTENTS = re.compile(r"(?:\.{3,}|\s{2,}|…)\s*\d{0,3}\s*$|\s\d{1,3}$")
_ZONES = (
    ("other", r"other information|management[’']?s? responses? to|section (?:v|5)\b"),
    ("tests", r"tests? of (?:the )?(?:operating effectiveness of )?controls|results? of tests?|section (?:iv|4)\b|"
              r"criteria,? (?:related )?controls|information provided by the (?:independent )?service auditor|testing matri|"
              r"control (?:test|activities and test)"),
    ("auditor", r"(?:independent )?(?:service auditor|practitioner|accountant)[’']?s?[’']? (?:assurance |examination )?report|"
                r"report of independent"),
    ("assertion", r"\bassertion\b|management statement"),
    ("description", r"description of|system description|overview of (?:the |its )?(?:company|services|operations)|section (?:iii|3)\b"),
)  # fmt: skip
_ZONE_PATTERNS = [(zone, re.compile(pattern, re.IGNORECASE)) for zone, pattern in _ZONES]

_ITEM_MARK = re.compile(r"[•◦▪‣●○■–*-]\s|\((?:[a-z]|[ivx]+|\d)\)\s")
_OPENS_OPINION = re.compile(r"(?:in|it is) our opinion", re.IGNORECASE)
_STOPS = re.compile(r"[.;:!?][\"”’)]?\s*$")
_NEXT_CONTROL = re.compile(r"[.!?]\s+(?=Control(?: activity| ID| no\.?)?:? [A-Z]{0,5}[-. ]?\d)")


@dataclass(frozen=True)
class Part:
    """One block of the report with its zone and text."""

    block: Block
    text: str
    zone: str
    dropped: tuple[int, ...] = ()
    """Places in `text` after which the document holds one more line break."""

    def offset(self, position: int) -> int:
        """The place in the document of a place in `text`."""
        return self.block.start + position + sum(place < position for place in self.dropped)

    @property
    def page(self) -> int | None:
        """Page of a PDF."""
        found = re.match(r"p\. (\d+)", self.block.place)
        return int(found.group(1)) if found else None

    @property
    def is_title(self) -> bool:
        """A heading, or a line that could be one."""
        return self.block.kind == "heading"


class View:
    """A document's blocks in order, each with its zone. Text addressed to an automated reader is left out."""

    def __init__(self, document: Document) -> None:
        self.document = document
        self.parts: list[Part] = []
        zone = ""
        for block in _mended(document):
            raw = document.text[block.start : block.end]
            text = re.sub(r"\n\n?", " ", raw)
            breaks = [match.start() for match in re.finditer(r"\n\n", raw)]
            dropped = tuple(place - i for i, place in enumerate(breaks))
            if block.kind != "table_row":
                zone = _zone_of(block, text) or zone
            for start, end in _pieces(text, block, zone):
                piece = text[start:end]
                if not addresses_machine(piece):
                    first = block.start + start + sum(place < start for place in dropped)
                    part = block.model_copy(update={"start": first})
                    inner = tuple(place - start for place in dropped if place >= start)
                    self.parts.append(Part(part, piece, zone, inner))

    def zone(self, *names: str) -> list[Part]:
        """The parts of some zones; all parts when the report has none of them."""
        return [part for part in self.parts if part.zone in names] or self.parts

    def source(self, part: Part, start: int = 0, end: int | None = None) -> Source:
        """The place of `part.text[start:end]`."""
        first = part.offset(start)
        last = part.offset(len(part.text) if end is None else end)
        heading = part.block.heading[-1] if part.block.heading else ""
        return Source(
            page=part.page,
            locator=part.block.place or heading or "beginning",
            quote=self.document.text[first:last],
            start=first,
            end=last,
        )

    def sentences(self, parts: list[Part]) -> Iterator[tuple[Part, int, int, str]]:
        """Part, offsets within it and text of every sentence."""
        for part in parts:
            for start, end in sentence_spans(part.text):
                yield part, start, end, part.text[start:end]


def _mended(document: Document) -> list[Block]:
    """Blocks with false headings (the first line of a list item) turned back and items cut in two put together."""
    blocks: list[Block] = []
    for i, block in enumerate(document.blocks):
        text = document.text[block.start : block.end]
        after = document.blocks[i + 1] if i + 1 < len(document.blocks) else None
        runs_on = after is not None and document.text[after.start : after.start + 1].islower()
        if block.kind == "heading" and (text.rstrip().endswith((":", ",", ";")) or _OPENS_OPINION.match(text)):
            block = block.model_copy(update={"kind": "paragraph", "level": 0})
        if block.kind == "heading" and (_ITEM_MARK.match(text) or (runs_on and after and after.kind == "paragraph")):
            block = block.model_copy(update={"kind": "list_item", "level": 0})
        last = blocks[-1] if blocks else None
        if (
            last is not None
            and block.kind == "paragraph"
            and last.kind in ("paragraph", "list_item")
            and (text[:1].islower() or (last.kind == "list_item" and not _STOPS.search(document.text[: last.end][-3:])))
        ):
            blocks[-1] = last.model_copy(update={"end": block.end})
            continue
        blocks.append(block)
    return blocks


def _pieces(text: str, block: Block, zone: str) -> list[tuple[int, int]]:
    """A paragraph of several controls in the tests' zone is cut before each; everything else stays whole."""
    cuts = [0, len(text)]
    if zone == "tests" and block.kind == "paragraph":
        cuts[1:1] = [match.end() for match in _NEXT_CONTROL.finditer(text)]
    elif zone == "other" and block.kind == "paragraph":
        cuts[1:1] = [match.end() for match in re.finditer(r"[.!?]\s+(?=[A-Z]{1,5}[-.]?\d[\d.]*\s?[:–-])", text)]
    return [(start, start + len(text[start:end].rstrip())) for start, end in itertools.pairwise(cuts)]


def _zone_of(block: Block, text: str) -> str | None:
    heading = block.kind == "heading"
    if not heading and (
        len(text) > MAX_TITLE_CHARS or not re.match(r"(?:section|part) [ivx\d]+\b", text, re.IGNORECASE)
    ):
        return None
    if len(text) > MAX_TITLE_CHARS or (not heading and _CONTENTS.search(text)):
        return None
    return next((zone for zone, pattern in _ZONE_PATTERNS if pattern.search(text)), None)
