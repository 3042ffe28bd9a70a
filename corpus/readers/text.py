"""Plain text: paragraphs, underlined, numbered or capital headings, lists."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from corpus.assemble import Piece, assemble
from corpus.errors import UnreadableDocument
from corpus.types import Document

_BULLET = re.compile(r"^\s*(?:[-*+•o▪–]|\(?\d{1,2}[.)]|\(?[a-z][.)])\s+(?=\S)")
_NUMBERED = re.compile(r"^(?:\d+(?:\.\d+)*\.?|[A-Z]\.|§ ?\d+(?:\.\d+)*|section \d+[.:]?)\s+\S", re.IGNORECASE)
_UNDERLINE = re.compile(r"^\s*([=\-~_*#])\1{2,}\s*$")
_VERB = re.compile(r"\b(?:is|are|was|were|must|shall|will|has|have|requires?|may|can|should)\b")
MAX_HEADING_WORDS = 12
MAX_ODD_SHARE = 0.1


def read(path: Path, name: str, sha256: str) -> Document:
    """Read a text file in any common encoding."""
    text, warnings = decode(path.read_bytes(), name)
    return assemble(name, sha256, "txt", text_pieces(text), warnings=warnings)


def decode(data: bytes, name: str) -> tuple[str, list[str]]:
    """Bytes to text: by byte-order mark or UTF-8, else by detection, which is said in a warning.

    Raises:
        UnreadableDocument: `undecodable`, when the bytes are no text in any known encoding.
    """
    for mark, encoding in ((b"\xef\xbb\xbf", "utf-8-sig"), (b"\xff\xfe", "utf-16"), (b"\xfe\xff", "utf-16")):
        if data.startswith(mark):
            try:
                return data.decode(encoding), []
            except UnicodeDecodeError:
                break
    try:
        text = data.decode("utf-8")
        if "\x00" not in text:
            return text, []
    except UnicodeDecodeError:
        pass
    if b"\x00" not in data and sum(byte >= 0x80 for byte in data) < MAX_ODD_SHARE * len(data):
        try:  # mostly plain letters: Western European, which detection mistakes on short texts
            return data.decode("cp1252"), ["not UTF-8; read as cp1252"]
        except UnicodeDecodeError:
            pass
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000]).best()
    if best is None or data.count(b"\x00") > len(data) * 0.01:
        raise _undecodable(name)
    text = data.decode(best.encoding, errors="replace")
    odd = sum(1 for char in text[:200_000] if not (char.isprintable() or char in "\n\r\t\f"))
    if odd > MAX_ODD_SHARE * max(1, len(text[:200_000])) or text.count("\ufffd") > MAX_ODD_SHARE * len(text):
        raise _undecodable(name)
    return text, [f"not UTF-8; read as {best.encoding}"]


def _undecodable(name: str) -> UnreadableDocument:
    return UnreadableDocument(
        name, "undecodable", "its bytes are no text in a known encoding. Save it as UTF-8, then ingest it again."
    )


def text_pieces(text: str) -> Iterator[Piece]:
    """Split on empty lines; recognise headings and list items."""
    lines = text.replace("\r\n", "\n").replace("\r", "\n").replace("\f", "\n\n").split("\n")
    paragraph: list[str] = []
    kind: str = "paragraph"

    def flush() -> Iterator[Piece]:
        nonlocal kind
        if paragraph:
            joined = " ".join(line.strip() for line in paragraph)
            yield Piece("list_item" if kind == "list_item" else "paragraph", joined)
            paragraph.clear()
        kind = "paragraph"

    for i, line in enumerate(lines):
        following = lines[i + 1] if i + 1 < len(lines) else ""
        before_empty = i == 0 or not lines[i - 1].strip() or bool(_UNDERLINE.match(lines[i - 1]))
        if not line.strip() or _UNDERLINE.match(line):
            yield from flush()
        elif _UNDERLINE.match(following) and not paragraph and len(line.split()) <= MAX_HEADING_WORDS:
            yield Piece("heading", line.strip(), 1 if following.strip()[0] in "=#*" else 2)
        elif before_empty and not following.strip() and is_heading_line(line):
            yield from flush()
            yield Piece("heading", line.strip(), 2 + min(3, line.split()[0].rstrip(".").count(".")))
        elif _BULLET.match(line):
            yield from flush()
            kind = "list_item"
            paragraph.append(_BULLET.sub("", line))
        else:
            paragraph.append(line)
    yield from flush()


def is_heading_line(line: str) -> bool:
    """A short line that is numbered or in capitals, ends without a full stop and is no sentence."""
    line = line.strip()
    words = line.split()
    if not 1 <= len(words) <= MAX_HEADING_WORDS or line[-1] in ".;,?!":
        return False
    if len(words) > 4 and _VERB.search(line):
        return False
    letters = [char for char in line if char.isalpha()]
    if not letters:
        return False
    capitals = sum(char.isupper() for char in letters) / len(letters)
    return bool(_NUMBERED.match(line)) or (capitals > 0.8 and len(letters) > 3)
