"""Where the audio lies in a file and where its tags lie, for every container the library reads.

Only headers are read, by seeking: a cover of any size costs nothing here. Sizes
a file claims are believed no further than its last byte.

Sources of the layouts: ID3v2.4 structure (id3.org), APEv2 and Monkey's Audio
SDK headers, FLAC (RFC 9639), RIFF/RF64 (EBU Tech 3306), AIFF-C (Apple 1991),
ISO 14496-12 boxes, ASF specification 01.20.05, True Audio (TTA1).
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO, NamedTuple

from vibe_desktop.library.ogg import OggStream, read_ogg_headers


class Span(NamedTuple):
    """A stretch of a file: its first byte and how many there are."""

    offset: int
    size: int


@dataclass(slots=True)
class Layout:
    """What lies where in one file."""

    kind: str
    """mp3 (also when nothing else fits), aac, flac, ogg, wav, aiff, mp4, asf, wv, ape, mpc or tta"""
    payload: list[Span]
    claimed: int | None = None
    """payload bytes the container promises, where it says so"""
    id3: list[Span] = field(default_factory=list)
    id3v1: Span | None = None
    ape: Span | None = None
    comments: list[Span] = field(default_factory=list)
    """the pieces of a Vorbis comment"""
    info: Span | None = None
    """FLAC's STREAMINFO, RIFF's fmt or AIFF's COMM"""
    riff_info: Span | None = None
    pictures: list[list[Span]] = field(default_factory=list)
    """the pieces of each of FLAC's pictures"""
    ogg: OggStream | None = None

    @property
    def payload_size(self) -> int:
        """Bytes of audio that are really there."""
        return sum(span.size for span in self.payload)


_ASF_HEADER = bytes.fromhex("3026b2758e66cf11a6d900aa0062ce6c")
_ASF_DATA = bytes.fromhex("3626b2758e66cf11a6d900aa0062ce6c")

# After twelve ones MPEG audio names its layer; AAC as a stream of its own (ADTS, ISO 13818-7) has none.
_ADTS = (b"\xf0", b"\xf1", b"\xf8", b"\xf9")

# A chain of empty chunks in a sparse file of gigabytes would otherwise be followed to its end.
_MOST_CHUNKS = 10_000


def find_layout(file: BinaryIO, size: int) -> Layout:
    """Find audio and tags in a file of `size` bytes."""
    start, id3 = _leading_id3(file, size)
    end, ape, id3v1 = _trailing_tags(file, start, size)
    layout = _by_kind(file, start, end)
    layout.id3 = id3 + layout.id3
    layout.ape, layout.id3v1 = ape, id3v1
    return layout


def read_at(file: BinaryIO, offset: int, size: int) -> bytes:
    """Read up to `size` bytes from `offset`."""
    file.seek(offset)
    return file.read(size)


def _by_kind(file: BinaryIO, start: int, end: int) -> Layout:
    head = read_at(file, start, 32)
    if head[:4] in (b"RIFF", b"RF64", b"BW64") and head[8:12] == b"WAVE":
        return _wav(file, start, end)
    if head[:4] == b"FORM" and head[8:12] in (b"AIFF", b"AIFC"):
        return _aiff(file, start, end)
    if head[4:8] == b"ftyp":
        return _mp4(file, start, end)
    if head[:16] == _ASF_HEADER:
        return _asf(file, start, end)
    readers = {b"fLaC": _flac, b"OggS": _ogg, b"MAC ": _monkeys_audio, b"TTA1": _true_audio}
    if (reader := readers.get(head[:4])) is not None:
        return reader(file, start, end)
    stream = "aac" if head[:1] == b"\xff" and head[1:2] in _ADTS else "mp3"
    kind = {b"wvpk": "wv", b"MPCK": "mpc", b"MP+\x07": "mpc", b"MP+\x17": "mpc"}.get(head[:4], stream)
    return Layout(kind, [_clamped(start, end - start, end)])


def _clamped(offset: int, size: int, end: int) -> Span:
    return Span(offset, max(0, min(size, end - offset)))


def _leading_id3(file: BinaryIO, size: int) -> tuple[int, list[Span]]:
    """Skip ID3v2 tags at the front; some programs stack several."""
    start = 0
    found: list[Span] = []
    while len(found) < 8 and (head := read_at(file, start, 10))[:3] == b"ID3" and len(head) == 10:
        length = 10 + synchsafe(head[6:10]) + (10 if head[5] & 0x10 else 0)
        found.append(_clamped(start, length, size))
        start = min(size, start + length)
    return start, found


def synchsafe(four: bytes) -> int:
    """Return ID3's 28-bit number: seven bits in each of four bytes."""
    return (four[0] & 127) << 21 | (four[1] & 127) << 14 | (four[2] & 127) << 7 | four[3] & 127


def _trailing_tags(file: BinaryIO, start: int, end: int) -> tuple[int, Span | None, Span | None]:
    """Peel ID3v1, Lyrics3v2 and APEv2 off the end: (where the audio ends, APEv2 items, ID3v1)."""
    ape = id3v1 = None
    for _ in range(8):
        tail = read_at(file, max(start, end - 128), 128)
        if id3v1 is None and len(tail) == 128 and tail[:3] == b"TAG":
            id3v1 = Span(end - 128, 128)
            end -= 128
        elif tail[-9:] == b"LYRICS200" and tail[-15:-9].isdigit():
            end = max(start, end - 15 - int(tail[-15:-9]))
        elif tail[-32:-24] == b"APETAGEX":
            length, _count, flags = struct.unpack("<III", tail[-20:-8])
            items = max(start, end - length)
            ape = ape or Span(items, max(0, end - 32 - items))
            end = max(start, items - (32 if flags >> 31 else 0))
        else:
            break
    return end, ape, id3v1


