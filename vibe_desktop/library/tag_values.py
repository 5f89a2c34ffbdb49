"""Turns what a tag holds into clean text and believable numbers; what cannot be believed becomes nothing."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable

LONGEST_LINE = 300
LONGEST_COMMENT = 4_000
LONGEST_LYRICS = 20_000
MOST_WORDS = 32

# Marks that change the direction of writing reach beyond their own field, so a line may not hold them.
_DIRECTION = "\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff"
_TURNS = re.compile(f"[{_DIRECTION}]")
_NOT_IN_A_LINE = re.compile(f"[\x00-\x1f\x7f-\x9f\u2028\u2029{_DIRECTION}]")
_NOT_IN_TEXT = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\ufeff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_BETWEEN_WORDS = re.compile(r"[;,|/\\\x00]|\s·\s")
_NUMBER = re.compile(r"[-+]?\d{1,6}(?:[.,]\d{1,6})?(?:[eE][-+]?\d{1,3})?")
_YEAR = re.compile(r"(?<!\d)(1[0-9]{3}|20[0-9]{2})(?!\d)")
_UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")


def steady(text: str) -> str:
    """Return text as it is but for marks that would turn the direction of the words around it."""
    return text if text.isascii() else _TURNS.sub("", text)


def line(text: str, limit: int = LONGEST_LINE) -> str:
    """Make one line of valid Unicode: no controls, no direction marks, no runs of spaces."""
    text = _SURROGATE.sub("\ufffd", text[: 4 * limit])
    return " ".join(_NOT_IN_A_LINE.sub(" ", text).split())[:limit].rstrip()


def block(text: str, limit: int) -> str:
    """Make valid Unicode of several lines, ends of lines unified."""
    text = text[: 2 * limit].replace("\r\n", "\n").replace("\r", "\n").replace("\0", "\n")
    return _NOT_IN_TEXT.sub("", _SURROGATE.sub("\ufffd", text))[:limit].strip()


def joined(values: Iterable[str]) -> str:
    """Join the several values of a one-line field, each once."""
    parts = (line(part) for value in values for part in value[: 4 * LONGEST_LINE].split("\0"))
    return line(", ".join(dict.fromkeys(part for part in parts if part)))


def words(values: Iterable[str]) -> tuple[str, ...]:
    """Part lists such as "Rock; Indie / Folk" into their words; the first spelling of each stays."""
    found: dict[str, str] = {}
    for value in values:
        for part in _BETWEEN_WORDS.split(value[: 4 * LONGEST_LINE]):
            word = line(part, 100).removeprefix("& ")
            if word:
                found.setdefault(word.casefold(), word)
    return tuple(found.values())[:MOST_WORDS]


def whole(text: str, most: int = 9_999) -> int | None:
    """Return the number "3/12" begins with, if from 1 to `most`."""
    match = re.match(r"\s*(\d{1,6})(?!\d)", text)
    number = int(match[1]) if match else 0
    return number if 1 <= number <= most else None


def number(text: str, least: float, most: float) -> float | None:
    """Return the first decimal number, comma or point, if it lies within the bounds."""
    match = _NUMBER.search(text[:100])
    value = float(match[0].replace(",", ".")) if match else math.nan
    return value if least <= value <= most else None


def year(date: str) -> int | None:
    """Return the year of a date in any order of its parts, from 1000 to 2099."""
    match = _YEAR.search(date)
    return int(match[1]) if match else None


def uuid(text: str) -> str:
    """Return the first MusicBrainz id in a text, or nothing."""
    match = _UUID.search(text[:200].lower())
    return match[0] if match else ""
