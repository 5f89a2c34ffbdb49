"""A library whose every text is an attack, seen through the whole window: each is shown as what it is."""

from __future__ import annotations

import socket
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

pytest.importorskip("PySide6")

from PySide6.QtCore import QAbstractItemModel, QModelIndex, Qt
from PySide6.QtGui import QTextDocumentFragment
from PySide6.QtWidgets import QAbstractItemView, QLabel, QWidget

from audio_files import make_audio, tone
from vibe_desktop.app import App
from vibe_desktop.library.tag_values import steady
from vibe_desktop.paths import Profile
from vibe_desktop.playback.null_player import NullPlayer
from vibe_desktop.progress import Progress
from vibe_desktop.ui.widgets.text import plain_tooltip
from window import Window, opened

PAGES = ("mood", "library", "playlists", "activity", "settings")
TURNING = "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\u200e\u200f\u061c"
"""characters that turn the direction of whatever is written around them"""
ROLES = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.ToolTipRole)


@pytest.fixture(scope="module")
def lure() -> Iterator[socket.socket]:
    """Return a server that nobody may come to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


@pytest.fixture(scope="module")
def attack(lure: socket.socket) -> str:
    """Return what a hostile tag says: a picture and a link elsewhere, and a turn of direction."""
    place = f"http://127.0.0.1:{lure.getsockname()[1]}/"
    return f'<img src="{place}a.png"><a href="{place}">Press</a> & \u202egnp.exe\u2066'


@pytest.fixture(scope="module")
def window(
    qapp: object, tmp_path_factory: pytest.TempPathFactory, models_folder: Path, attack: str
) -> Iterator[Window]:
    """Return the window on a library of hostile texts, one of its songs playing."""
    folder = tmp_path_factory.mktemp("hostile")
    music, profile = folder / "mu<b>sic", Profile(folder / "profile")
    profile.folder.mkdir()
    profile.models.symlink_to(models_folder, target_is_directory=True)
    words = {"artist": f"Ann {attack}", "album": f"Tides {attack}", "comment": f"calm {attack}"}
    make_audio(music / "a.flac", signal=tone(4.0), title=f"Dawn {attack}", genres=["Folk", attack], **words)
    make_audio(music / "<b>b \u202e3pm.mp3", signal=tone(4.0, 330.0), artist="Ann", genres="Folk")
    (music / "<img src=x> \u202egnp.mp3").write_text("no music")
    playlist = folder / "<u>list \u202e8u3m.m3u8"
    playlist.write_text(
        f"#EXTM3U\n#PLAYLIST:Mine {attack}\n#EXTINF:1,Gone {attack}\n../<i>gone</i>.mp3\nhttp://a.example/\n"
        f"{music / 'a.flac'}\n",
        encoding="utf-8",
    )
    with App(profile) as app:
        app.index([music], Progress(), workers=1, listen=False)
        app.import_playlist(playlist)
        dawn = app.reading_tracks.at_paths([bytes(music / "a.flac")])[bytes(music / "a.flac")]
    with pytest.MonkeyPatch.context() as patch:
        for name in ("DBUS_SESSION_BUS_ADDRESS", "XDG_RUNTIME_DIR"):
            patch.delenv(name, raising=False)
        with opened(profile, make_player=lambda: NullPlayer("")) as window:
            ids = window.services.app.table.ids("title").tolist()
            window.services.intents.play.emit(ids, ids.index(dawn))
            window.until(lambda: "Dawn" in window.main.windowTitle())
            yield window


def is_escaped(tooltip: str) -> bool:
    """Whether a tooltip is either no markup at all or ours, which shows every letter as it is."""
    inside = tooltip.removeprefix("<qt>").removesuffix("</qt>") if tooltip.startswith("<qt>") else tooltip
    return "<" not in inside


@dataclass
class Seen:
    """Every text the window shows, by how Qt would read it."""

    titles: set[str]
    labels: dict[str, Qt.TextFormat]
    tooltips: set[str]
    cells: set[str]
    """of lists, which are painted letter by letter"""

    @property
    def all(self) -> set[str]:
        return self.titles | set(self.labels) | self.tooltips | self.cells


@pytest.fixture(scope="module")
def seen(window: Window) -> Seen:
    """Look at every page with the first row of each list chosen, and at what each list would say."""
    seen = Seen({window.main.windowTitle(), *(text for text, *_ in window.notices)}, {}, set(), set())
    for page in PAGES:
        window.main.show_page(page)
        window.until(lambda: all(filled(view) for view in window.all(QAbstractItemView)))
        for view in window.all(QAbstractItemView):
            view.setCurrentIndex(view.model().index(0, 0))
        window.main._tick()
        window.settle()
        for widget in window.main.findChildren(QWidget):
            look_at(widget, seen)
    return seen


def filled(view: QAbstractItemView) -> bool:
    """Whether a list shows something, and no more of it is on its way."""
    model = view.model()
    return model.rowCount() > 0 and model.data(model.index(model.rowCount() - 1, 1)) != ""


def look_at(widget: QWidget, seen: Seen) -> None:
    """Take in what a widget shows and says."""
    seen.tooltips.add(widget.toolTip())
    if isinstance(widget, QLabel) and widget.text():
        seen.labels[widget.text()] = widget.textFormat()
    if isinstance(widget, QAbstractItemView) and widget.model():
        for role, text in cells(widget.model()):
            (seen.tooltips if role is Qt.ItemDataRole.ToolTipRole else seen.cells).add(text)


def cells(model: QAbstractItemModel) -> Iterator[tuple[Qt.ItemDataRole, str]]:
    """Yield what a list says of each of its rows."""
    for row in range(model.rowCount()):
        for column in range(model.columnCount(QModelIndex()) if model.inherits("QAbstractTableModel") else 1):
            for role in ROLES:
                text: Any = model.data(model.index(row, column), role)
                if isinstance(text, str):
                    yield role, text


def test_no_label_reads_markup(seen: Seen) -> None:
    assert {text for text, how in seen.labels.items() if how is not Qt.TextFormat.PlainText} == set()
    attacked = [text for text in seen.labels if "<img src=" in text]
    assert any(text.startswith("Dawn") for text in attacked)
    assert any(text.startswith("Mine") for text in attacked)


def test_no_tooltip_reads_markup(seen: Seen) -> None:
    assert {text for text in seen.tooltips if not is_escaped(text)} == set()
    assert any("&lt;img src=" in text for text in seen.tooltips)


def test_nothing_turns_the_words_around_it(seen: Seen) -> None:
    """What stands in a sentence of ours, a title bar or a list may not change how its neighbours read."""
    assert sorted(text for text in seen.all if set(text) & set(TURNING)) == []
    assert any("Dawn" in text and "gnp" in text for text in seen.titles)
    for part in ("Mine <img", "Gone <img", "3pm", "gnp.mp3"):
        assert any(part in text for text in seen.all), part


@pytest.mark.usefixtures("seen")
def test_nobody_came_to_the_lure(lure: socket.socket) -> None:
    with pytest.raises(BlockingIOError):
        lure.accept()


def test_a_tooltip_shows_every_letter(attack: str) -> None:
    assert QTextDocumentFragment.fromHtml(plain_tooltip(attack)).toPlainText() == steady(attack)
    assert not is_escaped(attack)
