"""Rank passages for many queries at once: vectors and words, fused."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import numpy as np
from numpy.typing import NDArray
from pydantic import BaseModel, Field

from corpus.types import Passage
from retrieval.adapter import load_adapter
from retrieval.encoder import Encoder, Vectors
from retrieval.lexical import LexicalIndex
from retrieval.terms import TermIndex
from retrieval.vector_store import VectorStore, exact_nearest

RRF_K = 60
"""Cormack, Clarke and Büttcher 2009: the constant of reciprocal rank fusion."""
DEPTH = 60
"""How far down each ranking counts."""
LEARNED_WEIGHT = 4
"""How often each learned ranking (vectors, terms of the passage, terms of its best unit) counts in the fusion, chosen
on the dev companies."""
CANDIDATES = 3 * DEPTH
"""Rows that Chroma proposes, so that equal vectors at the edge are ordered by us and not by its graph."""
NEIGHBOUR_SHARE = 0.25
"""Share of a passage's score that its neighbours of the same section receive: facets hide in the next paragraph."""


class Hit(BaseModel, frozen=True, extra="forbid"):
    """A passage found for a query."""

    passage: Passage
    score: float = Field(description="Fused score; only comparable within one query")
    similarity: float = Field(description="Cosine of query and passage, -1 to 1")


@dataclass(frozen=True)
class Query:
    """What is searched for. `context` widens the meaning (the objective's text), `expansion` is a learned
    vector in the adapter's space, `terms` are stems with learned weights."""

    text: str
    context: str = ""
    expansion: tuple[float, ...] | None = None
    terms: tuple[tuple[str, float], ...] = ()


class Index:
    """Passages with their vectors and words; read-only once built."""

    def __init__(
        self, passages: Sequence[Passage], vectors: Vectors, encoder: Encoder, store: VectorStore | None = None
    ) -> None:
        self.passages = tuple(passages)
        self.vectors = vectors
        self.encoder = encoder
        self.store = store
        self._row = {passage.id: i for i, passage in enumerate(self.passages)}

    @cached_property
    def snapshot(self) -> str:
        """Identity of passages and encoder, 16 hex digits: equal snapshots give equal answers."""
        digest = hashlib.sha256(self.encoder.name.encode())
        for passage_id in sorted(self._row):
            digest.update(passage_id.encode())
        return digest.hexdigest()[:16]

    @cached_property
    def adapted(self) -> Vectors:
        """Passage vectors in the space of the learned requirement vectors; the plain ones without an adapter."""
        adapter = load_adapter(self.encoder.name)
        return adapter.passages(self.vectors) if adapter else self.vectors

    @cached_property
    def lexical(self) -> LexicalIndex:
        """BM25 over heading paths and texts."""
        return LexicalIndex([passage.embed_text for passage in self.passages])

    @cached_property
    def terms(self) -> TermIndex:
        """Learned terms over passages and their units."""
        return TermIndex(self.passages)

    def sync_store(self, on_added: Callable[[int], None] = lambda count: None) -> None:
        """Bring the vector store up to date with the passages."""
        if self.store is not None and len(self.passages):
            self.store.sync([passage.id for passage in self.passages], self.vectors, self.snapshot, on_added)

    @cached_property
    def _store_is_current(self) -> bool:
        return self.store is not None and self.store.is_current(self.snapshot)

    def neighbours(self, passage: Passage, reach: int = 1) -> list[Passage]:
        """Passages of the same document up to `reach` before and after, in document order."""
        row = self._row[passage.id]
        near = range(max(0, row - reach), min(len(self.passages), row + reach + 1))
        return [self.passages[i] for i in near if i != row and self.passages[i].document == passage.document]

    def search(self, queries: Sequence[Query], limit: int = 10) -> list[list[Hit]]:
        """The best passages for each query, best first; ties by document order.

        All queries are embedded and searched in one batch.
        """
        if not self.passages or not queries:
            return [[] for _ in queries]
        plain = self.encoder.encode([query.text for query in queries])
        wide = self.encoder.encode([f"{query.context} {query.text}".strip() for query in queries])
        rankings = [self._dense(plain), self._dense(wide)]
        learned = [i for i, query in enumerate(queries) if query.expansion is not None]
        expanded: dict[int, list[int]] = {}
        if learned:
            vectors = np.asarray([queries[i].expansion for i in learned], dtype=np.float32)
            nearest = exact_nearest(self.adapted, vectors, DEPTH)
            expanded = {i: [int(row) for row in rows] for i, rows in zip(learned, nearest, strict=True)}
        by_terms = self._by_terms(queries)
        results = []
        for i, query in enumerate(queries):
            lists = [ranking[i] for ranking in rankings]
            lists.append(self._lexical(query.text))
            if query.context:
                lists.append(self._lexical(f"{query.context} {query.text}"))
            for ranking in (expanded.get(i), *by_terms.get(i, ())):
                lists.extend([ranking] * LEARNED_WEIGHT if ranking else [])
            results.append(self._fuse(lists, plain[i], limit))
        return results

    def _dense(self, vectors: Vectors) -> list[list[int]]:
        """Row numbers, nearest first. Chroma proposes candidates, the exact cosine orders them."""
        if self.store is None or not self._store_is_current:
            return [list(map(int, row)) for row in exact_nearest(self.vectors, vectors, DEPTH)]
        ranked = []
        for vector, ids in zip(vectors, self.store.nearest(vectors, CANDIDATES), strict=True):
            rows = np.array(sorted(self._row[item] for item in ids if item in self._row), dtype=np.int64)
            scores = np.round(self.vectors[rows] @ vector, 6)
            ranked.append([int(row) for row in rows[np.argsort(-scores, kind="stable")][:DEPTH]])
        return ranked

    def _lexical(self, text: str) -> list[int]:
        return _best(np.round(self.lexical.scores(text), 5))

    def _by_terms(self, queries: Sequence[Query]) -> dict[int, tuple[list[int], list[int]]]:
        """For each query with terms: passages by their whole text, and by their best unit."""
        having = [i for i, query in enumerate(queries) if query.terms]
        if not having:
            return {}
        whole, unit = self.terms.scores([dict(queries[i].terms) for i in having])
        return {i: (_best(a), _best(b)) for i, a, b in zip(having, whole, unit, strict=True)}

    def _fuse(self, lists: list[list[int]], vector: NDArray[np.float32], limit: int) -> list[Hit]:
        fused: dict[int, float] = {}
        for ranking in lists:
            for rank, row in enumerate(ranking):
                fused[row] = fused.get(row, 0.0) + 1.0 / (RRF_K + rank + 1)
        total = dict(fused)
        for row, score in fused.items():
            for near in (row - 1, row + 1):
                if 0 <= near < len(self.passages) and self._same_section(row, near):
                    total[near] = total.get(near, 0.0) + NEIGHBOUR_SHARE * score
        best = sorted(total, key=lambda row: (-round(total[row], 9), row))[:limit]
        return [
            Hit(
                passage=self.passages[row],
                score=round(total[row], 6),
                similarity=round(float(self.vectors[row] @ vector), 6),
            )
            for row in best
        ]

    def _same_section(self, a: int, b: int) -> bool:
        one, other = self.passages[a], self.passages[b]
        return one.document == other.document and one.heading == other.heading


def _best(scores: NDArray[Any]) -> list[int]:
    """Rows with a score above 0, best first, at most `DEPTH`."""
    order = np.argsort(-scores, kind="stable")[:DEPTH]
    return [int(row) for row in order if scores[row] > 0]
