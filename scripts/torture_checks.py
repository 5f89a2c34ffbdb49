"""What must hold after whatever happened: a whole database, every track kept, usable vectors, no litter."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

import numpy as np

from torture_runs import Violation
from vibe_desktop.index.neighbours import NeighbourCache
from vibe_desktop.index.vectors import VectorStore, digest
from vibe_desktop.library.database import Database

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from torture_music import Music, Song
    from torture_person import Person
    from vibe_desktop.domain import Space, TrackId
    from vibe_desktop.paths import Profile

_LEFT_OVER = (".part", ".tmp", "-journal")
_COMPARED = 12


class Ledger:
    """Every track there ever was, and what the person has of each."""

    def __init__(self, profile: Profile, music: Music, person: Person, spaces: Sequence[Space]) -> None:
        self._profile = profile
        self._music = music
        self._person = person
        self._spaces = {space.fingerprint: space for space in spaces}
        self._tracks: dict[TrackId, bytes] = {}
        self._newest = 0
        self._places: dict[bytes, Song] = {}
        """every place there ever was, and the song that lay there"""

    def check(self, *, through: bool = False, listened: bool = False) -> None:
        """Raise `Violation` where anything is amiss.

        `through` tells that a run just came to its end, `listened` that it was to listen as well.
        """
        db = Database.open(self._profile.database)
        try:
            found = [*self._consistent(db), *self._kept(db), *self._person.missed(db), *self._vectors(db)]
            if through:
                found += [*self._known_again(db), *self._finished(db, listened=listened)]
        finally:
            db.close()
        if through:
            found += self._left_over()
        if found:
            raise Violation("; ".join(found))

    def _consistent(self, db: Database) -> Iterator[str]:
        for (said,) in db.run("PRAGMA integrity_check"):
            if said != "ok":
                yield f"the database: {said}"
        for row in db.run("PRAGMA foreign_key_check"):
            yield f"a row points nowhere: {row}"

    def _kept(self, db: Database) -> Iterator[str]:
        """Find tracks that went, unless into the one whose file it turned out to be."""
        tracks: dict[TrackId, bytes] = dict(db.run("SELECT id, path FROM track"))
        ids = {path: track_id for track_id, path in tracks.items()}
        self._places.update((os.fsencode(song.path), song) for song in self._music.songs)
        for gone in self._tracks.keys() - tracks.keys():
            before = self._tracks[gone]
            song = self._places.get(before)
            kept = ids.get(os.fsencode(song.path) if song else before)
            if kept is None or kept not in self._tracks:
                yield f"track {gone} ({before!r}) is lost"
                continue
            self._person.follow(gone, kept)
        for new in tracks.keys() - self._tracks.keys():
            if new <= self._newest:
                yield f"the id {new} was given twice"
        self._tracks = tracks
        self._newest = max([self._newest, *tracks])

    def _known_again(self, db: Database) -> Iterator[str]:
        """Find songs that lost their id: after a whole run each that can be reached must have it."""
        rows = {
            path: (i, missing) for i, path, missing in db.run("SELECT id, path, missing_since FROM track")
        }
        for song in self._music.songs:
            if any(song.path.is_relative_to(folder) for folder in self._music.gone):
                continue
            track_id, missing = rows.get(os.fsencode(song.path), (None, None))
            if song.binned:
                if track_id is not None and missing is None:
                    yield f"song {song.number} was deleted and is not missing"
                continue
            if track_id is None or missing is not None:
                yield f"song {song.number} at {song.path} is {'unknown' if track_id is None else 'missing'}"
            elif song.track not in (None, track_id) and self._music.gone:
                continue  # whether it went from there cannot be told before that is back
            elif song.track not in (None, track_id) and song.certain:
                yield f"song {song.number} was track {song.track} and is {track_id} after {song.happened}"
            song.track = track_id
            song.happened.clear()

    def _vectors(self, db: Database) -> Iterator[str]:
        for fingerprint, track_id, value in db.run(
            "SELECT s.fingerprint, v.track_id, v.value FROM vector v LEFT JOIN space s ON s.id = v.space_id"
        ):
            space = self._spaces.get(fingerprint)
            vector = np.frombuffer(value, "<f2")
            if space is None or len(vector) != space.dimensions or not np.isfinite(vector).all():
                yield f"the vector of track {track_id} is none of {fingerprint}"
        for track_id, space_id in db.run(
            "SELECT track_id, space_id FROM hearing WHERE NOT EXISTS (SELECT 1 FROM vector v"
            " WHERE v.track_id = hearing.track_id AND v.space_id = hearing.space_id)"
        ):
            yield f"track {track_id} was heard in space {space_id} and has no vector there"

    def _finished(self, db: Database, *, listened: bool) -> Iterator[str]:
        """Find what a run left undone: nothing may be open or due, and every caption must be understood."""
        tasks = "%" if listened else "read"
        for task, path in db.run(
            "SELECT task, t.path FROM attempt JOIN track t ON t.id = track_id JOIN root r ON r.id = root_id"
            " WHERE missing_since IS NULL AND r.online AND task LIKE ?",
            (tasks,),
        ):
            yield f"to {task} {path!r} is still begun after a whole run"
        for (task,) in db.run("SELECT task FROM due"):
            yield f"{task} are still due after a whole run"
        for track_id, text, source in db.run(
            "SELECT c.track_id, coalesce(own_sentence, sentence), (SELECT source FROM vector v JOIN space s"
            " ON s.id = v.space_id WHERE v.track_id = c.track_id AND s.kind = 'text') FROM caption c"
        ):
            if source != digest(text):
                yield f"the vector of track {track_id} is not that of its caption"

    def _left_over(self) -> Iterator[str]:
        for folder, folders, files in os.walk(self._profile.folder, followlinks=False):
            for name in (*folders, *files):
                if name.endswith(_LEFT_OVER):
                    yield f"{name} was left in {folder}"


def search_agrees(profile: Profile, spaces: Sequence[Space]) -> None:
    """Make the search files where they do not match the library, ask them, and compare with every vector."""
    db = Database.open(profile.database)
    try:
        vectors = VectorStore(db)
        cache = NeighbourCache(db, vectors, profile.index, exact_below=1)
        for space in spaces:
            cache.refresh(space)
            ids, matrix = vectors.float_matrix(space)
            if len(ids) and not np.array_equal(cache.open(space).ids, ids):
                raise Violation(f"The search of {space.name} knows other tracks than the library.")
            for query in matrix[:_COMPARED] / np.linalg.norm(matrix[:_COMPARED], axis=1, keepdims=True):
                _agree(cache, space, query, matrix)
    finally:
        db.close()


def _agree(cache: NeighbourCache, space: Space, query: np.ndarray, matrix: np.ndarray) -> None:
    _, cosines = cache.open(space).nearest(query, _COMPARED)
    true = matrix @ query / np.linalg.norm(matrix, axis=1)
    if not np.allclose(cosines, np.sort(true)[::-1][:_COMPARED], atol=2e-3):
        raise Violation(f"The search of {space.name} finds others than the nearest.")
