"""Groups: what the judge is shown of one requirement, with what a careful reader makes of it.

Real groups come from the train companies. Written groups set one or two written passages for a requirement among real
passages of a company in which nothing answers it; their verdict follows from the rule.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np

from analyzers.assess import HITS
from analyzers.currency import document_status
from analyzers.units import Unit, candidate_units
from corpus.types import Requirement
from corpus.units import unit_spans
from evals.cases import Case, Label, covered, holds_quote
from evals.training.data import Pair, Relation
from evals.training.mine import CompanyIndex, word_spans
from retrieval.encoder import Encoder
from retrieval.queries import requirement_query
from retrieval.terms import affinity, requirement_terms, stems_of

REAL_UNITS = 7
"""Passages of a real group: all evidence and near misses, the judge's first ones, then others by chance."""
FIRST = 4
SHOWN = 14
REAL_CONTEXT = 1
"""Real passages set beside a written one."""
CROSSED = 2
"""Written passages for near requirements set beside a written one. Without them the judge learns what a control looks
like, or how written passages sound, instead of which requirement they answer."""
NEAREST = 25
SIBLING_SHARE = 0.25
SIBLING_WEIGHT = 0.6
"""A passage for one requirement of an objective now and then satisfies its sibling too."""
SECOND_SHARE = 0.45
UNLISTED_WEIGHT = 0.7
"""Readers do not list every quote: a passage beside the evidence is a less certain negative."""
FURTHER_WEIGHT = 0.6
"""Where a reader did not say what each quote states, the first is taken for the core and later ones for facets."""
BINDING = ("mandates", "practice")
NEAR_RELATION: dict[str, Relation] = {"intent": "intent"}
CORE_WITHOUT_FACET = ("laxer", "vague")
"""Near misses that may well state the core: their relation is known only where the verdict is absent."""

Key = tuple[str, str]


@dataclass(frozen=True)
class GroupUnit:
    """One passage of a group; `relation_known` is False where only its facets are, `listed` if a reader named it."""

    pair: Pair
    rank: int
    affinity: float
    relation_known: bool = True
    listed: bool = False


@dataclass(frozen=True)
class Group:
    """Passages shown for one requirement. `facets`: the known ones over all passages together, stated or not."""

    requirement: str
    verdict: str
    units: tuple[GroupUnit, ...]
    facets: dict[str, bool] = field(default_factory=dict)


def real_groups(
    companies: Sequence[CompanyIndex], requirements: Mapping[str, Requirement], *, seed: int
) -> tuple[list[Group], dict[str, list[GroupUnit]]]:
    """Groups of the companies, and for each requirement the passages of companies in which nothing answers it."""
    chooser = random.Random(seed)  # noqa: S311 - reproducible sampling, not security
    groups: list[Group] = []
    fillers: dict[str, list[GroupUnit]] = {}
    for company in companies:
        labels = [label for label in company.case.labels if label.verdict != "not_applicable"]
        superseded = {item.name for item in company.documents if document_status(item) == "superseded"}
        units = [
            Unit(passage, a, b, SHOWN)
            for passage in company.index.passages
            if passage.document not in superseded
            for a, b in unit_spans(passage.text)
        ]
        queries = [requirement_query(requirements[label.requirement]) for label in labels]
        for label, hits in zip(labels, company.index.search(queries, HITS + 6), strict=True):
            requirement = requirements[label.requirement]
            shown = [hit for hit in hits if hit.passage.document not in superseded][:HITS]
            made = _label_units(company.case, label, requirement, units, candidate_units(requirement, shown, SHOWN))
            if label.verdict == "absent":
                fillers.setdefault(requirement.id, []).extend(
                    unit for unit in made if unit.relation_known and unit.pair.relation == "mentions"
                )
            if made:
                facets = {name: name not in label.missing for name in requirement.must_state}
                known = facets if label.verdict in ("met", "partial") else {}
                groups.append(Group(requirement.id, label.verdict, _choose(made, chooser), known))
    return groups, fillers


