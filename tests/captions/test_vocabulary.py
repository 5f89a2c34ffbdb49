"""The vocabulary that ships, and look-ups in it."""

from __future__ import annotations

import dataclasses
from itertools import pairwise
from statistics import correlation

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe_desktop.captions.findings import opposed
from vibe_desktop.captions.vocabulary import Axes, Entry, Kind, Vocabulary, load_vocabulary
from vibe_desktop.captions.words import key

_JAMENDO_MOODS = """
    happy film energetic relaxing emotional melodic dark epic dream love inspiring sad meditative
    uplifting advertising deep motivational romantic christmas documentary corporate positive summer
    space background soundscape fun soft ambiental calm children adventure upbeat melancholic slow
    commercial drama movie action ballad dramatic sport trailer party game nature cool powerful
    hopeful retro funny groovy holiday travel horror heavy mellow sexy fast
"""
JAMENDO_MOODS = _JAMENDO_MOODS.split()
"""The 59 mood and theme tags of the MTG-Jamendo data set (Bogdanov et al., ML4MD 2019)."""

MTT_TAGS = """
    guitar,classical,slow,techno,strings,drums,electronic,rock,fast,piano,ambient,beat,violin,vocal,
    synth,female,indian,opera,male,singing,vocals,no vocals,harpsichord,loud,quiet,flute,woman,
    male vocal,no vocal,pop,soft,sitar,solo,man,classic,choir,voice,new age,dance,male voice,
    female vocal,beats,harp,cello,no voice,weird,country,metal,female voice,choral
"""
MSD_TAGS = """
    rock,pop,alternative,indie,electronic,female vocalists,dance,00s,alternative rock,jazz,beautiful,
    metal,chillout,male vocalists,classic rock,soul,indie rock,Mellow,electronica,80s,folk,90s,chill,
    instrumental,punk,oldies,blues,hard rock,ambient,acoustic,experimental,female vocalist,guitar,
    Hip-Hop,70s,party,country,easy listening,sexy,catchy,funk,electro,heavy metal,Progressive rock,60s,
    rnb,indie pop,sad,House,happy
"""
MUSICNN_TAGS = sorted({tag.strip() for tag in f"{MTT_TAGS},{MSD_TAGS}".split(",") if tag.strip()})
"""What MusiCNN's two networks can hear (Pons & Serra, 2019)."""


@pytest.fixture(scope="module")
def vocabulary() -> Vocabulary:
    return load_vocabulary()


@pytest.mark.parametrize(
    ("kinds", "least"),
    [
        ((Kind.MOOD, Kind.THEME), 200),
        ((Kind.MOOD, Kind.THEME, Kind.SITUATION), 350),
        ((Kind.GENRE,), 180),
        ((Kind.INSTRUMENT,), 80),
        ((Kind.VOICE,), 10),
        ((Kind.SITUATION,), 150),
        ((Kind.TEMPO,), 5),
        ((Kind.ERA,), 10),
    ],
)
def test_there_are_words_enough(vocabulary: Vocabulary, kinds: tuple[Kind, ...], least: int) -> None:
    assert sum(len(vocabulary.of_kind(kind)) for kind in kinds) >= least


def test_the_known_mood_tags_are_understood(vocabulary: Vocabulary) -> None:
    kinds = {word: entry.kind for word in JAMENDO_MOODS if (entry := vocabulary.find(word))}
    assert [word for word in JAMENDO_MOODS if word not in kinds] == []
    assert set(kinds.values()) == {Kind.MOOD, Kind.THEME, Kind.TEMPO}


SOUNDING = (Kind.MOOD, Kind.THEME, Kind.SITUATION)
FELT = (Kind.GENRE, Kind.INSTRUMENT, Kind.VOICE, Kind.TEMPO)


def entries_of(vocabulary: Vocabulary, kinds: tuple[Kind, ...]) -> list[Entry]:
    return [entry for kind in kinds for entry in vocabulary.of_kind(kind)]


def test_every_mood_and_genre_has_a_use(vocabulary: Vocabulary) -> None:
    kinds = (Kind.MOOD, Kind.THEME, Kind.GENRE)
    assert [entry.name for entry in entries_of(vocabulary, kinds) if not entry.good_for] == []


def test_every_entry_but_decades_has_a_place(vocabulary: Vocabulary) -> None:
    assert [each.name for each in entries_of(vocabulary, (*SOUNDING, *FELT)) if each.axes is None] == []


def test_every_mood_theme_and_situation_sounds_like_something(vocabulary: Vocabulary) -> None:
    counts = {entry.name: len(entry.sounds) for entry in entries_of(vocabulary, SOUNDING)}
    assert {name: count for name, count in counts.items() if not 6 <= count <= 18} == {}


