"""What to change in a document that exists: contrary sentences go, the proposed control comes where it belongs."""

from __future__ import annotations

from collections import Counter

from pydantic import BaseModel, Field

from analyzers.drafting.inventory import Inventory
from analyzers.drafting.narrative import NothingToDraft, draft_narrative
from analyzers.drafting.types import Sentence
from analyzers.types import Assessment, Citation
from corpus.errors import UnknownItem
from corpus.types import Catalogue


class Change(BaseModel, frozen=True, extra="forbid"):
    """One tracked change: `insert` goes after the paragraph that holds `anchor`; with `delete` the anchor is struck out."""

    objective: str
    requirement: str
    anchor: Citation
    delete: bool = False
    insert: Sentence | None = None
    note: str = Field(description="What the comment says: objective, gap and what is missing")


def plan_changes(assessment: Assessment, catalogue: Catalogue, name: str, inventory: Inventory) -> list[Change]:
    """Changes to one document, for the objectives that it speaks of more than any other document does.

    Raises:
        UnknownItem: No such document was judged.
        NothingToDraft: The document is the home of no objective with gaps.
    """
    known = [item.name for item in assessment.corpus.documents]
    if name not in known:
        raise UnknownItem(f"{name}: no such document in the assessment (there is: {', '.join(known) or 'none'}).")
    findings = {item.requirement: item for item in assessment.findings}
    changes: list[Change] = []
    for objective in catalogue.objectives:
        cited = [c for item in objective.requirements for c in findings[item.id].citations]
        counts = Counter(citation.document for citation in cited)
        if not counts or max(counts, key=lambda key: (counts[key], key == name)) != name:
            continue
        try:
            draft = draft_narrative(assessment, catalogue, objective.id, inventory)
        except NothingToDraft:
            continue
        home = max((c for c in cited if c.document == name), key=lambda citation: citation.end)
        for requirement in objective.requirements:
            finding = findings[requirement.id]
            here = [c for c in finding.citations if c.document == name]
            wanted = [s for s in draft.sentences if s.kind == "proposal" and s.requirement == requirement.id]
            missing = f"; not stated: {', '.join(finding.missing)}" if finding.missing else ""
            note = (
                f"{objective.id} {objective.title}. {requirement.id} is {finding.verdict}{missing}. {requirement.text}"
            )
            for citation in here:
                if finding.verdict == "contradicted" and "opposite" in citation.states:
                    changes.append(
                        Change(
                            objective=objective.id, requirement=requirement.id, anchor=citation, delete=True, note=note
                        )
                    )
            for sentence in wanted:
                if "contrary practice quoted above" not in sentence.text:
                    anchor = here[-1] if here else home
                    changes.append(
                        Change(
                            objective=objective.id,
                            requirement=requirement.id,
                            anchor=anchor,
                            insert=sentence,
                            note=note,
                        )
                    )
    if not changes:
        raise NothingToDraft(
            f"{name}: no change to propose: no objective with gaps has its home in it. "
            f"See `fieldwork draft {assessment.engagement} policy`."
        )
    struck: set[tuple[int, int]] = set()
    kept = []
    for change in changes:
        span = (change.anchor.start, change.anchor.end)
        if not change.delete or span not in struck:
            kept.append(change)
        if change.delete:
            struck.add(span)
    return kept
