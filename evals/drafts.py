"""`python -m evals.drafts`: citations found again, gaps closed under check, overlap between companies, time.

Engagements named `lumenvale` and `corvane` in the home folder are used if they exist, else they are made.
"""

from __future__ import annotations

import argparse
import json
import time
from pathlib import Path
from tempfile import mkdtemp
from typing import Any

from analyzers.drafting.narrative import NothingToDraft, draft_narrative
from analyzers.drafting.policy import draft_policy, load_policies
from analyzers.drafting.scores import score_draft, shingle_overlap
from analyzers.drafting.types import Draft
from corpus.profile import load_profile
from engagement.drafts import check_narrative, company_inventory
from engagement.engagement import Engagement
from engagement.settings import Settings

ROOT = Path(__file__).parent.parent
COMPANIES = {"lumenvale": ROOT / "corpus/samples/lumenvale", "corvane": ROOT / "evals/companies/corvane"}
LIMITS = {"cited_share": 1.0, "met_share": 0.90, "overlap": 0.35, "policy_seconds": 5.0}


def narratives(engagement: Engagement) -> dict[str, Draft]:
    """Objective -> narrative, for all objectives that apply and have gaps."""
    assessment, found = engagement.assessment(), {}
    inventory = company_inventory(engagement, assessment)
    for objective in engagement.catalogue.objectives:
        try:
            draft = draft_narrative(assessment, engagement.catalogue, objective.id, inventory)
        except NothingToDraft:
            continue
        if draft.targets:
            found[objective.id] = draft
    return found


def found_again(engagement: Engagement, drafts: dict[str, Draft]) -> tuple[int, int]:
    """Factual sentences whose citation stands at its offsets, and all factual sentences."""
    texts = {document.name: document.text for document in engagement.documents()}
    facts = [item for draft in drafts.values() for item in draft.sentences if item.kind == "practice"]
    good = sum(
        item.citation is not None
        and texts[item.citation.document][item.citation.start : item.citation.end] == item.citation.quote
        for item in facts
    )
    return good, len(facts)


def opened(name: str, home: Path) -> Engagement:
    """The assessed engagement of a test company."""
    settings = Settings(home=home)
    if (home / name / "fieldwork.db").exists():
        return Engagement.open(name, settings)
    engagement = Engagement.create(name, load_profile(COMPANIES[name] / "profile.yaml"), settings)
    engagement.ingest([COMPANIES[name] / "documents"])
    engagement.assess()
    return engagement


def measure(home: Path, check: bool) -> dict[str, Any]:
    """All figures with their denominators."""
    result: dict[str, Any] = {"limits": LIMITS}
    drafts = {}
    for name in COMPANIES:
        engagement = opened(name, home)
        drafts[name] = narratives(engagement)
        good, facts = found_again(engagement, drafts[name])
        scores = [score_draft(draft) for draft in drafts[name].values()]
        row: dict[str, Any] = {"narratives": len(drafts[name]), "found_again": good, "factual": facts}
        row["specific"], row["sentences"] = sum(s.specific for s in scores), sum(s.sentences for s in scores)
        row["blanks"] = sum(s.blanks for s in scores)
        assessment = engagement.assessment()
        inventory = company_inventory(engagement, assessment)
        times = []
        for policy in load_policies():
            start = time.perf_counter()
            try:
                draft_policy(assessment, engagement.catalogue, policy, inventory)
            except NothingToDraft:
                continue
            times.append(time.perf_counter() - start)
        row["slowest_policy_seconds"] = round(max(times), 3)
        if check:
            rows = [item for draft in drafts[name].values() for item in check_narrative(engagement, draft)]
            row["met"], row["targets"] = sum(item.after == "met" for item in rows), len(rows)
            row["not_met"] = {
                item.requirement: f"{item.after}: {', '.join(item.missing)}" for item in rows if item.after != "met"
            }
        result[name] = row
    one, two = drafts.values()
    overlaps = {key: round(shingle_overlap(one[key], two[key]), 3) for key in one if key in two}
    result["overlap_mean"] = round(sum(overlaps.values()) / len(overlaps), 3)
    result["overlap_over_limit"] = {key: value for key, value in overlaps.items() if value >= LIMITS["overlap"]}
    return result


def main() -> None:
    """Print the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--home", type=Path, default=None)
    parser.add_argument("--no-check", action="store_true", help="Leave out the judge")
    options = parser.parse_args()
    print(json.dumps(measure(options.home or Path(mkdtemp()), not options.no_check), indent=1))


if __name__ == "__main__":
    main()
