"""The words of captions, asked one by one."""

import numpy as np

from mood_library import WordEncoder
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.moods.terms import Terms

ROWS = [
    (3, ("sad", "rock")),
    (5, ("happy", "piano", "energetic")),
    (8, ("sad", "guitar", "rock")),
    (9, ("?",)),
]


def feelings(phrase: str) -> dict[int, float]:
    terms, encoder = Terms(load_vocabulary(), ROWS), WordEncoder()
    row = terms.feelings(encoder.encode([phrase]), encoder)[0]
    return dict(zip(terms.ids.tolist(), row.tolist(), strict=True))


def test_tracks_that_hold_the_feeling_asked_for_stand_out() -> None:
    found = feelings("sad")
    assert found[3] == found[8] == 1.0
    assert found[5] < 1.0


def test_a_genre_is_no_feeling() -> None:
    assert feelings("rock")[3] == feelings("rock")[8]


def test_a_track_without_known_words_is_left_out() -> None:
    assert set(feelings("sad")) == {3, 5, 8}


def test_named_words_count_by_the_share_that_is_held() -> None:
    terms = Terms(load_vocabulary(), ROWS)
    assert terms.named(["rock", "guitar"]).tolist() == [0.5, 0.0, 1.0]
    assert terms.named(["rock", "rock"]).tolist() == [1.0, 0.0, 1.0]
    assert terms.named(["unheard of"]).tolist() == [0.0, 0.0, 0.0]


def test_a_library_without_known_words_is_fine() -> None:
    terms = Terms(load_vocabulary(), [(1, ("?",)), (2, ())])
    assert terms.ids.size == 0
    assert terms.feelings(np.ones((1, 64), dtype=np.float32), WordEncoder()).shape == (1, 0)
    assert terms.named(["rock"]).shape == (0,)
