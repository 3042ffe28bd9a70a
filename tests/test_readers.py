"""Readers: structure, offsets, locators, and every way a file can be bad."""

from __future__ import annotations

import zipfile
from pathlib import Path

import docx
import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pypdf import PdfReader, PdfWriter
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import getSampleStyleSheet
from reportlab.pdfgen.canvas import Canvas
from reportlab.platypus import Paragraph, SimpleDocTemplate, Table, TableStyle

from corpus.assemble import Piece, assemble
from corpus.errors import UnreadableDocument
from corpus.passages import split_document
from corpus.readers import READERS, read_document
from corpus.types import Document

GOLDEN = Path(__file__).parent / "data" / "readers"


def outline(document: Document) -> str:
    """What golden files hold: kind, level, place and text of every block."""
    lines = []
    for block in document.blocks:
        level = str(block.level) if block.level else ""
        lines.append(f"{block.kind}{level} [{block.place}] {document.text[block.start : block.end]!r}")
    return "\n".join(lines) + "\n"


def check_offsets(document: Document) -> None:
    body = [block for block in document.blocks if block.kind != "heading"]
    passages = split_document(document)
    for passage in passages:
        assert document.text[passage.start : passage.end] == passage.text
    for block in body:
        words = "".join(document.text[block.start : block.end].split())
        inside = "".join(
            "".join(document.text[max(block.start, p.start) : min(block.end, p.end)].split())
            for p in passages
            if p.end > block.start and p.start < block.end
        )
        assert inside == words or len(words) < 3, "a passage left out part of a block"


def test_every_format_has_a_golden_source() -> None:
    suffixes = {path.suffix for path in GOLDEN.glob("source.*")}
    assert suffixes >= set(READERS) - {".markdown", ".htm"}


@pytest.mark.parametrize("source", sorted(GOLDEN.glob("source.*")), ids=lambda path: path.suffix)
def test_golden(source: Path, request: pytest.FixtureRequest) -> None:
    import os

    document = read_document(source)
    check_offsets(document)
    expected = source.with_name(f"expected{source.suffix}.txt")
    if os.environ.get("FIELDWORK_REGEN") == "1":
        assert not os.environ.get("CI"), "golden files are not rewritten in CI"
        expected.write_text(outline(document), encoding="utf-8")
    assert outline(document) == expected.read_text(encoding="utf-8")


def test_docx_order_merged_cells_and_tracked_changes(tmp_path: Path) -> None:
    path = tmp_path / "a.docx"
    book = docx.Document()
    book.add_heading("Policy", 1)
    book.add_paragraph("Before the table.")
    table = book.add_table(rows=3, cols=3)
    for i, row in enumerate(
        (("Control", "Owner", "Cadence"), ("Review", "CISO", "Quarterly"), ("Merged", "", "Monthly"))
    ):
        for cell, text in zip(table.rows[i].cells, row, strict=True):
            cell.text = text
    table.rows[2].cells[0].merge(table.rows[2].cells[1])
    paragraph = book.add_paragraph("After the table, ")
    from docx.oxml import parse_xml

    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    paragraph._p.append(parse_xml(f'<w:ins {ns} w:id="1" w:author="x"><w:r><w:t>inserted words</w:t></w:r></w:ins>'))
    paragraph._p.append(
        parse_xml(f'<w:del {ns} w:id="2" w:author="x"><w:r><w:delText>deleted</w:delText></w:r></w:del>')
    )
    book.sections[0].header.paragraphs[0].text = "RUNNING HEADER"
    book.save(str(path))
    text = read_document(path).text
    assert text.index("Before") < text.index("Control: Review") < text.index("After the table, inserted words")
    assert "Control: Review; Owner: CISO; Cadence: Quarterly" in text
    assert "deleted" not in text and "RUNNING HEADER" not in text


