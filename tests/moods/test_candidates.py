"""Which tracks are proposed."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from mood_library import WordEar, WordEncoder, ids_and_vectors
from vibe_desktop.index.neighbours import Neighbours
from vibe_desktop.moods.candidates import Bounds, best, places, propose
from vibe_desktop.moods.ears_together import Heard
from vibe_desktop.moods.senses import Asked, Senses

CAPTIONS = dict(enumerate(["calm piano", "calm guitar", "loud drums", "loud guitar", "rain"], 1))
NONE = np.empty(0, dtype=np.int64)
HEARD = {2: "loud", 3: "calm", 5: "calm"}


def senses(heard: dict[int, str]) -> Senses:
    return Senses(
        WordEncoder(), Neighbours(*ids_and_vectors(CAPTIONS)), [Heard(WordEar(), *ids_and_vectors(heard))]
    )


def ask(senses: Senses) -> Asked:
    reading = senses.read(["calm"])
    return Asked(reading, None, senses.listen(["calm"]))


def test_both_senses_propose_and_word_hits_join() -> None:
    found = propose(ask(senses(HEARD)), np.array([4]), None, Bounds(), count=2)
    assert found.ids.tolist() == [1, 2, 3, 4, 5]
    assert sorted(found.caption_places[:2].tolist()) == [1, 2]
    assert found.caption_places[2:].tolist() == [0, 0, 0]
    assert found.ear_places[0] == 0
    assert found.ear_places[1] == 3


def test_a_filter_comes_before_the_counting() -> None:
    allowed = np.array([3, 4], dtype=np.int64)
    found = propose(ask(senses(HEARD)), np.array([1]), None, Bounds(allowed), count=2)
    assert found.ids.tolist() == [3, 4]
    assert found.ear_places.tolist() == [1, 0]


def test_without_an_ear_captions_propose_alone() -> None:
    asked = ask(senses({}))
    assert asked.listening is None
    assert propose(asked, NONE, None, Bounds(), count=3).ids.size == 3


def test_an_undescribed_library_proposes_nothing() -> None:
    asked = ask(Senses(WordEncoder(), Neighbours(*ids_and_vectors({}))))
    assert propose(asked, NONE, None, Bounds(), count=3).ids.size == 0


@given(st.lists(st.integers(0, 5), min_size=1, max_size=40), st.integers(1, 45))
def test_best_is_what_sorting_would_give(values: list[int], count: int) -> None:
    scores = np.array(values, dtype=np.float32)
    ids = np.arange(len(values), dtype=np.int64)
    chosen = best(ids, scores, count)
    assert len(set(chosen.tolist())) == min(count, len(values))
    assert sorted(scores[chosen], reverse=True) == sorted(values, reverse=True)[:count]


def test_places_count_from_one_and_equals_share_theirs() -> None:
    scored = np.array([2, 4, 6, 8], dtype=np.int64)
    scores = np.array([0.5, 0.9, 0.5, 0.1], dtype=np.float32)
    assert places(np.array([1, 2, 4, 8], dtype=np.int64), scored, scores).tolist() == [0, 2, 1, 4]


def test_where_nothing_sounds_different_nothing_is_first() -> None:
    scored = np.array([1, 2, 3], dtype=np.int64)
    level = np.full(3, 0.25, dtype=np.float32)
    assert places(scored, scored, level).tolist() == [0, 0, 0]
    assert places(scored[:1], scored[:1], level[:1]).tolist() == [1]