def test_every_genre_instrument_voice_and_tempo_feels_like_something(vocabulary: Vocabulary) -> None:
    assert [entry.name for entry in entries_of(vocabulary, FELT) if not entry.moods] == []


def test_sounds_begin_with_feelings_and_tell_of_music(vocabulary: Vocabulary) -> None:
    musical = {Kind.GENRE, Kind.INSTRUMENT, Kind.VOICE, Kind.TEMPO}
    for entry in entries_of(vocabulary, SOUNDING):
        kinds = {vocabulary.entries[name].kind for name in entry.sounds}
        assert kinds & {Kind.MOOD, Kind.THEME}, entry.name
        assert kinds & musical, entry.name


def middle(vocabulary: Vocabulary, entry: Entry) -> Axes:
    place = vocabulary.axes(entry.sounds)
    assert place is not None, entry.name
    return place


@pytest.mark.parametrize(
    ("axis", "least"), [("energy", 0.9), ("brightness", 0.85), ("electronic", 0.8), ("vocal", 0.8)]
)
def test_what_an_entry_sounds_like_lies_where_it_lies(
    vocabulary: Vocabulary, axis: str, least: float
) -> None:
    entries = entries_of(vocabulary, SOUNDING)
    own = [getattr(entry.axes, axis) for entry in entries]
    sounding = [getattr(middle(vocabulary, entry), axis) for entry in entries]
    assert correlation(own, sounding) > least


def test_no_mood_sounds_like_its_opposite(vocabulary: Vocabulary) -> None:
    assert [
        (entry.name, name)
        for entry in entries_of(vocabulary, SOUNDING)
        for name in entry.sounds
        if vocabulary.entries[name].kind is Kind.MOOD and opposed(entry, vocabulary.entries[name])
    ] == []


def test_no_feeling_stands_alone(vocabulary: Vocabulary) -> None:
    named = {name for each in vocabulary.entries.values() for name in (*each.sounds, *each.moods)}
    feelings = entries_of(vocabulary, (Kind.MOOD, Kind.THEME))
    assert [entry.name for entry in feelings if entry.name not in named] == []


def test_every_parent_is_wider_and_of_its_kind(vocabulary: Vocabulary) -> None:
    for entry in vocabulary.entries.values():
        line = vocabulary.line(entry)
        assert len(set(line)) == len(line) <= 4, entry.name
        assert {each.kind for each in line} == {entry.kind}


def test_every_situation_is_reached(vocabulary: Vocabulary) -> None:
    assert [
        entry.name for entry in vocabulary.of_kind(Kind.SITUATION) if not vocabulary.suiting(entry.name)
    ] == []


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("homesick", "homesickness"),
        ("hungover", "a hangover"),
        ("burned out", "burnout"),
        ("colour grey day", None),
        ("gray day", "a grey day"),
        ("travelling", "travel"),
        ("traveling", "travel"),
        ("rush hour", "a traffic jam"),
        ("3 am", "the small hours"),
        ("first kiss", "falling in love"),
        ("boss fight", "a boss fight"),
        ("roller disco", "a roller disco"),
        ("time-lapse", "a time lapse"),
        ("drone footage", "drone footage"),
        ("grateful", "grateful"),
        ("London", "London"),
    ],
)
def test_ways_people_say_it(vocabulary: Vocabulary, phrase: str, name: str | None) -> None:
    found = vocabulary.find(phrase)
    assert (found.name if found else None) == name


def test_a_situation_hides_no_word_where_none_is_wanted(vocabulary: Vocabulary) -> None:
    text = "Walking by the frozen lake"
    assert [each.entry.name for each in vocabulary.mentions(text, (Kind.MOOD,))] == ["cold"]
    assert [each.entry.name for each in vocabulary.mentions(text)] == ["a walk", "watching the snow"]


def test_every_label_of_the_default_ear_is_mapped(vocabulary: Vocabulary) -> None:
    assert [tag for tag in MUSICNN_TAGS if key(tag) not in vocabulary.lists.heard] == []


@pytest.mark.parametrize(
    ("labels", "name"),
    [
        ("no vocals,no vocal,no voice,instrumental", "instrumental"),
        ("female,woman,female voice,female vocal,female vocalists", "female vocals"),
        ("male,man,male voice,male vocal,male vocalists", "male vocals"),
        ("vocal,vocals,voice,singing", "vocals"),
        ("choir,choral", "choir"),
        ("Hip-Hop", "hip hop"),
    ],
)
def test_labels_that_mean_the_same(vocabulary: Vocabulary, labels: str, name: str) -> None:
    assert {entry.name for label in labels.split(",") if (entry := vocabulary.heard(label))} == {name}


