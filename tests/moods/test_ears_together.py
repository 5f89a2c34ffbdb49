"""Two ears beside each other: no track wins or loses by which of them heard it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from statistics import NormalDist

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from mood_library import WordEncoder, ids_and_vectors
from number_ear import SHAPES, NumberEar, vectors
from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import FloatMatrix, IdArray, TrackId
from vibe_desktop.index.neighbours import Neighbours
from vibe_desktop.moods.candidates import Bounds, propose
from vibe_desktop.moods.coverage import FEW
from vibe_desktop.moods.ears_together import EarsTogether, Heard, normal_scores
from vibe_desktop.moods.knowledge import Knowledge
from vibe_desktop.moods.meaning import Meaning
from vibe_desktop.moods.modes import Mode
from vibe_desktop.moods.senses import Asked, Senses


def heard(ear: NumberEar, values: dict[int, float]) -> Heard:
    return Heard(ear, np.array(sorted(values)), vectors([values[key] for key in sorted(values)]))


@pytest.mark.parametrize("shape", SHAPES)
@pytest.mark.parametrize("passages", [False, True])
def test_the_newer_ears_share_of_the_best_is_its_share_of_the_library(shape: str, passages: bool) -> None:  # noqa: FBT001
    count, share, top, found = 1500, 0.3, 100, []
    ids = np.arange(1, count + 1)
    for seed in range(40):
        numbers = np.random.default_rng(seed)
        newly = np.sort(numbers.choice(ids, int(share * count), replace=False))
        windows = numbers.standard_normal((len(newly), 4)).astype(np.float32)
        kept = {int(track_id): vectors(row) for track_id, row in zip(newly, windows, strict=True)}
        newer = Heard(
            NumberEar("newer", SHAPES[shape]),
            newly,
            vectors(windows.mean(axis=1)),
            _from(kept) if passages else None,
        )
        older = Heard(NumberEar("older"), ids, vectors(numbers.standard_normal(count)))
        senses = Senses(WordEncoder(), Neighbours(*ids_and_vectors({})), [newer, older])
        found.append(np.isin(_best(senses, top), newly).mean())
    # By chance alone the mean over 40 seeds deviates by 0.007.
    assert abs(np.mean(found) - share) < 0.03


def _from(kept: dict[int, FloatMatrix]) -> Callable[[Sequence[TrackId]], list[FloatMatrix]]:
    return lambda ids: [kept.get(each, np.empty((0, 2), np.float32)) for each in ids]


def _best(senses: Senses, top: int) -> IdArray:
    """Return the best by ear alone, from candidate to final score."""
    reading = senses.read(["this"])
    asked = Asked(reading, None, senses.listen(["this"]), Mode.EAR)
    found = propose(asked, np.empty(0, np.int64), None, Bounds(), count=300)
    scores = asked.evidence(found.ids).ear[0]
    return found.ids[np.argsort(-scores)[:top]]


def test_each_track_is_judged_by_the_best_ear_that_heard_it() -> None:
    low = {number: float(number) for number in range(1, 201)}
    high = {number: float(-number) for number in range(101, 251)}
    answers = EarsTogether([heard(NumberEar("newer"), high), heard(NumberEar("older"), low)]).asked(["this"])
    assert answers.ids.tolist() == list(range(1, 251))
    only_older, newer = answers.scores[0, :100], answers.scores[0, 100:]
    assert (np.diff(only_older) > 0).all()
    assert (np.diff(newer) < 0).all()
    assert only_older.max() < 0.02  # the lower half of what the older ear heard
    assert np.isclose(newer.mean(), 0, atol=1e-3)


def test_an_ear_that_heard_few_tracks_does_not_judge_what_another_heard() -> None:
    older = {number: float(number) for number in range(1, 201)}
    few = {number: float(-number) for number in range(200 - FEW + 3, 202)}  # 201 it alone has heard
    together = EarsTogether([heard(NumberEar("newer"), few), heard(NumberEar("older"), older)])
    [scores] = together.asked(["this"]).scores
    assert len(few) == FEW - 1
    assert (np.diff(scores[:200]) > 0).all()
    assert np.isfinite(scores[200])
    enough = few | {200 - FEW + 2: -5.0}
    together = EarsTogether([heard(NumberEar("newer"), enough), heard(NumberEar("older"), older)])
    [scores] = together.asked(["this"]).scores
    assert (np.diff(scores[-FEW:]) < 0).all()


def test_an_ear_alone_judges_however_few_it_heard() -> None:
    few = {1: 0.0, 2: 3.0}
    [scores] = (
        EarsTogether([heard(NumberEar("newer"), few), heard(NumberEar("older"), {})]).asked(["this"]).scores
    )
    assert scores.tolist() == [-1.0, 1.0]


def test_what_is_liked_counts_by_the_ears_that_heard_it() -> None:
    numbers = np.random.default_rng(3)
    old_ids, new_ids = np.arange(1, 201), np.arange(101, 161)
    old = Heard(NumberEar("older"), old_ids, numbers.standard_normal((200, 6)).astype(np.float32))
    new = Heard(NumberEar("newer"), new_ids, numbers.standard_normal((60, 6)).astype(np.float32))
    answers = EarsTogether([new, old]).like([[150], [3], [999]])
    assert answers.ids[answers.scores[0].argmax()] == 150  # most like itself, by the newer ear
    assert answers.ids[np.nanargmax(answers.scores[1])] == 3
    assert np.isfinite(answers.scores[1]).all()  # the older ear knows it, and all others
    assert np.isnan(answers.scores[2]).all()
    ids, scores = answers.among(None)
    assert len(ids) == len(scores) == 200


def test_vectors_are_not_copied_and_the_ear_is_always_given_the_same_array() -> None:
    ear = NumberEar("one")
    single = heard(ear, {1: 0.0, 2: 1.0, 3: 2.0})
    together = EarsTogether([single])
    for _ in range(2):
        together.asked(["this"])
    together.between([("this", "not")])
    assert all(each is single.vectors for each in ear.asked)


def test_what_is_between_two_phrases_is_their_difference() -> None:
    one, other = NumberEar("one"), NumberEar("other")
    values = {number: float(number) for number in range(1, 101)}
    together = EarsTogether([heard(one, values), heard(other, {k: v for k, v in values.items() if k % 2})])
    scores = together.between([("this", "not"), ("not", "this")]).scores
    assert (np.diff(scores[0]) > 0).all()
    assert np.allclose(scores[0], -scores[1], atol=1e-5)


@given(st.lists(st.integers(-5, 5) | st.none(), max_size=60))
def test_normal_scores_keep_the_order_share_ties_and_leave_out_what_is_not_known(
    values: list[int | None],
) -> None:
    scores = np.array([np.nan if each is None else each for each in values], dtype=np.float32)
    normal = normal_scores(scores)
    known = np.isfinite(scores)
    assert np.array_equal(np.isfinite(normal), known)
    for one in np.flatnonzero(known):
        for other in np.flatnonzero(known):
            assert (normal[one] < normal[other]) == (scores[one] < scores[other])
    assert abs(normal[known].sum()) < 1e-3


def test_normal_scores_are_what_blom_says() -> None:
    quantile = NormalDist().inv_cdf
    wanted = [quantile((rank - 0.375) / 7.25) for rank in range(1, 8)]
    assert np.allclose(normal_scores(np.array([10, 20, 30, 40, 50, 60, 1e9], np.float32)), wanted, atol=1e-6)
    large = normal_scores(np.random.default_rng(0).permutation(10_001).astype(np.float32))
    assert np.isclose(large.std(), 1, atol=0.01)
    assert np.isclose(large.mean(), 0, atol=1e-6)


class WordyEar(NumberEar):
    """An ear that knows what a guitar and a flute sound like, and nothing else."""

    words = ("guitar", "flute")

    def score_words(self, worth: FloatMatrix, vectors: FloatMatrix) -> FloatMatrix:
        return worth[:, :1] @ vectors[:, :1].T


def test_an_ear_is_asked_for_its_own_words_and_is_silent_where_it_knows_none() -> None:
    knowledge = Knowledge(load_vocabulary())
    meant = [Meaning(knowledge.row([name]), (name,), (), "") for name in ("guitar", "1950s")]
    together = EarsTogether([heard(WordyEar("wordy"), {n: float(n) for n in range(1, 61)})])
    guitar, decade = together.asked(["guitar", "from the fifties"], meant, knowledge).scores
    assert guitar.argmax() == 59
    assert np.isnan(decade).all()
