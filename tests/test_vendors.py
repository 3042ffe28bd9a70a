"""Vendor assessment: states, contradictions, ratings by rule, the dossier, bad input."""

from __future__ import annotations

import json
from pathlib import Path

import docx
import openpyxl
import pytest
from typer.testing import CliRunner

from analyzers.vendors.assess import assess_vendor
from analyzers.vendors.questions import QUESTIONS
from corpus.readers import read_document
from engagement.cli import app
from engagement.engagement import Engagement
from engagement.vendors import vendor_assessments
from evals.vendor_packs.__main__ import TARGETS, load_packs, score
from evals.vendor_packs.build import build


@pytest.mark.slow
@pytest.mark.parametrize("split", ["dev", "held_back"])
def test_labelled_packs_meet_the_targets(split: str) -> None:
    right, total, near, packs, misses = score(split)
    assert packs == 6 and total == 6 * 18
    assert right / total >= TARGETS["states"], misses
    assert near / packs >= TARGETS["ratings"], misses


def assess_text(tmp_path: Path, **files: str):
    documents = []
    for name, text in files.items():
        path = tmp_path / f"{name}.md"
        path.write_text(text, encoding="utf-8")
        documents.append(read_document(path))
    return assess_vendor("vendor", documents)


def state(result, key: str) -> str:
    return next(answer.state for answer in result.questions if answer.key == key)


def test_an_answer_on_inputs_is_none_on_outputs(tmp_path: Path) -> None:
    result = assess_text(
        tmp_path, policy="# Data\n\nWe never train on customer prompts. Inputs are deleted after 30 days.\n"
    )
    assert state(result, "training_on_inputs") == "answered"
    assert state(result, "training_on_outputs_feedback_finetuning") == "not_answered"
    assert (state(result, "input_retention"), state(result, "output_retention")) == ("answered", "not_answered")


def test_two_documents_that_disagree(tmp_path: Path) -> None:
    result = assess_text(
        tmp_path,
        policy="# A\n\nOutputs are stored for 7 days.\n",
        terms="# Terms\n\nThe parties agree that outputs are stored for 90 days.\n",
    )
    assert state(result, "output_retention") == "contradicted"
    assert any("output_retention: the documents contradict" in text for text in result.issues)
    assert any(text.startswith("Your documents disagree.") and "90 days" in text for text in result.follow_ups)


def test_training_without_opt_in_blocks_and_opt_in_does_not(tmp_path: Path) -> None:
    blocked = assess_text(tmp_path, policy="# A\n\nCustomer prompts are used to train our models.\n")
    assert blocked.rating == "block" and blocked.reasons[0].startswith("block: B1")
    opt_in = assess_text(tmp_path, policy="# A\n\nCustomer prompts are used to train our models only if you opt in.\n")
    assert not any(reason.startswith("block") for reason in opt_in.reasons)


def test_a_claim_is_no_proof_and_every_quote_is_in_place(tmp_path: Path) -> None:
    pack = load_packs()["d-strong"]
    documents = {path.name: read_document(path) for path in build(pack, tmp_path)}
    result = assess_vendor("strong", list(documents.values()))
    by_key = {answer.key: answer for answer in result.questions}
    assert by_key["training_on_inputs"].proof and not by_key["deprecation_notice"].proof
    assert "notice in days before a model is withdrawn" in result.missing_clauses
    for answer in result.questions:
        assert all(documents[c.document].text[c.start : c.end] == c.quote for c in answer.citations)


def test_the_command_keeps_the_contract_and_writes_the_dossier(engagement: Engagement, tmp_path: Path) -> None:
    files = [str(path) for path in build(load_packs()["d-evasive"], tmp_path)]
    dossier = tmp_path / "dossier.docx"
    home = ["--home", str(engagement.settings.home)]
    arguments = [
        *home,
        "vendors",
        "assess",
        "acme",
        *files,
        "--vendor",
        "Evasive AI",
        "--format",
        "json",
        "--output",
        str(dossier),
    ]
    result = CliRunner().invoke(app, arguments)
    data = json.loads(result.stdout)
    assert list(data)[:5] == ["vendor", "questions", "rating", "issues", "follow_ups"]
    assert [item["key"] for item in data["questions"]] == [question.key for question in QUESTIONS] and len(
        QUESTIONS
    ) == 18
    assert set(data["questions"][0]) >= {"key", "state", "citations", "proof"}
    assert len(data["follow_ups"]) == 18
    assert "Follow-up questions to send" in [item.text for item in docx.Document(str(dossier)).paragraphs]
    assert [item.vendor for item in vendor_assessments(engagement)] == ["Evasive AI"]


def test_bad_files_are_named_and_the_rest_goes_on(engagement: Engagement, tmp_path: Path) -> None:
    good = tmp_path / "policy.md"
    good.write_text("# A\n\nWe never train on customer prompts.\n", encoding="utf-8")
    locked = tmp_path / "locked.xlsx"
    locked.write_bytes(b"\xd0\xcf\x11\xe0" + b"0" * 600)
    damaged = tmp_path / "damaged.xlsx"
    damaged.write_bytes(b"PK\x03\x04 cut off")
    home = ["--home", str(engagement.settings.home)]
    result = CliRunner().invoke(app, [*home, "vendors", "assess", "acme", str(locked), str(good), str(damaged)])
    assert result.exit_code == 7 and "training_on_inputs: answered" in result.output
    assert "password-protected" in result.output and "damaged.xlsx" in result.output


def test_formulas_are_never_run(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["Question", "Answer"])
    for question in (
        "Are inputs used to train models?",
        "How long are inputs retained?",
        "How long are outputs retained?",
    ):
        sheet.append([question, '=CONCATENATE("30"," days")'])
    path = tmp_path / "formulas.xlsx"
    book.save(path)
    result = assess_vendor("formulas", [read_document(path)])
    assert state(result, "input_retention") == "not_answered"
