"""Export the trained judge to ONNX: the pair reader with int8 weights and activations, the group reader in fp32."""

from __future__ import annotations

import hashlib
import tempfile
from pathlib import Path
from typing import Any

import torch

from analyzers.pair_input import FACETS, RELATIONS
from evals.training.model import GROUP_FEATURES, WIDTH, GroupReader, PairReader

PAIR_FILE = "local-judge.int8.onnx"
GROUP_FILE = "local-judge-group.onnx"
MAX_BYTES = 30 * 1024 * 1024


def export_judge(pair: PairReader, group: GroupReader, folder: Path) -> dict[str, Any]:
    """Write both files; returns name, size and SHA-256 of each.

    Raises:
        RuntimeError: Together they are larger than 30 MB.
    """
    folder.mkdir(parents=True, exist_ok=True)
    _export_pair(pair.eval(), folder / PAIR_FILE)
    _export_group(group.eval(), folder / GROUP_FILE)
    files = [folder / PAIR_FILE, folder / GROUP_FILE]
    size = sum(path.stat().st_size for path in files)
    if size > MAX_BYTES:
        raise RuntimeError(f"the judge has {size / 1024 / 1024:.1f} MB, more than 30")
    return {
        "bytes": size,
        "files": {path.name: hashlib.sha256(path.read_bytes()).hexdigest() for path in files},
    }


def _export_pair(model: PairReader, target: Path) -> None:
    from onnxruntime.quantization import QuantType, quantize_dynamic

    ids = torch.randint(5, 1000, (2, 16))
    types = torch.zeros_like(ids)
    types[:, 8:] = 1
    axes, rows = {0: "pairs", 1: "tokens"}, {0: "pairs"}
    inputs = ["input_ids", "token_type_ids", "attention_mask"]
    dynamic = dict.fromkeys([*inputs, "marks"], axes) | dict.fromkeys(["relation", "facets", "pooled"], rows)
    with tempfile.TemporaryDirectory() as scratch:
        full = Path(scratch) / "full.onnx"
        torch.onnx.export(
            model,
            (ids, types, torch.ones_like(ids)),
            str(full),
            input_names=inputs,
            output_names=["relation", "facets", "marks", "pooled"],
            dynamic_axes=dynamic,
            opset_version=17,
            dynamo=False,
        )
        quantize_dynamic(str(full), str(target), weight_type=QuantType.QInt8, per_channel=True)


def _export_group(model: GroupReader, target: Path) -> None:
    shapes = {"pooled": 2 * WIDTH, "said": len(RELATIONS) + len(FACETS), "features": GROUP_FEATURES}
    inputs = [torch.zeros(2, 5, width) for width in shapes.values()] + [torch.ones(2, 5)]
    names = [*shapes, "mask"]
    torch.onnx.export(
        model,
        tuple(inputs),
        str(target),
        input_names=names,
        output_names=["verdict", "facets"],
        dynamic_axes={name: {0: "groups", 1: "units"} for name in names}
        | {name: {0: "groups"} for name in ("verdict", "facets")},
        opset_version=17,
        dynamo=False,
    )
