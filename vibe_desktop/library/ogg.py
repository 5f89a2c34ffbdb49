"""Ogg pages: the headers of the audio stream, the last position, and the audio without the pages around it.

Pages carry a running number and a checksum that change whenever a comment grows
by a page; what is inside them does not. Layout: RFC 3533; mappings: Vorbis I
section 4 and A.2, RFC 7845 (Opus), RFC 9639 section 10.1 (FLAC), Speex manual.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

_LARGEST_PAGE = 27 + 255 + 255 * 255
_MOST_HEADER_PAGES = 20_000
_CONTINUED, _FIRST = 0x01, 0x02

Piece = tuple[int, int]
"""offset and size of a stretch of the file"""


@dataclass(slots=True)
class OggStream:
    """The audio stream of an Ogg file."""

    codec: str
    serial: int
    rate: int
    """positions (granules) per second"""
    pre_skip: int = 0
    audio_start: int = 0
    comments: list[Piece] = field(default_factory=list)
    pictures: list[list[Piece]] = field(default_factory=list)


@dataclass(slots=True)
class _Page:
    offset: int
    flags: int
    granule: int
    serial: int
    lacing: bytes

    @property
    def body(self) -> int:
        return self.offset + 27 + len(self.lacing)

    @property
    def end(self) -> int:
        return self.body + sum(self.lacing)


def read_ogg_headers(file: BinaryIO, start: int, end: int) -> OggStream:
    """Find the first Vorbis, Opus, FLAC or Speex stream and where its audio begins; ValueError if none."""
    stream: OggStream | None = None
    packet: list[Piece] = []
    done = 0
    for page in _pages(file, start, end):
        if stream is None and page.flags & _FIRST:
            file.seek(page.body)
            stream = _identify(file.read(80), page.serial)
        if stream is None or page.serial != stream.serial:
            continue
        for piece, complete in _pieces(page):
            packet.append(piece)
            if complete:
                if _take_header(file, stream, done, packet):
                    stream.audio_start = page.end
                    return stream
                packet, done = [], done + 1
    raise ValueError("no audio stream with whole headers in this Ogg file")


def _pages(file: BinaryIO, start: int, end: int) -> Iterator[_Page]:
    offset = start
    for _ in range(_MOST_HEADER_PAGES):
        file.seek(offset)
        head = file.read(27 + 255)
        page = _page(head, 0, offset)
        if page is None or offset >= end:
            return
        yield page
        offset = page.end


def _page(data: bytes, at: int, offset: int) -> _Page | None:
    """Parse the page header at `data[at:]`, which lies at `offset` in the file."""
    if data[at : at + 5] != b"OggS\0" or len(data) < at + 27:
        return None
    flags, granule, serial = struct.unpack_from("<BqI", data, at + 5)
    lacing = data[at + 27 : at + 27 + data[at + 26]]
    return _Page(offset, flags, granule, serial, lacing)


def _pieces(page: _Page) -> Iterator[tuple[Piece, bool]]:
    """Cut a page into packets: (stretch, whether the packet ends with it)."""
    offset = begin = page.body
    for value in page.lacing:
        offset += value
        if value < 255:  # a full lacing value says that the packet goes on
            yield (begin, offset - begin), True
            begin = offset
    if begin < offset:
        yield (begin, offset - begin), False


def _identify(head: bytes, serial: int) -> OggStream | None:
    if head[:7] == b"\x01vorbis" and len(head) >= 16:
        return OggStream("vorbis", serial, int.from_bytes(head[12:16], "little"))
    if head[:8] == b"OpusHead" and len(head) >= 12:
        return OggStream("opus", serial, 48_000, pre_skip=int.from_bytes(head[10:12], "little"))
    if head[:5] == b"\x7fFLAC" and len(head) >= 31:
        return OggStream("flac", serial, int.from_bytes(head[27:30], "big") >> 4)
    if head[:8] == b"Speex   " and len(head) >= 40:
        return OggStream("speex", serial, int.from_bytes(head[36:40], "little"))
    return None


def _take_header(file: BinaryIO, stream: OggStream, number: int, packet: list[Piece]) -> bool:
    """Look at header packet `number`; return whether it was the last before the audio."""
    if stream.codec == "flac":
        return _take_flac_header(file, stream, number, packet)
    if number == 1:
        prefix = {"vorbis": 7, "opus": 8, "speex": 0}[stream.codec]
        stream.comments = _without_front(packet, prefix)
    return number == {"vorbis": 2, "opus": 1, "speex": 1}[stream.codec]


def _take_flac_header(file: BinaryIO, stream: OggStream, number: int, packet: list[Piece]) -> bool:
    if number == 0:
        return False
    file.seek(packet[0][0])
    kind = (file.read(1) or b"\xff")[0]
    if kind & 0x7F == 4:  # VORBIS_COMMENT
        stream.comments = _without_front(packet, 4)
    if kind & 0x7F == 6:  # PICTURE
        stream.pictures.append(_without_front(packet, 4))
    return bool(kind & 0x80)


def _without_front(packet: list[Piece], count: int) -> list[Piece]:
    (offset, size), *rest = packet
    return [(offset + count, max(0, size - count)), *rest]


def seconds_of(file: BinaryIO, stream: OggStream, end: int) -> float | None:
    """Return the length told by the last page that is wholly there; None if there is none."""
    start = max(stream.audio_start, end - 2 * _LARGEST_PAGE)
    file.seek(start)
    tail = file.read(end - start)
    at = len(tail)
    while (at := tail.rfind(b"OggS", 0, at)) >= 0:
        page = _page(tail, at, start + at)
        if page and page.serial == stream.serial and page.granule >= 0 and page.end <= end and stream.rate:
            return (page.granule - stream.pre_skip) / stream.rate
    return None


def first_audio(file: BinaryIO, stream: OggStream, end: int, count: int) -> bytes:
    """Return the first `count` bytes inside the audio's pages."""
    bodies, length = [], 0
    for page in _pages(file, stream.audio_start, end):
        file.seek(page.body)
        bodies.append(file.read(min(page.end, end) - page.body))
        length += len(bodies[-1])
        if length >= count:
            break
    return b"".join(bodies)[:count]


def last_audio(file: BinaryIO, stream: OggStream, end: int, count: int) -> bytes:
    """Return the last `count` bytes inside the audio's pages."""
    start = max(stream.audio_start, end - count - 2 * _LARGEST_PAGE)
    file.seek(start)
    tail = file.read(end - start)
    at = tail.find(b"OggS\0")
    bodies = []
    while at >= 0 and (page := _page(tail, at, start + at)) is not None:
        bodies.append(tail[page.body - start : page.end - start])
        at = page.end - start
    return b"".join(bodies)[-count:]
