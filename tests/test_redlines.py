"""Redlines: real tracked changes that Word rejects to the original and accepts to a document with the proposals."""

from __future__ import annotations

import copy
import shutil
import subprocess
import zipfile
from pathlib import Path
from typing import Any

import docx
import pytest

from analyzers.drafting.redline import Change
from analyzers.drafting.types import Sentence
from analyzers.types import Citation
from corpus.errors import ExportRefused, UnknownItem
from corpus.readers import read_document
from engagement.engagement import Engagement
from engagement.redlines import make_redline
from exports.redline_docx import refuse_unfit, write_redline
from exports.redline_markdown import diff_text
from tests.test_drafts import SAMPLE, sample  # noqa: F401

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
POLICY = SAMPLE / "documents" / "change-management-policy.docx"


def resolved(path: Path, *, accept: bool) -> list[str]:
    """Paragraph texts after accepting or rejecting every tracked change, as Word does it."""
    body = copy.deepcopy(docx.Document(str(path)).element.body)
    gone, kept = ("del", "ins") if accept else ("ins", "del")
    for paragraph in list(body.iter(f"{W}p")):
        mark = paragraph.find(f"{W}pPr/{W}rPr/{W}{gone}")
        if mark is not None:
            paragraph.getparent().remove(paragraph)
    for element in list(body.iter(f"{W}{gone}")):
        element.getparent().remove(element)
    assert accept or not any(True for _ in body.iter(f"{W}{gone}"))
    tags = {f"{W}t", f"{W}delText"} if kept == "del" else {f"{W}t"}
    return ["".join(part.text or "" for part in p.iter() if part.tag in tags) for p in body.iter(f"{W}p")]


def plain(path: Path) -> list[str]:
    return [
        "".join(part.text or "" for part in p.iter(f"{W}t"))
        for p in docx.Document(str(path)).element.body.iter(f"{W}p")
    ]


def change(quote: str, *, delete: bool = False, insert: str = "") -> Change:
    citation = Citation(document="p.docx", sha256="0" * 64, locator="1", start=0, end=len(quote), quote=quote)
    sentence = Sentence(kind="proposal", text=insert) if insert else None
    return Change(
        objective="AI-CHG-01",
        requirement="AI-CHG-01-R1",
        anchor=citation,
        delete=delete,
        insert=sentence,
        note="AI-CHG-01: gap",
    )


@pytest.fixture
def simple(tmp_path: Path) -> Path:
    document = docx.Document()
    document.add_heading("Changes", 1)
    paragraph = document.add_paragraph("Prompts are edited in the console. ")
    paragraph.add_run("Nobody approves ").bold = True
    paragraph.add_run("a prompt edit. It is logged.")
    document.add_paragraph("Models need a ticket.", style="List Number")
    document.add_paragraph("The ticket is closed.", style="List Number")
    path = tmp_path / "p.docx"
    document.save(str(path))
    return path


def test_rejecting_gives_the_original_and_accepting_the_change(simple: Path, tmp_path: Path) -> None:
    target = tmp_path / "out.docx"
    changes = [
        change("Nobody approves a prompt edit.", delete=True),
        change("Nobody approves a prompt edit.", insert="The Release Manager approves <each> prompt edit & logs it."),
        change("Models need a ticket.", insert="So do thresholds."),
    ]
    assert write_redline(simple, "p.docx", changes, target) == []
    assert resolved(target, accept=False) == plain(simple)
    assert resolved(target, accept=True) == [
        "Changes",
        "Prompts are edited in the console.  It is logged.",
        "The Release Manager approves <each> prompt edit & logs it.",
        "Models need a ticket.",
        "The ticket is closed.",
        "So do thresholds.",
    ]
    assert docx.Document(str(target)).paragraphs[-1].style.name == "Normal", "no step of theirs is renumbered"
    out = docx.Document(str(target))
    marks = [item for item in out.element.body.iter() if item.tag in (f"{W}ins", f"{W}del")]
    assert {item.get(f"{W}author") for item in marks} == {"Fieldwork draft"}
    ids = [item.get(f"{W}id") for item in marks]
    assert len(ids) == len(set(ids))
    assert [comment.author for comment in out.comments] == ["Fieldwork draft"] * 3
    assert all("AI-CHG-01" in comment.text for comment in out.comments)
    struck = [run for item in out.element.body.iter(f"{W}del") for run in item.iter(f"{W}r")]
    assert [run.find(f"{W}rPr/{W}b") is not None for run in struck] == [True, False], (
        "formatting of struck runs is kept"
    )


