"""The models: what each is for, its size and licence, whether it is there, and how to get it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from vibe_desktop.models.catalog import find_entry
from vibe_desktop.models.status import ModelState, ModelStatus
from vibe_desktop.ui.install_status import InstallStatus, megabytes
from vibe_desktop.ui.model_states import ModelStates
from vibe_desktop.ui.widgets.buttons import TextButton
from vibe_desktop.ui.widgets.long_text import LongText
from vibe_desktop.ui.widgets.page import Disclosure, Section
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services


class ModelRow(QWidget):
    """One model."""

    def __init__(self, model: ModelStatus, watch: JobWatch, status: InstallStatus) -> None:
        super().__init__()
        self.setAccessibleName(model.title)
        ready = model.state is ModelState.READY
        damaged = model.state is ModelState.DAMAGED
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(PlainLabel(model.title, "strong"))
        facts = (model.purpose, megabytes(model.size), model.licence, self._state(model.state))
        words.addWidget(PlainLabel(" · ".join(facts), "secondary", wrap=True))
        if damaged:
            words.addWidget(PlainLabel(model.detail, "warning", wrap=True))
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addLayout(words, 1)
        self.install = TextButton(
            self.tr("Install again") if damaged else self.tr("Install"),
            clicked=lambda: watch.install([model.name]),
        )
        self.from_folder = TextButton(
            self.tr("From a folder…"), "quiet", clicked=lambda: status.choose_source([model.name])
        )
        self.install.setAccessibleName(self.tr("Install {0}").format(model.title))
        self.from_folder.setAccessibleName(self.tr("Install {0} from a folder").format(model.title))
        for button in (self.from_folder, self.install):
            head.addWidget(button, 0, Qt.AlignmentFlag.AlignVCenter)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(head)
        for button in (self.from_folder, self.install):
            button.setVisible(not ready)
        licence = LongText(self.tr("Licence of {0}").format(model.title), find_entry(model.name).licence_file)
        column.addWidget(Disclosure(self.tr("Show licence"), self.tr("Hide licence"), licence))

    def _state(self, state: ModelState) -> str:
        return {
            ModelState.READY: self.tr("installed"),
            ModelState.MISSING: self.tr("not installed"),
            ModelState.DAMAGED: self.tr("damaged"),
        }[state]


class ModelsSection(Section):
    """Every model of the catalogue, and how an installation goes."""

    def __init__(self, services: Services, watch: JobWatch) -> None:
        super().__init__(self.tr("Models"))
        self._watch = watch
        self.states = ModelStates(services, watch, self)
        self.status = InstallStatus(watch, parent=self)
        self._list = QVBoxLayout()
        self._list.setSpacing(14)
        self.add(self._list, self.status)
        self.states.changed.connect(self._show)

    def refresh(self) -> None:
        """Look at the models again."""
        self.states.refresh()
        self.status.refresh()

    @property
    def model_rows(self) -> list[ModelRow]:
        """The rows shown."""
        items = (self._list.itemAt(place) for place in range(self._list.count()))
        return [row for item in items if item and isinstance(row := item.widget(), ModelRow)]

    def _show(self) -> None:
        for row in self.model_rows:
            self._list.removeWidget(row)
            row.deleteLater()
        for model in self.states.all or []:
            self._list.addWidget(ModelRow(model, self._watch, self.status))
