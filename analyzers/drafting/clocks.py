"""Notification clocks as dated data: dates are computed, whether a clock applies is decided by counsel."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from functools import lru_cache
from pathlib import Path
from typing import Literal

import yaml
from pydantic import BaseModel

CLOCKS = Path(__file__).parent / "clocks.yaml"
SATURDAY = 5


class Clock(BaseModel, frozen=True, extra="forbid"):
    """How long after which event somebody must be told."""

    id: str
    law: str
    article: str
    who: str
    start: str
    amount: int
    unit: Literal["hours", "days", "business days"]


@lru_cache(maxsize=1)
def load_clocks() -> tuple[date, tuple[Clock, ...]]:
    """The date of the data, and the clocks."""
    data = yaml.safe_load(CLOCKS.read_text(encoding="utf-8"))
    return data["as_of"], tuple(Clock.model_validate(item) for item in data["clocks"])


def deadline(clock: Clock, start: datetime) -> datetime:
    """When a clock that started at `start` ends.

    Business days are Monday to Friday, the day of the start not counted; public holidays are not known here, so the
    date may be early, never late.
    """
    if clock.unit == "hours":
        return start + timedelta(hours=clock.amount)
    if clock.unit == "days":
        return start + timedelta(days=clock.amount)
    end, left = start, clock.amount
    while left:
        end += timedelta(days=1)
        left -= end.weekday() < SATURDAY
    return end
