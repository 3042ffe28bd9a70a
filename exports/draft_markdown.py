"""A draft as markdown."""

from __future__ import annotations

from pathlib import Path

from analyzers.drafting.types import Draft, Sentence
from exports.context import source_of

MARK = "DRAFT, not adopted. Practice is quoted from the documents; proposals and questions are marked."


def draft_markdown(draft: Draft) -> str:
    """The whole draft; text of documents stays literal."""
    lines = [f"# {draft.title}", "", f"**{MARK}**", "", f"Company: {draft.company}  ", f"Owner: {draft.owner}  "]
    lines.append(f"Criteria: {', '.join(draft.criteria)}")
    for section in draft.sections:
        lines += ["", f"## {section.heading}", ""]
        lines += [f"- {_mark(sentence)}{_escape(sentence.text)}" for sentence in section.sentences]
    if draft.blanks:
        lines += ["", "## Open questions", ""]
        lines += [f"- [ ] {blank.id}: {_escape(blank.question)} ({blank.asked_of})" for blank in draft.blanks]
    return "\n".join(lines) + "\n"


def write_markdown(draft: Draft, path: Path) -> None:
    """Write it."""
    path.write_text(draft_markdown(draft), encoding="utf-8")


def _mark(sentence: Sentence) -> str:
    if sentence.kind == "practice":
        return "Practice. "
    if sentence.kind == "proposal":
        known = "; ".join(f"{item.value}: {source_of(item.citation)}" for item in sentence.filled)
        return f"Proposed ({sentence.requirement or 'control'}{'; ' + known if known else ''}). "
    return ""


def _escape(text: str) -> str:
    return text.replace("<", "&lt;").replace("![", "!\\[").replace("](", "]\\(")
