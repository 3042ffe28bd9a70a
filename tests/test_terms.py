"""Learned terms: which passages and units are seen first."""

from __future__ import annotations

import numpy as np
import pytest

from analyzers.units import UNITS, candidate_units
from corpus.catalogue import load_catalogue
from corpus.types import Passage
from retrieval.search import Hit
from retrieval.terms import TermIndex, affinity, heading_stems, load_terms, requirement_terms, stems_of


def passage(name: str, text: str, heading: tuple[str, ...] = ()) -> Passage:
    return Passage(
        id=f"ps-{name}",
        document="a.md",
        sha256="0" * 64,
        text=text,
        start=0,
        end=len(text),
        locator="§ 1",
        heading=heading,
    )


def test_every_requirement_has_terms_and_its_own_words_are_among_them() -> None:
    table = load_terms()
    for requirement in load_catalogue().requirements():
        weights = table[requirement.id]
        assert weights and all(weight > 0 for weight in weights.values())
        assert set(weights) & stems_of(requirement.text)


def test_an_untrained_requirement_falls_back_to_its_own_words() -> None:
    requirement = next(iter(load_catalogue().requirements())).model_copy(update={"id": "NEW-01-R1"})
    assert requirement_terms(requirement) == dict.fromkeys(stems_of(f"{requirement.title} {requirement.text}"), 1.0)


def test_matrix_scores_equal_the_plain_affinity() -> None:
    passages = [
        passage(
            "1", "Access to the registry is reviewed every quarter. The list is kept in Jira.", ("Access", "Reviews")
        ),
        passage("2", "Backups are restored twice a year."),
        passage("3", "Reviews of registry access are signed by the owner of the registry."),
    ]
    weights = {"registri": 2.0, "review": 1.5, "quarter": 1.0, "unknownstem": 9.0}
    whole, unit = TermIndex(passages).scores([weights, {"restor": 1.0}])
    for i, item in enumerate(passages):
        assert whole[0, i] == pytest.approx(affinity(weights, stems_of(item.text), heading_stems(item)), abs=1e-6)
    assert np.argmax(whole[1]) == 1 and unit.shape == (2, 3)
    assert (unit >= 0).all()


def test_units_are_bounded_repeatable_and_led_by_affinity() -> None:
    requirement = next(item for item in load_catalogue().requirements() if item.id == "AI-INF-02-R5")
    filler = "The canteen opens at noon and closes at two on every working day of the week. " * 4
    hits = [Hit(passage=passage(str(i), filler), score=1.0, similarity=0.5) for i in range(13)]
    wanted = "Access to the training store is reviewed every quarter by the Head of Security, who removes what is not needed."
    hits.append(Hit(passage=passage("wanted", wanted), score=0.1, similarity=0.1))
    units = candidate_units(requirement, hits)
    assert len(units) == UNITS and units == candidate_units(requirement, hits)
    assert wanted in [unit.text for unit in units]
