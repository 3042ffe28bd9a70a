"""Policies and procedures, composed from the narratives of their objectives and the company's own inventory."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache
from pathlib import Path

import yaml
from pydantic import BaseModel

from analyzers.drafting.alert_rules import load_measures
from analyzers.drafting.clocks import load_clocks
from analyzers.drafting.inventory import Inventory, joined
from analyzers.drafting.narrative import NothingToDraft, draft_narrative, question_of
from analyzers.drafting.types import Blank, Draft, Filled, Section, Sentence
from analyzers.types import Assessment
from corpus.errors import UnknownItem
from corpus.types import Catalogue, Objective

POLICIES = Path(__file__).parent / "policies.yaml"
CONSULTED = {"compliance": "security, legal", "legal": "compliance, data", "engineering": "security, compliance",
             "security": "engineering, compliance", "data": "legal, engineering"}  # fmt: skip
LITERAL = "Practice is quoted as it stands; proposals take effect only when adopted."
KEPT = ("How it works today", "Proposed control")


class PolicyPlan(BaseModel, frozen=True, extra="forbid"):
    """What one policy gathers."""

    title: str
    purpose: str
    objectives: tuple[str, ...]
    tables: tuple[str, ...] = ()


@lru_cache(maxsize=1)
def load_policies() -> dict[str, PolicyPlan]:
    """Policy id -> plan."""
    data = yaml.safe_load(POLICIES.read_text(encoding="utf-8"))
    return {key: PolicyPlan.model_validate(item) for key, item in data.items()}


def draft_policy(assessment: Assessment, catalogue: Catalogue, policy: str, inventory: Inventory) -> Draft:
    """One policy: purpose, scope, roles, requirements by objective, exceptions, records, review, revision history.

    Raises:
        UnknownItem: There is no such policy.
        NothingToDraft: None of its objectives applies, or no document has been judged.
    """
    plan = load_policies().get(policy)
    if plan is None:
        raise UnknownItem(f"{policy or 'policy'}: no such policy. Choose one of: {', '.join(load_policies())}.")
    by_id = {item.id: item for item in catalogue.objectives}
    parts: list[tuple[Objective, Draft]] = []
    left_out = []
    for key in plan.objectives:
        try:
            parts.append((by_id[key], draft_narrative(assessment, catalogue, key, inventory)))
        except NothingToDraft as reason:
            left_out.append(str(reason).removesuffix(" There is nothing to draft."))
    if not parts:
        raise NothingToDraft(f"{policy}: nothing to draft from. {left_out[0]}")
    company = parts[0][1].company
    owner = parts[0][0].typical_owner
    sections = [
        Section(heading="Purpose", sentences=(_say(f"This document {plan.purpose} at {company}."),)),
        _scope(inventory, owner, policy, left_out),
        _roles(parts),
        Section(heading="Requirements", sentences=(_say(LITERAL),)),
        *[_requirements(objective, draft) for objective, draft in parts],
        *[TABLES[name](inventory, owner, policy) for name in plan.tables],
        _exceptions(owner, policy),
        Section(heading="Records", sentences=_records(parts)),
        _review(owner, policy),
        Section(heading="Revision history", header=("Version", "Date", "Author", "Approved by", "Change"),
                rows=(("Draft", "not adopted", "Fieldwork draft", "nobody yet", "First draft from the assessment"),)),
    ]  # fmt: skip
    return Draft(
        id=f"policy/{policy}",
        title=plan.title,
        company=company,
        objective=", ".join(objective.id for objective, _ in parts),
        criteria=tuple(dict.fromkeys(item for objective, _ in parts for item in objective.criteria)),
        owner=f"{owner} ({parts[0][0].accountable_function})",
        targets=tuple(target for _, draft in parts for target in draft.targets),
        sections=tuple(sections),
        based_on=parts[0][1].based_on,
    )


def _say(text: str) -> Sentence:
    return Sentence(kind="statement", text=text)


def _ask(policy: str, name: str, slot: str, question: str, owner: str) -> Blank:
    return Blank(id=f"{policy}/{name}", requirement=policy, slot=slot, question=question, asked_of=owner)


def _scope(inventory: Inventory, owner: str, policy: str, left_out: list[str]) -> Section:
    sentences = []
    components, vendors = inventory.of("component"), inventory.of("vendor")
    for items, lead in ((components, "It applies to the AI components"), (vendors, "and to the AI vendors")):
        if items:
            filled = tuple(Filled(slot="scope", value=item.name, citation=item.citation) for item in items)
            text = f"{lead[:1].upper()}{lead[1:]} {joined([item.name for item in items])}."
            text = text.replace(
                "And to the AI vendors", "It applies to what is sent to or received from the AI vendors"
            )
            sentences.append(Sentence(kind="proposal", text=text, filled=filled))
    missing = "further AI components and environments inside, and what is outside"
    if not components:
        missing = "the company's AI components and environments inside, and what is outside"
    blank = _ask(policy, "scope", "scope", missing, owner)
    text = f"The scope is completed as follows: {question_of(blank)}."
    sentences.append(Sentence(kind="proposal", text=text, blanks=(blank,)))
    sentences += [_say(f"Left out: {reason}") for reason in left_out]
    return Section(heading="Scope", sentences=tuple(sentences))


def _roles(parts: list[tuple[Objective, Draft]]) -> Section:
    rows, blanks = [], []
    for objective, _ in parts:
        blank = Blank(id=f"{objective.id}/responsible", requirement=objective.id, slot="actor",
                      question="who does the work", asked_of=objective.typical_owner)  # fmt: skip
        blanks.append(blank)
        rows.append((f"{objective.id} {objective.title}", question_of(blank), f"{objective.typical_owner} (proposed)",
                     CONSULTED.get(objective.accountable_function, "compliance"), "AI governance body"))  # fmt: skip
    header = ("Control", "Responsible", "Accountable", "Consulted", "Informed")
    return Section(heading="Roles (RACI)", header=header, rows=tuple(rows), blanks=tuple(blanks))


def _requirements(objective: Objective, draft: Draft) -> Section:
    kept = [sentence for section in draft.sections if section.heading in KEPT for sentence in section.sentences]
    return Section(heading=f"{objective.id} {objective.title}", level=2, sentences=tuple(kept))


def _exceptions(owner: str, policy: str) -> Section:
    blank = _ask(policy, "exceptions", "exceptions", "who approves an exception and for how long at most", owner)
    text = f"An exception is requested in writing, approved and ended as follows: {question_of(blank)}."
    return Section(heading="Exceptions", sentences=(Sentence(kind="proposal", text=text, blanks=(blank,)),))


def _records(parts: list[tuple[Objective, Draft]]) -> tuple[Sentence, ...]:
    texts = dict.fromkeys(
        f"{objective.id}: {item.rstrip('.')}." for objective, _ in parts for item in objective.evidence
    )
    return (_say("These records cover every day of the observation period:"), *(_say(text) for text in texts))


def _review(owner: str, policy: str) -> Section:
    blank = _ask(policy, "review", "frequency", "year or shorter", owner)
    text = (
        f"The owner reviews this document every {question_of(blank)} and after each AI incident of the highest class."
    )
    return Section(heading="Review", sentences=(Sentence(kind="proposal", text=text, blanks=(blank,)),))


def _measures(inventory: Inventory, owner: str, policy: str) -> Section:
    blank = _ask(policy, "response", "deadline", "times per severity", owner)
    route = [item.name for item in inventory.tools("alerts")]
    where = joined(route) if route else question_of(_ask(policy, "route", "system", "tool", owner))
    rows = tuple(
        (
            item.name,
            item.what,
            item.level("warning") + item.unit,
            item.level("critical") + item.unit,
            where,
            question_of(blank),
        )
        for item in load_measures()
    )
    blanks = [blank] if route else [blank, _ask(policy, "route", "system", "tool", owner)]
    say = _say("Values are proposed start values, the same as in the alert-rule file; the owner confirms each one.")
    header = ("Measure", "What is measured", "Warning above", "Critical above", "Alert route", "Response time")
    return Section(heading="Measures and alerts", sentences=(say,), header=header, rows=rows, blanks=tuple(blanks))


def _vendors(inventory: Inventory, owner: str, policy: str) -> Section:
    blank = _ask(policy, "vendors", "list", "AI vendors", owner)
    rows = [(item.name, f"{item.citation.document}, {item.citation.locator}") for item in inventory.of("vendor")]
    rows.append((question_of(blank), "not in the documents"))
    return Section(heading="AI vendors", header=("Vendor", "Named in"), rows=tuple(rows), blanks=(blank,))


def _clocks(_inventory: Inventory, _owner: str, _policy: str) -> Section:
    as_of, clocks = load_clocks()
    rows = tuple((item.law, item.article, item.start, f"{item.amount} {item.unit}", item.who) for item in clocks)
    say = _say(
        f"Clocks as known on {as_of.isoformat()}; compare each with its source before relying on it. "
        "Fieldwork computes dates; whether a clock applies is decided by counsel, and each decision is logged with its "
        "reason. Contracts may set shorter ones."
    )
    header = ("Law", "Source", "Starts with", "Time", "Recipient")
    return Section(heading="Notification clocks", sentences=(say,), header=header, rows=rows)


TABLES: dict[str, Callable[[Inventory, str, str], Section]] = {
    "measures": _measures,
    "vendors": _vendors,
    "clocks": _clocks,
}
