"""The look of plain Qt widgets, written from the theme's colours; own widgets paint themselves.

A widget says what it is by the dynamic properties `role` (labels), `kind`
(buttons) and `surface` (frames).
"""

from __future__ import annotations

from string import Template
from typing import TYPE_CHECKING

from PySide6.QtGui import QFont

if TYPE_CHECKING:
    from PySide6.QtGui import QColor

    from vibe_desktop.ui.theme import Tokens

TEXT = 14
SMALL = 13
SMALLEST = 12
HEAD = 16
PROMPT = 18
TITLE = 24
"""Sizes of type, in device-independent pixels."""

STEP = 4
RADIUS_PROMPT = 14
RADIUS = 10
RADIUS_COVER = 7
"""Spacing and corners, in device-independent pixels."""

_SHEET = Template("""
* { font-size: 14px; outline: none; }
QWidget { color: $ink; }
QMainWindow, QDialog, QStackedWidget, QWidget[surface="page"] { background: $background; }
QFrame[surface="panel"] { background: $panel; border: none; }
QFrame[surface="raised"] { background: $raised; border: 1px solid $line; border-radius: 10px; }
QFrame[surface="card"] { background: $raised; border: none; border-radius: 10px; }
QFrame[surface="segments"] { background: $panel; border: none; border-radius: 10px; }
QFrame[surface="line"] { background: $line; border: none; max-height: 1px; min-height: 1px; }

QLabel { background: transparent; }
QLabel[role="title"] { font-size: 24px; font-weight: 600; }
QLabel[role="heading"] { font-size: 16px; font-weight: 600; }
QLabel[role="strong"] { font-weight: 600; }
QLabel[role="secondary"] { font-size: 13px; color: $secondary; }
QLabel[role="small"] { font-size: 12px; color: $secondary; }
QLabel[role="tertiary"] { font-size: 12px; color: $tertiary; }
QLabel[role="section"] { font-size: 12px; font-weight: 600; color: $tertiary; }
QLabel[role="warning"] { font-size: 13px; color: $refuse; }

QPushButton {
    background: transparent; border: 1px solid $line; border-radius: 10px;
    padding: 6px 12px; min-height: 18px; font-size: 13px; font-weight: 500;
}
QPushButton:hover { background: $raised; }
QPushButton:pressed { background: $line; }
QPushButton:focus { border: 1px solid $accent; }
QPushButton:disabled { color: $tertiary; border-color: $line; }
QPushButton:checked { background: $wash; border-color: $accent; color: $accent; }
QPushButton[kind="primary"] {
    background: $accent; color: $on_accent; border: 1px solid $accent; font-weight: 600; padding: 8px 16px;
    font-size: 14px;
}
QPushButton[kind="primary"]:hover { background: $accent_strong; }
QPushButton[kind="primary"]:focus { border: 1px solid $ink; }
QPushButton[kind="primary"]:disabled { background: $line; color: $tertiary; border-color: $line; }
QPushButton[kind="second"] { padding: 8px 16px; font-size: 14px; }
QPushButton[kind="quiet"] { border: 1px solid transparent; color: $secondary; }
QPushButton[kind="quiet"]:hover { color: $ink; }
QPushButton[kind="quiet"]:focus { border: 1px solid $accent; }
QPushButton[kind="link"] { border: none; color: $secondary; padding: 4px 0; text-align: left; }
QPushButton[kind="link"]:hover { color: $ink; background: transparent; }
QPushButton[kind="link"]:checked { color: $ink; background: transparent; }
QPushButton[kind="link"]:focus { color: $accent; text-decoration: underline; }
QPushButton[kind="danger"] { color: $refuse; }
QPushButton[kind="pill"] { border-radius: 15px; background: $panel; font-weight: 400; text-align: left; }
QPushButton[kind="pill"]:hover { background: $raised; }
QPushButton[kind="pill"]:focus { border: 1px solid $accent; }
QPushButton[kind="saved"] {
    border: 1px solid transparent; text-align: left; font-weight: 400; font-size: 14px; color: $secondary;
    padding: 7px 11px; border-radius: 8px;
}
QPushButton[kind="saved"]:hover { color: $ink; }
QPushButton[kind="saved"]:focus { border: 1px solid $accent; }
QPushButton[kind="hint"] {
    border: 1px solid transparent; font-weight: 400; color: $tertiary; padding: 5px 6px; border-radius: 8px;
}
QPushButton[kind="hint"]:hover { color: $ink; background: transparent; }
QPushButton[kind="hint"]:focus { border: 1px solid $accent; }
QPushButton[kind="row"] {
    border: 1px solid transparent; text-align: left; font-weight: 400; font-size: 14px; padding: 6px 10px;
}
QPushButton[kind="row"]:hover { background: $hover; }
QPushButton[kind="row"]:focus { border: 1px solid $accent; }
QPushButton[kind="segment"] {
    border-radius: 8px; border: 1px solid transparent; color: $secondary; padding: 4px 12px;
}
QPushButton[kind="segment"]:hover { color: $ink; }
QPushButton[kind="segment"]:checked { background: $raised; color: $ink; border: 1px solid $line; }
QPushButton[kind="segment"]:focus { border: 1px solid $accent; }
QPushButton[kind="segment"]:disabled { color: $tertiary; }
QPushButton::menu-indicator { image: none; width: 0; }

QToolButton { background: transparent; border: 1px solid transparent; border-radius: 10px; padding: 0; }
QToolButton:hover { background: $hover; }
QToolButton:pressed { background: $line; }
QToolButton:focus { border: 1px solid $accent; }
QToolButton::menu-indicator { image: none; }
QToolButton[kind="play"] { background: $ink; border-radius: 18px; border: 2px solid $ink; }
QToolButton[kind="play"]:focus { border: 2px solid $accent; }
QToolButton[kind="nav"] {
    border-radius: 8px; padding: 0 12px; text-align: left; font-size: 14px; color: $secondary;
    min-height: 36px; max-height: 36px;
}
QToolButton[kind="nav"]:hover { color: $ink; }
QToolButton[kind="nav"]:checked { background: $raised; color: $ink; }

QLineEdit, QPlainTextEdit {
    background: $raised; border: 1px solid $line; border-radius: 10px; padding: 6px 10px;
    selection-background-color: $accent; selection-color: $on_accent;
}
QLineEdit:focus, QPlainTextEdit:focus { border: 1px solid $accent; }
QLineEdit[kind="bare"] { background: transparent; border: none; border-radius: 0; padding: 0; }
QLineEdit[kind="prompt"] { background: transparent; border: none; padding: 0; font-size: 18px; }

QMenu { background: $raised; border: 1px solid $line; border-radius: 10px; padding: 6px; }
QMenu::item { padding: 6px 24px 6px 12px; border-radius: 6px; font-size: 13px; }
QMenu::item:selected { background: $hover; color: $ink; }
QMenu::item:disabled { color: $tertiary; }
QMenu::separator { height: 1px; background: $line; margin: 6px 8px; }
QMenu::icon { padding-left: 8px; }
QToolTip { background: $raised; color: $ink; border: 1px solid $line; padding: 6px 8px; font-size: 12px; }

QAbstractItemView {
    background: $background; border: none; selection-background-color: $wash; selection-color: $ink;
}
QAbstractItemView::item:focus { outline: none; }
QTableView { gridline-color: transparent; font-size: 13px; }
QTableView::item { padding: 0 8px; border: none; }
QTableView::item:selected { background: $wash; color: $ink; }
QHeaderView { background: $background; }
QHeaderView::section {
    background: $background; color: $tertiary; border: none; border-bottom: 1px solid $line;
    padding: 6px 8px; font-size: 12px; font-weight: 600;
}
QHeaderView::section:hover { color: $ink; }
QTableCornerButton::section { background: $background; border: none; }

QScrollArea { background: transparent; border: none; }
QScrollBar:vertical { background: transparent; width: 10px; margin: 2px; }
QScrollBar::handle:vertical { background: $line; border-radius: 3px; min-height: 32px; }
QScrollBar::handle:vertical:hover { background: $tertiary; }
QScrollBar:horizontal { background: transparent; height: 10px; margin: 2px; }
QScrollBar::handle:horizontal { background: $line; border-radius: 3px; min-width: 32px; }
QScrollBar::handle:horizontal:hover { background: $tertiary; }
QScrollBar::add-line, QScrollBar::sub-line { width: 0; height: 0; }
QScrollBar::add-page, QScrollBar::sub-page { background: transparent; }

QProgressBar { background: $line; border: none; border-radius: 2px; max-height: 4px; min-height: 4px; }
QProgressBar::chunk { background: $accent; border-radius: 2px; }
""")


