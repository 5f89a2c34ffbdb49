"""What the system tells of changes, real files in real folders, by each way there is to be told."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from watchfiles import Change

from job_watching import eventually
from vibe_desktop.library.folder_events import FolderEvents, open_events
from vibe_desktop.library.system_events import SystemEvents


class Told:
    """Follows a music folder and keeps what is told."""

    def __init__(self, events: FolderEvents, music: Path) -> None:
        self.events = events
        self.music = music
        self.changed: dict[str, str] = {}

    def follow(self, *roots: Path) -> None:
        self.events.follow([os.fsencode(root) for root in roots or (self.music,)])

    def comes(self, path: str, folder: str) -> bool:
        """Return whether a change at a path comes to be told, with this folder to be looked at."""
        return eventually(lambda: self._read().get(path) == folder)

    def after(self, name: str) -> dict[str, str]:
        """Return all that was told until one more file was: what else is to come has come by then."""
        (self.music / name).write_bytes(b"x")
        assert self.comes(name, ".")
        return self.changed

    def comes_soon(self, name: str = "first.mp3") -> bool:
        """Return whether a file written now is told within a moment: watching may only just begin."""
        (self.music / name).write_bytes(os.urandom(8))
        return name in self._read()

    def _read(self) -> dict[str, str]:
        for path, folder in self.events.read(0.1).changed.items():
            self.changed[self._name(path)] = self._name(folder)
        return self.changed

    def _name(self, path: bytes) -> str:
        return Path(os.path.relpath(os.fsdecode(path), self.music)).as_posix()


@pytest.fixture(params=[open_events, SystemEvents], ids=["here", "elsewhere"])
def told(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Told]:
    """Follow an empty folder, by what this system has and by what others have."""
    make: Callable[[], FolderEvents] = request.param
    told = Told(make(), tmp_path / "music")
    told.music.mkdir()
    told.follow()
    # Elsewhere it takes a moment before the first is told.
    assert eventually(told.comes_soon)
    told.changed.clear()
    yield told
    told.events.close()


def test_files_and_folders_that_come_and_go_are_told(told: Told) -> None:
    (told.music / "album").mkdir()
    assert told.comes("album", "album")
    song = told.music / "album" / "song.mp3"
    song.write_bytes(b"x")
    assert told.comes("album/song.mp3", "album")
    told.changed.clear()
    song.unlink()
    assert told.comes("album/song.mp3", "album")
    (told.music / "album").rmdir()
    assert told.comes("album", "album")


def test_what_a_scan_passes_by_is_not_told(told: Told) -> None:
    for name in (".hidden", "@eaDir"):
        (told.music / name).mkdir()
        (told.music / name / "song.mp3").write_bytes(b"x")
    (told.music / "cover.jpg").write_bytes(b"x")
    (told.music / ".partial.mp3").write_bytes(b"x")
    assert set(told.after("song.mp3")) <= {"song.mp3", "first.mp3"}


def test_a_folder_that_is_closed_to_music_is_told(told: Told) -> None:
    (told.music / "album").mkdir()
    assert told.comes("album", "album")
    (told.music / "album" / ".nomedia").touch()
    assert told.comes("album/.nomedia", "album")


def test_a_folder_that_is_opened_to_music_again_is_watched_with_all_in_it(told: Told) -> None:
    deep = told.music / "album" / "deep"
    deep.mkdir(parents=True)
    (told.music / "album" / ".nomedia").touch()
    told.follow()
    assert eventually(told.comes_soon)
    told.changed.clear()
    (told.music / "album" / ".nomedia").unlink()
    assert told.comes("album/.nomedia", "album")
    (deep / "song.mp3").write_bytes(b"x")
    assert told.comes("album/deep/song.mp3", "album/deep")


def test_only_the_folders_asked_for_are_watched(told: Told) -> None:
    other = told.music.parent / "other"
    other.mkdir()
    told.follow(told.music, other, told.music.parent / "nowhere")
    assert eventually(lambda: told.comes_soon("../other/new.mp3"))
    told.follow(other)
    told.changed.clear()
    (told.music / "unseen.mp3").write_bytes(b"x")
    assert eventually(lambda: told.comes_soon("../other/newer.mp3"))
    assert "unseen.mp3" not in told.changed


def test_what_gives_out_at_once_is_not_begun_again_and_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    begun: list[tuple[str, ...]] = []

    def refuse(*roots: str, **_: object) -> None:
        begun.append(roots)
        raise OSError

    monkeypatch.setattr("vibe_desktop.library.system_events.watch", refuse)
    events = SystemEvents()
    events.follow([os.fsencode(tmp_path)])
    assert eventually(lambda: events.read(0.1).lost or events.full)
    assert (events.full, begun) == (True, [(str(tmp_path),)])
    assert not events.read(0.0).lost
    events.follow([os.fsencode(tmp_path)])
    assert eventually(lambda: len(begun) == 2)
    events.close()


@pytest.mark.skipif(sys.platform == "win32", reason="Windows tells of a folder by the name it was asked by")
def test_what_is_told_by_its_real_path_is_known_behind_a_link(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "disk" / "album").mkdir(parents=True)
    (tmp_path / "music").symlink_to(tmp_path / "disk")
    song = (tmp_path / "disk" / "album" / "song.mp3").resolve()
    monkeypatch.setattr(
        "vibe_desktop.library.system_events.watch", lambda *_, **__: iter([{(Change.added, str(song))}])
    )
    events = SystemEvents()
    events.follow([os.fsencode(tmp_path / "music")])
    folder = os.fsencode(tmp_path / "music" / "album")
    assert events.read(5.0).changed == {os.path.join(folder, b"song.mp3"): folder}  # noqa: PTH118
    events.close()


@pytest.mark.skipif(
    sys.platform != "linux", reason="other systems watch all that is in a folder by themselves"
)
class TestOneWatchForEachFolder:
    """What is done by hand where each folder has to be watched for itself."""

    @pytest.fixture
    def told(self, tmp_path: Path) -> Iterator[Told]:
        told = Told(open_events(), tmp_path / "music")
        told.music.mkdir()
        told.follow()
        yield told
        told.events.close()

    def test_what_changes_while_other_folders_come_and_go_is_told(self, told: Told) -> None:
        other = told.music.parent / "other"
        other.mkdir()
        (told.music / "song.mp3").write_bytes(b"x")
        told.follow(told.music, other)
        assert told.comes("song.mp3", ".")
        (told.music / "next.mp3").write_bytes(b"x")
        told.follow()
        assert told.comes("next.mp3", ".")

    def test_a_folder_is_told_by_the_way_it_is_followed_now(self, told: Told) -> None:
        link = told.music.parent / "link"
        link.symlink_to(told.music)
        told.follow(link)
        (told.music / "song.mp3").write_bytes(b"x")
        assert told.comes("../link/song.mp3", "../link")

    def test_names_that_are_no_text_are_told(self, told: Told) -> None:
        name = os.fsdecode(b"caf\xe9")
        (told.music / name).mkdir()
        assert told.comes(name, name)
        (told.music / name / f"{name}.mp3").write_bytes(b"x")
        assert told.comes(f"{name}/{name}.mp3", name)

    def test_a_folder_that_moved_is_known_by_its_new_name(self, told: Told) -> None:
        (told.music / "old" / "deep").mkdir(parents=True)
        assert told.comes("old", "old")
        (told.music / "old").rename(told.music / "new")
        assert told.comes("new", "new")
        told.changed.clear()
        (told.music / "new" / "deep" / "song.mp3").write_bytes(b"x")
        assert told.comes("new/deep/song.mp3", "new/deep")
        assert not any(name.startswith("old") for name in told.changed)

    def test_a_folder_that_moved_away_is_watched_no_more(self, told: Told) -> None:
        (told.music / "album").mkdir()
        assert told.comes("album", "album")
        (told.music / "album").rename(told.music.parent / "away")
        assert told.comes("album", "album")
        told.changed.clear()
        (told.music.parent / "away" / "song.mp3").write_bytes(b"x")
        assert set(told.after("other.mp3")) == {"other.mp3"}

    def test_links_lead_on_and_never_in_circles(self, told: Told) -> None:
        outside = told.music.parent / "outside"
        outside.mkdir()
        (told.music / "album").mkdir()
        (told.music / "album" / "loop").symlink_to("..")
        (told.music / "again").symlink_to("album")
        (told.music / "link").symlink_to(outside)
        assert told.comes("link", "link")
        (outside / "song.mp3").write_bytes(b"x")
        assert told.comes("link/song.mp3", "link")
        (told.music / "album" / "song.mp3").write_bytes(b"x")
        assert told.comes("album/song.mp3", "album")

    def test_the_folder_itself_going_is_told(self, told: Told) -> None:
        told.music.rename(told.music.parent / "away")
        assert told.comes(".", ".")
