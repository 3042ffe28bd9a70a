"""The trained local judge: a small cross-encoder reads (requirement, passage); code turns what it says into claims."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.evidence_reading import Decision, UnitReading, judgement_from_readings
from analyzers.judge import Case
from analyzers.pair_input import FACETS, PairEncoding, encode_pairs, pad_pairs, passage_prefix, requirement_text
from analyzers.signals import addresses_machine, is_self_claim, is_stub
from analyzers.types import JudgeInfo, Judgement
from analyzers.units import Unit, candidate_units
from corpus.errors import ModelUnavailable
from corpus.sentences import sentence_spans
from retrieval.onnx_weights import check_digest, session_options

MODELS = Path(__file__).parent / "models"
SETTINGS = MODELS / "local-judge.json"


@dataclass(frozen=True)
class ModelCard:
    """What stands beside the weights: file, digest, version and the decision layer fitted on the dev companies."""

    file: str
    sha256: str
    version: str
    decision: Decision


@lru_cache(maxsize=1)
def load_card() -> ModelCard:
    """Read `local-judge.json`.

    Raises:
        ModelUnavailable: It is missing.
    """
    try:
        data = json.loads(SETTINGS.read_text(encoding="utf-8"))
    except OSError as error:
        raise ModelUnavailable(f"{SETTINGS.name}: the trained judge is missing. Run `make train`.") from error
    return ModelCard(data["file"], data["sha256"], data["version"], Decision(**data["decision"]))


class LocalJudge:
    """Deterministic and offline; one forward pass for each requirement and unit."""

    def __init__(self, decision: Decision | None = None) -> None:
        import onnxruntime

        card = load_card()
        path = MODELS / card.file
        check_digest(path, card.sha256)
        self.decision = decision or card.decision
        self.info = JudgeInfo(name="local", version=card.version)
        self._session: Any = onnxruntime.InferenceSession(
            str(path), session_options(), providers=["CPUExecutionProvider"]
        )

    def weigh(self, cases: Sequence[Case], on_done: Callable[[int], None] = lambda _: None) -> list[Judgement]:
        """See `Judge.weigh`."""
        return [
            judgement_from_readings(requirement, readings, self.decision)
            for (requirement, _), readings in zip(cases, self.read(cases, on_done), strict=True)
        ]

    def read(self, cases: Sequence[Case], on_done: Callable[[int], None] = lambda _: None) -> list[list[UnitReading]]:
        """What the model says of the units of every case, in order."""
        texts: list[tuple[str, str, str]] = []
        owners: list[tuple[int, Unit, str]] = []
        for number, (requirement, hits) in enumerate(cases):
            for unit in candidate_units(requirement, hits):
                text = countable_text(unit.text)
                if text:
                    texts.append((requirement_text(requirement), passage_prefix(unit.passage.heading), text))
                    owners.append((number, unit, text))
        encodings = encode_pairs(texts)
        groups: list[list[int]] = [[] for _ in cases]
        for i, (number, _, _) in enumerate(owners):
            groups[number].append(i)
        relations, facets, marks = self._run(encodings, groups, on_done)
        readings: list[list[UnitReading]] = [[] for _ in cases]
        for i, (number, unit, text) in enumerate(owners):
            readings[number].append(
                UnitReading(
                    unit=unit,
                    relation=tuple(float(value) for value in relations[i]),
                    facets={name: float(facets[i][k]) for k, name in enumerate(FACETS)},
                    sentences=_sentence_marks(text, encodings[i], marks[i]),
                )
            )
        return readings

    def _run(
        self, encodings: Sequence[PairEncoding], groups: Sequence[list[int]], on_done: Callable[[int], None]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32], list[NDArray[np.float32]]]:
        # One batch for each case: int8 activations are scaled by batch, so a finding must not depend on its neighbours.
        count = len(encodings)
        relations = np.zeros((count, 5), dtype=np.float32)
        facets = np.zeros((count, len(FACETS)), dtype=np.float32)
        marks: list[NDArray[np.float32]] = [np.zeros(0, dtype=np.float32)] * count
        for rows in groups:
            if rows:
                ids, types, mask = pad_pairs([encodings[i] for i in rows])
                inputs = {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}
                relation, facet, mark = self._session.run(None, inputs)
                relations[rows] = _softmax(relation)
                facets[rows] = _sigmoid(facet)
                for i, row in zip(rows, _sigmoid(mark), strict=True):
                    marks[i] = row[: len(encodings[i].ids)]
            on_done(1)
        return relations, facets, marks


def countable_text(text: str) -> str:
    """The unit without sentences that never count: text to a machine, a document's word about itself, stubs."""
    spans = sentence_spans(text)
    kept = [text[a:b] for a, b in spans if not _never_counts(text[a:b])]
    return text if len(kept) == len(spans) else "\n".join(kept)


def _never_counts(sentence: str) -> bool:
    return addresses_machine(sentence) or is_self_claim(sentence) or is_stub(sentence)


def _sentence_marks(text: str, encoding: PairEncoding, marks: NDArray[np.float32]) -> tuple[tuple[str, float], ...]:
    """Each sentence with the mean probability that its words decide the relation."""
    sentences = []
    for start, end in sentence_spans(text):
        inside = [i for i, (a, b) in enumerate(encoding.offsets) if a >= start and b <= end and b > a >= 0]
        sentences.append((text[start:end], float(np.mean(marks[inside])) if inside else 0.0))
    return tuple(sentences)


def _softmax(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    shifted = np.exp(logits - logits.max(axis=1, keepdims=True))
    return np.asarray(shifted / shifted.sum(axis=1, keepdims=True), dtype=np.float32)


def _sigmoid(logits: NDArray[np.float32]) -> NDArray[np.float32]:
    return np.asarray(1.0 / (1.0 + np.exp(-logits)), dtype=np.float32)
