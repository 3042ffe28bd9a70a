"""Builds a pack's files: questionnaires as real-looking workbooks, CSV or Word tables, and texts beside them."""

from __future__ import annotations

import csv
from pathlib import Path
from typing import Any

WORDINGS: dict[str, dict[str, str]] = {
    "plain": {
        "training_on_inputs": "Are customer inputs (prompts, documents) used to train or improve models?",
        "training_on_outputs_feedback_finetuning": "Are outputs, user feedback or fine-tuning files used to train models?",
        "input_retention": "How long are inputs retained?",
        "output_retention": "How long are outputs retained?",
        "prompt_logging_and_where": "Are prompts logged, and where are the logs stored?",
        "human_review": "Is there human review of content for abuse monitoring?",
        "zero_data_retention": "Is zero data retention available, contracted and enabled? Which endpoints are excluded?",
        "sub_processors_and_notice": "Which sub-processors are used and what notice is given of changes?",
        "processing_and_support_regions": "In which regions is data processed and supported?",
        "fine_tune_and_cache_isolation": "How are fine-tuned models and caches isolated between tenants?",
        "deletion": "How is data deleted, within what time, and is deletion confirmed?",
        "version_pinning_and_change_notice": "Can model versions be pinned and what change notice is given?",
        "deprecation_notice": "What notice is given before a model is deprecated?",
        "assurance_covering_this_service": "Which independent audit (SOC 2 Type II, ISO 42001) covers this AI service?",
        "incident_notice_hours": "Within how many hours are customers notified of an incident?",
        "ip_and_data_indemnity": "Do you indemnify customers for IP and data claims?",
        "training_data_provenance": "What is the provenance of the training data?",
        "quota_and_availability": "What quota and availability do you commit to?",
    },
    "formal": {
        "training_on_inputs": "State whether submitted content serves for model improvement or training.",
        "training_on_outputs_feedback_finetuning": "State whether completions, ratings or files for fine-tuning serve for training.",
        "input_retention": "Retention period of prompts and uploads",
        "output_retention": "Retention period of completions and generated content",
        "prompt_logging_and_where": "Logging of API requests and payloads, with location",
        "human_review": "Access of reviewers or staff to prompts and content (safety review)",
        "zero_data_retention": "ZDR: offered, agreed, active, and endpoints left out",
        "sub_processors_and_notice": "Subprocessors and notification of new ones",
        "processing_and_support_regions": "Data residency, including support locations",
        "fine_tune_and_cache_isolation": "Segregation of custom models and prompt caches",
        "deletion": "Erasure at end of contract and on request",
        "version_pinning_and_change_notice": "Model updates: pinning of versions and notice",
        "deprecation_notice": "Retirement of models: notice period",
        "assurance_covering_this_service": "Attestation or certification with scope",
        "incident_notice_hours": "Breach notification: time limit",
        "ip_and_data_indemnity": "Indemnification (copyright, data)",
        "training_data_provenance": "Sources and licences of training data",
        "quota_and_availability": "Service levels and rate limits",
    },
}


def build(pack: dict[str, Any], folder: Path) -> list[Path]:
    """Write the pack's files and return their paths."""
    paths = []
    if answers := pack.get("answers"):
        wording = WORDINGS[pack.get("wording", "plain")]
        rows = [(wording[key], answers[key]) for key in wording if key in answers]
        suffix = pack.get("format", "xlsx")
        path = folder / f"questionnaire.{suffix}"
        {"xlsx": _workbook, "csv": _csv, "docx": _word}[suffix](rows, path)
        paths.append(path)
    for name, text in pack.get("texts", {}).items():
        path = folder / name
        path.write_text(text, encoding="utf-8")
        paths.append(path)
    return paths


def _workbook(rows: list[tuple[str, Any]], path: Path) -> None:
    """Cover sheet, merged titles and section rows, a hidden column, dropdowns, two sheets of questions."""
    import openpyxl
    from openpyxl.worksheet.datavalidation import DataValidation

    book = openpyxl.Workbook()
    cover = book.active
    assert cover is not None
    cover.title = "Instructions"
    cover["A1"] = "AI vendor questionnaire. Fill in the columns on the next sheets."
    cover.merge_cells("A1:E1")
    half = len(rows) // 2
    for title, part in (("Data use", rows[:half]), ("Service", rows[half:])):
        sheet = book.create_sheet(title)
        sheet["A1"] = f"{title} (fictional vendor)"
        sheet.merge_cells("A1:E1")
        sheet.append([])
        sheet.append(["Ref", "Weight", "Question", "Response", "Comments"])
        sheet.column_dimensions["B"].hidden = True
        choice = DataValidation(type="list", formula1='"Yes,No,N/A"')
        sheet.add_data_validation(choice)
        for i, (question, answer) in enumerate(part, start=1):
            response, comment = answer if isinstance(answer, list) else ("", answer)
            sheet.append([f"{title[0]}{i}", 3, question, response, comment])
            choice.add(sheet.cell(sheet.max_row, 4))
    book.save(path)


def _csv(rows: list[tuple[str, Any]], path: Path) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        writer = csv.writer(file)
        writer.writerow(["No", "Question", "Answer"])
        for i, (question, answer) in enumerate(rows, start=1):
            writer.writerow([i, question, ". ".join(answer) if isinstance(answer, list) else answer])


def _word(rows: list[tuple[str, Any]], path: Path) -> None:
    import docx

    document = docx.Document()
    document.add_heading("Answers to your AI questionnaire", 1)
    table = document.add_table(rows=1, cols=2)
    table.rows[0].cells[0].text, table.rows[0].cells[1].text = "Requirement", "Vendor response"
    for question, answer in rows:
        cells = table.add_row().cells
        cells[0].text = question
        cells[1].text = ". ".join(answer) if isinstance(answer, list) else answer
    document.save(str(path))
