"""What a mood speaks of, by kind."""

from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import MoodRequest
from vibe_desktop.moods.facets import Facets, facets


def seen(mood: str) -> Facets:
    return facets(MoodRequest(mood, mood), load_vocabulary())


def test_every_kind_has_its_place() -> None:
    found = seen("sad slow jazz with piano and a female singer for studying, glockenspiels of Xyzzy")
    assert (found.moods, found.tempos, found.genres) == (("sad",), ("slow",), ("jazz",))
    assert (found.instruments, found.voices) == (("piano", "glockenspiel"), ("female vocals",))
    assert found.situations == ("studying",)
    assert "Xyzzy" in found.rest
    assert "jazz" not in found.rest


def test_each_entry_counts_once_and_in_its_order() -> None:
    assert seen("guitar, piano, guitars").instruments == ("guitar", "piano")


def test_a_genre_named_after_what_plays_it_asks_for_that_too() -> None:
    found = seen("piano music")
    assert (found.genres, found.instruments) == (("piano music",), ("piano",))
    assert seen("instrumental hip hop").voices == ("instrumental",)


def test_what_is_not_known_is_the_rest() -> None:
    assert seen("xyzzy, plugh") == Facets(rest="xyzzy, plugh")
    assert seen("") == Facets()
