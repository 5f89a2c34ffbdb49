"""What a mood asks for in the vocabulary's words: those it says, those it comes near, what they sound like.

The words a person says count most, whatever else their sentence comes near to.
"""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.moods.anchors import Anchors

if TYPE_CHECKING:
    from collections.abc import Collection, Generator

    from vibe_desktop.domain import Encoder, FloatVector, PhraseStore
    from vibe_desktop.moods.knowledge import Knowledge
    from vibe_desktop.progress import Progress

_HINTS = 6
_SKETCHED = 8
"""Words of a sketch; beyond these an encoder melts them into nothing."""


@dataclass(frozen=True, slots=True)
class Meaning:
    """How much each entry of the vocabulary is asked for, shape (entries,), and how that came about.

    `said` are the entries the words name; `hints` those they suggest beside them, the strongest first.
    `sketch` says in a few plain words what such music sounds like; empty where nothing is asked for.
    """

    asked: FloatVector
    said: tuple[str, ...]
    hints: tuple[str, ...]
    sketch: str


class Meanings:
    """Reads phrases in the vocabulary's words."""

    def __init__(self, knowledge: Knowledge, encoder: Encoder, store: PhraseStore | None = None) -> None:
        """`store` keeps the vectors that are the same for every request."""
        self.knowledge = knowledge
        self._weights = knowledge.weights
        self._encoder = encoder
        self._anchors = Anchors(knowledge.entries, encoder, store)
        self._learning = False

    def of(self, phrase: str, dropped: Collection[str] = ()) -> Meaning:
        """Return what a phrase asks for; nothing of the entries in `dropped`, unless it says them."""
        said = self._said(phrase)
        named, gone = self.knowledge.row(said), self.knowledge.row(dropped) > 0
        gone |= self.knowledge.contrary(named) & (named == 0)
        near = np.where(gone, 0.0, self._near(phrase)) * (self._weights.unsaid if said else 1.0)
        meant = np.maximum(named, near)
        sounds = np.where(gone, 0.0, self._top(self.knowledge.sound_of(meant)))
        # No track holds a situation: of such only what it sounds like is asked for.
        heard = np.where(self.knowledge.situations, 0.0, meant) + self._weights.sounds * sounds
        said_of_music = (named > 0) & ~self.knowledge.situations
        asked = np.where(said_of_music, heard.max(initial=0.0), heard).astype(np.float32)
        names = self._strongest(asked)
        return Meaning(
            asked=asked,
            said=said,
            hints=tuple(name for name in names if name not in said)[:_HINTS],
            sketch=f"{', '.join(names[:_SKETCHED])} music" if names else "",
        )

    def refused(self, phrase: str) -> Meaning:
        """Return what a phrase to avoid means: only what it says, where it says anything of music.

        Whoever wants nothing sad has nothing against the piano that sad music often has. No track
        holds a situation, so to refuse one ("no workout") is to refuse what it sounds like.
        """
        said = self._said(phrase)
        asked = np.where(self.knowledge.situations, 0.0, self.knowledge.row(said))
        return Meaning(asked.astype(np.float32), said, (), "") if asked.any() else self.of(phrase)

    @property
    def is_ready(self) -> bool:
        """Whether nobody has to wait for what is the same for every request."""
        return self._anchors.ready

    def prepare(self, progress: Progress) -> None:
        """Make ready what is the same for every request, where it is not; raises `Cancelled`."""
        with closing(self.learn()) as steps:
            if left := next(steps, 0):
                progress.begin("Learning what words mean", left)
            for still in steps:
                progress.advance(left - still)
                left = still

    def learn(self) -> Generator[int, None, None]:
        """Make ready what is the same for every request; see `Anchors.learn`.

        From its first step to its end nobody waits: a mood is read by what it says alone.
        """
        self._learning = True
        try:
            yield from self._anchors.learn()
        finally:
            self._learning = False

    def _said(self, phrase: str) -> tuple[str, ...]:
        """Return the names of the entries a phrase mentions, each once."""
        mentions = self.knowledge.vocabulary.mentions(phrase)
        return tuple(dict.fromkeys(mention.entry.name for mention in mentions))

    def _near(self, phrase: str) -> FloatVector:
        """Return how near the phrase comes to each entry: 1 the nearest, 0 whatever is far behind it."""
        if self._learning and not self._anchors.ready:
            return self.knowledge.row(())
        cosines = self._anchors.near(self._encoder.encode([phrase]))[0]
        near = np.exp((cosines - cosines.max()) / self._weights.nearness)
        return np.where(near < self._weights.far, 0.0, near).astype(np.float32)

    @staticmethod
    def _top(row: FloatVector) -> FloatVector:
        best = float(row.max(initial=0.0))
        return row / best if best > 0 else row

    def _strongest(self, asked: FloatVector) -> list[str]:
        order: list[int] = np.argsort(-asked, kind="stable")[: _HINTS + _SKETCHED].tolist()
        return [self.knowledge.entries[at].name for at in order if asked[at] > 0]
