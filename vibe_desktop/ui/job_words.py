"""What a job is doing, how far it is and how long it will take, in plain words."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from vibe_desktop.background.jobs import Hold
from vibe_desktop.background.obstacles import Obstacle
from vibe_desktop.background.tasks import Install, Remove

if TYPE_CHECKING:
    from vibe_desktop.background.jobs import Job
    from vibe_desktop.progress import StageReport

_SENTENCES = re.compile(r"(?<=[.!?])\s+")
_MB = 1e6
_SETTLED_SECONDS = 3.0
"""Before this, a rate is a guess, and time left more so."""
_BYTES = ("Downloading ", "Unpacking ", "Copying ")
"""How the stages begin that count bytes."""
_LISTENING = "Listening"
_LISTENING_WITH = f"{_LISTENING} with "


def songs(count: int) -> str:
    """Return a number of songs: "1 song", "1,240 songs"."""
    return _tr("1 song") if count == 1 else _tr("{0} songs").format(f"{count:,}")


def stage_words(stage: StageReport) -> str:
    """Return what a stage does."""
    if stage.stage.startswith(_LISTENING_WITH):
        return _tr("Listening with {0}").format(stage.stage.removeprefix(_LISTENING_WITH))
    known = {
        "Looking for music": _tr("Looking for music"),
        "Reading tags": _tr("Reading your files’ tags"),
        "Writing captions": _tr("Describing songs in words"),
        "Understanding captions": _tr("Understanding the descriptions"),
        "Learning what words mean": _tr("Learning what words mean"),
        "Taking over what was heard elsewhere": _tr("Taking over what was heard elsewhere"),
        "Naming what was heard": _tr("Naming what was heard"),
        "Trying out the ear": _tr("Trying out the ear"),
        "Forgetting what it made": _tr("Forgetting what it made"),
        "Giving the room back": _tr("Giving the room back"),
        "Preparing the search": _tr("Preparing the search"),
        "Taking over the copy": _tr("Taking over the copy"),
        "Reading the damaged library": _tr("Reading what the damaged file still tells"),
        "Putting it in order": _tr("Putting it in order"),
        "Fetching music": _tr("Fetching demo music"),
        "Making music": _tr("Making demo music"),
    }
    return known.get(stage.stage, stage.stage)


def models_of(job: Job) -> tuple[str, ...]:
    """Return the names of the models a job installs or removes; to name none means the default ones."""
    task = job.task
    if isinstance(task, Install):
        return task.names
    return (task.name,) if isinstance(task, Remove) else ()


def is_listening(stage: StageReport) -> bool:
    """Whether the stage hears songs, one after another."""
    return stage.stage.startswith(_LISTENING)


def hold_words(job: Job) -> str:
    """Return why a job stands still, or "" when it does not."""
    if job.paused:
        return _tr("Paused")
    if job.obstacle is Obstacle.ROOM:
        return _tr("Waits for room on the disk")
    if job.obstacle is Obstacle.OTHERS:
        return _tr("Waits for another Vibe Desktop")
    if Hold.BATTERY in job.held:
        return _tr("Paused while on battery")
    if Hold.PLAYING in job.held:
        return _tr("Paused while music plays")
    return _tr("Paused") if job.held else ""


def counts_bytes(stage: StageReport) -> bool:
    """Whether the stage counts bytes, not things."""
    return stage.stage.startswith(_BYTES)


def amount(stage: StageReport) -> str:
    """Return how much is done: "1,240 of 5,076", "12 of 84 MB", "1,240", "" before the first."""
    if counts_bytes(stage):
        text = _tr("{0} of {1} MB")
        return text.format(f"{stage.done / _MB:,.0f}", f"{(stage.total or stage.done) / _MB:,.0f}")
    if stage.total is not None:
        return _tr("{0} of {1}").format(f"{stage.done:,}", f"{stage.total:,}")
    return f"{stage.done:,}" if stage.done else ""


def pace(stage: StageReport) -> str:
    """Return rate and time left, "2.4 a second · 22 min left"; "" while neither can be told."""
    if stage.seconds < _SETTLED_SECONDS or not stage.done:
        return ""
    parts = [_rate(stage)]
    remaining = stage.seconds_left
    if remaining:
        parts.append(time_left(remaining))
    return " · ".join(parts)


def share(stage: StageReport) -> float | None:
    """Return how much of the stage is done, 0 to 1, or None where nobody knows."""
    if not stage.total:
        return None
    return min(1.0, stage.done / stage.total)


def time_left(seconds: float) -> str:
    """Return a time to come, no more exact than it can be known."""
    minutes = round(seconds / 60)
    if minutes < 1:
        return _tr("under a minute left")
    if minutes < 90:
        return _tr("{0} min left").format(minutes)
    hours = round(minutes / 60)
    return _tr("about {0} hours left").format(hours) if hours < 48 else _tr("days left")


def _rate(stage: StageReport) -> str:
    if counts_bytes(stage):
        return _tr("{0} MB a second").format(f"{stage.rate / _MB:,.1f}")
    if stage.rate >= 0.2:
        figures = f"{stage.rate:,.1f}" if stage.rate < 10 else f"{stage.rate:,.0f}"
        return _tr("{0} a second").format(figures)
    return _tr("{0} a minute").format(f"{stage.rate * 60:,.1f}")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Jobs", text)
