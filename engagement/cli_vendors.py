"""`fieldwork soc2` and `fieldwork vendors`: service auditors' reports and AI vendors."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from engagement.cli_app import app

if TYPE_CHECKING:
    from corpus.types import Document

soc2 = typer.Typer(no_args_is_help=True, help="Read service auditors' reports.")
app.add_typer(soc2, name="soc2")
Format = Annotated[str, typer.Option("--format", help="text or json")]


def _checked(file_format: str) -> str:
    from corpus.errors import FieldworkError

    if file_format not in ("text", "json"):
        raise FieldworkError(f"{file_format}: not a format here. Use --format text or --format json.")
    return file_format


def _day(text: str) -> date:
    from corpus.errors import FieldworkError

    try:
        return date.fromisoformat(text) if text else datetime.now().date()
    except ValueError as error:
        raise FieldworkError(f"{text}: not a date. Write it as 2026-11-30.") from error


def _document(path: Path) -> Document:
    """One file through the guarded parser."""
    from corpus.errors import UnreadableDocument
    from corpus.parsing import parse_files

    if not path.is_file():
        raise UnreadableDocument(path.name, "missing", f"there is no file {path}. Check the path.")
    result = next(iter(parse_files([(path, path.name)])))
    if isinstance(result, UnreadableDocument):
        raise result
    return result


@soc2.command("read")
def read(
    file: Annotated[Path, typer.Argument(help="The report: pdf, docx, md or txt")],
    file_format: Format = "text",
    bridge: Annotated[Path | None, typer.Option(help="Management's bridge letter")] = None,
    as_of: Annotated[str, typer.Option(help="Count days without cover up to this day (default: today)")] = "",
) -> None:
    """Read a SOC 2 report: each field with page and quote, 'not found' where the report does not say it."""
    from analyzers.soc2_report.read import read_report
    from exports.soc2_report_json import report_json, report_lines

    _checked(file_format)
    letter = _document(bridge) if bridge else None
    report = read_report(_document(file), as_of=_day(as_of), bridge=letter)
    typer.echo(report_json(report) if file_format == "json" else "\n".join(report_lines(report)))
