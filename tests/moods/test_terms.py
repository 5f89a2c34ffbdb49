"""The words of captions, asked one by one."""

from collections import Counter

import numpy as np
import pytest

from vibe_desktop.captions.vocabulary import Kind, load_vocabulary
from vibe_desktop.moods import terms as terms_module
from vibe_desktop.moods.knowledge import Knowledge
from vibe_desktop.moods.terms import Terms

Rows = list[tuple[int, tuple[str, ...]]]
ROWS = [
    (3, ("sad", "rock")),
    (5, ("happy", "piano", "energetic")),
    (8, ("sad", "guitar", "rock")),
    (9, ("?",)),
]


def terms_of(rows: Rows) -> Terms:
    return Terms(Knowledge(load_vocabulary()), [(each, words, ()) for each, words in rows])


def fits(**asked: float) -> dict[int, float]:
    terms, knowledge = terms_of(ROWS), Knowledge(load_vocabulary())
    row = np.zeros((1, len(knowledge.entries)), dtype=np.float32)
    for name, weight in asked.items():
        row[0, knowledge.number[name]] = weight
    return dict(zip(terms.ids.tolist(), terms.fits(row)[0].tolist(), strict=True))


def test_tracks_that_hold_the_feeling_asked_for_stand_out() -> None:
    found = fits(sad=1.0)
    assert min(found[3], found[8]) > found[5]


def test_a_genre_tells_of_what_it_usually_feels_like() -> None:
    rows: Rows = [(1, ("death metal",)), (2, ("new age",)), (3, ("pop",))]
    knowledge = Knowledge(load_vocabulary())
    calm, angry = terms_of(rows).fits(np.stack([knowledge.row(["calm"]), knowledge.row(["aggressive"])]))
    assert calm.argmax() == 1
    assert calm.argmin() == 0
    assert angry.argmax() == 0


def test_a_feeling_that_is_told_outweighs_one_that_is_suggested() -> None:
    rows = [(1, ("sad", "pop")), (2, ("emo",)), (3, ("pop",))]
    [sad] = terms_of(rows).fits(Knowledge(load_vocabulary()).row(["sad"])[np.newaxis])
    assert sad[0] > sad[1] > sad[2]


def test_many_words_are_no_merit() -> None:
    many = ("ambient", "rock", "pop", "techno", "folk", "metal", "jazz")
    [calm] = terms_of([(1, ("ambient",)), (2, many)]).fits(
        Knowledge(load_vocabulary()).row(["calm"])[np.newaxis]
    )
    assert calm[0] > calm[1]


def test_a_track_without_known_words_is_left_out() -> None:
    assert set(fits(sad=1.0)) == {3, 5, 8}


def test_named_words_count_by_the_share_that_is_held() -> None:
    terms = terms_of(ROWS)
    assert terms.named(["rock", "guitar"]).tolist() == [0.5, 0.0, 1.0]
    assert terms.named(["rock", "rock"]).tolist() == [1.0, 0.0, 1.0]
    assert terms.named(["unheard of"]).tolist() == [0.0, 0.0, 0.0]


def test_a_library_without_known_words_is_fine() -> None:
    terms = terms_of([(1, ("?",)), (2, ())])
    assert terms.ids.size == 0
    nothing = np.zeros((1, len(load_vocabulary().entries)), dtype=np.float32)
    assert terms.fits(nothing).shape == (1, 0)
    assert terms.named(["rock"]).shape == (0,)


def test_what_only_the_ear_said_is_found_by_its_name_and_is_no_second_witness() -> None:
    rows = [(1, ("rock", "sad"), ("sad",)), (2, ("rock",), ()), (3, ("sad",), ("sad",))]
    knowledge = Knowledge(load_vocabulary())
    terms = Terms(knowledge, rows)
    [sad] = terms.fits(knowledge.row(["sad"])[np.newaxis])
    assert sad[0] == sad[1]
    assert np.isnan(sad[2])
    assert terms.named(["sad"]).tolist() == [1.0, 0.0, 1.0]
    assert terms.told_share.tolist() == [0.5, 1.0, 0.0]


def test_what_only_the_ear_said_is_held_but_not_known() -> None:
    knowledge = Knowledge(load_vocabulary())
    rows = [(1, ("rock",), ("rock",)), (4, ("rock", "piano"), ()), (6, ("piano", "metal"), ("piano",))]
    terms = Terms(knowledge, rows)
    assert terms.counts[:, knowledge.number["rock"]].tolist() == [2.0, 1.0]
    assert terms.counts[:, knowledge.number["piano"]].tolist() == [2.0, 1.0]
    assert terms.telling(knowledge.are(Kind.GENRE)) == 2
    assert terms.telling(knowledge.are(Kind.INSTRUMENT)) == 1


def test_words_of_tracks_are_told_in_the_order_asked_and_none_of_unknown_ones() -> None:
    knowledge = Knowledge(load_vocabulary())
    terms = Terms(knowledge, [(1, ("rock",), ()), (4, ("rock", "piano"), ())])
    held = terms.held_by(np.array([4, 3, 1, 9]))
    assert [[knowledge.entries[at].name for at in np.flatnonzero(row)] for row in held] == [
        ["rock", "piano"],
        [],
        ["rock"],
        [],
    ]


def test_words_read_page_by_page_are_those_of_each_track(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(terms_module, "_PAGE", 4)
    knowledge, rng = Knowledge(load_vocabulary()), np.random.default_rng(3)
    said = ["sad", "rock", "piano", "guitar", "happy", "no such word", "piano"]
    heard = ["piano", "guitar", "electric guitar", "no such word"]
    rows = [
        (
            7 * at,
            rng.choice(said, rng.integers(0, 6)).tolist(),
            rng.choice(heard, rng.integers(0, 3)).tolist(),
        )
        for at in range(1, 23)
    ]
    terms = Terms(knowledge, rows)
    found = zip(terms.held_by(terms.ids), terms.told_share, strict=True)
    held = {each: [word for word in words if word in knowledge.number] for each, words, _ in rows}
    echoed = {each: {knowledge.heard_as(name) for name in names} for each, _, names in rows}
    assert terms.ids.tolist() == [each for each, words in held.items() if words]
    for track_id, (entries, share) in zip(terms.ids.tolist(), found, strict=True):
        numbers = [knowledge.number[word] for word in held[track_id]]
        assert np.flatnonzero(entries).tolist() == sorted(set(numbers))
        told = [number not in echoed[track_id] for number in numbers]
        assert share == pytest.approx(sum(told) / len(told))
    everything = Counter(word for words in held.values() for word in words)
    assert {name: int(terms.counts[0, knowledge.number[name]]) for name in everything} == everything
