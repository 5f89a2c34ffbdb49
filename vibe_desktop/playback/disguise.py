"""Files that call themselves music and begin like a list of addresses, or like something packed.

libvlc goes by content, whatever a file is called: it fetches what a list for
adaptive streaming names, also behind a tag and within a packed file, which it
unpacks through other programs. So what begins like that is never opened.
"""

from __future__ import annotations

import re
from typing import BinaryIO

_HEAD = 32
_MOST_TAGS = 16
_TEXT = re.compile(rb"[\t\n\r -~]{5}")
_ENCODED_TEXT = (b"\xef\xbb\xbf", b"\xff\xfe<\0", b"\xff\xfe#\0", b"\xfe\xff\0")
_PACKED = (
    b"\x1f\x8b",
    b"\x1f\x9d",
    b"BZh",
    b"\xfd7zXZ",
    b"PK\3\4",
    b"7z\xbc\xaf",
    b"Rar!",
    b"\x28\xb5\x2f\xfd",
)
# Music whose own mark is text.
_MUSIC = (
    b"RIFF", b"RF64", b"FORM", b"wvpk", b"MPCK", b"MAC ", b"OFR ", b"TTA1", b"TTA2", b"riff", b"ADIF",
    b"#!AMR", b"DSD ", b"tBaK",
)  # fmt: skip
# A box of MP4 begins with its size, any four bytes; its name follows.
_BOXES = (b"ftyp", b"moov", b"mdat", b"free", b"skip", b"wide")
_SCRIPT = (b"#", b"<", b"[")


def is_disguised(path: bytes) -> bool:
    """Whether a file begins, behind its tags, like what leads elsewhere; False where it cannot be read."""
    try:
        with open(path, "rb") as file:  # noqa: PTH123 - paths are bytes
            head = _behind_tags(file)
    except OSError:
        return False
    if head.startswith(_PACKED + _ENCODED_TEXT):
        return True
    is_box = head[4:8] in _BOXES and head[:1] not in _SCRIPT
    is_music = head.startswith(_MUSIC) or is_box
    return not is_music and _TEXT.match(head) is not None


def _behind_tags(file: BinaryIO) -> bytes:
    """Return the first bytes that belong to no ID3v2 (https://id3.org/id3v2.4.0-structure) or APE tag."""
    at = 0
    for _ in range(_MOST_TAGS):
        file.seek(at)
        head = file.read(_HEAD)
        if head.startswith(b"ID3") and len(head) >= 10:  # noqa: PLR2004 - the header's length
            footer = 10 if head[5] & 0x10 else 0
            size = sum((byte & 0x7F) << shift for byte, shift in zip(head[6:10], (21, 14, 7, 0), strict=True))
            at += 10 + size + footer
        elif head.startswith(b"APETAGEX") and len(head) == _HEAD:
            at += _HEAD + int.from_bytes(head[12:16], "little")
        else:
            break
    return head
