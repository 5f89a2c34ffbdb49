"""What is suggested for an hour."""

from collections import Counter
from datetime import datetime

import pytest

from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.moods.right_now import COUNT, _ideas, suggest

WORDS = Counter(
    {"calm": 12, "slow": 9, "jazz": 8, "energetic": 7, "rock": 9, "ambient": 5, "instrumental": 15}
)
SATURDAY, TUESDAY = 22, 25


def at(hour: int, day: int = SATURDAY) -> datetime:
    return datetime(2025, 11, day, hour)  # noqa: DTZ001 - a person's own clock


def labels(hour: int, day: int = SATURDAY, words: Counter[str] = WORDS, **own: object) -> list[str]:
    return [each.label for each in suggest(at(hour, day), words, 20, **own)]  # type: ignore[arg-type]


@pytest.mark.parametrize("hour", range(24))
def test_every_hour_has_three_for_a_small_library(hour: int) -> None:
    for day in (SATURDAY, TUESDAY):
        found = labels(hour, day)
        assert len(found) == len(set(found)) == COUNT
        assert found == labels(hour, day)


def test_hours_and_days_differ() -> None:
    assert labels(7) != labels(20)
    assert not any("work" in label for hour in range(24) for label in labels(hour))
    assert "Deep work, no vocals" in {label for hour in range(9, 18) for label in labels(hour, TUESDAY)}
    assert "Saturday evening, slow" in labels(20)
    assert all("Sunday" not in label for label in labels(1, SATURDAY + 1))


def test_nothing_is_suggested_that_the_library_has_none_of() -> None:
    for hour in range(24):
        for each in suggest(at(hour), Counter({"metal": 20}), 20):
            assert each.label in {"Letting off steam", "Metal", "Surprise me"}


def test_favourites_and_the_unplayed_take_turns() -> None:
    last = {labels(hour, forgotten=[4, 5], unplayed=[6])[-1] for hour in range(8, 12)}
    assert last == {"Forgotten favourites", "Something you never played"}
    *_, own = suggest(at(8), WORDS, 20, forgotten=[4, 5])
    assert (own.kept, own.request.length, own.request.mood) == ((4, 5), 2, "")


def test_a_library_that_is_not_described_is_fine() -> None:
    assert labels(12, words=Counter()) == ["Surprise me"]
    assert suggest(at(12), Counter(), 0) == ()


def test_what_is_needed_are_words_of_the_vocabulary() -> None:
    known = load_vocabulary().entries
    assert [word for idea in _ideas() for word in idea.needs if word not in known] == []
