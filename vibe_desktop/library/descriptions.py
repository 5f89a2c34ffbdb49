"""How tracks are described: captions, their words for searching, and what was heard."""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from hashlib import blake2b

import numpy as np

from vibe_desktop.domain import Hearing, Label, Tags, TrackId
from vibe_desktop.library import words
from vibe_desktop.library.codec import (
    dump_labels,
    dump_words,
    load_label_names,
    load_labels,
    load_tags,
    load_words,
    plain,
)
from vibe_desktop.library.database import Database
from vibe_desktop.library.heard import LABELS, LABELS_BETWEEN
from vibe_desktop.library.tracks import ABSENT, FORGOTTEN

_BATCH = 512
_KEYWORDS = "keywords"

# What a word is worth by where it stands: title, artist, album, genres, sentence, keywords.
_WEIGHTS = "1.0, 1.0, 0.5, 2.0, 1.0, 2.0"

_UNCAPTIONED = f"""
    SELECT t.id, t.path, r.path, t.tags, c.source, {LABELS}
    FROM track t JOIN root r ON r.id = t.root_id LEFT JOIN caption c ON c.track_id = t.id
    WHERE t.id > ? AND t.tags_pending = 0 AND t.missing_since IS NULL AND r.online
    ORDER BY t.id LIMIT ?
"""  # noqa: S608 - our own text
_UNCAPTIONED_AMONG = _UNCAPTIONED.replace(
    "WHERE t.id", "WHERE t.id IN (SELECT value FROM json_each(?)) AND t.id"
)
_TERMS = "SELECT track_id, terms FROM caption WHERE track_id > ? ORDER BY track_id LIMIT ?"
_TERMS_BATCH = 4096
_AMONG = "track_id IN (SELECT value FROM json_each(?))"
# Songs of an album mostly share their words: equal texts near one another are read once.
_TEXTS = 4096
# Few as a rule, and quickly told; a look at every captioned track would take far longer.
_NOT_HERE = f"SELECT id FROM track WHERE missing_since IS NOT NULL UNION {FORGOTTEN}"  # noqa: S608 - our own text


@dataclass(frozen=True, slots=True)
class CaptionJob:
    """What a caption is made from. `path` is relative to the added folder: where that lies says nothing."""

    track_id: TrackId
    path: str
    tags: Tags
    labels: tuple[Label, ...]
    source: bytes


