"""Newer and older libraries: one is left as it is, the other migrated, wherever that is cut short."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest
from PySide6.QtWidgets import QLabel, QPushButton, QWidget

from players import silent_vlc
from program import Program
from vibe_desktop.app import App
from vibe_desktop.library.database import Database
from vibe_desktop.paths import Profile
from vibe_desktop.ui.start import Program as WindowProgram
from vibe_desktop.ui.start import make_application
from window import Window

STEPS = Path(__file__).parents[2] / "vibe_desktop" / "library" / "sql"
SONGS = 20
NEWEST = int(max(file.name for file in STEPS.glob("*.sql"))[:3])


def _state(profile: Profile) -> tuple[bytes, int]:
    """Return what a library holds, and since when."""
    return profile.database.read_bytes(), profile.database.stat().st_mtime_ns


@pytest.fixture
def newer(known: Profile) -> Profile:
    """Return a profile whose library a newer version has made."""
    with closing(apsw.Connection(str(known.database))) as db:
        db.execute(f"PRAGMA user_version = {NEWEST + 1}")
    return known


def test_fault_55_commands_refuse_a_newer_library_and_touch_nothing(newer: Profile) -> None:
    program, before = Program(newer.folder), _state(newer)

    for command in (["queue", "metal"], ["index"], ["library"], ["show", "Anvil", "--caption", "x"]):
        assert "made by a newer version" in program.complaint(*command)

    assert _state(newer) == before


def test_fault_55_the_window_says_so_and_touches_nothing(
    newer: Profile, qapp: QWidget, nothing_left: None
) -> None:
    before = _state(newer)
    with App(newer) as app:
        program = WindowProgram(make_application(), app, make_player=silent_vlc)
        window = Window(program, newer)
        program.window.show()
        program._begin()
        window.until(lambda: window.all(QPushButton, "Try again"))
        assert any("made by a newer version" in label.text() for label in window.all(QLabel))
        assert not app.has_opened, "it would be copied at the end, and what lies beside it taken in"
        program.window.close()
        program.end(10.0)
        program.window.deleteLater()
    assert _state(newer) == before


_OLD = """
    INSERT INTO root (id, path, added_at) VALUES (1, CAST('/music' AS BLOB), 0);
    WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 20)
    INSERT INTO track (root_id, path, size, mtime_ns, device, inode, first_seen, settled, tags_pending,
        title, artist, album, tags)
    SELECT 1, CAST('/music/' || i || '.mp3' AS BLOB), 1, 1, 1, i, 0, 1, 0, 'Song ' || i, 'Artist', 'Album',
        '{"title": "Song ' || i || '", "language": "de"}'
    FROM n;
    INSERT INTO caption (track_id, sentence, own_sentence, terms, source)
        SELECT id, 'Ours.', 'Mine.', '[]', x'00' FROM track;
"""

_KILLED = """
import os, sys, shutil
from pathlib import Path
import apsw
from vibe_desktop.library.database import Database

old, folder = Path(sys.argv[1]), Path(sys.argv[2])

def migrate(place, last):
    left = [last]
    def trace(cursor, sql, bindings):
        left[0] -= 1
        if left[0] == 0:
            os.kill(os.getpid(), 9)
        return True
    def hook(connection):
        connection.exec_trace = trace
    apsw.connection_hooks.append(hook)
    Database.open(place / "library.sqlite3").close()
    os._exit(0)

for number in range(1, 1000, 2):
    place = folder / str(number)
    place.mkdir()
    shutil.copy(old, place / "library.sqlite3")
    child = os.fork()
    if child == 0:
        migrate(place, number)
    if os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0:
        break
"""


@pytest.fixture(scope="module")
def old(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a library of the first version, with songs and a person's own words."""
    folder = tmp_path_factory.mktemp("old")
    shutil.copy(min(STEPS.glob("*.sql")), folder)
    file = folder / "library.sqlite3"
    db = Database.open(file, folder)
    db.connection.execute(_OLD)
    db.close()
    return file


def _asked(file: Path, sql: str) -> list[tuple[Any, ...]]:
    with closing(apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY)) as db:
        return list(db.execute(sql))


def _everything(file: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Return the tables of a library and what is in them."""
    tables = _asked(file, "SELECT name, sql FROM sqlite_schema WHERE type = 'table' ORDER BY name")
    held = {name: _asked(file, f'SELECT * FROM "{name}"') for name, _ in tables if name != "words"}
    return {**held, "": _asked(file, "SELECT name, sql FROM sqlite_schema ORDER BY name")}


@pytest.mark.skipif(not hasattr(os, "fork"), reason="each of many kills forks from one process")
def test_fault_56_a_migration_killed_anywhere_is_completed_by_the_next_start(
    old: Path, tmp_path: Path
) -> None:
    subprocess.run([sys.executable, "-c", _KILLED, old, tmp_path], check=True)
    places = sorted(tmp_path.iterdir(), key=lambda place: int(place.name))
    assert len(places) > 15
    # The last one was not killed: all must become like it.
    undisturbed = _everything(places[-1] / "library.sqlite3")

    versions: set[int] = set()
    for file in (place / "library.sqlite3" for place in places):
        versions.update(_asked(file, "PRAGMA user_version")[0])
        assert _asked(file, "PRAGMA integrity_check") == [("ok",)]
        Database.open(file).close()
        assert _everything(file) == undisturbed
        assert list(file.parent.glob("*.version-1"))
        for copy in file.parent.glob("*.version-?"):
            assert _asked(copy, "SELECT count(*) FROM track") == [(SONGS,)]
        assert not list(file.parent.glob("*.part"))
    assert versions == set(range(1, NEWEST + 1))


@pytest.mark.skipif(os.name == "nt", reason="kill -9 is a signal")
def test_fault_56_killed_as_a_command_it_keeps_what_the_person_made(old: Path, tmp_path: Path) -> None:
    (tmp_path / "profile").mkdir()
    shutil.copy(old, tmp_path / "profile" / "library.sqlite3")
    program = Program(tmp_path / "profile")
    running = program.start("library")
    while not list(program.profile.glob("*.version-1*")) and running.poll() is None:
        pass
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()

    assert program.json("library")["counts"]["tracks"] == SONGS
    assert "Mine." in program("show", "7")
