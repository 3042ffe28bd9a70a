"""The durable record: idempotent, replaceable, crash-proof, single-writer, rebuildable."""

from __future__ import annotations

import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest
from filelock import FileLock

from corpus.errors import EngagementBusy, EngagementExists, IndexMismatch, NotAssessed, UnknownEngagement, UnknownItem
from corpus.types import Profile
from engagement.engagement import Engagement
from engagement.files import collect_files, display_name
from engagement.settings import Settings
from tests.test_readers import bad_files

FILLER = "The platform team reviews access to the training account every quarter and records it in Jira. "


def statuses(engagement: Engagement, *paths: Path) -> dict[str, str]:
    return {outcome.name: outcome.status for outcome in engagement.ingest(list(paths))}


def test_ingesting_again_changes_nothing(engagement: Engagement, policy_folder: Path) -> None:
    assert set(statuses(engagement, policy_folder).values()) == {"added"}
    before = engagement.index()
    head = engagement.store.audit_head()
    assert set(statuses(engagement, policy_folder).values()) == {"unchanged"}
    after = engagement.index()
    assert [p.id for p in before.passages] == [p.id for p in after.passages]
    assert before.snapshot == after.snapshot and head == engagement.store.audit_head()


def test_a_new_version_replaces_the_old_and_keeps_it(engagement: Engagement, policy_folder: Path) -> None:
    engagement.ingest([policy_folder])
    path = policy_folder / "notes.txt"
    first = path.read_bytes()
    path.write_text("ON-CALL NOTES\n\nLogs are kept for 365 days in Datadog.\n")
    assert statuses(engagement, path) == {"notes.txt": "replaced"}
    texts = " ".join(passage.text for passage in engagement.index().passages)
    assert "365 days" in texts and "30 days" not in texts
    versions = engagement.store.versions("notes.txt")
    assert [active for _, _, active in versions] == [False, True]
    assert (engagement.folder / "originals" / versions[0][0]).read_bytes() == first
    path.write_bytes(first)
    assert statuses(engagement, path) == {"notes.txt": "replaced"}
    assert [active for _, _, active in engagement.store.versions("notes.txt")] == [True, False]


def test_same_content_under_two_names_counts_once(engagement: Engagement, policy_folder: Path) -> None:
    shutil.copy(policy_folder / "notes.txt", policy_folder / "copy.txt")
    outcomes = {item.name: item for item in engagement.ingest([policy_folder])}
    assert outcomes["notes.txt"].status == "unchanged" and "copy.txt" in outcomes["notes.txt"].message


def test_bad_files_fail_by_name_and_the_others_are_read(
    engagement: Engagement, policy_folder: Path, tmp_path: Path
) -> None:
    expected = bad_files(policy_folder)
    (policy_folder / "real.pdf").rename(policy_folder / "kept.pdf")
    outcomes = {item.name: item for item in engagement.ingest([policy_folder, tmp_path / "gone"])}
    for name, reason in expected.items():
        assert (outcomes[name].status, outcomes[name].reason) == ("failed", reason)
    assert outcomes["gone"].reason == "missing"
    assert outcomes["change-policy.md"].status == "added" and outcomes["kept.pdf"].status == "added"


def test_retired_documents_no_longer_count(engagement: Engagement, policy_folder: Path) -> None:
    engagement.ingest([policy_folder])
    engagement.retire("notes.txt")
    assert {document.name for document in engagement.documents()} == {"change-policy.md"}
    with pytest.raises(UnknownItem, match=r"change-policy\.md"):
        engagement.retire("notes.txt")


def test_findings_are_reused_until_their_passages_change(engagement: Engagement, policy_folder: Path) -> None:
    engagement.ingest([policy_folder])
    calls: list[int] = []

    class Counting:
        from analyzers.rules_judge import RulesJudge

        info = RulesJudge.info

        def weigh(self, cases, on_done=lambda count: None):  # type: ignore[no-untyped-def]
            calls.append(len(cases))
            return self.RulesJudge().weigh(cases, on_done)

    first = engagement.assess(judge=Counting())
    again = engagement.assess(judge=Counting())
    assert calls[0] > 100 and calls[1] == 0
    assert first.model_dump_json() == again.model_dump_json()


def test_reindex_gives_the_same_answers(engagement: Engagement, policy_folder: Path) -> None:
    engagement.ingest([policy_folder])
    first = engagement.assess()
    for damage in (
        lambda folder: shutil.rmtree(folder),
        lambda folder: (folder / "clean.json").unlink(),
        lambda folder: (folder / "chroma.sqlite3").write_bytes(b"garbage"),
        lambda folder: (folder / "chroma.sqlite3").unlink(),
    ):
        damage(engagement.folder / "index")
        fresh = Engagement.open("acme", engagement.settings)
        assert fresh.assess().model_dump_json() == first.model_dump_json()
    assert Engagement.open("acme", engagement.settings).reindex() == len(engagement.index().passages)
    assert Engagement.open("acme", engagement.settings).assess().model_dump_json() == first.model_dump_json()


