"""What an adjustment changed, in plain words."""

from __future__ import annotations

import pytest

from mood_library import make_track
from vibe_desktop.moods.changes import Changes
from vibe_desktop.ui.queue.change_words import change_words

X, Y = make_track(1, title="Kettle"), make_track(2, title="Orchard")


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        (Changes(12, 13, 13, (("energy", -1),)), "12 of 25 stayed; the 13 new ones are calmer."),
        (
            Changes(20, 1, 5, (("brightness", 1), ("voice", -1))),
            "20 of 25 stayed; the new one is brighter and more instrumental.",
        ),
        (Changes(25, 0, 0), "All 25 stayed."),
        (Changes(25, 0, 0, reordered=True), "All 25 stayed, in another order."),
        (Changes(20, 5, 5, reordered=True), "20 of 25 stayed; 5 are new."),
        (Changes(1, 0, 0), "The one there was stayed."),
        (Changes(0, 9, 4), "Nothing stayed; 9 are new."),
        (Changes(24, 1, 1, refused=(X,)), "“Kettle” is out. 24 of 25 stayed; 1 is new."),
        (Changes(20, 5, 5, liked=(Y,)), "20 of 25 stayed; 5 came for being like “Orchard”."),
        (Changes(20, 1, 5, liked=(X, Y)), "20 of 25 stayed; 1 came for being like “Orchard”."),
        (Changes(10, 8, 0, longer=True), "All 10 stayed; 8 more fill the time."),
        (Changes(10, 1, 0, longer=True), "All 10 stayed; 1 more fills the time."),
        (Changes(9, 8, 1, longer=True), "9 of 10 stayed; 8 are new."),
        (Changes(10, 0, 5), "10 of 15 stayed."),
    ],
)
def test_changes_are_told_as_they_are(changes: Changes, words: str) -> None:
    assert change_words(changes) == words
