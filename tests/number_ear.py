"""An ear that scores by the first number of a vector; a library of numbers is one it can tell apart."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
from numpy.typing import NDArray

from vibe_desktop.domain import FloatMatrix, Hearing, Space, SpaceKind, WindowPlan

Shape = Callable[[FloatMatrix], FloatMatrix]
SHAPES: dict[str, Shape] = {"even": lambda x: x, "long tail": np.exp, "tiny": lambda x: x / 1e4 + 0.3}


class NumberEar:
    """An ear that scores by the first number of a vector, on a scale and with a skew of its own."""

    windows = WindowPlan(16_000, 3.0, 4)
    names_by = ""
    words: tuple[str, ...] = ()

    def __init__(self, name: str, shape: Shape = SHAPES["even"]) -> None:
        self.space = Space(name, SpaceKind.EAR, 2, name)
        self.shape = shape
        self.asked: list[FloatMatrix] = []

    def hear(self, windows: FloatMatrix) -> Hearing:
        raise NotImplementedError

    def score(self, phrases: Sequence[str], vectors: FloatMatrix) -> FloatMatrix:
        self.asked.append(vectors)
        return np.stack([self.shape(vectors[:, 0]) * (-1 if phrase == "not" else 1) for phrase in phrases])

    def score_words(self, worth: FloatMatrix, vectors: FloatMatrix) -> FloatMatrix:
        """Refuse: it takes phrases."""
        raise NotImplementedError

    def score_passages(self, phrases: Sequence[str], windows: Sequence[FloatMatrix]) -> FloatMatrix | None:
        best = np.array([np.sort(each[:, 0])[-2:].mean() if len(each) else 0 for each in windows], np.float32)
        return np.stack([best * (-1 if phrase == "not" else 1) for phrase in phrases])

    def name(self, vectors: FloatMatrix) -> None:
        """Name nothing."""


def vectors(values: Sequence[float] | NDArray[np.floating]) -> FloatMatrix:
    """Return a vector for each value, shape (n, 2), float32."""
    return np.column_stack([values, np.ones(len(values))]).astype(np.float32)