def style_sheet(colours: Tokens) -> str:
    """Return the style sheet of the whole program in these colours."""
    names = ("background", "panel", "raised", "line", "ink", "secondary", "tertiary", "accent", "on_accent")
    named = {name: getattr(colours, name).name() for name in names}
    return _SHEET.substitute(
        named,
        wash=_over(colours.wash, colours.background).name(),
        refuse=colours.refuse.name(),
        hover=_over(_faint(colours.ink), colours.background).name(),
        accent_strong=(colours.accent.lighter(108) if colours.dark else colours.accent.darker(112)).name(),
    )


def sized(font: QFont, pixels: int, weight: QFont.Weight = QFont.Weight.Normal) -> QFont:
    """Return a font of the same family at another size; figures keep one width where the family can."""
    other = QFont(font)
    other.setPixelSize(pixels)
    other.setWeight(weight)
    return other


def tabular(font: QFont) -> QFont:
    """Return the font with figures of one width, so that a running time does not shiver."""
    other = QFont(font)
    other.setFeature(QFont.Tag("tnum"), 1)
    return other


def _faint(colour: QColor) -> QColor:
    from PySide6.QtGui import QColor

    faint = QColor(colour)
    faint.setAlphaF(0.07)
    return faint


def _over(top: QColor, below: QColor) -> QColor:
    """Return what a translucent colour looks like over an opaque one."""
    from PySide6.QtGui import QColor

    share = top.alphaF()
    return QColor.fromRgbF(
        top.redF() * share + below.redF() * (1 - share),
        top.greenF() * share + below.greenF() * (1 - share),
        top.blueF() * share + below.blueF() * (1 - share),
    )
