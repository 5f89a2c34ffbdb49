"""The exporter, on the published architecture with random weights, against the programs CLAP comes from."""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import onnx
import pytest
from onnx import numpy_helper

from clap_exports import INSIDE, SENTENCES, Environment, Exported, Note, Originals
from vibe_desktop.audio.clap_mel import log_mel, rounded
from vibe_desktop.audio.decode import read_windows
from vibe_desktop.domain import FloatMatrix, VibeError
from vibe_desktop.models.catalog import catalog
from vibe_desktop.models.clap import NAME, WINDOWS, ClapEar
from vibe_desktop.models.clap_towers import AUDIO_FILE, TEXT_FILE
from vibe_desktop.models.install import install
from vibe_desktop.models.installed import (
    MANIFEST,
    ModelDamaged,
    describe_files,
    read_manifest,
    write_manifest,
)
from vibe_desktop.models.self_test import examine
from vibe_desktop.progress import Progress

pytestmark = [pytest.mark.export, pytest.mark.timeout(1200)]

SAME = 0.9999
# 8 bits, of weights that were drawn; what they cost a network that learnt something is not known here.
INT8_AUDIO, INT8_TEXT = 0.99, 0.92
FORMS = ("laion", "transformers")


@pytest.fixture(scope="module", params=FORMS)
def form(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture(scope="module")
def ears(exported: Exported, tmp_path_factory: pytest.TempPathFactory) -> Iterator[dict[str, ClapEar]]:
    """Install every export as a person would, and return its ear."""
    models = {}
    for name, folder in exported.folders.items():
        for precision in ("fp32", "int8"):
            place = tmp_path_factory.mktemp("models")
            install(catalog()[NAME], place, Progress(), folder / precision)
            models[f"{name} {precision}"] = place
    shutil.rmtree(exported.folders["transformers"])  # no other test looks at it, and it is large
    yield {name: ClapEar(place) for name, place in models.items()}
    for place in models.values():
        shutil.rmtree(place)


def cosines(ours: FloatMatrix, theirs: FloatMatrix) -> FloatMatrix:
    assert ours.shape == theirs.shape
    products: FloatMatrix = (ours * theirs).sum(axis=1)
    return products


def test_htsat_base_is_exported_too(
    environment: Environment, checkpoints: Path, tmp_path: Path, note: Note
) -> None:
    """The first of all, as its checkpoint can then make room for what the others need."""
    arguments = ["--laion", checkpoints / "laion-base.pt", "--audio-model", "HTSAT-base"]
    arguments += ["--text-model", checkpoints / "roberta-base", "--precision", "fp32"]
    printed = environment.export(*arguments, "--into", tmp_path / "base")
    figures = [float(figure) for figure in re.findall(r"\| (\d\.\d{7}) \|", printed)]
    assert len(figures) == 4
    note("HTSAT-base, fp32: smallest cosine", min(figures))
    assert min(figures) >= SAME
    assert read_manifest(tmp_path / "base").settings["variant"] == "HTSAT-base"
    (checkpoints / "laion-base.pt").unlink()


def test_the_front_end_sees_what_both_originals_see(originals: Originals, note: Note) -> None:
    """Both in decibels. laion-clap's own rounding, in float32, shows where a frame is all but silent."""
    transformers, laion = originals.answers["transformers_mel"], originals.answers["laion_mel"]
    apart = np.abs(log_mel(originals.windows) - transformers)
    note("log-mel, transformers: largest difference in dB", apart.max())
    assert apart.max() <= 1e-4
    apart = np.abs(log_mel(rounded(originals.windows)) - laion)
    note("log-mel, laion-clap: largest difference in dB", apart.max())
    apart = apart[laion >= laion.max(axis=-1, keepdims=True) - 40]
    note("log-mel, laion-clap: 999 of 1,000 within 40 dB of the loudest", np.quantile(apart, 0.999))
    assert np.quantile(apart, 0.999) <= 1e-4
    assert apart.max() <= 0.01


def test_a_track_is_heard_as_laion_clap_hears_it(
    ears: dict[str, ClapEar], originals: Originals, track: Path
) -> None:
    """From the file, through everything the program does with it."""
    heard = ears["laion fp32"].hear(read_windows(os.fsencode(track), WINDOWS))
    assert heard.windows is not None
    assert len(heard.windows) == WINDOWS.count
    assert cosines(heard.windows, originals.answers["laion_audio"]).min() >= SAME


def test_windows_are_heard_as_the_original_hears_them(
    form: str, ears: dict[str, ClapEar], originals: Originals, note: Note
) -> None:
    windows = rounded(originals.windows) if form == "laion" else originals.windows
    for precision, least in (("fp32", SAME), ("int8", INT8_AUDIO)):
        heard = ears[f"{form} {precision}"].audio.embed(log_mel(windows))
        smallest = cosines(heard, originals.answers[f"{form}_audio"]).min()
        note(f"audio, {form}, {precision}: smallest cosine", smallest)
        assert smallest >= least


def test_sentences_are_read_as_the_original_reads_them(
    form: str, ears: dict[str, ClapEar], originals: Originals, note: Note
) -> None:
    for precision, least in (("fp32", SAME), ("int8", INT8_TEXT)):
        read = ears[f"{form} {precision}"].text.embed(SENTENCES)
        smallest = cosines(read, originals.answers[f"{form}_text"]).min()
        note(f"text, {form}, {precision}: smallest cosine", smallest)
        assert smallest >= least


def test_different_sounds_and_sentences_are_told_apart_so_that_agreeing_means_something(
    originals: Originals,
) -> None:
    for name in ("laion_audio", "laion_text", "transformers_audio", "transformers_text"):
        rows = originals.answers[name]
        assert ((rows @ rows.T)[np.triu_indices(len(rows), 1)]).mean() < SAME - 0.1, name


def test_sentences_read_together_and_padded_are_read_as_alone(exported: Exported) -> None:
    import onnxruntime

    file = exported.folders["laion"] / "fp32" / TEXT_FILE
    session = onnxruntime.InferenceSession(file, providers=["CPUExecutionProvider"])
    ids = np.full((2, 9), 1, np.int64)
    ids[0], ids[1, :4] = [0, *range(300, 307), 2], [0, 400, 401, 2]
    (together,) = session.run(None, {"input_ids": ids, "attention_mask": (ids != 1).astype(np.int64)})
    (alone,) = session.run(None, {"input_ids": ids[1:, :4], "attention_mask": np.ones((1, 4), np.int64)})
    np.testing.assert_allclose(together[1], alone[0], atol=1e-4)


def test_the_exporter_says_itself_how_well_it_did(exported: Exported) -> None:
    for form, printed in exported.printed.items():
        figures = [float(figure) for figure in re.findall(r"\| (\d\.\d{7}) \|", printed)]
        assert len(figures) == (8 if form == "laion" else 4)
        assert min(figures[: len(figures) // 2]) >= SAME


def test_networks_are_whole_and_say_where_they_come_from(exported: Exported, checkpoints: Path) -> None:
    from vibe_desktop.checksums import sha256_of

    for precision, most in (("fp32", 520_000_000), ("int8", 140_000_000)):
        folder = exported.folders["laion"] / precision
        assert {file.name for file in folder.iterdir()} == {AUDIO_FILE, TEXT_FILE, "tokenizer.json", MANIFEST}
        assert (folder / TEXT_FILE).stat().st_size < most
        manifest = read_manifest(folder)
        assert manifest.weights == {"laion-tiny.pt": sha256_of(checkpoints / "laion-tiny.pt")}
        assert manifest.settings == {
            "dimensions": 512,
            "max_length": 77,
            "variant": "HTSAT-tiny",
            "precision": precision,
        }


def test_checkpoints_that_are_no_good_are_refused(environment: Environment, checkpoints: Path) -> None:
    said = json.loads(environment.run(INSIDE / "refusals.py", environment.scripts, checkpoints))
    assert not said.pop("ran"), "a program in a checkpoint was run"
    assert said.pop("cosines") == {"longer": "1.0", "no number": "nan", "nothing": "nan"}
    for case, sentence in {
        "laion program": "holds something besides weights, so it was not opened: Unsupported global",
        "laion older": "holds something besides weights, so it was not opened: Unsupported operand",
        "torch of old": "torch 2.5.1 can be made to run what hides in a checkpoint; take 2.6 or newer",
        "laion truncated": "is damaged or no checkpoint",
        "laion noise": "so it was not opened",
        "laion numbers": "holds no weights of a model",
        "laion missing": "model: audio_branch.layers.2.blocks.5.mlp.fc1.weight is missing.",
        "laion base": "the weights are not those of this model: audio_branch.layers.2.blocks.6",
        "transformers missing": "model: text_projection.linear2.weight is missing.",
        "transformers fresh": "were never trained, or not loaded",
        "transformers cut": "is damaged or not a safetensors file",
        "transformers program": "holds no safetensors file",
        "transformers fused": "feature fusion",
        "transformers other": "window_size differ",
        "weights untouched": "were never trained, or not loaded: weight",
        "weights too many": "model: nothing asks for more.",
        "weights of another shape": "model: bias is (3,), not (2,).",
        "weights no numbers": "are no numbers: weight",
    }.items():
        assert sentence in said[case], (case, said[case])
        assert len(said[case]) < 800, "a wall of names helps nobody"
    assert said["transformers whole"] == ""


def test_nothing_is_left_of_an_export_that_failed(environment: Environment, tmp_path: Path) -> None:
    file, target = tmp_path / "broken.pt", tmp_path / "made"
    file.write_bytes(b"PK\x03\x04 not much of a checkpoint")
    done = environment.try_export("--laion", file, "--audio-model", "HTSAT-tiny", "--into", target)
    assert done.returncode == 1
    assert "broken.pt is damaged or no checkpoint" in done.stderr
    assert "Traceback" not in done.stderr
    assert list(tmp_path.iterdir()) == [file]


def test_exchanged_networks_are_refused(exported: Exported, tmp_path: Path) -> None:
    spoilt = copied(exported, tmp_path)
    audio, text = spoilt / AUDIO_FILE, spoilt / TEXT_FILE
    audio.rename(tmp_path / "other")
    text.rename(audio)
    (tmp_path / "other").rename(text)
    seal(spoilt)
    ear = installed(spoilt, tmp_path / "models")
    with pytest.raises(ModelDamaged, match="swapped"):
        ear.audio.embed(np.zeros((1, 1, 1001, 64), np.float32))
    with pytest.raises(ModelDamaged, match="swapped"):
        ear.text.embed(["piano"])


def test_cut_and_changed_files_are_not_installed(exported: Exported, tmp_path: Path) -> None:
    spoilt = copied(exported, tmp_path)
    whole = (spoilt / AUDIO_FILE).read_bytes()
    for broken in (whole[:-1000], whole[:1000] + b"\0" + whole[1001:]):
        (spoilt / AUDIO_FILE).write_bytes(broken)
        with pytest.raises(VibeError, match=AUDIO_FILE):
            install(catalog()[NAME], tmp_path / "models", Progress(), spoilt)
    assert not (tmp_path / "models" / NAME).exists()


def test_a_collapsed_network_fails_its_examination(exported: Exported, tmp_path: Path) -> None:
    """As when the last layer's bias drowns everything else."""
    spoilt = copied(exported, tmp_path)
    model = onnx.load(spoilt / AUDIO_FILE)
    (bias,) = [item for item in model.graph.initializer if item.name == "audio_projection.linear2.bias"]
    drowned = numpy_helper.to_array(bias) + np.float32(50)
    bias.CopyFrom(numpy_helper.from_array(drowned, bias.name))
    onnx.save(model, spoilt / AUDIO_FILE)
    seal(spoilt)
    ear = installed(spoilt, tmp_path / "models")
    verdict = examine(ear.audio, ear.text)
    assert not verdict.passed
    assert verdict.reason


def test_weights_that_never_learnt_fail_the_examination(ears: dict[str, ClapEar]) -> None:
    """The networks are whole and agree with the original, and still know nothing of music."""
    ear = ears["laion int8"]
    verdict = examine(ear.audio, ear.text)
    assert not verdict.passed
    assert verdict.reason


def copied(exported: Exported, tmp_path: Path) -> Path:
    return shutil.copytree(exported.folders["laion"] / "int8", tmp_path / "spoilt")


def seal(folder: Path) -> None:
    """Describe changed files as if they had been exported like that."""
    from dataclasses import replace

    write_manifest(folder, replace(read_manifest(folder), files=describe_files(folder)))


def installed(folder: Path, models: Path) -> ClapEar:
    install(catalog()[NAME], models, Progress(), folder)
    return ClapEar(models)
