"""Feelings asked one by one."""

import numpy as np

from mood_library import WordEncoder
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.moods.feelings import Feelings

TERMS = [(3, ("sad", "rock")), (5, ("happy", "piano", "energetic")), (8, ("sad", "slow")), (9, ("jazz",))]


def scores(phrase: str) -> dict[int, float]:
    feelings = Feelings.of(TERMS, load_vocabulary())
    encoder = WordEncoder()
    row = feelings.score(encoder.encode([phrase]), encoder)[0]
    return dict(zip(feelings.ids.tolist(), row.tolist(), strict=True))


def test_tracks_that_hold_what_is_asked_for_stand_out() -> None:
    found = scores("sad")
    assert found[3] > found[5]
    assert found[8] > found[5]


def test_a_track_without_feelings_is_not_known() -> None:
    assert set(scores("sad")) == {3, 5, 8}


def test_no_feelings_at_all_are_fine() -> None:
    feelings = Feelings.of([(1, ("rock",)), (2, ())], load_vocabulary())
    assert feelings.ids.size == 0
    assert feelings.score(np.ones((1, 64), dtype=np.float32), WordEncoder()).shape == (1, 0)
