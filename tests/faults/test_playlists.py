"""Playlists outlive what befalls their songs: every entry stays in its place, greyed until it plays again."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from PySide6.QtGui import QColor

from audio_files import make_audio
from music_folder import make_sound
from program import Program, new_program
from vibe_desktop.domain import Track, TrackState
from vibe_desktop.paths import Profile
from vibe_desktop.ui.pages.playlists_page import PlaylistsPage
from window import Opener, Window

TITLES = ("One", "Two", "Three", "Four")
GONE = "../elsewhere/Never.flac"


@pytest.fixture
def music(tmp_path: Path) -> Path:
    """Return a folder with two albums and a playlist of all their songs with one that never was."""
    folder = tmp_path / "music"
    for number, title in enumerate(TITLES):
        album = folder / ("left" if number < 2 else "right")
        make_audio(
            album / f"{title}.flac",
            signal=make_sound("pluck", 1.0 + number / 10, number),
            title=title,
            artist="A",
        )
    lines = ("left/One.flac", "right/Three.flac", GONE, "left/Two.flac", "right/Four.flac")
    (tmp_path / "music" / "mix.m3u8").write_text("#EXTM3U\n" + "\n".join(lines) + "\n", encoding="utf-8")
    return folder


@pytest.fixture
def program(tmp_path: Path, models_folder: Path, music: Path) -> Program:
    """Return a program that knows these songs and keeps the playlist."""
    program = new_program(tmp_path, models_folder)
    program("index", music, "--no-listen")
    saved = program.json("playlists", "import", music / "mix.m3u8")
    assert (saved["tracks"], saved["unresolved"]) == (4, 1)
    return program


def lines(program: Program, tmp_path: Path) -> list[str]:
    """Return what the playlist holds, as another program would read it."""
    file = tmp_path / "out.m3u8"
    program("playlists", "export", "1", file)
    return [line for line in file.read_text(encoding="utf-8").splitlines() if line and line[0] != "#"]


def test_fault_64_entries_keep_their_order_whatever_befalls_the_songs(
    program: Program, music: Path, tmp_path: Path
) -> None:
    before = lines(program, tmp_path)
    assert [Path(line).stem for line in before] == ["One", "Three", "Never", "Two", "Four"]
    unplugged, lost = tmp_path / "unplugged", tmp_path / "lost"

    music.rename(unplugged)
    program.run("index", "--no-listen")
    assert lines(program, tmp_path) == before

    unplugged.rename(music)
    (music / "right" / "Three.flac").rename(lost)
    program("index", "--no-listen")
    assert lines(program, tmp_path) == before

    lost.rename(music / "right" / "Three.flac")
    (music / "right").rename(music / "moved")
    program("index", "--no-listen")
    assert lines(program, tmp_path) == [line.replace("/right/", "/moved/") for line in before]
    [saved] = program.json("playlists", "list")
    assert (saved["tracks"], saved["unresolved"]) == (4, 1)


def test_fault_64_the_window_shows_them_greyed_and_in_full_again_once_they_are_back(
    program: Program, music: Path, open_window: Opener
) -> None:
    with open_window(Profile(program.profile)) as window:
        page = _playlist(window)
        plain = [_contrast(page, row) for row in range(5)]

        unplugged = music.rename(music.with_name("unplugged"))
        page = _after_a_look(window, lambda track: track.state is TrackState.OFFLINE)
        assert [page.entries.text(row) for row in range(5)] == ["One", "Three", GONE, "Two", "Four"]
        greyed = [_contrast(page, row) for row in range(5)]
        assert greyed[2] == plain[2] < plain[0]
        assert all(greyed[row] < 0.8 * plain[row] for row in (0, 1, 3, 4))

        unplugged.rename(music)
        page = _after_a_look(window, lambda track: track.state is TrackState.PRESENT)
        assert [_contrast(page, row) for row in range(5)] == plain


def _playlist(window: Window) -> PlaylistsPage:
    window.until(lambda: not window.watch.active)
    window.main.show_page("playlists")
    page = window.page()
    assert isinstance(page, PlaylistsPage)
    window.until(lambda: page.entries.rowCount() == 5)
    return page


def _after_a_look(window: Window, wanted: Callable[[Track], bool]) -> PlaylistsPage:
    """Let the window look through the folder; return its playlist once it shows what came of that."""
    job = window.watch.index()
    window.until(lambda: job.over)
    page = _playlist(window)
    window.until(lambda: (track := page.entries.track(0)) is not None and wanted(track))
    window.settle()
    return page


def _contrast(page: PlaylistsPage, row: int) -> int:
    """Return how far a row's title stands out from the ground behind it."""
    rect = page.view.visualRect(page.entries.index(row))
    image = page.view.viewport().grab(rect).toImage()
    ground = image.pixelColor(image.width() - 3, 5)
    middle = range(image.height() // 2 - 22, image.height() // 2 + 12)
    return max(_distance(image.pixelColor(x, y), ground) for x in range(115, 170) for y in middle)


def _distance(one: QColor, other: QColor) -> int:
    return sum(
        abs(a - b)
        for a, b in ((one.red(), other.red()), (one.green(), other.green()), (one.blue(), other.blue()))
    )