def test_labels_beyond_the_table_are_looked_up_and_empty_ones_say_nothing(vocabulary: Vocabulary) -> None:
    assert vocabulary.heard("Bossa Nova") is vocabulary.entries["bossa nova"]
    assert vocabulary.heard("solo") is None
    assert vocabulary.heard("xyzzy") is None


@pytest.mark.parametrize(
    ("phrase", "name"),
    [
        ("synth", "synthesizer"),
        ("Dreamy", "dream"),
        ("XMAS", "christmas"),
        ("dnb", "drum and bass"),
        ("D&B", "drum and bass"),
        ("Drum'n'Bass", "drum and bass"),
        ("HipHop", "hip hop"),
        ("hip_hop", "hip hop"),
        ("electricguitar", "electric guitar"),
        ("Electric Guitars", "electric guitar"),
        ("R&B", "r&b"),
        ("80's", "1980s"),
        ("Sci-Fi", "science-fiction"),
        ("no vocals", "instrumental"),
    ],
)
def test_find(vocabulary: Vocabulary, phrase: str, name: str) -> None:
    found = vocabulary.find(phrase)
    assert found is not None
    assert found.name == name


@pytest.mark.parametrize("phrase", ["", " ", "\U0001f525", "xyzzy", "not a word of music at all"])
def test_find_nothing(vocabulary: Vocabulary, phrase: str) -> None:
    assert vocabulary.find(phrase) is None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (
            "chill piano with sax and late-night vibe",
            ["chill=chill", "piano=piano", "sax=saxophone", "late-night=night"],
        ),
        ("Dark rock with FEMALE vocals!", ["Dark=dark", "rock=rock", "FEMALE vocals=female vocals"]),
        ("songs for a walk in the rain", ["walk in the rain=a long walk in the rain"]),
        ("eighties synths, no vocals", ["eighties=1980s", "synths=synthesizer", "no vocals=instrumental"]),
        ("a hard day, the keys of a company", []),
        ("the blues", ["blues=blues"]),
        ("", []),
    ],
)
def test_mentions(vocabulary: Vocabulary, text: str, expected: list[str]) -> None:
    found = vocabulary.mentions(text)
    assert [f"{text[each.start : each.end]}={each.entry.name}" for each in found] == expected


def test_mentions_of_some_kinds_are_not_cut_out_of_longer_ones(vocabulary: Vocabulary) -> None:
    assert vocabulary.mentions("dark ambient", (Kind.MOOD,)) == ()


@given(st.text())
def test_mentions_of_anything_lie_in_it_in_order(text: str) -> None:
    found = load_vocabulary().mentions(text)
    assert all(0 <= each.start < each.end <= len(text) for each in found)
    assert all(before.end <= after.start for before, after in pairwise(found))


@pytest.mark.parametrize(
    ("bpm", "name"),
    [(45, "very slow"), (89.9, "slow"), (90, "mid-tempo"), (128, "brisk"), (174, "very fast")],
)
def test_tempo(vocabulary: Vocabulary, bpm: float, name: str) -> None:
    found = vocabulary.tempo(bpm)
    assert found is not None
    assert found.name == name


def test_impossible_tempo_and_year(vocabulary: Vocabulary) -> None:
    assert vocabulary.tempo(0) is None
    assert vocabulary.tempo(99999) is None
    assert vocabulary.era(9999) is None


def test_tempi_follow_one_another_without_a_gap(vocabulary: Vocabulary) -> None:
    ranges = [entry.bpm for entry in vocabulary.of_kind(Kind.TEMPO)]
    joined = [(low[1] + 1, high[0]) for low, high in pairwise(ranges) if low and high]
    assert len(joined) == len(ranges) - 1
    assert all(after == begin for after, begin in joined)


def test_era(vocabulary: Vocabulary) -> None:
    found = vocabulary.era(1987)
    assert found is not None
    assert found.name == "1980s"


def test_line_leads_to_the_widest(vocabulary: Vocabulary) -> None:
    deep_house = vocabulary.entries["deep house"]
    assert [entry.name for entry in vocabulary.line(deep_house)] == ["deep house", "house", "electronic"]


def test_axes_are_the_middle(vocabulary: Vocabulary) -> None:
    calm, energetic = vocabulary.entries["calm"].axes, vocabulary.entries["energetic"].axes
    assert calm is not None
    assert energetic is not None
    assert calm.energy < 0 < energetic.energy
    middle = vocabulary.axes(["Calm", "energetic", "xyzzy"])
    assert middle == Axes(*((a + b) / 2 for a, b in zip(calm, energetic, strict=True)))
    assert vocabulary.axes(["xyzzy"]) is None


def test_entries_cannot_be_changed(vocabulary: Vocabulary) -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        vocabulary.entries["calm"].name = "loud"  # type: ignore[misc]


def test_loaded_once() -> None:
    assert load_vocabulary() is load_vocabulary()
