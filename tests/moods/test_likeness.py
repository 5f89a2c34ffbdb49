"""Sounding like something."""

import numpy as np

from vibe_desktop.moods.likeness import Sounds, rows_of, unit_mean

IDS = np.array([3, 5, 8, 9])
VECTORS = np.array([[5, 1, 0], [5, 0.9, 0.1], [5, -1, 0.3], [5, -0.8, -0.4]], dtype=np.float32)


def test_what_all_share_tells_nothing_and_what_differs_decides() -> None:
    [near] = Sounds(IDS, VECTORS).like([[3]])
    assert near.argsort()[::-1][:2].tolist() == [0, 1]
    assert near[0] == np.float32(1) or abs(near[0] - 1) < 1e-4
    standard = (VECTORS - VECTORS.mean(axis=0)) / np.maximum(VECTORS.std(axis=0), 1e-6)
    standard /= np.linalg.norm(standard, axis=1, keepdims=True)
    assert np.allclose(near, standard @ standard[0], atol=1e-3)


def test_what_was_not_heard_is_like_nothing() -> None:
    near = Sounds(IDS, VECTORS).like([[7], [7, 9]])
    assert np.isnan(near[0]).all()
    assert near[1].argmax() == 3


def test_rows_and_middles() -> None:
    assert rows_of(IDS, [9, 3, 3, 4]).tolist() == [0, 3]
    assert rows_of(IDS[:0], [9]).tolist() == []
    assert np.allclose(unit_mean(np.array([[2, 0], [0, 5]], dtype=np.float32)), [0.5**0.5] * 2)
    assert unit_mean(np.empty((0, 3), dtype=np.float32)).tolist() == [0, 0, 0]
