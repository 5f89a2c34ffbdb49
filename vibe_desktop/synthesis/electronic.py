"""Pieces for machines."""

from __future__ import annotations

import numpy as np

from vibe_desktop.synthesis import drums
from vibe_desktop.synthesis import instruments as play
from vibe_desktop.synthesis.canvas import Canvas


def techno(canvas: Canvas) -> None:
    """Drive four to the floor with an acid line."""
    canvas.hits(drums.kick(50), canvas.steps(1), 0.9)
    canvas.hits(drums.hat(is_open=True), canvas.steps(1, 0.5), 0.3)
    canvas.hits(drums.hat(), canvas.steps(0.25), 0.15, 0.2)
    canvas.hits(drums.clap(), canvas.steps(2, 1), 0.4)
    line = (33, 33, 45, 33, 36, 33, 33, 48, 33, 45, 33, 33, 40, 33, 36, 43)
    for place, beat in enumerate(canvas.steps(0.25)):
        canvas.note(play.acid, beat, line[place % 16], 0.22, 0.4)
    canvas.echo(0.75, 0.2)


def trance(canvas: Canvas) -> None:
    """Lift super-saws in sixteenths over an off-beat bass."""
    for beat, chord in canvas.bars(
        [(57, 64, 69, 72), (53, 60, 65, 69), (60, 64, 67, 72), (55, 62, 67, 71)], 4
    ):
        for step in range(16):
            canvas.note(
                play.super_saw, beat + step / 4, chord[step % 4] + 12, 0.2, 0.25, 0.4 * (step % 3 - 1)
            )
        canvas.chord(play.super_saw, beat, chord, 3.8, 0.12)
        for step in range(4):
            canvas.note(play.saw, beat + step + 0.5, chord[0] - 24, 0.4, 0.35)
    canvas.hits(drums.kick(52), canvas.steps(1), 0.8)
    canvas.hits(drums.clap(), canvas.steps(2, 1), 0.35)
    canvas.hits(drums.hat(is_open=True), canvas.steps(1, 0.5), 0.25)
    canvas.reverb(0.25, 1.8)


def drum_and_bass(canvas: Canvas) -> None:
    """Break the beat at speed over a rolling low bass."""
    for beat, (root,) in canvas.bars([(33,), (33,), (36,), (31,)], 4):
        canvas.hits(drums.kick(55, 0.5), (beat, beat + 2.5), 0.9)
        canvas.hits(drums.snare(0.18), (beat + 1, beat + 3), 0.8)
        canvas.hits(drums.snare(0.1), (beat + 1.75, beat + 2.25, beat + 3.75), 0.2)
        for step in (0, 0.75, 1.5, 2.25, 3):
            canvas.note(play.acid, beat + step, root, 0.7, 0.45)
    canvas.hits(drums.hat(), canvas.steps(0.25), 0.2, 0.3)
    for beat, chord in canvas.bars([(57, 60, 64, 67), (53, 57, 60, 64)], 16):
        canvas.chord(play.warm_pad, beat, chord, 16, 0.12)


def ambient_drone(canvas: Canvas) -> None:
    """Let slow pads lie over each other in a very large space."""
    for beat, chord in canvas.bars([(38, 50, 57, 64), (36, 48, 55, 62)], 8):
        canvas.chord(play.warm_pad, beat, chord, 9, 0.35)
    for place, beat in enumerate(canvas.steps(3, 2)):
        canvas.note(play.bell, beat, (74, 81, 76, 69)[place % 4], 2, 0.07, (-0.6, 0.6)[place % 2])
    canvas.darken(14)
    canvas.reverb(0.8, 6.0)


def dark_ambient(canvas: Canvas) -> None:
    """Rumble: low noise, a semitone that will not resolve, metal far away."""
    rumble = np.convolve(play.noise(canvas.seconds, 21), np.hanning(700) / 200, mode="same").astype(
        np.float32
    )
    canvas.add(rumble, 0, 0.5)
    for beat, (low, high) in canvas.bars([(29, 30), (28, 29)], 8):
        canvas.note(play.warm_pad, beat, low, 9, 0.4, -0.5)
        canvas.note(play.warm_pad, beat, high + 12, 9, 0.3, 0.5)
    canvas.hits(play.bell(43.3, 3.0), canvas.steps(7, 3), 0.12, 0.6)
    canvas.reverb(0.7, 7.0)


def lo_fi(canvas: Canvas) -> None:
    """Nod: a lazy beat, an electric piano and the dust of a record."""
    for beat, chord in canvas.bars(
        [(50, 60, 65, 69, 72), (43, 59, 62, 65, 69), (48, 59, 64, 67, 71), (45, 57, 60, 64, 67)], 4
    ):
        canvas.chord(play.electric_piano, beat + 0.05, chord[1:], 2.5, 0.22)
        canvas.chord(play.electric_piano, beat + 2.6, chord[2:], 1.2, 0.15)
        canvas.note(play.sub, beat, chord[0] - 12, 1.6, 0.35)
        canvas.note(play.sub, beat + 2.5, chord[0] - 12, 1.2, 0.3)
        canvas.hits(drums.kick(52, 0.1), (beat, beat + 1.75, beat + 2.5), 0.6)
        canvas.hits(drums.snare(), (beat + 1.04, beat + 3.04), 0.4)
        canvas.hits(
            drums.hat(), (beat + step / 2 + (0.08 if step % 2 else 0) for step in range(8)), 0.15, 0.2
        )
    canvas.darken(8)
    canvas.add(drums.crackle(canvas.seconds), 0, 0.3)


