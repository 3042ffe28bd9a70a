"""Smaller held-out sets: conditions, abstention, contradiction pairs, voices that no company uses, quotes that support."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from analyzers.applicability import describes_concrete_system, infer_condition
from analyzers.conflict import differ
from analyzers.local_judge import LocalJudge
from analyzers.readings import CORE, INTENT, OPPOSITE
from corpus.catalogue import load_catalogue
from corpus.types import Passage, Requirement
from evals.training.data import load_pairs
from retrieval.search import Hit

SETS = Path(__file__).parent / "sets"


def small_set_scores() -> dict[str, dict[str, float]]:
    """Set -> items and what is measured on it."""
    return {
        "applies_when": applies_when_scores(),
        "abstention": abstention_scores(),
        "contradictions": contradiction_scores(),
        "style_transfer": style_transfer_scores(),
    }


def read_set(name: str) -> list[dict[str, Any]]:
    """Rows of `sets/<name>.jsonl`."""
    return [json.loads(line) for line in (SETS / f"{name}.jsonl").read_text(encoding="utf-8").splitlines() if line]


def applies_when_scores() -> dict[str, float]:
    """Share of paragraphs from which a condition is inferred rightly."""
    rows = read_set("applies_when")
    hits = [infer_condition(row["condition"], [_passage(row["text"])]).holds == row["holds"] for row in rows]
    return {"items": len(rows), "accuracy": round(sum(hits) / len(hits), 4)}


def abstention_scores() -> dict[str, float]:
    """Share of small document sets for which the product rightly says whether a concrete system is described at all."""
    rows = read_set("abstention")
    said = [describes_concrete_system([_passage(text) for text in row["texts"]]) for row in rows]
    pairs = list(zip(said, (bool(row["concrete"]) for row in rows), strict=True))
    abstain = [concrete for says, concrete in pairs if not says]
    return {
        "items": len(rows),
        "accuracy": round(sum(a == b for a, b in pairs) / len(pairs), 4),
        "abstained": len(abstain),
        "abstained_wrongly": sum(abstain),
        "ideas_taken": sum(says and not concrete for says, concrete in pairs),
    }


def contradiction_scores() -> dict[str, float]:
    """Pairs of sentences: the judge reads one as a requirement of the other, and code compares their measures."""
    rows = read_set("contradictions")
    judge = LocalJudge()
    cases = []
    for row in rows:
        for one, other in ((row["a"], row["b"]), (row["b"], row["a"])):
            cases.append((_as_requirement(one), [Hit(passage=_passage(other), score=1.0, similarity=0.5)]))
    against = [max((unit.relation[OPPOSITE] for unit in reading.units), default=0.0) for reading in judge.read(cases)]
    right = said = true = hits = 0
    for i, row in enumerate(rows):
        found = max(against[2 * i], against[2 * i + 1]) > 0.5 or differ(row["a"], row["b"])
        label = row["label"] == "contradiction"
        right += found == label
        hits += found and label
        said += found
        true += label
    return {
        "items": len(rows),
        "accuracy": round(right / len(rows), 4),
        "precision": round(hits / max(1, said), 4),
        "recall": round(hits / max(1, true), 4),
    }


def _as_requirement(text: str) -> Requirement:
    return Requirement(
        id="SET-R1",
        title="Statement",
        text=text,
        must_state=("actor",),
        query=text,
        criteria=("CC1.1",),
        objective=None,
        severity=1,
    )


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
    for pair, reading in zip(pairs, judge.read(cases), strict=True):
        best = max(reading.units, key=lambda item: item.relation[CORE])
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
