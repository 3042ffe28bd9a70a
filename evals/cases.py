"""Labelled companies: documents, profile, labels, and the order of the most serious gaps."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from pathlib import Path
from typing import Any, Literal

import yaml
from pydantic import BaseModel, Field

from corpus.profile import load_profile
from corpus.types import Profile

HERE = Path(__file__).parent
COMPANIES = HERE / "companies"
SAMPLES = HERE.parent / "corpus" / "samples"
Split = Literal["train", "dev", "test"]


class Evidence(BaseModel, frozen=True, extra="forbid"):
    """A quote that a reader found; `states` where the reader also noted what it states (`core`, facets, `opposite`)."""

    document: str
    quote: str
    states: tuple[str, ...] = ()


class NearMiss(BaseModel, frozen=True, extra="forbid"):
    """A quote that a hasty reader would take for evidence, and why it is none."""

    document: str
    quote: str
    kind: Literal["intent", "generic", "mention", "laxer", "stale", "vague", "other"]


class Label(BaseModel, frozen=True, extra="forbid"):
    """A reader's verdict on one requirement."""

    requirement: str
    verdict: Literal["met", "partial", "absent", "contradicted", "not_applicable"]
    missing: tuple[str, ...] = ()
    evidence: tuple[Evidence, ...] = ()
    near: tuple[NearMiss, ...] = ()
    why: str = ""


class TopGap(BaseModel, frozen=True, extra="forbid"):
    """One of the ten most serious gaps."""

    objective: str
    severity: int = Field(ge=1, le=5)
    why: str = ""


class Case(BaseModel, frozen=True, extra="forbid"):
    """One labelled company."""

    name: str
    folder: Path
    profile: Profile
    labels: tuple[Label, ...]
    top_gaps: tuple[TopGap, ...]

    @property
    def documents(self) -> Path:
        """The folder of documents."""
        return self.folder / "documents"

    def label(self, requirement: str) -> Label | None:
        """The label of one requirement, None if it has none."""
        return next((item for item in self.labels if item.requirement == requirement), None)


@lru_cache(maxsize=1)
def load_split() -> dict[Split, tuple[str, ...]]:
    """Which companies train the judge, choose its thresholds, and test it."""
    data = read_split()
    return {"train": (*data["train"], *data["train_later"]), "dev": data["dev"], "test": data["test"]}


def read_split() -> dict[str, tuple[str, ...]]:
    """`split.yaml` as it stands: `train_later` are train companies that join from the second epoch on."""
    data = yaml.safe_load((HERE / "split.yaml").read_text(encoding="utf-8"))
    return {name: tuple(data[name] or ()) for name in ("train", "train_later", "dev", "test")}


def find_case(name: str) -> Path:
    """The folder of a company: shipped sample or eval company."""
    for root in (COMPANIES, SAMPLES):
        if (root / name / "labels.yaml").is_file():
            return root / name
    raise FileNotFoundError(f"{name}: no labelled company of that name")


def load_case(folder: Path) -> Case:
    """Read one labelled company from its folder."""
    loader: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    labels = yaml.load((folder / "labels.yaml").read_text(encoding="utf-8"), Loader=loader)  # noqa: S506 - safe
    gaps_file = folder / "top_gaps.yaml"
    gaps = yaml.safe_load(gaps_file.read_text(encoding="utf-8")) if gaps_file.is_file() else []
    return Case(
        name=folder.name,
        folder=folder,
        profile=load_profile(folder / "profile.yaml"),
        labels=tuple(Label(**item) for item in labels),
        top_gaps=tuple(TopGap(**item) for item in gaps),
    )


def load_cases(split: Split) -> list[Case]:
    """All companies of one split."""
    return [load_case(find_case(name)) for name in load_split()[split]]


def fold(text: str) -> str:
    """Letters and digits only, lower case: what two renderings of one text share."""
    return re.sub(r"[^a-z0-9]+", "", unicodedata.normalize("NFKD", text).casefold())


def words_of(text: str) -> list[str]:
    """Lower-case words and numbers."""
    return re.findall(r"[a-z0-9]+", unicodedata.normalize("NFKD", text).casefold())


def holds_quote(text: str, quote: str) -> bool:
    """Whether a text holds a labelled quote; cells of a table row may stand apart in it."""
    folded = fold(text)
    parts = [fold(part) for part in re.split(r"\s*\|\s*", quote)]
    if all(part in folded for part in parts if part):
        return True
    return covered(quote, text) >= 0.9 and len(words_of(quote)) >= 6


def covered(quote: str, text: str) -> float:
    """Share of the quote's words, with their number, that the text has."""
    wanted = words_of(quote)
    pool: dict[str, int] = {}
    for word in words_of(text):
        pool[word] = pool.get(word, 0) + 1
    hits = 0
    for word in wanted:
        if pool.get(word, 0) > 0:
            pool[word] -= 1
            hits += 1
    return hits / len(wanted) if wanted else 0.0
