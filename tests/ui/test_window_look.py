"""What a person sees: nothing clipped or moved by hostile text, readable, mirrored, the focus visible."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractSlider,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QScrollBar,
    QWidget,
)

from vibe_desktop.domain import Caption, QueueEntry, Tags, Track, TrackState
from vibe_desktop.playback.jukebox import Change
from vibe_desktop.settings import ThemeChoice
from vibe_desktop.ui.main_window import MainWindow
from vibe_desktop.ui.theme import DARK, LIGHT, Tokens
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from vibe_desktop.paths import Profile
    from window import Opener, Window

PAGES = ("mood", "library", "playlists", "activity", "settings")
INTERACTIVE = (QAbstractButton, QLineEdit, QPlainTextEdit, QAbstractSlider, QAbstractItemView)
AA = 4.5


@pytest.fixture
def filled(window: Window) -> Window:
    """Return a window with a queue, where nothing goes on any more."""
    window.until(lambda: window.watch.finished and not window.watch.active)
    window.ask("calm evening, no drums")
    return window


def _show(window: Window, page: str) -> None:
    window.main.show_page(page)
    for _ in range(4):
        window.settle()
        QTest.qWait(20)


def _described(widget: QWidget) -> str:
    name = widget.objectName() or widget.accessibleName()
    return f"{type(widget).__name__} {name!r} {widget.geometry()}"


def _ours(widget: QWidget) -> bool:
    """Whether a widget is one of ours, not a part that Qt makes for another."""
    part = isinstance(widget, QScrollBar) or isinstance(widget.parentWidget(), QLineEdit)
    return not part and not widget.objectName().startswith("qt_")


def _of_a_group(widget: QWidget) -> bool:
    """Whether arrows go to it from a neighbour that was chosen, as among radio buttons."""
    return isinstance(widget, QAbstractButton) and bool(widget.group()) and not widget.isChecked()


class _Strays(QObject):
    """Notes every window that is shown beside the main one."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's own name
        shown = event.type() == QEvent.Type.Show and isinstance(watched, QWidget) and watched.isWindow()
        if shown and isinstance(watched, QWidget) and not isinstance(watched, MainWindow):
            self.found.append(_described(watched))
        return False


@pytest.mark.parametrize("models", [True, False], ids=["models", "no models"])
def test_no_part_is_ever_a_window_of_its_own(
    qapp: QApplication, open_window: Opener, new: Profile, songs: Path, *, models: bool
) -> None:
    if not models:
        new.models.unlink()
    strays = _Strays()
    qapp.installEventFilter(strays)
    with open_window(new) as window:
        window.watch.index([songs])
        for page in (*PAGES, *PAGES):
            _show(window, page)
        window.main.resize(900, 600)
        for page in PAGES:
            _show(window, page)
    qapp.removeEventFilter(strays)
    assert not strays.found


@pytest.mark.parametrize("page", PAGES)
def test_everything_that_can_be_used_has_a_name(filled: Window, page: str) -> None:
    _show(filled, page)
    nameless = [
        _described(each)
        for each in filled.main.findChildren(QWidget)
        if isinstance(each, INTERACTIVE) and each.isVisible() and _ours(each) and not each.accessibleName()
    ]
    assert not nameless


@pytest.mark.parametrize("page", PAGES)
def test_the_keyboard_reaches_everything_and_shows_where_it_is(filled: Window, page: str) -> None:
    _show(filled, page)
    wanted = {
        each
        for each in filled.main.findChildren(QWidget)
        if isinstance(each, INTERACTIVE)
        and each.isVisible()
        and each.isEnabled()
        and _ours(each)
        and each.focusPolicy() & Qt.FocusPolicy.TabFocus
        and not _of_a_group(each)
    }
    assert wanted
    visited: list[QWidget] = []
    for _ in range(len(wanted) + 30):
        focused = QApplication.focusWidget()
        if focused and focused not in visited:
            visited.append(focused)
        elif focused in visited and len(visited) >= len(wanted):
            break
        QTest.keyClick(focused or filled.main, Qt.Key.Key_Tab)
    # The card of what goes on comes and goes with its job.
    missed = [_described(each) for each in wanted if each not in visited and each.isVisible()]
    assert not missed
    there = [each for each in visited if _ours(each) and each.isVisible()]
    unmarked = [_described(each) for each in there if not _focus_shows(filled, each) and each.isVisible()]
    assert not unmarked


