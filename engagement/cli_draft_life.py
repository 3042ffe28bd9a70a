"""`fieldwork draft-fill`, `draft-approve`, `draft-supersede`, `draft-diff`: what becomes of a draft."""

from __future__ import annotations

from typing import Annotated

import typer

from engagement.cli_app import Name, app, open_engagement

DraftId = Annotated[str, typer.Argument(help="e.g. narrative/AI-CHG-01 or policy/model-monitoring")]
By = Annotated[str, typer.Option(help="First and last name of the person")]
Reason = Annotated[str, typer.Option(help="Why")]


@app.command("draft-fill")
def fill(
    name: Name,
    draft: DraftId,
    blank: Annotated[str, typer.Argument(help="e.g. AI-CHG-01-R2/record")],
    answer: Annotated[str, typer.Argument(help="Plain words on one line")],
    by: By = "",
) -> None:
    """Fill one question of a draft; this makes a new version."""
    from engagement.draft_life import fill_blank

    made, version = fill_blank(open_engagement(name), draft, blank, answer, by)
    typer.echo(f"{draft}: version {version}, {len(made.blanks)} questions open.")


@app.command("draft-approve")
def approve(
    name: Name,
    draft: DraftId,
    by: By = "",
    reason: Reason = "",
    version: Annotated[int, typer.Option(help="The newest one if not given")] = 0,
    file_format: Annotated[str, typer.Option("--format", help="docx or md")] = "docx",
) -> None:
    """Approve a version that has no open questions, and export it without the DRAFT mark."""
    from engagement.draft_life import approve_draft, export_approved, newest_draft

    engagement = open_engagement(name)
    made = approve_draft(engagement, draft, version or newest_draft(engagement, draft)[0], by, reason)
    path = export_approved(engagement, draft, file_format)
    typer.echo(f"{draft}: version {made.version} approved by {made.by}, SHA-256 {made.sha256}. {path}")


@app.command("draft-supersede")
def supersede(name: Name, draft: DraftId, by: By = "", reason: Reason = "") -> None:
    """End the approval of a draft."""
    from engagement.draft_life import supersede_draft

    supersede_draft(open_engagement(name), draft, by, reason)
    typer.echo(f"{draft}: no version is approved any more.")


@app.command("draft-diff")
def diff(
    name: Name,
    draft: DraftId,
    old: Annotated[int, typer.Argument(help="Version")],
    new: Annotated[int, typer.Argument(help="Version")],
) -> None:
    """Compare two versions of a draft."""
    from engagement.draft_life import diff_versions

    typer.echo(diff_versions(open_engagement(name), draft, old, new) or "No difference.")
