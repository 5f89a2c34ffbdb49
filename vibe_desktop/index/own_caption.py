"""A caption a person writes themself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vibe_desktop.domain import VibeError
from vibe_desktop.index.vectors import digest

if TYPE_CHECKING:
    from vibe_desktop.domain import Encoder, Track
    from vibe_desktop.index.indexer import Stores


def describe(stores: Stores, encoder: Encoder, track: Track, sentence: str) -> Track:
    """Set the caption of a track, or take it back when blank, embed it, and return the track as it is now.

    Also while another process indexes: each step is a short transaction of its own.
    Raises `VibeError` where the track is gone.
    """
    stores.descriptions.set_own(track.id, sentence)
    outdated = stores.vectors.outdated_texts(encoder.space, [track.id])
    rows = [(each, encoder.encode([text])[0], digest(text)) for each, text in outdated]
    if rows:
        with stores.db.transaction():
            stores.vectors.put(encoder.space, rows)
    described = stores.tracks.tracks([track.id])
    if not described:
        raise VibeError("That track is no longer in the library.", "Look for it again.")
    return described[0]
