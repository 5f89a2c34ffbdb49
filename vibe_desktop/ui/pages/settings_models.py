"""The models: what each is for, whether it is there, and how to get it or be rid of it."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from vibe_desktop.domain import EARS
from vibe_desktop.models.status import ModelState
from vibe_desktop.ui.install_status import InstallStatus
from vibe_desktop.ui.job_words import models_of
from vibe_desktop.ui.model_states import ModelStates
from vibe_desktop.ui.pages.model_row import ModelRow
from vibe_desktop.ui.widgets.page import Section

if TYPE_CHECKING:
    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services

_BETWEEN = 20


class ModelsSection(Section):
    """Every model of the catalogue, and how an installation of several goes."""

    def __init__(self, services: Services, watch: JobWatch) -> None:
        super().__init__(self.tr("Models"))
        self._services = services
        self._watch = watch
        self.states = ModelStates(services, watch, self)
        self.status = InstallStatus(watch, shows=lambda job: len(models_of(job)) != 1, parent=self)
        self._list = QVBoxLayout()
        self._list.setSpacing(_BETWEEN)
        self._rows: dict[str, ModelRow] = {}
        self.add(self._list, self.status)
        self.states.changed.connect(self._show)

    def refresh(self) -> None:
        """Look at the models again."""
        self.states.refresh()
        self.status.refresh()

    @property
    def model_rows(self) -> list[ModelRow]:
        """The rows shown."""
        return list(self._rows.values())

    def _show(self) -> None:
        for model in self.states.all or []:
            row = self._rows.get(model.name)
            if row is not None:
                row.show_model(model)
                continue
            row = self._rows[model.name] = ModelRow(model, self._watch)
            row.removal_wanted.connect(partial(self._weigh, row))
            self._list.addWidget(row)

    def _weigh(self, row: ModelRow) -> None:
        """Find out what removing a model frees, then ask."""
        app, name = self._services.app, row.model.name
        self._services.tasks.run(
            lambda: app.room_taken(name),
            lambda freed: row.ask_removal(freed, served=self._is_ready(EARS[1])),
            owner=row,
        )

    def _is_ready(self, name: str) -> bool:
        return any(each.name == name and each.state is ModelState.READY for each in self.states.all or [])
