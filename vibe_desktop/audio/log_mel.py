"""Sound as a picture: the log-mel spectrogram that MusiCNN was trained on.

Equal to librosa's of 2019 (0.7), which the published network was trained with:
periodic Hann window, centred frames with mirrored edges, power, Slaney's mel
scale with filters of equal area, then log10(1 + 10000 x). Newer librosa pads with
zeros unless told `pad_mode="reflect"`; `docs/parity.md` has the comparison.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from vibe_desktop.domain import FloatMatrix, FloatVector

SAMPLE_RATE = 16_000
FRAME = 512
HOP = 256
BANDS = 96
_GAIN = 10_000.0

# Slaney's Auditory Toolbox (1998): linear below 1 kHz, 27 steps for each factor of 6.4 above.
_LINEAR_HZ = 200.0 / 3
_KNEE_HZ = 1_000.0
_KNEE_MEL = _KNEE_HZ / _LINEAR_HZ
_LOG_STEP = np.log(6.4) / 27


def log_mel(windows: FloatMatrix) -> FloatMatrix:
    """Return float32 [n, 1 + samples // 256, 96] for mono audio [n, samples] at 16 kHz.

    Frame t is centred on sample 256 t; at least 257 samples are needed to
    mirror the edges.
    """
    centred = np.pad(windows, ((0, 0), (FRAME // 2, FRAME // 2)), mode="reflect")
    frames = sliding_window_view(centred, FRAME, axis=1)[:, ::HOP]
    spectrum = np.fft.rfft(frames * _hann())
    power = spectrum.real**2 + spectrum.imag**2
    bins, weights, starts = _sparse_filters()
    mel = np.add.reduceat(power[..., bins] * weights, starts, axis=-1)
    return np.log10(1 + np.float32(_GAIN) * mel)


@cache
def mel_filters() -> FloatMatrix:
    """Return the 96 triangular filters as float32 [257, 96], from 0 Hz to 8 kHz, each of unit area in Hz."""
    bins = np.linspace(0, SAMPLE_RATE / 2, FRAME // 2 + 1)
    edges = _mel_to_hz(np.linspace(0, _hz_to_mel(SAMPLE_RATE / 2), BANDS + 2))
    low, centre, high = edges[:-2], edges[1:-1], edges[2:]
    rising = (bins[:, None] - low) / (centre - low)
    falling = (high - bins[:, None]) / (high - centre)
    filters = np.maximum(0, np.minimum(rising, falling)) * (2 / (high - low))
    return filters.astype(np.float32)


@cache
def _sparse_filters() -> tuple[NDArray[np.intp], FloatVector, NDArray[np.intp]]:
    """Return the filters' bins and weights, band after band, and where each band starts.

    Only one weight in fifty is not zero. Adding up just those starts no threads,
    as a matrix product does, in a process that should have one.
    """
    bands, bins = np.nonzero(mel_filters().T)
    return bins, mel_filters()[bins, bands], np.searchsorted(bands, np.arange(BANDS))


@cache
def _hann() -> FloatVector:
    """Return the periodic Hann window."""
    return (0.5 - 0.5 * np.cos(2 * np.pi * np.arange(FRAME) / FRAME)).astype(np.float32)


def _hz_to_mel(hertz: float) -> float:
    """Convert a frequency above 1 kHz to Slaney's mel scale."""
    return float(_KNEE_MEL + np.log(hertz / _KNEE_HZ) / _LOG_STEP)


def _mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convert Slaney's mel scale to frequencies."""
    above = _KNEE_HZ * np.exp(_LOG_STEP * (mel - _KNEE_MEL))
    return np.where(mel < _KNEE_MEL, mel * _LINEAR_HZ, above)
