"""A draft as markdown."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from analyzers.drafting.types import Draft, Sentence
from exports.context import source_of

MARK = "DRAFT, not adopted. Practice is quoted from the documents; proposals and questions are marked."


def draft_markdown(draft: Draft, approved: str = "") -> str:
    """The whole draft; text of documents stays literal."""
    lines = [
        f"# {draft.title}",
        "",
        f"**{approved or MARK}**",
        "",
        f"Company: {draft.company}  ",
        f"Owner: {draft.owner}  ",
    ]
    lines.append(f"Criteria: {', '.join(draft.criteria)}")
    for section in draft.sections:
        lines += ["", f"{'#' * (section.level + 1)} {section.heading}", ""]
        lines += [f"- {_mark(sentence, approved)}{_escape(sentence.text)}" for sentence in section.sentences]
        if section.header:
            lines += ["", _row(section.header), _row(["---"] * len(section.header)), *map(_row, section.rows)]
    if draft.blanks:
        lines += ["", "## Open questions", ""]
        lines += [f"- [ ] {blank.id}: {_escape(blank.question)} ({blank.asked_of})" for blank in draft.blanks]
    return "\n".join(lines) + "\n"


def write_markdown(draft: Draft, path: Path, approved: str = "") -> None:
    """Write it."""
    path.write_text(draft_markdown(draft, approved), encoding="utf-8")


def sources_of(sentence: Sentence) -> list[str]:
    """'Router, Tally: architecture.md, § 2' for each source of filled values, in order."""
    by_source: dict[str, list[str]] = {}
    for item in sentence.filled:
        by_source.setdefault(source_of(item.citation), []).append(item.value)
    return [f"{', '.join(values)}: {source}" for source, values in by_source.items()]


def _mark(sentence: Sentence, approved: str) -> str:
    if sentence.kind == "practice":
        return "Practice. "
    if sentence.kind == "proposal":
        known = _escape("; ".join(sources_of(sentence)))
        lead = "Control" if approved else "Proposed"
        return f"{lead} ({sentence.requirement or 'control'}{'; ' + known if known else ''}). "
    return ""


def _row(cells: Sequence[str]) -> str:
    return "| " + " | ".join(_escape(cell).replace("|", "\\|") for cell in cells) + " |"


def _escape(text: str) -> str:
    return text.replace("<", "&lt;").replace("![", "!\\[").replace("](", "]\\(")
