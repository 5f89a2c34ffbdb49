"""Sound as a picture: the log-mel spectrogram that CLAP was trained on.

Frames of 1,024 samples every 480 at 48 kHz, periodic Hann window, centred with
mirrored edges, power, 64 of Slaney's mel filters from 50 Hz to 14 kHz, decibels
with a floor at -100 and no limit below the loudest. A window is exactly 10 s.

Both published front ends are this one: that of transformers (`rand_trunc`) and
that of laion-clap. They differ in what comes before: laion-clap, when it trained
as when it listens, rounds every sample towards zero to 16 bits, and transformers
does not. The ear does as the network was trained, by `rounded`. In a band with
music that is hundredths of a decibel. Where a lossy file or a synthetic tone leaves
a band empty it is ten and more: the network never saw less than the rounding's own
noise there, about -86 dB, and is shown no less. `docs/parity.md` has the figures.
"""

from __future__ import annotations

from functools import cache

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from vibe_desktop.audio.mel_scale import SparseFilters, hann, triangles
from vibe_desktop.domain import FloatMatrix

SAMPLE_RATE = 48_000
SECONDS = 10.0
WINDOW = 480_000
FRAME = 1024
HOP = 480
FRAMES = 1 + WINDOW // HOP
BANDS = 64
LOWEST_HZ = 50.0
HIGHEST_HZ = 14_000.0
_FLOOR = np.float32(1e-10)
_FULL_SCALE = np.float32(32_767)
_BLOCK = 128
"""Frames worked on at a time: spectra that stay in the processor's cache take half the time."""


def log_mel(windows: FloatMatrix) -> FloatMatrix:
    """Return decibels, float32 [n, 1, 1001, 64], for mono audio [n, 480000] at 48 kHz.

    Samples beyond -1 and 1 are clipped. Frame t is centred on sample 480 t.
    Raises `ValueError` for windows of another length.
    """
    if windows.shape[1] != WINDOW:
        raise ValueError(f"a window has {WINDOW} samples, not {windows.shape[1]}")
    power = np.empty((len(windows), 1, FRAMES, BANDS), np.float32)
    for window, bands in zip(windows, power[:, 0], strict=True):
        centred = np.pad(np.clip(window, -1, 1), FRAME // 2, mode="reflect")
        frames = sliding_window_view(centred, FRAME)[::HOP]
        for start in range(0, FRAMES, _BLOCK):
            bands[start : start + _BLOCK] = _mel_power(frames[start : start + _BLOCK])
    decibels: FloatMatrix = 10 * np.log10(np.maximum(_FLOOR, power))
    return decibels


def _mel_power(frames: FloatMatrix) -> FloatMatrix:
    """Return float32 [n, 64] for frames [n, 1024].

    In float32 the transform's own rounding would fill the bands that hold nothing.
    """
    spectrum = np.fft.rfft(frames * _window())
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32)
    return _sparse_filters()(power)


def rounded(windows: FloatMatrix) -> FloatMatrix:
    """Return samples, clipped to -1 and 1, rounded towards zero to 16 bits as in the network's training."""
    coarse: FloatMatrix = np.trunc(np.clip(windows, -1, 1) * _FULL_SCALE) / _FULL_SCALE
    return coarse


@cache
def mel_filters() -> FloatMatrix:
    """Return the 64 triangular filters as float32 [513, 64], each of unit area in Hz."""
    return triangles(SAMPLE_RATE, FRAME, BANDS, LOWEST_HZ, HIGHEST_HZ)


@cache
def _sparse_filters() -> SparseFilters:
    return SparseFilters.of(mel_filters())


@cache
def _window() -> NDArray[np.float64]:
    return hann(FRAME)
