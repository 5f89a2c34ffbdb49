"""Whether a file still lies where it did, also on disks that take several spellings or ways for one name.

Where upper and lower case, or composed and decomposed accents, are the same to
the disk, the old spelling still leads to a renamed file: only listings tell.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Collection
from functools import lru_cache
from typing import TypeAlias

from vibe_desktop.long_paths import reachable

_FOLDERS_AT_ONCE = 4096

Listing: TypeAlias = Callable[[bytes], Collection[bytes]]
"""returns the names in a folder; raises `OSError`"""


def names_in(folder: bytes) -> Collection[bytes]:
    """Return the names in a folder. Raises `OSError`."""
    return frozenset(os.listdir(reachable(folder)))  # noqa: PTH208 - paths are bytes


def each_listed_once() -> Listing:
    """Return a `names_in` for many files of the same folders: the last 4,096 folders are not read again.

    All files lie below the same few folders, and those have the more names the larger the library is.
    """
    return lru_cache(_FOLDERS_AT_ONCE)(names_in)


def is_called(path: bytes, below: bytes, names: Listing = names_in) -> bool:
    """Whether a file is there and called exactly so, every folder of its path below `below` too.

    What cannot be looked at counts as being there.
    """
    try:
        os.lstat(reachable(path))
        folder = below
        for name in os.path.relpath(path, below).split(os.sep.encode()):
            if name not in names(folder):
                return False
            folder = os.path.join(folder, name)  # noqa: PTH118 - paths are bytes
    except (FileNotFoundError, NotADirectoryError):
        return False
    except OSError:
        return True
    return True


def is_same_entry(path: bytes, other: bytes) -> bool:
    """Whether two paths are one entry of one folder: by a link or a mount, or by another spelling of it."""
    folder, name = os.path.split(path)
    other_folder, other_name = os.path.split(other)
    try:
        return name == other_name and os.path.samefile(folder, other_folder)  # noqa: PTH121 - paths are bytes
    except OSError:
        return False
