"""Icons: line drawings tinted from the palette, and the program's own mark."""

from __future__ import annotations

from functools import lru_cache

from PySide6.QtCore import QByteArray, QRectF, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPixmap, QPixmapCache
from PySide6.QtSvg import QSvgRenderer

from vibe_desktop.paths import resource

_STROKE = "1.75"
_APP_SIZES = (16, 24, 32, 48, 64, 128, 256)


def icon(name: str, color: QColor, size: int = 18, *, filled: bool = False) -> QIcon:
    """Return a drawing of `resources/icons` in one colour, sharp at every screen's pixel ratio.

    `size` is the side in device-independent pixels; `filled` fills closed outlines.
    Raises FileNotFoundError for a name that does not exist.
    """
    found = QIcon()
    for ratio in sorted({1.0, 2.0, *(screen.devicePixelRatio() for screen in QGuiApplication.screens())}):
        found.addPixmap(pixmap(name, color, size, ratio, filled=filled))
    return found


def pixmap(name: str, color: QColor, size: int = 18, ratio: float = 1.0, *, filled: bool = False) -> QPixmap:
    """Return the same as a pixmap of `size` by `size` at one device pixel ratio."""
    # Qt's own cache is bounded and gone before the application is, which a cache of ours would not be.
    key = f"icon/{name}/{color.rgba():08x}/{size}/{ratio:.3f}/{filled:d}"
    drawn = QPixmap()
    if not QPixmapCache.find(key, drawn):
        drawn = _draw(_drawing(name, filled=filled), size, ratio)
        _tint(drawn, color)
        QPixmapCache.insert(key, drawn)
    return drawn


def app_icon() -> QIcon:
    """Return the program's own icon in the sizes that desktops ask for."""
    drawing = resource("icons/app.svg").read_bytes()
    found = QIcon()
    for size in _APP_SIZES:
        found.addPixmap(_draw(drawing, size, 1.0))
    return found


@lru_cache(maxsize=256)
def _drawing(name: str, *, filled: bool) -> bytes:
    text = resource(f"icons/{name}.svg").read_text(encoding="utf-8")
    text = text.replace('stroke-width="2"', f'stroke-width="{_STROKE}"')
    return (text.replace('fill="none"', 'fill="currentColor"', 1) if filled else text).encode()


def _draw(drawing: bytes, size: int, ratio: float) -> QPixmap:
    side = max(1, round(size * ratio))
    drawn = QPixmap(side, side)
    drawn.fill(Qt.GlobalColor.transparent)
    painter = QPainter(drawn)
    QSvgRenderer(QByteArray(drawing)).render(painter, QRectF(0, 0, side, side))
    painter.end()
    drawn.setDevicePixelRatio(ratio)
    return drawn


def _tint(drawn: QPixmap, color: QColor) -> None:
    painter = QPainter(drawn)
    painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceIn)
    painter.fillRect(drawn.rect(), color)
    painter.end()
