"""Says once that there is a better ear to be had, where all is heard by the small one; never again after."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QFrame, QHBoxLayout

from vibe_desktop.domain import EARS
from vibe_desktop.models.catalog import title_of_model
from vibe_desktop.models.ears import AUTO
from vibe_desktop.models.status import ModelState
from vibe_desktop.ui.model_states import ModelStates
from vibe_desktop.ui.widgets.buttons import IconButton, TextButton
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services


class EarHint(QFrame):
    """One line with the way to the models; hidden unless it helps and was not put away before."""

    def __init__(self, services: Services, watch: JobWatch) -> None:
        super().__init__()
        self._services = services
        self._watch = watch
        self._states = ModelStates(services, watch, self)
        self.setProperty("surface", "card")
        full, small = EARS
        text = self.tr("{0} knows tags. {1}, the full ear, compares your music with any words you type.")
        label = PlainLabel(text.format(title_of_model(small), title_of_model(full)), "secondary", wrap=True)
        self.setAccessibleName(label.text())
        self.show_models = TextButton(self.tr("Have a look"), clicked=self._go)
        self.dismiss = IconButton("x", self.tr("Do not show this again"), size=28, clicked=self._dismiss)
        row = QHBoxLayout(self)
        row.setContentsMargins(16, 8, 8, 8)
        row.setSpacing(8)
        row.addWidget(label, 1)
        row.addWidget(self.show_models)
        row.addWidget(self.dismiss)
        self.hide()
        watch.coverage_changed.connect(self._consider)
        self._states.changed.connect(self._refresh)
        services.preferences.changed.connect(self._refresh)

    def _consider(self) -> None:
        """Look whether it helps now, but read no states where it cannot."""
        if self._may_help():
            self._states.refresh()
        self._refresh()

    def _may_help(self) -> bool:
        settings, coverage = self._services.preferences.now, self._watch.coverage
        if settings.full_ear_offered or settings.ear != AUTO or coverage is None:
            return False
        # Not while there is something to wait for: first the small ear shows what it can do.
        return bool(coverage.ear) and coverage.songs > 0 and coverage.heard >= coverage.songs

    def _refresh(self) -> None:
        full, small = EARS
        states = {each.name: each.state for each in self._states.all or []}
        to_be_had = states.get(full) is ModelState.MISSING and states.get(small) is ModelState.READY
        self.setVisible(to_be_had and self._may_help())

    def _go(self) -> None:
        self._dismiss()
        self._services.intents.page.emit("settings")
        self._services.intents.models.emit()

    def _dismiss(self) -> None:
        self._services.preferences.change(full_ear_offered=True)
