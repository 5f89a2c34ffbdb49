"""MusiCNN as an ear: what it hears, what it calls it, and how it scores phrases."""

import json
import runpy
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from vibe_desktop.domain import FloatMatrix, FloatVector
from vibe_desktop.models.installed import ModelMissing
from vibe_desktop.models.musicnn import MusicnnEar
from vibe_desktop.models.musicnn_score import Wanted, named_concepts, usual_in
from vibe_desktop.models.musicnn_tags import TAGS, concepts, labels, membership
from vibe_desktop.models.sbert import SentenceEncoder


@pytest.fixture(scope="module")
def encoder(models_folder: Path) -> SentenceEncoder:
    return SentenceEncoder(models_folder, threads=1)


@pytest.fixture(scope="module")
def ear(models_folder: Path, encoder: SentenceEncoder) -> MusicnnEar:
    return MusicnnEar(models_folder, encoder)


@pytest.fixture(scope="module")
def wanted(encoder: SentenceEncoder) -> Wanted:
    return Wanted(encoder)


def sounding(*names: str, by: float = 3.0) -> FloatVector:
    """Return a vector in which the named concepts' tags stand out and nothing else does."""
    vector = np.zeros(len(TAGS), np.float32)
    for concept in concepts():
        if concept.name in names:
            vector[list(concept.tags)] = by
    return vector


LIBRARY = {
    "metal": sounding("metal", "fast", "loud", "drums", "punk"),
    "choir": sounding("choir", "singing", "classical", "opera"),
    "space": sounding("ambient", "slow", "quiet", "synthesizer"),
    "fingerpicking": sounding("acoustic", "guitar", "mellow", "soft", "folk"),
    "elegy": sounding("sad", "slow", "strings", "classical", "quiet"),
    "club": sounding("techno", "dance", "fast", "beat", "electronic"),
}


@pytest.fixture(scope="module")
def library() -> FloatMatrix:
    plain = np.random.default_rng(1).normal(0, 0.3, (60, len(TAGS))).astype(np.float32)
    return np.vstack([*LIBRARY.values(), plain])


def concept(name: str) -> int:
    return [each.name for each in concepts()].index(name)


# --- hearing


def test_hears_what_the_original_hears(ear: MusicnnEar, models_folder: Path, repository: Path) -> None:
    windows = runpy.run_path(str(repository / "scripts/parity_musicnn.py"))["synthetic_windows"]()
    golden = json.loads((repository / "tests/models/musicnn_golden.json").read_text("utf-8"))
    usual = json.loads((models_folder / "musicnn/usual.json").read_text("utf-8"))
    mean = np.clip(np.mean(golden["probabilities"], axis=0), 1e-5, 1 - 1e-5)
    expected = (np.log(mean / (1 - mean)) - usual["mean"]) / usual["deviation"]
    heard = ear.hear(windows)
    assert heard.vector.dtype == heard.spread.dtype == np.float32
    assert heard.vector.shape == heard.spread.shape == (100,)
    # The golden numbers have six decimals, which is coarse for the rarest tags.
    np.testing.assert_allclose(heard.vector, expected, atol=0.06)
    assert heard.spread.max() > 0.5


def test_one_window_has_no_spread(ear: MusicnnEar) -> None:
    tone = 0.3 * np.sin(np.arange(48_000) * 0.2).astype(np.float32)
    assert not ear.hear(tone[np.newaxis]).spread.any()


def test_nothing_is_read_before_it_is_needed(tmp_path: Path) -> None:
    ear = MusicnnEar(tmp_path, SentenceEncoder(tmp_path))
    assert (ear.windows.sample_rate, ear.windows.seconds) == (16_000, 3.0)
    with pytest.raises(ModelMissing) as caught:
        _ = ear.space
    assert "models install musicnn" in caught.value.remedy


def test_the_space_is_the_same_every_time(
    ear: MusicnnEar, models_folder: Path, encoder: SentenceEncoder
) -> None:
    assert ear.space == MusicnnEar(models_folder, encoder).space
    assert ear.space.dimensions == 100


# --- labels


def spoken(vector: FloatVector, probable: bool = True) -> list[str]:  # noqa: FBT001, FBT002 - a test's shorthand
    return [label.name for label in labels(vector, np.full(100, 2.0 if probable else -6.0, np.float32))]


def test_many_tags_for_one_thing_make_one_label() -> None:
    assert spoken(sounding("female voice")) == ["female voice"]


