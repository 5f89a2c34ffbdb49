"""Reads each tag format into one shape: plain name -> the values a file gives for it.

Nothing large is ever loaded: covers are noticed and stepped over, a value is
read up to `LONGEST_VALUE` bytes, and of one name no more than `MOST_VALUES`
values are kept. The exception is Windows Media, see `read_asf`.
"""

from __future__ import annotations

import io
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, BinaryIO, TypeAlias

import mutagen
import mutagen.asf
import mutagen.id3
import mutagen.mp4

from vibe_desktop.library.audio_layout import Span, read_at, synchsafe
from vibe_desktop.library.tag_names import (
    COVER_NAMES,
    ID3_FRAMES,
    KNOWN,
    MP4_ATOMS,
    RIFF_CHUNKS,
    plain_name,
)

LONGEST_VALUE = 1 << 17
MOST_VALUES = 64
_MOST_ITEMS = 20_000
_SMALL_TAG = 1 << 15

Found: TypeAlias = dict[str, list[str]]


class RawTags:
    """Values by plain name; what was added first for a name stays, later formats only fill gaps."""

    def __init__(self) -> None:
        """Begin with nothing found."""
        self.values: Found = {}
        self.has_cover = False

    def fill(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Take the (plain name, value) pairs of one tag; an empty value counts as absent."""
        found: Found = defaultdict(list)
        for name, value in pairs:
            if name in COVER_NAMES:
                self.has_cover = True
            elif name in KNOWN and value and len(found[name]) < MOST_VALUES:
                found[name].append(value)
        for name, values in found.items():
            if values:
                self.values.setdefault(name, values)


class PieceReader:
    """Reads forward through pieces of a file as if they were one."""

    def __init__(self, file: BinaryIO, pieces: Sequence[tuple[int, int]]) -> None:
        """Stand at the start of the first piece."""
        self._file = file
        self._pieces = list(reversed(pieces))

    def read(self, count: int) -> bytes:
        """Return the next `count` bytes, fewer at the end."""
        return b"".join(read_at(self._file, *piece) for piece in self._step(count))

    def skip(self, count: int) -> None:
        """Step over `count` bytes without reading them."""
        for _ in self._step(count):
            pass

    def _step(self, count: int) -> Iterator[tuple[int, int]]:
        while count > 0 and self._pieces:
            offset, size = self._pieces.pop()
            taken = min(count, size)
            count -= taken
            if taken < size:
                self._pieces.append((offset + taken, size - taken))
            yield offset, taken


def read_vorbis(file: BinaryIO, pieces: Sequence[tuple[int, int]]) -> Iterator[tuple[str, str]]:
    """Read a Vorbis comment block that begins at the vendor string."""
    for name, value in vorbis_values(file, pieces, LONGEST_VALUE):
        yield name, value.decode("utf-8", "replace")


def vorbis_values(
    file: BinaryIO, pieces: Sequence[tuple[int, int]], longest: int
) -> Iterator[tuple[str, bytes]]:
    """Read the same undecoded: (plain name, up to `longest` bytes)."""
    reader = PieceReader(file, pieces)
    reader.skip(_u32(reader.read(4)))
    for _ in range(min(_MOST_ITEMS, _u32(reader.read(4)))):
        head = reader.read(4)
        if len(head) < 4:
            return
        size = _u32(head)
        text = reader.read(min(size, longest))
        reader.skip(size - len(text))
        name, equals, value = text.partition(b"=")
        if equals:
            yield plain_name(name.decode("ascii", "replace")), value


def _u32(four: bytes) -> int:
    return int.from_bytes(four, "little")


def read_ape(file: BinaryIO, items: Span) -> Iterator[tuple[str, str]]:
    """Read APEv2 items; several values of one item are parted by NULs."""
    for name, is_text, (begin, size) in ape_items(file, items):
        if is_text:
            text = read_at(file, begin, min(size, LONGEST_VALUE))
            for value in text.split(b"\0", MOST_VALUES)[:MOST_VALUES]:
                yield name, value.decode("utf-8", "replace")
        elif name.startswith("coverart"):
            yield "coverart", ""


def ape_items(file: BinaryIO, items: Span) -> Iterator[tuple[str, bool, Span]]:
    """Walk APEv2 items: (plain name, whether it is text, where its value lies)."""
    offset, end = items.offset, items.offset + items.size
    for _ in range(_MOST_ITEMS):
        head = read_at(file, offset, 8 + 256)
        key, nul, _ = head[8:].partition(b"\0")
        if offset + 8 >= end or not nul:
            return
        size, flags = struct.unpack("<II", head[:8])
        begin = offset + 8 + len(key) + 1
        offset = begin + size
        name = plain_name(key.decode("ascii", "replace"))
        yield name, flags & 0b110 == 0, Span(begin, max(0, min(size, end - begin)))


def read_riff_info(file: BinaryIO, info: Span) -> Iterator[tuple[str, str]]:
    """Read the strings of a RIFF LIST INFO chunk; UTF-8 where it is, else Latin-1."""
    offset, end = info.offset + 4, info.offset + info.size
    while offset + 8 <= end:
        name, size = struct.unpack("<4sI", read_at(file, offset, 8))
        if name in RIFF_CHUNKS:
            value = read_at(file, offset + 8, min(size, LONGEST_VALUE, end - offset - 8)).rstrip(b"\0")
            yield RIFF_CHUNKS[name], _text(value)
        offset += 8 + size + (size & 1)


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        return data.decode("latin-1")


# --- ID3 ---


def read_id3(file: BinaryIO, span: Span) -> Iterator[tuple[str, str]]:
    """Read an ID3v2 tag of any version; covers and other large frames are left in the file."""
    data, has_cover = _lean_id3(file, span)
    if has_cover:
        yield "coverart", ""
    try:
        frames = mutagen.id3.ID3(io.BytesIO(data), load_v1=False)
    except mutagen.id3.ID3NoHeaderError:
        return
    for frame in frames.values():
        yield from _id3_frame(frame)


def read_id3v1(file: BinaryIO, span: Span) -> Iterator[tuple[str, str]]:
    """Read the 128 bytes at the end of an old file."""
    for frame in (mutagen.id3.ParseID3v1(read_at(file, *span)) or {}).values():
        yield from _id3_frame(frame)


def _lean_id3(file: BinaryIO, span: Span) -> tuple[bytes, bool]:
    """Return the tag without frames over `LONGEST_VALUE` and without pictures, and whether it had one."""
    if span.size <= _SMALL_TAG:
        return read_at(file, *span), False
    head = read_at(file, span.offset, 10)
    if head[5] & 0b11100000 or head[3] not in (2, 3, 4):
        # Unsynchronised as a whole or with an extended header: frames cannot be told apart unread.
        return read_at(file, span.offset, min(span.size, 64 * LONGEST_VALUE)), False
    kept, has_cover = bytearray(), False
    for name, offset, size in id3_frames(file, span, head[3]):
        has_cover |= name in (b"APIC", b"PIC")
        if size <= LONGEST_VALUE and name not in (b"APIC", b"PIC", b"GEOB", b"PRIV"):
            kept += read_at(file, offset, size)
    length = bytes((len(kept) >> shift) & 127 for shift in (21, 14, 7, 0))
    return head[:6] + length + bytes(kept), has_cover


def id3_frames(file: BinaryIO, span: Span, version: int) -> Iterator[tuple[bytes, int, int]]:
    """Walk frames: (name, where its header begins, size with header)."""
    width = 3 if version == 2 else 4  # ID3v2.2 has three-letter names
    header = 6 if version == 2 else 10
    offset, end = span.offset + 10, span.offset + span.size
    for _ in range(_MOST_ITEMS):
        head = read_at(file, offset, header)
        if offset + header > end or not head[:width].isalnum():
            return
        size = _id3_size(file, offset, head[width : 2 * width], version, end)
        yield head[:width], offset, min(header + size, end - offset)
        offset += header + size


def _id3_size(file: BinaryIO, offset: int, size: bytes, version: int, end: int) -> int:
    """Return a frame's size; iTunes wrote plain numbers into v2.4, where seven bits a byte are due."""
    plain = int.from_bytes(size, "big")
    if version < 4:
        return plain
    safe = synchsafe(size)
    if safe == plain or _frame_follows(file, offset + 10 + safe, end):
        return safe
    return plain if _frame_follows(file, offset + 10 + plain, end) else safe


def _frame_follows(file: BinaryIO, offset: int, end: int) -> bool:
    name = read_at(file, offset, 4)
    return offset >= end or name == bytes(4) or name.isalnum()


def _id3_frame(frame: Any) -> Iterator[tuple[str, str]]:
    name: str = frame.FrameID
    if name in ID3_FRAMES:
        yield from ((ID3_FRAMES[name], str(value)) for value in _first(frame.text))
    elif name == "TCON":
        yield from (("genre", value) for value in _first(frame.genres))
    elif name == "TXXX":
        yield from ((plain_name(frame.desc), value) for value in _first(frame.text))
    elif name == "COMM" and plain_name(frame.desc) in ("", "comment", "description", "id3v1comment"):
        yield from (("comment", value) for value in _first(frame.text))
    elif name in ("USLT", "SYLT"):
        words = frame.text if name == "USLT" else "\n".join(text.strip() for text, _time in frame.text)
        yield "lyrics", words
    elif name == "UFID" and "musicbrainz.org" in frame.owner:
        yield "musicbrainztrackid", frame.data[:100].decode("ascii", "replace")
    elif name == "WCOP":
        yield "copyrighturl", frame.url
    elif name == "RVA2" and plain_name(frame.desc) in ("track", "album"):
        yield f"replaygain{plain_name(frame.desc)}gain", f"{frame.gain:.2f}"
    elif name == "APIC":
        yield "coverart", ""


def _first(values: Sequence[Any]) -> Sequence[Any]:
    return values[:MOST_VALUES]


# --- MP4 ---


class _LeanTags(mutagen.mp4.MP4Tags):  # type: ignore[misc]
    """MP4's item list without its covers and other large items."""

    has_cover = False

    def load(self, atoms: Any, fileobj: Any) -> None:
        """Drop what is large before the values are read."""
        items = atoms.path(b"moov", b"udta", b"meta", b"ilst")[-1]
        self.has_cover = any(atom.name == b"covr" for atom in items.children)
        items.children = [
            atom for atom in items.children if atom.name != b"covr" and atom.length <= LONGEST_VALUE
        ]
        super().load(atoms, fileobj)


class LeanMP4(mutagen.mp4.MP4):  # type: ignore[misc]
    """An MP4 file whose covers stay unread."""

    MP4Tags = _LeanTags


def read_mp4(audio: LeanMP4) -> Iterator[tuple[str, str]]:
    """Read Apple's item list, the free-form ones too."""
    if audio.tags is None:
        return
    if audio.tags.has_cover:
        yield "covr", ""
    for key, values in audio.tags.items():
        name = MP4_ATOMS.get(key) or plain_name(key.rpartition(":")[2] if key.startswith("----") else key)
        if isinstance(values, list):
            yield from ((name, _mp4_value(value)) for value in values[:MOST_VALUES])


def _mp4_value(value: Any) -> str:
    if isinstance(value, bytes):
        return value.decode("utf-8", "replace")
    return str(value[0] or "") if isinstance(value, tuple) else str(value)


# --- Windows Media ---


def read_asf(audio: mutagen.asf.ASF) -> Iterator[tuple[str, str]]:
    """Read Windows Media attributes.

    mutagen has read the whole header, covers included: about three times its size in memory,
    which is why `tags` refuses a header over 64 MB.
    """
    for name, value in audio.tags or ():
        if isinstance(value, mutagen.asf.ASFByteArrayAttribute):
            yield ("picture" if name == "WM/Picture" else ""), ""
        else:
            yield plain_name(name), str(value)
