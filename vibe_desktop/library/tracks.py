"""The tracks of the library: which folders they come from, what their tags say, how to look them up."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from vibe_desktop.domain import Caption, IdArray, Tags, Track, TrackId, TrackState, VibeError
from vibe_desktop.library import words
from vibe_desktop.library.codec import dump_tags, load_labels, load_tags, load_words, plain, storable
from vibe_desktop.library.database import Database
from vibe_desktop.library.file_facts import is_in
from vibe_desktop.library.heard import LABELS
from vibe_desktop.library.journal import READ
from vibe_desktop.library.numbers import numbers
from vibe_desktop.library.ordering import sort_key

_MOST_FOUND = 50
_PATHS_AT_ONCE = 500
_LOOKED_AT = 200
_HIGHEST = "\U0010ffff"
_HERE = "t.missing_since IS NULL AND r.online"

ABSENT = """
    SELECT t.id FROM root r CROSS JOIN track t ON t.root_id = r.id WHERE NOT r.online
    UNION SELECT id FROM track WHERE missing_since IS NOT NULL
"""
"""SQL for the tracks that are not here now; quick, as most often there are few (CROSS JOIN: roots first)."""

_TRACKS = f"""
    SELECT t.id, t.path, t.missing_since IS NOT NULL, r.online, t.tags,
        coalesce(c.own_sentence, c.sentence, ''), c.keywords, c.own_sentence IS NOT NULL,
        {LABELS}
    FROM json_each(?) wanted
    JOIN track t ON t.id = wanted.value
    JOIN root r ON r.id = t.root_id
    LEFT JOIN caption c ON c.track_id = t.id
"""  # noqa: S608 - our own text

_STORE_TAGS = """
    UPDATE track SET tags_pending = 0, content_key = ?1, title = ?2, artist = ?3, album_artist = ?4,
        album = ?5, track_number = ?6, disc_number = ?7, year = ?8, seconds = ?9, bpm = ?10, tags = ?11,
        title_key = title_key(?2, path), artist_key = sort_key(?3), album_key = album_key(?5, ?4)
    WHERE id = ?12
"""

# Of tracks whose folder was removed nothing is told.
KNOWN = "root_id IN (SELECT id FROM root WHERE forgotten_at IS NULL)"
"""SQL for the tracks of the folders that are in the library."""

FORGOTTEN = "SELECT f.id FROM root r CROSS JOIN track f ON f.root_id = r.id WHERE r.forgotten_at IS NOT NULL"
"""SQL for the others, quick where there are few."""

_ONE = f"SELECT id FROM track WHERE {{}} = ? AND {KNOWN}"  # noqa: S608 - our own text

_SORTED_BY = "SELECT t.id, t.title_key, t.artist_key FROM"
_BEGINNING = f"""
    {_SORTED_BY} track t JOIN root r ON r.id = t.root_id
    WHERE t.title_key >= ? AND t.title_key < ? AND {_HERE} ORDER BY t.title_key LIMIT ?
"""
_NAMED = f"""
    {_SORTED_BY} words CROSS JOIN track t ON t.id = words.rowid JOIN root r ON r.id = t.root_id
    WHERE words MATCH ? AND {_HERE} LIMIT ?
"""


@dataclass(frozen=True, slots=True)
class Root:
    """A folder a person added."""

    id: int
    path: bytes
    online: bool
    held: int
    """how many tracks vanished at once and wait for a later scan to agree"""
    held_at: float = 0.0
    """since when, in seconds since 1970"""


@dataclass(frozen=True, slots=True)
class LibraryCounts:
    """How much there is of everything. From `tags_read` on, only present tracks count."""

    tracks: int
    present: int
    missing: int
    offline: int
    failed: int
    tags_read: int
    captioned: int
    embedded: Mapping[str, int] = field(default_factory=dict)
    """tracks with a vector, by the space's fingerprint"""
    heard: Mapping[str, int] = field(default_factory=dict)
    """tracks an ear has heard, by the space's fingerprint"""