def chiptune(canvas: Canvas) -> None:
    """Race: three voices of a games console and a noise channel."""
    lead = [
        (76, 0.5),
        (79, 0.5),
        (84, 0.5),
        (83, 0.25),
        (84, 0.25),
        (79, 1),
        (77, 0.5),
        (81, 0.5),
        (86, 0.5),
        (84, 0.5),
    ]
    lead += [(83, 0.5), (79, 0.5), (74, 1), (76, 1)]
    end = 0.0
    while end < canvas.beats:
        end = canvas.line(play.pulse, end, lead, 0.3)
    for start, chord in canvas.bars([(60, 64, 67), (65, 69, 72)], 4):
        for step in range(32):
            canvas.note(play.square, start + step / 8, chord[step % 3], 0.12, 0.12, -0.4)
        for step in range(8):
            canvas.note(play.square, start + step / 2, chord[0] - 24 + 12 * (step % 2), 0.4, 0.22)
    canvas.hits(drums.hat(), canvas.steps(0.5), 0.3)
    canvas.hits(drums.snare(0.1), canvas.steps(2, 1), 0.4)
    canvas.crush(16, 3)


def synthwave(canvas: Canvas) -> None:
    """Cruise: pumping octaves, a wide pad, a big slow snare."""
    for beat, chord in canvas.bars(
        [(45, 60, 64, 69), (41, 57, 60, 65), (48, 60, 64, 67), (43, 59, 62, 67)], 4
    ):
        for step in range(8):
            canvas.note(play.saw, beat + step / 2, chord[0] - 12 + 12 * (step % 2), 0.4, 0.3)
        canvas.chord(play.super_saw, beat, chord[1:], 3.8, 0.14)
        for step in range(16):
            canvas.note(play.pulse, beat + step / 4, chord[1 + step % 3] + 12, 0.15, 0.09, 0.5)
    canvas.hits(drums.kick(), canvas.steps(1), 0.7)
    canvas.hits(drums.snare(0.35), canvas.steps(2, 1), 0.7)
    canvas.darken(4)
    canvas.reverb(0.3, 1.8)


def disco(canvas: Canvas) -> None:
    """Dance: octave bass, open hats off the beat, strings and electric piano."""
    for beat, (low, *chord) in canvas.bars(
        [(45, 60, 64, 67), (50, 60, 65, 69), (43, 59, 62, 65), (48, 60, 64, 67)], 4
    ):
        for step in range(8):
            canvas.note(play.bass, beat + step / 2, low - 12 + 12 * (step % 2), 0.4, 0.5)
        for off in (0.5, 1.5, 2.25, 3.5):
            canvas.chord(play.electric_piano, beat + off, chord, 0.4, 0.18)
        canvas.chord(play.strings, beat, [pitch + 12 for pitch in chord], 3.5, 0.15)
    canvas.hits(drums.kick(), canvas.steps(1), 0.8)
    canvas.hits(drums.clap(), canvas.steps(2, 1), 0.4)
    canvas.hits(drums.hat(is_open=True), canvas.steps(1, 0.5), 0.3)
    canvas.reverb(0.15, 1.0)


def trap(canvas: Canvas) -> None:
    """Weigh down: long low drums, rolling hats, a sparse bell."""
    for beat, (low, high) in canvas.bars([(29, 65), (29, 68), (32, 63), (27, 60)], 4):
        canvas.hits(drums.boom(), (beat, beat + 2.75), 0.8)
        canvas.hits(drums.clap(), (beat + 2,), 0.6)
        canvas.note(play.sub, beat, low, 2.5, 0.4)
        canvas.hits(drums.hat(), (beat + step / 4 for step in range(12)), 0.2, 0.2)
        canvas.hits(drums.hat(), (beat + 3 + step / 8 for step in range(8)), 0.18, 0.2)
        canvas.line(play.bell, beat, [(high + 12, 0.75), (high + 7, 0.75), (high + 8, 1)], 0.18)
    canvas.reverb(0.15, 1.4)


def industrial(canvas: Canvas) -> None:
    """Hammer: distorted drums, metal and a machine's hum."""
    machine = canvas.bus()
    machine.hits(drums.kick(45, 0.8), canvas.steps(1), 0.9)
    machine.hits(drums.snare(0.12), canvas.steps(0.75, 0.5), 0.4)
    machine.hits(play.bell(33.7, 0.4), canvas.steps(3, 1.5), 0.5, 0.5)
    for place, beat in enumerate(canvas.steps(0.5)):
        machine.note(play.saw, beat, (28, 28, 29, 28, 34, 28)[place % 6], 0.4, 0.35)
    machine.drive(7)
    machine.crush(24, 4)
    canvas.merge(machine, 0.6)
    canvas.reverb(0.2, 1.2)
