"""How a row of the queue is painted, and what a press on one of its buttons means."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING

from PySide6.QtCore import (
    QEvent,
    QModelIndex,
    QPersistentModelIndex,
    QPoint,
    QRect,
    QRectF,
    QSize,
    Qt,
    Signal,
)
from PySide6.QtGui import QFont, QFontMetrics, QHelpEvent, QMouseEvent, QPainter, QPainterPath, QPen
from PySide6.QtWidgets import QAbstractItemView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QToolTip

from vibe_desktop.domain import TrackState
from vibe_desktop.playback.jukebox import PlayState
from vibe_desktop.ui.icons import pixmap
from vibe_desktop.ui.queue.queue_model import ITEM_ROLE, title_of
from vibe_desktop.ui.style import RADIUS, RADIUS_COVER, SMALL, SMALLEST, TEXT, sized, tabular
from vibe_desktop.ui.theme import Tokens, tokens
from vibe_desktop.ui.widgets.text import clock, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtCore import QAbstractItemModel, QObject
    from PySide6.QtGui import QColor

    from vibe_desktop.playback.jukebox import Jukebox
    from vibe_desktop.playback.play_queue import Item
    from vibe_desktop.ui.covers.covers import Covers

SOUNDING = (PlayState.PLAYING, PlayState.LOADING)
ROW = 66
COVER = 48
_NUMBER = 36
_GAP = 14
_LENGTH = 52
_BUTTON = 30
_ICON = 18
_EDGE = 12
Index = QModelIndex | QPersistentModelIndex


class RowAction(StrEnum):
    """The buttons of a row, from left to right."""

    MORE = "more"
    LESS = "less"
    REFUSE = "refuse"
    LIKE = "like"


_ICONS = {RowAction.MORE: "plus", RowAction.LESS: "minus", RowAction.REFUSE: "ban", RowAction.LIKE: "heart"}


class RowDelegate(QStyledItemDelegate):
    """Paints rows: number or play mark, cover, title, artist and album, the reason, buttons, length."""

    pressed = Signal(object, int)
    """a `RowAction` and the key of the item it is for"""

    def __init__(
        self, jukebox: Jukebox, covers: Covers, liked: Callable[[int], bool], parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._jukebox = jukebox
        self._covers = covers
        self._liked = liked
        self._hovered: tuple[int, RowAction] | None = None
        self._fonts: dict[tuple[int, QFont.Weight], tuple[QFont, QFontMetrics]] = {}

    def names(self) -> dict[RowAction, str]:
        """Return what each button does, in words."""
        return {
            RowAction.MORE: self.tr("More like this"),
            RowAction.LESS: self.tr("Less like this"),
            RowAction.REFUSE: self.tr("Not this song"),
            RowAction.LIKE: self.tr("Like"),
        }

    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(320, ROW)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item: Item = index.data(ITEM_ROLE)
        colours = tokens(option.palette)
        rect: QRect = option.rect
        mirrored = option.direction == Qt.LayoutDirection.RightToLeft
        playing = self._jukebox.now is not None and self._jukebox.now.key == item.key
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_ground(painter, option, colours, playing=playing, hovered=hovered)
        place = _Places(rect, mirrored, buttons=hovered or playing or self._liked(item.entry.track.id))
        self._paint_number(painter, place.number, index.row() + 1, colours, playing=playing)
        self._paint_cover(painter, place.cover, item)
        faded = item.entry.track.state is not TrackState.PRESENT
        self._paint_words(painter, place, item, colours, faded=faded)
        for action, where in place.buttons.items():
            if hovered or playing or action is RowAction.LIKE:
                self._paint_button(painter, where, action, item, colours)
        font, _ = self._font(TEXT)
        painter.setFont(tabular(font))
        painter.setPen(colours.secondary)
        painter.drawText(
            place.length, int(place.far | Qt.AlignmentFlag.AlignVCenter), clock(item.entry.track.tags.seconds)
        )
        painter.restore()

    def editorEvent(
        self, event: QEvent, model: QAbstractItemModel, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Take presses on the buttons, and follow the mouse over them."""
        if isinstance(event, QMouseEvent):
            item: Item | None = index.data(ITEM_ROLE)
            action = self._action_at(option, event.position().toPoint())
            if event.type() == QEvent.Type.MouseMove:
                hovered = (item.key, action) if item and action else None
                if hovered != self._hovered:
                    self._hovered = hovered
                    if isinstance(option.widget, QAbstractItemView):
                        option.widget.viewport().update()
            elif action and item and event.button() == Qt.MouseButton.LeftButton:
                if event.type() == QEvent.Type.MouseButtonRelease:
                    self.pressed.emit(action, item.key)
                return True
        return super().editorEvent(event, model, option, index)

    def helpEvent(
        self, event: QHelpEvent, view: QAbstractItemView, option: QStyleOptionViewItem, index: Index
    ) -> bool:
        """Say what a button does, or the whole reason."""
        item: Item | None = index.data(ITEM_ROLE)
        if item is None:
            return False
        action = self._action_at(option, event.pos())
        text = self.names()[action] if action else item.entry.reason
        QToolTip.showText(event.globalPos(), plain_tooltip(text), view)
        return True

    def action_at(self, row: QRect, point: QPoint, *, mirrored: bool) -> RowAction | None:
        """Return the button that is at a point of a row's rectangle."""
        place = _Places(row, mirrored, buttons=True)
        return next((action for action, where in place.buttons.items() if where.contains(point)), None)

    def _action_at(self, option: QStyleOptionViewItem, point: QPoint) -> RowAction | None:
        return self.action_at(option.rect, point, mirrored=option.direction == Qt.LayoutDirection.RightToLeft)

    def _paint_ground(
        self,
        painter: QPainter,
        option: QStyleOptionViewItem,
        colours: Tokens,
        *,
        playing: bool,
        hovered: bool,
    ) -> None:
        ground = QRectF(option.rect).adjusted(1, 1, -1, -1)
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        focused = bool(option.state & QStyle.StateFlag.State_HasFocus)
        if playing:
            fill: QColor | None = colours.wash
        elif selected:
            fill = colours.raised
        else:
            fill = colours.panel if hovered else None
        if fill is not None:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(fill)
            painter.drawRoundedRect(ground, RADIUS, RADIUS)
        if focused or (selected and playing):
            painter.setPen(QPen(colours.accent if focused else colours.line, 1))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawRoundedRect(ground.adjusted(0.5, 0.5, -0.5, -0.5), RADIUS, RADIUS)

    def _paint_number(
        self, painter: QPainter, where: QRect, number: int, colours: Tokens, *, playing: bool
    ) -> None:
        if playing:
            ratio = painter.device().devicePixelRatio()
            name = "play" if self._jukebox.state in SOUNDING else "pause"
            mark = pixmap(name, colours.accent, 14, ratio, filled=True)
            painter.drawPixmap(where.center().x() - 6, where.center().y() - 6, mark)
            return
        font, _ = self._font(TEXT)
        painter.setFont(tabular(font))
        painter.setPen(colours.tertiary)
        painter.drawText(where, int(Qt.AlignmentFlag.AlignCenter), str(number))

    def _paint_cover(self, painter: QPainter, where: QRect, item: Item) -> None:
        ratio = painter.device().devicePixelRatio()
        path = QPainterPath()
        path.addRoundedRect(QRectF(where), RADIUS_COVER, RADIUS_COVER)
        painter.save()
        painter.setClipPath(path)
        painter.drawPixmap(where, self._covers.pixmap(item.entry.track, COVER, ratio))
        painter.restore()

    def _paint_words(
        self, painter: QPainter, place: _Places, item: Item, colours: Tokens, *, faded: bool
    ) -> None:
        tags = item.entry.track.tags
        title = title_of(item.entry.track)
        about = " · ".join(part for part in (tags.artist, tags.album) if part)
        ink = colours.tertiary if faded else colours.ink
        first = [
            (title, ink, self._font(TEXT, QFont.Weight.Medium)),
            (about, colours.secondary, self._font(SMALL)),
        ]
        small = self._font(SMALLEST)
        parts: list[tuple[str, QColor, tuple[QFont, QFontMetrics]]] = []
        if faded:
            parts.append((self.tr("The file is not there now."), colours.refuse, small))
        for number, part in enumerate(item.entry.parts):
            if number or faded:
                parts.append(("·", colours.tertiary, small))
            parts.append((part.lead, colours.tertiary, small))
            parts.append((part.words, colours.secondary, small))
        if not item.entry.parts and item.entry.reason:
            parts.append((item.entry.reason, colours.tertiary, small))
        self._paint_line(painter, place.first, first, 8, mirrored=place.mirrored)
        self._paint_line(painter, place.second, parts, 4, mirrored=place.mirrored)

    def _paint_line(
        self,
        painter: QPainter,
        where: QRect,
        runs: list[tuple[str, QColor, tuple[QFont, QFontMetrics]]],
        gap: int,
        *,
        mirrored: bool,
    ) -> None:
        """Set runs of text beside each other on one baseline; the first that does not fit is elided."""
        x = 0
        for text, colour, (font, metrics) in runs:
            room = where.width() - x
            if not text or room < metrics.averageCharWidth() * 2:
                continue
            shown = metrics.elidedText(text, Qt.TextElideMode.ElideRight, room)
            width = min(metrics.horizontalAdvance(shown) + 1, room)
            left = where.right() - x - width if mirrored else where.left() + x
            painter.setFont(font)
            painter.setPen(colour)
            line = QRect(left, where.top(), width, where.height())
            painter.drawText(line, int(Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine), shown)
            x += width + gap

    def _paint_button(
        self, painter: QPainter, where: QRect, action: RowAction, item: Item, colours: Tokens
    ) -> None:
        hot = self._hovered == (item.key, action)
        liked = action is RowAction.LIKE and self._liked(item.entry.track.id)
        if hot:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(colours.refuse_wash if action is RowAction.REFUSE else colours.wash)
            painter.drawRoundedRect(QRectF(where), 8, 8)
        colour = colours.secondary
        if hot:
            colour = colours.refuse if action is RowAction.REFUSE else colours.ink
        if liked:
            colour = colours.accent
        ratio = painter.device().devicePixelRatio()
        drawn = pixmap(_ICONS[action], colour, _ICON, ratio, filled=liked)
        painter.drawPixmap(where.center().x() - _ICON // 2 + 1, where.center().y() - _ICON // 2 + 1, drawn)

    def _font(self, size: int, weight: QFont.Weight = QFont.Weight.Normal) -> tuple[QFont, QFontMetrics]:
        if (size, weight) not in self._fonts:
            font = sized(QFont(), size, weight)
            self._fonts[size, weight] = (font, QFontMetrics(font))
        return self._fonts[size, weight]


class _Places:
    """Where everything of a row is; mirrored where one reads from right to left."""

    def __init__(self, rect: QRect, mirrored: bool, *, buttons: bool) -> None:  # noqa: FBT001
        self.mirrored = mirrored
        self.far = Qt.AlignmentFlag.AlignLeft if mirrored else Qt.AlignmentFlag.AlignRight
        self._rect = rect
        self.number = self._at(4, _NUMBER)
        self.cover = self._at(_NUMBER + 8, COVER, height=COVER)
        length_left = rect.width() - _EDGE - _LENGTH
        self.length = self._at(length_left, _LENGTH)
        count = len(RowAction)
        # Narrow rows keep room for the words; the buttons are in the menu as well.
        self.buttons: dict[RowAction, QRect] = {}
        if buttons and rect.width() > 420:
            start = length_left - count * _BUTTON - 8
            for number, action in enumerate(RowAction):
                self.buttons[action] = self._at(start + number * _BUTTON, _BUTTON, height=_BUTTON)
        left = _NUMBER + 8 + COVER + _GAP
        right = (length_left - count * _BUTTON - 8 if self.buttons else length_left) - _EDGE
        words = self._at(left, max(0, right - left))
        self.first = QRect(words.left(), rect.top() + 13, words.width(), 20)
        self.second = QRect(words.left(), rect.top() + 35, words.width(), 16)

    def _at(self, left: int, width: int, height: int = ROW) -> QRect:
        top = self._rect.top() + (ROW - height) // 2
        if self.mirrored:
            return QRect(self._rect.right() + 1 - left - width, top, width, height)
        return QRect(self._rect.left() + left, top, width, height)
