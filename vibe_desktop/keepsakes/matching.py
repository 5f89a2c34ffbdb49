"""Which track of a library is the one that another library knows: by its audio, its place, its names."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from vibe_desktop.keepsakes.gathering import COLUMNS, identity
from vibe_desktop.library.ordering import sort_key

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from vibe_desktop.domain import TrackId
    from vibe_desktop.keepsakes.things import Identity
    from vibe_desktop.library.database import Database

_SECONDS_APART = 2.0
_TRACKS = f"""
    SELECT t.id, t.missing_since IS NULL AND r.online, {COLUMNS}
    FROM track t JOIN root r ON r.id = t.root_id ORDER BY t.id
"""  # noqa: S608 - our own text


@dataclass(frozen=True, slots=True)
class _Candidate:
    id: TrackId
    here: bool
    identity: Identity


_Key: TypeAlias = "Callable[[Identity], Hashable]"


class Matcher:
    """Finds tracks of one library. Made for the tracks that are looked for, in one look at all there are."""

    def __init__(self, db: Database, wanted: Iterable[Identity]) -> None:
        looked_for = {(name, key(each)) for each in wanted for name, key in _KEYS.items() if key(each)}
        self._found: defaultdict[tuple[str, Hashable], list[_Candidate]] = defaultdict(list)
        for track_id, here, *columns in db.run(_TRACKS) if looked_for else ():
            candidate = _Candidate(track_id, bool(here), identity(columns))
            for name, key in _KEYS.items():
                if (place := (name, key(candidate.identity))) in looked_for:
                    self._found[place].append(candidate)

    def find(self, wanted: Identity) -> TrackId | None:
        """Return the track that is meant, None where there is none or where it is not plain which."""
        alike = self._found.get(("audio", _KEYS["audio"](wanted)), [])
        if alike:  # the same audio: whichever it is, it is the right music
            return max(alike, key=lambda each: (*_closeness(each, wanted), -each.id)).id
        for candidates in self._by_names(wanted):
            best = max((_closeness(each, wanted) for each in candidates), default=None)
            closest = [each.id for each in candidates if _closeness(each, wanted) == best]
            if len(closest) == 1:
                return closest[0]
        return None

    def _by_names(self, wanted: Identity) -> Iterator[list[_Candidate]]:
        """Yield those that may be meant, by one sign after another, the surest first."""
        for name in ("path", "recording", "names", "song"):
            is_like = _is_named_alike if name == "path" else _is_as_long
            found = self._found.get((name, _KEYS[name](wanted)), [])
            yield [each for each in found if is_like(each.identity, wanted)]


def _names(each: Identity) -> Hashable:
    return _song(each) and (_song(each), sort_key(each.album))


def _song(each: Identity) -> Hashable:
    title, artist = sort_key(each.title), sort_key(each.artist)
    return (title, artist) if title and artist else None


_KEYS: dict[str, _Key] = {
    "audio": lambda each: each.content_key,
    "path": lambda each: each.path,
    "recording": lambda each: each.recording,
    "names": _names,
    "song": _song,
}


def _closeness(candidate: _Candidate, wanted: Identity) -> tuple[bool, ...]:
    known = candidate.identity
    return (
        known.path == wanted.path and known.folder == wanted.folder,
        known.path == wanted.path,
        candidate.here,
        sort_key(known.album) == sort_key(wanted.album),
    )


def _is_named_alike(known: Identity, wanted: Identity) -> bool:
    """Whether what lies at the same place can be the same: tags may have been mended, or never read."""
    return not known.title or not wanted.title or sort_key(known.title) == sort_key(wanted.title)


def _is_as_long(known: Identity, wanted: Identity) -> bool:
    if known.seconds is None or wanted.seconds is None:
        return False
    return abs(known.seconds - wanted.seconds) <= _SECONDS_APART
