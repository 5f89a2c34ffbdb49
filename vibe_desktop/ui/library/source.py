"""What the library page asks of the library, and the answer."""

from __future__ import annotations

import os
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vibe_desktop.library.tracks import TrackStore

if TYPE_CHECKING:
    from vibe_desktop.app import App
    from vibe_desktop.domain import IdArray


@dataclass(frozen=True, slots=True)
class Wish:
    """Which tracks to show and in what order."""

    words: str = ""
    liked: bool = False
    sort: str = "artist"
    descending: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What a wish brought, and what the whole library is like."""

    wish: Wish
    ids: IdArray
    tracks: int
    """in the whole library"""
    seconds: float
    """of the whole library, as far as lengths are known"""
    offline: tuple[str, ...]
    """folders that cannot be reached"""


def find(app: App, wish: Wish) -> Found:
    """Return the tracks that a wish is for; takes up to a few tenths of a second. Raises `VibeError`."""
    table = app.table
    ids = table.ids(wish.sort, descending=wish.descending, words=wish.words, liked=wish.liked)
    is_narrowed = bool(wish.words.strip()) or wish.liked
    # Not by the connection that rows are read on: the main thread would wait its turn.
    roots = TrackStore(app.sorting).roots()
    return Found(
        wish=wish,
        ids=ids,
        tracks=len(table.ids()) if is_narrowed else len(ids),
        seconds=0.0 if is_narrowed else table.seconds(),
        offline=tuple(os.fsdecode(root.path) for root in roots if not root.online),
    )
