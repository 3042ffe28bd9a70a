"""The query of each requirement: its words, its objective's words and, where trained, a learned vector."""

from __future__ import annotations

from corpus.types import Requirement
from retrieval.search import Query


def requirement_query(requirement: Requirement) -> Query:
    """Text is the requirement's own; the title or search words widen it."""
    return Query(
        text=requirement.text, context=requirement.query if requirement.objective is None else requirement.title
    )
