"""What a sentence says by its form: binding or intent, negated, addressed to a machine, and which facets it states."""

from __future__ import annotations

import re
from functools import cache

_FLAGS = re.IGNORECASE

_BINDING = re.compile(
    r"\b(?:must|shall|(?:is|are) required to|(?:is|are) responsible for|will (?:not )?be|is prohibited|may not|needs? to|"
    r"(?:is|are) to be|has to|have to|requires?|required|mandatory|enforced?s?|ensures? that|no \w+ (?:may|can|goes|reaches))\b",
    _FLAGS,
)
_INTENT = re.compile(
    r"\b(?:should|aims?|aim to|aspires?|intends?|intend to|plans?|planned|planning|goal is|hopes?|strives?|endeavou?rs?|"
    r"would like|roadmap|coming soon|to be (?:defined|confirmed|decided|determined|written)|tbd|tbc|todo|wip|"
    r"is being (?:rolled|built|drafted|set)|are being (?:rolled|built|drafted|set)|rolling out|in progress|under way|"
    r"in (?:q[1-4]|h[12]|20\d\d)|by (?:q[1-4]|h[12]|the end of)|next (?:quarter|year|sprint|month)|future|eventually|"
    r"as appropriate|where (?:appropriate|feasible|possible|practical)|when (?:feasible|possible)|best efforts?|"
    r"considering|we want to|explor(?:e|ing)|under (?:review|discussion|consideration)|propos(?:es?|ed|al)|once (?:it|the|we))\b",
    _FLAGS,
)
_NEGATION = re.compile(
    r"\b(?:no|not|never|none|nor|neither|without|cannot|can't|don't|doesn't|didn't|isn't|aren't|wasn't|haven't|hasn't|"
    r"nobody|nothing|lacks?|absent|missing|skipped|skips?|bypass(?:es|ed)?|exempt(?:ed)?|optional|waived|"
    r"on hold|paused|stopped|discontinued|lapsed|overdue|instead of|rather than)\b",
    _FLAGS,
)
_DOUBLE = re.compile(
    r"\b(?:no \w+(?: \w+){0,4} (?:until|unless|without|before)|not (?:\w+ ){0,5}(?:until|unless|without|before)|"
    r"never (?:\w+ ){0,5}(?:until|unless|without|before)|cannot (?:\w+ ){0,5}(?:until|unless|without|before)|"
    r"may not|must not|shall not|will not|is not (?:allowed|permitted)|are not (?:allowed|permitted)|nobody (?:can|may)|"
    r"no one (?:can|may)|refuses?|rejects?|blocks?|prevents?|denied|denies)\b",
    _FLAGS,
)
_SELF_CLAIM = re.compile(
    r"\b(?:(?:this|the|our|these) (?:[\w-]+ ){0,3}(?:section|policy|policies|polic\w+ set|document|page|procedure|standard|clause|chapter|control|"
    r"controls|design|architecture|approach|setup|process|programme|program|practice|practices|measures?)|which|this|we) "
    r"(?:therefore |thereby |fully |also |thus |together |already )*(?:satisf(?:y|ies)|fulfil(?:s|ls)?|(?:is|are) (?:fully )?compliant with|"
    r"compl(?:y|ies) with|meets?|addresses|covers|(?:is|are) aligned (?:with|to)|aligns? (?:with|to))\b[^.;]{0,80}"
    r"\b(?:CC\d|A1\.\d|C1\.\d|PI1\.\d|P\d\.\d|SOC ?2|ISO(?:/IEC)? ?\d+|NIST|GDPR|Trust Services|AI Act|industry standards?|best practices?)",
    _FLAGS,
)
_STUB = re.compile(
    r"\b(?:coming soon|to be (?:written|added|completed|drafted)|lorem ipsum)\b|^\W*(?:tbd|tbc|todo|placeholder|stub)\b",
    _FLAGS,
)
STUB_WORDS = 25
"""A longer sentence says more than that something will be written."""
_INJECTION = re.compile(
    r"\b(?:ignore|disregard|forget|override) (?:all |any |the |your )*(?:previous|prior|above|earlier|other|preceding) "
    r"(?:\w+ )?(?:instructions?|prompts?|rules?|text|context)|"
    r"\b(?:treat|consider|mark|regard|rate|score|judge|classify|report|assess|record) (?:all |every |each |this |these |the |any )"
    r"(?:[\w,'-]+ ){0,4}(?:controls?|requirements?|criteria|criterion|objectives?|polic(?:y|ies)|documents?|page|section|organi[sz]ation|company)\b"
    r"[\w\s,'-]{0,50}\b(?:as|to be) (?:fully |already )?(?:satisf\w+|met|implemented|compliant|passed|passing|effective|closed|green)\b|"
    r"\b(?:automated|ai|llm|machine|language[- ]model|gpt|chatgpt|claude) ?-?(?:based |powered |assisted )?(?:reviewers?|readers?|assessors?|"
    r"auditors?|evaluators?|graders?|screeners?)[,:]? (?:should|must|shall|please|are instructed|is instructed|can|may|need not|will|do not)\b|"
    r"\b(?:note|message|instructions?|attention|notice)s? (?:to|for) (?:the |any |all )?(?:automated|ai|llm|language[- ]model|machine|"
    r"reviewing) (?:reviewers?|readers?|assessors?|auditors?|evaluators?|graders?|assistants?|models?|systems?|tools?|scanners?)\b|"
    r"\b(?:if you are|for) an? (?:ai|llm|language model|automated (?:reader|reviewer|system|assistant))\b|"
    r"\byou are (?:now )?(?:a|an|the) (?:helpful |compliance |audit )?(?:assistant|auditor|ai|language model)\b|"
    r"\b(?:system prompt|new instructions?)\s*:\s*(?:you|ignore|treat|mark|report|respond|answer|always|never|do)\b|"
    r"<\|?(?:im_start|system|assistant)\|?>|\[/?INST\]",
    _FLAGS,
)


