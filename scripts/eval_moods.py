"""How well moods are answered, over described tracks and requests with the tags that count as hits.

    python scripts/eval_moods.py --tracks T.tsv --queries Q.tsv [--hide moods] [--hide heard] [--json]

The tracks table has the columns `track_id artist_id album_id seconds moods genres instruments
heard_caption` (`|` between tags), the queries table `query moods`. The rows go into a temporary
profile through the product's own caption code; `heard_caption` stands for what an ear heard, scored
by the likeness of phrase and caption. Judged is the product's reranked order, before the limits on
artists and versions. A track is a hit when it holds one of the request's mood tags, whether or not
`--hide moods` kept them from the product.

Systems: `vibe` (the product), `sbert` (the plain request against the plain columns), `classic` (the
300 nearest of `sbert`, then the ear alone), `bm25` (words only), `random`.
"""

from __future__ import annotations

import argparse
import csv
import hashlib
import json
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

import numpy as np

import evaluation_measures as measures
from evaluation_measures import Score, Summary, summarise
from vibe_desktop.captions.describe import describe, genres_of
from vibe_desktop.captions.keywords import KeywordModel
from vibe_desktop.captions.vocabulary import Vocabulary, load_vocabulary
from vibe_desktop.domain import (
    Encoder,
    FloatMatrix,
    Hearing,
    IdArray,
    Label,
    Space,
    SpaceKind,
    Tags,
    TrackId,
    WindowPlan,
)
from vibe_desktop.index.neighbours import Neighbours
from vibe_desktop.library.database import Database
from vibe_desktop.library.descriptions import DescriptionStore
from vibe_desktop.library.tracks import TrackStore
from vibe_desktop.models.sbert import SentenceEncoder
from vibe_desktop.moods.ears_together import Heard
from vibe_desktop.moods.engine import MoodEngine
from vibe_desktop.moods.knowledge import Knowledge
from vibe_desktop.moods.meaning import Meanings
from vibe_desktop.moods.request import parse
from vibe_desktop.moods.senses import Senses
from vibe_desktop.moods.terms import Terms
from vibe_desktop.moods.words import telling_words
from vibe_desktop.paths import Profile

TOP = 20
CLASSIC_SHORTLIST = 300
COLUMNS = ("moods", "genres", "instruments", "heard")

System = Callable[[str], Sequence[TrackId]]


@dataclass(frozen=True, slots=True)
class Row:
    """One described track; a hidden column is empty here, but `truth` is always there."""

    artist: str
    album: str
    seconds: float
    moods: tuple[str, ...]
    genres: tuple[str, ...]
    instruments: tuple[str, ...]
    heard: str
    truth: frozenset[str]

    @property
    def columns(self) -> str:
        """The plain text of all columns that may be seen."""
        parts = (*self.moods, *self.genres, *self.instruments, self.heard)
        return ", ".join(part for part in parts if part)


class HeardCaptions:
    """An ear whose vectors are embedded sentences about what is heard."""

    windows = WindowPlan(16_000, 3.0, 1)
    names_by = ""

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
        """Return shape (len(texts), dimensions), each different text embedded once."""
        if len(texts) == 1:
            return self._encoder.encode(texts)
        if self._folder is None:
            return self._embed(texts)
        content = json.dumps([self._encoder.space.fingerprint, *texts])
        file = self._folder / f"{hashlib.sha256(content.encode()).hexdigest()}.npy"
        if not file.exists():
            self._folder.mkdir(parents=True, exist_ok=True)
            np.save(file, self._embed(texts).astype(np.float16))
        kept: FloatMatrix = np.load(file).astype(np.float32)
        return kept

    def _embed(self, texts: Sequence[str]) -> FloatMatrix:
        different = sorted(set(texts))
        vectors = self._encoder.encode(different)
        at = {text: row for row, text in enumerate(different)}
        return vectors[[at[text] for text in texts]]


def read_rows(file: Path, hidden: Sequence[str], limit: int | None) -> list[Row]:
    """Read the tracks table, leaving hidden columns empty."""

    def shown(column: str, text: str) -> str:
        return "" if column in hidden else text

    rows = []
    with file.open(encoding="utf-8", newline="") as stream:
        for line in csv.DictReader(stream, delimiter="\t", quoting=csv.QUOTE_NONE):
            moods, genres, instruments = (
                _tags(shown(column, line[column] or "")) for column in ("moods", "genres", "instruments")
            )
            heard = shown("heard", line["heard_caption"] or "")
            truth = frozenset(_tags(line["moods"] or ""))
            seconds = float(line["seconds"])
            rows.append(
                Row(line["artist_id"], line["album_id"], seconds, moods, genres, instruments, heard, truth)
            )
            if len(rows) == limit:
                break
    return rows