def _label_units(
    case: Case, label: Label, requirement: Requirement, units: Sequence[Unit], offered: Sequence[Unit]
) -> list[GroupUnit]:
    """Evidence, near misses and what else the judge would be shown, in this order, each with its labels."""
    evidence = _holders(units, [(item.document, item.quote) for item in label.evidence])
    near = _holders(units, [(item.document, item.quote) for item in label.near])
    places = {_key(unit): unit for unit in units}
    shown = {_key(unit): unit for unit in offered}
    made = []
    for key in dict.fromkeys([*evidence, *near, *shown]):
        unit = shown.get(key) or places[key]
        score = unit.affinity or affinity(requirement_terms(requirement), stems_of(unit.text))
        if key in evidence:
            pair, known = _evidence_pair(label, requirement, unit, evidence[key]), True
        elif key in near:
            pair, known = _near_pair(label, requirement, unit, near[key][0])
        else:
            pair, known = _other_pair(label, requirement, unit), True
        source = {"source": f"mined:{case.name}"}
        listed = key in evidence or key in near
        made.append(GroupUnit(pair.model_copy(update=source), unit.rank, score, known, listed))
    return made


def _key(unit: Unit) -> Key:
    return unit.passage.id, unit.text


def _holders(units: Sequence[Unit], quotes: Sequence[tuple[str, str]]) -> dict[Key, list[int]]:
    """The unit that holds each quote, with the numbers of the quotes it holds."""
    found: dict[Key, list[int]] = {}
    for number, (document, quote) in enumerate(quotes):
        same = [unit for unit in units if unit.passage.document == document]
        holding = [unit for unit in same if holds_quote(unit.text, quote)]
        holding = holding or [unit for unit in same if covered(quote, unit.text) >= 0.6]
        for unit in holding[:1]:
            found.setdefault(_key(unit), []).append(number)
    return found


def _pair(requirement: Requirement, unit: Unit, relation: Relation, **more: Any) -> Pair:
    return Pair(
        requirement=requirement.id,
        relation=relation,
        heading=" > ".join(unit.passage.heading),
        text=unit.text,
        **more,
    )


def _evidence_pair(label: Label, requirement: Requirement, unit: Unit, numbers: Sequence[int]) -> Pair:
    quotes = [label.evidence[number] for number in numbers]
    tags = {tag for quote in quotes for tag in quote.states}
    contradicted = label.verdict == "contradicted"
    weight = 1.0
    if tags:
        relation: Relation = "opposite" if "opposite" in tags else "practice"
        if not tags & {"core", "opposite", "practice"}:
            relation = "facet_only"
    elif contradicted:
        relation = "opposite" if len(label.evidence) == 1 or min(numbers) > 0 else "practice"
        weight = 1.0 if len(label.evidence) == 1 else 0.5
    else:
        relation = "practice" if min(numbers) == 0 else "facet_only"
        weight = 1.0 if min(numbers) == 0 else FURTHER_WEIGHT
    states: tuple[str, ...] | None = None
    lacks: tuple[str, ...] | None = tuple(label.missing)
    if tags and not contradicted:
        states, lacks = tuple(facet for facet in requirement.must_state if facet in tags), None
    elif len(label.evidence) == 1 and not contradicted:
        states = tuple(facet for facet in requirement.must_state if facet not in label.missing)
    marks = tuple(span for quote in quotes for span in word_spans(unit.text, quote.quote))
    return _pair(requirement, unit, relation, states=states, lacks=lacks, marks=marks or None, weight=weight)


def _near_pair(label: Label, requirement: Requirement, unit: Unit, number: int) -> tuple[Pair, bool]:
    near = label.near[number]
    absent = label.verdict == "absent"
    known = absent or near.kind not in CORE_WITHOUT_FACET
    pair = _pair(
        requirement,
        unit,
        NEAR_RELATION.get(near.kind, "mentions"),
        states=() if absent else None,
        lacks=None if absent else label.missing,
        marks=None,
    )
    return pair, known


def _other_pair(label: Label, requirement: Requirement, unit: Unit) -> Pair:
    absent = label.verdict == "absent"
    return _pair(
        requirement,
        unit,
        "mentions",
        states=() if absent else None,
        lacks=None if absent else label.missing,
        marks=() if absent else None,
        weight=1.0 if absent else UNLISTED_WEIGHT,
    )


def _choose(made: Sequence[GroupUnit], chooser: random.Random) -> tuple[GroupUnit, ...]:
    """Labelled passages first, the judge's first ones, then others by chance, at most `REAL_UNITS`."""
    special = [unit for unit in made if unit.listed]
    rest = [unit for unit in made if not unit.listed]
    first, others = rest[:FIRST], rest[FIRST:]
    chooser.shuffle(others)
    return tuple([*special, *first, *others][:REAL_UNITS])


