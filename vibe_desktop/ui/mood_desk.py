"""The mood under way: what was typed, what was understood, how it is steered, and the queue it gives."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, QTimer, Signal

from vibe_desktop.background.questions import Answer, Chips, Closest, Read
from vibe_desktop.domain import MoodRequest, Track
from vibe_desktop.ui.queue.change_words import adjustment_words
from vibe_desktop.ui.queue.queue_model import title_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from vibe_desktop.background.questions import Understanding
    from vibe_desktop.domain import Queue, TrackId, VibeError
    from vibe_desktop.moods.chips import Chip
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
        self._chips: tuple[Chip, ...] = ()
        self._typed = ""
        self._open = False
        self._reading: Ticket | None = None
        self._answering: Ticket | None = None
        self._reading_mood = False
        """whether what was typed is being taken apart, so that `request` is still the one before"""
        self._meanwhile: list[Callable[[MoodRequest], MoodRequest]] = []
        """what was changed since, to be done to the new request once it is known"""
        self._plays = False
        """whether the answer that is awaited is to be played at once"""
        self._minutes: float | None = None
        """the length that was chosen beside the queue, not typed"""
        self._words: list[Track] = []
        self._near: list[Track] = []
        self._typing = QTimer(self, singleShot=True, interval=_TYPING_MS)
        self._typing.timeout.connect(self._look_up)
        self._steering = QTimer(self, singleShot=True, interval=_STEERING_MS)
        self._steering.timeout.connect(lambda: self._ask(keep_current=True))

    @property
    def busy(self) -> bool:
        """Whether an answer is awaited."""
        return self._answering is not None

    def begin(self) -> None:
        """Look up what was typed before the library was open."""
        self._open = True
        if self._typed:
            self._typing.start()

    def typing(self, text: str) -> None:
        """Take note of what stands in the prompt, and look for the closest titles once it rests."""
        self._typed = text.strip()
        if self._typed and self._open:
            self._typing.start()
        else:
            self._typing.stop()
            self._words, self._near = [], []
            self.closest_changed.emit([])

    def submit(self, text: str, *, play: bool = False) -> None:
        """Answer a mood as it was typed; steering that is set stays."""
        text = text.strip()
        if not text:
            return
        self.typing("")  # whatever is still being looked up comes too late
        self._steering.stop()
        self._reading_mood = True
        self._meanwhile = []
        self._plays = play
        self._wait(
            self._services.tasks.when(
                self._services.answering.ask(Read(text, self._this())),
                self._understood,
                failed=self._fail,
                owner=self,
            )
        )

    def _this(self) -> tuple[TrackId, ...]:
        """Return what plays: "like this" means it."""
        now = self._services.jukebox.now
        return (now.entry.track.id,) if now else ()

    def take(
        self, request: MoodRequest, *, name: str = "", kept: Sequence[TrackId] = (), play: bool = False
    ) -> None:
        """Answer a request that was made elsewhere."""
        self.typing("")
        self._plays = play
        self._show(request)
        self._ask(name=name, kept=kept)

    def remove(self, chip: Chip) -> None:
        """Take back one thing that was understood; the queue follows."""
        if self.request and not self._reading_mood:  # else it is about to go with the mood it belongs to
            from vibe_desktop.moods.chips import without

            if chip.kind == "minutes":
                self._minutes = None
            self._show(without(self.request, chip))
            self._ask(keep_current=True)

    def steer(self, axis: str, way: float) -> None:
        """Lean along an axis, -1 to 1, without retyping; the queue follows once the slider rests."""
        leans = {name: lean for name, lean in (self.request.steer if self.request else ()) if name != axis}
        if way:
            leans[axis] = way
        self._adjust(replace(self.request or MoodRequest("", ""), steer=tuple(sorted(leans.items()))))

    def set_minutes(self, minutes: float | None) -> None:
        """Make the queue about as long as this, or as long as it comes; so also the next moods."""
        self._minutes = minutes

        def change(request: MoodRequest) -> MoodRequest:
            return replace(request, minutes=minutes, length=None)

        if self._reading_mood:
            self._meanwhile.append(change)
        self._adjust(change(self.request or MoodRequest("", "")))

    def more_like(self, track: Track) -> None:
        """Lean towards a track; the queue keeps its beginning and what is playing."""
        self._change_taste(
            lambda request: replace(
                request,
                like=_with(request.like, track.id),
                unlike=_but(request.unlike, track.id),
            )
        )

    def less_like(self, track: Track) -> None:
        """Lean away from a track, and leave it out."""
        self._change_taste(
            lambda request: replace(
                request,
                unlike=_with(request.unlike, track.id),
                like=_but(request.like, track.id),
                refused=_with(request.refused, track.id),
            ),
            gone=track.id,
        )

    def refuse(self, track: Track) -> None:
        """Leave a track and its other versions out of this mood; another takes its place."""
        self._change_taste(
            lambda request: replace(request, refused=_with(request.refused, track.id)), gone=track.id
        )

    def radio(self, track: Track, *, play: bool = True) -> None:
        """Answer with music like a track and nothing else asked."""
        name = self.tr("Like {0}").format(title_of(track))
        self.take(MoodRequest(name, "", like=(track.id,)), name=name, play=play)

    def regenerate(self) -> None:
        """Answer the same request by another seed."""
        if self.request and not self._reading_mood:
            self._show(replace(self.request, seed=self.request.seed + 1))
            self._ask(keep_current=True, stays=False)

    def refill(self, kept: Sequence[TrackId]) -> None:
        """Keep these tracks in front and fill the rest with others than are there now."""
        if self.request and not self._reading_mood:
            there = {item.entry.track.id for item in self._services.jukebox.queue.items}
            gone = sorted((there - set(kept)) - set(self.request.refused))
            # For this once: the mood itself goes on allowing them, and no chip tells of them.
            others = replace(self.request, refused=(*self.request.refused, *gone))
            self._ask(kept=kept, keep_current=True, others=others)

    def follow_queue(self) -> None:
        """Show the request of the queue as it is now: a step was taken back, or other music came.

        An answer that is still awaited would be to the queue before, and is not wanted any more.
        """
        self._steering.stop()
        self._minutes = None
        if self._answering is not None:
            self._answering.forget()
            self._plays = False
            self._settle()
        request = self._services.jukebox.queue.request
        if request != self.request:
            self._show(request)

    def _adjust(self, request: MoodRequest) -> None:
        self._show(request)
        something = request.mood or request.like or request.text or self._services.jukebox.queue.items
        if something and not self._reading_mood:
            self._steering.start()

    def _change_taste(
        self, change: Callable[[MoodRequest], MoodRequest], *, gone: TrackId | None = None
    ) -> None:
        """Ask anew, keeping what was played and is playing."""
        if self._reading_mood:
            self._meanwhile.append(change)
            return
        queue = self._services.jukebox.queue
        heard = queue.items[: queue.at + 1] if queue.at is not None else ()
        kept = [item.entry.track.id for item in heard if item.entry.track.id != gone]
        self._show(change(self.request or MoodRequest("", "")))
        self._ask(kept=kept, keep_current=True)

    def _look_up(self) -> None:
        text = self._typed
        tracks = self._services.app.reading_tracks

        def by_words() -> list[Track]:
            return tracks.tracks(tracks.titles(text, _CLOSEST))

        self._forget_reading()
        self._reading = self._services.tasks.run(
            by_words, lambda found: self._found(text, words=found), owner=self
        )
        self._services.tasks.when(
            self._services.answering.ask(Closest(text, 2 * _CLOSEST)),
            lambda ids: self._found_close(text, ids),
            failed=lambda _: None,  # the words' answer stands; the mood itself will say what is wrong
            owner=self,
        )

    def _found_close(self, text: str, ids: Sequence[TrackId]) -> None:
        if text == self._typed and not self.busy:
            tracks = self._services.app.reading_tracks
            self._services.tasks.run(
                lambda: tracks.tracks(ids), lambda found: self._found(text, near=found), owner=self
            )

    def _found(self, text: str, *, words: list[Track] | None = None, near: list[Track] | None = None) -> None:
        """Tell of the titles found by words, then of those the model finds near; either may come first."""
        if text != self._typed or self.busy:
            return
        self._words = self._words if words is None else words
        self._near = self._near if near is None else near
        known = {track.id for track in self._words}
        others = [track for track in self._near if track.id not in known]
        self.closest_changed.emit([*self._words, *others][:_CLOSEST])

    def _understood(self, understood: Understanding) -> None:
        request = replace(understood.request, steer=self.request.steer if self.request else ())
        if request.minutes is None and request.length is None:
            request = replace(request, minutes=self._minutes)
        for change in self._meanwhile:
            request = change(request)
        self._show(request)
        self._ask()

    def _show(self, request: MoodRequest | None) -> None:
        self.request = request
        self.request_changed.emit(request)
        if request is None:
            self._chips = ()
            self.chips_changed.emit(())
        else:
            self._ask_for_chips(request)

    def _ask_for_chips(self, request: MoodRequest) -> None:
        # The other process knows the words already; here they would take half a second and much memory.
        self._services.tasks.when(
            self._services.answering.ask(Chips(request)),
            lambda found: self._show_chips(request, found),
            failed=lambda _: None,  # the answer to the mood itself will say what is wrong
            owner=self,
        )

    def _show_chips(self, request: MoodRequest, found: tuple[Chip, ...]) -> None:
        if request is self.request and found != self._chips:
            self._chips = found
            self.chips_changed.emit(found)

    def _ask(
        self,
        *,
        name: str = "",
        kept: Sequence[TrackId] = (),
        keep_current: bool = False,
        stays: bool = True,
        others: MoodRequest | None = None,
    ) -> None:
        """Ask; of an adjusted queue (`keep_current`) what still fits `stays`, unless others are wanted."""
        shown = self.request
        asked = others or shown
        if asked is None:
            return
        now = self._services.jukebox.now
        if keep_current and not kept and now:
            # In front: what stood before it in the answer would never be heard.
            kept = [now.entry.track.id]
        items = self._services.jukebox.queue.items if keep_current and stays and not others else ()
        before = tuple(item.entry.track.id for item in items)
        self._steering.stop()
        self._reading_mood = False
        self._wait(
            self._services.tasks.when(
                self._services.answering.ask(
                    Answer(asked, tuple(kept), self._services.preferences.now.ear, before)
                ),
                lambda queue: (
                    self._deliver_others(queue, len(kept))
                    if others
                    else self._deliver(queue, shown, name=name, keep_current=keep_current)
                ),
                failed=self._fail,
                owner=self,
            )
        )

    def _deliver_others(self, answer: Queue, kept: int) -> None:
        """Take a refill; where there is nothing to fill with, the queue stays as it is."""
        if len(answer.entries) > kept and self.request:
            self._deliver(replace(answer, request=self.request), self.request, name="", keep_current=True)
            return
        self._settle()
        self._services.intents.notice.emit(
            self.tr("Nothing else of your music fits this mood, so the queue stays as it is."), "", None
        )

    def _deliver(self, answer: Queue, shown: MoodRequest | None, *, name: str, keep_current: bool) -> None:
        from vibe_desktop.moods.naming import title_for

        play, self._plays = self._plays, False
        self._settle()
        jukebox = self._services.jukebox
        # Unless more was changed since: the engine may have found names in it, or a refill refused some.
        if self.request == shown and answer.request != shown:
            self._show(answer.request)
        elif self.request and not any(chip.kind == "hint" for chip in self._chips):
            self._ask_for_chips(self.request)  # the first answer makes ready what hints are made with
        changed = adjustment_words(jukebox.queue, answer) if keep_current else ""
        jukebox.queue.replace(
            answer.entries,
            name=name or title_for(answer.request),
            request=answer.request,
            notes=(changed, *answer.notes) if changed else answer.notes,
            keep_current=keep_current and jukebox.now is not None,
        )
        if play and jukebox.queue.items:
            jukebox.play_item(jukebox.queue.items[0].key)
        self.answered.emit()

    def _fail(self, error: VibeError) -> None:
        self._plays = False
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


def _with(ids: tuple[TrackId, ...], track_id: TrackId) -> tuple[TrackId, ...]:
    return (*_but(ids, track_id), track_id)


def _but(ids: tuple[TrackId, ...], track_id: TrackId) -> tuple[TrackId, ...]:
    return tuple(each for each in ids if each != track_id)
