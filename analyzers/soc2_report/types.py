"""What the reader hands onward: a report's fields, and the place in the document that each was read from."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field

OpinionWord = Literal["unmodified", "qualified", "adverse", "disclaimer"]
Method = Literal["carve-out", "inclusive"]
ReportKind = Literal["soc2", "soc1", "soc3", "iso_certificate", "bridge_letter", "other"]
SEVERITY: tuple[OpinionWord, ...] = ("unmodified", "qualified", "disclaimer", "adverse")
"""Mildest first: the overall opinion is the gravest of the limbs."""


class Source(BaseModel, frozen=True, extra="forbid"):
    """Where a field was read: `document.text[start:end] == quote`."""

    page: int | None = Field(description="Page of a PDF, from 1; none for formats without pages")
    locator: str = Field(description="What a reader can find: 'p. 12', or the heading above")
    quote: str
    start: int
    end: int


class Period(BaseModel, frozen=True, extra="forbid"):
    """Both days included; a Type 1 report has only the end, its 'as of' day."""

    start: date | None = None
    end: date | None = None


class Limbs(BaseModel, frozen=True, extra="forbid"):
    """The opinion on each limb; none where the opinion paragraph does not speak of it."""

    description_fairly_presented: OpinionWord | None = None
    suitability_of_design: OpinionWord | None = None
    operating_effectiveness: OpinionWord | None = None


class Opinion(BaseModel, frozen=True, extra="forbid"):
    """As the opinion paragraph gives it; headings never count."""

    overall: OpinionWord | None = None
    limbs: Limbs = Limbs()


class ReportException(BaseModel, frozen=True, extra="forbid"):
    """One test with a deviation. Counts are none where the report does not give them."""

    control: str | None
    criteria: tuple[str, ...] = ()
    test: str | None = None
    sample: int | None = None
    failures: int | None = None
    cause: str | None = None
    page: int | None
    quote: str
    response: str | None = Field(default=None, description="Management's, which is not audited")


class Subservice(BaseModel, frozen=True, extra="forbid"):
    """A subservice organization and how the report treats it."""

    name: str
    method: Method | None = None
    services: str | None = None
    page: int | None = None
    quote: str = ""


class Bridge(BaseModel, frozen=True, extra="forbid"):
    """A bridge letter (management's word, not audited) and what no report covers."""

    start: date | None = None
    end: date | None = None
    as_of: date | None = Field(default=None, description="Day up to which days are counted")
    days_not_covered: int | None = Field(default=None, description="After the period, to `as_of`, unaudited days too")
    days_bridged: int = Field(default=0, description="Of these, days that management's bridge letter speaks for")


class Soc2Report(BaseModel, frozen=True, extra="forbid"):
    """What a report says. None means not found: nothing is guessed."""

    kind: ReportKind
    auditor: str | None = None
    report_type: Literal["type_1", "type_2"] | None = None
    period: Period = Period()
    report_date: date | None = None
    categories: tuple[str, ...] = ()
    system: str | None = None
    opinion: Opinion = Opinion()
    exceptions: tuple[ReportException, ...] = ()
    no_occurrences: tuple[str, ...] = ()
    cuecs: tuple[str, ...] = ()
    subservice_organizations: tuple[Subservice, ...] = ()
    in_scope_ai: bool | None = Field(default=None, description="None: the report does not speak of AI")
    csocs: tuple[str, ...] = ()
    incidents: str | None = None
    changes: str | None = None
    bridge: Bridge = Bridge()
    findings: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    document: str = ""
    sha256: str = ""
    sources: dict[str, tuple[Source, ...]] = Field(default={}, description="Field -> places, in the field's own order")
