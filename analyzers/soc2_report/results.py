"""Results of tests: an exception, clean, or nothing occurred. Control and test wording is never read as a result."""

from __future__ import annotations

import re

from analyzers.soc2_report.rows import CONTROL_AT_START, CRITERION, Cell, Row, control_of, read_rows, split_fields
from analyzers.soc2_report.types import ReportException, Source
from analyzers.soc2_report.view import View
from corpus.sentences import sentence_spans

_NOUN = r"(?:exceptions?|deviations?|discrepanc(?:y|ies)|variances?|failures?|departures?)"
_SEEN = r"(?:noted|identified|found|observed|detected|disclosed|reported|occurred|encountered)"
_UNITS = {
    word: i
    for i, word in enumerate(
        [
            "zero",
            "one",
            "two",
            "three",
            "four",
            "five",
            "six",
            "seven",
            "eight",
            "nine",
            "ten",
            "eleven",
            "twelve",
            "thirteen",
            "fourteen",
            "fifteen",
            "sixteen",
            "seventeen",
            "eighteen",
            "nineteen",
        ]
    )
}
_TENS = {
    word: 10 * i
    for i, word in enumerate(["twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety"], start=2)
}
_WORD_NUMBER = rf"(?:(?:{'|'.join(_TENS)})(?:[- ](?:{'|'.join(list(_UNITS)[1:10])}))?|{'|'.join(sorted(_UNITS, key=len, reverse=True))})"
_NUMBER = rf"(?:{_WORD_NUMBER}(?: \(\d{{1,4}}\))?|\d{{1,4}})"
_CLEAN = re.compile(
    rf"\b{_NOUN}(?: \w+)?\s*:\s*(?:none|no|nil|n/?a|0|without|not applicable)\b[^.;]*|"
    rf"\bno (?:\w+ ){{0,2}}{_NOUN}\b|\b(?:without|free of) (?:\w+ )?{_NOUN}\b|\bnone (?:noted|identified)\b|^\s*none\.?\s*$|"
    rf"\b(?:zero|0) {_NOUN}\b|\bdid not (?:note|identify|find|disclose|reveal) (?:any )?(?:\w+ )?{_NOUN}",
    re.IGNORECASE,
)
_NOTED = re.compile(
    rf"\b{_NOUN}(?: was| were| is| are)? {_SEEN}\b|^\s*{_NOUN}(?: noted)?\s*[:.–—-]|\b(?:noted|identified|found|observed) (?:that|an?|one|two|three|the following|\d+) ?(?:\w+ )?{_NOUN}|"
    rf"\b{_NUMBER} (?:\w+ )?{_NOUN}\b|^\s*{_NOUN}\.?\s*$|"
    r"\bcontrol did not operate\b|\bdid not operate (?:effectively|as (?:described|designed))\b|\bcontrol (?:was )?not (?:performed|operating)\b",
    re.IGNORECASE,
)
_NEVER_RAN = re.compile(
    r"\b(?:no|zero) [\w/, -]{3,90}? (?:during|in|within|throughout|over) the (?:[\w-]+ ){0,2}(?:period|examination|window|year)\b|"
    r"\bno (?:\w+ )?occurrences?\b|\bdid not occur\b|\bnot (?:be )?tested\b|\bunable to test\b|\bno occasion to operate\b|"
    r"\bnot (?:have )?(?:any )?occasion to operate\b|\bno (?:\w+ ){1,3}(?:occurred|took place|arose|were (?:made|received|raised|declared))\b",
    re.IGNORECASE,
)
_NOT_DONE = re.compile(
    r"\bno (?:[\w-]+ ){0,3}(?:reviews?|approvals?|tests?|assessments?|scans?|reconciliations?|trainings?|meetings?|evaluations?|restores?|drills?|"
    r"exercises?|checks?|evidence|records?|documentation)\b(?! of (?:\w+ )?occurrence)",
    re.IGNORECASE,
)
_EXPLICIT = re.compile(rf"\b{_NOUN}\b", re.IGNORECASE)
_OF = re.compile(
    rf"(?<![\d.,/])\b(?P<n>{_NUMBER}) (?:\w+ ){{0,5}}?(?:\(\d+%\) )?(?:out )?(?:of|from|among|in) (?:the |a |our )?(?:\w+ ){{0,3}}?(?:sample of |selection of |total of )?(?:the )?(?P<m>{_NUMBER})\b(?![.,]\d|\s?%)",
    re.IGNORECASE,
)
_OF_FIRST = re.compile(
    rf"\b(?:of|from|among|in) (?:the |a sample of )?(?P<m>{_NUMBER}) [^,.;]{{2,50}}, (?P<n>{_NUMBER})\b(?! ?%)",
    re.IGNORECASE,
)
_SLASH = re.compile(r"\b(?P<n>\d{1,3}) ?/ ?(?P<m>\d{1,3})\b(?! ?/)")
_SELECTED = re.compile(
    r"\b(?:select(?:ed|ion)|sampled?|inspected|tested|reviewed|population)(?: an?| the| of| sample| total| random| for| all)*\s*$",
    re.IGNORECASE,
)
_BAD = re.compile(
    r"\b(?:not|no|never|without|lack\w*|miss(?:ing|ed)|late|after|fail\w*|absent|incomplete|exceed\w*|beyond|neither|only|unable|unapproved|overdue|self-approved|same (?:person|individual))\b|\bexception|\bdeviation",
    re.IGNORECASE,
)
_PROCEDURE = re.compile(
    r"^\W*(?:\d+[.)] )?(?:inspected|inquired|observed|reperformed|re-performed|examined|compared|obtained|for (?:a|each|the) (?:sample|selection|selected)\b.{0,60}inspected|selected|to determine|reviewed|agreed)\b",
    re.IGNORECASE,
)
_CAUSE = re.compile(
    r"\b(?:because|due to|caused by|as a result of|owing to|root cause|cause(?: was| is|:)|attributed to)\b",
    re.IGNORECASE,
)
_SIZE = re.compile(
    rf"\b(?:sample of|selected|sample size:?|selection of|inspected|tested|examined|reperformed \w+ for) (?:a sample of |all )?(?P<m>{_NUMBER})\b",
    re.IGNORECASE,
)
_RESPONSE = re.compile(
    r"\b(?:man ?agement|service organi[sz]ation|company)[’']?s?[’']? (?:\w+ )?(?:response|remediation)[^:.]{0,60}[:.]\s*",
    re.IGNORECASE,
)


