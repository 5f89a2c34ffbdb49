"""The queue with its heading: name, length, and everything that can be done with it as a whole."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QLineEdit,
    QMenu,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from vibe_desktop.ui.queue.queue_files import QueueFiles, as_text
from vibe_desktop.ui.queue.queue_model import QueueModel
from vibe_desktop.ui.queue.queue_view import QueueView
from vibe_desktop.ui.queue.row_delegate import RowAction
from vibe_desktop.ui.widgets.buttons import IconButton, TextButton
from vibe_desktop.ui.widgets.empty import EmptyState
from vibe_desktop.ui.widgets.text import ElidedLabel, PlainLabel

if TYPE_CHECKING:
    from vibe_desktop.playback.play_queue import Item
    from vibe_desktop.ui.mood_desk import MoodDesk
    from vibe_desktop.ui.services import Services


class QueuePanel(QWidget):
    """Shows the jukebox's queue; `sync` after every change of it."""

    steer_wanted = Signal()

    def __init__(self, services: Services, desk: MoodDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._desk = desk
        self._model = QueueModel(services.jukebox, self)
        self.view = QueueView(services, self._model)
        self._files = QueueFiles(services, self._model)
        self._empty = EmptyState("sparkles", "", "")
        self._name = ElidedLabel("", "heading")
        self._name_edit = QLineEdit()
        self._total = PlainLabel("", "secondary")
        self._notes = PlainLabel("", "secondary", wrap=True)
        self._names = QStackedLayout()
        self._leaving = False
        self._said: dict[int, bool] = {}
        """likes given and taken since the start, which what is being read may not know yet"""
        self._build()
        self._name.double_clicked.connect(self.rename)
        self.view.asked.connect(self._act)
        self.view.selectionModel().selectionChanged.connect(self._name_refill)
        services.intents.liked.connect(self._show_liked)

    def sync(self) -> None:
        """Show the queue as it is now."""
        queue = self._services.jukebox.queue
        self._model.sync()
        count = len(queue.items)
        self._name.setText(queue.name or self.tr("Queue"))
        self._total.setText(self._length_text())
        self._notes.setText(" ".join(queue.notes))
        self._notes.setVisible(bool(queue.notes))
        self._stack.setCurrentIndex(0 if count else 1)
        self._say_why_empty(asked=queue.request is not None)
        self._head.setVisible(bool(count) or bool(queue.undo_text))
        self._undo.setEnabled(bool(queue.undo_text))
        self._undo.set_name(
            self.tr("Undo: {0}").format(queue.undo_text) if queue.undo_text else self.tr("Undo")
        )
        self._redo.setEnabled(bool(queue.redo_text))
        self._redo.set_name(
            self.tr("Redo: {0}").format(queue.redo_text) if queue.redo_text else self.tr("Redo")
        )
        for button in (self._again, self._refill):
            button.setEnabled(queue.request is not None)
        for button in (self._save, self._export):
            button.setEnabled(bool(count))
        self.refresh_liked()

    def _say_why_empty(self, *, asked: bool) -> None:
        if asked:
            self._empty.say(
                self.tr("The queue is empty"),
                self.tr("Take a chip back, or say it in other words."),
            )
        else:
            self._empty.say(
                self.tr("Your music, by feeling"),
                self.tr("Type how you feel and press Enter. Shift+Enter plays the queue at once."),
            )

    def refresh_liked(self) -> None:
        """Look up which of the queue's tracks are liked."""
        ids = [item.entry.track.id for item in self._model.items]
        tastes = self._services.app.tastes
        self._services.tasks.run(lambda: tastes.liked(ids), self._take_liked, owner=self)

    def show_steer_button(self, *, shown: bool) -> None:
        """Offer the folded steering column."""
        self._steer.setVisible(shown)

    def focus_steer_button(self) -> None:
        """Go back to the button that folds the steering column out."""
        self._steer.setFocus(Qt.FocusReason.TabFocusReason)

    def undo(self) -> None:
        """Take the last change of the queue back."""
        if self._services.jukebox.queue.undo():
            self._desk.follow_queue()

    def redo(self) -> None:
        """Do again what was taken back."""
        if self._services.jukebox.queue.redo():
            self._desk.follow_queue()

    def refill(self) -> None:
        """Keep what is chosen, or else what was heard and is playing, and fill the rest anew."""
        self._desk.refill([item.entry.track.id for item in self._kept()])

    def rename(self) -> None:
        """Edit the name of the queue in its place."""
        self._name_edit.setText(self._services.jukebox.queue.name)
        self._names.setCurrentIndex(1)
        self._name_edit.setFocus()
        self._name_edit.selectAll()

    def save(self) -> None:
        """Keep the queue as a playlist under its name, if anything is in it."""
        if self._services.jukebox.queue.items:
            self._files.save()

    def export(self) -> None:
        """Write the queue to a file the person chooses, if anything is in it."""
        if self._services.jukebox.queue.items:
            self._files.export(self)

    def copy(self) -> None:
        """Put the queue on the clipboard as text."""
        QApplication.clipboard().setText(as_text(self._services.jukebox.queue))
        self._services.intents.notice.emit(self.tr("The queue is on the clipboard as text."), "", None)

    def _build(self) -> None:
        self._undo = IconButton("undo-2", self.tr("Undo"), clicked=self.undo)
        self._redo = IconButton("redo-2", self.tr("Redo"), clicked=self.redo)
        self._again = IconButton(
            "refresh-cw", self.tr("Another answer to the same mood"), clicked=self._desk.regenerate
        )
        self._steer = IconButton("sliders-horizontal", self.tr("Steer"), clicked=self.steer_wanted.emit)
        self._refill = TextButton(self.tr("Refill"), clicked=self.refill)
        self._save = TextButton(self.tr("Save"), clicked=self.save)
        self._export = TextButton(self.tr("Export"))
        self._export.setMenu(self._export_menu())
        self._name_edit.setAccessibleName(self.tr("Name of the queue"))
        self._name_edit.editingFinished.connect(self._take_name)
        QShortcut(
            QKeySequence(Qt.Key.Key_Escape),
            self._name_edit,
            self._leave_name,
            context=Qt.ShortcutContext.WidgetShortcut,
        )
        name_box = QWidget(self)
        name_box.setLayout(self._names)  # first, or what is added would be a window for a moment
        self._names.setContentsMargins(0, 0, 0, 0)
        name_row = QHBoxLayout()
        name_row.setContentsMargins(0, 0, 0, 0)
        name_row.setSpacing(12)
        name_row.addWidget(self._name, 1)
        shown = QWidget()
        shown.setLayout(name_row)
        self._names.addWidget(shown)
        self._names.addWidget(self._name_edit)
        name_box.setFixedHeight(34)
        self._head = QWidget()
        head = QHBoxLayout(self._head)
        head.setContentsMargins(10, 0, 0, 0)
        head.setSpacing(8)
        head.addWidget(name_box, 1)
        head.addWidget(self._total)
        head.addSpacing(8)
        for button in (
            self._undo,
            self._redo,
            self._again,
            self._steer,
            self._refill,
            self._save,
            self._export,
        ):
            head.addWidget(button)
        self._notes.setContentsMargins(10, 0, 10, 0)
        self._notes.hide()
        body = QWidget()
        self._stack = QStackedLayout(body)
        self._stack.addWidget(self.view)
        self._stack.addWidget(self._empty)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self._head)
        column.addWidget(self._notes)
        column.addWidget(body, 1)
        self._model.dropped_tracks.connect(self._files.insert_tracks)
        self._model.dropped_files.connect(self._files.insert_files)

    def _export_menu(self) -> QMenu:
        menu = QMenu(self)
        for text, call in (
            (self.tr("Playlist file…"), self.export),
            (self.tr("Copy as text"), self.copy),
            (self.tr("Rename…"), self.rename),
        ):
            action = QAction(text, menu)
            action.triggered.connect(call)
            menu.addAction(action)
        return menu

    def _kept(self) -> list[Item]:
        chosen = self.view.selected_items()
        if chosen:
            return chosen
        queue = self._services.jukebox.queue
        return list(queue.items[: queue.at + 1]) if queue.at is not None else []

    def _name_refill(self) -> None:
        count = len(self.view.selected_items())
        self._refill.setText(self.tr("Keep {0}, refill").format(count) if count else self.tr("Refill"))

    def _take_name(self) -> None:
        """Call the queue what was typed; also when the person goes elsewhere without Enter."""
        if self._leaving or self._names.currentIndex() == 0:
            return  # told already: leaving takes the focus away
        name = " ".join(self._name_edit.text().split())
        if name:
            self._services.jukebox.queue.rename(name)
        self._leave_name()

    def _leave_name(self) -> None:
        self._leaving = True
        if self._name_edit.hasFocus():  # else the person has gone elsewhere already
            self.view.setFocus()
        self._names.setCurrentIndex(0)
        self._leaving = False

    def _act(self, action: RowAction, item: Item) -> None:
        track = item.entry.track
        if action is RowAction.MORE:
            self._desk.more_like(track)
        elif action is RowAction.LESS:
            self._desk.less_like(track)
        elif action is RowAction.REFUSE:
            self._desk.refuse(track)
        else:
            liked = not self.view.is_liked(track.id)
            self._services.intents.liked.emit([track.id], liked)

    def _show_liked(self, ids: list[int], liked: bool) -> None:  # noqa: FBT001 - a signal's argument
        self._said.update(dict.fromkeys(ids, liked))
        self._take_liked(
            {item.entry.track.id for item in self._model.items if self.view.is_liked(item.entry.track.id)}
        )

    def _take_liked(self, known: set[int]) -> None:
        said = self._said
        liked = {track_id for track_id in known if said.get(track_id, True)}
        self.view.set_liked(liked | {track_id for track_id, is_liked in said.items() if is_liked})

    def _length_text(self) -> str:
        items = self._services.jukebox.queue.items
        minutes = round(sum(item.entry.track.tags.seconds or 0.0 for item in items) / 60)
        if not items:
            return ""
        songs = self.tr("1 song") if len(items) == 1 else self.tr("{0} songs").format(f"{len(items):,}")
        return self.tr("{0} · {1} min").format(songs, minutes)
