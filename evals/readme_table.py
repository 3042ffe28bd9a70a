"""The README's quality table, made from `evals/results/latest.json`: `python -m evals.readme_table` writes it in place."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

RESULTS = Path(__file__).parent / "results" / "latest.json"
README = Path(__file__).parent.parent / "README.md"
START, END = "<!-- quality: made by evals.readme_table -->", "<!-- end of quality -->"
TARGETS = (
    ("macro_f1", "verdict macro-F1 (met, partial, absent, contradicted)", "0.75 or more"),
    ("false_met_rate", "false-met rate (unmet requirements called met)", "0.04 or less"),
    ("citation_precision", "citations that are labelled evidence (lower bound)", "0.95 or more"),
    ("finding_citation_precision", "cited findings with labelled evidence among their quotes", ""),
    ("not_applicable_accuracy", "applicability right (profile given)", "0.95 or more"),
    ("missing_facet_recall", "missing facets named, where both say partial", ""),
    ("review_catch", "errors among the findings flagged for review", ""),
    ("calibration_error", "expected calibration error of the confidence", ""),
)


def make_table(results: dict[str, Any]) -> str:
    """Markdown: local judge against targets, all judges side by side, by verdict, agreement of readers."""
    local = results["test"]["local"]
    lines = [
        f"Judge `local {local['judge']['version']}`, measured {local['date']} on the test companies "
        f"({', '.join(local['companies'])}; {local['applicable']} applicable requirements, none used to train or "
        "to fit; one floor was set after a test run had been seen, as told below). 95 % bootstrap intervals over items.",
        "",
        "| measure | target | test |",
        "|---|---|---|",
    ]
    for name, title, target in TARGETS:
        score = local["all"][name]
        lines.append(f"| {title} | {target or '–'} | {score['value']:.3f} [{score['low']:.3f}, {score['high']:.3f}] |")
    lines.append(f"| top-5 gaps found in the readers' ten | 0.80 or more | {local['top5_in_top10']:.2f} |")
    lines += [
        "",
        "All judges on the test companies:",
        "",
        "| judge | macro-F1 | false met | accuracy |",
        "|---|---|---|---|",
    ]
    for name, result in results["test"].items():
        scores = result["all"]
        shown = [f"{scores[key]['value']:.3f}" for key in ("macro_f1", "false_met_rate", "accuracy")]
        lines.append(f"| {name} | {' | '.join(shown)} |")
    lines += ["", "| verdict (local judge) | precision | recall | F1 |", "|---|---|---|---|"]
    for verdict, row in local["by_verdict"].items():
        lines.append(f"| {verdict} | {row['precision']:.3f} | {row['recall']:.3f} | {row['f1']:.3f} |")
    agreement = results["agreement"]["all"]
    sets = results["small_sets"]
    lines += [
        "",
        f"A second, blind reader agrees with the labels on {agreement['equal']:.1%} of {agreement['items']:.0f} items "
        f"(Cohen's kappa {agreement['kappa']:.2f}). Conditions are inferred rightly from a single adversarial paragraph in "
        f"{sets['applies_when']['accuracy']:.0%} of {sets['applies_when']['items']:.0f} cases; passages in voices that no "
        f"company uses are read rightly in {sets['style_transfer']['accuracy']:.0%} of {sets['style_transfer']['items']:.0f}.",
    ]
    return "\n".join(lines)


def main() -> None:
    """Replace the part of the README between the marks."""
    text = README.read_text(encoding="utf-8")
    before, rest = text.split(START)
    after = rest.split(END)[1]
    table = make_table(json.loads(RESULTS.read_text(encoding="utf-8")))
    README.write_text(f"{before}{START}\n{table}\n{END}{after}", encoding="utf-8")


if __name__ == "__main__":
    main()
