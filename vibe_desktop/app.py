"""The composition root: builds each part once, when it is first needed, and hands it to whoever asks."""

from __future__ import annotations

import logging
import os
from dataclasses import replace
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING

from vibe_desktop.domain import VibeError

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from contextlib import AbstractContextManager

    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.domain import MoodRequest, PlaylistLine, Queue, QueueEntry, Track
    from vibe_desktop.index.indexer import IndexReport, Stores
    from vibe_desktop.library.database import Database
    from vibe_desktop.library.phrases import PhraseTable
    from vibe_desktop.library.restoring import Restored
    from vibe_desktop.library.saved import PlaylistStore
    from vibe_desktop.library.scanner import Noticed
    from vibe_desktop.library.table import TrackTable
    from vibe_desktop.library.tastes import TasteStore
    from vibe_desktop.library.tracks import TrackStore
    from vibe_desktop.models.catalog import ModelEntry
    from vibe_desktop.models.ears import EarChoice
    from vibe_desktop.models.sbert import SentenceEncoder
    from vibe_desktop.moods.coverage import Coverage
    from vibe_desktop.moods.engine import MoodEngine
    from vibe_desktop.moods.meaning import Meanings
    from vibe_desktop.moods.senses import Senses
    from vibe_desktop.paths import Profile
    from vibe_desktop.progress import Progress
    from vibe_desktop.summary import Summary

log = logging.getLogger(__name__)


