"""The music folders: which there are, how much is in each, add and remove."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from vibe_desktop.library.folders import FolderFacts, folder_facts
from vibe_desktop.ui.advice import advice
from vibe_desktop.ui.job_words import songs
from vibe_desktop.ui.music_folders import MusicFolders
from vibe_desktop.ui.widgets.buttons import IconButton, TextButton
from vibe_desktop.ui.widgets.page import Section
from vibe_desktop.ui.widgets.text import ElidedLabel, PlainLabel

if TYPE_CHECKING:
    from collections.abc import Callable

    from vibe_desktop.domain import VibeError
    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services


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
            text = self.tr("{0}. {1} not there any more; kept until another look agrees.")
            return text.format(songs(facts.tracks), songs(facts.held))
        return songs(facts.tracks)


class FoldersSection(Section):
    """Add a folder and it is scanned at once; remove one and everything you made of it stays."""

    def __init__(self, services: Services, watch: JobWatch) -> None:
        super().__init__(self.tr("Music folders"))
        self._services = services
        self._folders = MusicFolders(services, watch, self)
        self._list = QVBoxLayout()
        self._list.setSpacing(14)
        self._trouble = PlainLabel("", "warning", wrap=True)
        self._trouble.hide()
        self.add_button = TextButton(
            self.tr("Add a folder…"), icon_name="folder-plus", clicked=self._folders.choose
        )
        buttons = QHBoxLayout()
        buttons.addWidget(self.add_button)
        buttons.addStretch()
        self.add(self._list, self._trouble, buttons)
        self._folders.failed.connect(self._complain)
        self._folders.added.connect(self.refresh)
        watch.coverage_changed.connect(self.refresh)
        self._facts: list[FolderFacts] | None = None

    def refresh(self) -> None:
        """Read the folders again."""
        db = self._services.app.stores.db
        self._services.tasks.run(lambda: folder_facts(db), self._show, owner=self)

    @property
    def folder_rows(self) -> list[FolderRow]:
        """The rows shown, by path."""
        items = (self._list.itemAt(place) for place in range(self._list.count()))
        return [row for item in items if item and isinstance(row := item.widget(), FolderRow)]

    def _show(self, facts: list[FolderFacts]) -> None:
        if facts == self._facts:
            return
        self._facts = facts
        for row in self.folder_rows:
            self._list.removeWidget(row)
            row.deleteLater()
        for each in facts:
            self._list.addWidget(FolderRow(each, self._remove))
        self.say("" if facts else self.tr("None yet. Add the folder your music is in."))

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
