"""Chroma as a cache of the vectors in SQLite: embedded, one process, never opened after an unclean end."""

from __future__ import annotations

import hashlib
import json
import shutil
import sqlite3
import sys
from collections.abc import Callable, Sequence
from contextlib import closing
from pathlib import Path
from typing import Any

import numpy as np

from retrieval.encoder import Vectors

COLLECTION = "passages"
ADD_BATCH = 2_000
MARKER = "clean.json"


class VectorStore:
    """The nearest passages by cosine. Deleting its folder loses nothing: `sync` fills it again.

    Chroma is not crash-safe: a store killed during a write may crash or fill the disk when it is opened again.
    So a marker with the files' hashes is written after each sync and removed before the next; a store whose marker
    is absent or does not fit is thrown away unopened and rebuilt.
    """

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self._client: Any = None
        self._collection: Any = None
        self.rebuilt = False

    def sync(
        self,
        ids: Sequence[str],
        vectors: Vectors,
        snapshot: str,
        on_added: Callable[[int], None] = lambda count: None,
    ) -> None:
        """Make the collection hold exactly `ids` with the rows of `vectors` (`(len(ids), dim)` float32)."""
        state = self._read_marker()
        if state is None or state.get("dim") != vectors.shape[1]:
            self.clear()
            self.rebuilt = True
        elif state["snapshot"] == snapshot:
            self._open()
            return
        (self.folder / MARKER).unlink(missing_ok=True)
        collection = self._open()
        held = set(collection.get(include=[])["ids"])
        wanted = dict.fromkeys(ids)
        gone = sorted(held - set(wanted))
        for first in range(0, len(gone), ADD_BATCH):
            collection.delete(ids=gone[first : first + ADD_BATCH])
        new = [i for i, item in enumerate(ids) if item not in held]
        for first in range(0, len(new), ADD_BATCH):
            rows = new[first : first + ADD_BATCH]
            collection.add(ids=[ids[i] for i in rows], embeddings=vectors[rows])
            on_added(len(rows))
        self._write_marker(snapshot, vectors.shape[1])

    def is_current(self, snapshot: str) -> bool:
        """Whether the store holds this snapshot; a reader that finds it otherwise scans the vectors instead."""
        state = self._read_marker()
        return state is not None and state["snapshot"] == snapshot

    def nearest(self, queries: Vectors, limit: int) -> list[list[str]]:
        """Ids of the nearest passages for each row of `queries`, best first, at most `limit` each."""
        collection = self._open()
        count = collection.count()
        if not count or not len(queries):
            return [[] for _ in range(len(queries))]
        found = collection.query(query_embeddings=queries, n_results=min(limit, count), include=[])
        return [list(row) for row in found["ids"]]

    def clear(self) -> None:
        """Throw the cache away."""
        self._client = self._collection = None
        if "chromadb" in sys.modules:  # it keeps one system for each path and would go on writing to deleted files
            from chromadb.api.shared_system_client import SharedSystemClient

            SharedSystemClient.clear_system_cache()
        shutil.rmtree(self.folder, ignore_errors=True)

    def _open(self) -> Any:
        if self._collection is None:
            import chromadb
            from chromadb.config import Settings

            self.folder.mkdir(parents=True, exist_ok=True)
            self._client = chromadb.PersistentClient(str(self.folder), Settings(anonymized_telemetry=False))
            self._collection = self._client.get_or_create_collection(
                COLLECTION,
                embedding_function=None,
                configuration={
                    "hnsw": {"space": "cosine", "ef_construction": 200, "ef_search": 400, "max_neighbors": 32}
                },
            )
        return self._collection

    def _files(self) -> dict[str, str]:
        """Hash of every index file; for Chroma's own SQLite file, which each opening touches, its check and row count."""
        hashes = {}
        for path in sorted(self.folder.rglob("*")):
            if not path.is_file() or path.name == MARKER or path.name.endswith(("-wal", "-shm", "-journal")):
                continue
            relative = path.relative_to(self.folder).as_posix()
            if path.name == "chroma.sqlite3":
                hashes[relative] = _sqlite_state(path)
                continue
            with path.open("rb") as file:
                hashes[relative] = hashlib.file_digest(file, "sha256").hexdigest()
        return hashes

    def _write_marker(self, snapshot: str, dim: int) -> None:
        state = {"snapshot": snapshot, "dim": dim, "files": self._files()}
        (self.folder / MARKER).write_text(json.dumps(state))

    def _read_marker(self) -> dict[str, Any] | None:
        try:
            state = json.loads((self.folder / MARKER).read_text())
            if state["files"] == self._files():
                return dict(state)
        except (OSError, ValueError, KeyError, TypeError):
            pass
        return None


def _sqlite_state(path: Path) -> str:
    try:
        with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as database:
            check = database.execute("PRAGMA quick_check(1)").fetchone()[0]
            rows = database.execute("SELECT count(*) FROM embeddings").fetchone()[0]
        return f"{check}, {rows} rows"
    except sqlite3.Error as error:
        return f"unreadable: {error}"


def exact_nearest(vectors: Vectors, queries: Vectors, limit: int) -> np.ndarray[Any, Any]:
    """Row numbers of the nearest rows by exact cosine, `(len(queries), min(limit, n))`, ties by row number."""
    scores = np.round(queries @ vectors.T, 6)
    return np.argsort(-scores, axis=1, kind="stable")[:, :limit]
