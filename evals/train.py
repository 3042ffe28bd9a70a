"""`make train`: retrieval's learned parts, then the local judge, from `evals/training` and the train companies.

Seeded; about an hour and a half on two cores. Thresholds are chosen afterwards on the dev companies (`evals.calibrate`).
"""

from __future__ import annotations

import argparse
import json
import math
import random
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray

from analyzers.local_judge import MODELS
from analyzers.pair_input import (
    FACETS,
    VERDICTS,
    PairEncoding,
    encode_pairs,
    group_features,
    pad_pairs,
    passage_prefix,
    requirement_text,
)
from corpus.catalogue import load_catalogue
from corpus.types import Requirement
from evals.cases import find_case, load_case, read_split
from evals.training.adapter import train_adapter
from evals.training.data import load_pairs
from evals.training.export import export_judge
from evals.training.groups import Group, real_groups, written_groups
from evals.training.mine import index_company, mine_passages
from evals.training.model import GroupReader, PairReader, load_body
from evals.training.terms import train_terms
from retrieval.adapter import load_adapter
from retrieval.encoder import load_encoder

SEED = 11
EPOCHS = 2
WARM = 0.06
WRITTEN_SHARE = 0.6
"""Share of the written groups in each epoch, drawn anew; those of the companies are all in every epoch."""
PAIRS_PER_BATCH = 44
PARTS = 2
"""A batch is read in so many parts by length, so that short pairs are not padded to the longest."""
RATE = 1e-4
HEAD_RATE = 6.0
"""The heads are new and learn this many times faster than the body."""
RELATION = {"mandates": 0, "practice": 0, "intent": 1, "mentions": 2, "unrelated": 2, "opposite": 3, "facet_only": 4}
RELATION_WEIGHT = (1.5, 1.5, 0.6, 1.5, 1.0)
VERDICT_WEIGHT = (1.2, 1.0, 1.0, 1.5)
LOSS_WEIGHT = {"relation": 1.0, "facets": 0.7, "marks": 0.4, "verdict": 0.8, "group_facets": 0.6}


@dataclass(frozen=True)
class Example:
    """A group as tensors will want it; targets that are not known are -1."""

    encodings: tuple[PairEncoding, ...]
    relations: NDArray[np.int64]
    facets: NDArray[np.float32]
    marks: tuple[NDArray[np.float32], ...]
    weights: NDArray[np.float32]
    features: NDArray[np.float32]
    verdict: int
    group_facets: NDArray[np.float32]


def main() -> None:
    """Train and export."""
    parser = argparse.ArgumentParser(prog="python -m evals.train", description=__doc__)
    parser.add_argument("--epochs", type=int, default=EPOCHS)
    parser.add_argument("--limit", type=int, default=0, help="use so many groups only, to try the path")
    parser.add_argument("--skip-retrieval", action="store_true", help="keep adapter and terms as they are")
    parser.add_argument("--out", type=Path, default=MODELS, help="folder for the model and its card")
    arguments = parser.parse_args()
    torch.manual_seed(SEED)
    random.seed(SEED)
    requirements = {item.id: item for item in load_catalogue().requirements()}
    encoder = load_encoder()
    cases = [load_case(find_case(name)) for name in read_split()["train"]]
    written = load_pairs()
    companies = [index_company(case, encoder) for case in cases]
    if not arguments.skip_retrieval:
        train_terms(written, cases, requirements)
        train_adapter(written, mine_passages(companies, requirements), requirements, encoder, seed=SEED)
        load_adapter.cache_clear()
    real, fillers = real_groups(companies, requirements, seed=SEED)
    made = written_groups(written, fillers, requirements, encoder, seed=SEED)
    if arguments.limit:
        real, made = real[: arguments.limit], made[: arguments.limit]
    print(f"{len(real)} groups of {len(cases)} companies, {len(made)} written ones", flush=True)

    def joining() -> list[Group]:
        """Groups of the companies that join later."""
        later = [load_case(find_case(name)) for name in read_split()["train_later"]]
        return real_groups([index_company(case, encoder) for case in later], requirements, seed=SEED)[0]

    torch.manual_seed(SEED)  # the retrieval parts have drawn from it
    random.seed(SEED)
    pair_reader, group_reader, pairs = train(real, made, joining, requirements, epochs=arguments.epochs)
    arguments.out.mkdir(parents=True, exist_ok=True)
    torch.save(pair_reader.state_dict(), arguments.out / "local-judge.pt")
    card = export_judge(pair_reader, group_reader, arguments.out)
    card["data"] = {
        "written": len(written),
        "groups": {"companies": len(real), "written": len(made)},
        "pairs": pairs,
        "companies": list(read_split()["train"]),
        "joining_later": list(read_split()["train_later"]),
        "epochs": arguments.epochs,
        "seed": SEED,
    }
    (Path(arguments.out) / "training.json").write_text(json.dumps(card, indent=1) + "\n")