def test_pdf_headers_pages_tables_and_hyphens(tmp_path: Path) -> None:
    path = tmp_path / "a.pdf"
    styles = getSampleStyleSheet()

    def decorate(canvas: Canvas, doc: SimpleDocTemplate) -> None:
        canvas.drawString(60, 815, "Acme Security Policy v3 Confidential")
        canvas.drawString(500, 25, f"Page {doc.page} of 4")

    story = [Paragraph("4 Access", styles["Heading1"])]
    for i in range(60):
        story.append(
            Paragraph(
                f"Sentence {i}: access is reviewed every quarter by the Head of Security and recorded.",
                styles["BodyText"],
            )
        )
    table = Table([["Role", "Duty"], ["Head of ML", "approves releases"], ["CISO", "reviews access"]])
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")]))
    story.append(table)
    SimpleDocTemplate(str(path), pagesize=A4).build(story, onFirstPage=decorate, onLaterPages=decorate)
    document = read_document(path)
    assert "Confidential" not in document.text and "Page 2 of" not in document.text
    assert "Role: Head of ML; Duty: approves releases" in document.text
    places = {block.place for block in document.blocks}
    assert "p. 1" in places and "p. 2" in places
    assert all(block.heading == ("4 Access",) for block in document.blocks if block.kind == "paragraph")
    assert split_document(document)[0].locator == "p. 1, 4 Access"


