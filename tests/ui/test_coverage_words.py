"""How far the library is heard, told by the ear that is meant."""

from __future__ import annotations

import pytest

from vibe_desktop.library.tracks import LibraryCounts
from vibe_desktop.ui.coverage import Coverage
from vibe_desktop.ui.coverage_words import heard_at_rest, heard_so_far, how_far

BEST = "CLAP has heard 1,240 of 5,076 songs; MusiCNN serves the rest until nine tenths are heard."


def coverage(heard: int, meanwhile: str = "", *, judges: bool = True, ear: str = "clap/1") -> Coverage:
    counts = LibraryCounts(
        tracks=5076, present=5076, missing=0, offline=0, tags_read=5076, captioned=5076,
        heard={"clap/1": heard, "musicnn/1": 5076}, failed=0,
    )  # fmt: skip
    return Coverage(counts, ear, "CLAP" if ear else "", meanwhile, judges)


def test_while_two_ears_serve_both_are_named() -> None:
    both = coverage(1240, "MusiCNN")
    assert [how_far(both), heard_so_far(both), heard_at_rest(both)] == [BEST] * 3


def test_an_ear_that_has_hardly_begun_does_not_serve_yet() -> None:
    begun = coverage(12, "MusiCNN", judges=False)
    assert how_far(begun) == "CLAP has heard 12 of 5,076 songs; MusiCNN serves until it has heard more."


def test_an_ear_alone_is_told_until_all_is_heard() -> None:
    assert how_far(coverage(5000)) == "CLAP has heard 5,000 of 5,076 songs."
    assert heard_so_far(coverage(5000)).startswith("5,000 of 5,076 songs heard.")
    assert how_far(coverage(5076)) == ""
    assert heard_at_rest(coverage(5076)) == "Your music is up to date: 5,076 songs, all heard."


@pytest.mark.parametrize("words", [how_far, heard_so_far])
def test_where_no_ear_is_wanted_nothing_is_said_of_hearing(words: object) -> None:
    assert callable(words)
    assert words(coverage(0, ear="")) == ""
    assert heard_at_rest(coverage(0, ear="")) == "Your music is up to date: 5,076 songs."
