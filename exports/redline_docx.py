"""A company's own Word document with proposed changes as real tracked changes and comments; everything else is untouched."""

from __future__ import annotations

import copy
import re
import zipfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from analyzers.drafting.redline import Change
from corpus.assemble import clean_text, row_text
from corpus.errors import ExportRefused
from exports.report_docx import _ILLEGAL

AUTHOR = "Fieldwork draft"
_W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_TRACKED = ("ins", "del", "moveFrom", "moveTo", "rPrChange", "pPrChange", "tblPrChange", "sectPrChange")
_PLAIN = {f"{_W}rPr", f"{_W}t"}


def refuse_unfit(path: Path, name: str) -> None:
    """Refuse what must not be edited.

    Raises:
        ExportRefused: Not a Word package, macro-bearing, signed, protected or already tracked.
    """
    try:
        with zipfile.ZipFile(path) as package:
            names = set(package.namelist())
            types = package.read("[Content_Types].xml").decode("utf-8", "replace")
            body = package.read("word/document.xml").decode("utf-8", "replace")
            settings = (
                package.read("word/settings.xml").decode("utf-8", "replace") if "word/settings.xml" in names else ""
            )
    except (zipfile.BadZipFile, KeyError, RuntimeError) as error:
        raise ExportRefused(f"{name}: not an open Word document. Save it as .docx without a password.") from error
    if any(item.casefold().endswith("vbaproject.bin") for item in names) or "macroEnabled" in types:
        raise ExportRefused(f"{name}: it carries macros. Save a copy without macros (.docx), ingest that one.")
    if any(item.startswith("_xmlsignatures/") for item in names):
        raise ExportRefused(f"{name}: it is digitally signed and a change would break that. Redline an unsigned copy.")
    if re.search(r"<w:(documentProtection|writeProtection)\b", settings):
        raise ExportRefused(
            f"{name}: it is protected against editing. Lift the protection in Word, then ingest it again."
        )
    if re.search(rf"<w:({'|'.join(_TRACKED)})[ />]", body):
        raise ExportRefused(f"{name}: it holds tracked changes already. Accept or reject them, then ingest it again.")


def write_redline(source: Path, name: str, changes: Sequence[Change], target: Path) -> list[Change]:
    """Write the document with the changes tracked.

    Returns:
        Changes whose place could not be found in the Word text; they are not in the file.
    """
    import docx

    refuse_unfit(source, name)
    document = docx.Document(str(source))
    marks = _Marks(document)
    lost = []
    tails: dict[int, Any] = {}
    places = [(change, _place(document, change.anchor.quote)) for change in changes]
    for change, place in places:
        if place is None:
            lost.append(change)
        elif change.delete:
            if place.tag != f"{_W}p" or not marks.strike(place, change):
                lost.append(change)
        elif change.insert is not None:
            end = _end_of_list(place)
            tails[id(end)] = marks.insert(tails.get(id(end), end), place, change)
    target.parent.mkdir(parents=True, exist_ok=True)
    document.save(str(target))
    return lost


def _place(document: Any, quote: str) -> Any:
    """The body paragraph or the table that holds a quote."""
    wanted = _flat(quote)
    for block in document.iter_inner_content():
        if hasattr(block, "rows"):
            rows = [[cell.text for cell in row.cells] for row in block.rows]
            for values in rows:
                text = _flat(row_text(rows[0], values))
                if text and (text in wanted or wanted in text):
                    return block._tbl
        else:
            text = _flat(block.text)
            if text and (wanted in text or (len(text) > 20 and text in wanted)):
                return block._p
    return None


def _is_list_item(paragraph: Any) -> bool:
    if paragraph is None or paragraph.tag != f"{_W}p":
        return False
    style = paragraph.find(f"{_W}pPr/{_W}pStyle")
    named = style is not None and str(style.get(f"{_W}val", "")).startswith("List")
    return named or paragraph.find(f"{_W}pPr/{_W}numPr") is not None


def _end_of_list(place: Any) -> Any:
    """The last item of the list that a paragraph belongs to, so that no insertion renumbers the company's own steps."""
    while _is_list_item(place) and _is_list_item(place.getnext()):
        place = place.getnext()
    return place


def _flat(text: str) -> str:
    return " ".join(clean_text(text).split())


