"""The stored vectors: float16 in the database, one set for each space."""

from __future__ import annotations

import json
from hashlib import blake2b
from typing import TYPE_CHECKING, Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from vibe_desktop.library.numbers import contains, numbers

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vibe_desktop.domain import FloatMatrix, FloatVector, IdArray, Space, TrackId
    from vibe_desktop.library.database import Database

HalfMatrix: TypeAlias = NDArray[np.float16]
_PAGE = 8192

# A row that is replaced would lie at another place and be entered in every index anew: ten times the writing.
_PUT = """
    INSERT INTO vector (space_id, track_id, value, source) VALUES (?, ?, ?, ?)
    ON CONFLICT DO UPDATE SET value = excluded.value, source = excluded.source
"""
# + keeps the index over spaces out of it, in whose order rows do not lie.
_LYING = "SELECT rowid, track_id, value FROM vector WHERE rowid > ? AND +space_id = ? ORDER BY rowid LIMIT ?"
_PUT_WINDOWS = """
    INSERT INTO heard_window (space_id, track_id, value) VALUES (?, ?, ?)
    ON CONFLICT DO UPDATE SET value = excluded.value
"""


class UnusableVectorError(ValueError):
    """A vector that would poison a search: not finite, all zero or of the wrong length."""


def digest(text: str) -> bytes:
    """Return 16 bytes that tell one text from another, as the `source` of its vector."""
    return blake2b(text.encode("utf-8", "surrogatepass"), digest_size=16).digest()


