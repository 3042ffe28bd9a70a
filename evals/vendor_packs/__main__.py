"""`python -m evals.vendor_packs`: question states and ratings scored on labelled packs; half are held back."""

from __future__ import annotations

import argparse
import tempfile
from datetime import date
from pathlib import Path
from typing import Any

import yaml

from analyzers.vendors.assess import assess_vendor
from analyzers.vendors.questions import QUESTIONS
from analyzers.vendors.types import RATINGS
from corpus.readers import read_document
from evals.vendor_packs.build import build

PACKS = Path(__file__).parent / "packs.yaml"
AS_OF = date(2026, 11, 25)
TARGETS = {"states": 0.90, "ratings": 0.95}


def load_packs() -> dict[str, dict[str, Any]]:
    """Packs by name; a key that a pack's `expected` leaves out is labelled by its `otherwise`."""
    return dict(yaml.safe_load(PACKS.read_text(encoding="utf-8")))


def score(split: str) -> tuple[int, int, int, int, list[str]]:
    """States right and in all, ratings within one step and in all, and the misses."""
    right = total = near = packs = 0
    misses = []
    for name, pack in load_packs().items():
        if pack["split"] != split:
            continue
        with tempfile.TemporaryDirectory() as scratch:
            documents = [read_document(path) for path in build(pack, Path(scratch))]
            result = assess_vendor(name, documents, as_of=AS_OF)
        states = {answer.key: answer for answer in result.questions}
        for question in QUESTIONS:
            wanted = pack["expected"].get(question.key, pack["otherwise"])
            got = states[question.key]
            total += 1
            right += got.state == wanted
            if got.state != wanted:
                misses.append(
                    f"{name} {question.key}: {got.state} ({got.value}), labelled {wanted}: {[c.quote[:90] for c in got.citations[:3]]}"
                )
        packs += 1
        step = abs(RATINGS.index(result.rating) - RATINGS.index(pack["rating"]))
        near += step <= 1
        if step:
            misses.append(f"{name} rating: {result.rating}, labelled {pack['rating']}: {result.reasons[:2]}")
    return right, total, near, packs, misses


def main() -> None:
    """Print the figures; exit status 1 when the held-back packs miss a target."""
    parser = argparse.ArgumentParser(prog="python -m evals.vendor_packs", description=__doc__)
    parser.add_argument("--split", choices=("dev", "held_back", "both"), default="both")
    parser.add_argument("--show", action="store_true", help="name the misses of the held-back packs too")
    arguments = parser.parse_args()
    missed = False
    for split in ("dev", "held_back"):
        if arguments.split in (split, "both"):
            right, total, near, packs, misses = score(split)
            print(
                f"{split}: states {right}/{total} = {right / total:.3f} (target {TARGETS['states']}), ratings within one step {near}/{packs} (target {TARGETS['ratings']})"
            )
            if split == "dev" or arguments.show:
                print("\n".join(f"  {miss}" for miss in misses))
            if split == "held_back":
                missed = right < TARGETS["states"] * total or near < TARGETS["ratings"] * packs
    raise SystemExit(1 if missed else 0)


if __name__ == "__main__":
    main()