def written_groups(
    written: Sequence[Pair],
    fillers: Mapping[str, Sequence[GroupUnit]],
    requirements: Mapping[str, Requirement],
    encoder: Encoder,
    *,
    seed: int,
) -> list[Group]:
    """One group for each written passage, with real passages and passages for near requirements beside it, and now and
    then a second written one for the same requirement, which adds facets or is no evidence: the verdict by the rule
    stays certain.
    """
    near = near_requirements(requirements, encoder)
    bound: dict[str, list[Pair]] = {}
    for pair in written:
        if pair.relation in BINDING:
            bound.setdefault(pair.requirement, []).append(pair)
    chooser = random.Random(seed)  # noqa: S311 - reproducible sampling, not security
    partners: dict[str, list[Pair]] = {}
    for pair in written:
        if pair.relation not in (*BINDING, "opposite"):
            partners.setdefault(pair.requirement, []).append(pair)
    groups = []
    for pair in written:
        requirement = requirements[pair.requirement]
        chosen = [pair]
        seconds = partners.get(pair.requirement, [])
        if seconds and chooser.random() < SECOND_SHARE:
            second = chooser.choice(seconds)
            if second.text != pair.text:
                chosen.append(second)
        verdict, facets = rule_of(chosen, requirement)
        terms = requirement_terms(requirement)
        units = [GroupUnit(item, chooser.randint(0, 4), affinity(terms, stems_of(item.text))) for item in chosen]
        pool = list(fillers.get(pair.requirement, ()))
        units += chooser.sample(pool, min(REAL_CONTEXT, len(pool)))
        units += [_crossed(requirement, near, bound, terms, chooser) for _ in range(CROSSED)]
        chooser.shuffle(units)
        groups.append(Group(requirement.id, verdict, tuple(units), facets))
    return groups


def near_requirements(
    requirements: Mapping[str, Requirement], encoder: Encoder
) -> dict[str, tuple[list[str], list[str]]]:
    """For each requirement: the nearest ones of other objectives or criteria, and its siblings."""
    ids = sorted(requirements)
    vectors = encoder.encode([f"{requirements[item].title}: {requirements[item].text}" for item in ids])
    table = {}
    for item, row in zip(ids, vectors @ vectors.T, strict=True):
        order = [ids[int(i)] for i in np.argsort(-row, kind="stable")[: NEAREST + 10]]
        others = [other for other in order if _group_of(other) != _group_of(item)][:NEAREST]
        siblings = [other for other in ids if _group_of(other) == _group_of(item) and other != item]
        table[item] = (others, siblings)
    return table


def _group_of(requirement_id: str) -> str:
    return requirement_id.rsplit("-", 1)[0]


def _crossed(
    requirement: Requirement,
    near: Mapping[str, tuple[list[str], list[str]]],
    bound: Mapping[str, Sequence[Pair]],
    terms: Mapping[str, float],
    chooser: random.Random,
) -> GroupUnit:
    others, siblings = near[requirement.id]
    sibling = bool(siblings) and chooser.random() < SIBLING_SHARE
    other = chooser.choice(siblings if sibling else others)
    pair = chooser.choice(bound[other]).model_copy(
        update={
            "requirement": requirement.id,
            "relation": "unrelated",
            "states": (),
            "marks": (),
            "source": f"crossed:{other}",
            "weight": SIBLING_WEIGHT if sibling else 1.0,
        }
    )
    return GroupUnit(pair, chooser.randint(0, 9), affinity(terms, stems_of(pair.text)))


def rule_of(pairs: Sequence[Pair], requirement: Requirement) -> tuple[str, dict[str, bool]]:
    """The verdict that written passages lead to together, and the facets that they state."""
    if any(pair.relation == "opposite" for pair in pairs):
        return "contradicted", {}
    if not any(pair.relation in BINDING for pair in pairs):
        return "absent", {}
    stated = {facet for pair in pairs if pair.relation in (*BINDING, "facet_only") for facet in pair.states or ()}
    facets = {facet: facet in stated for facet in requirement.must_state}
    return ("met" if all(facets.values()) else "partial"), facets
