"""Train the retrieval adapter: a linear map of passage vectors and one vector for each requirement."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import torch

from corpus.types import Requirement
from evals.training.data import Pair
from retrieval.adapter import ADAPTER
from retrieval.encoder import Encoder

EPOCHS = 12
BATCH = 256
SHIFT_PENALTY = 0.5
MAP_PENALTY = 1.0
MINED_REPEATS = 2


def train_adapter(
    written: Sequence[Pair], mined: Sequence[Pair], requirements: dict[str, Requirement], encoder: Encoder, *, seed: int
) -> None:
    """Contrast each passage that answers a requirement with all other requirements and passages of the batch.

    `mentions` and negatives are left out: they are about the topic, and retrieval may show them to the judge.
    """
    torch.manual_seed(seed)
    ids = sorted(requirements)
    number = {item: i for i, item in enumerate(ids)}
    texts = [f"{requirements[item].title} {requirements[item].text}" for item in ids]
    anchors = torch.from_numpy(encoder.encode(texts))
    kept = [pair for pair in written if pair.relation not in ("mentions", "unrelated")]
    kept += [pair for pair in mined if pair.relation not in ("mentions", "unrelated")] * MINED_REPEATS
    passages = [f"{pair.heading}\n{pair.text}" if pair.heading else pair.text for pair in kept]
    unique = list(dict.fromkeys(passages))
    rows = {text: i for i, text in enumerate(unique)}
    vectors = torch.from_numpy(encoder.encode(unique))[[rows[text] for text in passages]]
    targets = torch.tensor([number[pair.requirement] for pair in kept])
    eye = torch.eye(anchors.shape[1])
    passage_map = torch.nn.Parameter(eye.clone())
    query_map = torch.nn.Parameter(eye.clone())
    shift = torch.nn.Parameter(torch.zeros_like(anchors))
    scale = torch.nn.Parameter(torch.tensor(3.0))
    optimiser = torch.optim.Adam([passage_map, query_map, shift, scale], lr=1e-3)
    normalise = torch.nn.functional.normalize
    for _ in range(EPOCHS):
        for batch in torch.randperm(len(vectors)).split(BATCH):
            queries = normalise(anchors @ query_map.T + shift, dim=-1)
            logits = normalise(vectors[batch] @ passage_map.T, dim=-1) @ queries.T * scale.exp()
            wanted = targets[batch]
            loss = torch.nn.functional.cross_entropy(logits, wanted, label_smoothing=0.05)
            among = logits[:, wanted].T
            same = wanted[:, None] == wanted[None]
            loss = loss + (torch.logsumexp(among, 1) - torch.logsumexp(among.masked_fill(~same, -1e4), 1)).mean()
            loss = loss + SHIFT_PENALTY * (shift**2).sum(1).mean()
            drift = ((passage_map - eye) ** 2).sum() + ((query_map - eye) ** 2).sum()
            loss = loss + MAP_PENALTY * drift / len(eye)
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    with torch.no_grad():
        learned = normalise(anchors @ query_map.T + shift, dim=-1).numpy()
    np.savez_compressed(
        ADAPTER,
        ids=np.array(ids),
        requirements=learned.astype(np.float16),
        passage=passage_map.detach().numpy().astype(np.float16),
    )
