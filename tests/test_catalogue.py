"""The catalogue: 61 criteria, exact ids, all references resolve, nothing copied."""

from __future__ import annotations

import pytest

from corpus.catalogue import check_catalogue, find_requirement, load_catalogue
from corpus.errors import InvalidCatalogue, UnknownItem

EXPECTED = (
    [f"CC1.{i}" for i in range(1, 6)] + [f"CC2.{i}" for i in range(1, 4)] + [f"CC3.{i}" for i in range(1, 5)]
    + ["CC4.1", "CC4.2"] + [f"CC5.{i}" for i in range(1, 4)] + [f"CC6.{i}" for i in range(1, 9)]
    + [f"CC7.{i}" for i in range(1, 6)] + ["CC8.1", "CC9.1", "CC9.2"] + ["A1.1", "A1.2", "A1.3"] + ["C1.1", "C1.2"]
    + [f"PI1.{i}" for i in range(1, 6)]
    + ["P1.1", "P2.1", "P3.1", "P3.2", "P4.1", "P4.2", "P4.3", "P5.1", "P5.2"] + [f"P6.{i}" for i in range(1, 8)]
    + ["P7.1", "P8.1"]
)  # fmt: skip


def test_exactly_the_61_criteria() -> None:
    ids = [criterion.id for criterion in load_catalogue().criteria]
    assert sorted(ids) == sorted(EXPECTED)
    assert len(ids) == 61


def test_objectives_and_requirements_are_complete() -> None:
    catalogue = load_catalogue()
    assert len(catalogue.objectives) == 52
    ai = [item for item in catalogue.requirements() if item.objective]
    assert len(ai) == 256
    for objective in catalogue.objectives:
        for number, requirement in enumerate(objective.requirements, start=1):
            assert requirement.id == f"{objective.id}-R{number}"


def test_every_criterion_has_three_baseline_requirements_and_is_reachable() -> None:
    for criterion in load_catalogue().criteria:
        assert len(criterion.requirements) >= 3, criterion.id
        for number, requirement in enumerate(criterion.requirements, start=1):
            assert requirement.id == f"{criterion.id}-B{number}"
            assert 1 <= len(requirement.must_state) <= 4


def test_categories_hold_the_right_number_of_criteria() -> None:
    counts: dict[str, int] = {}
    for criterion in load_catalogue().criteria:
        counts[criterion.category] = counts.get(criterion.category, 0) + 1
        prefix = criterion.id.rstrip("0123456789.")
        assert {"CC": "security", "A": "availability", "C": "confidentiality", "PI": "processing_integrity",
                "P": "privacy"}[prefix] == criterion.category  # fmt: skip
    assert counts == {"security": 33, "availability": 3, "confidentiality": 2, "processing_integrity": 5, "privacy": 18}


def test_a_missing_criterion_is_refused() -> None:
    catalogue = load_catalogue()
    with pytest.raises(InvalidCatalogue, match="60 criteria"):
        check_catalogue(catalogue.model_copy(update={"criteria": catalogue.criteria[1:]}))


def test_a_dangling_criterion_is_refused() -> None:
    catalogue = load_catalogue()
    objective = catalogue.objectives[0]
    broken = objective.requirements[0].model_copy(update={"criteria": ("CC6.9",)})
    changed = objective.model_copy(update={"requirements": (broken, *objective.requirements[1:])})
    with pytest.raises(InvalidCatalogue, match=r"CC6\.9"):
        check_catalogue(catalogue.model_copy(update={"objectives": (changed, *catalogue.objectives[1:])}))


def test_unknown_requirement_names_the_next_step() -> None:
    with pytest.raises(UnknownItem, match="fieldwork catalogue"):
        find_requirement(load_catalogue(), "AI-XXX-01-R1")
