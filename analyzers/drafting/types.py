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


class Sentence(BaseModel, frozen=True, extra="forbid"):
    """One sentence of a draft. A practice carries its citation; a proposal its blanks and filled slots."""

    kind: SentenceKind
    text: str
    requirement: str = ""
    citation: Citation | None = None
    filled: tuple[Filled, ...] = ()
    blanks: tuple[Blank, ...] = ()


class Section(BaseModel, frozen=True, extra="forbid"):
    """A heading with its sentences."""

    heading: str
    sentences: tuple[Sentence, ...]


class Draft(BaseModel, frozen=True, extra="forbid"):
    """A drafted control narrative. It is no document of the company until a person adopts it."""

    id: str = Field(description="'narrative/AI-CHG-01'")
    title: str
    company: str
    objective: str
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
        return tuple(unique.values())
