"""Folders that come and go with their disks, as whoever watches them sees it; the tests turn the clock."""

from __future__ import annotations

import errno
import os
import sys
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest

from job_watching import eventually
from vibe_desktop.background.gathering import EVERYWHERE, NOWHERE, Changes
from vibe_desktop.background.watcher import News, Orders, Watcher
from vibe_desktop.library import disks
from vibe_desktop.library.folder_events import open_events


class Looking:
    """A watcher of real folders for which ten seconds pass with each look."""

    def __init__(self) -> None:
        self.events = open_events()
        self.watcher = Watcher(self.events)
        self._clock = count(0, 10)

    def follow(self, *roots: Path) -> News:
        self.watcher.obey(Orders(tuple(map(os.fsencode, roots))), float(next(self._clock)))
        return self.look()

    def look(self, later: float = 0.0) -> News:
        self._clock = count(next(self._clock) + int(later), 10)
        now = float(next(self._clock))
        self.watcher.take_in(self.events.read(0.1), now)
        return self.watcher.news(now)

    def tells(self, folder: Path) -> bool:
        """Return whether it comes to be told that something changed in a folder."""
        told = NOWHERE

        def folder_is_told() -> bool:
            nonlocal told
            told |= self.look().changes
            return told == Changes((os.fsencode(folder),))

        return eventually(folder_is_told)


@pytest.fixture
def looking() -> Iterator[Looking]:
    looking = Looking()
    yield looking
    looking.events.close()


def test_a_share_that_was_not_mounted_at_first_is_known_for_one_once_it_is(
    looking: Looking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    share, mounts = tmp_path / "share", [("/", "ext4")]
    monkeypatch.setattr(disks, "_mounts", lambda: mounts)
    assert looking.follow(share).remote == 0
    share.mkdir()
    mounts.append((str(share), "cifs"))
    assert looking.tells(share)
    assert (looking.look().watched, looking.look().remote) == (1, 1)


def test_a_folder_that_comes_back_just_when_others_are_followed_is_told(
    looking: Looking, tmp_path: Path
) -> None:
    back, other = tmp_path / "back", tmp_path / "other"
    other.mkdir()
    assert looking.follow(back).watched == 0
    back.mkdir()
    looking.watcher.obey(Orders((os.fsencode(back), os.fsencode(other))), 20.0)
    assert looking.tells(back)


def test_a_folder_made_anew_at_once_is_watched_though_the_disk_gives_it_the_same_number(
    looking: Looking, tmp_path: Path
) -> None:
    music = tmp_path / "music"
    music.mkdir()
    looking.follow(music)
    music.rmdir()
    music.mkdir()
    assert looking.tells(music)
    (music / "album").mkdir()
    assert looking.tells(music / "album")


@pytest.mark.skipif(os.name == "nt", reason="permissions are another thing on Windows")
def test_a_folder_nobody_may_look_into_is_not_watched_until_they_may(
    looking: Looking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    if os.geteuid() == 0:  # who may look into everything
        monkeypatch.setattr(
            os, "access", lambda path, _: bool(Path(os.fsdecode(path)).stat().st_mode & 0o400)
        )
    music = tmp_path / "music"
    music.mkdir(mode=0)
    assert looking.follow(music).watched == 0
    music.chmod(0o700)
    assert looking.tells(music)
    assert looking.look().watched == 1


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux tells of what lies behind links")
def test_a_disk_that_a_link_leads_to_is_watched_again_when_it_comes_back(
    looking: Looking, tmp_path: Path
) -> None:
    music, disk = tmp_path / "music", tmp_path / "disk"
    music.mkdir()
    disk.mkdir()
    (music / "link").symlink_to(disk)
    looking.follow(music)
    disk.rmdir()
    assert looking.tells(music / "link")
    disk.mkdir()
    assert looking.tells(music / "link")
    (disk / "album").mkdir()
    assert looking.tells(music / "link" / "album")
    assert looking.look().changes == looking.look().changes == NOWHERE


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux counts the folders that are watched")
def test_once_the_system_has_room_again_folders_are_watched_again(
    looking: Looking, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(*_: object) -> int:
        raise OSError(errno.ENOSPC, "no more watches")

    with monkeypatch.context() as patch:
        patch.setattr("inotify_simple.INotify.add_watch", refuse)
        assert looking.follow(tmp_path).full
        assert looking.look(later=15 * 60).full
    assert looking.look().full
    now = looking.look(later=15 * 60)
    assert (now.full, now.watched) == (False, 1)
    assert looking.look().changes == EVERYWHERE
    (tmp_path / "album").mkdir()
    assert looking.tells(tmp_path / "album")
