"""How evidence becomes one score."""

import numpy as np
import pytest

from vibe_desktop.moods.rerank import Evidence, Level, Weights, blend, correlation, fit, fitting, fuse


def row(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(values, dtype=np.float32)


def test_scores_are_calibrated_within_the_request() -> None:
    one = Level.of(row(0.1, 0.2, 0.3)).standardise(row(0.3))
    other = Level.of(row(0.61, 0.62, 0.63)).standardise(row(0.63))
    assert one == pytest.approx(other, rel=1e-3)


def test_a_library_without_differences_makes_nobody_stand_out() -> None:
    assert Level.of(row(0.5, 0.5, 0.5)).standardise(row(0.5)).tolist() == [0.0]
    assert Level.of(row(np.nan)).standardise(row(0.0)).tolist() == [0.0]


def test_an_unheard_track_is_placed_by_its_caption_alone() -> None:
    scores = blend(row(2, 2, np.nan, np.nan), row(2, np.nan, 2, np.nan), 1.0, (1.0, 1.0))
    assert scores == pytest.approx([2, 2, 2, np.nan], nan_ok=True)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
@pytest.mark.parametrize("same", [0.0, 0.6])
def test_being_heard_neither_helps_nor_harms(share: float, same: float) -> None:
    chance = np.random.default_rng(7)
    caption = chance.standard_normal(20_000).astype(np.float32)
    ear = (same * caption + np.sqrt(1 - same**2) * chance.standard_normal(20_000)).astype(np.float32)
    heard = chance.random(20_000) < share
    ear[~heard] = np.nan
    scores = blend(caption, ear, correlation(caption, ear), (1.0, 1.5))
    top = np.argsort(-scores)[:500]
    assert heard[top].mean() == pytest.approx(share, abs=0.08)


def test_nearness_to_what_is_avoided_counts_against_a_track_and_distance_not_for_it() -> None:
    wanted, words = row(1, 1, 1, 1), row(0, 0, 0, 0)
    plain = fuse(wanted, [], words, Weights())
    scores = fuse(wanted, [row(2, 0, -2, 0), row(0, 1, -2, 0)], words, Weights())
    assert scores[0] < scores[1] < scores[2] == scores[3] == plain[3]


def test_a_literal_word_hit_helps() -> None:
    scores = fuse(row(1, 1, 1, 1), [], row(1, 0.5, 0, 0), Weights())
    assert scores[0] > scores[1] > scores[2] == scores[3]


def test_what_no_sense_knows_is_in_the_middle() -> None:
    unknown, none = np.full((1, 4), np.nan, dtype=np.float32), np.zeros((1, 4), dtype=np.float32)
    assert fit(Evidence(unknown, none, unknown), Weights()).tolist() == [[0, 0, 0, 0]]


def test_a_feeling_that_is_asked_for_lifts_a_track() -> None:
    caption, feelings = row(1, 1, 1, 1)[None], row(0, 0.5, 1, 0)[None]
    [scores] = fit(Evidence(caption, feelings, caption), Weights())
    assert scores[2] > scores[1] > scores[0] == scores[3]


def test_what_stands_out_fits_and_the_rest_does_not_fill() -> None:
    scores = np.concatenate([np.full(8, 3.0), np.full(92, -0.2)]).astype(np.float32)
    assert fitting(scores, Weights()) == 8
    assert fitting(np.full(10, -1.0, dtype=np.float32), Weights()) == 10
    assert fitting(np.empty(0, dtype=np.float32), Weights()) == 0


def test_agreement_needs_enough_tracks_with_both() -> None:
    assert correlation(row(1, 2, 3, 4), row(1, 2, 3, 4)) == 0.0
    many = np.arange(20, dtype=np.float32)
    assert correlation(many, many) == pytest.approx(1.0)
    assert correlation(many, np.full(20, np.nan, dtype=np.float32)) == 0.0
