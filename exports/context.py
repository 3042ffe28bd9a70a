"""What a report prints beside the assessment, and the words that all reports share."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from analyzers.types import Assessment, Citation, CriterionResult
from corpus.types import Catalogue

DISCLAIMER = (
    "Fieldwork judges design from documents. It is not an audit opinion, gives no assurance, and says nothing about "
    "whether a control operated: that needs dated records from the observation period. A person reviews and signs."
)
LETTERS = {
    "met": "M",
    "partial": "P",
    "absent": "A",
    "contradicted": "C",
    "not_applicable": "–",
    "not_evaluable": "?",
}
"""A letter for each verdict, so that colour never stands alone."""
WORDS = {
    "met": "Met in design",
    "partial": "Partial",
    "absent": "Absent",
    "contradicted": "Contradicted",
    "not_applicable": "Not applicable",
    "not_evaluable": "Not evaluable",
}
FILL = {
    "met": "CFE8D5",
    "partial": "FBE7B2",
    "absent": "F6CFC9",
    "contradicted": "E3B7DD",
    "not_applicable": "E7E7E7",
    "not_evaluable": "E7E7E7",
}
CATEGORY_TITLES = {
    "security": "Security",
    "availability": "Availability",
    "confidentiality": "Confidentiality",
    "processing_integrity": "Processing Integrity",
    "privacy": "Privacy",
}


@dataclass(frozen=True)
class ReportContext:
    """The catalogue for titles and texts; the audit log's length and head hash."""

    catalogue: Catalogue
    audit_entries: int
    audit_head: str


def source_of(citation: Citation) -> str:
    """'access-policy.docx, p. 3, 4.2 Reviews'."""
    return f"{citation.document}, {citation.locator}"


def verdict_counts(assessment: Assessment) -> Counter[str]:
    """How many requirements have each verdict."""
    return Counter(finding.verdict for finding in assessment.findings)


def coverage_rows(assessment: Assessment) -> list[tuple[str, list[CriterionResult]]]:
    """Criteria by series ('CC6', ...), in catalogue order."""
    rows: dict[str, list[CriterionResult]] = {}
    for item in assessment.criteria:
        rows.setdefault(item.criterion.split(".")[0], []).append(item)
    return list(rows.items())


def window_text(assessment: Assessment) -> str:
    """The observation window, or that none is set."""
    window = assessment.profile.observation_window
    return f"{window.start.isoformat()} to {window.end.isoformat()}" if window else "not set"


def summary_sentence(assessment: Assessment) -> str:
    """One sentence with every number's denominator."""
    counts = verdict_counts(assessment)
    applicable = sum(counts.values()) - counts["not_applicable"]
    return (
        f"{counts['met']} of {applicable} applicable requirements are met in design, {counts['partial']} in part, "
        f"{counts['absent']} have no text that mandates or describes them, {counts['contradicted']} are contradicted; "
        f"{counts['not_applicable']} of {sum(counts.values())} do not apply."
    )
