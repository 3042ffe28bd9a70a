"""`fieldwork draft`: narratives that close gaps."""

from __future__ import annotations

from typing import Annotated

import typer

from engagement.cli_app import Name, open_engagement, warn_if_outdated


def draft(
    name: Name,
    kind: Annotated[str, typer.Argument(help="narrative")],
    item: Annotated[str, typer.Argument(help="An objective, e.g. AI-CHG-01")] = "",
    top: Annotated[int, typer.Option(help="Instead of one objective: those of the first N gaps")] = 0,
    file_format: Annotated[str, typer.Option("--format", help="docx or md")] = "docx",
    check: Annotated[
        bool, typer.Option("--check", help="Judge whether the draft, its blanks filled, closes its gaps")
    ] = False,
) -> None:
    """Draft control narratives from the last assessment: quoted practice, proposed control, open questions."""
    from analyzers.drafting.scores import score_draft
    from corpus.errors import FieldworkError
    from engagement.drafts import check_narrative, export_draft, make_narrative

    if kind != "narrative":
        raise FieldworkError(f"{kind}: not a kind of draft. Use `fieldwork draft {name} narrative AI-CHG-01`.")
    engagement = open_engagement(name)
    warn_if_outdated(engagement)
    wanted = [item] if item else []
    if top:
        wanted = [gap.objective for gap in engagement.gaps() if gap.objective][:top]
    if not wanted:
        raise FieldworkError(f"Name an objective or --top N: `fieldwork draft {name} narrative --top 5`.")
    for objective in wanted:
        made, version = make_narrative(engagement, objective)
        path = export_draft(engagement, made, version, file_format)
        scores = score_draft(made)
        typer.echo(
            f"{made.title}: version {version}; {scores.cited} of {scores.factual} factual sentences cited, "
            f"{scores.specific} of {scores.sentences} sentences about this company, {scores.blanks} questions. {path}"
        )
        if check:
            rows = check_narrative(engagement, made)
            closed = sum(row.after == "met" for row in rows)
            typer.echo(f"  check: {closed} of {len(rows)} targeted requirements become met in design")
            for row in rows:
                if row.after != "met":
                    typer.echo(f"  {row.requirement}: {row.before} -> {row.after}. {row.why}")
