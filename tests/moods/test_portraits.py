"""What tells tracks apart: captions and sound in one row for each."""

import numpy as np

from mood_library import WordEar, WordEncoder, ids_and_vectors
from vibe_desktop.domain import FloatMatrix
from vibe_desktop.index.neighbours import Neighbours
from vibe_desktop.moods.ears_together import Heard
from vibe_desktop.moods.senses import Senses

CAPTIONS = {1: "calm piano", 2: "calm piano", 3: "loud metal", 4: "calm piano", 9: "funky bass"}
HEARD = {1: "soft piano", 2: "soft piano", 3: "guitar noise", 4: "choir drums", 8: "soft piano"}


def alike(ids: list[int], heard: dict[int, str]) -> FloatMatrix:
    senses = Senses(
        WordEncoder(),
        Neighbours(*ids_and_vectors(CAPTIONS)),
        [Heard(WordEar(), *ids_and_vectors(heard))] if heard else [],
    )
    rows = senses.portraits(np.array(ids, dtype=np.int64))
    assert rows.shape[0] == len(ids)
    return rows @ rows.T


def test_tracks_are_as_alike_as_their_captions_and_sounds() -> None:
    near = alike([1, 2, 3, 4], HEARD)
    assert near[0, 1] > 0.99
    assert near[0, 1] > near[0, 3] > near[0, 2]


def test_captions_alone_tell_where_nothing_was_heard() -> None:
    near = alike([1, 4, 3], {})
    assert near[0, 1] > 0.99 > near[0, 2]


def test_what_is_not_known_is_like_nothing() -> None:
    near = alike([1, 77, 8, 9], HEARD)
    assert near[1].tolist() == [0, 0, 0, 0]
    # One was only heard, the other only described.
    assert near[2, 3] == 0
    assert np.allclose(near.diagonal(), [1, 0, 1, 1], atol=1e-5)