class App:
    """One profile, opened. Use it as a context manager, so that the database is closed."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile
        self.restoring: Callable[[float | None], AbstractContextManager[Progress]] | None = None
        """shows a person that a damaged library is being restored; see `open_library`"""
        self.tell: Callable[[Restored], object] = partial(log.warning, "The library has been restored: %s")
        """takes what a person has to know of what befell the library"""

    def __enter__(self) -> App:
        """Raise `VibeError` where the profile cannot be a folder of this person's."""
        folder = self.profile.folder
        if os.path.lexists(folder) and not os.path.isdir(folder):  # noqa: PTH112 - Path.is_dir may raise
            raise VibeError(f"The profile {folder} is not a folder.", "Choose a folder with --profile.")
        if os.path.isdir(folder) and not os.access(folder, os.R_OK | os.X_OK):  # noqa: PTH112
            raise VibeError(
                f"The profile {folder} cannot be read.",
                "Check its permissions, or choose another with --profile.",
            )
        return self

    def __exit__(self, *_: object) -> None:
        for name in ("reading", "sorting"):
            if name in self.__dict__:
                self.__dict__[name].close()
        if self.has_opened:
            self.stores.db.close()

    @property
    def has_opened(self) -> bool:
        """Whether the library was opened: one that was refused is not to be touched."""
        return "stores" in self.__dict__

    @cached_property
    def stores(self) -> Stores:
        """The library: the database and everything that reads and writes it."""
        from vibe_desktop import holding
        from vibe_desktop.index.choosing import choose_indexes
        from vibe_desktop.index.indexer import Stores
        from vibe_desktop.index.vectors import VectorStore
        from vibe_desktop.library.database import Database, NotWritableError
        from vibe_desktop.library.descriptions import DescriptionStore
        from vibe_desktop.library.journal import Journal
        from vibe_desktop.library.restoring import open_library, unwatched
        from vibe_desktop.library.tracks import TrackStore
        from vibe_desktop.settings import SettingsFile

        holding.make(self.profile)
        try:
            db, restored = open_library(self.profile.database, self.restoring or unwatched)
            if restored:
                self.tell(restored)
        except NotWritableError:
            db = Database.open_for_reading(self.profile.database)
        vectors = VectorStore(db)
        chosen = SettingsFile(self.profile.settings).load(aside=False)
        return Stores(
            db=db,
            tracks=TrackStore(db),
            descriptions=DescriptionStore(db),
            journal=Journal(db),
            vectors=vectors,
            neighbours=choose_indexes(chosen.vector_index, db, vectors, self.profile.index),
        )

    @property
    def read_only(self) -> bool:
        """Whether nothing can be kept here: the profile may only be read."""
        return self.stores.db.read_only

    @cached_property
    def reading(self) -> Database:
        """A connection for short questions, which waits neither for who writes nor for who sorts."""
        return self.stores.db.reader()

    @cached_property
    def sorting(self) -> Database:
        """A connection for questions about the whole library."""
        return self.stores.db.reader()

    @cached_property
    def reading_tracks(self) -> TrackStore:
        """The tracks, for looking only."""
        from vibe_desktop.library.tracks import TrackStore

        return TrackStore(self.reading)

    @cached_property
    def table(self) -> TrackTable:
        """The library as a table."""
        from vibe_desktop.library.table import TrackTable

        return TrackTable(self.reading, self.sorting)

    @cached_property
    def tastes(self) -> TasteStore:
        """What the person likes, plays and skips."""
        from vibe_desktop.library.tastes import TasteStore

        return TasteStore(self.stores.db, self.reading)

    @cached_property
    def playlists(self) -> PlaylistStore:
        """The saved playlists."""
        from vibe_desktop.library.saved import PlaylistStore

        return PlaylistStore(self.stores.db, self.reading)

    @cached_property
    def phrases(self) -> PhraseTable:
        """The vectors of phrases an ear was asked for."""
        from vibe_desktop.library.phrases import PhraseTable

        return PhraseTable(self.stores.db)

    @cached_property
    def meanings(self) -> Meanings:
        """What moods mean in the vocabulary's words."""
        from vibe_desktop.models.phrase_file import PhraseFile
        from vibe_desktop.moods.knowledge import Knowledge
        from vibe_desktop.moods.meaning import Meanings

        # In the model's own folder, and gone with it.
        kept = PhraseFile(self.profile.models / self.encoder.space.name / "phrases.npz")
        return Meanings(Knowledge(self.vocabulary), self.encoder, kept)

    def hints(self, request: MoodRequest) -> tuple[str, ...]:
        """Return what a mood suggests beside what it says, the strongest first.

        Nothing where there is no model, nor before all is ready for them: nobody waits for these.
        """
        from vibe_desktop.moods.hints import hints

        try:
            meanings = self.meanings
        except VibeError:  # what is the matter with the model, the answer tells
            return ()
        return hints(request, meanings)

    @property
    def vocabulary(self) -> Vocabulary:
        """The words the program knows for moods, genres, instruments and voices, with the person's own."""
        return self._words[0]

    @property
    def words_trouble(self) -> str:
        """What keeps the person's own words from being read, and the line; "" where nothing does."""
        return self._words[1]

    def told(self, answer: Queue) -> Queue:
        """Return a queue whose notes begin with the trouble with the person's own words, if there is any."""
        return replace(answer, notes=(self.words_trouble, *answer.notes)) if self.words_trouble else answer

    @cached_property
    def _words(self) -> tuple[Vocabulary, str]:
        from vibe_desktop.captions.own_words import with_own

        return with_own(self.profile.vocabulary)

    @cached_property
    def encoder(self) -> SentenceEncoder:
        """The sentence encoder; raises where its weights are not installed."""
        from vibe_desktop.models.sbert import SentenceEncoder

        return SentenceEncoder(self.profile.models)

    def ear(self, wanted: str = "auto", *, try_out: bool = False) -> EarChoice:
        """Choose the ear: the best installed one, a named one, or none.

        Who is about to use it lets it be tried out if it never was, which takes seconds and much memory.
        """
        from vibe_desktop.library.phrases import LazyPhrases
        from vibe_desktop.models.ears import choose_ear

        phrases = LazyPhrases(lambda: self.phrases)
        return choose_ear(self.profile.models, self.encoder, wanted, phrases, try_out=try_out)

    def coverage(self, choice: EarChoice) -> Coverage:
        """Count how much of the library each ear has heard, and so which serve."""
        from vibe_desktop.moods.coverage import Coverage

        return Coverage.of(choice, self.stores.tracks.counts())

    def writing(self) -> AbstractContextManager[None]:
        """Hold the profile for a job that writes; raises `VibeError` while another process does."""
        from vibe_desktop import holding

        return holding.writing(self.profile)

    def index(  # noqa: PLR0913 - all that can be asked of one run
        self,
        folders: Sequence[Path] | Noticed,
        progress: Progress,
        *,
        listen: bool = True,
        workers: int = 2,
        gone: bool | Sequence[Path] = False,
        retry: bool = False,
        ear: str = "auto",
        elsewhere: Sequence[Profile] = (),
    ) -> IndexReport:
        """Bring the library up to date with `folders`, or with every known folder when none is given.

        Or only with what was `Noticed`. `ear` is the one to listen with. `gone` is the person's word that
        files which are not there are gone for good, of all that is looked at or of some folders; `retry`
        tries files again that could not be used before. What was heard of the same music in profiles
        `elsewhere` is taken over.

        Raises `VibeError` when a folder cannot be used, a model is missing, or
        another process is at work, and `Cancelled` after the batch under way.
        """
        from vibe_desktop.index.elsewhere import opened
        from vibe_desktop.index.indexer import Indexer
        from vibe_desktop.library.forgetting import delete_due

        with self.writing(), opened([profile.database for profile in elsewhere]) as others:
            self.stores.db.check()
            delete_due(self.stores.db)
            if not folders and not self.stores.tracks.roots():
                raise VibeError("No music folder is known yet.", "Name one: vibe-desktop index FOLDER")
            if retry:
                self.stores.journal.retry()
            choice = self.ear(ear, try_out=listen)
            indexer = Indexer(
                self.stores,
                self.vocabulary,
                self.encoder,
                ear=choice.ear if listen else None,
                models_folder=self.profile.models,
                workers=workers,
                elsewhere=others,
            )
            if self.words_trouble:
                progress.notice(self.words_trouble)
            report = indexer.run(folders, progress, gone=gone)
            self.resolve_playlists()
            self.stores.db.check()  # it may just have become large: then the next start need not
        if listen and not choice.ear:
            report.deaf = choice.reason
        if report.scan.nothing:
            raise VibeError(
                "No music was found there.",
                "Choose a folder that holds mp3, flac, ogg, m4a or other music files.",
            )
        self.meanings.prepare(progress)
        return report

    def install(
        self, names: Sequence[str], progress: Progress, source: Path | None = None
    ) -> list[ModelEntry]:
        """Make models ready, those named or the default ones, and return what they are.

        `source` is a folder or wheel to take them from instead of the network. An ear of no use
        is told as a notice. Raises `VibeError` with what to do, or `Cancelled`.
        """
        from vibe_desktop.installing import install_models

        with self.writing():
            return install_models(names, self.profile.models, progress, source)

    def remove(self, name: str, progress: Progress) -> int:
        """Remove a model with all it made of the library; return about how many bytes that frees.

        Raises `VibeError` where there is nothing to remove or another process is at work.
        """
        from vibe_desktop.installing import remove_model

        with self.writing():
            return remove_model(name, self.profile.models, self._library, progress)

    def room_taken(self, name: str) -> int:
        """Return about how many bytes a model takes, with all it made of the library."""
        from vibe_desktop.installing import room_taken

        return room_taken(name, self.profile.models, self._library)

    @property
    def _library(self) -> Database | None:
        """The database, unless there is none yet: not everything is worth making one."""
        return self.stores.db if self.profile.database.exists() else None

    def engine(self, choice: EarChoice | None = None, senses: Senses | None = None) -> MoodEngine:
        """Return the engine that answers moods with this library, by the best ear if none is chosen."""
        from vibe_desktop.moods.engine import MoodEngine

        asked = senses or self.senses(choice)
        return MoodEngine(self.stores.tracks, self.stores.descriptions, asked, self.vocabulary)

    def senses(self, choice: EarChoice | None = None) -> Senses:
        """Return what the library can be asked with, as it is now."""
        from vibe_desktop.moods.opening import open_senses

        chosen = choice or self.ear(try_out=True)
        serving = self.coverage(chosen).serving
        ears = [ear for ear in chosen.ears if ear.space.name in serving]
        return open_senses(self.stores, self.encoder, ears, self.meanings)

    def describe(self, track: Track, sentence: str) -> Track:
        """Set a person's own caption of a track, or take it back when blank, and embed it at once.

        Raises `VibeError` where the track is gone.
        """
        from vibe_desktop.index.own_caption import describe

        return describe(self.stores, self.encoder, track, sentence)

    def save_playlist(
        self, name: str, entries: Sequence[QueueEntry], request: MoodRequest | None = None
    ) -> int:
        """Keep a queue as a playlist with the request it answers, and return the playlist's id."""
        from vibe_desktop.domain import PlaylistEntry
        from vibe_desktop.library.codec import dump_request

        return self.playlists.create(
            name,
            [PlaylistEntry(entry.track.id, entry.reason) for entry in entries],
            mood=request.text if request else "",
            request_json=dump_request(request) if request else "",
        )

    def playlist_contents(self, playlist_id: int) -> list[Track | PlaylistLine]:
        """Return what is in a playlist, in its order: tracks, and lines that lead to none."""
        entries = self.playlists.entries(playlist_id)
        ids = {entry.track_id for entry in entries if entry.track_id is not None}
        tracks = {track.id: track for track in self.reading_tracks.tracks(ids)}
        contents = (entry.line or tracks.get(entry.track_id or 0) for entry in entries)
        return [each for each in contents if each]

    def import_playlist(self, file: Path) -> int:
        """Keep a playlist of another program and return its id; `VibeError` where it cannot be read."""
        from vibe_desktop.importing import import_playlist

        return import_playlist(self.stores.tracks, self.playlists, file)

    def resolve_playlists(self) -> int:
        """Look again for the tracks of imported lines; return how many became known."""
        from vibe_desktop.importing import resolve

        return resolve(self.stores.tracks, self.playlists)

    def forget(self, folder: Path, *, for_good: bool = False) -> float | None:
        """Take a folder out of the library: see `remove_folder`, also for what is returned and raised."""
        from vibe_desktop.library.forgetting import remove_folder

        return remove_folder(self.stores.tracks, folder, for_good=for_good)

    def summary(self) -> Summary:
        """Count what is in the library and gather what failed."""
        from vibe_desktop.summary import summarise

        return summarise(self.stores, self.ear())

    def genres(self, wanted: Sequence[str]) -> tuple[str, ...]:
        """Return genres as a person writes them by the names the library keeps them under."""
        from vibe_desktop.captions.normalise import normalise

        return tuple(term.name for term in normalise(wanted, self.vocabulary)) or tuple(wanted)
