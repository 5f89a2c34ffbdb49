"""The order a queue plays in: small steps of tempo, key and energy, no artist after themself.

Relevance keeps the upper hand: a track moves only among neighbours that fit about
as well, and never by more than a few places.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from math import log2
from typing import TYPE_CHECKING

from vibe_desktop.domain import STEER_AXES
from vibe_desktop.moods.musical_keys import MusicalKey, key_step, read_key

if TYPE_CHECKING:
    from collections.abc import Collection, Hashable, Sequence

    from vibe_desktop.domain import TrackId
    from vibe_desktop.moods.billing import Billing
    from vibe_desktop.moods.choice import Choice

_REACH = 0.5
"""Spreads by which a track may fit worse and yet come before another for a smaller step."""
_WINDOW = 6
"""Places by which a track may come earlier or later for a smaller step."""
_TEMPO, _KEY, _ENERGY = 1.0, 0.5, 1.0
"""How much each step counts."""
_LARGE_TEMPO = 0.25
"""Octaves of tempo from which on a step is as large as can be: from 100 to 119 beats a minute."""
_DOUBLE_TIME = 0.05
"""Octaves lost for meeting only in half or double time."""
_LARGE_KEY = 4
_LARGE_ENERGY = 2.0
_UNKNOWN = 0.5
_SLOWEST, _FASTEST = 20.0, 400.0


@dataclass(frozen=True, slots=True)
class _Pulse:
    """What decides how one track follows another; None for what is not known."""

    octaves: float | None
    key: MusicalKey | None
    energy: float | None


def in_flow(
    choices: Sequence[Choice],
    billing: Billing,
    after: Choice | None = None,
    stayed: Sequence[TrackId] = (),
) -> list[Choice]:
    """Reorder `choices`, which come best first, so that one leads to the next.

    `after` plays before all of them; those of `stayed` keep that order among themselves.
    """
    pulses = {choice.track.id: _pulse(choice) for choice in [*choices, *([after] if after else [])]}
    line = _Line(choices, billing, after, stayed)
    order = {choice.track.id: at for at, choice in enumerate(choices)}
    while line.waiting:
        places = line.open()
        first, last = line.waiting[0], line.last
        near = [at for at in places if at < _WINDOW and line.waiting[at].score >= first.score - _REACH]
        late = len(line.done) - order[first.track.id] >= _WINDOW
        if last is None or not near or (late and places[0] == 0):
            line.take(places[0])
            continue
        now = pulses[last.track.id]
        line.take(min(near, key=lambda at: _step(now, pulses[line.waiting[at].track.id])))
    return line.done


def in_line(
    choices: Sequence[Choice],
    billing: Billing,
    after: Choice | None = None,
    stayed: Sequence[TrackId] = (),
) -> list[Choice]:
    """Keep the order of `choices` but for what keeps an artist from following themself."""
    line = _Line(choices, billing, after, stayed)
    while line.waiting:
        line.take(line.open()[0])
    return line.done


class _Line:
    """Tracks that wait for their turn, and which of them may come next."""

    def __init__(
        self, choices: Sequence[Choice], billing: Billing, after: Choice | None, stayed: Sequence[TrackId]
    ) -> None:
        self.waiting = list(choices)
        self.done: list[Choice] = []
        self._after = after
        tracks = [choice.track for choice in [*choices, *([after] if after else [])]]
        self._artists = {track.id: billing.artist(track) for track in tracks}
        self._albums = {track.id: billing.album(track) for track in tracks}
        self._left = Counter(self._artists[choice.track.id] for choice in choices)
        here = {choice.track.id for choice in choices}
        self._stayed = [track_id for track_id in dict.fromkeys(stayed) if track_id in here]

    @property
    def last(self) -> Choice | None:
        return self.done[-1] if self.done else self._after

    def open(self) -> list[int]:
        """Return the places of those that may come next: no repeat, and none made unavoidable later."""
        places = self._in_turn(self._stayed[1:])
        last = self.last
        now = self._artists[last.track.id] if last else None
        if last is not None:
            album = self._albums[last.track.id]
            apart = [at for at in places if self._artist(at) != now]
            fresh = [at for at in apart if self._albums[self.waiting[at].track.id] != album]
            places = fresh or apart or places
        most, count = max(self._left.items(), key=lambda each: each[1])
        if 2 * count > len(self.waiting) and now != most:
            # Whoever has half of all that is left must come now, or will have to follow themself.
            places = [at for at in self._in_turn(self._stayed[1:]) if self._artist(at) == most] or places
        return places

    def take(self, place: int) -> None:
        choice = self.waiting.pop(place)
        self._left[self._artists[choice.track.id]] -= 1
        if self._stayed[:1] == [choice.track.id]:
            self._stayed.pop(0)
        self.done.append(choice)

    def _in_turn(self, later: Collection[TrackId]) -> list[int]:
        behind = set(later)
        return [at for at, choice in enumerate(self.waiting) if choice.track.id not in behind]

    def _artist(self, place: int) -> Hashable:
        return self._artists[self.waiting[place].track.id]


def _pulse(choice: Choice) -> _Pulse:
    bpm = choice.track.tags.bpm
    known = bpm is not None and _SLOWEST <= bpm <= _FASTEST
    energy = choice.places[STEER_AXES.index("energy")] if choice.places else None
    return _Pulse(log2(bpm) if known and bpm else None, read_key(choice.track.tags.key), energy)


def _step(one: _Pulse, other: _Pulse) -> float:
    """Return how large the step from one track to the next is, 0 to 1; what is not known is middling."""
    tempo = key = energy = _UNKNOWN
    if one.octaves is not None and other.octaves is not None:
        apart = abs(one.octaves - other.octaves)
        tempo = min(1.0, min(apart, abs(apart - 1.0) + _DOUBLE_TIME) / _LARGE_TEMPO)
    if one.key is not None and other.key is not None:
        key = min(1.0, key_step(one.key, other.key) / _LARGE_KEY)
    if one.energy is not None and other.energy is not None:
        energy = min(1.0, abs(one.energy - other.energy) / _LARGE_ENERGY)
    return (_TEMPO * tempo + _KEY * key + _ENERGY * energy) / (_TEMPO + _KEY + _ENERGY)
