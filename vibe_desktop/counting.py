"""How much there is of something, and since when, in words."""

from __future__ import annotations

import time
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Made:
    """How much there is of what a person made."""

    likes: int = 0
    listens: int = 0
    """plays and skips"""
    captions: int = 0
    """of the person's own"""
    playlists: int = 0

    @property
    def counts(self) -> dict[str, int]:
        """The same, as `listed` takes it."""
        return {name: getattr(self, name) for name in Made.__dataclass_fields__}


def listed(*, likes: int, listens: int, playlists: int, captions: int) -> str:
    """Say how much there is of each: "1 like, 34 plays and skips and 2 playlists", or "nothing"."""
    counts = {
        counted(likes, "like"): likes,
        counted(listens, "play or skip", "plays and skips"): listens,
        counted(playlists, "playlist"): playlists,
        f"{counted(captions, 'description')} of your own": captions,
    }
    *others, last = [text for text, count in counts.items() if count] or ["nothing"]
    return f"{', '.join(others)} and {last}" if others else last


def counted(count: int, one: str, more: str = "") -> str:
    """Say how many: "1 like", "2 likes"."""
    return f"{count:,} {one if count == 1 else more or one + 's'}"


def moment(at: float) -> str:
    """Say when, given seconds since 1970: "2026-11-22 16:05", where the machine is."""
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(at))
