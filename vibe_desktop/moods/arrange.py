"""From ranked tracks to a queue: no song twice, artists and albums spread, the length that was asked for."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from hashlib import blake2b
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.moods.versions import album_key, artist_key, one_of_each, song_key
from vibe_desktop.moods.words import plain, word_set

if TYPE_CHECKING:
    from collections.abc import Hashable, Sequence

    from vibe_desktop.domain import MoodRequest, Track

DEFAULT_LENGTH = 25
JINGLE_SECONDS = 30.0
"""Shorter files are jingles and sound effects rather than music."""
_JINGLE_WORDS = word_set("jingle jingles effect effects intro intros interlude interludes sting stings short")
TOLERANCE_SECONDS = 30.0
_USUAL_SECONDS = 240.0
_NEAR_EQUAL = 0.25
"""Spreads within which two tracks fit about equally well and a seed may swap them."""
_REPEAT = 1.0
"""Spreads a track must fit worse to be passed over for an artist, or album, that was there already."""
_SPARES = 150
_SWAPS = 12


@dataclass(frozen=True, slots=True)
class Choice:
    """A track that fits: its fused score in spreads, and what tells copies of its audio from others.

    `turn` is the round in which its artist and album come up, counting from 0.
    """

    track: Track
    score: float
    content: bytes | None = None
    turn: int = 0

    @property
    def seconds(self) -> float:
        """How long it plays; a usual length where unknown."""
        seconds = self.track.tags.seconds
        return seconds if seconds is not None and isfinite(seconds) else _USUAL_SECONDS


class Songs:
    """Songs that are there already, or must not be: a track is one of them in whatever version."""

    def __init__(self, choices: Sequence[Choice]) -> None:
        self._ids = {choice.track.id for choice in choices}
        self._contents = {choice.content for choice in choices if choice.content}
        self._keys = {song_key(choice.track) for choice in choices} - {None}

    def __contains__(self, choice: Choice) -> bool:
        if not self._ids:
            return False
        return (
            choice.track.id in self._ids
            or choice.content in self._contents
            or song_key(choice.track) in self._keys
        )


def arrange(choices: Sequence[Choice], request: MoodRequest, kept: Sequence[Choice] = ()) -> list[Choice]:
    """Return the queue in playing order: about the best first, from `choices` that are ordered best first.

    `kept` stay in front as they are; the rest fills up what they leave of the
    length. The same arguments give the same queue.
    """
    choices = _without_jingles(_without_versions(choices), request)
    choices = take_turns(_shuffle(choices, request), request, kept)
    most = None if request.length is None else max(0, request.length - len(kept))
    if request.minutes is not None:
        left = request.minutes * 60 - sum(choice.seconds for choice in kept)
        full = most == 0 or (kept and left <= TOLERANCE_SECONDS)
        chosen = [] if full else _for_minutes(choices, left, most)
    else:
        chosen = choices[: max(0, DEFAULT_LENGTH - len(kept)) if most is None else most]
    ordered = sorted(chosen, key=lambda choice: (-choice.score, choice.track.id))
    return [*kept, *space_out(ordered, after=kept[-1] if kept else None)]


def wished(request: MoodRequest) -> int:
    """Return about how many tracks the queue should have."""
    if request.length is None and request.minutes is not None:
        return max(1, round(request.minutes * 60 / _USUAL_SECONDS))
    return request.length or DEFAULT_LENGTH


def take_turns(choices: Sequence[Choice], request: MoodRequest, kept: Sequence[Choice] = ()) -> list[Choice]:
    """Order choices so that an artist or album comes twice or thrice before others that fit about as well.

    After that each further turn costs a spread; `kept` came before. An artist
    named in the mood is never held back; nor is an unknown one.
    """
    each = 2 if wished(request) <= 12 else 3  # noqa: PLR2004 - the fewer there are, the sooner a name repeats
    asked = f" {plain(request.mood)} "
    seen = Counter(key for choice in kept for key in _names(choice))
    turns: list[Choice] = []
    for choice in choices:
        artist, keys = artist_key(choice.track), _names(choice)
        held_back = artist and f" {artist} " not in asked
        turn = max(seen[key] for key in keys) // each if held_back else 0
        seen.update(keys)
        turns.append(replace(choice, turn=turn))
    return sorted(turns, key=_worth, reverse=True)


def space_out(choices: Sequence[Choice], after: Choice | None = None) -> list[Choice]:
    """Reorder so that no artist, nor album, follows itself while others fit about as well.

    What fits best stays first: a much worse fit is not drawn forward only to
    keep an artist apart. `after` is what plays before all of them.
    """
    waiting = list(choices)
    left = Counter(_artist(choice) for choice in waiting)
    queue: list[Choice] = []
    while waiting:
        at = _next_apart(waiting, left, queue[-1] if queue else after)
        left[_artist(waiting[at])] -= 1
        queue.append(waiting.pop(at))
    return queue


def _next_apart(waiting: Sequence[Choice], left: Counter[Hashable], last: Choice | None) -> int:
    """Return the place of the first choice that neither repeats nor makes a later repeat unavoidable."""
    within = waiting[0].score - _REPEAT
    near = [at for at, choice in enumerate(waiting) if choice.score >= within]
    apart = [at for at in near if last is None or _artist(waiting[at]) != _artist(last)]
    most, count = left.most_common(1)[0]
    if 2 * count > len(waiting):
        # Whoever has half of all that is left must come now, or will have to follow themself.
        apart = [at for at in apart if _artist(waiting[at]) == most] or apart
    fresh = [at for at in apart if last is None or not _same_album(waiting[at], last)]
    return next(iter(fresh or apart), 0)


def _names(choice: Choice) -> list[tuple[str, str]]:
    artist, album = artist_key(choice.track), album_key(choice.track)
    return [("artist", artist), *([("album", f"{artist}\n{album}")] if album else [])]


def _artist(choice: Choice) -> Hashable:
    # Tracks of unknown artists are not taken to be by the same one.
    return artist_key(choice.track) or choice.track.id


def _same_album(one: Choice, other: Choice) -> bool:
    album = album_key(one.track)
    return bool(album) and album == album_key(other.track)


def _without_versions(choices: Sequence[Choice]) -> list[Choice]:
    different: dict[bytes | int, Choice] = {}
    for choice in choices:
        different.setdefault(choice.content or choice.track.id, choice)
    by_id = {choice.track.id: choice for choice in different.values()}
    return [by_id[track.id] for track in one_of_each(choice.track for choice in different.values())]


def _without_jingles(choices: Sequence[Choice], request: MoodRequest) -> list[Choice]:
    if _JINGLE_WORDS & set(plain(request.mood).split()):
        return list(choices)
    music = [choice for choice in choices if choice.seconds >= JINGLE_SECONDS]
    return music or list(choices)


def _shuffle(choices: Sequence[Choice], request: MoodRequest) -> list[Choice]:
    """Let the seed decide between near-equals; without one, only between equals."""
    reach = _NEAR_EQUAL if request.seed else 1e-6

    def luck(choice: Choice) -> float:
        drawn = blake2b(f"{request.seed}/{choice.track.id}".encode(), digest_size=4).digest()
        return int.from_bytes(drawn, "big") / 2**32

    moved = [replace(choice, score=choice.score + reach * luck(choice)) for choice in choices]
    return sorted(moved, key=lambda choice: (-choice.score, choice.track.id))


def _for_minutes(choices: Sequence[Choice], wanted: float, most: int | None) -> list[Choice]:
    """Choose tracks, the foremost where possible, that last within half a minute of `wanted` seconds.

    At most `most` of them, and as many where that can be.
    """
    timed = [choice for choice in choices if choice.track.tags.seconds] or list(choices)
    timed = [choice for choice in timed if choice.seconds <= wanted + TOLERANCE_SECONDS] or timed[:1]
    ends = np.cumsum([choice.seconds for choice in timed[:most]])
    if not len(ends) or (len(timed) == len(ends) and ends[-1] <= wanted + TOLERANCE_SECONDS):
        return timed
    reached = min(int(np.searchsorted(ends, wanted)) + 1, len(ends))
    # The number that was asked for, if it can be had in this time, before fewer.
    counts = [*([len(ends)] if most is not None else []), reached, reached - 1]
    attempts = [_swap(timed, count, wanted) for count in counts if count]
    close = [chosen for chosen in attempts if _missed(chosen, wanted) <= TOLERANCE_SECONDS]
    return close[0] if close else min(attempts, key=lambda chosen: _missed(chosen, wanted))


def _swap(choices: Sequence[Choice], count: int, wanted: float) -> list[Choice]:
    """Exchange some of the first `count` for spares until they last as long as wanted, at the least loss."""
    chosen, spares = list(choices[:count]), list(choices[count : count + _SPARES])
    for _ in range(_SWAPS):
        if _missed(chosen, wanted) <= TOLERANCE_SECONDS or not spares:
            break
        over = sum(choice.seconds for choice in chosen) - wanted
        inside, outside = (np.array([choice.seconds for choice in group]) for group in (chosen, spares))
        missed = np.abs(over - inside[:, None] + outside[None, :])
        loss = np.subtract.outer([_worth(choice) for choice in chosen], [_worth(choice) for choice in spares])
        good = missed <= TOLERANCE_SECONDS
        cost = np.where(good, loss, np.inf) if good.any() else missed
        out, into = np.unravel_index(int(cost.argmin()), cost.shape)
        if missed[out, into] >= abs(over):
            break
        chosen[out], spares[into] = spares[into], chosen[out]
    return chosen


def _worth(choice: Choice) -> float:
    return choice.score - _REPEAT * choice.turn


def _missed(chosen: Sequence[Choice], wanted: float) -> float:
    return abs(sum(choice.seconds for choice in chosen) - wanted)
