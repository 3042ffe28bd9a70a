"""Imports point one way through the rooms."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
ROOMS = ["corpus", "retrieval", "prompts", "analyzers", "exports", "engagement", "evals"]
MAY_IMPORT = {
    "corpus": set(),
    "retrieval": {"corpus"},
    "prompts": {"corpus"},
    "analyzers": {"corpus", "retrieval", "prompts"},
    "exports": {"corpus", "retrieval", "prompts", "analyzers"},
    "engagement": {"corpus", "retrieval", "prompts", "analyzers", "exports"},
    "evals": {"corpus", "retrieval", "prompts", "analyzers", "exports", "engagement"},
}
HEAVY = {"chromadb", "torch", "sentence_transformers", "litellm", "transformers", "onnxruntime", "streamlit"}


def imported(path: Path) -> list[str]:
    found = []
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found += [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom) and node.module and node.level == 0:
            found.append(node.module)
    return [name.split(".")[0] for name in found]


@pytest.mark.parametrize("room", ROOMS)
def test_room_imports_only_rooms_below_it(room: str) -> None:
    for path in (ROOT / room).rglob("*.py"):
        above = {name for name in imported(path) if name in ROOMS} - MAY_IMPORT[room] - {room}
        assert not above, f"{path.relative_to(ROOT)} imports {sorted(above)}, which stands above it"


def test_slow_libraries_are_imported_where_they_are_used() -> None:
    for room in ROOMS[:-1]:
        for path in (ROOT / room).rglob("*.py"):
            tree = ast.parse(path.read_text(encoding="utf-8"))
            top = [node for node in tree.body if isinstance(node, ast.Import | ast.ImportFrom)]
            names = {alias.name.split(".")[0] for node in top if isinstance(node, ast.Import) for alias in node.names}
            names |= {(node.module or "").split(".")[0] for node in top if isinstance(node, ast.ImportFrom)}
            assert not names & HEAVY, f"{path.relative_to(ROOT)} imports {sorted(names & HEAVY)} at its top"