def test_the_surest_labels_come_first_and_are_few() -> None:
    everything = sounding(*(each.name for each in concepts()))
    found = labels(everything + 3 * sounding("jazz", by=0.5), np.full(100, 2.0, np.float32))
    assert found[0].name == "jazz"
    assert len(found) == 6
    assert all(0 < later.weight <= earlier.weight < 1 for earlier, later in pairwise(found))


def test_contradictions_are_settled_for_the_surer() -> None:
    assert spoken(sounding("singing") + sounding("instrumental", by=2.0)) == ["singing"]
    assert spoken(sounding("slow", by=2.0) + sounding("fast")) == ["fast"]


def test_the_usual_and_the_improbable_are_not_said() -> None:
    assert spoken(np.zeros(100, np.float32)) == []
    assert spoken(sounding("jazz"), probable=False) == []
    assert spoken(sounding("sad"), probable=False) == ["sad"], "listeners seldom write moods"


def test_every_tag_belongs_to_one_concept_at_most() -> None:
    taken = (membership() > 0).sum(axis=0)
    assert taken.max() == 1
    left = {tag for tag, count in zip(TAGS, taken, strict=True) if not count}
    assert left == {"msd 00s", "msd 90s", "msd 80s", "msd 70s", "msd catchy"}


# --- phrases


@pytest.mark.parametrize(
    ("phrase", "names"),
    [
        ("Heavy Metal!", {"metal"}),
        ("a female voice", {"female voice"}),
        ("no vocals", {"instrumental"}),
        ("hip hop", {"hip-hop"}),
        ("rocket science", set()),
        ("", set()),
    ],
)
def test_phrases_name_concepts(phrase: str, names: set[str]) -> None:
    named = named_concepts(phrase)
    assert {each.name for each, is_named in zip(concepts(), named, strict=True) if is_named} == names


def test_what_is_named_is_wanted_and_its_opposite_is_not(wanted: Wanted) -> None:
    weights = wanted.weights("slow and sad")
    assert weights[concept("slow")] > 0.2
    assert weights[concept("fast")] < 0
    assert weights[concept("happy")] < 0
    assert np.abs(weights).sum() == pytest.approx(1)


def test_both_of_two_opposites_can_be_asked_for(wanted: Wanted) -> None:
    weights = wanted.weights("slow then fast")
    assert weights[concept("slow")] > 0
    assert weights[concept("fast")] > 0


@pytest.mark.parametrize(
    ("phrase", "best"),
    [
        ("fast aggressive heavy metal", "metal"),
        ("epic choir", "choir"),
        ("dreamy ambient space", "space"),
        ("relaxing acoustic guitar evening", "fingerpicking"),
        ("sad slow lonely strings", "elegy"),
        ("pumping techno club", "club"),
        ("brutal screaming anger", "metal"),
        ("floating through the cosmos", "space"),
        ("an energetic workout", "club"),
        ("gregorian chant", "choir"),
    ],
)
def test_phrases_find_what_sounds_like_them(
    phrase: str, best: str, ear: MusicnnEar, library: FloatMatrix
) -> None:
    scores = ear.score([phrase], library)[0]
    assert list(LIBRARY)[int(scores.argmax())] == best


def test_rows_are_standardised_and_independent(ear: MusicnnEar, library: FloatMatrix) -> None:
    scores = ear.score(["epic choir", "techno"], library)
    assert scores.shape == (2, len(library))
    np.testing.assert_allclose(scores.mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose(scores.std(axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(scores[1], ear.score(["techno"], library)[0], atol=1e-4)


def test_small_and_uniform_libraries_are_scored_too(ear: MusicnnEar, library: FloatMatrix) -> None:
    assert ear.score(["metal"], library[:1]).tolist() == [[0.0]]
    assert int(ear.score(["metal"], library[:3])[0].argmax()) == 0
    only_metal = library[6:26] * 0.1 + LIBRARY["metal"]
    only_metal[7] += sounding("slow", by=1.0)
    assert int(ear.score(["slow metal"], only_metal)[0].argmax()) == 7


def test_another_library_is_not_taken_for_the_last(ear: MusicnnEar, library: FloatMatrix) -> None:
    alone = ear.score(["choir"], library)
    ear.score(["choir"], library * 3 + 1)
    np.testing.assert_array_equal(ear.score(["choir"], library), alone)


def test_what_is_usual_moves_from_the_prior_to_the_library() -> None:
    few, many = (usual_in(np.full((count, 2), 4.0, np.float32)) for count in (3, 3000))
    assert few.mean[0] < 0.5
    assert many.mean[0] > 3.9
    assert many.deviation[0] < few.deviation[0]
