"""Whether the documents merely reword the catalogue: word overlap of evidence with its own and with other requirements."""

from __future__ import annotations

import random

from corpus.catalogue import load_catalogue
from evals.cases import find_case, load_case, load_split
from retrieval.lexical import stem_words

SEED = 3


def overlap_table() -> dict[str, dict[str, float]]:
    """Company -> mean share of a requirement's stems in its own evidence, in evidence of another, and their ratio.

    A set that rewords the catalogue would show an own share near 1; unrelated control prose gives the other share.
    """
    chooser = random.Random(SEED)  # noqa: S311 - reproducible sampling, not security
    stems = {item.id: set(stem_words(item.text)) for item in load_catalogue().requirements()}
    table = {}
    for names in load_split().values():
        for name in names:
            labels = [label for label in load_case(find_case(name)).labels if label.evidence]
            own, other = [], []
            for label in labels:
                words = {word for item in label.evidence for word in stem_words(item.quote)}
                own.append(_share(stems[label.requirement], words))
                other.append(_share(stems[chooser.choice(labels).requirement], words))
            table[name] = {"own": round(sum(own) / len(own), 4), "other": round(sum(other) / len(other), 4)}
    return table


def _share(wanted: set[str], words: set[str]) -> float:
    return len(wanted & words) / len(wanted) if wanted else 0.0
