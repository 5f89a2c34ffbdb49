"""The words of a song: without the time stamps they are sung at, and from the file beside it."""

from __future__ import annotations

import os
import re

from vibe_desktop.library.opening import open_regular

_LARGEST_FILE = 1 << 18
_STAMP = re.compile(r"[\[<]\d{1,3}:\d{1,2}(?:[.:]\d{1,3})?[\]>]")
_HEADER = re.compile(r"^\[[a-zA-Z#]{1,12}:[^\]\n]*\]\s*$", re.MULTILINE)


def without_stamps(text: str) -> str:
    """Strip LRC's time stamps, of lines and of words, and its header lines such as [ar:...]."""
    return _HEADER.sub("", _STAMP.sub("", text)).strip() if "[" in text or "<" in text else text


def beside(path: bytes) -> str:
    """Return the text of the .lrc, else the .txt, that has the same stem as the track; "" if none."""
    stem = os.path.splitext(path)[0]  # noqa: PTH122 - paths are bytes
    for ending in (b".lrc", b".txt"):
        text = _read(stem + ending)
        if text:
            return text
    return ""


def _read(path: bytes) -> str:
    try:
        with open_regular(path) as file:
            data = file.read(_LARGEST_FILE)
    except OSError:
        # Most tracks have no such file, and one that cannot be read is no reason to lose the track.
        return ""
    return without_stamps(_decode(data))


def _decode(data: bytes) -> str:
    if data[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return data.decode("utf-16", "replace")
    if b"\0" in data:
        return ""
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError:
        return data.decode("cp1252", "replace")
