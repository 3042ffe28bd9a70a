"""Scores of findings against labels. Reads the public JSON contract and nothing else."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

from pydantic import BaseModel

from evals.cases import Case, Label, covered, fold

VERDICTS = ("met", "partial", "absent", "contradicted")
BINS = 10
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
    may count only some (the false-met rate those that readers call unmet)."""

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


def shares_of(item: Item) -> dict[str, tuple[float, float]]:
    """What one item adds to numerator and denominator of every share. See `MEASURES` for what each share says."""
    label, finding = item.label, item.finding
    citations = finding["citations"]
    supported = [is_supported(citation, label) for citation in citations]
    applicable = label.verdict != "not_applicable"
    wrong = applicable and item.judged != label.verdict
    flagged = "needs_review" in finding["flags"]
    unmet = label.verdict in ("partial", "absent", "contradicted")
    cited = item.judged in ("met", "partial", "contradicted")
    both_partial = label.verdict == "partial" == item.judged
    found = [facet in finding["missing"] for facet in label.missing] if both_partial else []
    recalled = [
        any(c["document"] == quote.document and shares_words(c["quote"], (quote.quote,)) for c in citations)
        for quote in label.evidence
    ]
    return {
        "accuracy": (applicable and not wrong, applicable),
        "false_met_rate": (unmet and item.judged == "met", unmet),
        "missing_facet_recall": (sum(found), len(found)),
        "citation_precision": (sum(supported) if cited else 0, len(supported) if cited else 0),
        "finding_citation_precision": (any(supported), bool(citations)),
        "citation_recall": (sum(recalled), len(recalled)),
        "not_applicable_accuracy": ((item.judged == "not_applicable") == (not applicable), 1),
        "review_rate": (applicable and flagged, applicable),
        "review_catch": (wrong and flagged, wrong),
    }


def share(items: Sequence[Item], name: str) -> float:
    """One of the shares over all items, 0 without a denominator."""
    counts = [shares_of(item)[name] for item in items]
    total = sum(part for _, part in counts)
    return sum(part for part, _ in counts) / total if total else 0.0


def false_met_rate(items: Sequence[Item]) -> float:
    """Share judged met of what readers call partial, absent or contradicted: the worst error."""
    return share(items, "false_met_rate")


def calibration_error(items: Sequence[Item]) -> float:
    """Expected calibration error of the confidence that the verdict is right (equal-width bins)."""
    kept = judged_items(items)
    total = 0.0
    for i in range(BINS):
        inside = [item for item in kept if i / BINS < item.finding["confidence"] <= (i + 1) / BINS]
        if inside:
            right = sum(item.judged == item.label.verdict for item in inside) / len(inside)
            stated = sum(item.finding["confidence"] for item in inside) / len(inside)
            total += len(inside) / len(kept) * abs(right - stated)
    return total


MEASURES = {
    "macro_f1": "mean F1 of the four verdicts",
    "accuracy": "applicable items with the reader's verdict",
    "false_met_rate": "judged met, of what readers call partial, absent or contradicted",
    "missing_facet_recall": "facets that readers miss and the finding too, where both say partial",
    "citation_precision": "citations that are labelled evidence; readers do not list every quote: a lower bound",
    "finding_citation_precision": "cited findings with at least one citation that is labelled evidence",
    "citation_recall": "labelled quotes that a citation shares its words with",
    "not_applicable_accuracy": "items on whose applicability reader and product agree",
    "review_rate": "applicable items flagged for review",
    "review_catch": "wrong verdicts that are flagged for review",
    "calibration_error": "expected calibration error of the confidence",
}


def measure(items: Sequence[Item], name: str) -> float:
    """One measure by name."""
    if name == "macro_f1":
        return macro_f1(items)
    return calibration_error(items) if name == "calibration_error" else share(items, name)


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