def _tags(text: str) -> tuple[str, ...]:
    return tuple(tag for tag in text.split("|") if tag)


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


def systems(
    db: Database, rows: Sequence[Row], vocabulary: Vocabulary, encoder: Encoder, cached: CachedEncoder
) -> dict[str, System]:
    """Return every system as a function from a request to at most 20 track ids, best first."""
    ids: IdArray = np.arange(1, len(rows) + 1, dtype=np.int64)
    captions = cached.encode(fill_library(db, rows, vocabulary)).astype(np.float16)
    plain = cached.encode([row.columns for row in rows])
    heard_at = np.array([bool(row.heard) for row in rows])
    heard_vectors = cached.encode([row.heard for row in rows])
    heard = Heard(HeardCaptions(encoder), ids[heard_at], heard_vectors[heard_at])
    descriptions = DescriptionStore(db)
    meanings = Meanings(Knowledge(vocabulary), cached)
    terms = Terms(meanings.knowledge, descriptions.terms())
    senses = Senses(encoder, Neighbours(ids, captions), [heard], terms, meanings)
    engine = MoodEngine(TrackStore(db), descriptions, senses, vocabulary)

    def vibe(query: str) -> Sequence[TrackId]:
        return [int(track_id) for track_id in engine.rank(parse(query, vocabulary)).ids[:TOP]]

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

    return {"vibe": vibe, "sbert": sbert, "classic": classic, "bm25": bm25, "random": random}


def judge(query: str, wanted: frozenset[str], found: Sequence[TrackId], rows: Sequence[Row]) -> Score:
    """Score one answer; places left empty count as misses."""
    hits = [bool(rows[track_id - 1].truth & wanted) for track_id in found]
    relevant = sum(bool(row.truth & wanted) for row in rows)
    return measures.judge(query, hits, relevant, len(rows), TOP)


def report(summaries: dict[str, Summary], scores: dict[str, list[Score]], *, per_query: bool) -> str:
    """Return the figures as a table, and each request's precision on demand."""
    lines = [measures.summary_table(summaries, TOP)]
    if per_query:
        lines += ["", measures.query_table(scores, "vibe", TOP)]
    return "\n".join(lines)


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the evaluation; returns 0."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("--tracks", type=Path, required=True)
    parser.add_argument("--queries", type=Path, required=True)
    parser.add_argument(
        "--hide", action="append", default=[], choices=COLUMNS, help="keep a column from the product"
    )
    parser.add_argument("--words", type=Path, help="a vocabulary of one's own that adds to the program's")
    parser.add_argument("--limit", type=int, help="only the first N tracks")
    parser.add_argument("--cache", type=Path, help="folder that keeps vectors between runs")
    parser.add_argument(
        "--models", type=Path, default=Profile.default().models, help="folder of installed models"
    )
    parser.add_argument("--per-query", action="store_true")
    parser.add_argument("--json", action="store_true")
    options = parser.parse_args(arguments)

    rows = read_rows(options.tracks, options.hide, options.limit)
    with options.queries.open(encoding="utf-8", newline="") as stream:
        queries = [(q["query"], frozenset(_tags(q["moods"]))) for q in csv.DictReader(stream, delimiter="\t")]
    encoder = SentenceEncoder(options.models)
    scores: dict[str, list[Score]] = {}
    summaries: dict[str, Summary] = {}
    with tempfile.TemporaryDirectory() as folder:
        db = Database.open(Path(folder) / "library.sqlite3")
        for name, system in systems(
            db, rows, load_vocabulary(extra=options.words), encoder, CachedEncoder(encoder, options.cache)
        ).items():
            answers = [system(query) for query, _ in queries]
            judged = [
                judge(query, wanted, found, rows)
                for (query, wanted), found in zip(queries, answers, strict=True)
            ]
            scores[name], summaries[name] = judged, summarise(judged, answers)
        db.close()
    if options.json:
        each = [
            {
                "query": query,
                **{name: asdict(judged[n]) | {"lift": judged[n].lift} for name, judged in scores.items()},
            }
            for n, (query, _) in enumerate(queries)
        ]
        print(json.dumps({"systems": {name: s.named(TOP) for name, s in summaries.items()}, "queries": each}))
    else:
        print(report(summaries, scores, per_query=options.per_query))
    return 0


if __name__ == "__main__":
    sys.exit(main())
