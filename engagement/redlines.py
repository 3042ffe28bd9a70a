"""Redlines of an engagement's documents: the original as it was ingested, with proposed changes."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from analyzers.drafting.redline import Change, plan_changes
from corpus.errors import ExportRefused
from engagement.drafts import company_inventory
from engagement.engagement import Engagement

TEXT_FORMATS = (".md", ".txt", ".markdown")


def make_redline(engagement: Engagement, name: str) -> tuple[Path, list[Change], list[Change]]:
    """Write the proposed changes to one document: tracked changes for Word, a diff for markdown and text.

    Returns:
        The file written, the changes in it, and those whose place was not found, which are not in it.

    Raises:
        UnknownItem: No such document, or it is the home of no objective with gaps.
        ExportRefused: Its format cannot carry changes, it is protected, has macros or is tracked already.
    """
    from exports.redline_docx import refuse_unfit, write_redline
    from exports.redline_markdown import diff_text

    suffix = Path(name).suffix.casefold()
    if suffix == ".docm":
        raise ExportRefused(f"{name}: it carries macros. Save a copy without macros (.docx), ingest that one.")
    assessment = engagement.assessment()
    judged = {item.name: item.sha256 for item in assessment.corpus.documents}
    if name in judged and suffix != ".docx" and suffix not in TEXT_FORMATS:
        raise ExportRefused(f"{name}: only .docx, .md and .txt can be redlined. Draft a policy instead.")
    if suffix == ".docx" and name in judged:
        with _named_copy(engagement, judged[name], name) as folder:
            refuse_unfit(Path(folder) / Path(name).name, name)
    changes = plan_changes(assessment, engagement.catalogue, name, company_inventory(engagement, assessment))
    stem = "".join(c if c.isalnum() or c in "-_." else "-" for c in Path(name).stem)
    target = engagement.folder / "exports" / f"redline-{stem}{'.docx' if suffix == '.docx' else suffix + '.diff'}"
    target.parent.mkdir(parents=True, exist_ok=True)
    with _named_copy(engagement, judged[name], name) as folder:
        source = Path(folder) / Path(name).name
        if suffix == ".docx":
            lost = write_redline(source, name, changes, target)
        else:
            text, lost = diff_text(name, source.read_text(encoding="utf-8", errors="replace"), changes)
            target.write_text(text, encoding="utf-8")
    with engagement.writing(), engagement.store.begin() as connection:
        detail = {"document": name, "sha256": judged[name], "changes": len(changes) - len(lost)}
        engagement.store.log(connection, "redline", detail)
    missing = {id(change) for change in lost}
    return target, [change for change in changes if id(change) not in missing], lost


def _named_copy(engagement: Engagement, sha256: str, name: str) -> tempfile.TemporaryDirectory[str]:
    """A temporary folder with a copy of the original under its own name; the original itself is never opened to write."""
    folder = tempfile.TemporaryDirectory()
    shutil.copyfile(engagement.folder / "originals" / sha256, Path(folder.name) / Path(name).name)
    return folder
