"""Shared fixtures. No test may open a connection beyond this machine."""

from __future__ import annotations

import hashlib
import socket
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from corpus.types import ObservationWindow, Profile
from engagement.engagement import Engagement
from engagement.settings import Settings
from retrieval.encoder import Vectors


class HashEncoder:
    """Small and deterministic: words hashed into 64 dimensions."""

    name = "hash-64"
    dim = 64

    def encode(self, texts: Sequence[str], on_batch: Callable[[int], None] = lambda _: None) -> Vectors:
        rows = np.zeros((len(texts), self.dim), dtype=np.float32)
        for i, text in enumerate(texts):
            for word in text.casefold().split():
                rows[i, hashlib.sha256(word.encode()).digest()[0] % self.dim] += 1
            rows[i] /= np.linalg.norm(rows[i]) or 1.0
        on_batch(len(texts))
        return rows


@pytest.fixture(autouse=True)
def no_network(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Any]]:
    """Refuse every connection that leaves the machine; the list holds what was tried."""
    tried: list[Any] = []
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        if self.family in (socket.AF_INET, socket.AF_INET6) and str(address[0]) not in (
            "127.0.0.1",
            "::1",
            "localhost",
        ):
            tried.append(address)
            raise OSError(f"tests may not connect to {address}")
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)
    yield tried


@pytest.fixture
def hash_encoder() -> HashEncoder:
    return HashEncoder()


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(home=tmp_path / "home", judge="rules")


@pytest.fixture
def profile() -> Profile:
    return Profile(
        company="Acme AI (fictional)",
        categories_in_scope=("security", "availability"),
        observation_window=ObservationWindow(start="2026-07-01", end="2026-12-31"),  # type: ignore[arg-type]
    )


@pytest.fixture
def engagement(settings: Settings, profile: Profile) -> Engagement:
    return Engagement.create("acme", profile, settings)


@pytest.fixture
def policy_folder(tmp_path: Path) -> Path:
    """Two small documents of a fictional company with one control of each kind."""
    folder = tmp_path / "docs"
    folder.mkdir()
    (folder / "change-policy.md").write_text(
        """# Change policy

Owner: Head of Platform. Next review: 2027-01-15.

## Models and prompts

Our support assistant runs a fine-tuned intent model and calls a hosted LLM provider for answers. The model serves all tenants.
Every production change to a model or prompt has one Jira ticket that links the request, the evaluation result,
the approval by the Head of ML and the deployment time.

## Prompts

The team should review prompts where appropriate.

| Item | Owner | Cadence |
|---|---|---|
| Access review | Head of Security | Quarterly |
| Drift check | ML Lead | Weekly |
""",
        encoding="utf-8",
    )
    (folder / "notes.txt").write_text(
        "ON-CALL NOTES\n\nThe assistant serves 40 customers from one shared cluster. Logs are kept for 30 days in Datadog.\n",
        encoding="utf-8",
    )
    return folder
