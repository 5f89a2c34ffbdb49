"""How each tag format spells what we read, and which spelling is believed first.

Free-form names are compared by `plain_name`, so "MusicBrainz Album Id",
"MUSICBRAINZ_ALBUMID" and "MusicBrainz/Album Id" are one. Sources: the tag
mapping of MusicBrainz Picard, beets' mediafile, the ID3v2.4 frame list, the
Vorbis comment field names, Apple's item list, the Windows Media attribute list.
"""

from __future__ import annotations

import re

_NOT_A_LETTER = re.compile(r"[^a-z0-9]+")


def plain_name(name: str) -> str:
    """Reduce a tag's name to its letters and digits, without Windows Media's prefix."""
    plain = _NOT_A_LETTER.sub("", name[:80].lower())
    return plain.removeprefix("wm") if name[:3].upper() == "WM/" else plain


# Field of `Tags` -> plain names, most trusted first.
FIELDS: dict[str, tuple[str, ...]] = {
    "title": ("title",),
    "artist": ("artist", "artists", "author", "performer"),
    "album_artist": ("albumartist", "band", "ensemble"),
    "album": ("album", "albumtitle"),
    "track_number": ("tracknumber", "track"),
    "disc_number": ("discnumber", "disc", "partofset"),
    "date": ("date", "year", "releasedate", "originaldate", "originalyear", "originalreleaseyear"),
    "genres": ("genre", "genres", "style", "styles"),
    "moods": ("mood", "moods"),
    "bpm": ("bpm", "fbpm", "beatsperminute", "tempo"),
    "key": ("initialkey", "key"),
    "composer": ("composer",),
    "language": ("language", "lang"),
    "comment": ("comment", "description", "comments"),
    "lyrics": ("lyrics", "unsyncedlyrics", "unsynchronisedlyrics", "unsynchronizedlyrics", "syncedlyrics",
               "lyricssynchronised"),
    "grouping": ("grouping", "contentgroup", "contentgroupdescription"),
    "licence": ("license", "licence", "licenseurl", "copyright", "copyrighturl"),
    "musicbrainz_recording_id": ("musicbrainztrackid", "musicbrainzrecordingid"),
    "musicbrainz_track_id": ("musicbrainzreleasetrackid",),
    "musicbrainz_album_id": ("musicbrainzalbumid",),
    "musicbrainz_artist_id": ("musicbrainzartistid",),
    "replaygain_track_db": ("replaygaintrackgain",),
    "replaygain_album_db": ("replaygainalbumgain",),
    "replaygain_track_peak": ("replaygaintrackpeak",),
    "replaygain_album_peak": ("replaygainalbumpeak",),
    "r128_track": ("r128trackgain",),
    "r128_album": ("r128albumgain",),
}  # fmt: skip

KNOWN = frozenset(name for names in FIELDS.values() for name in names)

COVER_NAMES = frozenset(
    {"metadatablockpicture", "coverart", "coverartfront", "coverartback", "picture", "covr"}
)

ID3_FRAMES = {
    "TIT2": "title", "TPE1": "artist", "TPE2": "albumartist", "TALB": "album", "TRCK": "tracknumber",
    "TPOS": "discnumber", "TDRC": "date", "TDRL": "releasedate", "TDOR": "originaldate", "TMOO": "mood",
    "TBPM": "bpm", "TKEY": "initialkey", "TCOM": "composer", "TLAN": "language", "TIT1": "contentgroup",
    "GRP1": "grouping", "TCOP": "copyright",
}  # fmt: skip

MP4_ATOMS = {
    "©nam": "title", "©ART": "artist", "aART": "albumartist", "©alb": "album", "trkn": "tracknumber",
    "disk": "discnumber", "©day": "date", "©gen": "genre", "tmpo": "bpm", "©wrt": "composer",
    "©cmt": "comment", "desc": "description", "©lyr": "lyrics", "©grp": "grouping", "cprt": "copyright",
}  # fmt: skip

RIFF_CHUNKS = {
    b"INAM": "title", b"IART": "artist", b"IPRD": "album", b"IPRT": "tracknumber", b"ITRK": "tracknumber",
    b"ICRD": "date", b"IGNR": "genre", b"ICMT": "comment", b"ICOP": "copyright", b"ILNG": "language",
}  # fmt: skip
