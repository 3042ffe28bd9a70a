"""The life of a draft: blanks filled, versions compared, approved by a named person, superseded."""

from __future__ import annotations

import difflib
import hashlib
import re
from pathlib import Path

from sqlalchemy import Column, Connection, Integer, String, Table, Text, insert, select, update

from analyzers.drafting.answers import check_answer
from analyzers.drafting.types import Approval, Draft
from corpus.errors import FieldworkError, UnknownItem
from engagement.drafts import answers_table, draft_versions, drafts, export_draft, keep_draft
from engagement.engagement import Engagement
from engagement.store import DamagedStore, metadata, now

approvals = Table(
    "draft_approvals",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draft", String, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("by", String, nullable=False),
    Column("reason", Text, nullable=False),
    Column("at", String, nullable=False),
    Column("sha256", String, nullable=False),
    Column("superseded", String, nullable=False),
)
_PERSON = re.compile(r"[^\W\d_][\w.'’-]*(?: [^\W\d_][\w.'’-]*)+")
_NOBODY = re.compile(r"\b(?:nobody|no one|anyone|team|department|unknown|somebody|n/?a|fieldwork)\b", re.IGNORECASE)
SHORTEST_REASON = 10


def newest_draft(engagement: Engagement, draft_id: str) -> tuple[int, Draft]:
    """The newest version of a draft.

    Raises:
        UnknownItem: There is no draft of that id.
    """
    versions = draft_versions(engagement, draft_id)
    if not versions:
        raise UnknownItem(
            f"{draft_id}: no such draft. Make it with `fieldwork draft {engagement.name} narrative` or `policy`."
        )
    version, _, draft = versions[-1]
    return version, draft


def person(name: str) -> str:
    """A named person: at least two words, no team.

    Raises:
        FieldworkError: It names nobody.
    """
    text = " ".join(name.split())
    if not _PERSON.fullmatch(text) or _NOBODY.search(text) or len(text) > 100:
        raise FieldworkError(
            f"{text or 'nobody'}: not a named person. Give first and last name, e.g. --by 'Ada Lovelace'."
        )
    return text


def fill_blank(engagement: Engagement, draft_id: str, blank: str, answer: str, by: str) -> tuple[Draft, int]:
    """Fill one blank; the answer is kept for later versions of the draft too.

    Raises:
        UnknownItem: The draft has no such open blank.
        FieldworkError: The answer is empty, too long or holds markup, or nobody gives it.
    """
    _, draft = newest_draft(engagement, draft_id)
    who, text = person(by), check_answer(blank, answer)
    open_ones = [item.id for item in draft.blanks]
    if blank not in open_ones:
        raise UnknownItem(f"{blank}: no open question of {draft_id} (open: {', '.join(open_ones) or 'none'}).")
    with engagement.writing(), engagement.store.begin() as connection:
        answers_table.create(connection, checkfirst=True)
        values = {"draft": draft_id, "blank": blank, "answer": text, "by": who, "at": now()}
        connection.execute(insert(answers_table).values(**values))
        engagement.store.log(connection, "fill", values)
    return keep_draft(engagement, draft)


def approve_draft(engagement: Engagement, draft_id: str, version: int, by: str, reason: str) -> Approval:
    """Approve one version; an earlier approval of the same draft is superseded by it.

    Raises:
        UnknownItem: There is no such version.
        FieldworkError: Questions are open, nobody approves, no reason is given, or it is approved already.
    """
    who, why = person(by), " ".join(reason.split())
    if len(why) < SHORTEST_REASON:
        raise FieldworkError(
            f"{draft_id}: an approval needs a reason of at least {SHORTEST_REASON} characters (--reason)."
        )
    with engagement.writing(), engagement.store.begin() as connection:
        body = _body(connection, draft_id, version)
        draft = Draft.model_validate_json(body)
        if draft.blanks:
            raise FieldworkError(
                f"{draft_id}: {len(draft.blanks)} questions of version {version} are open, the first is {draft.blanks[0].id}. "
                "Fill them with `fieldwork draft-fill`."
            )
        approvals.create(connection, checkfirst=True)
        current = _in_force(connection, draft_id)
        if current and current.version == version:
            raise FieldworkError(f"{draft_id}: version {version} is approved already, by {current.by}.")
        at, digest = now(), hashlib.sha256(body.encode()).hexdigest()
        _end(connection, draft_id, f"by version {version} on {at}")
        values = {
            "draft": draft_id,
            "version": version,
            "by": who,
            "reason": why,
            "at": at,
            "sha256": digest,
            "superseded": "",
        }
        connection.execute(insert(approvals).values(**values))
        engagement.store.log(connection, "approve", values)
    return Approval.model_validate(values)


