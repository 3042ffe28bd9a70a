"""The judge protocol, the table of judges and what every judge shares."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from importlib import import_module
from typing import Protocol, cast

from analyzers.types import JudgeInfo, Judgement
from corpus.errors import UnknownItem
from corpus.types import Requirement
from retrieval.search import Hit

Case = tuple[Requirement, list[Hit]]


class Judge(Protocol):
    """Reads passages for requirements and claims what they say. It never gives a verdict."""

    info: JudgeInfo

    def weigh(self, cases: Sequence[Case], on_done: Callable[[int], None] = ...) -> list[Judgement]:
        """One judgement for each case, in order; claims only about the passages of the case's hits."""
        ...


JUDGES: dict[str, str] = {
    "local": "analyzers.local_judge:LocalJudge",
    "rules": "analyzers.rules_judge:RulesJudge",
}
"""Name -> 'module:class', imported when first needed. `local` is the default, `rules` the first version kept as a floor."""


def load_judge(name: str = "local") -> Judge:
    """The judge of that name.

    Raises:
        UnknownItem: No such judge.
    """
    if name not in JUDGES:
        raise UnknownItem(f"{name}: no such judge. Use: {', '.join(JUDGES)}.")
    module, _, class_name = JUDGES[name].partition(":")
    return cast(Judge, getattr(import_module(module), class_name)())
