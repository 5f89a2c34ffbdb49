"""Zero-shot labels: few, sure, the vocabulary's own words, and sane in libraries of any size and kind.

The vectors are drawn: every sentence of the table has a direction of its own beside what all texts share,
and a track leans towards those it is made of. How real networks place them is for the real ones to show.
"""

from __future__ import annotations

from collections import Counter

import numpy as np
import pytest
from numpy.typing import NDArray

from vibe_desktop.captions.describe import describe
from vibe_desktop.captions.vocabulary import Kind, load_vocabulary
from vibe_desktop.domain import FloatMatrix, Label, Tags
from vibe_desktop.library.codec import dump_labels
from vibe_desktop.models import clap_labels, clap_prompts
from vibe_desktop.models.clap_labels import candidates, sentences
from vibe_desktop.models.clap_score import Usual

DIMENSIONS = 512
NAMES = [candidate.name for candidate in candidates()]


def unit(rows: NDArray[np.floating]) -> FloatMatrix:
    of_length_1: FloatMatrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return of_length_1


def draw(count: int, seed: int) -> FloatMatrix:
    return unit(np.random.default_rng(seed).normal(size=(count, DIMENSIONS)))


SHARED = draw(1, seed=1)
TEXTS = unit(draw(len(NAMES), seed=2) + 0.5 * SHARED)
BACKGROUND = unit(draw(48, seed=3) + 0.5 * SHARED)


def track(*made_of: str, seed: int) -> FloatMatrix:
    lean = sum((TEXTS[NAMES.index(each)] for each in made_of), np.zeros(DIMENSIONS, np.float32))
    return unit(draw(1, seed=seed) + 0.5 * lean + 0.2 * SHARED)


def name(*tracks: FloatMatrix) -> list[tuple[Label, ...]]:
    return clap_labels.name(TEXTS, np.concatenate(tracks), BACKGROUND)


def words(labels: tuple[Label, ...]) -> list[str]:
    return [label.name for label in labels]


def others(count: int, seed: int = 1000) -> list[FloatMatrix]:
    """Return tracks of a mixed library."""
    rng = np.random.default_rng(seed)
    return [track(*rng.choice(NAMES, 3, replace=False), seed=seed + n) for n in range(count)]


def test_what_a_track_is_made_of_is_named() -> None:
    made_of = ("techno", "drum machine", "hypnotic")
    named = name(track(*made_of, seed=5), *others(300))[0]
    assert set(made_of) <= set(words(named))
    assert all(0.5 <= label.weight <= 1 for label in named)
    assert [label.weight for label in named] == sorted((label.weight for label in named), reverse=True)


def test_labels_are_few_whatever_is_heard() -> None:
    everything = track(*NAMES[:40], seed=6)
    for labels in name(everything, *others(200)):
        assert len(labels) <= 6
        kinds = Counter(load_vocabulary().entries[label.name].kind for label in labels)
        assert kinds[Kind.GENRE] <= 2
        assert kinds[Kind.VOICE] <= 1


def test_most_of_what_is_named_is_there() -> None:
    rng = np.random.default_rng(7)
    made_of = [[str(each) for each in rng.choice(NAMES[:240], 3, replace=False)] for _ in range(200)]
    named = name(*(track(*some, seed=2000 + n) for n, some in enumerate(made_of)))
    right = sum(label in some for some, labels in zip(made_of, named, strict=True) for label in words(labels))
    given = sum(map(len, named))
    assert right / given > 0.5
    assert right / sum(map(len, made_of)) > 0.5


@pytest.mark.parametrize("count", [1, 3])
def test_a_library_of_a_few_tracks_is_named_like_any(count: int) -> None:
    tracks = [track("metal", "electric guitar", seed=8 + n) for n in range(count)]
    for labels in name(*tracks):
        assert {"metal", "electric guitar"} <= set(words(labels))


def test_a_library_all_of_one_kind_keeps_its_name() -> None:
    named = name(*(track("metal", "electric guitar", seed=100 + n) for n in range(400)))
    assert sum("metal" in words(labels) for labels in named) > 360


