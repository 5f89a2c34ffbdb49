"""What a music file says of itself: its tags, its length, and a key that tells its audio apart.

`read_file` runs in worker processes. Whatever a file holds, it returns or
raises `UnreadableFile`; memory stays within a few megabytes of any file (see
`raw_tags` for the one exception).
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, BinaryIO

import mutagen.asf

from vibe_desktop.domain import Tags
from vibe_desktop.library import lyrics, tag_values
from vibe_desktop.library.audio_layout import Layout, find_layout
from vibe_desktop.library.content_key import content_key
from vibe_desktop.library.duration import NotAudioError, measure
from vibe_desktop.library.opening import NotARegularFileError, open_regular
from vibe_desktop.library.raw_tags import (
    LeanMP4,
    RawTags,
    read_ape,
    read_asf,
    read_id3,
    read_id3v1,
    read_mp4,
    read_riff_info,
    read_vorbis,
)
from vibe_desktop.library.tag_names import FIELDS

_LARGEST_ASF_HEADER = 64 << 20
# The loudest sample of a file that is not silent; lossy files reach beyond full scale, though not far.
_PEAKS = (0.0001, 100.0)
# RFC 7845 section 5.2.1: R128 gains aim at -23 LUFS, ReplayGain 2 at -18, in steps of 1/256 dB.
_R128_STEP, _R128_TO_REPLAYGAIN = 256.0, 5.0


@dataclass(frozen=True, slots=True)
class FileReading:
    """What `read_file` found; `content_key` is 20 bytes."""

    tags: Tags
    content_key: bytes


class UnreadableFile(Exception):  # noqa: N818 - the name is a finding, not a fault of ours
    """A file that is no use as music, with one plain reason."""


def read_file(path: bytes) -> FileReading:
    """Read the tags of one file; UnreadableFile says why it cannot be done."""
    try:
        with open_regular(path) as file:
            return _read(file, path)
    except (UnreadableFile, NotAudioError, NotARegularFileError, OSError) as error:
        raise UnreadableFile(_reason(error)) from error
    except Exception as error:
        # Hostile bytes make parsers fail in every way there is, MemoryError and RecursionError too.
        raise UnreadableFile("This file is damaged: its header or its tags make no sense.") from error


def _reason(error: Exception) -> str:
    if isinstance(error, UnreadableFile):
        return str(error)
    if isinstance(error, NotAudioError):
        return "This is not audio, although its name says so."
    if isinstance(error, NotARegularFileError):
        return "This is not a file but a pipe, a device or a folder."
    if isinstance(error, FileNotFoundError):
        return "This file is no longer there."
    if isinstance(error, PermissionError):
        return "This file may not be opened: its permissions do not allow it."
    return f"This file could not be read: {getattr(error, 'strerror', None) or 'the disk reported an error'}."


def _read(file: BinaryIO, path: bytes) -> FileReading:
    size = os.fstat(file.fileno()).st_size
    if size == 0:
        raise UnreadableFile("This file is empty.")
    layout = find_layout(file, size)
    parsed = _parsed(file, layout)
    seconds = measure(file, layout, parsed)
    raw = _raw_tags(file, layout, parsed)
    return FileReading(_tags(raw, path, seconds, layout), content_key(file, layout))


def _parsed(file: BinaryIO, layout: Layout) -> Any:
    """Let mutagen read the two formats whose length and tags lie in one structure."""
    if layout.payload_size == 0:
        return None
    file.seek(0)
    if layout.kind == "mp4":
        return LeanMP4(file)
    if layout.kind == "asf":
        if layout.payload[0].offset > _LARGEST_ASF_HEADER:
            raise UnreadableFile("This file carries more pictures and text than can be read safely.")
        return mutagen.asf.ASF(file)
    return None


def _raw_tags(file: BinaryIO, layout: Layout, parsed: Any) -> RawTags:
    """Read every tag there is, the format's own first."""
    raw = RawTags()
    raw.has_cover = bool(layout.pictures)
    if layout.comments:
        raw.fill(read_vorbis(file, layout.comments))
    if layout.kind == "mp4":
        raw.fill(read_mp4(parsed))
    if layout.kind == "asf":
        raw.fill(read_asf(parsed))
    if layout.ape and layout.kind in ("ape", "mpc", "wv"):
        raw.fill(read_ape(file, layout.ape))
    for span in layout.id3:
        raw.fill(read_id3(file, span))
    if layout.ape:
        raw.fill(read_ape(file, layout.ape))
    if layout.riff_info:
        raw.fill(read_riff_info(file, layout.riff_info))
    if layout.id3v1:
        raw.fill(read_id3v1(file, layout.id3v1))
    return raw


def _values(raw: RawTags, field: str) -> Sequence[str]:
    return next((raw.values[name] for name in FIELDS[field] if name in raw.values), ())


def _every_value(raw: RawTags, field: str) -> list[str]:
    return [value for name in FIELDS[field] for value in raw.values.get(name, ())]


def _first(raw: RawTags, field: str) -> str:
    return next(iter(_values(raw, field)), "")


def _tags(raw: RawTags, path: bytes, seconds: float | None, layout: Layout) -> Tags:
    date = tag_values.line(_first(raw, "date"), 40)
    words = lyrics.without_stamps("\n".join(_values(raw, "lyrics"))) or lyrics.beside(path)
    comment = "\n".join(dict.fromkeys(_values(raw, "comment")))
    return Tags(
        **{name: tag_values.joined(_values(raw, name)) for name in _LINES},
        **{name: tag_values.uuid(_first(raw, name)) for name in _IDS},
        track_number=tag_values.whole(_first(raw, "track_number")),
        disc_number=tag_values.whole(_first(raw, "disc_number"), 999),
        date=date,
        year=tag_values.year(date),
        genres=tag_values.words(_every_value(raw, "genres")),
        moods=tag_values.words(_every_value(raw, "moods")),
        bpm=tag_values.number(_first(raw, "bpm"), 20, 400),
        comment=tag_values.block(comment, tag_values.LONGEST_COMMENT),
        lyrics=tag_values.block(words, tag_values.LONGEST_LYRICS),
        replaygain_track_db=_gain(raw, "track"),
        replaygain_album_db=_gain(raw, "album"),
        replaygain_track_peak=tag_values.number(_first(raw, "replaygain_track_peak"), *_PEAKS),
        replaygain_album_peak=tag_values.number(_first(raw, "replaygain_album_peak"), *_PEAKS),
        seconds=seconds,
        bitrate=_bitrate(layout.payload_size, seconds),
        has_cover=raw.has_cover,
    )


_LINES = ("title", "artist", "album_artist", "album", "key", "composer", "language", "grouping", "licence")
_IDS = (
    "musicbrainz_recording_id",
    "musicbrainz_track_id",
    "musicbrainz_album_id",
    "musicbrainz_artist_id",
)


def _gain(raw: RawTags, scope: str) -> float | None:
    """Return ReplayGain in dB; an Opus R128 gain is converted where that is all there is."""
    gain = tag_values.number(_first(raw, f"replaygain_{scope}_db"), -60, 60)
    if gain is not None:
        return gain
    steps = tag_values.number(_first(raw, f"r128_{scope}"), -32_768, 32_767)
    return None if steps is None else steps / _R128_STEP + _R128_TO_REPLAYGAIN


def _bitrate(size: int, seconds: float | None) -> int | None:
    rate = round(size * 8 / seconds) if seconds else 0
    return rate if 0 < rate <= 100_000_000 else None  # noqa: PLR2004 - DSD and 32-bit multichannel stay below
