"""Which `applies_when` conditions hold: from the profile, else from a sentence of the documents."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from analyzers.signals import addresses_machine, is_intent
from analyzers.types import Citation, ConditionState
from corpus.sentences import sentence_spans
from corpus.types import Objective, Passage, Profile

_F = re.IGNORECASE


@dataclass(frozen=True)
class Cue:
    """Patterns for one condition: `strong` alone suffices, `weak` needs three different sentences; `noun` can be denied."""

    strong: str
    weak: str = r"(?!)"
    noun: str = r"(?!)"
    denied: str = r"(?!)"


CUES: dict[str, Cue] = {
    "trains_models": Cue(
        strong=r"\b(?:we|our \w+|team|engineers?|pipeline|jobs?) (?:\w+ ){0,3}(?:train|retrain|fine-tune|finetune)s?\b|\b(?:fine-tuned|finetuned|re-?trained|trained) (?:model|weights|classifier|checkpoint|open-weights?|on (?:our|customer|tenant))|\b(?:training|retraining|fine-tuning) (?:run|job|pipeline|cluster|set|data ?set|environment|account)s?\b|\btraining-?job",
        noun=r"(?:model training|fine-tuning|own models?|models? of (?:our|its) own|models?(?= ?(?:[.,;)]|$)))",
        denied=r"\b(?:(?:re)?train|fine-tune|build)s? (?:and (?:we )?fine-tunes? )?nothing\b",
    ),
    "uses_retrieval": Cue(
        strong=r"\b(?:retrieval[- ]augmented|vector (?:store|index|database|db|search)|embedding(?:s)? (?:index|store)|pgvector|pinecone|weaviate|qdrant|milvus|chroma|faiss|opensearch vector|semantic search|nearest passages|retrieves? (?:the )?(?:\w+ )?(?:passages|chunks|articles|documents|content)|(?:passages|chunks|content|articles) (?:is |are |it )?(?:retrieved|found)|\bRAG\b|knowledge index|retrieval (?:index|corpus|service|layer))",
        weak=r"\bembeddings?\b|\bretriev(?:al|es)\b",
        noun=r"(?:retrieval|(?:embeddings? or )?vector (?:store|search|index|database)|embeddings?)",
    ),
    "feature_store": Cue(
        strong=r"\b(?:feature store|feast\b|tecton|hopsworks|feature platform|shared feature tables?|online features?|offline features?|feature registry)\b",
        noun=r"feature (?:store|platform)",
    ),
    "multi_tenant": Cue(
        strong=r"\bmulti-?tenan\w+|\b(?:per|each|cross|between|every|other|another)[- ]tenants?\b|\btenant[_ -]?id\b|\btenant isolation\b|\bshared (?:by|across|between) (?:all )?(?:customers|tenants|clients)\b",
        weak=r"\b(?:tenants?|customers?|clients?|subscribers?)\b",
    ),
    "uses_vendor_ai": Cue(
        strong=r"\b(?:openai|anthropic|claude|gpt-?\d|gemini|bedrock|azure openai|vertex ai|cohere|mistral|hugging ?face inference|foundation[- ]model (?:api|provider|vendor)|llm (?:api|provider|vendor)s?|model (?:api|provider|vendor)s?|third-party (?:ai|model|llm)s?|ai (?:vendor|provider|supplier|sub-?processor)s?|hosted (?:llm|model)s?)\b",
        noun=r"(?:third-party|external|vendor|outside) (?:\w+ ){0,2}(?:ai|models?|llms?)",
    ),
    "generative_ai": Cue(
        strong=r"\b(?:generative|(?:models?|assistant) (?:that )?(?:drafts?|writes?|answers?|summari[sz]es?|suggests?|replies)|llms?\b|large language models?|gpt-?\d|chatbots?|system prompts?|prompt (?:template|injection|librar\w+|repo\w*)s?|generated (?:text|repl\w+|answers?|summar\w+|drafts?|content)|text generation|copilot|summari[sz]ation model|language model)\b",
        noun=r"(?:generative (?:ai|models?|features?)|llms?|large language models?|language models?)",
    ),
    "agentic": Cue(
        strong=r"\b(?:agentic|ai agents?|tool[- ]calls?|tool[- ]calling|function[- ]calling|agents? (?:can|may|is allowed|calls?|executes?|issues?|takes?|runs?|acts?|opens?|proposes?)|autonomous(?:ly)? (?:\w+ )?(?:agent|action|execut)\w*|tool (?:registry|permissions?|definitions?|scopes?|allow-?list))\b",
        noun=r"(?:agents?|tool[- ](?:calls?|use)|autonomous actions?)",
    ),
    "personal_data": Cue(
        strong=r"\b(?:personal (?:data|information)|personally identifiable|pii\b|data subjects?|gdpr|ccpa|phi\b|protected health|patient (?:data|records?|names?)|applicants?' (?:data|names?)|end[- ]users?' (?:names?|messages|data)|consumer (?:data|information|reports?))\b",
        noun=r"personal (?:data|information)",
    ),
    "automated_decisions": Cue(
        strong=r"\b(?:automated(?:ly)? (?:\w+ ){0,2}(?:decisions?|decision-making|decline|approv\w+|reject\w+|denial)|adverse[- ]action|credit (?:decision|score|scoring)|score[sd]? (?:the )?(?:applicants?|candidates?|borrowers?|consumers?|claimants?)|candidate (?:ranking|scor\w+|screening)|underwriting (?:decision|model)s?|eligibility (?:decision|model)|solely automated|shortlist\w* (?:of )?candidates|fraud (?:score|decision)s? (?:on|about) (?:people|consumers|applicants))\b",
        noun=r"(?:automated decisions?|decisions? about (?:people|individuals|persons))",
    ),
    "availability_in_scope": Cue(
        strong=r"\b(?:\d{2}\.\d+ ?% (?:uptime|availab\w+|monthly)|(?:uptime|availability) (?:commitment|sla|target|objective|slo)|(?:sla|slo)s? (?:of|for) (?:uptime|availability)|service credits)\b",
        weak=r"\b(?:uptime|99\.\d)\b",
    ),
}
"""For each condition, what documents write when it holds and when they say that it does not."""

MIN_WEAK = 3
ABSENT_REASON = "no document mentions it"


def conditions_in_force(
    profile: Profile, passages: Sequence[Passage], names: Mapping[str, str]
) -> tuple[ConditionState, ...]:
    """State of every condition of the catalogue, in its order.

    Args:
        names: Condition -> what it means (the catalogue's vocabulary).
    """
    states = []
    for condition in names:
        if condition == "always":
            states.append(ConditionState(condition=condition, holds=True, source="default", reason="always"))
        elif condition in profile.applies_when:
            states.append(_from_profile(condition, profile.applies_when[condition]))
        elif condition == "availability_in_scope" and "availability" in profile.categories_in_scope:
            states.append(
                ConditionState(condition=condition, holds=True, source="profile", reason="Availability is in scope")
            )
        elif condition == "personal_data" and "privacy" in profile.categories_in_scope:
            states.append(
                ConditionState(condition=condition, holds=True, source="profile", reason="Privacy is in scope")
            )
        else:
            states.append(infer_condition(condition, passages))
    return tuple(states)


def _from_profile(condition: str, holds: bool) -> ConditionState:
    reason = f"stated in the profile: {'yes' if holds else 'no'}"
    return ConditionState(condition=condition, holds=holds, source="profile", reason=reason)


_CONDITIONAL = re.compile(
    r"\b(?:until|unless|without|before|must|may|shall|except|outside)\b|\b(?:on|with|from) (?:\w+ )?(?:customers?|clients?|your|tenants?|users?|"
    r"their|personal|production|our) ?(?:\w+ )?(?:data|content|inputs?|documents?|files|messages)\b",
    _F,
)
"""'No model is released without approval' and 'we do not train on customer data' deny something else."""


def denial_pattern(noun: str) -> str:
    """Sentences in which the company says that it has no such thing; a vendor's denial or a prohibition is none."""
    return (
        r"\b(?:we|our (?:company|team|platform|product|service)|the (?:company|platform|product|organi[sz]ation|service))\b[^.;,]{0,25}"
        r"\b(?:do(?:es)? not|don't|doesn't|never|no longer)(?: currently| yet| itself| ourselves)? "
        rf"(?:train|fine-tune|use|operate|run|have|host|maintain|build|serve|call|rely on|employ|make|offer|contain)\b[^.;]{{0,30}}\b{noun}\b|"
        rf"\b(?:there (?:is|are)|we have|we use|we run|we operate|has|uses|runs|operates|contains) no (?:\w+ ){{0,3}}{noun}\b|"
        rf"\bno (?:\w+ ){{0,2}}{noun} (?:is|are) (?:used|operated|in use|run by us|deployed|part of)\b|"
        rf"\b(?:runs?|ha(?:s|ve)|use[sd]?|operates?|there (?:is|are)|keeps?|holds?)\b[^.]{{0,120}}\bno (?:\w+ ){{0,2}}{noun}\b|"
        rf"\b{noun}\b[^.;]{{0,60}}\bdo(?:es)? not exist\b"
    )


def infer_condition(condition: str, passages: Sequence[Passage]) -> ConditionState:
    """Infer one condition from the documents; the sentence it was inferred from is cited.

    A denial ("we do not train models") outweighs fewer than two statements that suggest the contrary, since
    documents also speak of what vendors do. Prohibitions and vendors' denials are no denials.
    """
    cue = CUES[condition]
    strong, weak, denied = (
        re.compile(pattern, _F) for pattern in (cue.strong, cue.weak, rf"{denial_pattern(cue.noun)}|{cue.denied}")
    )
    positive: list[Citation] = []
    hints: list[Citation] = []
    negative: list[Citation] = []
    for passage in passages:
        if not (strong.search(passage.text) or weak.search(passage.text) or denied.search(passage.text)):
            continue
        for start, end in sentence_spans(passage.text):
            sentence = passage.text[start:end]
            if is_intent(sentence) or addresses_machine(sentence):
                continue
            if denied.search(sentence) and not _CONDITIONAL.search(sentence):
                negative.append(_cite(passage, start, end, condition))
            elif strong.search(sentence):
                positive.append(_cite(passage, start, end, condition))
            elif weak.search(sentence):
                hints.append(_cite(passage, start, end, condition))
    if negative and len(positive) < 2 * len(negative):
        return ConditionState(
            condition=condition, holds=False, source="documents", reason="the documents deny it", citation=negative[0]
        )
    if positive or len(hints) >= MIN_WEAK:
        support = positive or hints
        return ConditionState(
            condition=condition,
            holds=True,
            source="documents",
            reason=f"{len(support)} sentence{'s' if len(support) > 1 else ''} describe it",
            citation=support[0],
        )
    return ConditionState(condition=condition, holds=False, source="documents", reason=ABSENT_REASON)


def _cite(passage: Passage, start: int, end: int, condition: str) -> Citation:
    return Citation(
        document=passage.document,
        sha256=passage.sha256,
        locator=passage.locator_at(passage.start + start),
        start=passage.start + start,
        end=passage.start + end,
        quote=passage.text[start:end],
        states=(condition,),
    )


def why_not_applicable(objective: Objective, states: Mapping[str, ConditionState]) -> str | None:
    """Why the objective does not apply, None when at least one of its conditions holds."""
    if any(states[name].holds for name in objective.applies_when):
        return None
    reasons = []
    for name in objective.applies_when:
        state = states[name]
        quote = f' ("{state.citation.quote}", {state.citation.document})' if state.citation else ""
        reasons.append(f"{name}: {state.reason}{quote}")
    return "; ".join(reasons)


_AI = re.compile(
    r"\b(?:models?|llms?|classifiers?|assistants?|agents?|inference|prompts?|machine learning|ai|embeddings?|chatbots?|scoring)\b",
    _F,
)
_OPERATES = re.compile(
    r"\b(?:runs?|serves?|served|deployed|hosted|calls?|uses?|returns?|scores?|answers?|processes|trained|trains?|fine-tuned|"
    r"in production|(?:is|are|was|were|been) (?:re)?trained|retrained|reloaded|reads?|runs on|moved|writes?|is built|are built|stores?|sends?|sent|generates?|drafts?|classif\w+|retrieves?|handles?|operates?)\b",
    _F,
)
MIN_CONCRETE = 2


def describes_concrete_system(passages: Sequence[Passage]) -> bool:
    """Whether at least two sentences describe an AI system at work rather than an idea of one; the second may speak of
    "it", in the same passage."""
    found = 0
    for passage in passages:
        texts = [passage.text[start:end] for start, end in sentence_spans(passage.text)]
        at_work = [text for text in texts if _OPERATES.search(text) and not _is_idea(text)]
        if any(_AI.search(text) for text in at_work):
            found += len(at_work)
            if found >= MIN_CONCRETE:
                return True
    return False


def _is_idea(sentence: str) -> bool:
    return is_intent(sentence) or bool(
        re.search(
            r"\b(?:idea|vision|concept|would|could|might|imagine|brainstorm\w*|pitch|hypothes\w+|if we)\b", sentence, _F
        )
    )
