"""The query of each requirement: its words, its objective's words and, where trained, a learned vector and terms."""

from __future__ import annotations

from corpus.types import Requirement
from retrieval.encoder import BUNDLED_NAME
from retrieval.search import Query
from retrieval.terms import load_terms


def requirement_query(requirement: Requirement, encoder_name: str = BUNDLED_NAME) -> Query:
    """Text is the requirement's own; the title or search words widen it."""
    from retrieval.adapter import load_adapter

    adapter = load_adapter(encoder_name)
    return Query(
        text=requirement.text,
        context=requirement.query if requirement.objective is None else requirement.title,
        expansion=adapter.requirement(requirement.id) if adapter else None,
        terms=tuple(load_terms().get(requirement.id, {}).items()),
    )
