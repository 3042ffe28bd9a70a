"""`python -m evals.calibrate`: fit the local judge's decision layer on the dev companies and write its card.

Logistic layers with few weights (scikit-learn, L2). Thresholds by grid on readings held out by company: the best macro-F1
among those whose false-met rate is within the limit; of equal ones the more careful.
"""

from __future__ import annotations

import hashlib
import itertools
import json
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from analyzers.decision import decide
from analyzers.judge import Case as JudgeCase
from analyzers.layers import (
    Decision,
    core_features,
    facet_features,
    first_layers,
    opposite_features,
    read_requirement,
    unit_features,
    verdict_features,
    weigh_features,
)
from analyzers.local_judge import MODELS, SETTINGS, LocalJudge
from analyzers.readings import OPPOSITE, CaseReading, Reading, UnitReading
from analyzers.types import Judgement
from corpus.catalogue import load_catalogue
from corpus.types import Requirement
from evals.cases import Case, Label, covered, holds_quote, load_cases
from evals.harness import Bench
from evals.metrics import VERDICTS

FALSE_MET_LIMIT = 0.04
REVIEW_SHARE = 0.25
OPPOSITE_GRID = (0.6, 0.5, 0.4, 0.3, 0.2)
"""A contradiction that is none embarrasses more than one that is missed: nothing below 0.2 counts as one."""
VERDICT_STRENGTH = 1.0
START = Decision(
    unit={"core": 1.0}, core={"best": 1.0}, facet={"best": 1.0}, opposite={"opposite": 1.0},
    verdict={"met": {}, "partial": {}, "absent": {"bias": 9.0}, "contradicted": {}},
    met_threshold=1.0, opposite_threshold=1.0, partial_bias=1.0, facet_threshold=0.5, review_below=0.0,
)  # fmt: skip


class Sample(NamedTuple):
    """One labelled requirement of one company, with what the networks said."""

    requirement: Requirement
    label: Label
    reading: CaseReading
    company: str


class Recorder(LocalJudge):
    """The judge, keeping what it read."""

    def __init__(self) -> None:
        super().__init__(START)
        self.readings: dict[str, CaseReading] = {}

    def weigh(self, cases: Sequence[JudgeCase], on_done: Callable[[int], None] = lambda _: None) -> list[Judgement]:
        """See `Judge.weigh`; claims nothing."""
        for (requirement, _), reading in zip(cases, self.read(cases, on_done), strict=True):
            self.readings[requirement.id] = reading
        return [Judgement(requirement=requirement.id) for requirement, _ in cases]


def collect(cases: Sequence[Case]) -> list[Sample]:
    """Readings of every applicable label, through the product's own path."""
    requirements = {item.id: item for item in load_catalogue().requirements()}
    bench = Bench()
    samples: list[Sample] = []
    try:
        for case in cases:
            recorder = Recorder()
            bench.run(case, recorder)
            for label in case.labels:
                if label.verdict != "not_applicable" and label.requirement in recorder.readings:
                    reading = recorder.readings[label.requirement]
                    samples.append(Sample(requirements[label.requirement], label, reading, case.name))
    finally:
        bench.close()
    return samples


def is_evidence(label: Label, reading: UnitReading) -> bool:
    """Whether a unit holds one of the label's quotes."""
    return any(
        item.document == reading.unit.passage.document
        and (holds_quote(reading.unit.text, item.quote) or covered(item.quote, reading.unit.text) >= 0.6)
        for item in label.evidence
    )