def as_number(text: str) -> int | None:
    """'25', 'two', 'twenty-five (25)' as a number."""
    if digits := re.search(r"\d+", text):
        return int(digits[0])
    words = re.findall(r"[a-z]+", text.casefold())
    value = sum(_UNITS.get(word, 0) + _TENS.get(word, 0) for word in words)
    return value if words and all(word in _UNITS or word in _TENS for word in words) else None


def counts(text: str) -> tuple[int, int] | None:
    """Failures and sample of 'for 2 of 25 ...'; none when the words only say how a sample was drawn."""
    for match in [*_OF.finditer(text), *_SLASH.finditer(text), *_OF_FIRST.finditer(text)]:
        failures, sample = as_number(match["n"]), as_number(match["m"])
        if failures is None or sample is None or not 0 < failures <= sample or sample < 2:
            continue
        if _SELECTED.search(text[: match.start()]):
            continue
        return failures, sample
    return None


def outcome(text: str) -> str | None:
    """'exception', 'clean' or 'no_occurrence' for the words of one result; none when it gives no result."""
    rest = _CLEAN.sub("", text)
    found = counts(rest)
    if found is None and _NEVER_RAN.search(rest) and not _EXPLICIT.search(rest) and not _NOT_DONE.search(rest):
        return "no_occurrence"
    failed = found is not None and (bool(_BAD.search(rest)) or 2 * found[0] <= found[1])
    others = re.search(rf"\bno (?:other|further|additional) (?:\w+ )?{_NOUN}", text, re.IGNORECASE)
    if others and len(rest.split()) > 6:
        return "exception"
    if _NOTED.search(rest) or failed or _NOT_DONE.search(rest):
        return "exception"
    return "clean" if _CLEAN.search(text) else None


def read_results(view: View) -> tuple[list[ReportException], list[Source], list[tuple[str, Source]]]:
    """Exceptions with their places, and controls that had no occurrence with theirs."""
    tested = [part for part in view.parts if part.zone == "tests"] or view.parts
    exceptions: list[ReportException] = []
    places: list[Source] = []
    silent: list[tuple[str, Source]] = []
    for row in read_rows(tested):
        cells = _result_cells(row)
        text = " ".join(cell.text for cell in cells)
        kind = outcome(text) if cells else None
        if kind is None:
            continue
        deciding = next((cell for cell in cells if outcome(cell.text) == kind), cells[0])
        place = view.source(deciding.part, deciding.start, deciding.end)
        if kind == "no_occurrence" and row.control:
            silent.append((row.control, place))
        elif kind == "exception":
            _add(exceptions, places, _exception(row, text, place), place)
    for i, response in enumerate(_responses(view, exceptions)):
        if response and not exceptions[i].response:
            exceptions[i] = exceptions[i].model_copy(update={"response": response})
    return exceptions, places, silent


