"""Phrases that stand for the vocabulary's entries, as vectors a request is compared with."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.captions.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from vibe_desktop.captions.vocabulary import Entry
    from vibe_desktop.domain import Encoder, FloatMatrix, PhraseStore

_OF_MUSIC = (Kind.MOOD, Kind.THEME, Kind.GENRE, Kind.TEMPO)
_PORTION = 256
"""Phrases embedded before they are kept: what is lost when the first run is ended early."""


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
        self._vectors: FloatMatrix | None = None

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
        return self._vectors is not None

    @property
    def vectors(self) -> FloatMatrix:
        """One row for each phrase; embedded at the first need."""
        if self._vectors is None:
            self._vectors = self._found_or_embedded()
        return self._vectors

    def _found_or_embedded(self) -> FloatMatrix:
        if self._store is None:
            return self._encoder.encode(self._phrases)
        fingerprint = self._encoder.space.fingerprint
        known = self._store.find(fingerprint, self._phrases)
        missing = [phrase for phrase in dict.fromkeys(self._phrases) if phrase not in known]
        for start in range(0, len(missing), _PORTION):
            portion = missing[start : start + _PORTION]
            fresh = dict(zip(portion, self._encoder.encode(portion), strict=True))
            self._store.keep(fingerprint, fresh)
            known |= fresh
        return np.stack([known[phrase] for phrase in self._phrases])


def phrases_for(entry: Entry) -> Iterator[str]:
    """Return what is compared with a request on behalf of an entry.

    Alone, a word like "deep" is about anything; "deep music" is about this.
    """
    music = " music" if entry.kind in _OF_MUSIC else ""
    yield from dict.fromkeys(f"{word}{music}" for word in (entry.name, entry.phrase, *entry.synonyms))
    yield from entry.said
