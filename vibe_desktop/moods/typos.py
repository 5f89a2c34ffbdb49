"""Slips of the fingers in words that are known: "pinao" is read as "piano", and that is said."""

from __future__ import annotations

import re
from functools import lru_cache
from itertools import groupby
from typing import TYPE_CHECKING

from vibe_desktop.captions.words import key
from vibe_desktop.moods.languages import language_code
from vibe_desktop.moods.words import LITTLE_WORDS, word_set

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vibe_desktop.captions.vocabulary import Vocabulary

_NOTE = "Read \u201c{}\u201d as \u201c{}\u201d."
# Whole words of letters only: "80ies", "w/o" and "lo-fi" are no slips.
_WORD = re.compile(r"(?<![\w'’/@.-])[^\W\d_]{4,24}(?![\w'’/@-])")
_LIMITS = word_set(
    "without nothing anything something everything except instead minutes minute hours hour tracks track",
    "songs song vocals sounds like similar please listen listening playlist quiet tonight friends somewhere",
    "someone maybe because should would could about after before other really little things though through",
    "again always never",
)
"""What requests are taken apart by or often say, and no vocabulary holds; they win a tie."""
_ABBREVIATIONS = word_set("gimme wanna gonna lemme please thanks hiya yeah hmmm whatsoever singalong musik")
_TRIPLED = re.compile(r"(.)\1\1")
_SHORT, _LONG = 5, 9
"""Letters from which one slip, and two, are believed."""
_FEW = 4
"""Words from which a text may count as one of another language."""


def mended(
    text: str, vocabulary: Vocabulary, is_name: Callable[[str], bool] | None = None
) -> tuple[str, tuple[str, ...]]:
    """Return a text with slips in known words put right, and a note of each.

    Words of English, of the library's names (`is_name`) and whatever begins with a capital inside the
    text stay as they are; so does a text that is mostly of another language.
    """
    unknown = [found for found in _WORD.finditer(text) if not _is_known(found.group(), vocabulary)]
    if not unknown or _is_foreign(text, [found.group().lower() for found in unknown], vocabulary):
        return text, ()
    notes: dict[str, None] = {}
    for found in reversed(unknown):
        word = found.group()
        meant = None if _may_be_a_name(found, text) else _nearest(word.lower(), vocabulary)
        if meant and not (is_name and is_name(word)):
            text = f"{text[: found.start()]}{meant}{text[found.end() :]}"
            notes[_NOTE.format(word, meant)] = None
    return text, tuple(reversed(notes))


def about_typo(note: str) -> bool:
    """Tell whether a note of `mended` says that a word was read as another."""
    return note.startswith(_NOTE.partition("{")[0])


def _is_foreign(text: str, unknown: Sequence[str], vocabulary: Vocabulary) -> bool:
    """Tell another language from haste: most words are unknown, and most of these are near none that is."""
    words = len(text.split())
    if words < _FEW or 2 * len(unknown) <= words:
        return False
    strange = [word for word in unknown if _nearest(word, vocabulary) is None]
    return 2 * len(strange) >= len(unknown)


def _may_be_a_name(found: re.Match[str], text: str) -> bool:
    return found.group() != found.group().lower() and found.start() > 0 and not text.isupper()


def _is_known(word: str, vocabulary: Vocabulary) -> bool:
    import simplemma

    plain = word.lower()
    if plain in _words(vocabulary) or plain in LITTLE_WORDS or plain in _ABBREVIATIONS:
        return True
    if language_code(plain) or vocabulary.find(plain):
        return True
    return simplemma.is_known(plain, lang="en")


@lru_cache(maxsize=4)
def _words(vocabulary: Vocabulary) -> tuple[str, ...]:
    """Return every single word that a slip may have been meant for, in the vocabulary's order."""
    phrases = [phrase for entry in vocabulary.entries.values() for phrase in (entry.name, *entry.synonyms)]
    found = [word for phrase in phrases for word in key(phrase).split() if len(word) >= _SHORT - 1]
    return tuple(dict.fromkeys([*sorted(_LIMITS), *found]))


@lru_cache(maxsize=4)
def _by_shape(vocabulary: Vocabulary) -> dict[tuple[str, str], str]:
    """Return known words by what a scrambled or a doubled letter leaves as it is."""
    shapes: dict[tuple[str, str], str] = {}
    for word in _words(vocabulary):
        for shape in _shapes(word):
            shapes.setdefault(shape, word)
    return shapes


def _shapes(word: str) -> tuple[tuple[str, str], tuple[str, str]]:
    inside = "".join(sorted(word[1:-1]))
    return ("scrambled", f"{word[0]}{inside}{word[-1]}"), (
        "doubled",
        "".join(letter for letter, _ in groupby(word)),
    )


def _may_be_meant(word: str, meant: str) -> bool:
    """Tell a slip from a word of another language, which has an ending of its own: "violine", "rustig"."""
    ending = (word[:-1] == meant and word[-1] in "aeiouy") or word[:-1] == meant[:-1]
    exchanged = len(word) == len(meant) == _SHORT
    return meant[0] == word[0] and len(meant) >= _SHORT and not (ending or exchanged)


def _nearest(word: str, vocabulary: Vocabulary) -> str | None:
    """Return the known word that is meant, or None: one slip, in long words two, none at the start."""
    from rapidfuzz import process
    from rapidfuzz.distance import OSA

    for shape in _shapes(word):
        meant = _by_shape(vocabulary).get(shape)
        # "notte" is no "note", but "jazzz" is "jazz".
        if meant and (len(meant) >= _SHORT or shape[0] == "scrambled" or _TRIPLED.search(word)):
            return meant
    if len(word) < _SHORT:
        return None
    slips = 2 if len(word) >= _LONG else 1
    near = process.extract(word, _words(vocabulary), scorer=OSA.distance, score_cutoff=slips, limit=8)
    same = [(meant, distance) for meant, distance, _ in near if _may_be_meant(word, meant)]
    return min(same, key=lambda each: each[1], default=(None, 0))[0]
