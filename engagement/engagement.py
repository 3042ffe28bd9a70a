"""`Engagement`: the Python API. The command line and the app parse, call this and show the result."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path

from filelock import FileLock, Timeout

from analyzers.assess import Corpus, assess
from analyzers.judge import Judge, load_judge
from analyzers.signals import addresses_machine
from analyzers.types import Assessment, Finding, Gap
from corpus.catalogue import load_catalogue
from corpus.errors import (
    EngagementBusy,
    EngagementExists,
    ExportRefused,
    FieldworkError,
    IndexMismatch,
    InvalidProfile,
    NotAssessed,
    UnknownEngagement,
    UnknownItem,
    UnreadableDocument,
)
from corpus.parsing import ParseLimits, parse_files
from corpus.passages import split_document
from corpus.readers import hash_file
from corpus.sentences import sentence_spans
from corpus.types import Catalogue, Document, FileOutcome, Passage, Profile
from engagement.files import collect_files, failed_outcome, write_atomically
from engagement.settings import Settings, load_settings
from engagement.store import SCHEMA_VERSION, Store
from exports import WRITERS, ReportContext
from retrieval.encoder import Encoder, load_encoder
from retrieval.search import Hit, Index, Query
from retrieval.vector_store import VectorStore

Progress = Callable[[str, int, int], None]
"""Called with stage, done and total."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{0,63}")
EMBED_GROUP = 2_000
REINDEXING = "an unfinished reindex"
"""Passages embedded in one length-sorted run before their documents are committed."""


def no_progress(stage: str, done: int, total: int) -> None:
    """Report nothing."""


