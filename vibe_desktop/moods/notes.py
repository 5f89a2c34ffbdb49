"""What a person should know of a queue: that it is not as long as asked, or empty, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vibe_desktop.moods.arrange import DEFAULT_LENGTH
from vibe_desktop.moods.languages import language_name
from vibe_desktop.moods.lasting import TOLERANCE_SECONDS
from vibe_desktop.moods.quantities import FIRST_YEAR, LAST_YEAR

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vibe_desktop.domain import MoodRequest
    from vibe_desktop.moods.choice import Choice


def notes_for(
    request: MoodRequest, chosen: Sequence[Choice], *, refused: int, allowed: int
) -> tuple[str, ...]:
    """Return plain sentences; `refused` tracks held something to avoid, `allowed` passed the filters."""
    if not chosen:
        return (_nothing(request, refused=refused, allowed=allowed),)
    seconds = sum(choice.seconds for choice in chosen)
    if request.minutes is None:
        note = _too_few(len(chosen), request.length)
    elif abs(request.minutes * 60 - seconds) <= 2 * TOLERANCE_SECONDS:
        note = ""
    else:
        note = _not_in_time(len(chosen), seconds, request.length, request.minutes)
    return (note,) if note else ()


def nothing_like_it(closest: Sequence[str]) -> str:
    """Say that nothing sounds like what was asked, and what the closest tracks share, if anything."""
    if not closest:
        return "Nothing here sounds like that; these come closest."
    return f"Nothing here sounds like that; the closest are {' and '.join(closest)}."


def too_often(counts: Mapping[str, int]) -> str:
    """Say why artists come more often than they should, by name and how often; "" where none does."""
    if not counts:
        return ""
    if len(counts) == 1:
        [(artist, count)] = counts.items()
        return f"Too little by others fits this, so {artist} comes {count} times."
    return "Few artists of your music fit this, so some come more than twice."


def _too_few(count: int, length: int | None) -> str:
    if length is not None and count < length:
        return f"Only {_that_fit(count)} this, so the queue is shorter than you asked for."
    if length is None and count < DEFAULT_LENGTH / 2:
        return f"Only {_that_fit(count)} this, so the queue ends there."
    return ""


def _not_in_time(count: int, seconds: float, length: int | None, minutes: float) -> str:
    if length is not None and count < length:
        return _too_few(count, length)
    lasts = _minutes(seconds)
    if length is not None:
        return (
            f"{_tracks(count)} that last {_minutes(minutes * 60)} were not found, so the queue lasts {lasts}."
        )
    return f"Only {lasts} of your music fits this, so the queue ends there." if seconds < minutes * 60 else ""


def _nothing(request: MoodRequest, *, refused: int, allowed: int) -> str:
    if not allowed:
        return _no_track_within(request)
    if refused:
        return f"Every track that fits has something you do not want: {', '.join(request.avoid)}."
    return "Nothing in your music fits this."


def _no_track_within(request: MoodRequest) -> str:
    limits, ways_out = [], []
    if request.genres:
        limits.append(f"of the genre {' or '.join(f'“{genre}”' for genre in request.genres)}")
        ways_out.append("Try another genre, or leave it out.")
    if request.years:
        limits.append(_span(*request.years))
        ways_out.append(
            "Try other years, or leave them out; tracks without a year in their tags are not counted."
        )
    if request.by:
        limits.append("by whom you named")
        ways_out.append("Leave the name out to hear others too.")
    if request.languages:
        limits.append(f"sung in {' or '.join(map(language_name, request.languages))}")
        ways_out.append("Leave the language out to hear the rest.")
    return " ".join([f"No track is {' and '.join(limits)}.", *ways_out])


def _span(first: int, last: int) -> str:
    if first == last:
        return f"from {first}"
    if first == FIRST_YEAR:
        return f"from before {last + 1}"
    return f"from {first} or later" if last == LAST_YEAR else f"from {first} to {last}"


def _minutes(seconds: float) -> str:
    whole = round(seconds / 60)
    return "1 minute" if whole == 1 else f"{whole} minutes"


def _tracks(count: int) -> str:
    return "1 track" if count == 1 else f"{count} tracks"


def _that_fit(count: int) -> str:
    return f"{_tracks(count)} of your music {'fits' if count == 1 else 'fit'}"
