"""A chorus counts: single passages refine what was said of whole tracks."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from mood_library import WordEncoder, ids_and_vectors
from number_ear import NumberEar, vectors
from vibe_desktop.domain import FloatMatrix, TrackId
from vibe_desktop.index.neighbours import Neighbours
from vibe_desktop.moods.candidates import Bounds, propose
from vibe_desktop.moods.ears_together import EarsTogether, Heard
from vibe_desktop.moods.modes import Mode
from vibe_desktop.moods.passages import Passages
from vibe_desktop.moods.senses import Asked, Senses

COUNT = 900


class Library:
    """Tracks with six random windows each, an ear that heard them, and what was read of them."""

    def __init__(self, seed: int = 1, keeps: float = 1.0) -> None:
        numbers = np.random.default_rng(seed)
        self.ids = np.arange(1, COUNT + 1)
        self.windows = numbers.standard_normal((COUNT, 6)).astype(np.float32)
        self.keeps = numbers.random(COUNT) < keeps
        self.read: list[list[TrackId]] = []

    def heard(self, ear: NumberEar | None = None) -> Heard:
        return Heard(ear or NumberEar("one"), self.ids, vectors(self.windows.mean(axis=1)), self.windows_of)

    def windows_of(self, ids: Sequence[TrackId]) -> list[NDArray[np.floating]]:
        self.read.append(list(ids))
        none = np.empty((0, 2), np.float16)
        return [
            vectors(self.windows[each - 1]).astype(np.float16) if self.keeps[each - 1] else none
            for each in ids
        ]

    def refined(self, phrases: Sequence[str], ids: Sequence[TrackId]) -> FloatMatrix:
        ears = EarsTogether([self.heard()])
        return Passages(ears).refine(phrases, ears.asked(phrases), np.array(ids))


def test_of_two_tracks_alike_on_average_the_one_with_a_chorus_that_fits_is_first() -> None:
    library = Library()
    library.windows[0] = [2.5, 2.5, -1, -1, -1, -1]
    library.windows[1] = [1 / 6] * 6
    [[chorus, even]] = library.refined(["this"], [1, 2])
    assert chorus > even + 0.5
    [[_], [against]] = library.refined(["this", "not"], [1])
    assert against < 0  # each phrase by itself


def test_refined_scores_stay_in_spreads_of_the_library() -> None:
    scores = Library().refined(["this"], list(range(1, COUNT + 1)))
    assert abs(float(scores.mean())) < 0.1
    assert abs(float(scores.std()) - 1) < 0.1


def test_tracks_without_windows_keep_what_was_said_of_them_as_a_whole() -> None:
    library = Library(keeps=0.5)
    ears = EarsTogether([library.heard()])
    whole = ears.asked(["this"])
    refined = Passages(ears).refine(["this"], whole, np.append(library.ids, COUNT + 1))[0]
    same = refined[:COUNT] == whole.scores[0]
    assert np.array_equal(same, ~library.keeps)
    assert np.isnan(refined[COUNT])  # never heard


def test_an_ear_of_which_no_windows_are_kept_changes_nothing() -> None:
    library = Library(keeps=0.0)
    ears = EarsTogether([library.heard()])
    whole = ears.asked(["this"])
    assert np.array_equal(Passages(ears).refine(["this"], whole, library.ids), whole.scores)


def test_the_sample_is_read_once_and_only_candidates_besides() -> None:
    library = Library()
    senses = Senses(WordEncoder(), Neighbours(*ids_and_vectors({})), [library.heard()])
    for phrase in ("this", "not"):
        listening = senses.listen([phrase])
        assert listening is not None
        listening.about(np.array([5, 7]))
    assert [len(each) for each in library.read] == [400, 2, 2]


def test_an_older_ear_beside_it_keeps_its_own_word() -> None:
    library, numbers = Library(), np.random.default_rng(5)
    old_ids = np.arange(1, COUNT + 301)
    old = Heard(NumberEar("older"), old_ids, vectors(numbers.standard_normal(len(old_ids))))
    ears = EarsTogether([library.heard(), old])
    whole = ears.asked(["this"])
    refined = Passages(ears).refine(["this"], whole, old_ids)[0]
    assert np.array_equal(refined[COUNT:], whole.scores[0, COUNT:])
    assert not np.array_equal(refined[:COUNT], whole.scores[0, :COUNT])


def test_a_chorus_brings_a_track_in_that_its_average_would_not() -> None:
    library = Library()
    library.windows[:, :] = np.random.default_rng(2).normal(0, 0.1, library.windows.shape)
    library.windows[:120] += 0.2  # on average these are before it
    library.windows[400] = [2, 2, -1, -1, -0.6, -0.6]
    senses = Senses(WordEncoder(), Neighbours(*ids_and_vectors({})), [library.heard()])
    asked = Asked(senses.read(["this"]), None, senses.listen(["this"]), Mode.EAR)
    nothing = np.empty(0, np.int64)
    found = propose(asked, nothing, None, Bounds(), count=100)
    assert len(found.ids) == 150
    assert found.ear_places[found.ids == 401] > 100
    assert found.ids[asked.evidence(found.ids).ear[0].argmax()] == 401
