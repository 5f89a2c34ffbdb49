"""The queue on screen: chosen, moved, taken out and steered by mouse and keyboard."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QItemSelection, QModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QAction, QContextMenuEvent, QKeyEvent, QKeySequence, QMouseEvent
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu, QWidget

from vibe_desktop.ui.queue.queue_model import ITEM_ROLE, QueueModel
from vibe_desktop.ui.queue.row_delegate import RowAction, RowDelegate
from vibe_desktop.ui.widgets.rows import choose_row, choose_rows

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QDropEvent

    from vibe_desktop.domain import TrackId
    from vibe_desktop.playback.play_queue import Item
    from vibe_desktop.ui.services import Services


class QueueView(QListView):
    """A list of rows. What a row's buttons and menu ask for is told by `asked`."""

    asked = Signal(object, object)
    """a `RowAction` and the `Item` it is for"""

    def __init__(self, services: Services, model: QueueModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._queue_model = model
        self._liked: set[TrackId] = set()
        self._delegate = RowDelegate(services.jukebox, services.covers, self._liked.__contains__, self)
        self.setAccessibleName(self.tr("Queue"))
        self.setModel(model)
        self.setItemDelegate(self._delegate)
        self.setUniformItemSizes(True)
        self.setMouseTracking(True)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.setDropIndicatorShown(True)
        self.setDragDropOverwriteMode(False)
        self.setFrameShape(QListView.Shape.NoFrame)
        self.doubleClicked.connect(self._play)
        self._delegate.pressed.connect(self._pressed)
        services.covers.changed.connect(self._cover_came)

    def set_liked(self, liked: set[TrackId]) -> None:
        """Show these tracks as liked."""
        self._liked.clear()
        self._liked.update(liked)
        self.viewport().update()

    def is_liked(self, track_id: TrackId) -> bool:
        """Whether a track is shown as liked."""
        return track_id in self._liked

    def selected_items(self) -> list[Item]:
        """Return the chosen items in the queue's order."""
        rows = sorted(index.row() for index in self.selectionModel().selectedIndexes())
        return [item for row in rows if (item := self._queue_model.item(row))]

    def remove_selected(self) -> None:
        """Take the chosen items out, and choose what then stands in the first one's place."""
        items = self.selected_items()
        if not items:
            return
        row = self._queue_model.row_of(items[0].key) or 0
        self._services.jukebox.queue.remove({item.key for item in items})
        self._queue_model.sync()
        choose_row(self, self._queue_model.index(min(row, self._queue_model.rowCount() - 1)))

    def show_playing(self) -> None:
        """Scroll to what is playing and choose it."""
        now = self._services.jukebox.now
        row = self._queue_model.row_of(now.key) if now else None
        if row is not None:
            choose_row(self, self._queue_model.index(row))
            self.scrollTo(self._queue_model.index(row), QAbstractItemView.ScrollHint.PositionAtCenter)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        current = self.currentIndex()
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and current.isValid():
            self._play(current)
        elif event.matches(QKeySequence.StandardKey.Delete) or event.key() == Qt.Key.Key_Backspace:
            self.remove_selected()
        elif (
            event.key() in {Qt.Key.Key_Up, Qt.Key.Key_Down}
            and event.modifiers() & Qt.KeyboardModifier.AltModifier
        ):
            self._shift(-1 if event.key() == Qt.Key.Key_Up else 1)
        else:
            super().keyPressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """Play a row; on one of its buttons the second press is a press like the first."""
        point = event.position().toPoint()
        index = self.indexAt(point)
        mirrored = self.layoutDirection() == Qt.LayoutDirection.RightToLeft
        if index.isValid() and self._delegate.action_at(self.visualRect(index), point, mirrored=mirrored):
            self.mousePressEvent(event)
        else:
            super().mouseDoubleClickEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        """Open the menu at the mouse, or at the current row when a key asked for it."""
        index = self.indexAt(event.pos())
        where = event.globalPos()
        if event.reason() == QContextMenuEvent.Reason.Keyboard or not index.isValid():
            index = self.currentIndex()
            where = self.viewport().mapToGlobal(self.visualRect(index).center())
        self._open_menu(index, where)

    def dropEvent(self, event: QDropEvent) -> None:
        """Let the model move rows; the view would otherwise remove them once more."""
        keys = {item.key for item in self.selected_items()}
        super().dropEvent(event)
        self._queue_model.sync()
        self._choose(keys)

    def _open_menu(self, index: QModelIndex, where: QPoint) -> None:
        item: Item | None = index.data(ITEM_ROLE) if index.isValid() else None
        if item is None:
            return
        track_id = item.entry.track.id
        intents = self._services.intents
        names = self._delegate.names()
        menu = QMenu(self)
        # By the item: rows may have moved by the time something is chosen.
        self._add(menu, self.tr("Play"), lambda: self._services.jukebox.play_item(item.key))
        menu.addSeparator()
        for action in (RowAction.MORE, RowAction.LESS, RowAction.REFUSE):
            self._add(menu, names[action], partial(self.asked.emit, action, item))
        liked = self.is_liked(track_id)
        self._add(menu, self.tr("No longer like") if liked else names[RowAction.LIKE],
                  lambda: self.asked.emit(RowAction.LIKE, item))  # fmt: skip
        menu.addSeparator()
        self._add(menu, self.tr("Edit description…"), lambda: intents.edit_caption.emit(track_id))
        self._add(menu, self.tr("Show in folder"), lambda: intents.show_in_folder.emit(track_id))
        menu.addSeparator()
        self._add(menu, self.tr("Remove from queue"), self.remove_selected)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(where)

    @staticmethod
    def _add(menu: QMenu, text: str, call: Callable[[], object]) -> None:
        action = QAction(text, menu)
        action.triggered.connect(lambda _checked=False: call())
        menu.addAction(action)

    def _play(self, index: QModelIndex) -> None:
        item: Item | None = index.data(ITEM_ROLE)
        if item:
            self._services.jukebox.play_item(item.key)

    def _shift(self, by: int) -> None:
        """Move the chosen rows up or down by one."""
        items = self.selected_items()
        if not items:
            return
        keys = {item.key for item in items}
        rows = [row for item in items if (row := self._queue_model.row_of(item.key)) is not None]
        self._services.jukebox.queue.move(keys, max(0, rows[0] - 1) if by < 0 else rows[-1] + 2)
        self._queue_model.sync()
        self._choose(keys)

    def _choose(self, keys: set[int]) -> None:
        """Choose these items where they are now: for the view, moved rows are new ones."""
        rows = [row for row, item in enumerate(self._queue_model.items) if item.key in keys]
        chosen = QItemSelection()
        for row in rows:
            chosen.select(self._queue_model.index(row), self._queue_model.index(row))
        if rows:
            choose_rows(self, chosen, self._queue_model.index(rows[0]))
            self.scrollTo(self._queue_model.index(rows[0]))

    def _pressed(self, action: RowAction, key: int) -> None:
        row = self._queue_model.row_of(key)
        item = self._queue_model.item(row) if row is not None else None
        if item is not None:
            self.asked.emit(action, item)

    def _cover_came(self, track_id: TrackId) -> None:
        for row in self._queue_model.rows_of_track(track_id):
            self.update(self._queue_model.index(row))
