"""How far a second, blind reader agrees with the labels: share and Cohen's kappa, over all companies and by one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import yaml

from evals.cases import find_case, load_case, load_split

SECOND = Path(__file__).parent / "second_labels"


def agreement_table() -> dict[str, dict[str, float]]:
    """Company -> items, share of equal verdicts, kappa; 'all' for everything together."""
    table: dict[str, dict[str, float]] = {}
    everything: list[tuple[str, str]] = []
    for names in load_split().values():
        for name in names:
            path = SECOND / f"{name}.yaml"
            if path.is_file():
                second = yaml.safe_load(path.read_text(encoding="utf-8"))
                first = {label.requirement: label.verdict for label in load_case(find_case(name)).labels}
                pairs = [(first[key], value["verdict"]) for key, value in second.items() if key in first]
                table[name] = _row(pairs)
                everything += pairs
    table["all"] = _row(everything)
    return table


def _row(pairs: Sequence[tuple[str, str]]) -> dict[str, float]:
    equal = sum(one == other for one, other in pairs) / len(pairs) if pairs else 0.0
    return {"items": len(pairs), "equal": round(equal, 4), "kappa": round(cohens_kappa(pairs), 4)}


def cohens_kappa(pairs: Sequence[tuple[str, str]]) -> float:
    """Agreement beyond chance (Cohen 1960); 0 for no items."""
    if not pairs:
        return 0.0
    count = len(pairs)
    observed = sum(one == other for one, other in pairs) / count
    first, second = Counter(one for one, _ in pairs), Counter(other for _, other in pairs)
    expected = sum(first[key] * second[key] for key in first) / count**2
    return (observed - expected) / (1 - expected) if expected < 1 else 1.0
