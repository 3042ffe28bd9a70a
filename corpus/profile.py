"""Read a profile from YAML or from command-line options, with every mistake named."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError

from corpus.catalogue import load_catalogue
from corpus.errors import InvalidProfile
from corpus.types import CATEGORIES, Category, ObservationWindow, Profile


def parse_categories(names: list[str]) -> tuple[Category, ...]:
    """Category names in any case, with blanks, hyphens or underscores; Security is always in scope.

    Raises:
        InvalidProfile: An unknown name.
    """
    chosen = {"security"}
    for name in names:
        key = "_".join(name.strip().casefold().replace("-", " ").replace("_", " ").split())
        if not key:
            continue
        if key not in CATEGORIES:
            raise InvalidProfile(f"{name.strip()}: no such category. Use: {', '.join(CATEGORIES)}.")
        chosen.add(key)
    return tuple(category for category in CATEGORIES if category in chosen)


def parse_window(text: str) -> ObservationWindow:
    """'2026-07-01..2026-12-31'.

    Raises:
        InvalidProfile: Not two dates, or the end before the start.
    """
    start, separator, end = text.partition("..")
    try:
        if not separator:
            raise ValueError("two dates are needed")
        return ObservationWindow(start=date.fromisoformat(start.strip()), end=date.fromisoformat(end.strip()))
    except ValueError as error:
        reason = "it ends before it starts" if "before it starts" in str(error) else "not two dates"
        raise InvalidProfile(f"window {text!r}: {reason}. Write it as 2026-07-01..2026-12-31.") from error


def load_profile(path: Path) -> Profile:
    """Read a profile.yaml.

    Raises:
        InvalidProfile: The file is missing, is not YAML, or a field is not understood.
    """
    try:
        data = yaml.safe_load(path.read_text(encoding="utf-8"))
    except OSError as error:
        raise InvalidProfile(f"{path}: cannot be read ({error.strerror}). Check the path.") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise InvalidProfile(f"{path.name}: not valid YAML. Check indentation, quotes and dates.") from error
    if not isinstance(data, dict):
        raise InvalidProfile(f"{path.name}: a mapping with company, categories_in_scope, ... is expected.")
    return profile_from(data, path.name)


def profile_from(data: dict[str, Any], name: str) -> Profile:
    """Build a profile from a mapping; fields that Fieldwork does not know are refused by name."""
    known = set(Profile.model_fields)
    if unknown := set(data) - known:
        raise InvalidProfile(
            f"{name}: unknown field {sorted(map(str, unknown))[0]}. Known: {', '.join(sorted(known))}."
        )
    conditions = load_catalogue().conditions
    stated = data.get("applies_when") or {}
    if not isinstance(stated, dict):
        raise InvalidProfile(f"{name}: applies_when is a mapping of condition to true or false.")
    for key, value in stated.items():
        if key not in conditions:
            raise InvalidProfile(f"{name}: unknown condition {key}. Known: {', '.join(conditions)}.")
        if not isinstance(value, bool):
            raise InvalidProfile(f"{name}: condition {key} is true or false.")
    categories = data.get("categories_in_scope") or []
    if isinstance(categories, str):
        categories = categories.split(",")
    if not isinstance(categories, list):
        raise InvalidProfile(f"{name}: categories_in_scope is a list, e.g. [security, availability].")
    builds = data.get("builds", "")
    fields: dict[str, Any] = {
        "company": str(data.get("company") or ""),
        "builds": "; ".join(map(str, builds)) if isinstance(builds, list) else str(builds or ""),
        "categories_in_scope": parse_categories([str(item) for item in categories]),
        "applies_when": {**stated, "always": True},
    }
    window = data.get("observation_window")
    if window:
        fields["observation_window"] = parse_window(window) if isinstance(window, str) else window
    try:
        return Profile(**fields)
    except ValidationError as error:
        where = ".".join(map(str, error.errors()[0]["loc"]))
        raise InvalidProfile(f"{name}: {where}: {error.errors()[0]['msg'].lower()}.") from error
