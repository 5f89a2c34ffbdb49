"""Words as they are compared: lower case, no accents, no punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache


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
    """Return the text's letters and digits in lower case without accents, single spaces between."""
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    letters = "".join(character for character in decomposed if not unicodedata.combining(character))
    return " ".join(re.findall(r"[^\W_]+", letters))


def telling_words(text: str) -> set[str]:
    """Return the words of a text that can agree with a description."""
    return set(plain(text).split()) - LITTLE_WORDS
