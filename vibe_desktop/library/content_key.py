"""A fingerprint of the audio itself: it survives retagging, renaming and moving."""

from __future__ import annotations

from hashlib import blake2b
from typing import BinaryIO

from vibe_desktop.library import ogg
from vibe_desktop.library.audio_layout import Layout, read_at

_EDGE = 65_536
KEY_SIZE = 20


def content_key(file: BinaryIO, layout: Layout) -> bytes:
    """Return blake2b (20 bytes) of the payload's first and last 64 KB and its size.

    The payload is what `Layout` says: no ID3, APEv2, Vorbis comments or
    pictures, no boxes but MP4's media data, and for Ogg what is inside the pages.
    """
    size = layout.payload_size
    digest = blake2b(size.to_bytes(8, "little"), digest_size=KEY_SIZE)
    if layout.ogg is not None:
        end = sum(layout.payload[-1])
        digest.update(ogg.first_audio(file, layout.ogg, end, _EDGE))
        digest.update(ogg.last_audio(file, layout.ogg, end, _EDGE))
    else:
        digest.update(_edge(file, layout, from_end=False))
        digest.update(_edge(file, layout, from_end=True))
    return digest.digest()


def _edge(file: BinaryIO, layout: Layout, *, from_end: bool) -> bytes:
    pieces: list[bytes] = []
    wanted = _EDGE
    for span in reversed(layout.payload) if from_end else layout.payload:
        length = min(wanted, span.size)
        offset = span.offset + span.size - length if from_end else span.offset
        pieces.append(read_at(file, offset, length))
        wanted -= length
        if wanted == 0:
            break
    return b"".join(reversed(pieces) if from_end else pieces)
