"""Drums made of noise and falling sines; see `instruments` for what a sound is."""

from __future__ import annotations

from functools import lru_cache

import numpy as np

from vibe_desktop.synthesis.instruments import RATE, Sound, noise, shaped, time_axis

_once = lru_cache(maxsize=64)


def _drop(start: float, end: float, fall: float, decay: float, seconds: float) -> Sound:
    """Return a sine that falls from `start` to `end` Hz at rate `fall` and dies at rate `decay`."""
    time = time_axis(seconds)
    phase = 2 * np.pi * (end * time + (start - end) * (1 - np.exp(-fall * time)) / fall)
    return shaped(np.sin(phase) * np.exp(-decay * time), 0.001, 0.02)


def _bright(seconds: float, decay: float, seed: int) -> Sound:
    """Return noise without its lower half that dies at rate `decay`."""
    hiss = np.diff(np.diff(noise(seconds, seed), prepend=0), prepend=0)
    return shaped(hiss * np.exp(-decay * time_axis(seconds)) * 0.5, 0.001, 0.01)


@_once
def kick(depth: float = 48.0, click: float = 0.3) -> Sound:
    """Hit a bass drum tuned to `depth` Hz."""
    sound = _drop(depth * 4, depth, 38, 9, 0.32)
    attack = noise(0.006, 1) * click
    out = sound.copy()
    out[: len(attack)] += attack
    return out


@_once
def boom() -> Sound:
    """Hit a long, low electronic bass drum."""
    return np.tanh(2 * _drop(160, 41, 30, 2.2, 1.1)).astype(np.float32)


@_once
def snare(length: float = 0.22) -> Sound:
    """Hit a snare drum."""
    body = _drop(260, 180, 30, 22, length)
    rattle = noise(length, 2) * np.exp(-16 * time_axis(length) * 0.22 / length)
    return shaped(0.6 * body + 0.6 * rattle, 0.001, 0.02)


@_once
def clap() -> Sound:
    """Clap with several hands."""
    time = time_axis(0.25)
    bursts = sum(np.exp(-90 * np.maximum(time - at, 0)) * (time >= at) for at in (0.0, 0.012, 0.026))
    return shaped(noise(0.25, 3) * (0.25 * bursts + 0.35 * np.exp(-18 * time)), 0.001, 0.03)


@_once
def hat(*, is_open: bool = False) -> Sound:
    """Hit a hi-hat."""
    return _bright(0.35 if is_open else 0.06, 9 if is_open else 60, 4)


@_once
def ride() -> Sound:
    """Hit a ride cymbal."""
    time = time_axis(0.7)
    ring = sum(np.sin(2 * np.pi * pitch * time) for pitch in (3_120, 4_370, 5_230, 6_710)) / 12
    return shaped(_bright(0.7, 5, 5) * 0.5 + ring * np.exp(-6 * time), 0.001, 0.05)


@_once
def crash() -> Sound:
    """Hit a crash cymbal."""
    return _bright(1.6, 2.4, 6)


@_once
def shaker() -> Sound:
    """Shake once."""
    return shaped(_bright(0.08, 12, 7), 0.03, 0.04)


@_once
def brush() -> Sound:
    """Sweep a brush over a snare drum."""
    return shaped(np.convolve(noise(0.3, 8), np.ones(3) / 3, mode="same") * 0.5, 0.1, 0.2)


@_once
def tom(pitch: float = 90.0) -> Sound:
    """Hit a tom or a large drum tuned to `pitch` Hz."""
    return _drop(pitch * 1.6, pitch, 14, 5, 0.7)


@_once
def stick() -> Sound:
    """Strike the rim."""
    time = time_axis(0.05)
    return shaped(np.sin(2 * np.pi * 1_750 * time) * np.exp(-70 * time), 0.0005, 0.01)


def crackle(seconds: float) -> Sound:
    """Return the dust of an old record."""
    rng = np.random.default_rng(9)
    out = 0.006 * noise(seconds, 10)
    at = rng.integers(0, int(seconds * RATE), int(18 * seconds))
    out[at] += rng.uniform(-0.5, 0.5, len(at)).astype(np.float32)
    return out
