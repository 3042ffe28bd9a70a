"""What the system description says: user entity controls, subservice organizations, incidents, changes, AI."""

from __future__ import annotations

import re

from analyzers.soc2_report.types import Method, Source, Subservice
from analyzers.soc2_report.view import Part, View

_CUEC = re.compile(
    r"complementary user[- ]entit\w+ control|user control consideration|(?:client|customer|user)[- ]?(?:entity |control )?responsibilit|user entity (?:controls|responsibilities)|\bCUECs?\b",
    re.IGNORECASE,
)
_CSOC = re.compile(r"complementary subservice|\bCSOCs?\b", re.IGNORECASE)
_SUBSERVICE = re.compile(
    r"subservice organi[sz]ation|sub-?service provider|carved[- ]out (?:vendor|provider)|third[- ]party service (?:organi[sz]ation|provider)s?",
    re.IGNORECASE,
)
_INTRO = re.compile(
    r":\s*$|\b(?:designed with the assumption|assumes? that|should be (?:evaluated|implemented|considered)|(?:listed|described|presented|following) (?:below|are|controls)|the following|not (?:a )?comprehensive|in order to (?:meet|achieve))\b",
    re.IGNORECASE,
)
_ROW_LABEL = re.compile(r"(?:^|; )(?:#|no\.?|ref\w*|id|cuec(?: id)?|number)\s*:\s*[^;]*(?:; |$)", re.IGNORECASE)
_CUEC_LABEL = re.compile(
    r"(?:^|; )(?:complementary user[- ]entity controls?|user entity controls?|controls?|responsibilit\w+|description|cuecs?|consideration)\s*:\s*(?P<text>.+?)(?=; (?:related |applicable |trust )?(?:criteri\w+|tsc)\s*:|$)",
    re.IGNORECASE,
)
_NAME = r"[A-Z][\w.&’'-]*(?: (?:[A-Z][\w.&’'-]*|of|and|&)(?![\w]))*(?:,? (?:Inc|Ltd|LLC|Corp|GmbH|PBC|L\.?P)\.?)?"
_USES = re.compile(
    rf"\b(?:uses|utilizes|utilises|relies on|engages|contracts with|outsources to|leverages|is hosted (?:by|on|in))\s+(?P<names>{_NAME}(?: \([^)]{{1,40}}\))?)(?:,)?(?P<rest>(?:(?!\b(?:uses|utilizes|utilises|relies on|engages|contracts with)\b)[^.])*)"
)
_FOR = re.compile(
    r"\b(?:for|to (?:provide|host|perform|deliver|supply|run|serve)|which provides|that provides|provid\w+|as (?:its|the|a))\s+(?P<what>[^.;]+)",
    re.IGNORECASE,
)
_METHOD = re.compile(r"\b(?P<carve>carve[d-]*[- ]?out)\b|\b(?P<incl>inclusive)\b", re.IGNORECASE)
_AI = re.compile(
    r"\b(?:AI|artificial intelligence|machine learning|ML|large language models?|LLMs?|generative|language models?|foundation models?|model inference|neural (?:network|model)s?|GPT[\w-]*|Claude|Bedrock|OpenAI|Anthropic)\b"
)
_OUT = re.compile(
    r"\b(?:exclud\w+|out(?:side)? (?:of )?(?:the )?(?:scope|boundar\w+)|not (?:with)?in (?:the )?(?:scope|boundar\w+)|not (?:included|covered|part of)|(?:does|do) not (?:include|cover|extend)|not in scope|beyond the scope)\b",
    re.IGNORECASE,
)
AI_VENDORS = re.compile(
    r"\b(OpenAI|Azure OpenAI|Anthropic|Amazon Bedrock|AWS Bedrock|Bedrock|Vertex AI|Google Gemini|Gemini API|Cohere|Mistral(?: AI)?|Hugging Face|Together AI|Replicate|Groq|Fireworks AI|AI21|Perplexity|DeepSeek|xAI|ElevenLabs|AssemblyAI|Deepgram|Pinecone|Scale AI|Databricks)\b"
)


def section_parts(view: View, pattern: re.Pattern[str], *, not_this: re.Pattern[str] | None = None) -> list[list[Part]]:
    """The parts under each heading (or lone title line) that a pattern matches, up to the next heading of its level."""
    found = []
    for i, part in enumerate(view.parts):
        title = part.is_title or (
            len(part.text) < 90 and part.block.kind == "paragraph" and not part.text.rstrip().endswith((".", ";", ":"))
        )
        if not title or not pattern.search(part.text) or (not_this and not_this.search(part.text)):
            continue
        body = []
        for other in view.parts[i + 1 :]:
            if other.is_title and (not part.is_title or other.block.level <= part.block.level):
                break
            if other.zone != part.zone and other.zone in ("tests", "other"):
                break
            body.append(other)
        if any(not other.is_title for other in body):
            found.append(body)
    return found


