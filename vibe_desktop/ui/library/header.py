"""The table's heading: quiet words, a mark where it is sorted, a menu of the columns to show."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QRect, QSignalBlocker, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QFont, QFontMetrics, QPainter
from PySide6.QtWidgets import QHeaderView, QMenu, QTableView

from vibe_desktop.ui.icons import pixmap
from vibe_desktop.ui.library.columns import BY_NAME, COLUMNS, LIKED, TITLE
from vibe_desktop.ui.library.row_delegate import PADDING
from vibe_desktop.ui.style import SMALLEST, sized
from vibe_desktop.ui.theme import tokens

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

HEIGHT = 32
_NARROWEST = 40
_WIDEST = 2000
_MARK = 14
_AS_SAID = Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute
_DESCENDING = Qt.SortOrder.DescendingOrder


class TrackHeader(QHeaderView):
    """Columns share the room there is: those that grow take what is left, and give way first."""

    columns_changed = Signal()

    def __init__(self, view: QTableView) -> None:
        super().__init__(Qt.Orientation.Horizontal, view)
        self.setAccessibleName(self.tr("Columns"))
        self._view = view
        self._fitting = False
        self._font = sized(QFont(self.font()), SMALLEST, QFont.Weight.DemiBold)
        self.setSectionsMovable(True)
        self.setSectionsClickable(True)
        self.setHighlightSections(False)
        self.setMinimumSectionSize(_NARROWEST)
        self.setFixedHeight(HEIGHT)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.sectionResized.connect(self._resized)

    def set_up(self) -> None:
        """Give every column its first width; call once the view has its model."""
        with QSignalBlocker(self):
            for section, look in enumerate(COLUMNS):
                self.resizeSection(section, look.width)
                self.setSectionHidden(section, not look.shown)

    def fit(self, kept: int = -1) -> None:
        """Share the view's width among the columns that grow, `kept` staying as it is."""
        shown = [section for section in range(self.count()) if not self.isSectionHidden(section)]
        growing = [section for section in shown if COLUMNS[section].grow and section != kept]
        fixed = sum(self.sectionSize(section) for section in shown if section not in growing)
        weight = sum(COLUMNS[section].grow for section in growing)
        room = self._view.viewport().width() - fixed
        if not growing or room <= 0:
            return
        self._fitting = True
        for section in growing:
            share = room * COLUMNS[section].grow // weight
            least = min(COLUMNS[section].width, 120)
            width = max(least, share)
            weight -= COLUMNS[section].grow
            room -= width
            self.resizeSection(section, width)
            if weight <= 0:
                break
        self._fitting = False

    def show_column(self, section: int, *, shown: bool) -> None:
        """Show or hide a column; the title stays."""
        if section != TITLE:
            self.setSectionHidden(section, not shown)
            self.fit()
            self.columns_changed.emit()

    def menu(self) -> QMenu:
        """Return a menu in which each column can be switched on and off."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        for section, look in enumerate(COLUMNS):
            action = QAction(look.title, menu, checkable=True, checked=not self.isSectionHidden(section))
            action.setEnabled(section != TITLE)
            action.toggled.connect(lambda on, section=section: self.show_column(section, shown=on))
            menu.addAction(action)
        return menu

    def columns(self) -> list[dict[str, Any]]:
        """Return the columns as they stand, from first to last, as plain values."""
        sections = (self.logicalIndex(place) for place in range(self.count()))
        return [
            {
                "column": str(COLUMNS[section].column),
                "width": self._width(section),
                "shown": not self.isSectionHidden(section),
            }
            for section in sections
        ]

    def restore_columns(self, columns: object) -> None:
        """Take up what `columns` told; anything in it that makes no sense is passed over."""
        place = 0
        for entry in columns if isinstance(columns, list) else []:
            section = BY_NAME.get(str(entry.get("column"))) if isinstance(entry, dict) else None
            if section is None:
                continue
            width = entry.get("width")
            if isinstance(width, int) and _NARROWEST <= width <= _WIDEST:
                self.resizeSection(section, width)
            if isinstance(entry.get("shown"), bool) and section != TITLE:
                self.setSectionHidden(section, not entry["shown"])
            self.moveSection(self.visualIndex(section), place)
            place += 1
        self.fit()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        self.menu().popup(event.globalPos())

    def paintSection(self, painter: QPainter, rect: QRect, section: int) -> None:
        colours = tokens(self.palette())
        painter.save()
        painter.fillRect(rect, colours.background)
        painter.fillRect(QRect(rect.x(), rect.bottom(), rect.width(), 1), colours.line)
        is_sorted = self.isSortIndicatorShown() and self.sortIndicatorSection() == section
        colour = colours.ink if is_sorted else colours.tertiary
        if section == LIKED:
            ratio = self.devicePixelRatioF()
            heart = pixmap("heart", colour, _MARK, ratio, filled=is_sorted)
            painter.drawPixmap(rect.center().x() - _MARK // 2 + 1, rect.center().y() - _MARK // 2, heart)
        else:
            self._paint_title(painter, rect, section, is_sorted=is_sorted)
        painter.restore()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()

    def _paint_title(self, painter: QPainter, rect: QRect, section: int, *, is_sorted: bool) -> None:
        colours = tokens(self.palette())
        look = COLUMNS[section]
        room = rect.adjusted(PADDING, 0, -PADDING, -1)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        metrics = QFontMetrics(self._font)
        title = metrics.elidedText(
            look.title, Qt.TextElideMode.ElideRight, room.width() - (_MARK if is_sorted else 0)
        )
        painter.setFont(self._font)
        painter.setPen(colours.ink if is_sorted else colours.tertiary)
        trailing = look.numeric != mirrored
        width = metrics.horizontalAdvance(title)
        side = Qt.AlignmentFlag.AlignRight if trailing else Qt.AlignmentFlag.AlignLeft
        painter.drawText(
            room, int(side | Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignAbsolute), title
        )
        if is_sorted:
            name = "arrow-down" if self.sortIndicatorOrder() == _DESCENDING else "arrow-up"
            x = room.right() - width - _MARK - 2 if trailing else room.left() + width + 3
            mark = pixmap(name, colours.ink, _MARK - 2, self.devicePixelRatioF())
            painter.drawPixmap(x, rect.center().y() - _MARK // 2 + 1, mark)

    def _resized(self, section: int, _before: int, _after: int) -> None:
        if not self._fitting:
            self.fit(kept=section)
            self.columns_changed.emit()

    def _width(self, section: int) -> int:
        return self.sectionSize(section) or COLUMNS[section].width
