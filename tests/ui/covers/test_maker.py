"""The process that makes thumbnails is limited, replaced when it dies, and ends when told."""

from __future__ import annotations

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from audio_files import make_audio
from ui.covers.pictures import encoded, png_of
from vibe_desktop.ui.covers.maker import Maker, MakerGoneError


@pytest.fixture
def maker(tmp_path: Path) -> Iterator[Maker]:
    made = Maker(tmp_path / "thumbnails", seconds_each=60)
    yield made
    made.close()


def track(folder: Path, name: str = "a.mp3", cover: bytes = b"") -> bytes:
    """Return the path of a track with a cover of its own."""
    return os.fsencode(make_audio(folder / name, cover=cover or encoded("jpeg")))


def test_a_cover_is_made_in_a_process_that_gives_way(maker: Maker, tmp_path: Path) -> None:
    name = maker.make(track(tmp_path))
    assert (tmp_path / "thumbnails" / name).stat().st_size > 500
    assert maker.pid not in (None, os.getpid())
    assert psutil.Process(maker.pid).nice() > psutil.Process().nice()


def test_nothing_is_started_before_it_is_needed(maker: Maker) -> None:
    assert maker.pid is None


def test_a_process_killed_between_files_is_replaced(maker: Maker, tmp_path: Path) -> None:
    path = track(tmp_path)
    assert maker.make(path)
    first = psutil.Process(maker.pid)
    first.kill()
    assert maker.make(path)
    assert maker.pid != first.pid


def test_a_file_that_takes_too_long_has_no_cover_and_the_next_one_has(maker: Maker, tmp_path: Path) -> None:
    assert maker.make(track(tmp_path))
    held = psutil.Process(maker.pid)
    held.suspend()
    maker._seconds_each = 0.2
    assert maker.make(track(tmp_path, "b.mp3")) == ""
    assert not held.is_running()
    maker._seconds_each = 60
    assert maker.make(track(tmp_path, "c.mp3"))


def test_a_file_that_kills_the_process_has_no_cover(maker: Maker, tmp_path: Path) -> None:
    assert maker.make(track(tmp_path))

    class Deadly(bytes):
        """What is sent instead of a path; reading it over there ends the process at once."""

        def __reduce__(self) -> tuple[object, tuple[int]]:
            return os._exit, (1,)

    assert maker.make(Deadly(b"x")) == ""
    assert maker.make(track(tmp_path, "b.mp3"))


def test_hostile_pictures_cost_no_memory_and_leave_the_process_alive(maker: Maker, tmp_path: Path) -> None:
    assert maker.make(track(tmp_path))
    child = psutil.Process(maker.pid)
    before = child.memory_info().rss
    assert maker.make(track(tmp_path, "huge.mp3", png_of(8000, 8000))) == ""
    assert maker.make(track(tmp_path, "fat.mp3", bytes(50 << 20))) == ""
    assert maker.make(track(tmp_path, "large.mp3", png_of(6000, 6000))) == ""
    assert child.is_running()
    assert child.memory_info().rss - before < 32 << 20


def test_closing_interrupts_the_file_under_way(tmp_path: Path) -> None:
    maker = Maker(tmp_path / "thumbnails", seconds_each=600)
    assert maker.make(track(tmp_path))
    child = psutil.Process(maker.pid)
    child.suspend()
    sent = threading.Event()
    ends: list[str] = []

    class Watched(bytes):
        """A path that tells when it is sent."""

        def __reduce__(self) -> tuple[object, tuple[bytes]]:
            sent.set()
            return bytes, (bytes(self),)

    def work() -> None:
        with pytest.raises(MakerGoneError):
            maker.make(Watched(track(tmp_path, "b.mp3")))
        ends.append("told")

    thread = threading.Thread(target=work)
    thread.start()
    assert sent.wait(60)
    maker.close()
    thread.join(60)
    assert ends == ["told"]
    assert not child.is_running()


def test_a_closed_maker_starts_nothing(maker: Maker, tmp_path: Path) -> None:
    maker.close()
    with pytest.raises(MakerGoneError):
        maker.make(track(tmp_path))
    assert maker.pid is None


def test_after_a_rest_it_starts_again(maker: Maker, tmp_path: Path) -> None:
    assert maker.make(track(tmp_path))
    maker.rest()
    assert maker.pid is None
    assert maker.make(track(tmp_path))
