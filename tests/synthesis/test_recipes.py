"""Every recipe plays something whole, always the same, and unlike the others."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest

from vibe_desktop.synthesis import acoustic, amplified, electronic
from vibe_desktop.synthesis.canvas import Canvas
from vibe_desktop.synthesis.instruments import RATE

SECONDS = 22.0


def render(recipe: Callable[[Canvas], None], bpm: float) -> np.ndarray[tuple[int, int], np.dtype[np.float32]]:
    canvas = Canvas(SECONDS, bpm)
    recipe(canvas)
    audio = canvas.finished()
    assert audio.shape == (2, int(SECONDS * RATE))
    assert np.isfinite(audio).all()
    assert np.max(np.abs(audio)) == pytest.approx(0.9, abs=1e-3)
    return audio.reshape(2, -1)


def brightness(audio: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> float:
    """Return the centre of gravity of the spectrum's magnitude in Hz."""
    spectrum = np.abs(np.fft.rfft(audio.mean(axis=0)[: 1 << 19]))
    return float(np.average(np.fft.rfftfreq(1 << 19, 1 / 48_000), weights=spectrum))


def unrest(audio: np.ndarray[tuple[int, int], np.dtype[np.float32]]) -> float:
    """Return how much the loudness of 50 ms pieces changes, against their mean."""
    loudness = np.sqrt(np.mean(audio[0][: len(audio[0]) // 2_400 * 2_400].reshape(-1, 2_400) ** 2, axis=1))
    return float(np.mean(np.abs(np.diff(loudness))) / np.mean(loudness))


def test_the_styles_sound_different() -> None:
    metal, techno = render(amplified.metal, 176), render(electronic.techno, 132)
    drone, choir = render(electronic.ambient_drone, 60), render(acoustic.sacred_choir, 52)
    assert brightness(metal) > 4 * brightness(drone)
    assert unrest(techno) > 2 * unrest(choir) > 0


def test_the_same_recipe_gives_the_same_audio() -> None:
    assert np.array_equal(render(electronic.lo_fi, 76), render(electronic.lo_fi, 76))
