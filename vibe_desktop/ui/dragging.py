"""What is dragged between the window's lists, and to and from other programs: tracks, items and files."""

from __future__ import annotations

import json
import os
from typing import TYPE_CHECKING

from PySide6.QtCore import QByteArray, QMimeData, Qt, QUrl

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.domain import Track
    from vibe_desktop.library.table import Row

TRACKS_MIME = "application/x-vibe-tracks"
FILES_MIME = "text/uri-list"
DRAGGABLE = (
    Qt.ItemFlag.ItemIsEnabled
    | Qt.ItemFlag.ItemIsSelectable
    | Qt.ItemFlag.ItemIsDragEnabled
    | Qt.ItemFlag.ItemNeverHasChildren
)
"""what can be done with a row of a list of tracks"""


def tracks_data(tracks: Sequence[Track | Row]) -> QMimeData:
    """Return tracks as what is dragged or copied: by their ids, and as files for other programs."""
    data = QMimeData()
    data.setData(TRACKS_MIME, packed([track.id for track in tracks]))
    data.setUrls([file_url(track.path) for track in tracks])
    return data


def file_url(path: str) -> QUrl:
    """Return a file's URL, right also for names that are not text."""
    if path.encode("utf-8", "replace").decode("utf-8") == path:
        return QUrl.fromLocalFile(path)
    from urllib.parse import quote_from_bytes

    return QUrl.fromEncoded(QByteArray(b"file://" + quote_from_bytes(os.fsencode(path)).encode("ascii")))


def local_paths(data: QMimeData) -> list[str]:
    """Return the files and folders of this machine that are dragged; bytes that are no text as surrogates."""
    return [_local_path(url) for url in data.urls() if url.isLocalFile()]


def _local_path(url: QUrl) -> str:
    path = url.toLocalFile()
    if "\ufffd" not in path or os.name == "nt":
        return path
    from urllib.parse import unquote_to_bytes

    # Only the encoded form still holds the bytes that are no text.
    return os.fsdecode(unquote_to_bytes(bytes(url.toEncoded().data())).removeprefix(b"file://"))


def packed(numbers: Sequence[int]) -> QByteArray:
    """Return numbers as one kind of what is dragged."""
    return QByteArray(json.dumps(list(numbers)).encode("ascii"))


def unpacked(data: QMimeData, kind: str) -> list[int]:
    """Return the numbers another window may have written; [] where they are none."""
    try:
        numbers = json.loads(bytes(data.data(kind).data()))
    except (ValueError, RecursionError):
        return []
    return [number for number in numbers if isinstance(number, int)] if isinstance(numbers, list) else []
