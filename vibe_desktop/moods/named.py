"""Finding in the library what a request names: "like Boards of Canada", "sounds like Silvan Sanctuary"."""

from __future__ import annotations

import re
from dataclasses import astuple, dataclass
from pathlib import PurePath
from typing import TYPE_CHECKING, Protocol

from vibe_desktop.moods.versions import artist_key, main_artist, song_key
from vibe_desktop.moods.words import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.domain import MoodRequest, Track, TrackId
    from vibe_desktop.library.tracks import TrackStore


class Lookup(Protocol):
    """Finds in a library what a name means."""

    def __call__(self, name: str) -> tuple[TrackId, ...]:
        """Return a few tracks that stand for an artist of this name, or else songs of this title."""
        ...

    def by(self, name: str) -> tuple[TrackId, ...]:
        """Return every track of an artist of this name."""
        ...

    def holds(self, word: str) -> bool:
        """Tell whether the word is part of a title or an artist's name."""
        ...


_MUSIC = r"(?:(?:some|any|every)thing|music|songs?|tracks?|tunes?|stuff|pieces?|more|only|all|ones?|hits)"
_LIKE = re.compile(
    r"(?:\b(?P<denied>not|nothing|un)\s*)?"
    r"(?P<said>\b(?:(?:some|any)thing|music|songs?|tracks?|tunes?|stuff|more|ones?|artists?|bands?)\s+)?"
    r"(?:(?:that|which)\s+)?(?P<sounds>\bsounds?\s+|\bsounding\s+)?(?:\b(?:just|exactly|a\s+bit|a\s+lot)\s+)?"
    r"(?:(?<!\w)like|(?<=un)like|(?P<other>\b(?:similar\s+to|in\s+the\s+style\s+of|reminds?\s+me\s+of)))\s+",
    re.IGNORECASE,
)
_BY = re.compile(
    rf"(?:\b(?P<denied>not|nothing|no|never|without|except|nor|anything\s+but)\s+)?(?:any\s+|some\s+)?"
    rf"(?:\b(?P<said>{_MUSIC})\s+)?\b(?P<way>by|from)\s+(?:the\s+(?:band|group|artist|singer)\s+)?",
    re.IGNORECASE,
)
_PLAY = re.compile(
    r"\s*(?:(?:please|just)\s+)?(?:(?:play|put\s+on)\s+)?(?:(?:me|us|some)\s+)*", re.IGNORECASE
)
_QUOTED = re.compile(r"(?<!\w)[\"“„«](?P<said>[^\"“”„«»]+)[\"”“»](?!\w)")
_POINTED = (
    r"(?:(?:this|that|the\s+(?:current|playing|same))(?:\s+(?:very\s+)?(?:one|song|track|tune|music|piece|artist|band|album))?"
    r"|what(?:'s|\s+is)\s+playing(?:\s+now)?|the\s+(?:song|track|one)\s+(?:that(?:'s|\s+is)\s+)?playing(?:\s+now)?)"
    # "like this summer" points at no song.
    r"(?![\w'-])(?!\s+(?!(?:and|but|or|only|just|though|please|with|without|from|in|for|no|not|less|more|much|slightly|a|to|as|at|minus|except)\b)[^\W\d])"
)
_NOT_THIS = re.compile(
    r"(?:,?\s*\b(?:but|and|just)\s+)*\b(?:please\s+)?(?:not|no|without|except(?:\s+for)?|never)\s+(?:exactly\s+|play\s+)?"
    r"(?:(?:this|that|the)\s+(?:same\s+|very\s+|exact\s+)?(?:song|track|one|tune|piece)|this|the\s+same)\b(?:\s+(?:itself|again|one))*(?!\s+[^\W\d])",
    re.IGNORECASE,
)
_BEFORE = re.compile(r"(?:^|[,;.:!?()\u2013\u2014-]|\b(?:and|but|or))$", re.IGNORECASE)
_ENDS = re.compile(r"[,;!?\n()]|\s[-\u2013\u2014]\s")
_NEXT = re.compile(r"\s*(?:,\s*)?(?:and|or|&|,)\s+", re.IGNORECASE)
_LIKE_THIS = re.compile(_LIKE.pattern + _POINTED, re.IGNORECASE)
_QUOTES = "\"'“”„«»"
_LONGEST = 8
"""Words in a name."""
_MOST_NAMED = 8
NOTHING_PLAYS = "Nothing is playing that “this” could mean, so it was left out."
_MOST = 8
"""Tracks that stand for an artist; only these stay out of a queue that is to be like theirs."""
_SHORTEST = 2
_ARTICLES = ("the", "an")


