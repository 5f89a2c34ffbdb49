"""Finding in the library what a request names: "like Boards of Canada", "sounds like Silvan Sanctuary"."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from vibe_desktop.moods.versions import artist_key, song_key
from vibe_desktop.moods.words import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.domain import MoodRequest, Track, TrackId
    from vibe_desktop.library.tracks import TrackStore

Lookup: TypeAlias = "Callable[[str], tuple[TrackId, ...]]"

_LIKE = re.compile(
    r"(?:\b(?P<denied>not|nothing|un)\s*)?"
    r"(?P<said>\b(?:(?:some|any)thing|music|songs?|tracks?|tunes?|stuff|more|artists?|bands?)\s+)?"
    r"(?:(?:that|which)\s+)?(?P<sounds>\bsounds?\s+|\bsounding\s+)?(?:\b(?:just|exactly|a\s+bit|a\s+lot)\s+)?"
    r"(?:(?<!\w)like|(?<=un)like|(?P<other>\b(?:similar\s+to|in\s+the\s+style\s+of|reminds?\s+me\s+of)))\s+",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:^|[,;.:!?()\u2013\u2014-]|\b(?:and|but|or))$", re.IGNORECASE)
_ENDS = re.compile(r"[,;!?\n()]|\s[-\u2013\u2014]\s")
_NEXT = re.compile(r"\s*(?:,\s*)?(?:and|or|&|,)\s+", re.IGNORECASE)
_QUOTES = "\"'“”„«»"
_LONGEST = 8
"""Words in a name."""
_MOST_NAMED = 8
_MOST = 8
"""Tracks that stand for an artist; only these stay out of a queue that is to be like theirs."""
_SHORTEST = 2


@dataclass(frozen=True, slots=True)
class Named:
    """Tracks a text wants the like of, and those it does not."""

    like: tuple[TrackId, ...] = ()
    unlike: tuple[TrackId, ...] = ()


def take_named(text: str, vocabulary: Vocabulary, lookup: Lookup) -> tuple[Named, str]:
    """Find "like X" and "not like X" where the library knows an X; return the tracks and the other words.

    Whatever is not known stays in the text.
    """
    like: list[TrackId] = []
    unlike: list[TrackId] = []
    kept: list[str] = []
    at = 0
    for found in list(_LIKE.finditer(text))[:_MOST_NAMED]:
        if found.start() < at or not _means_music(found, text[at : found.start()]):
            continue
        tracks, end = _names_from(text, found.end(), vocabulary, lookup)
        if tracks:
            (unlike if found["denied"] else like).extend(tracks)
            kept.append(text[at : found.start()])
            at = end
    kept.append(text[at:])
    return Named(tuple(dict.fromkeys(like)), tuple(dict.fromkeys(unlike))), " , ".join(kept)


def _means_music(found: re.Match[str], before: str) -> bool:
    """Tell "like X" from "I feel like X": it says what sounds so, or stands at the beginning of a phrase."""
    return bool(found["said"] or found["sounds"] or found["other"] or _BEFORE.search(before.rstrip()))


def _names_from(text: str, start: int, vocabulary: Vocabulary, lookup: Lookup) -> tuple[list[TrackId], int]:
    """Return the tracks of all names that follow one another from `start` on, and where they end."""
    found: list[TrackId] = []
    end, at = start, start
    while (reached := _name_from(text, at, vocabulary, lookup)) is not None:
        found.extend(reached[0])
        end = reached[1]
        following = _NEXT.match(text, end)
        if not following:
            break
        at = following.end()
    return found, end


def _name_from(
    text: str, start: int, vocabulary: Vocabulary, lookup: Lookup
) -> tuple[tuple[TrackId, ...], int] | None:
    """Return the tracks of the longest known name that begins here and where it ends."""
    stop = _ENDS.search(text, start)
    words = list(re.finditer(r"\S+", text[start : stop.start() if stop else len(text)]))[:_LONGEST]
    for last in reversed(words):
        name = text[start : start + last.end()].strip(_QUOTES).rstrip(". ")
        # A word for music in small letters is just that: "like jazz" means no band of that name.
        if name == name.lower() and vocabulary.find(name):
            continue
        if tracks := lookup(name):
            return tracks, start + last.end()
    return None


class Names:
    """The names of artists and songs in a library. Call it with a name to get the tracks that are meant."""

    def __init__(self, tracks: TrackStore) -> None:
        """Look in `tracks`, each time anew."""
        self._tracks = tracks

    def __call__(self, name: str) -> tuple[TrackId, ...]:
        """Return tracks by an artist of exactly this name, or else songs of this title, or nothing."""
        wanted = plain(name)
        if len(wanted) < _SHORTEST:
            return ()
        # In quotation marks a number is a name, not the number of a track.
        words = [word for word in wanted.split() if word != "by"] or [wanted]
        found = self._tracks.find(" ".join(f'"{word}"' for word in words))
        theirs = [track for track in found if artist_key(track) == wanted]
        titled = [track for track in found if _is_called(track, wanted)]
        return tuple(track.id for track in _spread(theirs or titled))


def names_of(request: MoodRequest, tracks: TrackStore) -> dict[TrackId, str]:
    """Return what to call the tracks a request names: the artist where the text says so, else the title."""
    text = f" {plain(request.text)} "
    found = tracks.tracks([*request.like, *request.unlike, *request.refused])
    return {track.id: _called(track, text) for track in found}


def _called(track: Track, text: str) -> str:
    title, artist = plain(track.tags.title), artist_key(track)
    if artist and f" {artist} " in text and not (title and f" {title} " in text):
        return track.tags.artist
    return track.tags.title or PurePath(track.path).stem


def _is_called(track: Track, wanted: str) -> bool:
    key = song_key(track)
    title = plain(track.tags.title)
    by = artist_key(track)
    return wanted in (title, *((key[0],) if key else ()), f"{title} by {by}", f"{by} {title}")


def _spread(tracks: Sequence[Track]) -> list[Track]:
    """Return at most a few, from all over the list."""
    step = max(1, -(-len(tracks) // _MOST))
    return list(tracks[::step])
