"""Policies: composed from narratives, about this company, with rules that the real promtool accepts."""

from __future__ import annotations

import shutil
import subprocess
from datetime import UTC, datetime
from pathlib import Path

import docx
import pytest
import yaml

from analyzers.drafting.alert_rules import alert_rules, load_measures
from analyzers.drafting.clocks import deadline, load_clocks
from analyzers.drafting.inventory import Inventory
from analyzers.drafting.narrative import NothingToDraft, question_of
from analyzers.drafting.policy import draft_policy, load_policies
from corpus.catalogue import load_catalogue
from corpus.errors import UnknownItem
from engagement.drafts import company_inventory, export_alert_rules, export_draft, make_policy
from engagement.engagement import Engagement
from tests.test_drafts import sample  # noqa: F401

CATALOGUE = load_catalogue()
SECTIONS = {"Purpose", "Scope", "Roles (RACI)", "Requirements", "Exceptions", "Records", "Review", "Revision history"}


def test_policies_name_objectives_that_exist_and_cover_all_but_capacity() -> None:
    known = {item.id for item in CATALOGUE.objectives}
    used = {key for plan in load_policies().values() for key in plan.objectives}
    assert len(load_policies()) == 12 and used <= known
    assert known - used == {"AI-INF-08"}, "recovery belongs to the continuity plan"


def test_every_policy_is_whole_and_names_the_company(sample: Engagement) -> None:  # noqa: F811
    assessment = sample.assessment()
    inventory = company_inventory(sample, assessment)
    verdicts = {item.requirement: item.verdict for item in assessment.findings}
    for key, plan in load_policies().items():
        draft = draft_policy(assessment, CATALOGUE, key, inventory)
        headings = [section.heading for section in draft.sections]
        assert set(headings) >= SECTIONS, key
        scope = next(section for section in draft.sections if section.heading == "Scope")
        assert "Answers" in scope.sentences[0].text and all(
            v.value in v.citation.quote for v in scope.sentences[0].filled
        )
        open_ones = {
            requirement.id
            for objective in CATALOGUE.objectives
            if objective.id in plan.objectives
            for requirement in objective.requirements
            if verdicts[requirement.id] not in ("met", "not_applicable")
        }
        assert set(draft.targets) == open_ones
        assert {s.requirement for s in draft.sentences if s.kind == "proposal" and s.requirement} == open_ones
        cells = " ".join(cell for section in draft.sections for row in section.rows for cell in row)
        for section in draft.sections:
            assert all(len(row) == len(section.header) for row in section.rows)
            assert all(question_of(blank) in cells for blank in section.blanks)


def test_an_objective_that_does_not_apply_is_named_as_left_out(sample: Engagement) -> None:  # noqa: F811
    draft, _ = make_policy(sample, "feature-pipeline")
    assert any("AI-DAT-05" in s.text and s.text.startswith("Left out") for s in draft.sentences)
    assert "AI-DAT-05" not in draft.objective


def test_unknown_policy_and_no_documents_are_refused(sample: Engagement, engagement: Engagement) -> None:  # noqa: F811
    with pytest.raises(UnknownItem, match=r"Choose one of: ai-governance"):
        make_policy(sample, "ai-governence")
    engagement.assess()
    with pytest.raises(NothingToDraft):
        make_policy(engagement, "ai-governance")


def test_word_file_has_tables_contents_and_draft_mark(sample: Engagement) -> None:  # noqa: F811
    draft, version = make_policy(sample, "model-monitoring")
    word = docx.Document(str(export_draft(sample, draft, version, "docx")))
    assert word.sections[0].header.paragraphs[0].text.startswith("DRAFT")
    assert "TOC \\o" in word.element.xml
    headers = [tuple(cell.text for cell in table.rows[0].cells) for table in word.tables]
    assert ("Control", "Responsible", "Accountable", "Consulted", "Informed") in headers
    markdown = export_draft(sample, draft, version, "md").read_text(encoding="utf-8")
    assert "| Measure | What is measured |" in markdown


