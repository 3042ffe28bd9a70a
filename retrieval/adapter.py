"""A trained linear view of the bundled encoder's vectors in which passages lie near the requirements they answer."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path

import numpy as np

from retrieval.encoder import BUNDLED_NAME, Vectors

ADAPTER = Path(__file__).parent / "models" / "adapter.npz"


class Adapter:
    """`passage` maps passage vectors; `requirement` gives the learned vector of a catalogue requirement."""

    def __init__(self, passage: Vectors, ids: list[str], requirements: Vectors) -> None:
        self._passage = passage
        self._row = {item: i for i, item in enumerate(ids)}
        self._requirements = requirements

    def passages(self, vectors: Vectors) -> Vectors:
        """`(n, 384)` encoder vectors to `(n, 384)` adapted ones of unit length."""
        adapted = vectors @ self._passage.T
        norms = np.linalg.norm(adapted, axis=1, keepdims=True)
        return np.asarray(adapted / np.maximum(norms, 1e-9), dtype=np.float32)

    def requirement(self, requirement_id: str) -> tuple[float, ...] | None:
        """The learned vector in the adapted space, None for a requirement that was not trained."""
        row = self._row.get(requirement_id)
        return None if row is None else tuple(float(x) for x in self._requirements[row])


@lru_cache(maxsize=2)
def load_adapter(encoder_name: str) -> Adapter | None:
    """The adapter that fits an encoder; only the bundled one has one."""
    if encoder_name != BUNDLED_NAME or not ADAPTER.is_file():
        return None
    with np.load(ADAPTER, allow_pickle=False) as data:
        return Adapter(
            data["passage"].astype(np.float32),
            [str(item) for item in data["ids"]],
            data["requirements"].astype(np.float32),
        )
