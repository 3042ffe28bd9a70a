"""Results as text for a terminal."""

from __future__ import annotations

import textwrap
from collections.abc import Sequence

from rich.console import Console
from rich.text import Text

from analyzers.gaps import FACET_WORDS
from analyzers.types import Assessment, Finding, Gap
from corpus.errors import UnknownItem
from corpus.types import Catalogue
from exports.context import LETTERS, WORDS, coverage_rows, source_of, summary_sentence, window_text
from retrieval.search import Hit

STYLES = {"met": "green", "partial": "yellow", "absent": "red", "contradicted": "magenta"}
QUOTE_CHARS = 420
console = Console(highlight=False, soft_wrap=False)


def _line(text: str = "", style: str = "", indent: int = 0) -> None:
    width = max(40, min(console.width, 118))
    for piece in textwrap.wrap(text, width - indent) or [""]:
        console.print(Text(" " * indent + piece, style=style))


def print_summary(assessment: Assessment) -> None:
    """What was judged and the counts."""
    company = assessment.profile.company or assessment.engagement
    _line(f"{company}: {len(assessment.corpus.documents)} documents, window {window_text(assessment)}", "bold")
    _line(assessment.notice or summary_sentence(assessment))
    for item in assessment.corpus.documents:
        for warning in item.warnings:
            _line(f"warning: {item.name}: {warning}", "yellow")
    console.print()


def print_coverage(assessment: Assessment) -> None:
    """Criteria by series: letter, requirements met of applicable."""
    _line("Coverage by criterion (design): requirements met of applicable, baseline and AI objectives together", "bold")
    for series, items in coverage_rows(assessment):
        row = Text(f"{series:<4}")
        for item in items:
            name = item.criterion.removeprefix(series)
            row.append("  ")
            row.append(
                f"{name} {LETTERS[item.verdict]} {item.met}/{item.applicable}".ljust(12),
                STYLES.get(item.verdict, "dim"),
            )
        console.print(row, no_wrap=False)
    _line(", ".join(f"{LETTERS[key]} {word.lower()}" for key, word in WORDS.items()), "dim")
    console.print()


def print_gaps(assessment: Assessment, limit: int | None) -> None:
    """The first gaps of the register in full."""
    if assessment.notice:
        _line(assessment.notice)
        return
    shown = assessment.gaps[:limit]
    _line(f"Top {len(shown)} of {len(assessment.gaps)} gaps", "bold")
    for gap in shown:
        _print_gap(gap)


def _print_gap(gap: Gap) -> None:
    console.print()
    name = f"{gap.objective}: {gap.title}" if gap.objective else gap.title
    _line(f"{gap.rank}. {name}", "bold")
    _line(f"Criteria {', '.join(gap.criteria)}; severity {gap.severity} of 5; {WORDS[gap.verdict].lower()}", indent=3)
    _line(gap.why, indent=3)
    for citation in gap.citations:
        _line(f"found: “{shorten(citation.quote)}”", "italic", 3)
        _line(source_of(citation), "dim", 10)
    for near in gap.closest:
        _line(f"closest: “{shorten(near.quote)}”", "italic", 3)
        _line(f"{near.document}, {near.locator}: {near.why_not}", "dim", 12)
    if not gap.citations and not gap.closest:
        _line("nothing found", indent=3)
    _line(f"do: {gap.remediation}", indent=3)
    _line(f"owner: {gap.typical_owner} ({gap.owner_function})", indent=3)
    _line(f"rank: score {gap.score:g}: {gap.rank_reason}", "dim", 3)


def shorten(quote: str) -> str:
    """The quote on one line, cut at a word when it is very long."""
    return textwrap.shorten(" ".join(quote.split()), QUOTE_CHARS, placeholder=" …")


def print_findings(findings: Sequence[Finding], catalogue: Catalogue) -> None:
    """Findings in full."""
    texts = {item.id: item for item in catalogue.requirements()}
    for finding in findings:
        requirement = texts[finding.requirement]
        _line(f"{finding.requirement}  {WORDS[finding.verdict]}", f"bold {STYLES.get(finding.verdict, '')}".strip())
        _line(requirement.text, indent=3)
        _line(f"must state: {', '.join(requirement.must_state)}", "dim", 3)
        flags = f"; flags: {', '.join(finding.flags)}" if finding.flags else ""
        _line(f"{finding.why} Confidence {finding.confidence:.2f}{flags}", indent=3)
        for citation in finding.citations:
            _line(f"“{' '.join(citation.quote.split())}”", "italic", 3)
            _line(f"{source_of(citation)}; states {', '.join(citation.states)}", "dim", 6)
        if finding.missing:
            _line(f"missing: {', '.join(FACET_WORDS.get(name, name) for name in finding.missing)}", indent=3)
        for near in finding.closest:
            _line(f"closest: “{shorten(near.quote)}”", "italic", 3)
            _line(f"{near.document}, {near.locator}: {near.why_not}", "dim", 6)
        console.print()


def print_hits(hits: Sequence[Hit]) -> None:
    """Search results."""
    if not hits:
        _line("Nothing has been ingested, or nothing matches. Run `fieldwork ingest` first.")
    for i, hit in enumerate(hits, start=1):
        _line(f"{i}. {hit.passage.document}, {hit.passage.locator}", "bold")
        _line(" ".join(hit.passage.text.split()), indent=3)
        console.print()


def print_catalogue(catalogue: Catalogue, item: str | None) -> None:
    """Titles of all objectives and criteria, or the requirements of one.

    Raises:
        UnknownItem: No such id.
    """
    if item is None:
        for objective in catalogue.objectives:
            _line(f"{objective.id}  {objective.title} ({', '.join(objective.criteria)})")
        for criterion in catalogue.criteria:
            _line(f"{criterion.id:<9}  {criterion.title}")
        return
    key = item.strip().upper()
    found = [
        requirement
        for requirement in catalogue.requirements()
        if key in (requirement.id.upper(), (requirement.objective or "").upper())
        or (requirement.objective is None and key in requirement.criteria)
    ]
    for requirement in found:
        _line(f"{requirement.id}  {requirement.text} [{', '.join(requirement.must_state)}]")
    if not found:
        raise UnknownItem(f"{item}: no such objective or criterion. List them with `fieldwork catalogue`.")
