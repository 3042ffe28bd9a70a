"""Rank what is missing; what went into a rank is named with it, the weights stand here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzers.rollup import combine_verdicts, describe_counts
from analyzers.types import Citation, Closest, Finding, Gap, ObjectiveResult
from corpus.types import Criterion, Objective

SHORTFALL: dict[str, float] = {"absent": 1.0, "contradicted": 1.15, "partial": 0.45, "not_evaluable": 0.6, "met": 0.0}
"""How much of a requirement is lacking. A contradiction weighs more than silence: practice runs against the control."""
SEVERITY_WEIGHT = {5: 1.0, 4: 0.72, 3: 0.48, 2: 0.3, 1: 0.15}
PERVASIVENESS = 0.03
"""Added for each in-scope criterion beyond the first that the gap touches."""
BASELINE_WEIGHT = 0.8
"""A gap in one criterion's baseline touches that criterion only and is covered by general auditors' tests."""
COMMON_GAPS: dict[str, float] = {
    "AI-CHG-01": 1.12, "AI-EVL-02": 1.05, "AI-EVD-01": 1.12, "AI-EVD-02": 1.08, "AI-VEN-02": 1.12, "AI-VEN-03": 1.08,
    "AI-DAT-01": 1.08, "AI-DAT-03": 1.08, "AI-GOV-01": 1.12, "AI-MON-01": 1.08, "AI-MON-02": 1.06, "AI-GOV-03": 1.05,
}  # fmt: skip
"""Objectives behind the five gaps that most often cause failed or qualified reports (domain brief, section 5)."""


def rank_gaps(
    objectives: Sequence[Objective],
    criteria: Sequence[Criterion],
    results: Mapping[str, ObjectiveResult],
    findings: Mapping[str, Finding],
) -> tuple[Gap, ...]:
    """All gaps of objectives and of criteria's baselines, most serious first; ties by catalogue order.

    Args:
        criteria: Only those in scope.
        results: Objective id -> result.
    """
    in_scope = {criterion.id for criterion in criteria}
    candidates = []
    for objective in objectives:
        result = results[objective.id]
        if result.verdict not in ("met", "not_applicable"):
            candidates.append(_objective_gap(objective, result, findings, in_scope))
    for criterion in criteria:
        gap = _criterion_gap(criterion, findings)
        if gap is not None:
            candidates.append(gap)
    order = sorted(range(len(candidates)), key=lambda i: (-candidates[i].score, i))
    return tuple(candidates[i].model_copy(update={"rank": rank}) for rank, i in enumerate(order, start=1))


def shortfall(finding: Finding) -> float:
    """How much of a requirement is expected to be lacking: by the probability of each verdict where the judge gives
    them, else by the verdict alone. 0 to 1.15."""
    chances = {name: value for name, value in finding.chances.items() if name in SHORTFALL}
    total = sum(chances.values())
    if not total:
        return SHORTFALL[finding.verdict]
    return sum(SHORTFALL[name] * value for name, value in chances.items()) / total


def _objective_gap(
    objective: Objective, result: ObjectiveResult, findings: Mapping[str, Finding], in_scope: set[str]
) -> Gap:
    own = [findings[item.id] for item in objective.requirements if findings[item.id].verdict != "not_applicable"]
    touched = [item for item in objective.criteria if item in in_scope]
    lacking = sum(shortfall(item) for item in own) / len(own)
    spread = 1 + PERVASIVENESS * max(0, len(touched) - 1)
    known = COMMON_GAPS.get(objective.id, 1.0)
    score = SEVERITY_WEIGHT[objective.severity] * lacking * spread * known * 100
    reason = (
        f"severity {objective.severity} x {lacking:.0%} expected to be lacking "
        f"({describe_counts([item.verdict for item in own])}, weighed by the judge's confidence) x "
        f"{len(touched)} criteria in scope" + (" x a common cause of modified opinions" if known > 1 else "")
    )
    open_items = [item for item in own if item.verdict != "met"]
    return Gap(
        rank=0,
        objective=objective.id,
        criteria=tuple(touched) or objective.criteria,
        severity=objective.severity,
        score=round(score, 2),
        title=objective.title,
        verdict=result.verdict,
        why=f"{describe_open(open_items)} {objective.severity_reason}",
        rank_reason=reason,
        remediation=remediation(objective, open_items),
        owner_function=objective.accountable_function,
        typical_owner=objective.typical_owner,
        requirements=tuple(item.requirement for item in open_items),
        citations=_support(open_items),
        closest=_closest(open_items),
    )


def _criterion_gap(criterion: Criterion, findings: Mapping[str, Finding]) -> Gap | None:
    own = [findings[item.id] for item in criterion.requirements if findings[item.id].verdict != "not_applicable"]
    open_items = [item for item in own if item.verdict != "met"]
    if not open_items:
        return None
    lacking = sum(shortfall(item) for item in own) / len(own)
    score = SEVERITY_WEIGHT[criterion.severity] * lacking * BASELINE_WEIGHT * 100
    return Gap(
        rank=0,
        objective=None,
        criteria=(criterion.id,),
        severity=criterion.severity,
        score=round(score, 2),
        title=f"{criterion.id} {criterion.title}: baseline controls",
        verdict=combine_verdicts([item.verdict for item in own]),
        why=describe_open(open_items),
        rank_reason=f"severity {criterion.severity} x {lacking:.0%} expected to be lacking x baseline of one criterion",
        remediation=criterion.remediation,
        owner_function=criterion.owner_function,
        typical_owner=criterion.typical_owner,
        requirements=tuple(item.requirement for item in open_items),
        citations=_support(open_items),
        closest=_closest(open_items),
    )


def describe_open(items: Sequence[Finding]) -> str:
    """One sentence on what was found and what was not."""
    names: dict[str, list[str]] = {}
    for item in items:
        names.setdefault(item.verdict, []).append(item.requirement.rsplit("-", 1)[-1])
    words = {
        "contradicted": "the documents say the opposite on",
        "absent": "nothing mandates or describes",
        "partial": "stated only in part:",
        "not_evaluable": "not evaluable:",
    }
    parts = [f"{words[verdict]} {', '.join(names[verdict])}" for verdict in words if verdict in names]
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "." if text else ""


def remediation(objective: Objective, open_items: Sequence[Finding]) -> str:
    """What to write and who decides it, requirement by requirement, worst first."""
    texts = {item.id: item.text for item in objective.requirements}
    order = {"contradicted": 0, "absent": 1, "partial": 2, "not_evaluable": 3}
    steps = []
    for item in sorted(open_items, key=lambda finding: order[finding.verdict]):
        text = uncapitalise(texts[item.requirement].rstrip("."))
        if item.verdict == "partial":
            steps.append(f"state {_human(item.missing)} for: {text}")
        elif item.verdict == "contradicted":
            steps.append(f"end the contrary practice, then establish: {text}")
        else:
            steps.append(f"establish: {text}")
    return "; ".join(f"({i}) {step}" for i, step in enumerate(steps, start=1)) + "."


def uncapitalise(text: str) -> str:
    """First letter small, unless the first word is an abbreviation such as 'CI/CD' or 'AI'."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


FACET_WORDS = {
    "actor": "who does it", "frequency": "how often", "deadline": "by when", "threshold": "the numeric limit",
    "retention": "how long it is kept", "trigger": "what sets it off", "record": "which record it leaves",
    "artefact": "which artefact", "system": "in which system", "mechanism": "how it is enforced",
    "coverage": "that all items are covered", "scope": "what is in and out", "rule": "by which rule",
    "list": "the list itself", "date": "the date",
}  # fmt: skip


def _human(missing: Sequence[str]) -> str:
    return ", ".join(FACET_WORDS.get(name, name) for name in missing)


def _support(items: Sequence[Finding]) -> tuple[Citation, ...]:
    ordered = sorted(items, key=lambda item: (item.verdict != "contradicted", item.verdict != "partial"))
    first = [citation for item in ordered for citation in item.citations[:1]]
    unique = {(item.document, item.start, item.end): item for item in reversed(first)}
    return tuple(sorted(unique.values(), key=first.index))[:3]


def _closest(items: Sequence[Finding]) -> tuple[Closest, ...]:
    return tuple(near for item in items if item.verdict == "absent" for near in item.closest[:1])[:2]
