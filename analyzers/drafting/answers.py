"""Blanks filled by people: an answer is plain text of one line and stands literally where the question stood."""

from __future__ import annotations

import re
from collections.abc import Mapping

from analyzers.drafting.narrative import question_of
from analyzers.drafting.types import Answered, Blank, Draft, Section, Sentence
from corpus.errors import FieldworkError

MAX_ANSWER = 500
_MARKUP = re.compile(r"<[A-Za-z/!?]|\]\(|!\[|\[ASK\b|[{}]|[\x00-\x1f\x7f]")


def check_answer(blank: str, answer: str) -> str:
    """The answer with its blanks trimmed.

    Raises:
        FieldworkError: It is empty, too long, or holds markup or line breaks.
    """
    text = answer.strip()
    if not text:
        raise FieldworkError(f"{blank}: the answer is empty. Give the words that replace the question.")
    if len(text) > MAX_ANSWER:
        raise FieldworkError(
            f"{blank}: {len(text)} characters; an answer has at most {MAX_ANSWER}. Name a document instead."
        )
    if _MARKUP.search(text):
        raise FieldworkError(f"{blank}: the answer holds markup or line breaks. Give plain words on one line.")
    return text


def apply_answers(draft: Draft, answers: Mapping[str, Answered]) -> Draft:
    """The draft with the blanks filled for which there is an answer."""
    return draft.model_copy(update={"sections": tuple(_section(section, answers) for section in draft.sections)})


def _section(section: Section, answers: Mapping[str, Answered]) -> Section:
    known = [blank for blank in section.blanks if blank.id in answers]
    rows = tuple(tuple(_replace(cell, known, answers) for cell in row) for row in section.rows)
    return section.model_copy(
        update={
            "sentences": tuple(_sentence(sentence, answers) for sentence in section.sentences),
            "rows": rows,
            "blanks": tuple(blank for blank in section.blanks if blank.id not in answers),
            "answered": (*section.answered, *(answers[blank.id] for blank in known)),
        }
    )


def _sentence(sentence: Sentence, answers: Mapping[str, Answered]) -> Sentence:
    known = [blank for blank in sentence.blanks if blank.id in answers]
    if not known:
        return sentence
    text = _replace(sentence.text, known, answers)
    left = tuple(blank for blank in sentence.blanks if blank.id not in answers)
    answered = (*sentence.answered, *(answers[blank.id] for blank in known))
    return sentence.model_copy(update={"text": text[:1].upper() + text[1:], "blanks": left, "answered": answered})


def _replace(text: str, blanks: list[Blank], answers: Mapping[str, Answered]) -> str:
    for blank in blanks:
        text = text.replace(question_of(blank), answers[blank.id].value, 1)
    return text
