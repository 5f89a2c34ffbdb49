"""How a cover is drawn: a square with soft corners; a gradient of two colours where there is no picture."""

from __future__ import annotations

import hashlib
from typing import NamedTuple

from PySide6.QtCore import QBuffer, QByteArray, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QBrush, QColor, QImage, QImageReader, QLinearGradient, QPainter

SIDE = 512
"""of a thumbnail at most, in pixels"""

_DUSKS = (
    ("#4a6079", "#9db4c9", "#e5dccb"), ("#5a4668", "#937b9c", "#d6c3bd"), ("#22345c", "#4c68ad", "#b79ad2"),
    ("#6b3f26", "#bf7a45", "#f0cd9b"), ("#28513f", "#5d957c", "#cfe0bd"), ("#4a2b47", "#a8557a", "#efae88"),
    ("#1e4550", "#4d8c96", "#bfdcd2"), ("#3b3460", "#8a5f97", "#eaa69a"), ("#5b2733", "#b8533f", "#f2b36f"),
    ("#48505c", "#8e98a3", "#dcdad2"), ("#6a5638", "#b3965f", "#efdfb4"), ("#3e4a2a", "#839058", "#dfddac"),
    ("#345277", "#7fa8cf", "#e1ecf0"), ("#5c333e", "#b27983", "#edcfc6"), ("#382c6b", "#7a63bd", "#d8b3e0"),
    ("#164a5e", "#3f8ea5", "#c9dfb9"),
)  # fmt: skip
# Where a gradient begins, in shares of the side; it ends opposite.
_CORNERS = ((0.0, 0.0), (1.0, 0.0), (0.25, 0.0))

PLACEHOLDERS = len(_DUSKS) * len(_CORNERS)


class Look(NamedTuple):
    """How large and how round, in physical pixels, and how many of them make one of the window's."""

    side: int
    radius: int
    ratio: float = 1.0


def thumbnail(data: bytes, look: Look) -> QImage | None:
    """Decode one of our own thumbnails and draw it; None if it is none. Safe on any thread."""
    if not data.startswith(b"\xff\xd8\xff"):
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    reader = QImageReader(buffer, QByteArray(b"jpeg"))
    reader.setAutoDetectImageFormat(False)
    size = reader.size()
    if size.isEmpty() or max(size.width(), size.height()) > SIDE:
        return None
    reader.setScaledSize(QSize(look.side, look.side))
    image = reader.read()
    return None if image.isNull() else _filled(QBrush(image), look)


def placeholder(number: int, look: Look) -> QImage:
    """Draw one of `PLACEHOLDERS` gradients; safe on any thread."""
    colours = _DUSKS[number % len(_DUSKS)]
    x, y = _CORNERS[number // len(_DUSKS) % len(_CORNERS)]
    side = look.side
    gradient = QLinearGradient(QPointF(x * side, y * side), QPointF((1 - x) * side, (1 - y) * side))
    for place, colour in zip((0.0, 0.55, 1.0), colours, strict=True):
        gradient.setColorAt(place, QColor(colour))
    return _filled(QBrush(gradient), look)


def placeholder_number(artist: str, album: str) -> int:
    """Choose a gradient: the same for an album's every track, on every machine, in every session."""
    name = f"{artist}\0{album}".casefold().encode("utf-8", "surrogatepass")
    return hashlib.blake2b(name, digest_size=4).digest()[0] % PLACEHOLDERS


def _filled(brush: QBrush, look: Look) -> QImage:
    # Clipping leaves ragged corners; a brush that is a picture does not.
    image = QImage(look.side, look.side, QImage.Format.Format_ARGB32_Premultiplied)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(brush)
    painter.drawRoundedRect(QRectF(0, 0, look.side, look.side), look.radius, look.radius)
    painter.end()
    return image
