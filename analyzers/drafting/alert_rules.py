"""Prometheus alert rules from the measures of the monitoring procedure, for the company's own components."""

from __future__ import annotations

import re
from functools import lru_cache
from pathlib import Path
from typing import Any

import yaml
from pydantic import BaseModel, Field

from analyzers.drafting.inventory import Inventory

MEASURES = Path(__file__).parent / "measures.yaml"
UNCONFIRMED = "Proposed start value; its owner confirms it."
LEVELS = ("warning", "critical")


class Measure(BaseModel, frozen=True, extra="forbid"):
    """One measure with proposed start values."""

    name: str
    alert: str
    what: str
    unit: str
    warning: float
    critical: float
    hold: str = Field(alias="for", description="How long the value must persist, in Prometheus notation")
    expr: str

    def level(self, name: str) -> str:
        """A threshold as printed: '0.25' or '5 points'."""
        return f"{getattr(self, name):g}"


@lru_cache(maxsize=1)
def load_measures() -> tuple[Measure, ...]:
    """All measures in order."""
    return tuple(Measure.model_validate(item) for item in yaml.safe_load(MEASURES.read_text(encoding="utf-8")))


def label_of(name: str) -> str:
    """The value of the `component` label: 'Order Desk' -> 'order_desk'."""
    return re.sub(r"\W+", "_", name.casefold()).strip("_")


def alert_rules(company: str, inventory: Inventory) -> str:
    """A rule file that `promtool check rules` accepts; its values are those of the procedure's table."""
    labels = [label_of(item.name) for item in inventory.of("component")]
    scope = f'component=~"{"|".join(labels)}"' if labels else ""
    rules: list[dict[str, Any]] = []
    for measure in load_measures():
        for level in LEVELS:
            rules.append(
                {
                    "alert": f"{measure.alert}{level.capitalize()}",
                    "expr": measure.expr.replace("SCOPE", scope).replace("VALUE", measure.level(level)),
                    "for": measure.hold,
                    "labels": {"severity": level, "procedure": "model-monitoring"},
                    "annotations": {
                        "summary": f"{measure.name} of {{{{ $labels.component }}}} beyond {measure.level(level)}{measure.unit}",
                        "description": f"{measure.what[:1].upper()}{measure.what[1:]}. {UNCONFIRMED}",
                    },
                }
            )
    head = (
        "# DRAFT, not adopted. Thresholds are proposed start values and metric names are proposals: map your own\n"
        "# metrics to them with recording rules, then confirm each value.\n"
    )
    body = {"groups": [{"name": f"{label_of(company) or 'company'}_ai_monitoring", "rules": rules}]}
    return head + yaml.safe_dump(body, sort_keys=False, allow_unicode=True, width=1000)
