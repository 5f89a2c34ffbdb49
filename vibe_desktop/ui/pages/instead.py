"""What the window shows in place of its pages while there is no library to show."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, Qt, QTimer
from PySide6.QtWidgets import QVBoxLayout, QWidget

from vibe_desktop.ui.advice import advice
from vibe_desktop.ui.job_words import share, stage_words
from vibe_desktop.ui.kept_words import restoring_words
from vibe_desktop.ui.widgets.buttons import TextButton
from vibe_desktop.ui.widgets.empty import EmptyState
from vibe_desktop.ui.widgets.text import PlainLabel
from vibe_desktop.ui.widgets.thin_bar import ThinBar

if TYPE_CHECKING:
    from collections.abc import Callable

    from vibe_desktop.domain import VibeError
    from vibe_desktop.progress import Progress

_LOOK_MS = 100
_WIDTH = 480


def refusal(error: VibeError, retry: Callable[[], object]) -> EmptyState:
    """Return a page that says why the library cannot be opened, with a button to try again."""
    again = TextButton(_tr("Try again"), "primary", clicked=retry)
    told = EmptyState("triangle-alert", _tr("Your library cannot be opened"), advice(error), again)
    told.setFocusProxy(again)
    return told


class RestoringPage(EmptyState):
    """Says that the library is being put right, and how far that is."""

    def __init__(self, copied_at: float | None, progress: Progress) -> None:
        heading, text = restoring_words(copied_at)
        self._progress = progress
        self.bar = ThinBar(heading)
        self.stage = PlainLabel("", "secondary")
        self.stage.setAlignment(Qt.AlignmentFlag.AlignHCenter)
        both = QWidget()
        both.setFixedWidth(_WIDTH)
        column = QVBoxLayout(both)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.bar)
        column.addWidget(self.stage)
        super().__init__("hard-drive", heading, text, both)
        self.setAccessibleName(f"{heading}. {text}")
        self._looking = QTimer(self, interval=_LOOK_MS)
        self._looking.timeout.connect(self._look)
        self._looking.start()
        self._look()

    def _look(self) -> None:
        stages = self._progress.stages()
        if not stages:
            self.bar.set_share(None)
            return
        self.bar.set_share(share(stages[-1]))
        self.stage.setText(stage_words(stages[-1]))


def _tr(text: str) -> str:
    return QCoreApplication.translate("Instead", text)
