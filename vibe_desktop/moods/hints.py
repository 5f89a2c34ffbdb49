"""What a request suggests beside what it says, for a person to see and take back."""

from __future__ import annotations

from itertools import chain, zip_longest
from typing import TYPE_CHECKING

from vibe_desktop.moods.arc import legs

if TYPE_CHECKING:
    from vibe_desktop.domain import MoodRequest
    from vibe_desktop.moods.meaning import Meanings

_SHOWN = 5
"""More than one takes in at a glance would be noise."""


def hints(request: MoodRequest, meanings: Meanings) -> tuple[str, ...]:
    """Return entries of the vocabulary, the strongest first; of a way between two feelings those of both.

    Nothing before `meanings` are ready: nobody waits for these.
    """
    asked = [leg.mood for leg in (legs(request) if request.arc else (request,)) if leg.mood]
    if not (asked and meanings.is_ready):
        return ()
    meant = [meanings.of(mood, request.dropped) for mood in asked]
    said = set(chain.from_iterable(each.said for each in meant))
    by_turns = chain.from_iterable(zip_longest(*(each.hints for each in meant)))
    return tuple(dict.fromkeys(name for name in by_turns if name and name not in said))[:_SHOWN]
