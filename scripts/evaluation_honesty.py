"""Libraries that hold what is asked, and the same without it: cases for the estimate of `moods.honesty`."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from evaluation_systems import CachedEncoder, HeardCaptions
from evaluation_tables import Asked as Wanted
from evaluation_tables import Row, read_rows
from vibe_desktop.captions.describe import describe
from vibe_desktop.captions.vocabulary import THINGS, Vocabulary
from vibe_desktop.domain import Label, Tags
from vibe_desktop.index.neighbours import Neighbours
from vibe_desktop.moods import rerank
from vibe_desktop.moods.candidates import CANDIDATES, Bounds, propose
from vibe_desktop.moods.ears_together import Heard
from vibe_desktop.moods.honesty import Signs
from vibe_desktop.moods.knowledge import Knowledge
from vibe_desktop.moods.meaning import Meanings
from vibe_desktop.moods.request import parse
from vibe_desktop.moods.senses import Asked, Senses
from vibe_desktop.moods.terms import Terms

Numbers = NDArray[np.intp]
Flags = NDArray[np.bool_]
FEWEST = 30
"""Tracks that must be left for a library."""
HOLDERS = 2
"""Tracks that must hold what is asked for it to be there."""


@dataclass(frozen=True, slots=True)
class Case:
    """A request put to a library; `missing` tells whether such music is missing from it."""

    request: str
    kind: str
    setting: str
    missing: bool
    signs: Signs


class Shelf:
    """Rows seen with some columns hidden, of which libraries are made."""

    def __init__(
        self, rows: Sequence[Row], vocabulary: Vocabulary, encoder: CachedEncoder, meanings: Meanings
    ) -> None:
        """Describe the rows as the product does."""
        described = [_described(row, vocabulary) for row in rows]
        self._words = [terms for _, terms in described]
        self._captions = encoder.encode([sentence for sentence, _ in described]).astype(np.float16)
        self._heard_at = np.array([bool(row.heard) for row in rows])
        self._heard = encoder.encode([row.heard for row in rows])
        self._encoder, self._meanings = encoder, meanings
        self.senses = lru_cache(maxsize=8)(self._senses)

    def _senses(self, rows: bytes) -> Senses:
        """Return the senses over a library of these rows, ascending, as bytes of an array."""
        at = np.frombuffer(rows, dtype=np.intp)
        heard = at[self._heard_at[at]]
        ears = [Heard(HeardCaptions(self._encoder), heard, self._heard[heard])] if len(heard) else []
        terms = Terms(self._meanings.knowledge, ((int(row), self._words[row], ()) for row in at))
        return Senses(self._encoder, Neighbours(at, self._captions[at]), ears, terms, self._meanings)

    def signs(self, senses: Senses, mood: str) -> Signs | None:
        """Return what the product sees of a mood in a library; None where it knows too little to tell."""
        if senses.honesty is None or not senses.honesty.knows:
            return None
        [meaning] = senses.mean([mood])
        listening = senses.listen([mood], [meaning])
        asked = Asked(senses.read([mood]), senses.feel([meaning]), listening, told=senses.told)
        named = senses.named([entry.name for entry in senses.honesty.things(meaning)])
        found = propose(asked, np.empty(0, np.int64), named, Bounds(), count=CANDIDATES)
        evidence = asked.evidence(found.ids)
        [scores] = rerank.fit(evidence, self._meanings.knowledge.weights)
        return senses.honesty.signs(meaning, evidence, found.ids, scores)


class Cases:
    """Makes the cases of one table of tracks; `limit` of them, evenly."""

    def __init__(self, file: Path, limit: int, encoder: CachedEncoder, meanings: Meanings) -> None:
        self._file, self._encoder, self._meanings = file, encoder, meanings
        self._knowledge: Knowledge = meanings.knowledge
        self._vocabulary = meanings.knowledge.vocabulary
        self._rows = self._read(())
        self._chosen = np.unique(np.linspace(0, len(self._rows) - 1, limit).astype(np.intp))
        self._rows = [self._rows[row] for row in self._chosen]
        self._truth = np.stack([self._knowledge.row(self._said(row)) > 0 for row in self._rows])

    def of(
        self, setting: str, hidden: Sequence[str], said: dict[str, Any], moods: Sequence[Wanted]
    ) -> Iterator[Case]:
        """Yield the cases with some columns hidden from the product."""
        seen = self._read(hidden)
        shelf = Shelf([seen[row] for row in self._chosen], self._vocabulary, self._encoder, self._meanings)
        every = np.arange(len(self._chosen))
        large, small = every[::3], every[::10]
        for kind, text, missing, at in (
            *(("mood", wanted.query, False, library) for wanted in moods for library in (large, small)),
            *(("mood", each.query, True, self._without_mood(large, each)) for each in moods if not hidden),
            *(case for request in said["things"] for case in self._thing(request, large, small)),
            *(case for taste in said["taste"] for case in self._taste(taste, every)),
        ):
            mood = parse(text, self._vocabulary).mood
            if len(at) >= FEWEST and (signs := shelf.signs(shelf.senses(at.tobytes()), mood)):
                yield Case(text, kind, setting, missing, signs)

    def _read(self, hidden: Sequence[str]) -> list[Row]:
        return read_rows(self._file, hidden)

    def _said(self, row: Row) -> set[str]:
        _, terms = _described(row, self._vocabulary)
        tags = (self._vocabulary.find(tag) for tag in (*row.moods, *row.genres, *row.instruments))
        heard = (mention.entry for mention in self._vocabulary.mentions(row.heard))
        return {*terms, *(entry.name for entry in (*tags, *heard) if entry)}

    def _without_mood(self, at: Numbers, wanted: Wanted) -> Numbers:
        """Leave out all with the tags of a mood or its words; what is left may feel like it all the same."""
        mood = parse(wanted.query, self._vocabulary).mood
        said = self._knowledge.row([mention.entry.name for mention in self._vocabulary.mentions(mood)]) > 0
        tagged = np.array([bool(self._rows[row].truth & wanted.wanted) for row in at])
        return at[~tagged & ~self._truth[at][:, said].any(axis=1)]

    def _things(self, request: str) -> list[str]:
        mood = parse(request, self._vocabulary).mood
        return [mention.entry.name for mention in self._vocabulary.mentions(mood, THINGS)]

    def _thing(self, request: str, *libraries: Numbers) -> Iterator[tuple[str, str, bool, Numbers]]:
        """Yield libraries that hold the things said, and the same ones without these and their relatives."""
        named = self._things(request)
        holding: Flags = np.stack([self._truth[:, self._kinds(name)].any(axis=1) for name in named])
        families: Flags = np.stack([self._truth[:, self._family(name)].any(axis=1) for name in named])
        everywhere: Flags = np.asarray(holding.all(axis=0))
        related: Flags = np.asarray(families.any(axis=0))
        for at in libraries:
            if everywhere[at].sum() >= HOLDERS:
                yield "thing", request, False, at
            yield "thing", request, True, at[~related[at]]

    def _taste(self, taste: dict[str, Any], every: Numbers) -> Iterator[tuple[str, str, bool, Numbers]]:
        found = (self._vocabulary.find(genre) for genre in taste["genres"])
        genres = {entry.name for entry in found if entry}
        tagged = [{e.name for tag in row.genres if (e := self._vocabulary.find(tag))} for row in self._rows]
        at = every[np.array([bool(tags & genres) for tags in tagged])]
        for request in taste["fits"]:
            yield "taste", request, False, at
        for request in taste["strange"]:
            kinds = [self._truth[:, self._kinds(name)].any(axis=1) for name in self._things(request)]
            yield "taste", request, True, at[~np.any(kinds, axis=0)[at]] if kinds else at

    def _kinds(self, name: str) -> list[int]:
        """Return the numbers of an entry and all kinds of it."""
        line = self._vocabulary.line
        entries = enumerate(self._knowledge.entries)
        return [at for at, entry in entries if name in (wider.name for wider in line(entry))]

    def _family(self, name: str) -> list[int]:
        """Return the numbers of all kinds of the widest music an entry belongs to."""
        return self._kinds(self._vocabulary.line(self._vocabulary.entries[name])[-1].name)


def requests(file: Path) -> dict[str, Any]:
    """Read the table of things and tastes."""
    return tomllib.loads(file.read_text("utf-8"))


def _described(row: Row, vocabulary: Vocabulary) -> tuple[str, tuple[str, ...]]:
    tags = Tags(artist=row.artist, album=row.album, genres=row.genres, moods=row.moods, seconds=row.seconds)
    found = describe(tags, [Label(name, 1.0) for name in row.instruments], "", vocabulary)
    return found.sentence, found.terms
