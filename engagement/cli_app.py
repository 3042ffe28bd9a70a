"""What every command shares: the app, the home option, opening an engagement, progress bars."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from engagement.engagement import Engagement
    from engagement.settings import Settings

app = typer.Typer(
    name="fieldwork",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
    help="Find the SOC 2 gaps of a company that builds with AI, from its own documents.",
)
Name = Annotated[str, typer.Argument(help="Engagement name, e.g. acme")]
_home: Path | None = None


@app.callback()
def options(
    home: Annotated[Path | None, typer.Option(help="Where engagements are kept (or FIELDWORK_HOME)")] = None,
) -> None:
    """Options of every command."""
    global _home
    _home = home


def settings() -> Settings:
    """The settings with the command line's flags on top."""
    from engagement.settings import load_settings

    return load_settings({"home": _home})


def open_engagement(name: str) -> Engagement:
    """The engagement that a command is about."""
    from engagement.engagement import Engagement

    return Engagement.open(name, settings())


def warn_if_outdated(engagement: Engagement) -> None:
    """Say so when documents have changed since the assessment that is shown."""
    if engagement.is_outdated():
        typer.echo(f"Documents have changed since this assessment. Run `fieldwork assess {engagement.name}`.", err=True)


@contextmanager
def progress_bars() -> Iterator[Callable[[str, int, int], None]]:
    """Bars on a terminal's standard error, one for each stage; silent elsewhere."""
    from rich.console import Console
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

    columns = (TextColumn("{task.description:<10}"), BarColumn(), MofNCompleteColumn(), TimeElapsedColumn())
    with Progress(*columns, console=Console(stderr=True)) as bars:
        tasks: dict[str, Any] = {}

        def report(stage: str, done: int, total: int) -> None:
            if stage not in tasks:
                tasks[stage] = bars.add_task(stage, total=total)
            bars.update(tasks[stage], completed=done, total=total)

        yield report
