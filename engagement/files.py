"""Files on their way in and out: which ones to read, what they are called, and writing without half a file."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from pathlib import Path

from corpus.errors import FieldworkError
from corpus.readers import READERS
from corpus.types import FileOutcome


def collect_files(paths: Iterable[Path]) -> tuple[list[tuple[Path, str]], list[FileOutcome]]:
    """Files with their display names, and outcomes for paths that are not there.

    A folder's files are named by their path below it; hidden files and Office lock files are passed over.
    """
    files: dict[str, Path] = {}
    outcomes = []
    for path in paths:
        if path.is_dir():
            for entry in sorted(path.rglob("*")):
                relative = entry.relative_to(path)
                if entry.is_file() and not any(part.startswith((".", "~$")) for part in relative.parts):
                    add_file(files, entry, relative.as_posix(), path.resolve().name)
        elif path.is_file():
            add_file(files, path, path.name, path.resolve().parent.name)
        else:
            outcomes.append(
                failed_outcome(display_name(path.name), "missing", f"{path} does not exist. Check the path.")
            )
    known = [(path, name) for name, path in files.items() if path.suffix.lower() in READERS]
    formats = ", ".join(sorted({key.lstrip(".") for key in READERS}))
    for name, path in files.items():
        if path.suffix.lower() not in READERS:
            message = f"format {path.suffix or 'without extension'} is not read. Use: {formats}."
            outcomes.append(failed_outcome(name, "unknown_format", message))
    return known, outcomes


def add_file(files: dict[str, Path], path: Path, name: str, folder: str) -> None:
    """Add a file under its display name; if another file has that name, under its folder's name as well."""
    shown = display_name(name)
    if shown in files and files[shown].resolve() != path.resolve():
        shown = display_name(f"{folder}/{name}")
    files.setdefault(shown, path)


def display_name(name: str) -> str:
    """A name fit to show: no path steps upwards, no control characters, at most 200 characters."""
    parts = [part for part in name.replace("\\", "/").split("/") if part not in ("", ".", "..")]
    cleaned = "".join(char if char.isprintable() else "_" for char in "/".join(parts))
    cleaned = cleaned.encode("utf-8", "replace").decode("utf-8")
    return cleaned[-200:] or "unnamed"


def write_atomically(target: Path, write: Callable[[Path], None]) -> None:
    """Write beside the target, then rename: a reader never sees half a file.

    Raises:
        FieldworkError: The folder cannot be written to.
    """
    temporary = target.with_name(f".{target.stem}.partial{target.suffix}")
    try:
        target.parent.mkdir(parents=True, exist_ok=True)
        write(temporary)
        temporary.replace(target)
    except OSError as error:
        raise FieldworkError(
            f"{target}: cannot be written ({error.strerror or error}). Choose another place."
        ) from error
    finally:
        temporary.unlink(missing_ok=True)


def failed_outcome(name: str, reason: str, message: str, sha256: str = "") -> FileOutcome:
    """The outcome of a file that could not be read."""
    return FileOutcome(name=name, sha256=sha256, status="failed", reason=reason, message=message)
