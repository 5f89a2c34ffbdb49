"""What the file system says of files, and where they lie; needs nothing else of the library."""

from __future__ import annotations

import os
from typing import NamedTuple


class FileFacts(NamedTuple):
    """What the file system says of a file, without opening it. `inode` is 0 where there is none.

    A tuple, as a scan makes and compares hundreds of thousands.
    """

    path: bytes
    size: int
    mtime_ns: int
    device: int
    inode: int


def is_in(path: bytes, folder: bytes) -> bool:
    """Whether `path` is `folder` or lies below it."""
    return path == folder or path.startswith(folder.rstrip(os.sep.encode()) + os.sep.encode())