class _Marks:
    """Makes insertions, deletions and comments with ids that the document does not use yet."""

    def __init__(self, document: Any) -> None:
        self.document = document
        ids = [
            int(v) for item in document.element.iter() for k, v in item.attrib.items() if k == f"{_W}id" and v.isdigit()
        ]
        self.next = max(ids, default=0) + 1
        self.date = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def mark(self, tag: str) -> Any:
        """An empty w:ins or w:del."""
        from docx.oxml import OxmlElement

        element = OxmlElement(f"w:{tag}")
        for key, value in (("id", str(self.next)), ("author", AUTHOR), ("date", self.date)):
            element.set(f"{_W}{key}", value)
        self.next += 1
        return element

    def insert(self, after: Any, like: Any, change: Change) -> Any:
        """A new tracked paragraph after an element, in the style of the paragraph it follows."""
        from docx.oxml import OxmlElement

        assert change.insert is not None
        paragraph = OxmlElement("w:p")
        given = like.find(f"{_W}pPr") if like.tag == f"{_W}p" else None
        style = given.find(f"{_W}pStyle") if given is not None else None
        heading = style is not None and str(style.get(f"{_W}val", "")).casefold().startswith(("heading", "title"))
        plain = heading or _is_list_item(like)
        properties = copy.deepcopy(given) if given is not None and not plain else OxmlElement("w:pPr")
        for part in ("rPr", "sectPr", "pPrChange"):
            for old in properties.findall(f"{_W}{part}"):
                properties.remove(old)
        of_mark = OxmlElement("w:rPr")
        of_mark.append(self.mark("ins"))
        properties.append(of_mark)
        paragraph.append(properties)
        inserted = self.mark("ins")
        run = OxmlElement("w:r")
        first = next(like.iter(f"{_W}r"), None) if like.tag == f"{_W}p" and not heading else None
        if first is not None and first.find(f"{_W}rPr") is not None:
            run.append(copy.deepcopy(first.find(f"{_W}rPr")))
        run.append(_text("w:t", _ILLEGAL.sub("", change.insert.text)))
        inserted.append(run)
        paragraph.append(inserted)
        after.addnext(paragraph)
        self.comment(inserted, inserted, change.note)
        return paragraph

    def strike(self, paragraph: Any, change: Change) -> bool:
        """Wrap the quote in a tracked deletion; False if it does not stand in plain runs of the paragraph."""
        runs = [run for run in paragraph.findall(f"{_W}r") if run.find(f"{_W}t") is not None]
        texts = ["".join(part.text or "" for part in run.findall(f"{_W}t")) for run in runs]
        words = [re.escape(word) for word in change.anchor.quote.split()]
        found = re.search(r"\s+".join(words), "".join(texts)) if words else None
        if found is None:
            return False
        position, touched = 0, []
        for run, text in zip(runs, texts, strict=True):
            start, end = max(found.start() - position, 0), min(found.end() - position, len(text))
            if start < end:
                if {part.tag for part in run} - _PLAIN:
                    return False
                touched.append((run, text, start, end))
            position += len(text)
        wrapped = [self._strike_part(*item) for item in touched]
        self.comment(wrapped[0], wrapped[-1], change.note)
        return True

    def _strike_part(self, run: Any, text: str, start: int, end: int) -> Any:
        pieces = [("w:t", text[:start]), ("w:delText", text[start:end]), ("w:t", text[end:])]
        properties, deleted = run.find(f"{_W}rPr"), self.mark("del")
        from docx.oxml import OxmlElement

        for tag, part in pieces:
            if not part:
                continue
            piece = OxmlElement("w:r")
            if properties is not None:
                piece.append(copy.deepcopy(properties))
            piece.append(_text(tag, part))
            if tag == "w:delText":
                deleted.append(piece)
                run.addprevious(deleted)
            else:
                run.addprevious(piece)
        run.getparent().remove(run)
        return deleted

    def comment(self, first: Any, last: Any, text: str) -> None:
        """A comment over a range of marks."""
        from docx.oxml import OxmlElement

        made = self.document.comments.add_comment(text=_ILLEGAL.sub("", text), author=AUTHOR, initials="FD")
        start, end, holder = (OxmlElement(f"w:{tag}") for tag in ("commentRangeStart", "commentRangeEnd", "r"))
        reference = OxmlElement("w:commentReference")
        for element in (start, end, reference):
            element.set(f"{_W}id", str(made.comment_id))
        holder.append(reference)
        first.addprevious(start)
        last.addnext(end)
        end.addnext(holder)


def _text(tag: str, text: str) -> Any:
    from docx.oxml import OxmlElement

    element = OxmlElement(tag)
    element.set("{http://www.w3.org/XML/1998/namespace}space", "preserve")
    element.text = text
    return element