def test_xlsx_sheets_cells_dates_and_a_far_cell(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Vendors"
    for row in (["AI vendor register"], ["Vendor", "Region", "Renewal"], ["Nimbus", "EU", "2026-05-01"]):
        sheet.append(row)
    sheet["XFD1048576"] = "far"
    book.save(path)
    document = read_document(path)
    assert "Vendor: Nimbus; Region: EU; Renewal: 2026-05-01" in document.text
    assert any(block.place == "Vendors!A3" for block in document.blocks)
    assert any("columns after" in warning for warning in document.warnings)


def test_xlsx_shares_stand_as_percentages_and_formulas_without_a_value_are_named(tmp_path: Path) -> None:
    path = tmp_path / "a.xlsx"
    book = openpyxl.Workbook()
    sheet = book.create_sheet("Thresholds")
    for row in (["Metric", "Floor", "Limit"], ["Recall", 0.92, "=B2*2"], ["Precision", 0.5, 3]):
        sheet.append(row)
    sheet["B2"].number_format = "0.0%"
    book.save(path)
    document = read_document(path)
    assert "Metric: Recall; Floor: 92%" in document.text
    assert "Metric: Precision; Floor: 0.5; Limit: 3" in document.text
    assert any("1 formula cells have no stored value" in warning for warning in document.warnings)


def test_hidden_html_is_left_out_and_said() -> None:
    path = GOLDEN / "source.html"
    document = read_document(path)
    assert "treat all controls" not in document.text.lower()
    assert any("hidden text left out" in warning for warning in document.warnings)


def test_html_hidden_by_a_style_sheet_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "a.html"
    path.write_text(
        "<html><head><style>/* note */ .ghost, #x { color: red; DISPLAY : none } p:bogus( { display:none }"
        "@media print { .seen { display: none } } .also { visibility:hidden }</style></head><body>"
        "<p class='ghost'>Every control is met.</p><p id='x'>Nothing to see.</p><p class='seen'>Keys rotate monthly.</p>"
        "<div class='also'><p>All good.</p></div></body></html>"
    )
    document = read_document(path)
    assert document.text.strip() == "Keys rotate monthly."
    assert "hidden text left out (3 places)" in document.warnings


def test_docx_footnotes_stand_where_they_are_referred_to(tmp_path: Path) -> None:
    path, plain = tmp_path / "a.docx", tmp_path / "plain.docx"
    word = docx.Document()
    word.add_paragraph("Access is reviewed MARK by the CISO.")
    word.save(str(plain))
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    kind = "application/vnd.openxmlformats-officedocument.wordprocessingml.footnotes+xml"
    link = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/footnotes"
    with zipfile.ZipFile(plain) as source, zipfile.ZipFile(path, "w") as target:
        for item in source.namelist():
            data = source.read(item).decode() if item.endswith((".xml", ".rels")) else ""
            if item == "word/document.xml":
                data = data.replace("MARK by", '</w:t><w:footnoteReference w:id="2"/><w:t xml:space="preserve"> by')
            elif item == "[Content_Types].xml":
                part = f'<Override PartName="/word/footnotes.xml" ContentType="{kind}"/></Types>'
                data = data.replace("</Types>", part)
            elif item == "word/_rels/document.xml.rels":
                data = data.replace(
                    "</Relationships>",
                    f'<Relationship Id="rId99" Type="{link}" Target="footnotes.xml"/></Relationships>',
                )
            target.writestr(item, data or source.read(item))
        target.writestr(
            "word/footnotes.xml",
            f'<w:footnotes {space}><w:footnote w:id="2"><w:p><w:r><w:t>each quarter</w:t></w:r></w:p></w:footnote>'
            "</w:footnotes>",
        )
    assert "Access is reviewed  [each quarter] by the CISO.".replace("  ", " ") in " ".join(
        read_document(path).text.split()
    )


@pytest.mark.parametrize("drawn_sideways", [False, True])
def test_pdf_table_on_a_turned_page_keeps_its_cells(tmp_path: Path, drawn_sideways: bool) -> None:
    flat, path = tmp_path / "flat.pdf", tmp_path / "a.pdf"
    table = Table([["Role", "Duty"], ["Head of ML", "approves releases"], ["CISO", "reviews access"]])
    table.setStyle(TableStyle([("GRID", (0, 0), (-1, -1), 0.5, "black")]))
    SimpleDocTemplate(str(flat), pagesize=A4).build(
        [Paragraph("Duties follow.", getSampleStyleSheet()["BodyText"]), table]
    )
    writer = PdfWriter(clone_from=PdfReader(flat))
    writer.pages[0].rotate(90)
    if drawn_sideways:
        writer.pages[0].transfer_rotation_to_content()
        writer.pages[0].rotate(270)
    writer.write(path)
    text = read_document(path).text
    assert "Role: Head of ML; Duty: approves releases" in text and "Duties follow." in text


def write_pdf(path: Path, text: str = "Hello") -> None:
    canvas = Canvas(str(path))
    if text:
        canvas.drawString(100, 700, text)
    canvas.showPage()
    canvas.save()


def bad_files(folder: Path) -> dict[str, str]:
    """Make one file for each way to be bad; name -> expected reason."""
    (folder / "empty.md").write_bytes(b"")
    (folder / "blank.txt").write_text("  \n\n ")
    (folder / "bytes.txt").write_bytes(bytes(range(256)) * 40)
    (folder / "movie.mp4").write_bytes(b"\x00\x00\x00\x18ftyp")
    write_pdf(folder / "real.pdf")
    (folder / "not-a-word.docx").write_bytes((folder / "real.pdf").read_bytes() + b"\n")
    (folder / "renamed.pdf").write_bytes(b"PK\x03\x04" + b"0" * 100)
    write_pdf(folder / "scan.pdf", "")
    writer = PdfWriter()
    for page in PdfReader(folder / "real.pdf").pages:
        writer.add_page(page)
    writer.encrypt("secret")
    writer.write(folder / "locked.pdf")
    (folder / "old.docx").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"0" * 100)
    (folder / "cut.pdf").write_bytes(b"%PDF-1.7\n1 0 obj\n<<")
    book = docx.Document()
    book.add_paragraph("Text " * 2000)
    book.save(str(folder / "whole.docx"))
    data = (folder / "whole.docx").read_bytes()
    (folder / "cut.docx").write_bytes(data[: len(data) // 2])
    with zipfile.ZipFile(folder / "bomb.docx", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("word/document.xml", b"0" * 60_000_000)
    with zipfile.ZipFile(folder / "broken.xlsx", "w") as archive:
        archive.writestr("xl/workbook.xml", "<not xml")
    with zipfile.ZipFile(folder / "plain-zip.xlsx", "w") as archive:
        archive.writestr("readme.txt", "x")
    return {
        "empty.md": "empty", "blank.txt": "no_text", "bytes.txt": "undecodable", "movie.mp4": "unknown_format",
        "not-a-word.docx": "wrong_extension", "renamed.pdf": "wrong_extension", "scan.pdf": "no_text",
        "locked.pdf": "encrypted", "old.docx": "encrypted", "cut.pdf": "damaged", "cut.docx": "damaged",
        "bomb.docx": "zip_bomb", "broken.xlsx": "damaged", "plain-zip.xlsx": "wrong_extension",
    }  # fmt: skip


def test_every_bad_file_has_its_named_reason_and_a_next_step(tmp_path: Path) -> None:
    for name, reason in bad_files(tmp_path).items():
        with pytest.raises(UnreadableDocument) as caught:
            read_document(tmp_path / name)
        assert caught.value.reason == reason, name
        assert str(caught.value).startswith(name) and "\n" not in str(caught.value)
        assert caught.value.message.rstrip().endswith("."), name


def test_encodings(tmp_path: Path) -> None:
    sentence = "Der Schlüssel wird alle 90 Tage geändert, erklärte die Leiterin für Sicherheit."
    for encoding in ("utf-8", "utf-8-sig", "utf-16", "cp1252"):
        path = tmp_path / f"{encoding}.txt"
        path.write_bytes(sentence.encode(encoding))
        assert "Schlüssel wird alle 90 Tage" in read_document(path).text


_TEXT = st.text(st.characters(blacklist_categories=("Cs",)), max_size=200)
_PIECES = st.lists(
    st.builds(
        Piece,
        kind=st.sampled_from(["heading", "paragraph", "list_item", "table_row", "code"]),
        text=_TEXT | st.text("ab .\n", min_size=700, max_size=900),
        level=st.integers(1, 6),
        place=st.sampled_from(["", "p. 1", "p. 2", "S!A1"]),
    ),
    max_size=12,
)


@settings(max_examples=150, deadline=None)
@given(_PIECES)
def test_offsets_index_the_text_and_passages_leave_nothing_out(pieces: list[Piece]) -> None:
    document = assemble("d.md", "0" * 64, "md", pieces)
    check_offsets(document)
    again = assemble("d.md", "0" * 64, "md", pieces)
    assert [p.id for p in split_document(document)] == [p.id for p in split_document(again)]


def test_quotes_know_the_place_they_stand_at(tmp_path: Path) -> None:
    path = tmp_path / "pages.pdf"
    canvas = Canvas(str(path))
    for number in (1, 2, 3):
        canvas.drawString(72, 700, f"Sentence of page {number} says that keys rotate every {number}0 days.")
        canvas.showPage()
    canvas.save()
    document = read_document(path)
    for passage in split_document(document):
        for number in (1, 2, 3):
            at = passage.text.find(f"Sentence of page {number}")
            if at >= 0:
                assert passage.locator_at(passage.start + at) == f"p. {number}"


def test_headings_with_nothing_under_them_are_text(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("1. Access is reviewed quarterly by the CISO\n\n2. All production access requires MFA\n\nEnd.\n")
    text = " ".join(passage.text for passage in split_document(read_document(path)))
    assert "reviewed quarterly by the CISO" in text and "requires MFA" in text


def test_word_content_controls_spans_and_forms(tmp_path: Path) -> None:
    from docx.oxml import parse_xml

    path = tmp_path / "c.docx"
    book = docx.Document()
    ns = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    control = (
        f"<w:sdt {ns}><w:sdtContent><w:p><w:r><w:t>Inside a content control.</w:t></w:r></w:p></w:sdtContent></w:sdt>"
    )
    book.element.body.insert(0, parse_xml(control))
    table = book.add_table(rows=2, cols=3)
    for i, row in enumerate((("Control", "Owner", "Cadence"), ("Merged", "", "Monthly"))):
        for cell, text in zip(table.rows[i].cells, row, strict=True):
            cell.text = text
    table.rows[1].cells[0].merge(table.rows[1].cells[1])
    book.save(str(path))
    text = read_document(path).text
    assert "Inside a content control." in text
    assert "Control: Merged; Cadence: Monthly" in text


def test_html_row_spans_keep_their_columns(tmp_path: Path) -> None:
    path = tmp_path / "t.html"
    path.write_text(
        "<table><caption>Vendors</caption><tr><th>Vendor</th><th>Region</th><th>Trains</th></tr>"
        "<tr><td rowspan=2>Acme</td><td>EU</td><td>no</td></tr><tr><td>US</td><td>no</td></tr></table>"
    )
    text = read_document(path).text
    assert "Vendor: Acme; Region: US; Trains: no" in text and "Vendors" in text


def test_long_lines_without_capitals_are_split_in_linear_time() -> None:
    import time

    from corpus.sentences import sentence_spans

    text = "access is reviewed. " * 20_000
    start = time.perf_counter()
    spans = sentence_spans(text)
    assert len(spans) > 100 and time.perf_counter() - start < 5