def read_cuecs(view: View, pattern: re.Pattern[str] = _CUEC) -> list[tuple[str, Source]]:
    """The items under the heading; sentences that only introduce them are left out."""
    best: list[tuple[str, Source]] = []
    for body in section_parts(view, pattern, not_this=_CSOC if pattern is _CUEC else None):
        items = []
        for part in body:
            if part.is_title or part.block.kind == "code":
                continue
            if part.block.kind == "paragraph" and (_INTRO.search(part.text) or part.text[:1].islower()):
                continue
            start, end = 0, len(part.text)
            if part.block.kind == "table_row":
                if match := _CUEC_LABEL.search(part.text):
                    start, end = match.span("text")
                elif lead := _ROW_LABEL.match(part.text):
                    start = lead.end()
            text = part.text[start:end].strip(" ;")
            if len(text.split()) >= 4:
                items.append((text, view.source(part, start, end)))
        if len(items) > len(best):
            best = items
    return best


def read_csocs(view: View) -> list[tuple[str, Source]]:
    """Controls assumed at subservice organizations."""
    return read_cuecs(view, _CSOC)


def read_subservice(view: View) -> list[tuple[Subservice, Source]]:
    """Organizations named in a table or sentence about subservice organizations, with method and services."""
    bodies = section_parts(view, _SUBSERVICE, not_this=_CSOC)
    default = _method(" ".join(part.text for body in bodies for part in body)) or _method(
        " ".join(part.text for part in view.parts if _SUBSERVICE.search(part.text))
    )
    found: dict[str, tuple[Subservice, Source]] = {}
    for part in [part for body in bodies for part in body] + [
        part
        for part in view.parts
        if _SUBSERVICE.search(part.text) and not part.is_title and part.zone not in ("tests", "other")
    ]:
        for item, start, end in _organizations(part):
            key = _key(item.name)
            known = next(
                (name for name in found if name == key or name.startswith(key + " ") or key.startswith(name + " ")),
                None,
            )
            place = view.source(part, start, end)
            method = item.method or default
            item = item.model_copy(update={"method": method, "page": place.page, "quote": place.quote})
            if known is None:
                found[key] = (item, place)
            elif not found[known][0].services and item.services:
                found[known] = (item, place)
    return list(found.values())


def _organizations(part: Part) -> list[tuple[Subservice, int, int]]:
    if part.is_title:
        return []
    text = part.text
    if part.block.kind == "table_row":
        cells = [cell.partition(": ") for cell in text.split("; ")]
        named = {label.casefold(): value for label, sep, value in cells if sep}
        name = next(
            (
                value
                for label, value in named.items()
                if re.search(r"organi[sz]ation|vendor|provider|^name|subservice", label)
            ),
            "",
        )
        services = next(
            (
                value
                for label, value in named.items()
                if re.search(r"service|function|purpose|provided", label) and value != name
            ),
            None,
        )
        criteria_only = any("control" in label for label in named) and services is None
        if not name or criteria_only:
            return []
        method = _method(
            named.get("method", "")
            or " ".join(value for label, value in named.items() if re.search("method|treatment|presentation", label))
        )
        return [(Subservice(name=name.strip(), method=method, services=services), 0, len(text))]
    found = _unruled_rows(text)
    for match in _USES.finditer(text):
        sentence_start = text.rfind(". ", 0, match.start()) + 2 if ". " in text[: match.start()] else 0
        sentence = text[sentence_start : match.end()]
        if not _SUBSERVICE.search(sentence) and not _SUBSERVICE.search(text[:200]):
            continue
        for name, rest in _listed(match["names"], match["rest"]):
            what = _FOR.search(rest)
            services = what["what"].strip(" ,") if what else None
            found.append(
                (Subservice(name=name, method=_method(sentence), services=services), sentence_start, match.end())
            )
    if part.block.kind == "list_item" and not found:
        listed = re.match(
            rf"(?P<name>{_NAME})(?: \((?P<short>[^)]*)\))?\s*(?:[-–—:,]|\bprovid\w+)\s*(?P<what>.+)", text
        )
        if listed:
            services = re.sub(r"\s*\(?(?:carve[d-]*[- ]?out|inclusive)(?: method)?\)?\.?$", "", listed["what"]).strip(
                " .;,"
            )
            found.append(
                (Subservice(name=listed["name"], method=_method(listed["what"]), services=services), 0, len(text))
            )
    return found


