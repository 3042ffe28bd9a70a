"""BM25 over stemmed words, beside the vectors: names, numbers and rare terms are found by their letters."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

_WORD = re.compile(r"[a-z0-9]+(?:[-_.'/][a-z0-9]+)*")
STOP = frozenset(
    [
        "a",
        "an",
        "and",
        "any",
        "are",
        "as",
        "at",
        "be",
        "been",
        "but",
        "by",
        "can",
        "do",
        "does",
        "each",
        "every",
        "for",
        "from",
        "had",
        "has",
        "have",
        "how",
        "if",
        "in",
        "into",
        "is",
        "it",
        "its",
        "may",
        "must",
        "no",
        "not",
        "of",
        "on",
        "only",
        "or",
        "our",
        "shall",
        "should",
        "so",
        "such",
        "than",
        "that",
        "the",
        "their",
        "them",
        "then",
        "there",
        "these",
        "they",
        "this",
        "those",
        "to",
        "was",
        "we",
        "were",
        "what",
        "when",
        "where",
        "which",
        "while",
        "who",
        "whom",
        "whose",
        "why",
        "will",
        "with",
        "would",
        "you",
        "your",
        "all",
        "also",
        "other",
        "own",
        "same",
    ]
)


@lru_cache(maxsize=1)
def _stemmer() -> Any:
    import Stemmer

    return Stemmer.Stemmer("english")


def stem_words(text: str) -> list[str]:
    """Lower-case stems in order, without stop words; a compound counts as itself and as its parts."""
    words: list[str] = []
    for word in _WORD.findall(text.casefold().replace("’", "'")):
        parts = re.split(r"[-_.'/]", word)
        words.extend([word, *parts] if len(parts) > 1 else [word])
    kept = [word for word in words if word not in STOP and len(word) > 1]
    return [str(stem) for stem in _stemmer().stemWords(kept)]


class LexicalIndex:
    """BM25 (Lucene variant, k1 1.2, b 0.75) of the texts given."""

    def __init__(self, texts: Sequence[str]) -> None:
        import bm25s

        self.size = len(texts)
        words = [stem_words(text) for text in texts]
        self._vocabulary = {word: i for i, word in enumerate(dict.fromkeys(w for row in words for w in row))}
        self._index = bm25s.BM25(method="lucene", k1=1.2, b=0.75)
        if self._vocabulary:
            ids = [[self._vocabulary[word] for word in row] for row in words]
            self._index.index((ids, self._vocabulary), show_progress=False)

    def scores(self, query: str) -> NDArray[np.float32]:
        """Score of every text, `(n,)` float32."""
        total = np.zeros(self.size, dtype=np.float32)
        if not self._vocabulary:
            return total
        known = [word for word in stem_words(query) if word in self._vocabulary]
        if known:
            total += self._index.get_scores(known)
        return total
