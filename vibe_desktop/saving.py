"""Writing a file so that it is whole or not there at all."""

from __future__ import annotations

import os
from contextlib import suppress
from typing import TYPE_CHECKING

from vibe_desktop.domain import VibeError

if TYPE_CHECKING:
    from pathlib import Path


def write_whole(file: Path, text: str) -> None:
    """Write text as UTF-8 with its own line ends, replacing the file at once; what is no text becomes `?`.

    Raises `VibeError` where that cannot be done; nothing is left behind then.
    """
    part = file.with_name(f".{file.name[:100]}.{os.getpid()}.part")
    try:
        with part.open("w", encoding="utf-8", errors="replace", newline="") as stream:
            stream.write(text)
            stream.flush()
            os.fsync(stream.fileno())
        part.replace(file)
    except OSError as error:
        with suppress(OSError):
            part.unlink()
        raise VibeError(
            f"{file} could not be saved: {error.strerror or error}.",
            "Choose a folder that exists and that you may write to, or make room on the disk.",
        ) from error
