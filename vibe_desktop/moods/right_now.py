"""Moods to begin with: what the hour suggests and the library holds."""

from __future__ import annotations

import tomllib
from collections import Counter
from dataclasses import dataclass
from datetime import timedelta
from functools import lru_cache
from hashlib import blake2b
from itertools import islice
from typing import TYPE_CHECKING

from vibe_desktop.domain import MoodRequest
from vibe_desktop.library.tastes import TasteStore
from vibe_desktop.paths import resource

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import datetime

    from vibe_desktop.domain import TrackId
    from vibe_desktop.index.indexer import Stores

COUNT = 3
_SONGS = 25
"""Tracks in a queue of favourites or of what was never played."""
_LOOKED_AT = 20_000
"""Tracks that tell what a library holds; reading more would keep a mood waiting."""
_FEW, _SHARE = 2, 0.02
"""A mood is suggested where this many tracks, and this share of the library, hold one of its words."""
_A_MONTH = timedelta(days=30)
_FIRST_WEEKEND_DAY = 5
_NIGHT_ENDS = 4
"""The hours before this one belong to the evening before."""
_ENOUGH_PLAYED = 5
"""Plays before "never played" says more than that the program is new."""
_NO_MOODS = frozenset(("instrumental", "game", "soundtrack", "vocals", "male vocals", "female vocals"))
# Written out, as the system's names would be in the system's language and the rest is not.
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@dataclass(frozen=True, slots=True)
class Suggestion:
    """A few words and what they ask: a request, with the `kept` tracks that are the queue's own, if any."""

    label: str
    request: MoodRequest
    kept: tuple[TrackId, ...] = ()


@dataclass(frozen=True, slots=True)
class Idea:
    """A suggestion as it is written down; see `resources/right_now.toml`."""

    label: str
    mood: str
    hours: tuple[int, int]
    needs: tuple[str, ...]
    days: str = ""
    avoid: tuple[str, ...] = ()

    def suits(self, when: datetime) -> bool:
        """Tell whether it is meant for that hour and day."""
        first, last = self.hours
        hour = first <= when.hour <= last if first <= last else not last < when.hour < first
        return hour and self.days in ("", "weekend" if _evening_of(when) >= _FIRST_WEEKEND_DAY else "workday")


def suggestions(when: datetime, stores: Stores) -> tuple[Suggestion, ...]:
    """Return what suits a moment and this library; the same for the same hour and library."""
    tastes = TasteStore(stores.db)
    described = list(islice(stores.descriptions.terms(), _LOOKED_AT))
    held = Counter(word for _, terms in described for word in terms)
    played = len(tastes.play_counts(track_id for track_id, _ in described))
    return suggest(
        when,
        held,
        len(described),
        forgotten=tastes.forgotten_favourites((when - _A_MONTH).timestamp(), _SONGS),
        unplayed=tastes.never_played(_SONGS) if played >= _ENOUGH_PLAYED else (),
    )


def suggest(
    when: datetime,
    held: Mapping[str, int],
    tracks: int,
    *,
    forgotten: Sequence[TrackId] = (),
    unplayed: Sequence[TrackId] = (),
) -> tuple[Suggestion, ...]:
    """Return up to three suggestions.

    `held` tells how many of the library's `tracks` hold each word of the
    vocabulary. Of the `forgotten` favourites and the `unplayed` tracks, one
    takes the last place; they take turns by the hour.
    """
    if not tracks:
        return ()
    own = [
        Suggestion(label, MoodRequest(text=label, mood="", length=len(ids)), tuple(ids))
        for label, ids in (("Forgotten favourites", forgotten), ("Something you never played", unplayed))
        if ids
    ]
    taste = own[(when.toordinal() + when.hour) % max(1, len(own)) :][:1]
    moods = [*_for_the_hour(when, held, tracks), *_commonest(held, tracks)]
    chosen = _different(moods, COUNT - len(taste))
    surprise = Suggestion("Surprise me", MoodRequest(text="Surprise me", mood="", seed=1 + _luck(when, "")))
    return (*chosen, *taste, *([surprise] if len(chosen) + len(taste) < COUNT else []))


def _for_the_hour(when: datetime, held: Mapping[str, int], tracks: int) -> list[Suggestion]:
    fitting = [idea for idea in _ideas() if idea.suits(when) and _holds(held, idea.needs, tracks)]
    return [
        Suggestion(
            idea.label.format(day=_DAYS[_evening_of(when)]),
            MoodRequest(text=idea.mood, mood=idea.mood, avoid=idea.avoid),
        )
        for idea in sorted(fitting, key=lambda idea: _luck(when, idea.label))
    ]


def _commonest(held: Mapping[str, int], tracks: int) -> list[Suggestion]:
    """Return the words the library holds most of, for an hour no idea fits."""
    words = sorted(
        (
            word
            for word in held
            if _holds(held, [word], tracks) and word not in _NO_MOODS and not word[0].isdigit()
        ),
        key=lambda word: (-held[word], word),
    )
    return [
        Suggestion(f"{word[0].upper()}{word[1:]}", MoodRequest(text=word, mood=word))
        for word in words[:COUNT]
    ]


def _holds(held: Mapping[str, int], needs: Collection[str], tracks: int) -> bool:
    most = max((held.get(word, 0) for word in needs), default=0)
    return most >= min(tracks, max(_FEW, _SHARE * tracks))


def _different(moods: Sequence[Suggestion], count: int) -> list[Suggestion]:
    """Return the first ones, none that begins like another."""
    chosen: dict[str, Suggestion] = {}
    for each in moods:
        chosen.setdefault(each.label.split()[0], each)
    return list(chosen.values())[:count]


def _evening_of(when: datetime) -> int:
    """Return the day of the week, Monday being 0, that a moment belongs to: the night is the evening's."""
    return (when - timedelta(hours=_NIGHT_ENDS)).weekday() if when.hour < _NIGHT_ENDS else when.weekday()


def _luck(when: datetime, label: str) -> int:
    drawn = blake2b(f"{when:%Y-%m-%d %H}/{label}".encode(), digest_size=4).digest()
    return int.from_bytes(drawn, "big")


@lru_cache(maxsize=1)
def _ideas() -> tuple[Idea, ...]:
    table = tomllib.loads(resource("right_now.toml").read_text("utf-8"))
    return tuple(
        Idea(
            label=each["label"],
            mood=each["mood"],
            hours=(each["hours"][0], each["hours"][1]),
            needs=tuple(each["needs"]),
            days=each.get("days", ""),
            avoid=tuple(each.get("avoid", ())),
        )
        for each in table["suggestion"]
    )
