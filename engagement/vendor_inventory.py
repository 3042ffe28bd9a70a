"""The vendor inventory: import, export, and what is due for reassessment, by rule from dates and events."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import Column, String, Table, Text, delete, insert, select

from corpus.errors import FieldworkError, UnreadableDocument
from engagement.engagement import Engagement
from engagement.files import write_atomically
from engagement.store import metadata

FIELDS = (
    "vendor", "legal_entity", "service", "endpoint", "model", "model_version", "pinned", "purpose", "feature", "data_classes",
    "personal_data", "regions", "sub_processors", "training_setting", "input_retention", "output_retention", "zdr_status",
    "zdr_verified", "contract_id", "contract_start", "contract_renewal", "dpa", "assurance_type", "assurance_period_end",
    "assurance_scope", "opinion", "subservice", "tier", "residual_rating", "owner", "fallback", "end_of_life", "last_review",
    "next_review", "trigger_history",
)  # fmt: skip
DATES = (
    "zdr_verified",
    "contract_start",
    "contract_renewal",
    "assurance_period_end",
    "end_of_life",
    "last_review",
    "next_review",
)
EVENTS = (
    "model_version_change",
    "terms_change",
    "new_sub_processor",
    "new_region",
    "new_data_class",
    "incident",
    "modified_opinion",
)
RULES = (
    ("contract_renewal", "the contract renews within 60 days"),
    ("end_of_life", "the model is withdrawn within 90 days"),
    ("modified_opinion", "the auditor's opinion is modified"),
    ("yearly", "tier 1 was last reviewed 365 days ago or more, or never"),
    ("next_review", "its own next review has come"),
    ("event", "after the last review: " + ", ".join(EVENTS)),
)
RENEWAL_DAYS, END_DAYS, YEAR_DAYS = 60, 90, 365
inventory = Table(
    "vendor_inventory", metadata, Column("key", String, primary_key=True), Column("body", Text, nullable=False)
)


@dataclass(frozen=True)
class Due:
    """A vendor's service that must be assessed again, and why."""

    vendor: str
    service: str
    owner: str
    reasons: tuple[str, ...]


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of an inventory in CSV or XLSX; formulas give their stored values.

    Raises:
        UnreadableDocument: Not readable, or without a `vendor` column.
        FieldworkError: A date that is none, or one service of a vendor twice.
    """
    if not path.is_file():
        raise UnreadableDocument(path.name, "missing", f"there is no file {path}. Check the path.")
    if path.suffix.lower() == ".csv":
        with path.open(newline="", encoding="utf-8-sig") as file:
            table = list(csv.reader(file))
    elif path.suffix.lower() == ".xlsx":
        table = _workbook(path)
    else:
        raise UnreadableDocument(
            path.name, "unknown_format", "an inventory is read from csv or xlsx. Save it as one of these."
        )
    header = [re.sub(r"\W+", "_", name.strip().casefold()).strip("_") for name in table[0]] if table else []
    if "vendor" not in header:
        raise UnreadableDocument(path.name, "no_column", "it has no column 'vendor'. See `fieldwork vendors export`.")
    rows, seen = [], set()
    for number, cells in enumerate(table[1:], start=2):
        row = {
            name: value.strip() for name, value in zip(header, cells, strict=False) if name in FIELDS and value.strip()
        }
        if not row.get("vendor"):
            continue
        for name in DATES:
            if row.get(name) and _day(row[name]) is None:
                raise FieldworkError(f"{path.name}, row {number}: {name} is {row[name]!r}. Write dates as 2026-11-30.")
        if row_key(row) in seen:
            raise FieldworkError(
                f"{path.name}, row {number}: {row['vendor']} stands twice. Give each row its own service."
            )
        seen.add(row_key(row))
        rows.append(row)
    return rows


def _workbook(path: Path) -> list[list[str]]:
    from datetime import datetime

    import openpyxl

    from corpus.readers import check_readable

    check_readable(path, path.name, ".xlsx")
    try:
        book = openpyxl.load_workbook(path, read_only=True, data_only=True)
        rows = list(book.worksheets[0].iter_rows(values_only=True))
        book.close()
    except Exception as error:  # openpyxl raises many types on damaged parts
        raise UnreadableDocument(
            path.name, "damaged", "the workbook cannot be read. Save it again in Excel."
        ) from error
    return [
        ["" if v is None else v.date().isoformat() if isinstance(v, datetime) else str(v) for v in row] for row in rows
    ]


def row_key(row: dict[str, str]) -> str:
    """Vendor and service: two services of one vendor are two rows."""
    return f"{row['vendor']}|{row.get('service', '')}".casefold()


def import_rows(engagement: Engagement, rows: Sequence[dict[str, str]]) -> int:
    """Add or replace rows; rows that are not named stay."""
    with engagement.writing(), engagement.store.begin() as connection:
        inventory.create(connection, checkfirst=True)
        for row in rows:
            connection.execute(delete(inventory).where(inventory.c.key == row_key(row)))
            connection.execute(insert(inventory).values(key=row_key(row), body=json.dumps(row)))
        engagement.store.log(connection, "vendors", {"imported": len(rows)})
    return len(rows)


def inventory_rows(engagement: Engagement) -> list[dict[str, str]]:
    """All rows by vendor and service."""
    with engagement.store.begin() as connection:
        inventory.create(connection, checkfirst=True)
        return [dict(json.loads(row.body)) for row in connection.execute(select(inventory).order_by(inventory.c.key))]


def export_rows(rows: Sequence[dict[str, str]], path: Path) -> None:
    """Write CSV or XLSX by suffix; text that a spreadsheet would run is written as text."""

    def write(target: Path) -> None:
        table = [list(FIELDS), *[[_as_text(row.get(name, "")) for name in FIELDS] for row in rows]]
        if path.suffix.lower() == ".csv":
            with target.open("w", newline="", encoding="utf-8") as file:
                csv.writer(file).writerows(table)
        else:
            import openpyxl

            book = openpyxl.Workbook()
            for cells in table:
                book.worksheets[0].append(cells)
            book.save(target)

    if path.suffix.lower() not in (".csv", ".xlsx"):
        raise FieldworkError(f"{path}: an inventory is written as .csv or .xlsx. Give such a name.")
    write_atomically(path, write)


def _as_text(value: str) -> str:
    return f"'{value}" if value[:1] in ("=", "+", "-", "@") else value


def due(rows: Sequence[dict[str, str]], today: date) -> list[Due]:
    """What must be assessed again on a day, by `RULES`."""
    found = []
    for row in rows:
        reasons = []
        last = _day(row.get("last_review", ""))
        for name, days in (("contract_renewal", RENEWAL_DAYS), ("end_of_life", END_DAYS)):
            day = _day(row.get(name, ""))
            if (
                day is not None
                and day <= today + timedelta(days=days)
                and (last is None or last < day - timedelta(days=days))
            ):
                reasons.append(f"{name} {day}")
        if row.get("opinion", "").casefold() in ("qualified", "adverse", "disclaimer"):
            period = _day(row.get("assurance_period_end", ""))
            if last is None or period is None or last < period:
                reasons.append(f"modified_opinion: {row['opinion']}")
        if re.search(r"\b(?:1|top|critical)\b", row.get("tier", ""), re.IGNORECASE) and (
            last is None or (today - last).days >= YEAR_DAYS
        ):
            reasons.append(f"yearly: last reviewed {last or 'never'}")
        review = _day(row.get("next_review", ""))
        if review is not None and review <= today:
            reasons.append(f"next_review {review}")
        for event, text in re.findall(r"(\w+)[: ]+(\d{4}-\d\d-\d\d)", row.get("trigger_history", "")):
            day = _day(text)
            if event in EVENTS and day is not None and day <= today and (last is None or last < day):
                reasons.append(f"{event} {day}")
        if reasons:
            found.append(Due(row["vendor"], row.get("service", ""), row.get("owner", ""), tuple(reasons)))
    return found


def _day(text: str) -> date | None:
    try:
        return date.fromisoformat(text[:10]) if text else None
    except ValueError:
        return None