class TrackStore:
    """Reads and writes tracks and their tags."""

    def __init__(self, db: Database) -> None:
        """Work on `db`."""
        self.db = db

    def add_root(self, folder: Path) -> int:
        """Add a folder and return its id; a folder already known is returned as it is.

        Raises VibeError when a new folder is missing, not a folder, or unreadable.
        """
        path = root_path(folder)
        known = self.db.run("SELECT id FROM root WHERE path = ? AND forgotten_at IS NULL", (path,))
        if known:
            return int(known[0][0])
        _refuse_unreadable(path)
        self.db.run_lasting(
            "INSERT INTO root (path, added_at) VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET forgotten_at = NULL, delete_after = NULL, online = 1,"
            " added_at = excluded.added_at",
            (path, time.time()),
        )
        return self.add_root(folder)

    def forget_root(self, root_id: int) -> None:
        """Remove a folder: its tracks are shown nowhere until it is added again, and nothing of them is lost.

        Where it lies inside another folder of the library, its tracks go over to that one.
        """
        with self.db.transaction(lasting=True):
            roots = {root.id: root.path for root in self.roots()}
            path = roots.pop(root_id, None)
            if path is None:
                return
            around = max((each for each in roots.items() if is_in(path, each[1])), key=_length, default=None)
            if around:
                self.db.run("UPDATE track SET root_id = ? WHERE root_id = ?", (around[0], root_id))
            self.db.run(
                "UPDATE root SET forgotten_at = ?, online = 0, held = 0 WHERE id = ?", (time.time(), root_id)
            )

    def roots(self) -> list[Root]:
        """Return the folders added so far, by path."""
        rows = self.db.run(
            "SELECT id, path, online, held, coalesce(held_at, 0.0) FROM root WHERE forgotten_at IS NULL"
            " ORDER BY path"
        )
        return [Root(row[0], row[1], bool(row[2]), *row[3:]) for row in rows]

    def pending_tags(self) -> list[tuple[TrackId, bytes]]:
        """Return (id, path) of the present tracks whose tags are to be read, those that failed left out."""
        return [
            (row[0], row[1])
            for row in self.db.run(
                f"SELECT t.id, t.path FROM track t JOIN root r ON r.id = t.root_id"  # noqa: S608 - our own text
                f" LEFT JOIN failure f ON f.track_id = t.id AND f.task = ?"
                f" AND f.size = t.size AND f.mtime_ns = t.mtime_ns"
                f" WHERE t.tags_pending = 1 AND f.track_id IS NULL AND {_HERE} ORDER BY t.path",
                (READ,),
            )
        ]

    def store_tags(
        self, rows: Sequence[tuple[TrackId, Tags, bytes]], genres: Callable[[Tags], Sequence[str]]
    ) -> None:
        """Store (id, tags, content key) rows, with the normalised genres that `genres` finds in the tags."""
        ids = [track_id for track_id, _, _ in rows]
        with self.db.transaction():
            self.db.run_many(_STORE_TAGS, (_columns(*row) for row in rows))
            self.db.run_many("DELETE FROM track_genre WHERE track_id = ?", ((i,) for i in ids))
            self.db.run_many(
                "INSERT OR IGNORE INTO track_genre (track_id, genre) SELECT id, ?2 FROM track WHERE id = ?1",
                ((track_id, plain(genre)) for track_id, tags, _ in rows for genre in genres(tags)),
            )
            words.refresh(self.db, ids)

    def tracks(self, ids: Iterable[TrackId]) -> list[Track]:
        """Return these tracks in the order asked; ids that do not exist are left out."""
        wanted = [int(track_id) for track_id in ids]
        if not wanted:
            return []
        found = {row[0]: row for row in self.db.run(_TRACKS, (json.dumps(wanted),))}
        return [_track(found[track_id]) for track_id in wanted if track_id in found]

    def content_keys(self, ids: Iterable[TrackId]) -> dict[TrackId, bytes]:
        """Return the key of each of these tracks' audio, which copies share; unread files have none."""
        return dict(
            self.db.run(
                "SELECT id, content_key FROM track WHERE content_key IS NOT NULL"
                " AND id IN (SELECT value FROM json_each(?))",
                (json.dumps([int(track_id) for track_id in ids]),),
            )
        )

    def find(self, text: str) -> list[Track]:
        """Return the tracks meant by an id, a path, or else words of their title and artist, best first."""
        ids = self._by_id(text) or self._by_path(text) or self._by_words(text)
        return self.tracks(ids)

    def named(self, names: Sequence[str]) -> list[Track]:
        """Return tracks with each of these words in title or artist, at most 50, the shortest names first."""
        expression = words.in_names(names)
        if not expression:
            return []
        rows = self.db.run(
            f"SELECT id FROM words JOIN track ON id = words.rowid WHERE words MATCH ? AND {KNOWN}"  # noqa: S608
            " ORDER BY length(track.title) + length(track.artist), id LIMIT ?",
            (expression, _MOST_FOUND),
        )
        return self.tracks(row[0] for row in rows)

    def is_in_names(self, word: str) -> bool:
        """Tell whether the title or artist of any track has this word."""
        expression = words.in_names([word])
        sql = f"SELECT 1 FROM words JOIN track ON id = words.rowid WHERE words MATCH ? AND {KNOWN} LIMIT 1"  # noqa: S608
        return bool(expression and self.db.run(sql, (expression,)))

    def artists_beginning(self, names: Sequence[str]) -> list[tuple[TrackId, str]]:
        """Return (track, artist) of all tracks whose artist's name begins with these words, in order of ids.

        The artist of the album stands for one who is not known.
        """
        expression = words.artists_beginning(names)
        if not expression:
            return []
        return self.db.run(
            "SELECT id, coalesce(nullif(track.artist, ''), track.album_artist) FROM words"  # noqa: S608 - our own
            f" JOIN track ON id = words.rowid WHERE words MATCH ? AND {KNOWN} ORDER BY id",
            (expression,),
        )

    def ids(self, *, genres: Sequence[str] = (), years: tuple[int, int] | None = None) -> IdArray:
        """Return the tracks that are here now, ascending: of any of `genres`, of `years` (first, last).

        Files that turned out to be no music are left out.
        """
        sql = (
            f"SELECT t.id FROM root r JOIN track t ON t.root_id = r.id WHERE {_HERE}"  # noqa: S608 - our own
            " AND t.id NOT IN (SELECT track_id FROM failure WHERE task = ?)"
        )
        params: list[Any] = [READ]
        if genres:
            sql += (
                " AND t.id IN (SELECT track_id FROM track_genre"
                " WHERE genre IN (SELECT value FROM json_each(?)))"
            )
            params.append(json.dumps(list(genres)))
        if years:
            sql += " AND t.year BETWEEN ? AND ?"
            params.extend(years)
        return np.sort(numbers(self.db, sql, params))

    def titles(self, text: str, limit: int) -> list[TrackId]:
        """Return present tracks that someone may mean who has typed `text` so far, the likeliest first.

        Titles that begin like it, then those with its words, then artists and
        albums. A ranking by bm25 would have to read every track with a common
        word, far too long between two letters; of such only some are looked at.
        """
        start, expression = sort_key(text), words.names_typed(text)
        if not start or not expression:
            return []
        rows = self.db.run(_BEGINNING, (start, start + _HIGHEST, limit))
        rows += self.db.run(_NAMED, (expression, _LOOKED_AT))
        found = {row[0]: _closeness(start, *row[1:]) for row in rows}
        return sorted(found, key=found.__getitem__)[:limit]

    def at_paths(self, paths: Sequence[bytes]) -> dict[bytes, TrackId]:
        """Return the tracks of the library whose files lie exactly at these paths; opens none of them."""
        wanted = list(dict.fromkeys(paths))
        found: dict[bytes, TrackId] = {}
        for start in range(0, len(wanted), _PATHS_AT_ONCE):
            batch = wanted[start : start + _PATHS_AT_ONCE]
            marks = ", ".join("?" * len(batch))
            found.update(
                self.db.run(f"SELECT path, id FROM track WHERE path IN ({marks}) AND {KNOWN}", batch)  # noqa: S608
            )
        return found

    def counts(self) -> LibraryCounts:
        """Count everything."""
        [(tracks, present, missing, read)] = self.db.run(
            f"SELECT count(*), sum({_HERE}), sum(t.missing_since IS NOT NULL),"  # noqa: S608 - our own text
            f" sum({_HERE} AND t.tags_pending = 0) FROM track t JOIN root r ON r.id = t.root_id"
            " WHERE r.forgotten_at IS NULL"
        )
        present, missing = present or 0, missing or 0
        return LibraryCounts(
            tracks=tracks,
            present=present,
            missing=missing,
            offline=tracks - present - missing,
            failed=self.db.run(
                f"SELECT count(DISTINCT track_id) FROM failure JOIN track ON id = track_id WHERE {KNOWN}"  # noqa: S608
            )[0][0],
            tags_read=read or 0,
            captioned=self._count_present("caption", "0").get(0, 0),
            embedded=self._by_space("vector"),
            heard=self._by_space("hearing"),
        )

    def _by_space(self, table: str) -> dict[str, int]:
        """Count the present tracks in each space of `table`, by the space's fingerprint."""
        names = dict(self.db.run("SELECT id, fingerprint FROM space"))
        return {
            names[space]: count for space, count in self._count_present(table, "space_id").items() if count
        }

    def _count_present(self, table: str, group: str) -> dict[int, int]:
        """Count rows of present tracks: all, which an index tells at once, less the few that are not here."""
        count = f"SELECT {group}, count(*) FROM {table}"  # noqa: S608 - our own text
        absent = dict(self.db.run(f"{count} WHERE track_id IN ({ABSENT}) GROUP BY 1"))
        return {key: rows - absent.get(key, 0) for key, rows in self.db.run(f"{count} GROUP BY 1")}

    def _by_id(self, text: str) -> list[TrackId]:
        # Longer numbers are no ids, and SQLite could not hold them.
        if not (text.isascii() and text.isdigit() and len(text) < len(str(2**63))):
            return []
        return [row[0] for row in self.db.run(_ONE.format("id"), (int(text),))]

    def _by_path(self, text: str) -> list[TrackId]:
        if "\0" in text:
            return []
        try:
            path = os.fsencode(os.path.abspath(os.path.expanduser(text)))  # noqa: PTH100, PTH111 - bytes in the end
        except UnicodeEncodeError:
            return []  # half of a character that no file name of this system can hold
        return [row[0] for row in self.db.run(_ONE.format("path"), (path,))]

    def _by_words(self, text: str) -> list[TrackId]:
        expression = words.names_with(text.split())
        if not expression:
            return []
        rows = self.db.run(
            f"SELECT words.rowid FROM words JOIN track ON id = words.rowid WHERE words MATCH ? AND {KNOWN}"  # noqa: S608
            " ORDER BY rank, words.rowid LIMIT ?",
            (expression, _MOST_FOUND),
        )
        return [row[0] for row in rows]


