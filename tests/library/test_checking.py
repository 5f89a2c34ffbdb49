"""When a library is looked at for damage: never a large one while somebody waits, unless it is in doubt."""

from __future__ import annotations

import os
from contextlib import closing
from pathlib import Path

import apsw
import pytest

import large_library
from damage import overwrite, pages_of
from music_folder import make_music
from vibe_desktop.app import App
from vibe_desktop.library import checking
from vibe_desktop.library.database import DamagedError, Database
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress


@pytest.fixture(params=[1], ids=["large"], autouse=True)
def _large_from(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let libraries of so many bytes count as large."""
    monkeypatch.setattr(checking, "_ALWAYS_BELOW", request.param)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "profile" / "library.sqlite3"


@pytest.fixture
def long_ago(path: Path) -> Path:
    """Damage a large library that was found whole long ago; return the mark that says so."""
    large_library.fill(path, 2000)
    Database.open(path).close()
    overwrite(path, pages_of(path, "track")[5])
    mark = path.with_name(f"{path.name}.checked")
    mark.touch()
    os.utime(mark, (0, 0))
    return mark


def _pages_read_to_open(path: Path, count: int) -> int:
    large_library.fill(path, count)
    Database.open(path).close()
    os.utime(path.with_name(f"{path.name}.checked"), (0, 0))
    with closing(Database.open(path)) as database:
        return database.connection.status(apsw.SQLITE_DBSTATUS_CACHE_MISS)[0]


def test_opening_reads_as_little_of_a_large_library_as_of_a_small_one(tmp_path: Path) -> None:
    few = _pages_read_to_open(tmp_path / "few" / "library.sqlite3", 200)
    many = _pages_read_to_open(tmp_path / "many" / "library.sqlite3", 4000)
    assert 0 < many <= few


@pytest.mark.parametrize("_large_from", [1 << 30], indirect=True, ids=["small"])
def test_damage_in_a_small_library_is_found_whenever_it_is_opened(path: Path, long_ago: Path) -> None:
    long_ago.touch()
    with pytest.raises(DamagedError, match="damaged"):
        Database.open(path)


def test_damage_in_a_large_library_is_looked_for_once_a_day(path: Path, long_ago: Path) -> None:
    with closing(Database.open(path)) as database:
        long_ago.touch()
        database.check()
        os.utime(long_ago, (0, 0))
        with pytest.raises(DamagedError):
            database.check()


def test_a_library_that_is_whole_is_not_looked_at_again_for_a_day(path: Path) -> None:
    with closing(Database.open(path)) as database:
        assert checking.due(path), "nothing of what it grew by was looked at"
        database.check()
        assert not checking.due(path)


def test_what_was_found_damaged_is_looked_at_before_anything_is_done_with_it(
    path: Path, long_ago: Path
) -> None:
    with closing(Database.open(path)) as database, pytest.raises(DamagedError):
        database.check()
    assert not long_ago.exists()
    # Having found damage does not count as having found none.
    for _ in range(2):
        with pytest.raises(DamagedError):
            Database.open(path)


def test_a_search_for_music_looks_for_damage_first(path: Path, long_ago: Path) -> None:
    with App(Profile(path.parent)) as app, pytest.raises(DamagedError):
        app.index([], Progress())
    assert not long_ago.exists()


def test_a_search_for_music_looks_for_damage_last_where_it_made_the_library_large(
    tmp_path: Path, models_folder: Path
) -> None:
    profile = Profile(tmp_path / "profile")
    profile.folder.mkdir()
    profile.models.symlink_to(models_folder, target_is_directory=True)
    make_music(tmp_path / "music")
    with App(profile) as app:
        app.index([tmp_path / "music"], Progress(), listen=False)
    assert not checking.due_at_opening(profile.database)
