"""Putting files into their places so that they are whole or not there at all."""

from __future__ import annotations

import os
import time
from contextlib import suppress
from pathlib import Path

from vibe_desktop.domain import VibeError

_WAITS = (0.1, 0.3, 1.0)
"""seconds"""


def move(place: Path, target: Path) -> None:
    """Rename a file or folder, within a disk, to a name that no folder has; raises `OSError`.

    On Windows none can be renamed while anyone reads it, as virus scanners do with whatever is new: so it is
    asked again for a moment.
    """
    for wait in _WAITS:
        try:
            place.replace(target)
        except PermissionError:
            time.sleep(wait)
        else:
            return
    place.replace(target)


def write_whole(file: Path, text: str) -> None:
    """Write text as UTF-8 with its own line ends, replacing the file at once; what is no text becomes `?`.

    Where the name is a link, it stays one, and what it leads to is replaced.
    Raises `VibeError` where that cannot be done; nothing is left behind then.
    """
    place = Path(os.path.realpath(file))
    part = place.with_name(f".{place.name[:100]}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", errors="replace", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        move(part, place)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise VibeError(
            f"{file} could not be saved: {error.strerror or error}.",
            "Choose a folder that exists and that you may write to, or make room on the disk.",
        ) from error
