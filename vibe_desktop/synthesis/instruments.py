"""Instruments made of arithmetic: each turns a pitch and a length into samples.

A sound is a mono float32 array at `RATE` Hz, about 1 at its loudest, and is
shared between notes: never change one in place. Pitches are MIDI numbers
(69 is 440 Hz), lengths seconds; what rings on after the length is included.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import lru_cache
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

RATE = 48_000
Sound: TypeAlias = NDArray[np.float32]
Instrument: TypeAlias = Callable[[float, float], Sound]
_Spectrum: TypeAlias = Callable[[NDArray[np.float64], NDArray[np.float64]], NDArray[np.float64]]
"""(harmonic numbers, their frequencies in Hz) -> amplitudes"""

_TABLE = 4_096
_notes = lru_cache(maxsize=256)


def hertz(pitch: float) -> float:
    """Return the frequency of a MIDI pitch in equal temperament."""
    return float(440.0 * 2.0 ** ((pitch - 69.0) / 12.0))


def time_axis(seconds: float) -> NDArray[np.float64]:
    """Return the times of the samples of a sound of this length."""
    return np.arange(max(1, int(seconds * RATE))) / RATE


def noise(seconds: float, seed: int = 0) -> Sound:
    """Return white noise within [-1, 1]."""
    return np.random.default_rng(seed).uniform(-1, 1, len(time_axis(seconds))).astype(np.float32)


def shaped(sound: NDArray[np.floating], attack: float, release: float) -> Sound:
    """Fade a sound in over `attack` and out over its last `release` seconds."""
    shape = np.ones(len(sound))
    rise, fall = (min(len(sound), max(1, int(part * RATE))) for part in (attack, release))
    shape[:rise] *= np.linspace(0, 1, rise)
    shape[-fall:] *= np.linspace(1, 0, fall) ** 2
    return (sound * shape).astype(np.float32)


def periodic(
    pitch: float, seconds: float, spectrum: _Spectrum, vibrato: float = 0.0, cents: Sequence[float] = (0.0,)
) -> Sound:
    """Read a band-limited table of one period, once for each detuning; `cents` and `vibrato` are in cents."""
    time = time_axis(seconds)
    total = np.zeros(len(time))
    for voice, detune in enumerate(cents):
        frequency = hertz(pitch + detune / 100)
        phase = frequency * time + 0.37 * voice
        if vibrato:
            rate = 5.1 + 0.35 * voice
            depth = frequency * (2 ** (vibrato / 1200) - 1) / (2 * np.pi * rate)
            phase += depth * np.sin(2 * np.pi * rate * time + voice)
        table = _period(frequency, spectrum)
        total += table[(phase * _TABLE).astype(np.int64) % _TABLE]
    return (total / np.max(np.abs(total) + 1e-9)).astype(np.float32)


def _period(frequency: float, spectrum: _Spectrum) -> NDArray[np.float64]:
    numbers = np.arange(1, max(2, min(80, int(15_000 / frequency))), dtype=np.float64)
    bins = np.zeros(_TABLE // 2 + 1, dtype=np.complex128)
    bins[1 : len(numbers) + 1] = spectrum(numbers, numbers * frequency) * np.exp(-1j * numbers**2 * 0.7)
    table: NDArray[np.float64] = np.fft.irfft(bins)
    return table / np.max(np.abs(table) + 1e-12)


# --- struck and plucked ---


@_notes
def piano(pitch: float, seconds: float) -> Sound:
    """Play slightly stretched partials that die the faster the higher they are, and a soft knock."""
    time = time_axis(seconds + 0.6)
    frequency, total = hertz(pitch), np.zeros(len(time))
    for number in range(1, max(2, min(14, int(12_000 / frequency)))):
        partial = frequency * number * np.sqrt(1 + 0.0004 * number**2)
        decay = (0.7 + 0.5 * number) * (frequency / 330) ** 0.5
        total += np.sin(2 * np.pi * partial * time) * np.exp(-decay * time) / number**1.3
    knock = noise(0.03, int(pitch)) * 0.12
    total[: len(knock)] += knock * np.linspace(1, 0, len(knock))
    return shaped(total / 1.8, 0.003, 0.5)


@_notes
def guitar(pitch: float, seconds: float) -> Sound:
    """Pluck a soft string."""
    return _string(pitch, seconds + 0.3, brightness=0.45, loss=0.996)


@_notes
def steel(pitch: float, seconds: float) -> Sound:
    """Pluck a bright, short string, as of a banjo."""
    return _string(pitch, seconds + 0.1, brightness=0.95, loss=0.985)


@_notes
def harpsichord(pitch: float, seconds: float) -> Sound:
    """Pluck two strings an octave apart, both bright."""
    low, high = (_string(pitch + step, seconds + 0.1, brightness=1.0, loss=0.994) for step in (0, 12))
    return (0.7 * low + 0.4 * high).astype(np.float32)


@_notes
def bass(pitch: float, seconds: float) -> Sound:
    """Pluck a thick, dull string."""
    return _string(pitch, seconds + 0.1, brightness=0.2, loss=0.997)


def _string(pitch: float, seconds: float, brightness: float, loss: float) -> Sound:
    """Karplus and Strong (1983): noise goes round a delay line and is averaged each time.

    A period is computed at once, since its samples only depend on the period before.
    """
    length = max(2, round(RATE / hertz(pitch)))
    line = np.random.default_rng(round(pitch * 10)).uniform(-1, 1, length)
    for _ in range(round(6 * (1 - brightness))):
        line = 0.5 * (line + np.roll(line, 1))
    line /= np.max(np.abs(line))
    periods = []
    for _ in range(int(seconds * RATE / length) + 1):
        periods.append(line)
        line = loss * (0.5 * line + 0.5 * np.roll(line, 1))
    return shaped(np.concatenate(periods)[: int(seconds * RATE)], 0.001, 0.08)


@_notes
def bell(pitch: float, seconds: float) -> Sound:
    """Ring by frequency modulation with an inharmonic ratio (Chowning 1973)."""
    time, frequency = time_axis(seconds + 1.5), hertz(pitch)
    depth = 5.0 * np.exp(-1.6 * time)
    tone = np.sin(2 * np.pi * frequency * time + depth * np.sin(2 * np.pi * frequency * 1.4 * time))
    return shaped(tone * np.exp(-1.3 * time), 0.002, 0.4)


@_notes
def electric_piano(pitch: float, seconds: float) -> Sound:
    """Play a soft tine by frequency modulation, with a slow tremolo."""
    time, frequency = time_axis(seconds + 0.3), hertz(pitch)
    tine = 0.9 * np.exp(-5 * time) * np.sin(2 * np.pi * frequency * 14 * time) * 0.25
    tone = np.sin(
        2 * np.pi * frequency * time + np.exp(-2 * time) * np.sin(2 * np.pi * frequency * time) + tine
    )
    return shaped(tone * np.exp(-1.1 * time) * (1 + 0.15 * np.sin(2 * np.pi * 4.5 * time)) * 0.8, 0.004, 0.2)


# --- bowed, blown and sung ---


@_notes
def strings(pitch: float, seconds: float) -> Sound:
    """Bow a section: several detuned voices with vibrato and a slow beginning."""
    tone = periodic(
        pitch, seconds + 0.5, lambda n, f: 1 / n / (1 + (f / 3_000) ** 2), vibrato=18, cents=(-9, -3, 4, 10)
    )
    return shaped(tone, 0.28, 0.5)


@_notes
def cello(pitch: float, seconds: float) -> Sound:
    """Bow one string with a body that resonates around 250 and 900 Hz."""

    def body(number: NDArray[np.float64], frequency: NDArray[np.float64]) -> NDArray[np.float64]:
        return (1 + 2 * _peak(frequency, 250, 120) + 1.5 * _peak(frequency, 900, 300)) / number**1.2

    return shaped(periodic(pitch, seconds + 0.25, body, vibrato=30), 0.12, 0.25)


@_notes
def choir(pitch: float, seconds: float) -> Sound:
    """Sing "ah" with several voices: harmonics under the vowel's formants (Peterson and Barney 1952)."""

    def vowel(number: NDArray[np.float64], frequency: NDArray[np.float64]) -> NDArray[np.float64]:
        formants = (
            _peak(frequency, 730, 130)
            + 0.6 * _peak(frequency, 1_090, 150)
            + 0.3 * _peak(frequency, 2_440, 250)
        )
        return (0.08 + formants) / number**0.6 / (1 + (frequency / 4_000) ** 4)

    return shaped(periodic(pitch, seconds + 0.6, vowel, vibrato=35, cents=(-12, -5, 0, 6, 13)), 0.35, 0.6)


