"""Small libraries for tests: rows without files."""

from __future__ import annotations

import numpy as np

from vibe_desktop.domain import FloatMatrix, Space, SpaceKind, Tags
from vibe_desktop.library.database import Database
from vibe_desktop.library.tracks import TrackStore

TEXT = Space("sbert", SpaceKind.TEXT, 32, "a fingerprint")


def add_tracks(db: Database, count: int) -> list[int]:
    """Add `count` rows with tags read, and return their ids."""
    db.run("INSERT INTO root (path, added_at) VALUES (?, 0)", (b"/music",))
    db.run_many(
        "INSERT INTO track (root_id, path, size, mtime_ns, device, inode, first_seen)"
        " VALUES (1, ?, 1, 1, 1, ?, 0)",
        [(b"/music/%d.mp3" % number, number) for number in range(count)],
    )
    ids = [row[0] for row in db.run("SELECT id FROM track ORDER BY id")]
    TrackStore(db).store_tags([(i, Tags(title=f"Song {i}"), b"key%d" % i) for i in ids], lambda _: ())
    return ids


def unit_rows(count: int, dimensions: int, seed: int = 0) -> FloatMatrix:
    """Return random unit rows, shape (count, dimensions)."""
    rows = np.random.default_rng(seed).standard_normal((count, dimensions)).astype(np.float32)
    return np.asarray(rows / np.linalg.norm(rows, axis=1, keepdims=True), dtype=np.float32)
