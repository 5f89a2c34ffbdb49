"""The examination of the full ear: what hears and reads passes, and nothing else does."""

from __future__ import annotations

import json
import math
import zlib
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray

from tiny_clap import Made, install_tiny_clap
from vibe_desktop.domain import Cancelled, FloatMatrix, VibeError
from vibe_desktop.models import self_test
from vibe_desktop.models.clap import NAME
from vibe_desktop.models.clap_towers import AudioTower, TextTower
from vibe_desktop.models.installed import InstalledModel, ModelDamaged, open_model
from vibe_desktop.models.self_test import (
    COLLAPSED,
    FEWEST_RIGHT,
    REMEDY,
    VERDICT_FILE,
    EarUnfit,
    Verdict,
    examine,
    forget_verdict,
    judge,
    likeness,
    matches,
    read_verdict,
    write_verdict,
)
from vibe_desktop.progress import Progress

KINDS = 4


def installed(folder: Path, made: Made = Made.TRAINED) -> InstalledModel:
    install_tiny_clap(folder, made)
    return open_model(folder, NAME)


def examined(model: InstalledModel) -> Verdict:
    return examine(AudioTower(model), TextTower(model))


def unit(rows: NDArray[np.floating]) -> FloatMatrix:
    of_length_1: FloatMatrix = (rows / np.linalg.norm(rows, axis=1, keepdims=True)).astype(np.float32)
    return of_length_1


class DrawnSound:
    """A network of random weights that tells sounds apart, and the more so the less alike they are."""

    def __init__(self, seed: int, dimensions: int = 512) -> None:
        self._weights = np.random.default_rng(seed).normal(size=(128, dimensions))

    def embed(self, mel: FloatMatrix) -> FloatMatrix:
        """Return a projection of how loud and how restless each band is."""
        level, unrest = mel[:, 0].mean(axis=1), mel[:, 0].std(axis=1)
        shape = level - level.mean(axis=1, keepdims=True)
        return unit(np.concatenate([shape, unrest], axis=1) @ self._weights)


class DrawnWords:
    """A network of random weights that tells words apart."""

    def __init__(self, seed: int, dimensions: int = 512) -> None:
        self._seed = seed
        self._dimensions = dimensions

    def embed(self, prompts: Sequence[str]) -> FloatMatrix:
        """Return the sum of each prompt's words, all of them drawn."""
        return unit(
            np.stack([sum(map(self._word, text.split()), np.zeros(self._dimensions)) for text in prompts])
        )

    def _word(self, word: str) -> NDArray[np.float64]:
        return np.random.default_rng([self._seed, zlib.crc32(word.encode())]).normal(size=self._dimensions)


class AlwaysTheSame:
    """A network that answers alike, and a little otherwise only by rounding."""

    def __init__(self, dimensions: int) -> None:
        self.dimensions = dimensions

    def embed(self, prompts: Sequence[str]) -> FloatMatrix:
        noise = np.random.default_rng(1).normal(size=(len(prompts), self.dimensions))
        return unit(1 + 1e-3 * noise)


def test_an_ear_that_hears_passes_with_room_to_spare(tmp_path: Path) -> None:
    verdict = examined(installed(tmp_path))
    assert verdict.passed
    assert verdict.reason == ""
    assert verdict.figures["kinds_recognised"] == KINDS
    assert verdict.figures["match_in_deviations"] > 1.5 * self_test.LEAST_MATCH
    assert verdict.figures["audio_likeness"] < COLLAPSED / 2


@pytest.mark.parametrize(
    ("made", "why"),
    [(Made.RANDOM, "does not match a piano"), (Made.COLLAPSED, "alike whatever it hears")],
)
def test_an_ear_that_does_not_is_refused_in_plain_words(tmp_path: Path, made: Made, why: str) -> None:
    verdict = examined(installed(tmp_path, made))
    assert not verdict.passed
    assert why in verdict.reason
    assert verdict.reason.endswith("so it is not used.")