def supersede_draft(engagement: Engagement, draft_id: str, by: str, reason: str) -> None:
    """End the approval in force without a new one.

    Raises:
        UnknownItem: No version of the draft is approved.
        FieldworkError: Nobody does it, or without a reason.
    """
    who, why = person(by), " ".join(reason.split())
    if len(why) < SHORTEST_REASON:
        raise FieldworkError(f"{draft_id}: this needs a reason of at least {SHORTEST_REASON} characters (--reason).")
    with engagement.writing(), engagement.store.begin() as connection:
        approvals.create(connection, checkfirst=True)
        if _in_force(connection, draft_id) is None:
            raise UnknownItem(f"{draft_id}: no version of it is approved.")
        _end(connection, draft_id, f"by {who} on {now()}: {why}")
        engagement.store.log(connection, "supersede", {"draft": draft_id, "by": who, "reason": why})


def approval_in_force(engagement: Engagement, draft_id: str) -> Approval | None:
    """The approval in force of a draft, if any."""
    with engagement.store.begin() as connection:
        approvals.create(connection, checkfirst=True)
        return _in_force(connection, draft_id)


def export_approved(engagement: Engagement, draft_id: str, file_format: str) -> Path:
    """Write the approved version, with version, approver, date, hash and audit-log head in place of DRAFT.

    Raises:
        UnknownItem: No version is approved.
        DamagedStore: What is stored is not what was approved.
    """
    with engagement.store.begin() as connection:
        approvals.create(connection, checkfirst=True)
        approval = _in_force(connection, draft_id)
        if approval is None:
            raise UnknownItem(f"{draft_id}: no version of it is approved. Use `fieldwork draft-approve`.")
        body = _body(connection, draft_id, approval.version)
    if hashlib.sha256(body.encode()).hexdigest() != approval.sha256:
        raise DamagedStore(
            f"{draft_id}: version {approval.version} is not what {approval.by} approved. Restore a backup."
        )
    mark = (
        f"Version {approval.version}, approved by {approval.by} on {approval.at[:10]}; SHA-256 {approval.sha256[:16]}; "
        f"audit log {engagement.store.audit_head()[1][:16]}"
    )
    return export_draft(engagement, Draft.model_validate_json(body), approval.version, file_format, mark)


def diff_versions(engagement: Engagement, draft_id: str, old: int, new: int) -> str:
    """A unified diff of two versions as markdown; empty if they read the same.

    Raises:
        UnknownItem: One of them does not exist.
    """
    from exports.draft_markdown import draft_markdown

    with engagement.store.begin() as connection:
        one, two = (draft_markdown(Draft.model_validate_json(_body(connection, draft_id, v))) for v in (old, new))
    names = (f"{draft_id} version {old}", f"{draft_id} version {new}")
    return "".join(difflib.unified_diff(one.splitlines(True), two.splitlines(True), *names))


def _body(connection: Connection, draft_id: str, version: int) -> str:
    drafts.create(connection, checkfirst=True)
    query = select(drafts.c.body).where(drafts.c.draft == draft_id, drafts.c.version == version)
    body = connection.execute(query).scalar_one_or_none()
    if body is None:
        raise UnknownItem(f"{draft_id}: there is no version {version} of it.")
    return str(body)


def _in_force(connection: Connection, draft_id: str) -> Approval | None:
    query = select(approvals).where(approvals.c.draft == draft_id, approvals.c.superseded == "")
    row = connection.execute(query).first()
    return Approval.model_validate({k: v for k, v in row._mapping.items() if k != "id"}) if row else None


def _end(connection: Connection, draft_id: str, why: str) -> None:
    in_force = (approvals.c.draft == draft_id) & (approvals.c.superseded == "")
    connection.execute(update(approvals).where(in_force).values(superseded=why))
