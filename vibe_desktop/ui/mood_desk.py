"""The mood under way: what was typed, what was understood, how it is steered, and the queue it gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from vibe_desktop.background.questions import Answer, Closest, Read
from vibe_desktop.domain import MoodRequest, Track
from vibe_desktop.moods.chips import Chip, chips, without
from vibe_desktop.moods.naming import title_for

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.background.questions import Understanding
    from vibe_desktop.domain import Queue, TrackId, VibeError
    from vibe_desktop.ui.services import Services
    from vibe_desktop.ui.tasks import Ticket

_TYPING_MS = 90
_STEERING_MS = 220
_CLOSEST = 3


class MoodDesk(QObject):
    """Turns what a person types and moves into requests, and answers into the queue.

    Every change of the queue is one step that can be taken back.
    """

    chips_changed = Signal(tuple)
    """the `Chip`s of the request shown now"""
    closest_changed = Signal(list)
    """the closest tracks while typing"""
    request_changed = Signal(object)
    """the `MoodRequest` shown now, or None"""
    busy_changed = Signal(bool)
    failed = Signal(object)
    """a `VibeError` instead of an answer"""
    answered = Signal()

    def __init__(self, services: Services) -> None:
        super().__init__()
        self._services = services
        self.request: MoodRequest | None = None
        self._typed = ""
        self._reading: Ticket | None = None
        self._answering: Ticket | None = None
        self._reading_mood = False
        """whether what was typed is being taken apart, so that `request` is still the one before"""
        self._words: list[Track] = []
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._look_up)
        self._steering = QTimer(self, singleShot=True, interval=_STEERING_MS)
        self._steering.timeout.connect(lambda: self._ask(keep_current=True))

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._answering is not None

    def typing(self, text: str) -> None:
        """Take note of what stands in the prompt, and look for the closest titles once it rests."""
        self._typed = text.strip()
        if self._typed:
            self._typing.start()
        else:
            self._typing.stop()
            self._words = []
            self.closest_changed.emit([])

    def submit(self, text: str, *, play: bool = False) -> None:
        """Answer a mood as it was typed; steering that is set stays."""
        text = text.strip()
        if not text:
            return
        self._typing.stop()
        self._steering.stop()
        self.closest_changed.emit([])
        self._reading_mood = True
        self._wait(
            self._services.tasks.when(
                self._services.answering.ask(Read(text)),
                lambda understood: self._understood(understood, play=play),
                failed=self._fail,
                owner=self,
            )
        )

    def take(
        self, request: MoodRequest, *, name: str = "", kept: Sequence[TrackId] = (), play: bool = False
    ) -> None:
        """Answer a request that was made elsewhere."""
        self._show(request)
        self._ask(play=play, name=name, kept=kept)

    def remove(self, chip: Chip) -> None:
        """Take back one thing that was understood; the queue follows."""
        if self.request:
            self._show(without(self.request, chip))
            self._ask(keep_current=True)

    def steer(self, axis: str, way: float) -> None:
        """Lean along an axis, -1 to 1, without retyping; the queue follows once the slider rests."""
        leans = {name: lean for name, lean in (self.request.steer if self.request else ()) if name != axis}
        if way:
            leans[axis] = way
        self._adjust(replace(self.request or MoodRequest("", ""), steer=tuple(sorted(leans.items()))))

    def set_minutes(self, minutes: float | None) -> None:
        """Make the queue about as long as this, or as long as it comes."""
        self._adjust(replace(self.request or MoodRequest("", ""), minutes=minutes, length=None))

    def more_like(self, track: Track) -> None:
        """Lean towards a track; the queue keeps its beginning and what is playing."""
        request = self.request or MoodRequest("", "")
        self._change_taste(
            replace(
                request,
                like=(*request.like, track.id),
                unlike=tuple(each for each in request.unlike if each != track.id),
            )
        )

    def less_like(self, track: Track) -> None:
        """Lean away from a track, and leave it out."""
        request = self.request or MoodRequest("", "")
        self._change_taste(
            replace(
                request,
                unlike=(*request.unlike, track.id),
                like=tuple(each for each in request.like if each != track.id),
                refused=(*request.refused, track.id),
            ),
            gone=track.id,
        )

    def refuse(self, track: Track) -> None:
        """Leave a track and its other versions out of this mood; another takes its place."""
        request = self.request or MoodRequest("", "")
        self._change_taste(replace(request, refused=(*request.refused, track.id)), gone=track.id)

    def radio(self, track: Track, *, play: bool = True) -> None:
        """Answer with music like a track and nothing else asked."""
        name = self.tr("Like {0}").format(track.tags.title or track.path)
        self.take(MoodRequest(name, "", like=(track.id,)), name=name, play=play)

    def regenerate(self) -> None:
        """Answer the same request by another seed."""
        if self.request:
            self._show(replace(self.request, seed=self.request.seed + 1))
            self._ask(keep_current=True)

    def refill(self, kept: Sequence[TrackId]) -> None:
        """Keep these tracks in front and fill the rest anew."""
        if self.request:
            there = {item.entry.track.id for item in self._services.jukebox.queue.items}
            gone = tuple(sorted((there - set(kept)) - set(self.request.refused)))
            request = replace(self.request, refused=(*self.request.refused, *gone))
            self._ask(kept=kept, keep_current=True, request=request)

    def follow_queue(self) -> None:
        """Show the request of the queue as it is now, after a step was taken back."""
        request = self._services.jukebox.queue.request
        if request is not None and request != self.request:
            self._show(request)

    def _adjust(self, request: MoodRequest) -> None:
        self._show(request)
        something = request.mood or request.like or request.text or self._services.jukebox.queue.items
        if something and not self._reading_mood:
            self._steering.start()

    def _change_taste(self, request: MoodRequest, *, gone: TrackId | None = None) -> None:
        """Ask anew, keeping what was played and is playing."""
        queue = self._services.jukebox.queue
        heard = queue.items[: queue.at + 1] if queue.at is not None else ()
        kept = [item.entry.track.id for item in heard if item.entry.track.id != gone]
        self._show(request)
        self._ask(kept=kept, keep_current=True)

    def _look_up(self) -> None:
        text = self._typed
        tracks = self._services.app.reading_tracks

        def by_words() -> list[Track]:
            return tracks.tracks(tracks.titles(text, _CLOSEST))

        self._forget_reading()
        self._reading = self._services.tasks.run(by_words, self._found_words, owner=self)
        self._services.tasks.when(
            self._services.answering.ask(Closest(text, 2 * _CLOSEST)),
            lambda ids: self._found_close(text, ids),
            failed=lambda _: None,  # the words' answer stands; the mood itself will say what is wrong
            owner=self,
        )

    def _found_words(self, found: list[Track]) -> None:
        self._words = found
        if self._typed:
            self.closest_changed.emit(found)

    def _found_close(self, text: str, ids: Sequence[TrackId]) -> None:
        if text != self._typed or not ids or self.busy:
            return
        known = {track.id for track in self._words}
        wanted = [track_id for track_id in ids if track_id not in known]
        tracks = self._services.app.reading_tracks
        self._services.tasks.run(
            lambda: tracks.tracks(wanted),
            lambda found: self._merge(text, found),
            owner=self,
        )

    def _merge(self, text: str, found: list[Track]) -> None:
        if text == self._typed and not self.busy:
            self.closest_changed.emit([*self._words, *found][:_CLOSEST])

    def _understood(self, understood: Understanding, *, play: bool) -> None:
        steer = self.request.steer if self.request else ()
        self._show(replace(understood.request, steer=steer))
        self._ask(play=play)

    def _show(self, request: MoodRequest) -> None:
        self.request = request
        self.request_changed.emit(request)
        ids = {*request.like, *request.unlike, *request.refused}
        if not ids:
            self.chips_changed.emit(chips(request, {}))
            return
        tracks = self._services.app.reading_tracks
        self._services.tasks.run(
            lambda: {track.id: track.tags.title for track in tracks.tracks(sorted(ids))},
            lambda names: self._name_chips(request, names),
            owner=self,
        )

    def _name_chips(self, request: MoodRequest, names: dict[TrackId, str]) -> None:
        if request is self.request:
            self.chips_changed.emit(chips(request, names))

    def _ask(
        self,
        *,
        play: bool = False,
        name: str = "",
        kept: Sequence[TrackId] = (),
        keep_current: bool = False,
        request: MoodRequest | None = None,
    ) -> None:
        asked = request or self.request
        if asked is None:
            return
        self._steering.stop()
        self._reading_mood = False
        self._wait(
            self._services.tasks.when(
                self._services.answering.ask(Answer(asked, tuple(kept))),
                lambda queue: self._deliver(queue, name=name, play=play, keep_current=keep_current),
                failed=self._fail,
                owner=self,
            )
        )

    def _deliver(self, answer: Queue, *, name: str, play: bool, keep_current: bool) -> None:
        self._settle()
        jukebox = self._services.jukebox
        if self.request is not None and answer.request != self.request:
            self._show(answer.request)  # the engine found names in it, or a refill refused some
        jukebox.queue.replace(
            answer.entries,
            name=name or title_for(answer.request),
            request=answer.request,
            notes=answer.notes,
            keep_current=keep_current and jukebox.now is not None,
        )
        if play and jukebox.queue.items:
            jukebox.play_item(jukebox.queue.items[0].key)
        self.answered.emit()

    def _fail(self, error: VibeError) -> None:
        self._settle()
        self.failed.emit(error)

    def _wait(self, ticket: Ticket) -> None:
        """Only the newest question counts."""
        if self._answering is not None:
            self._answering.forget()
        self._answering = ticket
        self.busy_changed.emit(True)

    def _settle(self) -> None:
        self._answering = None
        self._reading_mood = False
        self.busy_changed.emit(False)

    def _forget_reading(self) -> None:
        if self._reading is not None:
            self._reading.forget()
