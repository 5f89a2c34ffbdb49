"""Words as they are compared: lower case, no accents, no punctuation."""

from __future__ import annotations

import unicodedata
from functools import lru_cache

from vibe_desktop.captions.words import fold


def word_set(*lines: str) -> frozenset[str]:
    """Return the words of some lines, as a set."""
    return frozenset(word for line in lines for word in line.split())


LITTLE_WORDS = word_set(
    "a an and are as at be but by for from i in is it its me my no not of on or so some that the this to too",
    "very was we with without you music song songs track tracks sound sounds",
)
"""Words that agree with every description and so tell nothing."""


@lru_cache(maxsize=16384)
def plain(text: str) -> str:
    """Return the text's words as `captions.words.fold` writes each, single spaces between."""
    apart = "".join(character if _in_a_word(character) else " " for character in text)
    return " ".join(fold(word) for word in apart.split())


@lru_cache(maxsize=16384)
def telling_words(text: str) -> frozenset[str]:
    """Return the words of a text that can agree with a description."""
    return frozenset(plain(text).split()) - LITTLE_WORDS


def _in_a_word(character: str) -> bool:
    # Marks too: the vowels of Hindi and many other scripts are marks on a letter.
    return character.isalnum() or unicodedata.category(character).startswith("M")
