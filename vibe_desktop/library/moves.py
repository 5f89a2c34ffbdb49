"""Finds moved files again by what they sound like, once their tags were read.

A file that moved to another disk, or was retagged on its way, looks new to a
scan, and its old row missing. Rows are compared by their state, never by when
they appeared, so nothing depends on a scan having come through. A row counts
as new until it was compared here once, while no file it could be a copy of
was unaccounted for; after that it is settled and can only be a copy.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Callable, Collection, Hashable, Iterable, Iterator
from dataclasses import dataclass
from functools import cache, partial
from typing import TypeAlias

from vibe_desktop.domain import TrackId
from vibe_desktop.library import words
from vibe_desktop.library.database import Database
from vibe_desktop.library.spelling import each_listed_once, is_called
from vibe_desktop.library.tracks import TrackStore

_IsThere: TypeAlias = Callable[[bytes, bytes], bool]
"""tells whether a file is at its path, below its root"""

_SECONDS_APART = 2.0

# How many of the last steps of a path are compared where several files have the same content.
_STEPS = (3, 2, 1)

_A_PAIR = 2

# What a moved file may be known by, the surest first; and whether it must be as long, too.
_KEYS = {"content_key": False, "recording": True, "place": True}

# Also the songs of a removed folder: they may have been brought elsewhere, such as to another disk.
_GONE = "(missing_since IS NOT NULL OR root_id IN (SELECT id FROM root WHERE forgotten_at IS NOT NULL))"
_NEW = f"""NOT {_GONE} AND settled = 0 AND tags_pending = 0
    AND NOT EXISTS (SELECT 1 FROM caption WHERE track_id = track.id AND own_sentence IS NOT NULL)"""  # noqa: S608
_CANDIDATES = """
    SELECT track.id, track.path, root.path, content_key, title, seconds,
        json_extract(tags, '$.musicbrainz_recording_id')
    FROM track JOIN root ON root.id = root_id WHERE {} ORDER BY track.id
"""

_READ = "settled = 0 AND tags_pending = 0"
# Each once, however many there are of a kind: pairs of them all would be far too many.
_TWINS = f"""
    SELECT twin.id, twin.content_key, twin.path, root.path FROM track twin JOIN root ON root.id = root_id
    WHERE twin.missing_since IS NULL AND twin.content_key IN (SELECT content_key FROM track WHERE {_READ})
        AND EXISTS (SELECT 1 FROM track WHERE content_key = twin.content_key AND id <> twin.id)
    ORDER BY twin.path