@pytest.mark.parametrize("made", [Made.NO_NUMBERS, Made.SWAPPED])
def test_networks_that_cannot_be_used_at_all_are_damaged_not_unfit(tmp_path: Path, made: Made) -> None:
    with pytest.raises(ModelDamaged):
        examined(installed(tmp_path, made))


def test_a_network_for_words_that_answers_alike_is_refused(tmp_path: Path) -> None:
    model = installed(tmp_path)
    verdict = examine(AudioTower(model), AlwaysTheSame(int(model.settings["dimensions"])))
    assert not verdict.passed
    assert "alike whatever it reads" in verdict.reason


def test_good_networks_that_do_not_belong_together_are_refused(tmp_path: Path) -> None:
    model = installed(tmp_path)
    dimensions = int(model.settings["dimensions"])
    words, sound = DrawnWords(7, dimensions), DrawnSound(8, dimensions)
    for verdict in (examine(AudioTower(model), words), examine(sound, TextTower(model))):
        assert not verdict.passed
        assert "does not match" in verdict.reason


def test_drawn_networks_are_refused_however_often_they_are_drawn() -> None:
    """Drawn networks tell kinds apart, as these do: only the pairing of sound and words gives them away."""
    for seed in range(12):
        verdict = examine(DrawnSound(seed), DrawnWords(100 + seed))
        assert not verdict.passed
        assert "does not match" in verdict.reason


@pytest.mark.parametrize(("uneven", "plane"), [(0.0, False), (1.5, False), (0.0, True)])
def test_chance_does_not_pass_in_many_thousand_draws(uneven: float, plane: bool) -> None:  # noqa: FBT001
    """Kinds that differ much or little, or in two ways only, and all sharing more than they differ in."""
    rng = np.random.default_rng(3)
    right, passed = [], 0
    for _ in range(10_000):
        shape = np.exp(uneven * rng.normal(size=(2, KINDS, 1)))
        size = (2, KINDS, 2 if plane else 512)
        kinds = rng.normal(size=size) @ rng.normal(size=(2, 2, 512)) if plane else rng.normal(size=size)
        sounds, words = kinds * shape + 5 * rng.normal(size=(2, 1, 512))
        match = matches(sounds.astype(np.float32), words.astype(np.float32))
        right.append(int((match.argmax(axis=1) == np.arange(KINDS)).sum()))
        passed += judge(0.5, 0.3, match, 512).passed
    # Ranks alone would let one in twenty or so through; how well the kinds match does not.
    assert 0.03 < np.mean(np.array(right) >= FEWEST_RIGHT) < 0.1
    assert passed == 0


@pytest.mark.parametrize("mistaken", [False, True])
def test_an_ear_that_hears_only_fairly_passes_in_all_draws(mistaken: bool) -> None:  # noqa: FBT001
    """Matched kinds 0.2 above others in raw cosine, words in 8 bits, a band perhaps taken for a machine."""
    rng = np.random.default_rng(4)

    def drawn(*size: int) -> FloatMatrix:
        return unit(rng.normal(size=(*size, 512)))

    four_right = 0
    for _ in range(300):
        concepts = drawn(KINDS)
        heard = concepts.copy()
        if mistaken:
            heard[1] = 0.5 * concepts[1] + 0.7 * concepts[2]
        sounds, words = (
            unit(0.2**0.5 * each + 0.44**0.5 * drawn(KINDS) + 0.6 * drawn(1)) for each in (heard, concepts)
        )
        match = matches(sounds, unit(words + 0.3 * drawn(KINDS)))
        four_right += bool((match.argmax(axis=1) == np.arange(KINDS)).all())
        assert judge(0.5, 0.3, match, 512).passed
    # To demand all four would refuse many that hear.
    assert (four_right < 270) == mistaken


def test_one_kind_may_be_mistaken_and_no_more() -> None:
    match = np.eye(KINDS, dtype=np.float32)
    match[1] = match[0]
    assert judge(0.5, 0.3, match, 512).passed
    match[2] = match[0]
    assert not judge(0.5, 0.3, match, 512).passed


