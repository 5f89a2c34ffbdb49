"""Telling one song from another: live, remastered and featured versions, stems and copies are one song."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING, TypeAlias

from vibe_desktop.moods.words import plain

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vibe_desktop.domain import Track

SongKey: TypeAlias = tuple[str, str]

_VERSION = (
    r"(?:live|remaster(?:ed)?|demo|acoustic|unplugged|remix(?:ed)?|mix|edit|version|mono|stereo|bonus|deluxe"
    r"|instrumental|karaoke|radio|extended|original|alternat(?:e|ive)|outtake|session|re-?recorded|explicit"
    r"|stems?|a ?cap+ella|take \d+|slowed|sped up|feat|ft|featuring)\b"
)
_PART = r"(?:guitar|bass|rhythm|drums?|vocals?|keys|backing|stem)\b"
_BRACKETED = re.compile(rf"[(\[{{][^)\]}}]*\b(?:{_VERSION}|{_PART})[^)\]}}]*[)\]}}]", re.IGNORECASE)
_DASHED = re.compile(rf"\s+[-\u2013\u2014]\s+(?:[^-]*\b)?{_VERSION}.*$", re.IGNORECASE)
_FEATURED = re.compile(r"\s+(?:feat|ft|featuring)\b\.?.*$", re.IGNORECASE)
_NUMBER = re.compile(r"\d{1,3}[\s._-]+(?=\S)")
_STEMS = frozenset(("guitar", "bass", "rhythm", "drums", "vocals", "keys", "backing", "crowd", "other"))
"""File names of the separate parts that rhythm games keep beside the whole song."""
_WHOLE = "song"
"""What they call the whole song."""


def artist_key(track: Track) -> str:
    """Return the main artist in a form that compares, or "" when unknown."""
    return main_artist(track.tags.artist or track.tags.album_artist)


@lru_cache(maxsize=16384)
def main_artist(artist: str) -> str:
    """Return an artist's name without those featured, in a form that compares."""
    return plain(_FEATURED.sub("", artist))


def album_key(track: Track) -> str:
    """Return the album in a form that compares, or "" when unknown."""
    return plain(track.tags.album)


def song_key(track: Track) -> SongKey | None:
    """Return what all versions of a song share: title and artist, or the folder where no artist is known.

    Without a title the file's name stands for it, but only beside files of the same folder.
    """
    if not track.tags.title.strip():
        return _name_of_file(track), _folder(track)
    title = _bare(track.tags.title)
    name = plain(title) or plain(track.tags.title)
    if not name:
        return None
    return name, artist_key(track) or _folder(track)


def is_stem(track: Track) -> bool:
    """Tell whether the file is named like one part of a song that was taken apart."""
    return _file(track).partition(".")[0].casefold() in _STEMS


def one_of_each(tracks: Iterable[Track]) -> list[Track]:
    """Keep the first version of every song; a whole song takes the place of its stem."""
    kept: dict[SongKey | int, Track] = {}
    for track in tracks:
        key = song_key(track) or track.id
        first = kept.setdefault(key, track)
        if is_stem(first) and not is_stem(track) and _folder(first) == _folder(track):
            kept[key] = track
    return list(kept.values())


@lru_cache(maxsize=16384)
def _bare(title: str) -> str:
    return _FEATURED.sub("", _DASHED.sub("", _BRACKETED.sub("", title)))


def _name_of_file(track: Track) -> str:
    """Return the file's name in a form that compares; "" for a song and all its parts."""
    name = _file(track).rpartition(".")[0] or _file(track)
    if is_stem(track) or name.casefold() == _WHOLE:
        return ""
    return plain(_bare(_NUMBER.sub("", name, count=1))) or plain(name) or name


def _file(track: Track) -> str:
    return track.path.replace("\\", "/").rpartition("/")[2]


def _folder(track: Track) -> str:
    return track.path.replace("\\", "/").rpartition("/")[0]
