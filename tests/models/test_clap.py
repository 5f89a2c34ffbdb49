"""CLAP as an ear, with a tiny model: what it hears, keeps and reads, and what it leaves alone."""

from __future__ import annotations

import gc
import json
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
import pytest

from tiny_clap import DIMENSIONS, Made, described, install_tiny_clap, piece, seal
from vibe_desktop.audio.clap_mel import WINDOW
from vibe_desktop.domain import Ear, FloatMatrix, FloatVector, Hearing, PhraseStore, SpaceKind
from vibe_desktop.models import clap_labels, clap_prompts
from vibe_desktop.models.clap import ClapEar
from vibe_desktop.models.clap_towers import TextTower
from vibe_desktop.models.installed import ModelDamaged, ModelMissing, open_model

PIECES = {"piano": 0, "cello": 2, "choir": 5, "metal": 14, "techno": 22, "noise": 32}


class Shelf:
    """Phrases kept in memory, and what was asked of it."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], FloatVector] = {}
        self.batches: list[int] = []

    def find(self, fingerprint: str, phrases: Sequence[str]) -> dict[str, FloatVector]:
        known = ((phrase, self.kept.get((fingerprint, phrase))) for phrase in phrases)
        return {phrase: vector for phrase, vector in known if vector is not None}

    def keep(self, fingerprint: str, vectors: Mapping[str, FloatVector]) -> None:
        self.batches.append(len(vectors))
        self.kept |= {(fingerprint, phrase): vector for phrase, vector in vectors.items()}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("models")
    install_tiny_clap(folder)
    return folder


@pytest.fixture(scope="module")
def ear(folder: Path) -> ClapEar:
    return ClapEar(folder)


@pytest.fixture(scope="module")
def windows() -> dict[str, FloatMatrix]:
    sounds = {name: piece(number, 22.0) for name, number in PIECES.items()}
    return {name: np.stack([sound[:WINDOW], sound[-WINDOW:]]) for name, sound in sounds.items()}


@pytest.fixture(scope="module")
def heard(ear: ClapEar, windows: dict[str, FloatMatrix]) -> dict[str, Hearing]:
    return {name: ear.hear(each) for name, each in windows.items()}


@pytest.fixture(scope="module")
def library(heard: dict[str, Hearing]) -> FloatMatrix:
    return np.stack([each.vector for each in heard.values()])


def counted(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that every prompt the text tower reads is added to."""
    read: list[str] = []
    embed = TextTower.embed

    def counting(self: TextTower, prompts: Sequence[str]) -> FloatMatrix:
        read.extend(prompts)
        return embed(self, prompts)

    monkeypatch.setattr(TextTower, "embed", counting)
    return read


# --- hearing


def test_it_is_an_ear_and_a_shelf_is_a_store(ear: ClapEar) -> None:
    as_ear: Ear = ear
    as_store: PhraseStore = Shelf()
    assert as_ear.windows.sample_rate * as_ear.windows.seconds == WINDOW
    assert as_store.find("x", ["y"]) == {}


def test_windows_are_kept_and_their_middle_stands_for_the_track(heard: dict[str, Hearing]) -> None:
    for hearing in heard.values():
        assert hearing.labels == ()
        assert hearing.windows is not None
        assert hearing.windows.shape == (2, DIMENSIONS)
        assert hearing.windows.dtype == hearing.vector.dtype == hearing.spread.dtype == np.float32
        middle = hearing.windows.mean(axis=0)
        np.testing.assert_allclose(np.linalg.norm(hearing.windows, axis=1), 1, atol=1e-6)
        np.testing.assert_allclose(hearing.vector, middle / np.linalg.norm(middle), atol=1e-6)
        np.testing.assert_allclose(hearing.spread, hearing.windows.std(axis=0), atol=1e-6)


def test_one_window_is_its_own_middle(ear: ClapEar, windows: dict[str, FloatMatrix]) -> None:
    hearing = ear.hear(windows["piano"][:1])
    assert hearing.windows is not None
    np.testing.assert_allclose(hearing.vector, hearing.windows[0], atol=1e-6)
    assert not hearing.spread.any()


