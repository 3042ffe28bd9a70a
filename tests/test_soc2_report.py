"""The report reader: labelled reports, the opinion paragraph, dates, and results that are none."""

from __future__ import annotations

import json
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from analyzers.soc2_report.dates import months_before, numeric_order, parse_date
from analyzers.soc2_report.read import read_report
from analyzers.soc2_report.results import counts, outcome
from corpus.readers import read_document
from engagement.cli import app
from evals.soc2_reports.__main__ import CASES, TARGETS, load_case, score_split
from evals.soc2_reports.render import render

REPORT = """# Independent Service Auditor's Report

We have examined Tern Ltd's description of its Tern system throughout the period 1 July 2025 to 30 June 2026, criteria relevant to security.

# {heading}

{opinion}

Kestrel Vane LLP

3 August 2026
"""


def read_text(tmp_path: Path, heading: str, opinion: str):
    path = tmp_path / "report.md"
    path.write_text(REPORT.format(heading=heading, opinion=opinion), encoding="utf-8")
    return read_report(read_document(path), as_of=date(2026, 9, 30))


@pytest.mark.slow
@pytest.mark.parametrize("split", ["dev", "held_back"])
def test_labelled_reports_meet_the_targets(split: str) -> None:
    tally = score_split(split)
    assert tally.fields > 90
    assert tally.right / tally.fields >= TARGETS["fields"], tally.misses
    assert tally.found / tally.exceptions >= TARGETS["exceptions"], tally.misses
    assert (tally.invented, tally.unplaced) == (0, 0), tally.misses


LIMBS = "the description presents the system; the controls were suitably designed; and the controls operated effectively throughout the period 1 July 2025 to 30 June 2026."


@pytest.mark.parametrize(
    ("heading", "opinion", "overall"),
    [
        ("Qualified opinion", f"In our opinion, in all material respects, {LIMBS}", "unmodified"),
        ("Opinion", f"In our opinion, except for the matter above, {LIMBS}", "qualified"),
        ("Unqualified opinion", "In our opinion, because of the significance of the matter, the description does not present the system and the controls did not operate effectively throughout the period.", "adverse"),
        ("Opinion", "We do not express an opinion on the description or the operating effectiveness of controls throughout the period.", "disclaimer"),
        ("Opinion", "The controls are good throughout the period.", None),
    ],
)  # fmt: skip
def test_the_opinion_paragraph_decides_and_no_heading(
    tmp_path: Path, heading: str, opinion: str, overall: str | None
) -> None:
    assert read_text(tmp_path, heading, opinion).opinion.overall == overall


def test_days_without_cover_and_the_bridge_letter(tmp_path: Path) -> None:
    letter = tmp_path / "bridge.md"
    letter.write_text(
        "For the period 1 July 2026 to 31 August 2026 no material changes to the control environment took place.\n"
    )
    report = tmp_path / "report.md"
    report.write_text(REPORT.format(heading="Opinion", opinion=f"In our opinion, {LIMBS}"), encoding="utf-8")
    read = read_report(read_document(report), as_of=date(2026, 9, 30), bridge=read_document(letter))
    assert (read.bridge.days_not_covered, read.bridge.days_bridged) == (92, 62)
    assert any("30 of them by no bridge letter" in text for text in read.findings)


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("No exceptions noted.", "clean"),
        ("No exceptions noted. For 20 of 20 days selected a backup existed.", "clean"),
        ("Exceptions: None", "clean"),
        ("Of the 15 tickets inspected, 3 had been fixed after 14 days.", "exception"),
        ("No exceptions noted for 24 items; for one of twenty-five (25) the log was missing.", "exception"),
        ("No access review was performed during the period.", "exception"),
        ("No disasters were declared during the period.", "no_occurrence"),
        ("For March the report was not available. No other exceptions were noted.", "exception"),
        ("Selected 25 of 312 changes.", None),
    ],
)  # fmt: skip
def test_what_a_result_says(text: str, kind: str | None) -> None:
    assert outcome(text) == kind


def test_counts_and_dates() -> None:
    assert counts("three of the forty promotions") == (3, 40)
    assert counts("Inspected a sample of 25 of 61 leavers") is None
    assert parse_date("03/04/2026", None) is None
    assert parse_date("03/04/2026", numeric_order("from 30/06/2026")) == date(2026, 4, 3)
    assert months_before(date(2026, 9, 30), 9) == date(2026, 1, 1)


def test_the_command_gives_the_contract_and_places(tmp_path: Path) -> None:
    labels = load_case(CASES / "d1-ruled")
    path = tmp_path / labels["file"]
    render((CASES / "d1-ruled" / "source.md").read_text(encoding="utf-8"), path)
    result = CliRunner().invoke(app, ["soc2", "read", str(path), "--format", "json"])
    data = json.loads(result.stdout)
    assert list(data)[:13] == [
        "auditor",
        "report_type",
        "period",
        "report_date",
        "categories",
        "system",
        "opinion",
        "exceptions",
        "no_occurrences",
        "cuecs",
        "subservice_organizations",
        "in_scope_ai",
        "kind",
    ]
    assert data["sources"]["auditor"][0]["page"] == 2
    text = read_document(path).text
    assert all(
        text[spot["start"] : spot["end"]] == spot["quote"] for spots in data["sources"].values() for spot in spots
    )
    shown = CliRunner().invoke(app, ["soc2", "read", str(path)]).stdout
    assert "AC-15 (CC6.2), 2 of 25  [p. 6:" in shown or "AC-15 (CC6.2), 2 of 25  [p. 5:" in shown


def test_bad_files_are_named() -> None:
    result = CliRunner().invoke(app, ["soc2", "read", "/nowhere/report.pdf"])
    assert "there is no file" in str(result.exception)
