"""What this room hands onward: judgements, findings, objective and criterion results, gaps, the assessment."""

from __future__ import annotations

from typing import Literal

from pydantic import BaseModel, Field

from corpus.types import Profile

Verdict = Literal["met", "partial", "absent", "contradicted", "not_applicable", "not_evaluable"]
Flag = Literal["stale", "needs_review", "not_evaluable"]
ClaimKind = Literal["core", "facet", "opposite", "intent"]
SCHEMA = "fieldwork.assessment/1"


class Claim(BaseModel, frozen=True, extra="forbid"):
    """One thing a judge says it read. It counts only once its anchor has been located in the passage."""

    kind: ClaimKind
    facet: str | None = Field(default=None, description="For `facet`: which one of must_state")
    passage_id: str
    anchor: str = Field(description="Words copied from the passage")
    confidence: float = Field(ge=0, le=1)


class Judgement(BaseModel, frozen=True, extra="forbid"):
    """What a judge may say about one requirement: claims and reasons, never a verdict."""

    requirement: str
    claims: tuple[Claim, ...] = ()
    reason: str = ""
    confidence: float = Field(default=0.5, ge=0, le=1, description="That the verdict which follows is right")
    unsure: str = Field(default="", description="Why a person should look, empty if nothing calls for it")
    chances: dict[str, float] = Field(default={}, description="Probability of each verdict, where the judge gives one")


class Citation(BaseModel, frozen=True, extra="forbid"):
    """Text that supports a verdict: `document.text[start:end] == quote`."""

    document: str
    sha256: str
    locator: str
    start: int
    end: int
    quote: str
    states: tuple[str, ...] = Field(default=(), description="'core', 'opposite', 'intent' or names of facets")
    approximate: bool = Field(default=False, description="Located by similarity only; never enough for `met`")


class Closest(BaseModel, frozen=True, extra="forbid"):
    """A passage that came near without counting."""

    document: str
    locator: str
    quote: str
    why_not: str


class Finding(BaseModel, frozen=True, extra="forbid"):
    """What Fieldwork vouches for about one requirement."""

    requirement: str
    objective: str | None
    criteria: tuple[str, ...]
    verdict: Verdict
    missing: tuple[str, ...] = ()
    flags: tuple[Flag, ...] = ()
    confidence: float = Field(ge=0, le=1)
    chances: dict[str, float] = Field(default={}, description="Probability of each verdict, where the judge gives one")
    citations: tuple[Citation, ...] = ()
    searched: tuple[str, ...] = ()
    closest: tuple[Closest, ...] = ()
    why: str
    key: str = Field(default="", description="Hash of what it was judged from; an equal key needs no new judgement")


class ConditionState(BaseModel, frozen=True, extra="forbid"):
    """Whether an `applies_when` condition holds, and from what that is known."""

    condition: str
    holds: bool
    source: Literal["profile", "documents", "default"]
    reason: str
    citation: Citation | None = None


class ObjectiveResult(BaseModel, frozen=True, extra="forbid"):
    """An objective's verdict from its requirements."""

    objective: str
    title: str
    stage: str
    criteria: tuple[str, ...]
    verdict: Verdict
    severity: int
    met: int
    applicable: int
    why: str


class CriterionResult(BaseModel, frozen=True, extra="forbid"):
    """A criterion's verdict from its baseline requirements and its AI objectives."""

    criterion: str
    title: str
    category: str
    verdict: Verdict
    met: int
    partial: int
    unmet: int = Field(description="Absent or contradicted")
    applicable: int
    objectives: tuple[str, ...]


class Gap(BaseModel, frozen=True, extra="forbid"):
    """An objective, or the baseline of a criterion, that the documents do not satisfy."""

    rank: int
    objective: str | None
    criteria: tuple[str, ...]
    severity: int
    score: float
    title: str
    verdict: Verdict
    why: str
    rank_reason: str
    remediation: str
    owner_function: str
    typical_owner: str
    requirements: tuple[str, ...]
    citations: tuple[Citation, ...] = ()
    closest: tuple[Closest, ...] = ()


class JudgeInfo(BaseModel, frozen=True, extra="forbid"):
    """Which judge spoke."""

    name: str
    version: str


class CorpusDocument(BaseModel, frozen=True, extra="forbid"):
    """A document as the assessment saw it."""

    name: str
    sha256: str
    status: Literal["current", "superseded", "draft"]
    passages: int
    warnings: tuple[str, ...] = ()


class CorpusInfo(BaseModel, frozen=True, extra="forbid"):
    """Which documents were judged."""

    snapshot: str
    documents: tuple[CorpusDocument, ...]


class Assessment(BaseModel, frozen=True, extra="forbid"):
    """The machine-readable result of `assess`; its JSON is the public contract."""

    schema_id: str = Field(default=SCHEMA, alias="schema", serialization_alias="schema")
    engagement: str
    judge: JudgeInfo
    catalogue: str
    profile: Profile
    corpus: CorpusInfo
    conditions: tuple[ConditionState, ...]
    notice: str = Field(default="", description="Said instead of a gap list when nothing concrete is described")
    findings: tuple[Finding, ...]
    objectives: tuple[ObjectiveResult, ...]
    criteria: tuple[CriterionResult, ...]
    gaps: tuple[Gap, ...]

    def finding(self, requirement: str) -> Finding | None:
        """The finding of one requirement, None when it is out of scope."""
        return next((item for item in self.findings if item.requirement == requirement), None)
