"""Words that tell the passages which answer a requirement: learned weights of stems, beside the requirement's own words."""

from __future__ import annotations

import json
import math
from collections.abc import Collection, Mapping, Sequence
from functools import cached_property, lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage, Requirement
from corpus.units import unit_spans
from retrieval.lexical import stem_words

TERMS = Path(__file__).parent / "models" / "terms.json"
HEADING_SHARE = 0.5
"""A word that stands only in the heading path counts so much of one in the text."""
LENGTH_PRIOR = 8
"""Stems added to a text's own number, so that a very short one does not win by a single word."""


@lru_cache(maxsize=1)
def load_terms() -> dict[str, dict[str, float]]:
    """Weights by requirement id and stem; empty where none were trained."""
    if not TERMS.is_file():
        return {}
    return dict(json.loads(TERMS.read_text(encoding="utf-8")))


@lru_cache(maxsize=1000)
def requirement_terms(requirement: Requirement) -> Mapping[str, float]:
    """The learned weights, or weight 1 for each stem of a requirement that was not trained."""
    learned = load_terms().get(requirement.id)
    return learned or dict.fromkeys(stem_words(f"{requirement.title} {requirement.text}"), 1.0)


@lru_cache(maxsize=100_000)
def stems_of(text: str) -> frozenset[str]:
    """Distinct stems of a text."""
    return frozenset(stem_words(text))


def heading_stems(passage: Passage) -> frozenset[str]:
    """Distinct stems of the two nearest headings."""
    return stems_of(" ".join(passage.heading[-2:]))


def affinity(weights: Mapping[str, float], stems: Collection[str], heading: Collection[str] = ()) -> float:
    """Summed weights of the stems present, over the root of the text's length; 0 or more, six decimals."""
    own = sum(weights.get(stem, 0.0) for stem in sorted(stems))
    above = sum(weights.get(stem, 0.0) for stem in sorted(set(heading) - set(stems)))
    return round((own + HEADING_SHARE * above) / math.sqrt(len(stems) + LENGTH_PRIOR), 6)


class TermIndex:
    """Affinity of many passages to many weightings at once, as whole passages and by their best unit."""

    def __init__(self, passages: Sequence[Passage]) -> None:
        self._passages = passages

    @cached_property
    def _matrices(self) -> tuple[dict[str, int], Any, Any, NDArray[np.int64]]:
        whole = [(stems_of(passage.text), heading_stems(passage)) for passage in self._passages]
        units = [
            (stems_of(passage.text[a:b]), heading_stems(passage))
            for passage in self._passages
            for a, b in unit_spans(passage.text) or ((0, len(passage.text)),)
        ]
        counts = [len(unit_spans(passage.text)) or 1 for passage in self._passages]
        starts = np.concatenate([[0], np.cumsum(counts)[:-1]]).astype(np.int64)
        vocabulary = {stem: i for i, stem in enumerate(sorted({s for row in whole for part in row for s in part}))}
        return vocabulary, _sparse(whole, vocabulary), _sparse(units, vocabulary), starts

    def scores(self, weightings: Sequence[Mapping[str, float]]) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Two arrays `(weightings, passages)`: affinity of the whole passage, and of its best unit."""
        vocabulary, whole, units, starts = self._matrices
        weights = np.zeros((len(vocabulary), len(weightings)))
        for column, weighting in enumerate(weightings):
            for stem, weight in weighting.items():
                row = vocabulary.get(stem)
                if row is not None:
                    weights[row, column] = weight
        by_unit: NDArray[np.float64] = np.maximum.reduceat(units @ weights, starts, axis=0)
        return np.asarray(np.round((whole @ weights).T, 6)), np.asarray(np.round(by_unit.T, 6))


def _sparse(rows: Sequence[tuple[frozenset[str], frozenset[str]]], vocabulary: Mapping[str, int]) -> Any:
    """Presence of stems `(rows, vocabulary)`, already divided by the root of the length."""
    from scipy.sparse import csr_matrix

    data: list[float] = []
    columns: list[int] = []
    ends = [0]
    for own, heading in rows:
        scale = 1 / math.sqrt(len(own) + LENGTH_PRIOR)
        for stem in sorted(own):
            columns.append(vocabulary[stem])
            data.append(scale)
        for stem in sorted(heading - own):
            columns.append(vocabulary[stem])
            data.append(scale * HEADING_SHARE)
        ends.append(len(columns))
    return csr_matrix((data, columns, ends), shape=(len(rows), len(vocabulary)))
