"""The Settings page: everything applies at once, nothing needs an OK."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, QTimer, Signal

from vibe_desktop.ui.pages.settings_about import (
    AboutSection,
    KeyboardSection,
    NetworkSection,
    PlacesSection,
)
from vibe_desktop.ui.pages.settings_choices import LookSection, SoundSection
from vibe_desktop.ui.pages.settings_folders import FoldersSection
from vibe_desktop.ui.pages.settings_keeping import KeepingSection
from vibe_desktop.ui.pages.settings_listening import ListeningSection
from vibe_desktop.ui.pages.settings_models import ModelsSection
from vibe_desktop.ui.widgets.page import ScrollPage

if TYPE_CHECKING:
    from PySide6.QtGui import QHideEvent, QShowEvent
    from PySide6.QtWidgets import QWidget

    from vibe_desktop.background.jobs import Job
    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services


_ABOVE = 8
"""Pixels that stay above a section that was asked for."""


class SettingsPage(ScrollPage):
    """Sections below each other; those that show what is on disk look again whenever the page is shown."""

    keys_wanted = Signal()
    """show the list of keys"""

    def __init__(self, services: Services, watch: JobWatch, parent: QWidget | None = None) -> None:
        super().__init__(self.tr("Settings"), parent)
        self._watch = watch
        self.folders = FoldersSection(services, watch)
        self.listening = ListeningSection(services, watch)
        self.models = ModelsSection(services, watch)
        self.sound = SoundSection(services)
        self.look = LookSection(services)
        self.keeping = KeepingSection(services, watch)
        self.places = PlacesSection(services)
        keyboard = KeyboardSection()
        keyboard.wanted.connect(self.keys_wanted)
        for section in (
            self.folders, self.listening, self.models, self.sound, self.look, self.keeping,
            NetworkSection(), keyboard, self.places, AboutSection(),
        ):  # fmt: skip
            self.body.addWidget(section)
        self.body.addStretch()
        watch.ended.connect(self._on_ended)
        self._leads_to_models = False
        services.intents.models.connect(self._lead_to_models)
        self.models.states.changed.connect(self._go_to_models)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._watch.watch_closely(self, closely=True)
        self._refresh()

    def hideEvent(self, event: QHideEvent) -> None:
        self._watch.watch_closely(self, closely=False)
        super().hideEvent(event)

    def _lead_to_models(self) -> None:
        self._leads_to_models = True
        if self.models.model_rows:
            self._go_to_models()

    def _go_to_models(self) -> None:
        """Show what can be installed, once the rows have found their places."""
        if self._leads_to_models:
            self._leads_to_models = False
            QTimer.singleShot(0, self, self._show_models)

    def _show_models(self) -> None:
        offers = [row.install for row in self.models.model_rows if row.install.isVisible()]
        if offers:
            offers[-1].setFocus(Qt.FocusReason.OtherFocusReason)
        self.verticalScrollBar().setValue(self.models.y() - _ABOVE)

    def _on_ended(self, _: Job) -> None:
        if self.isVisible():
            self._refresh()

    def _refresh(self) -> None:
        for section in (self.folders, self.listening, self.models, self.sound, self.keeping):
            section.refresh()