def test_one_writer_at_a_time(engagement: Engagement, policy_folder: Path) -> None:
    with FileLock(engagement.folder / "writer.lock"):
        code = "from engagement.engagement import Engagement; from engagement.settings import Settings; from pathlib import Path\n"
        code += f"Engagement.open('acme', Settings(home=Path({str(engagement.settings.home)!r}))).ingest([])"
        result = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert "EngagementBusy" in result.stderr and "another process" in result.stderr


def test_busy_error_is_one_line(engagement: Engagement) -> None:
    with FileLock(engagement.folder / "writer.lock"), pytest.raises(EngagementBusy) as caught:
        Engagement.open("acme", engagement.settings).ingest([])
    assert "\n" not in str(caught.value)


@pytest.mark.slow
def test_a_killed_ingest_loses_nothing_and_goes_on(engagement: Engagement, tmp_path: Path) -> None:
    folder = tmp_path / "many"
    folder.mkdir()
    for i in range(60):
        (folder / f"doc-{i:02}.md").write_text(f"# Document {i}\n\n" + (FILLER + f"Number {i}. ") * 40)
    environment = {**os.environ, "FIELDWORK_HOME": str(engagement.settings.home)}
    command = [sys.executable, "-m", "engagement.cli", "ingest", "acme", str(folder)]
    for delay in (0.8, 1.6, 2.2):
        process = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        time.sleep(delay)
        process.send_signal(signal.SIGKILL)
        process.wait()
        assert Engagement.open("acme", engagement.settings).verify() == []
    reopened = Engagement.open("acme", engagement.settings)
    reopened.ingest([folder])
    assert len(reopened.documents()) == 60
    clean = Engagement.create("clean", reopened.profile, engagement.settings)
    clean.ingest([folder])
    assert [p.id for p in clean.index().passages] == [p.id for p in reopened.index().passages]
    assert (clean.index().vectors - reopened.index().vectors).max() < 1e-5
    assert reopened.verify() == []


def test_tampering_is_found(engagement: Engagement, policy_folder: Path) -> None:
    engagement.ingest([policy_folder])
    engagement.assess()
    assert engagement.verify() == []
    with sqlite3.connect(engagement.folder / "fieldwork.db") as database:
        database.execute("UPDATE audit SET detail = replace(detail, 'notes', 'other') WHERE action = 'ingest'")
    assert any("audit log" in fault for fault in engagement.verify())
    original = next((engagement.folder / "originals").iterdir())
    original.write_bytes(b"changed")
    assert any("original has changed" in fault for fault in engagement.verify())


def test_another_encoder_is_refused_until_reindexed(engagement: Engagement, policy_folder: Path) -> None:
    engagement.ingest([policy_folder])
    with engagement.store.begin() as connection:
        engagement.store.set_meta(connection, "encoder", "something else")
    with pytest.raises(IndexMismatch, match="fieldwork reindex"):
        engagement.search("access")
    engagement.reindex()
    assert engagement.search("access")


def test_unknown_engagement_lists_what_there_is(settings: Settings, engagement: Engagement) -> None:
    with pytest.raises(UnknownEngagement, match="acme"):
        Engagement.open("other", settings)
    for name in ("../etc", "", "A B", "x" * 65):
        with pytest.raises(UnknownEngagement, match="not a possible name"):
            Engagement.create(name, Profile(), settings)
    with pytest.raises(EngagementExists):
        Engagement.create("acme", Profile(), settings)
    with pytest.raises(NotAssessed, match="fieldwork assess acme"):
        engagement.gaps()


def test_display_names_cannot_climb_and_hidden_files_are_passed_over(tmp_path: Path) -> None:
    assert display_name("../../etc/passwd") == "etc/passwd"
    assert display_name("a\nb\x00.md") == "a_b_.md"
    folder = tmp_path / "f"
    (folder / "sub").mkdir(parents=True)
    for name in (".DS_Store", "~$lock.docx", "sub/a.md", "b.md"):
        (folder / name).write_text("text")
    files, outcomes = collect_files([folder])
    assert [name for _, name in files] == ["b.md", "sub/a.md"] and outcomes == []


def test_ideas_only_are_said_to_be_so(engagement: Engagement, tmp_path: Path) -> None:
    (tmp_path / "idea.md").write_text(
        "# Vision\n\nWe want to explore an AI copilot for lawyers. It could one day draft clauses. "
        "The plan is to start a prototype next year, and we would then choose a model."
    )
    engagement.ingest([tmp_path / "idea.md"])
    result = engagement.assess()
    assert "no concrete AI system" in result.notice and result.gaps == ()
    assert {finding.verdict for finding in result.findings} <= {"not_evaluable", "not_applicable"}


def test_an_empty_engagement_is_not_full_of_gaps(engagement: Engagement) -> None:
    result = engagement.assess()
    assert "No readable document" in result.notice and result.gaps == ()
