"""Pieces for a band with amplifiers."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from vibe_desktop.synthesis import drums
from vibe_desktop.synthesis import instruments as play
from vibe_desktop.synthesis.canvas import Canvas


def _power(canvas: Canvas, notes: Iterable[tuple[float, float, float]], drive: float) -> None:
    """Play (beat, root, beats) as fifths on two overdriven guitars, one on each side.

    The strings are plucked ones: a driven sawtooth is heard as a synthesiser, by
    MusiCNN for one.
    """
    notes = list(notes)
    for side in (-0.8, 0.8):
        guitar = canvas.bus()
        for beat, root, beats in notes:
            for interval in (0, 7, 12):
                guitar.note(play.guitar, beat, root + interval + side * 0.07, beats, 0.5)
        guitar.drive(drive)
        guitar.darken(9)
        canvas.merge(guitar, 0.4, side)


def metal(canvas: Canvas) -> None:
    """Chug low fifths over a double bass drum."""
    chug(canvas, (0, 0, 0, 3, 0, 0, 5, 0, 0, 0, 6, 5, 3, 3, 0, -2), 0.5)


def chug(canvas: Canvas, riff: Sequence[int], every: float) -> None:
    """Repeat a riff, in semitones above a low D, a note every so many beats, over a double bass drum."""
    notes = [
        (beat, 38 + riff[place % len(riff)], 0.94 * every) for place, beat in enumerate(canvas.steps(every))
    ]
    _power(canvas, notes, 40)
    for beat, pitch, beats in notes:
        canvas.note(play.bass, beat, pitch - 12, beats, 0.4)
    canvas.hits(drums.kick(58, 0.6), canvas.steps(0.25), 0.3)
    canvas.hits(drums.snare(), canvas.steps(2, 1), 0.9)
    canvas.hits(drums.crash(), canvas.steps(1), 0.3, 0.3)
    canvas.reverb(0.15, 0.8)


def doom(canvas: Canvas) -> None:
    """Drag heavy chords very slowly."""
    roots = (33, 33, 36, 32)
    _power(canvas, ((beat, roots[bar % 4], 3.8) for bar, beat in enumerate(canvas.steps(4))), 80)
    for beat in canvas.steps(4):
        canvas.hits(drums.kick(45), (beat, beat + 1.5), 0.9)
        canvas.hits(drums.snare(0.4), (beat + 2,), 0.8)
        canvas.hits(drums.crash(), (beat,), 0.4)
    canvas.reverb(0.25, 2.0)


def punk(canvas: Canvas) -> None:
    """Strum fifths as fast as they come over a straight beat."""
    roots = (45, 50, 52, 50)
    _power(canvas, ((beat, roots[int(beat // 4) % 4], 0.45) for beat in canvas.steps(0.5)), 20)
    for beat in canvas.steps(0.5):
        canvas.note(play.bass, beat, roots[int(beat // 4) % 4] - 12, 0.45, 0.5)
    canvas.hits(drums.kick(), canvas.steps(2), 0.8)
    canvas.hits(drums.snare(), canvas.steps(2, 1), 0.8)
    canvas.hits(drums.hat(is_open=True), canvas.steps(0.5), 0.2, 0.3)
    canvas.hits(drums.crash(), canvas.steps(16), 0.4)


def ballad(canvas: Canvas) -> None:
    """Play a soft-rock song: piano chords, round bass, wide drums."""
    for beat, (low, *chord) in canvas.bars(
        [(48, 60, 64, 67), (43, 59, 62, 67), (45, 60, 64, 69), (41, 57, 60, 65)], 4
    ):
        for step in range(4):
            canvas.chord(play.piano, beat + step, chord, 0.9, 0.2)
        canvas.note(play.bass, beat, low - 12, 3.8, 0.5)
        canvas.chord(play.strings, beat, [pitch + 12 for pitch in chord], 4, 0.1)
        canvas.hits(drums.kick(), (beat, beat + 2.5), 0.6)
        canvas.hits(drums.snare(), (beat + 1, beat + 3), 0.5)
    canvas.hits(drums.hat(), canvas.steps(0.5), 0.15, 0.3)
    canvas.line(play.cello, 8, [(67, 2), (69, 1), (71, 1), (72, 4), (71, 2), (69, 2), (67, 4)], 0.3)
    canvas.reverb(0.25, 1.6)


def blues(canvas: Canvas) -> None:
    """Shuffle through twelve bars: organ, bass, a bent guitar."""
    roots = (40, 40, 40, 40, 45, 45, 40, 40, 47, 45, 40, 47)
    for bar, beat in enumerate(canvas.steps(4)):
        root = roots[bar % 12]
        for step, interval in enumerate((0, 4, 7, 9)):
            canvas.note(play.bass, beat + step, root + interval - 12, 0.9, 0.55)
            canvas.chord(play.organ, beat + step + 0.67, (root + 16, root + 22, root + 26), 0.3, 0.14)
        canvas.hits(drums.kick(), (beat, beat + 2), 0.6)
        canvas.hits(drums.snare(), (beat + 1, beat + 3), 0.5)
        canvas.hits(drums.ride(), (beat + step + off for step in range(4) for off in (0, 0.67)), 0.15, 0.4)
    lead = canvas.bus()
    lick = [(64, 0.67), (67, 0.33), (69, 1), (70, 0.33), (69, 0.67), (67, 1), (64, 1), (0, 3)]
    lead.line(play.steel, 0, lick * 6, 0.8)
    lead.drive(2.5)
    canvas.merge(lead, 0.3)
    canvas.reverb(0.15, 1.0)


def reggae(canvas: Canvas) -> None:
    """Skank on the off-beat over a heavy bass, with long echoes."""
    skank = canvas.bus()
    for beat, (low, *chord) in canvas.bars(
        [(45, 60, 64, 69), (45, 60, 64, 69), (50, 62, 65, 69), (43, 59, 62, 67)], 4
    ):
        for step in (1, 3):
            skank.chord(play.organ, beat + step - 0.5, chord, 0.22, 0.3)
        for place, interval in ((0.0, 0), (0.75, 0), (1.5, 7), (2.5, 5), (3.25, 3)):
            canvas.note(play.sub, beat + place, low - 12 + interval, 0.6, 0.55)
        canvas.hits(drums.kick(), (beat + 2,), 0.8)
        canvas.hits(drums.stick(), (beat + 2,), 0.5)
    skank.echo(0.75, 0.45)
    canvas.merge(skank, 0.8)
    canvas.hits(drums.hat(), canvas.steps(0.5), 0.15, 0.3)


def funk(canvas: Canvas) -> None:
    """Lock a syncopated bass and a choked guitar to a dry kit."""
    pattern = ((0, 0), (0.75, 0), (1.5, 12), (1.75, 10), (2.5, 0), (3, 7), (3.5, 10))
    for beat in canvas.steps(4):
        for step, interval in pattern:
            canvas.note(play.bass, beat + step, 40 + interval, 0.35, 0.65)
        for step in (0.5, 0.75, 1.25, 2.25, 2.75, 3.25):
            canvas.chord(play.steel, beat + step, (64, 68, 71, 74), 0.12, 0.22)
        canvas.hits(drums.kick(), (beat, beat + 1.75, beat + 2.5), 0.7)
        canvas.hits(drums.snare(), (beat + 1, beat + 3), 0.6)
        canvas.chord(play.brass, beat + 3.5, (64, 68, 74), 0.3, 0.25)
    canvas.hits(drums.hat(), canvas.steps(0.25), 0.18, 0.3)
