"""Statements of a vendor's documents: filled rows of a questionnaire, and sentences of everything else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from analyzers.signals import addresses_machine
from analyzers.types import Citation
from analyzers.vendors.types import Kind
from corpus.sentences import sentence_spans
from corpus.types import Block, Document

_QUESTION = re.compile(
    r"(?:^|; )(?:[\w /#.-]{0,30}(?:question|control question|requirement|item|topic|query)[\w /.-]{0,20}):\s*(?P<q>.+?)(?=; [A-Z][\w /’'.-]{0,40}:\s|$)",
    re.IGNORECASE,
)
_ANSWER = re.compile(
    r"(?:^|; )(?P<label>[\w /’'.-]{0,30}(?:answer|response|reply|comments?|details?|explanation|notes?|vendor|remarks?|y/n|yes/no)[\w /’'.()-]{0,25}):\s*(?P<a>.*?)(?=; [A-Z][\w /’'.-]{0,40}:\s|$)",
    re.IGNORECASE,
)
_ASKED = re.compile(
    r"^(?:[A-Z]{0,3}[\d.]{1,6}[.):;]?\s*)?(?P<q>[^?]{8,400}\?)[\s;:]*(?:(?:A|Answer|Response)\s*[:.)]\s*)?(?P<a>.*)$",
    re.DOTALL | re.IGNORECASE,
)
_CONTRACT = re.compile(r"\b(?:agreement|addendum|contract|DPA|order form|terms of service|MSA|terms)\b", re.IGNORECASE)
_LEGAL = re.compile(r"\b(?:shall|hereby|the parties|herein|this (?:agreement|addendum|DPA))\b", re.IGNORECASE)


@dataclass(frozen=True)
class Statement:
    """What one document says: the question it answers (if asked) and the words of the answer, in place."""

    question: str
    text: str
    kind: Kind
    document: Document
    start: int
    end: int
    place: str

    def citation(self) -> Citation:
        """The words with their place."""
        quote = self.document.text[self.start : self.end]
        return Citation(
            document=self.document.name,
            sha256=self.document.sha256,
            locator=self.place,
            start=self.start,
            end=self.end,
            quote=quote,
        )


def kind_of(document: Document) -> Kind:
    """A questionnaire by its filled rows, a report by its opinion, a contract by its name or language."""
    from analyzers.soc2_report.front import read_kind
    from analyzers.soc2_report.view import View

    if re.search(r"in our opinion|service auditor", document.text, re.IGNORECASE) and read_kind(View(document))[0] in (
        "soc2",
        "soc1",
        "soc3",
    ):
        return "report"
    asked = sum(1 for block in document.blocks if _asked(document.text[block.start : block.end]))
    if asked >= 3:
        return "questionnaire"
    front = document.name + " " + document.text[:300]
    legal = len(_LEGAL.findall(document.text))
    return "contract" if (_CONTRACT.search(front) and legal >= 1) or legal >= 4 else "policy"


def _asked(text: str) -> tuple[str, list[tuple[int, int]]] | None:
    """Question and the spans of its answers in a block, or none."""
    question = _QUESTION.search(text)
    if question:
        spans = [match.span("a") for match in _ANSWER.finditer(text, question.end()) if match["a"].strip()]
        before = [match.span("a") for match in _ANSWER.finditer(text[: question.start()]) if match["a"].strip()]
        return question["q"], before + spans
    if (match := _ASKED.match(text)) and len(match["q"].split()) >= 4:
        start, end = match.span("a")
        labelled = [found.span("a") for found in _ANSWER.finditer("; " + match["a"])]
        return match["q"], [(start, end)] if match["a"].strip() and not labelled else [
            (start + a - 2, start + b - 2) for a, b in labelled
        ]
    return None


def statements_of(document: Document, kind: Kind) -> Iterator[Statement]:
    """All statements in order. Text addressed to an automated reader is left out; a report is read elsewhere."""
    blocks = document.blocks
    for i, block in enumerate(blocks):
        text = document.text[block.start : block.end]
        if (block.kind == "heading" and not text.endswith("?")) or addresses_machine(text):
            continue
        place = block.place or (block.heading[-1] if block.heading else "beginning")
        asked = _asked(text) if kind == "questionnaire" else None
        if asked:
            question, spans = asked
            if not spans and block.kind != "table_row" and i + 1 < len(blocks) and blocks[i + 1].kind != "table_row":
                after = document.text[blocks[i + 1].start : blocks[i + 1].end]
                if not _asked(after):
                    yield Statement(question, after, kind, document, blocks[i + 1].start, blocks[i + 1].end, place)
                    continue
            if not spans:
                yield Statement(question, "", kind, document, block.start, block.end, place)
                continue
            answer = " ".join(text[a:b].strip() for a, b in spans)
            yield Statement(
                question, answer, kind, document, block.start + spans[0][0], block.start + spans[-1][1], place
            )
        elif kind != "questionnaire":
            yield from _sentences(document, block, kind, place, text)


def _sentences(document: Document, block: Block, kind: Kind, place: str, text: str) -> Iterator[Statement]:
    for start, end in sentence_spans(text):
        sentence = text[start:end]
        if not addresses_machine(sentence):
            yield Statement("", sentence, kind, document, block.start + start, block.start + end, place)
