"""Opening files whose names came from a folder walk: never a pipe, a device or a folder."""

from __future__ import annotations

import os
import stat
from typing import BinaryIO

from vibe_desktop.long_paths import reachable


class NotARegularFileError(OSError):
    """The path leads to a pipe, a device, a socket or a folder."""


def open_regular(path: bytes) -> BinaryIO:
    """Open for reading if it is a regular file; OSError otherwise.

    It is looked at before (opening a device can do things) and after (it may
    have been swapped); without O_NONBLOCK opening a pipe waits for ever.
    """
    path = reachable(path)
    if not stat.S_ISREG(os.stat(path).st_mode):  # noqa: PTH116 - paths are bytes
        raise NotARegularFileError("not a regular file")
    extra = ("O_NONBLOCK", "O_BINARY", "O_CLOEXEC")
    descriptor = os.open(path, os.O_RDONLY | sum(getattr(os, name, 0) for name in extra))
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise NotARegularFileError("not a regular file")
    return os.fdopen(descriptor, "rb")