class DescriptionStore:
    """Reads and writes captions, keywords and hearings, and searches the words of all of them."""

    def __init__(self, db: Database) -> None:
        """Work on `db`."""
        self._db = db

    def undescribed(self, recipe: str) -> list[TrackId]:
        """Return the tracks that something happened to since they were `described`, by id.

        All there are where `recipe`, how captions and vectors are made, is another than the last time.
        """
        with self._db.transaction():
            if self._db.run("SELECT recipe FROM described_as") != [(recipe,)]:
                self._db.run("DELETE FROM described_as")
                self._db.run("INSERT INTO described_as VALUES (?)", (recipe,))
                self._db.run("INSERT OR IGNORE INTO undescribed SELECT id FROM track")
        return [track_id for (track_id,) in self._db.run("SELECT track_id FROM undescribed ORDER BY 1")]

    def described(self, ids: Iterable[TrackId]) -> None:
        """Note that captions and vectors of these tracks are as they should be; in the same transaction."""
        self._db.run_many("DELETE FROM undescribed WHERE track_id = ?", ((track_id,) for track_id in ids))

    def uncaptioned(self, recipe: str, among: Sequence[TrackId] | None = None) -> Iterator[list[CaptionJob]]:
        """Yield batches of present tracks whose caption is missing or was made from something else.

        `among` restricts them. Captions may be stored between two batches.
        """
        after = 0
        start = [] if among is None else [json.dumps([int(i) for i in among])]
        sql = _UNCAPTIONED if among is None else _UNCAPTIONED_AMONG
        while rows := self._db.run(sql, (*start, after, _BATCH)):
            after = rows[-1][0]
            jobs = []
            for track_id, path, root, tags, known, labels in rows:
                inside = path.removeprefix(root).lstrip(os.fsencode(os.sep))
                source = _digest(recipe.encode(), tags.encode(), (labels or "").encode(), inside)
                if source != known:
                    job = CaptionJob(
                        track_id, os.fsdecode(inside), load_tags(tags), load_labels(labels), source
                    )
                    jobs.append(job)
            if jobs:
                yield jobs

    def store_captions(
        self, rows: Sequence[tuple[TrackId, str, tuple[str, ...], bytes]], *, keywords_follow: bool = False
    ) -> None:
        """Store (id, sentence, terms, source) rows; a person's own sentence and the keywords stay.

        Where `keywords_follow`, the tracks are found by these captions from `store_keywords` on.
        """
        ids = [row[0] for row in rows]
        with self._db.transaction():
            self._db.run_many(
                "INSERT INTO caption (track_id, sentence, terms, source)"
                " SELECT id, ?2, ?3, ?4 FROM track WHERE id = ?1"
                " ON CONFLICT DO UPDATE SET sentence = excluded.sentence, terms = excluded.terms,"
                " source = excluded.source",
                ((i, plain(sentence), dump_words(terms), source) for i, sentence, terms, source in rows),
            )
            self._db.run("INSERT OR IGNORE INTO due VALUES (?)", (_KEYWORDS,))
            if keywords_follow:
                self._db.run_many("INSERT OR IGNORE INTO unworded VALUES (?)", ((i,) for i in ids))
            else:
                words.refresh(self._db, ids)

    def set_own(self, track_id: TrackId, sentence: str | None) -> None:
        """Set the person's own sentence, which wins over ours; None or blank gives ours back."""
        own = plain(sentence).strip() if sentence else ""
        with self._db.transaction(lasting=True):
            self._db.run(
                "INSERT INTO caption (track_id, sentence, own_sentence, terms, source)"
                " SELECT id, '', ?2, '[]', x'' FROM track WHERE id = ?1"
                " ON CONFLICT DO UPDATE SET own_sentence = excluded.own_sentence",
                (track_id, own or None),
            )
            words.refresh(self._db, [track_id])

    def keywords_due(self) -> bool:
        """Tell whether captions were stored since the keywords were last chosen."""
        return bool(self._db.run("SELECT 1 FROM due WHERE task = ?", (_KEYWORDS,)))

    def keywords_done(self) -> None:
        """Note that the keywords of every track were chosen from the captions as they are."""
        self._db.run("DELETE FROM due WHERE task = ?", (_KEYWORDS,))

    def terms(self) -> Iterator[tuple[TrackId, tuple[str, ...]]]:
        """Yield (id, terms) of every captioned track that is not missing, by id."""
        words_in = lru_cache(_TEXTS)(load_words)
        for page in self._pages_of_terms():
            for track_id, terms in page:
                yield track_id, words_in(terms)

    def terms_and_labels(self) -> Iterator[tuple[TrackId, tuple[str, ...], tuple[str, ...]]]:
        """Yield (id, terms, names of what was heard) of every captioned track that is not missing, by id."""
        words_in, names_in = lru_cache(_TEXTS)(load_words), lru_cache(_TEXTS)(load_label_names)
        for page in self._pages_of_terms():
            labels = dict(self._db.run(LABELS_BETWEEN, (page[0][0], page[-1][0]))) if page else {}
            for track_id, terms in page:
                yield track_id, words_in(terms), names_in(labels.get(track_id))

    def _pages_of_terms(self) -> Iterator[list[tuple[TrackId, str]]]:
        left_out = {track_id for (track_id,) in self._db.run(_NOT_HERE)}
        after = 0
        while rows := self._db.run(_TERMS, (after, _TERMS_BATCH)):
            after = rows[-1][0]
            yield [(track_id, terms) for track_id, terms in rows if track_id not in left_out]

    def store_keywords(self, rows: Sequence[tuple[TrackId, tuple[str, ...]]]) -> None:
        """Store (id, keywords) rows, those that differ, and let their tracks be found by all that is new."""
        ids = json.dumps([track_id for track_id, _ in rows])
        with self._db.transaction():
            known = dict(self._db.run(f"SELECT track_id, keywords FROM caption WHERE {_AMONG}", (ids,)))  # noqa: S608
            changed = [
                (track_id, keywords, load_words(known[track_id]))
                for track_id, keywords in rows
                if track_id in known and dump_words(keywords) != known[track_id]
            ]
            self._db.run_many(
                "UPDATE caption SET keywords = ? WHERE track_id = ?",
                ((dump_words(keywords), track_id) for track_id, keywords, _ in changed),
            )
            # In another order they are found as before, and every new song can put those of many in another.
            others = {track_id for track_id, now, before in changed if sorted(now) != sorted(before)}
            others.update(i for (i,) in self._db.run(f"SELECT track_id FROM unworded WHERE {_AMONG}", (ids,)))  # noqa: S608
            words.refresh(self._db, sorted(others))
            self._db.run(f"DELETE FROM unworded WHERE {_AMONG}", (ids,))  # noqa: S608 - our own text

    def join_words(self, check: Callable[[], object]) -> None:
        """Make tracks quicker to find after many were stored; `check` may raise between two steps."""
        words.join(self._db, check)

    def store_hearings(self, space_id: int, rows: Sequence[tuple[TrackId, Hearing]]) -> None:
        """Store labels and spread of what was heard; the vector itself is the vector store's."""
        self._db.run_many(
            "INSERT INTO hearing (space_id, track_id, spread, labels) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET spread = excluded.spread, labels = excluded.labels",
            (
                (space_id, track_id, np.asarray(heard.spread, "<f2").tobytes(), dump_labels(heard.labels))
                for track_id, heard in rows
            ),
        )

    def rename(self, space_id: int, rows: Sequence[tuple[TrackId, Sequence[Label]]]) -> list[TrackId]:
        """Store (id, labels) rows of tracks that were heard; return those whose labels are others now.

        Labels of the same names in the same order stay as they are: how sure a comparing ear is moves a
        little with every track that comes, and nothing is told otherwise for that.
        """
        with self._db.transaction():
            known = dict(
                self._db.run(
                    "SELECT track_id, labels FROM hearing"
                    " WHERE space_id = ? AND track_id IN (SELECT value FROM json_each(?))",
                    (space_id, json.dumps([track_id for track_id, _ in rows])),
                )
            )
            changed = [
                (dump_labels(labels), space_id, track_id)
                for track_id, labels in rows
                if track_id in known
                and tuple(label.name for label in labels) != load_label_names(known[track_id])
            ]
            self._db.run_many("UPDATE hearing SET labels = ? WHERE space_id = ? AND track_id = ?", changed)
        return [track_id for _, _, track_id in changed]

    def named_from(self, space_id: int) -> str:
        """Return what the labels of the whole space were last chosen from, "" where they never were."""
        return str(self._db.run("SELECT named FROM space WHERE id = ?", (space_id,))[0][0])

    def note_named(self, space_id: int, source: str) -> None:
        """Note what the labels of the whole space were chosen from."""
        self._db.run("UPDATE space SET named = ? WHERE id = ?", (source, space_id))

    def search(self, wanted: Sequence[str], limit: int) -> list[tuple[TrackId, float]]:
        """Return the present tracks with any of these words and their BM25, higher is better, best first."""
        expression = words.any_of(wanted)
        if not expression:
            return []
        # Ranking first and looking at tracks only then is several times quicker than a join over all matches.
        absent = self._db.run(f"SELECT count(*) FROM ({ABSENT})")[0][0]  # noqa: S608 - our own text
        rows = self._db.run(
            f"SELECT id, score FROM (SELECT rowid AS id, -bm25(words, {_WEIGHTS}) AS score FROM words"  # noqa: S608
            " WHERE words MATCH ? ORDER BY score DESC, rowid LIMIT ?)"
            f" WHERE id NOT IN ({ABSENT}) ORDER BY score DESC, id LIMIT ?",
            (expression, limit + absent, limit),
        )
        return [(track_id, score) for track_id, score in rows]

    def written(self, wanted: Sequence[str]) -> bool:
        """Tell whether any present track has all of these words; never where there are none."""
        expression = words.all_of(wanted)
        sql = f"SELECT 1 FROM words WHERE words MATCH ? AND rowid NOT IN ({ABSENT}) LIMIT 1"  # noqa: S608
        return bool(expression and self._db.run(sql, (expression,)))


def _digest(*parts: bytes) -> bytes:
    """Fingerprint `parts`, each with its length, so that no two lists of parts look the same."""
    fingerprint = blake2b(digest_size=16)
    for part in parts:
        fingerprint.update(len(part).to_bytes(8, "little"))
        fingerprint.update(part)
    return fingerprint.digest()
