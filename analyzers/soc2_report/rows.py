"""Rows of the tests of controls: from ruled tables, from tables that a page break cuts, or from labelled paragraphs."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from analyzers.soc2_report.view import Part

CRITERION = re.compile(r"\b(?:CC\d\.\d|A1\.\d|C1\.\d|PI1\.\d|P[1-8]\.\d)(?![\d])")
_CONTROL_ID = r"(?:(?:CC|PI|A|C|P)?\d{1,2}\.\d{1,2}[.-]\d{1,3}[a-z]?|[A-Z]{1,6}(?:[-–_.:# ]|(?=\d))(?:[A-Z]{1,4}[-_.])?\d{1,3}(?:\.\d{1,2})*[a-z]?)"
CONTROL_AT_START = re.compile(
    rf"^\s*(?:control(?: activity| id| no\.?| number| ref\w*)?\s*[:#]?\s*)?(?P<id>{_CONTROL_ID})(?![\w])", re.IGNORECASE
)
_LABELS = (
    ("response", r"(?:man ?agement|service organi[sz]ation|company|entity)[’']?s?[’']? (?:\w+ )?(?:response|remediation|action plan)\w*|remediation(?: plan)?|response"),
    ("cause", r"(?:root )?cause"),
    ("result", r"(?:test )?results?(?: of (?:the )?(?:auditor[’']s )?tests?(?:ing| of controls)?| of procedures)?|outcome|conclusion|tests? results?|"
               r"exceptions?(?: noted| description)?|deviations?|findings?|(?:service )?auditor[’']?s? (?:results?|conclusion|findings?)"),
    ("sample", r"samples?(?: size| tested)?|items tested|population"),
    ("test", r"(?:(?:service )?(?:auditor|practitioner)[’']?s?[’']? )?(?:tests?|testing|procedures?)(?: of (?:operating effectiveness|controls?)| performed| procedures?(?: performed)?| applied| description)*(?: by .*)?|how (?:we )?tested"),
    ("criteria", r"(?:trust services )?criteri(?:on|a)(?: (?:ref\w*|id|number|mapping|no\.?|met))?|tsc(?: ref\w*| id| criteria)?|criteria mapping|related criteria"),
    ("control", r"(?:control|ctrl|activity)(?: (?:id|no\.?|number|ref\w*|#|identifier))?|ref(?:erence)?|id|no\.?|#"),
    ("activity", r"controls? (?:activity|activities|description|specified by .*|statement|objective)|description(?: of control)?|controls"),
)  # fmt: skip
_LABEL_PATTERNS = [(name, re.compile(rf"(?:{pattern})", re.IGNORECASE)) for name, pattern in _LABELS]
_CUT = re.compile(r"(?:^|(?<=; )|(?<=\. ))(?=([^:;]{1,60}):\s)")


@dataclass
class Cell:
    """A field of a row: its text and where it stands in a part."""

    text: str
    part: Part
    start: int
    end: int


@dataclass
class Row:
    """One test of one control. A field may go on over a page break, so it holds cells."""

    control: str | None
    fields: dict[str, list[Cell]] = field(default_factory=dict)
    loose: list[Cell] = field(default_factory=list)
    parts: list[Part] = field(default_factory=list)
    from_table: bool = False

    def text(self, name: str) -> str:
        """A field's text over all its cells."""
        return " ".join(cell.text for cell in self.fields.get(name, []))


def split_fields(part: Part) -> dict[str, list[Cell]]:
    """Labelled fields of a block: 'Control: CM-04; Test: ...'. What stands before the first label is `loose`."""
    text = part.text
    cuts: list[tuple[int, int, str]] = []
    for match in _CUT.finditer(text):
        name = next((name for name, pattern in _LABEL_PATTERNS if pattern.fullmatch(match.group(1).strip(" ."))), None)
        sentence_start = match.start() >= 2 and text[match.start() - 2] == "."
        if name is None or (sentence_start and name not in ("response", "cause", "result", "test")):
            continue
        telling = re.match(r"exceptions?|deviations?", match.group(1).strip(), re.IGNORECASE)
        cuts.append((match.start(), match.start() if telling else match.end(1) + 1, name))
    found: dict[str, list[Cell]] = {}
    if not cuts or cuts[0][0] > 0:
        end = cuts[0][0] if cuts else len(text)
        found["loose"] = [_cell(part, 0, end)]
    for i, (_, start, name) in enumerate(cuts):
        end = cuts[i + 1][0] if i + 1 < len(cuts) else len(text)
        found.setdefault(name, []).append(_cell(part, start, end))
    return found


