"""A pixmap at once, the cover later; nothing blocks, nothing grows, closing does not hang."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest
from PySide6.QtGui import QColor, QImage
from pytestqt.qtbot import QtBot

from audio_files import make_audio
from ui.covers.pictures import encoded
from vibe_desktop.domain import Caption, Tags, Track, TrackState
from vibe_desktop.ui.covers.covers import Covers, PixmapShelf
from vibe_desktop.ui.covers.painting import Look

_PATIENCE = 60_000


@pytest.fixture
def covers(qtbot: QtBot, tmp_path: Path) -> Iterator[Covers]:
    made = Covers(tmp_path / "thumbnails")
    yield made
    made.close()


def track(path: Path, number: int = 1, artist: str = "", album: str = "") -> Track:
    return Track(number, str(path), TrackState.PRESENT, Tags(artist=artist, album=album), Caption(""))


def middle(covers: Covers, of: Track) -> str:
    """Return the colour three quarters to the right, where the pictures of these tests are red."""
    return covers.pixmap(of, 48).toImage().pixelColor(36, 24).name()


def arrived(qtbot: QtBot, covers: Covers, of: Track) -> QColor:
    """Wait for a track's cover and return its colour there."""
    with qtbot.waitSignal(covers.changed, timeout=_PATIENCE) as signal:
        covers.pixmap(of, 48)
    assert signal.args == [of.id]
    return QColor(middle(covers, of))


def test_a_gradient_at_once_and_the_cover_later(qtbot: QtBot, covers: Covers, tmp_path: Path) -> None:
    one = track(make_audio(tmp_path / "a.mp3", cover=encoded("jpeg")))
    first = covers.pixmap(one, 48)
    assert (first.width(), first.height()) == (48, 48)
    colour = arrived(qtbot, covers, one)
    assert colour.red() > 150
    assert colour.blue() < 80


def test_the_size_follows_the_screen_and_corners_are_round(
    qtbot: QtBot, covers: Covers, tmp_path: Path
) -> None:
    one = track(make_audio(tmp_path / "a.mp3", cover=encoded("jpeg")))
    arrived(qtbot, covers, one)
    with qtbot.waitSignal(covers.changed, timeout=_PATIENCE):
        covers.pixmap(one, 56, 1.5)
    fine = covers.pixmap(one, 56, 1.5)
    assert (fine.width(), fine.devicePixelRatio()) == (84, 1.5)
    assert fine.toImage().pixelColor(0, 0).alpha() == 0
    assert fine.toImage().pixelColor(60, 40).red() > 150
    assert covers.pixmap(one, 48).devicePixelRatio() == 1.0


def test_an_album_shares_one_thumbnail(qtbot: QtBot, covers: Covers, tmp_path: Path) -> None:
    for number in range(3):
        arrived(qtbot, covers, track(make_audio(tmp_path / f"{number}.mp3", cover=encoded("jpeg")), number))
    assert len(list((tmp_path / "thumbnails").glob("*.jpg"))) == 1


def test_gradients_differ_between_albums_and_agree_within_one(covers: Covers, tmp_path: Path) -> None:
    looks = {
        (artist, number): covers.pixmap(track(tmp_path / "no.mp3", number, artist, "Album"), 48).cacheKey()
        for artist in ("Ada", "Ben", "Cleo", "Dan", "Eve")
        for number in (1, 2)
    }
    assert all(looks[artist, 1] == looks[artist, 2] for artist in ("Ada", "Ben", "Cleo", "Dan", "Eve"))
    assert len(set(looks.values())) >= 3


def test_the_thumbnails_file_is_there_for_others(qtbot: QtBot, covers: Covers, tmp_path: Path) -> None:
    one = track(make_audio(tmp_path / "a.flac", cover=encoded("png")))
    assert covers.file(one) is None
    qtbot.waitUntil(lambda: covers.file(one) is not None, timeout=_PATIENCE)
    file = covers.file(one)
    assert file is not None
    assert QImage(str(file)).width() == 512


