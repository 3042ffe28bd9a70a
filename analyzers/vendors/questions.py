"""The 18 questions: what touches each, what answers it so that it can be checked, what to ask, which clause is due."""

from __future__ import annotations

import re
from dataclasses import dataclass

_TIME = r"\d+(?:\s*\([^)]*\))?[\s-]*(?:minutes?|hours?|hrs?|h\b|(?:business |calendar )?days?|weeks?|months?|years?)|(?:thirty|sixty|ninety|seven|fourteen|twenty-four|forty-eight|seventy-two)(?: \(\d+\))? (?:calendar |business )?(?:days|hours)"
_NO_YES = r"\b(?:no|not|never|none|neither|yes|does|do|is|are|only|opt(?:ed)?[ -]?(?:in|out)|may use|uses?|used|train(?:s|ed)?|fine-tunes)\b"
_KEPT = rf"{_TIME}|\b(?:not (?:be )?(?:retained|stored|kept|persisted|saved)|never (?:retained|stored|kept|written)|no retention|zero retention|discarded|immediately|in memory only|indefinite\w*|unlimited|forever|without limit|until (?:the )?(?:customer|account|contract|you)\b|(?:for the )?(?:term|duration|life) of the (?:contract|agreement|account))\b"
_PLACES = r"\b(?:EU|EEA|US|USA|UK|United States|Europe|Ireland|Germany|Frankfurt|Dublin|London|Virginia|Oregon|Paris|Sweden|India|Singapore|Canada|Japan|Australia|Netherlands|France|eu-\w+-\d|us-\w+-\d|ap-\w+-\d|Manila|Philippines|Poland)\b"


@dataclass(frozen=True)
class Question:
    """One question. Patterns are read without regard to case unless they name places."""

    key: str
    topic: str
    specific: str
    ask: str
    clause: str
    cased: bool = False

    def touches(self, text: str) -> bool:
        """Whether a text is about it."""
        return bool(re.search(self.topic, text, re.IGNORECASE))

    def answers(self, text: str) -> bool:
        """Whether a text states what the question asks for."""
        return bool(re.search(self.specific, text, 0 if self.cased else re.IGNORECASE))


