"""Leaning along the axes."""

import numpy as np
import pytest

from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import STEER_AXES
from vibe_desktop.moods.knowledge import Knowledge
from vibe_desktop.moods.steering import Steering
from vibe_desktop.moods.terms import Terms

ROWS = [
    (1, ("calm", "slow", "piano")),
    (2, ("energetic", "fast", "rock")),
    (3, ("sad", "dark")),
    (4, ("happy", "bright")),
    (5, ("techno", "synthesizer")),
    (6, ("acoustic guitar", "folk")),
    (7, ("instrumental",)),
    (8, ("female vocals",)),
]


@pytest.fixture
def worded() -> Steering:
    terms = Terms(Knowledge(load_vocabulary()), [(each, words, ()) for each, words in ROWS])
    return Steering.of((terms.ids, terms.places()), None)


@pytest.mark.parametrize(
    ("axis", "low", "high"),
    [("energy", 1, 2), ("brightness", 3, 4), ("electronic", 6, 5), ("voice", 7, 8)],
)
def test_words_put_tracks_where_they_say(worded: Steering, axis: str, low: int, high: int) -> None:
    lean = worded.lean([(axis, 1.0)])
    assert lean is not None
    one, other = lean.about(np.array([low, high]))
    assert other > one + 1
    back = worded.lean([(axis, -1.0)])
    assert back is not None
    assert np.allclose(back.scores, -lean.scores, atol=1e-5)


def test_nothing_asked_leans_nowhere(worded: Steering) -> None:
    assert worded.lean([]) is None
    assert worded.lean([("energy", 0.0), ("voice", 0.0)]) is None
    assert Steering.of(None, None).lean([("energy", 1.0)]) is None


def test_strength_is_as_asked_and_bounded(worded: Steering) -> None:
    half, beyond = worded.lean([("energy", 0.5)]), worded.lean([("energy", 7.0)])
    assert half is not None
    assert beyond is not None
    assert (half.strength, beyond.strength) == (0.5, 1.0)
    assert np.allclose(half.scores, beyond.scores, atol=1e-5)


@pytest.mark.parametrize("axis", STEER_AXES)
def test_an_axis_moves_a_choice_along_itself_more_than_along_any_other(axis: str) -> None:
    draw = np.random.default_rng(5)
    mixed = np.array([[1, 0.3, 0.5, 0.2], [0.3, 1, 0.1, 0.2], [0.5, 0.1, 1, -0.3], [0.2, 0.2, -0.3, 1]])
    places = (np.linalg.cholesky(mixed) @ draw.standard_normal((4, 5000))).astype(np.float32)
    ids = np.arange(5000)
    steering = Steering.of((ids, places), None)
    lean = steering.lean([(axis, 1.0)])
    assert lean is not None
    means = steering.places[:, np.argsort(-lean.scores)[:500]].mean(axis=1)
    at = STEER_AXES.index(axis)
    assert means[at] > 1.0
    assert np.abs(np.delete(means, at)).max() < 0.4 * means[at]


def test_words_and_sound_are_taken_together() -> None:
    words = (np.array([1, 2, 3]), np.array([[-1.0, 0.0, 1.0]] * 4, dtype=np.float32))
    sound = (np.array([2, 3, 4]), np.array([[-1.0, 0.0, 1.0]] * 4, dtype=np.float32))
    steering = Steering.of(words, sound)
    assert steering.ids.tolist() == [1, 2, 3, 4]
    low, below, above, high = steering.places[0]
    assert low < below < above < high
    lean = steering.lean([("energy", 1.0)])
    assert lean is not None
    assert lean.about(np.array([9])).tolist() == [0.0]


def test_places_are_told_of_any_tracks_and_nothing_of_unknown_ones(worded: Steering) -> None:
    places = worded.about(np.array([2, 1, 99]))
    assert places.shape == (len(STEER_AXES), 3)
    assert places[0, 0] > places[0, 1]
    assert np.isnan(places[:, 2]).all()
    nothing = Steering.of(None, None).about(np.array([1]))
    assert np.isnan(nothing).all()
