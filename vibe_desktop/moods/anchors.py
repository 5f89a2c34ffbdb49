"""Phrases that stand for the vocabulary's entries, as vectors a request is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.captions.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator, Sequence

    from vibe_desktop.captions.vocabulary import Entry
    from vibe_desktop.domain import Encoder, FloatMatrix, FloatVector, PhraseStore

_OF_MUSIC = (Kind.MOOD, Kind.THEME, Kind.GENRE, Kind.TEMPO)
_PORTION = 64
"""Phrases embedded at a time: about what can be called off, or kept waiting for, in a tenth of a second."""


class Anchors:
    """Every way to name an entry, and what people say when they mean it, each a vector.

    Embedding a few thousand phrases takes seconds, so they are done at the first need
    and found in `store` from then on.
    """

    def __init__(self, entries: Sequence[Entry], encoder: Encoder, store: PhraseStore | None = None) -> None:
        pairs = [(phrase, at) for at, entry in enumerate(entries) for phrase in phrases_for(entry)]
        self._phrases = [phrase for phrase, _ in pairs]
        self._owners = np.array([at for _, at in pairs], dtype=np.intp)
        self._starts = np.flatnonzero(np.diff(self._owners, prepend=-1))
        self._count = len(entries)
        self._encoder = encoder
        self._store = store
        self._vectors: FloatMatrix = np.empty((0, 0), dtype=np.float32)

    def near(self, vectors: FloatMatrix) -> FloatMatrix:
        """Return the cosine of each vector, rows of length 1, with the nearest phrase of each entry.

        Shape (vectors, entries).
        """
        cosines = vectors @ self.vectors.T
        nearest: FloatMatrix = np.full((len(vectors), self._count), -1.0, dtype=np.float32)
        nearest[:, self._owners[self._starts]] = np.maximum.reduceat(cosines, self._starts, axis=1)
        return nearest

    @property
    def ready(self) -> bool:
        """Whether nothing is left to embed before the first answer."""
        return len(self._vectors) == len(self._phrases)

    @property
    def vectors(self) -> FloatMatrix:
        """One row for each phrase; embedded at the first need."""
        for _ in self.learn():
            pass
        return self._vectors

    def learn(self) -> Generator[int, None, None]:
        """Find or embed the phrases; yield how many are left, first and after every few that took time.

        It may be left at any of these: what was done till then is kept.
        """
        if self.ready:
            return
        fingerprint = self._encoder.space.fingerprint
        known = self._store.find(fingerprint, self._phrases) if self._store is not None else {}
        missing = [phrase for phrase in dict.fromkeys(self._phrases) if phrase not in known]
        fresh: dict[str, FloatVector] = {}
        try:
            for start in range(0, len(missing), _PORTION):
                yield len(missing) - start
                portion = missing[start : start + _PORTION]
                fresh.update(zip(portion, self._encoder.encode(portion), strict=True))
        finally:
            if self._store is not None:
                self._store.keep(fingerprint, fresh)
        self._vectors = np.stack([(fresh if phrase in fresh else known)[phrase] for phrase in self._phrases])
        if missing:
            yield 0


def phrases_for(entry: Entry) -> Iterator[str]:
    """Return what is compared with a request on behalf of an entry.

    Alone, a word like "deep" is about anything; "deep music" is about this.
    """
    music = " music" if entry.kind in _OF_MUSIC else ""
    yield from dict.fromkeys(f"{word}{music}" for word in (entry.name, entry.phrase, *entry.synonyms))
    yield from entry.said
