"""Small real audio files in every format the library reads, made on the fly from a signal.

`make_audio(path, "flac", title="Dawn", genres=["Folk"])` writes a tagged file;
`encode(kind, signal)` gives the bytes alone. Encoding happens once a session
for the same signal and kind. Monkey's Audio and Musepack have no encoder in
FFmpeg: `ape` and `mpc` files have true headers and tags, but noise where the
audio would be (`DECODABLE` names the kinds that can be listened to).
"""

from __future__ import annotations

import io
import struct
import zlib
from dataclasses import dataclass, field
from fractions import Fraction
from functools import lru_cache
from pathlib import Path
from typing import Any

import av
import numpy as np
from numpy.typing import NDArray

from tag_writing import tag_file

Signal = NDArray[np.float32]

RATE = 44_100


@dataclass(frozen=True)
class _Encoding:
    container: str
    codec: str
    suffix: str
    rate: int = RATE
    layout: str = "mono"
    bit_rate: int | None = None
    options: dict[str, str] = field(default_factory=dict)


_ENCODINGS = {
    "mp3": _Encoding("mp3", "libmp3lame", ".mp3", bit_rate=64_000),
    "flac": _Encoding("flac", "flac", ".flac"),
    "m4a": _Encoding("ipod", "aac", ".m4a", bit_rate=64_000),
    "alac": _Encoding("ipod", "alac", ".m4a"),
    # The encoder FFmpeg brings itself knows stereo only and calls itself experimental.
    "ogg": _Encoding("ogg", "vorbis", ".ogg", layout="stereo", options={"strict": "experimental"}),
    "opus": _Encoding("opus", "libopus", ".opus", rate=48_000, bit_rate=48_000),
    "wav": _Encoding("wav", "pcm_s16le", ".wav"),
    "aiff": _Encoding("aiff", "pcm_s16be", ".aiff"),
    "wma": _Encoding("asf", "wmav2", ".wma", layout="stereo", bit_rate=96_000),
    "wv": _Encoding("wv", "wavpack", ".wv"),
    "tta": _Encoding("tta", "tta", ".tta"),
}

DECODABLE = tuple(_ENCODINGS)
KINDS = (*DECODABLE, "ape", "mpc")


def suffix(kind: str) -> str:
    """Return the file name's ending that goes with a kind, dot included."""
    return _ENCODINGS[kind].suffix if kind in _ENCODINGS else f".{kind}"


def tone(seconds: float = 1.0, frequency: float = 440.0, rate: int = RATE) -> Signal:
    """Return a sine wave with a little fixed noise, shape (seconds * rate,), float32, peak below 0.5."""
    time = np.arange(int(seconds * rate)) / rate
    noise = np.random.default_rng(int(frequency)).normal(0, 0.01, len(time))
    return (0.4 * np.sin(2 * np.pi * frequency * time) + noise).astype(np.float32)


def encode(kind: str, signal: Signal | None = None, rate: int = RATE) -> bytes:
    """Encode a mono signal (n,) within [-1, 1] at `rate` Hz as one of `KINDS`, untagged.

    `wav` keeps the rate it is given; every other kind is resampled to its usual one.
    """
    return _encode(kind, (tone() if signal is None else signal).astype(np.float32).tobytes(), rate)


def make_audio(path: Path, kind: str = "", signal: Signal | None = None, **tags: Any) -> Path:
    """Write a file of a kind (by default what its suffix says) and tag it with the names of `tag_file`."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(encode(kind or path.suffix.lower().lstrip("."), signal))
    if tags:
        tag_file(path, **tags)
    return path


@lru_cache(maxsize=256)
def _encode(kind: str, samples: bytes, rate: int) -> bytes:
    signal = np.frombuffer(samples, np.float32)
    if kind == "ape":
        return _monkeys_audio(signal, rate)
    if kind == "mpc":
        return _musepack(signal, rate)
    return _with_ffmpeg(_ENCODINGS[kind], signal, rate)


def _with_ffmpeg(how: _Encoding, signal: Signal, rate: int) -> bytes:
    target = io.BytesIO()
    with av.open(target, "w", format=how.container) as container:
        wanted = rate if how.container == "wav" else how.rate
        stream: Any = container.add_stream(how.codec, rate=wanted, layout=how.layout, options=how.options)
        if how.bit_rate is not None:
            stream.codec_context.bit_rate = how.bit_rate
        stream.codec_context.open()
        for frame in _frames(stream.codec_context, signal, rate):
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    return target.getvalue()


def _frames(context: Any, signal: Signal, rate: int) -> list[Any]:
    frame = av.AudioFrame.from_ndarray(signal[None], format="fltp", layout="mono")
    frame.sample_rate, frame.pts, frame.time_base = rate, 0, Fraction(1, rate)
    resampler = av.AudioResampler(
        format=context.format, layout=context.layout, rate=context.rate, frame_size=context.frame_size or None
    )
    return [*resampler.resample(frame), *resampler.resample(None)]


def _monkeys_audio(signal: Signal, rate: int) -> bytes:
    """Build a 3.99 descriptor and header over a payload of noise (no decoder will take it)."""
    samples, blocks = len(signal), 73_728
    frames = max(1, -(-samples // blocks))
    payload = _noise(signal)
    descriptor = struct.pack(
        "<4sHHIIIIIII16s", b"MAC ", 3990, 0, 52, 24, 4 * frames, 0, len(payload), 0, 0, bytes(16)
    )
    header = struct.pack("<HHIIIHHI", 2000, 0, blocks, samples - (frames - 1) * blocks, frames, 16, 1, rate)
    return descriptor + header + bytes(4 * frames) + payload


def _musepack(signal: Signal, rate: int) -> bytes:
    """Build a stream version 7 header over a payload of noise (no decoder will take it)."""
    rates = (44_100, 48_000, 37_800, 32_000)
    frames = max(1, -(-len(signal) // 1152))
    header = struct.pack("<4sIIHhHhI4x", b"MP+\x07", frames, rates.index(rate) << 16, 0, 0, 0, 0, 0)
    return header + _noise(signal)


def _noise(signal: Signal) -> bytes:
    seed = zlib.crc32(signal.tobytes())
    return np.random.default_rng(seed).bytes(max(2000, len(signal) // 4))
