"""A stereo recording that notes are placed on, and the effects that finish it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from vibe_desktop.synthesis.instruments import RATE, Instrument, Sound

_Chord: TypeAlias = Sequence[int]

# Delays of Schroeder's reverberator in samples at 48 kHz, prime to each other; the right side's are longer.
_COMBS = ((1_427, 1_781, 1_973, 2_099), (1_453, 1_801, 1_997, 2_131))
_ALLPASSES = (241, 83)


class Canvas:
    """Audio of shape (2, seconds * RATE), float32, counted in beats."""

    def __init__(self, seconds: float, bpm: float) -> None:
        """Begin with silence."""
        self.seconds = seconds
        self.bpm = bpm
        self.audio: NDArray[np.float32] = np.zeros((2, int(seconds * RATE)), np.float32)

    @property
    def beats(self) -> float:
        """How many beats it holds."""
        return self.seconds * self.bpm / 60

    def steps(self, every: float, first: float = 0.0) -> NDArray[np.float64]:
        """Return the beats `first`, `first + every` and so on to the end."""
        return np.arange(first, self.beats, every)

    def bars(self, chords: Sequence[_Chord], beats: float = 4.0) -> Iterator[tuple[float, _Chord]]:
        """Go through chords, again and again, one every `beats`: (beat, pitches)."""
        for bar, beat in enumerate(self.steps(beats)):
            yield float(beat), chords[bar % len(chords)]

    def add(self, sound: Sound, beat: float, gain: float = 0.5, pan: float = 0.0) -> None:
        """Mix a sound in at a beat; `pan` goes from -1 (left) to 1 (right), at equal power."""
        begin = round(beat * 60 / self.bpm * RATE)
        length = min(len(sound), self.audio.shape[1] - begin)
        if length <= 0 or begin < 0:
            return
        angle = (pan + 1) * np.pi / 4
        self.audio[0, begin : begin + length] += sound[:length] * np.float32(gain * np.cos(angle) * 1.414)
        self.audio[1, begin : begin + length] += sound[:length] * np.float32(gain * np.sin(angle) * 1.414)

    def note(
        self,
        instrument: Instrument,
        beat: float,
        pitch: float,
        beats: float,
        gain: float = 0.5,
        pan: float = 0.0,
    ) -> None:
        """Play one note of a length in beats."""
        self.add(instrument(pitch, round(beats * 60 / self.bpm, 4)), beat, gain, pan)

    def chord(
        self, instrument: Instrument, beat: float, pitches: Sequence[float], beats: float, gain: float = 0.3
    ) -> None:
        """Play notes together, spread a little from left to right."""
        for place, pitch in enumerate(pitches):
            self.note(
                instrument, beat, pitch, beats, gain, pan=0.6 * (place / max(1, len(pitches) - 1) - 0.5)
            )

    def line(
        self, instrument: Instrument, beat: float, notes: Iterable[tuple[float, float]], gain: float = 0.5
    ) -> float:
        """Play (pitch, beats) one after the other, pitch 0 for a rest; return the beat after the last."""
        for pitch, beats in notes:
            if pitch:
                self.note(instrument, beat, pitch, beats, gain)
            beat += beats
        return beat

    def hits(self, sound: Sound, beats: Iterable[float], gain: float = 0.5, pan: float = 0.0) -> None:
        """Play a drum at each of these beats."""
        for beat in beats:
            self.add(sound, beat, gain, pan)

    def bus(self) -> Canvas:
        """Return an empty canvas of the same length and tempo, for effects on a part alone."""
        return Canvas(self.seconds, self.bpm)

    def merge(self, part: Canvas, gain: float = 1.0, pan: float = 0.0) -> None:
        """Mix another canvas in; `pan` turns one of its sides down."""
        sides = np.array([[1 - max(0.0, pan)], [1 + min(0.0, pan)]], np.float32)
        self.audio += part.audio * sides * np.float32(gain)

    def drive(self, amount: float) -> None:
        """Distort: the more, the harder."""
        self.audio = np.tanh(self.audio * np.float32(amount))

    def darken(self, samples: int) -> None:
        """Take highs away with a running mean of some samples (RATE / samples Hz is the first to vanish)."""
        kernel = np.hanning(samples + 2)[1:-1]
        kernel /= kernel.sum()
        self.audio = np.stack([np.convolve(side, kernel, mode="same") for side in self.audio]).astype(
            np.float32
        )

    def crush(self, levels: int, hold: int) -> None:
        """Keep only so many levels and every `hold`-th sample."""
        held = np.repeat(self.audio[:, ::hold], hold, axis=1)[:, : self.audio.shape[1]]
        self.audio = (np.round(held * levels) / levels).astype(np.float32)

    def echo(self, beats: float, feedback: float) -> None:
        """Repeat on the other side after some beats, each time weaker."""
        delay = round(beats * 60 / self.bpm * RATE)
        for begin in range(delay, self.audio.shape[1], delay):
            end = min(begin + delay, self.audio.shape[1])
            self.audio[:, begin:end] += feedback * self.audio[::-1, begin - delay : end - delay]

    def reverb(self, wet: float, decay: float = 1.8) -> None:
        """Put it in a room that takes `decay` seconds to fall by 60 dB (Schroeder 1962)."""
        room = np.stack([_room(side, delays, decay) for side, delays in zip(self.audio, _COMBS, strict=True)])
        self.audio = self.audio * np.float32(1 - 0.4 * wet) + room * np.float32(wet)

    def finished(self) -> NDArray[np.float32]:
        """Return the audio with its peak at 0.9 and its ends faded."""
        peak = float(np.max(np.abs(self.audio))) or 1.0
        out = self.audio * np.float32(0.9 / peak)
        fade = int(0.8 * RATE)
        out[:, -fade:] *= np.linspace(1, 0, fade, dtype=np.float32)
        return out


def _room(side: NDArray[np.float32], delays: Sequence[int], decay: float) -> NDArray[np.float32]:
    wet = np.zeros_like(side)
    for delay in delays:
        wet += _comb(side, delay, np.float32(10 ** (-3 * delay / RATE / decay)))
    for delay in _ALLPASSES:
        wet = _allpass(wet, delay, np.float32(0.7))
    return wet / np.float32(4)


def _comb(side: NDArray[np.float32], delay: int, feedback: np.float32) -> NDArray[np.float32]:
    """y[n] = x[n] + feedback * y[n - delay], a block of `delay` samples at a time."""
    blocks = -(-len(side) // delay)
    grid = np.zeros(blocks * delay, np.float32)
    grid[: len(side)] = side
    rows = grid.reshape(blocks, delay)
    for row in range(1, blocks):
        rows[row] += feedback * rows[row - 1]
    return grid[: len(side)]


def _allpass(side: NDArray[np.float32], delay: int, gain: np.float32) -> NDArray[np.float32]:
    """y[n] = -gain * x[n] + x[n - delay] + gain * y[n - delay]."""
    delayed = np.concatenate([np.zeros(delay, np.float32), side[:-delay]])
    return _comb(delayed - gain * side, delay, gain)