def _unruled_rows(text: str) -> list[tuple[Subservice, int, int]]:
    """Rows of a table without lines, run together: each ends with the method that is used."""
    body = re.match(
        r"(?:(?:Subservice|Organi[sz]ations?|Vendors?|Providers?|Name|Functions?|Services?|Provided|Purpose|Treatment|Method|Used)\s+)*",
        text,
    )
    position = body.end() if body else 0
    found = []
    for match in re.finditer(
        r"(?P<row>[A-Z][^.:;]*?(?:(?:Inc|Ltd|Corp|Co)\.[^.:;]*?)?)\s+(?:carve[d-]*[- ]?out|inclusive)\b\.?(?=\s|$)",
        text[position:],
        re.IGNORECASE,
    ):
        row = match["row"].strip()
        cut = re.match(r".*?(?:\b(?:Inc|Ltd|Corp)\.|\b(?:LLC|GmbH|Limited|PBC|plc)\b|\))(?=\s)", row)
        if len(row.split()) > 14 or re.search(r"\b(?:the|The|uses?|is|are|method|under)\b", row):
            return []
        name = cut.group() if cut else row
        found.append(
            (
                Subservice(
                    name=name, method=_method(match.group()[len(row) :]), services=row[len(name) :].strip() or None
                ),
                position + match.start(),
                position + match.end(),
            )
        )
    return found


def _listed(names: str, rest: str) -> list[tuple[str, str]]:
    """'X for hosting and Y for inference' as two organizations with what each is used for."""
    first = re.sub(r"\s*\([^)]*\)", "", names).strip(" ,")
    more = re.split(rf",? and (?=(?:{_NAME})(?: \([^)]*\))?,? (?:for|to|as|which|that)\b)", rest)
    found = [(first, more[0])]
    for piece in more[1:]:
        named = re.match(_NAME, piece)
        if named:
            found.append((named.group(), piece[named.end() :]))
    return found


def _method(text: str) -> Method | None:
    match = _METHOD.search(text)
    return None if match is None else "carve-out" if match["carve"] else "inclusive"


def _key(name: str) -> str:
    return (
        re.sub(r"\W+", " ", re.sub(r"\b(?:inc|ltd|llc|corp|pbc)\b\.?|\([^)]*\)", "", name, flags=re.IGNORECASE))
        .strip()
        .casefold()
    )


def read_ai_scope(view: View) -> tuple[bool | None, Source | None]:
    """Whether the described system includes AI: true, false when it is named as excluded, none when AI is not spoken of.

    An exclusion in the auditor's report or the description's boundary outweighs what is named elsewhere.
    """
    named: Source | None = None
    for part, start, end, sentence in view.sentences([p for p in view.parts if p.zone not in ("other",)]):
        if not _AI.search(sentence):
            continue
        if _OUT.search(sentence) and not re.search(r"carve|subservice", sentence, re.IGNORECASE):
            return False, view.source(part, start, end)
        if (
            named is None
            and part.zone in ("auditor", "description", "assertion", "")
            and not re.search(r"\bplan|roadmap|future|may\b|evaluat", sentence)
        ):
            named = view.source(part, start, end)
    return (True, named) if named else (None, None)


def read_topic(view: View, topic: str) -> tuple[str | None, Source | None]:
    """The first statement under a heading on incidents or changes, or the sentence that says there were none."""
    words = {
        "incidents": r"incident",
        "changes": r"(?:significant )?changes?\b.*(?:period|system|control)|significant changes",
    }[topic]
    for body in section_parts(view, re.compile(words, re.IGNORECASE)):
        for part in body:
            if not part.is_title and part.zone in ("description", ""):
                return part.text, view.source(part)
    none = {
        "incidents": r"no (?:\w+ ){0,3}incidents?\b[^.]*(?:period|identified|occurred)",
        "changes": r"no (?:\w+ ){0,3}changes? (?:to|in|that)[^.]*|significant changes? (?:during|in|to)[^.]*",
    }[topic]
    for part, start, end, sentence in view.sentences(
        [p for p in view.parts if p.zone in ("description", "assertion", "")]
    ):
        if re.search(none, sentence, re.IGNORECASE) and not part.is_title:
            return sentence, view.source(part, start, end)
    return None, None


def unlisted_ai_vendors(view: View, listed: list[Subservice]) -> list[tuple[str, Source]]:
    """AI vendors that the description names but that are no subservice organization of it."""
    found: dict[str, tuple[str, Source]] = {}
    names = " ".join(item.name + " " + (item.services or "") for item in listed).casefold()
    for part in view.parts:
        if part.zone in ("other", "tests"):
            continue
        for match in AI_VENDORS.finditer(part.text):
            key = re.sub(r" (?:AI|API)$", "", match[1]).split()[-1].casefold()
            if not re.search(rf"\b{re.escape(key)}\b", names):
                found.setdefault(key, (match[1], view.source(part, match.start(), match.end())))
    return list(found.values())
