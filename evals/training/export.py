"""Export the trained cross-encoder to ONNX with int8 weights and activations, per channel."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

import torch

from evals.training.model import PairJudge

FILE = "local-judge.int8.onnx"
MAX_BYTES = 30 * 1024 * 1024


def export_judge(model: PairJudge, folder: Path) -> dict[str, Any]:
    """Write the model file; returns its name, size and SHA-256.

    Raises:
        RuntimeError: The file is larger than 30 MB.
    """
    from onnxruntime.quantization import QuantType, quantize_dynamic

    folder.mkdir(parents=True, exist_ok=True)
    ids = torch.randint(5, 1000, (2, 16))
    types = torch.zeros_like(ids)
    types[:, 8:] = 1
    axes = {0: "pairs", 1: "tokens"}
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "full.onnx"
        torch.onnx.export(
            model,
            (ids, types, torch.ones_like(ids)),
            str(full),
            input_names=["input_ids", "token_type_ids", "attention_mask"],
            output_names=["relation", "facets", "marks"],
            dynamic_axes={
                "input_ids": axes,
                "token_type_ids": axes,
                "attention_mask": axes,
                "relation": {0: "pairs"},
                "facets": {0: "pairs"},
                "marks": axes,
            },
            opset_version=17,
            dynamo=False,
        )
        target = folder / FILE
        quantize_dynamic(str(full), str(target), weight_type=QuantType.QInt8, per_channel=True)
    size = target.stat().st_size
    if size > MAX_BYTES:
        raise RuntimeError(f"{FILE} has {size / 1024 / 1024:.1f} MB, more than 30")
    return {"file": FILE, "bytes": size, "sha256": hashlib.sha256(target.read_bytes()).hexdigest()}
