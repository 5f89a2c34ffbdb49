"""The answering process: one open library, the models in memory, one question after another."""

from __future__ import annotations

import gc
import logging
from contextlib import suppress
from typing import TYPE_CHECKING, Any

from vibe_desktop.background.child import LOST, Fault, settle_in
from vibe_desktop.background.questions import Understanding
from vibe_desktop.domain import VibeError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime
    from multiprocessing.connection import Connection

    from vibe_desktop.app import App
    from vibe_desktop.domain import MoodRequest, Queue, Track, TrackId
    from vibe_desktop.moods.chips import Chip
    from vibe_desktop.moods.right_now import Suggestion
    from vibe_desktop.paths import Profile

log = logging.getLogger(__name__)

_LIKE_ANY = "a calm rainy evening, no drums"


def serve(connection: Connection, profile: Profile) -> None:
    """Answer questions until None comes or nobody is there any more; runs in the child process."""
    from vibe_desktop.app import App
    from vibe_desktop.index.workers import end_with_parent

    settle_in()
    end_with_parent()  # it may be in the middle of an answer then, which nobody needs any more
    with App(profile) as app, suppress(*LOST):
        mind = Mind(app)
        while True:
            while not connection.poll() and mind.learn():
                pass
            if (question := connection.recv()) is None:
                break
            connection.send(_reply(mind, question))


def _reply(mind: Mind, question: Any) -> Any:
    try:
        return question.answer(mind)
    except Exception as error:  # noqa: BLE001 - whatever one question provokes must not end the process
        return Fault.of(error, f"answering {type(question).__name__}")


class Mind:
    """Everything questions are answered with."""

    def __init__(self, app: App) -> None:
        from vibe_desktop.background.fresh import FreshEngine

        self._app = app
        self._fresh = FreshEngine(app)
        self._lessons: Iterator[int] | None = None

    def queue(
        self, request: MoodRequest, kept: Sequence[TrackId], ear: str, before: Sequence[TrackId] = ()
    ) -> Queue:
        """Answer a request with the engine, or by words alone where there are no models."""
        made = self._fresh.get(ear)
        if made is None:
            return self._by_words(request, kept, before)
        self._begin_to_learn()
        return self._app.told(made.engine.answer(request, kept=kept, before=before))

    def understand(self, text: str, this: Sequence[TrackId] = ()) -> Understanding:
        """Take a text apart; "like this" means `this`."""
        from vibe_desktop.moods.named import Names
        from vibe_desktop.moods.request import parse

        request = parse(text, self._app.vocabulary, Names(self._app.stores.tracks), this=this)
        return Understanding(request, self.chips(request))

    def chips(self, request: MoodRequest) -> tuple[Chip, ...]:
        """Return the pieces of a request, its tracks by their names."""
        from vibe_desktop.moods.chips import chips
        from vibe_desktop.moods.named import names_of

        names = names_of(request, self._app.stores.tracks)
        return chips(request, names, self._app.vocabulary, self._app.hints(request))

    def closest(self, text: str, count: int) -> tuple[TrackId, ...]:
        """Return the tracks whose captions are nearest a text; none where there is no encoder."""
        made = self._fresh.get()
        if made is None or not text.strip():
            return ()
        return made.engine.closest(text, count)

    def suggestions(self, when: datetime) -> tuple[Suggestion, ...]:
        """Return what might suit the hour."""
        from vibe_desktop.moods.right_now import suggestions

        return tuple(suggestions(when, self._app.stores))

    def describe(self, track_id: TrackId, sentence: str) -> Track:
        """Set or take back a caption of the person's own; the next answer knows it."""
        [track] = self._app.stores.tracks.tracks([track_id])
        changed = self._app.describe(track, sentence)
        self._fresh.outdate()
        return changed

    def warm(self, ear: str) -> None:
        """Load the models and compute every phrase that is the same for all requests."""
        request = self.understand(_LIKE_ANY).request
        made = self._fresh.get(ear)
        if made is not None:
            self._begin_to_learn()
            with suppress(VibeError):  # an empty library has no answers yet
                made.engine.answer(request)
        # What was loaded stays; looking through it again and again for what to free costs every answer.
        gc.collect()
        gc.freeze()

    def learn(self) -> bool:
        """Learn a little of what makes later answers better, in a moment; False once there is nothing left.

        Between two questions, so that nobody waits for it.
        """
        try:
            return self._lessons is not None and next(self._lessons, 0) > 0
        except VibeError as reason:  # a damaged model: whoever asks next is told
            log.info("What words mean could not be learnt: %s", reason.message)
            self._lessons = None
            return False

    def _begin_to_learn(self) -> None:
        if self._lessons is None:
            self._lessons = self._app.meanings.learn()
            self.learn()

    def _by_words(self, request: MoodRequest, kept: Sequence[TrackId], before: Sequence[TrackId]) -> Queue:
        from vibe_desktop.moods.keyword import KeywordEngine

        stores = self._app.stores
        engine = KeywordEngine(stores.tracks, stores.descriptions, self._app.vocabulary)
        return self._app.told(engine.answer(request, kept=kept, before=before))
