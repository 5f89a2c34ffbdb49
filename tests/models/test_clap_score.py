"""Scores by CLAP's vectors: hubs do not win, a chorus is found, any library is sane."""

from __future__ import annotations

import tracemalloc

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from vibe_desktop.domain import FloatMatrix
from vibe_desktop.models.clap_score import Usual, calibrated, passages

DIMENSIONS = 64


def unit(rows: NDArray[np.floating]) -> FloatMatrix:
    lengths = np.linalg.norm(rows, axis=1, keepdims=True)
    of_length_1: FloatMatrix = (rows / np.maximum(lengths, 1e-12)).astype(np.float32)
    return of_length_1


def draw(count: int, dimensions: int = DIMENSIONS, seed: int = 1) -> FloatMatrix:
    return unit(np.random.default_rng(seed).normal(size=(count, dimensions)))


def gap_apart(count: int, seed: int) -> FloatMatrix:
    """Return rows that share a direction, as all texts of a real model do."""
    shared = np.zeros(DIMENSIONS)
    shared[0] = 1.0
    return unit(draw(count, seed=seed) + shared)


BACKGROUND = gap_apart(48, seed=2)


def test_a_track_near_to_everything_does_not_win() -> None:
    phrase = gap_apart(1, seed=3)
    tracks = draw(200, seed=4)
    tracks[10] = unit(tracks[10:11] + 0.45 * phrase)[0]
    hub = unit(BACKGROUND.mean(axis=0, keepdims=True))[0]
    tracks[20] = hub
    assert int(np.argmax(tracks @ phrase[0])) == 20
    scores = calibrated(phrase, tracks, BACKGROUND)[0]
    assert int(np.argmax(scores)) == 10
    assert scores[20] < scores[10] / 2


def test_what_matches_a_phrase_more_ranks_higher() -> None:
    phrases = gap_apart(3, seed=5)
    strengths = np.linspace(0, 1, 30)
    tracks = np.concatenate(
        [unit(draw(1, seed=6) + s * (phrases[n] - phrases.mean(0))) for n in range(3) for s in strengths]
    )
    scores = calibrated(phrases, tracks, BACKGROUND)
    for n in range(3):
        own = scores[n, 30 * n : 30 * (n + 1)]
        assert own[-1] > own[15] > own[0]
        assert np.argmax(scores[n]) // 30 == n


@given(st.integers(1, 400), st.integers(1, 5), st.integers(0, 100))
def test_rows_are_standardised_whatever_the_library(count: int, phrases: int, seed: int) -> None:
    scores = calibrated(draw(phrases, seed=seed), draw(count, seed=seed + 1), BACKGROUND)
    assert scores.shape == (phrases, count)
    assert scores.dtype == np.float32
    assert np.abs(scores.mean(axis=1)).max() < 1e-4
    assert scores.std(axis=1) == pytest.approx(np.full(phrases, float(count > 1)), abs=1e-3)


def test_one_track_and_tracks_alike_are_told_apart_by_nothing() -> None:
    assert calibrated(draw(2), draw(1), BACKGROUND).tolist() == [[0], [0]]
    alike = np.repeat(draw(1), 5000, axis=0)
    assert not calibrated(draw(2, seed=9), alike, BACKGROUND).any()


def test_three_tracks_keep_their_order() -> None:
    phrase = draw(1, seed=7)
    tracks = unit(draw(3, seed=8) + np.array([[-1.0], [0.0], [1.0]]) * phrase)
    low, middle, high = calibrated(phrase, tracks, BACKGROUND)[0]
    assert low < middle < high < 2


@pytest.mark.parametrize(("phrases", "tracks"), [(0, 5), (3, 0), (0, 0)])
def test_nothing_asked_or_nothing_there(phrases: int, tracks: int) -> None:
    scores = calibrated(draw(3)[:phrases], draw(5)[:tracks], BACKGROUND)
    assert scores.shape == (phrases, tracks)
    assert passages(draw(3)[:phrases], [draw(6)] * tracks, BACKGROUND).shape == (phrases, tracks)


