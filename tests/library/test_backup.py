"""Copies of the library: when one is made, what it holds, which are kept, and what prevents one."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import apsw
import pytest

from damage import overwrite, pages_of
from large_library import fill
from vibe_desktop.library import backup, salvage
from vibe_desktop.library.backup import copies, keep
from vibe_desktop.library.database import Database

DAY = 86_400
MADE_AT = 1.7e9


@pytest.fixture(scope="module")
def _filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    file = tmp_path_factory.mktemp("filled") / "library.sqlite3"
    fill(file, 300)
    with closing(Database.open(file)) as db:
        db.run("INSERT INTO liked SELECT id, id FROM track WHERE id % 3 = 0")
        db.run("INSERT INTO space (name, kind, dimensions, fingerprint) VALUES ('ear', 'ear', 8, 'f')")
        db.run("INSERT INTO vector SELECT 1, id, randomblob(16), content_key FROM track")
        db.run("UPDATE caption SET own_sentence = 'Mine.' WHERE track_id = 7")
    return file


@pytest.fixture
def library(_filled: Path, tmp_path: Path) -> Path:
    """Return a library that was last written at `MADE_AT`."""
    file = tmp_path / "library.sqlite3"
    shutil.copy(_filled, file)
    return written_at(file, MADE_AT)


def written_at(file: Path, at: float) -> Path:
    os.utime(file, (at, at))
    return file


def ask(file: Path, sql: str) -> list[object]:
    with closing(apsw.Connection(str(file), flags=apsw.SQLITE_OPEN_READONLY)) as connection:
        return [row[0] for row in connection.execute(sql)]


def test_a_copy_is_the_library_as_it_was_and_is_made_once(library: Path) -> None:
    assert keep(library)
    assert not keep(library)

    [copy] = copies(library)
    assert copy.at == MADE_AT
    assert ask(copy.path, "SELECT count(*) FROM vector") == [300]
    assert ask(copy.path, "PRAGMA quick_check") == ["ok"]
    assert sorted(path.name for path in copy.path.parent.iterdir()) == ["lock", "newest.sqlite3"]


def test_a_copy_is_due_once_the_library_went_on_for_a_while(library: Path) -> None:
    keep(library)
    a_moment = library.stat().st_size / (1 << 20) * 14
    written_at(library, MADE_AT + a_moment)
    assert not keep(library)
    written_at(library, MADE_AT + 2 * a_moment)
    assert keep(library)
    written_at(library, MADE_AT - DAY)  # the clock was set back
    assert keep(library)


def test_the_last_two_stay_and_one_that_is_up_to_a_fortnight_older(library: Path) -> None:
    days = []
    for day in range(40):
        keep(written_at(library, MADE_AT + day * DAY))
        days.append([round((copy.at - MADE_AT) / DAY) for copy in copies(library)])

    assert days[0] == [0]
    assert days[1] == [1, 0]
    assert all(kept[:2] == [day, day - 1] for day, kept in enumerate(days) if day)
    assert all(2 <= day - kept[2] <= 17 for day, kept in enumerate(days) if day > 1)


@pytest.fixture
def large(library: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a library that counts as large."""
    monkeypatch.setattr(backup, "_WHOLE_BELOW", 0)
    return library


def test_of_a_large_library_only_what_cannot_be_made_again_is_copied(large: Path) -> None:
    assert keep(large)

    [copy] = copies(large)
    assert copy.path.stat().st_size < large.stat().st_size / 2
    assert ask(copy.path, "SELECT count(*) FROM track") == [300]
    assert ask(copy.path, "SELECT count(*) FROM liked") == [100]
    assert ask(copy.path, "SELECT own_sentence FROM caption") == ["Mine."]
    tables = set(ask(copy.path, "SELECT name FROM sqlite_schema"))
    assert tables == {*backup.KEPT_TABLES, "caption"}


def test_every_table_is_taken_over_or_known_to_be_made_again(library: Path) -> None:
    tables = set(
        ask(library, "SELECT name FROM pragma_table_list WHERE schema = 'main' AND type <> 'shadow'")
    )
    assert tables - {"sqlite_schema", "sqlite_sequence"} == {*salvage.TABLES, *salvage.MADE_AGAIN}
    assert {*backup.KEPT_TABLES, "caption"} <= set(salvage.TABLES)
    assert not {"vector", "hearing", "heard_window"} & set(backup.KEPT_TABLES)


@pytest.mark.parametrize("table", ["track", "liked", "vector"])
def test_a_damaged_library_pushes_no_good_copy_out(
    library: Path, table: str, expect_log: Callable[[str], None]
) -> None:
    keep(library)
    mark = library.with_name("library.sqlite3.checked")
    overwrite(library, pages_of(library, table)[0])
    mark.touch()
    written_at(library, MADE_AT + DAY)
    expect_log("is damaged; its copies stay as they are")

    assert not keep(library)

    assert [copy.at for copy in copies(library)] == [MADE_AT]
    assert not mark.exists(), "the next start is to look closely"


def test_a_large_library_is_copied_although_what_is_made_again_is_damaged(large: Path) -> None:
    overwrite(large, *pages_of(large, "vector")[1:3])
    assert keep(large)


_CRAMPED = """
import logging, resource, sys
from pathlib import Path
from vibe_desktop.library.backup import copies, keep
logging.basicConfig(level=logging.INFO, format="%(message)s")
resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))
print(keep(Path(sys.argv[1])), [path.name for path in Path(sys.argv[1]).with_name("copies").iterdir()])
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size")
def test_where_there_is_no_room_a_line_in_the_log_says_so(library: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", _CRAMPED, library], capture_output=True, text=True, check=True
    )
    assert done.stdout == "False ['lock']\n"
    assert "No copy of the library was made" in done.stderr


@pytest.fixture
def written_to(library: Path) -> Iterator[Database]:
    with closing(Database.open(library)) as db:
        yield db


def test_a_copy_is_made_beside_who_reads_and_writes(written_to: Database) -> None:
    with written_to.transaction():
        written_to.run("DELETE FROM liked WHERE track_id > 150")
        assert keep(written_to.path)
    [copy] = copies(written_to.path)
    assert ask(copy.path, "SELECT count(*) FROM liked") == [100], "what is not settled is not there"
    assert written_to.run("SELECT count(*) FROM liked") == [(50,)]


def test_two_that_end_at_once_make_one_copy(library: Path) -> None:
    with backup.copying(library):
        assert not keep(library)
    assert keep(library)
