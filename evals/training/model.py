"""The local judge's two networks: one reads a requirement with one passage, one weighs all passages of a requirement."""

from __future__ import annotations

from typing import Any

import torch

from analyzers.pair_input import FACETS, RELATIONS, VERDICTS

WIDTH = 384
GROUP_WIDTH = 256
GROUP_HEADS = 4
GROUP_FEATURES = 2
DROPOUT = 0.1


class PairReader(torch.nn.Module):  # type: ignore[misc]
    """Reads `[CLS] requirement [SEP] passage [SEP]`: the bundled encoder's body with three heads.

    Outputs for a batch of n pairs of t tokens: relation logits `(n, 5)`, facet logits `(n, 15)`, token logits `(n, t)`
    that a token belongs to the words which decide the relation, and the pooled reading `(n, 768)`.
    """

    def __init__(self, body: Any) -> None:
        super().__init__()
        self.embeddings = body.embeddings
        self.encoder = body.encoder
        self.dropout = torch.nn.Dropout(DROPOUT)
        self.relation = torch.nn.Sequential(
            torch.nn.Linear(2 * WIDTH, WIDTH), torch.nn.Tanh(), torch.nn.Linear(WIDTH, len(RELATIONS))
        )
        self.facets = torch.nn.Sequential(
            torch.nn.Linear(2 * WIDTH, WIDTH), torch.nn.Tanh(), torch.nn.Linear(WIDTH, len(FACETS))
        )
        self.marks = torch.nn.Linear(WIDTH, 1)

    def forward(
        self, input_ids: torch.Tensor, token_type_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
        """See the class."""
        mask = (1.0 - attention_mask[:, None, None, :].to(torch.float32)) * -10000.0
        hidden = self.embeddings(input_ids=input_ids, token_type_ids=token_type_ids)
        hidden = self.encoder(hidden, attention_mask=mask)[0]
        second = (token_type_ids * attention_mask).unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * second).sum(dim=1) / second.sum(dim=1).clamp(min=1.0)
        pooled = torch.cat([hidden[:, 0], mean], dim=1)
        read = self.dropout(pooled)
        return self.relation(read), self.facets(read), self.marks(hidden).squeeze(-1), pooled


class GroupReader(torch.nn.Module):  # type: ignore[misc]
    """Weighs up to k passages of one requirement together: attention over their readings and a token for the whole.

    Inputs: readings `(g, k, 768)`, what the pair reader said of each `(g, k, 20)` as logits, rank and affinity
    `(g, k, 2)`, and a mask `(g, k)` with 1 for a passage. Outputs: verdict logits `(g, 4)` and logits that each facet
    is stated somewhere `(g, 15)`.
    """

    def __init__(self) -> None:
        super().__init__()
        self.enter = torch.nn.Linear(2 * WIDTH + len(RELATIONS) + len(FACETS) + GROUP_FEATURES, GROUP_WIDTH)
        self.whole = torch.nn.Parameter(torch.zeros(GROUP_WIDTH))
        self.layers = torch.nn.ModuleList([_Attention() for _ in range(2)])
        self.last = torch.nn.LayerNorm(GROUP_WIDTH)
        self.dropout = torch.nn.Dropout(DROPOUT)
        self.verdict = torch.nn.Linear(GROUP_WIDTH, len(VERDICTS))
        self.facets = torch.nn.Linear(GROUP_WIDTH, len(FACETS))

    def forward(
        self, pooled: torch.Tensor, said: torch.Tensor, features: torch.Tensor, mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor]:
        """See the class."""
        units = self.enter(torch.cat([pooled, said, features], dim=-1))
        first = torch.zeros_like(units[:, :1]) + self.whole
        hidden = self.dropout(torch.cat([first, units], dim=1))
        seen = torch.cat([torch.ones_like(mask[:, :1]), mask], dim=1)
        for layer in self.layers:
            hidden = layer(hidden, seen)
        whole = self.dropout(self.last(hidden[:, 0]))
        return self.verdict(whole), self.facets(whole)


class _Attention(torch.nn.Module):  # type: ignore[misc]
    """One pre-norm transformer layer, written out so that it exports plainly."""

    def __init__(self) -> None:
        super().__init__()
        self.before = torch.nn.LayerNorm(GROUP_WIDTH)
        self.three = torch.nn.Linear(GROUP_WIDTH, 3 * GROUP_WIDTH)
        self.out = torch.nn.Linear(GROUP_WIDTH, GROUP_WIDTH)
        self.between = torch.nn.LayerNorm(GROUP_WIDTH)
        self.wide = torch.nn.Linear(GROUP_WIDTH, 2 * GROUP_WIDTH)
        self.back = torch.nn.Linear(2 * GROUP_WIDTH, GROUP_WIDTH)
        self.dropout = torch.nn.Dropout(DROPOUT)

    def forward(self, hidden: torch.Tensor, mask: torch.Tensor) -> torch.Tensor:
        """`(g, k + 1, width)` to the same."""
        size = GROUP_WIDTH // GROUP_HEADS
        groups, length = hidden.shape[0], hidden.shape[1]
        query, key, value = self.three(self.before(hidden)).split(GROUP_WIDTH, dim=-1)

        def heads(tensor: torch.Tensor) -> torch.Tensor:
            return tensor.reshape(groups, length, GROUP_HEADS, size).transpose(1, 2)

        weights = heads(query) @ heads(key).transpose(-1, -2) / size**0.5
        weights = (weights + (1.0 - mask[:, None, None, :]) * -10000.0).softmax(dim=-1)
        mixed = (weights @ heads(value)).transpose(1, 2).reshape(groups, length, GROUP_WIDTH)
        hidden = hidden + self.dropout(self.out(mixed))
        inner = torch.nn.functional.gelu(self.wide(self.between(hidden)))
        return hidden + self.dropout(self.back(inner))


def load_body() -> Any:
    """The bundled encoder as a transformers model, eager attention (it must export to ONNX)."""
    from transformers import AutoModel

    from retrieval.encoder import bundled_model_path

    return AutoModel.from_pretrained(str(bundled_model_path()), attn_implementation="eager")
