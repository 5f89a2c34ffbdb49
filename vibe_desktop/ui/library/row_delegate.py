"""Paints the table's cells: quiet rows, one accent, the heart only where it is wanted."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QFont, QFontMetrics, QPainterPath
from PySide6.QtWidgets import QStyle, QStyledItemDelegate

from vibe_desktop.domain import TrackState
from vibe_desktop.ui.icons import pixmap
from vibe_desktop.ui.library.columns import COLUMNS, LIKED, TITLE, one_line
from vibe_desktop.ui.style import RADIUS, SMALL, TEXT, sized, tabular
from vibe_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtCore import QModelIndex
    from PySide6.QtGui import QColor, QPainter
    from PySide6.QtWidgets import QStyleOptionViewItem

    from vibe_desktop.library.table import Row
    from vibe_desktop.ui.library.table_view import TrackView
    from vibe_desktop.ui.theme import Tokens

ROW_HEIGHT = 40
PADDING = 10
_HEART = 16
# Made once: putting flags together takes as long as painting a letter.
_AS_SAID = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute | Qt.TextFlag.TextSingleLine
_AT_LEFT = int(_AS_SAID | Qt.AlignmentFlag.AlignLeft)
_AT_RIGHT = int(_AS_SAID | Qt.AlignmentFlag.AlignRight)


class RowDelegate(QStyledItemDelegate):
    """Asks the model for whole rows instead of roles, so that a screenful takes a few milliseconds."""

    def __init__(self, view: TrackView) -> None:
        super().__init__(view)
        self._view = view
        plain = QFont(view.font())
        self._title = sized(plain, TEXT, QFont.Weight.Medium)
        self._text = sized(plain, SMALL)
        self._figures = tabular(self._text)
        self._metrics = {id(font): QFontMetrics(font) for font in (self._title, self._text, self._figures)}

    def sizeHint(self, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        return QSize(COLUMNS[index.column()].width, ROW_HEIGHT)

    def paint(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        index: QModelIndex | QPersistentModelIndex,
    ) -> None:
        row = self._view.tracks.row(index.row())
        column = index.column()
        colours = tokens(option.palette)
        rect: QRect = option.rect
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.save()
        self._paint_ground(painter, rect, index, selected=selected, colours=colours)
        if row is not None:
            if column == LIKED:
                self._paint_heart(
                    painter, rect, row, hovered=index.row() == self._view.hovered, colours=colours
                )
            else:
                self._paint_text(painter, rect, column, row, colours)
        painter.restore()

    def _paint_ground(
        self,
        painter: QPainter,
        rect: QRect,
        index: QModelIndex | QPersistentModelIndex,
        *,
        selected: bool,
        colours: Tokens,
    ) -> None:
        current = self._view.hasFocus() and self._view.currentIndex().row() == index.row()
        if selected:
            colour = colours.wash
        elif index.row() == self._view.hovered or current:
            colour = colours.panel
        else:
            return
        painter.setClipRect(rect)
        painter.fillRect(rect, colours.background)  # over Qt's own, which has corners
        painter.setRenderHint(painter.RenderHint.Antialiasing)
        strip = self._view.row_strip(rect)
        shape = QPainterPath()
        shape.addRoundedRect(QRectF(strip).adjusted(0, 1, 0, -1), RADIUS, RADIUS)
        painter.fillPath(shape, colour)
        if current and self._view.shows_focus:
            painter.setPen(colours.accent)
            painter.drawRoundedRect(QRectF(strip).adjusted(0.5, 1.5, -0.5, -1.5), RADIUS, RADIUS)

    def _paint_heart(
        self, painter: QPainter, rect: QRect, row: Row, *, hovered: bool, colours: Tokens
    ) -> None:
        if not (row.liked or hovered):
            return
        ratio = self._view.devicePixelRatioF()
        colour = colours.accent if row.liked else colours.tertiary
        heart = pixmap("heart", colour, _HEART, ratio, filled=row.liked)
        painter.drawPixmap(
            rect.x() + (rect.width() - _HEART) // 2, rect.y() + (rect.height() - _HEART) // 2, heart
        )

    def _paint_text(self, painter: QPainter, rect: QRect, column: int, row: Row, colours: Tokens) -> None:
        look = COLUMNS[column]
        text = look.text(row)
        if not text:
            return
        font = self._title if column == TITLE else self._figures if look.numeric else self._text
        room = rect.adjusted(PADDING, 0, -PADDING, 0)
        painter.setLayoutDirection(Qt.LayoutDirection.LayoutDirectionAuto)
        painter.setFont(font)
        painter.setPen(self._ink(column, row, colours))
        shown = self._metrics[id(font)].elidedText(one_line(text), Qt.TextElideMode.ElideRight, room.width())
        mirrored = self._view.isRightToLeft()
        painter.drawText(room, _AT_RIGHT if look.numeric != mirrored else _AT_LEFT, shown)

    def _ink(self, column: int, row: Row, colours: Tokens) -> QColor:
        if row.id == self._view.tracks.playing and column == TITLE:
            return colours.accent
        if row.state != TrackState.PRESENT:
            return colours.tertiary
        return colours.ink if column == TITLE else colours.secondary