def _result_cells(row: Row) -> list[Cell]:
    """The cells that may hold a result; of unlabelled text the sentences that are no test procedure."""
    if row.fields.get("result"):
        return row.fields["result"]
    found = []
    for cell in row.loose:
        for start, end in sentence_spans(cell.text):
            for piece in re.finditer(r"[^;]+", cell.text[start:end]):
                words = piece.group().strip()
                begin = cell.start + start + piece.start() + (len(piece.group()) - len(piece.group().lstrip()))
                bare = CONTROL_AT_START.sub("", words).lstrip(" :.-")
                if words and not _PROCEDURE.match(bare) and outcome(words) and (_SHORT.search(words) or counts(words)):
                    found.append(Cell(words, cell.part, begin, begin + len(words)))
    return found


_SHORT = re.compile(
    rf"^(?:\W*(?:result|conclusion)s?\W+)?(?:no |an? |one |two )?(?:\w+ )?{_NOUN}\b|\bduring the\b|not tested|did not o",
    re.IGNORECASE,
)


def _add(exceptions: list[ReportException], places: list[Source], new: ReportException, place: Source) -> None:
    """A summary that repeats an exception adds nothing; other counts under the same control are another exception."""
    for i, old in enumerate(exceptions):
        same = old.control == new.control and (
            ((old.failures, old.sample) == (new.failures, new.sample) and old.quote[:40] == new.quote[:40])
            or (new.failures is None and new.test is None)
            or ((old.failures, old.sample) == (new.failures, new.sample) and new.test is None)
        )
        if same:
            exceptions[i] = old.model_copy(
                update={"response": old.response or new.response, "cause": old.cause or new.cause}
            )
            return
    exceptions.append(new)
    places.append(place)


def _exception(row: Row, text: str, place: Source) -> ReportException:
    answer = _RESPONSE.search(text)
    response = row.text("response") or (text[answer.end() :] if answer else "") or None
    body = text[: answer.start()] if answer else text
    found = counts(_CLEAN.sub("", body))
    failures, sample = found or (None, None)
    own = row.text("sample")
    if sample is None:
        size = _SIZE.search(body) or _SIZE.search(row.text("test")) or _SIZE.search(own)
        sample = as_number(size["m"]) if size else as_number(own) if re.fullmatch(r"\d+", own) else None
    if failures is None and (match := re.search(rf"\b(?P<n>{_NUMBER}) {_NOUN}\b", body, re.IGNORECASE)):
        failures = as_number(match["n"])
    cause = row.text("cause") or next(
        (body[start:end] for start, end in sentence_spans(body) if _CAUSE.search(body[start:end])), None
    )
    named = (
        row.text("criteria")
        or row.text("heading_criteria")
        or " ".join([row.text("control"), row.text("activity"), *(cell.text for cell in row.loose[:1])])
    )
    criteria = tuple(dict.fromkeys(CRITERION.findall(named)))
    if not criteria and row.control:
        criteria = tuple(CRITERION.findall(row.control))
    return ReportException(
        control=row.control,
        criteria=criteria,
        test=row.text("test") or None,
        sample=sample,
        failures=failures,
        cause=cause or None,
        page=place.page,
        quote=place.quote,
        response=response,
    )


def _responses(view: View, exceptions: list[ReportException]) -> list[str | None]:
    """Management's responses given elsewhere: under the control's id in a later table, heading or paragraph."""
    found: list[str | None] = [None] * len(exceptions)
    current: str | None = None
    for part in view.parts:
        if part.zone not in ("tests", "other"):
            continue
        fields = split_fields(part)
        current = control_of(fields, part) or _mentioned(part.text, exceptions) or current
        text = " ".join(cell.text for cell in fields.get("response", []))
        if not text and (match := _RESPONSE.search(part.text)) and match.start() < 120:
            text = part.text[match.end() :]
        elif not text and part.zone == "other" and not part.is_title and _mentioned(part.text, exceptions):
            text = (
                part.text
                if CONTROL_AT_START.match(part.text)
                or re.search(r"\bmanagement\b|\bwe have\b|\bhas since\b", part.text, re.IGNORECASE)
                else ""
            )
        for i, item in enumerate(exceptions):
            if text and item.control and item.control == current and found[i] is None:
                found[i] = text.strip()
    return found


def _mentioned(text: str, exceptions: list[ReportException]) -> str | None:
    return next(
        (
            item.control
            for item in exceptions
            if item.control and re.search(rf"(?<![\w.-]){re.escape(item.control)}(?![\w-])", text)
        ),
        None,
    )
