"""The words music is described with, and the look-ups everything else does in them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from vibe_desktop.captions.words import Word, key, lemma, words
from vibe_desktop.paths import resource

_ARTICLES = frozenset({"a", "an", "the"})


class Kind(StrEnum):
    """What an entry tells of music."""

    MOOD = "mood"
    THEME = "theme"
    GENRE = "genre"
    INSTRUMENT = "instrument"
    VOICE = "voice"
    TEMPO = "tempo"
    ERA = "era"
    SITUATION = "situation"


FEELINGS = (Kind.MOOD, Kind.THEME)
THINGS = (Kind.GENRE, Kind.INSTRUMENT, Kind.VOICE)
"""What can be named and is there or is not."""


class Axes(NamedTuple):
    """A place on four scales, each from -1 to 1."""

    energy: float
    """calm to energetic"""
    brightness: float
    """dark to bright"""
    electronic: float
    """acoustic to electronic"""
    vocal: float
    """instrumental to vocal"""


@dataclass(frozen=True, slots=True)
class Entry:
    """One word of the vocabulary; `phrase` is how it reads in a sentence."""

    name: str
    kind: Kind
    phrase: str
    synonyms: tuple[str, ...] = ()
    good_for: tuple[str, ...] = ()
    said: tuple[str, ...] = ()
    """what people say when they mean it, compared by meaning and never by spelling"""
    sounds: tuple[str, ...] = ()
    """what music for a mood, theme or situation sounds like: names of entries, the most telling first"""
    moods: tuple[str, ...] = ()
    """what a genre, instrument, voice or tempo usually feels like: moods and themes, most typical first"""
    parent: str | None = None
    axes: Axes | None = None
    bpm: tuple[int, int] | None = None
    """inclusive"""
    years: tuple[int, int] | None = None
    """inclusive"""


@dataclass(frozen=True, slots=True)
class Mention:
    """Where a text speaks of an entry: `text[start:end]`."""

    entry: Entry
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Lists:
    """The vocabulary's lists beside its entries, all as `words.key` writes them."""

    heard: Mapping[str, str]
    """what an ear may call something, and the entry's name; "" says nothing of use"""
    alone: frozenset[str]
    """words that mean an entry only where nothing stands beside them"""
    ignored_genres: frozenset[str]
    ignored_names: frozenset[str]


class Vocabulary:
    """Entries by name and by every way to write them. Made by `load_vocabulary`, compared by identity."""

    def __init__(
        self, entries: Mapping[str, Entry], claims: Mapping[str, str], lists: Lists, digest: str
    ) -> None:
        """Take checked entries, and `claims`: every key and the name of the entry it belongs to.

        `digest` is a fingerprint of whatever of it captions and labels depend on.
        """
        self.entries = entries
        self.lists = lists
        self.digest = digest
        self._by_key = {claim: entries[name] for claim, name in claims.items()}
        for claim in claims:
            self._by_key.setdefault(claim.replace(" ", ""), self._by_key[claim])
        self._longest: dict[str, int] = {}
        for claim in self._by_key:
            first, length = claim.split(" ", 1)[0], claim.count(" ") + 1
            self._longest[first] = max(length, self._longest.get(first, 0))
        self._kinds = {kind: tuple(e for e in entries.values() if e.kind is kind) for kind in Kind}
        self._heard = {label: entries.get(name) for label, name in lists.heard.items()}

    def find(self, phrase: str) -> Entry | None:
        """Return the entry a whole word or phrase means, whatever its case, separators and number."""
        plain = key(phrase)
        found = self._by_key.get(plain) or self._by_key.get(plain.replace(" ", ""))
        if found or not plain:
            return found
        return self._by_key.get(" ".join(lemma(word) for word in plain.split()))

    def heard(self, label: str) -> Entry | None:
        """Return the entry an ear's label stands for, or None where it says nothing of use."""
        plain = key(label)
        return self._heard[plain] if plain in self._heard else self.find(label)

    def mentions(self, text: str, kinds: Iterable[Kind] = tuple(Kind)) -> tuple[Mention, ...]:
        """Return the entries a text speaks of, in order, the longest reading first, none overlapping.

        Of "dark female vocals" these are "dark" and "female vocals". A name hides the shorter ones in
        it whichever kinds are wanted; a situation is no name, and "frozen lake" stays cold where none is.
        Words listed as `alone` count only if the text says nothing else.
        """
        said = words(text)
        wanted = frozenset(kinds)
        found: list[Mention] = []
        at = 0
        while at < len(said):
            entry, length = self._read(said, at, situations=Kind.SITUATION in wanted)
            if entry and entry.kind in wanted:
                found.append(Mention(entry, said[at].start, said[at + length - 1].end))
            at += length
        return tuple(found)

    def _read(self, said: Sequence[Word], at: int, *, situations: bool) -> tuple[Entry | None, int]:
        """Return the longest entry that begins at a word, and how many words it takes (1 without one)."""
        first = said[at].key
        if first in _ARTICLES:
            return None, 1
        base = lemma(first)
        longest = max(self._longest.get(first, 0), self._longest.get(base, 0))
        for length in range(min(longest, len(said) - at), 0, -1):
            spelt = [word.key for word in said[at : at + length]]
            entry = self._by_key.get(" ".join(spelt)) or self._by_key.get(" ".join(map(lemma, spelt)))
            if not entry or (entry.kind is Kind.SITUATION and not situations):
                continue
            # "strings" is written so in the vocabulary; only "string" is listed.
            forms = {first} if first in self._by_key else {first, base}
            if not (length == 1 and len(said) > 1 and self.lists.alone & forms):
                return entry, length
        return None, 1

    def of_kind(self, kind: Kind) -> tuple[Entry, ...]:
        """Return every entry of a kind, in the table's order."""
        return self._kinds[kind]

    def suiting(self, situation: str) -> tuple[Entry, ...]:
        """Return the entries that are good for a situation (by its name), first those it sounds like."""
        named = self.entries[situation].sounds if situation in self.entries else ()
        good = (entry.name for entry in self.entries.values() if situation in entry.good_for)
        return tuple(self.entries[name] for name in dict.fromkeys((*named, *good)))

    def line(self, entry: Entry) -> tuple[Entry, ...]:
        """Return an entry and its parents, the widest last: death metal, metal."""
        found = [entry]
        while (name := found[-1].parent) is not None:
            found.append(self.entries[name])
        return tuple(found)

    def axes(self, names: Iterable[str]) -> Axes | None:
        """Return the middle of the entries that have a place on the axes, or None."""
        placed = [place for name in names if (entry := self.find(name)) and (place := entry.axes)]
        return Axes(*(sum(scale) / len(placed) for scale in zip(*placed, strict=True))) if placed else None

    def tempo(self, bpm: float) -> Entry | None:
        """Return the word for a number of beats a minute, or None where that can be no tempo."""
        return next((e for e in self._kinds[Kind.TEMPO] if e.bpm and e.bpm[0] <= bpm < e.bpm[1] + 1), None)

    def era(self, year: int) -> Entry | None:
        """Return the decade of a year, or None for one outside the table."""
        return next((e for e in self._kinds[Kind.ERA] if e.years and e.years[0] <= year <= e.years[1]), None)


@lru_cache(maxsize=4)
def load_vocabulary(path: Path | None = None, extra: Path | None = None) -> Vocabulary:
    """Read the vocabulary that ships with the program, or `path`; `extra` adds to it and wins.

    Raises `VibeError` naming the file and the mistake.
    """
    from vibe_desktop.captions.vocabulary_file import read

    return read([path or resource("vocabulary.toml"), *([extra] if extra else [])])
