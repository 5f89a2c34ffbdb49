"""The table's model: what Qt asks of any model, quick with 200,000 rows, and tags as they are."""

from __future__ import annotations

import json

import numpy as np
import pytest
from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtTest import QAbstractItemModelTester

from table_rows import Fetch, row
from vibe_desktop.domain import TrackState
from vibe_desktop.ui.dragging import TRACKS_MIME
from vibe_desktop.ui.library.columns import COLUMNS, LIKED, TITLE
from vibe_desktop.ui.library.page_cache import MOST_PAGES, PAGE
from vibe_desktop.ui.library.table_model import TrackModel
from window_services import Heard

pytestmark = pytest.mark.usefixtures("qapp")
Role = Qt.ItemDataRole


def model_of(count: int) -> TrackModel:
    model = TrackModel(Fetch())
    model.show_ids(np.arange(1, count + 1, dtype=np.int64))
    return model


def test_it_is_a_model_as_qt_means_it() -> None:
    model = model_of(40)
    QAbstractItemModelTester(model, QAbstractItemModelTester.FailureReportingMode.Fatal)
    model.show_ids(np.arange(7, dtype=np.int64))
    model.set_liked([3], liked=True)
    model.set_playing(3)
    model.show_ids(np.empty(0, dtype=np.int64))
    assert model.rowCount() == 0


def test_two_hundred_thousand_rows_cost_no_more_than_those_in_sight() -> None:
    fetch = Fetch()
    model = TrackModel(fetch)
    model.show_ids(np.arange(200_000, dtype=np.int64))
    assert model.rowCount() == 200_000
    assert fetch.asked == []
    for index in range(0, 200_000, 97):
        model.index(index, TITLE).data()
    assert model.held <= PAGE * MOST_PAGES


def test_a_cell_says_what_its_column_is_for() -> None:
    model = model_of(3)
    said = {str(look.column): model.index(0, number).data() for number, look in enumerate(COLUMNS)}
    assert said["title"] == "Song 1"
    assert said["length"] == "2:05"
    assert said["year"] == "1999"
    assert said["genre"] == "Jazz"
    assert said["path"] == "/music/1.mp3"
    assert said["plays"] == ""


def test_numbers_stand_at_the_end_of_their_cells() -> None:
    model = model_of(1)
    year = next(number for number, look in enumerate(COLUMNS) if look.column == "year")
    trailing = int(Qt.AlignmentFlag.AlignTrailing | Qt.AlignmentFlag.AlignVCenter)
    assert model.index(0, year).data(Role.TextAlignmentRole) == trailing
    assert model.headerData(year, Qt.Orientation.Horizontal, Role.TextAlignmentRole) == trailing
    assert model.index(0, TITLE).data(Role.TextAlignmentRole) != trailing


def test_nothing_is_fetched_for_what_the_model_does_not_tell() -> None:
    fetch = Fetch()
    model = TrackModel(fetch)
    model.show_ids(np.arange(10, dtype=np.int64))
    roles = (Role.DecorationRole, Role.FontRole, Role.BackgroundRole, Role.CheckStateRole, Role.SizeHintRole)
    assert [model.index(0, 1).data(role) for role in roles] == [None] * len(roles)
    assert fetch.asked == []


def test_tags_are_text_and_never_markup() -> None:
    hostile = "<img src=x><b>A\nB</b> & \u202e"
    model = TrackModel(lambda ids: [row(each, title=hostile) for each in ids])
    model.show_ids(np.array([1], dtype=np.int64))
    assert model.index(0, TITLE).data() == "<img src=x><b>A B</b> &"
    tooltip = model.index(0, TITLE).data(Role.ToolTipRole)
    assert "<img" not in tooltip
    assert "&lt;img" in tooltip


@pytest.mark.parametrize(
    ("state", "said"), [(TrackState.MISSING, "not where it was"), (TrackState.OFFLINE, "cannot be reached")]
)
def test_a_track_that_is_not_there_says_so(state: TrackState, said: str) -> None:
    model = TrackModel(lambda ids: [row(each, state=state) for each in ids])
    model.show_ids(np.array([1], dtype=np.int64))
    assert said in model.index(0, TITLE).data(Role.AccessibleTextRole)
    assert said in model.index(0, TITLE).data(Role.ToolTipRole)


def test_a_screen_reader_hears_who_plays_and_what_is_liked() -> None:
    model = model_of(3)
    model.set_playing(2)
    spoken = [model.index(each, TITLE).data(Role.AccessibleTextRole) for each in range(3)]
    assert [text.startswith("now playing") for text in spoken] == [False, True, False]
    model.set_liked([1], liked=True)
    assert model.index(0, LIKED).data(Role.AccessibleTextRole) == "liked"
    assert model.index(1, LIKED).data(Role.AccessibleTextRole) == "not liked"


def test_sorting_is_asked_for_and_not_done() -> None:
    model = model_of(3)
    asked = Heard(model.sort_asked)
    model.sort(TITLE, Qt.SortOrder.DescendingOrder)
    model.sort(-1)
    assert asked.said == [(TITLE, True)]
    assert model.ids.tolist() == [1, 2, 3]


def test_tracks_are_dragged_as_ids_and_as_files() -> None:
    model = model_of(2000)
    data = model.tracks_mime(range(1000))
    assert json.loads(bytes(data.data(TRACKS_MIME).data())) == list(range(1, 501))
    assert data.urls()[0].toLocalFile() == "/music/1.mp3"
    assert model.mimeData([model.index(0, 0), model.index(0, 1)]).urls() == data.urls()[:1]


def test_where_tracks_are_is_found_at_once() -> None:
    model = TrackModel(Fetch())
    model.show_ids(np.arange(200_000, dtype=np.int64)[::-1].copy())
    assert model.rows_of([0, 199_999, 500_000]) == [0, 199_999]
    assert model.rows_of([]) == []
    assert not model.index(5, 5, QModelIndex()).parent().isValid()
