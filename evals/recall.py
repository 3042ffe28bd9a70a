"""What retrieval finds: no judge can be right about what it never saw."""

from __future__ import annotations

from corpus.catalogue import load_catalogue
from evals.cases import Case, holds_quote, load_cases
from evals.training.mine import index_company
from retrieval.encoder import load_encoder
from retrieval.queries import requirement_query


def split_recall(split: str) -> dict[str, dict[str, float]]:
    """Recall of each company of a split, and of all its quotes together."""
    rows = {case.name: evidence_recall(case) for case in load_cases(split)}  # type: ignore[arg-type]
    total = sum(row["quotes"] for row in rows.values())
    rows["all"] = {
        name: round(sum(row[name] * row["quotes"] for row in rows.values()) / total, 4)
        for name in ("quotes@5", "quotes@10", "quotes@20", "requirements@10")
    } | {"quotes": total, "passages": sum(row["passages"] for row in rows.values())}
    return rows


def evidence_recall(case: Case, limits: tuple[int, ...] = (5, 10, 20)) -> dict[str, float]:
    """Share of labelled quotes within the first k passages, and of requirements with all their quotes there."""
    requirements = {item.id: item for item in load_catalogue().requirements()}
    index = index_company(case, load_encoder()).index
    labels = [label for label in case.labels if label.evidence]
    found = index.search([requirement_query(requirements[label.requirement]) for label in labels], max(limits))
    quotes: dict[int, list[bool]] = {k: [] for k in limits}
    whole: dict[int, list[bool]] = {k: [] for k in limits}
    for label, hits in zip(labels, found, strict=True):
        ranks = []
        for item in label.evidence:
            rank = next(
                (
                    i
                    for i, hit in enumerate(hits)
                    if hit.passage.document == item.document and holds_quote(hit.passage.text, item.quote)
                ),
                None,
            )
            ranks.append(rank)
        for k in limits:
            inside = [rank is not None and rank < k for rank in ranks]
            quotes[k].extend(inside)
            whole[k].append(all(inside))
    result = {"passages": float(len(index.passages)), "quotes": float(len(quotes[limits[0]]))}
    for k in limits:
        result[f"quotes@{k}"] = round(sum(quotes[k]) / len(quotes[k]), 4)
        result[f"requirements@{k}"] = round(sum(whole[k]) / len(whole[k]), 4)
    return result


def print_retrieval(rows: dict[str, dict[str, float]]) -> None:
    """Recall of labelled evidence, a line for each company."""
    print(f"{'company':<22}{'passages':>9}{'quotes':>8}{'@5':>8}{'@10':>8}{'@20':>8}{'all@10':>8}")
    for name, row in rows.items():
        print(
            f"{name:<22}{row['passages']:>9.0f}{row['quotes']:>8.0f}{row['quotes@5']:>8.3f}{row['quotes@10']:>8.3f}"
            f"{row['quotes@20']:>8.3f}{row['requirements@10']:>8.3f}"
        )
