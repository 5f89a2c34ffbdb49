"""Home: type how you feel, see what was understood, and the queue that answers."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from vibe_desktop.background.questions import RightNow
from vibe_desktop.domain import MoodRequest
from vibe_desktop.ui.advice import advice, wants_music
from vibe_desktop.ui.chip_row import ChipRow
from vibe_desktop.ui.prompt import Closest, Prompt
from vibe_desktop.ui.queue.queue_panel import QueuePanel
from vibe_desktop.ui.steer_column import SteerColumn
from vibe_desktop.ui.widgets.buttons import IconButton, TextButton
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

    from vibe_desktop.domain import Track, VibeError
    from vibe_desktop.moods.right_now import Suggestion
    from vibe_desktop.ui.intents import Intents
    from vibe_desktop.ui.mood_desk import MoodDesk
    from vibe_desktop.ui.services import Services

_WIDE = 1000
_SUGGEST_AGAIN_MS = 15 * 60_000
_SUGGEST_SOON_MS = 5_000
"""While music is being listened to the library changes every other second."""


class MoodPage(QWidget):
    """The prompt, its chips, the queue and the column to steer it."""

    def __init__(self, services: Services, desk: MoodDesk, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._desk = desk
        self.setProperty("surface", "page")
        self.prompt = Prompt()
        self.chips = ChipRow(self.prompt.button)
        self.panel = QueuePanel(services, desk)
        self.steer = SteerColumn()
        self._drawer = QFrame(self)
        self._trouble = _Trouble(services.intents)
        self.closest = Closest(self)
        self._build()
        self._connect()
        self._suggesting = QTimer(self, interval=_SUGGEST_AGAIN_MS)
        self._suggesting.timeout.connect(self.suggest)
        self._suggesting.start()
        self._soon = QTimer(self, singleShot=True, interval=_SUGGEST_SOON_MS)
        self._soon.timeout.connect(self.suggest)

    def begin(self) -> None:
        """Take the focus, unless something is typed already, and look what might suit right now."""
        if not self.prompt.edit.text():
            self.focus_prompt()
        self.suggest()

    def focus_prompt(self) -> None:
        """Go to the mood line with its text chosen."""
        self.prompt.edit.setFocus()
        self.prompt.edit.selectAll()

    def rename(self) -> None:
        """Let the person name the queue."""
        if self._services.jukebox.queue.items:
            self.panel.rename()

    def advise(self, hint: QWidget) -> None:
        """Give a hint a place above the queue; it shows itself where it helps."""
        self._advice.addWidget(hint)

    def suggest(self) -> None:
        """Look up what suits the hour and the library."""
        self._services.tasks.when(
            self._services.answering.ask(RightNow(datetime.now().astimezone())),
            self.steer.show_suggestions,
            failed=lambda _: None,  # an empty library has nothing to suggest, and the page says so already
            owner=self,
        )

    def suggest_soon(self) -> None:
        """Look it up for a library that changed, but not at every change."""
        if not self._soon.isActive():
            self._soon.start()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fold()
        if self.closest.isVisible():
            self.closest.place(self.prompt)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(48, 36, 48, 16)
        column.setSpacing(0)
        column.addWidget(PlainLabel(self.tr("How do you feel?"), "title"))
        column.addSpacing(12)
        column.addWidget(self.prompt)
        column.addSpacing(12)
        column.addWidget(self.chips)
        column.addSpacing(8)
        self._advice = QVBoxLayout()
        self._advice.setSpacing(8)
        self._advice.addWidget(self._trouble)
        column.addLayout(self._advice)
        column.addSpacing(12)
        self._body = QHBoxLayout()
        self._body.setSpacing(32)
        self._body.addWidget(self.panel, 1)
        self._body.addWidget(self.steer)
        column.addLayout(self._body, 1)
        self._drawer.setProperty("surface", "raised")
        inside = QVBoxLayout(self._drawer)
        inside.setContentsMargins(20, 16, 20, 16)
        self._drawer.hide()
        QShortcut(
            QKeySequence(Qt.Key.Key_Escape),
            self._drawer,
            self._toggle_drawer,
            context=Qt.ShortcutContext.WidgetWithChildrenShortcut,
        )

    def _connect(self) -> None:
        desk = self._desk
        self.prompt.typed.connect(desk.typing)
        self.prompt.submitted.connect(lambda text, play: desk.submit(text, play=play))
        self.prompt.edit.down.connect(self.closest.take_focus)
        desk.closest_changed.connect(lambda tracks: self.closest.show_tracks(tracks, self.prompt))
        desk.chips_changed.connect(self.chips.show_pieces)
        self.chips.removed.connect(desk.remove)
        self.chips.words_wanted.connect(self._add_words)
        self.chips.emptied.connect(lambda: self.prompt.edit.setFocus(Qt.FocusReason.TabFocusReason))
        desk.request_changed.connect(self._show_request)
        desk.busy_changed.connect(lambda busy: self.prompt.set_busy(busy=busy))
        desk.failed.connect(self._trouble.show_error)
        desk.answered.connect(self._trouble.hide)
        self.closest.chosen.connect(self._play_track)
        self.closest.left.connect(self.prompt.edit.setFocus)
        self.closest.closed.connect(lambda: desk.typing(""))
        self.prompt.edit.escaped.connect(lambda: desk.typing(""))
        self.steer.steered.connect(desk.steer)
        self.steer.minutes_chosen.connect(desk.set_minutes)
        self.steer.suggested.connect(self._take_suggestion)
        self.panel.steer_wanted.connect(self._toggle_drawer)

    def _add_words(self, words: str) -> None:
        edit = self.prompt.edit
        edit.setText(f"{edit.text().rstrip(' ,')}, {words}")
        edit.setFocus()

    def _show_request(self, request: MoodRequest | None) -> None:
        self.steer.show_request(request)
        if (
            request
            and request.text
            and request.text != self.prompt.edit.text()
            and not (self.prompt.edit.hasFocus() and self.prompt.edit.isModified())
        ):
            self.prompt.edit.setText(request.text)

    def _take_suggestion(self, suggestion: Suggestion) -> None:
        self.prompt.edit.setText(suggestion.request.text)
        self._desk.take(suggestion.request, name=suggestion.label, kept=suggestion.kept)

    def _play_track(self, track: Track) -> None:
        self.prompt.edit.setFocus()
        self._desk.typing("")
        self._services.intents.play.emit([track.id], 0)

    def _fold(self) -> None:
        """Keep the steering column beside the queue while there is room, else behind a button."""
        wide = self.width() >= _WIDE
        self.panel.show_steer_button(shown=not wide)
        if wide and self.steer.parentWidget() is not self:
            self._drawer.hide()
            self._body.addWidget(self.steer)
            self.steer.show()
        elif not wide and self.steer.parentWidget() is not self._drawer:
            layout = self._drawer.layout()
            if layout is not None:
                layout.addWidget(self.steer)
            self.steer.show()
        margin = 48 if wide else 28
        layout = self.layout()
        if layout is not None:
            layout.setContentsMargins(margin, 36 if wide else 24, margin, 16 if wide else 8)
        self._place_drawer()

    def _toggle_drawer(self) -> None:
        shown = not self._drawer.isVisible()
        self._drawer.setVisible(shown)
        self._place_drawer()
        self._drawer.raise_()
        if shown:
            self.steer.take_focus()
        else:
            self.panel.focus_steer_button()

    def _place_drawer(self) -> None:
        self._drawer.adjustSize()
        right = self.width() - self._drawer.width() - 28
        mirrored = self.isRightToLeft()
        under_its_button = self.panel.mapTo(self, self.panel.rect().topLeft()).y() + 40
        top = max(8, min(under_its_button, self.height() - self._drawer.height() - 8))
        self._drawer.move(28 if mirrored else right, top)


class _Trouble(QFrame):
    """Why there is no answer, and what to do."""

    def __init__(self, intents: Intents) -> None:
        super().__init__()
        self.setProperty("surface", "card")
        self._text = PlainLabel("", wrap=True)
        self._choose = TextButton(self.tr("Choose your music folder"), clicked=intents.choose_folder.emit)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 10, 8, 10)
        row.addWidget(self._text, 1)
        row.addWidget(self._choose)
        row.addWidget(IconButton("x", self.tr("Close"), size=28, clicked=self.hide))
        self.hide()

    def show_error(self, error: VibeError) -> None:
        """Say what is the matter in the program's own words."""
        self._text.setText(advice(error))
        self._choose.setVisible(wants_music(error))
        self.setAccessibleName(self._text.text())
        self.show()
