"""Where the sound of a file ends that goes on with zeros, as an unfinished download does."""

from __future__ import annotations

import os
from typing import BinaryIO

_BLOCK = 1 << 16
"""More than any frame of sound: where as much is zeros, none begins."""
# FFmpeg looks through zeros for the next frame at some 40 MB a second.
_LEAST = 32 << 20
# MPEG audio with and without a tag in front, AAC and FLAC are made of frames that are looked for. In other
# kinds zeros may be silence.
_SOUGHT = (b"ID3", b"\xff", b"fLaC")


def end_of_sound(file: BinaryIO) -> int | None:
    """Return a place after which only zeros come for 64 KB at least, and to the end as far as was looked.

    None where the file is small, of another kind, or does not end in zeros. Some twenty places are looked at,
    each time half way between sound and zeros: of a file with several gaps the sound after one may be lost.
    """
    size = file.seek(0, os.SEEK_END)
    if size < _LEAST or not _block(file, 0).startswith(_SOUGHT):
        return None
    sound, zeros = 0, size // _BLOCK - 1
    if any(_block(file, zeros)) or any(_block(file, zeros + 1)):
        return None
    while zeros - sound > 1:
        middle = (sound + zeros) // 2
        if any(_block(file, middle)):
            sound = middle
        else:
            zeros = middle
    return zeros * _BLOCK


def _block(file: BinaryIO, number: int) -> bytes:
    file.seek(number * _BLOCK)
    return file.read(_BLOCK)
