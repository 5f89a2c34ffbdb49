"""What names are sorted by: without case, accents and leading marks, so that Émilie stands with Emily."""

from __future__ import annotations

import os
import re
import unicodedata

from vibe_desktop.library.codec import plain

_LONGEST = 100
_MARKS_AROUND = re.compile(r"^[\W_]+|[\W_]+$")


def sort_key(text: str) -> str | None:
    """Return what `text` is sorted by; None for nothing but marks and white space."""
    if not text.isascii():
        parts = unicodedata.normalize("NFKD", text)
        text = "".join(letter for letter in parts if not unicodedata.combining(letter))
    return plain(_MARKS_AROUND.sub("", text.casefold()[: 2 * _LONGEST])[:_LONGEST]) or None


def title_key(title: str, path: bytes) -> str | None:
    """Return what a track is sorted by: its title, or the name of its file where it has none."""
    return sort_key(title) or sort_key(file_title(path))


def album_key(album: str, album_artist: str) -> str | None:
    """Return what an album is sorted by; two of one name by two artists are kept apart."""
    name, artist = sort_key(album), sort_key(album_artist)
    return f"{name}\t{artist}" if name and artist else name


def file_title(path: bytes) -> str:
    """Return what a track without a title is called."""
    return plain(os.fsdecode(os.path.splitext(os.path.basename(path))[0]))  # noqa: PTH119, PTH122 - bytes