def test_what_the_network_never_saw_is_not_shown_to_it(ear: ClapEar) -> None:
    """Sound below the last of 16 bits is rounded away, as when the network was trained."""
    tone = 0.3 * np.sin(np.arange(WINDOW) * 0.05)
    faint = 2e-5 * np.sin(np.arange(WINDOW) * 1.3)
    quiet = np.stack([np.zeros(WINDOW), faint]).astype(np.float32)
    first, second = (ear.hear(each[np.newaxis]).vector for each in quiet)
    np.testing.assert_array_equal(first, second)
    assert (ear.hear(tone[np.newaxis].astype(np.float32)).vector != first).any()


def test_hearing_takes_no_words_and_tells_nobody(folder: Path, tmp_path: Path, without_ci: None) -> None:
    program = (
        "import json, sys\n"
        "reached = []\n"
        "sys.addaudithook(lambda event, _: reached.append(event) if event.startswith('socket.') else None)\n"
        "from pathlib import Path\n"
        "import numpy as np\n"
        "from vibe_desktop.models.clap import ClapEar\n"
        "before = sorted(sys.modules)\n"
        "ear = ClapEar(Path(sys.argv[1]))\n"
        "ear.hear(np.random.default_rng(1).normal(0, 0.1, (1, 480000)).astype(np.float32))\n"
        "print(json.dumps([reached, before, sorted(sys.modules)]))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", program, str(folder)], capture_output=True, text=True, check=True, cwd=tmp_path
    )
    reached, before, after = json.loads(run.stdout)
    assert reached == []
    assert run.stderr == ""
    assert not {"onnxruntime", "tokenizers", "onnx", "av"} & set(before)
    assert "onnxruntime" in after
    assert not {"tokenizers", "onnx", "torch"} & set(after)


def test_nothing_is_read_before_it_is_needed(tmp_path: Path) -> None:
    ear = ClapEar(tmp_path)
    assert ear.windows.count == 6
    with pytest.raises(ModelMissing) as caught:
        _ = ear.space
    assert "models install clap" in caught.value.remedy


def test_the_space_follows_the_weights(ear: ClapEar, folder: Path, tmp_path: Path) -> None:
    assert ear.space == ClapEar(folder).space
    assert (ear.space.name, ear.space.kind, ear.space.dimensions) == ("clap", SpaceKind.EAR, DIMENSIONS)
    install_tiny_clap(tmp_path, Made.RANDOM)
    assert ClapEar(tmp_path).space.fingerprint != ear.space.fingerprint


def test_networks_of_no_use_are_refused(tmp_path: Path, windows: dict[str, FloatMatrix]) -> None:
    install_tiny_clap(tmp_path, Made.SWAPPED)
    ear = ClapEar(tmp_path)
    with pytest.raises(ModelDamaged, match="swapped"):
        ear.hear(windows["piano"])
    with pytest.raises(ModelDamaged, match="swapped"):
        ear.phrase_vectors(["piano"])


# --- words


@pytest.mark.parametrize("name", PIECES)
def test_each_piece_is_found_by_its_word(name: str, ear: ClapEar, library: FloatMatrix) -> None:
    scores = ear.score([name, f"some {name}, please"], library)
    assert scores.dtype == np.float32
    assert scores.shape == (2, len(PIECES))
    assert PIECES[name] in described(name)
    assert [list(PIECES)[number] for number in scores.argmax(axis=1)] == [name, name]


