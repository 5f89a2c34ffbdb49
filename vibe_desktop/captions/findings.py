"""What is known of a track, from what it is known, and who wins where two sources disagree."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from functools import lru_cache

from vibe_desktop.captions.names import path_names, readable
from vibe_desktop.captions.normalise import Term, normalise
from vibe_desktop.captions.vocabulary import FEELINGS, Entry, Kind, Vocabulary
from vibe_desktop.domain import Label, Tags

FAINT = 0.1
"""A label an ear is less sure of is left out."""
_MOST_LABELS = 10
_LONGEST_TEXT = 300
_OPPOSED = 1.2
"""Two moods this far apart on an axis, of its length 2, contradict each other ("happy" and "sad": 1.6)."""
_MOST_IMPLIED = 3
_MOST_VOTES = 3
"""Only the moods most typical of a genre speak for it: further ones help a request, and blur a caption."""

_ASIDE = re.compile(r"\([^()]*\)|\[[^\[\]]*\]")
_ADDRESS = re.compile(r"\S*(?:://|www\.|@|\.(?:com|org|net|de|ru)\b)\S*", re.IGNORECASE)
_MUSICAL = tuple(kind for kind in Kind if kind is not Kind.SITUATION)


class Findings:
    """Entries by kind, in the order they were found; whoever speaks first is believed.

    Sources, the surest first: mood and genre tags, tempo and year, title, grouping and comment
    (known words only), what an ear heard, the album's name, the names of file and folders.
    """

    def __init__(self, vocabulary: Vocabulary) -> None:
        """Know nothing."""
        self._vocabulary = vocabulary
        self._found: dict[Kind, dict[str, Entry]] = {kind: {} for kind in Kind}
        self.unknown_genres: list[str] = []
        self.implied: tuple[Entry, ...] = ()
        self.names: tuple[str, ...] = ()

    def of(self, kind: Kind) -> list[Entry]:
        """Return what was found of a kind, the surest first."""
        return list(self._found[kind].values())

    def terms(self) -> tuple[str, ...]:
        """Return everything found as words, feelings first; nothing that was only concluded."""
        order = (*FEELINGS, Kind.GENRE, Kind.INSTRUMENT, Kind.VOICE, Kind.TEMPO, Kind.ERA)
        return tuple(
            name
            for kind in order
            for name in (*self._found[kind], *(self.unknown_genres if kind is Kind.GENRE else ()))
        )

    def read_tags(self, tags: Tags) -> None:
        """Take what the file says of itself."""
        self._take_terms(normalise(tags.moods, self._vocabulary), genres=False)
        self._take_terms(normalise(tags.genres, self._vocabulary), genres=True)
        tempo = self._vocabulary.tempo(tags.bpm) if tags.bpm else None
        era = self._vocabulary.era(tags.year) if tags.year else None
        for fact in filter(None, (tempo, era)):
            self._found[fact.kind] = self._found[fact.kind] or {fact.name: fact}
        self._hear_in(tags.title, FEELINGS)
        for text in (tags.grouping, tags.comment):
            self._hear_in(text, _MUSICAL)

    def listen(self, labels: Sequence[Label]) -> None:
        """Take what an ear heard, surest first, where the tags do not already say otherwise."""
        tagged_genre = bool(self._found[Kind.GENRE] or self.unknown_genres)
        sure = sorted((label for label in labels if label.weight >= FAINT), key=lambda label: -label.weight)
        for label in sure[:_MOST_LABELS]:
            entry = self._vocabulary.heard(label.name)
            if entry and not (tagged_genre and entry.kind is Kind.GENRE):
                self._add(entry)

    def read_album(self, album: str) -> None:
        """Take the feelings in an album's name, which belong to no one track of it, if nothing told any."""
        if not any(self._found[kind] for kind in FEELINGS):
            self._hear_in(album, FEELINGS)

    def read_names(self, path: str, title: str) -> None:
        """Take the names of file and folders, where the tags told neither genre nor mood."""
        stem, *folders = path_names(path)
        said = [readable(name, self._vocabulary) for name in (title or stem, *folders)]
        for text in said:
            self._hear_in(text, _MUSICAL)
        self.names = tuple(dict.fromkeys(text for text in said[:2] if len(text) > 1))

    def conclude(self) -> None:
        """Let the genres tell what such music usually feels like, unless something surer contradicts it."""
        votes = Counter(mood for genre in self.of(Kind.GENRE) for mood in self._typical(genre))
        known = [*self.of(Kind.MOOD), *self.of(Kind.TEMPO)]
        for name, _ in votes.most_common():
            mood = self._vocabulary.entries[name]
            if mood not in known and not any(opposed(mood, other) for other in (*known, *self.implied)):
                self.implied = (*self.implied, mood)[:_MOST_IMPLIED]

    def _typical(self, genre: Entry) -> list[str]:
        entries = self._vocabulary.entries
        return [name for name in genre.moods if entries[name].kind is Kind.MOOD][:_MOST_VOTES]

    def _take_terms(self, terms: Iterable[Term], *, genres: bool) -> None:
        for term in terms:
            if term.entry:
                self._add(term.entry)
            elif genres:
                self.unknown_genres.append(term.name)

    def _hear_in(self, text: str, kinds: Sequence[Kind]) -> None:
        if text:
            for entry in _spoken_of(text[:_LONGEST_TEXT], tuple(kinds), self._vocabulary):
                self._add(entry)

    def _add(self, entry: Entry) -> None:
        found = self._found[entry.kind]
        single = entry.kind in {Kind.TEMPO, Kind.ERA}
        if not (single and found) and self._agrees(entry):
            found.setdefault(entry.name, entry)

    def _agrees(self, entry: Entry) -> bool:
        """Tell whether nothing surer contradicts an entry."""
        if entry.kind is Kind.VOICE:
            return not any(_sings(entry) != _sings(other) for other in self.of(Kind.VOICE))
        return entry.kind is not Kind.MOOD or not any(opposed(entry, other) for other in self.of(Kind.MOOD))


@lru_cache(maxsize=4096)
def _spoken_of(text: str, kinds: tuple[Kind, ...], vocabulary: Vocabulary) -> tuple[Entry, ...]:
    """Return the entries a text speaks of, asides and addresses left out; albums and comments repeat."""
    plain = _ADDRESS.sub(" ", _ASIDE.sub(" ", text))
    return tuple(mention.entry for mention in vocabulary.mentions(plain, kinds))


def opposed(one: Entry, other: Entry) -> bool:
    """Tell whether two moods contradict each other by their places on the axes."""
    if not (one.axes and other.axes):
        return False
    energy, brightness = one.axes.energy - other.axes.energy, one.axes.brightness - other.axes.brightness
    return max(abs(energy), abs(brightness)) > _OPPOSED


def _sings(voice: Entry) -> bool:
    return voice.axes is None or voice.axes.vocal > 0