def prepare(groups: Sequence[Group], requirements: dict[str, Requirement]) -> list[Example]:
    """Encodings with targets."""
    texts = [
        (
            requirement_text(requirements[group.requirement]),
            passage_prefix(unit.pair.heading.split(" > ")) if unit.pair.heading else "",
            unit.pair.text,
        )
        for group in groups
        for unit in group.units
    ]
    encodings = iter(encode_pairs(texts))
    return [_example(group, requirements[group.requirement], encodings) for group in groups]


def _example(group: Group, requirement: Requirement, encodings: Iterator[PairEncoding]) -> Example:
    own = tuple(next(encodings) for _ in group.units)
    facets = np.full((len(own), len(FACETS)), -1.0, dtype=np.float32)
    marks = []
    for i, (unit, encoding) in enumerate(zip(group.units, own, strict=True)):
        pair = unit.pair
        for facet in requirement.must_state:
            if pair.states is not None and facet in pair.states:
                facets[i, FACETS.index(facet)] = 1.0
            elif (pair.states is not None and pair.lacks is None) or facet in (pair.lacks or ()):
                facets[i, FACETS.index(facet)] = 0.0
        words = np.full(len(encoding.ids), -1.0, dtype=np.float32)
        if pair.marks is not None:
            for k, (a, b) in enumerate(encoding.offsets):
                if a >= 0:
                    words[k] = float(any(a >= start and b <= end for start, end in pair.marks))
        marks.append(words)
    together = np.full(len(FACETS), -1.0, dtype=np.float32)
    for facet, stated in group.facets.items():
        together[FACETS.index(facet)] = float(stated)
    return Example(
        encodings=own,
        relations=np.array([RELATION[unit.pair.relation] if unit.relation_known else -1 for unit in group.units]),
        facets=facets,
        marks=tuple(marks),
        weights=np.array([unit.pair.weight for unit in group.units], dtype=np.float32),
        features=np.array([group_features(unit.rank, unit.affinity) for unit in group.units], dtype=np.float32),
        verdict=VERDICTS.index(group.verdict),
        group_facets=together,
    )


def train(
    real: Sequence[Group],
    written: Sequence[Group],
    joining: Callable[[], list[Group]],
    requirements: dict[str, Requirement],
    *,
    epochs: int,
) -> tuple[PairReader, GroupReader, int]:
    """AdamW with warm-up and linear decay, bf16 autocast; word embeddings and the first layer stay as they are.

    Args:
        joining: Gives the groups of the companies that join from the second epoch on.

    Returns:
        Both networks and the number of pairs read.
    """
    first, drawn = prepare(real, requirements), prepare(written, requirements)
    pair_reader, group_reader = PairReader(load_body()).train(), GroupReader().train()
    heads, body = list(group_reader.parameters()), []
    for name, parameter in pair_reader.named_parameters():
        if name.startswith(("embeddings.word", "encoder.layer.0.")):
            parameter.requires_grad_(False)
        elif name.split(".")[0] in ("relation", "facets", "marks"):
            heads.append(parameter)
        else:
            body.append(parameter)
    optimiser = torch.optim.AdamW(
        [{"params": body, "lr": RATE}, {"params": heads, "lr": RATE * HEAD_RATE}], weight_decay=0.01
    )
    progress = 0.0
    schedule = torch.optim.lr_scheduler.LambdaLR(
        optimiser, lambda _: min((progress + 0.002) / WARM, max(0.02, (1 - progress) / (1 - WARM)))
    )
    started, step, read = time.time(), 0, 0
    totals: dict[str, float] = {}
    for epoch in range(epochs):
        if epoch == 1:
            first += prepare(joining(), requirements)
        batches = _batches([*first, *random.sample(drawn, int(WRITTEN_SHARE * len(drawn)))])
        for number, batch in enumerate(batches):
            losses = batch_losses(pair_reader, group_reader, batch)
            loss = torch.stack([LOSS_WEIGHT[name] * value for name, value in losses.items()]).sum()
            optimiser.zero_grad()
            loss.backward()
            torch.nn.utils.clip_grad_norm_([*body, *heads], 1.0)
            optimiser.step()
            progress = (epoch + (number + 1) / len(batches)) / epochs
            schedule.step()
            step += 1
            read += sum(len(item.encodings) for item in batch)
            for name, value in losses.items():
                totals[name] = totals.get(name, 0.0) + value.item()
            if step % 50 == 0:
                shown = " ".join(f"{name} {value / 50:.3f}" for name, value in totals.items())
                print(f"step {step}, {progress:.0%}, {read / (time.time() - started):.0f} pairs/s, {shown}", flush=True)
                totals.clear()
        print(f"epoch {epoch + 1} done after {time.time() - started:.0f} s", flush=True)
    return pair_reader.eval(), group_reader.eval(), read


