"""The command line: parse, call `Engagement`, show the result. Slow libraries are imported inside the commands."""

from __future__ import annotations

import os
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

import engagement.cli_vendors
from engagement.cli_app import Name, app, open_engagement, progress_bars, settings, warn_if_outdated
from engagement.cli_drafts import draft as _draft


@app.command()
def init(
    name: Name,
    categories: Annotated[
        str, typer.Option(help="security,availability,confidentiality,processing_integrity,privacy")
    ] = "security",
    window: Annotated[str | None, typer.Option(help="Observation window, e.g. 2026-07-01..2026-12-31")] = None,
    profile: Annotated[
        Path | None, typer.Option(help="profile.yaml with company, categories, conditions, window")
    ] = None,
    company: Annotated[str, typer.Option(help="The company's name, for reports")] = "",
) -> None:
    """Start an engagement."""
    from corpus.profile import load_profile, parse_categories, parse_window
    from corpus.types import Profile
    from engagement.engagement import Engagement

    if profile is not None:
        chosen = load_profile(profile)
        if window:
            chosen = chosen.model_copy(update={"observation_window": parse_window(window)})
        if categories != "security":
            chosen = chosen.model_copy(update={"categories_in_scope": parse_categories(categories.split(","))})
    else:
        chosen = Profile(
            company=company or name,
            categories_in_scope=parse_categories(categories.split(",")),
            observation_window=parse_window(window) if window else None,
        )
    engagement = Engagement.create(name, chosen, settings())
    typer.echo(f"{name}: started in {engagement.folder}. Next: fieldwork ingest {name} path/to/docs")


@app.command()
def ingest(name: Name, paths: Annotated[list[Path], typer.Argument(help="Files or folders (recursively)")]) -> None:
    """Read documents into an engagement."""
    from engagement.exit_codes import ExitCode

    engagement = open_engagement(name)
    with progress_bars() as report:
        outcomes = engagement.ingest(paths, report)
    show_outcomes(outcomes)
    failed = sum(item.status == "failed" for item in outcomes)
    if not outcomes:
        typer.echo("No files found there. Check the path.", err=True)
    if failed or not outcomes:
        raise typer.Exit(ExitCode.PARTLY if failed < len(outcomes) else ExitCode.UNREADABLE)


def show_outcomes(outcomes: list[Any]) -> None:
    """One line for each file: failures last, where the eye ends."""
    for item in sorted(outcomes, key=lambda outcome: outcome.status == "failed"):
        if item.status == "failed":
            typer.echo(f"failed     {item.name}: {item.message}")
        else:
            note = f": {item.message}" if item.message else f": {item.passages} passages"
            typer.echo(f"{item.status:<10} {item.name}{note}")
            for warning in item.warnings:
                typer.echo(f"           warning: {warning}")
    counts = {
        status: sum(item.status == status for item in outcomes)
        for status in ("added", "replaced", "unchanged", "failed")
    }
    typer.echo(", ".join(f"{count} {status}" for status, count in counts.items() if count))


@app.command()
def assess(
    name: Name,
    judge: Annotated[str | None, typer.Option(help="local (trained, default) or rules (first version)")] = None,
) -> None:
    """Judge every requirement in scope from the documents."""
    from analyzers.judge import load_judge
    from engagement.display import print_coverage, print_summary

    engagement = open_engagement(name)
    chosen = load_judge(judge) if judge else None
    with progress_bars() as report:
        result = engagement.assess(report, chosen)
    print_summary(result)
    print_coverage(result)
    typer.echo(f"Next: fieldwork gaps {name}; fieldwork report {name} --format docx")


@app.command()
def gaps(
    name: Name,
    top: Annotated[int, typer.Option(min=1, help="How many gaps to show")] = 5,
    every: Annotated[bool, typer.Option("--all", help="Show all gaps")] = False,
) -> None:
    """Show the most serious gaps."""
    from engagement.display import print_gaps

    engagement = open_engagement(name)
    warn_if_outdated(engagement)
    print_gaps(engagement.assessment(), None if every else top)


@app.command()
def show(name: Name, item: Annotated[str, typer.Argument(help="AI-CHG-01, AI-CHG-01-R1, CC8.1 or CC8.1-B1")]) -> None:
    """Show the findings of an objective, a criterion or a requirement with every quote."""
    from engagement.display import print_findings

    engagement = open_engagement(name)
    warn_if_outdated(engagement)
    print_findings(engagement.findings_of(item), engagement.catalogue)


@app.command()
def search(
    name: Name,
    question: Annotated[str, typer.Argument(help="What to look for")],
    limit: Annotated[int, typer.Option(min=1, max=50)] = 5,
) -> None:
    """Find the passages nearest to a question."""
    from engagement.display import print_hits

    print_hits(open_engagement(name).search(question, limit))


