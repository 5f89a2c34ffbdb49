"""CLAP's log-mel picture, held to the numbers of both published front ends."""

import json
import runpy
from pathlib import Path

import numpy as np
import pytest

from vibe_desktop.audio.clap_mel import BANDS, FRAMES, SAMPLE_RATE, WINDOW, log_mel, mel_filters, rounded
from vibe_desktop.domain import FloatMatrix


@pytest.fixture(scope="module")
def windows(repository: Path) -> FloatMatrix:
    made: FloatMatrix = runpy.run_path(str(repository / "scripts/parity_clap_mel.py"))["synthetic_windows"]()
    return made


@pytest.fixture(scope="module")
def golden(repository: Path) -> dict[str, np.ndarray]:
    document = json.loads((repository / "tests/audio/clap_mel_golden.json").read_text("utf-8"))
    return {name: np.array(mel) for name, mel in document.items()}


def test_equals_transformers(windows: FloatMatrix, golden: dict[str, np.ndarray]) -> None:
    assert np.abs(windows).max() > 1, "clipping is part of it"
    picture = log_mel(windows)
    assert picture.dtype == np.float32
    assert picture.shape == (2, 1, FRAMES, BANDS) == (2, 1, 1001, 64)
    np.testing.assert_allclose(picture[:, :, ::50, ::7], golden["transformers"], rtol=0, atol=1e-4)


def test_equals_laion_after_its_rounding(windows: FloatMatrix, golden: dict[str, np.ndarray]) -> None:
    picture = log_mel(rounded(windows))
    np.testing.assert_allclose(picture[:, :, ::50, ::7], golden["laion"], rtol=0, atol=1e-4)


def test_company_does_not_change_a_window(windows: FloatMatrix) -> None:
    np.testing.assert_array_equal(log_mel(windows)[1:], log_mel(windows[1:]))


def test_other_lengths_are_refused() -> None:
    with pytest.raises(ValueError, match="480000"):
        log_mel(np.zeros((1, WINDOW - 1), np.float32))


def test_silence_lies_on_the_floor() -> None:
    np.testing.assert_allclose(log_mel(np.zeros((1, WINDOW), np.float32)), -100, atol=1e-4)


def test_the_loudest_does_not_lift_the_floor() -> None:
    """Other front ends cut 80 dB below the loudest; this network was not trained so."""
    tone = np.zeros((1, WINDOW), np.float32)
    tone[0, : WINDOW // 2] = np.sin(2 * np.pi * 1000 * np.arange(WINDOW // 2) / SAMPLE_RATE)
    picture = log_mel(tone)
    assert picture.max() > 20
    assert picture.min() == pytest.approx(-100, abs=1e-4)


def test_rounding_is_towards_zero_and_stays_within_one_step() -> None:
    samples = np.array([[0.0, 3e-5, -3e-5, 0.5, -0.5, 1.0, -1.0, 1.7]], np.float32)
    expected = np.array([[0, 0, 0, 16_383, -16_383, 32_767, -32_767, 32_767]], np.float32) / 32_767
    np.testing.assert_array_equal(rounded(samples), expected.astype(np.float32))


def test_every_filter_holds_something() -> None:
    filters = mel_filters()
    assert filters.shape == (513, BANDS)
    assert (filters.max(axis=0) > 0).all()
    heard = np.nonzero(filters.any(axis=1))[0] * SAMPLE_RATE / 1024
    assert 50 < heard.min() < 100
    assert 13_900 < heard.max() < 14_000


@pytest.mark.parametrize("hertz", [100.0, 440.0, 1000.0, 5000.0, 13_000.0])
def test_a_tone_lights_up_the_band_around_it(hertz: float) -> None:
    tone = 0.5 * np.sin(2 * np.pi * hertz * np.arange(WINDOW) / SAMPLE_RATE)
    loudest = int(log_mel(tone[np.newaxis].astype(np.float32))[0, 0, 500].argmax())
    share = mel_filters()[round(hertz / (SAMPLE_RATE / 1024)), loudest]
    assert share > 0.3 * mel_filters()[:, loudest].max()
