"""Committed thresholds: a change that makes the judge worse than these does not pass."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "thresholds.yaml"


def check_thresholds(results: dict[str, Any]) -> list[str]:
    """What is missed: 'test local false_met_rate 0.06 > 0.05', empty when nothing is."""
    missed = []
    for split, judges in yaml.safe_load(FILE.read_text(encoding="utf-8")).items():
        for judge, limits in judges.items():
            found = results.get(split, {}).get(judge)
            if found is None:
                missed.append(f"{split} {judge}: no result")
                continue
            for name, limit in limits.items():
                measure, _, kind = name.rpartition("_")
                value = found["all"][measure]["value"] if measure in found["all"] else found[measure]
                if (kind == "min" and value < limit) or (kind == "max" and value > limit):
                    missed.append(f"{split} {judge} {measure} {value} {'<' if kind == 'min' else '>'} {limit}")
    return missed
