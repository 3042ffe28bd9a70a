"""Renders the reports' sources (a small markdown) as PDF, Word, markdown or plain text, as auditors lay them out.

Besides headings, paragraphs, lists and tables a source may hold `{{clean PREFIX FIRST LAST}}` inside a table: rows of
controls without exceptions, so that tables run over pages.
"""

from __future__ import annotations

import re
from pathlib import Path
from typing import Any

CLEAN = (
    ("Access to {x} is granted by ticket after the owner has approved it.", "Inspected {n} of {m} requests to determine that each was approved before access was granted.", "No exceptions noted."),
    ("Exceptions identified by the monitor of {x} are routed to the exception queue and resolved.", "Inspected a sample of {n} alerts from a population of {m} to determine whether exceptions noted were resolved.", "No deviations noted."),
    ("Backups of {x} run daily and failures raise an alert.", "Reperformed the restore for a sample of {n} days and inspected the configuration.", "No exceptions were noted."),
    ("Changes to {x} that did not pass tests are not released.", "Selected {n} of {m} changes and inspected test results to determine whether failed changes were not released.", "No relevant exceptions noted."),
    ("Policies for {x} are reviewed every year.", "Inspected the policy and the record of its review.", "None noted."),
)  # fmt: skip
THINGS = (
    "the data platform",
    "production hosts",
    "the ticket system",
    "customer workspaces",
    "the code base",
    "the logging service",
)


def clean_rows(prefix: str, first: int, last: int, columns: list[str]) -> list[list[str]]:
    """Rows of controls that operated, worded like exceptions where that is easiest to misread."""
    rows = []
    for i in range(first, last + 1):
        activity, test, result = CLEAN[i % len(CLEAN)]
        values = {"x": THINGS[i % len(THINGS)], "n": 5 + i % 21, "m": 40 + 7 * i}
        criterion = f"CC{6 + i % 3}.{1 + i % 2}"
        row = []
        for column in columns:
            name = column.casefold()
            if re.search(r"result|outcome|conclusion", name):
                row.append(result)
            elif re.search(r"test|procedure", name):
                row.append(test.format(**values))
            elif re.search(r"criteri|tsc", name):
                row.append(criterion)
            elif re.search(r"response", name):
                row.append("")
            elif re.search(r"id|ref|no\.|#|control$", name):
                row.append(f"{prefix}{i:02d}" if not prefix.endswith(".") else f"{prefix}{i}")
            else:
                row.append(activity.format(**values))
        rows.append(row)
    return rows


def parse(source: str) -> list[tuple[str, Any]]:
    """Elements in order: ('h1', text), ('p', text), ('li', text), ('table', rows), ('break', '')."""
    found: list[tuple[str, Any]] = []
    for chunk in re.split(r"\n\s*\n", source.strip()):
        lines = chunk.strip().split("\n")
        if lines[0].startswith("|"):
            rows: list[list[str]] = []
            for line in lines:
                if made := re.fullmatch(r"\{\{clean (\S+) (\d+) (\d+)\}\}", line.strip()):
                    rows += clean_rows(made[1], int(made[2]), int(made[3]), rows[0])
                elif not re.fullmatch(r"[|\s:-]+", line):
                    rows.append([cell.strip() for cell in line.strip().strip("|").split("|")])
            found.append(("table", rows))
        elif lines[0] == "---":
            found.append(("break", ""))
        elif heading := re.match(r"(#{1,3}) (.+)", lines[0]):
            found.append((f"h{len(heading[1])}", heading[2]))
        elif lines[0].startswith("- "):
            found += [("li", line[2:]) for line in lines]
        elif lines[0].startswith("> "):
            found.append(("sign", [line[2:] for line in lines]))
        else:
            found.append(("p", " ".join(lines)))
    return found


