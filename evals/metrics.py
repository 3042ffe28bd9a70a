"""Scores of findings against labels, with bootstrap intervals. Reads the public JSON contract and nothing else."""

from __future__ import annotations

import math
import random
from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from evals.cases import Case, Label, covered, fold

VERDICTS = ("met", "partial", "absent", "contradicted")
RESAMPLES = 1000
SUPPORT = 0.6
"""Share of the shorter quote's words that must be shared for a citation to count as labelled evidence."""


class Item(BaseModel, frozen=True, extra="forbid"):
    """One requirement of one company: what readers say, what the judge said."""

    company: str
    requirement: str
    label: Label
    finding: dict[str, Any]

    @property
    def judged(self) -> str:
        """The judge's verdict."""
        return str(self.finding["verdict"])


class Score(BaseModel, frozen=True, extra="forbid"):
    """A value with its 95 % interval; `n` is the number of items offered, of which a measure
    may count only some (the false-met rate those that readers call unmet). Items are resampled as if independent."""

    value: float
    low: float
    high: float
    n: int

    def __str__(self) -> str:
        return f"{self.value:.3f} [{self.low:.3f}, {self.high:.3f}] n={self.n}"


def pair_items(case: Case, result: dict[str, Any]) -> list[Item]:
    """Join labels and findings by requirement; labels of requirements out of scope are left out."""
    findings = {item["requirement"]: item for item in result["findings"]}
    return [
        Item(company=case.name, requirement=label.requirement, label=label, finding=findings[label.requirement])
        for label in case.labels
        if label.requirement in findings
    ]


def judged_items(items: Sequence[Item]) -> list[Item]:
    """Items that a reader found applicable."""
    return [item for item in items if item.label.verdict != "not_applicable"]


def f1_by_verdict(items: Sequence[Item]) -> dict[str, tuple[float, float, float]]:
    """Verdict -> precision, recall, F1 over applicable items."""
    scores = {}
    kept = judged_items(items)
    for verdict in VERDICTS:
        right = sum(item.label.verdict == verdict == item.judged for item in kept)
        said = sum(item.judged == verdict for item in kept)
        true = sum(item.label.verdict == verdict for item in kept)
        precision, recall = right / said if said else 0.0, right / true if true else 0.0
        total = precision + recall
        scores[verdict] = (precision, recall, 2 * precision * recall / total if total else 0.0)
    return scores


def macro_f1(items: Sequence[Item]) -> float:
    """Mean F1 of the four verdicts."""
    return sum(f1 for _, _, f1 in f1_by_verdict(items).values()) / len(VERDICTS)


def accuracy(items: Sequence[Item]) -> float:
    """Share of applicable items with the reader's verdict."""
    kept = judged_items(items)
    return _share([item.judged == item.label.verdict for item in kept])


def false_met_rate(items: Sequence[Item]) -> float:
    """Share judged met of what readers call partial, absent or contradicted: the worst error."""
    unmet = [item for item in items if item.label.verdict in ("partial", "absent", "contradicted")]
    return _share([item.judged == "met" for item in unmet])


def missing_facet_recall(items: Sequence[Item]) -> float:
    """Share of the facets that readers miss which the finding misses too, over items that both call partial."""
    both = [item for item in items if item.label.verdict == "partial" == item.judged]
    return _share([facet in item.finding["missing"] for item in both for facet in item.label.missing])


def is_supported(citation: dict[str, Any], label: Label) -> bool:
    """Whether a citation shares its words with labelled evidence in the same document."""
    evidence = tuple(item.quote for item in label.evidence if item.document == citation["document"])
    return shares_words(citation["quote"], evidence)


@lru_cache(maxsize=200_000)
def shares_words(quote: str, evidence: tuple[str, ...]) -> bool:
    """Whether a quote holds, or is held by, one of the evidence quotes, or shares most of its words with it."""
    for item in evidence:
        one, other = quote, item
        if fold(one) in fold(other) or fold(other) in fold(one):
            return True
        shorter, longer = sorted((one, other), key=len)
        if covered(shorter, longer) >= SUPPORT:
            return True
    return False


def citation_precision(items: Sequence[Item]) -> float:
    """Share of citations that are labelled evidence. Readers do not list every possible quote: a lower bound."""
    hits = [
        is_supported(citation, item.label)
        for item in items
        if item.judged in ("met", "partial", "contradicted")
        for citation in item.finding["citations"]
    ]
    return _share(hits)


def finding_citation_precision(items: Sequence[Item]) -> float:
    """Share of cited findings with at least one citation that is labelled evidence."""
    cited = [item for item in items if item.finding["citations"]]
    return _share([any(is_supported(citation, item.label) for citation in item.finding["citations"]) for item in cited])