@app.command()
def report(
    name: Name,
    file_format: Annotated[str, typer.Option("--format", help="docx, xlsx or json")] = "docx",
    out: Annotated[Path | None, typer.Option(help="Where to write it")] = None,
) -> None:
    """Write the last assessment as a report."""
    engagement = open_engagement(name)
    path = engagement.report(file_format, out)
    warn_if_outdated(engagement)
    typer.echo(str(path))


@app.command()
def documents(name: Name) -> None:
    """List the documents in force."""
    found = open_engagement(name).documents()
    for document in found:
        typer.echo(f"{document.sha256[:12]}  {document.format:<5} {document.name}")
    typer.echo(f"{len(found)} documents in force")


@app.command()
def retire(name: Name, document: Annotated[str, typer.Argument(help="Display name of the document")]) -> None:
    """Take a document out of force; nothing is deleted."""
    open_engagement(name).retire(document)
    typer.echo(f"{document}: retired. Run `fieldwork assess {name}` to judge without it.")


@app.command()
def reindex(name: Name) -> None:
    """Rebuild the vector cache from the store."""
    with progress_bars() as bars:
        count = open_engagement(name).reindex(bars)
    typer.echo(f"{name}: {count} passages indexed")


@app.command()
def verify(name: Name) -> None:
    """Check database, audit log, originals and the place of every quote."""
    from engagement.exit_codes import ExitCode

    engagement = open_engagement(name)
    faults = engagement.verify()
    for fault in faults:
        typer.echo(fault)
    count, head = engagement.store.audit_head()
    typer.echo(f"{len(faults)} faults; audit log {count} entries, head {head}")
    if faults:
        raise typer.Exit(ExitCode.FAILED)


@app.command()
def engagements() -> None:
    """List the engagements."""
    from engagement.engagement import list_engagements

    for name in list_engagements(settings()):
        typer.echo(name)


@app.command()
def catalogue(item: Annotated[str | None, typer.Argument(help="An objective or criterion")] = None) -> None:
    """List objectives and criteria, or show the requirements of one."""
    from corpus.catalogue import load_catalogue
    from engagement.display import print_catalogue

    print_catalogue(load_catalogue(), item)


@app.command()
def demo(
    folder: Annotated[Path, typer.Option(help="Where the demo engagement is kept")] = Path("fieldwork-demo"),
) -> None:
    """Ingest and assess the shipped, fictional sample company and write its reports."""
    from engagement.demo import run_demo

    with progress_bars() as bars:
        outcome = run_demo(folder, bars)
    outcome.show()


app.command(name="draft")(_draft)
import engagement.cli_draft_life  # noqa: E402, F401


def main() -> None:
    """Entry point: errors become one line and an exit code, never a traceback."""
    quiet_libraries()
    from corpus.errors import FieldworkError

    try:
        app(standalone_mode=True)
    except FieldworkError as error:
        from engagement.exit_codes import exit_code

        typer.echo(f"Error: {error}", err=True)
        sys.exit(exit_code(error))
    except Exception:  # a fault of ours: the user gets one line, we get the traceback
        typer.echo(
            f"Error: something went wrong inside Fieldwork; nothing was lost. Details: {write_crash_log()}", err=True
        )
        sys.exit(1)
    except KeyboardInterrupt:
        typer.echo("Stopped. What was finished is kept.", err=True)
        sys.exit(130)
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        sys.exit(1)


def write_crash_log() -> Path:
    """Keep the current traceback in a file of the user's own."""
    import tempfile
    import traceback

    with tempfile.NamedTemporaryFile(
        "w", prefix="fieldwork-error-", suffix=".log", delete=False, encoding="utf-8"
    ) as file:
        traceback.print_exc(file=file)
    return Path(file.name)


def quiet_libraries() -> None:
    """No library may use the network or print on its own account."""
    for name, value in (
        ("ANONYMIZED_TELEMETRY", "False"),
        ("CHROMA_TELEMETRY", "False"),
        ("ORT_DISABLE_TELEMETRY", "1"),
        ("HF_HUB_OFFLINE", "1"),
        ("HF_HUB_DISABLE_TELEMETRY", "1"),
        ("TRANSFORMERS_OFFLINE", "1"),
        ("LITELLM_LOCAL_MODEL_COST_MAP", "True"),
        ("LITELLM_OFFLINE_MODE", "true"),
        ("STREAMLIT_BROWSER_GATHER_USAGE_STATS", "false"),
        ("TOKENIZERS_PARALLELISM", "true"),
        ("DO_NOT_TRACK", "1"),
    ):
        os.environ.setdefault(name, value)


if __name__ == "__main__":
    main()
