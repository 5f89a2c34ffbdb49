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

from vibe_desktop.audio.mel_scale import SparseFilters, hann, triangles
from vibe_desktop.domain import FloatMatrix

SAMPLE_RATE = 16_000
FRAME = 512
HOP = 256
BANDS = 96
_GAIN = 10_000.0


def log_mel(windows: FloatMatrix) -> FloatMatrix:
    """Return float32 [n, 1 + samples // 256, 96] for mono audio [n, samples] at 16 kHz.

    Frame t is centred on sample 256 t; at least 257 samples are needed to
    mirror the edges.
    """
    centred = np.pad(windows, ((0, 0), (FRAME // 2, FRAME // 2)), mode="reflect")
    frames = sliding_window_view(centred, FRAME, axis=1)[:, ::HOP]
    spectrum = np.fft.rfft(frames * hann(FRAME).astype(np.float32))
    power = (spectrum.real**2 + spectrum.imag**2).astype(np.float32, copy=False)
    mel: FloatMatrix = np.log10(1 + np.float32(_GAIN) * _sparse_filters()(power))
    return mel


@cache
def mel_filters() -> FloatMatrix:
    """Return the 96 triangular filters as float32 [257, 96], from 0 Hz to 8 kHz, each of unit area in Hz."""
    return triangles(SAMPLE_RATE, FRAME, BANDS, 0.0, SAMPLE_RATE / 2)


@cache
def _sparse_filters() -> SparseFilters:
    return SparseFilters.of(mel_filters())
