"""The vocabulary's words in the captions of tracks, asked one by one instead of melted into a sentence.

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
    from vibe_desktop.domain import Encoder, FloatMatrix, FloatVector, IdArray, TrackId

FEELINGS = (Kind.MOOD, Kind.THEME)
NAMES = (Kind.GENRE, Kind.INSTRUMENT, Kind.VOICE, Kind.ERA)
_TELLS: dict[Kind, tuple[float, float, float, float]] = {
    Kind.MOOD: (1.0, 1.0, 0.25, 0.1),
    Kind.THEME: (1.0, 1.0, 0.25, 0.1),
    Kind.TEMPO: (2.0, 0.25, 0.0, 0.0),
    Kind.GENRE: (0.5, 0.25, 1.0, 0.25),
    Kind.INSTRUMENT: (0.25, 0.25, 1.0, 0.1),
    Kind.VOICE: (0.1, 0.1, 0.1, 2.0),
}
"""How much a kind of word tells of energy, brightness, electronic and voice."""
_ABOVE = 1.0
"""A feeling counts as far as its nearness rises this many spreads above the others'; the rest is silent."""


class Terms:
    """Which words of the vocabulary each described track holds, in memory: 16 bytes for each."""

    def __init__(self, vocabulary: Vocabulary, rows: Iterable[tuple[TrackId, Sequence[str]]]) -> None:
        """Take (track, words of its caption) rows, ids ascending; words of no use here are passed over."""
        self._feelings = [entry.name for kind in FEELINGS for entry in vocabulary.of_kind(kind)]
        names = [entry.name for kind in NAMES for entry in vocabulary.of_kind(kind)]
        tempos = [entry.name for entry in vocabulary.of_kind(Kind.TEMPO)]
        self._number = {name: at for at, name in enumerate((*self._feelings, *names, *tempos))}
        self._entries = [vocabulary.entries[name] for name in self._number]
        ids: list[TrackId] = []
        pairs: list[tuple[int, int]] = []
        for track_id, words in rows:
            held = [self._number[word] for word in words if word in self._number]
            if held:
                pairs.extend((len(ids), number) for number in held)
                ids.append(track_id)
        self.ids: IdArray = np.array(ids, dtype=np.int64)
        self._holders, self._held = np.array(pairs, dtype=np.intp).reshape(-1, 2).T
        self._vectors: FloatMatrix | None = None

    def feelings(self, phrases: FloatMatrix, encoder: Encoder) -> FloatMatrix:
        """Return how much each track's feelings are what each phrase asks for, shape (phrases, tracks).

        0 is none of them, 1 the one most asked for; several add up. What is
        asked for is told by the vocabulary, not by what the library happens to
        hold. `phrases` has shape (phrases, dimensions), encoded by `encoder`.
        """
        if self._vectors is None:
            # Alone, a word like "deep" is about anything; "deep music" is about this.
            self._vectors = encoder.encode([f"{name} music" for name in self._feelings])
        near = phrases @ self._vectors.T
        rise = (near - near.mean(axis=1, keepdims=True)) / near.std(axis=1, keepdims=True)
        asked = np.maximum(rise - _ABOVE, 0.0)
        asked /= np.maximum(asked.max(axis=1, keepdims=True), 1e-6)
        return np.stack([self._sums(dict(enumerate(row.tolist()))) for row in asked])

    def named(self, names: Sequence[str]) -> FloatVector:
        """Return which share of these genres, instruments, voices, eras each track holds, shape (tracks,)."""
        known = [self._number[name] for name in dict.fromkeys(names) if name in self._number]
        return self._sums(dict.fromkeys(known, 1 / max(1, len(known))))

    def places(self) -> FloatMatrix:
        """Return where the words of each track put it on the vocabulary's axes, shape (4, tracks), -1 to 1.

        0 is the middle, and where nothing is known.
        """
        tells = np.array(
            [_TELLS.get(entry.kind, (0.0,) * 4) if entry.axes else (0.0,) * 4 for entry in self._entries]
        )
        axes = np.array([entry.axes or (0.0,) * 4 for entry in self._entries])
        # A single word is believed only in part.
        return np.stack(
            [
                self._spread(tell * axis) / (1.0 + self._spread(tell))
                for tell, axis in zip(tells.T, axes.T, strict=True)
            ]
        ).astype(np.float32)

    def _sums(self, weights: dict[int, float]) -> FloatVector:
        worth: NDArray[np.float64] = np.zeros(len(self._number))
        worth[list(weights)] = list(weights.values())
        return self._spread(worth)

    def _spread(self, worth: NDArray[np.float64]) -> FloatVector:
        """Return what the words of each track are worth together, shape (tracks,)."""
        sums: FloatVector = np.bincount(
            self._holders, weights=worth[self._held], minlength=len(self.ids)
        ).astype(np.float32)
        return sums
