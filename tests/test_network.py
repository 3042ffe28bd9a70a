"""No network unless the user asked for it: the whole job is watched from the kernel's side."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

HOOK = """
import os, sys
def watch(event, arguments):
    if event in ("socket.connect", "socket.getaddrinfo", "socket.gethostbyname", "socket.sendto"):
        target = arguments[1] if event in ("socket.connect", "socket.sendto") else arguments[0]
        if not (isinstance(target, (str, bytes)) and event in ("socket.connect", "socket.sendto")):
            with open(os.environ["FIELDWORK_NETWORK_LOG"], "a") as log:
                log.write(f"{event} {target}\\n")
sys.addaudithook(watch)
"""


def run_demo(folder: Path, prefix: list[str], extra: dict[str, str]) -> None:
    environment = {key: value for key, value in os.environ.items() if "proxy" not in key.lower()} | extra
    command = [*prefix, sys.executable, "-m", "engagement.cli", "demo", "--folder", str(folder / "demo")]
    result = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=280)
    assert result.returncode == 0, result.stderr[-2000:]
    assert "Top 5 of" in result.stdout


@pytest.mark.slow
def test_the_demo_asks_python_for_no_connection(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(HOOK)
    log = tmp_path / "network.log"
    run_demo(tmp_path, [], {"PYTHONPATH": str(tmp_path), "FIELDWORK_NETWORK_LOG": str(log), "FIELDWORK_JUDGE": "rules"})
    assert not log.exists(), log.read_text()


@pytest.mark.slow
def test_the_demo_makes_no_internet_system_call(tmp_path: Path) -> None:
    if shutil.which("strace") is None:
        pytest.skip("strace is not installed: native libraries' connections are not watched")
    trace = tmp_path / "trace.log"
    prefix = ["strace", "-f", "-qq", "-e", "trace=connect,sendto,sendmsg", "-o", str(trace)]
    run_demo(tmp_path, prefix, {})
    calls = [line for line in trace.read_text().splitlines() if re.search(r"AF_INET6?\b", line)]
    assert calls == []


def test_the_tests_themselves_cannot_leave_the_machine(no_network: list[object]) -> None:
    import socket

    with pytest.raises(OSError, match="tests may not connect"):
        socket.create_connection(("192.0.2.1", 80), timeout=1)
    assert no_network == [("192.0.2.1", 80)]
