"""Learn which stems tell a passage that answers a requirement: log odds against passages of all requirements."""

from __future__ import annotations

import json
import math
from collections import Counter, defaultdict
from collections.abc import Sequence

from corpus.types import Requirement
from evals.cases import Case
from evals.training.data import Pair
from retrieval.lexical import stem_words
from retrieval.terms import TERMS, load_terms

BINDING = ("mandates", "practice", "facet_only", "opposite")
QUOTE_REPEATS = 2
"""A company's own words count so often as a written passage."""
MOST = 160
"""Terms kept for a requirement."""
OWN_SHARE = 0.4
"""Weight of the requirement's own words, as a share of their rarity."""


def term_weights(
    written: Sequence[Pair], cases: Sequence[Case], requirements: dict[str, Requirement]
) -> dict[str, dict[str, float]]:
    """Weights by requirement and stem; a stem counts fully when four texts have it."""
    texts: dict[str, list[frozenset[str]]] = defaultdict(list)
    for pair in written:
        if pair.relation in BINDING:
            texts[pair.requirement].append(frozenset(stem_words(pair.text)))
    for case in cases:
        for label in case.labels:
            for item in label.evidence:
                texts[label.requirement].extend([frozenset(stem_words(item.quote))] * QUOTE_REPEATS)
    everywhere = Counter(stem for rows in texts.values() for row in rows for stem in row)
    total = sum(len(rows) for rows in texts.values())
    table = {}
    for name in sorted(requirements):
        rows = texts.get(name, [])
        own = set(stem_words(f"{requirements[name].title} {requirements[name].text}"))
        counts = Counter(stem for row in rows for stem in row)
        weights: dict[str, float] = {}
        for stem, count in counts.items():
            odds = math.log((count + 0.3 * (stem in own)) / (len(rows) + 1) * (total + 50) / (everywhere[stem] + 1))
            if odds > 0.3 and count >= 2:
                weights[stem] = odds * min(1.0, count / 4)
        for stem in own:
            rarity = math.log((total + 50) / (everywhere[stem] + 1))
            weights[stem] = max(weights.get(stem, 0.0), min(3.0, rarity) * OWN_SHARE)
        kept = sorted(weights.items(), key=lambda item: (-item[1], item[0]))[:MOST]
        table[name] = {stem: round(weight, 2) for stem, weight in sorted(kept) if weight >= 0.05}
    return table


def train_terms(written: Sequence[Pair], cases: Sequence[Case], requirements: dict[str, Requirement]) -> None:
    """Write `terms.json`, one requirement a line."""
    table = term_weights(written, cases, requirements)
    lines = [f"{json.dumps(name)}: {json.dumps(weights, separators=(',', ':'))}" for name, weights in table.items()]
    TERMS.write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    load_terms.cache_clear()