def _focus_shows(window: Window, widget: QWidget) -> bool:
    """Whether anything on screen differs around a widget with and without the focus."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget, 50, 50)
        above = above.parentWidget()
    widget.setFocus(Qt.FocusReason.TabFocusReason)
    window.settle()
    corner = widget.mapTo(window.main, QPoint(0, 0))
    around = QRect(corner, widget.size()).adjusted(-24, -24, 24, 24)
    with_focus = window.main.grab(around).toImage()
    widget.clearFocus()
    window.settle()
    return with_focus != window.main.grab(around).toImage()


@pytest.fixture
def mirrored(qapp: QApplication) -> Iterator[None]:
    """Read from right to left for a test."""
    qapp.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
    yield
    qapp.setLayoutDirection(Qt.LayoutDirection.LeftToRight)


def test_from_right_to_left_everything_is_mirrored(
    mirrored: None, open_window: Opener, known: Profile
) -> None:
    with open_window(known) as window:
        window.main.resize(1280, 820)
        window.ask("calm evening")
        for page in PAGES:
            _show(window, page)
            sidebar = window.main.sidebar.geometry()
            stack = window.main.stack.geometry()
            assert sidebar.left() >= stack.right()
            assert not _clipped(window)
        bar = window.main.player_bar
        assert (
            bar._title.mapTo(window.main, QPoint(0, 0)).x() > bar._volume.mapTo(window.main, QPoint(0, 0)).x()
        )
        window.main.grab()


def _clipped(window: Window) -> list[str]:
    """Return what stands out of its parent at a side, where nothing scrolls."""
    found = []
    for each in window.main.findChildren(QWidget):
        parent = each.parentWidget()
        if not each.isVisible() or each.isWindow() or parent is None or not _ours(each):
            continue
        if isinstance(parent.parentWidget(), QAbstractItemView | QScrollArea) and not isinstance(
            parent.parentWidget(), QScrollArea
        ):
            continue  # a view scrolls by itself
        if each.x() < 0 or each.x() + each.width() > parent.width():
            found.append(f"{_described(each)} in {_described(parent)}")
        if isinstance(each, QLabel) and not each.wordWrap() and type(each) is PlainLabel:
            needed = each.fontMetrics().horizontalAdvance(each.text())
            if needed > each.width():
                found.append(f"cut: {each.text()!r} {needed} > {each.width()}")
    return found


@pytest.mark.parametrize("size", [(900, 600), (1280, 820), (1920, 1080)])
@pytest.mark.parametrize("page", PAGES)
def test_nothing_stands_out_at_any_size(filled: Window, page: str, size: tuple[int, int]) -> None:
    filled.main.resize(*size)
    _show(filled, page)
    assert (filled.main.width(), filled.main.height()) == size
    clipped = _clipped(filled)
    filled.main.resize(1280, 820)
    assert not clipped


def _luminance(colour: QColor) -> float:
    """Return the relative luminance of WCAG 2.1."""

    def linear(value: float) -> float:
        return value / 12.92 if value <= 0.04045 else ((value + 0.055) / 1.055) ** 2.4

    red, green, blue = (linear(value) for value in (colour.redF(), colour.greenF(), colour.blueF()))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _contrast(one: QColor, other: QColor) -> float:
    brighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (brighter + 0.05) / (darker + 0.05)


def _over(wash: QColor, ground: QColor) -> QColor:
    share = wash.alphaF()
    parts = [
        round(255 * (share * top + (1 - share) * below))
        for top, below in zip(wash.getRgbF()[:3], ground.getRgbF()[:3], strict=True)  # type: ignore[index]
    ]
    return QColor(*parts)


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
@pytest.mark.parametrize("ground", ["background", "panel", "raised"])
@pytest.mark.parametrize("ink", ["ink", "secondary", "tertiary", "accent", "refuse"])
def test_every_text_can_be_read_on_every_ground(colours: Tokens, ground: str, ink: str) -> None:
    assert _contrast(getattr(colours, ink), getattr(colours, ground)) >= AA


@pytest.mark.parametrize("colours", [DARK, LIGHT], ids=["dark", "light"])
def test_text_can_be_read_on_what_is_marked(colours: Tokens) -> None:
    assert _contrast(colours.on_accent, colours.accent) >= AA
    playing = _over(colours.wash, colours.background)
    for ink in (colours.ink, colours.secondary, colours.tertiary, colours.accent):
        assert _contrast(ink, playing) >= AA
    assert _contrast(colours.refuse, _over(colours.refuse_wash, colours.background)) >= AA


def test_both_themes_are_painted_and_both_can_be_chosen(filled: Window) -> None:
    grounds = []
    for theme in (ThemeChoice.LIGHT, ThemeChoice.DARK):
        filled.services.preferences.change(theme=theme)
        filled.settle()
        image = filled.main.grab().toImage()
        grounds.append(image.pixelColor(filled.main.stack.geometry().center().x(), 4))
    assert grounds == [LIGHT.background, DARK.background]


_NEW_TRACK = {Change.TRACK, Change.QUEUE}
HOSTILE = (
    "<b>bold</b>",
    "<img src='file:///etc/passwd'>",
    "one\ntwo\r\nthree\ttab",
    "\u202eright to left\u202d \u2066\u2069",
    "long " * 2000,
    "W" * 10_000,
    "nul\0nul\x07\x1b[31m",
    "&amp; & &lt; %1 {0} {}",
    "half \udce9 of a pair",
    "",
)


def _hostile(number: int, text: str) -> Track:
    return Track(
        900_000 + number,
        f"/music/{number}.mp3",
        TrackState.PRESENT,
        Tags(title=text, artist=text, album=text, genres=(text,), seconds=200.0),
        Caption(text),
    )


def test_hostile_tags_stand_as_they_are_and_move_nothing(window: Window) -> None:
    bar, panel = window.main.player_bar, window.main.mood_page.panel
    window.main.resize(1280, 820)
    parts = [bar._left, bar._right, bar._seek, bar._title, bar._volume, bar._play]
    entries = [QueueEntry(n, _hostile(n, text), None, None, text) for n, text in enumerate(HOSTILE)]
    window.queue.replace(entries, name=HOSTILE[0], notes=(HOSTILE[1], "x" * 5000))
    window.main._tick()
    window.settle()
    before = [part.geometry() for part in parts]
    width = window.main.width()
    for item in window.items:
        window.queue.make_current(item)
        window.services.jukebox._changes.update(_NEW_TRACK)
        window.main._tick()
        window.settle()
        assert bar._title.textFormat() == Qt.TextFormat.PlainText
        assert [part.geometry() for part in parts] == before
        window.main.grab()
    assert window.main.width() == width
    assert not [text for text in _clipped(window) if not text.startswith("cut")]
    assert panel._notes.textFormat() == Qt.TextFormat.PlainText
    window.queue.make_current(window.items[0])
    window.services.jukebox._changes.update(_NEW_TRACK)
    window.main._tick()
    assert bar._title.text() == "<b>bold</b>"
    for row in range(len(HOSTILE)):
        index = panel.view.model().index(row, 0)
        assert isinstance(index.data(Qt.ItemDataRole.AccessibleTextRole), str)
    window.services.intents.notice.emit(HOSTILE[1], HOSTILE[0], None)
    window.settle()
    assert window.main._notices._text.textFormat() == Qt.TextFormat.PlainText
    assert window.main.width() == width
    window.main.grab()


def test_hostile_words_in_the_prompt_are_only_words(window: Window) -> None:
    edit = window.main.mood_page.prompt.edit
    for text in (
        'calm "',
        "calm * AND (",
        "<b>calm</b>",
        "calm\u202e evening",
        "calm '; DROP TABLE track; --",
    ):
        edit.setText(text)
        window.main._desk.typing(text)
        QTest.qWait(150)
        with window.new_queue():
            window.submit()
        assert window.items
