"""Does a cited quote support what it is cited for? A sample of the product's own citations, read by a person.

`python -m evals.citation_support` draws the sample from the test companies and writes it unlabelled; a reader who sees
requirement, quote and what it is cited for, and nothing else, adds `supports`. The set belongs to one judge version.
"""

from __future__ import annotations

import argparse
import json
import random
from pathlib import Path
from typing import Any

from analyzers.judge import load_judge
from corpus.catalogue import load_catalogue
from evals.cases import load_cases
from evals.harness import Bench

SET = Path(__file__).parent / "sets" / "citation_support.jsonl"
SAMPLE = 160


def draw(count: int = SAMPLE, seed: int = 5) -> list[dict[str, Any]]:
    """Citations of met, partial and contradicted findings of the test companies, each as a row without a label."""
    judge = load_judge("local")
    texts = {item.id: item.text for item in load_catalogue().requirements()}
    bench = Bench()
    rows = []
    try:
        for case in load_cases("test"):
            for finding in bench.run(case, judge).result["findings"]:
                if finding["verdict"] in ("met", "partial", "contradicted"):
                    rows += [
                        {
                            "judge": judge.info.version,
                            "company": case.name,
                            "requirement": finding["requirement"],
                            "text": texts[finding["requirement"]],
                            "verdict": finding["verdict"],
                            "states": citation["states"],
                            "document": citation["document"],
                            "locator": citation["locator"],
                            "quote": citation["quote"],
                        }
                        for citation in finding["citations"]
                    ]
    finally:
        bench.close()
    return random.Random(seed).sample(rows, min(count, len(rows)))  # noqa: S311 - reproducible sampling


def support_scores() -> dict[str, float | str]:
    """Share of the labelled citations that support everything they are cited for, and of those that support some of it."""
    rows = [json.loads(line) for line in SET.read_text(encoding="utf-8").splitlines() if line]
    full = sum(row["supports"] == "all" for row in rows)
    some = sum(row["supports"] in ("all", "some") for row in rows)
    return {
        "items": len(rows),
        "judge": rows[0]["judge"],
        "supports_all": round(full / len(rows), 4),
        "supports_some": round(some / len(rows), 4),
    }


def main() -> None:
    """Write the unlabelled sample."""
    parser = argparse.ArgumentParser(prog="python -m evals.citation_support", description=__doc__)
    parser.add_argument("out", type=Path)
    out: Path = parser.parse_args().out
    out.write_text("".join(json.dumps(row, ensure_ascii=False) + "\n" for row in draw()), encoding="utf-8")
    print(f"{out}: add `supports`: all, some or none, then move it to {SET}")


if __name__ == "__main__":
    main()
