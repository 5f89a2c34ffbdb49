"""A track's journey: found, read, captioned, embedded, heard, described anew.

Every stage asks the database what is left to do, does a batch, and writes it
before it takes the next. So a kill at any moment costs one batch, and a run
over an unchanged library finds nothing to do.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from contextlib import closing
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, TypeVar

from vibe_desktop.captions.describe import describe, genres_of, recipe
from vibe_desktop.captions.keywords import KeywordModel
from vibe_desktop.index.attempts import Attempts
from vibe_desktop.index.naming import Naming
from vibe_desktop.index.tasks import Listening, read_tags
from vibe_desktop.index.vector_index import UnreachableError
from vibe_desktop.index.vectors import digest
from vibe_desktop.index.workers import Workers, batched
from vibe_desktop.library.journal import READ
from vibe_desktop.library.scanner import Noticed, ScanReport, reconcile_moves, scan
from vibe_desktop.library.settling import has_changed
from vibe_desktop.models.catalog import title_of_model

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.domain import Ear, Encoder, Hearing, Tags, TrackId
    from vibe_desktop.index.elsewhere import Elsewhere
    from vibe_desktop.index.vector_index import VectorIndexes
    from vibe_desktop.index.vectors import VectorStore
    from vibe_desktop.index.workers import Outcome
    from vibe_desktop.library.database import Database
    from vibe_desktop.library.descriptions import CaptionJob, DescriptionStore
    from vibe_desktop.library.journal import Journal
    from vibe_desktop.library.tags import FileReading
    from vibe_desktop.library.tracks import TrackStore
    from vibe_desktop.progress import Progress

Item = TypeVar("Item")

_TAG_CHUNK = 32
_TAG_BATCH = 256
_TAG_SECONDS = 20.0
# Twice what the largest header that is read at all, one of Windows Media, can take.
_TAG_MEMORY = 1 << 30
_BATCH_SECONDS = 0.5
_EMBED_BATCH = 256
_DESCRIBED_BATCH = 4096
_HEARD_BATCH = 64
_HEAR_SECONDS = 120.0
_KEYWORD_BATCH = 2048


@dataclass(frozen=True, slots=True)
class Stores:
    """Everything the indexer reads and writes."""

    db: Database
    tracks: TrackStore
    descriptions: DescriptionStore
    journal: Journal
    vectors: VectorStore
    neighbours: VectorIndexes


@dataclass(slots=True)
class IndexReport:
    """What one run did."""

    scan: ScanReport = field(default_factory=ScanReport)
    moved: int = 0
    read: int = 0
    captioned: int = 0
    """tracks described anew, however often: before and after they were heard"""
    embedded: int = 0
    heard: int = 0
    taken_over: int = 0
    """tracks that the ear of another library had heard"""
    failed: int = 0
    deaf: str = ""
    """why nothing was listened to although it was asked for, in one sentence"""
    unsearchable: str = ""
    """why moods are not answered with what is new here, in one sentence"""


class Indexer:
    """Drives the stages over a library; built for one run."""

    def __init__(
        self,
        stores: Stores,
        vocabulary: Vocabulary,
        encoder: Encoder,
        *,
        ear: Ear | None,
        models_folder: Path,
        workers: int,
        elsewhere: Sequence[Elsewhere] = (),
    ) -> None:
        """Take the parts; `ear` None leaves out the listening, and what was heard `elsewhere`."""
        self._stores = stores
        self._vocabulary = vocabulary
        self._recipe = recipe(vocabulary)
        self._encoder = encoder
        self._ear = ear
        self._models_folder = models_folder
        self._workers = workers
        self._elsewhere = elsewhere
        self._report = IndexReport()
        self._captioned: set[TrackId] = set()

    def run(
        self,
        folders: Sequence[Path] | Noticed,
        progress: Progress,
        *,
        gone: bool | Sequence[Path] = False,
    ) -> IndexReport:
        """Bring the library up to date with `folders`. Raises `Cancelled` after the batch under way.

        Files that were changing when they were seen are looked at again at the end.
        """
        self._stores.db.expect_much()
        seen = self._report.scan = scan(self._stores.tracks, folders, progress, confirmed=gone)
        self._go_on(progress, settle=not seen.partial and not seen.unsettled)
        if seen.unsettled:
            self._look_again(seen, progress)
        return self._report

    def _look_again(self, seen: ScanReport, progress: Progress) -> None:
        """Take in what was left for later, or changed after it was taken in; what still changes is told."""
        due = [each.path for each in seen.unsettled if seen.partial or has_changed(each)]
        if due:
            folders = tuple({os.path.dirname(path) for path in due})  # noqa: PTH120 - paths are bytes
            again = scan(self._stores.tracks, Noticed(folders, patient=seen.partial), progress)
            self._go_on(progress, settle=False)
            # A patient scan has not taken in any of them, however long they are at rest by now.
            seen.unsettled = [each for each in again.unsettled if seen.partial or has_changed(each)]
        else:
            seen.unsettled = []
        if not seen.unsettled and not seen.partial:
            reconcile_moves(self._stores.tracks)

    def _go_on(self, progress: Progress, *, settle: bool) -> None:
        """Take what a scan found through all further stages."""
        self._read_tags(progress)
        self._report.moved += reconcile_moves(self._stores.tracks, settle=settle)
        self._describe(progress)
        if self._ear is not None:
            self._listen(self._ear, progress)
        self._prepare_search(progress)

    def _prepare_search(self, progress: Progress) -> None:
        """Let the search know what is new; a server that is away learns it from a later run."""
        try:
            self._stores.neighbours.refresh(self._encoder.space, progress)
        except UnreachableError as error:
            self._report.unsearchable = error.message
            progress.notice(error.told)
        else:
            self._report.unsearchable = ""

    def _read_tags(self, progress: Progress) -> None:
        tracks = {path: track_id for track_id, path in self._stores.tracks.pending_tags()}
        if not tracks:
            return
        progress.begin("Reading tags", len(tracks))
        workers = Workers(
            read_tags, self._workers, seconds_each=_TAG_SECONDS, chunk=_TAG_CHUNK, memory=_TAG_MEMORY
        )
        attempts = Attempts(self._stores.journal, workers, READ, tracks)
        with closing(attempts.run(progress, _TAG_CHUNK)) as outcomes:
            for batch in _by_size_or_time(outcomes, _TAG_BATCH, _BATCH_SECONDS, attempts.is_suspect):
                with self._stores.db.transaction():
                    self._store_readings(batch, tracks)
                    self._report.failed += attempts.settle(batch)
                progress.advance(len(batch))

    def _store_readings(
        self, outcomes: Sequence[Outcome[bytes, FileReading]], tracks: Mapping[bytes, TrackId]
    ) -> None:
        rows = [
            (tracks[outcome.item], outcome.result.tags, outcome.result.content_key)
            for outcome in outcomes
            if outcome.result is not None
        ]
        self._stores.tracks.store_tags(rows, self._genres)
        self._report.read += len(rows)

    def _genres(self, tags: Tags) -> Sequence[str]:
        return genres_of(tags, self._vocabulary)

    def _describe(self, progress: Progress) -> None:
        """Caption every track whose caption is missing or out of date, then embed what changed."""
        changed = self._stores.descriptions.undescribed(f"{self._recipe} {self._encoder.space.fingerprint}")
        # Where there are many, equal captions stand together only if all are looked through.
        some = changed if len(changed) <= _DESCRIBED_BATCH else None
        if changed:
            self._caption_all(some, progress)
        self._choose_keywords(progress)
        if changed:
            self._embed_all(some, progress)
        for batch in batched(changed, _DESCRIBED_BATCH):
            self._settle(batch)
            progress.check()
        if changed and some is None:
            self._stores.descriptions.join_words(progress.check)

    def _caption_all(self, among: Sequence[TrackId] | None, progress: Progress) -> None:
        began = False
        for jobs in self._stores.descriptions.uncaptioned(self._recipe, among):
            if not began:
                progress.begin("Writing captions")
                began = True
            self._write_captions(jobs, keywords_follow=True)
            progress.advance(len(jobs))

    def _embed_all(self, among: Sequence[TrackId] | None, progress: Progress) -> None:
        outdated = self._stores.vectors.outdated_texts(self._encoder.space, among)
        if outdated:
            progress.begin("Understanding captions", len(outdated))
            for batch in batched(outdated, _EMBED_BATCH):
                self._embed(batch)
                progress.advance(len(batch))

    def _settle(self, ids: Sequence[TrackId]) -> None:
        """Note of which of these tracks nothing is left to be described."""
        with self._stores.db.transaction():
            left = {track_id for track_id, _ in self._stores.vectors.outdated_texts(self._encoder.space, ids)}
            for jobs in self._stores.descriptions.uncaptioned(self._recipe, ids):
                left.update(job.track_id for job in jobs)
            self._stores.descriptions.described(track_id for track_id in ids if track_id not in left)

    def _describe_heard(self, ids: Sequence[TrackId], progress: Progress) -> None:
        """Write and embed anew the captions of tracks that were just heard or named otherwise."""
        for some in batched(ids, _DESCRIBED_BATCH):
            for jobs in self._stores.descriptions.uncaptioned(self._recipe, some):
                self._write_captions(jobs)
            outdated = self._stores.vectors.outdated_texts(self._encoder.space, some)
            for batch in batched(outdated, _EMBED_BATCH):
                self._embed(batch)
                progress.check()
            self._settle(some)

    def _write_captions(self, jobs: Sequence[CaptionJob], *, keywords_follow: bool = False) -> None:
        rows = [self._caption(job) for job in jobs]
        self._stores.descriptions.store_captions(rows, keywords_follow=keywords_follow)
        self._captioned.update(job.track_id for job in jobs)
        self._report.captioned = len(self._captioned)

    def _caption(self, job: CaptionJob) -> tuple[TrackId, str, tuple[str, ...], bytes]:
        description = describe(job.tags, job.labels, job.path, self._vocabulary)
        return job.track_id, description.sentence, description.terms, job.source

    def _embed(self, batch: Sequence[tuple[TrackId, str]]) -> None:
        vectors = self._encoder.encode([text for _, text in batch])
        rows = [(track, vector, digest(text)) for (track, text), vector in zip(batch, vectors, strict=True)]
        with self._stores.db.transaction():
            # A person may have described one of them in their own words meanwhile.
            waiting = set(self._stores.vectors.outdated_texts(self._encoder.space, [row[0] for row in rows]))
            still = [row for row, each in zip(rows, batch, strict=True) if each in waiting]
            self._stores.vectors.put(self._encoder.space, still)
        self._report.embedded += len(still)

    def _choose_keywords(self, progress: Progress) -> None:
        """Choose each track's most telling words anew: which they are depends on the whole library."""
        if not self._stores.descriptions.keywords_due():
            return
        model = KeywordModel.fit(terms for _, terms in self._stores.descriptions.terms())
        for batch in batched(self._stores.descriptions.terms(), _KEYWORD_BATCH):
            self._stores.descriptions.store_keywords(
                [(track_id, model.keywords(terms)) for track_id, terms in batch]
            )
            progress.check()
        self._stores.descriptions.keywords_done()

    def _listen(self, ear: Ear, progress: Progress) -> None:
        """Hear what this ear has yet to hear, then name all of it if the ear does so by comparing."""
        task = f"hear:{ear.space.name}"
        naming = Naming(self._stores.vectors, self._stores.descriptions, ear, self._recipe)
        left: list[TrackId] = []
        for library in self._elsewhere:
            self._take_over(library, ear, task, naming, progress)
        if unheard := self._stores.vectors.unheard(ear.space, task):
            title = title_of_model(ear.space.name)
            progress.begin(f"Listening with {title}", len(unheard), can_wait=True)
            left = self._hear(ear, task, unheard, naming, progress)
        if naming.due:
            progress.begin("Naming what was heard")
            left += naming.all()
        self._describe_heard(left, progress)
        self._choose_keywords(progress)

    def _take_over(self, library: Elsewhere, ear: Ear, task: str, naming: Naming, progress: Progress) -> None:
        """Take over what was heard of the same music in another library."""
        tracks: defaultdict[bytes, list[TrackId]] = defaultdict(list)
        for track_id, _, content_key in self._stores.vectors.unheard(ear.space, task):
            tracks[content_key].append(track_id)
        progress.begin("Taking over what was heard elsewhere")
        for batch in library.heard(ear.space, tracks):
            rows = [(track_id, heard, key) for key, heard in batch for track_id in tracks[key]]
            with self._stores.db.transaction():
                for row in rows:
                    self._store_hearing(ear, *row)
            ids = [track_id for track_id, *_ in rows]
            self._describe_heard([*ids, *naming.some(ids)], progress)
            self._report.taken_over += len(ids)
            progress.advance(len(ids))

    def _hear(
        self,
        ear: Ear,
        task: str,
        unheard: Sequence[tuple[TrackId, bytes, bytes]],
        naming: Naming,
        progress: Progress,
    ) -> list[TrackId]:
        """Hear these tracks, naming and describing them on the way; return the last few, which are left."""
        tracks = {path: track_id for track_id, path, _ in unheard}
        sources = {path: content_key for _, path, content_key in unheard}
        listening = Listening(str(self._models_folder), ear.space.name)
        workers = Workers(listening, self._workers, seconds_each=_HEAR_SECONDS)
        attempts = Attempts(self._stores.journal, workers, task, tracks)
        heard: list[TrackId] = []
        with closing(attempts.run(progress)) as outcomes:
            for outcome in outcomes:
                with self._stores.db.transaction():
                    if outcome.result is not None:
                        self._store_hearing(ear, tracks[outcome.item], outcome.result, sources[outcome.item])
                        heard.append(tracks[outcome.item])
                        self._report.heard += 1
                    self._report.failed += attempts.settle([outcome])
                if len(heard) >= _HEARD_BATCH:
                    self._describe_heard([*heard, *naming.some(heard)], progress)
                    heard.clear()
                progress.advance()
        return heard

    def _store_hearing(self, ear: Ear, track_id: TrackId, hearing: Hearing, source: bytes) -> None:
        self._stores.vectors.put(ear.space, [(track_id, hearing.vector, source)])
        self._stores.descriptions.store_hearings(
            self._stores.vectors.space_id(ear.space), [(track_id, hearing)]
        )
        if hearing.windows is not None:
            self._stores.vectors.put_windows(ear.space, [(track_id, hearing.windows)])


def _by_size_or_time(
    items: Iterable[Item], size: int, seconds: float, at_once: Callable[[Item], bool]
) -> Iterator[list[Item]]:
    """Group items as they come: a batch closes when it is full, open for `seconds`, or an item wants it."""
    batch: list[Item] = []
    opened = time.monotonic()
    for item in items:
        batch.append(item)
        if len(batch) >= size or time.monotonic() - opened > seconds or at_once(item):
            yield batch
            batch, opened = [], time.monotonic()
    if batch:
        yield batch
