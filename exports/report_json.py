"""The machine-readable result."""

from __future__ import annotations

from pathlib import Path

from analyzers.types import Assessment
from exports.context import ReportContext


def write_json(assessment: Assessment, context: ReportContext, path: Path) -> None:  # noqa: ARG001 - one signature for all
    """Write the assessment as JSON, schema `fieldwork.assessment/1`, stable order, UTF-8."""
    path.write_text(assessment.model_dump_json(by_alias=True, indent=1) + "\n", encoding="utf-8")
