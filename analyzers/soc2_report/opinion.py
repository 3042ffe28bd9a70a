"""The opinion on each limb, from the words of the opinion paragraph. A heading never decides."""

from __future__ import annotations

import itertools
import re

from analyzers.soc2_report.types import SEVERITY, Limbs, Opinion, OpinionWord, Source
from analyzers.soc2_report.view import Part, View

LIMBS = ("description_fairly_presented", "suitability_of_design", "operating_effectiveness")
_OPINES = re.compile(r"\bin our opinion\b|\bit is our opinion\b|\bwe are of the opinion\b", re.IGNORECASE)
_DISCLAIMS = re.compile(
    r"\b(?:do|does|did) not(?:,? \w+,?)? (?:express|form|give|provide)(?: an?| any)?(?: such)? opinion\b|"
    r"\b(?:unable to|cannot|could not) (?:express|form|give|provide)(?: an?)? opinion\b|\bdisclaim\w* an opinion\b|\bexpress no opinion\b",
    re.IGNORECASE,
)
_ROUTINE = re.compile(
    r"other information|information (?:included |presented )?in section|section (?:v|5)\b|user[- ]entit|subservice|"
    r"individual(?:ly)?|not (?:been )?(?:a part|subject)|did not (?:perform|evaluate|examine|test)|bridge|future|projection|response",
    re.IGNORECASE,
)
_EXCEPT = re.compile(
    r"\bexcept (?:for|that|as)\b|\bwith the exception of\b|\bsubject to the (?:matter|effect)\w*", re.IGNORECASE
)
_NOT_MET = re.compile(
    r"\b(?:does|do|did) not(?: \w+)? present\b|\bis not (?:fairly )?presented\b|\bnot fairly present\w*|"
    r"\b(?:were|was|are|is) not (?:\w+ )?suitably designed\b|\bdid not (?:\w+ )?operate (?:\w+ )?effectively\b|"
    r"\b(?:were|was) not (?:\w+ )?operat\w+ effectively\b|\b(?:were|was) not effective\b",
    re.IGNORECASE,
)
_IF = re.compile(
    r",?\s*(?:if|provided(?: that)?|assuming(?: that)?|and if)\b[^;]*?operat\w+ effectively(?: throughout (?:that|the) period)?",
    re.IGNORECASE,
)
_SPLIT = re.compile(
    r";\s*(?:and\s+)?|\n+|\s(?=\(?(?:[abc]|[123]|i{1,3})[.)]\s)|,?\s+and\s+(?=(?:that\s+)?(?:the |those )?controls\b)|"
    r"(?<=[a-z\d])\.\s+(?=[A-Z])|,\s+(?=(?:that )?the controls\b)",
    re.IGNORECASE,
)
_ITEM = re.compile(r"\(?(?:[a-c]|[1-3]|i{1,3})[.)]\s|the (?:description|controls)\b", re.IGNORECASE)
_LIMB_TESTS = (
    (0, re.compile(r"\bpresent(?:s|ed)?\b", re.IGNORECASE)),
    (1, re.compile(r"\bsuitab(?:ly|ility)\b", re.IGNORECASE)),
    (2, re.compile(r"\b(?:operat(?:ed?|ing) (?:\w+ )?effective(?:ly|ness)|not effective)\b", re.IGNORECASE)),
)
_DECLINED = ((0, re.compile(r"\bdescription\b", re.IGNORECASE)), *_LIMB_TESTS[1:])
"""What a sentence that declines an opinion speaks of."""
MAX_PARTS = 12


