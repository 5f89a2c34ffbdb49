"""Recordings nobody can mistake for one another, for asking an ear whether it hears at all.

Three of each kind: a piano alone, a band with distorted guitars, a techno beat, and noise. They are the
same on every machine but for rounding.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import TypeAlias

import numpy as np

from vibe_desktop.synthesis import acoustic, amplified, drums, electronic
from vibe_desktop.synthesis import instruments as play
from vibe_desktop.synthesis.canvas import Canvas
from vibe_desktop.synthesis.instruments import Sound

SECONDS = 10.0

_Recipe: TypeAlias = Callable[[Canvas], None]


def recordings() -> Iterator[tuple[str, Sound]]:
    """Play them one by one: (kind, mono float32 of 480,000 samples at `RATE` Hz), the kinds in order."""
    for kind, pieces in _PIECES.items():
        for recipe, bpm in pieces:
            canvas = Canvas(SECONDS, bpm)
            recipe(canvas)
            yield kind, canvas.finished().mean(axis=0)


def _nocturne(canvas: Canvas) -> None:
    """Roll broken chords on a piano under a slow tune."""
    for beat, chord in canvas.bars([(45, 52, 57, 60, 64), (41, 48, 53, 57, 60), (43, 50, 55, 59, 62)], 4):
        for step, place in enumerate((0, 1, 2, 3, 4, 3, 2, 1)):
            canvas.note(play.piano, beat + step / 2, chord[place], 1.2, 0.3, pan=-0.2)
    canvas.line(play.piano, 0, [(76, 2), (72, 1), (74, 1), (72, 2), (69, 2), (71, 3), (74, 1)] * 2, 0.45)
    canvas.reverb(0.2)


def _study(canvas: Canvas) -> None:
    """Run scales up and down a piano over chords in the left hand."""
    scale = (60, 62, 64, 65, 67, 69, 71, 72, 74, 76, 77, 79, 77, 76, 74, 72, 71, 69, 67, 65, 64, 62)
    for place, beat in enumerate(canvas.steps(0.25)):
        canvas.note(play.piano, beat, scale[place % len(scale)] + 12, 0.4, 0.35, pan=0.2)
    for beat, chord in canvas.bars([(36, 52, 55, 60), (41, 53, 57, 60), (43, 53, 59, 62)], 2):
        canvas.chord(play.piano, beat, chord, 1.8, 0.25)
    canvas.reverb(0.15, 1.2)


def _gallop(canvas: Canvas) -> None:
    amplified.chug(canvas, (0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 3, 3, 1, 1), 1)


def _climb(canvas: Canvas) -> None:
    amplified.chug(canvas, (0, 0, 7, 0, 0, 6, 0, 0, 5, 0, 3, 0, 0, 1, 0, 3), 1)


def _warehouse(canvas: Canvas) -> None:
    """Beat four to the floor with one stab of a synthesiser and nothing else."""
    canvas.hits(drums.kick(46, 0.5), canvas.steps(1), 0.95)
    canvas.hits(drums.hat(is_open=True), canvas.steps(1, 0.5), 0.35)
    canvas.hits(drums.hat(), canvas.steps(0.25), 0.2, 0.2)
    canvas.hits(drums.clap(), canvas.steps(2, 1), 0.45)
    for beat, chord in canvas.bars([(57, 60, 64)] * 3 + [(55, 58, 62)], 0.75):
        canvas.chord(play.super_saw, beat, chord, 0.3, 0.12)
    for beat in canvas.steps(1, 0.5):
        canvas.note(play.saw, beat, 33, 0.4, 0.4)


def _white_noise(canvas: Canvas) -> None:
    canvas.add(play.noise(SECONDS, 31), 0)


def _dull_noise(canvas: Canvas) -> None:
    canvas.add(play.noise(SECONDS, 32), 0)
    canvas.darken(24)


def _gusts_of_noise(canvas: Canvas) -> None:
    swell = 0.55 + 0.45 * np.sin(2 * np.pi * 0.3 * play.time_axis(SECONDS))
    canvas.add((play.noise(SECONDS, 33) * swell).astype(np.float32), 0)


_PIECES: Mapping[str, tuple[tuple[_Recipe, float], ...]] = {
    "piano": ((acoustic.lullaby, 66), (_nocturne, 72), (_study, 108)),
    "metal": ((amplified.metal, 176), (_gallop, 120), (_climb, 120)),
    "techno": ((electronic.techno, 132), (_warehouse, 126), (electronic.trance, 138)),
    "noise": ((_white_noise, 60), (_dull_noise, 60), (_gusts_of_noise, 60)),
}

KINDS = tuple(_PIECES)
COUNT = sum(map(len, _PIECES.values()))
"""How many recordings there are."""
