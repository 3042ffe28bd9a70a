"""`fieldwork draft`: narratives that close gaps."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from engagement.cli_app import Name, open_engagement, warn_if_outdated

if TYPE_CHECKING:
    from engagement.engagement import Engagement


def draft(
    name: Name,
    kind: Annotated[str, typer.Argument(help="narrative, policy or redline")],
    item: Annotated[
        str, typer.Argument(help="An objective, e.g. AI-CHG-01, a policy, e.g. model-monitoring, or a document")
    ] = "",
    top: Annotated[int, typer.Option(help="Instead of one objective: those of the first N gaps")] = 0,
    file_format: Annotated[str, typer.Option("--format", help="docx or md")] = "docx",
    check: Annotated[
        bool, typer.Option("--check", help="Judge whether the draft, its blanks filled, closes its gaps")
    ] = False,
) -> None:
    """Draft control narratives and policies from the last assessment: quoted practice, proposed control, open questions."""
    from analyzers.drafting.scores import score_draft
    from corpus.errors import FieldworkError
    from engagement.drafts import check_narrative, export_alert_rules, export_draft, make_narrative, make_policy

    if kind not in ("narrative", "policy", "redline"):
        raise FieldworkError(
            f"{kind}: not a kind of draft. Use `fieldwork draft {name} narrative AI-CHG-01`, `policy` or `redline`."
        )
    engagement = open_engagement(name)
    warn_if_outdated(engagement)
    if kind == "redline":
        _redline(engagement, item)
        return
    wanted = [item] if item else []
    if kind == "policy":
        wanted = [item]
    elif top:
        wanted = [gap.objective for gap in engagement.gaps() if gap.objective][:top]
    if not wanted:
        raise FieldworkError(f"Name an objective or --top N: `fieldwork draft {name} narrative --top 5`.")
    for key in wanted:
        made, version = (make_policy if kind == "policy" else make_narrative)(engagement, key)
        path = export_draft(engagement, made, version, file_format)
        scores = score_draft(made)
        typer.echo(
            f"{made.title}: version {version}; {scores.cited} of {scores.factual} factual sentences cited, "
            f"{scores.specific} of {scores.sentences} sentences about this company, {scores.blanks} questions. {path}"
        )
        if made.id == "policy/model-monitoring":
            typer.echo(f"  alert rules: {export_alert_rules(engagement, made, version)}")
        if check:
            rows = check_narrative(engagement, made)
            closed = sum(row.after == "met" for row in rows)
            typer.echo(f"  check: {closed} of {len(rows)} targeted requirements become met in design")
            for row in rows:
                if row.after != "met":
                    typer.echo(f"  {row.requirement}: {row.before} -> {row.after}. {row.why}")


def _redline(engagement: Engagement, item: str) -> None:
    from engagement.redlines import make_redline

    path, made, lost = make_redline(engagement, item)
    struck = sum(change.delete for change in made)
    typer.echo(f"{item}: {len(made) - struck} insertions and {struck} deletions proposed. {path}")
    for change in lost:
        typer.echo(f"  {change.requirement}: its place was not found in the file; draft a narrative for it.")
