"""Assess a vendor from its documents: a state for each of the 18 questions, then the rating by rule."""

from __future__ import annotations

import re
from collections.abc import Sequence
from datetime import date

from analyzers.soc2_report.read import read_report
from analyzers.soc2_report.types import Soc2Report
from analyzers.types import Citation
from analyzers.vendors.questions import QUESTIONS, Question
from analyzers.vendors.rating import rate
from analyzers.vendors.statements import Statement, kind_of, statements_of
from analyzers.vendors.types import Answer, State, VendorAssessment
from corpus.types import Document

_VAGUE = re.compile(
    r"\b(?:generally|typically|usually|normally|in most cases|may vary|varies|depend(?:s|ing)|as (?:appropriate|needed|required|necessary)|where (?:possible|feasible|appropriate)|"
    r"industry[- ](?:standard|leading)|best[- ](?:practice|effort)s?|reasonable|commercially|promptly|timely|without undue delay|as soon as|take (?:\w+ )?seriously|committed to|strive\w*|aim\w* to|"
    r"plan\w*|roadmap|working (?:on|towards)|in progress|coming|under review|on request|upon request|available under nda|contact|case[- ]by[- ]case|to be (?:confirmed|determined)|tbd|tbc|should|"
    r"certain|limited|some (?:cases|customers)|appropriate|various|from time to time|robust|see (?:our|the)|refer to|trust cent(?:er|re)|unless|subject to)\b",
    re.IGNORECASE,
)
_EMPTY = re.compile(
    r"^\W*(?:n/?a|not applicable|tbd|tbc|-+|\?+|none provided|pending|confidential|no answer|left blank)?\W*$",
    re.IGNORECASE,
)
_BARE = re.compile(r"^\W*(?:yes|no|y|n|true|false)\W*$", re.IGNORECASE)
_YES_NO = ("training_on_inputs", "training_on_outputs_feedback_finetuning", "human_review")
_NEGATIVE = re.compile(
    r"\b(?:no|not|never|none|neither|nobody|without|excluded|exempt\w*|disabled|n't)\b|n[’']t\b", re.IGNORECASE
)
_SCOPED = re.compile(
    r"\b(?:except|other than|consumer|free (?:tier|plan)|flagged|opt[- ]?in|beta|if you (?:choose|opt))\b",
    re.IGNORECASE,
)
_OPT_IN = re.compile(r"\bopt(?:s|ed)?[- ]?in\b|\bexplicit consent\b|\bunless you (?:agree|consent)", re.IGNORECASE)
_HOURS = {"minute": 1 / 60, "hour": 1, "hr": 1, "h": 1, "day": 24, "week": 168, "month": 730, "year": 8760}
_WORDS = {
    "seven": 7,
    "fourteen": 14,
    "thirty": 30,
    "sixty": 60,
    "ninety": 90,
    "twenty-four": 24,
    "forty-eight": 48,
    "seventy-two": 72,
}
_SPAN = re.compile(
    r"(?P<n>\d+|"
    + "|".join(_WORDS)
    + r")(?:\s*\(\d+\))?[\s-]*(?:business |calendar )?(?P<u>minute|hour|hr|h|day|week|month|year)s?\b",
    re.IGNORECASE,
)
_TIMED = ("input_retention", "output_retention", "incident_notice_hours", "deprecation_notice", "deletion")


def assess_vendor(vendor: str, documents: Sequence[Document], *, as_of: date | None = None) -> VendorAssessment:
    """Judge all questions over a vendor's documents.

    Args:
        vendor: Its name.
        documents: Questionnaire, reports, contract, addendum, policy pages, in any number.
        as_of: Day from which a report's gap is counted; not counted without it.
    """
    kinds = {document.name: kind_of(document) for document in documents}
    statements = [
        item
        for document in documents
        for item in statements_of(document, kinds[document.name])
        if kinds[document.name] != "report"
    ]
    reports = [read_report(document, as_of=as_of) for document in documents if kinds[document.name] == "report"]
    answers = []
    for question in QUESTIONS:
        answer = judge(question, [item for item in statements if _about(question, item)])
        if question.key == "assurance_covering_this_service":
            answer = _with_reports(answer, reports)
        answers.append(answer)
    has_contract = "contract" in kinds.values()
    rating, reasons, issues = rate(answers, reports, has_contract=has_contract)
    open_keys = {item.key for item in answers if item.state != "answered"}
    bound = {
        item.key
        for item in answers
        if item.state == "answered" and any(kinds.get(c.document) == "contract" for c in item.proof)
    }
    follow_ups = []
    for question, answer in zip(QUESTIONS, answers, strict=True):
        if question.key in open_keys:
            follow_ups.append(_follow_up(question, answer))
    return VendorAssessment(
        vendor=vendor,
        questions=tuple(answers),
        rating=rating,
        issues=tuple(issues),
        follow_ups=tuple(follow_ups),
        reasons=tuple(reasons),
        missing_clauses=tuple(question.clause for question in QUESTIONS if question.key not in bound),
        documents=tuple(f"{document.name}: {kinds[document.name]}" for document in documents),
        warnings=tuple(dict.fromkeys(text for document in documents for text in document.warnings)),
    )


def _about(question: Question, item: Statement) -> bool:
    """An asked question decides what its answer is about; unasked sentences speak for themselves."""
    return question.touches(item.question or item.text)


