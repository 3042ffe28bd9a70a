"""`make train`: the retrieval adapter, then the cross-encoder, from the data in `evals/training` and the train companies.

Seeded; about half an hour on two cores. Thresholds are chosen afterwards on the dev companies (`evals.calibrate`).
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from analyzers.local_judge import MODELS
from analyzers.pair_input import FACETS, PairEncoding, encode_pairs, pad_pairs, passage_prefix, requirement_text
from corpus.catalogue import load_catalogue
from corpus.types import Requirement
from evals.cases import load_cases, load_split
from evals.training.adapter import train_adapter
from evals.training.data import Pair, load_pairs
from evals.training.export import export_judge
from evals.training.mine import mine_passages, mine_units
from evals.training.model import PairJudge, load_body
from evals.training.negatives import cross_negatives
from retrieval.encoder import load_encoder

SEED = 11
EPOCHS = 3
BATCH = 32
RATE = 8e-5
HEAD_RATE = 8.0
"""The heads are new and learn this many times faster than the body."""
CROSS_SHARE = 0.35
RELATION = {"mandates": 0, "practice": 0, "intent": 1, "mentions": 2, "unrelated": 2, "opposite": 3, "facet_only": 4}
CLASS_WEIGHT = (1.0, 1.0, 0.8, 1.5, 1.0)
LOSS_WEIGHT = (1.0, 1.0, 0.5)
"""Relation, facets, marked words."""

Example = tuple[PairEncoding, int, NDArray[np.float32], NDArray[np.float32], float]


def main() -> None:
    """Train and export."""
    parser = argparse.ArgumentParser(prog="python -m evals.train", description=__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--limit", type=int, default=0, help="use so many pairs only, to try the path")
    parser.add_argument("--skip-adapter", action="store_true")
    parser.add_argument("--out", type=Path, default=MODELS, help="folder for the model and its card")
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    random.seed(SEED)
    requirements = {item.id: item for item in load_catalogue().requirements()}
    encoder = load_encoder()
    cases = load_cases("train")
    written = load_pairs()
    if not arguments.skip_adapter:
        train_adapter(written, mine_passages(cases, requirements, encoder), requirements, encoder, seed=SEED)
    mined = mine_units(cases, requirements, encoder, seed=SEED)
    chooser = random.Random(SEED)  # noqa: S311 - reproducible sampling
    crossed = [
        pair for pair in cross_negatives(written, requirements, encoder, seed=SEED) if chooser.random() < CROSS_SHARE
    ]
    pairs = [*written, *mined, *crossed]
    if arguments.limit:
        pairs = chooser.sample(pairs, arguments.limit)
    print(f"{len(written)} written, {len(mined)} mined, {len(crossed)} crossed pairs", flush=True)
    model = train(pairs, requirements, epochs=arguments.epochs)
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.save(model.state_dict(), arguments.out / "local-judge.pt")
    card = export_judge(model, arguments.out)
    card["data"] = {
        "written": len(written),
        "mined": len(mined),
        "crossed": len(crossed),
        "companies": list(load_split()["train"]),
        "epochs": arguments.epochs,
        "seed": SEED,
    }
    (Path(arguments.out) / "training.json").write_text(json.dumps(card, indent=1) + "\n")


def prepare(pairs: list[Pair], requirements: dict[str, Requirement]) -> list[Example]:
    """Encodings with targets; a facet or word that is not known is -1 and does not count."""
    texts = [
        (
            requirement_text(requirements[pair.requirement]),
            passage_prefix(pair.heading.split(" > ")) if pair.heading else "",
            pair.text,
        )
        for pair in pairs
    ]
    examples = []
    for pair, encoding in zip(pairs, encode_pairs(texts), strict=True):
        facets = np.full(len(FACETS), -1.0, dtype=np.float32)
        if pair.states is not None:
            for facet in requirements[pair.requirement].must_state:
                facets[FACETS.index(facet)] = float(facet in pair.states)
        words = np.full(len(encoding.ids), -1.0, dtype=np.float32)
        if pair.marks is not None:
            for i, (a, b) in enumerate(encoding.offsets):
                if a >= 0:
                    words[i] = float(any(a >= start and b <= end for start, end in pair.marks))
        examples.append((encoding, RELATION[pair.relation], facets, words, pair.weight))
    return examples


def train(pairs: list[Pair], requirements: dict[str, Requirement], *, epochs: int) -> PairJudge:
    """AdamW with warm-up and linear decay, bf16 autocast; word embeddings and the first layer stay as they are."""
    examples = prepare(pairs, requirements)
    model = PairJudge(load_body())
    model.train()
    heads, body = [], []
    for name, parameter in model.named_parameters():
        if name.startswith(("embeddings.word", "encoder.layer.0.")):
            parameter.requires_grad_(False)
        elif name.split(".")[0] in ("relation", "facets", "marks"):
            heads.append(parameter)
        else:
            body.append(parameter)
    optimiser = torch.optim.AdamW(
        [{"params": body, "lr": RATE}, {"params": heads, "lr": RATE * HEAD_RATE}], weight_decay=0.01
    )
    steps = epochs * math.ceil(len(examples) / BATCH)
    warm = max(1, int(0.06 * steps))
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda step: min((step + 1) / warm, max(0.02, (steps - step) / max(1, steps - warm)))
    )
    started, step = time.time(), 0
    for epoch in range(epochs):
        total = 0.0
        for rows in _batches(examples):
            inputs, targets = _collate([examples[i] for i in rows])
            with torch.autocast("cpu", torch.bfloat16):
                outputs = model(*inputs)
            loss = _loss([item.float() for item in outputs], *targets)
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_(model.parameters(), 1.0)
            optimiser.step()
            schedule.step()
            step += 1
            total += loss.item()
            if step % 50 == 0:
                print(f"step {step} of {steps}, {step * BATCH / (time.time() - started):.0f} pairs/s", flush=True)
        print(f"epoch {epoch + 1}: mean loss {total / math.ceil(len(examples) / BATCH):.3f}", flush=True)
    model.eval()
    return model


def _batches(examples: list[Example]) -> list[list[int]]:
    order = list(range(len(examples)))
    random.shuffle(order)
    batches: list[list[int]] = []
    for first in range(0, len(order), BATCH * 40):
        part = sorted(order[first : first + BATCH * 40], key=lambda i: len(examples[i][0].ids))
        chunk = [part[i : i + BATCH] for i in range(0, len(part), BATCH)]
        random.shuffle(chunk)
        batches.extend(chunk)
    return batches


def _collate(items: list[Example]) -> tuple[list[torch.Tensor], tuple[torch.Tensor, ...]]:
    arrays = pad_pairs([item[0] for item in items])
    words = np.full(arrays[0].shape, -1.0, dtype=np.float32)
    for i, item in enumerate(items):
        words[i, : len(item[3])] = item[3]
    targets = (
        torch.tensor([item[1] for item in items]),
        torch.from_numpy(np.stack([item[2] for item in items])),
        torch.from_numpy(words),
        torch.tensor([item[4] for item in items], dtype=torch.float32),
    )
    return [torch.from_numpy(array) for array in arrays], targets


def _loss(
    outputs: list[torch.Tensor], relation: torch.Tensor, facets: torch.Tensor, words: torch.Tensor, weight: torch.Tensor
) -> torch.Tensor:
    functional = torch.nn.functional
    first = functional.cross_entropy(
        outputs[0], relation, weight=torch.tensor(CLASS_WEIGHT), reduction="none", label_smoothing=0.03
    )
    losses = [(first * weight).sum() / weight.sum()]
    for logits, target in zip(outputs[1:], (facets, words), strict=True):
        known = (target >= 0).float() * weight[:, None]
        each = functional.binary_cross_entropy_with_logits(logits, target.clamp(min=0), reduction="none")
        losses.append((each * known).sum() / known.sum().clamp(min=1))
    return torch.stack([share * loss for share, loss in zip(LOSS_WEIGHT, losses, strict=True)]).sum()


if __name__ == "__main__":
    main()
