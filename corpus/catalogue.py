"""Load and check the frameworks: the 61 criteria and the AI control objectives."""

from __future__ import annotations

from functools import lru_cache
from importlib.resources import files
from typing import Any

import yaml

from corpus.errors import InvalidCatalogue, UnknownItem
from corpus.types import CATEGORIES, Catalogue, Criterion, Objective, Requirement

CRITERIA_FILE = "soc2-2017.yaml"
OBJECTIVES_FILE = "ai-objectives.yaml"
CRITERION_COUNT = 61
"""CC 33, A 3, C 2, PI 5, P 18: the 2017 Trust Services Criteria."""


def _load(name: str) -> dict[str, Any]:
    text = (files("corpus.frameworks") / name).read_text(encoding="utf-8")
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    data = yaml.load(text, Loader=loader)  # noqa: S506 - a safe loader, with or without libyaml
    assert isinstance(data, dict)
    return data


@lru_cache(maxsize=1)
def load_catalogue() -> Catalogue:
    """The whole catalogue, checked.

    Raises:
        InvalidCatalogue: An id is missing, doubled or refers to nothing.
    """
    frame, overlay = _load(CRITERIA_FILE), _load(OBJECTIVES_FILE)
    criteria = tuple(_criterion(item) for item in frame["criteria"])
    objectives = tuple(_objective(item) for item in overlay["objectives"])
    vocabularies = overlay["vocabularies"]
    catalogue = Catalogue(
        criteria=criteria,
        objectives=objectives,
        series=frame["series"],
        stages=vocabularies["stages"],
        conditions=vocabularies["applies_when"],
        facets=vocabularies["must_state"],
        version=f"{frame['version']}+{overlay['version']}",
    )
    check_catalogue(catalogue)
    return catalogue


def _criterion(item: dict[str, Any]) -> Criterion:
    requirements = tuple(
        Requirement(
            id=entry["id"],
            text=entry["text"],
            must_state=tuple(entry["must_state"]),
            query=entry["query"],
            objective=None,
            criteria=(item["id"],),
            title=item["title"],
            severity=item["severity"],
        )
        for entry in item["requirements"]
    )
    fields = {key: item[key] for key in Criterion.model_fields if key != "requirements"}
    return Criterion(**fields, requirements=requirements)


def _objective(item: dict[str, Any]) -> Objective:
    severity = item["severity_if_missing"]
    requirements = tuple(
        Requirement(
            id=entry["id"],
            text=entry["text"],
            must_state=tuple(entry["must_state"]),
            query=f"{item['title']}. {entry['text']}",
            objective=item["id"],
            criteria=tuple(item["tsc"]),
            title=item["title"],
            severity=severity["score"],
            applies_when=tuple(item["applies_when"]),
        )
        for entry in item["requirements"]
    )
    return Objective(
        id=item["id"],
        title=item["title"],
        stage=item["stage"],
        applies_when=tuple(item["applies_when"]),
        objective=item["objective"],
        criteria=tuple(item["tsc"]),
        requirements=requirements,
        frequency=item["frequency"],
        typical_owner=item["typical_owner"],
        accountable_function=item["accountable_function"],
        severity=severity["score"],
        severity_reason=severity["reason"],
        common_failure=item["common_failure"],
        evidence=tuple(entry["item"] for entry in item["evidence"]),
        mappings={key: tuple(values) for key, values in item["mappings"].items()},
    )


def check_catalogue(catalogue: Catalogue) -> None:
    """Ids are exact and unique, every reference resolves.

    Raises:
        InvalidCatalogue: Naming the first broken rule.
    """
    ids = [criterion.id for criterion in catalogue.criteria]
    if len(ids) != CRITERION_COUNT or len(set(ids)) != CRITERION_COUNT:
        raise InvalidCatalogue(f"{CRITERIA_FILE}: {len(set(ids))} criteria, expected {CRITERION_COUNT}.")
    seen: set[str] = set()
    for requirement in catalogue.requirements():
        if requirement.id in seen:
            raise InvalidCatalogue(f"{requirement.id}: the id occurs twice.")
        seen.add(requirement.id)
        unknown = set(requirement.must_state) - set(catalogue.facets)
        if unknown or not requirement.must_state:
            raise InvalidCatalogue(f"{requirement.id}: must_state {sorted(unknown) or 'is empty'}.")
        if missing := set(requirement.criteria) - set(ids):
            raise InvalidCatalogue(f"{requirement.id}: unknown criteria {sorted(missing)}.")
        if missing := set(requirement.applies_when) - set(catalogue.conditions):
            raise InvalidCatalogue(f"{requirement.id}: unknown conditions {sorted(missing)}.")
    for criterion in catalogue.criteria:
        if criterion.category not in CATEGORIES or criterion.series not in catalogue.series:
            raise InvalidCatalogue(f"{criterion.id}: unknown category or series.")


def find_requirement(catalogue: Catalogue, requirement_id: str) -> Requirement:
    """The requirement of that id.

    Raises:
        UnknownItem: With the ids that look like it.
    """
    for requirement in catalogue.requirements():
        if requirement.id == requirement_id:
            return requirement
    raise UnknownItem(f"{requirement_id}: no such requirement. List them with `fieldwork catalogue`.")
