"""How a requirement and a passage become the cross-encoder's input: shared by judge and training."""

from __future__ import annotations

import math
from collections.abc import Sequence
from functools import lru_cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from corpus.types import Passage, Requirement

RELATIONS = ("core", "intent", "none", "opposite", "facet_only")
"""`core`: mandates or describes as practice; `none`: mentions, wrong artefact, other topic."""
VERDICTS = ("met", "partial", "absent", "contradicted")
FACETS = (
    "actor",
    "frequency",
    "deadline",
    "threshold",
    "retention",
    "trigger",
    "record",
    "artefact",
    "system",
    "mechanism",
    "coverage",
    "scope",
    "rule",
    "list",
    "date",
)
MAX_TOKENS = 256
AFFINITY_SCALE = 3.0
MAX_REQUIREMENT_TOKENS = 72


@lru_cache(maxsize=1)
def pair_tokenizer() -> Any:
    """The bundled WordPiece tokenizer without truncation or special tokens of its own."""
    from retrieval.encoder import load_tokenizer

    tokenizer = load_tokenizer(MAX_TOKENS)
    tokenizer.no_truncation()
    return tokenizer


def requirement_text(requirement: Requirement) -> str:
    """What stands before the separator: title and text."""
    return f"{requirement.title}: {requirement.text}"


def passage_prefix(heading: Sequence[str]) -> str:
    """Heading path before the passage's own text."""
    return " > ".join(heading[-2:]) + ". " if heading else ""


class PairEncoding:
    """Token ids, types and, for each token of the passage, its offsets into the passage's text."""

    __slots__ = ("ids", "offsets", "types")

    def __init__(self, ids: list[int], types: list[int], offsets: list[tuple[int, int]]) -> None:
        self.ids = ids
        self.types = types
        self.offsets = offsets


def encode_pairs(pairs: Sequence[tuple[str, str, str]]) -> list[PairEncoding]:
    """Encode (requirement text, prefix, passage text) triples; at most 256 tokens each, the passage is cut."""
    tokenizer = pair_tokenizer()
    cls_id, sep_id = tokenizer.token_to_id("[CLS]"), tokenizer.token_to_id("[SEP]")
    texts = list(dict.fromkeys([text for triple in pairs for text in triple]))
    known = dict(zip(texts, tokenizer.encode_batch(texts, add_special_tokens=False), strict=True))
    encodings = []
    for first, prefix, text in pairs:
        left = known[first].ids[:MAX_REQUIREMENT_TOKENS]
        head = known[prefix].ids[:32] if prefix else []
        room = MAX_TOKENS - len(left) - len(head) - 3
        body, spans = known[text].ids[:room], known[text].offsets[:room]
        ids = [cls_id, *left, sep_id, *head, *body, sep_id]
        types = [0] * (len(left) + 2) + [1] * (len(head) + len(body) + 1)
        offsets = [(-1, -1)] * (len(left) + 2 + len(head)) + [tuple(span) for span in spans] + [(-1, -1)]
        encodings.append(PairEncoding(ids, types, offsets))
    return encodings


def triple(requirement: Requirement, passage: Passage) -> tuple[str, str, str]:
    """The three texts of one pair."""
    return requirement_text(requirement), passage_prefix(passage.heading), passage.text


def pad_pairs(encodings: Sequence[PairEncoding]) -> tuple[NDArray[np.int64], NDArray[np.int64], NDArray[np.int64]]:
    """Ids, types and mask, each `(n, longest)` int64."""
    width = max(len(item.ids) for item in encodings)
    ids, types, mask = (np.zeros((len(encodings), width), dtype=np.int64) for _ in range(3))
    for i, item in enumerate(encodings):
        size = len(item.ids)
        ids[i, :size], types[i, :size], mask[i, :size] = item.ids, item.types, 1
    return ids, types, mask


def group_features(rank: int, affinity: float) -> tuple[float, float]:
    """What the group network is told of a passage beside its reading: its rank, damped, and its affinity."""
    return math.log1p(rank), affinity / AFFINITY_SCALE
