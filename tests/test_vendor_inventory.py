"""The vendor inventory: round trip, triggers, bad input."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from corpus.errors import FieldworkError, UnreadableDocument
from engagement.engagement import Engagement
from engagement.vendor_inventory import due, export_rows, import_rows, inventory_rows, read_rows

ROW = {"vendor": "Example AI", "service": "API", "tier": "2", "last_review": "2026-06-01"}


@pytest.mark.parametrize("suffix", ["csv", "xlsx"])
def test_round_trip(engagement: Engagement, tmp_path: Path, suffix: str) -> None:
    import_rows(engagement, [ROW, {**ROW, "service": "Batch"}])
    export_rows(inventory_rows(engagement), tmp_path / f"inventory.{suffix}")
    assert read_rows(tmp_path / f"inventory.{suffix}") == inventory_rows(engagement)


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({}, None),
        ({"contract_renewal": "2026-12-31"}, "contract_renewal"),
        ({"contract_renewal": "2027-12-31"}, None),
        ({"end_of_life": "2027-01-15"}, "end_of_life"),
        ({"opinion": "qualified"}, "modified_opinion"),
        ({"tier": "1", "last_review": "2025-11-01"}, "yearly"),
        ({"next_review": "2026-11-25"}, "next_review"),
        ({"trigger_history": "incident 2026-07-01"}, "incident"),
        ({"trigger_history": "incident 2026-05-01"}, None),
        ({"trigger_history": "new_sub_processor: 2026-10-01"}, "new_sub_processor"),
    ],
)
def test_triggers(change: dict[str, str], reason: str | None) -> None:
    found = due([{**ROW, **change}], date(2026, 11, 25))
    assert [item.reasons[0].split(":")[0].split()[0] for item in found] == ([reason] if reason else [])


def test_bad_input_is_named(tmp_path: Path) -> None:
    path = tmp_path / "inventory.csv"
    for text, words in (
        ("name\nX\n", "no column 'vendor'"),
        ("vendor,last_review\nX,soon\n", "row 2"),
        ("vendor\nX\nX\n", "stands twice"),
    ):
        path.write_text(text)
        with pytest.raises((FieldworkError, UnreadableDocument), match=words):
            read_rows(path)
    damaged = tmp_path / "x.xlsx"
    damaged.write_bytes(b"PK\x03\x04 no")
    with pytest.raises(UnreadableDocument, match="cannot be read"):
        read_rows(damaged)
