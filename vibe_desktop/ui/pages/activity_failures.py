"""The files that could not be used: which, why, and another try for one or all."""

from __future__ import annotations

import os
from itertools import groupby
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from vibe_desktop.library.journal import READ, Failure
from vibe_desktop.ui.widgets.buttons import IconButton, TextButton
from vibe_desktop.ui.widgets.page import Section
from vibe_desktop.ui.widgets.text import ElidedLabel, PlainLabel, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vibe_desktop.ui.job_watch import JobWatch
    from vibe_desktop.ui.services import Services

_SHOWN = 20


class FailureRow(QWidget):
    """One file: its name, the reason, another try, and the way to its folder."""

    def __init__(self, failure: Failure, retry: Callable[[], object], show: Callable[[], object]) -> None:
        super().__init__()
        self.failure = failure
        path = os.fsdecode(failure.path)
        name = os.path.basename(path)  # noqa: PTH119 - a path that may hold surrogates stays text
        self.setAccessibleName(name)
        label = ElidedLabel(name)
        self.reason = PlainLabel(self._why(), "secondary", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(label)
        words.addWidget(self.reason)
        self.setToolTip(plain_tooltip(path))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(4)
        row.addLayout(words, 1)
        self.retry = IconButton("refresh-cw", self.tr("Try {0} again").format(name), clicked=retry)
        row.addWidget(self.retry, 0, Qt.AlignmentFlag.AlignVCenter)
        where = self.tr("Show {0} in its folder").format(name)
        row.addWidget(IconButton("folder-open", where, clicked=show), 0, Qt.AlignmentFlag.AlignVCenter)

    def _why(self) -> str:
        reading = self.failure.task == READ
        lead = self.tr("Could not be read.") if reading else self.tr("Could not be heard.")
        return f"{lead} {self.failure.reason}"


class FailuresSection(Section):
    """Files that failed, the first of them shown; hidden while there are none."""

    def __init__(self, services: Services, watch: JobWatch) -> None:
        super().__init__(self.tr("Files that could not be used"))
        self._services = services
        self._watch = watch
        self._most = _SHOWN
        self._failures: list[Failure] = []
        self.all_again = TextButton(
            self.tr("Try all again"), icon_name="refresh-cw", clicked=lambda: self._retry(None)
        )
        self._list = QVBoxLayout()
        self._list.setSpacing(14)
        self._more = TextButton("", "quiet", clicked=self._show_more)
        self.add(self._list, self._buttons())
        self.hide()

    def refresh(self) -> None:
        """Read the failures again."""
        journal = self._services.app.stores.journal
        self._services.tasks.run(lambda: _once(journal.failures()), self._show, owner=self)

    @property
    def failure_rows(self) -> list[FailureRow]:
        """The rows shown."""
        items = (self._list.itemAt(place) for place in range(self._list.count()))
        return [row for item in items if item and isinstance(row := item.widget(), FailureRow)]

    def _buttons(self) -> QHBoxLayout:
        buttons = QHBoxLayout()
        buttons.setSpacing(8)
        buttons.addWidget(self.all_again)
        buttons.addWidget(self._more)
        buttons.addStretch()
        return buttons

    def _show(self, failures: list[Failure]) -> None:
        if failures == self._failures and len(self.failure_rows) == min(len(failures), self._most):
            return
        self._failures = failures
        for row in self.failure_rows:
            self._list.removeWidget(row)
            row.deleteLater()
        for failure in failures[: self._most]:
            self._list.addWidget(self._row(failure))
        self.heading.setText(self.tr("Files that could not be used ({0})").format(f"{len(failures):,}"))
        self.say(self.tr("They are left out. A file that changes is tried again by itself."))
        left = len(failures) - self._most
        self._more.setText(self.tr("Show more ({0})").format(f"{left:,}"))
        self._more.setAccessibleName(self._more.text())
        self._more.setVisible(left > 0)
        self.setVisible(bool(failures))

    def _row(self, failure: Failure) -> FailureRow:
        show = self._services.intents.show_in_folder
        return FailureRow(
            failure, lambda: self._retry([failure.track_id]), lambda: show.emit(failure.track_id)
        )

    def _show_more(self) -> None:
        self._most += 5 * _SHOWN
        self._show(self._failures)

    def _retry(self, ids: Sequence[int] | None) -> None:
        journal = self._services.app.stores.journal
        self._services.tasks.run(lambda: journal.retry(ids), lambda _: self._tried(), owner=self)

    def _tried(self) -> None:
        self._watch.index()
        self.refresh()


def _once(failures: list[Failure]) -> list[Failure]:
    """Keep one failure of each file, the first thing that went wrong: they are sorted by path."""
    return [next(iter(some)) for _, some in groupby(failures, key=lambda each: each.track_id)]