def citation_recall(items: Sequence[Item]) -> float:
    """Share of labelled quotes that a citation shares its words with."""
    hits = []
    for item in items:
        for evidence in item.label.evidence:
            quotes = [
                citation["quote"] for citation in item.finding["citations"] if citation["document"] == evidence.document
            ]
            hits.append(any(shares_words(quote, (evidence.quote,)) for quote in quotes))
    return _share(hits)


def not_applicable_accuracy(items: Sequence[Item]) -> float:
    """Share of items on whose applicability reader and product agree."""
    return _share([(item.judged == "not_applicable") == (item.label.verdict == "not_applicable") for item in items])


def review_rate(items: Sequence[Item]) -> float:
    """Share of applicable items flagged for review."""
    return _share(["needs_review" in item.finding["flags"] for item in judged_items(items)])


def review_catch(items: Sequence[Item]) -> float:
    """Share of wrong verdicts that are flagged for review."""
    wrong = [item for item in judged_items(items) if item.judged != item.label.verdict]
    return _share(["needs_review" in item.finding["flags"] for item in wrong])


def calibration_error(items: Sequence[Item], bins: int = 10) -> float:
    """Expected calibration error of the confidence that the verdict is right (equal-width bins)."""
    kept = judged_items(items)
    total = 0.0
    for i in range(bins):
        inside = [item for item in kept if i / bins < item.finding["confidence"] <= (i + 1) / bins]
        if inside:
            right = _share([item.judged == item.label.verdict for item in inside])
            stated = sum(item.finding["confidence"] for item in inside) / len(inside)
            total += len(inside) / len(kept) * abs(right - stated)
    return total


MEASURES: dict[str, Callable[[Sequence[Item]], float]] = {
    "macro_f1": macro_f1,
    "accuracy": accuracy,
    "false_met_rate": false_met_rate,
    "missing_facet_recall": missing_facet_recall,
    "citation_precision": citation_precision,
    "finding_citation_precision": finding_citation_precision,
    "citation_recall": citation_recall,
    "not_applicable_accuracy": not_applicable_accuracy,
    "review_rate": review_rate,
    "review_catch": review_catch,
    "calibration_error": calibration_error,
}


def score_all(items: Sequence[Item], *, resamples: int = RESAMPLES, seed: int = 7) -> dict[str, Score]:
    """Every measure with a 95 % percentile interval over resampled items."""
    chooser = random.Random(seed)  # noqa: S311 - reproducible resampling, not security
    values: dict[str, list[float]] = {name: [] for name in MEASURES}
    for _ in range(resamples):
        drawn = chooser.choices(items, k=len(items)) if items else []
        for name, measure in MEASURES.items():
            values[name].append(measure(drawn))
    scores = {}
    for name, measure in MEASURES.items():
        ordered = sorted(values[name])
        low = ordered[int(0.025 * len(ordered))] if ordered else 0.0
        high = ordered[min(len(ordered) - 1, math.ceil(0.975 * len(ordered)))] if ordered else 0.0
        scores[name] = Score(value=round(measure(items), 4), low=round(low, 4), high=round(high, 4), n=len(items))
    return scores


def confusion(items: Sequence[Item]) -> dict[str, dict[str, int]]:
    """Reader's verdict -> judge's verdict -> count, over applicable items."""
    table: dict[str, dict[str, int]] = {verdict: {} for verdict in VERDICTS}
    for item in judged_items(items):
        row = table[item.label.verdict]
        row[item.judged] = row.get(item.judged, 0) + 1
    return table


def gap_overlap(case: Case, result: dict[str, Any], k: int) -> float:
    """Share of the product's first k objective gaps that are among the readers' ten."""
    wanted = {gap.objective for gap in case.top_gaps}
    found = [gap["objective"] for gap in result["gaps"] if gap["objective"]][:k]
    return sum(objective in wanted for objective in found) / k


def gap_ndcg(case: Case, result: dict[str, Any], k: int = 10) -> float:
    """nDCG at k of the objective gaps; the readers' first gap gains 10, their tenth 1."""
    gain = {gap.objective: len(case.top_gaps) - i for i, gap in enumerate(case.top_gaps)}
    found = [gap["objective"] for gap in result["gaps"] if gap["objective"]][:k]
    got = sum(gain.get(objective, 0) / math.log2(i + 2) for i, objective in enumerate(found))
    best = sum(value / math.log2(i + 2) for i, value in enumerate(sorted(gain.values(), reverse=True)[:k]))
    return got / best if best else 0.0


def _share(hits: Sequence[bool]) -> float:
    return sum(hits) / len(hits) if hits else 0.0
