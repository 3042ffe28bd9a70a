"""The durable record of one engagement: SQLite in WAL mode, every document in one transaction, a chained audit log."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import (
    Boolean,
    Column,
    Connection,
    Engine,
    ForeignKey,
    Integer,
    LargeBinary,
    MetaData,
    String,
    Table,
    Text,
    create_engine,
    delete,
    event,
    func,
    insert,
    select,
    update,
)
from sqlalchemy.exc import DatabaseError
from sqlalchemy.pool import NullPool

from analyzers.types import Assessment, Finding
from corpus.errors import FieldworkError
from corpus.types import Document, Passage, Profile
from retrieval.encoder import Vectors

SCHEMA_VERSION = 1
MIGRATIONS: dict[int, tuple[str, ...]] = {}
"""Statements that lead from a schema version to the next; tables that are only added need none."""
GENESIS = "0" * 64

metadata = MetaData()
meta = Table("meta", metadata, Column("key", String, primary_key=True), Column("value", Text, nullable=False))
documents = Table(
    "documents",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("name", String, nullable=False, index=True),
    Column("sha256", String, nullable=False, index=True),
    Column("added_at", String, nullable=False),
    Column("active", Boolean, nullable=False),
    Column("body", Text, nullable=False),
)
passages = Table(
    "passages",
    metadata,
    Column("id", String, primary_key=True),
    Column("document_id", Integer, ForeignKey("documents.id"), nullable=False, index=True),
    Column("position", Integer, nullable=False),
    Column("body", Text, nullable=False),
    Column("vector", LargeBinary, nullable=False),
)
findings = Table("findings", metadata, Column("key", String, primary_key=True), Column("body", Text, nullable=False))
assessments = Table(
    "assessments",
    metadata,
    Column("id", Integer, primary_key=True),
    Column("created_at", String, nullable=False),
    Column("body", Text, nullable=False),
)
audit = Table(
    "audit",
    metadata,
    Column("seq", Integer, primary_key=True),
    Column("at", String, nullable=False),
    Column("action", String, nullable=False),
    Column("detail", Text, nullable=False),
    Column("previous", String, nullable=False),
    Column("hash", String, nullable=False),
)


class DamagedStore(FieldworkError):
    """The engagement's database fails its integrity check."""


def now() -> str:
    """The current time in UTC, ISO 8601 to the second."""
    return datetime.now(UTC).isoformat(timespec="seconds")