"""  # noqa: S608 - our own text

_TAKEN = (
    "root_id, path, size, mtime_ns, device, inode, content_key, title, artist, album_artist, album,"
    " track_number, disc_number, year, seconds, bpm, tags, title_key, artist_key, album_key"
)


@dataclass(frozen=True, slots=True)
class _Candidate:
    id: TrackId
    path: bytes
    root: bytes
    content_key: bytes | None
    title: str
    seconds: float | None
    recording: str | None

    @property
    def place(self) -> Hashable:
        """Folder, name without extension, and title: what stays when a file is replaced by a better one."""
        return (os.path.splitext(self.path)[0], self.title.casefold()) if self.title else None  # noqa: PTH122


def reconcile_moves(tracks: TrackStore, *, settle: bool = True) -> int:
    """Pair missing tracks, and those of removed folders, with new ones; return how many were found again.

    By the key of the audio, by the recording's MusicBrainz id, or by a place
    where only the format changed. The old row keeps its id and everything kept
    about it and takes over the file, and what the person did with the new row
    meanwhile; that row is the one thing this program ever deletes unasked. Where it is
    not plain which belongs to which, nothing is paired. Leave out to `settle` what is
    looked at in the middle of a move: the copy may be there before its original goes.
    """
    db = tracks.db
    is_there = cache(partial(is_called, names=each_listed_once()))
    # The disk is asked before each transaction: a slow one takes minutes, and a person wants to write, too.
    _pairs(db, is_there)
    with db.transaction():
        pairs = _pairs(db, is_there)
        for missing, new in pairs:
            _take_over(db, missing.id, new.id)
    if settle and not db.run("SELECT 1 FROM root WHERE held > 0"):
        unsure = _unsure(db, is_there)
        with db.transaction():
            db.run(f"UPDATE track SET settled = 1 WHERE {_READ}")  # noqa: S608 - our own text
            db.run_many("UPDATE track SET settled = 0 WHERE id = ?", unsure)
    return len(pairs)


def _pairs(db: Database, is_there: _IsThere) -> list[tuple[_Candidate, _Candidate]]:
    """Return (missing, new) pairs; each candidate is in one pair at most."""
    if not db.run("SELECT 1 FROM track WHERE settled = 0 LIMIT 1"):
        return []
    gone = _candidates(db, _GONE)
    if not gone:  # as in a first scan, where every song is new
        return []
    new = _candidates(db, _NEW)
    alike = _alike(gone, new)
    missing = [each for each in alike if not is_there(each.path, each.root)]
    pairs: list[tuple[_Candidate, _Candidate]] = []
    for key, same_length in _KEYS.items():
        for old_ones, new_ones in _groups(missing, new, key):
            pairs += [(a, b) for a, b in _one_to_one(old_ones, new_ones) if not same_length or _as_long(a, b)]
        paired = {each.id for pair in pairs for each in pair}
        missing, new = _without(missing, paired), _without(new, paired)
    return pairs


def _candidates(db: Database, where: str) -> list[_Candidate]:
    return [_Candidate(*row) for row in db.run(_CANDIDATES.format(where))]


def _alike(missing: Iterable[_Candidate], new: Iterable[_Candidate]) -> list[_Candidate]:
    """Return the missing that share any key with a new one: only where those lie need be looked up."""
    wanted = {(key, getattr(each, key)) for each in new for key in _KEYS if getattr(each, key)}
    return [each for each in missing if any((key, getattr(each, key)) in wanted for key in _KEYS)]


def _groups(
    missing: Iterable[_Candidate], new: Iterable[_Candidate], key: str
) -> Iterator[tuple[list[_Candidate], list[_Candidate]]]:
    """Yield the missing and the new that share a key; an empty key is none."""
    groups: defaultdict[Hashable, tuple[list[_Candidate], list[_Candidate]]] = defaultdict(lambda: ([], []))
    for side, candidates in enumerate((missing, new)):
        for each in candidates:
            if value := getattr(each, key):
                groups[value][side].append(each)
    return (group for group in groups.values() if group[0] and group[1])


def _one_to_one(missing: list[_Candidate], new: list[_Candidate]) -> Iterator[tuple[_Candidate, _Candidate]]:
    """Yield the pairs that are beyond doubt: alone on both sides, or alone with the end of their path."""
    for steps in _STEPS if len(missing) + len(new) > _A_PAIR else ():
        by_end: defaultdict[bytes, tuple[list[_Candidate], list[_Candidate]]] = defaultdict(lambda: ([], []))
        for side, candidates in enumerate((missing, new)):
            for each in candidates:
                by_end[_end(each.path, steps)][side].append(each)
        alone = [(a[0], b[0]) for a, b in by_end.values() if len(a) == len(b) == 1]
        yield from alone
        paired = {each.id for pair in alone for each in pair}
        missing, new = _without(missing, paired), _without(new, paired)
    if len(missing) == len(new) == 1:
        yield missing[0], new[0]


def _end(path: bytes, steps: int) -> bytes:
    return b"/".join(path.split(os.sep.encode())[-steps:])


def _without(candidates: Iterable[_Candidate], paired: Collection[TrackId]) -> list[_Candidate]:
    return [each for each in candidates if each.id not in paired]


def _as_long(one: _Candidate, other: _Candidate) -> bool:
    if one.seconds is None or other.seconds is None:
        return False
    return abs(one.seconds - other.seconds) <= _SECONDS_APART


def _take_over(db: Database, missing: TrackId, new: TrackId) -> None:
    """Give the old row the new row's file and tags, and what it lacks of what was made from them."""
    values = db.run(f"SELECT {_TAKEN} FROM track WHERE id = ?", (new,))[0]  # noqa: S608 - our own text
    db.run("DELETE FROM track_genre WHERE track_id = ?", (missing,))
    for table in ("track_genre", "vector", "hearing", "caption", "liked", "listen", "playlist_entry"):
        db.run(f"UPDATE OR IGNORE {table} SET track_id = ? WHERE track_id = ?", (missing, new))  # noqa: S608
    for table in ("failure", "attempt"):
        db.run(f"DELETE FROM {table} WHERE track_id = ?", (missing,))  # noqa: S608 - our own text
    # Any nearest-neighbour file that knows the new row is out of date.
    db.run(
        "UPDATE space SET generation = generation + 1 WHERE id IN"
        " (SELECT space_id FROM vector WHERE track_id IN (?, ?))",
        (missing, new),
    )
    db.run("DELETE FROM words WHERE rowid = ?", (new,))
    db.run("DELETE FROM track WHERE id = ?", (new,))
    marks = ", ".join("?" * len(values))
    db.run(
        f"UPDATE track SET ({_TAKEN}) = ({marks}), missing_since = NULL, tags_pending = 0, settled = 1"  # noqa: S608
        " WHERE id = ?",
        (*values, missing),
    )
    words.refresh(db, [missing])


def _unsure(db: Database, is_there: _IsThere) -> list[tuple[TrackId]]:
    """Return the new rows that were read and may yet turn out to be a moved file: a twin's is gone."""
    gone: defaultdict[bytes, set[TrackId]] = defaultdict(set)
    for track_id, key, path, root in db.run(_TWINS):
        if not is_there(path, root):
            gone[key].add(track_id)
    return [
        (track_id,)
        for key, twins in gone.items()
        for (track_id,) in db.run(f"SELECT id FROM track WHERE {_READ} AND content_key = ?", (key,))  # noqa: S608
        if twins - {track_id}
    ]
