"""Judge every requirement in scope over one engagement's documents: a pure function of its arguments."""

from __future__ import annotations

import hashlib
import textwrap
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from analyzers.applicability import conditions_in_force, describes_concrete_system, why_not_applicable
from analyzers.currency import document_status, is_stale
from analyzers.gaps import rank_gaps
from analyzers.judge import Judge
from analyzers.rollup import criteria_in_scope, criterion_result, objective_result
from analyzers.rule import LocatedClaim, Ruling, locate_claims, verdict_by_rule
from analyzers.signals import addresses_machine, is_self_claim
from analyzers.types import (
    Assessment,
    Closest,
    CorpusDocument,
    CorpusInfo,
    Finding,
    Flag,
    Judgement,
)
from corpus.sentences import sentence_spans
from corpus.types import Catalogue, Document, Passage, Profile, Requirement
from retrieval.queries import requirement_query
from retrieval.search import Hit, Index

NEAR_CHARS = 320
HITS = 14
"""Passages shown to the judge for each requirement."""
RULE_VERSION = "1"
IDEATION_NOTICE = (
    "The documents describe no concrete AI system yet, only ideas or plans: there is nothing to judge controls on. "
    "Add an architecture or system description, then assess again."
)
NO_DOCUMENTS_NOTICE = (
    "No readable document has been ingested: there is nothing to judge from. Ingest documents, then assess again."
)

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Corpus:
    """What is judged: documents and the index over their passages."""

    documents: tuple[Document, ...]
    index: Index


def assess(
    engagement: str,
    catalogue: Catalogue,
    profile: Profile,
    corpus: Corpus,
    judge: Judge,
    *,
    known: Mapping[str, Finding] | None = None,
    on_progress: Progress = lambda done, total: None,
) -> Assessment:
    """Judge, roll up, rank.

    Args:
        known: Findings of earlier runs by `Finding.key`; one whose key is unchanged is not judged again.
        on_progress: Called with requirements done and in total.
    """
    status = {document.name: document_status(document) for document in corpus.documents}
    stale = {document.name for document in corpus.documents if is_stale(document, profile.observation_window)}
    current = [passage for passage in corpus.index.passages if status.get(passage.document) != "superseded"]
    states = conditions_in_force(profile, current, catalogue.conditions)
    by_name = {state.condition: state for state in states}
    criteria = criteria_in_scope(catalogue.criteria, profile.categories_in_scope)
    notice = "" if current else NO_DOCUMENTS_NOTICE
    if current and not describes_concrete_system(current):
        notice = IDEATION_NOTICE

    findings: dict[str, Finding] = {}
    wanted: list[Requirement] = []
    for objective in catalogue.objectives:
        reason = why_not_applicable(objective, by_name)
        for requirement in objective.requirements:
            if reason is not None:
                findings[requirement.id] = _not_applicable(requirement, reason)
            else:
                wanted.append(requirement)
    wanted.extend(requirement for criterion in criteria for requirement in criterion.requirements)
    if notice:
        findings.update({item.id: _not_evaluable(item, notice) for item in wanted})
    else:
        findings.update(_judge_all(wanted, corpus.index, judge, status, stale, known or {}, on_progress))

    results = [objective_result(objective, findings) for objective in catalogue.objectives]
    gaps = (
        ()
        if notice
        else rank_gaps(catalogue.objectives, criteria, {item.objective: item for item in results}, findings)
    )
    order = {requirement.id: i for i, requirement in enumerate(catalogue.requirements())}
    return Assessment(
        schema="fieldwork.assessment/1",
        engagement=engagement,
        judge=judge.info,
        catalogue=catalogue.version,
        profile=profile,
        corpus=_corpus_info(corpus, status),
        conditions=states,
        notice=notice,
        findings=tuple(sorted(findings.values(), key=lambda finding: order[finding.requirement])),
        objectives=tuple(results),
        criteria=tuple(criterion_result(criterion, findings, results) for criterion in criteria),
        gaps=gaps,
    )


def _corpus_info(corpus: Corpus, status: Mapping[str, str]) -> CorpusInfo:
    counts: dict[str, int] = {}
    for passage in corpus.index.passages:
        counts[passage.document] = counts.get(passage.document, 0) + 1
    return CorpusInfo(
        snapshot=corpus.index.snapshot,
        documents=tuple(
            CorpusDocument(
                name=document.name,
                sha256=document.sha256,
                status=status[document.name],
                passages=counts.get(document.name, 0),
                warnings=(*document.warnings, *_machine_text(document)),
            )
            for document in corpus.documents
        ),
    )


def _machine_text(document: Document) -> list[str]:
    """Warnings for text that addresses an automated reader; such text never counts."""
    return [
        f"text addressed to an automated reader: “{document.text[start:end][:120]}”"
        for start, end in sentence_spans(document.text)
        if addresses_machine(document.text[start:end])
    ]


