"""Reports. To add one: a function `(assessment, context, path)` and a row in `WRITERS`."""

from __future__ import annotations

from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

from analyzers.types import Assessment
from exports.context import ReportContext

Writer = Callable[[Assessment, ReportContext, Path], None]


def _lazy(module: str, function: str) -> Writer:
    def write(assessment: Assessment, context: ReportContext, path: Path) -> None:
        cast(Writer, getattr(import_module(module), function))(assessment, context, path)

    return write


WRITERS: dict[str, Writer] = {
    "docx": _lazy("exports.report_docx", "write_docx"),
    "xlsx": _lazy("exports.report_xlsx", "write_xlsx"),
    "json": _lazy("exports.report_json", "write_json"),
}
"""Format -> writer, imported when first used."""

__all__ = ["WRITERS", "ReportContext", "Writer"]
