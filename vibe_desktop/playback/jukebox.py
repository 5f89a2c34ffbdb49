"""Plays the queue: what a person asks for, what the player reports, and what is remembered of it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Mapping, Sequence
from enum import StrEnum
from typing import Any

from vibe_desktop.domain import Track, TrackId
from vibe_desktop.playback import session
from vibe_desktop.playback.failures import Failures
from vibe_desktop.playback.listening import Listener, Listening
from vibe_desktop.playback.loudness import gain_db
from vibe_desktop.playback.play_queue import Item, PlayQueue, Repeat
from vibe_desktop.playback.player import EventKind, Player, PlayerEvent, Source
from vibe_desktop.settings import ReplayGain

BACK_WITHIN = 3.0
PREPARE_BEFORE = 20.0


class PlayState(StrEnum):
    """What the jukebox is doing."""

    STOPPED = "stopped"
    LOADING = "loading"
    PLAYING = "playing"
    PAUSED = "paused"


class Change(StrEnum):
    """What `tick` found different since the last one."""

    TRACK = "track"
    STATE = "state"
    QUEUE = "queue"
    NOTICE = "notice"
    VOLUME = "volume"
    POSITION = "position"
    """someone went to another place in the track; its own progress is no change"""


class Jukebox:
    """The queue, a player and where they are. Used from one thread; call `tick` about eight times a second.

    No call waits for the player, for a file or for a drive.
    """

    def __init__(
        self, player: Player, listener: Listener, *, now: Callable[[], float] = time.monotonic
    ) -> None:
        """Begin stopped, with an empty queue, at full volume."""
        self.queue = PlayQueue()
        self.state = PlayState.STOPPED
        self.notice = ""
        self.volume = 1.0
        self.muted = False
        self.problems: dict[int, str] = {}
        """why items could not be played, by their keys"""
        self._player = player
        self._listener = listener
        self._now = now
        self._replaygain = ReplayGain.TRACK
        self._source: Source | None = None
        self._prepared: tuple[Item, Source] | None = None
        self._listening = Listening()
        self._begin_at = 0.0
        self._failures = Failures()
        self._changes: set[Change] = set()
        self._version = self.queue.version
        self._written: tuple[tuple[Item, ...], list[dict[str, Any]]] = ((), [])

    @property
    def now(self) -> Item | None:
        """What is being played, paused, or would be played first."""
        return self.queue.current

    @property
    def coming(self) -> Item | None:
        """What follows when the current track ends."""
        return self.queue.following()

    @property
    def position(self) -> float:
        """Seconds into the current track."""
        return self._player.position if self._source else self._begin_at

    @property
    def length(self) -> float | None:
        """Seconds the current track lasts, None while that is unknown or nothing is current."""
        known = self._player.length if self._source else None
        return known or (self.now.entry.track.tags.seconds if self.now else None)

    @property
    def trouble(self) -> str:
        """Why there is no sound and how to get it, or "" when there is."""
        return self._player.trouble

    @property
    def repeat(self) -> Repeat:
        """What follows the last track, or every track; kept by the queue."""
        return self.queue.repeat

    @repeat.setter
    def repeat(self, repeat: Repeat) -> None:
        self.queue.repeat = repeat

    @property
    def replaygain(self) -> ReplayGain:
        """By which of a file's loudness values it is played."""
        return self._replaygain

    @replaygain.setter
    def replaygain(self, mode: ReplayGain) -> None:
        self._replaygain = mode
        if self._prepared:
            self._prepared = None
            self._player.prepare(None)
        if self._source and self.now:
            self._player.set_gain(gain_db(self.now.entry.track.tags, mode))

    def play_item(self, key: int) -> None:
        """Play an item of the queue from its beginning; an unknown key does nothing."""
        item = self.queue.item(key)
        if item is not None:
            self._leave(by_person=item is not self.now)
            self._fresh()
            self._start(item)

    def toggle(self) -> None:
        """Pause what plays, else play."""
        if self.state in (PlayState.PLAYING, PlayState.LOADING):
            self.pause()
        else:
            self.play()

    def play(self) -> None:
        """Go on, or begin with the current item, or with the first."""
        if self.state is PlayState.PAUSED and self._source:
            self._player.resume()
            self._set_state(PlayState.PLAYING)
        elif self.state in (PlayState.STOPPED, PlayState.PAUSED):
            item = self.now or self.queue.following()
            if item is not None:
                self._fresh()
                self._start(item, at=self._begin_at)

    def pause(self) -> None:
        """Halt where it is."""
        if self.state in (PlayState.PLAYING, PlayState.LOADING):
            self._player.pause()
            self._listening.halt()
            self._set_state(PlayState.PAUSED)

    def next(self) -> None:
        """Go to the next track; after the last one, stop. A pause stays a pause."""
        self._leave(by_person=True)
        self._fresh()
        self._turn_to(self.queue.following(asked=True))

    def previous(self) -> None:
        """Go to the track before within the first seconds of this one, later to the beginning of this one."""
        before = self.queue.preceding()
        if before is None or self.position > BACK_WITHIN:
            self.seek(0.0)
            return
        self._leave()
        self._fresh()
        self._turn_to(before)

    def seek(self, seconds: float) -> None:
        """Go to a place in the current track, kept within it."""
        if self.now is None:
            return
        seconds = max(0.0, min(seconds, self.length or seconds))
        if self._source:
            self._player.seek(seconds)
        else:
            self._begin_at = seconds
        self._listening.move(seconds)
        self._changes.add(Change.POSITION)

    def seek_by(self, seconds: float) -> None:
        """Go back or forth."""
        self.seek(self.position + seconds)

    def stop(self) -> None:
        """Fall silent; the track stays current and would begin anew."""
        self._leave()
        self._player.stop()
        self._begin_at = 0.0
        self._set_state(PlayState.STOPPED)

    def set_volume(self, position: float) -> None:
        """Set the volume by the place of a slider, 0 to 1."""
        self.volume = max(0.0, min(1.0, position))
        self._player.set_volume(self.volume)
        self._changes.add(Change.VOLUME)

    def set_muted(self, muted: bool) -> None:  # noqa: FBT001 - the name says it
        """Silence the sound, or let it be heard again."""
        self.muted = muted
        self._player.set_muted(muted)
        self._changes.add(Change.VOLUME)

    def use(self, player: Player) -> None:
        """Go on with another player from where this one is; the former is closed by whoever made it."""
        at, former = self.position, self._player
        self._player = player
        player.set_volume(self.volume)
        player.set_muted(self.muted)
        if self._source and self.now:
            former.stop()
            paused = self.state is PlayState.PAUSED
            self._open(self.now, at, paused=paused)
            self._set_state(PlayState.PAUSED if paused else PlayState.LOADING)
        self._changes.add(Change.NOTICE)

    def tick(self) -> frozenset[Change]:
        """Take in what the player reports, have the next track ready, say what changed since last time."""
        for event in self._player.poll():
            if event.source is self._source:
                self._hear_of(event)
        self._listen()
        self._have_next_ready()
        if self.queue.version != self._version:
            self._version = self.queue.version
            self._changes.add(Change.QUEUE)
        changes, self._changes = frozenset(self._changes), set()
        return changes

    def close(self, seconds: float = 1.0) -> None:
        """Give the player back, within `seconds`."""
        self._leave()
        self._player.close(seconds)

    def snapshot(self) -> dict[str, Any]:
        """Return the queue and the place in it as plain values; quick while the queue is the same."""
        items = self.queue.items
        if self._written[0] is not items:
            self._written = items, session.write_items(items)
        return session.write(self.queue, self._written[1], self.position)

    def restore(self, saved: Mapping[str, Any], find: Callable[[Sequence[TrackId]], Sequence[Track]]) -> bool:
        """Bring a snapshot back, paused and nothing opened; False when there is nothing in it to bring back.

        `find` gives the tracks of ids, leaving out those that are no more.
        """
        found = session.read(saved, find)
        if found is None:
            return False
        self._leave()
        self._player.stop()
        self.queue.begin_with(
            found.entries, at=found.at, name=found.name, request=found.request, notes=found.notes
        )
        self.queue.repeat = found.repeat
        self._begin_at = found.position
        self._set_state(PlayState.PAUSED if self.now else PlayState.STOPPED)
        self._changes.update((Change.TRACK, Change.QUEUE))
        return True

    def _start(self, item: Item, at: float = 0.0, *, paused: bool = False) -> None:
        self._turn_page(item)
        self._listening = Listening(item.entry.track.tags.seconds, at)
        self._open(item, at, paused=paused)
        self._set_state(PlayState.PAUSED if paused else PlayState.LOADING)

    def _turn_page(self, item: Item) -> None:
        if item is self.now:  # once more: nothing but the place tells
            self._changes.add(Change.POSITION)
        self.queue.make_current(item)
        self._changes.add(Change.TRACK)

    def _open(self, item: Item, at: float, *, paused: bool) -> None:
        self._prepared = None
        self._begin_at = 0.0
        self._source = self._source_of(item)
        self._player.play(self._source, at=at, paused=paused)

    def _source_of(self, item: Item) -> Source:
        track = item.entry.track
        return Source(os.fsencode(track.path), gain_db(track.tags, self._replaygain), track.tags.seconds)

    def _turn_to(self, item: Item | None) -> None:
        """Go to an item as the person's next or previous; to nothing after the last."""
        if item is None:
            self._finish()
        elif self.state is PlayState.STOPPED:
            self._turn_page(item)
        else:
            self._start(item, paused=self.state is PlayState.PAUSED)

    def _finish(self) -> None:
        self._player.stop()
        self._source = self._prepared = None
        self._begin_at = 0.0
        self.queue.make_current(None)
        self._set_state(PlayState.STOPPED)
        self._changes.add(Change.TRACK)

    def _leave(self, *, by_person: bool = False) -> None:
        """Turn away from the current track, which is a skip when the person wanted another one so soon."""
        if self._source and self.now and by_person:
            self._listen()
            if self._listening.skipped and not self.trouble:
                self._listener.skipped(self.now.entry.track.id, self._listening.heard)
        self._source = self._prepared = None
        self._begin_at = 0.0

    def _fresh(self) -> None:
        """Begin to count failures anew: the person asked for something."""
        self._failures.clear()
        self._say("")

    def _hear_of(self, event: PlayerEvent) -> None:
        if event.kind is EventKind.STARTED:
            if self.now:
                self.problems.pop(self.now.key, None)
            if self.state is PlayState.LOADING:
                self._set_state(PlayState.PLAYING)
        elif event.kind is EventKind.ENDED:
            self._go_on(event)
        else:
            self._pass_over(event.reason)

    def _go_on(self, event: PlayerEvent) -> None:
        """Follow the player to the next track."""
        self._listen()
        if self._listening.end():
            self._tell_played()
        self._failures.clear()
        prepared, following = self._prepared, self.queue.following()
        if following is None:
            self._finish()
        elif prepared and event.then is prepared[1] and following.key == prepared[0].key:
            self._prepared, self._source = None, prepared[1]
            self._turn_page(following)
            self._listening = Listening(following.entry.track.tags.seconds)
        else:
            self._start(following, paused=self.state is PlayState.PAUSED)

    def _pass_over(self, reason: str) -> None:
        """Go on from a track that cannot be played, but not for ever."""
        failed, self._source, self._prepared = self.now, None, None
        self._failures.add(failed, self._listening)
        if failed is not None:
            self.problems[failed.key] = reason
        following = self.queue.following()
        if following is not None and self.queue.repeat is not Repeat.ONE and not self._failures.too_many:
            self._start(following, paused=self.state is PlayState.PAUSED)
            return
        self._say(self._failures.told(reason))
        if back := self._failures.broke_off:
            self._turn_page(back[0])
            self._begin_at = back[1]
        elif not self._failures.too_many:
            self._finish()
        self._player.stop()
        self._set_state(PlayState.STOPPED)

    def _listen(self) -> None:
        if self.state is PlayState.PLAYING and self._source and self.now:
            if self._listening.length is None:
                self._listening.length = self._player.length
            if self._listening.go_on(self._player.position, self._now()):
                self._tell_played()
        else:
            self._listening.halt()

    def _tell_played(self) -> None:
        self._failures.clear()
        if self.now and not self.trouble:  # what made no sound was not heard
            self._listener.played(self.now.entry.track.id, self._listening.heard)

    def _have_next_ready(self) -> None:
        """Prepare what comes next when the end is near, and again when something else comes next."""
        item = self.coming if self._source and self._near_the_end() else None
        if (item.key if item else None) == (self._prepared[0].key if self._prepared else None):
            return
        self._prepared = (item, self._source_of(item)) if item else None
        self._player.prepare(self._prepared[1] if self._prepared else None)

    def _near_the_end(self) -> bool:
        length = self.length
        sounding = self.state in (PlayState.PLAYING, PlayState.PAUSED)
        return sounding and (length is None or length - self.position < PREPARE_BEFORE)

    def _set_state(self, state: PlayState) -> None:
        if state is not self.state:
            self.state = state
            self._changes.add(Change.STATE)

    def _say(self, notice: str) -> None:
        if notice != self.notice:
            self.notice = notice
            self._changes.add(Change.NOTICE)