def _cell(part: Part, start: int, end: int) -> Cell:
    piece = part.text[start:end]
    stripped = piece.strip(" ;\n")
    first = start + piece.find(stripped) if stripped else start
    return Cell(stripped, part, first, first + len(stripped))


def control_of(fields: dict[str, list[Cell]], part: Part) -> str | None:
    """The control's id as the row gives it."""
    for name in ("control", "activity"):
        for cell in fields.get(name, []):
            if match := CONTROL_AT_START.match(cell.text):
                return _tidy(match["id"])
            if name == "control" and re.fullmatch(r"\d{1,3}(?:\.\d{1,2}){0,2}[a-z]?", cell.text):
                return cell.text
    if "loose" in fields and fields["loose"][0].start < 12:
        match = CONTROL_AT_START.match(part.text)
        if match and not CRITERION.fullmatch(_tidy(match["id"])) and _is_id(match["id"]):
            return _tidy(match["id"])
    return None


def _tidy(control: str) -> str:
    return " ".join(control.replace("–", "-").split())


def _is_id(text: str) -> bool:
    """Not an ordinary word with a number, such as 'Section 4' or 'SOC 2'."""
    word = re.match(r"[A-Za-z]+", text)
    return not word or (
        word[0].isupper() and word[0] not in ("SOC", "ISO", "DC", "TSP", "PAGE", "SECTION", "PART", "TABLE", "TYPE")
    )


def read_rows(parts: list[Part]) -> list[Row]:
    """All tests of controls in order. A table row without a control id goes on with the one above it."""
    rows: list[Row] = []
    criteria_heading: tuple[str, ...] = ()
    for part in parts:
        if part.is_title or (
            CRITERION.match(part.text) and part.block.kind != "table_row" and not CONTROL_AT_START.match(part.text)
        ):
            criteria_heading = tuple(dict.fromkeys(CRITERION.findall(part.text))) or criteria_heading
            if part.is_title and not CONTROL_AT_START.match(part.text):
                continue
        fields = split_fields(part)
        table = part.block.kind == "table_row"
        control = control_of(fields, part)
        if control is None and rows and _is_continuation(rows[-1], fields, table):
            _extend(rows[-1], fields, part)
            continue
        if control is None and not rows:
            continue
        row = Row(control or rows[-1].control, from_table=table)
        if not row.control or (control is None and not table and "result" not in fields):
            _extend(rows[-1], fields, part)
            continue
        if criteria_heading and "criteria" not in fields:
            row.fields["heading_criteria"] = [Cell(" ".join(criteria_heading), part, 0, 0)]
        elif rows and control is None and "criteria" in rows[-1].fields and "criteria" not in fields:
            row.fields["criteria"] = rows[-1].fields["criteria"]
        _extend(row, fields, part)
        rows.append(row)
    return rows


def _is_continuation(last: Row, fields: dict[str, list[Cell]], table: bool) -> bool:
    """The rest of a row that a page break cut, or a labelled paragraph that adds to its control."""
    if not table:
        return not ("result" in fields and "result" in last.fields and "test" in fields)
    result = last.text("result")
    own = " ".join(cell.text for cell in fields.get("result", fields.get("loose", [])))
    if not result or not own:
        return True
    opens = re.match(r"no (?:exception|deviation)|exception|deviation|none\b|for \w+ of|\d+ of", own, re.IGNORECASE)
    return not re.search(r"[.!?]$", result) or (own[:1].islower() and not opens) or (own[:1].isdigit() and not opens)


def _extend(row: Row, fields: dict[str, list[Cell]], part: Part) -> None:
    row.parts.append(part)
    for name, cells in fields.items():
        if name == "loose":
            row.loose.extend(cell for cell in cells if cell.text)
        else:
            row.fields.setdefault(name, []).extend(cell for cell in cells if cell.text)
