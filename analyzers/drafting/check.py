"""Whether a draft closes its gaps: the draft, its blanks filled with sample answers, judged beside the documents."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel

from analyzers.assess import HITS, make_finding
from analyzers.drafting.narrative import question_of
from analyzers.drafting.types import Blank, Draft
from analyzers.judge import Judge
from corpus.assemble import Piece, assemble
from corpus.passages import split_document
from corpus.types import Catalogue, Document
from retrieval.queries import requirement_query
from retrieval.search import Index

SAMPLES = Path(__file__).parent / "sample_answers.yaml"


@lru_cache(maxsize=1)
def sample_answers() -> dict[str, Any]:
    """Slot -> `default` and `hints` (question -> answer). Only for the check; no draft ever contains them."""
    return dict(yaml.safe_load(SAMPLES.read_text(encoding="utf-8")))


def sample_answer(blank: Blank) -> str:
    """An answer that reads well in the place of a blank: that of its question, else that of its kind."""
    answers = sample_answers()[blank.slot]
    return str(answers.get("hints", {}).get(blank.question, answers["default"]))


class CheckRow(BaseModel, frozen=True, extra="forbid"):
    """One targeted requirement before and after."""

    requirement: str
    before: str
    after: str
    missing: tuple[str, ...]
    why: str


def filled_text(draft: Draft) -> str:
    """The proposed control as it would read once its blanks are answered, without quotes of today's practice."""
    lines = []
    for section in draft.sections:
        texts = []
        for sentence in section.sentences:
            if sentence.kind == "proposal":
                text = sentence.text
                for blank in sentence.blanks:
                    text = text.replace(question_of(blank), sample_answer(blank))
                texts.append(text[:1].upper() + text[1:])
        if texts:
            lines += [section.heading, *texts]
    return "\n".join(lines)


def proposed_document(draft: Draft) -> Document:
    """The filled draft as a document of its own; it is judged and never stored."""
    text = filled_text(draft)
    pieces = [Piece("heading", draft.title, 1)]
    pieces += [Piece("paragraph", line) for line in text.split("\n")]
    return assemble(
        f"proposed-{draft.id.replace('/', '-')}.md", hashlib.sha256(text.encode()).hexdigest(), "md", pieces
    )


def check_draft(
    draft: Draft, before: Mapping[str, str], catalogue: Catalogue, index: Index, judge: Judge
) -> list[CheckRow]:
    """Judge every targeted requirement again, with the proposed document among the others.

    Where practice contradicts the control today, the contradicting passages are what the draft proposes to end; they
    are left out of what the judge sees.

    Args:
        before: Requirement id -> verdict today.
    """
    passages = split_document(proposed_document(draft))
    vectors = index.encoder.encode([passage.embed_text for passage in passages])
    import numpy as np

    ended = {
        (sentence.citation.document, sentence.citation.start)
        for sentence in draft.sentences
        if sentence.citation and "opposite" in sentence.citation.states
    }
    kept = [
        i
        for i, passage in enumerate(index.passages)
        if not any(name == passage.document and passage.start <= start < passage.end for name, start in ended)
    ]
    together = Index(
        [*(index.passages[i] for i in kept), *passages], np.concatenate([index.vectors[kept], vectors]), index.encoder
    )
    targets = [item for item in catalogue.requirements() if item.id in draft.targets]
    hits = together.search([requirement_query(item, index.encoder.name) for item in targets], HITS)
    judged = judge.weigh(list(zip(targets, hits, strict=True)))
    rows = []
    for requirement, shown, judgement in zip(targets, hits, judged, strict=True):
        finding = make_finding(requirement, shown, (), judgement, set())
        rows.append(
            CheckRow(
                requirement=requirement.id,
                before=before[requirement.id],
                after=finding.verdict,
                missing=finding.missing,
                why=finding.why,
            )
        )
    return rows