def _batches(examples: list[Example]) -> list[list[Example]]:
    random.shuffle(examples)
    batches: list[list[Example]] = [[]]
    pairs = 0
    for item in examples:
        if pairs and pairs + len(item.encodings) > PAIRS_PER_BATCH:
            batches.append([])
            pairs = 0
        batches[-1].append(item)
        pairs += len(item.encodings)
    return batches


def batch_losses(
    pair_reader: PairReader, group_reader: GroupReader, batch: Sequence[Example]
) -> dict[str, torch.Tensor]:
    """The five losses of one batch of groups."""
    encodings = [encoding for item in batch for encoding in item.encodings]
    marks = [row for item in batch for row in item.marks]
    weight = torch.from_numpy(np.concatenate([item.weights for item in batch]))
    order = sorted(range(len(encodings)), key=lambda i: len(encodings[i].ids))
    place = torch.empty(len(order), dtype=torch.long)
    place[torch.tensor(order)] = torch.arange(len(order))
    parts, mark_losses = [], []
    for first in range(0, len(order), math.ceil(len(order) / PARTS)):
        rows = order[first : first + math.ceil(len(order) / PARTS)]
        arrays = pad_pairs([encodings[i] for i in rows])
        with torch.autocast("cpu", torch.bfloat16):
            relation, facets, words, pooled = pair_reader(*[torch.from_numpy(array) for array in arrays])
        parts.append((relation.float(), facets.float(), pooled.float()))
        target = np.full(arrays[0].shape, -1.0, dtype=np.float32)
        for i, row in enumerate(rows):
            target[i, : len(marks[row])] = marks[row]
        mark_losses.append(_known_bce(words.float(), torch.from_numpy(target), weight[rows][:, None]))
    relation, facets, pooled = (torch.cat(items)[place] for items in zip(*parts, strict=True))
    verdict, together = _read_groups(group_reader, batch, pooled, torch.cat([relation, facets], dim=1))
    functional = torch.nn.functional
    wanted = torch.from_numpy(np.concatenate([item.relations for item in batch]))
    known = wanted >= 0
    each = functional.cross_entropy(
        relation[known], wanted[known], weight=torch.tensor(RELATION_WEIGHT), reduction="none", label_smoothing=0.03
    )
    return {
        "relation": (each * weight[known]).sum() / weight[known].sum().clamp(min=1.0),
        "facets": _known_bce(
            facets, torch.from_numpy(np.concatenate([item.facets for item in batch])), weight[:, None]
        ),
        "marks": torch.stack(mark_losses).mean(),
        "verdict": functional.cross_entropy(
            verdict,
            torch.tensor([item.verdict for item in batch]),
            weight=torch.tensor(VERDICT_WEIGHT),
            label_smoothing=0.05,
        ),
        "group_facets": _known_bce(
            together, torch.from_numpy(np.stack([item.group_facets for item in batch])), torch.ones(len(batch), 1)
        ),
    }


def _read_groups(
    reader: GroupReader, batch: Sequence[Example], pooled: torch.Tensor, said: torch.Tensor
) -> tuple[torch.Tensor, torch.Tensor]:
    sizes = [len(item.encodings) for item in batch]
    width = max(sizes)
    mask = torch.zeros(len(batch), width)
    features = torch.zeros(len(batch), width, 2)
    for i, item in enumerate(batch):
        mask[i, : sizes[i]] = 1.0
        features[i, : sizes[i]] = torch.from_numpy(item.features)
    padded = torch.nn.utils.rnn.pad_sequence
    verdict, facets = reader(
        padded(list(pooled.split(sizes)), batch_first=True),
        padded(list(said.split(sizes)), batch_first=True),
        features,
        mask,
    )
    return verdict, facets


def _known_bce(logits: torch.Tensor, target: torch.Tensor, weight: torch.Tensor) -> torch.Tensor:
    known = (target >= 0).float() * weight
    each = torch.nn.functional.binary_cross_entropy_with_logits(logits, target.clamp(min=0), reduction="none")
    return (each * known).sum() / known.sum().clamp(min=1.0)


if __name__ == "__main__":
    main()
