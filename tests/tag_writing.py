"""Writing tags in each format's own spelling, as a tagger would."""

from __future__ import annotations

import base64
import struct
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import mutagen
import mutagen.apev2
import mutagen.asf
import mutagen.flac
import mutagen.id3
import mutagen.mp4

_Names = dict[str, str]

_ID3: _Names = {
    "title": "TIT2", "artist": "TPE1", "album_artist": "TPE2", "album": "TALB", "track": "TRCK",
    "disc": "TPOS", "date": "TDRC", "genres": "TCON", "moods": "TMOO", "bpm": "TBPM", "key": "TKEY",
    "composer": "TCOM", "language": "TLAN", "grouping": "TIT1", "licence": "TCOP",
}  # fmt: skip
_VORBIS: _Names = {
    "title": "TITLE", "artist": "ARTIST", "album_artist": "ALBUMARTIST", "album": "ALBUM",
    "track": "TRACKNUMBER", "disc": "DISCNUMBER", "date": "DATE", "genres": "GENRE", "moods": "MOOD",
    "bpm": "BPM", "key": "INITIALKEY", "composer": "COMPOSER", "language": "LANGUAGE", "comment": "COMMENT",
    "lyrics": "LYRICS", "grouping": "GROUPING", "licence": "LICENSE", "recording_id": "MUSICBRAINZ_TRACKID",
}  # fmt: skip
_APE: _Names = {
    **{name: key.capitalize() for name, key in _VORBIS.items()},
    "album_artist": "Album Artist", "track": "Track", "disc": "Disc", "date": "Year",
}  # fmt: skip
_MP4: _Names = {
    "title": "©nam", "artist": "©ART", "album_artist": "aART", "album": "©alb", "date": "©day",
    "genres": "©gen", "composer": "©wrt", "comment": "©cmt", "lyrics": "©lyr", "grouping": "©grp",
    "licence": "cprt", "moods": "----:com.apple.iTunes:MOOD",
    "key": "----:com.apple.iTunes:initialkey",
    "language": "----:com.apple.iTunes:LANGUAGE",
    "recording_id": "----:com.apple.iTunes:MusicBrainz Track Id",
}  # fmt: skip
_ASF: _Names = {
    "title": "Title", "artist": "Author", "album_artist": "WM/AlbumArtist", "album": "WM/AlbumTitle",
    "track": "WM/TrackNumber", "disc": "WM/PartOfSet", "date": "WM/Year", "genres": "WM/Genre",
    "moods": "WM/Mood", "bpm": "WM/BeatsPerMinute", "key": "WM/InitialKey", "composer": "WM/Composer",
    "language": "WM/Language", "comment": "Description", "lyrics": "WM/Lyrics",
    "grouping": "WM/ContentGroupDescription", "licence": "Copyright", "recording_id": "MusicBrainz/Track Id",
}  # fmt: skip


def tag_file(path: Path, **tags: Any) -> None:
    """Tag a file in its format's own spelling, as Picard would.

    Names: title, artist, album_artist, album, track, disc, date, genres, moods
    (lists), bpm, key, composer, language, comment, lyrics, grouping, licence,
    recording_id (MusicBrainz) and cover (bytes of an image).
    """
    audio: Any = mutagen.File(path)
    if audio.tags is None:
        audio.add_tags()
    cover = tags.pop("cover", None)
    writer = _writer(audio)
    for name, value in tags.items():
        writer(audio, name, [str(one) for one in (value if isinstance(value, list | tuple) else [value])])
    if cover is not None:
        _add_cover(audio, cover)
    audio.save()


def _writer(audio: Any) -> Callable[[Any, str, Sequence[str]], None]:
    if isinstance(audio.tags, mutagen.id3.ID3):
        return _write_id3
    if isinstance(audio.tags, mutagen.mp4.MP4Tags):
        return _write_mp4
    names = {mutagen.apev2.APEv2: _APE, mutagen.asf.ASFTags: _ASF}.get(type(audio.tags), _VORBIS)

    def write(audio: Any, name: str, values: Sequence[str]) -> None:
        audio.tags[names[name]] = list(values)

    return write


def _write_id3(audio: Any, name: str, values: Sequence[str]) -> None:
    if name == "comment":
        audio.tags.add(mutagen.id3.COMM(encoding=3, lang="eng", desc="", text=values))
    elif name == "lyrics":
        audio.tags.add(mutagen.id3.USLT(encoding=3, lang="eng", desc="", text=values[0]))
    elif name == "recording_id":
        audio.tags.add(mutagen.id3.UFID(owner="http://musicbrainz.org", data=values[0].encode()))
    else:
        audio.tags.add(getattr(mutagen.id3, _ID3[name])(encoding=3, text=values))


def _write_mp4(audio: Any, name: str, values: Sequence[str]) -> None:
    if name in ("track", "disc"):
        number, _, total = values[0].partition("/")
        audio.tags["trkn" if name == "track" else "disk"] = [(int(number), int(total or 0))]
    elif name == "bpm":
        audio.tags["tmpo"] = [round(float(values[0]))]
    elif _MP4[name].startswith("----"):
        audio.tags[_MP4[name]] = [value.encode() for value in values]
    else:
        audio.tags[_MP4[name]] = list(values)


def _add_cover(audio: Any, cover: bytes) -> None:
    if isinstance(audio.tags, mutagen.id3.ID3):
        audio.tags.add(mutagen.id3.APIC(encoding=3, mime="image/jpeg", type=3, desc="", data=cover))
    elif isinstance(audio.tags, mutagen.mp4.MP4Tags):
        audio.tags["covr"] = [mutagen.mp4.MP4Cover(cover)]
    elif isinstance(audio.tags, mutagen.apev2.APEv2):
        audio.tags["Cover Art (Front)"] = mutagen.apev2.APEValue(b"cover.jpg\0" + cover, mutagen.apev2.BINARY)
    elif isinstance(audio.tags, mutagen.asf.ASFTags):
        head = struct.pack("<BI", 3, len(cover)) + "image/jpeg\0\0".encode("utf-16-le")
        audio.tags["WM/Picture"] = [mutagen.asf.ASFByteArrayAttribute(head + cover)]
    else:
        _add_flac_picture(audio, cover)


def _add_flac_picture(audio: Any, cover: bytes) -> None:
    picture = mutagen.flac.Picture()
    picture.type, picture.mime, picture.data = 3, "image/jpeg", cover
    if isinstance(audio, mutagen.flac.FLAC):
        audio.add_picture(picture)
    else:
        audio.tags["METADATA_BLOCK_PICTURE"] = [base64.b64encode(picture.write()).decode("ascii")]