@dataclass(frozen=True, slots=True)
class Named:
    """Tracks a text wants the like of, those it does not, artists' own tracks, and tracks it refuses."""

    like: tuple[TrackId, ...] = ()
    unlike: tuple[TrackId, ...] = ()
    by: tuple[TrackId, ...] = ()
    refused: tuple[TrackId, ...] = ()
    notes: tuple[str, ...] = ()

    def __add__(self, other: Named) -> Named:
        """Return both, each track once."""
        pairs = zip(astuple(self), astuple(other), strict=True)
        return Named(*(tuple(dict.fromkeys([*mine, *theirs])) for mine, theirs in pairs))


def take_this(text: str, this: Sequence[TrackId]) -> tuple[Named, str]:
    """Find "like this" and "but not this song"; `this` are the tracks that are meant, those that play."""
    left, refused = _NOT_THIS.subn(" , ", text)
    points = False
    named = Named()
    for found in list(_LIKE_THIS.finditer(left))[:_MOST_NAMED][::-1]:
        if _means_music(found, left[: found.start()]):
            points = True
            named += Named(unlike=tuple(this)) if found["denied"] else Named(like=tuple(this))
            left = f"{left[: found.start()]} , {left[found.end() :]}"
    if not points and not (refused and this):
        return Named(), text
    if not this:
        return Named(notes=(NOTHING_PLAYS,)), left
    return named + Named(refused=tuple(this) if refused and not points else ()), left


def take_named(text: str, vocabulary: Vocabulary, lookup: Lookup) -> tuple[Named, str]:
    """Find "like X", "not like X", "by X", "nothing by X", a quoted artist and an artist's name alone.

    Returns the tracks and the other words; whatever the library does not know stays in the text.
    """
    like, text = _take_like(text, vocabulary, lookup)
    by, text = _take_by(text, vocabulary, lookup)
    quoted, text = _take_quoted(text, lookup)
    named = like + by + quoted
    name = text[found.end() :] if (found := _PLAY.match(text)) else text
    if named == Named() and not vocabulary.mentions(name) and (tracks := _artist(name, lookup)):
        return Named(by=tracks), ""
    return named, text


def _take_like(text: str, vocabulary: Vocabulary, lookup: Lookup) -> tuple[Named, str]:
    like: list[TrackId] = []
    unlike: list[TrackId] = []
    kept: list[str] = []
    at = 0
    for found in list(_LIKE.finditer(text))[:_MOST_NAMED]:
        if found.start() < at or not _means_music(found, text[at : found.start()]):
            continue
        tracks, end = _names_from(text, found.end(), lambda name: _liked(name, vocabulary, lookup))
        if tracks:
            (unlike if found["denied"] else like).extend(tracks)
            kept.append(text[at : found.start()])
            at = end
    kept.append(text[at:])
    return Named(tuple(dict.fromkeys(like)), tuple(dict.fromkeys(unlike))), " , ".join(kept)


def _take_by(text: str, vocabulary: Vocabulary, lookup: Lookup) -> tuple[Named, str]:
    named = Named()
    kept: list[str] = []
    at = 0
    for found in list(_BY.finditer(text))[:_MOST_NAMED]:
        if found.start() < at:
            continue
        tracks, end = _names_from(text, found.end(), _makers(found["way"], vocabulary, lookup))
        if tracks:
            named += Named(refused=tuple(tracks)) if found["denied"] else Named(by=tuple(tracks))
            kept.append(text[at : found.start()])
            at = end
    return named, " , ".join([*kept, text[at:]])


def _makers(way: str, vocabulary: Vocabulary, lookup: Lookup) -> Callable[[str], tuple[TrackId, ...]]:
    """Return a look-up of artists; "from sad" names none, where "by sad" does."""

    def find(name: str) -> tuple[TrackId, ...]:
        if way.lower() != "by" and _is_word(name, vocabulary):
            return ()
        return _artist(name, lookup)

    return find


def _take_quoted(text: str, lookup: Lookup) -> tuple[Named, str]:
    """Find artists in quotation marks; a title in them is looked for in the words of all descriptions."""
    by: list[TrackId] = []

    def keep(found: re.Match[str]) -> str:
        tracks = _artist(found["said"], lookup)
        by.extend(tracks)
        return " , " if tracks else found[0]

    text = _QUOTED.sub(keep, text)
    return Named(by=tuple(dict.fromkeys(by))), text


