"""A draft's life: filled by named people, approved as it stands, superseded, compared; nothing is lost on bad input."""

from __future__ import annotations

import hashlib
import sqlite3

import docx
import pytest
from typer.testing import CliRunner

from corpus.errors import FieldworkError, UnknownItem
from engagement.cli import app
from engagement.draft_life import (
    approval_in_force,
    approve_draft,
    diff_versions,
    export_approved,
    fill_blank,
    newest_draft,
    supersede_draft,
)
from engagement.drafts import draft_versions, make_narrative
from engagement.engagement import Engagement
from engagement.store import DamagedStore

ID = "narrative/AI-CHG-01"
BY = "Ada Lovelace"


@pytest.fixture
def drafted(engagement: Engagement, policy_folder) -> Engagement:  # type: ignore[no-untyped-def]
    engagement.ingest([policy_folder])
    engagement.assess()
    make_narrative(engagement, "AI-CHG-01")
    return engagement


def fill_all(engagement: Engagement) -> int:
    for blank in newest_draft(engagement, ID)[1].blanks:
        fill_blank(engagement, ID, blank.id, f"answer to {blank.slot}", BY)
    return newest_draft(engagement, ID)[0]


def test_a_filled_blank_is_in_the_next_version_and_survives_a_new_draft(drafted: Engagement) -> None:
    first = newest_draft(drafted, ID)[1]
    blank = first.blanks[0]
    made, version = fill_blank(drafted, ID, blank.id, "Jira project CHG & <3 approvals", BY)
    assert version == 2 and len(made.blanks) == len(first.blanks) - 1
    assert any("Jira project CHG & <3 approvals" in sentence.text for sentence in made.sentences)
    assert any(item.by == BY for sentence in made.sentences for item in sentence.answered)
    assert make_narrative(drafted, "AI-CHG-01") == (made, 2)
    diff = diff_versions(drafted, ID, 1, 2)
    assert "+" in diff and "Jira project CHG" in diff and diff_versions(drafted, ID, 2, 2) == ""


@pytest.mark.parametrize(
    "answer",
    ["", "   ", "x" * 50_000, "<b>Jira</b>", "[x](javascript:alert(1))", "a\nb", "{actor: x}", "[ASK me: y]", "\x00"],
)
def test_bad_answers_are_refused_and_nothing_changes(drafted: Engagement, answer: str) -> None:
    version, draft = newest_draft(drafted, ID)
    head = drafted.store.audit_head()
    with pytest.raises(FieldworkError):
        fill_blank(drafted, ID, draft.blanks[0].id, answer, BY)
    assert newest_draft(drafted, ID) == (version, draft) and drafted.store.audit_head() == head


def test_unknown_blank_and_draft_are_refused(drafted: Engagement) -> None:
    with pytest.raises(UnknownItem, match="no open question"):
        fill_blank(drafted, ID, "AI-CHG-01-R9/actor", "x", BY)
    with pytest.raises(UnknownItem, match="no such draft"):
        newest_draft(drafted, "narrative/AI-XXX-01")


@pytest.mark.parametrize("by", ["", "nobody", "Nobody Special", "the team", "Ada", "1 2", "Platform Team"])
def test_approval_by_nobody_is_refused(drafted: Engagement, by: str) -> None:
    version = fill_all(drafted)
    with pytest.raises(FieldworkError, match="not a named person"):
        approve_draft(drafted, ID, version, by, "Reviewed against practice.")
    assert approval_in_force(drafted, ID) is None


def test_approval_needs_a_reason_no_open_questions_and_a_version(drafted: Engagement) -> None:
    with pytest.raises(FieldworkError, match="questions of version 1 are open"):
        approve_draft(drafted, ID, 1, BY, "Reviewed against practice.")
    version = fill_all(drafted)
    with pytest.raises(FieldworkError, match="reason"):
        approve_draft(drafted, ID, version, BY, "ok")
    with pytest.raises(UnknownItem, match="no version"):
        approve_draft(drafted, ID, 99, BY, "Reviewed against practice.")


def test_what_is_approved_is_what_is_exported(drafted: Engagement) -> None:
    version = fill_all(drafted)
    approval = approve_draft(drafted, ID, version, BY, "Reviewed against practice.")
    body = next(draft for number, _, draft in draft_versions(drafted, ID) if number == version).model_dump_json()
    assert approval.sha256 == hashlib.sha256(body.encode()).hexdigest()
    word = docx.Document(str(export_approved(drafted, ID, "docx")))
    header = word.sections[0].header.paragraphs[0].text
    assert "DRAFT" not in header and BY in header and f"Version {version}" in header and approval.sha256[:16] in header
    assert drafted.store.audit_head()[1][:16] in header
    text = export_approved(drafted, ID, "md").read_text(encoding="utf-8")
    assert "DRAFT" not in text and "[ASK" not in text and "Proposed (" not in text
    with pytest.raises(FieldworkError, match="approved already"):
        approve_draft(drafted, ID, version, BY, "Reviewed against practice.")
    assert drafted.store.check() == []


def test_a_version_changed_behind_its_approval_is_not_exported(drafted: Engagement) -> None:
    version = fill_all(drafted)
    approve_draft(drafted, ID, version, BY, "Reviewed against practice.")
    with sqlite3.connect(drafted.folder / "fieldwork.db") as database:
        database.execute("update drafts set body = replace(body, 'answer to', 'forged') where version = ?", (version,))
    with pytest.raises(DamagedStore, match="not what Ada Lovelace approved"):
        export_approved(drafted, ID, "docx")


def test_superseding_ends_the_approval(drafted: Engagement) -> None:
    with pytest.raises(UnknownItem, match="no version of it is approved"):
        supersede_draft(drafted, ID, BY, "Process has changed.")
    version = fill_all(drafted)
    approve_draft(drafted, ID, version, BY, "Reviewed against practice.")
    supersede_draft(drafted, ID, BY, "Process has changed.")
    assert approval_in_force(drafted, ID) is None
    with pytest.raises(UnknownItem):
        export_approved(drafted, ID, "docx")
    again = approve_draft(drafted, ID, version, "Grace Hopper", "Reviewed once more.")
    assert approval_in_force(drafted, ID) == again


def test_commands_say_what_is_wrong_in_one_line(drafted: Engagement) -> None:
    home = ["--home", str(drafted.settings.home)]
    result = CliRunner().invoke(app, [*home, "draft-approve", "acme", ID, "--by", BY, "--reason", "Reviewed in full."])
    assert isinstance(result.exception, FieldworkError) and "open" in str(result.exception)
    blank = newest_draft(drafted, ID)[1].blanks[0].id
    done = CliRunner().invoke(app, [*home, "draft-fill", "acme", ID, blank, "Jira CHG", "--by", BY])
    assert done.exit_code == 0 and "version 2" in done.output
    shown = CliRunner().invoke(app, [*home, "draft-diff", "acme", ID, "1", "2"])
    assert "Jira CHG" in shown.output
