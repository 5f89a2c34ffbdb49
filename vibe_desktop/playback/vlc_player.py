"""Plays through libvlc 3: one thread makes every call, and libvlc's callbacks only leave notes for it."""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Sequence
from queue import Empty, SimpleQueue
from typing import Any, TypeAlias

import vlc

from vibe_desktop.playback.disguise import is_disguised
from vibe_desktop.playback.null_player import NOT_THERE
from vibe_desktop.playback.place import Place
from vibe_desktop.playback.player import EventKind, PlayerEvent, Source
from vibe_desktop.playback.vlc_deck import Deck, Happening, Told, is_there
from vibe_desktop.playback.volume import percent

# What a person set up for VLC itself, and everything that shows, fetches or remembers, stays out of this.
OPTIONS = (
    "--no-video", "--no-media-library", "--no-osd", "--no-spu", "--no-stats", "--no-sub-autodetect-file",
    "--no-metadata-network-access", "--ignore-config", "--quiet",
)  # fmt: skip
# Not every build knows these, and one option it does not know makes libvlc refuse them all.
SOME_BUILDS_OPTIONS = ("--no-lua", *(["--no-xlib"] if sys.platform.startswith("linux") else []))

UNPLAYABLE = "The file could not be opened as music."
BROKE_OFF = "It broke off before its end: the file is damaged, or no sound output was found."

# An end this far before the expected one is still the end: lengths are estimates, and outputs run ahead.
_SHORT_SECONDS, _SHORT_SHARE = 3.0, 0.1

# A foretold end that is not told so soon was not the end.
_END_FOLLOWS_WITHIN = 0.4

_Note: TypeAlias = Callable[[], None]


def new_instance(extra: Sequence[str] = ()) -> Any:
    """Return a libvlc instance with our options and `extra`, or None where libvlc gives none."""
    options = [*OPTIONS, *extra]
    return vlc.Instance([*options, *SOME_BUILDS_OPTIONS]) or vlc.Instance(options)


