"""What a draft is made of: sentences that say where each came from."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from analyzers.types import Citation

SentenceKind = Literal["practice", "proposal", "statement"]
"""`practice`: what the documents say today, quoted; `proposal`: control text that is to be adopted; `statement`: text
about the draft itself, its scope and its tests, which claims no fact of the company."""


class Blank(BaseModel, frozen=True, extra="forbid"):
    """What the documents do not say, asked of the function that is accountable for it."""

    id: str = Field(description="'AI-CHG-01-R2/record': requirement and slot")
    requirement: str
    slot: str = Field(description="Facet of must_state, or a further detail")
    question: str
    asked_of: str


class Filled(BaseModel, frozen=True, extra="forbid"):
    """A slot whose value stands word for word in a cited sentence."""

    slot: str
    value: str
    citation: Citation


class Answered(BaseModel, frozen=True, extra="forbid"):
    """A blank that a person has filled."""

    blank: str
    value: str
    by: str


class Sentence(BaseModel, frozen=True, extra="forbid"):
    """One sentence of a draft. A practice carries its citation; a proposal its blanks and filled slots."""

    kind: SentenceKind
    text: str
    requirement: str = ""
    citation: Citation | None = None
    filled: tuple[Filled, ...] = ()
    blanks: tuple[Blank, ...] = ()
    answered: tuple[Answered, ...] = ()


class Section(BaseModel, frozen=True, extra="forbid"):
    """A heading with its sentences."""

    heading: str
    sentences: tuple[Sentence, ...] = ()
    header: tuple[str, ...] = Field(default=(), description="Columns of the section's table, empty if it has none")
    rows: tuple[tuple[str, ...], ...] = ()
    level: int = Field(default=1, ge=1, le=2)
    blanks: tuple[Blank, ...] = Field(default=(), description="Questions in the table's cells")
    answered: tuple[Answered, ...] = ()


class Draft(BaseModel, frozen=True, extra="forbid"):
    """A drafted control narrative or policy. It is no document of the company until a person adopts it."""

    id: str = Field(description="'narrative/AI-CHG-01'")
    title: str
    company: str
    objective: str = Field(description="Its objective; several are joined by ', '")
    criteria: tuple[str, ...]
    owner: str
    targets: tuple[str, ...] = Field(description="Requirements that adopting the draft is meant to close")
    sections: tuple[Section, ...]
    based_on: str = Field(description="Snapshot of the corpus and judge that the draft was made from")

    @property
    def sentences(self) -> tuple[Sentence, ...]:
        """All sentences in order."""
        return tuple(sentence for section in self.sections for sentence in section.sentences)

    @property
    def blanks(self) -> tuple[Blank, ...]:
        """All open questions in order, each once."""
        unique = {blank.id: blank for sentence in self.sentences for blank in sentence.blanks}
        unique.update({blank.id: blank for section in self.sections for blank in section.blanks})
        return tuple(unique.values())


class Approval(BaseModel, frozen=True, extra="forbid"):
    """A person's approval of one version: `sha256` is the hash of what was approved."""

    draft: str
    version: int
    by: str
    reason: str
    at: str
    sha256: str
    superseded: str = Field(default="", description="By what and when; empty while it is in force")
