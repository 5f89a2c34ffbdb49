"""Paints a row of a playlist: number, cover, names, why it is there, length."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from vibe_desktop.domain import TrackState
from vibe_desktop.ui.icons import pixmap
from vibe_desktop.ui.playlists.entry_model import EntryModel
from vibe_desktop.ui.style import RADIUS, RADIUS_COVER, SMALL, SMALLEST, TEXT, sized, tabular
from vibe_desktop.ui.theme import Tokens, tokens
from vibe_desktop.ui.widgets.text import clock

if TYPE_CHECKING:
    from PySide6.QtWidgets import QWidget

    from vibe_desktop.ui.covers.covers import Covers

Index = QModelIndex | QPersistentModelIndex

ROW = 66
_NUMBER = 40
_COVER = 48
_GAP = 14
_LENGTH = 60
_ICON = 18
_WITH_COVERS = 300
"""Narrower rows have room for words only."""


class EntryDelegate(QStyledItemDelegate):
    """Rows as the queue has them, without its buttons."""

    def __init__(self, covers: Covers, parent: QWidget) -> None:
        super().__init__(parent)
        self._covers = covers
        font = QFont(parent.font())
        self._title = sized(font, TEXT, QFont.Weight.Medium)
        self._about = sized(font, SMALL)
        self._reason = sized(font, SMALLEST)
        self._figures = tabular(sized(font, SMALL))

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(240, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        model = index.model()
        if not isinstance(model, EntryModel):
            return
        colours = tokens(option.palette)
        row, track = index.row(), model.track(index.row())
        playing = track is not None and track.id == model.playing
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        _paint_ground(painter, option, colours, playing=playing)
        place = _Places(option.rect, mirrored=option.direction == Qt.LayoutDirection.RightToLeft)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        self._text(painter, place.number, str(row + 1), self._figures, colours.tertiary, place.end)
        absent = track is None or track.state is not TrackState.PRESENT
        if place.cover.isValid():
            ratio = painter.device().devicePixelRatio()
            if track is not None:
                painter.setOpacity(0.5 if absent else 1.0)
                painter.drawPixmap(
                    place.cover, self._covers.pixmap(track, _COVER, ratio, radius=RADIUS_COVER)
                )
                painter.setOpacity(1.0)
            else:
                mark = pixmap("circle-help", colours.tertiary, _ICON, ratio)
                painter.drawPixmap(place.cover.center().x() - 8, place.cover.center().y() - 8, mark)
        ink = colours.accent if playing else colours.tertiary if absent else colours.ink
        about = " · ".join(part for part in (track.tags.artist, track.tags.album) if part) if track else ""
        reason = model.reason(row)
        names = place.first if reason else place.only
        self._paint_names(painter, place, names, (model.text(row), about), (ink, colours.secondary))
        self._text(painter, place.second, reason, self._reason, colours.tertiary, place.start)
        length = clock(track.tags.seconds) if track else ""
        self._text(painter, place.length, length, self._figures, colours.secondary, place.end)
        painter.restore()

    def _paint_names(
        self,
        painter: QPainter,
        place: _Places,
        room: QRect,
        names: tuple[str, str],
        inks: tuple[QColor, QColor],
    ) -> None:
        """Set the title and, where there is room, artist and album beside it."""
        title, about = names
        taken = min(room.width(), QFontMetrics(self._title).horizontalAdvance(_flat(title)) + 2)
        self._text(painter, place.part(room, 0, taken), title, self._title, inks[0], place.start)
        left = room.width() - taken - 8
        if about and left > 40:
            part = place.part(room, taken + 8, left)
            self._text(painter, part, about, self._about, inks[1], place.start)

    @staticmethod
    def _text(
        painter: QPainter, where: QRect, text: str, font: QFont, colour: QColor, side: Qt.AlignmentFlag
    ) -> None:
        shown = QFontMetrics(font).elidedText(_flat(text), Qt.TextElideMode.ElideRight, where.width())
        painter.setFont(font)
        painter.setPen(colour)
        flags = side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
        painter.drawText(where, int(flags | Qt.TextFlag.TextSingleLine), shown)


class _Places:
    """Where everything of a row is; mirrored where one reads from right to left."""

    def __init__(self, rect: QRect, *, mirrored: bool) -> None:
        self._rect = rect
        self._mirrored = mirrored
        self.start = Qt.AlignmentFlag.AlignRight if mirrored else Qt.AlignmentFlag.AlignLeft
        self.end = Qt.AlignmentFlag.AlignLeft if mirrored else Qt.AlignmentFlag.AlignRight
        has_cover = rect.width() >= _WITH_COVERS
        left = _NUMBER + _GAP
        self.number = self._at(0, _NUMBER, 0, ROW)
        self.cover = self._at(left, _COVER, (ROW - _COVER) // 2, _COVER) if has_cover else QRect()
        left += _COVER + _GAP if has_cover else 0
        width = max(0, rect.width() - left - _LENGTH - 2 * _GAP)
        self.first = self._at(left, width, 13, 20)
        self.only = self._at(left, width, (ROW - 20) // 2, 20)
        """the first line where there is no second"""
        self.second = self._at(left, width, 35, 16)
        self.length = self._at(rect.width() - _LENGTH - _GAP, _LENGTH, 0, ROW)

    def part(self, line: QRect, start: int, width: int) -> QRect:
        """Return a piece of a line, `start` away from where one begins to read."""
        left = line.right() + 1 - start - width if self._mirrored else line.left() + start
        return QRect(left, line.top(), width, line.height())

    def _at(self, left: int, width: int, top: int, height: int) -> QRect:
        rect = self._rect
        x = rect.right() + 1 - left - width if self._mirrored else rect.left() + left
        return QRect(x, rect.top() + top, width, height)


def _paint_ground(painter: QPainter, option: QStyleOptionViewItem, colours: Tokens, *, playing: bool) -> None:
    selected = bool(option.state & QStyle.StateFlag.State_Selected)
    hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
    fill = None
    if playing:
        fill = colours.wash
    elif selected or hovered:
        fill = colours.raised if selected else colours.panel
    ground = QRectF(option.rect).adjusted(1, 1, -1, -1)
    if fill is not None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(fill)
        painter.drawRoundedRect(ground, RADIUS, RADIUS)
    if selected and option.state & QStyle.StateFlag.State_HasFocus:
        painter.setPen(QPen(colours.accent, 1))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRoundedRect(ground.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)


def _flat(text: str) -> str:
    return " ".join(text.split())
