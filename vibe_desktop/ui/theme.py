"""The colours of the window in both themes, and which of the two is shown."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QColor, QGuiApplication, QPalette

from vibe_desktop.settings import ThemeChoice

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

_MIDDLE_GREY = 128
_SCHEMES = {
    ThemeChoice.SYSTEM: Qt.ColorScheme.Unknown,
    ThemeChoice.LIGHT: Qt.ColorScheme.Light,
    ThemeChoice.DARK: Qt.ColorScheme.Dark,
}


@dataclass(frozen=True, slots=True)
class Tokens:
    """Every colour there is. One accent for what plays, is chosen or wanted; `refuse` only for "not this"."""

    dark: bool
    background: QColor
    panel: QColor
    raised: QColor
    line: QColor
    ink: QColor
    secondary: QColor
    tertiary: QColor
    accent: QColor
    on_accent: QColor
    wash: QColor
    refuse: QColor
    refuse_wash: QColor


def _washed(colour: str, share: float) -> QColor:
    washed = QColor(colour)
    washed.setAlphaF(share)
    return washed


DARK = Tokens(
    dark=True,
    background=QColor("#121216"),
    panel=QColor("#18181e"),
    raised=QColor("#202028"),
    line=QColor("#2b2b35"),
    ink=QColor("#f3f1ee"),
    secondary=QColor("#a9a6b0"),
    tertiary=QColor("#94919d"),
    accent=QColor("#e8a15b"),
    on_accent=QColor("#1a1206"),
    wash=_washed("#e8a15b", 0.13),
    refuse=QColor("#e07a7a"),
    refuse_wash=_washed("#e07a7a", 0.13),
)

LIGHT = Tokens(
    dark=False,
    background=QColor("#faf8f5"),
    panel=QColor("#f3f0eb"),
    raised=QColor("#ffffff"),
    line=QColor("#e3ded6"),
    ink=QColor("#1f1c1a"),
    secondary=QColor("#5f5a55"),
    tertiary=QColor("#6b6660"),
    accent=QColor("#9a5210"),
    on_accent=QColor("#ffffff"),
    wash=_washed("#9a5210", 0.09),
    refuse=QColor("#a83232"),
    refuse_wash=_washed("#a83232", 0.08),
)


def tokens(_palette: QPalette | None = None) -> Tokens:
    """Return the colours in use, so that no widget needs to be told of the theme.

    They are told by the program's palette: a style sheet changes a widget's own.
    """
    window = QGuiApplication.palette().color(QPalette.ColorRole.Window)
    return DARK if window.lightness() < _MIDDLE_GREY else LIGHT


def palette_of(colours: Tokens) -> QPalette:
    """Return the palette that gives plain Qt widgets these colours."""
    role = QPalette.ColorRole
    palette = QPalette()
    for where, colour in {
        role.Window: colours.background,
        role.Base: colours.background,
        role.AlternateBase: colours.panel,
        role.Button: colours.raised,
        role.ToolTipBase: colours.raised,
        role.Mid: colours.line,
        role.Midlight: colours.line,
        role.Dark: colours.line,
        role.Light: colours.raised,
        role.WindowText: colours.ink,
        role.Text: colours.ink,
        role.ButtonText: colours.ink,
        role.ToolTipText: colours.ink,
        role.BrightText: colours.ink,
        role.PlaceholderText: colours.tertiary,
        role.Highlight: colours.accent,
        role.HighlightedText: colours.on_accent,
        role.Link: colours.accent,
        role.LinkVisited: colours.accent,
        role.Accent: colours.accent,
    }.items():
        palette.setColor(where, colour)
    for where in (role.WindowText, role.Text, role.ButtonText):
        palette.setColor(QPalette.ColorGroup.Disabled, where, colours.tertiary)
    return palette


class Theme(QObject):
    """Follows the system's light or dark, or what the person chose; repaints the program when it changes."""

    changed = Signal()

    def __init__(self, application: QApplication) -> None:
        super().__init__(application)
        self._application = application
        self._choice = ThemeChoice.SYSTEM
        application.styleHints().colorSchemeChanged.connect(self._apply)

    @property
    def tokens(self) -> Tokens:
        """The colours in use."""
        scheme = _SCHEMES[self._choice]
        if scheme == Qt.ColorScheme.Unknown:
            scheme = QGuiApplication.styleHints().colorScheme()
        return LIGHT if scheme == Qt.ColorScheme.Light else DARK

    def choose(self, choice: ThemeChoice) -> None:
        """Show this theme from now on; native dialogs follow."""
        self._choice = choice
        self._application.styleHints().setColorScheme(_SCHEMES[choice])
        self._apply()

    def _apply(self) -> None:
        from vibe_desktop.ui.style import style_sheet

        colours = self.tokens
        self._application.setPalette(palette_of(colours))
        self._application.setStyleSheet(style_sheet(colours))
        self.changed.emit()
