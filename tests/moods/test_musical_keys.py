"""Keys as tags write them."""

import pytest

from vibe_desktop.moods.musical_keys import key_step, read_key


@pytest.mark.parametrize(
    "names",
    [
        ("Am", "A minor", "a min", "8A", "08A", "1m", "amin", "A-minor", "a moll"),
        ("C", "C major", "Cmaj", "8B", "1d", "CM", "c dur"),
        ("C#m", "C# minor", "Dbm", "C♯m", "12A", "5m", "C sharp minor"),
        ("Bb", "B♭ major", "A#", "6B", "Bbmaj", "B flat"),
        ("F#m", "Gbm", "11A"),
        ("E", "12B", "E major"),
    ],
)
def test_one_key_has_many_names(names: tuple[str, ...]) -> None:
    read = {read_key(name) for name in names}
    assert len(read) == 1
    assert None not in read


@pytest.mark.parametrize("text", ["", "o", "X", "13A", "0A", "A minor blues", "key", "8C", "off key", "#"])
def test_what_names_no_key_is_none(text: str) -> None:
    assert read_key(text) is None


@pytest.mark.parametrize(
    ("one", "other", "steps"),
    [("8A", "8A", 0), ("8A", "9A", 1), ("8A", "8B", 1), ("1A", "12A", 1), ("8A", "2A", 6), ("8A", "2B", 7)],
)
def test_steps_are_those_of_the_wheel(one: str, other: str, steps: int) -> None:
    first, second = read_key(one), read_key(other)
    assert first is not None
    assert second is not None
    assert key_step(first, second) == key_step(second, first) == steps
