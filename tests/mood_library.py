"""Small libraries for the tests of moods: a real database, a tiny encoder and ear that need no model."""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from hashlib import blake2b
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.domain import (
    Caption,
    FloatMatrix,
    Hearing,
    IdArray,
    Label,
    Space,
    SpaceKind,
    Tags,
    Track,
    TrackState,
    WindowPlan,
)
from vibe_desktop.index.neighbours import Neighbours
from vibe_desktop.index.vectors import VectorStore
from vibe_desktop.library.database import Database
from vibe_desktop.library.descriptions import DescriptionStore
from vibe_desktop.library.tracks import TrackStore
from vibe_desktop.moods.ears_together import Heard
from vibe_desktop.moods.engine import MoodEngine
from vibe_desktop.moods.senses import Senses
from vibe_desktop.moods.weights import Weights
from vibe_desktop.moods.words import telling_words

if TYPE_CHECKING:
    from vibe_desktop.captions.vocabulary import Vocabulary

DIMENSIONS = 64


class WordEncoder:
    """Encodes a text as the sum of a fixed random direction per word: texts that share words are near."""

    space = Space("words", SpaceKind.TEXT, DIMENSIONS, "words/1")

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        return np.stack([self._encode(text) for text in texts])

    def _encode(self, text: str) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
        vector = _direction("")
        for word in telling_words(text):
            vector = vector + 2 * _direction(word)
        return (vector / np.linalg.norm(vector)).astype(np.float32)


class WordEar:
    """An ear whose vectors are encodings of what there is to hear."""

    space = Space("word-ear", SpaceKind.EAR, DIMENSIONS, "word-ear/1")
    windows = WindowPlan(16_000, 3.0, 1)
    names_by = ""
    words: tuple[str, ...] = ()

    def hear(self, windows: FloatMatrix) -> Hearing:
        raise NotImplementedError

    def score(self, phrases: Sequence[str], vectors: FloatMatrix) -> FloatMatrix:
        return WordEncoder().encode(phrases) @ vectors.T

    def score_words(self, worth: FloatMatrix, vectors: FloatMatrix) -> FloatMatrix:
        """Refuse: it takes phrases."""
        raise NotImplementedError

    def score_passages(self, phrases: Sequence[str], windows: Sequence[FloatMatrix]) -> None:
        """Keep no passages."""

    def name(self, vectors: FloatMatrix) -> None:
        """Name nothing."""


@dataclass(frozen=True)
class Song:
    """A track to be put in a library: what its caption says and, if it was heard, what was heard."""

    caption: str
    tags: Tags = field(default_factory=Tags)
    heard: str | None = None
    labels: tuple[Label, ...] = ()
    content: bytes | None = None


def make_track(
    track_id: int,
    *,
    title: str = "",
    artist: str = "",
    album: str = "",
    seconds: float | None = 200.0,
    path: str = "",
) -> Track:
    """Return a track that is present."""
    tags = Tags(title=title or f"Title {track_id}", artist=artist, album=album, seconds=seconds)
    return Track(track_id, path or f"/music/{track_id}.ogg", TrackState.PRESENT, tags, Caption("A song."))


def ids_and_vectors(
    texts: dict[int, str],
) -> tuple[IdArray, np.ndarray[tuple[int, int], np.dtype[np.float16]]]:
    """Return ascending ids and the encodings of their texts."""
    ids = np.array(sorted(texts), dtype=np.int64)
    vectors = WordEncoder().encode([texts[int(i)] for i in ids]) if len(ids) else np.empty((0, DIMENSIONS))
    return ids, vectors.astype(np.float16)


def make_engine(
    folder: Path, songs: Sequence[Song], vocabulary: Vocabulary, weights: Weights | None = None
) -> MoodEngine:
    """Return an engine over a real database of these songs; their ids count from 1."""
    db = Database.open(folder / "library.sqlite3")
    tracks, descriptions = TrackStore(db), DescriptionStore(db)
    music = folder / "music"
    music.mkdir()
    root = tracks.add_root(music)
    db.run_many(
        "INSERT INTO track (id, root_id, path, size, mtime_ns, device, inode, first_seen)"
        " VALUES (?, ?, ?, 1, 1, 1, ?, 0)",
        ((n, root, os.fsencode(music / f"{n}.ogg"), n) for n in range(1, len(songs) + 1)),
    )
    rows = list(enumerate(songs, 1))
    tagged = [(n, song.tags, song.content or b"%d" % n) for n, song in rows]
    tracks.store_tags(tagged, lambda tags: tags.genres)
    descriptions.store_captions([(n, song.caption, tuple(song.caption.split()), b"") for n, song in rows])
    hearings = [
        (n, Hearing(np.ones(2, np.float32), np.ones(2, np.float32), song.labels))
        for n, song in rows
        if song.labels
    ]
    with db.transaction():
        descriptions.store_hearings(VectorStore(db).space_id(WordEar.space), hearings)
    ids, vectors = ids_and_vectors({n: song.caption for n, song in rows})
    heard = ids_and_vectors({n: song.heard for n, song in rows if song.heard})
    senses = Senses(WordEncoder(), Neighbours(ids, vectors), [Heard(WordEar(), *heard)])
    return MoodEngine(tracks, descriptions, senses, vocabulary, weights=weights)


def _direction(word: str) -> np.ndarray[tuple[int], np.dtype[np.float64]]:
    seed = int.from_bytes(blake2b(word.encode(), digest_size=8).digest(), "big")
    return np.random.default_rng(seed).standard_normal(DIMENSIONS)
