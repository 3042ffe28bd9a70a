"""`fieldwork demo`: the main job on the shipped sample company, from a folder of files to the reports."""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from importlib.resources import as_file, files
from pathlib import Path

from analyzers.types import Assessment
from corpus.profile import load_profile
from corpus.types import FileOutcome
from engagement.display import console, print_coverage, print_gaps, print_summary
from engagement.engagement import Engagement, Progress
from engagement.settings import load_settings

SAMPLE = "lumenvale"


@dataclass(frozen=True)
class DemoOutcome:
    """What the demo made."""

    outcomes: list[FileOutcome]
    assessment: Assessment
    reports: list[Path]

    def show(self) -> None:
        """Print coverage, the top five gaps and where the reports are."""
        console.print("The sample company is fictional.\n")
        print_summary(self.assessment)
        print_coverage(self.assessment)
        print_gaps(self.assessment, 5)
        console.print()
        for path in self.reports:
            console.print(f"Report: {path}", soft_wrap=True)


def run_demo(folder: Path, on_progress: Progress) -> DemoOutcome:
    """Start afresh in `folder`, ingest the sample documents, assess, write DOCX, XLSX and JSON."""
    settings = load_settings({"home": folder})
    shutil.rmtree(folder / SAMPLE, ignore_errors=True)
    with as_file(files("corpus.samples") / SAMPLE) as sample:
        engagement = Engagement.create(SAMPLE, load_profile(sample / "profile.yaml"), settings)
        outcomes = engagement.ingest([sample / "documents"], on_progress)
    assessment = engagement.assess(on_progress)
    reports = [engagement.report(file_format) for file_format in ("docx", "xlsx", "json")]
    return DemoOutcome(outcomes, assessment, reports)