def fit_logistic(rows: list[dict[str, float]], targets: list[bool], strength: float) -> dict[str, float]:
    """L2 logistic regression on standardised features; weights are returned for the raw ones."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    names = sorted({name for row in rows for name in row})
    matrix = np.array([[row.get(name, 0.0) for name in names] for row in rows])
    centre, spread = matrix.mean(axis=0), np.maximum(matrix.std(axis=0), 1e-6)
    model = LogisticRegression(C=strength, max_iter=2000).fit((matrix - centre) / spread, np.array(targets))
    weights = model.coef_[0] / spread
    fitted = {name: round(float(weight), 5) for name, weight in zip(names, weights, strict=True)}
    fitted["bias"] = round(float(model.intercept_[0] - (weights * centre).sum()), 5)
    return fitted


def fit_layers(samples: Sequence[Sample]) -> Decision:
    """The four logistic layers; each uses those before it."""
    rows, targets = [], []
    for _, label, readings, _ in samples:
        if label.verdict == "contradicted":
            continue
        for reading in readings.units:
            rows.append(unit_features(reading))
            targets.append(label.verdict != "absent" and is_evidence(label, reading))
    unit = fit_logistic(rows, targets, 0.5)
    scored = [
        (sample, [weigh_features(unit, unit_features(item)) for item in sample[2].units])
        for sample in samples
        if sample[2].units
    ]
    usual = [(sample, scores) for sample, scores in scored if sample[1].verdict != "contradicted"]
    core = fit_logistic(
        [core_features(scores, sample[2]) for sample, scores in usual],
        [s[1].verdict != "absent" for s, _ in usual],
        0.3,
    )
    rows, targets = [], []
    for (requirement, label, readings, _), scores in usual:
        if label.verdict in ("met", "partial"):
            for facet in requirement.must_state:
                rows.append(facet_features(requirement, facet, scores, readings))
                targets.append(facet not in label.missing)
    facet_layer = fit_logistic(rows, targets, 0.1)
    rows, targets = [], []
    for (_, label, readings, _), scores in scored:
        against = max(readings.units, key=lambda item: item.relation[OPPOSITE])
        rows.append(opposite_features(against, weigh_features(core, core_features(scores, readings)), readings))
        targets.append(label.verdict == "contradicted")
    opposite = fit_logistic(rows, targets, 0.1)
    decision = START.model_copy(update={"unit": unit, "core": core, "facet": facet_layer, "opposite": opposite})
    return decision.model_copy(update={"verdict": fit_verdict(samples, decision)})


def fit_verdict(samples: Sequence[Sample], decision: Decision) -> dict[str, dict[str, float]]:
    """The last layer: multinomial logistic regression over the requirement features."""
    import numpy as np
    from sklearn.linear_model import LogisticRegression

    kept = [sample for sample in samples if sample[2].units]
    rows = [verdict_features(sample[0], sample[2], first_layers(sample[0], sample[2], decision)) for sample in kept]
    names = sorted(rows[0])
    matrix = np.array([[row[name] for name in names] for row in rows])
    centre, spread = matrix.mean(axis=0), np.maximum(matrix.std(axis=0), 1e-6)
    model = LogisticRegression(C=VERDICT_STRENGTH, max_iter=3000).fit(
        (matrix - centre) / spread, [s[1].verdict for s in kept]
    )
    layer = {}
    for verdict, own, intercept in zip(model.classes_, model.coef_, model.intercept_, strict=True):
        weights = own / spread
        layer[str(verdict)] = {name: round(float(weight), 5) for name, weight in zip(names, weights, strict=True)}
        layer[str(verdict)]["bias"] = round(float(intercept - (weights * centre).sum()), 5)
    return layer


def verdict_scores(pairs: Sequence[tuple[str, str]]) -> tuple[float, float]:
    """Macro-F1 and false-met rate of (label, judged) pairs."""
    total = 0.0
    for verdict in VERDICTS:
        right = sum(label == verdict == judged for label, judged in pairs)
        said = sum(judged == verdict for _, judged in pairs)
        true = sum(label == verdict for label, _ in pairs)
        total += 2 * right / (said + true) if said + true else 0.0
    unmet = [judged == "met" for label, judged in pairs if label != "met"]
    return total / len(VERDICTS), sum(unmet) / max(1, len(unmet))


def choose_thresholds(known: Sequence[tuple[str, Reading]], decision: Decision) -> Decision:
    """Grid over the three thresholds, careful values first: the best macro-F1 within the false-met limit."""
    best: tuple[float, Decision] | None = None
    for met, opposite, bias in itertools.product(
        [round(0.96 - 0.02 * i, 2) for i in range(36)],
        OPPOSITE_GRID,
        (0.8, 1.0, 1.25, 1.5),
    ):
        trial = decision.model_copy(update={"met_threshold": met, "opposite_threshold": opposite, "partial_bias": bias})
        f1, false_met = verdict_scores([(label, decide(reading, trial)[0]) for label, reading in known])
        if false_met <= FALSE_MET_LIMIT and (best is None or f1 > best[0] + 1e-9):
            best = (f1, trial)
    assert best is not None
    return best[1]


def held_out_readings(samples: Sequence[Sample]) -> list[tuple[str, Reading]]:
    """Readings by layers that have not seen the company: thresholds chosen on them are not chosen on fitted figures."""
    known: list[tuple[str, Reading]] = []
    for company in sorted({sample.company for sample in samples}):
        layers = fit_layers([sample for sample in samples if sample.company != company])
        known += [
            (sample.label.verdict, read_requirement(sample.requirement, sample.reading, layers))
            for sample in samples
            if sample.company == company
        ]
    return known


def choose_review(known: Sequence[tuple[str, Reading]], decision: Decision) -> Decision:
    """The least confident quarter is flagged for a person."""
    stated = sorted(reading.verdicts[decide(reading, decision)[0]] for _, reading in known)
    return decision.model_copy(update={"review_below": round(stated[int(REVIEW_SHARE * len(stated))], 4)})


def main() -> None:
    """Fit, choose, write `local-judge.json`."""
    training: dict[str, Any] = json.loads((MODELS / "training.json").read_text())
    write_card(training, START)
    samples = collect(load_cases("dev"))
    known = held_out_readings(samples)
    decision = choose_review(known, choose_thresholds(known, fit_layers(samples)))
    card = write_card(training, decision)
    f1, false_met = verdict_scores([(label, decide(reading, decision)[0]) for label, reading in known])
    print(
        f"version {card['version']}: dev, held out: macro-F1 {f1:.3f}, false-met {false_met:.3f}, {len(samples)} items"
    )


def write_card(training: dict[str, Any], decision: Decision) -> dict[str, Any]:
    """The card with a version that names weights and decision layer."""
    body = {
        "files": training["files"],
        "bytes": training["bytes"],
        "data": training["data"],
    }
    body["decision"] = decision.model_dump()
    digest = hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()
    body["version"] = f"2.{digest[:8]}"
    SETTINGS.write_text(json.dumps(body, indent=1) + "\n")
    from analyzers.local_judge import load_card

    load_card.cache_clear()
    return body


if __name__ == "__main__":
    main()
