"""The saved playlists as a list: name, the mood it came from, how much is in it and since when."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QContextMenuEvent, QFont, QFontMetrics, QKeyEvent, QPainter, QPen
from PySide6.QtWidgets import QAbstractItemView, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem

from vibe_desktop.ui.library.wording import day, duration, songs
from vibe_desktop.ui.style import RADIUS, SMALL, SMALLEST, TEXT, sized
from vibe_desktop.ui.theme import tokens
from vibe_desktop.ui.widgets.rows import menu_place
from vibe_desktop.ui.widgets.text import plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtCore import QObject
    from PySide6.QtGui import QColor
    from PySide6.QtWidgets import QWidget

    from vibe_desktop.library.saved import Playlist

Index = QModelIndex | QPersistentModelIndex

_ROW = 78
_PADDING = 14
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)
_TOOLTIP = int(Qt.ItemDataRole.ToolTipRole)
_SPOKEN = int(Qt.ItemDataRole.AccessibleTextRole)


def about(playlist: Playlist) -> str:
    """Return how much is in a playlist: "11 songs · 45 min"."""
    parts = [songs(playlist.tracks)]
    if playlist.seconds:
        parts.append(duration(playlist.seconds))
    return " · ".join(parts)


class PlaylistModel(QAbstractListModel):
    """The playlists, the newest first."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.playlists: list[Playlist] = []

    def show_playlists(self, playlists: Sequence[Playlist]) -> None:
        """Show these."""
        self.beginResetModel()
        self.playlists = list(playlists)
        self.endResetModel()

    def row_of(self, playlist_id: int) -> int:
        """Return where a playlist is, -1 where it is not."""
        return next((row for row, each in enumerate(self.playlists) if each.id == playlist_id), -1)

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008 - Qt's own default
        return 0 if parent.isValid() else len(self.playlists)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        if role not in (_DISPLAY, _TOOLTIP, _SPOKEN) or not index.isValid():
            return None
        playlist = self.playlists[index.row()]
        if role == _DISPLAY:
            return playlist.name
        if role == _TOOLTIP:
            return plain_tooltip(playlist.mood or playlist.name)
        return ", ".join(part for part in (playlist.name, playlist.mood, about(playlist)) if part)


class PlaylistDelegate(QStyledItemDelegate):
    """Paints a playlist in two or three lines."""

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent)
        font = QFont(parent.font())
        self._lines = {
            size: (sized(font, size, weight), QFontMetrics(sized(font, size, weight)))
            for size, weight in (
                (TEXT, QFont.Weight.Medium),
                (SMALL, QFont.Weight.Normal),
                (SMALLEST, QFont.Weight.Normal),
            )
        }

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(200, _ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, PlaylistModel):
            return
        playlist = model.playlists[index.row()]
        colours = tokens(option.palette)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.raised if selected else colours.panel)
            painter.drawRoundedRect(_ground(option.rect), RADIUS, RADIUS)
        if selected and option.state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QPen(colours.accent, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(_ground(option.rect).adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)
        self._paint_lines(painter, option, [
            (playlist.name, TEXT, colours.ink),
            (playlist.mood, SMALL, colours.secondary),
            (f"{about(playlist)} · {day(playlist.changed_at)}", SMALLEST, colours.tertiary),
        ])  # fmt: skip
        painter.restore()

    def _paint_lines(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        lines: Sequence[tuple[str, int, QColor]],
    ) -> None:
        said = [line for line in lines if line[0]]
        height = sum(self._lines[size][1].height() + 3 for _, size, _ in said) - 3
        top = option.rect.top() + (_ROW - height) // 2
        across = QStyle.visualAlignment(
            option.direction, Qt.AlignmentFlag.AlignLeading | Qt.AlignmentFlag.AlignVCenter
        )
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        for text, size, colour in said:
            font, metrics = self._lines[size]
            room = QRect(
                option.rect.left() + _PADDING, top, option.rect.width() - 2 * _PADDING, metrics.height()
            )
            painter.setFont(font)
            painter.setPen(colour)
            shown = metrics.elidedText(" ".join(text.split()), Qt.TextElideMode.ElideRight, room.width())
            flags = across | Qt.AlignmentFlag.AlignAbsolute | Qt.TextFlag.TextSingleLine
            painter.drawText(room, int(flags), shown)
            top += metrics.height() + 3


class PlaylistView(QListView):
    """The list on screen. Keys and the menu are told by signals; they are for the current playlist."""

    chosen = Signal(int)
    """a playlist's id, -1 for none"""
    play_asked = Signal()
    rename_asked = Signal()
    delete_asked = Signal()
    menu_asked = Signal(QPoint)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.playlists = PlaylistModel(self)
        self.setAccessibleName(self.tr("Playlists"))
        self.setModel(self.playlists)
        self.setItemDelegate(PlaylistDelegate(self))
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.doubleClicked.connect(lambda _index: self.play_asked.emit())
        self.selectionModel().currentChanged.connect(lambda now, _: self._tell(now))

    @property
    def current(self) -> Playlist | None:
        """The chosen playlist."""
        row = self.currentIndex().row()
        return self.playlists.playlists[row] if 0 <= row < len(self.playlists.playlists) else None

    def show_playlists(self, playlists: Sequence[Playlist], wanted: int) -> None:
        """Show these, and choose the one of this id, or else the one in the place chosen before."""
        before = max(0, self.currentIndex().row())
        self.selectionModel().blockSignals(True)
        self.playlists.show_playlists(playlists)
        row = self.playlists.row_of(wanted)
        row = min(before, len(playlists) - 1) if row < 0 else row
        self.setCurrentIndex(self.playlists.index(row))
        self.selectionModel().blockSignals(False)
        self._tell(self.currentIndex())

    def keyPressEvent(self, event: QKeyEvent) -> None:
        keys = {
            int(Qt.Key.Key_Return): self.play_asked,
            int(Qt.Key.Key_Enter): self.play_asked,
            int(Qt.Key.Key_F2): self.rename_asked,
            int(Qt.Key.Key_Delete): self.delete_asked,
        }
        asked = keys.get(event.key()) if not event.modifiers() else None
        if asked is not None and self.current is not None:
            asked.emit()
        elif event.key() == Qt.Key.Key_Space:
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Ask for the menu at the mouse, or at the current row when a key asked for it."""
        if self.current is not None:
            self.menu_asked.emit(menu_place(self, event))

    def _tell(self, index: QModelIndex) -> None:
        row = index.row()
        self.chosen.emit(self.playlists.playlists[row].id if index.isValid() else -1)


def _ground(rect: QRect) -> QRectF:
    return QRectF(rect).adjusted(1, 1, -1, -1)
