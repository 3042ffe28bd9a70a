"""Requirement-passage pairs: written ones as they stand in `pairs/`, and ones mined from the train companies."""

from __future__ import annotations

import hashlib
import json
import random
from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

from corpus.types import Requirement

PAIRS = Path(__file__).parent / "pairs"
Relation = Literal["mandates", "practice", "intent", "mentions", "opposite", "facet_only", "unrelated"]


class Pair(BaseModel, frozen=True, extra="forbid"):
    """One passage against one requirement."""

    requirement: str
    relation: Relation
    states: tuple[str, ...] | None = Field(description="Facets stated; None when not known")
    voice: str = ""
    heading: str = ""
    text: str
    marks: tuple[tuple[int, int], ...] | None = Field(
        default=(), description="Offsets of what decides the relation; None when not known"
    )
    source: str = "written"
    weight: float = 1.0

    @property
    def key(self) -> str:
        """Identity by requirement and words."""
        words = "".join(char for char in self.text.casefold() if char.isalnum())
        return hashlib.sha256(f"{self.requirement}\0{words}".encode()).hexdigest()[:16]


def load_pairs(folder: Path = PAIRS) -> list[Pair]:
    """All written pairs, by file and line."""
    pairs = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8").splitlines():
            pairs.append(Pair(**json.loads(line)))
    return pairs


def unrelated_pairs(
    pairs: Sequence[Pair], requirements: dict[str, Requirement], *, per_requirement: int, seed: int
) -> list[Pair]:
    """Passages of other objectives and criteria as `unrelated` partners for each requirement.

    Only partners that share no criterion are taken, so that a passage that happens to satisfy the requirement is rare.
    """
    chooser = random.Random(seed)  # noqa: S311 - reproducible sampling, not security
    rows = list(pairs)
    made = []
    for requirement_id in sorted({pair.requirement for pair in pairs}):
        own = set(requirements[requirement_id].criteria)
        taken = 0
        while taken < per_requirement:
            other = chooser.choice(rows)
            if own & set(requirements[other.requirement].criteria):
                continue
            made.append(
                other.model_copy(
                    update={
                        "requirement": requirement_id,
                        "relation": "unrelated",
                        "states": (),
                        "marks": (),
                        "source": f"unrelated:{other.requirement}",
                    }
                )
            )
            taken += 1
    return made
