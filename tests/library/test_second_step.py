"""The library after its second step, and the connection that only reads it."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from vibe_desktop.domain import VibeError
from vibe_desktop.library.database import Database

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
    monkeypatch.setattr(Database, "_check", lambda _: pytest.fail("checked twice"))
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
