"""Resolve pyproject.toml to `base.lock` and `torch*.lock`: names, versions and hashes, no address of any kind."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).parent
UV = Path(sys.executable).parent / "uv"
KEPT_APART = ("torch", "triton", "nvidia-", "cuda-")


def main() -> None:
    """Rewrite `base.lock`; torch is pinned in pyproject.toml and has lock files of its own."""
    command = [str(UV), "pip", "compile", "pyproject.toml", "--extra", "dev", "--generate-hashes", "--no-header",
               "--no-annotate", "--no-emit-index-url", "--python-version", "3.11", "--quiet"]  # fmt: skip
    if (HERE / "base.lock").exists() and "--upgrade" not in sys.argv:
        command += ["--constraint", str(HERE / "base.lock")]
    text = subprocess.run(command, check=True, capture_output=True, text=True, cwd=HERE.parent).stdout  # noqa: S603
    blocks = [block for block in re.split(r"\n(?=\S)", text) if not block.startswith(KEPT_APART)]
    (HERE / "base.lock").write_text("\n".join(blocks).rstrip() + "\n")
    print(f"base.lock: {len(blocks)} packages")


if __name__ == "__main__":
    main()
