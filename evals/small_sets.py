"""Smaller held-out sets: conditions from a paragraph, and voices that no company uses."""

from __future__ import annotations

import json
from pathlib import Path

from analyzers.applicability import infer_condition
from analyzers.evidence_reading import CORE, INTENT, OPPOSITE
from analyzers.local_judge import LocalJudge
from corpus.catalogue import load_catalogue
from corpus.types import Passage
from evals.training.data import load_pairs
from retrieval.search import Hit

SETS = Path(__file__).parent / "sets"


def small_set_scores() -> dict[str, dict[str, float]]:
    """Set -> items and accuracy."""
    return {"applies_when": applies_when_scores(), "style_transfer": style_transfer_scores()}


def applies_when_scores() -> dict[str, float]:
    """Share of paragraphs from which a condition is inferred rightly."""
    rows = [json.loads(line) for line in (SETS / "applies_when.jsonl").read_text(encoding="utf-8").splitlines()]
    hits = [infer_condition(row["condition"], [_passage(row["text"])]).holds == row["holds"] for row in rows]
    return {"items": len(rows), "accuracy": round(sum(hits) / len(hits), 4)}


def style_transfer_scores() -> dict[str, float]:
    """Share of passages in odd voices whose relation (core, intent, opposite, none of them) the model reads rightly."""
    judge = LocalJudge()
    requirements = {item.id: item for item in load_catalogue().requirements()}
    pairs = load_pairs(SETS / "style")
    cases = [
        (requirements[pair.requirement], [Hit(passage=_passage(pair.text), score=1.0, similarity=0.5)])
        for pair in pairs
    ]
    wanted = {"mandates": "core", "practice": "core", "intent": "intent", "opposite": "opposite"}
    right, core_right, core_total, false_core, other_total = 0, 0, 0, 0, 0
    for pair, readings in zip(pairs, judge.read(cases), strict=True):
        best = max(readings, key=lambda item: item.relation[CORE])
        top = best.relation.index(max(best.relation))
        said = {CORE: "core", INTENT: "intent", OPPOSITE: "opposite"}.get(top, "none")
        label = wanted.get(pair.relation, "none")
        right += said == label
        if label == "core":
            core_total += 1
            core_right += said == "core"
        else:
            other_total += 1
            false_core += said == "core"
    return {
        "items": len(pairs),
        "accuracy": round(right / len(pairs), 4),
        "core_recall": round(core_right / max(1, core_total), 4),
        "false_core_rate": round(false_core / max(1, other_total), 4),
    }


def _passage(text: str) -> Passage:
    return Passage(id="ps-0", document="set", sha256="0" * 64, text=text, start=0, end=len(text), locator="set")
