"""What must hold of the product beside its verdicts: conditions inferred without a profile, and one answer in two runs."""

from __future__ import annotations

import hashlib
import json
from typing import Any

from analyzers.judge import Judge
from evals.baselines import AlwaysAbsent
from evals.cases import Case, Split, load_cases
from evals.harness import Bench


def inferred_conditions(split: Split, bench: Bench) -> dict[str, Any]:
    """Companies run with a profile that states no condition: how often each is inferred as the readers' profile has it,
    and precision and recall of `not_applicable` over requirements."""
    right, total, wrong = 0, 0, []
    found = said = true = 0
    for case in load_cases(split):
        bare = case.profile.model_copy(update={"applies_when": {}})
        engagement = bench.engagement(case, profile=bare, suffix="-bare")
        engagement.assess(judge=AlwaysAbsent())
        result = json.loads(engagement.report("json").read_text(encoding="utf-8"))
        for state in result["conditions"]:
            if state["condition"] in case.profile.applies_when:
                equal = state["holds"] == case.profile.applies_when[state["condition"]]
                right += equal
                total += 1
                if not equal and split != "test":
                    wrong.append(f"{case.name} {state['condition']}")
        verdicts = {item["requirement"]: item["verdict"] for item in result["findings"]}
        for label in case.labels:
            if label.requirement in verdicts:
                out = verdicts[label.requirement] == "not_applicable"
                found += out and label.verdict == "not_applicable"
                said += out
                true += label.verdict == "not_applicable"
    return {
        "conditions": total,
        "accuracy": round(right / max(1, total), 4),
        "not_applicable_precision": round(found / max(1, said), 4),
        "not_applicable_recall": round(found / max(1, true), 4),
        "wrong": wrong,
    }


def two_runs(judge: Judge) -> dict[str, Any]:
    """One company ingested and assessed twice from nothing: the reports must be one, byte for byte."""
    case = load_cases("dev")[0]
    hashes = [_report_hash(case, judge) for _ in range(2)]
    return {"company": case.name, "runs": 2, "equal": hashes[0] == hashes[1], "sha256": hashes[0]}


def _report_hash(case: Case, judge: Judge) -> str:
    bench = Bench()
    try:
        engagement = bench.engagement(case)
        engagement.assess(judge=judge)
        return hashlib.sha256(engagement.report("json").read_bytes()).hexdigest()
    finally:
        bench.close()
