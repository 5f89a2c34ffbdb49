"""How evidence becomes one score."""

import numpy as np
import pytest

from vibe_desktop.moods.rerank import Evidence, Level, blend, correlation, fit, fitting, fuse
from vibe_desktop.moods.weights import Weights


def row(*values: float) -> np.ndarray[tuple[int], np.dtype[np.float32]]:
    return np.array(values, dtype=np.float32)


def none(count: int) -> np.ndarray[tuple[int], np.dtype[np.bool_]]:
    return np.zeros(count, dtype=np.bool_)


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
    unknown = np.full((1, 4), np.nan, dtype=np.float32)
    assert fit(Evidence(unknown, unknown, unknown), Weights()).tolist() == [[0, 0, 0, 0]]


@pytest.mark.parametrize("sense", ["caption", "feelings", "ear"])
def test_every_sense_lifts_a_track(sense: str) -> None:
    known = {name: row(0, 0, 0)[None] for name in ("caption", "feelings", "ear")}
    told = known | {sense: row(0, 1, 2)[None]}
    [scores] = fit(Evidence(told["caption"], told["feelings"], told["ear"]), Weights())
    assert scores[0] < scores[1] < scores[2]


def test_what_tells_alone_decides_alone() -> None:
    unknown = np.full((1, 3), np.nan, dtype=np.float32)
    [scores] = fit(Evidence(unknown, row(0, 1, 2)[None], unknown), Weights())
    assert scores.tolist() == [0, 1, 2]


def test_senses_that_agree_are_surer_and_no_larger() -> None:
    chance = np.random.default_rng(3)
    told, heard, read = chance.standard_normal((3, 1, 20_000)).astype(np.float32)
    heard = (0.6 * told + 0.8 * heard).astype(np.float32)
    agreement = np.corrcoef(np.concatenate([read, told, heard])).astype(np.float32)
    assert fit(Evidence(read, told, heard, agreement), Weights()).std() == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize("share", [0.1, 0.9])
def test_what_one_more_sense_knows_stands_no_higher(share: float) -> None:
    chance = np.random.default_rng(5)
    told, heard, read = chance.standard_normal((3, 1, 20_000)).astype(np.float32)
    known = chance.random(20_000) < share
    heard[:, ~known] = np.nan
    [scores] = fit(Evidence(read, told, heard), Weights())
    top = np.argsort(-scores)[:500]
    assert known[top].mean() == pytest.approx(share, abs=0.08)


def test_what_stands_out_fits_and_the_rest_does_not_fill() -> None:
    scores = np.concatenate([np.full(8, 3.0), np.full(92, -0.2)]).astype(np.float32)
    assert fitting(scores, none(100), Weights()) == 8
    assert fitting(np.full(10, -1.0, dtype=np.float32), none(10), Weights()) == 10
    assert fitting(np.empty(0, dtype=np.float32), none(0), Weights()) == 0


def test_what_holds_a_word_that_was_said_is_no_filler() -> None:
    scores = np.concatenate([np.full(8, 3.0), np.full(9, 0.9), np.full(83, -0.2)]).astype(np.float32)
    assert fitting(scores, none(100), Weights()) == 8
    assert fitting(scores, np.arange(100) < 12, Weights()) == 12
    assert fitting(scores, np.full(100, fill_value=True), Weights()) == 17


def test_agreement_needs_enough_tracks_with_both() -> None:
    assert correlation(row(1, 2, 3, 4), row(1, 2, 3, 4)) == 0.0
    many = np.arange(20, dtype=np.float32)
    assert correlation(many, many) == pytest.approx(1.0)
    assert correlation(many, np.full(20, np.nan, dtype=np.float32)) == 0.0


@pytest.mark.parametrize("level", np.linspace(-2, 2, 41))
def test_a_score_that_tells_no_track_apart_agrees_with_nothing(level: float) -> None:
    alike = np.full(12, level, dtype=np.float32)
    assert correlation(alike, np.arange(12, dtype=np.float32)) == 0.0
