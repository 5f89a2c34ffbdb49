"""The feelings tracks are described with, asked one by one instead of melted into a sentence.

A sentence of many tags lies near no single one of them: weighing each feeling by
its own nearness to the request finds more (`scripts/eval_moods.py` measures).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.captions.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.domain import Encoder, FloatMatrix, IdArray, TrackId

_ABOVE = 1.0
"""A feeling counts as far as its nearness rises this many spreads above the others'; the rest is silent."""


class Feelings:
    """Which moods and themes each described track holds; answers how far they are what a phrase asks for."""

    def __init__(
        self, names: Sequence[str], ids: IdArray, holders: NDArray[np.intp], held: NDArray[np.intp]
    ) -> None:
        """Take `names`, `ids` ascending, and pairs: track `holders[i]` has feeling `held[i]`, as numbers."""
        self.names = names
        self.ids = ids
        self._holders = holders
        self._held = held
        self._vectors: FloatMatrix | None = None

    @classmethod
    def of(cls, terms: Iterable[tuple[TrackId, Sequence[str]]], vocabulary: Vocabulary) -> Feelings:
        """Gather them from (track, terms of its caption) rows, ids ascending; other words are passed over."""
        number = {
            entry.name: at
            for at, entry in enumerate((*vocabulary.of_kind(Kind.MOOD), *vocabulary.of_kind(Kind.THEME)))
        }
        ids: list[TrackId] = []
        pairs: list[tuple[int, int]] = []
        for track_id, words in terms:
            felt = [number[word] for word in words if word in number]
            if felt:
                pairs.extend((len(ids), feeling) for feeling in felt)
                ids.append(track_id)
        holders, held = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        return cls(list(number), np.array(ids, dtype=np.int64), holders, held)

    def score(self, vectors: FloatMatrix, encoder: Encoder) -> FloatMatrix:
        """Return how much each track's feelings are what each phrase asks for, shape (phrases, tracks).

        0 is none of them, 1 the one most asked for; several add up. What is
        asked for is told by the vocabulary, not by what the library happens to hold.
        `vectors` are the phrases, shape (phrases, dimensions), encoded by `encoder`.
        """
        if self._vectors is None:
            # Alone, a word like "deep" is about anything; "deep music" is about this.
            self._vectors = encoder.encode([f"{name} music" for name in self.names])
        near = vectors @ self._vectors.T
        rise = (near - near.mean(axis=1, keepdims=True)) / near.std(axis=1, keepdims=True)
        asked = np.maximum(rise - _ABOVE, 0.0)
        asked /= np.maximum(asked.max(axis=1, keepdims=True), 1e-6)
        count = len(self.ids)
        sums = [np.bincount(self._holders, weights=row[self._held], minlength=count) for row in asked]
        scores: FloatMatrix = np.stack(sums).astype(np.float32)
        return scores
