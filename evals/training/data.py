"""Requirement-passage pairs: written ones as they stand in `pairs/`, and ones from the train companies."""

from __future__ import annotations

import hashlib
import json
from pathlib import Path
from typing import Literal

from pydantic import BaseModel, Field

PAIRS = Path(__file__).parent / "pairs"
Relation = Literal["mandates", "practice", "intent", "mentions", "opposite", "facet_only", "unrelated"]


class Pair(BaseModel, frozen=True, extra="forbid"):
    """One passage against one requirement."""

    requirement: str
    relation: Relation
    states: tuple[str, ...] | None = Field(description="Facets stated; None when not known")
    lacks: tuple[str, ...] | None = Field(
        default=None, description="Facets known not to be stated; None: all others, where `states` is known"
    )
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
