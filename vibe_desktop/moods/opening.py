"""Putting together what a library can be asked with, as it is now."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from vibe_desktop.moods.ears_together import Heard
from vibe_desktop.moods.senses import Senses
from vibe_desktop.moods.terms import Terms

if TYPE_CHECKING:
    from collections.abc import Iterable

    from vibe_desktop.domain import Ear, Encoder
    from vibe_desktop.index.indexer import Stores
    from vibe_desktop.index.vectors import VectorStore
    from vibe_desktop.moods.meaning import Meanings


def open_senses(stores: Stores, encoder: Encoder, ears: Iterable[Ear], meanings: Meanings) -> Senses:
    """Return the senses over everything that is captioned, and heard by one of `ears`, the best first."""
    heard = [_heard(ear, stores.vectors) for ear in ears]
    rows = stores.descriptions.terms_and_labels()
    # What an ear named that serves no more is all there is of it: no echo, as nobody says it again.
    served = {track_id for each in heard for track_id in each.ids.tolist()}
    terms = Terms(
        meanings.knowledge, ((i, words, labels if i in served else ()) for i, words, labels in rows)
    )
    return Senses(encoder, stores.neighbours.open(encoder.space), heard, terms, meanings)


def _heard(ear: Ear, vectors: VectorStore) -> Heard:
    ids, matrix = vectors.float_matrix(ear.space)
    windows = partial(vectors.windows, ear.space) if vectors.has_windows(ear.space) else None
    return Heard(ear, ids, matrix, windows)
