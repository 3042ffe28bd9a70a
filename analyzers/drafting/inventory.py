"""What the documents name: AI components, AI vendors and tools, each with the words that name it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from typing import Literal

from pydantic import BaseModel, Field

from analyzers.drafting.types import Filled
from analyzers.types import Assessment, Citation
from corpus.types import Passage

ItemKind = Literal["component", "vendor", "tool"]
MOST = 12
"""Names in one sentence; a longer inventory is a table, which the question then asks for."""
_NAME = r"[A-Z][\w&+-]*(?: [A-Z0-9][\w&+-]*){0,3}"
_AI = re.compile(
    r"\b(?:models?|assistant|classifier|agent|retriev\w+|embedding\w*|llms?|language[- ]model\w*|fine-tun\w+|prompts?|"
    r"inference|generat\w+|summar\w+|guardrails?|vector|rank(?:er|ing)|scor(?:es|ing)|AI)\b"
)
_ROW = re.compile(
    rf"(?:^|\n)(?P<head>(?:AI |ML )?(?:[Cc]omponent|[Ss]ystem|[Ff]eature|[Mm]odel|[Vv]endor|[Ss]upplier|[Pp]rovider)"
    rf"(?: name)?): (?P<name>{_NAME})(?=[;,(\n]| \(|$)(?P<rest>[^\n]*)"
)
_PROSE = re.compile(
    rf"(?P<name>\b{_NAME})(?:, (?:our|an?|the)|:? is (?:our|an?|the)) (?:[\w-]+ ){{0,4}}"
    r"(?:assistant|classifier|copilot|recommender|ranker|language model|intent model|scoring model|refund agent)\b"
)
_RUNS = re.compile(
    rf"\b(?P<name>{_NAME})(?: and (?P<second>{_NAME}))? runs? on "
    r"(?:(?:\w+ ){0,2}(?:models?|weights|language model|LLM)\b|[A-Z]{2,}-[A-Z0-9]+\b)"
)
_NOT_NAMES = frozenset(
    [
        *"This That It There Here The A An Our We They Each Every What Which Who Who's If When And".split(),  # noqa: SIM905
        *("Infrastructure", "Software", "People", "Procedures", "Data"),  # the parts of every SOC 2 system description
    ]
)
AI_VENDORS = (
    "OpenAI",
    "Anthropic",
    "Cohere",
    "Mistral AI",
    "Azure OpenAI",
    "Amazon Bedrock",
    "AWS Bedrock",
    "Vertex AI",
)
TOOLS: dict[str, tuple[str, ...]] = {
    "tickets": ("Jira", "ServiceNow", "Linear", "GitLab Issues", "YouTrack"),
    "registry": ("MLflow", "SageMaker", "Weights & Biases", "Vertex AI Model Registry", "ClearML", "Neptune"),
    "repository": ("GitHub", "GitLab", "Bitbucket", "Gitea"),
    "deployment": ("Argo CD", "Spinnaker", "Flux", "Octopus Deploy", "Harness"),
    "pipeline": ("Airflow", "Dagster", "Prefect", "Kubeflow", "Argo Workflows"),
    "siem": ("Splunk", "Elastic Security", "Microsoft Sentinel", "Panther", "Chronicle", "Wazuh"),
    "identity": ("Okta", "Entra ID", "Google Workspace", "Keycloak", "Auth0"),
    "keys": ("AWS KMS", "KMS", "Cloud HSM"),
    "secrets": ("Secrets Manager", "HashiCorp Vault", "Vault", "Doppler", "1Password"),
    "alerts": ("PagerDuty", "Opsgenie", "Datadog", "Grafana", "Prometheus"),
}
FUNCTION_OF: dict[tuple[str, str], str] = {
    ("record", "ticket project"): "tickets",
    ("system", "model registry"): "registry",
    ("mechanism", "tracking tool"): "registry",
    ("system", "repository"): "repository",
    ("system", "deployment system"): "deployment",
    ("system", "deployment tool"): "deployment",
    ("system", "ingestion or training pipeline"): "pipeline",
    ("system", "ingestion pipeline"): "pipeline",
    ("system", "security monitoring system"): "siem",
    ("mechanism", "identity provider"): "identity",
    ("mechanism", "key service"): "keys",
    ("mechanism", "secrets manager"): "secrets",
}
"""Slot and question -> function of the tool that answers it, where the documents name exactly one."""
COMPONENT_SLOTS = frozenset(
    [
        ("list", "AI systems in the inventory"),
        ("list", "the company's own items"),
        ("list", "systems inside"),
        ("scope", "the company's AI components"),
        ("coverage", "systems"),
        ("coverage", "features"),
        ("coverage", "AI features tested"),
        ("coverage", "services covered"),
        ("coverage", "all systems of the inventory"),
        ("coverage", "outputs"),
    ]
)
VENDOR_SLOTS = frozenset([("list", "AI vendors"), ("coverage", "vendors"), ("coverage", "vendor accounts")])


class Item(BaseModel, frozen=True, extra="forbid"):
    """One name with the first place that names it: the citation's quote holds the name."""

    kind: ItemKind
    name: str
    function: str = Field(default="", description="For tools: a key of TOOLS")
    citation: Citation


