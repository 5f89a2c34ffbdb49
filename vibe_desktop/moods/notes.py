"""What a person should know of a queue: that it is shorter than asked, and why."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vibe_desktop.moods.arrange import DEFAULT_LENGTH, TOLERANCE_SECONDS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.domain import MoodRequest
    from vibe_desktop.moods.arrange import Choice


def notes_for(
    request: MoodRequest, chosen: Sequence[Choice], *, refused: int, allowed: int
) -> tuple[str, ...]:
    """Return plain sentences; `refused` tracks held something to avoid, `allowed` passed the filters."""
    if not chosen:
        return (_nothing(request, refused=refused, allowed=allowed),)
    notes = []
    seconds = sum(choice.seconds for choice in chosen)
    if request.minutes is not None and request.length is None:
        if request.minutes * 60 - seconds > 2 * TOLERANCE_SECONDS:
            notes.append(f"Only {_minutes(seconds)} of your music fits this, so the queue ends there.")
    elif request.length is None and len(chosen) < DEFAULT_LENGTH / 2:
        fit = "fits" if len(chosen) == 1 else "fit"
        notes.append(f"Only {_tracks(len(chosen))} of your music {fit} this, so the queue ends there.")
    elif request.length is not None and len(chosen) < request.length:
        notes.append(
            f"Only {_tracks(len(chosen))} of your music fit this, so the queue is shorter than you asked for."
        )
    return tuple(notes)


def _nothing(request: MoodRequest, *, refused: int, allowed: int) -> str:
    if not allowed:
        return "No track is within these limits of genre and year."
    if refused:
        return f"Every track that fits has something you do not want: {', '.join(request.avoid)}."
    return "Nothing in your music fits this."


def _minutes(seconds: float) -> str:
    whole = round(seconds / 60)
    return "1 minute" if whole == 1 else f"{whole} minutes"


def _tracks(count: int) -> str:
    return "1 track" if count == 1 else f"{count} tracks"
