"""The composition root: builds each part once, when it is first needed, and hands it to whoever asks."""

from __future__ import annotations

from contextlib import contextmanager
from functools import cached_property
from typing import TYPE_CHECKING

from vibe_desktop.domain import VibeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.domain import Queue
    from vibe_desktop.index.indexer import Indexer, IndexReport, Stores
    from vibe_desktop.models.ears import EarChoice
    from vibe_desktop.models.sbert import SentenceEncoder
    from vibe_desktop.moods.engine import MoodEngine
    from vibe_desktop.paths import Profile
    from vibe_desktop.progress import Progress


class App:
    """One profile, opened. Use it as a context manager, so that the database is closed."""

    def __init__(self, profile: Profile) -> None:
        self.profile = profile

    def __enter__(self) -> App:
        return self

    def __exit__(self, *_: object) -> None:
        if "stores" in self.__dict__:
            self.stores.db.close()

    @cached_property
    def stores(self) -> Stores:
        """The library: the database and everything that reads and writes it."""
        from vibe_desktop.index.indexer import Stores
        from vibe_desktop.index.neighbours import NeighbourCache
        from vibe_desktop.index.vectors import VectorStore
        from vibe_desktop.library.database import Database
        from vibe_desktop.library.descriptions import DescriptionStore
        from vibe_desktop.library.journal import Journal
        from vibe_desktop.library.tracks import TrackStore

        self._make_profile()
        db = Database.open(self.profile.database)
        vectors = VectorStore(db)
        return Stores(
            db=db,
            tracks=TrackStore(db),
            descriptions=DescriptionStore(db),
            journal=Journal(db),
            vectors=vectors,
            neighbours=NeighbourCache(db, vectors, self.profile.index),
        )

    @cached_property
    def vocabulary(self) -> Vocabulary:
        """The words the program knows for moods, genres, instruments and voices."""
        from vibe_desktop.captions.vocabulary import load_vocabulary

        return load_vocabulary()

    @cached_property
    def encoder(self) -> SentenceEncoder:
        """The sentence encoder; raises where its weights are not installed."""
        from vibe_desktop.models.sbert import SentenceEncoder

        return SentenceEncoder(self.profile.models)

    def ear(self, wanted: str = "auto") -> EarChoice:
        """Choose the ear: the best installed one, a named one, or none."""
        from vibe_desktop.models.ears import choose_ear

        return choose_ear(self.profile.models, self.encoder, wanted)

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Hold the profile for a job that writes; raises `VibeError` while another process does."""
        from filelock import FileLock, Timeout

        self._make_profile()
        lock = FileLock(self.profile.lock, timeout=0)
        try:
            lock.acquire()
        except Timeout:
            raise VibeError(
                "Another Vibe Desktop is already working in this profile.",
                "Let it finish, or choose another folder with --profile.",
            ) from None
        with lock:
            yield

    def indexer(self, *, listen: bool, workers: int) -> Indexer:
        """Return an indexer over this profile's library."""
        from vibe_desktop.index.indexer import Indexer

        return Indexer(
            self.stores,
            self.vocabulary,
            self.encoder,
            ear=self.ear().ear if listen else None,
            models_folder=self.profile.models,
            workers=workers,
        )

    def index(
        self, folders: Sequence[Path], progress: Progress, *, listen: bool = True, workers: int = 2
    ) -> IndexReport:
        """Bring the library up to date with `folders`, or with every known folder when none is given."""
        with self.writing():
            indexer = self.indexer(listen=listen, workers=workers)
            for folder in folders:
                self.stores.tracks.add_root(folder)
            ...

    def engine(self, ear: str = "auto") -> MoodEngine:
        """Return the engine that answers moods with this profile's library."""
        ...

    def answer(self) -> Queue: ...

    def _make_profile(self) -> None:
        try:
            self.profile.folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise VibeError(
                f"The folder for the program's own files, {self.profile.folder}, cannot be made: {error.strerror}.",
                "Choose another one with --profile.",
            ) from error
