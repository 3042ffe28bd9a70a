"""The measure itself: splits do not leak, scores can fail, only the public contract is read."""

from __future__ import annotations

import ast
import random
from pathlib import Path

import pytest
import yaml

from corpus.catalogue import load_catalogue
from evals.agreement import SECOND, cohens_kappa
from evals.cases import Evidence, Label, find_case, holds_quote, load_case, load_split
from evals.intervals import SQUARE, _calibration, _macro_f1, _rows, score_all
from evals.metrics import (
    BINS,
    Item,
    f1_by_verdict,
    false_met_rate,
    macro_f1,
    measure,
    share,
)
from evals.training.data import load_pairs

NAMES = [name for names in load_split().values() for name in names]


def finding(verdict: str, **more: object) -> dict[str, object]:
    return {"verdict": verdict, "missing": [], "flags": [], "citations": [], "confidence": 0.9, **more}


def item(label: str, judged: str, *, missing: tuple[str, ...] = (), evidence: str = "", **more: object) -> Item:
    quotes = (Evidence(document="a.md", quote=evidence),) if evidence else ()
    return Item(
        company="c",
        requirement="AI-GOV-01-R1",
        label=Label(requirement="AI-GOV-01-R1", verdict=label, missing=missing, evidence=quotes),  # type: ignore[arg-type]
        finding=finding(judged, **more),
    )


def test_companies_belong_to_one_split_and_are_enough() -> None:
    assert len(NAMES) == len(set(NAMES)) >= 8
    assert all(load_split()[name] for name in ("train", "dev", "test"))  # type: ignore[index]


def test_the_set_is_as_large_as_it_says() -> None:
    labels = [label for name in NAMES for label in load_case(find_case(name)).labels]
    assert sum("-R" in label.requirement and label.verdict != "not_applicable" for label in labels) >= 1600
    assert sum("-B" in label.requirement for label in labels) >= 300
    total = sum(len(load_case(find_case(name)).labels) for name in NAMES)
    second = sum(len(yaml.safe_load(path.read_text(encoding="utf-8"))) for path in SECOND.glob("*.yaml"))
    assert second >= 0.15 * total


@pytest.mark.parametrize("name", NAMES)
def test_every_company_is_completely_labelled(name: str) -> None:
    case = load_case(find_case(name))
    known = {requirement.id: requirement for requirement in load_catalogue().requirements()}
    labelled = [label.requirement for label in case.labels]
    assert len(labelled) == len(set(labelled))
    assert {key for key in known if "-R" in key} <= set(labelled)
    assert len(case.top_gaps) == 10
    formats = {path.suffix for path in case.documents.iterdir()}
    assert len(formats) >= 4
    for label in case.labels:
        tags = {tag for item in label.evidence for tag in item.states}
        if tags and label.verdict in ("met", "partial"):
            assert tags >= {"core", *known[label.requirement].must_state} - set(label.missing), label.requirement
            assert not tags & set(label.missing), label.requirement
    for label in case.labels:
        assert set(label.missing) <= set(known[label.requirement].must_state)
        assert bool(label.missing) == (label.verdict == "partial"), label.requirement
        assert bool(label.evidence) == (label.verdict in ("met", "partial", "contradicted")), label.requirement
        assert {evidence.document for evidence in label.evidence} <= {path.name for path in case.documents.iterdir()}


def test_training_pairs_cover_the_catalogue_and_hold_no_dev_or_test_text() -> None:
    pairs = load_pairs()
    known = {requirement.id for requirement in load_catalogue().requirements()}
    assert {pair.requirement for pair in pairs} == known
    assert len({pair.key for pair in pairs}) == len(pairs)
    held = []
    for split in ("dev", "test"):
        for name in load_split()[split]:  # type: ignore[index]
            case = load_case(find_case(name))
            held += [
                evidence.quote
                for label in case.labels
                for evidence in label.evidence
                if len(evidence.quote.split()) >= 8
            ]
    texts = "\n".join(pair.text.casefold() for pair in pairs)
    leaked = [quote for quote in held if quote.casefold() in texts]
    assert leaked == []


def test_scores_tell_good_from_bad() -> None:
    good = [
        item("met", "met"),
        item("partial", "partial"),
        item("absent", "absent"),
        item("contradicted", "contradicted"),
    ]
    bad = [item("met", "absent"), item("partial", "met"), item("absent", "met"), item("contradicted", "met")]
    assert macro_f1(good) == 1.0 and macro_f1(bad) == 0.0
    assert false_met_rate(good) == 0.0 and false_met_rate(bad) == 1.0
    assert f1_by_verdict(good + bad)["met"][0] == pytest.approx(1 / 4)
    score = score_all(good + bad, resamples=200)["false_met_rate"]
    assert score.low <= score.value <= score.high and score.value == 0.5


