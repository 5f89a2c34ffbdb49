"""The library's file: created, migrated, refused, damaged, full, shared."""

from __future__ import annotations

import os
import shutil
import sqlite3
import subprocess
import sys
import threading
from contextlib import closing
from pathlib import Path
from tempfile import TemporaryDirectory

import apsw
import pytest

from vibe_desktop.domain import VibeError
from vibe_desktop.library.database import Database, journal_mode

STEPS = Path(__file__).parents[2] / "vibe_desktop" / "library" / "sql"
NEWEST = len(list(STEPS.glob("*.sql")))


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "library.sqlite3"


def _steps(folder: Path, *more: str) -> Path:
    """Make a folder of migrations: ours and `more` after them."""
    shutil.copytree(STEPS, folder)
    for number, sql in enumerate(more, NEWEST + 1):
        (folder / f"{number:03}_step.sql").write_text(sql)
    return folder


def _add_root(database: Database, name: bytes) -> None:
    database.run("INSERT INTO root (path, added_at) VALUES (?, 0)", (name,))


class PlannedFailure(Exception):  # noqa: N818
    """Anything that goes wrong inside a transaction."""


def _add_root_and_fail(database: Database) -> None:
    _add_root(database, b"/a")
    raise PlannedFailure


def _add_in_a_transaction_and_fail(database: Database) -> None:
    with database.transaction():
        _add_root(database, b"/a")
    raise PlannedFailure


def _root_paths(database: Database) -> list[bytes]:
    return [row[0] for row in database.run("SELECT path FROM root ORDER BY path")]


def test_a_new_library_is_made_with_its_folder_and_the_settings_that_keep_it_whole(path: Path) -> None:
    database = Database.open(path)
    settings = [
        database.run(f"PRAGMA {name}")[0][0] for name in ("journal_mode", "synchronous", "foreign_keys")
    ]
    assert settings == ["wal", 1, 1]
    assert database.run("PRAGMA user_version")[0][0] == NEWEST
    database.close()


def test_a_job_that_writes_all_over_a_large_library_writes_each_page_once(path: Path) -> None:
    database = Database.open(path)
    database.run("CREATE TABLE song (id INTEGER PRIMARY KEY, key BLOB UNIQUE)")
    songs = range(12_000)
    database.run_many("INSERT INTO song VALUES (?, randomblob(400))", ((number,) for number in songs))

    def written_early() -> int:
        database.run_many("UPDATE song SET key = randomblob(400) WHERE id = ?", ((i,) for i in songs[::10]))
        spilled, _ = database.connection.status(apsw.SQLITE_DBSTATUS_CACHE_SPILL, reset=True)
        return spilled

    written_early()
    assert written_early() > 0
    database.expect_much()
    assert written_early() == 0
    database.close()


def test_what_was_stored_is_there_after_closing_twice_and_opening_again(path: Path) -> None:
    database = Database.open(path)
    _add_root(database, b"/music/caf\xe9")
    database.close()
    database.close()
    again = Database.open(path)
    assert _root_paths(again) == [b"/music/caf\xe9"]
    again.close()


def test_a_transaction_that_fails_leaves_nothing_behind(path: Path) -> None:
    database = Database.open(path)
    with pytest.raises(PlannedFailure), database.transaction():
        _add_root_and_fail(database)
    assert _root_paths(database) == []
    with database.transaction():
        _add_root(database, b"/b")
    assert _root_paths(database) == [b"/b"]
    database.close()


def test_a_transaction_inside_another_is_part_of_it(path: Path) -> None:
    database = Database.open(path)
    with pytest.raises(PlannedFailure), database.transaction():
        _add_in_a_transaction_and_fail(database)
    assert _root_paths(database) == []
    database.close()


