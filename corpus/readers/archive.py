"""Checks on zip containers (docx, xlsx) before any parser opens them."""

from __future__ import annotations

import zipfile
from pathlib import Path

from corpus.errors import UnreadableDocument

MAX_ENTRIES = 5_000
MAX_UNPACKED = 300 * 1024 * 1024
MAX_RATIO = 250
"""Ordinary office XML deflates 5 to 40 times; 250 leaves room for very regular sheets."""


def check_archive(path: Path, name: str, required: str) -> list[str]:
    """Refuse damaged archives and zip bombs; return warnings for macros and external links.

    Args:
        required: An entry that the format must have, e.g. `word/document.xml`.

    Raises:
        UnreadableDocument: `damaged`, `zip_bomb`, `encrypted` or `wrong_extension`.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            entries = archive.infolist()
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise UnreadableDocument(
            name, "damaged", "the file is cut off or damaged. Save it again in its program, then ingest it again."
        ) from error
    if any(entry.flag_bits & 1 for entry in entries):
        raise UnreadableDocument(
            name, "encrypted", "it is password-protected. Save it without password, then ingest it again."
        )
    unpacked = sum(entry.file_size for entry in entries)
    overlapping = _overlap(entries)
    too_dense = any(
        entry.file_size > 10_000_000 and entry.file_size > MAX_RATIO * max(1, entry.compress_size) for entry in entries
    )
    if len(entries) > MAX_ENTRIES or unpacked > MAX_UNPACKED or too_dense or overlapping:
        raise UnreadableDocument(
            name,
            "zip_bomb",
            f"it would unpack to {unpacked / 1024 / 1024:,.0f} MB. Save it again in its program, then ingest it.",
        )
    names = {entry.filename for entry in entries}
    if required not in names:
        raise UnreadableDocument(
            name,
            "wrong_extension",
            f"it holds no {required}: not the format that its name says. Check it, then ingest again.",
        )
    warnings = []
    if any(entry.endswith("vbaProject.bin") for entry in names):
        warnings.append("holds macros, which were not run")
    return warnings


def _overlap(entries: list[zipfile.ZipInfo]) -> bool:
    """Entries whose data share bytes, as in overlapping zip bombs (CVE-2024-0450)."""
    end = -1
    for entry in sorted(entries, key=lambda item: item.header_offset):
        if entry.header_offset < end:
            return True
        end = entry.header_offset + 30 + len(entry.filename.encode()) + entry.compress_size
    return False
