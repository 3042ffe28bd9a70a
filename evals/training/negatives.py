"""Negatives: passages written for one requirement, set against others that they do not satisfy."""

from __future__ import annotations

import random
from collections.abc import Sequence

import numpy as np

from corpus.types import Requirement
from evals.training.data import Pair
from retrieval.encoder import Encoder

NEAREST = 25
"""Requirements nearest to a passage that a near negative is drawn from."""
SIBLING_WEIGHT = 0.6
"""A passage for one requirement of an objective now and then satisfies its sibling too."""


def cross_negatives(
    pairs: Sequence[Pair],
    requirements: dict[str, Requirement],
    encoder: Encoder,
    *,
    seed: int,
    share_other: float = 0.8,
) -> list[Pair]:
    """For each passage a near requirement of another objective; for binding ones a far one and a sibling as well.

    Without these the model learns what a control looks like instead of which requirement it answers.
    """
    chooser = random.Random(seed)  # noqa: S311 - reproducible sampling, not security
    ids = sorted(requirements)
    vectors = encoder.encode([f"{requirements[item].title}: {requirements[item].text}" for item in ids])
    passages = encoder.encode([pair.text for pair in pairs])
    made = []
    for pair, row in zip(pairs, passages @ vectors.T, strict=True):
        own = group_of(pair.requirement)
        nearest = [ids[int(i)] for i in np.argsort(-row, kind="stable")[:NEAREST]]
        near = [item for item in nearest if group_of(item) != own][1:14]
        if pair.relation in ("mandates", "practice"):
            made.append(_against(pair, chooser.choice(near), "near"))
            made.append(_against(pair, chooser.choice([item for item in ids if group_of(item) != own]), "random"))
            siblings = [item for item in ids if group_of(item) == own and item != pair.requirement]
            if siblings and chooser.random() < 0.7:
                made.append(_against(pair, chooser.choice(siblings), "sibling", SIBLING_WEIGHT))
        elif chooser.random() < share_other:
            made.append(_against(pair, chooser.choice(near), "near"))
    return made


def group_of(requirement_id: str) -> str:
    """The objective or criterion of a requirement id."""
    return requirement_id.rsplit("-", 1)[0]


def _against(pair: Pair, requirement: str, source: str, weight: float = 1.0) -> Pair:
    return pair.model_copy(
        update={
            "requirement": requirement,
            "relation": "unrelated",
            "states": (),
            "marks": (),
            "source": f"{source}:{pair.requirement}",
            "weight": weight,
        }
    )