class Engagement:
    """One client's documents and what was judged from them, under `<home>/<name>/`."""

    def __init__(self, name: str, settings: Settings) -> None:
        self.name = name
        self.settings = settings
        self.folder = settings.home / name
        self.store = Store(self.folder / "fieldwork.db")

    # Making and opening --------------------------------------------------------------------------------------------

    @classmethod
    def create(cls, name: str, profile: Profile, settings: Settings | None = None) -> Engagement:
        """Start an engagement.

        Raises:
            UnknownEngagement: The name cannot be a folder name.
            EngagementExists: There is one of that name.
        """
        settings = settings or load_settings()
        check_name(name)
        folder = settings.home / name
        if (folder / "fieldwork.db").exists():
            raise EngagementExists(f"{name}: this engagement exists already. Choose another name, or use it as it is.")
        try:
            for part in ("originals", "exports"):
                (folder / part).mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise FieldworkError(
                f"{folder}: cannot be created ({error.strerror}). Set FIELDWORK_HOME to a writable folder."
            ) from error
        engagement = cls(name, settings)
        try:
            with engagement.store.begin() as connection:
                engagement.store.set_meta(connection, "schema", str(SCHEMA_VERSION))
                engagement.store.set_meta(connection, "profile", profile.model_dump_json())
                engagement.store.log(
                    connection, "create", {"engagement": name, "profile": profile.model_dump(mode="json")}
                )
        except ValueError as error:
            shutil.rmtree(folder, ignore_errors=True)
            raise InvalidProfile(
                f"{name}: the profile holds text that cannot be stored. Use plain characters."
            ) from error
        return engagement

    @classmethod
    def open(cls, name: str, settings: Settings | None = None) -> Engagement:
        """Open an existing engagement.

        Raises:
            UnknownEngagement: There is none of that name; the message lists those that exist.
        """
        settings = settings or load_settings()
        check_name(name)
        if not (settings.home / name / "fieldwork.db").is_file():
            known = ", ".join(list_engagements(settings)) or "none yet"
            raise UnknownEngagement(
                f"{name}: no such engagement (there is: {known}). Start it with `fieldwork init {name}`."
            )
        engagement = cls(name, settings)
        engagement.store.bring_up_to_date()
        return engagement

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the writer lock: one process writes at a time.

        Raises:
            EngagementBusy: Another process holds it.
        """
        lock = FileLock(self.folder / "writer.lock")
        try:
            with lock.acquire(timeout=0):
                yield
        except Timeout as error:
            raise EngagementBusy(
                f"{self.name}: another process is writing to it. Wait for it to end, then try again."
            ) from error

    # Parts loaded when needed --------------------------------------------------------------------------------------

    @property
    def catalogue(self) -> Catalogue:
        """The criteria and objectives."""
        return load_catalogue()

    @property
    def profile(self) -> Profile:
        """Scope, conditions and window."""
        return self.store.profile()

    @property
    def encoder(self) -> Encoder:
        """The encoder of the settings, which must be the one that made the stored vectors.

        Raises:
            IndexMismatch: The vectors were made by another model.
        """
        encoder = load_encoder(self.settings.encoder)
        stored = self.store.get_meta("encoder")
        if stored and stored != encoder.name:
            raise IndexMismatch(
                f"{self.name}: its vectors were made by {stored}, not {encoder.name}. "
                "Run `fieldwork reindex` to embed them again, or set the encoder back."
            )
        return encoder

    @cached_property
    def vector_store(self) -> VectorStore:
        """The Chroma cache."""
        return VectorStore(self.folder / "index")

    def index(self) -> Index:
        """The index over the passages in force."""
        passages, vectors = self.store.active_passages()
        return Index(passages, vectors, self.encoder, self.vector_store)

    # Documents -----------------------------------------------------------------------------------------------------

    def ingest(self, paths: Sequence[Path], on_progress: Progress = no_progress) -> list[FileOutcome]:
        """Read files and folders (recursively); one outcome for each file, failures beside successes.

        The same content under the same name changes nothing; other content under a known name replaces it and the
        old version is kept.
        """
        with self.writing():
            files, outcomes = collect_files(paths)
            todo: list[tuple[Path, str, str]] = []
            held = self.store.active_hashes()
            for path, name in files:
                try:
                    sha256 = hash_file(path)
                except OSError as error:
                    outcomes.append(
                        failed_outcome(
                            name, "unreadable", f"cannot be opened ({error.strerror}). Check its permissions."
                        )
                    )
                    continue
                if held.get(name) == sha256:
                    outcomes.append(
                        FileOutcome(name=name, sha256=sha256, status="unchanged", message="already ingested")
                    )
                elif twin := twin_of(sha256, held, {other for _, other in files}):
                    message = f"same content as {twin}, which is kept"
                    outcomes.append(FileOutcome(name=name, sha256=sha256, status="unchanged", message=message))
                else:
                    todo.append((path, name, sha256))
            outcomes.extend(self._read_and_store(todo, on_progress))
        return outcomes

    def _read_and_store(self, todo: list[tuple[Path, str, str]], on_progress: Progress) -> Iterator[FileOutcome]:
        if not todo:
            return
        encoder = self.encoder
        before = self.store.active_hashes()
        done = 0

        def parsed() -> None:
            nonlocal done
            done += 1
            on_progress("Reading", done, len(todo))

        limits = ParseLimits(timeout_s=self.settings.parse_timeout_s)
        group: list[tuple[Document, list[Passage]]] = []
        read: dict[str, str] = {}
        results = parse_files([(path, name) for path, name, _ in todo], limits=limits, on_done=parsed)
        for (path, name, sha256), result in zip(todo, results, strict=True):
            if isinstance(result, UnreadableDocument):
                yield failed_outcome(name, result.reason, result.message, sha256)
                continue
            self._keep_original(path, result.sha256)
            if twin := read.get(result.sha256):
                yield FileOutcome(
                    name=name, sha256=sha256, status="unchanged", message=f"same content as {twin}, which is kept"
                )
                continue
            read[result.sha256] = name
            group.append((result, split_document(result)))
            if sum(len(parts) for _, parts in group) >= EMBED_GROUP:
                yield from self._embed_and_commit(group, encoder, before, on_progress)
                group = []
        yield from self._embed_and_commit(group, encoder, before, on_progress)

    def _embed_and_commit(
        self,
        group: list[tuple[Document, list[Passage]]],
        encoder: Encoder,
        before: dict[str, str],
        on_progress: Progress,
    ) -> Iterator[FileOutcome]:
        texts = [part.embed_text for _, parts in group for part in parts]
        done = 0

        def embedded(count: int) -> None:
            nonlocal done
            done += count
            on_progress("Embedding", done, len(texts))

        vectors = encoder.encode(texts, embedded)
        first = 0
        for document, parts in group:
            rows = vectors[first : first + len(parts)]
            first += len(parts)
            self.store.add_document(document, parts, rows)
            if self.store.get_meta("encoder") is None:
                with self.store.begin() as connection:
                    self.store.set_meta(connection, "encoder", encoder.name)
            yield FileOutcome(
                name=document.name,
                sha256=document.sha256,
                status="replaced" if document.name in before else "added",
                passages=len(parts),
                warnings=(*document.warnings, *_addressed_text(document)),
            )

    def _keep_original(self, path: Path, sha256: str) -> None:
        target = self.folder / "originals" / sha256
        if not target.exists():
            partial = target.with_suffix(".partial")
            shutil.copyfile(path, partial)
            partial.replace(target)

    def documents(self) -> list[Document]:
        """The documents in force, by name."""
        return self.store.active_documents()

    def retire(self, name: str) -> None:
        """Take a document out of force; its text and original are kept.

        Raises:
            UnknownItem: No document of that name is in force.
        """
        with self.writing():
            if not self.store.retire_document(name):
                known = ", ".join(self.store.active_hashes()) or "none"
                raise UnknownItem(f"{name}: no such document in force (there is: {known}).")

    def reindex(self, on_progress: Progress = no_progress) -> int:
        """Rebuild the vector cache from SQLite; embed again first if the encoder has changed.

        Returns:
            The number of passages indexed.
        """
        with self.writing():
            encoder = load_encoder(self.settings.encoder)
            if self.store.get_meta("encoder") not in (None, encoder.name):
                self._embed_again(encoder, on_progress)
            self.vector_store.clear()
            index = self.index()
            done = 0

            def added(count: int) -> None:
                nonlocal done
                done += count
                on_progress("Indexing", done, len(index.passages))

            index.sync_store(added)
            return len(index.passages)

    def _embed_again(self, encoder: Encoder, on_progress: Progress) -> None:
        with self.store.begin() as connection:
            self.store.set_meta(connection, "encoder", REINDEXING)
        for i, document in enumerate(self.documents(), start=1):
            parts = split_document(document)
            self.store.add_document(document, parts, encoder.encode([part.embed_text for part in parts]))
            on_progress("Embedding", i, len(self.store.active_hashes()))
        with self.store.begin() as connection:
            self.store.set_meta(connection, "encoder", encoder.name)

    # Asking --------------------------------------------------------------------------------------------------------

    def search(self, text: str, limit: int = 5) -> list[Hit]:
        """The passages nearest to a question, best first."""
        index = self.index()
        if not index.passages:
            return []
        return index.search([Query(text=text)], limit)[0]

    def assess(self, on_progress: Progress = no_progress, judge: Judge | None = None) -> Assessment:
        """Judge every requirement in scope; what rests on unchanged passages is taken from the last run."""
        with self.writing():
            index = self.index()
            indexed = 0

            def added(count: int) -> None:
                nonlocal indexed
                indexed += count
                on_progress("Indexing", indexed, len(index.passages))

            index.sync_store(added)
            result = assess(
                self.name,
                self.catalogue,
                self.profile,
                Corpus(tuple(self.documents()), index),
                judge or load_judge(self.settings.judge),
                known=self.store.known_findings(),
                on_progress=lambda done, total: on_progress("Judging", done, total),
            )
            self.store.save_assessment(result)
        return result

    def is_outdated(self) -> bool:
        """Whether documents have been added, replaced or retired since the last assessment."""
        judged = {item.name: item.sha256 for item in self.assessment().corpus.documents}
        return judged != self.store.active_hashes()

    def assessment(self) -> Assessment:
        """The last assessment.

        Raises:
            NotAssessed: There is none yet.
        """
        result = self.store.last_assessment()
        if result is None:
            raise NotAssessed(f"{self.name}: not assessed yet. Run `fieldwork assess {self.name}`.")
        return result

    def gaps(self, limit: int | None = None) -> tuple[Gap, ...]:
        """Gaps of the last assessment, most serious first."""
        return self.assessment().gaps[:limit]

    def findings_of(self, item: str) -> list[Finding]:
        """Findings of a requirement, an objective or a criterion by its id.

        Raises:
            UnknownItem: Nothing of that id was judged.
        """
        key = item.strip().upper()
        result = [
            finding
            for finding in self.assessment().findings
            if key in (finding.requirement.upper(), (finding.objective or "").upper())
            or (finding.objective is None and key in finding.criteria)
        ]
        if not result:
            known = {criterion.id for criterion in self.catalogue.criteria}
            hint = (
                "its category is not in scope" if key in known else "use an id such as AI-CHG-01, AI-CHG-01-R1 or CC8.1"
            )
            raise UnknownItem(f"{item}: nothing was judged under that id: {hint}.")
        return result

    # Exports and integrity -----------------------------------------------------------------------------------------

    def report(self, file_format: str, path: Path | None = None) -> Path:
        """Write the last assessment as a report.

        Args:
            file_format: A key of `exports.WRITERS`: docx, xlsx or json.
            path: Where to; `<engagement>/exports/<name>-gap-report.<format>` if not given.

        Raises:
            UnknownItem: No such format.
        """
        if file_format not in WRITERS:
            raise UnknownItem(f"{file_format}: no such report format. Use: {', '.join(WRITERS)}.")
        assessment = self.assessment()
        if path is not None and (path.is_dir() or path.suffix.lower() != f".{file_format}"):
            raise ExportRefused(
                f"{path}: a {file_format} report is a file that ends in .{file_format}. Give such a name."
            )
        target = path or self.folder / "exports" / f"{self.name}-gap-report.{file_format}"
        count, head = self.store.audit_head()
        context = ReportContext(catalogue=self.catalogue, audit_entries=count, audit_head=head)
        write_atomically(target, lambda temporary: WRITERS[file_format](assessment, context, temporary))
        return target

    def verify(self) -> list[str]:
        """What is wrong with database, audit chain, originals or offsets; empty when nothing is."""
        faults = self.store.check()
        documents = {document.name: document for document in self.documents()}
        for document in documents.values():
            original = self.folder / "originals" / document.sha256
            if not original.is_file():
                faults.append(f"{document.name}: its original is missing")
            elif hash_file(original) != document.sha256:
                faults.append(f"{document.name}: its original has changed")
        result = self.store.last_assessment()
        for finding in result.findings if result else ():
            for citation in finding.citations:
                cited = documents.get(citation.document)
                if (
                    cited
                    and cited.sha256 == citation.sha256
                    and cited.text[citation.start : citation.end] != citation.quote
                ):
                    faults.append(f"{finding.requirement}: a quote is not at its place in {citation.document}")
        return faults


def twin_of(sha256: str, held: dict[str, str], offered: set[str]) -> str | None:
    """A document in force with the same content, unless a file of its name is offered too and may replace it."""
    return next((name for name, digest in held.items() if digest == sha256 and name not in offered), None)


def check_name(name: str) -> None:
    """Engagement names are folder names: lower-case letters, digits, dot, hyphen, underscore.

    Raises:
        UnknownEngagement: With the rule.
    """
    if not _NAME.fullmatch(name):
        raise UnknownEngagement(
            f"{name!r}: not a possible name. Use lower-case letters, digits, '.', '-' and '_', at most 64."
        )


def list_engagements(settings: Settings) -> list[str]:
    """Names of the engagements under the home folder."""
    if not settings.home.is_dir():
        return []
    return sorted(path.parent.name for path in settings.home.glob("*/fieldwork.db"))


def _addressed_text(document: Document) -> list[str]:
    spans = sentence_spans(document.text)
    found = [document.text[start:end] for start, end in spans if addresses_machine(document.text[start:end])]
    return [f"text addressed to an automated reader: “{text[:100]}”" for text in found]