class VectorStore:
    """Reads and writes vectors; the database is the truth, every index is made from it."""

    def __init__(self, db: Database) -> None:
        self._db = db

    def space_id(self, space: Space) -> int:
        """Return the row of a space, made on first sight."""
        known = self._known(space)
        if known is None:
            with self._db.transaction():
                self._db.run(
                    "INSERT OR IGNORE INTO space (name, kind, dimensions, fingerprint) VALUES (?, ?, ?, ?)",
                    (space.name, space.kind.value, space.dimensions, space.fingerprint),
                )
            return self.space_id(space)
        return known

    def _known(self, space: Space) -> int | None:
        rows = self._db.run("SELECT id FROM space WHERE fingerprint = ?", (space.fingerprint,))
        return int(rows[0][0]) if rows else None

    def put(self, space: Space, rows: Sequence[tuple[TrackId, FloatVector, bytes]]) -> None:
        """Store (track, vector, source) rows inside the caller's transaction, replacing older ones.

        Raises `UnusableVectorError` before anything is written when a vector
        is not finite, all zero, or not of shape (space.dimensions,).
        """
        space_id = self.space_id(space)
        packed = [(space_id, track_id, _pack(vector, space), source) for track_id, vector, source in rows]
        self._db.run_many(_PUT, packed)
        self._db.run("UPDATE space SET generation = generation + 1 WHERE id = ?", (space_id,))

    def generation(self, space: Space) -> int:
        """Return a number that changes whenever a vector of the space does."""
        rows = self._db.run("SELECT generation FROM space WHERE id = ?", (self._known(space),))
        return int(rows[0][0]) if rows else 0

    def count(self, space: Space) -> int:
        """Return how many tracks have a vector of the space."""
        rows = self._db.run("SELECT count(*) FROM vector WHERE space_id = ?", (self._known(space),))
        return int(rows[0][0])

    def matrix(self, space: Space) -> tuple[IdArray, HalfMatrix]:
        """Return the ids, ascending, and their vectors, shape (n, dimensions), float16."""
        ids, vectors = self._matrix(space, np.float16)
        return ids, vectors

    def float_matrix(self, space: Space) -> tuple[IdArray, FloatMatrix]:
        """Return the same as float32, without ever holding it in another form as well."""
        ids, vectors = self._matrix(space, np.float32)
        return ids, vectors

    def ids(self, space: Space) -> IdArray:
        """Return the tracks that have a vector, ascending."""
        # The index over both columns holds them in this order.
        sql = "SELECT track_id AS id FROM vector WHERE space_id = ? ORDER BY track_id"
        return numbers(self._db, sql, (self._known(space),))

    def sources(self, space: Space) -> list[tuple[TrackId, bytes, bool]]:
        """Return (track, what its vector was made from, whether its file is here) of every vector."""
        return [
            (track_id, source, bool(here))
            for track_id, source, here in self._db.run(
                "SELECT vector.track_id, vector.source, missing_since IS NULL AND online FROM vector"
                " JOIN track ON track.id = vector.track_id JOIN root ON root.id = track.root_id"
                " WHERE space_id = ?",
                (self._known(space),),
            )
        ]

    def some(self, space: Space, ids: Sequence[TrackId]) -> tuple[IdArray, FloatMatrix]:
        """Return those of `ids` that have a vector, ascending, and the vectors as float32."""
        rows = self._db.run(
            "SELECT track_id, value FROM vector WHERE space_id = ?"
            " AND track_id IN (SELECT value FROM json_each(?)) ORDER BY track_id",
            (self._known(space), json.dumps([int(track_id) for track_id in ids])),
        )
        vectors = unpacked(b"".join(row[1] for row in rows), space).astype(np.float32)
        return np.array([row[0] for row in rows], dtype=np.int64), vectors

    def _matrix(self, space: Space, kind: type[Any]) -> tuple[IdArray, NDArray[Any]]:
        ids = self.ids(space)
        vectors = np.empty((len(ids), space.dimensions), dtype=kind)
        filled = np.zeros(len(ids), dtype=np.bool_)
        for rows in self._pages(space):
            tracks = np.array([row[1] for row in rows], dtype=np.int64)
            known = contains(ids, tracks)  # others may store some meanwhile, and take some away
            at = np.searchsorted(ids, tracks[known])
            vectors[at] = unpacked(b"".join(row[2] for row in rows), space)[known]
            filled[at] = True
            if filled.all():  # what lies behind belongs to other spaces
                break
        return (ids, vectors) if filled.all() else (ids[filled], vectors[filled])

    def _pages(self, space: Space) -> Iterator[list[tuple[Any, ...]]]:
        """Yield (row, track, vector) as they lie in the file, so that each page of it is read once."""
        known = self._known(space)
        [(first,)] = self._db.run("SELECT min(rowid) FROM vector WHERE space_id = ?", (known,))
        last = (first or 0) - 1
        while rows := self._db.run(_LYING, (last, known, _PAGE)):
            last = rows[-1][0]
            yield rows

    def put_windows(self, space: Space, rows: Sequence[tuple[TrackId, FloatMatrix]]) -> None:
        """Store (track, windows) rows inside the caller's transaction, replacing older ones.

        Windows have shape (n, space.dimensions). Raises `UnusableVectorError` before anything is
        written when one is not finite, all zero or of another length.
        """
        space_id = self.space_id(space)
        packed = [
            (space_id, track_id, b"".join(_pack(window, space) for window in windows))
            for track_id, windows in rows
        ]
        self._db.run_many(_PUT_WINDOWS, packed)

    def has_windows(self, space: Space) -> bool:
        """Whether windows are kept for any track of the space."""
        sql = "SELECT 1 FROM heard_window WHERE space_id = ? LIMIT 1"
        return bool(self._db.run(sql, (self._known(space),)))

    def windows(self, space: Space, ids: Sequence[TrackId]) -> list[HalfMatrix]:
        """Return the windows of each track, shape (n, dimensions), float16; none where none are kept."""
        found = dict(
            self._db.run(
                "SELECT track_id, value FROM heard_window WHERE space_id = ?"
                " AND track_id IN (SELECT value FROM json_each(?))",
                (self._known(space), json.dumps([int(track_id) for track_id in ids])),
            )
        )
        return [unpacked(found.get(track_id, b""), space) for track_id in ids]

    def outdated_texts(
        self, space: Space, among: Sequence[TrackId] | None = None
    ) -> list[tuple[TrackId, str]]:
        """Return (track, sentence) where the vector is missing or was made from another sentence.

        Equal sentences stand together, so that an encoder need compute them only once.
        """
        sql = """
            SELECT caption.track_id, coalesce(own_sentence, sentence) AS text, vector.source
            FROM caption LEFT JOIN vector ON vector.track_id = caption.track_id AND vector.space_id = ?
        """
        params: list[Any] = [self.space_id(space)]
        if among is not None:
            sql += "WHERE caption.track_id IN (SELECT value FROM json_each(?))"
            params.append(json.dumps(list(among)))
        rows = self._db.run(sql + " ORDER BY text, caption.track_id", params)
        return [(track_id, text) for track_id, text, source in rows if source != digest(text)]

    def unheard(self, space: Space, task: str) -> list[tuple[TrackId, bytes, bytes]]:
        """Return (track, path, content key) of the present tracks the ear has yet to hear.

        Spread over the library in a fixed order, so that a half-heard library
        is half of everything rather than all of the first artists. Files that
        failed or were given up on for `task` are left out.
        """
        rows = self._db.run(
            """
            SELECT track.id, track.path, track.content_key
            FROM track
            JOIN root ON root.id = track.root_id
            LEFT JOIN vector ON vector.track_id = track.id AND vector.space_id = :space
            WHERE missing_since IS NULL AND root.online AND NOT tags_pending AND content_key IS NOT NULL
                AND vector.source IS NOT track.content_key
                AND NOT EXISTS (
                    SELECT 1 FROM failure WHERE failure.track_id = track.id AND failure.task = :task
                )
            ORDER BY (track.id * 2654435761) % 4294967296
            """,
            {"space": self.space_id(space), "task": task},
        )
        return [(row[0], row[1], row[2]) for row in rows]


def is_usable(vector: FloatVector, space: Space) -> bool:
    """Whether a vector of shape (space.dimensions,) can be kept: finite and not all zero, also as float16."""
    half = _halved(vector)
    return half.shape == (space.dimensions,) and bool(np.isfinite(half).all() and half.any())


def unpacked(value: bytes, space: Space) -> HalfMatrix:
    """Return stored vectors, shape (n, space.dimensions); raises ValueError where one is cut off."""
    return np.frombuffer(value, dtype="<f2").reshape(-1, space.dimensions)


def _halved(vector: FloatVector) -> HalfMatrix:
    with np.errstate(over="ignore"):  # what is too large becomes infinite, and that is not kept
        return np.asarray(vector).astype("<f2")


def _pack(vector: FloatVector, space: Space) -> bytes:
    if not is_usable(vector, space):
        raise UnusableVectorError(
            f"a vector of {space.name} must have {space.dimensions} finite numbers, not all zero"
        )
    return _halved(vector).tobytes()
