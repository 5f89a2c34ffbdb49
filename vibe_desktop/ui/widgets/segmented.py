"""A choice of a few, all in sight."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QButtonGroup, QFrame, QHBoxLayout, QSizePolicy, QWidget

from vibe_desktop.ui.widgets.buttons import TextButton
from vibe_desktop.ui.widgets.text import plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence


class Segmented(QFrame):
    """Buttons of which one is chosen; `chosen` carries the value it stands for."""

    chosen = Signal(object)

    def __init__(
        self, name: str, choices: Sequence[tuple[object, str]], parent: QWidget | None = None
    ) -> None:
        """Take what to call the choice and (value, words) pairs."""
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setProperty("surface", "segments")
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        row = QHBoxLayout(self)
        row.setContentsMargins(2, 2, 2, 2)
        row.setSpacing(2)
        self._group = QButtonGroup(self)
        self._values = [value for value, _ in choices]
        for number, (_, words) in enumerate(choices):
            button = TextButton(words, "segment")
            button.setCheckable(True)
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            button.setAccessibleName(f"{name}: {words}")
            self._group.addButton(button, number)
            row.addWidget(button)
        self._group.idClicked.connect(lambda number: self.chosen.emit(self._values[number]))

    def set_value(self, value: object) -> None:
        """Show this value as chosen, or none where it is not among them; without telling anyone."""
        self._group.setExclusive(False)
        for number, each in enumerate(self._values):
            self._group.button(number).setChecked(each == value)
        self._group.setExclusive(True)
        self._lead_tab()

    def allow(self, value: object, *, allowed: bool, why_not: str = "") -> None:
        """Let a value be chosen or not, and say why not."""
        button = self._group.button(self._values.index(value))
        button.setEnabled(allowed)
        button.setAccessibleDescription("" if allowed else why_not)
        button.setToolTip("" if allowed else plain_tooltip(why_not))
        self._lead_tab()

    def _lead_tab(self) -> None:
        """Let Tab go to the chosen one, arrows to the others; Qt does so only for what is clicked."""
        buttons = [self._group.button(number) for number in range(len(self._values))]
        usable = [button for button in buttons if button.isEnabled()] or buttons
        reached = next((button for button in usable if button.isChecked()), usable[0])
        for button in buttons:
            button.setFocusPolicy(Qt.FocusPolicy.TabFocus if button is reached else Qt.FocusPolicy.NoFocus)
