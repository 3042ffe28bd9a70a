"""Which documents are in force."""

from __future__ import annotations

from datetime import date

import pytest

from analyzers.currency import document_status, is_stale, review_due
from corpus.assemble import Piece, assemble
from corpus.types import Document, ObservationWindow


def document(text: str, name: str = "policy.docx") -> Document:
    return assemble(name, "0" * 64, "docx", [Piece("paragraph", line) for line in text.split("\n")])


@pytest.mark.parametrize(
    "text",
    [
        "Change policy v2\nStatus: superseded by version 3.0",
        "This policy has been replaced by the AI change standard.",
        "SUPERSEDED on 1 May 2026",
        "This page is archived and no longer maintained.",
        "Archived copy",
    ],
)
def test_superseded(text: str) -> None:
    assert document_status(document(text)) == "superseded"


@pytest.mark.parametrize(
    "text",
    [
        "Change policy v3\nThis version supersedes version 2.1, which is archived.",
        "Version: 1.2; Date: 2025-02-01; Status: Superseded\nVersion: 2.0; Date: 2026-02-01; Status: Current",
        "Names are replaced by the token [NAME].",
        "In 2025 the scoring monolith was replaced by the Triage gateway.",
        "This procedure says how a model is retired.",
    ],
)
def test_in_force(text: str) -> None:
    assert document_status(document(text)) == "current"


def test_names_and_dates() -> None:
    assert document_status(document("Policy", "ai-policy-1-2-superseded.docx")) == "superseded"
    assert document_status(document("Policy", "log-archive-policy.md")) == "current"
    assert review_due(document("Next review: 15 January 2026")) == date(2026, 1, 15)
    assert review_due(document("Last review date: 10 January 2026")) is None
    window = ObservationWindow(start=date(2026, 7, 1), end=date(2026, 12, 31))
    assert is_stale(document("Next review: 2026-01-15"), window)
    assert not is_stale(document("Next review: 2027-01-15"), window)
