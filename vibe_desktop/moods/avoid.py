"""Which tracks certainly hold something a person does not want: their tags or what was heard say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vibe_desktop.moods.quantities import take_years
from vibe_desktop.moods.request import VOICE_WORDS
from vibe_desktop.moods.words import plain, word_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vibe_desktop.domain import Track

SURE = 0.3
"""An ear this sure of a label has heard it; below, it only counts against the track."""
_DENIED = word_set("no not without non")
_VOICE = "voice"


def proves(track: Track, phrases: Sequence[str]) -> str | None:
    """Return the first of the phrases that the track's tags or heard labels prove, or None."""
    said = [_words(text) for text in _said(track)]
    for phrase in phrases:
        years, _ = take_years(phrase)
        if years and track.tags.year and years[0] <= track.tags.year <= years[1]:
            return phrase
        wanted = _words(phrase)
        if wanted and any(wanted <= words and not words & _DENIED for words in said):
            return phrase
    return None


def _said(track: Track) -> Iterator[str]:
    yield from track.tags.genres
    yield from track.tags.moods
    yield from (label.name for label in track.labels if label.weight >= SURE)


def _words(text: str) -> frozenset[str]:
    """Return the words that must agree: singular, and one word for everything that sings."""
    return frozenset(_VOICE if word in VOICE_WORDS else _singular(word) for word in plain(text).split())


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word  # noqa: PLR2004