def read_opinion(view: View) -> tuple[Opinion, dict[str, tuple[Source, ...]]]:
    """The opinion of each limb with the clause that gives it; empty when no opinion paragraph was found."""
    region = opinion_region(view)
    words: dict[int, OpinionWord] = {}
    places: dict[int, Source] = {}
    lead: OpinionWord = "unmodified"
    hanging: OpinionWord = "unmodified"
    for part in region:
        for start, end in _clauses(part.text):
            clause = part.text[start:end]
            bare = _IF.sub("", clause)
            if _DISCLAIMS.search(clause) and _ROUTINE.search(clause):
                continue
            limbs = [limb for limb, pattern in _LIMB_TESTS if pattern.search(bare)]
            own = _word(clause, bare)
            if _OPINES.search(clause) and not limbs:
                lead = own
                continue
            if not limbs:
                hanging = own if own == "qualified" else "unmodified"
                continue
            if _OPINES.search(clause) and own != "unmodified" and _EXCEPT.search(clause) and _leads(clause):
                lead = own
            for limb in limbs:
                if limb not in words:
                    words[limb] = own if own != "unmodified" else "qualified" if "qualified" in (lead, hanging) else own
                    places[limb] = view.source(part, start, end)
            hanging = "unmodified"
    if not words or not any(_OPINES.search(part.text) for part in region):
        words, places = _disclaimers(view, words, places)
    else:
        _partial_disclaimers(view, words, places)
    overall = max(words.values(), key=SEVERITY.index) if words else None
    limbs_found = Limbs(**{LIMBS[limb]: word for limb, word in words.items()})
    sources: dict[str, tuple[Source, ...]] = {
        f"opinion.limbs.{LIMBS[limb]}": (place,) for limb, place in places.items()
    }
    if overall:
        gravest = next(limb for limb, word in words.items() if word == overall)
        sources["opinion.overall"] = (places[gravest],)
    return Opinion(overall=overall, limbs=limbs_found), sources


def opinion_region(view: View) -> list[Part]:
    """The paragraph that opens with 'In our opinion' and the items that belong to it."""
    parts = view.zone("auditor")
    starts = [i for i, part in enumerate(parts) if not part.is_title and _OPINES.search(part.text)]
    for first in starts:
        region = [parts[first]]
        for part in parts[first + 1 : first + MAX_PARTS]:
            item = part.block.kind == "list_item" or _ITEM.match(part.text)
            if part.is_title or not item:
                break
            region.append(part)
        text = "\n".join(part.text for part in region)
        if sum(bool(pattern.search(_IF.sub("", text))) for _, pattern in _LIMB_TESTS) >= 1:
            return region
    return []


def _clauses(text: str) -> list[tuple[int, int]]:
    opened = _OPINES.search(text)
    first = opened.start() if opened else 0
    before = text.rfind(". ", 0, first)
    first = before + 2 if before >= 0 and first - before < 400 else (0 if first < 400 else first)
    edges = [first, *[match.end() for match in _SPLIT.finditer(text) if match.start() > first], len(text)]
    spans = []
    for start, end in itertools.pairwise(edges):
        piece = text[start:end]
        end = start + len(piece.rstrip(" ;\n"))
        start += len(piece) - len(piece.lstrip())
        if end > start:
            spans.append((start, end))
    return spans


def _word(clause: str, bare: str) -> OpinionWord:
    if _DISCLAIMS.search(clause) and not _ROUTINE.search(clause):
        return "disclaimer"
    if _EXCEPT.search(clause):
        return "qualified"
    if _NOT_MET.search(bare):
        return "adverse"
    return "unmodified"


def _leads(clause: str) -> bool:
    """'Except for' stands before the first limb, so that it governs all of them."""
    exception = _EXCEPT.search(clause)
    first = min((found.start() for _, pattern in _LIMB_TESTS if (found := pattern.search(clause))), default=0)
    opened = _OPINES.search(clause)
    return bool(exception and opened and opened.start() - 120 < exception.start() < first)


def _disclaimers(
    view: View, words: dict[int, OpinionWord], places: dict[int, Source]
) -> tuple[dict[int, OpinionWord], dict[int, Source]]:
    """No opinion given: the sentence that declines one covers every limb that it names, or all."""
    for part, start, end, sentence in view.sentences([part for part in view.zone("auditor") if not part.is_title]):
        if _DISCLAIMS.search(sentence) and not _ROUTINE.search(sentence):
            limbs = [limb for limb, pattern in _DECLINED if pattern.search(sentence)] or [0, 1, 2]
            for limb in limbs:
                words.setdefault(limb, "disclaimer")
                places.setdefault(limb, view.source(part, start, end))
    return words, places


def _partial_disclaimers(view: View, words: dict[int, OpinionWord], places: dict[int, Source]) -> None:
    """A limb that the opinion paragraph leaves out and another sentence declines, in a report over a period."""
    if 2 in words or not any("throughout the period" in part.text for part in opinion_region(view)):
        return
    for part, start, end, sentence in view.sentences([part for part in view.zone("auditor") if not part.is_title]):
        if _DISCLAIMS.search(sentence) and not _ROUTINE.search(sentence) and _LIMB_TESTS[2][1].search(sentence):
            words.setdefault(2, "disclaimer")
            places.setdefault(2, view.source(part, start, end))
