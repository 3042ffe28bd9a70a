"""From findings to objectives, criteria and coverage."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from analyzers.types import CriterionResult, Finding, ObjectiveResult, Verdict
from corpus.types import Category, Criterion, Objective


def combine_verdicts(verdicts: Sequence[Verdict]) -> Verdict:
    """The verdict of a whole from its parts; parts that do not apply are set aside.

    `contradicted` if any part is; `met` only if all are; `absent` only if all are absent; otherwise `partial`.
    """
    counted = [verdict for verdict in verdicts if verdict != "not_applicable"]
    if not counted:
        return "not_applicable"
    if all(verdict == "not_evaluable" for verdict in counted):
        return "not_evaluable"
    if "contradicted" in counted:
        return "contradicted"
    if all(verdict == "met" for verdict in counted):
        return "met"
    if all(verdict in ("absent", "not_evaluable") for verdict in counted):
        return "absent"
    return "partial"


def objective_result(objective: Objective, findings: Mapping[str, Finding]) -> ObjectiveResult:
    """Roll the requirements of one objective up."""
    own = [findings[item.id] for item in objective.requirements]
    verdict = combine_verdicts([item.verdict for item in own])
    applicable = [item for item in own if item.verdict != "not_applicable"]
    met = sum(item.verdict == "met" for item in applicable)
    why = own[0].why if verdict == "not_applicable" else describe_counts([item.verdict for item in applicable])
    return ObjectiveResult(
        objective=objective.id,
        title=objective.title,
        stage=objective.stage,
        criteria=objective.criteria,
        verdict=verdict,
        severity=objective.severity,
        met=met,
        applicable=len(applicable),
        why=why,
    )


def describe_counts(verdicts: Sequence[Verdict]) -> str:
    """'2 of 5 met, 1 partial, 2 absent'."""
    parts = [f"{sum(item == 'met' for item in verdicts)} of {len(verdicts)} met"]
    for name in ("partial", "absent", "contradicted", "not_evaluable"):
        count = sum(item == name for item in verdicts)
        if count:
            parts.append(f"{count} {name.replace('_', ' ')}")
    return ", ".join(parts)


def criterion_result(
    criterion: Criterion, findings: Mapping[str, Finding], objectives: Sequence[ObjectiveResult]
) -> CriterionResult:
    """Roll up one criterion: its baseline requirements and the objectives that map to it.

    An objective adds to a criterion and never satisfies it alone: with no baseline requirement met or partial the
    criterion is at most partial.
    """
    baseline = [findings[item.id].verdict for item in criterion.requirements]
    mapped = [item for item in objectives if criterion.id in item.criteria and item.verdict != "not_applicable"]
    verdict = combine_verdicts([*baseline, *(item.verdict for item in mapped)])
    own = [findings[item.id] for item in criterion.requirements]
    ai = [item for item in findings.values() if item.objective and criterion.id in item.criteria]
    verdicts = [item.verdict for item in [*own, *ai] if item.verdict != "not_applicable"]
    return CriterionResult(
        criterion=criterion.id,
        title=criterion.title,
        category=criterion.category,
        verdict=verdict,
        met=sum(item == "met" for item in verdicts),
        partial=sum(item == "partial" for item in verdicts),
        unmet=sum(item in ("absent", "contradicted") for item in verdicts),
        applicable=len(verdicts),
        objectives=tuple(item.objective for item in mapped),
    )


def criteria_in_scope(criteria: Sequence[Criterion], categories: Sequence[Category]) -> list[Criterion]:
    """Criteria of the elected categories, in catalogue order."""
    return [criterion for criterion in criteria if criterion.category in categories]
