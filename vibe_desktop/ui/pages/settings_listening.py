"""The settings of listening: how much of the machine it may take, when it waits, and with which ear."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout

from vibe_desktop.domain import EARS, VibeError
from vibe_desktop.models.catalog import title_of_model
from vibe_desktop.models.ears import AUTO, NONE
from vibe_desktop.models.status import ModelState, status
from vibe_desktop.settings import Speed
from vibe_desktop.ui.advice import advice
from vibe_desktop.ui.coverage_words import how_far
from vibe_desktop.ui.pages.settings_choices import bound_choice, bound_toggle
from vibe_desktop.ui.widgets.page import Section, SettingRow
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from vibe_desktop.app import App
    from vibe_desktop.settings import Settings
    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services


@dataclass(frozen=True, slots=True)
class _EarFacts:
    """Which ears can be chosen, whether one is in use, and why that one."""

    usable: frozenset[str]
    used: bool
    reason: str


class ListeningSection(Section):
    """How much of the machine listening may take, when it waits, and with which ear."""

    def __init__(self, services: Services, watch: JobWatch) -> None:
        super().__init__(self.tr("Listening"))
        self._services = services
        self._watch = watch
        preferences = services.preferences
        name = self.tr("Speed")
        speeds = (
            (Speed.GENTLE, self.tr("Gentle")),
            (Speed.NORMAL, self.tr("Normal")),
            (Speed.FULL, self.tr("Full")),
        )
        text = self.tr("Gentle uses one core and rests in between; full uses all there are.")
        self.add(SettingRow(name, text, bound_choice(preferences, "speed", name, speeds)))
        name = self.tr("Pause on battery")
        self.add(SettingRow(name, "", bound_toggle(preferences, "pause_on_battery", name)))
        name = self.tr("Pause while music plays")
        self.add(SettingRow(name, "", bound_toggle(preferences, "pause_while_playing", name)))
        name = self.tr("Ear")
        ears = (
            (AUTO, self.tr("Best installed")),
            *((ear, title_of_model(ear)) for ear in EARS),
            (NONE, self.tr("None, words only")),
        )
        self.ears = bound_choice(preferences, "ear", name, ears)
        self.reason = PlainLabel("", "secondary", wrap=True)
        self._facts: _EarFacts | None = None
        ear = QVBoxLayout()
        ear.setSpacing(2)
        ear.addWidget(SettingRow(name, "", self.ears))
        ear.addWidget(self.reason)
        self.add(ear)
        preferences.changed.connect(self._on_changed)
        watch.coverage_changed.connect(self._explain)

    def refresh(self) -> None:
        """Find out which ears there are, which is used and why."""
        app, wanted = self._services.app, self._services.preferences.now.ear
        self._services.tasks.run(lambda: _ear_facts(app, wanted), self._show, owner=self)

    def _show(self, facts: _EarFacts) -> None:
        self._facts = facts
        for ear in EARS:
            why_not = self.tr("{0} is not installed, or cannot be used: see “Models” below.")
            self.ears.allow(ear, allowed=ear in facts.usable, why_not=why_not.format(title_of_model(ear)))
        self._explain()

    def _explain(self) -> None:
        """Say which ear serves, why, and how far it is."""
        facts, coverage = self._facts, self._watch.coverage
        if facts is None:
            return
        far = how_far(coverage) if facts.used and coverage is not None else ""
        # Who serves meanwhile says it all.
        why = "" if far and coverage is not None and coverage.meanwhile else self._why(facts)
        self.reason.setText(" ".join(text for text in (why, far) if text))
        self.ears.setAccessibleDescription(self.reason.text())

    def _why(self, facts: _EarFacts) -> str:
        wanted = self._services.preferences.now.ear
        if wanted == NONE:
            return self.tr("Only descriptions count; nothing is compared by its sound.")
        if not facts.used and wanted == AUTO:
            return self.tr("None is installed, so words alone decide. See “Models” below.")
        return facts.reason

    def _on_changed(self, before: Settings, now: Settings) -> None:
        if before.ear != now.ear:
            self.refresh()


def _ear_facts(app: App, wanted: str) -> _EarFacts:
    usable = frozenset(model.name for model in status(app.profile.models) if model.state is ModelState.READY)
    try:
        choice = app.ear(wanted)
    except VibeError as error:
        return _EarFacts(usable, used=False, reason=advice(error, leading=False))
    # What leads to a command is left out: the place for it is on this page.
    reason = advice(VibeError("", choice.reason), leading=False)
    return _EarFacts(usable, used=choice.ear is not None, reason=reason)
