"""Buttons: icons tinted by the theme with a name for everyone, and the few kinds of text buttons."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt
from PySide6.QtWidgets import QPushButton, QToolButton, QWidget

from vibe_desktop.ui.icons import icon
from vibe_desktop.ui.theme import tokens
from vibe_desktop.ui.widgets.text import plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Callable

    from PySide6.QtGui import QKeyEvent

_ICON = 18


class IconButton(QToolButton):
    """A square button with an icon; its name is its tooltip and what a screen reader says.

    `colour` names a colour of the theme; a checked button takes the accent.
    """

    def __init__(
        self,
        icon_name: str,
        name: str,
        *,
        size: int = 32,
        colour: str = "secondary",
        checkable: bool = False,
        filled_when_checked: bool = False,
        clicked: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._colour = colour
        self._filled_when_checked = filled_when_checked
        self._tinted: tuple[object, ...] = ()
        self.setFixedSize(size, size)
        self.setIconSize(QSize(_ICON, _ICON))
        self.setCheckable(checkable)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.set_name(name)
        self.toggled.connect(self._tint)
        if clicked is not None:
            self.clicked.connect(lambda _checked=False: clicked())
        self._tint()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Be pressed by Enter as by Space."""
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.click()
        else:
            super().keyPressEvent(event)

    def set_name(self, name: str) -> None:
        """Say what pressing it does."""
        self.setAccessibleName(name)
        self.setToolTip(plain_tooltip(name))

    def set_icon(self, icon_name: str) -> None:
        """Show another icon."""
        if icon_name != self._icon_name:
            self._icon_name = icon_name
            self._tint()

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._tint()

    def _tint(self) -> None:
        colours = tokens(self.palette())
        on = self.isChecked()
        colour = colours.accent if on else getattr(colours, self._colour)
        look = (self._icon_name, colour.rgba(), self.iconSize().width(), on and self._filled_when_checked)
        if look != self._tinted:  # Qt tells of a new style several times while a window is built
            self._tinted = look
            self.setIcon(icon(self._icon_name, colour, look[2], filled=look[3]))


class TextButton(QPushButton):
    """A button with words and perhaps an icon.

    `kind`: "" (outlined), primary, second (as high as primary), quiet, link, danger or pill.
    """

    def __init__(
        self,
        text: str,
        kind: str = "",
        *,
        icon_name: str = "",
        clicked: Callable[[], object] | None = None,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self._kind = kind
        if kind:
            self.setProperty("kind", kind)
        self.setText(text)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAutoDefault(True)  # so that Enter presses it as Space does
        if clicked is not None:
            self.clicked.connect(lambda _checked=False: clicked())
        self._tint()

    def setText(self, text: str) -> None:
        """Show these words as they are; a screen reader says the same."""
        shown = text.replace("&", "&&")
        super().setText(f" {shown}" if self._icon_name else shown)  # the style sets an icon too near
        self.setAccessibleName(text)

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._tint()

    def _tint(self) -> None:
        if self._icon_name:
            colours = tokens(self.palette())
            colour = colours.on_accent if self._kind == "primary" else colours.secondary
            self.setIcon(icon(self._icon_name, colour, 16, filled=self._kind == "primary"))
            self.setIconSize(QSize(16, 16))
