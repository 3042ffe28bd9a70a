"""Phrase plans: for each requirement the sentence that would state it, with slots for what only the company knows."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import yaml

PLANS = Path(__file__).parent / "plans"
SLOT = re.compile(r"\{(\w+): ([^{}]+)\}")


@dataclass(frozen=True)
class Slot:
    """A place in a plan: its name is a facet or a further detail, the hint says what is asked."""

    name: str
    hint: str


@lru_cache(maxsize=1)
def load_plans() -> dict[str, str]:
    """Requirement id -> plan, from all files."""
    plans: dict[str, str] = {}
    for path in sorted(PLANS.glob("*.yaml")):
        plans.update(yaml.safe_load(path.read_text(encoding="utf-8")))
    return plans


def slots_of(plan: str) -> tuple[Slot, ...]:
    """The slots of a plan in order."""
    return tuple(Slot(name, hint) for name, hint in SLOT.findall(plan))


def render(plan: str, values: dict[str, str]) -> str:
    """The plan with its slots replaced; every slot must have a value.

    Raises:
        KeyError: A slot has none.
    """
    return SLOT.sub(lambda match: values[match.group(1)], plan)
