"""Which ears serve, and what is said of it."""

from __future__ import annotations

import pytest

from number_ear import NumberEar
from vibe_desktop.library.tracks import LibraryCounts
from vibe_desktop.models.ears import EarChoice
from vibe_desktop.moods.coverage import Coverage


def covered(clap: int | None, musicnn: int | None, songs: int = 5076) -> Coverage:
    heard = (("clap", clap), ("musicnn", musicnn))
    return Coverage(songs, tuple((name, count) for name, count in heard if count is not None))


@pytest.mark.parametrize(
    ("clap", "musicnn", "serving", "said"),
    [
        (1240, 5076, ["clap", "musicnn"], "; MusiCNN serves the rest until nine tenths are heard."),
        (4568, 5076, ["clap", "musicnn"], "; MusiCNN serves the rest until nine tenths are heard."),
        (4569, 5076, ["clap"], " and serves alone."),
        (49, 5076, ["clap", "musicnn"], ", too few to judge by; MusiCNN serves until it has heard more."),
        (50, 5076, ["clap", "musicnn"], "; MusiCNN serves the rest until nine tenths are heard."),
        (0, 5076, ["clap", "musicnn"], ", too few to judge by; MusiCNN serves until it has heard more."),
        (10, 0, ["clap"], " and serves alone."),
        (0, 0, ["clap"], "."),
        (10, None, ["clap"], "."),
    ],
)
def test_the_better_ear_serves_alone_once_it_has_heard_nine_tenths(
    clap: int, musicnn: int | None, serving: list[str], said: str
) -> None:
    coverage = covered(clap, musicnn)
    assert list(coverage.serving) == serving
    assert coverage.alone == (len(serving) == 1)
    assert str(coverage) == f"CLAP has heard {clap:,} of 5,076 tracks{said}"


def test_musicnn_by_itself() -> None:
    assert str(covered(None, 7, 1)) == "MusiCNN has heard 7 of 1 track."
    assert covered(None, 7).shares == (("MusiCNN", 7),)


def test_without_an_ear_nothing_is_said() -> None:
    coverage = Coverage(10, ())
    assert (str(coverage), coverage.serving, coverage.alone) == ("", (), True)


def test_it_is_counted_over_the_songs_that_can_be_heard() -> None:
    choice = EarChoice(NumberEar("clap"), "It is there.", (NumberEar("musicnn"),))
    counts = LibraryCounts(
        tracks=120, present=100, missing=20, offline=0, failed=8, tags_read=92, captioned=92,
        heard={"clap": 84, "musicnn": 95, "an old one": 100},
    )  # fmt: skip
    coverage = Coverage.of(choice, counts)
    assert (coverage.songs, coverage.heard) == (92, (("clap", 84), ("musicnn", 92)))
    assert coverage.serving == ("clap",)  # 84 of 92 are more than nine tenths
