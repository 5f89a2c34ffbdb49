"""What a file's and its folders' names say, once track numbers and technical debris are gone."""

from __future__ import annotations

import re
import unicodedata
from pathlib import PurePosixPath, PureWindowsPath

from vibe_desktop.captions.vocabulary import Vocabulary
from vibe_desktop.captions.words import key

LONGEST_NAME = 200
"""Characters of a name that are looked at."""
_LONGEST_WORD = 24
_MOST_WORDS = 7
_FOLDERS = 3

_NUMBER = re.compile(
    r"^\s*(?:(?:cd|disc|disk)?\s*\d{1,2}\s*[-._]\s*)?[a-d]?\d{1,3}(?:\s*[-._)\]]+\s*|\s+|$)", re.IGNORECASE
)
_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]|\{[^{}]*\}")
_PARTS = re.compile(r"\s+[-\u2013\u2014~]+\s+")
_HUMP = re.compile(r"(?<=[a-z])(?=[A-Z][a-z])")
_COUNTER = re.compile(r"(?<=[^\W\d_]{3})\d{1,2}$")
_DEBRIS = re.compile(r"\d+|[a-z]?\d+[a-z]*|(?=\w*\d)[0-9a-f]{6,}", re.IGNORECASE)


def path_names(path: str) -> tuple[str, ...]:
    """Return the file's name without its suffix, then its nearest three folders, nearest first."""
    pure = PureWindowsPath(path) if "\\" in path and "/" not in path else PurePosixPath(path)
    folders = [folder.name for folder in pure.parents if folder.name][:_FOLDERS]
    return (pure.stem, *folders)


def readable(name: str, vocabulary: Vocabulary) -> str:
    """Return the words of a title, file or folder name, at most seven; "" when it says nothing.

    "03_-_haunted_forest[FLAC]" is "haunted forest"; of "Artist - Title" only the
    title is kept; "Track 01" and "audio" are nothing.
    """
    text = _HUMP.sub(" ", _letters(_ASIDE.sub(" ", name[:LONGEST_NAME])).replace("_", " "))
    part = _PARTS.split(_NUMBER.sub("", text.strip()))[-1]
    spelt = (_COUNTER.sub("", word) for word in part.replace("-", " ").split())
    kept = [word for word in spelt if _says_something(word)]
    ignored = vocabulary.lists.ignored_names
    if all(key(word) in ignored for word in kept) or key(" ".join(kept)) in ignored:
        return ""
    return " ".join(kept[:_MOST_WORDS])


def _letters(text: str) -> str:
    """Keep letters with their marks, digits, apostrophes and hyphens; all else becomes a space."""
    if text.isascii() and text.isprintable():
        return re.sub(r"[^\w'~-]", " ", text)
    kept = (c if unicodedata.category(c)[0] in "LMN" or c in "_-~'\u2019\u2013\u2014" else " " for c in text)
    return "".join(kept)


def _says_something(word: str) -> bool:
    if len(word) > _LONGEST_WORD or not any(letter.isalnum() for letter in word):
        return False
    return _DEBRIS.fullmatch(word) is None
