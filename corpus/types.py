"""What this room hands onward: documents, passages, the catalogue and the profile."""

from __future__ import annotations

from datetime import date
from typing import Literal

from pydantic import BaseModel, Field, model_validator

BlockKind = Literal["heading", "paragraph", "list_item", "table_row", "code"]
Category = Literal["security", "availability", "confidentiality", "processing_integrity", "privacy"]
CATEGORIES: tuple[Category, ...] = (
    "security",
    "availability",
    "confidentiality",
    "processing_integrity",
    "privacy",
)


class Block(BaseModel, frozen=True, extra="forbid"):
    """One structural piece of a document: `document.text[start:end]` is its text."""

    kind: BlockKind
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    level: int = Field(default=0, description="Heading level 1-6; 0 for everything else")
    heading: tuple[str, ...] = Field(default=(), description="Headings above it, outermost first")
    place: str = Field(default="", description="Page or cell: 'p. 12', 'Vendors!A7', 'row 7'; may be empty")


class Document(BaseModel, frozen=True, extra="forbid"):
    """A file as Fieldwork reads it. All offsets in the product count characters of `text`."""

    name: str = Field(description="Display name only; never used as a path")
    sha256: str = Field(description="Of the original bytes")
    format: str
    text: str
    blocks: tuple[Block, ...]
    pages: int = Field(default=0, description="Pages of a PDF, sheets of a workbook, otherwise 0")
    warnings: tuple[str, ...] = ()

    @property
    def id(self) -> str:
        """'dc-' and 12 hex digits of the content hash."""
        return f"dc-{self.sha256[:12]}"


class Passage(BaseModel, frozen=True, extra="forbid"):
    """A passage of one document, ready to embed. `document.text[start:end] == text` always holds."""

    id: str = Field(description="'ps-' and 12 hex digits: SHA-256 of document hash, name, start and text")
    document: str = Field(description="Display name of its document")
    sha256: str = Field(description="Content hash of its document")
    text: str
    start: int = Field(ge=0)
    end: int = Field(ge=0)
    heading: tuple[str, ...] = ()
    locator: str = Field(description="What a reader can find: 'p. 12, 4.2 Access reviews'")
    places: tuple[tuple[int, str], ...] = Field(
        default=(), description="Where each of its blocks begins (offset into the document) and that block's locator"
    )

    def locator_at(self, offset: int) -> str:
        """The locator of the block that holds an offset of the document."""
        found = self.locator
        for start, locator in self.places:
            if start > offset:
                break
            found = locator
        return found

    @property
    def embed_text(self) -> str:
        """Heading path, then text: what is embedded and searched."""
        return " > ".join(self.heading) + "\n" + self.text if self.heading else self.text


class Requirement(BaseModel, frozen=True, extra="forbid"):
    """One testable statement, judged over all documents of an engagement."""

    id: str
    text: str
    must_state: tuple[str, ...]
    query: str = Field(description="Search words for it")
    objective: str | None = Field(description="AI objective id; None for baseline requirements of a criterion")
    criteria: tuple[str, ...]
    title: str = Field(description="Title of the objective or criterion that it belongs to")
    severity: int = Field(ge=1, le=5)
    applies_when: tuple[str, ...] = ("always",)


class Objective(BaseModel, frozen=True, extra="forbid"):
    """An AI control objective with its requirements."""

    id: str
    title: str
    stage: str
    applies_when: tuple[str, ...]
    objective: str
    criteria: tuple[str, ...]
    requirements: tuple[Requirement, ...]
    frequency: str
    typical_owner: str
    accountable_function: str
    severity: int
    severity_reason: str
    common_failure: str
    evidence: tuple[str, ...]
    mappings: dict[str, tuple[str, ...]]


class Criterion(BaseModel, frozen=True, extra="forbid"):
    """One Trust Services Criterion: cited by id, paraphrased in our own words."""

    id: str
    series: str
    category: Category
    title: str
    paraphrase: str
    severity: int
    owner_function: str
    typical_owner: str
    remediation: str
    common_failure: str
    requirements: tuple[Requirement, ...]


class Catalogue(BaseModel, frozen=True, extra="forbid"):
    """All criteria and objectives, with the vocabularies their fields are drawn from."""

    criteria: tuple[Criterion, ...]
    objectives: tuple[Objective, ...]
    series: dict[str, str]
    stages: dict[str, str]
    conditions: dict[str, str]
    facets: dict[str, str]
    version: str

    def requirements(self) -> tuple[Requirement, ...]:
        """AI requirements first, then baseline requirements, in catalogue order."""
        of_objectives = [item for objective in self.objectives for item in objective.requirements]
        of_criteria = [item for criterion in self.criteria for item in criterion.requirements]
        return tuple(of_objectives + of_criteria)


class ObservationWindow(BaseModel, frozen=True, extra="forbid"):
    """The observation period of a Type II examination, both days included."""

    start: date
    end: date

    @model_validator(mode="after")
    def ends_after_start(self) -> ObservationWindow:
        if self.end < self.start:
            raise ValueError("the window ends before it starts")
        return self


class Profile(BaseModel, frozen=True, extra="forbid"):
    """What the engagement is about. A condition that is not stated is inferred from the documents."""

    company: str = ""
    builds: str = ""
    categories_in_scope: tuple[Category, ...] = ("security",)
    applies_when: dict[str, bool] = {}
    observation_window: ObservationWindow | None = None


class FileOutcome(BaseModel, frozen=True, extra="forbid"):
    """What became of one file offered for ingestion."""

    name: str
    sha256: str = ""
    status: Literal["added", "replaced", "unchanged", "failed"]
    reason: str = Field(default="", description="For `failed`: encrypted, no_text, empty, damaged, ...")
    message: str = ""
    passages: int = 0
    warnings: tuple[str, ...] = ()
