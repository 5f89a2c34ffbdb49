"""The process that watches the folders: one that cannot be begun or dies is not given up for good."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from job_watching import eventually
from vibe_desktop.background import watching as module
from vibe_desktop.background.watching import Watching


@pytest.fixture
def folder(tmp_path: Path) -> bytes:
    (tmp_path / "music").mkdir()
    return os.fsencode(tmp_path / "music")


@pytest.fixture
def watching() -> Iterator[Watching]:
    made = Watching()
    yield made
    made.close(10.0)


def watches(watching: Watching) -> bool:
    return watching.news().watched == 1


def die(watching: Watching) -> None:
    """Kill the process, and wait until that was noticed."""
    pid = watching.pid
    psutil.Process(pid).kill()
    assert eventually(lambda: watching.news().watched == 0 and watching.pid != pid)


def refused(*_: object) -> None:
    raise OSError("There is no room for another process.")


def test_a_process_there_was_no_room_for_is_begun_by_another_try(
    watching: Watching, folder: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setattr(module, "Child", refused)
        watching.follow([folder])
    assert watching.pid is None

    watching.try_again()
    assert eventually(lambda: watches(watching))


def test_one_that_died_too_often_is_begun_by_another_try_and_once_for_each(
    watching: Watching, folder: bytes
) -> None:
    watching.follow([folder])
    for _ in range(module._MOST_DEATHS):
        assert watching.pid
        die(watching)
    assert watching.pid is None

    watching.try_again()
    assert eventually(lambda: watches(watching))
    die(watching)
    assert watching.pid is None

    watching.try_again()
    living = watching.pid
    watching.try_again()  # it was well until now: earlier deaths no longer count
    assert watching.pid == living
    die(watching)
    assert watching.pid


def test_nothing_is_begun_where_nothing_is_to_be_watched(watching: Watching, folder: bytes) -> None:
    watching.follow([folder])
    watching.follow([])
    watching.try_again()
    assert watching.pid is None
