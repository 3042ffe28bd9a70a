"""Document formats. To add one: a module with `read(path, name, sha256) -> Document` and a row in `READERS`."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import cast

from corpus.errors import UnreadableDocument
from corpus.types import Document

Reader = Callable[[Path, str, str], Document]

READERS: dict[str, str] = {
    ".md": "corpus.readers.markdown",
    ".markdown": "corpus.readers.markdown",
    ".txt": "corpus.readers.text",
    ".html": "corpus.readers.html",
    ".htm": "corpus.readers.html",
    ".docx": "corpus.readers.docx",
    ".pdf": "corpus.readers.pdf",
    ".xlsx": "corpus.readers.xlsx",
    ".csv": "corpus.readers.csv",
}
"""Suffix -> module, imported when first needed."""

MAX_BYTES = 100 * 1024 * 1024
MAX_TEXT_CHARS = 20_000_000
"""About 3 million words: far above any policy set, far below what would exhaust a small machine."""

_MAGIC = {
    b"%PDF-": (".pdf",),
    b"PK\x03\x04": (".docx", ".xlsx"),
    b"\xd0\xcf\x11\xe0": (),
}


def hash_file(path: Path) -> str:
    """SHA-256 of the file's bytes, as hex."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


def read_document(path: Path, name: str | None = None) -> Document:
    """Read one file.

    Args:
        path: The bytes.
        name: Display name; its suffix chooses the reader. The path's own name if not given.

    Raises:
        UnreadableDocument: With a `reason` that names the cause and a message with the next step.
    """
    name = name or path.name
    suffix = Path(name).suffix.lower()
    check_readable(path, name, suffix)
    reader = cast(Reader, import_module(READERS[suffix]).read)
    document = reader(path, name, hash_file(path))
    if not document.text.strip():
        raise UnreadableDocument(name, "no_text", "it holds no text. Check the file, then ingest it again.")
    if len(document.text) > MAX_TEXT_CHARS:
        raise UnreadableDocument(name, "too_large", _too_large(f"{len(document.text):,} characters of text"))
    return document


def check_readable(path: Path, name: str, suffix: str) -> None:
    """Refuse what no reader should see: unknown or wrong suffix, empty, oversized, password-protected Office."""
    if suffix not in READERS:
        known = ", ".join(sorted({key.lstrip(".") for key in READERS}))
        raise UnreadableDocument(
            name, "unknown_format", f"format {suffix or 'without extension'} is not read. Use: {known}."
        )
    size = path.stat().st_size
    if size == 0:
        raise UnreadableDocument(name, "empty", "the file is empty. Upload the version that has content.")
    if size > MAX_BYTES:
        raise UnreadableDocument(name, "too_large", _too_large(f"{size / 1024 / 1024:.0f} MB"))
    with path.open("rb") as file:
        head = file.read(8)
    if head.startswith(b"\xd0\xcf\x11\xe0") and suffix in (".docx", ".xlsx"):
        raise UnreadableDocument(
            name, "encrypted", "it is password-protected or an old binary Office file. Save it unprotected as "
            f"{suffix.lstrip('.')}, then ingest it again."
        )  # fmt: skip
    for magic, suffixes in _MAGIC.items():
        if head.startswith(magic) and suffix not in suffixes:
            real = suffixes[0].lstrip(".") if len(suffixes) == 1 else "an Office or zip file"
            raise UnreadableDocument(
                name,
                "wrong_extension",
                f"the content is {real}, not {suffix.lstrip('.')}. Rename it, then ingest again.",
            )
    expected = next((magic for magic, suffixes in _MAGIC.items() if suffix in suffixes), None)
    if expected and not head.startswith(expected) and suffix != ".pdf":
        raise UnreadableDocument(
            name, "wrong_extension", f"the content is not a {suffix.lstrip('.')} file. Check it, then ingest again."
        )


def _too_large(what: str) -> str:
    return f"{what} is more than Fieldwork reads at once. Split the file, then ingest the parts."