def test_thumbnails_deleted_meanwhile_are_made_again(qtbot: QtBot, covers: Covers, tmp_path: Path) -> None:
    one = track(make_audio(tmp_path / "a.mp3", cover=encoded("jpeg")))
    arrived(qtbot, covers, one)
    for file in (tmp_path / "thumbnails").glob("*.jpg"):
        file.unlink()
    with qtbot.waitSignal(covers.changed, timeout=_PATIENCE):
        covers.pixmap(one, 96)
    assert covers.file(one) is not None


def test_a_thumbnail_replaced_by_something_else_is_made_again(
    qtbot: QtBot, covers: Covers, tmp_path: Path
) -> None:
    one = track(make_audio(tmp_path / "a.mp3", cover=encoded("jpeg")))
    arrived(qtbot, covers, one)
    file = covers.file(one)
    assert file is not None
    file.write_bytes(b"something else")
    with qtbot.waitSignal(covers.changed, timeout=_PATIENCE):
        covers.pixmap(one, 96)
    assert QImage(str(file)).width() == 512


def test_a_new_cover_shows_after_looking_again(qtbot: QtBot, covers: Covers, tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.mp3", cover=encoded("jpeg"))
    one = track(path)
    red = arrived(qtbot, covers, one)
    make_audio(path, cover=encoded("jpeg", color="#20a040"))
    covers.look_again()
    assert middle(covers, one) == red.name()  # until the new one is there
    qtbot.waitUntil(lambda: QColor(middle(covers, one)).green() > 120, timeout=_PATIENCE)


def test_covers_outlive_a_killed_process(qtbot: QtBot, covers: Covers, tmp_path: Path) -> None:
    arrived(qtbot, covers, track(make_audio(tmp_path / "a.mp3", cover=encoded("jpeg"))))
    psutil.Process(covers._finder.maker.pid).kill()
    arrived(qtbot, covers, track(make_audio(tmp_path / "b.mp3", cover=encoded("png", 300, 300)), 2))


def test_the_next_session_needs_no_process(qtbot: QtBot, covers: Covers, tmp_path: Path) -> None:
    one = track(make_audio(tmp_path / "a.mp3", cover=encoded("jpeg")))
    arrived(qtbot, covers, one)
    covers.close()
    again = Covers(tmp_path / "thumbnails")
    arrived(qtbot, again, one)
    assert again._finder.maker.pid is None
    again.close()


def test_painting_does_not_wait_for_a_process_that_hangs(
    qtbot: QtBot, covers: Covers, tmp_path: Path
) -> None:
    source = make_audio(tmp_path / "0.mp3", cover=encoded("jpeg"))
    arrived(qtbot, covers, track(source, 0))
    psutil.Process(covers._finder.maker.pid).suspend()
    for number in range(1, 200):
        shutil.copy(source, tmp_path / f"{number}.mp3")
        assert not covers.pixmap(track(tmp_path / f"{number}.mp3", number, f"{number}"), 48).isNull()


def test_closing_in_the_middle_of_everything_ends_the_process(
    qtbot: QtBot, covers: Covers, tmp_path: Path
) -> None:
    arrived(qtbot, covers, track(make_audio(tmp_path / "a.mp3", cover=encoded("jpeg"))))
    child = psutil.Process(covers._finder.maker.pid)
    child.suspend()
    covers.pixmap(track(make_audio(tmp_path / "b.mp3", cover=encoded("jpeg")), 2), 48)
    covers.close()
    assert not child.is_running() or child.status() == psutil.STATUS_ZOMBIE
    assert not covers.pixmap(track(tmp_path / "c.mp3", 3), 48).isNull()


def test_a_name_that_is_not_text_has_a_gradient(covers: Covers) -> None:
    odd = track(Path(os.fsdecode(b"/nowhere/\xff\xfe.mp3")), artist="\udcff")
    assert not covers.pixmap(odd, 48).isNull()


def test_the_shelf_keeps_what_was_used_last_within_its_bound(qtbot: QtBot) -> None:
    image = QImage(100, 100, QImage.Format.Format_RGB32)
    image.fill(QColor("red"))
    shelf, look = PixmapShelf(most_bytes=3 * 40_000), Look(100, 0)
    for name in "abc":
        shelf.put(name, look, image)
    shelf.get("a", look)
    shelf.put("d", look, image)
    assert [name for name in "abcd" if (name, look) in shelf] == ["a", "c", "d"]
    shelf.put("d", look, image)
    assert shelf.bytes == 3 * 40_000
