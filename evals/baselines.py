"""Judges that any real one must beat: they stand in the same table."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from analyzers.judge import Case, Judge
from analyzers.rules_judge import RulesJudge
from analyzers.types import Claim, JudgeInfo, Judgement
from corpus.sentences import sentence_spans
from retrieval.lexical import stem_words


class AlwaysAbsent:
    """Finds nothing anywhere."""

    info = JudgeInfo(name="always-absent", version="1")

    def weigh(self, cases: Sequence[Case], on_done: Callable[[int], None] = lambda _: None) -> list[Judgement]:
        """See `Judge.weigh`."""
        on_done(len(cases))
        return [Judgement(requirement=requirement.id, confidence=0.5) for requirement, _ in cases]


class Threshold:
    """The best passage by one number: above `met` everything is stated, above `partial` the core."""

    def __init__(self, name: str, met: float, partial: float) -> None:
        self.info = JudgeInfo(name=name, version="1")
        self.met = met
        self.partial = partial

    def weigh(self, cases: Sequence[Case], on_done: Callable[[int], None] = lambda _: None) -> list[Judgement]:
        """See `Judge.weigh`."""
        judgements = []
        for requirement, hits in cases:
            scored = []
            for hit in hits:
                if self.info.name == "cosine":
                    value = hit.similarity
                else:
                    words = set(stem_words(requirement.text))
                    value = len(words & set(stem_words(hit.passage.text))) / (len(words) or 1)
                scored.append((value, hit))
            claims: list[Claim] = []
            if scored:
                best, hit = max(scored, key=lambda pair: pair[0])
                start, end = sentence_spans(hit.passage.text)[0]
                anchor = hit.passage.text[start:end]
                if best >= self.partial:
                    claims.append(Claim(kind="core", passage_id=hit.passage.id, anchor=anchor, confidence=0.5))
                if best >= self.met:
                    claims += [
                        Claim(kind="facet", facet=facet, passage_id=hit.passage.id, anchor=anchor, confidence=0.5)
                        for facet in requirement.must_state
                    ]
            judgements.append(Judgement(requirement=requirement.id, claims=tuple(claims), confidence=0.5))
            on_done(1)
        return judgements


def baseline_judges() -> list[Judge]:
    """Always-absent, cosine and word-overlap thresholds (set by hand, not fitted), the first version."""
    return [AlwaysAbsent(), Threshold("cosine", 0.62, 0.5), Threshold("lexical", 0.5, 0.36), RulesJudge()]
