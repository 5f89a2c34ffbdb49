"""The frame of a page that is read from top to bottom: a title, sections with space between, rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from vibe_desktop.ui.widgets.buttons import TextButton
from vibe_desktop.ui.widgets.text import PlainLabel

if TYPE_CHECKING:
    from PySide6.QtGui import QResizeEvent

_WIDEST = 760
_MARGIN = 48
_MARGIN_NARROW = 24
_NARROW = 640
_BETWEEN_SECTIONS = 40


class ScrollPage(QScrollArea):
    """A scrolling page: add sections to `body`; it is never wider than one can read."""

    def __init__(self, title: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(title)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.head = QHBoxLayout()
        """the title's line; what belongs at its end is added here"""
        self.head.setSpacing(8)
        self.head.addWidget(PlainLabel(title, "title"))
        self.head.addStretch()
        self._page = QWidget()
        self._page.setProperty("surface", "page")
        self._column = QWidget()
        self._column.setMaximumWidth(_WIDEST)
        self.body = QVBoxLayout(self._column)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.body.setSpacing(_BETWEEN_SECTIONS)
        self.body.addLayout(self.head)
        self._outer = QHBoxLayout(self._page)
        self._outer.setSpacing(0)
        self._outer.addWidget(self._column, 1)
        self._outer.addStretch()
        self.setWidget(self._page)
        self._set_margins()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._set_margins()

    def _set_margins(self) -> None:
        side = _MARGIN_NARROW if self.viewport().width() < _NARROW else _MARGIN
        self._outer.setContentsMargins(side, 36, side, 48)
        self._column.setMinimumWidth(min(_WIDEST, max(0, self.viewport().width() - 2 * side)))


class Section(QWidget):
    """A heading, a sentence if it needs one, and rows below, 12 px apart."""

    def __init__(self, heading: str, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(heading)
        self.rows = QVBoxLayout(self)
        self.rows.setContentsMargins(0, 0, 0, 0)
        self.rows.setSpacing(12)
        self.heading = PlainLabel(heading, "heading")
        self.text = PlainLabel(text, "secondary", wrap=True)
        self.rows.addWidget(self.heading)
        self.rows.addWidget(self.text)
        self.text.setVisible(bool(text))  # not before it has a parent: it would be a window for a moment

    def add(self, *items: QWidget | QLayout) -> None:
        """Append widgets or layouts."""
        for item in items:
            if isinstance(item, QLayout):
                self.rows.addLayout(item)
            else:
                self.rows.addWidget(item)

    def say(self, text: str) -> None:
        """Show another sentence under the heading; "" for none."""
        self.text.setText(text)
        self.text.setVisible(bool(text))


class SettingRow(QWidget):
    """What can be chosen, a line about it, and the control at the end; a press on the words goes to it."""

    def __init__(self, name: str, text: str, control: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        if not control.accessibleName():
            control.setAccessibleName(name)
        control.setAccessibleDescription(text)
        self._name = PlainLabel(name, wrap=True)
        self._name.setBuddy(control)
        self._text = PlainLabel(text, "secondary", wrap=True)
        words = QVBoxLayout()
        words.setSpacing(2)
        words.addWidget(self._name)
        words.addWidget(self._text)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 2, 0, 2)
        row.setSpacing(24)
        row.addLayout(words, 1)
        row.addWidget(control, 0, Qt.AlignmentFlag.AlignVCenter)
        self._text.setVisible(bool(text))

    def rename(self, name: str) -> None:
        """Give the row another name."""
        self._name.setText(name)

    def say(self, text: str) -> None:
        """Show another line under the name."""
        self._text.setText(text)
        self._text.setVisible(bool(text))


class Disclosure(QWidget):
    """Something folded away under a button that opens it."""

    def __init__(self, show: str, hide: str, content: QWidget, parent: QWidget | None = None) -> None:
        """Take the button's words while the content is hidden, and while it is shown."""
        super().__init__(parent)
        self._words = {False: show, True: hide}
        self._content = content
        self.button = TextButton(show, "link")
        self.button.setCheckable(True)
        self.button.toggled.connect(self._show)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(8)
        column.addWidget(self.button, 0, Qt.AlignmentFlag.AlignLeft)
        column.addWidget(content)
        content.hide()

    def rename(self, show: str, hide: str) -> None:
        """Give the button other words."""
        self._words = {False: show, True: hide}
        self._show(self.button.isChecked())

    def _show(self, open_: bool) -> None:  # noqa: FBT001 - a slot
        self._content.setVisible(open_)
        self.button.setText(self._words[open_].replace("&", "&&"))
        self.button.setAccessibleName(self._words[open_])
