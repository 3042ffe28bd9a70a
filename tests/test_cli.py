"""The command line: the main job, clear errors, no traceback, quick help."""

from __future__ import annotations

import json
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import openpyxl
import pytest
from docx import Document as WordDocument
from typer.testing import CliRunner

from engagement.cli import app
from exports import WRITERS

SCHEMA = json.loads((Path(__file__).parent / "data" / "assessment.schema.json").read_text())


def fieldwork(home: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "engagement.cli", "--home", str(home), *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


@pytest.fixture(scope="module")
def assessed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home with one engagement, made through the commands alone."""
    home = tmp_path_factory.mktemp("home")
    docs = home / "docs"
    docs.mkdir()
    (docs / "policy.md").write_text(
        "# Change policy\n\nOur assistant runs a fine-tuned model and calls a hosted LLM provider. It serves customers today. The model answers their questions in production.\n\n"
        "Every production change to a model has one Jira ticket linking request, test result, approval by the Head of ML and "
        "deployment time.\n\n=SUM(A1) is not a formula here.\n"
    )
    for arguments in (
        ("init", "acme", "--categories", "security,availability", "--window", "2026-07-01..2026-12-31"),
        ("ingest", "acme", str(docs)),
        ("assess", "acme", "--judge", "rules"),
    ):
        result = fieldwork(home, *arguments)
        assert result.returncode == 0, result.stderr
    return home


def test_gaps_show_and_search(assessed: Path) -> None:
    gaps = fieldwork(assessed, "gaps", "acme")
    assert gaps.returncode == 0 and "Top 5 of" in gaps.stdout and "owner:" in gaps.stdout and "severity" in gaps.stdout
    shown = fieldwork(assessed, "show", "acme", "AI-CHG-01")
    assert "AI-CHG-01-R2" in shown.stdout and "must state" in shown.stdout
    found = fieldwork(assessed, "search", "acme", "who approves model changes")
    assert "policy.md" in found.stdout and "Head of ML" in found.stdout


def test_json_report_keeps_the_contract(assessed: Path) -> None:
    path = Path(fieldwork(assessed, "report", "acme", "--format", "json").stdout.strip())
    data = json.loads(path.read_text())
    jsonschema.validate(data, SCHEMA)
    assert data["schema"] == "fieldwork.assessment/1"
    baseline = [item for item in data["findings"] if item["objective"] is None]
    assert baseline and all("-B" in item["requirement"] for item in baseline)
    assert [gap["rank"] for gap in data["gaps"]] == list(range(1, len(data["gaps"]) + 1))


def test_docx_and_xlsx_reports_open_and_hold_the_gaps(assessed: Path) -> None:
    word = WordDocument(fieldwork(assessed, "report", "acme", "--format", "docx").stdout.strip())
    text = "\n".join(paragraph.text for paragraph in word.paragraphs)
    assert "Top 10 of" in text and "not an audit opinion" in text
    book = openpyxl.load_workbook(fieldwork(assessed, "report", "acme", "--format", "xlsx").stdout.strip())
    assert {"Summary", "Gaps", "Findings", "Criteria", "AI objectives", "Documents"} <= set(book.sheetnames)
    for sheet in book:
        for row in sheet.iter_rows():
            assert all(cell.data_type != "f" for cell in row), "a cell became a formula"


@pytest.mark.parametrize(
    ("arguments", "code", "says"),
    [
        (("assess", "nobody"), 3, "fieldwork init nobody"),
        (("init", "acme"), 2, "exists already"),
        (("init", "x", "--categories", "securty"), 2, "no such category"),
        (("init", "x", "--window", "2026-12-31..2026-01-01"), 2, "ends before it starts"),
        (("init", "x", "--window", "soon"), 2, "2026-07-01..2026-12-31"),
        (("init", "x", "--profile", "/nowhere/profile.yaml"), 2, "Check the path"),
        (("init", "../x"), 3, "not a possible name"),
        (("show", "acme", "AI-XXX-99"), 3, "nothing was judged"),
        (("show", "acme", "P1.1"), 3, "not in scope"),
        (("report", "acme", "--format", "pptx"), 3, "docx, xlsx, json"),
        (("report", "acme", "--out", "/proc/none/report.docx"), 1, "Choose another place"),
        (("report", "acme", "--out", "gaps.xlsx"), 1, "ends in .docx"),
        (("retire", "acme", "nothing.md"), 3, "no such document"),
        (("ingest", "acme", "/nowhere"), 4, "does not exist"),
        (("assess", "acme", "--judge", "oracle"), 3, "no such judge"),
    ],
)
def test_mistakes_get_one_line_and_a_next_step(
    assessed: Path, arguments: tuple[str, ...], code: int, says: str
) -> None:
    result = fieldwork(assessed, *arguments)
    output = result.stdout + result.stderr
    assert result.returncode == code, output
    assert says in output and "Traceback" not in output
    assert len(result.stderr.strip().splitlines()) <= 2


def test_bad_profile_fields_are_named(assessed: Path, tmp_path: Path) -> None:
    for text, says in (
        ("applies_when: {trains_modls: true}", "unknown condition trains_modls"),
        ("applies_when: {trains_models: maybe}", "true or false"),
        ("colour: blue", "unknown field colour"),
        ("- a\n- b", "a mapping"),
        ("a: [", "not valid YAML"),
        ("observation_window: {start: 2026-01-01}", "observation_window"),
    ):
        path = tmp_path / "profile.yaml"
        path.write_text(text)
        result = fieldwork(assessed, "init", "y", "--profile", str(path))
        assert result.returncode == 2 and says in result.stderr, result.stderr


def test_environment_and_file_settings_are_checked(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from engagement.settings import InvalidSettings, load_settings

    (tmp_path / "fieldwork.toml").write_text('judge = "rules"\nhome = "/a"\n')
    monkeypatch.setenv("FIELDWORK_HOME", "/b")
    loaded = load_settings({"home": None}, folder=tmp_path)
    assert (loaded.judge, str(loaded.home)) == ("rules", "/b")
    assert str(load_settings({"home": "/c"}, folder=tmp_path).home) == "/c"
    (tmp_path / "fieldwork.toml").write_text("colour = 1\n")
    with pytest.raises(InvalidSettings, match=r"fieldwork\.toml: colour"):
        load_settings(folder=tmp_path)


def test_help_is_quick_and_every_command_has_one() -> None:
    best = min(_timed_help() for _ in range(5))
    assert best < 0.6, f"--help took {best:.2f} s"  # the target is 0.3 s; half a second of slack for a loaded machine
    listed = CliRunner().invoke(app, ["--help"]).output
    for command in app.registered_commands:
        assert command.callback is not None and command.callback.__doc__
        assert command.callback.__name__ in listed


def _timed_help() -> float:
    start = time.perf_counter()
    subprocess.run([sys.executable, "-m", "engagement.cli", "--help"], check=True, capture_output=True)
    return time.perf_counter() - start


def test_every_writer_is_tested_here() -> None:
    assert set(WRITERS) == {"docx", "xlsx", "json"}
