"""The pictures that go with a music file: those inside it, then those beside it; their bytes only.

Nothing is decoded here. A picture over `LARGEST_PICTURE` is passed over
unread; one is in memory at a time. The file is hostile: whatever its bytes do
to a parser ends the pictures of that tag, not the search.
"""

from __future__ import annotations

import base64
import binascii
import io
import os
import struct
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import lru_cache, partial
from typing import TYPE_CHECKING, Any, BinaryIO, TypeAlias

import mutagen.asf
import mutagen.flac
import mutagen.id3
import mutagen.mp4

from vibe_desktop.library.audio_layout import Layout, Span, find_layout, read_at
from vibe_desktop.library.opening import open_regular
from vibe_desktop.library.raw_tags import PieceReader, ape_items, id3_frames, vorbis_values

if TYPE_CHECKING:
    from collections.abc import Sequence

LARGEST_PICTURE = 32 << 20

Pictures: TypeAlias = Iterator[tuple[bool, bytes]]
"""(whether it says it is the front cover, its bytes)"""

_MOST_PICTURES = 8
_FRONT = 3
_NAMES = (b"cover", b"folder", b"front", b"album")
_SUFFIXES = (b".jpg", b".jpeg", b".png", b".webp")
# A longest value in base64, which takes four bytes for three, and the name before it.
_LONGEST_BASE64 = LARGEST_PICTURE // 3 * 4 + 256


def pictures(path: bytes) -> Iterator[bytes]:
    """Yield the pictures that may be a track's cover, likeliest first; OSError if the file cannot be read."""
    with open_regular(path) as file:
        yield from embedded(file)
    for beside in _beside(path):
        with suppress(OSError), open_regular(beside) as picture:
            size = os.fstat(picture.fileno()).st_size
            if size <= LARGEST_PICTURE:
                yield picture.read(size)


def embedded(file: BinaryIO) -> Iterator[bytes]:
    """Yield the pictures inside an open file: of each tag its front cover, or else its first picture."""
    try:
        layout = find_layout(file, os.fstat(file.fileno()).st_size)
    except (ValueError, struct.error):
        return
    for read in _tags(file, layout):
        other = b""
        try:
            for _, (is_front, data) in zip(range(_MOST_PICTURES), read(), strict=False):
                if is_front:
                    other = data
                    break
                other = other or data
        except Exception:  # noqa: BLE001, S110 - hostile bytes make parsers fail in every way there is
            pass
        if other:
            yield other


def _tags(file: BinaryIO, layout: Layout) -> Iterator[Callable[[], Pictures]]:
    if layout.pictures:
        yield partial(_from_flac, file, layout)
    if layout.comments:
        yield partial(_from_vorbis, file, layout.comments)
    if layout.kind == "mp4":
        yield partial(_from_mp4, file)
    if layout.kind == "asf":
        yield partial(_from_asf, file, layout)
    for span in layout.id3:
        yield partial(_from_id3, file, span)
    if layout.ape:
        yield partial(_from_ape, file, layout.ape)


def _from_flac(file: BinaryIO, layout: Layout) -> Pictures:
    for pieces in layout.pictures:
        size = sum(span.size for span in pieces)
        if size <= LARGEST_PICTURE:
            yield _block(PieceReader(file, pieces).read(size))


def _block(data: bytes) -> tuple[bool, bytes]:
    picture = mutagen.flac.Picture(data)
    return picture.type == _FRONT, picture.data


def _from_vorbis(file: BinaryIO, comments: Sequence[Span]) -> Pictures:
    for name, value in vorbis_values(file, comments, _LONGEST_BASE64):
        with suppress(binascii.Error):
            if name == "metadatablockpicture":
                yield _block(base64.b64decode(value))
            elif name == "coverart":
                yield False, base64.b64decode(value)


def _from_id3(file: BinaryIO, span: Span) -> Pictures:
    head = read_at(file, span.offset, 10)
    if head[5] & 0b11100000 or head[3] not in (2, 3, 4):
        # Unsynchronised as a whole or with an extended header: frames cannot be told apart unread.
        yield from _frames(read_at(file, span.offset, min(span.size, LARGEST_PICTURE)))
        return
    for name, offset, size in id3_frames(file, span, head[3]):
        if name in (b"APIC", b"PIC") and size <= LARGEST_PICTURE:
            length = bytes((size >> shift) & 127 for shift in (21, 14, 7, 0))
            yield from _frames(head[:6] + length + read_at(file, offset, size))


def _frames(tag: bytes) -> Pictures:
    for frame in mutagen.id3.ID3(io.BytesIO(tag), load_v1=False).getall("APIC"):
        yield frame.type == _FRONT, frame.data


def _from_ape(file: BinaryIO, items: Span) -> Pictures:
    for name, is_text, span in ape_items(file, items):
        if name.startswith("coverart") and not is_text and span.size <= LARGEST_PICTURE:
            yield name == "coverartfront", read_at(file, *span).partition(b"\0")[2]


class _CoverOnly(mutagen.mp4.MP4Tags):  # type: ignore[misc]
    """MP4's item list with nothing but its covers."""

    def load(self, atoms: Any, fileobj: Any) -> None:
        """Drop everything else before the values are read."""
        items = atoms.path(b"moov", b"udta", b"meta", b"ilst")[-1]
        items.children = [
            atom for atom in items.children if atom.name == b"covr" and atom.length <= LARGEST_PICTURE
        ]
        super().load(atoms, fileobj)


class _CoverMP4(mutagen.mp4.MP4):  # type: ignore[misc]
    MP4Tags = _CoverOnly


def _from_mp4(file: BinaryIO) -> Pictures:
    file.seek(0)
    for cover in (_CoverMP4(file).tags or {}).get("covr", ()):
        yield True, bytes(cover)


def _from_asf(file: BinaryIO, layout: Layout) -> Pictures:
    if not layout.payload or layout.payload[0].offset > 2 * LARGEST_PICTURE:
        return
    file.seek(0)
    for name, value in mutagen.asf.ASF(file).tags or ():
        if name == "WM/Picture":
            kind, size = struct.unpack_from("<BI", value.value)
            if size <= LARGEST_PICTURE:
                # A type, a size, then two texts in UTF-16 that end with a NUL, then the picture.
                yield kind == _FRONT, value.value[max(5, len(value.value) - size) :]


def _beside(path: bytes) -> tuple[bytes, ...]:
    folder = os.path.dirname(path)  # noqa: PTH120 - paths are bytes
    try:
        return _in_folder(folder, os.stat(folder).st_mtime_ns)  # noqa: PTH116
    except OSError:
        return ()


@lru_cache(maxsize=64)
def _in_folder(folder: bytes, _changed: int) -> tuple[bytes, ...]:
    """Return the pictures that are by their name a folder's cover, in the order of `_NAMES`."""
    found: dict[tuple[int, int], bytes] = {}
    with os.scandir(folder) as entries:
        for entry in entries:
            name, suffix = os.path.splitext(entry.name.lower())  # noqa: PTH122
            if name in _NAMES and suffix in _SUFFIXES:
                found.setdefault((_NAMES.index(name), _SUFFIXES.index(suffix)), entry.path)
    return tuple(found[rank] for rank in sorted(found))
