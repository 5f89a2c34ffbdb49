"""The music folders: which there are, how much is in each, add and remove."""

from __future__ import annotations

import time
from functools import partial
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from vibe_desktop.library.folders import FolderFacts, RemovedFolder, folder_facts, removed_folders
from vibe_desktop.library.forgetting import DAYS_KEPT, forget_in_time
from vibe_desktop.ui.advice import advice
from vibe_desktop.ui.job_words import songs
from vibe_desktop.ui.music_folders import MusicFolders
from vibe_desktop.ui.noticing_words import noticing_words
from vibe_desktop.ui.pages.settings_choices import bound_toggle
from vibe_desktop.ui.widgets.buttons import IconButton, TextButton
from vibe_desktop.ui.widgets.page import Section, SettingRow
from vibe_desktop.ui.widgets.text import ElidedLabel, PlainLabel, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Callable

    from vibe_desktop.domain import VibeError
    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services

Row = TypeVar("Row", bound=QWidget)


class FolderRow(QWidget):
    """One folder: its path, what is in it, and a button that removes it."""

    def __init__(self, facts: FolderFacts, remove: Callable[[FolderFacts], object]) -> None:
        super().__init__()
        self.facts = facts
        self.setAccessibleName(facts.path)
        path = ElidedLabel(facts.path)
        state = PlainLabel(self._state(), "secondary", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(path)
        words.addWidget(state)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        row.addLayout(words, 1)
        name = self.tr("Remove {0} from the library").format(facts.path)
        row.addWidget(IconButton("x", name, clicked=lambda: remove(facts)), 0, Qt.AlignmentFlag.AlignVCenter)

    def _state(self) -> str:
        facts = self.facts
        if not facts.online:
            text = self.tr("Cannot be reached now. {0} kept until it is back.")
            return text.format(songs(facts.tracks))
        if facts.held:
            text = self.tr("{0}. {1} not there any more; kept until a later look agrees.")
            return text.format(songs(facts.tracks), songs(facts.held))
        return songs(facts.tracks)


class RemovedRow(QWidget):
    """A folder that was removed: brought back with a button, or forgotten for good with another."""

    def __init__(
        self,
        folder: RemovedFolder,
        bring_back: Callable[[int], object],
        forget: Callable[[int], object],
    ) -> None:
        super().__init__()
        self.folder = folder
        self.setAccessibleName(folder.path)
        self.bring_back = TextButton(self.tr("Bring back"), "link", clicked=lambda: bring_back(folder.id))
        self.bring_back.setAccessibleName(self.tr("Bring {0} back").format(folder.path))
        self.forget = TextButton(self.tr("Forget its songs"), "link", clicked=lambda: forget(folder.id))
        self.forget.setAccessibleName(self.tr("Forget the songs of {0}").format(folder.path))
        until = self.tr("Likes, plays and descriptions go in {0} days, unless you bring it back.")
        self.forget.setToolTip(plain_tooltip(until.format(DAYS_KEPT)))
        self.forget.setVisible(folder.delete_after is None)
        buttons = QHBoxLayout()
        buttons.setSpacing(16)
        buttons.addWidget(self.bring_back)
        buttons.addWidget(self.forget)
        buttons.addStretch()
        words = QVBoxLayout(self)
        words.setContentsMargins(0, 0, 0, 0)
        words.setSpacing(2)
        words.addWidget(ElidedLabel(folder.path))
        words.addWidget(PlainLabel(self._state(), "secondary", wrap=True))
        words.addLayout(buttons)

    def _state(self) -> str:
        known = songs(self.folder.tracks)
        if self.folder.delete_after is None:
            return self.tr("Removed. What is known of its {0} is kept.").format(known)
        day = time.strftime("%Y-%m-%d", time.localtime(self.folder.delete_after))
        return self.tr("Removed. What is known of its {0} is kept until {1}.").format(known, day)


class FoldersSection(Section):
    """Add a folder and it is scanned at once; remove one and everything you made of it stays."""

    def __init__(self, services: Services, watch: JobWatch) -> None:
        super().__init__(self.tr("Music folders"))
        self._services = services
        self._watch = watch
        self._folders = MusicFolders(services, watch, self)
        self._list = QVBoxLayout()
        self._list.setSpacing(14)
        self._removed_list = QVBoxLayout()
        self._removed_list.setSpacing(14)
        self._trouble = PlainLabel("", "warning", wrap=True)
        self._trouble.hide()
        self.add_button = TextButton(
            self.tr("Add a folder…"), icon_name="folder-plus", clicked=self._folders.choose
        )
        buttons = QHBoxLayout()
        buttons.addWidget(self.add_button)
        buttons.addStretch()
        name = self.tr("Notice changes by itself")
        toggle = bound_toggle(services.preferences, "notice_changes", name)
        self._noticing = SettingRow(name, "", toggle)
        self.add(self._list, self._trouble, buttons, self._removed_list, self._noticing)
        watch.noticing.changed.connect(self._say_noticing)
        self._say_noticing()
        self._folders.failed.connect(self._complain)
        self._folders.added.connect(self.refresh)
        watch.coverage_changed.connect(self.refresh)
        self._facts: tuple[list[FolderFacts], list[RemovedFolder]] | None = None

    def _say_noticing(self) -> None:
        self._noticing.say(noticing_words(self._watch.noticing.state))

    def refresh(self) -> None:
        """Read the folders again."""
        db = self._services.app.stores.db
        self._services.tasks.run(lambda: (folder_facts(db), removed_folders(db)), self._show, owner=self)

    @property
    def folder_rows(self) -> list[FolderRow]:
        """The rows of the library's folders, by path."""
        return _widgets(self._list, FolderRow)

    @property
    def removed_rows(self) -> list[RemovedRow]:
        """The rows of removed folders of which songs are kept, by path."""
        return _widgets(self._removed_list, RemovedRow)

    def _show(self, facts: tuple[list[FolderFacts], list[RemovedFolder]]) -> None:
        if facts == self._facts:
            return
        self._facts = facts
        for row in [*self.folder_rows, *self.removed_rows]:
            (self._list if isinstance(row, FolderRow) else self._removed_list).removeWidget(row)
            row.deleteLater()
        known, removed = facts
        for each in known:
            self._list.addWidget(FolderRow(each, self._remove))
        for other in removed:
            self._removed_list.addWidget(RemovedRow(other, self._folders.bring_back, self._forget))
        self.say("" if known else self.tr("None yet. Add the folder your music is in."))

    def _forget(self, folder_id: int) -> None:
        """Let the songs of a removed folder be forgotten in time; the row goes on telling of it."""
        self._trouble.hide()
        forget = partial(forget_in_time, self._services.app.stores.db, folder_id)
        self._services.tasks.run(forget, lambda _: self.refresh(), failed=self._complain, owner=self)

    def _remove(self, facts: FolderFacts) -> None:
        self._trouble.hide()
        tracks = self._services.app.stores.tracks
        self._services.tasks.run(
            lambda: tracks.forget_root(facts.id),
            lambda _: self._removed(facts),
            failed=self._complain,
            owner=self,
        )

    def _removed(self, facts: FolderFacts) -> None:
        self.refresh()
        self.add_button.setFocus()
        self._services.intents.library_changed.emit()
        text = self.tr("{0} left the library. Its files are untouched, and your likes and playlists stay.")
        self._services.intents.notice.emit(
            text.format(facts.path), self.tr("Undo"), lambda: self._folders.bring_back(facts.id)
        )

    def _complain(self, error: VibeError) -> None:
        self._trouble.setText(advice(error))
        self._trouble.show()


def _widgets(layout: QVBoxLayout, kind: type[Row]) -> list[Row]:
    """Return the widgets of a kind in a layout, in their order."""
    items = (layout.itemAt(place) for place in range(layout.count()))
    return [row for item in items if item and isinstance(row := item.widget(), kind)]
