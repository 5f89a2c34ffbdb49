"""Pieces for instruments that need no plug."""

from __future__ import annotations

import numpy as np

from vibe_desktop.synthesis import drums
from vibe_desktop.synthesis import instruments as play
from vibe_desktop.synthesis.canvas import Canvas


def lullaby(canvas: Canvas) -> None:
    """Play a solo piano: a rocking left hand under a small tune in three-four."""
    for beat, (low, middle, high) in canvas.bars([(48, 55, 64), (45, 52, 60), (41, 48, 57), (43, 50, 59)], 3):
        for step, pitch in enumerate((low, middle, high)):
            canvas.note(play.piano, beat + step, pitch, 1.5, 0.28, pan=-0.2)
    tune = [(76, 2), (74, 1), (72, 3), (69, 2), (72, 1), (74, 3), (76, 1), (79, 1), (76, 1), (72, 3)]
    canvas.line(play.piano, 0, tune * 2, 0.4)
    canvas.reverb(0.25)


def adagio(canvas: Canvas) -> None:
    """Bow slow minor suspensions under a falling line."""
    chords = [(50, 57, 65), (50, 58, 67), (48, 57, 64), (49, 57, 64)]
    for beat, chord in canvas.bars(chords, 4):
        canvas.chord(play.strings, beat, chord, 4, 0.3)
        canvas.note(play.cello, beat, chord[0] - 12, 4, 0.35)
    canvas.line(play.strings, 0, [(77, 3), (76, 1), (74, 4), (72, 2), (70, 2), (69, 6)], 0.35)
    canvas.reverb(0.5, 3.0)


def cello_letter(canvas: Canvas) -> None:
    """Bow one cello, alone and slow."""
    tune = [(50, 3), (53, 1), (52, 2), (49, 2), (50, 4), (57, 3), (55, 1), (53, 2), (52, 2), (50, 5)]
    canvas.line(play.cello, 0, tune * 2, 0.6)
    canvas.reverb(0.35, 2.4)


def fingerpicking(canvas: Canvas) -> None:
    """Pick chords in a travelling pattern on one guitar."""
    chords = [(48, 55, 60, 64, 67), (43, 55, 59, 62, 67), (45, 57, 60, 64, 69), (41, 53, 57, 60, 65)]
    for beat, chord in canvas.bars(chords, 4):
        for step, place in enumerate((0, 2, 1, 3, 0, 4, 1, 3)):
            canvas.note(play.guitar, beat + step / 2, chord[place], 1.6, 0.4, pan=0.15 * (place - 2))
    canvas.reverb(0.15, 1.0)


def waltz(canvas: Canvas) -> None:
    """Dance in three: low strings on one, plucked chords on two and three, a flute above."""
    chords = [(43, 59, 62, 67), (43, 60, 64, 67), (50, 60, 62, 66), (43, 59, 62, 67)]
    for beat, (low, *rest) in canvas.bars(chords, 3):
        canvas.note(play.cello, beat, low, 1, 0.4)
        for step in (1, 2):
            canvas.chord(play.guitar, beat + step, rest, 0.4, 0.2)
    tune = [(74, 2), (79, 1), (78, 2), (76, 1), (74, 2), (72, 1), (71, 3)]
    end = canvas.line(play.strings, 0, tune * 2, 0.3)
    canvas.line(play.flute, end, [(pitch + 12, beats) for pitch, beats in tune * 3], 0.35)
    canvas.reverb(0.3)


def baroque(canvas: Canvas) -> None:
    """Run sixteenths on a harpsichord over a walking left hand."""
    for beat, (root, third, fifth) in canvas.bars(
        [(60, 64, 67), (57, 60, 64), (62, 65, 69), (55, 59, 62)], 2
    ):
        for step, pitch in enumerate((root, third, fifth, root + 12, fifth, third, fifth, third)):
            canvas.note(play.harpsichord, beat + step / 4, pitch + 12, 0.3, 0.35, pan=0.2)
        canvas.note(play.harpsichord, beat, root - 12, 0.9, 0.35, pan=-0.2)
        canvas.note(play.harpsichord, beat + 1, fifth - 24, 0.9, 0.3, pan=-0.2)
    canvas.reverb(0.15, 1.1)


def sacred_choir(canvas: Canvas) -> None:
    """Sing broad chords in a large room."""
    for beat, chord in canvas.bars(
        [(43, 55, 62, 67, 71), (40, 52, 59, 64, 67), (36, 55, 60, 64, 67), (38, 50, 57, 62, 66)], 4
    ):
        canvas.chord(play.choir, beat, chord, 4, 0.3)
    canvas.reverb(0.6, 4.0)


def epic(canvas: Canvas) -> None:
    """March: brass and choir over pounding drums."""
    for beat, (low, middle, high) in canvas.bars([(38, 57, 65), (34, 58, 65), (36, 55, 64), (33, 57, 64)], 4):
        canvas.chord(play.brass, beat, (low, low + 7, low + 12), 3.6, 0.35)
        canvas.chord(play.choir, beat, (middle, high, high + 5), 4, 0.25)
        for step in range(16):
            canvas.note(play.strings, beat + step / 4, middle - 12, 0.2, 0.16)
        canvas.hits(drums.tom(62), (beat, beat + 0.75, beat + 1.5, beat + 2, beat + 3, beat + 3.5), 0.8)
        canvas.hits(drums.crash(), (beat,), 0.3)
    canvas.reverb(0.4, 2.6)


