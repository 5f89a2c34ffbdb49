"""What was understood of a mood, piece by piece under its line, and what else may be said."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from vibe_desktop.ui.widgets.buttons import TextButton
from vibe_desktop.ui.widgets.chip import Chip
from vibe_desktop.ui.widgets.flow import FlowLayout
from vibe_desktop.ui.widgets.text import plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vibe_desktop.moods.chips import Chip as Understood

_LOOKS = {
    "mood": "mood",
    "avoid": "refuse",
    "less": "refuse",
    "unlike": "refuse",
    "refused": "refuse",
}
"""how a chip of each `ChipKind` looks; in words, so that the window starts without what reads moods"""

_FEW = 9
"""pieces beside which there is room to tell what else may be said"""


class ChipRow(QWidget):
    """The chips of a request: the person's own first, then what their words suggest.

    Tab comes to them after the widget `before`, where they are seen.
    """

    removed = Signal(object)
    """the understood piece whose chip was taken away"""
    words_wanted = Signal(str)
    """words that begin something else a mood may say"""
    emptied = Signal()
    """the last chip was taken away while it had the focus"""

    def __init__(self, before: QWidget) -> None:
        super().__init__()
        self._before = before
        self._flow = FlowLayout(self)
        self.hide()

    @property
    def chips(self) -> list[Chip]:
        """The chips that are shown, in their order."""
        return [widget for widget in self._widgets() if isinstance(widget, Chip)]

    def show_pieces(self, pieces: Sequence[Understood]) -> None:
        """Show these, with the focus where it was."""
        focused = self._focused()
        self._clear()
        first_hint = next((each for each in pieces if each.kind == "hint"), None)
        for each in pieces:
            chip = self._hint(each, leads=each is first_hint) if each.kind == "hint" else self._said(each)
            chip.removed.connect(lambda each=each: self.removed.emit(each))
            self._flow.addWidget(chip)
        for text, words in self._further() if len(pieces) <= _FEW else ():
            button = TextButton(text, "hint")
            button.clicked.connect(partial(self._want, words))
            self._flow.addWidget(button)
        self._order_by_tab()
        self.setVisible(bool(pieces))
        self.updateGeometry()
        if focused is not None:
            self._focus(focused)

    def _said(self, piece: Understood) -> Chip:
        return Chip(piece.text, _LOOKS.get(piece.kind, "plain"), lead=self._lead(piece.kind))

    def _hint(self, piece: Understood, *, leads: bool) -> Chip:
        """Return the chip of what nobody said; the first `leads` the others."""
        lead = self.tr("sounds like")
        chip = Chip(piece.text, "hint", lead=lead if leads else "")
        chip.setAccessibleName(self.tr("Remove: {0}").format(f"{lead} {piece.text}"))
        why = self.tr("You did not say “{0}”, but your words come near it. Press to leave it out.")
        chip.setToolTip(plain_tooltip(why.format(piece.text)))
        chip.setAccessibleDescription(self.tr("It was not said, but your words come near it."))
        return chip

    def _widgets(self) -> Iterator[QWidget]:
        for place in range(self._flow.count()):
            item = self._flow.itemAt(place)
            widget = item.widget() if item else None
            if widget is not None:
                yield widget

    def _clear(self) -> None:
        while (item := self._flow.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()

    def _order_by_tab(self) -> None:
        before = self._before
        for widget in self._widgets():
            QWidget.setTabOrder(before, widget)
            before = widget

    def _focused(self) -> int | None:
        """Return the place of the chip with the focus."""
        holder = self.window().focusWidget()
        return next((place for place, chip in enumerate(self.chips) if chip is holder), None)

    def _focus(self, place: int) -> None:
        """Give the focus to the chip that stands where a removed one stood."""
        chips = self.chips
        if not chips:
            self.emptied.emit()
            return
        chip = chips[min(place, len(chips) - 1)]
        chip.show()  # a layout shows it later, and only what is shown can have the focus
        chip.setFocus(Qt.FocusReason.TabFocusReason)

    def _want(self, words: str, _checked: bool = False) -> None:  # noqa: FBT001, FBT002 - a signal's argument
        self.words_wanted.emit(words)

    def _further(self) -> tuple[tuple[str, str], ...]:
        """Return what else a mood may say, and the words that begin it."""
        return (
            (self.tr("+ like an artist"), self.tr("like ")),
            (self.tr("+ not this"), self.tr("no ")),
            (self.tr("+ years"), self.tr("from the 80s")),
        )

    def _lead(self, kind: str) -> str:
        return {
            "length": self.tr("length"),
            "minutes": self.tr("length"),
            "genre": self.tr("genre"),
            "years": self.tr("years"),
        }.get(kind, "")