def _means_music(found: re.Match[str], before: str) -> bool:
    """Tell "like X" from "I feel like X": it says what sounds so, or stands at the beginning of a phrase."""
    return bool(found["said"] or found["sounds"] or found["other"] or _BEFORE.search(before.rstrip()))


def _names_from(
    text: str, start: int, lookup: Callable[[str], tuple[TrackId, ...]]
) -> tuple[list[TrackId], int]:
    """Return the tracks of all names that follow one another from `start` on, and where they end."""
    found: list[TrackId] = []
    end, at = start, start
    while (reached := _name_from(text, at, lookup)) is not None:
        found.extend(reached[0])
        end = reached[1]
        following = _NEXT.match(text, end)
        if not following:
            break
        at = following.end()
    return found, end


def _name_from(
    text: str, start: int, lookup: Callable[[str], tuple[TrackId, ...]]
) -> tuple[tuple[TrackId, ...], int] | None:
    """Return the tracks of the longest known name that begins here and where it ends."""
    stop = _ENDS.search(text, start)
    words = list(re.finditer(r"\S+", text[start : stop.start() if stop else len(text)]))[:_LONGEST]
    for last in reversed(words):
        if tracks := lookup(_bare(text[start : start + last.end()])):
            return tracks, start + last.end()
    return None


def _liked(name: str, vocabulary: Vocabulary, lookup: Lookup) -> tuple[TrackId, ...]:
    # A word for music in small letters is just that: "like jazz" means no song of that title.
    return lookup.by(name) and lookup(name) if _is_word(name, vocabulary) else lookup(name)


def _is_word(name: str, vocabulary: Vocabulary) -> bool:
    return name == name.lower() and vocabulary.find(name) is not None


def _artist(name: str, lookup: Lookup) -> tuple[TrackId, ...]:
    bare = _bare(name)
    return lookup.by(bare) if bare and len(bare.split()) <= _LONGEST else ()


def _bare(name: str) -> str:
    return name.strip().strip(_QUOTES).rstrip(". ")


class Names:
    """The names of artists and songs in a library. Call it with a name to get the tracks that are meant."""

    def __init__(self, tracks: TrackStore) -> None:
        """Look in `tracks`, each time anew."""
        self._tracks = tracks

    def __call__(self, name: str) -> tuple[TrackId, ...]:
        """Return tracks by an artist of exactly this name, or else songs of this title, or nothing."""
        if theirs := self.by(name):
            return tuple(_spread(theirs))
        wanted = plain(name)
        # "Nebula by Northern Lamp" is no title, and no name has its "by".
        words = [word for word in wanted.split() if word != "by"] or [wanted]
        found = self._tracks.named(words) if _may_be_name(wanted) else []
        return tuple(_spread([track.id for track in found if _is_called(track, wanted)]))

    def by(self, name: str) -> tuple[TrackId, ...]:
        """Return all tracks by an artist of exactly this name."""
        wanted = plain(name)
        known = self._tracks.artists_beginning(wanted.split()) if _may_be_name(wanted) else []
        return tuple(track_id for track_id, artist in known if main_artist(artist) == wanted)

    def holds(self, word: str) -> bool:
        """Tell whether a title or an artist's name has this word."""
        return self._tracks.is_in_names(plain(word))


def names_of(request: MoodRequest, tracks: TrackStore) -> dict[TrackId, str]:
    """Return what to call the tracks a request names: the artist where the text says so, else the title."""
    text = f" {plain(request.text)} "
    found = tracks.tracks([*request.like, *request.unlike, *request.refused, *request.by])
    return {track.id: _called(track, text, by=track.id in request.by) for track in found}


def _called(track: Track, text: str, *, by: bool = False) -> str:
    if by:
        return track.tags.artist
    title, artist = plain(track.tags.title), artist_key(track)
    if artist and f" {artist} " in text and not (title and f" {title} " in text):
        return track.tags.artist
    return track.tags.title or PurePath(track.path).stem


def _is_called(track: Track, wanted: str) -> bool:
    key = song_key(track)
    title = plain(track.tags.title)
    by = artist_key(track)
    return wanted in (title, *((key[0],) if key else ()), f"{title} by {by}", f"{by} {title}")


def _may_be_name(wanted: str) -> bool:
    # "By the sea": to look for all that begins with an article would take a while, and find nothing.
    return len(wanted) >= _SHORTEST and wanted not in _ARTICLES


def _spread(tracks: Sequence[TrackId]) -> Sequence[TrackId]:
    """Return at most a few, from all over the list."""
    step = max(1, -(-len(tracks) // _MOST))
    return tracks[::step]
