"""Settings: flag over environment over `fieldwork.toml` over default. Keys of providers are never settings."""

from __future__ import annotations

import os
import tomllib
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from corpus.errors import FieldworkError

ENVIRONMENT = {
    "home": "FIELDWORK_HOME",
    "encoder": "FIELDWORK_ENCODER",
    "judge": "FIELDWORK_JUDGE",
    "parse_timeout_s": "FIELDWORK_PARSE_TIMEOUT_S",
}


class InvalidSettings(FieldworkError):
    """A setting is unknown or has no possible value."""


class Settings(BaseModel, frozen=True, extra="forbid"):
    """Everything that can be set, with its default."""

    home: Path = Field(default_factory=lambda: default_home())
    encoder: str = Field(default="bundled", description="`bundled`, or a sentence-transformers name or path")
    judge: str = Field(default="local", description="`local` (trained) or `rules` (first version)")
    parse_timeout_s: float = Field(default=60.0, gt=0, le=3600)


def default_home() -> Path:
    """`fieldwork` in the user's data directory."""
    from platformdirs import user_data_path

    return user_data_path("fieldwork", appauthor=False)


def load_settings(flags: dict[str, Any] | None = None, *, folder: Path | None = None) -> Settings:
    """Merge the four sources.

    Args:
        flags: Values given on the command line; None values are not given.
        folder: Where `fieldwork.toml` is looked for; the working directory if not given.

    Raises:
        InvalidSettings: Naming the setting and its source.
    """
    values: dict[str, Any] = {}
    source: dict[str, str] = {}
    path = (folder or Path.cwd()) / "fieldwork.toml"
    if path.is_file():
        try:
            stored = tomllib.loads(path.read_text(encoding="utf-8"))
        except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
            raise InvalidSettings(f"fieldwork.toml: not valid TOML ({error}). Mend or remove it.") from error
        values.update(stored)
        source.update(dict.fromkeys(stored, "fieldwork.toml"))
    for name, variable in ENVIRONMENT.items():
        if os.environ.get(variable):
            values[name] = os.environ[variable]
            source[name] = variable
    for name, value in (flags or {}).items():
        if value is not None:
            values[name] = value
            source[name] = f"--{name.replace('_', '-')}"
    try:
        return Settings(**values)
    except ValidationError as error:
        name = str(error.errors()[0]["loc"][0])
        where = source.get(name, "settings")
        raise InvalidSettings(f"{where}: {name}: {error.errors()[0]['msg'].lower()}.") from error
