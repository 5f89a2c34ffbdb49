"""The settings that keep what a person made: into a file, out of one, and when it was last copied."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QStandardPaths
from PySide6.QtWidgets import QFileDialog

from vibe_desktop.ui.advice import advice
from vibe_desktop.ui.kept_words import left_out_words, made_words, merged_words, moment
from vibe_desktop.ui.widgets.buttons import TextButton
from vibe_desktop.ui.widgets.page import Section, SettingRow
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from vibe_desktop.domain import VibeError
    from vibe_desktop.keepsakes.merging import Merged
    from vibe_desktop.keepsakes.things import Keepsakes
    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services

_NAME = "vibe-desktop-keepsakes.json"


class KeepingSection(Section):
    """Two buttons, and what came of pressing them; disks are only touched off the main thread."""

    def __init__(self, services: Services, watch: JobWatch) -> None:
        super().__init__(self.tr("What you made"))
        self._services = services
        self._watch = watch
        self.export_button = TextButton(self.tr("Export…"), icon_name="download", clicked=self._choose_target)
        self.import_button = TextButton(self.tr("Import…"), icon_name="upload", clicked=self._choose_source)
        self.told = PlainLabel("", "secondary", wrap=True)
        self.told.hide()
        self.copies = PlainLabel("", "secondary", wrap=True)
        self.add(
            SettingRow(
                self.tr("Export everything"),
                self.tr("Likes, plays, playlists, descriptions and words of your own, in one file."),
                self.export_button,
            ),
            SettingRow(
                self.tr("Import"),
                self.tr("Adds such a file, from here or another computer. Nothing here is lost by it."),
                self.import_button,
            ),
            self.told,
            self.copies,
        )

    def refresh(self) -> None:
        """Look when the library was last copied."""
        database = self._services.app.profile.database

        def newest() -> float | None:
            from vibe_desktop.library.backup import copies

            return next((copy.at for copy in copies(database)), None)

        self._services.tasks.run(newest, self._show_copy, owner=self)

    def export_to(self, file: Path) -> None:
        """Write everything the person made to a file."""
        app = self._services.app

        def export() -> Keepsakes:
            from vibe_desktop.keepsakes.files import export_keepsakes

            return export_keepsakes(app.stores.db, app.profile.vocabulary, file)

        self._services.tasks.run(
            export, lambda kept: self._exported(kept, file), failed=self._complain, owner=self
        )

    def import_from(self, file: Path) -> None:
        """Add what is in a file to what the person made here."""
        app = self._services.app

        def take_in() -> Merged:
            from vibe_desktop.keepsakes.files import import_keepsakes

            return import_keepsakes(app.stores.db, app.profile.vocabulary, file)

        self._services.tasks.run(take_in, self._imported, failed=self._complain, owner=self)

    def _choose_target(self) -> None:
        dialog = self._dialog(self.tr("Export what you made"))
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix("json")
        dialog.selectFile(_NAME)
        dialog.fileSelected.connect(lambda name: self.export_to(Path(name)))
        dialog.open()

    def _choose_source(self) -> None:
        dialog = self._dialog(self.tr("Import what you made"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.fileSelected.connect(lambda name: self.import_from(Path(name)))
        dialog.open()

    def _dialog(self, title: str) -> QFileDialog:
        dialog = QFileDialog(self, title)
        dialog.setNameFilter(self.tr("What you made ({0})").format("*.json"))
        documents = QStandardPaths.StandardLocation.DocumentsLocation
        dialog.setDirectory(QStandardPaths.writableLocation(documents))
        dialog.finished.connect(dialog.deleteLater)
        return dialog

    def _exported(self, kept: Keepsakes, file: Path) -> None:
        saved = self.tr("Saved to {0}: {1}.").format(file, made_words(**kept.counts))
        self._tell(" ".join(filter(None, (saved, left_out_words(kept)))))

    def _imported(self, merged: Merged) -> None:
        self._tell(merged_words(merged))
        self._watch.index()  # descriptions that came are to be understood
        self._services.intents.library_changed.emit()
        self._services.intents.playlists_changed.emit()

    def _complain(self, error: VibeError) -> None:
        self._tell(advice(error))

    def _tell(self, text: str) -> None:
        self.told.setText(text)
        self.told.show()

    def _show_copy(self, at: float | None) -> None:
        if at is None:
            text = self.tr("The library is copied when the window closes, in case its file is ever damaged.")
        else:
            text = self.tr(
                "The library is copied when the window closes, in case its file is ever damaged."
                " The newest copy is from {0}."
            ).format(moment(at))
        self.copies.setText(text)
