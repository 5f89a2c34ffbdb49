"""What answers requests in the evaluation of moods: the product, and the controls beside it."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import numpy as np

from evaluation_tables import Row
from vibe_desktop.captions.describe import describe, genres_of
from vibe_desktop.captions.keywords import KeywordModel
from vibe_desktop.captions.vocabulary import Vocabulary
from vibe_desktop.domain import (
    Encoder,
    FloatMatrix,
    Hearing,
    IdArray,
    Label,
    MoodRequest,
    Space,
    SpaceKind,
    Tags,
    TrackId,
    VibeError,
    WindowPlan,
)
from vibe_desktop.index.neighbours import Neighbours
from vibe_desktop.library.database import Database
from vibe_desktop.library.descriptions import DescriptionStore
from vibe_desktop.library.tracks import TrackStore
from vibe_desktop.moods import arc
from vibe_desktop.moods.ears_together import Heard
from vibe_desktop.moods.engine import MoodEngine
from vibe_desktop.moods.meaning import Meanings
from vibe_desktop.moods.ranking import Ranking
from vibe_desktop.moods.request import parse
from vibe_desktop.moods.senses import Senses
from vibe_desktop.moods.terms import Terms
from vibe_desktop.moods.words import telling_words

TOP = 20
CLASSIC_SHORTLIST = 300
_WORTH_KEEPING = 30
"""Texts; a phrase or two are embedded in no time."""

System = Callable[[str], Sequence[TrackId]]


class HeardCaptions:
    """An ear whose vectors are embedded sentences about what is heard."""

    windows = WindowPlan(16_000, 3.0, 1)
    names_by = ""
    words: tuple[str, ...] = ()

    def __init__(self, encoder: Encoder) -> None:
        """Score with `encoder`, which also made the vectors."""
        self._encoder = encoder
        self.space = Space("heard-captions", SpaceKind.EAR, encoder.space.dimensions, "heard-captions")

    def hear(self, windows: FloatMatrix) -> Hearing:
        """Refuse: there is no audio here."""
        raise NotImplementedError

    def score(self, phrases: Sequence[str], vectors: FloatMatrix) -> FloatMatrix:
        """Return cosines, shape (phrases, vectors)."""
        return self._encoder.encode(phrases) @ vectors.T

    def score_words(self, worth: FloatMatrix, vectors: FloatMatrix) -> FloatMatrix:
        """Refuse: it takes phrases."""
        raise NotImplementedError

    def score_passages(self, phrases: Sequence[str], windows: Sequence[FloatMatrix]) -> None:
        """Keep no passages."""

    def name(self, vectors: FloatMatrix) -> None:
        """Name nothing."""


class CachedEncoder:
    """Keeps the vectors of long lists of texts in a folder, named by what they were made from."""

    def __init__(self, encoder: Encoder, folder: Path | None) -> None:
        """Wrap `encoder`; without a folder nothing is kept."""
        self._encoder = encoder
        self._folder = folder
        self.space = encoder.space

    def encode(self, texts: Sequence[str]) -> FloatMatrix:
        """Return shape (len(texts), dimensions), the same whether they were kept or not."""
        if len(texts) < _WORTH_KEEPING or self._folder is None:
            return self._encoder.encode(texts)
        content = json.dumps([self._encoder.space.fingerprint, *texts])
        file = self._folder / f"{hashlib.sha256(content.encode()).hexdigest()}.npy"
        if not file.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            np.save(file, self._encoder.encode(texts))
        kept: FloatMatrix = np.load(file).astype(np.float32)
        return kept


def fill_library(db: Database, rows: Sequence[Row], vocabulary: Vocabulary) -> list[str]:
    """Put the rows into a library, ids from 1, described by the product; return the sentences in order."""
    tracks, descriptions = TrackStore(db), DescriptionStore(db)
    numbered = list(enumerate(rows, 1))
    tags = [
        Tags(artist=r.artist, album=r.album, genres=r.genres, moods=r.moods, seconds=r.seconds) for r in rows
    ]
    described = [
        describe(tag, [Label(name, 1.0) for name in row.instruments], "", vocabulary)
        for tag, row in zip(tags, rows, strict=True)
    ]
    model = KeywordModel.fit(description.terms for description in described)
    with db.transaction():
        db.run("INSERT INTO root (id, path, added_at) VALUES (1, x'2f', 0)")
        db.run_many(
            "INSERT INTO track (id, root_id, path, size, mtime_ns, device, inode, first_seen)"
            " VALUES (?, 1, ?, 1, 1, 1, ?, 0)",
            ((n, b"/%d.ogg" % n, n) for n, _ in numbered),
        )
        stored = [(n, tag, b"%d" % n) for n, tag in enumerate(tags, 1)]
        tracks.store_tags(stored, lambda tag: genres_of(tag, vocabulary))
        descriptions.store_captions([(n, d.sentence, d.terms, b"") for n, d in enumerate(described, 1)])
        descriptions.store_keywords([(n, model.keywords(d.terms)) for n, d in enumerate(described, 1)])
    return [description.sentence for description in described]


def ranked(engine: MoodEngine, request: MoodRequest) -> Ranking:
    """Rank as the product does before it arranges; a way from one feeling to another is asked for twice."""
    if request.arc is None:
        return engine.rank(request)
    return arc.Arc.of(*(engine.rank(leg) for leg in arc.legs(request))).ranking


def systems(
    db: Database, rows: Sequence[Row], vocabulary: Vocabulary, encoder: CachedEncoder, meanings: Meanings
) -> Mapping[str, System]:
    """Return every system as a function from a request to at most `TOP` track ids, best first."""
    ids: IdArray = np.arange(1, len(rows) + 1, dtype=np.int64)
    captions = encoder.encode(fill_library(db, rows, vocabulary)).astype(np.float16)
    plain = encoder.encode([row.columns for row in rows])
    heard_at = np.array([bool(row.heard) for row in rows])
    heard_vectors = encoder.encode([row.heard for row in rows])
    heard = Heard(HeardCaptions(encoder), ids[heard_at], heard_vectors[heard_at])
    descriptions = DescriptionStore(db)
    terms = Terms(meanings.knowledge, descriptions.terms_and_labels())
    senses = Senses(encoder, Neighbours(ids, captions), [heard], terms, meanings)
    engine = MoodEngine(TrackStore(db), descriptions, senses, vocabulary)

    def vibe(query: str) -> Sequence[TrackId]:
        try:
            ranking = ranked(engine, parse(query, vocabulary))
        except VibeError:
            return ()  # an answer is refused, which is none
        return [int(track_id) for track_id in ranking.ids[:TOP]]

    def sbert(query: str, count: int = TOP) -> Sequence[TrackId]:
        scores = plain @ encoder.encode([query])[0]
        return [int(track_id) for track_id in ids[np.argsort(-scores, kind="stable")[:count]]]

    def classic(query: str) -> Sequence[TrackId]:
        shortlist = np.array(sbert(query, CLASSIC_SHORTLIST))
        scores = heard_vectors[shortlist - 1] @ encoder.encode([query])[0]
        return [int(track_id) for track_id in shortlist[np.argsort(-scores, kind="stable")[:TOP]]]

    def bm25(query: str) -> Sequence[TrackId]:
        return [track_id for track_id, _ in descriptions.search(sorted(telling_words(query)), TOP)]

    def random(query: str) -> Sequence[TrackId]:
        seed = int.from_bytes(hashlib.sha256(query.encode()).digest()[:8], "big")
        return [int(track_id) for track_id in np.random.default_rng(seed).permutation(ids)[:TOP]]

    return {"vibe": vibe, "random": random, "bm25": bm25, "sbert": sbert, "classic": classic}