class VlcPlayer:
    """Obeys `Player`. Two decks: one sounds, the spare one has the next source open, paused at its start."""

    trouble = ""

    def __init__(self, instance: Any) -> None:
        """Play through a libvlc instance, which must not be None."""
        self._instance = instance
        self._notes: SimpleQueue[_Note | None] = SimpleQueue()
        self._events: SimpleQueue[PlayerEvent] = SimpleQueue()
        self._place = Place()
        # The thread's own from here on.
        self._deck, self._spare = self._new_deck(), self._new_deck()
        self._paused = False
        self._percent, self._muted = 100, False
        self._announced: Source | None = None
        self._seek_when_started: float | None = None
        self._ahead_until: float | None = None
        """once the prepared source began: until when the end of the current one must have been told"""
        self._thread = threading.Thread(target=self._work, name="libvlc", daemon=True)
        self._thread.start()

    # --- the caller's side ---

    @property
    def position(self) -> float:
        """Seconds into the current source; 0 when there is none."""
        return self._place.position

    @property
    def length(self) -> float | None:
        """Seconds the current source lasts, None while that is unknown."""
        return self._place.length

    def play(self, source: Source, *, at: float = 0.0, paused: bool = False) -> None:
        """Open a source and play it."""
        self._place.want(source, at)
        self._notes.put(lambda: self._play(source, at, paused=paused))

    def prepare(self, source: Source | None) -> None:
        """Open a source in the spare deck."""
        self._notes.put(lambda: self._prepare(source))

    def pause(self) -> None:
        """Halt where it is."""
        self._place.halt()
        self._notes.put(lambda: self._set_paused(paused=True))

    def resume(self) -> None:
        """Go on after a pause."""
        self._notes.put(lambda: self._set_paused(paused=False))

    def seek(self, seconds: float) -> None:
        """Go to a place in the current source."""
        source, seconds = self._place.wanted, max(0.0, seconds)
        self._place.jump(seconds)
        self._notes.put(lambda: self._seek(source, seconds))

    def set_volume(self, position: float) -> None:
        """Set the volume by the place of a slider, 0 to 1."""
        self._notes.put(lambda: self._set_sound(percent(position), muted=self._muted))

    def set_muted(self, muted: bool) -> None:  # noqa: FBT001 - the name says it
        """Silence the sound, or let it be heard again."""
        self._notes.put(lambda: self._set_sound(self._percent, muted=muted))

    def set_gain(self, gain_db: float) -> None:
        """Change the gain of the current source."""
        self._notes.put(lambda: self._set_gain(gain_db))

    def poll(self) -> list[PlayerEvent]:
        """Return what happened since the last call, oldest first."""
        events: list[PlayerEvent] = []
        while True:
            try:
                events.append(self._events.get_nowait())
            except Empty:
                return events

    def stop(self) -> None:
        """Fall silent."""
        self._place.want(None)
        self._notes.put(self._stop)

    def close(self, seconds: float = 1.0) -> None:
        """Stop and release, waiting no longer than `seconds`: a sound driver may hold libvlc for ever."""
        self._place.want(None)
        self._notes.put(None)
        self._thread.join(seconds)

    # --- the thread's side ---

    def _work(self) -> None:
        while True:
            try:
                note = self._notes.get(timeout=self._patience())
            except Empty:
                self._hand_over()
                continue
            if note is None:
                break
            note()
        self._deck.release()
        self._spare.release()
        self._instance.release()

    def _new_deck(self) -> Deck:
        def tell(told: Told) -> None:
            self._notes.put(lambda: self._take_in(deck, told))

        deck = Deck(self._instance, tell)
        return deck

    def _patience(self) -> float | None:
        """Return the seconds until `_hand_over` is due, None while it is not in sight."""
        at = self._ahead_until
        if at is None and self._spare.started and not self._spare.failure and not self._paused:
            at = self._deck.ends_at
        return None if at is None else max(0.0, at - time.monotonic())

    def _hand_over(self) -> None:
        """Let the prepared source begin as the current one ends, or silence it again where that did not end.

        libvlc tells of an end when it is past by up to a tenth of a second.
        """
        if self._ahead_until is None:
            self._ahead_until = time.monotonic() + _END_FOLLOWS_WITHIN
            self._loud(self._spare)
            self._spare.set_paused(False)
        else:
            self._take_back()
            self._deck.foretell_nothing()

    def _take_back(self) -> None:
        """Have the prepared source wait at its start again, should it have begun."""
        if self._ahead_until is not None:
            self._ahead_until = None
            self._spare.set_paused(True)
            self._spare.seek(0.0)

    def _play(self, source: Source, at: float, *, paused: bool) -> None:
        if self._place.wanted is not source:
            return
        self._prepare(None)
        self._paused, self._seek_when_started = paused, None
        if refusal := _refusal(source):
            self._deck.stop()
            self._tell(EventKind.FAILED, source, refusal)
        else:
            self._deck.load(source, at=at, paused=paused)

    def _prepare(self, source: Source | None) -> None:
        self._ahead_until = None
        self._spare.stop()
        if source is None:
            return
        if refusal := _refusal(source):
            self._spare.source, self._spare.failure = source, refusal
        else:
            self._spare.load(source, paused=True)

    def _set_paused(self, *, paused: bool) -> None:
        self._paused = paused
        self._take_back()
        self._deck.set_paused(paused)

    def _seek(self, source: Source | None, seconds: float) -> None:
        if self._deck.source is not source:
            return
        self._take_back()
        if self._deck.started:
            self._deck.seek(seconds)
        else:
            self._seek_when_started = seconds

    def _set_sound(self, percent: int, *, muted: bool) -> None:
        self._percent, self._muted = percent, muted
        self._deck.sound(percent, muted=muted)

    def _set_gain(self, gain_db: float) -> None:
        self._deck.gain_db = gain_db
        if self._deck.started:
            self._deck.amplify()

    def _loud(self, deck: Deck) -> None:
        deck.sound(self._percent, muted=self._muted)
        deck.amplify()

    def _stop(self) -> None:
        self._ahead_until = None
        self._deck.stop()
        self._spare.stop()

    def _take_in(self, deck: Deck, told: Told) -> None:
        """Act on what a deck told, unless it has another source since."""
        if deck.source is not told.source:
            return
        match told.what:
            case Happening.PLAYING:
                deck.started = True
                self._sounding(deck)
            case Happening.PAUSED:
                self._halted(deck)
            case Happening.TIME:
                if deck.was_at(told.seconds, told.when) and deck is self._deck:
                    self._place.was_at(told.source, told.seconds, told.when)
            case Happening.LENGTH:
                deck.length = told.seconds
                self._learn_length(deck)
            case Happening.ENDED | Happening.FAILED:
                self._over(deck, UNPLAYABLE if told.what is Happening.FAILED else _broken(deck))

    def _sounding(self, deck: Deck) -> None:
        """Make the current deck as loud as it should be; only now does libvlc take that to heart."""
        if deck is not self._deck or deck.source is None:
            return
        self._loud(deck)
        if self._seek_when_started is not None:
            deck.seek(self._seek_when_started)
            self._seek_when_started = None
        if self._paused:
            deck.set_paused(True)
        else:
            self._place.runs(deck.source, running=True)
        self._announce(deck.source)

    def _halted(self, deck: Deck) -> None:
        if deck is not self._deck or deck.source is None:
            return
        self._place.runs(deck.source, running=False)
        if not self._paused:
            deck.set_paused(False)

    def _learn_length(self, deck: Deck) -> None:
        if deck is self._deck and deck.source and deck.length > 0:
            self._place.lasts(deck.source, deck.length)

    def _over(self, deck: Deck, failure: str) -> None:
        """Take in that a deck's source is over, and go on to the prepared one if all of it was played."""
        if deck is self._spare:
            deck.failure = failure or BROKE_OFF
            return
        source, deck.source, deck.ends_at = deck.source, None, None
        if source is None:
            return
        self._place.runs(source, running=False)
        if failure:
            self._take_back()
            self._tell(EventKind.FAILED, source, failure)
            return
        then = self._spare.source
        if not self._place.follow(source, then):
            return
        self._events.put(PlayerEvent(EventKind.ENDED, source, then=then))
        self._ahead_until = None
        if then is not None:
            self._deck, self._spare = self._spare, self._deck
            self._take_over(then)

    def _take_over(self, source: Source) -> None:
        """Let the deck sound that had the next source ready."""
        if self._deck.failure:
            self._deck.source = None
            self._tell(EventKind.FAILED, source, self._deck.failure)
            return
        self._learn_length(self._deck)
        if self._deck.started:
            self._sounding(self._deck)
            self._deck.set_paused(self._paused)

    def _announce(self, source: Source) -> None:
        if self._announced is not source:
            self._announced = source
            self._tell(EventKind.STARTED, source)

    def _tell(self, kind: EventKind, source: Source, reason: str = "") -> None:
        self._events.put(PlayerEvent(kind, source, reason))


def _refusal(source: Source) -> str:
    """Return why a source is not to be opened at all, "" where it may be."""
    if not is_there(source):
        return NOT_THERE
    return UNPLAYABLE if is_disguised(source.path) else ""


def _broken(deck: Deck) -> str:
    """Return why an end is none, or "": what is not music, or not whole, ends without an error too."""
    expected = (deck.source.seconds if deck.source else None) or deck.length
    slack = max(_SHORT_SECONDS, _SHORT_SHARE * expected)
    nothing_in_it = not deck.length and not deck.reached
    return BROKE_OFF if nothing_in_it or deck.reached < expected - slack else ""