def write_pdf(source: str, path: Path, *, ruled: bool = True, repeat: bool = True, split_rows: bool = False) -> None:
    """A PDF with a running header, footers and tables over pages."""
    from reportlab.lib import colors
    from reportlab.lib.pagesizes import A4
    from reportlab.lib.styles import ParagraphStyle, getSampleStyleSheet
    from reportlab.platypus import (
        Flowable,
        ListFlowable,
        PageBreak,
        Paragraph,
        SimpleDocTemplate,
        Spacer,
        Table,
        TableStyle,
    )

    styles = getSampleStyleSheet()
    cell = ParagraphStyle("cell", parent=styles["BodyText"], fontSize=8, leading=9.5)
    story: list[Flowable] = []
    for kind, value in parse(source):
        if kind == "break":
            story.append(PageBreak())
        elif kind == "table":
            count = len(value[0])
            widths = [470 * width for width in _widths(value[0])]
            table = Table(
                [[Paragraph(text, cell) for text in row] for row in value],
                colWidths=widths,
                repeatRows=1 if repeat else 0,
                splitInRow=1 if split_rows else 0,
            )
            style: list[Any] = [("VALIGN", (0, 0), (count - 1, -1), "TOP")]
            if ruled:
                style.append(("GRID", (0, 0), (-1, -1), 0.5, colors.grey))
            table.setStyle(TableStyle(style))
            story += [table, Spacer(1, 10)]
        elif kind == "li":
            story.append(ListFlowable([Paragraph(value, styles["BodyText"])], bulletType="bullet", start="•"))
        elif kind == "sign":
            story += [Spacer(1, 14), *[Paragraph(line, styles["BodyText"]) for line in value], Spacer(1, 14)]
        else:
            name = {"h1": "Heading1", "h2": "Heading2", "h3": "Heading3", "p": "BodyText"}[kind]
            story.append(Paragraph(value, styles[name]))

    def frame(canvas: Any, document: Any) -> None:
        canvas.setFont("Helvetica", 7)
        canvas.drawString(60, 815, "Confidential. For specified parties only.")
        canvas.drawString(60, 25, f"Page {document.page}")

    SimpleDocTemplate(str(path), pagesize=A4, leftMargin=60, rightMargin=60, invariant=1).build(
        story, onFirstPage=frame, onLaterPages=frame
    )


def _widths(header: list[str]) -> list[float]:
    weights = [0.6 if len(name) <= 12 else 1.6 for name in header]
    return [weight / sum(weights) for weight in weights]


def write_docx(source: str, path: Path) -> None:
    """A Word document with real headings, lists and tables."""
    import docx

    document = docx.Document()
    for kind, value in parse(source):
        if kind == "break":
            document.add_page_break()
        elif kind == "table":
            table = document.add_table(rows=0, cols=len(value[0]))
            table.style = "Table Grid"
            for row in value:
                for target, text in zip(table.add_row().cells, row, strict=True):
                    target.text = text
        elif kind == "li":
            document.add_paragraph(value, style="List Bullet")
        elif kind == "sign":
            for line in value:
                document.add_paragraph(line)
        elif kind == "p":
            document.add_paragraph(value)
        else:
            document.add_heading(value, int(kind[1]))
    document.save(str(path))


def write_markdown(source: str, path: Path, *, plain: bool = False) -> None:
    """Markdown, or plain text without marks, as a copy from a portal looks."""
    lines = []
    for kind, value in parse(source):
        if kind == "table":
            rows = [*value] if plain else [value[0], ["---"] * len(value[0]), *value[1:]]
            if plain:
                for row in value[1:]:
                    lines.append("\n".join(f"{name}: {text}" for name, text in zip(value[0], row, strict=True) if text))
            else:
                lines.append("\n".join("| " + " | ".join(row) + " |" for row in rows))
        elif kind == "sign":
            lines.append("\n\n".join(value))
        elif kind == "li":
            lines.append(f"- {value}")
        elif kind != "break":
            lines.append(
                value.upper()
                if plain and kind != "p"
                else value
                if plain or kind == "p"
                else f"{'#' * int(kind[1])} {value}"
            )
    path.write_text("\n\n".join(lines) + "\n", encoding="utf-8")


def render(source: str, path: Path, **options: bool) -> None:
    """Write in the format of the path's suffix."""
    if path.suffix == ".pdf":
        write_pdf(source, path, **options)
    elif path.suffix == ".docx":
        write_docx(source, path)
    else:
        write_markdown(source, path, plain=path.suffix == ".txt")
