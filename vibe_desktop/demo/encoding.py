"""Writes the demonstration's recordings as tagged Opus files."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from vibe_desktop.synthesis.instruments import RATE

_BITS_PER_SECOND = 112_000


def write_opus(file: Path, audio: NDArray[np.float32], tags: Mapping[str, str | list[str]]) -> None:
    """Encode stereo audio (2, n) at `RATE` Hz within [-1, 1] and tag it; the file appears only when whole."""
    import mutagen.oggopus

    part = file.with_name(f"{file.name}.part")
    _encode(part, audio)
    opus = mutagen.oggopus.OggOpus(part)
    opus.update(tags)
    opus.save()
    part.replace(file)


def _encode(file: Path, audio: NDArray[np.float32]) -> None:
    import av

    with av.open(str(file), "w", format="opus") as container:
        stream = container.add_stream("libopus", rate=RATE, layout="stereo")
        stream.codec_context.bit_rate = _BITS_PER_SECOND
        stream.codec_context.options = {"compression_level": "3"}
        samples = np.ascontiguousarray(audio.T.reshape(1, -1))
        step = 2 * 960
        for begin in range(0, samples.shape[1], step):
            piece = samples[:, begin : begin + step]
            frame = av.AudioFrame.from_ndarray(piece, format="flt", layout="stereo")
            frame.sample_rate, frame.pts, frame.time_base = RATE, begin // 2, Fraction(1, RATE)
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
