"""How loud a place of the volume slider is."""

from __future__ import annotations

import math


def percent(position: float) -> int:
    """Return the volume for libvlc (0 to 100) of a slider's place (0 to 1).

    libvlc takes the cube of its volume as the amplitude, on every system's
    output, so that equal steps of the slider sound about equally far apart: its
    percent is the slider's. Half way is `decibels(0.5)`, 18 dB softer.
    """
    return round(100 * min(1.0, max(0.0, position)))


def decibels(position: float) -> float:
    """Return how much softer than full a slider's place (0 to 1) is: 60 log10, in dB, -inf at 0."""
    return 60 * math.log10(position) if position > 0 else -math.inf