def _judge_all(
    requirements: Sequence[Requirement],
    index: Index,
    judge: Judge,
    status: Mapping[str, str],
    stale: set[str],
    known: Mapping[str, Finding],
    on_progress: Progress,
) -> dict[str, Finding]:
    queries = [requirement_query(requirement, index.encoder.name) for requirement in requirements]
    found = index.search(queries, limit=HITS + 6)
    findings: dict[str, Finding] = {}
    cases: list[tuple[Requirement, list[Hit], list[Hit], str]] = []
    for requirement, hits in zip(requirements, found, strict=True):
        shown = [hit for hit in hits if status.get(hit.passage.document) != "superseded"][:HITS]
        outdated = [hit for hit in hits if status.get(hit.passage.document) == "superseded"][:2]
        key = finding_key(requirement, judge, shown, stale)
        if key in known:
            findings[requirement.id] = known[key]
        else:
            cases.append((requirement, shown, outdated, key))
    done = len(findings)
    total = len(requirements)
    on_progress(done, total)

    def advance(count: int) -> None:
        nonlocal done
        done += count
        on_progress(done, total)

    judgements = judge.weigh([(requirement, shown) for requirement, shown, _, _ in cases], advance)
    for (requirement, shown, outdated, key), judgement in zip(cases, judgements, strict=True):
        findings[requirement.id] = make_finding(requirement, shown, outdated, judgement, stale, key)
    return findings


def finding_key(requirement: Requirement, judge: Judge, hits: Sequence[Hit], stale: set[str]) -> str:
    """Hash of all that a finding depends on: requirement, judge, rule and the passages seen, in order."""
    digest = hashlib.sha256(
        f"{requirement.model_dump_json()}\0{judge.info.name}/{judge.info.version}\0{RULE_VERSION}".encode()
    )
    for hit in hits:
        outdated = "stale" if hit.passage.document in stale else ""
        digest.update(f"\0{hit.passage.id} {hit.similarity} {outdated}".encode())
    return digest.hexdigest()[:24]


def make_finding(
    requirement: Requirement,
    shown: Sequence[Hit],
    outdated: Sequence[Hit],
    judgement: Judgement,
    stale: set[str],
    key: str = "",
) -> Finding:
    """Locate what the judge claimed, apply the rule, and say what was searched and what came closest."""
    offered = {hit.passage.id: hit.passage for hit in shown}
    located = [item for item in locate_claims(judgement.claims, offered) if may_count(item.citation.quote)]
    ruling = verdict_by_rule(requirement, located)
    flags: list[Flag] = []
    if any(citation.document in stale for citation in ruling.citations):
        flags.append("stale")
    if judgement.unsure or ruling.approximate_only:
        flags.append("needs_review")
    why = _why(ruling, judgement, located, outdated)
    return Finding(
        requirement=requirement.id,
        objective=requirement.objective,
        criteria=requirement.criteria,
        verdict=ruling.verdict,
        missing=ruling.missing,
        flags=tuple(flags),
        confidence=round(judgement.confidence, 3),
        chances=judgement.chances,
        citations=ruling.citations,
        searched=(requirement.query, requirement.text),
        closest=() if ruling.verdict == "met" else _closest(shown, outdated, located),
        why=why,
        key=key,
    )


def may_count(quote: str) -> bool:
    """Whether a quote may support anything: not text to a machine, not a document's word about itself."""
    return not addresses_machine(quote) and not is_self_claim(quote)


def _why(ruling: Ruling, judgement: Judgement, located: Sequence[LocatedClaim], outdated: Sequence[Hit]) -> str:
    parts = [ruling.why]
    dropped = len(judgement.claims) - len(located)
    if dropped > 0:
        parts.append(f"{dropped} claimed quote{'s' if dropped > 1 else ''} could not be located and did not count")
    if judgement.unsure:
        parts.append(judgement.unsure)
    if ruling.verdict == "absent" and outdated:
        parts.append(f"a superseded document comes near: {outdated[0].passage.document}")
    text = "; ".join(parts)
    return text[:1].upper() + text[1:] + "."


def _closest(shown: Sequence[Hit], outdated: Sequence[Hit], located: Sequence[LocatedClaim]) -> tuple[Closest, ...]:
    intent = {item.claim.passage_id for item in located if item.claim.kind == "intent"}
    cited = {item.claim.passage_id for item in located if item.claim.kind in ("core", "opposite", "facet")}
    near: list[Closest] = []
    for hit in shown:
        if hit.passage.id not in cited and len(near) < 3:
            why_not = (
                "intent, not a mandate or practice" if hit.passage.id in intent else "does not mandate or describe it"
            )
            near.append(_near(hit.passage, why_not))
    return (*near, *(_near(hit.passage, "in a superseded document") for hit in outdated[:1]))


def _near(passage: Passage, why_not: str) -> Closest:
    start, end = (sentence_spans(passage.text) or [(0, len(passage.text))])[0]
    quote = textwrap.shorten(passage.text[start:end], NEAR_CHARS, placeholder=" …")
    return Closest(document=passage.document, locator=passage.locator, quote=quote, why_not=why_not)


def _not_applicable(requirement: Requirement, reason: str) -> Finding:
    return Finding(
        requirement=requirement.id,
        objective=requirement.objective,
        criteria=requirement.criteria,
        verdict="not_applicable",
        confidence=1.0,
        why=f"Not applicable: {reason}.",
    )


def _not_evaluable(requirement: Requirement, reason: str) -> Finding:
    return Finding(
        requirement=requirement.id,
        objective=requirement.objective,
        criteria=requirement.criteria,
        verdict="not_evaluable",
        flags=("not_evaluable",),
        confidence=1.0,
        why=reason,
    )
