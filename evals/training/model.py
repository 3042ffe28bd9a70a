"""The cross-encoder: the bundled encoder's body with three heads (relation, facets, marked words)."""

from __future__ import annotations

from typing import Any

import torch

from analyzers.pair_input import FACETS, RELATIONS

WIDTH = 384


class PairJudge(torch.nn.Module):  # type: ignore[misc]
    """Reads `[CLS] requirement [SEP] passage [SEP]`.

    Outputs for a batch of n pairs of t tokens: relation logits `(n, 5)`, facet logits `(n, 15)`, token logits `(n, t)`
    that a token belongs to the words which decide the relation.
    """

    def __init__(self, body: Any) -> None:
        super().__init__()
        self.embeddings = body.embeddings
        self.encoder = body.encoder
        self.dropout = torch.nn.Dropout(0.1)
        self.relation = torch.nn.Sequential(
            torch.nn.Linear(2 * WIDTH, WIDTH), torch.nn.Tanh(), torch.nn.Linear(WIDTH, len(RELATIONS))
        )
        self.facets = torch.nn.Sequential(
            torch.nn.Linear(2 * WIDTH, WIDTH), torch.nn.Tanh(), torch.nn.Linear(WIDTH, len(FACETS))
        )
        self.marks = torch.nn.Linear(WIDTH, 1)

    def forward(
        self, input_ids: torch.Tensor, token_type_ids: torch.Tensor, attention_mask: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """See the class."""
        mask = (1.0 - attention_mask[:, None, None, :].to(torch.float32)) * -10000.0
        hidden = self.embeddings(input_ids=input_ids, token_type_ids=token_type_ids)
        hidden = self.encoder(hidden, attention_mask=mask)[0]
        second = (token_type_ids * attention_mask).unsqueeze(-1).to(hidden.dtype)
        mean = (hidden * second).sum(dim=1) / second.sum(dim=1).clamp(min=1.0)
        pooled = self.dropout(torch.cat([hidden[:, 0], mean], dim=1))
        return self.relation(pooled), self.facets(pooled), self.marks(hidden).squeeze(-1)


def load_body() -> Any:
    """The bundled encoder as a transformers model, eager attention (it must export to ONNX)."""
    from transformers import AutoModel

    from retrieval.encoder import bundled_model_path

    return AutoModel.from_pretrained(str(bundled_model_path()), attn_implementation="eager")
