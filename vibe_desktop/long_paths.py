r"""Paths longer than Windows takes as they are: with a mark before them it opens those of 32,000 letters.

The mark is ``\\?\``, and ``\\?\UNC\`` for a share (learn.microsoft.com, "Maximum Path Length Limitation"). It
is put on where a path is handed to the system and never kept: nobody wants to read it, nor a playlist to hold
it. FFmpeg puts it on by itself.
"""

from __future__ import annotations

import os

_MARK = b"\\\\?\\"
_SHARE = b"\\\\?\\UNC\\"

# A folder's may be twelve letters shorter than a file's, for there must be room for a name in it.
_LONG = 247


def reachable(path: bytes, system: str = os.name) -> bytes:
    """Return an absolute path as the system opens it, however long it is."""
    if system != "nt" or len(path) <= _LONG or path.startswith(_MARK):
        return path
    return _SHARE + path[2:] if path.startswith(b"\\\\") else _MARK + path


def unmarked(path: bytes, system: str = os.name) -> bytes:
    """Return a path as a person knows it."""
    if system != "nt" or not path.startswith(_MARK):
        return path
    return b"\\\\" + path.removeprefix(_SHARE) if path.startswith(_SHARE) else path.removeprefix(_MARK)
