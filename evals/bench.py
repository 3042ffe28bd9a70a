"""`make bench`: how long each stage takes, how much memory, and how much of the evidence retrieval finds.

Synthetic corpora are made from the train companies' own sentences, so that parsing, chunking and words are real.
Every figure is from one process on this machine; the encoder's own throughput in the same run is the floor.
"""

from __future__ import annotations

import argparse
import json
import random
import resource
import shutil
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from analyzers.judge import load_judge
from corpus.parsing import parse_files
from corpus.passages import split_document
from corpus.types import Document, Profile
from engagement.engagement import Engagement
from engagement.settings import Settings
from evals.cases import load_cases
from evals.recall import evidence_recall, print_retrieval
from retrieval.encoder import BATCH, load_encoder

WORDS_PER_PAGE = 400
PAGES_PER_DOCUMENT = 5
HERE = Path(__file__).parent


def main() -> None:
    """Print the tables and store them under `evals/results/`."""
    parser = argparse.ArgumentParser(prog="python -m evals.bench", description=__doc__)
    parser.add_argument("--pages", default="100,1000", help="sizes to measure, e.g. 100,1000,5000")
    parser.add_argument("--judge", default="local")
    parser.add_argument("--skip-speed", action="store_true", help="measure retrieval only")
    arguments = parser.parse_args()
    table: dict[str, Any] = {"retrieval": {}}
    for split in ("train", "dev", "test"):
        for case in load_cases(split):
            table["retrieval"][f"{split}/{case.name}"] = evidence_recall(case)
    print_retrieval(table["retrieval"])
    if not arguments.skip_speed:
        table["speed"] = [measure_speed(int(pages), arguments.judge) for pages in arguments.pages.split(",")]
    target = HERE / "results" / "bench.json"
    target.parent.mkdir(exist_ok=True)
    target.write_text(json.dumps(table, indent=1) + "\n")
    print(f"\nWritten to {target}")


def write_corpus(folder: Path, pages: int, seed: int = 0) -> None:
    """Markdown documents of five pages each, of shuffled real paragraphs, every one different."""
    chooser = random.Random(seed)  # noqa: S311 - reproducible text, not security
    paragraphs: list[str] = []
    for case in load_cases("train"):
        files = [(path, path.name) for path in sorted(case.documents.iterdir())]
        for document in parse_files(files):
            if isinstance(document, Document):
                paragraphs += [
                    document.text[block.start : block.end] for block in document.blocks if block.end - block.start > 60
                ]
    for number in range(max(1, pages // PAGES_PER_DOCUMENT)):
        words, lines = 0, [f"# Document {number}\n"]
        while words < WORDS_PER_PAGE * PAGES_PER_DOCUMENT:
            text = f"{chooser.choice(paragraphs)} (Reference {number}-{words}.)"
            if words % 7 == 0:
                lines.append(f"## Section {words}\n")
            lines.append(text.replace("\n", " ") + "\n")
            words += len(text.split())
        (folder / f"document-{number:04}.md").write_text("\n".join(lines))


def measure_speed(pages: int, judge_name: str) -> dict[str, float]:
    """Seconds of each stage for a corpus of `pages` pages, and the whole path through the product."""
    home = Path(tempfile.mkdtemp(prefix="fieldwork-bench-"))
    try:
        source = home / "source"
        source.mkdir()
        write_corpus(source, pages)
        files = [(path, path.name) for path in sorted(source.iterdir())]
        row: dict[str, float] = {"pages": pages, "documents": len(files)}
        documents, row["parse_s"] = timed(lambda: [item for item in parse_files(files) if isinstance(item, Document)])
        passages, row["chunk_s"] = timed(lambda: [part for document in documents for part in split_document(document)])
        row["passages"] = len(passages)
        encoder = load_encoder()
        texts = [part.embed_text for part in passages]
        _, row["embed_s"] = timed(lambda: encoder.encode(texts))
        row["encoder_floor_s"] = encoder_floor(texts)
        engagement = Engagement.create("bench", Profile(categories_in_scope=ALL), Settings(home=home / "home"))
        _, row["ingest_s"] = timed(lambda: engagement.ingest([source]))
        _, row["index_s"] = timed(lambda: engagement.reindex())
        judge = load_judge(judge_name)
        _, row["assess_s"] = timed(lambda: engagement.assess(judge=judge))
        _, row["assess_again_s"] = timed(lambda: engagement.assess(judge=judge))
        changed = source / "document-0000.md"
        changed.write_text(changed.read_text() + "\nAccess to the training account is reviewed every quarter.\n")
        _, row["reingest_one_s"] = timed(lambda: engagement.ingest([source]))
        _, row["assess_after_change_s"] = timed(lambda: engagement.assess(judge=judge))
        row["peak_mb"] = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024, 1)
        row["embed_vs_floor"] = round(row["encoder_floor_s"] / row["embed_s"], 3)
        row["rest_vs_embed"] = round((row["ingest_s"] + row["index_s"] - row["embed_s"]) / row["embed_s"], 3)
    finally:
        shutil.rmtree(home, ignore_errors=True)
    print()
    for name, value in row.items():
        print(f"{name:<24}{value:>12.3f}" if isinstance(value, float) else f"{name:<24}{value:>12}")
    sys.stdout.flush()
    return row


ALL = ("security", "availability", "confidentiality", "processing_integrity", "privacy")


def encoder_floor(texts: list[str]) -> float:
    """Seconds of the bare session over the same texts, tokenised before, in length-sorted batches of eight."""
    from retrieval.encoder import OnnxEncoder, load_tokenizer, pad

    encoder = load_encoder()
    assert isinstance(encoder, OnnxEncoder)
    tokens = sorted((item.ids for item in load_tokenizer(256).encode_batch(texts)), key=len)
    batches = [pad(tokens[first : first + BATCH]) for first in range(0, len(tokens), BATCH)]
    start = time.perf_counter()
    for ids, mask in batches:
        encoder._session.run(["hidden"], {"input_ids": ids, "attention_mask": mask})
    return round(time.perf_counter() - start, 3)


def timed(work: Any) -> tuple[Any, float]:
    """Result and wall seconds."""
    start = time.perf_counter()
    result = work()
    return result, round(time.perf_counter() - start, 3)


if __name__ == "__main__":
    main()
