"""From readings to probabilities: small logistic layers, fitted on the dev companies."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import BaseModel, Field

from analyzers.cadence import is_laxer
from analyzers.conflict import differ
from analyzers.readings import CORE, FACET_ONLY, INTENT, NOTHING, OPPOSITE, CaseReading, Conflict, Reading, UnitReading
from analyzers.signals import states_facet
from corpus.types import Requirement

EDGE = 1e-4
CONFLICT_UNITS = 5
"""Best units among which a conflict of measures is looked for."""
FORMAL = ("frequency", "deadline", "threshold", "retention", "date")
"""Facets that a sentence can only state in a certain form: without a cadence, a number or a date they are not stated."""


class Decision(BaseModel, frozen=True, extra="forbid"):
    """Weights of the calibrated layer and thresholds, fitted on the dev companies only."""

    unit: dict[str, float] = Field(description="Logistic weights: how likely a unit is evidence of the core")
    core: dict[str, float] = Field(description="Logistic weights: the core is stated, from the best units")
    facet: dict[str, float] = Field(description="Logistic weights: a facet is stated, given the core")
    opposite: dict[str, float] = Field(description="Logistic weights: the contrary is practice")
    verdict: dict[str, dict[str, float]] = Field(
        description="Softmax weights of each verdict over requirement features"
    )
    met_threshold: float = Field(ge=0, le=1, description="Least probability of met for met to be claimed")
    opposite_threshold: float = Field(ge=0, le=1, description="Least probability of contradicted for the contrary")
    partial_bias: float = Field(gt=0, description="How much more than its probability partial counts against absent")
    facet_threshold: float = Field(ge=0, le=1, description="Least probability for a facet to be claimed in a partial")
    review_below: float = Field(ge=0, le=1, description="Confidence below which a person should look")


def logit(probability: float) -> float:
    """Log odds, kept finite."""
    clipped = min(1 - EDGE, max(EDGE, probability))
    return math.log(clipped / (1 - clipped))


def sigmoid(value: float) -> float:
    """Inverse of `logit`."""
    return 1 / (1 + math.exp(-max(-30.0, min(30.0, value))))


def weigh_features(weights: Mapping[str, float], features: Mapping[str, float]) -> float:
    """Probability of a logistic layer; a feature without a weight does not count."""
    return sigmoid(weights.get("bias", 0.0) + sum(weights.get(name, 0.0) * value for name, value in features.items()))


def unit_features(reading: UnitReading) -> dict[str, float]:
    """Of one unit: the model's log odds, its passage's rank and its affinity to the requirement's terms."""
    return {
        "core": logit(reading.relation[CORE]),
        "opposite": logit(reading.relation[OPPOSITE]),
        "intent": logit(reading.relation[INTENT]),
        "facet_only": logit(reading.relation[FACET_ONLY]),
        "rank": math.log1p(reading.unit.rank),
        "affinity": reading.unit.affinity,
    }


def core_features(scores: Sequence[float], case: CaseReading) -> dict[str, float]:
    """Of one requirement: log odds of its best units as evidence, and of all units together."""
    readings = case.units
    ordered = sorted((logit(score) for score in scores), reverse=True) + [logit(0.0)] * 3
    return {
        "best": ordered[0],
        "second": ordered[1],
        "third": ordered[2],
        "raw": max((logit(item.relation[CORE]) for item in readings), default=logit(0.0)),
        "intent": max((logit(item.relation[INTENT]) for item in readings), default=logit(0.0)),
        "together": logit(1 - case.verdicts["absent"]),
    }


def facet_features(
    requirement: Requirement, facet: str, scores: Sequence[float], case: CaseReading
) -> dict[str, float]:
    """Of one facet: how strongly the best units state it, whether their form can, and all units together."""
    readings = case.units
    best = facet_choice(requirement, facet, scores, readings)
    top = max(range(len(scores)), key=lambda i: scores[i]) if scores else None
    features = {
        "best": logit(best[1]) if best else logit(0.0),
        "in_core": logit(readings[top].facets[facet]) if top is not None else logit(0.0),
        "form": float(bool(best and states_facet(best[0].unit.text, facet))),
        "formal": float(facet in FORMAL),
        "count": float(len(requirement.must_state)),
        "together": logit(case.facets[facet]),
        "met": logit(case.verdicts["met"]),
    }
    features[f"is_{facet}"] = 1.0
    return features


def facet_choice(
    requirement: Requirement, facet: str, scores: Sequence[float], readings: Sequence[UnitReading]
) -> tuple[UnitReading, float] | None:
    """The unit that states a facet best: its facet probability times the root of how much the unit is evidence,
    relative to the best unit, so that facets are taken from where the control is described."""
    best: tuple[UnitReading, float] | None = None
    top = max(scores, default=1.0)
    for score, reading in zip(scores, readings, strict=True):
        value = reading.facets[facet] * math.sqrt(score / top)
        if facet in FORMAL and not any(states_facet(sentence, facet) for sentence, _ in reading.sentences):
            value = 0.0
        if facet == "frequency" and is_laxer(reading.anchor(facet), requirement.text):
            value = 0.0
        if best is None or value > best[1]:
            best = (reading, value)
    return best


@dataclass(frozen=True)
class Layers:
    """What the first layers make of one requirement's units."""

    scores: list[float]
    core: float
    facets: dict[str, tuple[float, UnitReading]]
    raw_facets: list[float]
    opposite: float
    opposite_unit: UnitReading
    conflict: Conflict


