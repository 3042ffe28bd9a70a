"""95 % intervals by resampling: every measure is a function of sums over items, so a resample is one matrix product."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from evals.metrics import BINS, MEASURES, VERDICTS, Item, Score, measure, shares_of

RESAMPLES = 1000
SQUARE = 20
"""Columns of labelled verdict by judged verdict, the fifth judged one being none of the four."""


def score_all(items: Sequence[Item], *, resamples: int = RESAMPLES, seed: int = 7) -> dict[str, Score]:
    """Every measure with a 95 % percentile interval.

    Companies are drawn first and then items within each, since items of one company are alike; with a single company
    only its items are drawn.
    """
    scores = {}
    intervals = bootstrap(items, resamples=resamples, seed=seed)
    for name in MEASURES:
        value = measure(items, name)
        low, high = intervals.get(name, (value, value))
        scores[name] = Score(value=round(value, 4), low=round(low, 4), high=round(high, 4), n=len(items))
    return scores


def bootstrap(items: Sequence[Item], *, resamples: int, seed: int) -> dict[str, tuple[float, float]]:
    """Measure -> low and high of the middle 95 % of the resamples; empty without items or resamples."""
    if not items or resamples < 2:
        return {}
    chooser = np.random.default_rng(seed)
    groups: dict[str, list[int]] = {}
    for i, item in enumerate(items):
        groups.setdefault(item.company, []).append(i)
    companies = [np.array(rows) for rows in groups.values()]
    weights = np.zeros((resamples, len(items)))
    for draw in range(resamples):
        for company in chooser.integers(0, len(companies), len(companies)) if len(companies) > 1 else [0]:
            rows = companies[int(company)]
            np.add.at(weights[draw], chooser.choice(rows, len(rows)), 1.0)
    table, names = _rows(items)
    sums = weights @ table
    values: dict[str, NDArray[np.float64]] = {"macro_f1": _macro_f1(sums[:, :SQUARE])}
    values["calibration_error"] = _calibration(sums[:, SQUARE : SQUARE + 3 * BINS])
    for i, name in enumerate(names):
        first = SQUARE + 3 * BINS + 2 * i
        values[name] = sums[:, first] / np.maximum(sums[:, first + 1], 1e-12)
    return {name: tuple(np.percentile(row, [2.5, 97.5]).tolist()) for name, row in values.items()}


def _rows(items: Sequence[Item]) -> tuple[NDArray[np.float64], list[str]]:
    """For each item: one-hot of label and verdict, calibration bins, then numerator and denominator of each share."""
    shares = [name for name in MEASURES if name not in ("macro_f1", "calibration_error")]
    table = np.zeros((len(items), SQUARE + 3 * BINS + 2 * len(shares)))
    for i, item in enumerate(items):
        if item.label.verdict in VERDICTS:
            said = VERDICTS.index(item.judged) if item.judged in VERDICTS else 4
            table[i, 5 * VERDICTS.index(item.label.verdict) + said] = 1
            confidence = float(item.finding["confidence"])
            place = SQUARE + 3 * max(0, min(BINS - 1, int(np.ceil(confidence * BINS)) - 1))
            table[i, place : place + 3] = (1.0, item.judged == item.label.verdict, confidence)
        counts = shares_of(item)
        for k, name in enumerate(shares):
            table[i, SQUARE + 3 * BINS + 2 * k : SQUARE + 3 * BINS + 2 * k + 2] = counts[name]
    return table, shares


def _macro_f1(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    square = sums.reshape(-1, 4, 5)
    right = np.diagonal(square[:, :, :4], axis1=1, axis2=2)
    total = square[:, :, :4].sum(axis=1) + square.sum(axis=2)
    return np.asarray((2 * right / np.maximum(total, 1e-12)).mean(axis=1))


def _calibration(sums: NDArray[np.float64]) -> NDArray[np.float64]:
    bins = sums.reshape(-1, BINS, 3)
    total = np.maximum(bins[:, :, 0].sum(axis=1), 1e-12)
    return np.asarray(np.abs(bins[:, :, 1] - bins[:, :, 2]).sum(axis=1) / total)
