"""Players to test, and waiting for what they tell."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import pytest

from audio_files import make_audio, tone
from vibe_desktop.domain import Caption, QueueEntry, Tags, Track, TrackState
from vibe_desktop.playback.player import EventKind, Player, PlayerEvent, Source

if TYPE_CHECKING:
    from sound_tap import Tap

DEADLINE = 20.0


def silent_vlc() -> Player:
    """Return a player over the libvlc here whose sound goes nowhere; skip the test where there is none."""
    vlc_player = _vlc_player()
    player: Player = vlc_player.VlcPlayer(vlc_player.new_instance(["--aout=dummy"]))
    return player


def recording_vlc() -> tuple[Player, list[Tap]]:
    """Return a player whose sound is kept and, by deck, what was put out; skip the test without libvlc."""
    vlc_player = _vlc_player()
    from sound_tap import TappedInstance

    tapped = TappedInstance(vlc_player.new_instance())
    return vlc_player.VlcPlayer(tapped), tapped.taps


def _vlc_player() -> ModuleType:
    try:
        from vibe_desktop.playback import vlc_player
    except (ImportError, OSError, NotImplementedError, NameError, AttributeError) as error:
        pytest.skip(f"libvlc is not installed here: {error}")
    return vlc_player


def music(folder: Path, name: str = "a.flac", seconds: float = 2.0) -> Source:
    """Write a tone and return it as a source that knows its length."""
    return Source(bytes(make_audio(folder / name, signal=tone(seconds))), seconds=seconds)


def until(met: Callable[[], bool], pause: float = 0.01) -> None:
    """Wait for a condition; fail when it does not come."""
    end = time.monotonic() + DEADLINE
    while not met():
        assert time.monotonic() < end, "it did not come about"
        time.sleep(pause)


def events_until(player: Player, kind: EventKind, source: Source) -> list[PlayerEvent]:
    """Gather what a player tells until it tells one thing of one source."""
    events: list[PlayerEvent] = []

    def came() -> bool:
        events.extend(player.poll())
        return any(event.kind is kind and event.source is source for event in events)

    until(came)
    return events


def told(events: list[PlayerEvent]) -> list[tuple[EventKind, Source]]:
    """Return the kinds and sources of events."""
    return [(event.kind, event.source) for event in events]


def entry(
    track_id: int, reason: str = "", path: bytes = b"", seconds: float | None = 200.0, **tags: Any
) -> QueueEntry:
    """Return an entry of a queue whose track lies at `path` (by default, nowhere)."""
    place = os.fsdecode(path or f"/nowhere/{track_id}.flac".encode())
    made = Tags(title=f"Track {track_id}", seconds=seconds, **tags)
    track = Track(track_id, place, TrackState.PRESENT, made, Caption(""))
    return QueueEntry(track_id, track, 1, None, reason, {"caption": 0.5})
