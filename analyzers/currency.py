"""Whether a document is in force: superseded, draft, or past its own review date."""

from __future__ import annotations

import re
from datetime import date
from typing import Literal

from corpus.types import Document, ObservationWindow

DocumentStatus = Literal["current", "superseded", "draft"]
HEAD_CHARS = 2_500
"""Status and dates stand at the head of a document, in its version block."""

_SUPERSEDED = re.compile(
    r"\b(?:status\s*:?\s*(?:superseded|archived|withdrawn|obsolete|retired|historical|replaced)|"
    r"(?:this|the present) (?:document|policy|version|page|procedure|plan|standard|runbook|copy|edition|file)[^.\n]{0,60}"
    r"(?:is |has been |was )?(?:superseded|withdrawn|archived|replaced|retired|obsolete|no longer (?:in force|current|valid))|"
    r"superseded (?:by|on|version)|(?:archived|obsolete|withdrawn) (?:copy|version)|no longer (?:in force|current|maintained)|"
    r"replaced by (?:version|v\d|the)|kept for (?:reference|history|the record) only|(?:old|archived?|deprecated) page)\b",
    re.IGNORECASE,
)
_SUPERSEDED_NAME = re.compile(r"superseded|archive[d]?\b|obsolete|[-_ ]old\b|deprecated|withdrawn", re.IGNORECASE)
_SUPERSEDES_OTHER = re.compile(r"\bsupersedes\b|\breplaces\b", re.IGNORECASE)
_DRAFT = re.compile(
    r"\bstatus\s*:?\s*(?:draft|in draft|work in progress|wip|proposed|not (?:yet )?approved)\b|\bdraft (?:for|v\d|version)|"
    r"\bnot yet approved\b",
    re.IGNORECASE,
)
_REVIEW = re.compile(
    r"\b(?:next review(?: date| due)?|review (?:due|date|by)|to be reviewed by|valid until|expires?(?: on)?)\b\W{0,4}(?:on |by |:)?\s*"
    r"([^\n;|]{4,24})",
    re.IGNORECASE,
)
_MONTHS = {
    name: i
    for i, name in enumerate(
        ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"], start=1
    )
}


def document_status(document: Document) -> DocumentStatus:
    """Status by the document's own head or its name."""
    head = document.text[:HEAD_CHARS]
    if _SUPERSEDED_NAME.search(document.name):
        return "superseded"
    for match in _SUPERSEDED.finditer(head):
        line_start = head.rfind("\n", 0, match.start()) + 1
        line = head[line_start : head.find("\n", match.end()) if "\n" in head[match.end() :] else len(head)]
        if not _SUPERSEDES_OTHER.search(line):
            return "superseded"
    return "draft" if _DRAFT.search(head[:800]) else "current"


def review_due(document: Document) -> date | None:
    """The date by which the document wants to be reviewed, if its head names one."""
    for match in _REVIEW.finditer(document.text[:HEAD_CHARS]):
        found = parse_date(match.group(1))
        if found:
            return found
    return None


def is_stale(document: Document, window: ObservationWindow | None) -> bool:
    """Superseded, or past its own review date when the observation window opens."""
    if document_status(document) == "superseded":
        return True
    due = review_due(document)
    return bool(window and due and due < window.start)


def parse_date(text: str) -> date | None:
    """'2026-03-01', '1 March 2026', 'March 1, 2026', 'March 2026' (its last day counts as the 28th)."""
    if match := re.search(r"\b(\d{4})-(\d{2})-(\d{2})\b", text):
        return _date(int(match[1]), int(match[2]), int(match[3]))
    if match := re.search(r"\b(\d{1,2})(?:st|nd|rd|th)? ([A-Za-z]{3})[a-z]*\.?,? (\d{4})\b", text):
        return _date(int(match[3]), _MONTHS.get(match[2].lower(), 0), int(match[1]))
    if match := re.search(r"\b([A-Za-z]{3})[a-z]*\.? (\d{1,2})(?:st|nd|rd|th)?,? (\d{4})\b", text):
        return _date(int(match[3]), _MONTHS.get(match[1].lower(), 0), int(match[2]))
    if match := re.search(r"\b([A-Za-z]{3})[a-z]* (\d{4})\b", text):
        return _date(int(match[2]), _MONTHS.get(match[1].lower(), 0), 28)
    return None


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None