def test_intervals_are_those_of_the_plain_measures() -> None:
    chooser = random.Random(3)
    verdicts = ("met", "partial", "absent", "contradicted", "not_applicable")
    items = [
        item(chooser.choice(verdicts), chooser.choice(verdicts), confidence=chooser.random()).model_copy(
            update={"company": chooser.choice("ab")}
        )
        for _ in range(300)
    ]
    table, names = _rows(items)
    sums = table.sum(axis=0, keepdims=True)
    assert _macro_f1(sums[:, :SQUARE])[0] == pytest.approx(macro_f1(items))
    assert _calibration(sums[:, SQUARE : SQUARE + 3 * BINS])[0] == pytest.approx(measure(items, "calibration_error"))
    for i, name in enumerate(names):
        first = SQUARE + 3 * BINS + 2 * i
        assert sums[0, first] / max(sums[0, first + 1], 1) == pytest.approx(share(items, name))


def test_facets_and_applicability() -> None:
    half = item("partial", "partial", missing=("actor", "coverage"))
    half.finding["missing"] = ["actor"]
    items = [half, item("not_applicable", "absent")]
    assert share(items, "missing_facet_recall") == 0.5
    assert share([item("partial", "absent", missing=("actor",))], "missing_facet_recall") == 0.0
    assert share(items, "not_applicable_accuracy") == 0.5


def test_citations_count_only_when_they_are_the_labelled_evidence() -> None:
    quote = "Every model change is approved by the Head of ML in Jira"
    right = item(
        "met", "met", evidence=quote, citations=[{"document": "a.md", "quote": f"Note. {quote} before release."}]
    )
    other_file = item("met", "met", evidence=quote, citations=[{"document": "b.md", "quote": quote}])
    other_text = item(
        "met", "met", evidence=quote, citations=[{"document": "a.md", "quote": "Backups run every night."}]
    )
    assert share([right], "citation_precision") == 1.0
    assert share([other_file, other_text], "citation_precision") == 0.0


def test_quotes_are_found_across_cells_and_line_breaks() -> None:
    assert holds_quote("Role: Head of ML; Duty: approves releases", "Head of ML | approves releases")
    assert holds_quote("approved by the Head\nof Security", "approved by the Head of Security")
    assert not holds_quote("approved by the Head of Sales", "approved by the Head of Security every quarter")


def test_kappa() -> None:
    assert cohens_kappa([("a", "a"), ("b", "b")]) == 1.0
    assert cohens_kappa([("a", "a"), ("a", "b"), ("b", "a"), ("b", "b")]) == 0.0


def test_scoring_reads_the_public_contract_only() -> None:
    for name in ("metrics.py", "intervals.py", "agreement.py", "overlap.py"):
        tree = ast.parse((Path(__file__).parent.parent / "evals" / name).read_text(encoding="utf-8"))
        rooms = {(node.module or "").split(".")[0] for node in ast.walk(tree) if isinstance(node, ast.ImportFrom)} & {
            "analyzers",
            "engagement",
            "exports",
        }
        assert not rooms, f"{name} reaches into {rooms}"


def test_committed_results_belong_to_the_committed_judge_and_pass_the_thresholds() -> None:
    import json

    from analyzers.local_judge import load_card
    from evals.readme_table import README, RESULTS, make_table
    from evals.thresholds import check_thresholds

    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    for split in ("dev", "test"):
        assert results[split]["local"]["judge"]["version"] == load_card().version, (
            "run `make evals`: results are older than the judge"
        )
    assert check_thresholds(results) == []
    assert make_table(results) in README.read_text(encoding="utf-8"), "run `python -m evals.readme_table`"


def test_results_are_about_the_committed_companies() -> None:
    import json

    from evals.harness import corpus_hash
    from evals.readme_table import RESULTS

    results = json.loads(RESULTS.read_text(encoding="utf-8"))
    for split in ("dev", "test"):
        cases = [load_case(find_case(name)) for name in load_split()[split]]  # type: ignore[index]
        assert results[split]["local"]["corpus_sha256"] == corpus_hash(cases), "run `make evals`: a company has changed"
