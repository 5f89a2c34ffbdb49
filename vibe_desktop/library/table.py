"""The whole library as a table: ids sorted and filtered in SQL, rows a page at a time."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray

from vibe_desktop.domain import IdArray, Label, TrackId, TrackState
from vibe_desktop.library import words as full_text
from vibe_desktop.library.codec import load_labels, load_words
from vibe_desktop.library.database import Database
from vibe_desktop.library.heard import LABELLED, LABELS
from vibe_desktop.library.journal import READ
from vibe_desktop.library.numbers import among, numbers
from vibe_desktop.library.ordering import file_title
from vibe_desktop.library.tracks import ABSENT, FORGOTTEN, KNOWN


class Column(StrEnum):
    """What a table can show of a track, and be sorted by."""

    TITLE = "title"
    ARTIST = "artist"
    ALBUM = "album"
    YEAR = "year"
    LENGTH = "length"
    GENRE = "genre"
    CAPTION = "caption"
    HEARD = "heard"
    LIKED = "liked"
    PLAYS = "plays"
    LAST_PLAYED = "last played"
    ADDED = "added"
    PATH = "path"
    STATE = "state"
    BPM = "bpm"


@dataclass(frozen=True, slots=True)
class Row:
    """One track of the table. Times are seconds since 1970; `path` may hold surrogates."""

    id: TrackId
    path: str
    state: TrackState
    title: str
    """the file's name where there is no title"""
    artist: str
    album: str
    year: int | None
    seconds: float | None
    bpm: float | None
    genres: tuple[str, ...]
    caption: str
    own: bool
    """the caption is the person's own"""
    heard: tuple[Label, ...]
    liked: bool
    plays: int
    last_played: float | None
    added: float


# Every order is that of an index which holds all it takes, so nothing is sorted and no wide row is read.
# What is not known comes last, either way round.
_OWN = {
    Column.TITLE: "title_key {0} NULLS LAST, artist_key {0}",
    Column.ARTIST: "artist_key NULLS LAST, album_key, disc_number, track_number",
    Column.ALBUM: "album_key NULLS LAST, disc_number, track_number",
    Column.YEAR: "year {0} NULLS LAST",
    Column.LENGTH: "seconds {0} NULLS LAST",
    Column.BPM: "bpm {0} NULLS LAST",
    Column.ADDED: "first_seen {0}, id {0}",
    Column.PATH: "path {0}",
}

# The other way round, artists and albums are, but not what an album is heard in: each in one piece.
_PIECES = {
    Column.ARTIST: ("artist_key", "album_key, disc_number, track_number"),
    Column.ALBUM: ("album_key", "disc_number, track_number"),
}

# What lies in another table; tracks without any of it follow as they do by artist.
_PLAYED = "SELECT track_id AS id FROM listen WHERE NOT skipped GROUP BY track_id ORDER BY"
_ASIDE = {
    Column.GENRE: "SELECT track_id AS id FROM track_genre ORDER BY genre {0}",
    Column.CAPTION: (
        "SELECT track_id AS id FROM caption ORDER BY substr(coalesce(own_sentence, sentence), 1, 24) {0}"
    ),
    Column.HEARD: LABELLED,
    Column.LIKED: "SELECT track_id AS id FROM liked ORDER BY at {0}",
    Column.PLAYS: f"{_PLAYED} count(*) {{0}}",
    Column.LAST_PLAYED: f"{_PLAYED} max(at) {{0}}",
}
_MISSING = "SELECT id FROM track WHERE missing_since IS NOT NULL"
_NO_MUSIC = "SELECT track_id AS id FROM failure WHERE task = ?"
_WITH_WORDS = "SELECT rowid AS id FROM words WHERE words MATCH ?"

_ROWS = f"""
    SELECT t.id, t.path, t.missing_since IS NOT NULL, r.online, t.title, t.artist, t.album,
        t.year, t.seconds, t.bpm, json_extract(t.tags, '$.genres'),
        coalesce(c.own_sentence, c.sentence, ''), c.own_sentence IS NOT NULL,
        {LABELS}, l.at IS NOT NULL, t.first_seen,
        (SELECT count(*) FROM listen WHERE track_id = t.id AND NOT skipped),
        (SELECT max(at) FROM listen WHERE track_id = t.id AND NOT skipped)
    FROM json_each(?) wanted
    JOIN track t ON t.id = wanted.value
    JOIN root r ON r.id = t.root_id
    LEFT JOIN caption c ON c.track_id = t.id
    LEFT JOIN liked l ON l.track_id = t.id
"""  # noqa: S608 - our own text


