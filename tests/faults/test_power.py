"""The power fails the moment after: what a person did is there, and the library is whole."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from large_library import fill
from power import UnsafeDisk
from vibe_desktop.app import App
from vibe_desktop.domain import PlaylistEntry
from vibe_desktop.library.database import Database
from vibe_desktop.library.folders import bring_back
from vibe_desktop.library.scanner import scan
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress

Act = Callable[[App], object]
OLD = "An old playlist"


def _think_again(app: App) -> None:
    app.forget(Path(os.sep, "music"), for_good=True)
    bring_back(app.stores.db, 1)


ACTS: dict[str, tuple[Act, str, list[tuple[Any, ...]]]] = {
    "likes": (lambda app: app.tastes.set_liked([3], liked=True), "SELECT track_id FROM liked", [(1,), (3,)]),
    "unlikes": (lambda app: app.tastes.set_liked([1], liked=False), "SELECT track_id FROM liked", []),
    "plays": (lambda app: app.tastes.record_play(2, 5.0, 60.0), "SELECT track_id, at FROM listen", [(2, 5)]),
    "skips": (lambda app: app.tastes.record_skip(2, 5.0, 3.0), "SELECT skipped FROM listen", [(1,)]),
    "keeps a playlist": (
        lambda app: app.playlists.create("New", [PlaylistEntry(4, "calm"), PlaylistEntry(2)]),
        "SELECT name, track_id, reason FROM playlist JOIN playlist_entry ON id = playlist_id WHERE id = 2",
        [("New", 4, "calm"), ("New", 2, "")],
    ),
    "changes a playlist": (
        lambda app: app.playlists.replace(1, [5, 4]),
        "SELECT track_id FROM playlist_entry ORDER BY place",
        [(5,), (4,)],
    ),
    "renames a playlist": (
        lambda app: app.playlists.rename(1, "Late"), "SELECT name FROM playlist", [("Late",)],
    ),
    "deletes a playlist": (
        lambda app: app.playlists.delete(1), "SELECT deleted_at IS NULL FROM playlist", [(0,)],
    ),
    "describes a song": (
        lambda app: app.stores.descriptions.set_own(2, "Mine."),
        "SELECT own_sentence FROM caption WHERE own_sentence IS NOT NULL",
        [("Mine.",)],
    ),
    "removes a folder": (
        lambda app: app.forget(Path(os.sep, "music")), "SELECT forgotten_at IS NULL FROM root", [(0,)],
    ),
    "has a folder forgotten": (
        lambda app: app.forget(Path(os.sep, "music"), for_good=True),
        "SELECT delete_after IS NULL FROM root",
        [(0,)],
    ),
    "brings a folder back": (
        _think_again,
        "SELECT forgotten_at IS NULL, delete_after IS NULL FROM root",
        [(1, 1)],
    ),
    "adds a folder": (
        lambda app: scan(app.stores.tracks, [Path(__file__).parent], Progress()),
        "SELECT count(*) FROM root",
        [(2,)],
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def _filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    profile = Profile(tmp_path_factory.mktemp("power") / "profile")
    fill(profile.database, 20)
    with App(profile) as app:
        app.tastes.set_liked([1], liked=True)
        app.playlists.create(OLD, [1, 2, 3])
    return profile.folder


@pytest.fixture
def opened(_filled: Path, tmp_path: Path) -> Iterator[tuple[App, UnsafeDisk]]:
    """Return an opened profile on a disk whose power can be cut."""
    shutil.copytree(_filled, tmp_path / "profile")
    with UnsafeDisk() as disk, App(Profile(tmp_path / "profile")) as app:
        yield app, disk


@pytest.mark.parametrize("name", ACTS)
def test_fault_46_what_a_person_did_outlives_the_power(
    opened: tuple[App, UnsafeDisk], name: str, tmp_path: Path
) -> None:
    app, disk = opened
    act, sql, expected = ACTS[name]
    act(app)

    left = disk.cut(app.profile.database, tmp_path / "after")

    assert _asked(left, sql) == expected


def test_fault_46_what_a_scan_found_may_be_lost_and_the_library_is_whole(
    opened: tuple[App, UnsafeDisk], tmp_path: Path
) -> None:
    app, disk = opened
    with app.stores.db.transaction():
        app.stores.db.run("UPDATE track SET size = 2")
    assert _asked(disk.cut(app.profile.database, tmp_path / "before"), "SELECT DISTINCT size FROM track") == [
        (1,)
    ]

    # The next thing a person does takes everything before it along.
    app.tastes.set_liked([3], liked=True)
    left = disk.cut(app.profile.database, tmp_path / "after")
    assert _asked(left, "SELECT DISTINCT size FROM track") == [(2,)]
    assert _asked(left, "PRAGMA integrity_check") == [("ok",)]


def test_fault_46_only_what_a_person_does_waits_for_the_disk(opened: tuple[App, UnsafeDisk]) -> None:
    app, _ = opened
    synchronous = "PRAGMA synchronous"
    with app.stores.db.transaction(lasting=True):
        assert app.stores.db.run(synchronous) == [(2,)]
    with app.stores.db.transaction():
        assert app.stores.db.run(synchronous) == [(1,)]


def _asked(file: Path, sql: str) -> list[tuple[Any, ...]]:
    db = Database.open(file)
    try:
        return db.run(sql)
    finally:
        db.close()
