"""The wheel holds all rooms with their data, and the project keeps its own secrets out of the tree."""

from __future__ import annotations

import re
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent


@pytest.mark.slow
def test_the_installed_wheel_runs(tmp_path: Path) -> None:
    uv = Path(sys.executable).parent / "uv"
    build = [
        sys.executable,
        "-c",
        f"from setuptools import build_meta; print(build_meta.build_wheel({str(tmp_path)!r}))",
    ]
    built = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, timeout=200)
    assert built.returncode == 0, built.stderr[-2000:]
    wheel = next(tmp_path.glob("*.whl"))
    names = zipfile.ZipFile(wheel).namelist()
    for needed in (
        "corpus/frameworks/soc2-2017.yaml",
        "corpus/frameworks/ai-objectives.yaml",
        "corpus/samples/lumenvale/profile.yaml",
        "retrieval/models/minilm-l6-graph.onnx",
        "retrieval/models/adapter.npz",
        "analyzers/models/local-judge.int8.onnx",
        "analyzers/models/local-judge.json",
        "app.py",
    ):
        assert needed in names, f"{needed} is not in the wheel"
    site = tmp_path / "site"
    install = [str(uv), "pip", "install", "--quiet", "--no-deps", "--no-index", "--target", str(site), str(wheel)]
    subprocess.run(install, check=True, capture_output=True, timeout=100)
    code = "import sys; sys.path.insert(0, sys.argv[1]); import corpus, engagement.cli as c; assert sys.argv[1] in corpus.__file__; c.app(['catalogue', 'AI-CHG-01'])"
    ran = subprocess.run(
        [sys.executable, "-c", code, str(site)], cwd=tmp_path, capture_output=True, text=True, timeout=100
    )
    assert "AI-CHG-01-R5" in ran.stdout, ran.stderr


def tracked_files() -> list[Path]:
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode != 0:
        pytest.skip("not a git checkout")
    return [ROOT / name for name in listed.stdout.split("\0") if name]


def test_no_host_of_a_registry_no_machine_path_no_key() -> None:
    forbidden = re.compile(
        r"https?://[^\s/\"]*(?:pypi|pythonhosted|npmjs|debian)|/(?:home|Users)/\w+/|sk-[A-Za-z0-9]{20,}|AKIA[0-9A-Z]{16}"
        r"|-----BEGIN [A-Z ]*PRIVATE KEY"
    )
    for path in tracked_files():
        if (
            path.suffix in {".onnx", ".png", ".pdf", ".docx", ".xlsx", ".npz"}
            or not path.is_file()
            or path == Path(__file__)
        ):
            continue
        found = forbidden.search(path.read_text(encoding="utf-8", errors="ignore"))
        assert not found, f"{path.relative_to(ROOT)}: {found.group()}"  # type: ignore[union-attr]


def test_files_stay_small_enough_to_hold_in_the_head() -> None:
    for path in tracked_files():
        if path.suffix == ".py" and path.is_file():
            lines = path.read_text(encoding="utf-8").count("\n")
            assert lines <= 520, f"{path.relative_to(ROOT)} has {lines} lines"
