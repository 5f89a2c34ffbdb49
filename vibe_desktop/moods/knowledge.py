"""What the vocabulary knows of music, as numbers: which of its words suggest which others, and how much."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.captions.vocabulary import FEELINGS, Axes, Kind
from vibe_desktop.moods.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from numpy.typing import NDArray

    from vibe_desktop.captions.vocabulary import Entry, Vocabulary
    from vibe_desktop.domain import FloatMatrix, FloatVector

_BRIGHTNESS = Axes._fields.index("brightness")
_CONTRARY = 1.5
"""How far apart two moods lie from dark to bright, a way of length 2, that nobody means at once."""


class Knowledge:
    """The vocabulary's entries by number, and how they go together.

    `sounds` has shape (entries, entries): how much music for the row's mood, theme
    or situation has of each column. `axes` has shape (entries, 4), zeros where
    `placed` is False.
    """

    def __init__(self, vocabulary: Vocabulary, weights: Weights | None = None) -> None:
        self.vocabulary = vocabulary
        self.weights = weights = weights or Weights()
        self.entries: tuple[Entry, ...] = tuple(vocabulary.entries.values())
        self.number = {entry.name: at for at, entry in enumerate(self.entries)}
        self._heard: dict[str, int] = {}
        self._kinds: dict[str, list[str]] = {}
        for entry in self.entries:
            for wider in vocabulary.line(entry):
                self._kinds.setdefault(wider.name, []).append(entry.name)
        self.feelings = self.are(*FEELINGS)
        self.situations = self.are(Kind.SITUATION)
        self.placed = np.array([entry.axes is not None for entry in self.entries])
        self._placed_moods = self.are(Kind.MOOD) & self.placed
        self.axes: FloatMatrix = np.array(
            [entry.axes or Axes(0, 0, 0, 0) for entry in self.entries], dtype=np.float32
        )
        sounding = ((entry.sounds, 1.0) for entry in self.entries)
        self.sounds = self._related(sounding, weights.sounds_fade)
        shares = {
            Kind.GENRE: weights.genre_suggests,
            Kind.INSTRUMENT: weights.instrument_suggests,
            Kind.VOICE: weights.voice_suggests,
            Kind.TEMPO: weights.tempo_suggests,
        }
        suggesting = ((entry.moods, shares.get(entry.kind, 0.0)) for entry in self.entries)
        # One row for each feeling, so that what a request asks for, a few of them, lies in one piece.
        self._suggesting = self._related(suggesting, weights.suggests_fade).T.copy()

    def worth(self, asked: FloatVector) -> FloatVector:
        """Return what holding each entry's word is worth to what is asked for, both of shape (entries,)."""
        told = np.where(self.feelings, self.weights.told, 1.0)
        worth: FloatVector = (told * asked + _times(asked, self._suggesting)).astype(np.float32)
        return worth

    def sound_of(self, meant: FloatVector) -> FloatVector:
        """Return how much of each entry there is in music for what is meant, both of shape (entries,)."""
        return _times(meant, self.sounds)

    def heard(self, words: Sequence[str]) -> NDArray[np.intp]:
        """Return the number of the entry each of an ear's words stands for, -1 where it says nothing."""
        return np.array([self.heard_as(word) for word in words], dtype=np.intp)

    def heard_as(self, word: str) -> int:
        """Return the same of one word; tracks share them, so each is looked up once."""
        if word not in self._heard:
            entry = self.vocabulary.heard(word)
            self._heard[word] = self.number[entry.name] if entry else -1
        return self._heard[word]

    def contrary(self, named: FloatVector) -> NDArray[np.bool_]:
        """Tell which moods are as bright as one of the `named` ones is dark, or as dark, shape (entries,).

        Sentence encoders put such opposites side by side: whoever says sad does not mean happy.
        """
        moods = self._placed_moods
        said = self.axes[moods & (named > 0), _BRIGHTNESS]
        apart = np.abs(self.axes[:, _BRIGHTNESS, np.newaxis] - said) >= _CONTRARY
        contrary: NDArray[np.bool_] = moods & apart.any(axis=1)
        return contrary

    def narrower(self, names: Iterable[str]) -> list[str]:
        """Return these entries and all that are kinds of them: guitar, electric guitar, slide guitar."""
        return list(dict.fromkeys(kind for name in names for kind in self._kinds.get(name, ())))

    def are(self, *kinds: Kind) -> NDArray[np.bool_]:
        """Tell which entries are of these kinds, shape (entries,)."""
        return np.array([entry.kind in kinds for entry in self.entries])

    def row(self, names: Iterable[str]) -> FloatVector:
        """Return 1 at each of these entries, shape (entries,); other names are passed over."""
        row: FloatVector = np.zeros(len(self.entries), dtype=np.float32)
        row[[self.number[name] for name in names if name in self.number]] = 1.0
        return row

    def _related(self, rows: Iterable[tuple[Sequence[str], float]], fade: float) -> FloatMatrix:
        matrix: FloatMatrix = np.zeros((len(self.entries), len(self.entries)), dtype=np.float32)
        for at, (names, weight) in enumerate(rows):
            for place, name in enumerate(names):
                matrix[at, self.number[name]] = weight * fade**place
        return matrix


def _times(row: FloatVector, matrix: FloatMatrix) -> FloatVector:
    """Return a row of mostly zeros times a matrix."""
    some = np.flatnonzero(row)
    product: FloatVector = row[some] @ matrix[some]
    return product
