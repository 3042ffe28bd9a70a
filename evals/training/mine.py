"""The train companies as retrieval sees them, and the passages in them that hold labelled evidence."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from corpus.parsing import parse_files
from corpus.passages import split_document
from corpus.types import Document, Passage, Requirement
from evals.cases import Case, Label, covered, holds_quote, words_of
from evals.training.data import Pair
from retrieval.encoder import Encoder
from retrieval.search import Index

PART_OF_QUOTE = 0.6
"""Share of a quote's words that makes a text its holder when no text has all of it."""


@dataclass(frozen=True)
class CompanyIndex:
    """A labelled company, parsed and indexed without a store."""

    case: Case
    documents: tuple[Document, ...]
    index: Index


def index_company(case: Case, encoder: Encoder) -> CompanyIndex:
    """Parse and embed a company's documents."""
    files = [(path, path.name) for path in sorted(case.documents.iterdir())]
    documents = tuple(item for item in parse_files(files) if isinstance(item, Document))
    passages = [part for document in documents for part in split_document(document)]
    vectors = encoder.encode([part.embed_text for part in passages])
    return CompanyIndex(case, documents, Index(passages, vectors, encoder))


def mine_passages(companies: Sequence[CompanyIndex], requirements: dict[str, Requirement]) -> list[Pair]:
    """Every passage that holds labelled evidence, as a positive of its requirement: what retrieval must find."""
    mined = []
    for company in companies:
        for label in company.case.labels:
            for passage in evidence_passages(label, company.index.passages):
                mined.append(
                    Pair(
                        requirement=requirements[label.requirement].id,
                        relation="opposite" if label.verdict == "contradicted" else "practice",
                        states=None,
                        heading=" > ".join(passage.heading),
                        text=passage.text,
                        marks=None,
                        source=f"mined:{company.case.name}",
                    )
                )
    return mined


def evidence_passages(label: Label, passages: Sequence[Passage]) -> list[Passage]:
    """The first passage that holds each of the label's quotes."""
    found: dict[str, Passage] = {}
    for item in label.evidence:
        same = [passage for passage in passages if passage.document == item.document]
        holding = [passage for passage in same if holds_quote(passage.text, item.quote)]
        holding = holding or [passage for passage in same if covered(item.quote, passage.text) >= PART_OF_QUOTE]
        for passage in holding[:1]:
            found[passage.id] = passage
    return list(found.values())


def word_spans(text: str, quote: str) -> list[tuple[int, int]]:
    """Offsets of a quote's words in a text, each table cell on its own; empty where they do not stand together."""
    spans = []
    for part in re.split(r"\s*\|\s*", quote):
        words = words_of(part)
        match = re.search(r"[^a-z0-9]+".join(map(re.escape, words)), text.casefold()) if words else None
        if match and len(text.casefold()) == len(text):
            spans.append(match.span())
    return spans
