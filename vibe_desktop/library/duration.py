"""How long a track really is: what its header claims, held against the audio that is there.

A truncated file keeps its old header, so a claim is scaled to the bytes that
remain, or corrected by the number of the last whole frame.
"""

from __future__ import annotations

import math
from typing import Any, BinaryIO

import mutagen.aac
import mutagen.aiff
import mutagen.flac
import mutagen.monkeysaudio
import mutagen.mp3
import mutagen.musepack
import mutagen.trueaudio
import mutagen.wavpack

from vibe_desktop.library import ogg
from vibe_desktop.library.audio_layout import Layout, read_at

_LONGEST = 30 * 86_400.0
_TAIL = 1 << 16
# Digital silence in FLAC is the thinnest honest audio: about 1,000 bit/s.
_THINNEST = 500.0


class NotAudioError(Exception):
    """Nothing in the file can be understood as audio."""


def measure(file: BinaryIO, layout: Layout, parsed: Any = None) -> float | None:
    """Return the length in seconds, or None where the file does not say or cannot be believed.

    `parsed` is mutagen's object for MP4 and Windows Media files. NotAudioError
    when no audio can be found.
    """
    if layout.payload_size == 0:
        raise NotAudioError
    seconds = _claimed(file, layout, parsed)
    if layout.claimed and layout.payload_size < layout.claimed and layout.kind != "wav":
        seconds *= layout.payload_size / layout.claimed
    if not math.isfinite(seconds) or not 0 < seconds <= _LONGEST:
        return None
    return seconds if layout.payload_size * 8 / seconds >= _THINNEST else None


def _claimed(file: BinaryIO, layout: Layout, parsed: Any) -> float:
    if layout.kind in ("mp4", "asf"):
        return float(parsed.info.length)
    reader = _READERS.get(layout.kind)
    if reader is not None:
        return reader(file, layout)
    start = layout.payload[0].offset
    file.seek(start)
    if layout.kind == "ape":
        return float(mutagen.monkeysaudio.MonkeysAudioInfo(file).length)
    if layout.kind == "mpc":
        return float(mutagen.musepack.MusepackInfo(file).length)
    return float(mutagen.trueaudio.TrueAudioInfo(file, start).length)


def _mpeg(file: BinaryIO, layout: Layout) -> float:
    (start, size) = layout.payload[0]
    try:
        info = mutagen.mp3.MPEGInfo(file, start)
    except mutagen.mp3.HeaderNotFoundError as error:
        raise NotAudioError from error
    if info.sketchy and info.frame_offset != start:
        raise NotAudioError
    by_size = size * 8 / info.bitrate if info.bitrate else math.inf
    return float(min(info.length, by_size))


def _flac(file: BinaryIO, layout: Layout) -> float:
    if layout.info is None:
        raise NotAudioError
    info = mutagen.flac.StreamInfo(read_at(file, *layout.info))
    start, size = layout.payload[0]
    tail = read_at(file, start + max(0, size - _TAIL), min(size, _TAIL))
    last = last_flac_sample(tail, info.min_blocksize, info.total_samples)
    return float(last or info.total_samples) / float(info.sample_rate)


def last_flac_sample(tail: bytes, fixed_block: int, total: int) -> int | None:
    """Return the sample after the last frame that begins in `tail`, None if no frame header is found.

    Frame headers (RFC 9639 section 9.1) carry the number of their frame, or of
    their first sample, and a CRC-8. `total` samples were claimed, 0 for unknown.
    """
    at = len(tail)
    while (at := tail.rfind(b"\xff", 0, at)) >= 0:
        header = _flac_header(tail[at : at + 16], fixed_block)
        if header is not None and (total == 0 or header <= total + fixed_block):
            return min(header, total) if total else header
    return None


def _flac_header(data: bytes, fixed_block: int) -> int | None:
    if len(data) < 16 or data[1] not in (0xF8, 0xF9) or data[2] >> 4 == 0 or data[3] & 1:
        return None
    width = max(1, 8 - (data[4] ^ 0xFF).bit_length()) if data[4] & 0x80 else 1
    number = data[4] & (0x7F >> (width if width > 1 else 0))
    for byte in data[5 : 4 + width]:
        number = number << 6 | byte & 0x3F
    code, at = data[2] >> 4, 4 + width
    block, at = _flac_block(code, data, at)
    at += {12: 1, 13: 2, 14: 2}.get(data[2] & 15, 0)
    if at >= len(data) or _crc8(data[:at]) != data[at]:
        return None
    return (number if data[1] & 1 else number * fixed_block) + block


def _flac_block(code: int, data: bytes, at: int) -> tuple[int, int]:
    """Return the samples in a frame and where the header goes on."""
    if code == 6:  # the codes of RFC 9639 table 14
        return data[at] + 1, at + 1
    if code == 7:
        return int.from_bytes(data[at : at + 2], "big") + 1, at + 2
    return (192 if code == 1 else 576 << (code - 2) if code <= 5 else 256 << (code - 8)), at


def _crc8(data: bytes) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = (crc << 1 ^ 7 if crc & 0x80 else crc << 1) & 0xFF
    return crc


def _ogg(file: BinaryIO, layout: Layout) -> float:
    assert layout.ogg is not None  # noqa: S101 - an Ogg layout always has it
    return ogg.seconds_of(file, layout.ogg, sum(layout.payload[-1])) or math.nan


def _wav(file: BinaryIO, layout: Layout) -> float:
    """Divide the bytes there are by the bytes per second the format chunk names."""
    if layout.info is None:
        raise NotAudioError
    rate = int.from_bytes(read_at(file, layout.info.offset + 8, 4), "little")
    return layout.payload_size / rate if rate else math.nan


def _aac(file: BinaryIO, _layout: Layout) -> float:
    file.seek(0)
    try:
        return float(mutagen.aac.AACInfo(file).length)
    except mutagen.aac.AACError as error:
        raise NotAudioError from error


def _aiff(file: BinaryIO, _layout: Layout) -> float:
    return float(mutagen.aiff.AIFFInfo(file).length)


def _wavpack(file: BinaryIO, layout: Layout) -> float:
    """Believe the first block's total only as far as the last block reaches."""
    start, size = layout.payload[0]
    file.seek(start)
    info = mutagen.wavpack.WavPackInfo(file)
    tail = read_at(file, start + max(0, size - 4 * _TAIL), min(size, 4 * _TAIL))
    at = tail.rfind(b"wvpk")
    if at < 0 or len(tail) < at + 24:
        return float(info.length)
    index, samples = (int.from_bytes(tail[at + place : at + place + 4], "little") for place in (16, 20))
    return min(float(info.length), (index + samples) / float(info.sample_rate))


_READERS = {
    "mp3": _mpeg, "aac": _aac, "flac": _flac, "ogg": _ogg, "wav": _wav, "wv": _wavpack, "aiff": _aiff,
}  # fmt: skip
