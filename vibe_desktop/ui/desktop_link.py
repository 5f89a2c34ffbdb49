"""Between the music and the desktop: media keys, panels, notifications."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal

from vibe_desktop.desktop.awake import choose_awake
from vibe_desktop.desktop.now_playing import Action, Command, Loop, PlayingNow, Status, choose_now_playing
from vibe_desktop.playback.jukebox import Change, PlayState
from vibe_desktop.playback.play_queue import Repeat
from vibe_desktop.ui.queue.queue_model import title_of

if TYPE_CHECKING:
    from collections.abc import Callable

    from vibe_desktop.ui.services import Services

_STATUS = {
    PlayState.PLAYING: Status.PLAYING,
    PlayState.LOADING: Status.PLAYING,
    PlayState.PAUSED: Status.PAUSED,
    PlayState.STOPPED: Status.STOPPED,
}


class DesktopLink(QObject):
    """Tells the desktop what plays and does what it asks, on the main thread."""

    raise_wanted = Signal()
    quit_wanted = Signal()
    _asked = Signal(object)

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self._asked.connect(self._obey, Qt.ConnectionType.QueuedConnection)
        self._now_playing = choose_now_playing(self._asked.emit)
        self._awake = choose_awake()
        jukebox = services.jukebox
        self._calls: dict[Action, Callable[[], object]] = {
            Action.PLAY: jukebox.play,
            Action.PAUSE: jukebox.pause,
            Action.PLAY_PAUSE: jukebox.toggle,
            Action.NEXT: jukebox.next,
            Action.PREVIOUS: jukebox.previous,
            Action.STOP: jukebox.stop,
            Action.RAISE: self.raise_wanted.emit,
            Action.QUIT: self.quit_wanted.emit,
        }
        services.covers.changed.connect(self._cover_came)

    def take_in(self, changes: frozenset[Change]) -> None:
        """Tell the desktop what changed."""
        if changes - {Change.NOTICE}:
            self._now_playing.update(self._playing())
        if Change.STATE in changes:
            self._awake.keep(awake=self._services.jukebox.state in {PlayState.PLAYING, PlayState.LOADING})
        if Change.POSITION in changes:
            self._now_playing.seeked(self._services.jukebox.position)

    def close(self, seconds: float = 0.5) -> None:
        """Let go of the desktop."""
        self._now_playing.close(seconds)
        self._awake.close(seconds)

    def _playing(self) -> PlayingNow:
        jukebox = self._services.jukebox
        now = jukebox.now
        playing = PlayingNow(
            volume=jukebox.volume,
            loop=Loop(jukebox.repeat.value),
            can_play=bool(jukebox.queue.items),
            can_next=jukebox.queue.following(asked=True) is not None,
        )
        if now is None:
            return playing
        track = now.entry.track
        return replace(
            playing,
            track_id=now.key,
            title=title_of(track),
            artist=track.tags.artist,
            album=track.tags.album,
            length=jukebox.length,
            position=jukebox.position,
            status=_STATUS[jukebox.state],
            art=self._services.covers.file(track),
            can_previous=True,
        )

    def _obey(self, command: Command) -> None:
        jukebox = self._services.jukebox
        match command.action:
            case Action.SEEK:
                self._seek_by(command.seconds)
            case Action.SET_POSITION:
                if jukebox.now and jukebox.now.key == command.track_id:
                    jukebox.seek(command.seconds)
            case Action.SET_VOLUME:
                jukebox.set_volume(command.volume)
            case Action.SET_LOOP:
                jukebox.repeat = Repeat(command.loop.value)
            case _:
                self._calls[command.action]()

    def _seek_by(self, seconds: float) -> None:
        """Go back or forth; beyond the end is the next track, as MPRIS has it."""
        jukebox = self._services.jukebox
        if jukebox.length is not None and jukebox.position + seconds > jukebox.length:
            jukebox.next()
        else:
            jukebox.seek_by(seconds)

    def _cover_came(self, track_id: int) -> None:
        now = self._services.jukebox.now
        if now and now.entry.track.id == track_id:
            self._now_playing.update(self._playing())