def test_rules_hold_the_values_of_the_table(sample: Engagement) -> None:  # noqa: F811
    draft, version = make_policy(sample, "model-monitoring")
    table = next(section for section in draft.sections if section.heading == "Measures and alerts")
    rules = yaml.safe_load(export_alert_rules(sample, draft, version).read_text(encoding="utf-8"))["groups"][0]["rules"]
    assert len(rules) == 2 * len(table.rows)
    for row, measure in zip(table.rows, load_measures(), strict=True):
        for column, level in ((2, "Warning"), (3, "Critical")):
            rule = next(item for item in rules if item["alert"] == measure.alert + level)
            assert rule["expr"].endswith(f"> {row[column].split()[0]}")
            assert "answers" in rule["expr"]


needs_promtool = pytest.mark.skipif(
    shutil.which("promtool") is None, reason="promtool (Debian: prometheus) is not installed"
)


@needs_promtool
def test_promtool_accepts_the_rules_and_sees_an_alert_fire(sample: Engagement, tmp_path: Path) -> None:  # noqa: F811
    draft, version = make_policy(sample, "model-monitoring")
    path = tmp_path / "fieldwork.rules.yml"
    shutil.copy(export_alert_rules(sample, draft, version), path)
    checked = subprocess.run(["promtool", "check", "rules", str(path)], capture_output=True, text=True)
    assert checked.returncode == 0 and f"{2 * len(load_measures())} rules found" in checked.stdout, checked
    case = {
        "rule_files": [path.name],
        "evaluation_interval": "1m",
        "tests": [
            {
                "interval": "1m",
                "input_series": [
                    {"series": 'ai_input_psi{component="router"}', "values": "0.2x180"},
                    {"series": 'ai_input_psi{component="not_ours"}', "values": "0.9x180"},
                ],
                "promql_expr_test": [],
                "alert_rule_test": [
                    {"eval_time": "30m", "alertname": "AIInputDriftWarning", "exp_alerts": []},
                    {"eval_time": "2h", "alertname": "AIInputDriftCritical", "exp_alerts": []},
                    {
                        "eval_time": "2h",
                        "alertname": "AIInputDriftWarning",
                        "exp_alerts": [
                            {
                                "exp_labels": {
                                    "severity": "warning",
                                    "procedure": "model-monitoring",
                                    "component": "router",
                                },
                                "exp_annotations": {
                                    "summary": "Input drift of router beyond 0.1",
                                    "description": "Population stability index of inputs against the accepted baseline. "
                                    "Proposed start value; its owner confirms it.",
                                },
                            }
                        ],
                    },
                ],
            }
        ],
    }
    (tmp_path / "case.yml").write_text(yaml.safe_dump(case).replace("0.2x180", "0.2x180"))
    tested = subprocess.run(["promtool", "test", "rules", "case.yml"], capture_output=True, text=True, cwd=tmp_path)
    assert tested.returncode == 0, tested.stdout + tested.stderr


@needs_promtool
def test_rules_without_known_components_are_valid_too(tmp_path: Path) -> None:
    path = tmp_path / "plain.rules.yml"
    path.write_text(alert_rules('A "quoted" {name}', Inventory()))
    assert subprocess.run(["promtool", "check", "rules", str(path)], capture_output=True).returncode == 0


def test_clocks_are_computed_not_decided() -> None:
    _, clocks = load_clocks()
    by_id = {clock.id: clock for clock in clocks}
    friday = datetime(2026, 9, 4, 17, 0, tzinfo=UTC)
    assert deadline(by_id["gdpr-33-1"], friday) == datetime(2026, 9, 7, 17, 0, tzinfo=UTC)
    assert deadline(by_id["sec-1-05"], friday) == datetime(2026, 9, 10, 17, 0, tzinfo=UTC)
    assert deadline(by_id["ai-act-73-2"], friday) == datetime(2026, 9, 19, 17, 0, tzinfo=UTC)
    assert all(clock.article and clock.start for clock in clocks)
