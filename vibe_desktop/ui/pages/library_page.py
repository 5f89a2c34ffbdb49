"""The library page: every song there is, narrowed by a word, sorted by a heading, one of them looked at."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QPoint, Qt, QTimer
from PySide6.QtWidgets import QHBoxLayout, QMenu, QStackedWidget, QVBoxLayout, QWidget

from vibe_desktop.background.questions import Describe
from vibe_desktop.background.tasks import JobKind
from vibe_desktop.ui.advice import advice
from vibe_desktop.ui.library.columns import BY_NAME, COLUMNS
from vibe_desktop.ui.library.details_panel import DetailsPanel
from vibe_desktop.ui.library.filter_line import FilterLine
from vibe_desktop.ui.library.latest import Latest
from vibe_desktop.ui.library.source import Found, Wish, find
from vibe_desktop.ui.library.table_model import TrackModel
from vibe_desktop.ui.library.table_view import TrackView
from vibe_desktop.ui.library.track_actions import TrackActions
from vibe_desktop.ui.library.wording import duration, number, songs
from vibe_desktop.ui.widgets.buttons import IconButton, TextButton
from vibe_desktop.ui.widgets.empty import EmptyState
from vibe_desktop.ui.widgets.text import ElidedLabel, PlainLabel

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent

    from vibe_desktop.domain import Track, TrackId, VibeError
    from vibe_desktop.library.table import Row
    from vibe_desktop.ui.services import Services

_TYPING_MS = 60
_WATCH_MS = 500
_WIDE = 1100
"""Below this width of the window the details stay away until they are asked for."""
_MARGIN = 48
_MARGIN_NARROW = 24
_NARROW = 640


class LibraryPage(QWidget):
    """Shows the library; `refresh` after it changed, which `intents.library_changed` does by itself."""

    def __init__(self, services: Services, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._found: Found | None = None
        self._sort, self._descending = "artist", False
        self._details_wanted = True
        self._details_asked = False
        self._shown_details: TrackId | None = None
        self.setProperty("surface", "page")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setAccessibleName(self.tr("Library"))
        self._make_parts()
        self._lay_out()
        self._connect()
        self._latest: Latest[Found] = Latest(services.tasks, self._show, self._tell, self)
        self._watch = QTimer(self, interval=_WATCH_MS)
        self._watch.timeout.connect(self._look_at_playing)

    def _make_parts(self) -> None:
        self._count = ElidedLabel("", "secondary")
        self.filter = FilterLine(
            self.tr("Filter the library"), self.tr("Filter by a name, a genre, a word of the description")
        )
        self._only_liked = IconButton(
            "heart", self.tr("Only what you like"), size=36, checkable=True, filled_when_checked=True
        )
        self._columns = IconButton(
            "sliders-horizontal", self.tr("Columns"), size=36, clicked=self._open_columns
        )
        self._info = IconButton("info", self.tr("About the song"), size=36, checkable=True)
        self._status = ElidedLabel("", "secondary")
        self.model = TrackModel(self._rows, self)
        self.view = TrackView(self.model)
        self.details = DetailsPanel(self._services.covers)
        self.actions_of_rows = TrackActions(self._services, self.view, self)
        self._nothing = EmptyState(
            "search", "", self.tr("Try fewer letters, or another word."),
            TextButton(self.tr("Clear the filter"), clicked=self.clear_filter),
        )  # fmt: skip
        self._empty = EmptyState(
            "music", self.tr("No music here yet"),
            self.tr("Choose the folder your music is in. Nothing is moved or changed in it."),
            TextButton(self.tr("Choose your music folder"), "primary",
                       clicked=self._services.intents.choose_folder.emit),
            TextButton(self.tr("Try it with demo music"), clicked=self._services.intents.start_demo.emit),
        )  # fmt: skip
        self._scanning = EmptyState(
            "folder-search", self.tr("Looking through your folder"),
            self.tr("Songs appear here as they are found."),
        )  # fmt: skip
        self._waiting = QWidget()

    def _lay_out(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(12)
        head.addWidget(PlainLabel(self.tr("Library"), "title"), 0, Qt.AlignmentFlag.AlignBaseline)
        head.addWidget(self._count, 1, Qt.AlignmentFlag.AlignBaseline)
        tools = QHBoxLayout()
        tools.setSpacing(4)
        tools.addWidget(self.filter, 1)
        tools.addSpacing(4)
        for button in (self._only_liked, self._columns, self._info):
            tools.addWidget(button)
        self._stack = QStackedWidget()
        for widget in (self._waiting, self.view, self._nothing, self._empty, self._scanning):
            self._stack.addWidget(widget)
        middle = QHBoxLayout()
        middle.setSpacing(28)
        middle.addWidget(self._stack, 1)
        middle.addWidget(self.details)
        self._column = QVBoxLayout(self)
        self._column.setSpacing(12)
        self._column.addLayout(head)
        self._column.addLayout(tools)
        self._column.addWidget(self._status)
        self._column.addLayout(middle, 1)
        self._status.hide()
        self.details.hide()

    def _connect(self) -> None:
        intents = self._services.intents
        self.filter.textChanged.connect(lambda: self._ask(after=_TYPING_MS))
        self.filter.left.connect(self._go_to_table)
        self._only_liked.toggled.connect(lambda _: self._ask())
        self._info.clicked.connect(self._toggle_details)
        self.model.failed.connect(self._tell)
        self._show_sort()
        self.view.setSortingEnabled(True)  # which asks for it at once
        self.model.sort_asked.connect(self._sort_by)
        self.view.chosen.connect(self._show_details)
        self.view.typed.connect(self._type_on)
        self.view.like_pressed.connect(self.actions_of_rows.toggle_liked_row)
        self.view.menu_asked.connect(self._open_menu)
        self.view.doubleClicked.connect(lambda _index: self.actions_of_rows.play())
        self.actions_of_rows.edit_asked.connect(self.edit_caption)
        self.details.play.connect(self.actions_of_rows.play)
        self.details.enqueue.connect(self.actions_of_rows.enqueue)
        self.details.more_like.connect(self.actions_of_rows.more_like)
        self.details.like.connect(self.actions_of_rows.set_liked)
        self.details.show_in_folder.connect(self.actions_of_rows.show_in_folder)
        self.details.caption.written.connect(self._describe)
        self.details.caption.closed.connect(self._leave_editing)
        intents.library_changed.connect(self.refresh)
        intents.liked.connect(self._liked)

    # --- what others may ask ---

    def focus_filter(self) -> None:
        """Go to the filter line, its text chosen."""
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.selectAll()

    def clear_filter(self) -> None:
        """Show everything again."""
        self._only_liked.setChecked(False)
        self.filter.clear()
        self.filter.setFocus()

    def refresh(self) -> None:
        """Read the library again; what is chosen and in sight stays so. Waits until the page is in sight."""
        if self.isVisible():
            self._ask()
        else:
            self._found = None

    def rename(self) -> None:
        """Let the person describe the current track in their own words."""
        row = self.view.current_row() if self.view.count() else None
        if row:
            self.edit_caption(row.id)

    def edit_caption(self, track_id: TrackId) -> None:
        """Let the person write the description of a track of theirs."""
        rows = self.model.rows_of([track_id])
        if rows:
            self.view.choose(rows, rows[0])
            self.view.scrollTo(self.model.index(rows[0], 0))
        self._details_asked = True
        self._place_details()
        self._show_track(track_id)
        self.details.caption.edit()

    def state(self) -> dict[str, Any]:
        """Return what is remembered of the page until the next start, as plain values."""
        return {
            "columns": self.view.header.columns(),
            "sort": self._sort,
            "descending": self._descending,
            "details": self._details_wanted,
        }

    def restore(self, state: dict[str, Any]) -> None:
        """Take up what `state` told; what makes no sense is passed over."""
        self.view.header.restore_columns(state.get("columns"))
        self._details_wanted = state.get("details") is not False
        if state.get("sort") in BY_NAME:
            self._sort = str(state["sort"])
            self._descending = state.get("descending") is True
            self._show_sort()
        self._place_details()

    # --- finding ---

    def _ask(self, *, after: int = 0) -> None:
        wish = Wish(self.filter.text(), self._only_liked.isChecked(), self._sort, self._descending)
        self._latest.ask(lambda: find(self._services.app, wish), after=after)

    def _show(self, found: Found) -> None:
        before, self._found = self._found, found
        stay = before is None or before.wish == found.wish
        self.view.show_ids(found.ids, stay=stay)
        self.model.set_playing(self._playing())
        self._tell_count(found)
        self._choose_state(found)
        self._show_details()

    def _tell(self, error: VibeError) -> None:
        self._services.intents.notice.emit(advice(error), "", None)

    def _choose_state(self, found: Found) -> None:
        looking = any(
            job.kind in {JobKind.INDEX, JobKind.DEMO} and not job.over for job in self._services.jobs.all()
        )
        if len(found.ids):
            shown: QWidget = self.view
        elif found.tracks:
            shown = self._nothing
            self._nothing.say(self._nothing_found(found), self.tr("Try fewer letters, or another word."))
        else:
            shown = self._scanning if looking else self._empty
        self._stack.setCurrentWidget(shown)
        for widget in (self.filter, self._only_liked, self._columns, self._info):
            widget.setEnabled(found.tracks > 0)
        self._place_details()

    def _nothing_found(self, found: Found) -> str:
        words = found.wish.words.strip()
        if not words:
            return self.tr("Nothing you like yet")
        return self.tr("Nothing matches “{0}”").format(words)

    def _tell_count(self, found: Found) -> None:
        if not found.tracks:
            self._count.setText("")
        elif len(found.ids) != found.tracks:
            self._count.setText(self.tr("{0} of {1}").format(number(len(found.ids)), songs(found.tracks)))
        elif found.seconds:
            about = self.tr("{0} of music").format(duration(found.seconds))
            self._count.setText(f"{songs(found.tracks)} · {about}")
        else:
            self._count.setText(songs(found.tracks))
        self._status.setVisible(bool(found.offline))
        if len(found.offline) == 1:
            self._status.setText(
                self.tr("{0} cannot be reached. Its songs are grey until it is back.").format(
                    found.offline[0]
                )
            )
        elif found.offline:
            self._status.setText(
                self.tr("{0} folders cannot be reached. Their songs are grey until they are back.").format(
                    number(len(found.offline))
                )
            )

    def _sort_by(self, column: int, descending: bool) -> None:  # noqa: FBT001 - a slot
        name = str(COLUMNS[column].column)
        if name != self._sort:
            descending = COLUMNS[column].descends
        self._sort, self._descending = name, descending
        self._show_sort()
        self._ask()

    def _show_sort(self) -> None:
        order = Qt.SortOrder.DescendingOrder if self._descending else Qt.SortOrder.AscendingOrder
        header = self.view.header
        header.blockSignals(True)
        header.setSortIndicator(BY_NAME[self._sort], order)
        header.blockSignals(False)
        header.viewport().update()

    def _go_to_table(self) -> None:
        if self._stack.currentWidget() is self.view and self.model.rowCount():
            if self.view.current < 0:
                self.view.choose([0], 0)
            self.view.setFocus(Qt.FocusReason.TabFocusReason)

    def _type_on(self, text: str) -> None:
        self.filter.setFocus(Qt.FocusReason.ShortcutFocusReason)
        self.filter.setText(text)

    def _rows(self, ids: Sequence[TrackId]) -> list[Row]:
        return self._services.app.table.rows(ids)

    # --- one track ---

    def _show_details(self) -> None:
        row = self.view.current_row() if self.view.count() else None
        if row is None and self.details.caption.editing:
            return  # a track that is not in sight is being described
        self._info.setEnabled(bool(self._found and self._found.tracks))
        if not self.details.isVisible() and not self._details_fit():
            return
        self._show_track(row.id if row else None)
        self._place_details()

    def _show_track(self, track_id: TrackId | None) -> None:
        app = self._services.app
        rows = app.table.rows([track_id]) if track_id is not None else []
        tracks = app.reading_tracks.tracks([row.id for row in rows])
        self._shown_details = track_id if tracks else None
        self.details.show_row(rows[0] if tracks else None, tracks[0] if tracks else None)

    def _details_fit(self) -> bool:
        return self._details_asked or (self._details_wanted and self.window().width() >= _WIDE)

    def _place_details(self) -> None:
        there = self._stack.currentWidget() is self.view and self._shown_details is not None
        self.details.setVisible(there and self._details_fit())
        self._info.setChecked(self._details_fit())

    def _toggle_details(self) -> None:
        shown = not self._info.isChecked()
        self._details_wanted = self._details_asked = not shown
        self._show_details()
        self._place_details()

    def _describe(self, track_id: TrackId, sentence: str) -> None:
        future = self._services.answering.ask(Describe(track_id, sentence))
        self._services.tasks.when(future, self._described, failed=self._not_described, owner=self)

    def _described(self, track: Track) -> None:
        rows = self._services.app.table.rows([track.id])
        if rows:
            self.model.renew(rows[0])
        if self._shown_details == track.id:
            self._show_track(track.id)

    def _not_described(self, error: VibeError) -> None:
        self._tell(error)
        if self._shown_details is not None:
            self._show_track(self._shown_details)

    def _leave_editing(self) -> None:
        self.view.setFocus()
        if not self._details_wanted or self.window().width() < _WIDE:
            self._details_asked = False
            self._place_details()

    def _liked(self, track_ids: list[TrackId], liked: bool) -> None:  # noqa: FBT001 - a slot
        self.model.set_liked(track_ids, liked=liked)
        if self._shown_details in track_ids:
            self.details.set_liked(liked)

    def _look_at_playing(self) -> None:
        self.model.set_playing(self._playing())

    def _playing(self) -> TrackId | None:
        now = self._services.jukebox.now
        return now.entry.track.id if now else None

    # --- Qt's own ---

    def _open_columns(self) -> None:
        self.view.header.menu().popup(self._columns.mapToGlobal(QPoint(0, self._columns.height() + 4)))

    def _open_menu(self, where: QPoint) -> None:
        menu: QMenu = self.actions_of_rows.menu()
        menu.popup(where)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch.start()
        if self._found is None:
            self._ask()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self._watch.stop()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        side = _MARGIN_NARROW if self.width() < _NARROW else _MARGIN
        self._column.setContentsMargins(side, 36, side, 0)
        if self._found:
            self._show_details()
        self._place_details()