def test_a_quote_that_is_not_there_is_reported_not_guessed(simple: Path, tmp_path: Path) -> None:
    gone = change("Something else entirely stands here.", insert="No.")
    assert write_redline(simple, "p.docx", [gone], tmp_path / "o.docx") == [gone]
    assert resolved(tmp_path / "o.docx", accept=True) == plain(simple)


def repack(path: Path, target: Path, part: str, edit: Any) -> Path:
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(target, "w") as new:
        for name in old.namelist():
            data = old.read(name)
            new.writestr(name, edit(data) if name == part else data)
        if part not in old.namelist():
            new.writestr(part, edit(b""))
    return target


@pytest.mark.parametrize(
    ("part", "edit", "said"),
    [
        ("word/vbaProject.bin", lambda _: b"x", "macros"),
        (
            "word/settings.xml",
            lambda d: d.replace(b"<w:zoom", b'<w:documentProtection w:edit="readOnly"/><w:zoom', 1),
            "protected",
        ),
        ("word/document.xml", lambda d: d.replace(b"<w:r>", b'<w:ins w:id="1" w:author="x"/><w:r>', 1), "tracked"),
        ("_xmlsignatures/sig1.xml", lambda _: b"<x/>", "signed"),
    ],
)
def test_unfit_documents_are_refused(simple: Path, tmp_path: Path, part: str, edit: Any, said: str) -> None:
    unfit = repack(simple, tmp_path / "unfit.docx", part, edit)
    with pytest.raises(ExportRefused, match=said):
        write_redline(unfit, "unfit.docx", [], tmp_path / "never.docx")
    assert not (tmp_path / "never.docx").exists()


def test_no_word_file_at_all_is_refused(tmp_path: Path) -> None:
    (tmp_path / "a.docx").write_bytes(b"\xd0\xcf\x11\xe0 encrypted")
    with pytest.raises(ExportRefused, match="not an open Word document"):
        refuse_unfit(tmp_path / "a.docx", "a.docx")


def test_the_sample_policy_is_redlined_with_its_gaps(sample: Engagement) -> None:  # noqa: F811
    path, made, lost = make_redline(sample, "change-management-policy.docx")
    assert len(made) >= 5 and len(lost) <= len(made) / 10
    assert resolved(path, accept=False) == plain(POLICY)
    accepted = "\n".join(resolved(path, accept=True))
    assert all(item.insert.text in accepted for item in made if item.insert)
    out = docx.Document(str(path))
    assert len(list(out.comments)) == len(made)
    read = read_document(path, path.name)
    assert all(" ".join(item.insert.text.split()) in " ".join(read.text.split()) for item in made if item.insert)


@pytest.mark.skipif(shutil.which("soffice") is None, reason="LibreOffice is not installed")
@pytest.mark.slow
def test_another_word_processor_opens_it(sample: Engagement, tmp_path: Path) -> None:  # noqa: F811
    path, _, _ = make_redline(sample, "change-management-policy.docx")
    command = [
        "soffice",
        "--headless",
        f"-env:UserInstallation=file://{tmp_path}/lo",
        "--convert-to",
        "odt",
        "--outdir",
        str(tmp_path),
        str(path),
    ]
    subprocess.run(command, check=True, capture_output=True, timeout=240)
    with zipfile.ZipFile(tmp_path / f"{path.stem}.odt") as package:
        content = package.read("content.xml").decode()
    assert "text:tracked-changes" in content and content.count("<dc:creator>Fieldwork draft</dc:creator>") > 5


def test_markdown_gets_a_diff_that_patch_applies(tmp_path: Path) -> None:
    text = "# Policy\n\nPrompts are **edited** in the console. It is logged.\n\nModels need a ticket."
    (tmp_path / "p.md").write_text(text)
    changes = [
        change("Prompts are edited in the console.", delete=True),
        change("It is logged.", insert="The Release Manager approves each prompt."),
        change("not there at all", insert="x"),
    ]
    diff, lost = diff_text("p.md", text, changes)
    assert lost == [changes[2]]
    (tmp_path / "p.diff").write_text(diff)
    subprocess.run(["patch", "-p1", "-i", "p.diff"], cwd=tmp_path, check=True, capture_output=True)
    assert (tmp_path / "p.md").read_text() == (
        "# Policy\n\n It is logged.\n\nThe Release Manager approves each prompt.\n\nModels need a ticket."
    )


def test_other_formats_and_names_are_refused(sample: Engagement) -> None:  # noqa: F811
    with pytest.raises(ExportRefused, match=r"only \.docx"):
        make_redline(sample, "ai-vendor-register.xlsx")
    with pytest.raises(UnknownItem, match="no such document"):
        make_redline(sample, "nothing.docx")
