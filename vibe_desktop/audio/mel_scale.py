"""Slaney's mel scale: triangular filters of equal area, which every ear's front end listens through."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from vibe_desktop.domain import FloatMatrix, FloatVector

# Slaney's Auditory Toolbox (1998): linear below 1 kHz, 27 steps for each factor of 6.4 above.
_LINEAR_HZ = 200.0 / 3
_KNEE_HZ = 1_000.0
_KNEE_MEL = _KNEE_HZ / _LINEAR_HZ
_LOG_STEP = np.log(6.4) / 27


def triangles(sample_rate: int, frame: int, bands: int, low: float, high: float) -> FloatMatrix:
    """Return float32 [1 + frame // 2, bands]: filters from `low` to `high` Hz, each of unit area in Hz."""
    bins = np.linspace(0, sample_rate / 2, frame // 2 + 1)
    edges = _mel_to_hz(np.linspace(_hz_to_mel(low), _hz_to_mel(high), bands + 2))
    begin, centre, end = edges[:-2], edges[1:-1], edges[2:]
    rising = (bins[:, None] - begin) / (centre - begin)
    falling = (end - bins[:, None]) / (end - centre)
    filters = np.maximum(0, np.minimum(rising, falling)) * (2 / (end - begin))
    return filters.astype(np.float32)


@dataclass(frozen=True, slots=True)
class SparseFilters:
    """Filters without their zeros, which are all but one weight in fifty.

    Adding up just what is left starts no threads, as a matrix product does, in
    a process that should have one.
    """

    bins: NDArray[np.intp]
    weights: FloatVector
    starts: NDArray[np.intp]
    """where each band begins in `bins` and `weights`"""

    @classmethod
    def of(cls, filters: FloatMatrix) -> SparseFilters:
        """Take filters [bins, bands]; none may be empty."""
        bands, bins = np.nonzero(filters.T)
        return cls(bins, filters[bins, bands], np.searchsorted(bands, np.arange(filters.shape[1])))

    def __call__(self, power: FloatMatrix) -> FloatMatrix:
        """Turn a power spectrum [..., bins] into mel bands [..., bands]."""
        mel: FloatMatrix = np.add.reduceat(power[..., self.bins] * self.weights, self.starts, axis=-1)
        return mel


def hann(frame: int) -> NDArray[np.float64]:
    """Return the periodic Hann window of a frame."""
    window: NDArray[np.float64] = 0.5 - 0.5 * np.cos(2 * np.pi * np.arange(frame) / frame)
    return window


def _hz_to_mel(hertz: float) -> float:
    """Convert a frequency to Slaney's mel scale."""
    if hertz < _KNEE_HZ:
        return hertz / _LINEAR_HZ
    return float(_KNEE_MEL + np.log(hertz / _KNEE_HZ) / _LOG_STEP)


def _mel_to_hz(mel: NDArray[np.float64]) -> NDArray[np.float64]:
    """Convert Slaney's mel scale to frequencies."""
    above = _KNEE_HZ * np.exp(_LOG_STEP * (mel - _KNEE_MEL))
    return np.where(mel < _KNEE_MEL, mel * _LINEAR_HZ, above)