class TrackTable:
    """Answers what a table of the library asks. Files that are no music are left out."""

    def __init__(self, db: Database, sorting: Database | None = None) -> None:
        """Read rows from `db`; sort on `sorting` if given, so that rows need not wait for it."""
        self._db = db
        self._sorting = sorting or db

    def ids(
        self,
        sort: str = Column.ARTIST,
        *,
        descending: bool = False,
        words: str = "",
        liked: bool = False,
        missing: bool = False,
    ) -> IdArray:
        """Return the ids of the tracks to show, in order.

        `words` must all be found in a track's names, genres or caption, the
        last of them as a beginning; `liked` and `missing` (offline included)
        leave only such tracks. What a track does not have comes last, either
        way round.
        """
        ids = self._order(Column(sort), descending=descending)
        return ids[self._kept(ids, words, liked=liked, missing=missing)]

    def seconds(self) -> float:
        """Return the playing time of the whole library, as far as lengths are known."""
        [(total,)] = self._sorting.run(f"SELECT total(seconds) FROM track WHERE {KNOWN}")  # noqa: S608
        return float(total)

    def rows(self, ids: Iterable[TrackId]) -> list[Row]:
        """Return the rows of these tracks in the order asked; ids that do not exist are left out."""
        wanted = [int(track_id) for track_id in ids]
        found = {row[0]: row for row in self._db.run(_ROWS, (json.dumps(wanted),))}
        return [_row(found[track_id]) for track_id in wanted if track_id in found]

    def _order(self, column: Column, *, descending: bool = False) -> IdArray:
        """Return the ids of all tracks, shown or not, in order."""
        if column in _PIECES and descending:
            return self._pieces_reversed(column)
        direction = "DESC" if descending else "ASC"
        if column in _OWN:
            return self._ids(f"SELECT id FROM track ORDER BY {_OWN[column].format(direction)}")  # noqa: S608
        if column is Column.STATE:
            return self._by_state(self._order(Column.ARTIST), descending=descending)
        found = _each_once(self._ids(_ASIDE[column].format(direction)))
        if [(len(found),)] == self._sorting.run("SELECT count(*) FROM track"):
            return found
        by_artist = self._order(Column.ARTIST)
        return np.concatenate([found, by_artist[~among(by_artist, found)]])

    def _pieces_reversed(self, column: Column) -> IdArray:
        """Return the tracks of the last artist, or album, first; each artist's as they are."""
        key, inside = _PIECES[column]
        [(text,)] = self._sorting.run(
            "SELECT group_concat(ids, ';') FROM (SELECT group_concat(id) AS ids FROM"  # noqa: S608 - our own text
            f" (SELECT id, {key} FROM track ORDER BY {key}, {inside}) GROUP BY {key} ORDER BY {key})"
        )
        return np.fromstring(",".join(reversed((text or "").split(";"))), dtype=np.int64, sep=",")

    def _by_state(self, ids: IdArray, *, descending: bool) -> IdArray:
        """Return first the tracks that are here, then those on a disk that is not, then the lost."""
        places = among(ids, self._ids(ABSENT)).astype(np.uint8) + among(ids, self._ids(_MISSING))
        return ids[np.argsort(2 - places if descending else places, kind="stable")]

    def _kept(self, ids: IdArray, words: str, *, liked: bool, missing: bool) -> NDArray[np.bool_]:
        """Tell which of `ids` are to be shown; most often there is nothing to leave out."""
        kept = ~among(ids, self._ids(FORGOTTEN)) & ~among(ids, self._ids(_NO_MUSIC, (READ,)))
        if liked:
            kept &= among(ids, self._ids("SELECT track_id AS id FROM liked"))
        if missing:
            kept &= among(ids, self._ids(ABSENT))
        if expression := full_text.everything_with(words):
            kept &= among(ids, self._ids(_WITH_WORDS, (expression,)))
        return kept

    def _ids(self, sql: str, params: Sequence[Any] = ()) -> IdArray:
        return numbers(self._sorting, sql, params)


def _each_once(ids: IdArray) -> IdArray:
    """Return each of `ids` where it first stands."""
    place = np.empty(ids.max(initial=0) + 1, dtype=np.intp)
    place[ids[::-1]] = np.arange(len(ids))[::-1]  # of several places, the one written last stays
    return np.asarray(ids[place[ids] == np.arange(len(ids))])


def _row(row: tuple[Any, ...]) -> Row:
    track_id, path, missing, online, title, artist, album, year, seconds, bpm, *more = row
    genres, caption, own, labels, liked, added, plays, last_played = more
    here = TrackState.PRESENT if online else TrackState.OFFLINE
    return Row(
        id=track_id,
        path=os.fsdecode(path),
        state=TrackState.MISSING if missing else here,
        title=title or file_title(path),
        artist=artist,
        album=album,
        year=year,
        seconds=seconds,
        bpm=bpm,
        genres=load_words(genres),
        caption=caption,
        own=bool(own),
        heard=load_labels(labels),
        liked=bool(liked),
        plays=plays,
        last_played=last_played,
        added=added,
    )