def first_layers(requirement: Requirement, case: CaseReading, decision: Decision) -> Layers:
    """Unit scores, the core, each facet and the contrary."""
    readings = case.units
    scores = [weigh_features(decision.unit, unit_features(item)) for item in readings]
    core = weigh_features(decision.core, core_features(scores, case))
    facets: dict[str, tuple[float, UnitReading]] = {}
    raw = []
    for facet in requirement.must_state:
        chosen = facet_choice(requirement, facet, scores, readings)
        assert chosen is not None
        value = weigh_features(decision.facet, facet_features(requirement, facet, scores, case))
        facets[facet] = (value if chosen[1] > 0 else 0.0, chosen[0])
        raw.append(chosen[1])
    against = max(readings, key=lambda item: item.relation[OPPOSITE])
    opposite = weigh_features(decision.opposite, opposite_features(against, core, case))
    return Layers(scores, core, facets, raw, opposite, against, conflict_of(readings, scores))


def conflict_of(readings: Sequence[UnitReading], scores: Sequence[float]) -> Conflict:
    """The strongest pair of units of different documents whose deciding sentences name different measures."""
    best = Conflict(0.0, None)
    order = sorted(range(len(readings)), key=lambda i: (-scores[i], i))[:CONFLICT_UNITS]
    for place, i in enumerate(order):
        for k in order[place + 1 :]:
            one, other = readings[i], readings[k]
            strength = min(scores[i], scores[k])
            if strength <= best.strength or one.unit.passage.document == other.unit.passage.document:
                continue
            if differ(one.anchor(), other.anchor()):
                best = Conflict(strength, (one, other))
    return best


def verdict_features(requirement: Requirement, case: CaseReading, layers: Layers) -> dict[str, float]:
    """Of one requirement: what the last layer sees."""
    readings = case.units
    order = sorted(range(len(readings)), key=lambda i: (-layers.scores[i], i))
    best = [logit(layers.scores[i]) for i in order[:3]] + [logit(0.0)] * 3
    values = [value for value, _ in layers.facets.values()]
    top = readings[order[0]]
    together = [case.facets[facet] for facet in requirement.must_state]
    return {
        **{f"together_{name}": math.log(max(EDGE, value)) for name, value in case.verdicts.items()},
        "together_facet_min": min(together),
        "together_facet_mean": sum(together) / len(together),
        "best": best[0],
        "second": best[1],
        "third": best[2],
        "mass": math.log(sum(layers.scores) + 1e-3),
        "raw_core": logit(max(item.relation[CORE] for item in readings)),
        "raw_opposite": logit(max(item.relation[OPPOSITE] for item in readings)),
        "raw_intent": logit(max(item.relation[INTENT] for item in readings)),
        "core": logit(layers.core),
        "facet_min": min(values),
        "facet_mean": sum(values) / len(values),
        "facet_product": math.prod(values),
        "raw_facet_min": min(layers.raw_facets),
        "raw_facet_mean": sum(layers.raw_facets) / len(layers.raw_facets),
        "facets": float(len(values)),
        "top_affinity": top.unit.affinity,
        "affinity": max(item.unit.affinity for item in readings),
        "opposite": logit(layers.opposite),
        "baseline": float(requirement.objective is None),
        "cores": float(sum(item.relation[CORE] > 0.5 for item in readings)),
        "conflict": layers.conflict.strength,
        "opposites": float(sum(item.relation[OPPOSITE] > 0.5 for item in readings)),
        "top_opposite": top.relation[OPPOSITE],
        "top_intent": top.relation[INTENT],
        "top_core": top.relation[CORE],
    }


def softmax_of(weights: Mapping[str, Mapping[str, float]], features: Mapping[str, float]) -> dict[str, float]:
    """Probability of each verdict."""
    values = {
        verdict: own.get("bias", 0.0) + sum(own.get(name, 0.0) * value for name, value in features.items())
        for verdict, own in weights.items()
    }
    top = max(values.values())
    powers = {verdict: math.exp(value - top) for verdict, value in values.items()}
    total = sum(powers.values())
    return {verdict: power / total for verdict, power in powers.items()}


def read_requirement(requirement: Requirement, case: CaseReading, decision: Decision) -> Reading:
    """All probabilities of one requirement."""
    readings = case.units
    if not readings:
        return NOTHING
    layers = first_layers(requirement, case, decision)
    core_unit = readings[max(range(len(readings)), key=lambda i: (layers.scores[i], -i))]
    intent = max(readings, key=lambda item: item.relation[INTENT])
    return Reading(
        verdicts=softmax_of(decision.verdict, verdict_features(requirement, case, layers)),
        core_unit=core_unit,
        facets=layers.facets,
        opposite_unit=layers.opposite_unit,
        conflict=layers.conflict,
        intent_unit=intent if intent.relation[INTENT] > 0.5 else None,
    )


def opposite_features(reading: UnitReading, core: float, case: CaseReading) -> dict[str, float]:
    """Of the unit that most says the contrary."""
    return {
        "opposite": logit(reading.relation[OPPOSITE]),
        "rank": math.log1p(reading.unit.rank),
        "affinity": reading.unit.affinity,
        "core": logit(core),
        "together": logit(case.verdicts["contradicted"]),
    }
