"""Pairs mined from the labelled train companies: their evidence as positives, what retrieval finds beside it as negatives."""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from analyzers.units import Unit, candidate_units, unit_spans
from corpus.parsing import parse_files
from corpus.passages import split_document
from corpus.types import Document, Passage, Requirement
from evals.cases import Case, Label, covered, holds_quote, words_of
from evals.training.data import Pair, Relation
from retrieval.encoder import Encoder
from retrieval.queries import requirement_query
from retrieval.search import Index

DEPTH = 14
SHOWN = 20
NEGATIVES_OF_ABSENT = 9
NEGATIVES_OF_OTHERS = 5
PART_OF_QUOTE = 0.6
"""Share of a quote's words that makes a text its holder when no text has all of it."""
FURTHER_EVIDENCE_WEIGHT = 0.6
UNLISTED_WEIGHT = 0.7
"""Readers do not list every quote: a passage beside the evidence is a less certain negative."""


def case_index(case: Case, encoder: Encoder) -> Index:
    """An index over a company's documents, without a store."""
    files = [(path, path.name) for path in sorted(case.documents.iterdir())]
    documents = [item for item in parse_files(files) if isinstance(item, Document)]
    passages = [part for document in documents for part in split_document(document)]
    return Index(passages, encoder.encode([part.embed_text for part in passages]), encoder)


def mine_passages(cases: Sequence[Case], requirements: dict[str, Requirement], encoder: Encoder) -> list[Pair]:
    """Every passage that holds labelled evidence, as a positive of its requirement: what retrieval must find."""
    mined: list[Pair] = []
    for case in cases:
        index = case_index(case, encoder)
        for label in case.labels:
            evidence = find_evidence(label, [(passage, passage.text) for passage in index.passages])
            mined.extend(_positives(case, label, evidence, requirements[label.requirement]))
    return mined


def mine_units(
    cases: Sequence[Case], requirements: dict[str, Requirement], encoder: Encoder, *, seed: int
) -> list[Pair]:
    """Units that hold labelled evidence as positives; other units that the judge would be shown as negatives."""
    chooser = random.Random(seed)  # noqa: S311 - reproducible sampling, not security
    mined: list[Pair] = []
    for case in cases:
        index = case_index(case, encoder)
        labels = [label for label in case.labels if label.verdict != "not_applicable"]
        found = index.search([requirement_query(requirements[label.requirement]) for label in labels], DEPTH)
        units = [(passage, passage.text[a:b]) for passage in index.passages for a, b in unit_spans(passage.text)]
        for label, hits in zip(labels, found, strict=True):
            requirement = requirements[label.requirement]
            evidence = find_evidence(label, units)
            mined.extend(_positives(case, label, evidence, requirement))
            texts = {text for _, text, _ in evidence}
            others = [unit for unit in candidate_units(requirement, hits, SHOWN) if unit.text not in texts]
            mined.extend(_negatives(case, label, others, chooser))
    return mined


def find_evidence(
    label: Label, texts: Sequence[tuple[Passage, str]]
) -> list[tuple[Passage, str, list[tuple[int, str]]]]:
    """Texts that hold the label's quotes, each with the numbers of the quotes it holds."""
    found: dict[tuple[str, str], tuple[Passage, str, list[tuple[int, str]]]] = {}
    for number, item in enumerate(label.evidence):
        same = [(passage, text) for passage, text in texts if passage.document == item.document]
        holding = [pair for pair in same if holds_quote(pair[1], item.quote)]
        if not holding:
            holding = [pair for pair in same if covered(item.quote, pair[1]) >= PART_OF_QUOTE]
        for passage, text in holding[:1]:
            found.setdefault((passage.id, text), (passage, text, []))[2].append((number, item.quote))
    return list(found.values())


def _positives(
    case: Case, label: Label, evidence: list[tuple[Passage, str, list[tuple[int, str]]]], requirement: Requirement
) -> list[Pair]:
    """The first quote is the core; later ones often give facets only and weigh less. Facets are known only when
    one text holds all the evidence."""
    single = len(evidence) == 1
    pairs = []
    for passage, text, quotes in evidence:
        first = min(number for number, _ in quotes) == 0
        relation: Relation = "practice" if first else "facet_only"
        weight = 1.0 if first else FURTHER_EVIDENCE_WEIGHT
        states: tuple[str, ...] | None = None
        if label.verdict == "contradicted":
            relation, weight = "opposite", 1.0 if single else 0.5
        elif single:
            states = tuple(facet for facet in requirement.must_state if facet not in label.missing)
        marks = tuple(span for _, quote in quotes for span in word_spans(text, quote))
        pairs.append(
            Pair(
                requirement=label.requirement,
                relation=relation,
                states=states,
                heading=" > ".join(passage.heading),
                text=text,
                marks=marks or None,
                source=f"mined:{case.name}",
                weight=weight,
            )
        )
    return pairs


def _negatives(case: Case, label: Label, others: list[Unit], chooser: random.Random) -> list[Pair]:
    absent = label.verdict == "absent"
    top, rest = others[:4], others[4:]
    chooser.shuffle(rest)
    count = NEGATIVES_OF_ABSENT if absent else NEGATIVES_OF_OTHERS
    return [
        Pair(
            requirement=label.requirement,
            relation="mentions",
            states=None,
            heading=" > ".join(unit.passage.heading),
            text=unit.text,
            marks=() if absent else None,
            source=f"mined-negative:{case.name}",
            weight=1.0 if absent else UNLISTED_WEIGHT,
        )
        for unit in (top + rest)[:count]
    ]


def word_spans(text: str, quote: str) -> list[tuple[int, int]]:
    """Offsets of a quote's words in a text, each table cell on its own; empty where they do not stand together."""
    spans = []
    for part in re.split(r"\s*\|\s*", quote):
        words = words_of(part)
        match = re.search(r"[^a-z0-9]+".join(map(re.escape, words)), text.casefold()) if words else None
        if match and len(text.casefold()) == len(text):
            spans.append(match.span())
    return spans
