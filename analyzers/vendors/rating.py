"""The rating by printed rules. Missing evidence counts as the adverse answer."""

from __future__ import annotations

from collections.abc import Sequence

from analyzers.soc2_report.types import Soc2Report
from analyzers.vendors.types import RATINGS, Answer, Rating

RULES: tuple[tuple[Rating, str], ...] = (
    (
        "block",
        "B1: trains on inputs or outputs without opt-in, or the documents disagree or are silent on training on inputs",
    ),
    ("critical", "C1: retention of inputs or outputs is unknown, unlimited or contradicted"),
    ("critical", "C2: people may review content, or it is not known, and no exclusion is stated"),
    ("critical", "C3: training on outputs, feedback or fine-tuning files is not answered"),
    ("high", "H1: no assurance report covers the service"),
    ("high", "H2: the model version floats, or pinning is not answered"),
    ("high", "H3: notice of incidents is absent or longer than 72 hours"),
    ("high", "H4: deletion is not confirmed"),
    ("high", "H5: retention longer than 30 days"),
    ("high", "H6: no contract was given"),
    ("medium", "M1: bounded retention of 30 days or less"),
    ("medium", "M2: the report has exceptions or a modified opinion"),
    ("medium", "M3: more than 92 days since the report's period"),
    ("medium", "M4: notice of sub-processors is weak or absent"),
    ("medium", "M5: another question has no answer that can be checked"),
    ("low", "L1: nothing above applies"),
)
MAX_NOTICE_HOURS = 72
MAX_RETENTION_HOURS = 30 * 24
MAX_GAP_DAYS = 92


def rate(
    answers: Sequence[Answer], reports: Sequence[Soc2Report], *, has_contract: bool
) -> tuple[Rating, list[str], list[str]]:
    """Rating, the rules that apply with what met them (gravest first), and issues in words."""
    by_key = {answer.key: answer for answer in answers}
    met: list[tuple[str, str]] = []

    def unknown(key: str) -> bool:
        return by_key[key].state != "answered"

    inputs, outputs = by_key["training_on_inputs"], by_key["training_on_outputs_feedback_finetuning"]
    for item in (inputs, outputs):
        if item.value == "yes" or item.state == "contradicted":
            met.append(("B1", f"{item.key}: {item.state} {item.value}".strip()))
    if inputs.state in ("unclear", "not_answered"):
        met.append(("B1", f"training_on_inputs: {inputs.state}"))
    if outputs.state in ("unclear", "not_answered"):
        met.append(("C3", f"{outputs.key}: {outputs.state}"))
    for key in ("input_retention", "output_retention"):
        hours = _hours(by_key[key])
        if unknown(key) or by_key[key].value == "unlimited":
            met.append(("C1", f"{key}: {by_key[key].value or by_key[key].state}"))
        elif hours is not None and hours > MAX_RETENTION_HOURS:
            met.append(("H5", f"{key}: {hours / 24:g} days"))
        elif hours is not None and hours > 0:
            met.append(("M1", f"{key}: {hours / 24:g} days"))
        elif hours is None:
            met.append(("H5", f"{key}: bounded by the contract's end only"))
    review = by_key["human_review"]
    if review.state != "answered" or "yes" in review.value:
        met.append(("C2", f"human_review: {review.value or review.state}"))
    if unknown("assurance_covering_this_service") or not any(item.kind == "soc2" for item in reports):
        met.append(("H1", "no report that covers the service is among the documents"))
    if unknown("version_pinning_and_change_notice") or by_key["version_pinning_and_change_notice"].value == "floating":
        met.append(
            (
                "H2",
                by_key["version_pinning_and_change_notice"].value or by_key["version_pinning_and_change_notice"].state,
            )
        )
    notice = _hours(by_key["incident_notice_hours"])
    if unknown("incident_notice_hours") or notice is None or notice > MAX_NOTICE_HOURS:
        met.append(
            (
                "H3",
                by_key["incident_notice_hours"].state
                if unknown("incident_notice_hours") or notice is None
                else f"{notice:g} hours",
            )
        )
    if unknown("deletion"):
        met.append(("H4", by_key["deletion"].state))
    if not has_contract:
        met.append(("H6", "no agreement or addendum among the documents"))
    for report in reports:
        if report.exceptions or report.opinion.overall not in ("unmodified", None):
            met.append(
                ("M2", f"{report.document}: {len(report.exceptions)} exceptions, opinion {report.opinion.overall}")
            )
        if (report.bridge.days_not_covered or 0) > MAX_GAP_DAYS:
            met.append(("M3", f"{report.document}: {report.bridge.days_not_covered} days"))
    if unknown("sub_processors_and_notice"):
        met.append(("M4", by_key["sub_processors_and_notice"].state))
    graver = {"training_on_inputs", "training_on_outputs_feedback_finetuning", "input_retention", "output_retention", "human_review",
              "assurance_covering_this_service", "version_pinning_and_change_notice", "incident_notice_hours", "deletion",
              "sub_processors_and_notice"}  # fmt: skip
    met += [
        ("M5", f"{answer.key}: {answer.state}")
        for answer in answers
        if answer.state != "answered" and answer.key not in graver
    ]
    text = {rule.split(":")[0]: (level, rule) for level, rule in RULES}
    met.sort(key=lambda item: -RATINGS.index(text[item[0]][0]))
    rating = text[met[0][0]][0] if met else "low"
    reasons = [f"{text[rule][0]}: {text[rule][1]} ({why})" for rule, why in met] or [f"low: {text['L1'][1]}"]
    issues = [
        f"{answer.key}: the documents contradict each other" for answer in answers if answer.state == "contradicted"
    ]
    issues += [f"{text[rule][1].split(': ', 1)[1]} ({why})" for rule, why in met if rule != "M5"]
    issues += [f"{report.document}: {finding}" for report in reports for finding in report.findings]
    return rating, reasons, issues


def _hours(answer: Answer) -> float | None:
    found = [float(part.removesuffix(" h")) for part in answer.value.split(", ") if part.endswith(" h")]
    return max(found) if found else None