def root_path(folder: Path) -> bytes:
    """Return the one way a folder is written in the library: absolute, without `..`, links kept."""
    # Path.resolve would follow links, and Path.expanduser raises where nobody has that name.
    return os.fsencode(os.path.abspath(os.path.expanduser(folder)))  # noqa: PTH100, PTH111


def _length(root: tuple[int, bytes]) -> int:
    return len(root[1])


def _refuse_unreadable(path: bytes) -> None:
    name = os.fsdecode(path)
    try:
        with os.scandir(path):
            return
    except FileNotFoundError as error:
        raise VibeError(
            f"There is no folder {name}.", "Check the spelling, or mount the disk it is on."
        ) from error
    except NotADirectoryError as error:
        raise VibeError(f"{name} is a file, not a folder.", "Give the folder it lies in.") from error
    except OSError as error:
        raise VibeError(
            f"The folder {name} cannot be read.", "Check its permissions, then try again."
        ) from error


def _closeness(start: str, title: str | None, artist: str | None) -> tuple[bool, bool, bool, str]:
    """Return what a track is sorted by among those whose names go with what was typed; less is closer."""
    title, artist = title or "", artist or ""
    in_title = all(f" {word}" in f" {title}" for word in start.split())
    return not title.startswith(start), not in_title, not artist.startswith(start), title


def _columns(track_id: TrackId, tags: Tags, content_key: bytes) -> tuple[Any, ...]:
    names = (tags.title, tags.artist, tags.album_artist, tags.album)
    numbers = (tags.track_number, tags.disc_number, tags.year, tags.seconds, tags.bpm)
    return (content_key, *map(plain, names), *map(storable, numbers), dump_tags(tags), track_id)


def _track(row: tuple[Any, ...]) -> Track:
    track_id, path, missing, online, tags, sentence, keywords, own, labels = row
    here = TrackState.PRESENT if online else TrackState.OFFLINE
    return Track(
        id=track_id,
        path=os.fsdecode(path),
        state=TrackState.MISSING if missing else here,
        tags=load_tags(tags),
        caption=Caption(sentence, load_words(keywords), bool(own)),
        labels=load_labels(labels),
    )