_TRAIN = r"(?:train\w*|fine-?tun\w*|improv\w+ (?:\w+ ){0,3}models?|model improvement|develop\w* (?:\w+ ){0,2}models?)"
_OUT = r"(?:outputs?|feedback|completions?|responses?|generated|fine-?tuning (?:files?|data)|thumbs|ratings?)"
_IN = r"(?:inputs?|prompts?|customer (?:data|content)|your (?:data|content)|(?:client|user|customer)(?:s[’']|[’']s)? (?:data|content|prompts)|submitted|api data|uploads?)"
QUESTIONS: tuple[Question, ...] = (
    Question("training_on_inputs", rf"{_TRAIN}[^.;]*\b{_IN}|\b{_IN}[^.;]*{_TRAIN}", _NO_YES,
             "Do you use the prompts and other inputs that we send to train or improve any model? State the setting, its default, and the clause that binds you.",
             "no training on inputs without the customer's opt-in"),
    Question("training_on_outputs_feedback_finetuning", rf"{_TRAIN}[^.;]*\b{_OUT}|\b{_OUT}[^.;]*\b(?:used?|uses|serves?|go(?:es)? into)\b[^.;]*{_TRAIN}|\b{_OUT}\b[^.;]*\b(?:never|not)\b[^.;]*{_TRAIN}", _NO_YES,
             "Separately from inputs: do you use outputs, feedback or our fine-tuning files to train or improve any model beyond our own?",
             "no training on outputs, feedback and fine-tuning files"),
    Question("input_retention", rf"(?:\b{_IN}\b[^.;]*\b(?:retain\w*|retention|stor(?:e[sd]?|age|ing)|kept|keep\w*|persist\w*|deleted|discarded)|\b(?:retain\w*|retention|stor(?:e[sd]?|age)|keep|kept)\b[^.;]*\b{_IN}\b)", _KEPT,
             "For how long are inputs kept, by endpoint, including backups and flagged content?",
             "a limit on how long inputs are kept"),
    Question("output_retention", r"(?:\b(?:outputs?|completions?|responses?|generated (?:text|content|answers))\b[^.;]*\b(?:retain\w*|retention|stor(?:e[sd]?|age|ing)|kept|keep\w*|persist\w*|deleted|discarded)|\b(?:retain\w*|retention|stor(?:e[sd]?|age)|keep|kept)\b[^.;]*\b(?:outputs?|completions?|generated))", _KEPT,
             "Separately from inputs: for how long are outputs kept, by endpoint, including caches and backups?",
             "a limit on how long outputs are kept"),
    Question("prompt_logging_and_where", r"(?:prompt|request|conversation|payload|api)s?\b[^.;]*\blog(?:s|ged|ging)?\b|\blog(?:s|ged|ging)?\b[^.;]*\b(?:prompts?|requests?|payloads?)\b|prompt logging", rf"\b(?:not logged|no logging|never logged|metadata only|disabled|do not log|without (?:the )?(?:prompt|content)|logged (?:in|to|at|by)|logs? (?:are|is) (?:kept|stored|held|written)|stored in|S3|Datadog|Splunk|CloudWatch|BigQuery)\b|{_PLACES}",
             "Are prompts logged, with content or as metadata only, in which system and region, and who can read the logs?",
             "where prompts may be logged"),
    Question("human_review", r"human[- ](?:review|access|moderat)\w*|(?:abuse|safety|misuse)[- ](?:monitor\w*|review)|(?:reviewed|read|seen|inspected|viewed|looked at) by (?:a |our |trained |authori[sz]ed )?(?:humans?|people|persons?|staff|employees|personnel|reviewers|moderators|contractors)|(?:staff|employees|personnel|people|reviewers|moderators) (?:\w+ ){0,3}(?:review|read|see|view|access)\w* (?:\w+ ){0,4}(?:prompts?|content|inputs?|outputs?|data)", r"\b(?:no|not|never|none|nobody|exempt\w*|excluded|opt(?:ed)?[- ]out|only|disabled|may|sample\w*|flagged|reviewed|trained|authori[sz]ed|yes)\b",
             "Can any person at your company or a contractor read our prompts or outputs, for abuse monitoring for instance? How are we exempted?",
             "no human review of content, or an exemption"),
    Question("zero_data_retention", r"zero[- ]?(?:data[- ])?retention|\bZDR\b|no[- ]retention (?:mode|option|setting)", r"\b(?:enabled|active|activated|in force|contracted|approved|not (?:offered|available|enabled|supported|active)|unavailable|excluded|applies to|on for|turned on|since|disabled)\b",
             "Is zero data retention available, contracted and switched on for our account, since when, and which endpoints does it leave out?",
             "zero data retention, and the endpoints that it covers"),
    Question("sub_processors_and_notice", r"sub-?processors?|sub-?contractors?", rf"{_TIME}|\b(?:no sub-?processors|none|list(?:ed)? (?:at|in|on|below)|https?://|are:|prior (?:written )?(?:consent|approval)|right to object)\b|sub-?processors?\s*(?:are|include|:|\()\s*[A-Z]",
             "Name every sub-processor that sees our data, and the days of notice before a new one, with our right to object.",
             "a list of sub-processors, notice in days and a right to object"),
    Question("processing_and_support_regions", r"\bregions?\b|data residency|(?:processed|hosted|located|support(?:ed)?)\b[^.;]*\b(?:in|from)\b[^.;]*|where (?:is|are)[^.;]*(?:processed|hosted|stored)|data ?cent(?:er|re) location", _PLACES,
             "In which regions is our data processed, and from which countries can support staff reach it?",
             "regions of processing and of support", True),
    Question("fine_tune_and_cache_isolation", r"isolat\w*|segregat\w*|tenan(?:t|cy)|(?:prompt |kv[- ]?|shared )cach(?:e|ing)|(?:fine-?tuned|custom) (?:model|weight|adapter)s?", r"\b(?:per[- ](?:tenant|customer|account|organi[sz]ation)|dedicated|separate|single[- ]tenant|logically (?:isolated|separated)|isolated (?:by|per|to)|not shared|never shared|no shared|own (?:key|namespace|adapter|weights)|only (?:to|by) (?:the|that|your) (?:customer|account|organi[sz]ation)|shared (?:across|between|by))\b",
             "How are fine-tuned models and caches kept apart between customers, and how is that tested?",
             "isolation of fine-tuned models and caches"),
    Question("deletion", r"delet\w+\b(?! (?:automatically )?after)|eras(?:e|ure|ed)|purg\w+|destr(?:oy|uction)\w*|end of (?:the )?contract|offboard\w*", rf"(?:{_TIME})|\b(?:certificate|confirm(?:ed|ation)|DELETE (?:endpoint|request)|via (?:the )?(?:api|console|dashboard)|within)\b",
             "By which route do we have data deleted, in how many days, from which stores and backups, and how do you confirm it?",
             "deletion on request and at the end, with a time and a confirmation"),
    Question("version_pinning_and_change_notice", r"(?:pin(?:s|ned|ning)?\b|(?:model |dated |fixed )?(?:versions?|snapshots?)\b[^.;]*(?:model|pin\w*|fix\w*|change|update)|model (?:versions?|updates?|changes?)|alias(?:es)?|auto-?(?:update|upgrade))", rf"\b(?:pinned|pin (?:a|to)|snapshots? (?:id|with|are|is)|fixed version|not (?:be )?pinned|cannot (?:be )?pin\w*|no pinning|floating|latest|alias|auto-?updates?|automatically (?:updated|upgraded)|\d{{4}}-\d\d-\d\d)\b|{_TIME}",
             "Can we pin a dated model version, and how many days before a change of the model do you give notice?",
             "a pinned model version and notice of changes"),
    Question("deprecation_notice", r"deprecat\w*|retire(?:d|ment|s)?\b|end[- ]of[- ]life|\bEOL\b|sunset\w*|discontinu\w*", rf"{_TIME}|\b(?:no notice|without notice)\b",
             "How many days of notice do you give before a model version is withdrawn?",
             "notice in days before a model is withdrawn"),
    Question("assurance_covering_this_service", r"\bSOC ?2\b|\bISO(?:/IEC)? ?(?:27001|42001)\b|(?:independent|third[- ]party) (?:audit|assurance|examination)|attestation|certifi(?:ed|cation)", r"\b(?:type (?:2|ii|1|i)\b[^.;]*(?:cover|scope|includ|exclud|period|20\d\d)|(?:cover|scope|includ|exclud)\w*[^.;]*(?:api|service|platform|model|inference|product)|no (?:soc ?2|audit|report|certification)|not (?:audited|certified|covered|in scope)|do not have)\b|certificate (?:no|number)",
             "Which SOC 2 Type II report or ISO certificate covers this very AI service, for which period? Please send it.",
             "a yearly assurance report that covers the service"),
    Question("incident_notice_hours", r"(?:incident|breach)\w*[^.;]*\b(?:noti\w+|inform\w*|report\w*|tell|told|alert\w*|communicat\w*)|(?:noti\w+|inform\w*|tell|report\w*)\b[^.;]*\b(?:incident|breach)", _TIME,
             "Within how many hours of becoming aware do you tell us of an incident that touches our data?",
             "notice of incidents in hours"),
    Question("ip_and_data_indemnity", r"indemn\w*|(?:copyright|intellectual property|\bIP\b)[^.;]*(?:claim|shield|defen[cds]\w*|liab\w*|cover\w*)", r"\b(?:shall|will|does|do|no|not|never)?\s*(?:indemnif\w+|indemnity|hold harmless|defend\w*)\b[^.;]*(?:against|for|from|up to|cap|any|claims?|offered|provided|given|included|outputs?)|\bno indemni\w+|not indemnif\w+",
             "Do you indemnify us against claims on intellectual property in outputs, and for breaches of our data? State caps and exclusions.",
             "indemnity for intellectual property and data"),
    Question("training_data_provenance", r"training (?:data|corpus|corpora|sets?)[^.;]*(?:provenance|sourc\w*|origin|licen[cs]\w*|lawful\w*|collected|public\w*|come)|(?:provenance|sources?|origin|licen[cs]\w+)[^.;]*(?:training|(?:of|for) (?:the )?model)|data provenance|trained on (?:licen[cs]ed|public|web|data)", r"\b(?:licen[cs]ed (?:from|data|under|corpora)|public(?:ly)?[- ](?:available|domain)|common crawl|data ?sheet|model card|published|summary (?:of|at)|not disclosed?|do not disclose|purchased|synthetic|opt[- ]?out registry|register of sources)\b",
             "Where does the training data of the models come from, and under which rights? Please send the summary or data sheet.",
             "a statement on the provenance of training data"),
    Question("quota_and_availability", r"quota|rate limits?|availability|uptime|\bSLA\b|service levels?|throughput|tokens per minute|\bTPM\b|\bRPM\b", r"\d+(?:[.,]\d+)?\s?%|\d[\d,. ]*k?\s*(?:requests|tokens|RPM|TPM|calls)|\bno (?:SLA|uptime|availability)\b|(?:requests|tokens) per (?:second|minute)",
             "Which quota is ours, and which availability do you commit to, with which remedy?",
             "quota and availability commitments"),
)  # fmt: skip
BY_KEY = {question.key: question for question in QUESTIONS}
