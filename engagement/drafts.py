"""Drafts of an engagement: made from the last assessment, kept by version, exported, checked."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Column, Connection, Integer, String, Table, Text, func, insert, select

from analyzers.drafting.alert_rules import alert_rules
from analyzers.drafting.answers import apply_answers
from analyzers.drafting.check import CheckRow, check_draft
from analyzers.drafting.inventory import Inventory, take_inventory
from analyzers.drafting.narrative import draft_narrative
from analyzers.drafting.policy import draft_policy
from analyzers.drafting.types import Answered, Draft
from analyzers.judge import Judge, load_judge
from analyzers.types import Assessment
from corpus.errors import FieldworkError
from engagement.engagement import Engagement
from engagement.store import metadata, now

drafts = Table(
    "drafts",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draft", String, nullable=False, index=True),
    Column("version", Integer, nullable=False),
    Column("created_at", String, nullable=False),
    Column("body", Text, nullable=False),
)
answers_table = Table(
    "draft_answers",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("draft", String, nullable=False, index=True),
    Column("blank", String, nullable=False),
    Column("answer", Text, nullable=False),
    Column("by", String, nullable=False),
    Column("at", String, nullable=False),
)
FORMATS = ("docx", "md")


def make_narrative(engagement: Engagement, objective: str) -> tuple[Draft, int]:
    """Draft the narrative of an objective and keep it; an unchanged draft keeps its version.

    Raises:
        UnknownItem: No such objective, or it does not apply.
    """
    assessment = engagement.assessment()
    draft = draft_narrative(assessment, engagement.catalogue, objective, company_inventory(engagement, assessment))
    return keep_draft(engagement, draft)


def make_policy(engagement: Engagement, policy: str) -> tuple[Draft, int]:
    """Draft a policy and keep it; an unchanged draft keeps its version.

    Raises:
        UnknownItem: No such policy, or none of its objectives applies.
    """
    assessment = engagement.assessment()
    draft = draft_policy(assessment, engagement.catalogue, policy, company_inventory(engagement, assessment))
    return keep_draft(engagement, draft)


def export_alert_rules(engagement: Engagement, draft: Draft, version: int) -> Path:
    """Write the Prometheus rule file that belongs to the monitoring procedure."""
    rules = alert_rules(draft.company, company_inventory(engagement, engagement.assessment()))
    path = engagement.folder / "exports" / f"{draft.id.replace('/', '-')}-v{version}.rules.yml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(rules, encoding="utf-8")
    return path


def company_inventory(engagement: Engagement, assessment: Assessment) -> Inventory:
    """Components, vendors and tools that the documents of the assessment name."""
    return take_inventory(engagement.store.active_passages()[0], assessment)


def keep_draft(engagement: Engagement, draft: Draft) -> tuple[Draft, int]:
    """Keep a draft, with the answers given so far, as its next version; an unchanged one keeps its version."""
    with engagement.writing(), engagement.store.begin() as connection:
        drafts.create(connection, checkfirst=True)
        draft = apply_answers(draft, _answers(connection, draft.id))
        newest = select(drafts.c.version, drafts.c.body).where(drafts.c.draft == draft.id)
        last = connection.execute(newest.order_by(drafts.c.version.desc()).limit(1)).first()
        if last is not None and last.body == draft.model_dump_json():
            return draft, int(last.version)
        version = 1 + (int(last.version) if last is not None else 0)
        connection.execute(
            insert(drafts).values(draft=draft.id, version=version, created_at=now(), body=draft.model_dump_json())
        )
        engagement.store.log(connection, "draft", {"draft": draft.id, "version": version})
    return draft, version


def _answers(connection: Connection, draft_id: str) -> dict[str, Answered]:
    """Blank id -> newest answer."""
    answers_table.create(connection, checkfirst=True)
    query = select(answers_table).where(answers_table.c.draft == draft_id).order_by(answers_table.c.id)
    return {r.blank: Answered(blank=r.blank, value=r.answer, by=r.by) for r in connection.execute(query)}


def draft_versions(engagement: Engagement, draft_id: str) -> list[tuple[int, str, Draft]]:
    """All kept versions of a draft with their times, oldest first."""
    with engagement.store.begin() as connection:
        drafts.create(connection, checkfirst=True)
        rows = connection.execute(select(drafts).where(drafts.c.draft == draft_id).order_by(drafts.c.version)).all()
    return [(int(row.version), str(row.created_at), Draft.model_validate_json(row.body)) for row in rows]


def count_drafts(engagement: Engagement) -> int:
    """How many versions are kept in all."""
    with engagement.store.begin() as connection:
        drafts.create(connection, checkfirst=True)
        return int(connection.execute(select(func.count()).select_from(drafts)).scalar_one())


def export_draft(engagement: Engagement, draft: Draft, version: int, file_format: str, approved: str = "") -> Path:
    """Write a draft into the engagement's exports.

    Args:
        approved: What stands in place of the DRAFT mark, for an approved version only.

    Raises:
        FieldworkError: The format is not known.
    """
    from exports.draft_docx import write_draft_docx
    from exports.draft_markdown import write_markdown

    if file_format not in FORMATS:
        raise FieldworkError(f"{file_format}: not a format for drafts. Choose {' or '.join(FORMATS)}.")
    ending = "-approved" if approved else ""
    path = engagement.folder / "exports" / f"{draft.id.replace('/', '-')}-v{version}{ending}.{file_format}"
    path.parent.mkdir(parents=True, exist_ok=True)
    (write_draft_docx if file_format == "docx" else write_markdown)(draft, path, approved)
    return path


def check_narrative(engagement: Engagement, draft: Draft, judge: Judge | None = None) -> list[CheckRow]:
    """Judge the targeted requirements with the draft, blanks filled by sample answers, among the documents."""
    before = {item.requirement: item.verdict for item in engagement.assessment().findings}
    return check_draft(draft, before, engagement.catalogue, engagement.index(), judge or load_judge("local"))
