"""How much of a library each ear has heard, and so which of them serve."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vibe_desktop.models.catalog import title_of_model

if TYPE_CHECKING:
    from vibe_desktop.library.tracks import LibraryCounts
    from vibe_desktop.models.ears import EarChoice

NEARLY_ALL = 0.9
"""The share of the songs that are here from which on the better ear serves alone."""
FEW = 50
"""Tracks from which on an ear can tell what is usual; below, one that heard more decides."""


@dataclass(frozen=True, slots=True)
class Coverage:
    """How many of the songs that are here each ear has heard, by the ears' names, the better ear first."""

    songs: int
    heard: tuple[tuple[str, int], ...]

    @classmethod
    def of(cls, choice: EarChoice, counts: LibraryCounts) -> Coverage:
        """Take it from a choice of ears and a count of the library."""
        songs = max(0, counts.present - counts.failed)
        heard = (
            (ear.space.name, min(songs, counts.heard.get(ear.space.fingerprint, 0))) for ear in choice.ears
        )
        return cls(songs, tuple(heard))

    @property
    def best(self) -> str:
        """The best ear, by the name people know; empty without one."""
        return title_of_model(self.heard[0][0]) if self.heard else ""

    @property
    def unheard(self) -> int:
        """How many songs the best ear has yet to hear; none without an ear."""
        return self.songs - self.heard[0][1] if self.heard else 0

    @property
    def alone(self) -> bool:
        """Whether the best ear needs no other."""
        return len(self.serving) < 2  # noqa: PLR2004

    @property
    def serving(self) -> tuple[str, ...]:
        """The names of the ears that serve: the best one, and others that heard what it has yet to hear."""
        if not self.heard:
            return ()
        (best, count), *others = self.heard
        if count >= NEARLY_ALL * self.songs:
            return (best,)
        return (best, *(name for name, heard in others if heard))

    @property
    def shares(self) -> tuple[tuple[str, int], ...]:
        """The ears that serve, by the names people know, and how many songs each has heard."""
        return tuple((title_of_model(name), heard) for name, heard in self.heard if name in self.serving)

    def __str__(self) -> str:
        """Say it in one sentence; empty without an ear."""
        if not self.heard:
            return ""
        (best, count), *others = self.shares
        told = f"{best} has heard {count:,} of {_tracks(self.songs)}"
        if not others:
            return f"{told} and serves alone." if len(self.heard) > 1 and count else f"{told}."
        rest = " and ".join(title for title, _ in others)
        if count < min(FEW, max(heard for _, heard in others)):
            return f"{told}, too few to judge by; {rest} serves until it has heard more."
        return f"{told}; {rest} serves the rest until nine tenths are heard."


def _tracks(count: int) -> str:
    return "1 track" if count == 1 else f"{count:,} tracks"
