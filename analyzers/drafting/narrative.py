"""Control narratives, composed offline: what the documents say (quoted), what is proposed, what has to be asked."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzers.drafting.facts import known_values
from analyzers.drafting.inventory import Inventory, joined
from analyzers.drafting.plans import load_plans, render, slots_of
from analyzers.drafting.types import Blank, Draft, Filled, Section, Sentence
from analyzers.types import Assessment, Citation, Finding
from corpus.errors import UnknownItem
from corpus.types import Catalogue, Objective, Requirement

MAPPING_NAMES = {
    "nist_ai_rmf": "NIST AI RMF",
    "iso_42001": "ISO/IEC 42001",
    "nist_800_53": "NIST SP 800-53",
    "eu_ai_act": "EU AI Act",
    "owasp_llm": "OWASP LLM Top 10",
}


ASKED = {
    "actor": "who",
    "record": "recorded where",
    "system": "which system",
    "deadline": "within what time",
    "threshold": "which numbers",
    "retention": "kept how long",
    "frequency": "how often",
    "trigger": "on which event",
    "mechanism": "enforced or done how",
    "artefact": "which artefact",
    "date": "which date",
    "list": "which ones",
    "coverage": "which items",
    "scope": "what is inside and outside",
    "rule": "by which rule",
}
"""The question word of each kind of blank."""
NOTHING_KNOWN = Inventory()
CONFIRM = (
    "Names of systems, vendors and tools in the proposals come from the documents; confirm that each list is complete."
)


class NothingToDraft(UnknownItem):
    """The objective does not apply, or there is nothing to draft from."""


def draft_narrative(
    assessment: Assessment, catalogue: Catalogue, objective_id: str, inventory: Inventory = NOTHING_KNOWN
) -> Draft:
    """The narrative of one objective.

    Args:
        inventory: The company's own components, vendors and tools, which fill slots that ask for them.

    Raises:
        UnknownItem: There is no such objective.
        NothingToDraft: It does not apply to the company, or no document has been judged.
    """
    objective = next((item for item in catalogue.objectives if item.id == objective_id), None)
    if objective is None:
        raise UnknownItem(f"{objective_id}: no such objective. `fieldwork gaps` lists those with gaps.")
    if assessment.notice:
        raise NothingToDraft(f"{objective_id}: nothing to draft from. {assessment.notice}")
    findings = {item.requirement: item for item in assessment.findings}
    own = [(item, findings[item.id]) for item in objective.requirements]
    applicable = [(item, finding) for item, finding in own if finding.verdict != "not_applicable"]
    if not applicable:
        raise NothingToDraft(f"{objective_id}: {own[0][1].why} There is nothing to draft.")
    sections = [
        Section(heading="Purpose and scope", sentences=_purpose(objective, applicable)),
        Section(heading="How it works today", sentences=_today(applicable)),
        Section(heading="Proposed control", sentences=_proposed(objective, applicable, inventory)),
        Section(heading="Exceptions", sentences=_exceptions(objective)),
        Section(heading="Records and evidence for the period", sentences=_evidence(objective, assessment)),
        Section(heading="How it would be tested", sentences=_tests(objective)),
        Section(heading="Cross-references", sentences=_references(objective)),
    ]
    return Draft(
        id=f"narrative/{objective.id}",
        title=f"Control narrative {objective.id}: {objective.title}",
        company=assessment.profile.company or assessment.engagement,
        objective=objective.id,
        criteria=objective.criteria,
        owner=f"{objective.typical_owner} ({objective.accountable_function})",
        targets=tuple(item.id for item, finding in applicable if finding.verdict != "met"),
        sections=tuple(section for section in sections if section.sentences),
        based_on=f"{assessment.corpus.snapshot} {assessment.judge.name}/{assessment.judge.version}",
    )


def _statement(text: str) -> Sentence:
    return Sentence(kind="statement", text=text)


def _purpose(objective: Objective, own: Sequence[tuple[Requirement, Finding]]) -> tuple[Sentence, ...]:
    met = sum(finding.verdict == "met" for _, finding in own)
    return (
        _statement(f"Objective: {objective.objective.rstrip('.')}."),
        _statement(
            f"Of {len(own)} requirements that apply, the documents state {met} in full; the others are proposed below."
        ),
    )


def _today(own: Sequence[tuple[Requirement, Finding]]) -> tuple[Sentence, ...]:
    """One sentence for each quote, once."""
    sentences: list[Sentence] = []
    seen: set[tuple[str, int]] = set()
    for requirement, finding in own:
        for citation in finding.citations:
            if (citation.document, citation.start) in seen:
                continue
            seen.add((citation.document, citation.start))
            sentences.append(_practice(requirement, finding, citation))
    return tuple(sentences) or (_statement("No document mandates or describes any part of this control today."),)


def _practice(requirement: Requirement, finding: Finding, citation: Citation) -> Sentence:
    lead = "According to"
    if finding.verdict == "contradicted":
        lead = (
            "Contrary to the control, according to" if "opposite" in citation.states else "Against that, according to"
        )
    text = f"{lead} {citation.document} ({citation.locator}): “{' '.join(citation.quote.split())}”"
    return Sentence(kind="practice", text=text, requirement=requirement.id, citation=citation)


def _proposed(
    objective: Objective, own: Sequence[tuple[Requirement, Finding]], inventory: Inventory
) -> tuple[Sentence, ...]:
    plans = load_plans()
    sentences = []
    for requirement, finding in own:
        if finding.verdict == "met":
            continue
        if finding.verdict == "contradicted":
            blank = _blank(objective, requirement, "date", "from when the contrary practice ends")
            text = f"The contrary practice quoted above ends on {question_of(blank)}."
            sentences.append(Sentence(kind="proposal", text=text, requirement=requirement.id, blanks=(blank,)))
        values = known_values(finding) if finding.verdict == "partial" else {}
        sentences.append(proposal(objective, requirement, plans[requirement.id], values, inventory))
    if any(value.slot in ("list", "coverage", "scope") for sentence in sentences for value in sentence.filled):
        sentences.append(_statement(CONFIRM))
    return tuple(sentences)


def proposal(
    objective: Objective,
    requirement: Requirement,
    plan: str,
    values: Mapping[str, Filled],
    inventory: Inventory = NOTHING_KNOWN,
) -> Sentence:
    """A plan with what is known filled in and the rest asked."""
    blanks: list[Blank] = []
    filled: list[Filled] = []
    texts: dict[str, str] = {}
    for slot in slots_of(plan):
        if slot.name in values:
            filled.append(values[slot.name])
            texts[slot.name] = values[slot.name].value
        elif own := inventory.values_for(slot.name, slot.hint):
            filled.extend(own)
            texts[slot.name] = joined([item.value for item in own])
        else:
            blanks.append(_blank(objective, requirement, slot.name, slot.hint))
            texts[slot.name] = question_of(blanks[-1])
    text = render(plan, texts)
    return Sentence(
        kind="proposal",
        text=text[:1].upper() + text[1:],
        requirement=requirement.id,
        filled=tuple(filled),
        blanks=tuple(blanks),
    )


def _blank(objective: Objective, requirement: Requirement, slot: str, hint: str) -> Blank:
    return Blank(
        id=f"{requirement.id}/{slot}",
        requirement=requirement.id,
        slot=slot,
        question=hint,
        asked_of=objective.typical_owner,
    )


def question_of(blank: Blank) -> str:
    """'[ASK Release Manager: who (approver)?]'."""
    lead = ASKED.get(blank.slot)
    return (
        f"[ASK {blank.asked_of}: {lead} ({blank.question})?]" if lead else f"[ASK {blank.asked_of}: {blank.question}?]"
    )


def _exceptions(objective: Objective) -> tuple[Sentence, ...]:
    blank = Blank(
        id=f"{objective.id}/exceptions",
        requirement=objective.id,
        slot="exceptions",
        question="who approves an exception and for how long at most",
        asked_of=objective.typical_owner,
    )
    text = f"An exception is requested in writing, approved and ended as follows: {question_of(blank)}."
    return (Sentence(kind="proposal", text=text, blanks=(blank,)),)


def _evidence(objective: Objective, assessment: Assessment) -> tuple[Sentence, ...]:
    window = assessment.profile.observation_window
    span = f"from {window.start} to {window.end}" if window else "of the observation period"
    sentences = [_statement(f"The control leaves these records, which must cover every day {span}:")]
    sentences += [_statement(f"{item.rstrip('.')}.") for item in objective.evidence]
    sentences.append(
        _statement("A screenshot shows one moment and is kept only beside such a record, never instead of it.")
    )
    return tuple(sentences)


def _tests(objective: Objective) -> tuple[Sentence, ...]:
    return (
        _statement(
            f"Expected frequency: {objective.frequency}. The tester obtains the complete population for the period with the "
            "query that produced it, reconciles it to a second source, draws a sample and compares each item with the "
            "sentences above."
        ),
        _statement(f"Known way to fail: {objective.common_failure.rstrip('.')}."),
    )


def _references(objective: Objective) -> tuple[Sentence, ...]:
    lines = [f"Trust services criteria: {', '.join(objective.criteria)}."]
    for name, items in objective.mappings.items():
        if items:
            lines.append(
                f"{MAPPING_NAMES.get(name, name.replace('_', ' '))}: {', '.join(items)} (related, not a claim of compliance)."
            )
    return tuple(_statement(line) for line in lines)
