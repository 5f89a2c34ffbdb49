"""The mood engine over the library as it is, made anew no oftener than it is worth."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vibe_desktop.models.installed import ModelMissing

if TYPE_CHECKING:
    from vibe_desktop.app import App
    from vibe_desktop.models.ears import EarChoice
    from vibe_desktop.moods.engine import MoodEngine
    from vibe_desktop.moods.senses import Senses

_LEAST_SECONDS = 2.0
_WORTH = 10
"""An engine serves this many times as long as making it took, though the library grows meanwhile."""

_MARKS = (
    "SELECT id, generation FROM space",
    "SELECT id, online, forgotten_at FROM root",
    "SELECT count(*), max(id) FROM track",
    # Which they are, not only how many: one may come back with the scan that misses another.
    "SELECT count(*), total(id), total(id * id) FROM track WHERE missing_since IS NOT NULL",
    "SELECT count(*) FROM track WHERE tags_pending = 1",
)
"""Whatever makes other answers changes one of these; likes and plays change none."""


@dataclass(frozen=True, slots=True)
class Made:
    """An engine and the senses it asks."""

    engine: MoodEngine
    senses: Senses


class FreshEngine:
    """Keeps one engine, and notices what other processes do to the library."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._made: Made | None = None
        self._ear = ""
        self._choice: EarChoice | None = None
        self._seen: tuple[object, object] = (None, None)
        self._fresh_until = 0.0

    def get(self, ear: str | None = None) -> Made | None:
        """Return the engine with this ear (None: whichever there is), or None while no encoder is installed.

        Raises `VibeError` where a model is damaged or no ear has that name.
        """
        wanted = ear or self._ear or "auto"
        try:
            _ = self._app.encoder.space
        except ModelMissing:
            return None
        if self._made is None or wanted != self._ear or self._is_outdated():
            self._make(wanted)
        return self._made

    def outdate(self) -> None:
        """Make the engine anew before it is used again."""
        self._made = None

    def _is_outdated(self) -> bool:
        # At once, however new the engine is: one with an ear that is gone may find nothing to hear with.
        if self._chosen(self._ear, try_out=False) is not self._choice:
            return True
        if time.monotonic() < self._fresh_until:
            return False
        version, marks = self._seen
        if self._version() == version:
            return False
        self._seen = (self._version(), marks)
        return self._marks() != marks

    def _make(self, ear: str) -> None:
        began = time.monotonic()
        self._made = None  # two at once would take twice the memory
        self._choice = self._chosen(ear)
        self._ear = ear
        self._seen = (self._version(), self._marks())
        senses = self._app.senses(self._choice)
        self._made = Made(self._app.engine(self._choice, senses), senses)
        now = time.monotonic()
        # One over a library of which nothing is understood yet answers nothing: it is worth nothing.
        worth = max(_LEAST_SECONDS, _WORTH * (now - began)) if self._can_answer() else 0.0
        self._fresh_until = now + worth

    def _chosen(self, ear: str, *, try_out: bool = True) -> EarChoice:
        """Choose anew, as ears come and go; where it is the same ears, they keep what they have loaded."""
        choice, before = self._app.ear(ear, try_out=try_out), self._choice
        if before and [ear.space for ear in before.ears] == [ear.space for ear in choice.ears]:
            return before
        return choice

    def _can_answer(self) -> bool:
        return bool(self._app.stores.db.run("SELECT 1 FROM vector LIMIT 1"))

    def _version(self) -> object:
        """Return what SQLite changes whenever another connection writes: https://sqlite.org/pragma.html#pragma_data_version."""
        return self._app.stores.db.run("PRAGMA data_version")

    def _marks(self) -> object:
        return [self._app.stores.db.run(sql) for sql in _MARKS]
