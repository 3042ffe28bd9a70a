"""Parse files in disposable child processes with limits on time, memory and output."""

from __future__ import annotations

import json
import os
import select
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from queue import SimpleQueue

from corpus.errors import UnreadableDocument
from corpus.types import Document

ParseResult = Document | UnreadableDocument


@dataclass(frozen=True)
class ParseLimits:
    """What one file may cost. Memory is address space, of which about 250 MB are the interpreter and libraries."""

    timeout_s: float = 60.0
    memory_bytes: int = 1_500 * 1024 * 1024
    output_bytes: int = 200 * 1024 * 1024


class ParseChild:
    """One child process; it is replaced after a time-out or a crash."""

    def __init__(self, limits: ParseLimits) -> None:
        self.limits = limits
        self._process: subprocess.Popen[str] | None = None

    def _start(self) -> subprocess.Popen[str]:
        environment = {**os.environ, "OMP_NUM_THREADS": "1", "PYTHONHASHSEED": "0"}
        roots = [entry or str(Path.cwd()) for entry in sys.path]
        environment["PYTHONPATH"] = os.pathsep.join(roots)
        command = [
            sys.executable,
            "-P",
            "-m",
            "corpus.parse_worker",
            str(self.limits.memory_bytes),
            str(self.limits.output_bytes),
        ]
        return subprocess.Popen(  # noqa: S603 - our own module, no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            text=True,
            encoding="utf-8",
            env=environment,
        )

    def parse(self, path: Path, name: str) -> ParseResult:
        """Read one file; every way to fail is an `UnreadableDocument`, never an exception of another kind."""
        if self._process is None or self._process.poll() is not None:
            self._process = self._start()
        process = self._process
        assert process.stdin is not None and process.stdout is not None
        with tempfile.TemporaryDirectory(prefix="fieldwork-parse-") as folder:
            target = Path(folder) / "document.json"
            try:
                process.stdin.write(json.dumps([str(path), name, str(target)]) + "\n")
                process.stdin.flush()
                ready, _, _ = select.select([process.stdout], [], [], self.limits.timeout_s)
                line = process.stdout.readline() if ready else None
            except (BrokenPipeError, OSError):
                line = ""
            if line is None:
                self.close()
                return UnreadableDocument(
                    name,
                    "timeout",
                    f"reading took more than {self.limits.timeout_s:.0f} s and was stopped. Split or re-save it.",
                )
            if not line:
                self.close()
                return UnreadableDocument(
                    name, "crashed", "its parser crashed. Save it again in its program, then ingest it."
                )
            reply = json.loads(line)
            if reply["status"] != "ok":
                return UnreadableDocument(name, reply["reason"], reply["message"])
            return Document.model_validate_json(target.read_bytes())

    def close(self) -> None:
        """End the child at once."""
        if self._process is not None:
            self._process.kill()
            self._process.wait()
            for stream in (self._process.stdin, self._process.stdout):
                if stream:
                    stream.close()
            self._process = None


def parse_files(
    files: Sequence[tuple[Path, str]],
    *,
    limits: ParseLimits | None = None,
    workers: int | None = None,
    on_done: Callable[[], None] = lambda: None,
) -> Iterator[ParseResult]:
    """Read many files, results in the order given.

    Args:
        files: Pairs of path and display name.
        workers: Child processes; one for each processor if not given.
        on_done: Called after each file, from a worker thread.
    """
    limits = limits or ParseLimits()
    count = max(1, min(workers or os.cpu_count() or 1, len(files)))
    idle: SimpleQueue[ParseChild] = SimpleQueue()
    children = [ParseChild(limits) for _ in range(count)]
    for child in children:
        idle.put(child)

    def run(item: tuple[Path, str]) -> ParseResult:
        child = idle.get()
        try:
            return child.parse(*item)
        finally:
            idle.put(child)
            on_done()

    try:
        with ThreadPoolExecutor(count) as pool:
            yield from pool.map(run, files)
    finally:
        for child in children:
            child.close()
