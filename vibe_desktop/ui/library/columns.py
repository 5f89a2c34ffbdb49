"""The columns of the library's table: what each is called, how wide it begins, what it says of a row."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cache
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from vibe_desktop.domain import TrackState
from vibe_desktop.library.table import Column
from vibe_desktop.library.tag_values import steady
from vibe_desktop.ui.library.wording import day, number
from vibe_desktop.ui.widgets.text import clock

if TYPE_CHECKING:
    from collections.abc import Callable

    from vibe_desktop.library.table import Row

_MOST_LABELS = 6


@dataclass(frozen=True, slots=True)
class ColumnLook:
    """How a column looks. `grow` is its share of the room that is left over; 0 keeps its width."""

    column: Column
    width: int
    text: Callable[[Row], str]
    grow: int = 0
    numeric: bool = False
    shown: bool = True
    descends: bool = False
    """the first press on its heading sorts from large to small"""

    @property
    def title(self) -> str:
        """The heading in the person's language."""
        return _titles()[self.column]


@cache
def _titles() -> dict[Column, str]:
    translate = QCoreApplication.translate
    return {
        Column.LIKED: translate("Columns", "Liked"),
        Column.TITLE: translate("Columns", "Title"),
        Column.ARTIST: translate("Columns", "Artist"),
        Column.ALBUM: translate("Columns", "Album"),
        Column.CAPTION: translate("Columns", "Description"),
        Column.HEARD: translate("Columns", "Heard"),
        Column.GENRE: translate("Columns", "Genre"),
        Column.YEAR: translate("Columns", "Year"),
        Column.BPM: translate("Columns", "Tempo"),
        Column.PLAYS: translate("Columns", "Plays"),
        Column.LAST_PLAYED: translate("Columns", "Last played"),
        Column.ADDED: translate("Columns", "Added"),
        Column.PATH: translate("Columns", "File"),
        Column.STATE: translate("Columns", "State"),
        Column.LENGTH: translate("Columns", "Length"),
    }


def one_line(text: str) -> str:
    """Return text without line breaks, which a cell has no room for, and without turns of direction."""
    return " ".join(steady(text).split())


def _heard(row: Row) -> str:
    return ", ".join(label.name for label in row.heard[:_MOST_LABELS])


def _state(row: Row) -> str:
    if row.state is TrackState.OFFLINE:
        return QCoreApplication.translate("Columns", "offline")
    return QCoreApplication.translate("Columns", "missing") if row.state is TrackState.MISSING else ""


def _tempo(row: Row) -> str:
    return f"{row.bpm:.0f}" if row.bpm else ""


def _plays(row: Row) -> str:
    return number(row.plays) if row.plays else ""


def _last_played(row: Row) -> str:
    return day(row.last_played) if row.last_played else ""


def _length(row: Row) -> str:
    return clock(row.seconds) if row.seconds is not None else ""


LIKED = 0
TITLE = 1

COLUMNS = (
    ColumnLook(Column.LIKED, 40, lambda _: "", descends=True),
    ColumnLook(Column.TITLE, 240, lambda row: row.title, grow=3),
    ColumnLook(Column.ARTIST, 170, lambda row: row.artist, grow=2),
    ColumnLook(Column.ALBUM, 170, lambda row: row.album, grow=2),
    ColumnLook(Column.CAPTION, 260, lambda row: row.caption, grow=3),
    ColumnLook(Column.HEARD, 200, _heard, grow=2, shown=False),
    ColumnLook(Column.GENRE, 130, lambda row: ", ".join(row.genres), grow=1, shown=False),
    ColumnLook(Column.YEAR, 64, lambda row: str(row.year or ""), numeric=True, descends=True),
    ColumnLook(Column.BPM, 76, _tempo, numeric=True, shown=False),
    ColumnLook(Column.PLAYS, 64, _plays, numeric=True, shown=False, descends=True),
    ColumnLook(Column.LAST_PLAYED, 110, _last_played, shown=False, descends=True),
    ColumnLook(Column.ADDED, 110, lambda row: day(row.added), shown=False, descends=True),
    ColumnLook(Column.PATH, 280, lambda row: row.path, grow=2, shown=False),
    ColumnLook(Column.STATE, 90, _state, shown=False, descends=True),
    ColumnLook(Column.LENGTH, 76, _length, numeric=True),
)
"""In the order they begin in."""

BY_NAME = {str(look.column): number for number, look in enumerate(COLUMNS)}