class Store:
    """All reading and writing of `fieldwork.db`."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.engine: Engine = create_engine(f"sqlite:///{path}", poolclass=NullPool)
        event.listen(self.engine, "connect", _configure)
        try:
            metadata.create_all(self.engine)
        except DatabaseError as error:
            raise _damaged(path) from error

    @contextmanager
    def begin(self) -> Iterator[Connection]:
        """A transaction: all of it is kept, or nothing."""
        try:
            with self.engine.begin() as connection:
                yield connection
        except DatabaseError as error:
            message = str(error.orig or error)
            if "malformed" in message or "not a database" in message:
                raise _damaged(self.path) from error
            if "full" in message or "disk I/O" in message:
                raise FieldworkError(
                    f"{self.path.parent}: the disk is full or failing ({message}). Free space, try again."
                ) from error
            raise

    # Meta -----------------------------------------------------------------------------------------------------------

    def get_meta(self, key: str) -> str | None:
        """A stored value, None if it was never set."""
        with self.begin() as connection:
            return connection.execute(select(meta.c.value).where(meta.c.key == key)).scalar_one_or_none()

    def set_meta(self, connection: Connection, key: str, value: str) -> None:
        """Store a value under a key."""
        connection.execute(delete(meta).where(meta.c.key == key))
        connection.execute(insert(meta).values(key=key, value=value))

    def bring_up_to_date(self) -> None:
        """Run the migrations that an older store lacks, each in one transaction.

        Raises:
            DamagedStore: The store names no schema.
            FieldworkError: A newer Fieldwork wrote it.
        """
        text = self.get_meta("schema") or ""
        if not text.isdigit():
            raise _damaged(self.path)
        found = int(text)
        if found > SCHEMA_VERSION:
            raise FieldworkError(
                f"{self.path.parent.name}: a newer Fieldwork wrote this engagement (schema {found}, this one reads "
                f"{SCHEMA_VERSION}). Update Fieldwork, then open it again."
            )
        for version in range(found, SCHEMA_VERSION):
            with self.begin() as connection:
                for statement in MIGRATIONS[version]:
                    connection.exec_driver_sql(statement)
                self.set_meta(connection, "schema", str(version + 1))

    def profile(self) -> Profile:
        """The engagement's profile."""
        return Profile.model_validate_json(self.get_meta("profile") or "{}")

    # Documents and passages ----------------------------------------------------------------------------------------

    def active_documents(self) -> list[Document]:
        """Documents in force, by name."""
        query = select(documents.c.body).where(documents.c.active).order_by(documents.c.name)
        with self.begin() as connection:
            return [Document.model_validate_json(body) for body in connection.execute(query).scalars()]

    def active_hashes(self) -> dict[str, str]:
        """Name -> content hash of the documents in force."""
        query = select(documents.c.name, documents.c.sha256).where(documents.c.active)
        with self.begin() as connection:
            return {row.name: row.sha256 for row in connection.execute(query)}

    def versions(self, name: str) -> list[tuple[str, str, bool]]:
        """Every version of a document: hash, time added, in force; oldest first."""
        query = select(documents).where(documents.c.name == name).order_by(documents.c.id)
        with self.begin() as connection:
            return [(row.sha256, row.added_at, bool(row.active)) for row in connection.execute(query)]

    def add_document(self, document: Document, parts: Sequence[Passage], vectors: Vectors) -> None:
        """Store a document with passages and vectors; an older version of that name goes out of force and is kept."""
        with self.begin() as connection:
            connection.execute(update(documents).where(documents.c.name == document.name).values(active=False))
            known = connection.execute(
                select(documents.c.id).where(documents.c.name == document.name, documents.c.sha256 == document.sha256)
            ).scalar_one_or_none()
            if known is not None:
                connection.execute(
                    update(documents)
                    .where(documents.c.id == known)
                    .values(active=True, body=document.model_dump_json())
                )
                connection.execute(delete(passages).where(passages.c.document_id == known))
                row_id = known
            else:
                values = {
                    "name": document.name,
                    "sha256": document.sha256,
                    "added_at": now(),
                    "active": True,
                    "body": document.model_dump_json(),
                }
                key = connection.execute(insert(documents).values(**values)).inserted_primary_key
                assert key is not None
                row_id = key[0]
            rows = [
                {
                    "id": part.id,
                    "document_id": row_id,
                    "position": i,
                    "body": part.model_dump_json(),
                    "vector": vectors[i].astype("<f4").tobytes(),
                }
                for i, part in enumerate(parts)
            ]
            if rows:
                connection.execute(insert(passages), rows)
            self.log(connection, "ingest", {"name": document.name, "sha256": document.sha256, "passages": len(rows)})

    def retire_document(self, name: str) -> bool:
        """Take a document out of force; it stays stored. False if no such document is in force."""
        with self.begin() as connection:
            done = connection.execute(
                update(documents).where(documents.c.name == name, documents.c.active).values(active=False)
            ).rowcount
            if done:
                self.log(connection, "retire", {"name": name})
            return bool(done)

    def active_passages(self) -> tuple[list[Passage], Vectors]:
        """Passages of the documents in force with their vectors `(n, dim)`, by document name and position."""
        query = (
            select(passages.c.body, passages.c.vector)
            .join(documents, documents.c.id == passages.c.document_id)
            .where(documents.c.active)
            .order_by(documents.c.name, passages.c.position)
        )
        with self.begin() as connection:
            rows = connection.execute(query).all()
        if not rows:
            return [], np.zeros((0, 0), dtype=np.float32)
        vectors = np.frombuffer(b"".join(row.vector for row in rows), dtype="<f4").reshape(len(rows), -1)
        return [Passage.model_validate_json(row.body) for row in rows], vectors.astype(np.float32)

    # Findings and assessments --------------------------------------------------------------------------------------

    def known_findings(self) -> dict[str, Finding]:
        """Findings of earlier runs by their key."""
        with self.begin() as connection:
            rows = connection.execute(select(findings)).all()
        return {row.key: Finding.model_validate_json(row.body) for row in rows}

    def save_assessment(self, assessment: Assessment) -> None:
        """Store the assessment and the findings that a later run can reuse."""
        body = assessment.model_dump_json(by_alias=True)
        with self.begin() as connection:
            connection.execute(insert(assessments).values(created_at=now(), body=body))
            connection.execute(delete(findings))
            rows = [{"key": item.key, "body": item.model_dump_json()} for item in assessment.findings if item.key]
            if rows:
                connection.execute(insert(findings).prefix_with("OR REPLACE"), rows)
            self.log(
                connection,
                "assess",
                {
                    "judge": f"{assessment.judge.name}/{assessment.judge.version}",
                    "snapshot": assessment.corpus.snapshot,
                    "sha256": hashlib.sha256(body.encode()).hexdigest(),
                },
            )

    def last_assessment(self) -> Assessment | None:
        """The newest assessment, None if there is none."""
        query = select(assessments.c.body).order_by(assessments.c.id.desc()).limit(1)
        with self.begin() as connection:
            body = connection.execute(query).scalar_one_or_none()
        return Assessment.model_validate_json(body) if body else None

    # Audit log -----------------------------------------------------------------------------------------------------

    def log(self, connection: Connection, action: str, detail: dict[str, Any]) -> None:
        """Append one entry, chained to the one before by its hash."""
        last = connection.execute(select(audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).scalar_one_or_none()
        previous, at = last or GENESIS, now()
        text = json.dumps(detail, sort_keys=True, ensure_ascii=False)
        digest = chain_hash(previous, at, action, text)
        connection.execute(insert(audit).values(at=at, action=action, detail=text, previous=previous, hash=digest))

    def audit_head(self) -> tuple[int, str]:
        """Number of entries and hash of the last: printed in every export."""
        with self.begin() as connection:
            count = connection.execute(select(func.count()).select_from(audit)).scalar_one()
            last = connection.execute(select(audit.c.hash).order_by(audit.c.seq.desc()).limit(1)).scalar_one_or_none()
        return count, last or GENESIS

    def audit_entries(self) -> list[dict[str, Any]]:
        """All entries in order."""
        with self.begin() as connection:
            return [dict(row._mapping) for row in connection.execute(select(audit).order_by(audit.c.seq))]

    def check(self) -> list[str]:
        """What is wrong with the database and the audit chain; empty when nothing is."""
        faults = []
        with self.engine.connect() as connection:
            result = connection.exec_driver_sql("PRAGMA integrity_check").scalar_one()
            if result != "ok":
                faults.append(f"database: {result}")
        previous = GENESIS
        for number, entry in enumerate(self.audit_entries(), start=1):
            expected = chain_hash(previous, entry["at"], entry["action"], entry["detail"])
            if entry["seq"] != number or entry["previous"] != previous or entry["hash"] != expected:
                faults.append(f"audit log: entry {entry['seq']} does not follow from the one before")
                break
            previous = entry["hash"]
        return faults


def chain_hash(previous: str, at: str, action: str, detail: str) -> str:
    """SHA-256 over the previous hash and the entry as canonical JSON."""
    entry = json.dumps([previous, at, action, detail], ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(entry.encode()).hexdigest()


def _configure(connection: Any, _record: Any) -> None:
    cursor = connection.cursor()
    for pragma in ("journal_mode=WAL", "synchronous=FULL", "foreign_keys=ON", "busy_timeout=5000"):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _damaged(path: Path) -> DamagedStore:
    return DamagedStore(
        f"{path}: the engagement's database is damaged. Restore it from a backup, or ingest the files in originals/ again."
    )
