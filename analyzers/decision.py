"""From probabilities to claims: thresholds, and which sentence each claim is anchored in."""

from __future__ import annotations

from analyzers.layers import Decision, read_requirement
from analyzers.readings import CORE, INTENT, OPPOSITE, CaseReading, Reading, UnitReading
from analyzers.types import Claim, Judgement
from corpus.types import Requirement


def decide(reading: Reading, decision: Decision) -> tuple[str, list[str]]:
    """The verdict that the claims will lead to, and the facets claimed. In doubt the lower verdict is taken."""
    chance = reading.verdicts
    if chance["contradicted"] >= decision.opposite_threshold:
        return "contradicted", []
    stated = [name for name, (value, _) in reading.facets.items() if value >= decision.facet_threshold]
    if chance["met"] >= decision.met_threshold and all(value > 0 for value, _ in reading.facets.values()):
        return "met", list(reading.facets)
    if chance["partial"] * decision.partial_bias + chance["met"] < chance["absent"]:
        return "absent", []
    if len(stated) == len(reading.facets):
        stated.remove(min(reading.facets, key=lambda name: reading.facets[name][0]))
    return "partial", stated


def judgement_from_reading(requirement: Requirement, case: CaseReading, decision: Decision) -> Judgement:
    """Claims with anchors: the core, each facet that is stated well enough, the contrary, or intent."""
    reading = read_requirement(requirement, case, decision)
    verdict, stated = decide(reading, decision)
    chance = reading.verdicts
    claims: list[Claim] = []
    if verdict == "contradicted" and reading.opposite_unit:
        claims += _contrary_claims(reading, chance["contradicted"])
    elif verdict in ("met", "partial") and reading.core_unit:
        claims.append(_claim("core", reading.core_unit, chance["met"] + chance["partial"]))
        claims += [_claim("facet", reading.facets[name][1], reading.facets[name][0], name) for name in stated]
    elif reading.intent_unit:
        claims.append(_claim("intent", reading.intent_unit, reading.intent_unit.relation[INTENT]))
    confidence = chance[verdict]
    unsure = f"the judge is not sure ({confidence:.0%})" if confidence < decision.review_below else ""
    return Judgement(
        requirement=requirement.id,
        claims=tuple(claims),
        reason=", ".join(f"{name} {value:.2f}" for name, value in chance.items()),
        confidence=round(confidence, 4),
        unsure=unsure,
        chances={name: round(value, 3) for name, value in chance.items()},
    )


def _contrary_claims(reading: Reading, confidence: float) -> list[Claim]:
    """Both sides: the statement of the contrary and the control it stands against, or two differing measures."""
    against, core = reading.opposite_unit, reading.core_unit
    pair = reading.conflict.units
    if against is None:
        return []
    if pair and against.relation[OPPOSITE] < reading.conflict.strength:
        return [_claim("opposite", pair[1], confidence), _claim("core", pair[0], confidence)]
    claims = [_claim("opposite", against, confidence)]
    if core and core.unit != against.unit and core.relation[CORE] > 0.5:
        claims.append(_claim("core", core, core.relation[CORE]))
    return claims


def _claim(kind: str, reading: UnitReading, confidence: float, facet: str | None = None) -> Claim:
    return Claim(
        kind=kind,
        facet=facet,
        passage_id=reading.unit.passage.id,
        anchor=reading.anchor(facet),
        confidence=round(min(1.0, max(0.0, confidence)), 4),
    )
