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
    r"^\W*status\s*[:|]?\s*(?:superseded|archived|withdrawn|obsolete|historical|replaced)\b|"
    r"\b(?:this|the present) (?:document|policy|version|page|procedure|plan|standard|runbook|copy|edition|file|chapter)\b[^.\n]{0,60}"
    r"\b(?:(?:is|has been|was) (?:now )?(?:superseded|withdrawn|archived|replaced|obsolete)|(?:is )?no longer (?:in force|current|valid|maintained))|"
    r"^\W*(?:superseded|archived|obsolete|withdrawn)\b[^.\n]{0,40}(?:by|on|copy|version|page|document|\d|$)|"
    r"\bsuperseded by (?:version|v\.?\s?\d|the (?:new|current)|[\w-]+(?:policy|standard|procedure|plan))|"
    r"\b(?:archived|obsolete|withdrawn|superseded) (?:copy|version|page|document)\b(?! of)|kept for (?:reference|history|the record)s? only",
    re.IGNORECASE | re.MULTILINE,
)
_OTHER_VERSION = re.compile(r"\bversion\s*:?\s*v?\d|\bv\d+(?:\.\d+)*\b|^\W*\d+\.\d+\b", re.IGNORECASE)
_SUPERSEDED_NAME = re.compile(
    r"superseded|obsolete|withdrawn|[-_ .]archived?\b(?!-)(?=[.\d_-]*\w*$)|[-_ ]old\b", re.IGNORECASE
)
_SUPERSEDES_OTHER = re.compile(r"\bsupersedes\b|\breplaces\b", re.IGNORECASE)
_DRAFT = re.compile(
    r"\bstatus\s*[:|]?\s*(?:draft|in draft|work in progress|wip|proposed|not (?:yet )?approved)\b|\bdraft (?:for|v\d|version)|"
    r"\bnot yet approved\b",
    re.IGNORECASE,
)
_REVIEW = re.compile(
    r"(?<!last )(?<!latest )(?<!previous )\b(?:next review(?: date| due)?|review (?:due|date|by)|to be reviewed by|valid until|expires?(?: on)?)\b"
    r"\W{0,4}(?:on |by |:)?\s*([^\n;|]{4,24})",
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
        line = _line_of(head, match.start())
        history = "; " in line and bool(_OTHER_VERSION.search(line)) and "status:" in line.casefold()
        if not _SUPERSEDES_OTHER.search(line) and not history:
            return "superseded"
    return "draft" if _DRAFT.search(head[:800]) else "current"


def _line_of(text: str, position: int) -> str:
    start = text.rfind("\n", 0, position + 1) + 1
    end = text.find("\n", max(start, position))
    return text[start : end if end >= 0 else len(text)]


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