def test_a_sentence_near_to_all_music_is_not_on_every_track() -> None:
    texts = TEXTS.copy()
    near = NAMES.index("pop")
    texts[near] = unit(TEXTS[near : near + 1] + 0.2 * SHARED)[0]
    tracks = np.concatenate([unit(each + 0.3 * SHARED) for each in others(400)])
    rises = Usual.of(tracks, BACKGROUND).rises(texts[near : near + 1] @ tracks.T)
    assert (rises > 2.25).sum() > 120
    named = clap_labels.name(texts, tracks, BACKGROUND)
    assert sum("pop" in words(labels) for labels in named) < 30


def test_contradictions_are_not_named_together() -> None:
    undecided = track("female vocals", "male vocals", "slow", "fast", "happy", "sad", seed=9)
    said = words(name(undecided, *others(200))[0])
    assert len({"female vocals", "male vocals"} & set(said)) <= 1
    assert len({"slow", "fast"} & set(said)) <= 1
    assert len({"happy", "sad"} & set(said)) <= 1


def test_singing_must_beat_speech_and_instruments() -> None:
    sung, spoken = track("female vocals", seed=10), track("female vocals", "speech", seed=10)
    named = name(sung, spoken, *others(200))
    assert "female vocals" in words(named[0])
    assert "female vocals" not in words(named[1])


def test_of_a_genre_and_its_wider_one_only_the_surer_is_named() -> None:
    said = words(name(track("metal", "thrash metal", seed=11), *others(200))[0])
    assert len({"metal", "thrash metal"} & set(said)) == 1


def test_the_same_library_is_named_alike_however_it_is_cut(monkeypatch: pytest.MonkeyPatch) -> None:
    tracks = np.concatenate(others(150))
    whole = clap_labels.name(TEXTS, tracks, BACKGROUND)
    monkeypatch.setattr(clap_labels, "_ROWS", 64)
    cut = clap_labels.name(TEXTS, tracks, BACKGROUND)
    assert list(map(words, cut)) == list(map(words, whole))
    assert len(whole) == 150


def test_no_tracks_have_no_labels() -> None:
    assert clap_labels.name(TEXTS, TEXTS[:0], BACKGROUND) == []


def test_names_are_the_vocabulary_s_and_captions_use_them() -> None:
    vocabulary = load_vocabulary()
    labels = [candidate for candidate in candidates() if candidate.kind]
    assert len(labels) > 200
    for candidate in labels:
        heard = vocabulary.heard(candidate.name)
        assert heard is not None
        assert heard.name == candidate.name
    sentence = describe(
        Tags(), (Label("techno", 0.9), Label("drum machine", 0.7)), "a/b.ogg", vocabulary
    ).sentence
    assert "techno" in sentence
    assert "drum machine" in sentence


def test_every_candidate_has_its_sentences() -> None:
    assert len(sentences()) == len(candidates()) == len(set(NAMES))
    assert all(2 <= len(some) <= 4 for some in sentences())
    assert not any(candidate.contrasts for candidate in candidates() if candidate.kind is None)
    assert all(number not in one.contrasts for number, one in enumerate(candidates()))


def test_what_labels_are_chosen_by_has_a_name_that_follows_the_sentences(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    before = clap_labels.fingerprint()
    assert clap_prompts.fingerprint() in before
    monkeypatch.setattr(clap_prompts, "fingerprint", lambda: "others")
    assert clap_labels.fingerprint() != before


def test_an_album_more_moves_how_sure_it_is_and_hardly_any_name() -> None:
    library = others(1000)
    before = name(*library)
    after = name(*library, *(track("techno", "drum machine", seed=9000 + n) for n in range(12)))[:1000]
    surer = sum(dump_labels(one) != dump_labels(other) for one, other in zip(before, after, strict=True))
    otherwise = sum(words(one) != words(other) for one, other in zip(before, after, strict=True))
    assert surer > 500
    assert otherwise < 50