def is_binding(sentence: str) -> bool:
    """Must, shall, is required, is responsible for: the language of a mandate."""
    return bool(_BINDING.search(sentence))


def is_intent(sentence: str) -> bool:
    """Should, aims, planned, as appropriate: what does not count as a mandate or practice."""
    return bool(_INTENT.search(sentence)) and not re.search(r"\b(?:must|shall)\b", sentence, _FLAGS)


def is_negated(sentence: str) -> bool:
    """A negation that turns the sentence round; 'no model goes live until' and 'must not' are mandates instead."""
    return bool(_NEGATION.search(_DOUBLE.sub(" ", sentence)))


def is_self_claim(sentence: str) -> bool:
    """'This section satisfies CC6.1': a document's word about itself, never evidence."""
    return bool(_SELF_CLAIM.search(sentence))


def is_stub(sentence: str) -> bool:
    """A place kept for text that is not there."""
    return bool(_STUB.search(sentence)) and len(sentence.split()) <= STUB_WORDS


def addresses_machine(sentence: str) -> bool:
    """Text that speaks to an automated reader rather than to people; it is flagged and never counts."""
    return bool(_INJECTION.search(sentence))


_UNIT = r"(?:seconds?|minutes?|mins?|hours?|hrs?|(?:business |working |calendar )?days?|weeks?|months?|years?|yrs?|sprints?)"
_COUNT = r"(?:\d+(?:[.,]\d+)?|one|two|three|four|five|six|seven|eight|nine|ten|twelve|fourteen|fifteen|twenty|thirty|sixty|ninety)"
_ROLE = (
    r"(?:chief \w+(?: \w+)? officer|c[eftisrpd]o\b|ciso\b|dpo\b|vp\b|vice president|head of|director|managers?\b|lead\b|leads\b|"
    r"officer|counsel|engineer\b|owner\b|analyst|architect|administrator|approver|committee|board\b|president|secretary|"
    r"controller|steward|custodian|champion|supervisor|auditor|partner\b|paralegal|founder|sre on call|on-call \w+)"
)
_FACETS: dict[str, str] = {
    "actor": rf"\b{_ROLE}|\b[A-Z][a-z]+ (?:[A-Z]\. )?[A-Z][a-z]+(?:-[A-Z][a-z]+)?\b(?= (?:owns|approves|signs|reviews|is|has|runs))",
    "frequency": (
        rf"\b(?:every (?:{_COUNT} )?{_UNIT}|each (?:day|week|month|quarter|year|sprint|release|monday|tuesday|wednesday|thursday|"
        r"friday|january|july|batch|run|night|morning)|every (?:quarter|night|morning|monday|tuesday|wednesday|thursday|friday|"
        r"release|batch|run|merge|build|deploy\w*)|daily|nightly|hourly|weekly|fortnightly|biweekly|monthly|bi-?monthly|"
        r"quarterly|half[- ]?yearly|semi-?annual(?:ly)?|annual(?:ly)?|yearly|twice (?:a|per) \w+|once (?:a|per) \w+|"
        r"per (?:quarter|month|week|year|release)|q1|q2|q3|q4|continuous(?:ly)?|at least every|12 months|on the first \w+)\b"
    ),
    "deadline": (
        rf"\b(?:within|in (?:under|less than)|no later than|not later than|at most|max(?:imum)?(?: of)?|up to|after|before|"
        rf"not? (?:more|longer) than|prior to)\W+(?:the |a )?(?:\w+ )?{_COUNT}[\s-]*{_UNIT}|\b{_COUNT}[\s-]+{_UNIT}\b|"
        r"\b\d+ ?h\b|\bsame (?:business )?day\b|\bby (?:the )?\d{1,2}(?:st|nd|rd|th)?\b|\bby close of business\b|\bsla\b"
    ),
    "threshold": (
        r"\d+(?:[.,]\d+)? ?(?:%|percent|pp\b|points?\b|ms\b|bps\b|x\b|sigma)|\b(?:0?\.\d+|\d+\.\d+)\b|"
        r"\b(?:above|below|over|under|exceed\w*|at least|at most|more than|fewer than|less than|greater than|minimum|maximum|"
        r"limit(?:ed)? (?:of|to)|cap(?:ped)? at|threshold)\b[^.;]{0,40}\d|[<>≥≤]=? ?\d|\bzero (?:critical|high|open|known)\b|\bp9\d\b"
    ),
    "retention": rf"\b(?:retain\w*|retention|kept|keep\w*|stored?|held|delet\w+|purg\w+|expir\w+|ttl|archiv\w+|preserv\w+)\b[^.;]{{0,90}}\b{_COUNT}[\s-]*{_UNIT}|\b{_COUNT}[\s-]*{_UNIT} (?:retention|ttl)\b",
    "trigger": (
        r"\b(?:on|upon|when(?:ever)?|after|before|prior to|at|following|triggered by|if|once|as soon as|each time|in the event|"
        r"whenever|during) (?:an? |the |any |each |every |it |they |we |there )?\w+|\b(?:per|every|each) (?:release|change|merge|deploy\w*|"
        r"incident|request|batch|run|build|renewal|hire|joiner|leaver)\b"
    ),
    "record": (
        r"\b(?:records?|recorded|logs?|logged|log(?:book)?|ticket(?:s|ed)?|register(?:ed)?|minut(?:es|ed)|jira|servicenow|report(?:s|ed)?|"
        r"documented in|filed|stored in|audit trail|evidence|sign(?:ed)?[- ]off|signature|checklist|tracked in|captured|entry|entries|"
        r"attest\w*|certificate|memo|dossier|form|spreadsheet|sheet|worksheet|confluence|notion|changelog|pull request|history|issue)\b"
    ),
    "artefact": r"\b[\w-]+(?:\.\w+)+\b|`[^`]+`|\b(?:models?|prompts?|datasets?|weights|embeddings?|index|vectors?|logs?|checkpoints?|features?|keys?|tokens?|backups?|registry|templates?|outputs?|inputs?|transcripts?|fields?|tables?|reports?|contracts?|diagram|description)\b",
    "system": (
        r"\b(?:[A-Z][a-z]+[A-Z]\w*|[A-Z]{2,}[a-z]*\w*|jira|okta|github|gitlab|mlflow|datadog|vanta|drata|servicenow|terraform|vault|"
        r"argo\w*|jenkins|kubernetes|splunk|grafana|prometheus|pagerduty|sagemaker|databricks|snowflake|airflow|s3|workday|bamboohr|"
        r"confluence|notion|slack|azure|aws|gcp|bedrock|vertex|opsgenie|sentinel|crowdstrike|sharepoint|onetrust|bitbucket)\b|`[^`]+`"
    ),
    "mechanism": (
        r"\b(?:automatic\w*|automated|enforced?s?|blocks?|blocked|blocking|prevents?|gate[sd]?|pipeline|fails? the|script|policy engine|"
        r"admission|hook|workflow|encrypt\w*|sign(?:ed|ing)|hash\w*|tokeni\w+|mask\w*|redact\w*|filter\w*|isolat\w*|segregat\w*|"
        r"separate \w+|role[- ]based|rbac|mfa|sso|alert\w*|scan\w*|rejects?|denied|denies|refuses?|revok\w*|read-only|rate limit\w*|"
        r"quarantin\w*|scheduled|cron|job|by means of|through the|via|using|two[- ]person|dual|second (?:person|reviewer)|approval|"
        r"branch protection|network polic\w+|firewall|allow-?list\w*|sandbox\w*|canary|rollback|switch|flag)\b"
    ),
    "coverage": r"\b(?:all|every|each|any|entire|whole|complete|full|both|100 ?%|no exceptions?|without exception|everyone|everything|across the)\b",
    "scope": r"\b(?:scope|in scope|out of scope|appl(?:y|ies|icable) to|includ\w+|exclud\w+|cover\w*|limited to|except|boundary|inside|outside|both)\b",
    "rule": r"\b(?:if|unless|only if|when|must|criteria|criterion|rule|otherwise|tier(?:s|ed)?|class(?:es|ified|ification)?|severity|level|score[ds]?|based on|determin\w+|requires?|matrix|defined as|means)\b",
    "list": r"(?:[^,;:.]+[,;/] ?){3,}|:\s*\w[^.]{10,}(?:,|;|\band\b)|\b(?:listed in|list of|the following|enumerat\w+|annex|appendix|see table)\b|•",
    "date": r"\b(?:\d{4}-\d\d-\d\d|\d{1,2} (?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w* \d{4}|(?:january|february|march|april|may|june|july|august|september|october|november|december) \d{1,2},? \d{4}|first day of|start of the (?:period|window|observation)|q[1-4] 20\d\d|day 60)\b",
}


@cache
def _facet_pattern(facet: str) -> re.Pattern[str]:
    flags = 0 if facet == "system" else _FLAGS
    return re.compile(_FACETS[facet], flags)


def states_facet(sentence: str, facet: str) -> bool:
    """Whether the form of the sentence can state this facet at all: a role, a cadence, a number, a record ..."""
    return facet in _FACETS and bool(_facet_pattern(facet).search(sentence))
