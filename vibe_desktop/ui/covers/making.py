"""The child process that turns hostile pictures into small, square, harmless ones.

It may be killed at any moment: a thumbnail is whole or not there at all.
"""

from __future__ import annotations

import hashlib
import multiprocessing
import os
import threading
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QBuffer, QByteArray, QRect, QSize, Qt, qInstallMessageHandler
from PySide6.QtGui import QImage, QImageReader, QPainter

from vibe_desktop.background.child import LOST, end_myself, settle_in
from vibe_desktop.index.confined import confine
from vibe_desktop.index.workers import give_way
from vibe_desktop.ui.covers.painting import SIDE

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

_MOST_PIXELS = 40_000_000
_ALLOCATION_MB = 64
# All this process may map; a progressive JPEG takes six bytes a pixel outside of Qt's own limit.
_ADDRESS_SPACE = 1 << 30
_QUALITY = 88

# A format is told by its first bytes: what Qt would try by itself includes SVG, which can refer to files.
_FORMATS = {
    b"\xff\xd8\xff": b"jpeg",
    b"\x89PNG\r\n\x1a\n": b"png",
    b"GIF87a": b"gif",
    b"GIF89a": b"gif",
    b"BM": b"bmp",
}


def serve(connection: Connection, folder: str) -> None:
    """Say when ready, then answer each path with its thumbnail's name or "", until the pipe ends."""
    settle_in()
    give_way()
    threading.Thread(target=_end_with_parent, name="end-with-parent", daemon=True).start()
    confine(_ADDRESS_SPACE)
    QImageReader.setAllocationLimit(_ALLOCATION_MB)
    qInstallMessageHandler(lambda *_: None)  # decoders complain of every damaged picture
    with suppress(*LOST):
        connection.send(os.getpid())
        while True:
            connection.send(make(connection.recv(), Path(folder)))


def _end_with_parent() -> None:
    """End when the window does: the pipe would tell, but a decoder that never ends does not read it."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        parent.join()
        end_myself(0)


def make(path: bytes, folder: Path) -> str:
    """Make the thumbnail of a track's cover unless it is there; return its name, "" without a cover."""
    from vibe_desktop.library.cover_art import pictures  # the window, which names `serve`, needs none of it

    with suppress(OSError):
        for picture in pictures(path):
            if name := keep(picture, folder):
                return name
    return ""


def keep(picture: bytes, folder: Path) -> str:
    """Keep a picture's thumbnail under a name made from its content; "" if it is no picture we take."""
    name = f"{hashlib.sha256(picture).hexdigest()[:40]}.jpg"
    if (folder / name).exists():
        return name
    image = decode(picture)
    if image is None:
        return ""
    buffer = QBuffer()
    buffer.open(QBuffer.OpenModeFlag.WriteOnly)
    image.save(buffer, "jpeg", _QUALITY)  # type: ignore[call-overload] # the stub knows file names only
    _write(folder / name, bytes(buffer.data().data()))
    return name


def decode(picture: bytes) -> QImage | None:
    """Decode a picture's middle square, at most `SIDE` wide, opaque; None for what is refused or damaged."""
    kind = _format(picture)
    if kind is None:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(picture))
    reader = QImageReader(buffer, QByteArray(kind))
    reader.setAutoDetectImageFormat(False)
    size = reader.size()
    if size.isEmpty() or size.width() * size.height() > _MOST_PIXELS:
        return None
    _ask_for_square(reader, size)
    image = reader.read()
    return None if image.isNull() else _opaque(image)


def _format(picture: bytes) -> bytes | None:
    if picture[:4] == b"RIFF" and picture[8:12] == b"WEBP":
        return b"webp"
    return next((kind for magic, kind in _FORMATS.items() if picture.startswith(magic)), None)


def _ask_for_square(reader: QImageReader, size: QSize) -> None:
    """Have the decoder scale and cut: that is many times less work and memory for a JPEG."""
    short = min(size.width(), size.height())
    side = min(SIDE, short)
    scaled = QSize(max(side, size.width() * side // short), max(side, size.height() * side // short))
    square = QRect(0, 0, side, side)
    square.moveCenter(QRect(0, 0, scaled.width(), scaled.height()).center())
    reader.setAutoTransform(True)
    if scaled != size:
        reader.setScaledSize(scaled)
    reader.setScaledClipRect(square)


def _opaque(image: QImage) -> QImage:
    flat = QImage(image.size(), QImage.Format.Format_RGB32)
    flat.fill(Qt.GlobalColor.white)
    painter = QPainter(flat)
    painter.drawImage(0, 0, image)
    painter.end()
    return flat


def _write(file: Path, data: bytes) -> None:
    """Write so that nobody sees half a file; it need not survive a power cut, it can be made again."""
    file.parent.mkdir(parents=True, exist_ok=True)
    part = file.with_suffix(f".{os.getpid()}.part")
    try:
        part.write_bytes(data)
        part.replace(file)
    except OSError:
        with suppress(OSError):
            part.unlink()
        raise