def _peak(frequency: NDArray[np.float64], centre: float, width: float) -> NDArray[np.float64]:
    return np.exp(-0.5 * ((frequency - centre) / width) ** 2)


@_notes
def flute(pitch: float, seconds: float) -> Sound:
    """Blow few harmonics and some breath."""
    tone = periodic(pitch, seconds + 0.12, lambda n, _f: 1 / n**2.6, vibrato=22)
    breath = np.convolve(noise(seconds + 0.12, int(pitch)), np.ones(6) / 6, mode="same")[: len(tone)]
    return shaped(tone * 0.85 + 0.07 * breath, 0.07, 0.12)


@_notes
def brass(pitch: float, seconds: float) -> Sound:
    """Blow a section of horns."""
    tone = periodic(pitch, seconds + 0.15, lambda n, f: 1 / n**0.7 / (1 + (f / 1_800) ** 3), 8, (-6, 0, 7))
    return shaped(tone, 0.06, 0.18)


# --- electric and electronic ---


@_notes
def organ(pitch: float, seconds: float) -> Sound:
    """Draw five bars of a tone-wheel organ."""
    bars = np.zeros(9)
    bars[[1, 2, 3, 4, 8]] = 1.0, 0.8, 0.6, 0.35, 0.3
    return shaped(
        periodic(pitch, seconds + 0.03, lambda n, _f: bars[np.minimum(n, 8).astype(int)] * (n <= 8), 6),
        0.01,
        0.03,
    )


