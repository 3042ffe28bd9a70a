"""Proposed changes to a markdown or text document as a unified diff."""

from __future__ import annotations

import difflib
import re
from collections.abc import Sequence

from analyzers.drafting.redline import Change


def redlined_text(source: str, changes: Sequence[Change]) -> tuple[str, list[Change]]:
    """The text with all changes made, and those whose place could not be found in it."""
    lost: list[Change] = []
    edits: list[tuple[int, int, str]] = []
    for change in changes:
        words = [re.escape(word) for word in re.findall(r"[\w'’.,;:%/-]+", change.anchor.quote)]
        found = re.search(r"[^\w\n]*\s*[^\w\n]*".join(words), source) if words else None
        if found is None:
            lost.append(change)
        elif change.delete:
            edits.append((found.start(), found.end(), ""))
        elif change.insert is not None:
            following = re.compile(r"\n[ \t]*(?=\n)|\Z").search(source, found.end())
            assert following is not None
            edits.append((following.start(), following.start(), f"\n\n{change.insert.text}".replace("<", "&lt;")))
    parts, position = [], 0
    for start, end, text in sorted(edits, key=lambda edit: (edit[0], edit[1])):
        if start < position:
            start = position
        parts += [source[position:start], text]
        position = max(position, end)
    return "".join(parts) + source[position:], lost


def diff_text(name: str, source: str, changes: Sequence[Change]) -> tuple[str, list[Change]]:
    """A unified diff that `patch` applies, and the changes that found no place."""
    new, lost = redlined_text(source, changes)
    lines = difflib.unified_diff(_lines(source), _lines(new), f"a/{name}", f"b/{name}")
    return "".join(line if line.endswith("\n") else f"{line}\n\\ No newline at end of file\n" for line in lines), lost


def _lines(text: str) -> list[str]:
    return re.findall(r"[^\n]*\n|[^\n]+", text)