def test_rows_are_standardised_and_independent(ear: ClapEar, library: FloatMatrix) -> None:
    scores = ear.score(["choir", "techno"], library)
    np.testing.assert_allclose(scores.mean(axis=1), 0, atol=1e-5)
    np.testing.assert_allclose(scores.std(axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(scores[1], ear.score(["techno"], library)[0], atol=1e-5)
    assert ear.score([], library).shape == (0, len(library))
    assert ear.score(["choir"], library[:1]).tolist() == [[0.0]]


def test_a_passage_is_found_in_what_is_something_else_otherwise(
    ear: ClapEar, heard: dict[str, Hearing]
) -> None:
    of = {name: each.windows for name, each in heard.items() if each.windows is not None}
    mixed = np.concatenate([of["metal"], of["choir"], of["metal"], of["metal"]])
    scores = ear.score_passages(["choir", "noise"], [of["metal"], mixed, of["piano"]])
    assert scores.shape == (2, 3)
    assert int(scores[0].argmax()) == 1
    assert scores[0, 1] > scores[1, 1] + 1


def test_the_library_is_named(ear: ClapEar, library: FloatMatrix) -> None:
    names = [{label.name for label in labels} for labels in ear.name(library)]
    assert len(names) == len(PIECES)
    assert any("choir" in each for each in names[list(PIECES).index("choir")])
    assert any("cello" in each for each in names[list(PIECES).index("cello")])


def test_another_library_is_not_taken_for_the_last(ear: ClapEar, library: FloatMatrix) -> None:
    alone = ear.score(["choir"], library)
    other = np.ascontiguousarray(library[::-1])
    np.testing.assert_allclose(ear.score(["choir"], other), alone[:, ::-1], atol=1e-5)
    del other
    gc.collect()
    np.testing.assert_array_equal(ear.score(["choir"], library), alone)


def test_a_sentence_is_read_once(folder: Path, library: FloatMatrix, monkeypatch: pytest.MonkeyPatch) -> None:
    read = counted(monkeypatch)
    shelf = Shelf()
    ear = ClapEar(folder, shelf)
    first = ear.score(["calm piano", "metal"], library)
    assert set(read) == {
        *clap_prompts.neutral(), *clap_prompts.ensemble("calm piano"), *clap_prompts.ensemble("metal")
    }  # fmt: skip
    assert len(read) == len(set(read))
    read.clear()
    np.testing.assert_array_equal(ear.score(["calm piano", "metal"], library), first)
    np.testing.assert_array_equal(ClapEar(folder, shelf).score(["calm piano", "metal"], library), first)
    assert read == []


def test_long_readings_are_kept_as_they_go(folder: Path, library: FloatMatrix) -> None:
    shelf = Shelf()
    ClapEar(folder, shelf).name(library)
    sentences = {sentence for each in clap_labels.sentences() for sentence in each}
    assert sum(shelf.batches) == len(shelf.kept) == len(sentences | set(clap_prompts.neutral()))
    assert max(shelf.batches) <= 64


def test_another_text_network_shares_no_sentence(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    shelf = Shelf()
    first = ClapEar(folder, shelf).phrase_vectors(["piano"])
    install_tiny_clap(tmp_path, Made.RANDOM)
    second = ClapEar(tmp_path, shelf).phrase_vectors(["piano"])
    assert np.abs(first - second).max() > 0.01
    assert len({fingerprint for fingerprint, _ in shelf.kept}) == 2
    # The network for sound does not matter to words.
    install_tiny_clap(tmp_path)
    (tmp_path / "clap" / "audio.onnx").write_bytes(b"another")
    seal(tmp_path / "clap")
    assert open_model(tmp_path, "clap").fingerprint != open_model(folder, "clap").fingerprint
    read = counted(monkeypatch)
    np.testing.assert_array_equal(ClapEar(tmp_path, shelf).phrase_vectors(["piano"]), first)
    assert read == []


def test_phrases_are_the_middle_of_their_sentences(ear: ClapEar) -> None:
    phrase = "calm piano for a rainy evening"
    sentences = ear.sentence_vectors(clap_prompts.ensemble(phrase))
    assert len(sentences) > 1
    np.testing.assert_allclose(
        ear.phrase_vectors([phrase, phrase])[1], clap_prompts.pooled(sentences), atol=1e-6
    )
