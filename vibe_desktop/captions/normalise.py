"""What a person wrote in a tag, as words of the vocabulary; their own spelling stays with the tags."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache

from vibe_desktop.captions.vocabulary import Entry, Kind, Vocabulary
from vibe_desktop.captions.words import key, lemma

LONGEST_VALUE = 200
"""Characters of one tag value that are looked at."""
_MOST_VALUES = 50
_LONGEST_UNKNOWN = 30
_MOST_UNKNOWN_WORDS = 3

_BETWEEN = re.compile(r"[;,/|\\>:+\u2022\u00b7\0\n\r\t()\[\]{}]|\s[-\u2013\u2014]\s|-{2,}")
_TAGGED = tuple(kind for kind in Kind if kind is not Kind.SITUATION)


@dataclass(frozen=True, slots=True)
class Term:
    """A tag's word: the name of its entry, or the word itself where the vocabulary does not know it."""

    name: str
    entry: Entry | None = None


def normalise(values: Iterable[str], vocabulary: Vocabulary) -> tuple[Term, ...]:
    """Return the terms of some tag values in order, each once; at most 50 values, 200 characters of each.

    "Rock; Indie / Folk" is rock, indie, folk; "Swedish Death Metal" is death
    metal; a word the vocabulary does not know ("Zouks") is kept as its lemma.
    """
    terms: dict[str, Term] = {}
    for _, value in zip(range(_MOST_VALUES), values, strict=False):
        for term in _of_value(value[:LONGEST_VALUE], vocabulary):
            terms.setdefault(term.name, term)
    return tuple(terms.values())


@lru_cache(maxsize=8192)
def _of_value(value: str, vocabulary: Vocabulary) -> tuple[Term, ...]:
    if whole := _known(value, vocabulary):
        return (whole,)
    return tuple(term for piece in _BETWEEN.split(value) for term in _of_piece(piece, vocabulary))


def _of_piece(piece: str, vocabulary: Vocabulary) -> tuple[Term, ...]:
    if whole := _known(piece, vocabulary):
        return (whole,)
    if mentions := vocabulary.mentions(piece, _TAGGED):
        return tuple(Term(mention.entry.name, mention.entry) for mention in mentions)
    plain = key(piece)
    if plain in vocabulary.lists.ignored_genres or not _is_word(plain):
        return ()
    return (Term(" ".join(map(lemma, plain.split()))),)


def _known(text: str, vocabulary: Vocabulary) -> Term | None:
    entry = vocabulary.find(text)
    return Term(entry.name, entry) if entry else None


def _is_word(plain: str) -> bool:
    """Tell whether an unknown value can be a word for music rather than a number, a code or a sentence."""
    short = len(plain) <= _LONGEST_UNKNOWN and len(plain.split()) <= _MOST_UNKNOWN_WORDS
    return short and sum(letter.isalpha() for letter in plain) > len(plain) // 2
