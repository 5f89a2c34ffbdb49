"""Musical keys as tags write them ("Am", "8A", "C# minor"), and how far one is from another."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

_SEMITONES = {"c": 0, "d": 2, "e": 4, "f": 5, "g": 7, "a": 9, "b": 11, "h": 11}
_FIFTH = 7
_WHEEL = re.compile(r"\s*0?(1[0-2]|[1-9])\s*([abdm])\s*", re.IGNORECASE)
_NAMED = re.compile(
    r"\s*([A-Ha-h])\s*([#♯b♭]|sharp|flat)?\s*-?\s*(m|min|minor|moll|maj|major|dur|M)?\.?\s*",
)


class MusicalKey(NamedTuple):
    """A key by its place on the circle of fifths, C major and A minor being at 0."""

    fifths: int
    """0 to 11, clockwise"""
    minor: bool


@lru_cache(maxsize=512)
def read_key(text: str) -> MusicalKey | None:
    """Return the key a tag names, or None.

    Understands notes ("F#m", "Bb", "e minor"), Camelot's wheel ("8A" is A
    minor, "8B" C major) and Open Key ("1m" and "1d" are the same two).
    """
    if (code := _WHEEL.fullmatch(text)) is not None:
        number, letter = int(code[1]), code[2].lower()
        begins = 8 if letter in "ab" else 1
        return MusicalKey((number - begins) % 12, letter in "am")
    named = _NAMED.fullmatch(text)
    if named is None:
        return None
    note, sign, mode = named[1], named[2] or "", named[3] or ""
    minor = mode != "M" and mode.lower() in {"m", "min", "minor", "moll"}
    semitone = _SEMITONES[note.lower()] + {"": 0, "#": 1, "♯": 1, "sharp": 1}.get(sign, -1)
    # A minor key stands where its relative major stands, three semitones up.
    return MusicalKey((semitone + (3 if minor else 0)) * _FIFTH % 12, minor)


def key_step(one: MusicalKey, other: MusicalKey) -> int:
    """Return the steps from key to key on the wheel: 0 the same, 1 a neighbour or relative, at most 7."""
    round_ = abs(one.fifths - other.fifths)
    return min(round_, 12 - round_) + (one.minor != other.minor)
