"""From ranked tracks to a queue: no song twice, artists and albums spread, the length that was asked for."""

from __future__ import annotations

from hashlib import blake2b
from typing import TYPE_CHECKING

from vibe_desktop.moods.billing import Billing
from vibe_desktop.moods.choice import USUAL_SECONDS, total
from vibe_desktop.moods.flow import in_flow, in_line
from vibe_desktop.moods.lasting import TOLERANCE_SECONDS, for_minutes
from vibe_desktop.moods.picking import Picker
from vibe_desktop.moods.versions import one_of_each
from vibe_desktop.moods.words import plain, word_set

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.domain import MoodRequest, TrackId
    from vibe_desktop.moods.choice import Choice

DEFAULT_LENGTH = 25
JINGLE_SECONDS = 30.0
"""Shorter files are jingles and sound effects rather than music."""
_JINGLE_WORDS = word_set("jingle jingles effect effects intro intros interlude interludes sting stings short")
_NEAR_EQUAL = 0.25
"""Spreads within which two tracks fit about equally well and a seed may swap them."""
_STAYS = 0.3
"""Spreads by which a track of the queue before may fit worse than another and stay all the same."""


def arrange(
    choices: Sequence[Choice],
    request: MoodRequest,
    kept: Sequence[Choice] = (),
    before: Sequence[TrackId] = (),
) -> list[Choice]:
    """Return the queue in playing order: about the best first, from `choices` that fit the request.

    `kept` stay in front as they are; the rest fills up what they leave of the
    length. Tracks of the queue `before` that still fit stay, and in that order.
    The same arguments give the same queue.
    """
    billing = Billing(request.text)
    fitting = _shuffle(_without_jingles(_without_versions(choices), request), request)
    chosen = _chosen(_holding(fitting, before), request, kept, billing)
    by_id = {choice.track.id: choice for choice in fitting}
    chosen = [by_id[choice.track.id] for choice in chosen]
    after = kept[-1] if kept else None
    if chosen and all(choice.way for choice in chosen):
        return [*kept, *in_line(sorted(chosen, key=_along), billing, after)]
    ordered = sorted(chosen, key=_best_first)
    return [*kept, *in_flow(ordered, billing, after, _stayed(chosen, request, before))]


def wished(request: MoodRequest) -> int:
    """Return about how many tracks the queue should have."""
    if request.length is None and request.minutes is not None:
        return max(1, round(request.minutes * 60 / USUAL_SECONDS))
    return request.length or DEFAULT_LENGTH


def _chosen(
    choices: Sequence[Choice], request: MoodRequest, kept: Sequence[Choice], billing: Billing
) -> list[Choice]:
    most = None if request.length is None else max(0, request.length - len(kept))
    if request.minutes is not None:
        left = request.minutes * 60 - total(kept)
        if most == 0 or (kept and left <= TOLERANCE_SECONDS):
            return []
        timed = [choice for choice in choices if choice.track.tags.seconds] or list(choices)
        timed = [choice for choice in timed if choice.seconds <= left + TOLERANCE_SECONDS] or timed[:1]
        return for_minutes(timed, Picker(timed, billing, kept), left, most)
    picker = Picker(choices, billing, kept)
    for _ in range(max(0, DEFAULT_LENGTH - len(kept)) if most is None else most):
        picker.pick()
    return [choices[number] for number in picker.picked]


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

    def luck(choice: Choice) -> float:
        drawn = blake2b(f"{request.seed}/{choice.track.id}".encode(), digest_size=4).digest()
        return int.from_bytes(drawn, "big") / 2**32

    if request.seed:
        choices = [choice.lifted(_NEAR_EQUAL * luck(choice)) for choice in choices]
    return sorted(choices, key=lambda choice: (-choice.score, luck(choice), choice.track.id))


def _holding(choices: Sequence[Choice], before: Sequence[TrackId]) -> list[Choice]:
    """Let tracks that were there before fit a little better."""
    there = set(before)
    if not there:
        return list(choices)
    held = (choice.lifted(_STAYS) if choice.track.id in there else choice for choice in choices)
    return sorted(held, key=_best_first)


def _stayed(chosen: Sequence[Choice], request: MoodRequest, before: Sequence[TrackId]) -> Sequence[TrackId]:
    """Return the tracks whose order stays.

    A leaning that brings nothing new would otherwise change nothing at all: then it orders anew.
    """
    nothing_new = {choice.track.id for choice in chosen} <= set(before)
    return () if nothing_new and request.leans else before


def _best_first(choice: Choice) -> float:
    # Equals keep the order they have, which is that of the seed.
    return -choice.score


def _along(choice: Choice) -> tuple[float, TrackId]:
    return choice.way.along if choice.way else 0.0, choice.track.id
