"""`python -m evals`: every judge on the labelled companies, one table; results go to `evals/results/`."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path
from typing import Any

from analyzers.judge import Judge, load_judge
from engagement.cli import quiet_libraries
from evals.agreement import agreement_table
from evals.baselines import baseline_judges
from evals.cases import Split, load_cases
from evals.harness import Bench, format_score, run_cases, summarise
from evals.overlap import overlap_table
from evals.product_checks import inferred_conditions, two_runs
from evals.recall import print_retrieval, split_recall
from evals.small_sets import small_set_scores
from evals.thresholds import check_thresholds

RESULTS = Path(__file__).parent / "results"
SHOWN = (
    ("macro_f1", "macro-F1"),
    ("false_met_rate", "false met"),
    ("accuracy", "accuracy"),
    ("missing_facet_recall", "missing facets found"),
    ("citation_precision", "citations that are labelled evidence"),
    ("finding_citation_precision", "cited findings with labelled evidence"),
    ("citation_recall", "labelled quotes cited"),
    ("not_applicable_accuracy", "applicability right"),
    ("review_rate", "flagged for review"),
    ("review_catch", "errors flagged"),
    ("calibration_error", "calibration error"),
)


def main() -> None:
    """Run, print, store, check."""
    quiet_libraries()
    parser = argparse.ArgumentParser(prog="python -m evals", description=__doc__)
    parser.add_argument("--split", default="dev,test", help="train, dev, test")
    parser.add_argument("--judge", default="", help="one judge only, e.g. local or rules")
    parser.add_argument("--check", action="store_true", help="fail when a committed threshold is missed")
    parser.add_argument("--quick", action="store_true", help="skip baselines and small sets")
    arguments = parser.parse_args()
    judges: list[Judge] = [load_judge(arguments.judge)] if arguments.judge else [load_judge("local")]
    if not arguments.judge and not arguments.quick:
        judges = [*baseline_judges(), *judges]
    results: dict[str, Any] = {}
    bench = Bench()
    try:
        for split in arguments.split.split(","):
            results[split] = run_split(split, judges, bench)
        if not arguments.quick:
            results["conditions"] = {split: inferred_conditions(split, bench) for split in arguments.split.split(",")}
            results["determinism"] = two_runs(judges[-1])
    finally:
        bench.close()
    if not arguments.quick:
        results["recall"] = {split: split_recall(split) for split in arguments.split.split(",")}
        for split, rows in results["recall"].items():
            print(f"\n== {split}: labelled quotes within the first passages ==")
            print_retrieval(rows)
        results["agreement"] = agreement_table()
        results["overlap"] = overlap_table()
        results["small_sets"] = small_set_scores()
        print(
            json.dumps(
                {key: results[key] for key in ("agreement", "overlap", "conditions", "determinism", "small_sets")},
                indent=1,
            )
        )
    if not arguments.judge and not arguments.quick:
        RESULTS.mkdir(exist_ok=True)
        for judged in results.get("test", {}).values():
            judged.pop("worst", None)  # errors on test companies are not to be read and tuned on
        (RESULTS / "latest.json").write_text(json.dumps(results, indent=1) + "\n", encoding="utf-8")
        print(f"\nWritten to {RESULTS / 'latest.json'}")
    if arguments.check:
        missed = check_thresholds(results)
        for line in missed:
            print(f"MISSED {line}")
        sys.exit(bool(missed))


def run_split(split: Split, judges: list[Judge], bench: Bench) -> dict[str, Any]:
    """All judges on one split."""
    cases = load_cases(split)
    table = {}
    for judge in judges:
        runs = run_cases(cases, judge, bench)
        table[judge.info.name] = summarise(runs, judge, split)
        print_result(split, table[judge.info.name])
    return table


def print_result(split: str, result: dict[str, Any]) -> None:
    """One judge's figures, with intervals; the confusion matrix; the worst errors."""
    judge = result["judge"]
    companies = ", ".join(result["companies"])
    print(f"\n== {split}: {judge['name']} {judge['version']} on {companies}: {result['items']} items ==")
    for name, title in SHOWN:
        part = "  ".join(f"{group} {format_score(result[group][name])}" for group in ("all", "ai", "baseline"))
        print(f"{title:<40}{part}")
    print(
        f"{'gaps: top 5 in ten / top 10 / nDCG':<40}{result['top5_in_top10']}  {result['top10_overlap']}  {result['ndcg10']}"
    )
    for verdict, scores in result["by_verdict"].items():
        print(
            f"  {verdict:<14} precision {scores['precision']:.3f}  recall {scores['recall']:.3f}  F1 {scores['f1']:.3f}"
        )
    print("  label -> judged:", json.dumps(result["confusion"]))
    for company, scores in result["by_company"].items():
        print(f"  {company:<14} macro-F1 {scores['macro_f1']:.3f}  false met {scores['false_met_rate']:.3f}")
    if judge["name"] == "local" and split != "test":  # errors on test companies are not to be read and tuned on
        for error in result["worst"]:
            print(
                f"  worst: {error['company']} {error['requirement']} {error['label']} -> {error['judged']}: {error['quotes'][:1]}"
            )


if __name__ == "__main__":
    main()
