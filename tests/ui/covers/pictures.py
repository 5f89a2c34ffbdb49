"""Pictures to try covers on, made on the fly: honest ones and hostile ones."""

from __future__ import annotations

import struct
import zlib

from PySide6.QtCore import QBuffer
from PySide6.QtGui import QColor, QImage, QPainter


def encoded(kind: str, width: int = 600, height: int = 600, color: str = "#c04020") -> bytes:
    """Return a picture of one colour with a blue left half, as jpeg, png, webp or bmp."""
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(color))
    painter = QPainter(image)
    painter.fillRect(0, 0, width // 2, height, QColor("#2040c0"))
    painter.end()
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    assert image.save(buffer, kind, 90)  # type: ignore[call-overload] # the stub knows file names only
    return bytes(buffer.data().data())


GIF = bytes.fromhex(
    "474946383961020002008000004020c0c0402021f90400000000002c0000000002000200000203448405003b"
)
"""two by two pixels; FFmpeg and Qt have no encoder for this format"""

SVG = b'<?xml version="1.0"?><svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect/></svg>'


def png_of(width: int, height: int) -> bytes:
    """Return a small file that is a black PNG of any size."""
    row = b"\0" + bytes(3 * width)
    packer = zlib.compressobj(9)
    packed = b"".join(packer.compress(row) for _ in range(height)) + packer.flush()
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + _chunk(b"IHDR", header) + _chunk(b"IDAT", packed) + _chunk(b"IEND", b"")


def _chunk(name: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))
