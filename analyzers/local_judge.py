"""The trained local judge: one network reads a requirement with each passage, a second weighs the passages together;
code turns what they say into claims."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from analyzers.decision import judgement_from_reading
from analyzers.judge import Case
from analyzers.layers import Decision
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
from analyzers.readings import NO_READING, CaseReading, UnitReading
from analyzers.signals import addresses_machine, is_self_claim, is_stub
from analyzers.types import JudgeInfo, Judgement
from analyzers.units import Unit, candidate_units
from corpus.errors import ModelUnavailable
from corpus.sentences import sentence_spans
from retrieval.onnx_weights import check_digest, session_options

MODELS = Path(__file__).parent / "models"
SETTINGS = MODELS / "local-judge.json"
PAIR_FILE = "local-judge.int8.onnx"
GROUP_FILE = "local-judge-group.onnx"


@dataclass(frozen=True)
class ModelCard:
    """What stands beside the weights: files with digests, version and the decision layer fitted on the dev companies."""

    files: dict[str, str]
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
    return ModelCard(data["files"], data["version"], Decision(**data["decision"]))


class LocalJudge:
    """Deterministic and offline; one forward pass for each requirement and unit, one for each requirement."""

    def __init__(self, decision: Decision | None = None) -> None:
        import onnxruntime

        card = load_card()
        self.decision = decision or card.decision
        self.info = JudgeInfo(name="local", version=card.version)
        sessions: list[Any] = []
        for name in (PAIR_FILE, GROUP_FILE):
            check_digest(MODELS / name, card.files[name])
            path = str(MODELS / name)
            sessions.append(onnxruntime.InferenceSession(path, session_options(), providers=["CPUExecutionProvider"]))
        self._pairs, self._groups = sessions

    def weigh(self, cases: Sequence[Case], on_done: Callable[[int], None] = lambda _: None) -> list[Judgement]:
        """See `Judge.weigh`."""
        return [
            judgement_from_reading(requirement, reading, self.decision)
            for (requirement, _), reading in zip(cases, self.read(cases, on_done), strict=True)
        ]

    def read(self, cases: Sequence[Case], on_done: Callable[[int], None] = lambda _: None) -> list[CaseReading]:
        """What the networks say of every case, in order."""
        texts: list[tuple[str, str, str]] = []
        owners: list[list[tuple[Unit, str]]] = []
        for requirement, hits in cases:
            own = [(unit, countable_text(unit.text)) for unit in candidate_units(requirement, hits)]
            owners.append([(unit, text) for unit, text in own if text])
            texts += [
                (requirement_text(requirement), passage_prefix(unit.passage.heading), text) for unit, text in owners[-1]
            ]
        encodings = iter(encode_pairs(texts))
        readings = []
        for own in owners:
            readings.append(self._read_case(own, [next(encodings) for _ in own]) if own else NO_READING)
            on_done(1)
        return readings

    def _read_case(self, own: Sequence[tuple[Unit, str]], encodings: Sequence[PairEncoding]) -> CaseReading:
        # One batch for each case: int8 activations are scaled by batch, so a finding must not depend on its neighbours.
        ids, types, mask = pad_pairs(encodings)
        inputs = {"input_ids": ids, "token_type_ids": types, "attention_mask": mask}
        relation, facet, mark, pooled = self._pairs.run(None, inputs)
        features = [group_features(unit.rank, unit.affinity) for unit, _ in own]
        verdict, together = self._groups.run(
            None,
            {
                "pooled": pooled[None],
                "said": np.concatenate([relation, facet], axis=1)[None],
                "features": np.array([features], dtype=np.float32),
                "mask": np.ones((1, len(own)), dtype=np.float32),
            },
        )
        relations, facets, marks = _softmax(relation), _sigmoid(facet), _sigmoid(mark)
        units = [
            UnitReading(
                unit=unit,
                relation=tuple(float(value) for value in relations[i]),
                facets={name: float(facets[i][k]) for k, name in enumerate(FACETS)},
                sentences=_sentence_marks(text, encodings[i], marks[i][: len(encodings[i].ids)]),
            )
            for i, (unit, text) in enumerate(own)
        ]
        chances, stated = _softmax(verdict)[0], _sigmoid(together)[0]
        return CaseReading(
            units=tuple(units),
            verdicts={name: float(chances[i]) for i, name in enumerate(VERDICTS)},
            facets={name: float(stated[i]) for i, name in enumerate(FACETS)},
        )


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
