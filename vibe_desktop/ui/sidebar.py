"""The column at the side: where one can go, the saved moods, and what is being listened to."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from vibe_desktop.ui.icons import app_icon, icon
from vibe_desktop.ui.theme import tokens
from vibe_desktop.ui.widgets.text import PlainLabel, plain_tooltip

if TYPE_CHECKING:
    from collections.abc import Sequence

    from PySide6.QtGui import QResizeEvent

    from vibe_desktop.library.saved import Playlist

WIDTH = 208
NARROW = 64
_MOST_SAVED = 8


class _Place(QToolButton):
    """One place to go to; shows its icon alone in a narrow sidebar."""

    def __init__(self, icon_name: str, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._icon_name = icon_name
        self.setProperty("kind", "nav")
        self.setText(f"  {text}")
        self.setAccessibleName(text)
        self.setCheckable(True)
        self.setIconSize(QSize(18, 18))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.toggled.connect(self._tint)
        self._tint()

    def set_narrow(self, *, narrow: bool) -> None:
        self.setToolButtonStyle(
            Qt.ToolButtonStyle.ToolButtonIconOnly if narrow else Qt.ToolButtonStyle.ToolButtonTextBesideIcon
        )
        self.setToolTip(plain_tooltip(self.accessibleName()) if narrow else "")

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() in {QEvent.Type.PaletteChange, QEvent.Type.StyleChange}:
            self._tint()

    def _tint(self) -> None:
        colours = tokens(self.palette())
        self.setIcon(icon(self._icon_name, colours.ink if self.isChecked() else colours.secondary))


class _Saved(QPushButton):
    """A saved mood by its name."""

    def __init__(self, name: str, says: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("kind", "saved")
        shown = self.fontMetrics().elidedText(name, Qt.TextElideMode.ElideRight, WIDTH - 48)
        self.setText(shown.replace("&", "&&"))
        self.setAccessibleName(says)
        self.setToolTip(plain_tooltip(name))
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)


class Sidebar(QFrame):
    """Tells where to go by `page` and `playlist`."""

    page = Signal(str)
    playlist = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("surface", "panel")
        self.setAccessibleName(self.tr("Navigation"))
        self._narrow = False
        self._places: dict[str, _Place] = {}
        self._saved_places: list[_Saved] = []
        self._name = PlainLabel("Vibe Desktop", "strong")
        self._mark = QLabel()
        self._mark.setPixmap(app_icon().pixmap(22, 22))
        self._saved_head = PlainLabel(self.tr("Saved moods"), "section")
        self._saved = QVBoxLayout()
        self._foot = QVBoxLayout()
        self._build()
        self.set_narrow(narrow=False)

    def show_page(self, name: str) -> None:
        """Mark where one is."""
        for key, place in self._places.items():
            place.setChecked(key == name)

    def set_foot(self, widget: QWidget) -> None:
        """Put a widget at the lower end."""
        self._foot.addWidget(widget)

    def set_narrow(self, *, narrow: bool) -> None:
        """Show icons alone, or icons and words."""
        self._narrow = narrow
        self.setFixedWidth(NARROW if narrow else WIDTH)
        self._name.setVisible(not narrow)
        for place in self._places.values():
            place.set_narrow(narrow=narrow)
        self._fit_saved()
        self._saved_head.setVisible(not narrow and bool(self._saved_places))

    def show_saved(self, playlists: Sequence[Playlist]) -> None:
        """List the newest playlists that were made from a mood."""
        for old in self._saved_places:
            self._saved.removeWidget(old)
            old.deleteLater()
        self._saved_places = []
        for playlist in [each for each in playlists if each.mood][:_MOST_SAVED]:
            saved = _Saved(playlist.name, self.tr("Saved mood: {0}").format(playlist.name))
            saved.clicked.connect(lambda _checked=False, number=playlist.id: self.playlist.emit(number))
            self._saved.addWidget(saved)
            self._saved_places.append(saved)
        self.set_narrow(narrow=self._narrow)

    def event(self, event: QEvent) -> bool:
        """Make room where something below grew."""
        known = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:
            self._fit_saved()
        return known

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_saved()

    def _fit_saved(self) -> None:
        """Show as many saved moods as there is room for; the others are on their page."""
        column = self.layout()
        if column is None or not self._saved_places:
            return
        others = column.sizeHint().height() - self._saved.sizeHint().height()
        each = self._saved_places[0].sizeHint().height() + self._saved.spacing()
        fitting = 0 if self._narrow else (self.height() - others) // each
        for number, saved in enumerate(self._saved_places):
            saved.setVisible(number < fitting)

    def _build(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 22, 12, 12)
        column.setSpacing(4)
        brand = QHBoxLayout()
        brand.setContentsMargins(10, 0, 0, 0)
        brand.setSpacing(10)
        brand.addWidget(self._mark)
        brand.addWidget(self._name, 1)
        column.addLayout(brand)
        column.addSpacing(16)
        for name, icon_name, text in (
            ("mood", "activity", self.tr("Mood")),
            ("library", "music", self.tr("Library")),
            ("playlists", "list-music", self.tr("Playlists")),
        ):
            column.addWidget(self._place(name, icon_name, text))
        column.addSpacing(18)
        self._saved_head.setContentsMargins(12, 0, 0, 4)
        column.addWidget(self._saved_head)
        self._saved.setSpacing(2)
        column.addLayout(self._saved)
        column.addStretch(1)
        column.addLayout(self._foot)
        column.addSpacing(4)
        column.addWidget(self._place("activity", "cpu", self.tr("Activity")))
        column.addWidget(self._place("settings", "settings", self.tr("Settings")))

    def _place(self, name: str, icon_name: str, text: str) -> _Place:
        place = _Place(icon_name, text)
        place.clicked.connect(lambda _checked=False: self._go(name))
        self._places[name] = place
        return place

    def _go(self, name: str) -> None:
        self.show_page(name)
        self.page.emit(name)