class Inventory(BaseModel, frozen=True, extra="forbid"):
    """Everything found, in the order of the documents."""

    items: tuple[Item, ...] = ()

    def of(self, kind: ItemKind) -> tuple[Item, ...]:
        """Items of one kind."""
        return tuple(item for item in self.items if item.kind == kind)

    def tools(self, function: str) -> tuple[Item, ...]:
        """Tools of one function."""
        return tuple(item for item in self.items if item.function == function)

    def values_for(self, slot: str, hint: str) -> tuple[Filled, ...]:
        """What fills a slot; empty where nothing does, or where the documents leave a choice."""
        if (slot, hint) in COMPONENT_SLOTS:
            found = self.of("component")
        elif (slot, hint) in VENDOR_SLOTS:
            found = self.of("vendor")
        elif (slot, hint) in FUNCTION_OF:
            found = self.tools(FUNCTION_OF[slot, hint])
            found = found if len(found) == 1 else ()
        else:
            return ()
        if len(found) > MOST:
            return ()
        return tuple(Filled(slot=slot, value=item.name, citation=item.citation) for item in found)


def take_inventory(passages: Iterable[Passage], assessment: Assessment) -> Inventory:
    """Names in the passages of documents that are in force and not superseded or drafts."""
    current = {item.name for item in assessment.corpus.documents if item.status == "current"}
    own = {word.casefold() for word in re.findall(r"\w+", assessment.profile.company)}
    found: dict[tuple[str, str], Item] = {}
    for passage in passages:
        if passage.document in current:
            for item in _items(passage):
                if item.name.casefold() not in own:
                    found.setdefault((item.kind, item.name), item)
    vendors = {name for kind, name in found if kind == "vendor"}
    others = {name for kind, name in found if kind != "component"}
    others |= {name.split()[0] for name in vendors}  # 'Meridian' for 'Meridian AI'
    return Inventory(items=tuple(i for (kind, name), i in found.items() if kind != "component" or name not in others))


def _items(passage: Passage) -> list[Item]:
    items = []
    for match in _ROW.finditer(passage.text):
        vendor = re.search("vendor|supplier|provider", match["head"], re.IGNORECASE) is not None
        surely = match["head"].casefold().startswith(("component", "ai ", "ml ", "model"))
        if (surely or _AI.search(match["rest"])) and match["name"] not in _NOT_NAMES:
            items.append(
                _item("vendor" if vendor else "component", match["name"], passage, match.span("head")[0], match.end())
            )
    for match in _PROSE.finditer(passage.text):
        if match["name"].split()[0] not in _NOT_NAMES:
            items.append(_item("component", match["name"], passage, *match.span()))
    for match in _RUNS.finditer(passage.text):
        named = [name for name in (match["name"], match["second"]) if name and name.split()[0] not in _NOT_NAMES]
        items += [_item("component", name, passage, *match.span()) for name in named]
    for name in AI_VENDORS:
        if at := re.search(rf"\b{re.escape(name)}\b", passage.text):
            items.append(_item("vendor", name, passage, *at.span()))
    taken: list[tuple[int, int]] = []
    for function, names in TOOLS.items():
        for name in sorted(names, key=len, reverse=True):
            at = re.search(rf"(?<!\w){re.escape(name)}(?!\w)", passage.text)
            if at and not any(start < at.end() and at.start() < end for start, end in taken):
                taken.append(at.span())
                items.append(_item("tool", name, passage, *at.span(), function))
    return items


def _item(kind: ItemKind, name: str, passage: Passage, start: int, end: int, function: str = "") -> Item:
    citation = Citation(
        document=passage.document,
        sha256=passage.sha256,
        locator=passage.locator_at(passage.start + start),
        start=passage.start + start,
        end=passage.start + end,
        quote=passage.text[start:end],
    )
    return Item(kind=kind, name=name, function=function, citation=citation)


def joined(names: Sequence[str]) -> str:
    """'Answers, Router and Tally'."""
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
