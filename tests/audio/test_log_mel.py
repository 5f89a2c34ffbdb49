"""The log-mel picture, held to the numbers of the original front end."""

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

from vibe_desktop.audio.log_mel import BANDS, SAMPLE_RATE, log_mel, mel_filters


@pytest.fixture(scope="module")
def golden(repository: Path) -> np.ndarray:
    document = json.loads((repository / "tests/models/musicnn_golden.json").read_text("utf-8"))
    return np.array(document["log_mel"])


def test_equals_librosa(repository: Path, golden: np.ndarray) -> None:
    windows = runpy.run_path(str(repository / "scripts/parity_musicnn.py"))["synthetic_windows"]()
    picture = log_mel(windows)
    assert picture.dtype == np.float32
    assert picture.shape == (2, 188, BANDS)
    np.testing.assert_allclose(picture[:, :187:31, ::5], golden, atol=5e-6)


def test_filters_are_triangles_of_unit_area_that_leave_no_gap() -> None:
    filters = mel_filters()
    hertz_per_bin = SAMPLE_RATE / 2 / (len(filters) - 1)
    np.testing.assert_allclose(filters[:, 40:].sum(axis=0) * hertz_per_bin, 1, atol=0.1)
    assert (filters[2:-1].sum(axis=1) > 0).all()
    assert filters.min() == 0


@pytest.mark.parametrize("hertz", [100.0, 440.0, 1000.0, 3000.0, 7500.0])
def test_a_tone_lights_up_the_band_around_it(hertz: float) -> None:
    tone = 0.5 * np.sin(2 * np.pi * hertz * np.arange(SAMPLE_RATE) / SAMPLE_RATE)
    loudest = int(log_mel(tone[np.newaxis].astype(np.float32))[0, 30].argmax())
    share = mel_filters()[round(hertz / (SAMPLE_RATE / 512)), loudest]
    assert share > 0.3 * mel_filters()[:, loudest].max()


def test_silence_is_zero() -> None:
    assert not log_mel(np.zeros((1, 4096), np.float32)).any()
