"""Run labelled companies through the product's own path and score what comes out."""

from __future__ import annotations

import hashlib
import json
import shutil
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analyzers.judge import Judge
from corpus.types import Profile
from engagement.engagement import Engagement
from engagement.settings import Settings
from evals.cases import Case
from evals.intervals import score_all
from evals.metrics import (
    Item,
    Score,
    confusion,
    f1_by_verdict,
    gap_ndcg,
    gap_overlap,
    judged_items,
    pair_items,
)


@dataclass(frozen=True)
class CaseRun:
    """One company judged once."""

    case: Case
    result: dict[str, Any]
    items: list[Item]


class Bench:
    """Engagements of the labelled companies, ingested once and judged by any number of judges."""

    def __init__(self, home: Path | None = None) -> None:
        self._temporary = tempfile.mkdtemp(prefix="fieldwork-evals-") if home is None else None
        self.settings = Settings(home=home or Path(str(self._temporary)))

    def close(self) -> None:
        """Throw the engagements away."""
        if self._temporary:
            shutil.rmtree(self._temporary, ignore_errors=True)

    def engagement(self, case: Case, profile: Profile | None = None, suffix: str = "") -> Engagement:
        """The engagement of a company, ingested on first use."""
        name = case.name + suffix
        if (self.settings.home / name / "fieldwork.db").exists():
            return Engagement.open(name, self.settings)
        engagement = Engagement.create(name, profile or case.profile, self.settings)
        failed = [item for item in engagement.ingest([case.documents]) if item.status == "failed"]
        if failed:
            raise RuntimeError(f"{case.name}: {failed[0].name}: {failed[0].message}")
        return engagement

    def run(self, case: Case, judge: Judge) -> CaseRun:
        """Assess one company; only the public JSON report is read."""
        engagement = self.engagement(case)
        engagement.assess(judge=judge)
        path = engagement.report("json")
        result = json.loads(path.read_text(encoding="utf-8"))
        return CaseRun(case, result, pair_items(case, result))


def run_cases(
    cases: Sequence[Case], judge: Judge, bench: Bench, on_case: Callable[[str], None] = lambda _: None
) -> list[CaseRun]:
    """All companies by one judge."""
    runs = []
    for case in cases:
        on_case(case.name)
        runs.append(bench.run(case, judge))
    return runs


def summarise(runs: Sequence[CaseRun], judge: Judge, split: str) -> dict[str, Any]:
    """The result of one judge on one split, ready to be stored."""
    items = [item for run in runs for item in run.items]
    ai = [item for item in items if "-R" in item.requirement]
    baseline = [item for item in items if "-B" in item.requirement]
    with_gaps = [run for run in runs if run.case.top_gaps]
    mean: Callable[[list[float]], float] = lambda values: round(sum(values) / len(values), 4) if values else 0.0  # noqa: E731
    return {
        "date": datetime.now(UTC).date().isoformat(),
        "split": split,
        "judge": judge.info.model_dump(),
        "companies": [run.case.name for run in runs],
        "corpus_sha256": corpus_hash([run.case for run in runs]),
        "items": len(items),
        "applicable": len(judged_items(items)),
        "all": _scores(items),
        "ai": _scores(ai),
        "baseline": _scores(baseline),
        "by_verdict": {
            verdict: {"precision": round(p, 4), "recall": round(r, 4), "f1": round(f, 4)}
            for verdict, (p, r, f) in f1_by_verdict(items).items()
        },
        "by_company": {
            run.case.name: {key: score.value for key, score in score_all(run.items, resamples=1).items()}
            for run in runs
        },
        "by_objective": _by_objective(items),
        "confusion": confusion(items),
        "top5_in_top10": mean([gap_overlap(run.case, run.result, 5) for run in with_gaps]),
        "top10_overlap": mean([gap_overlap(run.case, run.result, 10) for run in with_gaps]),
        "ndcg10": mean([gap_ndcg(run.case, run.result) for run in with_gaps]),
        "worst": worst_errors(items),
    }


def _scores(items: Sequence[Item]) -> dict[str, dict[str, float | int]]:
    return {name: score.model_dump() for name, score in score_all(items).items()}


def _by_objective(items: Sequence[Item]) -> dict[str, dict[str, int]]:
    table: dict[str, dict[str, int]] = {}
    for item in judged_items(items):
        row = table.setdefault(item.requirement.rsplit("-", 1)[0], {"right": 0, "of": 0, "false_met": 0})
        row["of"] += 1
        row["right"] += item.judged == item.label.verdict
        row["false_met"] += item.judged == "met" and item.label.verdict != "met"
    return dict(sorted(table.items()))


_COST = {
    ("absent", "met"): 5,
    ("contradicted", "met"): 5,
    ("partial", "met"): 4,
    ("met", "absent"): 3,
    ("absent", "partial"): 2,
}


def worst_errors(items: Sequence[Item], count: int = 10) -> list[dict[str, Any]]:
    """The gravest and most confident errors with their text."""
    wrong = [item for item in judged_items(items) if item.judged != item.label.verdict]
    wrong.sort(
        key=lambda item: (
            -_COST.get((item.label.verdict, item.judged), 1),
            -item.finding["confidence"],
            item.requirement,
        )
    )
    return [
        {
            "company": item.company,
            "requirement": item.requirement,
            "label": item.label.verdict,
            "judged": item.judged,
            "confidence": item.finding["confidence"],
            "label_why": item.label.why,
            "quotes": [citation["quote"] for citation in item.finding["citations"]][:3],
        }
        for item in wrong[:count]
    ]


def corpus_hash(cases: Sequence[Case]) -> str:
    """SHA-256 over every file of the companies, by name."""
    digest = hashlib.sha256()
    for case in sorted(cases, key=lambda item: item.name):
        for path in sorted(case.folder.rglob("*")):
            if path.is_file():
                digest.update(f"{case.name}/{path.relative_to(case.folder).as_posix()}\0".encode())
                digest.update(path.read_bytes())
    return digest.hexdigest()


def format_score(score: dict[str, Any]) -> str:
    """'0.751 [0.712, 0.788]'."""
    return str(Score(**score)).rsplit(" n=", 1)[0]
