"""Anchors are located exactly or not at all; numbers and negations decide."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from analyzers.locate import expand_to_sentence, locate_anchor
from corpus.types import Passage

TEXT = (
    "Access to the training account is reviewed every quarter by the Head of Security. No model reaches production "
    "without two approvals.\nLogs are kept for 365 days – never less – in the audit bucket. Keys rotate after 90 days."
)


@pytest.mark.parametrize(
    "anchor",
    [
        "reviewed every quarter by the Head of Security",
        "reviewed  every\nquarter by the Head of Security",
        "REVIEWED EVERY QUARTER",
        "kept for 365 days - never less - in the audit bucket",
        "without two approvals. Logs are kept",
    ],
)
def test_true_anchors_are_located_exactly(anchor: str) -> None:
    location = locate_anchor(anchor, TEXT)
    assert location is not None and not location.approximate


def test_hyphen_at_line_end_is_bridged() -> None:
    location = locate_anchor("evaluation results are stored", "The evalu-\nation results are stored in MLflow.")
    assert location is not None and not location.approximate


def test_a_small_slip_is_approximate() -> None:
    location = locate_anchor("Access to the training account is reviewd every quarter by the Head of Security", TEXT)
    assert location is not None and location.approximate


@pytest.mark.parametrize(
    "anchor",
    [
        "Logs are kept for 356 days - never less - in the audit bucket",
        "Keys rotate after 30 days",
        "Access to the training account is not reviewed every quarter by the Head of Security",
        "A model reaches production without two approvals, always and everywhere",
        "reviewed every quarter by the Head of Security and then signed off by the external auditor each year",
        "",
        "   ",
        "the Chief Executive approves all purchases above 10,000 euros",
    ],
)
def test_altered_or_invented_anchors_are_not_located(anchor: str) -> None:
    assert locate_anchor(anchor, TEXT) is None


def test_expansion_gives_the_whole_sentence() -> None:
    passage = Passage(id="ps-0", document="d", sha256="0", text=TEXT, start=100, end=100 + len(TEXT), locator="p. 1")
    location = locate_anchor("rotate after 90", TEXT)
    assert location is not None
    start, end = expand_to_sentence(passage, location)
    assert TEXT[start - 100 : end - 100] == "Keys rotate after 90 days."


@settings(max_examples=200, deadline=None)
@given(st.text(min_size=1, max_size=300), st.data())
def test_every_substring_is_located_at_equal_words(text: str, data: st.DataObject) -> None:
    start = data.draw(st.integers(0, len(text) - 1))
    end = data.draw(st.integers(start + 1, len(text)))
    anchor = text[start:end]
    if len(anchor.strip()) >= 8:
        location = locate_anchor(anchor, text)
        assert location is not None and not location.approximate
        assert text[location.start : location.end].split() == anchor.split()
