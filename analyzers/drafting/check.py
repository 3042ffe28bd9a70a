"""Whether a draft closes its gaps: the draft, its blanks filled with sample answers, judged beside the documents."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping

from pydantic import BaseModel

from analyzers.assess import HITS, make_finding
from analyzers.drafting.narrative import question_of
from analyzers.drafting.types import Draft
from analyzers.judge import Judge
from corpus.assemble import Piece, assemble
from corpus.passages import split_document
from corpus.types import Catalogue, Document
from retrieval.queries import requirement_query
from retrieval.search import Index

SAMPLE_ANSWERS: dict[str, str] = {
    "actor": "the Head of Machine Learning",
    "record": "the Jira project AIC",
    "system": "MLflow",
    "deadline": "10 business days",
    "threshold": "95 % with a limit of 500 requests a minute",
    "retention": "24 months",
    "frequency": "quarter",
    "trigger": "the release ticket being opened",
    "mechanism": "a blocking check in the GitHub Actions pipeline",
    "artefact": "the file model-record.json",
    "date": "1 January 2026",
    "list": "the assistant, the ranking model and the document index, as listed in annex A",
    "coverage": "all production systems of annex A without exception",
    "scope": "all production systems, with test systems outside",
    "rule": "the score in section 3 of the standard decides; at 12 or more it is refused",
    "action": "deleted",
    "exceptions": "the Chief Compliance Officer approves it for at most 30 days",
}
"""One answer for each kind of blank, as a company could give it. Only for the check; no draft ever contains them."""


class CheckRow(BaseModel, frozen=True, extra="forbid"):
    """One targeted requirement before and after."""

    requirement: str
    before: str
    after: str
    missing: tuple[str, ...]
    why: str


def filled_text(draft: Draft, answers: Mapping[str, str] = SAMPLE_ANSWERS) -> str:
    """The proposed control as it would read once its blanks are answered, without quotes of today's practice."""
    lines = []
    for section in draft.sections:
        texts = []
        for sentence in section.sentences:
            if sentence.kind == "proposal":
                text = sentence.text
                for blank in sentence.blanks:
                    text = text.replace(question_of(blank), answers[blank.slot])
                texts.append(text)
        if texts:
            lines += [section.heading, *texts]
    return "\n".join(lines)


def proposed_document(draft: Draft) -> Document:
    """The filled draft as a document of its own; it is judged and never stored."""
    text = filled_text(draft)
    pieces = [Piece("heading", draft.title, 1)]
    pieces += [Piece("paragraph", line) for line in text.split("\n")]
    return assemble(f"proposed-{draft.objective}.md", hashlib.sha256(text.encode()).hexdigest(), "md", pieces)


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
