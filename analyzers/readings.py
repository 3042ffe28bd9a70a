"""What the local judge's networks say of one requirement's passages, before any decision."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from analyzers.pair_input import RELATIONS
from analyzers.signals import states_facet
from analyzers.units import Unit

CORE, INTENT, OPPOSITE, FACET_ONLY = (RELATIONS.index(name) for name in ("core", "intent", "opposite", "facet_only"))


@dataclass(frozen=True)
class UnitReading:
    """What the cross-encoder says of one unit."""

    unit: Unit
    relation: tuple[float, ...]
    facets: Mapping[str, float]
    sentences: tuple[tuple[str, float], ...]
    """Each sentence with the mean probability that its words decide the relation."""

    def anchor(self, facet: str | None = None) -> str:
        """The deciding sentence; for a facet, the best one whose form can state it."""
        able = [item for item in self.sentences if facet and states_facet(item[0], facet)]
        return max(able or self.sentences, key=lambda item: item[1])[0]


@dataclass(frozen=True)
class CaseReading:
    """What the networks say of one requirement: each unit, and all units weighed together."""

    units: tuple[UnitReading, ...]
    verdicts: Mapping[str, float]
    facets: Mapping[str, float]
    """Probability that a facet is stated somewhere in the units."""


NO_READING = CaseReading((), {}, {})


@dataclass(frozen=True)
class Conflict:
    """Two units that name different measures for one control; `strength` is the weaker one's score, 0 to 1."""

    strength: float
    units: tuple[UnitReading, UnitReading] | None


@dataclass(frozen=True)
class Reading:
    """Probabilities for one requirement and the units they rest on."""

    verdicts: dict[str, float]
    core_unit: UnitReading | None
    facets: dict[str, tuple[float, UnitReading]]
    opposite_unit: UnitReading | None
    conflict: Conflict
    intent_unit: UnitReading | None


NOTHING = Reading(
    {"met": 0.0, "partial": 0.0, "absent": 1.0, "contradicted": 0.0}, None, {}, None, Conflict(0.0, None), None
)