def test_threads_take_turns_and_never_see_half_a_transaction(path: Path) -> None:
    database = Database.open(path)
    seen: list[int] = []

    def write(name: int) -> None:
        for number in range(50):
            with database.transaction():
                _add_root(database, b"%d/%d/a" % (name, number))
                _add_root(database, b"%d/%d/b" % (name, number))

    def read() -> None:
        seen.extend(database.run("SELECT count(*) FROM root")[0][0] for _ in range(200))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(3)] + [threading.Thread(target=read)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert all(count % 2 == 0 for count in seen)
    assert len(_root_paths(database)) == 300
    database.close()


def test_a_library_of_a_newer_version_is_refused_and_not_touched(path: Path, tmp_path: Path) -> None:
    newer = _steps(tmp_path / "steps", "CREATE TABLE later (x)")
    database = Database.open(path, newer)
    _add_root(database, b"/a")
    database.close()
    before = (path.read_bytes(), path.stat().st_mtime_ns)
    with pytest.raises(VibeError, match="newer version") as caught:
        Database.open(path)
    assert "--profile" in caught.value.remedy
    assert (path.read_bytes(), path.stat().st_mtime_ns) == before


def test_a_newer_version_still_in_the_write_ahead_log_is_refused_too(path: Path, tmp_path: Path) -> None:
    Database.open(path).close()
    code = (
        "import sys, os; from pathlib import Path; from vibe_desktop.library.database import Database;"
        "database = Database.open(Path(sys.argv[1]), Path(sys.argv[2])); os._exit(9)"
    )
    steps = _steps(tmp_path / "steps", "CREATE TABLE later (x)")
    assert subprocess.run([sys.executable, "-c", code, path, steps], check=False).returncode == 9
    assert path.with_name(path.name + "-wal").stat().st_size > 0
    before = path.read_bytes()
    with pytest.raises(VibeError, match="newer version"):
        Database.open(path)
    assert path.read_bytes() == before


def test_migrating_keeps_the_rows_and_a_copy_of_the_library_as_it_was(path: Path, tmp_path: Path) -> None:
    database = Database.open(path)
    _add_root(database, b"/a")
    database.close()
    database = Database.open(path, _steps(tmp_path / "steps", "ALTER TABLE root ADD COLUMN note TEXT"))
    assert database.run("SELECT path, note FROM root") == [(b"/a", None)]
    database.close()
    copy = Database.open(path.with_name(f"library.sqlite3.version-{NEWEST}"))
    assert _root_paths(copy) == [b"/a"]
    copy.close()
    assert not list(path.parent.glob("*.part"))


def test_a_new_library_needs_no_copy(path: Path) -> None:
    Database.open(path).close()
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_migration_that_breaks_off_leaves_the_old_version_and_is_healed_by_the_next_start(
    path: Path, tmp_path: Path
) -> None:
    database = Database.open(path)
    _add_root(database, b"/a")
    database.close()
    steps = _steps(tmp_path / "steps", "CREATE TABLE one (x)", "CREATE TABLE two (x); SELECT nonsense()")
    with pytest.raises(apsw.SQLError):
        Database.open(path, steps)
    with sqlite3.connect(path) as look:
        assert look.execute("PRAGMA user_version").fetchone() == (NEWEST + 1,)
        assert look.execute("SELECT name FROM sqlite_master WHERE name = 'two'").fetchall() == []
    look.close()
    (steps / f"{NEWEST + 2:03}_step.sql").write_text("CREATE TABLE two (x)")
    database = Database.open(path, steps)
    assert database.run("SELECT count(*) FROM two") == [(0,)]
    assert _root_paths(database) == [b"/a"]
    database.close()


def test_a_migration_killed_midway_is_healed_by_the_next_start(path: Path, tmp_path: Path) -> None:
    Database.open(path).close()
    steps = _steps(
        tmp_path / "steps",
        "CREATE TABLE big (x); INSERT INTO big SELECT randomblob(1000) FROM generate_series(1, 2000);"
        "SELECT die()",
    )
    code = (
        "import apsw, os, sys; from pathlib import Path; from vibe_desktop.library.database import Database;"
        "die = lambda: os.kill(os.getpid(), 9);"
        "apsw.connection_hooks.append(lambda connection: connection.create_scalar_function('die', die));"
        "Database.open(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    assert subprocess.run([sys.executable, "-c", code, path, steps], check=False).returncode != 0
    (steps / f"{NEWEST + 1:03}_step.sql").write_text("CREATE TABLE big (x)")
    database = Database.open(path, steps)
    assert database.run("SELECT count(*) FROM big") == [(0,)]
    database.close()


@pytest.mark.parametrize(
    "content", [b"not a database, but long enough to be one " * 100, b"SQLite format 3\0junk"]
)
def test_a_file_that_is_no_database_is_named_and_left_alone(path: Path, content: bytes) -> None:
    path.parent.mkdir()
    path.write_bytes(content)
    with pytest.raises(VibeError) as caught:
        Database.open(path)
    assert str(path) in caught.value.message
    assert caught.value.remedy
    assert path.read_bytes() == content


def test_an_empty_file_becomes_a_library(path: Path) -> None:
    path.parent.mkdir()
    path.touch()
    database = Database.open(path)
    assert _root_paths(database) == []
    database.close()


def test_a_full_library_is_said_plainly_and_keeps_what_it_has(path: Path) -> None:
    database = Database.open(path)
    _add_root(database, b"/a")
    database.run(f"PRAGMA max_page_count = {database.run('PRAGMA page_count')[0][0]}")
    rows = [(b"/music/%d" % number, 0) for number in range(10_000)]
    with pytest.raises(VibeError, match="no room left") as caught:
        database.run_many("INSERT INTO root (path, added_at) VALUES (?, ?)", rows)
    assert "Free some space" in caught.value.remedy
    assert _root_paths(database) == [b"/a"]
    database.run("PRAGMA max_page_count = 1000000")
    _add_root(database, b"/b")
    assert _root_paths(database) == [b"/a", b"/b"]
    database.close()


_FILL = """
import resource, sys
from pathlib import Path
from vibe_desktop.domain import VibeError
from vibe_desktop.library.database import Database
database = Database.open(Path(sys.argv[1]))
resource.setrlimit(resource.RLIMIT_FSIZE, (400_000, 400_000))
try:
    for batch in range(1000):
        rows = [(b"/%d/%d" % (batch, n), 0) for n in range(100)]
        database.run_many("INSERT INTO root (path, added_at) VALUES (?, ?)", rows)
except VibeError as error:
    print(error.message)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size")
def test_a_full_disk_loses_no_batch_that_was_stored(path: Path) -> None:
    done = subprocess.run([sys.executable, "-c", _FILL, path], capture_output=True, text=True, check=True)
    assert "no room left" in done.stdout or "disk may be full" in done.stdout
    database = Database.open(path)
    count = len(_root_paths(database))
    assert count > 0
    assert count % 100 == 0
    database.close()


def test_a_place_that_cannot_be_written_is_said_plainly(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way")
    with pytest.raises(VibeError, match="cannot be made"):
        Database.open(tmp_path / "file" / "library.sqlite3")
    (tmp_path / "folder" / "library.sqlite3").mkdir(parents=True)
    with pytest.raises(VibeError, match="is not a Vibe Desktop library"):
        Database.open(tmp_path / "folder" / "library.sqlite3")


_OPEN_AS_NOBODY = """
import os, sys
from pathlib import Path
from vibe_desktop.domain import VibeError
from vibe_desktop.library.database import Database
if os.geteuid() == 0:
    os.setuid(65534)
try:
    Database.open(Path(sys.argv[1]))
except VibeError as error:
    print(error.message)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="POSIX permissions")
def test_a_read_only_library_is_said_plainly() -> None:
    with TemporaryDirectory() as folder:
        path = Path(folder) / "library.sqlite3"
        Database.open(path).close()
        path.chmod(0o444)
        path.parent.chmod(0o555)
        done = subprocess.run(
            [sys.executable, "-c", _OPEN_AS_NOBODY, path], capture_output=True, text=True, check=True
        )
        path.parent.chmod(0o755)
    assert "cannot be opened for writing" in done.stdout


def test_a_library_another_program_is_writing_to_is_said_plainly(path: Path) -> None:
    first, second = Database.open(path), Database.open(path)
    second.connection.set_busy_timeout(10)
    with first.transaction():
        _add_root(first, b"/a")
        with pytest.raises(VibeError, match="in use"):
            _add_root(second, b"/b")
        assert _root_paths(second) == []
    _add_root(second, b"/b")
    assert _root_paths(first) == [b"/a", b"/b"]
    first.close()
    second.close()


@pytest.mark.parametrize(
    ("folder", "mode"),
    [
        ("/home/ana", "wal"),
        ("/home/net/ana", "truncate"),
        ("/home/net/local", "wal"),
        ("/home/network", "wal"),
    ],
)
def test_write_ahead_logging_is_not_used_on_other_machines_disks(folder: str, mode: str) -> None:
    mounts = [("/", "ext4"), ("/home/net", "nfs4"), ("/home/net/local", "btrfs"), ("/proc", "proc")]
    assert journal_mode(Path(folder) / "library.sqlite3", mounts) == mode


def test_several_programs_starting_at_once_make_one_library(path: Path) -> None:
    code = (
        "import sys; from pathlib import Path; from vibe_desktop.library.database import Database\n"
        "for folder in range(20):\n"
        "    sys.stdin.readline()\n"
        "    database = Database.open(Path(sys.argv[1]).with_name(f'{folder}.sqlite3'))\n"
        "    database.run('INSERT INTO root (path, added_at) VALUES (?, 0)', (sys.argv[2].encode(),))\n"
        "    database.close()"
    )
    programs = [
        subprocess.Popen(
            [sys.executable, "-c", code, str(path), str(number)],
            stdin=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        for number in range(4)
    ]
    for program in programs:
        assert program.stdin is not None
        program.stdin.write(b"go\n" * 20)
        program.stdin.flush()
    assert [program.communicate()[1] for program in programs] == [b""] * 4
    for folder in range(20):
        with closing(Database.open(path.with_name(f"{folder}.sqlite3"))) as database:
            assert _root_paths(database) == [b"0", b"1", b"2", b"3"]


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a folder be called anything")
def test_a_profile_whose_name_is_not_text_is_said_plainly(tmp_path: Path) -> None:
    with pytest.raises(VibeError, match="not Unicode"):
        Database.open(tmp_path / os.fsdecode(b"caf\xe9") / "library.sqlite3")