@pytest.mark.parametrize(("audio", "text"), [(math.nan, 0.3), (0.5, math.nan), (COLLAPSED, 0.3), (0.5, 1.0)])
def test_what_is_no_number_or_alike_never_passes(audio: float, text: float) -> None:
    assert not judge(audio, text, np.eye(KINDS, dtype=np.float32), 512).passed
    assert not judge(0.5, 0.3, np.full((KINDS, KINDS), np.nan, np.float32), 512).passed


def test_likeness_is_the_mean_cosine_of_pairs() -> None:
    rows = unit(np.array([[1.0, 0.0], [1.0, 0.0], [0.0, 1.0]]))
    assert likeness(rows) == pytest.approx(1 / 3)
    assert likeness(np.repeat(rows[:1], 5, axis=0)) == pytest.approx(1)


def test_rows_without_any_difference_match_nothing() -> None:
    alike = np.ones((KINDS, 8), np.float32)
    assert not matches(alike, np.eye(KINDS, 8, dtype=np.float32)).any()


def test_a_verdict_is_kept_for_this_model_and_this_examination(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    model = installed(tmp_path)
    assert read_verdict(model) is None
    verdict = Verdict(passed=False, reason="It is deaf.", figures={"match": 0.01})
    write_verdict(model, verdict)
    assert read_verdict(open_model(tmp_path, NAME)) == verdict
    other = replace(model, manifest=replace(model.manifest, weights={"audio": "0" * 64}))
    assert read_verdict(other) is None
    with monkeypatch.context() as patch:
        patch.setattr(self_test, "_VERSION", self_test._VERSION + 1)
        assert read_verdict(model) is None
    assert read_verdict(model) == verdict
    monkeypatch.setattr(self_test, "_runtime", lambda: "another version")
    assert read_verdict(model) is None
    write_verdict(model, verdict)
    forget_verdict(model)
    forget_verdict(model)
    assert not (model.folder / VERDICT_FILE).exists()


@pytest.mark.parametrize(
    "content",
    [
        "",
        "{",
        "[]",
        "null",
        "{}",
        '{"version": 1}',
        json.dumps({"version": 1, "fingerprint": "x", "passed": 1}),
    ],
)
def test_a_verdict_that_cannot_be_read_is_none(tmp_path: Path, content: str) -> None:
    model = installed(tmp_path)
    (model.folder / VERDICT_FILE).write_text(content, encoding="utf-8")
    assert read_verdict(model) is None


def test_a_verdict_must_be_whole(tmp_path: Path) -> None:
    model = installed(tmp_path)
    write_verdict(model, Verdict(passed=True, reason=""))
    document = json.loads((model.folder / VERDICT_FILE).read_text(encoding="utf-8"))
    for key, value in (("passed", "yes"), ("reason", None), ("more", 1)):
        (model.folder / VERDICT_FILE).write_text(json.dumps(document | {key: value}), encoding="utf-8")
        assert read_verdict(model) is None


def test_a_verdict_that_cannot_be_kept_is_given_again(tmp_path: Path) -> None:
    model = installed(tmp_path)
    elsewhere = replace(model, folder=tmp_path / "gone")
    write_verdict(elsewhere, Verdict(passed=True, reason=""))
    assert read_verdict(elsewhere) is None


def test_the_examination_tells_how_far_it_is_and_can_be_stopped(tmp_path: Path) -> None:
    model = installed(tmp_path)
    progress = Progress()
    examine(AudioTower(model), TextTower(model), progress)
    (stage,) = progress.stages()
    assert stage.done == stage.total
    progress.cancel()
    with pytest.raises(Cancelled):
        examine(AudioTower(model), TextTower(model), progress)


def test_an_unfit_ear_is_an_error_people_can_act_on() -> None:
    error = EarUnfit("CLAP is installed but deaf.", REMEDY)
    assert isinstance(error, VibeError)
    assert "models install clap" in error.remedy
