"""Which tracks certainly hold something a person does not want: their tags or what was heard say so."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vibe_desktop.captions.vocabulary import Kind
from vibe_desktop.moods.languages import language_code, languages_in
from vibe_desktop.moods.negation import VOICE_WORDS
from vibe_desktop.moods.quantities import take_years
from vibe_desktop.moods.words import plain, word_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

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
        self._phrases = phrases
        self._wanted = {mention.entry for mention in vocabulary.mentions(mood)}
        self._vocabulary = vocabulary

    def proven(self, track: Track) -> str | None:
        """Return the first phrase that the track's tags or heard labels prove, or None."""
        return next((phrase for phrase in self._phrases if self._proves(track, phrase)), None)

    def _proves(self, track: Track, phrase: str) -> bool:
        if self._sung_in(track, phrase):
            return True
        years, _ = take_years(phrase)
        if years and track.tags.year and years[0] <= track.tags.year <= years[1]:
            return True
        unwanted, wanted = self._vocabulary.find(phrase), _compared(phrase)
        for text, entry in self._said(track):
            if entry in self._wanted:
                continue
            if entry and (unwanted in self._vocabulary.line(entry) or (phrase in _SINGING and _sings(entry))):
                return True
            words = _compared(text)
            if wanted and wanted <= words and not words & _DENIED:
                return True
        return False

    def _sung_in(self, track: Track, phrase: str) -> bool:
        """Tell whether a phrase names the language of the track's tag: "in english", "german lyrics"."""
        sung = language_code(track.tags.language) if track.tags.language else None
        return sung is not None and sung in languages_in(phrase)

    def _said(self, track: Track) -> Iterator[tuple[str, Entry | None]]:
        for text in (*track.tags.genres, *track.tags.moods):
            yield text, self._vocabulary.find(text)
        for label in track.labels:
            # An ear names only what it is sure of, so every label is taken at its word.
            yield label.name, self._vocabulary.heard(label.name)


def _sings(entry: Entry) -> bool:
    return entry.kind is Kind.VOICE and entry.axes is not None and entry.axes.vocal > 0


def _compared(text: str) -> frozenset[str]:
    """Return the words that must agree: singular, and one word for everything that sings."""
    return frozenset(_VOICE if word in _SINGING else _singular(word) for word in plain(text).split())


def _singular(word: str) -> str:
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word  # noqa: PLR2004