def test_only_angles_matter() -> None:
    phrases, tracks = draw(2, seed=11), draw(50, seed=12)
    turn = np.linalg.qr(np.random.default_rng(13).normal(size=(DIMENSIONS, DIMENSIONS)))[0].astype(np.float32)
    scores = calibrated(phrases, tracks, BACKGROUND)
    assert calibrated(phrases @ turn, tracks @ turn, BACKGROUND @ turn) == pytest.approx(scores, abs=2e-4)
    # A louder phrase is the same phrase.
    assert calibrated(3 * phrases, tracks, 3 * BACKGROUND) == pytest.approx(scores, abs=2e-4)


def test_a_track_that_all_prompts_are_equally_near_to_is_not_blown_up() -> None:
    background = np.eye(DIMENSIONS, dtype=np.float32)[:8]
    tracks = draw(100, seed=14)
    tracks[0] = unit(np.ones((1, DIMENSIONS), np.float32))
    usual = Usual.of(tracks, background)
    assert usual.spread[0] == pytest.approx(0.5 / np.sqrt(DIMENSIONS))
    assert np.abs(calibrated(draw(1, seed=15), tracks, background)[0, 0]) < 3


def test_what_is_usual_can_be_kept() -> None:
    phrases, tracks = draw(2, seed=16), draw(9000, seed=17)
    usual = Usual.of(tracks, BACKGROUND)
    kept = calibrated(phrases, tracks, BACKGROUND, usual)
    assert np.array_equal(kept, calibrated(phrases, tracks, BACKGROUND))


def test_a_library_is_not_copied() -> None:
    tracks = draw(40_000, seed=18)
    phrases = draw(2, seed=19)
    tracemalloc.start()
    calibrated(phrases, tracks, BACKGROUND)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < tracks.nbytes / 2


def song(phrase: FloatMatrix, windows: int, choruses: int, seed: int) -> FloatMatrix:
    rows = draw(windows, seed=seed)
    rows[:choruses] = unit(rows[:choruses] + phrase)
    return rows


def test_a_chorus_beats_a_track_that_is_a_little_like_it_throughout() -> None:
    phrase = draw(1, seed=30)
    chorus = song(phrase, 6, 2, seed=31)
    lukewarm = unit(draw(6, seed=32) + 0.4 * phrase)
    means = np.concatenate([unit(each.mean(axis=0, keepdims=True)) for each in (chorus, lukewarm)])
    assert means[0] @ phrase[0] < means[1] @ phrase[0]
    scores = passages(phrase, [chorus, lukewarm], BACKGROUND)[0]
    assert scores[0] > scores[1] + 1


def test_passages_of_a_track_do_not_depend_on_the_others() -> None:
    phrases = draw(3, seed=33)
    songs = [draw(1 + n % 6, seed=40 + n) for n in range(2500)]
    together = passages(phrases, songs, BACKGROUND)
    for number in (0, 1, 5, 1023, 1024, 2499):
        alone = passages(phrases, songs[number : number + 1], BACKGROUND)
        assert alone[:, 0] == pytest.approx(together[:, number], abs=1e-4)


def test_one_window_counts_as_it_is_and_none_as_usual() -> None:
    phrase = draw(1, seed=50)
    window = draw(1, seed=51)
    [alone, twice, nothing] = passages(
        phrase, [window, np.repeat(window, 2, axis=0), window[:0]], BACKGROUND
    )[0]
    assert alone == pytest.approx(twice, abs=1e-5)
    assert alone != 0
    assert nothing == 0


def test_windows_kept_in_half_precision_serve() -> None:
    phrase = draw(1, seed=52)
    windows = draw(6, seed=53)
    exact, kept = passages(phrase, [windows, windows.astype(np.float16).astype(np.float32)], BACKGROUND)[0]
    assert kept == pytest.approx(exact, abs=0.02)
