"""Which tracks certainly hold something a person does not want: their tags or what was heard say so."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from vibe_desktop.captions.vocabulary import Kind
from vibe_desktop.moods.languages import language_code, languages_in
from vibe_desktop.moods.negation import VOICE_WORDS
from vibe_desktop.moods.quantities import take_years
from vibe_desktop.moods.words import plain, word_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.captions.vocabulary import Entry, Vocabulary
    from vibe_desktop.domain import Track

_DENIED = word_set("no not without non")
_VOICE = "voice"
# Who sings need not sing words: these are proven by nothing else that sings.
_SINGING = VOICE_WORDS - {"lyrics", "lyric", "words"}


class Refusals:
    """Phrases to avoid, ready to be looked for in tracks."""

    def __init__(self, phrases: Sequence[str], vocabulary: Vocabulary, mood: str = "") -> None:
        """Look for `phrases`; what `mood` names is no proof: "no vocals except choir" refuses no choir."""
        self._phrases = [_Refused(phrase, vocabulary) for phrase in phrases]
        self._wanted = {mention.entry for mention in vocabulary.mentions(mood)}
        self._vocabulary = vocabulary
        # Tracks share their genres and labels: each is looked at once.
        self._tagged = lru_cache(maxsize=None)(self._of_tag)
        self._heard = lru_cache(maxsize=None)(self._of_label)

    def proven(self, track: Track) -> str | None:
        """Return the first phrase that the track's tags or heard labels prove, or None."""
        return next((each.phrase for each in self._phrases if self._proves(track, each)), None)

    def _proves(self, track: Track, refused: _Refused) -> bool:
        return (
            refused.sung_in(track.tags.language)
            or refused.of_year(track.tags.year)
            or any(refused in self._tagged(tag) for tag in (*track.tags.genres, *track.tags.moods))
            # An ear names only what it is sure of, so every label is taken at its word.
            or any(refused in self._heard(label.name) for label in track.labels)
        )

    def _of_tag(self, text: str) -> list[_Refused]:
        return self._refusing(text, self._vocabulary.find(text))

    def _of_label(self, name: str) -> list[_Refused]:
        return self._refusing(name, self._vocabulary.heard(name))

    def _refusing(self, text: str, entry: Entry | None) -> list[_Refused]:
        """Return which of the phrases a text proves that stands for an entry, or for none."""
        if entry in self._wanted:
            return []
        line = self._vocabulary.line(entry) if entry else ()
        return [refused for refused in self._phrases if refused.means(line, entry) or refused.said_in(text)]


class _Refused:
    """One phrase to avoid, and what proves it."""

    def __init__(self, phrase: str, vocabulary: Vocabulary) -> None:
        self.phrase = phrase
        self._entry = vocabulary.find(phrase)
        self._words = _compared(phrase)
        self._sings = phrase in _SINGING
        self._languages = languages_in(phrase)
        self._years, _ = take_years(phrase)

    def sung_in(self, language: str) -> bool:
        """Tell whether the phrase names the language of a tag: "in english", "german lyrics"."""
        return bool(language and self._languages) and language_code(language) in self._languages

    def of_year(self, year: int | None) -> bool:
        if not year or self._years is None:
            return False
        first, last = self._years
        return first <= year <= last

    def means(self, line: Sequence[Entry], entry: Entry | None) -> bool:
        """Tell whether an entry, with all it is a kind of in `line`, is what the phrase names."""
        return entry is not None and (self._entry in line or (self._sings and _sings(entry)))

    def said_in(self, text: str) -> bool:
        words = _compared(text)
        return bool(self._words) and self._words <= words and not words & _DENIED


def _sings(entry: Entry) -> bool:
    return entry.kind is Kind.VOICE and entry.axes is not None and entry.axes.vocal > 0


def _compared(text: str) -> frozenset[str]:
    """Return the words that must agree: singular, and one word for everything that sings."""
    return frozenset(_VOICE if word in _SINGING else _singular(word) for word in plain(text).split())


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word  # noqa: PLR2004