def _flac(file: BinaryIO, start: int, end: int) -> Layout:
    layout, offset, last = Layout("flac", []), start + 4, False
    for _ in range(_MOST_CHUNKS):
        head = read_at(file, offset, 4)
        if last or len(head) < 4:
            break
        last, kind, block = bool(head[0] & 0x80), head[0] & 0x7F, _clamped(offset + 4, _u24(head[1:]), end)
        layout.info = block if kind == 0 else layout.info
        layout.comments = [block] if kind == 4 else layout.comments  # VORBIS_COMMENT
        layout.pictures += [[block]] if kind == 6 else []  # PICTURE
        offset += 4 + _u24(head[1:])
    layout.payload = [_clamped(offset, end - offset, end)]
    return layout


def _u24(three: bytes) -> int:
    return int.from_bytes(three, "big")


def _ogg(file: BinaryIO, start: int, end: int) -> Layout:
    stream = read_ogg_headers(file, start, end)
    payload = [_clamped(stream.audio_start, end - stream.audio_start, end)]
    comments = [Span(*piece) for piece in stream.comments]
    pictures = [[Span(*piece) for piece in picture] for picture in stream.pictures]
    return Layout("ogg", payload, comments=comments, pictures=pictures, ogg=stream)


def _chunks(file: BinaryIO, start: int, end: int, form: str) -> Iterator[tuple[bytes, Span, int]]:
    """Walk IFF chunks after the 12-byte form header: (name, span that is there, size claimed)."""
    offset = start + 12
    for _ in range(_MOST_CHUNKS):
        head = read_at(file, offset, 8)
        if offset + 8 > end or len(head) < 8:
            return
        name, size = struct.unpack(form, head)
        yield name, _clamped(offset + 8, size, end), size
        offset += 8 + size + (size & 1)


def _wav(file: BinaryIO, start: int, end: int) -> Layout:
    layout, wide = Layout("wav", []), 0
    for name, span, size in _chunks(file, start, end, "<4sI"):
        if name == b"ds64":
            wide = int.from_bytes(read_at(file, span.offset + 8, 8), "little")
        elif name == b"data" and not layout.payload:
            # 0xFFFFFFFF: the size is in ds64, or a recorder never came back to write it.
            long = size == 0xFFFFFFFF
            layout.claimed = (wide or None) if long else size
            layout.payload = [_clamped(span.offset, wide or end if long else size, end)]
            if long:
                break
        elif name in (b"id3 ", b"ID3 "):
            layout.id3.append(span)
        elif name == b"fmt ":
            layout.info = span
        elif name == b"LIST" and read_at(file, span.offset, 4) == b"INFO":
            layout.riff_info = span
    return layout


def _aiff(file: BinaryIO, start: int, end: int) -> Layout:
    layout = Layout("aiff", [])
    for name, span, size in _chunks(file, start, end, ">4sI"):
        if name == b"SSND":
            layout.payload, layout.claimed = [span], size
        elif name in (b"ID3 ", b"id3 "):
            layout.id3.append(span)
        elif name == b"COMM":
            layout.info = span
    return layout


def _mp4(file: BinaryIO, start: int, end: int) -> Layout:
    layout, offset, claimed = Layout("mp4", []), start, 0
    for _ in range(_MOST_CHUNKS):
        head = read_at(file, offset, 16)
        if len(head) < 8 or offset >= end:
            break
        size, name, header = int.from_bytes(head[:4], "big"), head[4:8], 8
        if size == 1:
            size, header = int.from_bytes(head[8:16], "big"), 16
        size = end - offset if size == 0 else size
        if size < header:
            break
        if name == b"mdat":
            layout.payload.append(_clamped(offset + header, size - header, end))
            claimed += size - header
        offset += size
    layout.claimed = claimed
    return layout


def _asf(file: BinaryIO, start: int, end: int) -> Layout:
    offset = start + int.from_bytes(read_at(file, start + 16, 8), "little")
    data = read_at(file, offset, 24) if offset < end else b""
    if data[:16] != _ASF_DATA:
        return Layout("asf", [])
    # The object's own header, the file's id, a packet count and a reserved word come before the packets.
    claimed = int.from_bytes(data[16:24], "little") - 50
    size = claimed if claimed > 0 else end
    return Layout("asf", [_clamped(offset + 50, size, end)], claimed if claimed > 0 else None)


def _monkeys_audio(file: BinaryIO, start: int, end: int) -> Layout:
    layout = Layout("ape", [_clamped(start, end - start, end)])
    head = read_at(file, start, 36)
    if len(head) == 36 and int.from_bytes(head[4:6], "little") >= 3980:  # has a descriptor
        *lengths, high, trailer = struct.unpack("<7I", head[8:36])
        layout.claimed = sum(lengths) + (high << 32) + trailer
    return layout


def _true_audio(file: BinaryIO, start: int, end: int) -> Layout:
    layout = Layout("tta", [_clamped(start, end - start, end)])
    head = read_at(file, start, 18)
    if len(head) < 18:
        return layout
    rate, samples = struct.unpack("<II", head[10:18])
    frames = -(-samples // max(1, rate * 256 // 245))
    table = read_at(file, start + 22, 4 * min(frames, 1 << 18))
    if len(table) == 4 * frames:
        layout.claimed = 22 + len(table) + 4 + sum(struct.unpack(f"<{frames}I", table))
    return layout
