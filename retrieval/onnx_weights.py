"""Join a committed ONNX graph with weights that live elsewhere, and run it."""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from corpus.errors import ModelUnavailable

os.environ["ORT_DISABLE_TELEMETRY"] = "1"
"""ONNX Runtime 1.32 on Linux looks up a telemetry host after some seconds unless this stands before its import."""


def processor_count() -> int:
    """Processors that this process may use."""
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def session_options(threads: int | None = None) -> Any:
    """ONNX Runtime options: sequential, `threads` intra-op threads (all processors if not given), quiet."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads or processor_count()
    options.inter_op_num_threads = 1
    options.log_severity_level = 3
    return options


def open_session(graph: Path, tensors: dict[str, Any], *, threads: int | None = None) -> Any:
    """An ONNX Runtime session of `graph` with its external tensors taken from `tensors` (name -> float32 array)."""
    import onnxruntime

    options = session_options(threads)
    if tensors:
        names = list(tensors)
        values = [onnxruntime.OrtValue.ortvalue_from_numpy(tensors[name]) for name in names]
        options.add_external_initializers(names, values)
    return onnxruntime.InferenceSession(str(graph), options, providers=["CPUExecutionProvider"])


@lru_cache(maxsize=8)
def check_digest(path: Path, expected: str) -> None:
    """Compare a model file with its pinned SHA-256.

    Raises:
        ModelUnavailable: The file is missing or is not the pinned one.
    """
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except OSError as error:
        raise ModelUnavailable(f"{path.name}: the model file is missing. Run `make setup` again.") from error
    if found != expected:
        raise ModelUnavailable(f"{path.name}: its SHA-256 is not the pinned one. Reinstall the locked packages.")
