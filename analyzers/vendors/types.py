"""What a vendor assessment hands onward."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from analyzers.types import Citation

State = Literal["answered", "unclear", "not_answered", "contradicted"]
Rating = Literal["low", "medium", "high", "critical", "block"]
RATINGS: tuple[Rating, ...] = ("low", "medium", "high", "critical", "block")
Kind = Literal["questionnaire", "contract", "report", "policy"]


class Answer(BaseModel, frozen=True, extra="forbid"):
    """One of the 18 questions: what the documents say, and which of it is more than the vendor's word."""

    key: str
    state: State
    value: str = Field(default="", description="Adverse or not, days, hours; empty where the words give none")
    citations: tuple[Citation, ...] = ()
    proof: tuple[Citation, ...] = Field(default=(), description="Those from a contract or an auditor's report")


class VendorAssessment(BaseModel, frozen=True, extra="forbid"):
    """A vendor's dossier as data."""

    vendor: str
    questions: tuple[Answer, ...]
    rating: Rating
    issues: tuple[str, ...]
    follow_ups: tuple[str, ...]
    reasons: tuple[str, ...] = Field(default=(), description="Rules that apply, gravest first, with what met them")
    missing_clauses: tuple[str, ...] = ()
    documents: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