def judge(question: Question, items: Sequence[Statement]) -> Answer:
    """The state over all statements that touch a question; a contradiction outweighs, a specific answer settles."""
    specific: list[tuple[Statement, str]] = []
    vague: list[Statement] = []
    for item in items:
        said = state_of(question, item)
        if said == "answered":
            specific.append((item, value_of(question, item)))
        elif said == "unclear":
            vague.append(item)
    values = {value for item, value in specific if value and not _SCOPED.search(item.text)}
    state: State = (
        "contradicted" if len(values) > 1 else "answered" if specific else "unclear" if vague else "not_answered"
    )
    used = [item for item, _ in specific] or vague
    citations = tuple(item.citation() for item in used)
    proof = tuple(item.citation() for item in used if item.kind == "contract") if state == "answered" else ()
    every = {value for _, value in specific if value}
    shown = sorted(values or every)
    return Answer(key=question.key, state=state, value=", ".join(shown), citations=citations, proof=proof)


def state_of(question: Question, item: Statement) -> State:
    """What one statement gives: an answer that can be checked, something vague, or nothing."""
    text = item.text.strip()
    if _EMPTY.match(text):
        return "not_answered"
    whole = f"{item.question} {text}" if item.question and question.key in _YES_NO else text
    if item.question and _BARE.match(text):
        return "answered" if question.key in _YES_NO else "unclear"
    if question.key == "training_on_outputs_feedback_finetuning" and not re.search(
        r"output|feedback|fine-?tun|completion|response|generated|rating|thumb",
        text if re.search(r"\b(?:data|inputs?|content|prompts?)\b", text, re.IGNORECASE) else whole,
        re.IGNORECASE,
    ):
        return "unclear"
    for clause in re.split(r"(?<=[.;])\s+", text):
        if question.answers(clause) and not _vague(clause, question):
            return "answered"
    return "unclear"


def _vague(clause: str, question: Question) -> bool:
    hedged = _VAGUE.search(clause)
    return bool(hedged) and not (
        _SPAN.search(clause)
        and question.key in _TIMED
        and not re.search(r"typical|general|usual|may|aim|depend|vary|strive|plan", clause, re.IGNORECASE)
    )


def value_of(question: Question, item: Statement) -> str:
    """What statements can be compared by: yes or no, or a span of time in hours."""
    text = item.text
    if question.key in _YES_NO:
        if re.match(r"\W*(?:no|never|none)\b", text, re.IGNORECASE):
            return "no"
        if _OPT_IN.search(text) and not re.search(r"opt(?:ed|s)?[- ]?out", text, re.IGNORECASE):
            return "opt-in"
        return "no" if _NEGATIVE.search(text) else "yes"
    if question.key in ("input_retention", "output_retention"):
        if re.search(r"indefinite|unlimited|forever|without limit", text, re.IGNORECASE):
            return "unlimited"
        if re.search(
            r"not (?:be )?(?:retained|stored|kept|persisted|saved)|never (?:retained|stored|kept|written)|zero retention|no retention|discarded|in memory only|immediately",
            text,
            re.IGNORECASE,
        ) and not _SPAN.search(text):
            return "0 h"
    if question.key in _TIMED and (match := _SPAN.search(text)):
        number = _WORDS.get(match["n"].casefold()) or int(match["n"])
        return f"{number * _HOURS[match['u'].casefold()]:g} h"
    if question.key == "version_pinning_and_change_notice":
        return (
            "floating"
            if re.search(
                r"not (?:be )?pinned|cannot (?:be )?pin|no pinning|floating|latest|automatically (?:updated|upgraded)|auto-?updat",
                text,
                re.IGNORECASE,
            )
            else "pinned"
        )
    if question.key == "zero_data_retention":
        return (
            "not enabled"
            if re.search(
                r"not (?:offered|available|enabled|supported|active)|unavailable|disabled", text, re.IGNORECASE
            )
            else "enabled"
        )
    return ""


def _with_reports(answer: Answer, reports: Sequence[Soc2Report]) -> Answer:
    """A report in the pack is proof when it is a Type 2 report with the AI service in its scope, else it is unclear."""
    for report in reports:
        spots = [spot for key in ("in_scope_ai", "period", "kind") for spot in report.sources.get(key, ())]
        cited = tuple(
            Citation(
                document=report.document,
                sha256=report.sha256,
                locator=spot.locator,
                start=spot.start,
                end=spot.end,
                quote=spot.quote,
            )
            for spot in spots
        )
        good = report.kind == "soc2" and report.report_type == "type_2" and report.in_scope_ai is True
        if good:
            return Answer(
                key=answer.key, state="answered", value="covered", citations=answer.citations + cited, proof=cited
            )
        if answer.state == "answered" and report.kind == "soc2" and report.in_scope_ai is False:
            return Answer(key=answer.key, state="contradicted", value="excluded", citations=answer.citations + cited)
        return Answer(key=answer.key, state="unclear", citations=answer.citations + cited)
    return answer


def _follow_up(question: Question, answer: Answer) -> str:
    lead = {
        "unclear": "Your answer cannot be checked as it stands. ",
        "contradicted": "Your documents disagree. ",
        "not_answered": "",
    }
    quotes = "; ".join(f"“{citation.quote[:140]}” ({citation.document})" for citation in answer.citations[:2])
    said = f" We read: {quotes}." if quotes else ""
    return f"{lead.get(answer.state, '')}{question.ask}{said}"