@_notes
def saw(pitch: float, seconds: float) -> Sound:
    """Play one plain sawtooth."""
    return shaped(periodic(pitch, seconds, lambda n, _f: 1 / n), 0.003, 0.02)


@_notes
def super_saw(pitch: float, seconds: float) -> Sound:
    """Play seven detuned sawtooths."""
    tone = periodic(pitch, seconds + 0.15, lambda n, _f: 1 / n, cents=(-22, -14, -7, 0, 7, 15, 23))
    return shaped(tone, 0.02, 0.15)


@_notes
def warm_pad(pitch: float, seconds: float) -> Sound:
    """Swell detuned, dull sawtooths slowly."""
    tone = periodic(pitch, seconds + 1.5, lambda n, f: 1 / n / (1 + (f / 700) ** 2), cents=(-11, -4, 5, 12))
    return shaped(tone, 1.2, 1.5)


@_notes
def square(pitch: float, seconds: float) -> Sound:
    """Play a square wave, as a games console does."""
    sign = np.where((hertz(pitch) * time_axis(seconds)) % 1 < 0.5, 0.8, -0.8)
    return shaped(sign, 0.001, 0.01)


@_notes
def pulse(pitch: float, seconds: float) -> Sound:
    """Play a thin pulse wave, as a games console does."""
    sign = np.where((hertz(pitch) * time_axis(seconds)) % 1 < 0.125, 0.8, -0.8)
    return shaped(sign, 0.001, 0.01)


@_notes
def acid(pitch: float, seconds: float) -> Sound:
    """Play a sawtooth whose harmonics close quickly."""
    time = time_axis(seconds)
    open_, closed = saw(pitch, seconds), periodic(pitch, seconds, lambda n, f: 1 / n / (1 + (f / 400) ** 3))
    opening = np.exp(-time * 14)[: len(open_)]
    return shaped(opening * open_ + (1 - opening) * closed, 0.003, 0.02)


@_notes
def sub(pitch: float, seconds: float) -> Sound:
    """Play a sine with a little warmth."""
    wave = np.sin(2 * np.pi * hertz(pitch) * time_axis(seconds + 0.05))
    return shaped(np.tanh(1.6 * wave), 0.006, 0.05)