def river_flute(canvas: Canvas) -> None:
    """Blow a free line on a flute over a quiet pad."""
    for beat, chord in canvas.bars([(50, 57, 62), (48, 55, 62)], 8):
        canvas.chord(play.warm_pad, beat, chord, 8, 0.14)
    tune = [(74, 2), (76, 1), (79, 3), (0, 1), (81, 1.5), (79, 0.5), (76, 2), (74, 1), (69, 3), (0, 1)]
    canvas.line(play.flute, 1, tune * 2, 0.5)
    canvas.reverb(0.55, 3.2)


def gamelan(canvas: Canvas) -> None:
    """Strike bells in interlocking patterns around a gong."""
    scale = (62, 63, 67, 69, 70)
    for place, beat in enumerate(canvas.steps(0.5)):
        canvas.note(play.bell, beat, scale[(place * 3) % 5] + 12, 0.5, 0.2, pan=0.5 if place % 2 else -0.5)
    canvas.hits(play.bell(38, 4.0), canvas.steps(8), 0.5)
    canvas.reverb(0.35, 2.5)


def desert(canvas: Canvas) -> None:
    """Pluck a Phrygian dominant tune over a frame drum and a drone."""
    tune = [
        (62, 0.5),
        (63, 0.5),
        (66, 1),
        (67, 0.5),
        (66, 0.5),
        (63, 1),
        (62, 1),
        (70, 0.5),
        (69, 0.5),
        (67, 1),
        (66, 1),
    ]
    beat = 0.0
    while beat < canvas.beats:
        beat = canvas.line(play.steel, beat, tune, 0.5)
    for start in canvas.steps(4):
        canvas.hits(drums.tom(75), (start, start + 1.5, start + 2), 0.6)
        canvas.hits(drums.stick(), (start + 1, start + 2.5, start + 3, start + 3.5), 0.35, 0.3)
        canvas.note(play.cello, start, 38, 4, 0.18)
    canvas.reverb(0.25)


def bluegrass(canvas: Canvas) -> None:
    """Roll three fingers over a banjo, fast, with a guitar on the off-beats."""
    for beat, (low, *chord) in canvas.bars(
        [(43, 59, 62, 67), (43, 59, 62, 67), (48, 60, 64, 67), (50, 57, 62, 66)], 4
    ):
        for step, place in enumerate((0, 1, 2, 0, 1, 2, 0, 1, 2, 1, 0, 2, 1, 0, 2, 1)):
            canvas.note(
                play.steel, beat + step / 4, chord[place] + (12 if step % 5 == 4 else 0), 0.4, 0.4, 0.2
            )
        for step in (0, 2):
            canvas.note(play.bass, beat + step, low - (0 if step == 0 else 5), 0.9, 0.5)
            canvas.chord(play.guitar, beat + step + 1, chord, 0.25, 0.2)
    canvas.reverb(0.1, 0.7)


def jazz_trio(canvas: Canvas) -> None:
    """Swing: walking bass, ride cymbal, sparse piano."""
    rng = np.random.default_rng(12)
    for beat, chord in canvas.bars(
        [(50, 60, 65, 69, 76), (43, 59, 65, 69, 76), (48, 59, 64, 67, 74), (45, 61, 64, 67, 73)], 4
    ):
        root = chord[0] - 12
        for step, pitch in enumerate((root, root + 4, root + 7, root + 10 if beat % 8 else root + 11)):
            canvas.note(play.bass, beat + step, pitch, 0.9, 0.55)
        canvas.hits(drums.ride(), (beat, beat + 1, beat + 1.67, beat + 2, beat + 3, beat + 3.67), 0.22, 0.4)
        canvas.hits(drums.brush(), (beat + 1, beat + 3), 0.3, -0.2)
        canvas.chord(play.piano, beat + (0.67, 1.67, 0.0)[int(beat) % 3], chord[1:], 0.8, 0.16)
        for start in (2, 2.67, 3, 3.67):
            canvas.note(play.piano, beat + start, int(rng.choice((72, 74, 76, 79, 81, 84))), 0.5, 0.28)
    canvas.reverb(0.15, 1.0)


def bossa(canvas: Canvas) -> None:
    """Comp softly on a nylon guitar, with shaker, rim and a breath of flute."""
    for beat, (low, *chord) in canvas.bars(
        [(45, 60, 64, 67, 71), (50, 60, 65, 69, 72), (43, 59, 64, 65, 69), (48, 59, 62, 64, 67)], 4
    ):
        for step in (0, 1.5, 2, 3.5):
            canvas.note(play.bass, beat + step, low - 12 + (7 if step >= 2 else 0), 0.8, 0.4)
        for step in (0, 1, 1.5, 2.5, 3):
            canvas.chord(play.guitar, beat + step, chord, 0.5, 0.2)
        canvas.hits(drums.stick(), (beat, beat + 1.5, beat + 3), 0.25, 0.3)
    canvas.hits(drums.shaker(), canvas.steps(0.5), 0.25, -0.3)
    canvas.line(play.flute, 8, [(76, 1.5), (74, 0.5), (72, 2), (69, 1), (71, 1), (72, 2)] * 3, 0.28)
    canvas.reverb(0.2, 1.2)
