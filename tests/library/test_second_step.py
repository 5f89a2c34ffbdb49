"""The library after its second step and its third, and the connection that only reads it."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest

from libraries import add_tracks
from vibe_desktop.domain import Space, SpaceKind, VibeError
from vibe_desktop.index.vectors import VectorStore
from vibe_desktop.library.database import Database
from vibe_desktop.library.tracks import TrackStore

STEPS = Path(__file__).parents[2] / "vibe_desktop" / "library" / "sql"


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "library.sqlite3"


def add_root(database: Database, name: bytes) -> None:
    database.run("INSERT INTO root (path, added_at) VALUES (?, 0)", (name,))


def root_paths(database: Database) -> list[bytes]:
    return [row[0] for row in database.run("SELECT path FROM root ORDER BY path")]


def test_a_second_connection_for_reading_is_neither_checked_again_nor_able_to_write(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    database = Database.open(path)
    add_root(database, b"/a")
    monkeypatch.setattr(Database, "_look_for_damage", lambda _: pytest.fail("checked twice"))
    reading = database.reader()
    with database.transaction():
        add_root(database, b"/b")
        assert root_paths(reading) == [b"/a"]
    assert root_paths(reading) == [b"/a", b"/b"]
    with pytest.raises(VibeError, match="for writing"):
        add_root(reading, b"/c")
    reading.close()
    database.close()


def test_a_library_of_the_first_version_is_searched_and_sorted_after_the_step(
    path: Path, tmp_path: Path
) -> None:
    steps = tmp_path / "first"
    steps.mkdir()
    shutil.copy(STEPS / "001_initial.sql", steps)
    old = Database.open(path, steps)
    add_root(old, b"/m")
    old.run_many(
        "INSERT INTO track (root_id, path, size, mtime_ns, device, inode, first_seen, tags_pending, title)"
        " VALUES (1, ?, 1, 1, 1, ?, 0, 0, ?)",
        [(b"/m/1.mp3", 1, "zebra"), (b"/m/\xe9.mp3", 2, ""), (b"/m/3.mp3", 3, "\u00c9lan")],
    )
    old.close()
    database = Database.open(path)
    assert [row[0] for row in database.run("SELECT id FROM track ORDER BY title_key NULLS LAST")] == [3, 1, 2]
    assert database.run("SELECT rowid FROM words WHERE words MATCH '\"ela\"*'") == [(3,)]
    database.close()


def test_a_library_of_the_second_version_keeps_what_one_ear_heard_and_takes_another(
    path: Path, tmp_path: Path
) -> None:
    steps = tmp_path / "second"
    steps.mkdir()
    for name in ("001_initial.sql", "002_the_person.sql"):
        shutil.copy(STEPS / name, steps)
    old = Database.open(path, steps)
    [track_id] = add_tracks(old, 1)
    old.run("INSERT INTO space (name, kind, dimensions, fingerprint) VALUES ('musicnn', 'ear', 2, 'm')")
    old.run("INSERT INTO hearing VALUES (1, ?, x'', '[[\"guitar\", 0.9]]')", (track_id,))
    old.run("INSERT INTO vector VALUES (1, ?, x'003c003c', x'')", (track_id,))
    old.close()

    database = Database.open(path)
    heard, windowed = Space("musicnn", SpaceKind.EAR, 2, "m"), Space("clap", SpaceKind.EAR, 2, "c")
    store = VectorStore(database)
    with database.transaction():
        store.put_windows(windowed, [(track_id, np.eye(2, dtype=np.float32))])
    assert store.matrix(heard)[1].tolist() == [[1.0, 1.0]]
    assert [label.name for label in TrackStore(database).tracks([track_id])[0].labels] == ["guitar"]
    assert store.windows(windowed, [track_id])[0].tolist() == [[1, 0], [0, 1]]
    assert path.with_name(f"{path.name}.version-2").exists()
    database.close()
