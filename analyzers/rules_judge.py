"""The first local judge: word overlap, the form of sentences, and patterns for facets. Kept as the floor to beat."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from analyzers.judge import Case
from analyzers.signals import (
    addresses_machine,
    is_binding,
    is_intent,
    is_negated,
    is_self_claim,
    is_stub,
    states_facet,
)
from analyzers.types import Claim, ClaimKind, JudgeInfo, Judgement
from corpus.sentences import sentence_spans
from corpus.types import Requirement
from retrieval.lexical import stem_words
from retrieval.search import Hit

CORE = 0.50
"""Least share of the requirement's weighted words for a sentence, with its neighbours, to be its core."""
OPPOSITE = 0.58
PASSAGES = 8


@dataclass(frozen=True)
class _Sentence:
    passage_id: str
    text: str
    fit: float


class RulesJudge:
    """Deterministic; needs nothing but the hits."""

    info = JudgeInfo(name="rules", version="1")

    def weigh(self, cases: Sequence[Case], on_done: Callable[[int], None] = lambda count: None) -> list[Judgement]:
        """See `Judge.weigh`."""
        judgements = []
        for requirement, hits in cases:
            judgements.append(weigh_by_rules(requirement, hits[:PASSAGES]))
            on_done(1)
        return judgements


def weigh_by_rules(requirement: Requirement, hits: list[Hit]) -> Judgement:
    """Claims about one requirement from the sentences of its hits."""
    sentences = _score_sentences(requirement, hits)
    claims: list[Claim] = []
    core_passages: set[str] = set()
    for item in sorted(sentences, key=lambda sentence: -sentence.fit):
        text = item.text
        if is_self_claim(text) or is_stub(text) or addresses_machine(text):
            continue
        if is_intent(text):
            if item.fit >= CORE:
                claims.append(_claim("intent", item))
        elif is_negated(text):
            if item.fit >= OPPOSITE:
                claims.append(_claim("opposite", item))
        elif item.fit >= CORE + (0.0 if is_binding(text) else 0.08):
            claims.append(_claim("core", item))
            core_passages.add(item.passage_id)
    core_passages = set(list(core_passages)[:3]) if len(core_passages) > 3 else core_passages
    for facet in requirement.must_state:
        near = [item for item in sentences if item.passage_id in core_passages and not is_intent(item.text)]
        stated = [item for item in near if item.fit >= 0.25 and states_facet(item.text, facet)]
        if stated:
            claims.append(_claim("facet", max(stated, key=lambda sentence: sentence.fit), facet))
    best = max((item.fit for item in sentences), default=0.0)
    return Judgement(
        requirement=requirement.id, claims=tuple(claims), confidence=0.5, reason=f"best word overlap {best:.2f}"
    )


def _claim(kind: ClaimKind, item: _Sentence, facet: str | None = None) -> Claim:
    return Claim(
        kind=kind,
        facet=facet,
        passage_id=item.passage_id,
        anchor=item.text,
        confidence=round(min(1.0, item.fit), 4),
    )


def _score_sentences(requirement: Requirement, hits: list[Hit]) -> list[_Sentence]:
    words = set(stem_words(requirement.text))
    passages = [(hit, set(stem_words(hit.passage.embed_text))) for hit in hits]
    weight = {
        word: math.log(1 + (len(passages) + 1) / (0.5 + sum(word in found for _, found in passages))) for word in words
    }
    total = sum(weight.values()) or 1.0
    scored = []
    for hit, found in passages:
        around = sum(weight[word] for word in words & found) / total
        for start, end in sentence_spans(hit.passage.text):
            text = hit.passage.text[start:end]
            own = sum(weight[word] for word in words & set(stem_words(text))) / total
            fit = 0.55 * own + 0.25 * around + 0.35 * max(0.0, hit.similarity)
            scored.append(_Sentence(hit.passage.id, text, fit))
    return scored
