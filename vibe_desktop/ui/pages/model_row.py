"""One model in Settings: what it is for, whether it is there, and everything that can be done about it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vibe_desktop.background.jobs import JobKind, JobState
from vibe_desktop.domain import EARS, VibeError
from vibe_desktop.models.catalog import HubSource, find_entry, title_of_model
from vibe_desktop.models.status import ModelState, ModelStatus
from vibe_desktop.ui.advice import advice
from vibe_desktop.ui.install_status import InstallStatus, megabytes
from vibe_desktop.ui.job_words import models_of
from vibe_desktop.ui.widgets.buttons import TextButton
from vibe_desktop.ui.widgets.confirm import Confirmation
from vibe_desktop.ui.widgets.flow import FlowLayout
from vibe_desktop.ui.widgets.long_text import LongText
from vibe_desktop.ui.widgets.page import Disclosure
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from vibe_desktop.background.jobs import Job
    from vibe_desktop.ui.job_watch import JobWatch

_SPOILT = (ModelState.DAMAGED, ModelState.UNFIT)


class ModelRow(QWidget):
    """Shows a model and how its installation goes; asks before it is removed."""

    removal_wanted = Signal()
    """the person thinks of removing it: answer with `ask_removal`"""

    def __init__(self, model: ModelStatus, watch: JobWatch) -> None:
        super().__init__()
        self.model = model
        self._watch = watch
        self._focused: QWidget | None = None
        """what had the focus when all this was shown last; Qt passes it on by itself when that is hidden"""
        self._stray = False
        self._title = PlainLabel("", "strong", wrap=True)
        self._facts = PlainLabel("", "secondary", wrap=True)
        self._more = PlainLabel(self._what_more(), "secondary", wrap=True)
        self._trouble = PlainLabel("", "warning", wrap=True)
        self.status = InstallStatus(watch, shows=self._is_mine, may_stop=True)
        self.install = TextButton("", clicked=self._install)
        self.from_folder = TextButton(
            self.tr("Install from a folder…"),
            clicked=lambda: self.status.choose_source([model.name]),
        )
        self.remove = TextButton(self.tr("Remove…"), clicked=self.removal_wanted.emit)
        self.question = Confirmation(self.tr("Remove"), self.tr("Keep it"))
        self.question.confirmed.connect(self._remove)
        self.question.left.connect(self._keep)
        self._lay_out(find_entry(model.name).licence_file)
        watch.changed.connect(self.refresh)
        self.show_model(model)

    def _lay_out(self, licence_file: str) -> None:
        self._ways = QWidget()
        ways = FlowLayout(self._ways)
        for button in (self.install, self.from_folder, self.remove):
            ways.addWidget(button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(4)
        for label in (self._title, self._facts, self._more, self._trouble):
            column.addWidget(label)
        column.addSpacing(4)
        for part in (self.status, self._ways, self.question):
            column.addWidget(part)
        licence = LongText(self.tr("Licence of {0}").format(self.model.title), licence_file)
        self.licence = Disclosure(self.tr("Show licence"), self.tr("Hide licence"), licence)
        column.addWidget(self.licence)

    def show_model(self, model: ModelStatus) -> None:
        """Show the model as it is now."""
        self.model = model
        size = megabytes(find_entry(model.name).download_size)
        self.setAccessibleName(model.title)
        self._title.setText(model.title)
        again = model.state in _SPOILT
        text = self.tr("Install again ({0})") if again else self.tr("Install ({0})")
        self.install.setText(text.format(size))
        self.install.setAccessibleName(self.tr("Install {0}, {1}").format(model.title, size))
        self.from_folder.setAccessibleName(self.tr("Install {0} from a folder").format(model.title))
        self.remove.setAccessibleName(self.tr("Remove {0}").format(model.title))
        self._more.setVisible(model.name == EARS[0] and model.state is ModelState.MISSING)
        self.status.refresh()
        self.refresh()

    def refresh(self) -> None:
        """Show what goes on with it, and what can be done now."""
        had_focus = (self._focused, self._focus())
        state, busy, asking = self.model.state, self._busy(), self.question.isVisibleTo(self)
        self._facts.setText(" · ".join(self._facts_in_words(removing=busy is JobKind.REMOVE)))
        trouble = self._what_is_wrong() if busy is None else ""
        self._trouble.setText(trouble)
        self._trouble.setVisible(bool(trouble))
        lacking = state is not ModelState.READY and self.status.job is None
        there = state is not ModelState.MISSING
        self.install.setVisible(lacking)
        self.from_folder.setVisible(lacking)
        self.remove.setVisible(there and not self.model.default)
        offers = lacking or (there and not self.model.default)
        self._ways.setVisible(offers and busy is None and not asking)
        lost = any(each is not None and not each.isVisible() for each in had_focus)
        self._stray = self._focus() is self.licence.button and (lost or self._stray)
        if self._stray:
            self._take_focus()
        self._focused = self._focus()

    def ask_removal(self, freed: int, *, served: bool) -> None:
        """Ask whether to remove it, `freed` bytes in all; `served` tells whether another ear then serves."""
        text = (
            self.tr(
                "Removing {0} frees about {1}: its networks and everything it heard. {2} goes on serving,"
                " and your music files are untouched."
            )
            if served
            else self.tr(
                "Removing {0} frees about {1}: its networks and everything it heard. Words alone decide"
                " then. Your music files are untouched."
            )
        )
        self.question.ask(text.format(self.model.title, megabytes(freed), title_of_model(EARS[1])))
        self.refresh()

    def _is_mine(self, job: Job) -> bool:
        if models_of(job) != (self.model.name,):
            return False
        # What the row itself says need not be said twice, nor what is made good by now.
        return not job.over or not (self.model.state is ModelState.READY or self._says(job.error))

    def _says(self, error: VibeError | None) -> bool:
        return error is not None and error.message == self.model.detail

    def _busy(self) -> JobKind | None:
        """Return what a job does with this model now."""
        jobs = [job for job in self._watch.active if models_of(job) == (self.model.name,)]
        return jobs[0].kind if jobs else None

    def _facts_in_words(self, *, removing: bool) -> tuple[str, ...]:
        model = self.model
        there = model.state in (ModelState.READY, ModelState.UNFIT)
        size = self.tr("{0} on disk") if there else self.tr("{0} to fetch")
        state = {
            ModelState.READY: self.tr("installed"),
            ModelState.MISSING: self.tr("not installed"),
            ModelState.DAMAGED: self.tr("damaged"),
            ModelState.UNFIT: self.tr("installed, not used"),
        }[model.state]
        facts = [
            model.purpose,
            size.format(megabytes(model.size)),
            model.licence,
            self.tr("being removed…") if removing else state,
        ]
        if there and not model.default and (origin := _origin(model)):
            facts.append(self.tr("from {0}").format(origin))
        return tuple(facts)

    def _what_is_wrong(self) -> str:
        """Return why it cannot be used or was not removed, and what to do; "" where all is well."""
        model = self.model
        if model.state in _SPOILT:
            return advice(VibeError(model.detail, model.remedy), leading=False)
        last = next((job for job in self._watch.finished if models_of(job) == (model.name,)), None)
        if last is not None and last.kind is JobKind.REMOVE and last.state is JobState.FAILED and last.error:
            return advice(last.error, leading=False)
        return ""

    def _what_more(self) -> str:
        return self.tr(
            "Hears more than tags: any words can be compared with any music. It listens to everything anew,"
            " in the background; until then the small ear goes on serving."
        )

    def _install(self) -> None:
        self._watch.install([self.model.name])

    def _remove(self) -> None:
        self._watch.remove(self.model.name)
        self.refresh()

    def _keep(self) -> None:
        self.refresh()
        self.remove.setFocus(Qt.FocusReason.TabFocusReason)

    def _focus(self) -> QWidget | None:
        """Return what has the focus, if it is something of this row."""
        focus = self.window().focusWidget()
        return focus if focus is not None and self.isAncestorOf(focus) else None

    def _take_focus(self) -> None:
        """Go on with what can be pressed now, where what was pressed is gone."""
        buttons = (self.status.stop, self.status.again, self.install, self.remove)
        next_one = next((button for button in buttons if button.isVisible()), self.licence.button)
        # Where there is nothing to be done for a moment, the focus waits there until there is.
        self._stray = next_one is self.licence.button
        next_one.setFocus(Qt.FocusReason.TabFocusReason)


def _origin(model: ModelStatus) -> str:
    """Return where an installed model comes from; "" where that is not known."""
    entry = find_entry(model.name)
    usual = entry.source.repository if isinstance(entry.source, HubSource) else entry.source.package
    return model.origin or (usual if model.title == entry.title else "")
