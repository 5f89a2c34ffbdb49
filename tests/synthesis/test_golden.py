"""The golden recordings: always the same, one window each, and not to be mistaken for one another."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import numpy as np

from vibe_desktop.domain import FloatVector
from vibe_desktop.models.musicnn import MusicnnEar
from vibe_desktop.models.musicnn_tags import TAGS
from vibe_desktop.synthesis import golden
from vibe_desktop.synthesis.instruments import RATE

TOLD_BY = {
    "piano": ("mtt piano", "msd acoustic", "mtt slow", "mtt soft"),
    "metal": ("mtt metal", "msd metal", "mtt rock", "msd punk"),
    "techno": ("mtt techno", "mtt dance", "msd electronic", "msd dance"),
}


def at_16_khz(samples: FloatVector) -> FloatVector:
    taps = np.sinc(np.arange(-48, 49) / 3) * np.hamming(97)
    thirds: FloatVector = np.convolve(samples, taps / taps.sum(), mode="same")[::3].astype(np.float32)
    return thirds


def test_there_are_three_of_each_kind_of_ten_seconds() -> None:
    kinds: Counter[str] = Counter()
    for kind, samples in golden.recordings():
        kinds[kind] += 1
        assert samples.shape == (10 * RATE,)
        assert samples.dtype == np.float32
        assert 0.8 < np.max(np.abs(samples)) <= 0.9 + 1e-6
        # No silence to repeat: half the loudness in every second but the faded last.
        seconds = np.sqrt((samples.reshape(10, RATE) ** 2).mean(axis=1))
        assert seconds[:9].min() > 0.01
    assert list(kinds) == list(golden.KINDS)
    assert set(kinds.values()) == {3}
    assert kinds.total() == golden.COUNT


def test_they_are_the_same_every_time() -> None:
    for (one, first), (other, second) in zip(golden.recordings(), golden.recordings(), strict=True):
        assert one == other
        assert np.array_equal(first, second)


def test_an_ear_trained_on_real_music_hears_them_for_what_they_are(models_folder: Path) -> None:
    ear = MusicnnEar(models_folder, None)  # type: ignore[arg-type] # hearing asks no encoder
    tags = {kind: [TAGS.index(tag) for tag in tags] for kind, tags in TOLD_BY.items()}
    heard = [
        (kind, ear.hear(at_16_khz(samples)[: 3 * 48_000].reshape(3, -1)).vector)
        for kind, samples in golden.recordings()
        if kind in tags
    ]
    told = np.array([[vector[numbers].mean() for numbers in tags.values()] for _, vector in heard])
    told -= told.mean(axis=0)
    assert [list(tags)[column] for column in told.argmax(axis=1)] == [kind for kind, _ in heard]
