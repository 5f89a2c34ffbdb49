"""The table on screen: choosing, keys, the heart, and 200,000 rows that do not hold it up."""

from __future__ import annotations

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, QPersistentModelIndex, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from keys import press
from table_rows import Fetch
from vibe_desktop.ui.library.columns import BY_NAME, LIKED, TITLE
from vibe_desktop.ui.library.table_model import TrackModel
from vibe_desktop.ui.library.table_view import TrackView
from window_services import Heard

Index = QModelIndex | QPersistentModelIndex
Key = Qt.Key


class CountingModel(TrackModel):
    """Counts how often Qt asks it for anything."""

    calls = 0

    def data(self, index: Index, role: int = 0) -> object:
        self.calls += 1
        return super().data(index, role)

    def flags(self, index: Index) -> Qt.ItemFlag:
        self.calls += 1
        return super().flags(index)


@pytest.fixture
def view(qtbot: QtBot) -> TrackView:
    """Return a table of 200,000 songs, on screen; ids are the rows."""
    model = CountingModel(Fetch())
    view = TrackView(model)
    view.setFixedSize(900, 500)
    qtbot.addWidget(view)
    view.show_ids(np.arange(200_000, dtype=np.int64), stay=False)
    view.show()
    view.activateWindow()
    qtbot.waitUntil(view.isActiveWindow, timeout=30_000)
    return view


def model_of(view: TrackView) -> CountingModel:
    assert isinstance(view.tracks, CountingModel)
    return view.tracks


def test_choosing_everything_asks_for_nothing(view: TrackView) -> None:
    model_of(view).calls = 0
    QTest.keyClick(view, Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    assert view.count() == 200_000
    assert view.chosen_ids(3) == [0, 1, 2]
    assert len(view.chosen_ids()) == 200_000
    view.viewport().repaint()
    assert model_of(view).calls < 10_000


def test_everything_stays_chosen_when_the_table_is_read_again(view: TrackView) -> None:
    view.selectAll()
    model_of(view).calls = 0
    view.show_ids(np.arange(200_001, dtype=np.int64)[::-1].copy(), stay=True)
    assert view.count() == 200_000
    assert view.ranges() == [(1, 200_000)]
    assert model_of(view).calls < 10_000


def test_what_is_chosen_stays_chosen_wherever_it_goes(view: TrackView) -> None:
    view.choose([10, 11, 500], 500)
    view.show_ids(np.array([500, 3, 11, 4], dtype=np.int64), stay=False)
    assert view.chosen_ids() == [500, 11]
    row = view.current_row()
    assert row is not None
    assert row.id == 500


def test_what_is_in_sight_stays_in_sight_when_songs_come_in_before_it(view: TrackView) -> None:
    view.verticalScrollBar().setValue(40 * 1000 + 13)
    view.show_ids(np.arange(-50, 200_000, dtype=np.int64), stay=True)
    assert view.verticalScrollBar().value() == 40 * 1050 + 13
    view.show_ids(np.arange(100, dtype=np.int64), stay=False)
    assert view.verticalScrollBar().value() == 0


def test_a_selection_in_too_many_pieces_is_let_go_and_not_waited_for(view: TrackView) -> None:
    view.choose(range(0, 900, 2), 0)
    assert view.count() == 450
    view.choose(range(0, 4000, 2), 0)
    assert view.count() == 0


def test_letters_are_handed_on_and_space_is_left_to_the_player(view: TrackView) -> None:
    typed = Heard(view.typed)
    view.choose([0], 0)
    QTest.keyClick(view, Key.Key_B)
    QTest.keyClick(view, Key.Key_Space)
    assert typed.said == [("b",)]
    assert view.count() == 1


def test_arrows_move_and_shift_chooses_more(view: TrackView) -> None:
    view.choose([0], 0)
    press(view, Key.Key_Down)
    press(view, Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert view.chosen_ids() == [1, 2]
    assert view.shows_focus


def test_the_heart_is_pressed_without_choosing_its_row(view: TrackView) -> None:
    pressed = Heard(view.like_pressed)
    view.choose([4], 4)
    heart = view.visualRect(view.tracks.index(2, LIKED)).center()
    QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, pos=heart)
    assert pressed.said == [(2,)]
    assert view.chosen_ids() == [4]


def test_the_columns_fill_the_width_and_follow_what_is_shown(view: TrackView) -> None:
    header = view.header
    assert header.length() == view.viewport().width()
    header.show_column(BY_NAME["album"], shown=False)
    assert header.isSectionHidden(BY_NAME["album"])
    assert header.length() == view.viewport().width()
    header.show_column(TITLE, shown=False)
    assert not header.isSectionHidden(TITLE)


def test_columns_come_back_as_they_were_left(view: TrackView, qtbot: QtBot) -> None:
    header = view.header
    header.moveSection(header.visualIndex(BY_NAME["year"]), 0)
    header.show_column(BY_NAME["genre"], shown=True)
    other = TrackView(TrackModel(Fetch()))
    qtbot.addWidget(other)
    other.header.restore_columns(header.columns())
    assert other.header.visualIndex(BY_NAME["year"]) == 0
    assert not other.header.isSectionHidden(BY_NAME["genre"])


@pytest.mark.parametrize(
    "left",
    [None, 7, "x", [7], [{"column": "title", "shown": False}], [{"column": "no such", "width": 9}],
     [{"column": "year", "width": -5, "shown": "yes"}]],
)  # fmt: skip
def test_columns_that_make_no_sense_change_nothing(view: TrackView, left: object) -> None:
    shown = {entry["column"]: entry["shown"] for entry in view.header.columns()}
    view.header.restore_columns(left)
    assert {entry["column"]: entry["shown"] for entry in view.header.columns()} == shown


def test_every_column_can_be_switched_by_its_menu(view: TrackView) -> None:
    menu = view.header.menu()
    genre = next(action for action in menu.actions() if action.text() == "Genre")
    assert not genre.isChecked()
    genre.trigger()
    assert not view.header.isSectionHidden(BY_NAME["genre"])
