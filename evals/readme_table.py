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
        "to fit). 95 % bootstrap intervals, companies drawn first, then items within each.",
        "",
        "| measure | target | test |",
        "|---|---|---|",
    ]
    for name, title, target in TARGETS:
        score = local["all"][name]
        lines.append(f"| {title} | {target or '–'} | {score['value']:.3f} [{score['low']:.3f}, {score['high']:.3f}] |")
    recall = results["recall"]["test"]["all"]
    runs = results["determinism"]
    lines.append(f"| top-5 gaps found in the readers' ten | 0.80 or more | {local['top5_in_top10']:.2f} |")
    lines.append(f"| labelled quotes within the first 10 passages | 0.92 or more | {recall['quotes@10']:.3f} |")
    lines.append(f"| requirements with all their quotes there | | {recall['requirements@10']:.3f} |")
    lines.append(f"| two runs, one hash | yes | {'yes' if runs['equal'] else 'no'} |")
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
    lines += ["", "| test company | macro-F1 | false met |", "|---|---|---|"]
    for company, row in local["by_company"].items():
        lines.append(f"| {company} | {row['macro_f1']:.3f} | {row['false_met_rate']:.3f} |")
    agreement = results["agreement"]["all"]
    bare = results["conditions"]["test"]
    sets = results["small_sets"]
    lines += [
        "",
        f"A second, blind reader agrees with the labels on {agreement['equal']:.1%} of {agreement['items']:.0f} items "
        f"(Cohen's kappa {agreement['kappa']:.2f}).",
        "",
        f"Without a profile, {bare['accuracy']:.0%} of {bare['conditions']} conditions of the test companies are inferred as "
        f"their profile states them; requirements are then set aside as not applicable with a precision of "
        f"{bare['not_applicable_precision']:.2f} and a recall of {bare['not_applicable_recall']:.2f}. Smaller sets: a condition "
        f"from a single adversarial paragraph {sets['applies_when']['accuracy']:.0%} right of "
        f"{sets['applies_when']['items']:.0f}; whether two sentences describe a concrete AI system at all "
        f"{sets['abstention']['accuracy']:.0%} of {sets['abstention']['items']:.0f} (a concrete one is overlooked "
        f"{sets['abstention']['abstained_wrongly']:.0f} times, an idea is taken for one "
        f"{sets['abstention']['ideas_taken']:.0f} times); contradicting statements "
        f"precision {sets['contradictions']['precision']:.2f}, recall {sets['contradictions']['recall']:.2f} of "
        f"{sets['contradictions']['items']:.0f} pairs; passages in voices that no company uses "
        f"{sets['style_transfer']['accuracy']:.0%} read rightly of {sets['style_transfer']['items']:.0f}.",
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
