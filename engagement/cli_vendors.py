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


vendors = typer.Typer(no_args_is_help=True, help="AI vendors: assess them from their documents.")
app.add_typer(vendors, name="vendors")


@vendors.command("assess")
def assess(
    name: Annotated[str, typer.Argument(help="Engagement name, e.g. acme")],
    files: Annotated[list[Path], typer.Argument(help="Questionnaire, report, contract, addendum, policy pages")],
    vendor: Annotated[str, typer.Option(help="The vendor's name (default: the files' folder)")] = "",
    file_format: Format = "text",
    as_of: Annotated[str, typer.Option(help="Day from which a report's gap is counted (default: today)")] = "",
    output: Annotated[Path | None, typer.Option(help="Write the dossier as a Word document here")] = None,
) -> None:
    """Assess a vendor: 18 separate questions, claims set apart from proof, a rating with its rules, follow-ups."""
    from analyzers.vendors.assess import assess_vendor
    from corpus.errors import UnreadableDocument
    from engagement.cli_app import open_engagement
    from engagement.files import write_atomically
    from engagement.vendors import keep_assessment
    from exports.vendor_dossier import assessment_json, assessment_lines, write_dossier

    _checked(file_format)
    engagement = open_engagement(name)
    documents, failures = [], []
    for path in files:
        try:
            documents.append(_document(path))
        except UnreadableDocument as error:
            failures.append(error)
    for failure in failures:
        typer.echo(f"Not read: {failure}", err=True)
    if not documents:
        raise failures[0]
    chosen = vendor or files[0].resolve().parent.name
    result = assess_vendor(chosen, documents, as_of=_day(as_of))
    keep_assessment(engagement, result)
    if output is not None:
        write_atomically(output, lambda temporary: write_dossier(result, temporary))
    typer.echo(assessment_json(result) if file_format == "json" else "\n".join(assessment_lines(result)))
    if failures:
        raise typer.Exit(7)


@vendors.command("import")
def import_inventory(
    name: Annotated[str, typer.Argument(help="Engagement name")],
    file: Annotated[Path, typer.Argument(help="csv or xlsx")],
) -> None:
    """Add or replace rows of the vendor inventory."""
    from engagement.cli_app import open_engagement
    from engagement.vendor_inventory import import_rows, read_rows

    typer.echo(f"{import_rows(open_engagement(name), read_rows(file))} rows imported.")


@vendors.command("export")
def export_inventory(
    name: Annotated[str, typer.Argument(help="Engagement name")],
    file: Annotated[Path, typer.Argument(help="csv or xlsx")],
) -> None:
    """Write the vendor inventory; without rows, an empty form."""
    from engagement.cli_app import open_engagement
    from engagement.vendor_inventory import export_rows, inventory_rows

    export_rows(inventory_rows(open_engagement(name)), file)
    typer.echo(str(file))


@vendors.command("due")
def due_vendors(
    name: Annotated[str, typer.Argument(help="Engagement name")],
    as_of: Annotated[str, typer.Option(help="Day to look from (default: today)")] = "",
) -> None:
    """Vendors to assess again, with the dates and events that call for it."""
    from engagement.cli_app import open_engagement
    from engagement.vendor_inventory import RULES, due, inventory_rows

    found = due(inventory_rows(open_engagement(name)), _day(as_of))
    for item in found:
        typer.echo(f"{item.vendor} {item.service} (owner: {item.owner or 'none named'}): {'; '.join(item.reasons)}")
    typer.echo(f"{len(found)} due. Rules: {'; '.join(f'{rule}: {text}' for rule, text in RULES)}.")
