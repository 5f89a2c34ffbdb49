"""An installed model is used only as it was installed."""

from __future__ import annotations

import json
import os
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tiny_models import make_tiny_entry
from vibe_desktop.models.install import install
from vibe_desktop.models.installed import (
    MANIFEST,
    Manifest,
    ModelDamaged,
    ModelMissing,
    describe_files,
    open_model,
    write_manifest,
)
from vibe_desktop.models.status import ModelState, status
from vibe_desktop.progress import Progress


@pytest.fixture
def models(tmp_path: Path) -> Path:
    """Return a folder with the tiny encoder installed."""
    install(make_tiny_entry(tmp_path), tmp_path / "models", Progress(), tmp_path)
    return tmp_path / "models"


def change_one_bit(path: Path) -> None:
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_one_changed_bit_is_noticed(models: Path, name: str) -> None:
    change_one_bit(models / "sbert" / name)
    with pytest.raises(ModelDamaged, match=f"{name} is not the file that was installed") as caught:
        open_model(models, "sbert")
    assert caught.value.remedy == "Run `vibe-desktop models install sbert`."


@pytest.mark.parametrize("name", ["model.onnx", "tokenizer.json"])
def test_a_cut_or_vanished_file_is_noticed(models: Path, name: str) -> None:
    path = models / "sbert" / name
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(ModelDamaged):
        open_model(models, "sbert")
    path.unlink()
    with pytest.raises(ModelDamaged, match="cannot be read"):
        open_model(models, "sbert")


def test_a_copied_profile_is_hashed_once_and_then_trusted(models: Path) -> None:
    network = models / "sbert" / "model.onnx"
    before = json.loads((models / "sbert" / MANIFEST).read_text(encoding="utf-8"))
    os.utime(network, ns=(0, 1_000_000_000))
    assert open_model(models, "sbert").file("model.onnx") == network
    after = json.loads((models / "sbert" / MANIFEST).read_text(encoding="utf-8"))
    assert after["files"]["model.onnx"]["mtime_ns"] == network.stat().st_mtime_ns
    assert after["files"]["model.onnx"]["sha256"] == before["files"]["model.onnx"]["sha256"]


def test_a_model_that_is_not_there_is_missing_not_damaged(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing, match="is not installed") as caught:
        open_model(tmp_path / "nowhere", "musicnn")
    assert caught.value.remedy == "Run `vibe-desktop models install musicnn`."


def test_a_network_of_another_version_is_to_be_made_anew(models: Path) -> None:
    manifest = open_model(models, "sbert").manifest
    write_manifest(models / "sbert", replace(manifest, graph=0))
    with pytest.raises(ModelMissing, match="another version"):
        open_model(models, "sbert")


def test_an_exported_network_has_no_version_to_outgrow(models: Path) -> None:
    manifest = open_model(models, "sbert").manifest
    write_manifest(models / "sbert", replace(manifest, graph=None))
    assert open_model(models, "sbert").fingerprint != manifest.fingerprint


def test_only_the_models_own_files_are_given_out(models: Path) -> None:
    with pytest.raises(ModelDamaged, match="not part of it"):
        open_model(models, "sbert").file("../../library.sqlite3")


@pytest.mark.parametrize("name", ["../outside", "/etc/hostname", "C:\\outside", "..", "", "a\x00b"])
def test_a_manifest_cannot_name_a_file_elsewhere(models: Path, name: str) -> None:
    (models / "outside").write_bytes(b"not the model's")
    manifest = open_model(models, "sbert").manifest
    odd = {name: manifest.files["model.onnx"]}
    write_manifest(models / "sbert", replace(manifest, files=odd))
    with pytest.raises(ModelDamaged, match="makes no sense"):
        open_model(models, "sbert")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=8,
)
_FIELDS = ("format", "name", "title", "graph", "weights", "settings", "files")


@given(document=_JSON | st.fixed_dictionaries({field: _JSON | st.just(1) for field in _FIELDS}))
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_no_manifest_whatever_is_more_than_damage(tmp_path: Path, document: object) -> None:
    folder = tmp_path / "sbert"
    folder.mkdir(exist_ok=True)
    (folder / MANIFEST).write_text(json.dumps(document), encoding="utf-8")
    with pytest.raises((ModelDamaged, ModelMissing)):
        open_model(tmp_path, "sbert").file("model.onnx")


def test_a_cut_manifest_is_damage(models: Path) -> None:
    manifest = models / "sbert" / MANIFEST
    manifest.write_bytes(manifest.read_bytes()[:40])
    with pytest.raises(ModelDamaged, match="manifest cannot be read"):
        open_model(models, "sbert")


def test_whatever_moves_a_vector_moves_the_fingerprint(models: Path) -> None:
    manifest = open_model(models, "sbert").manifest
    others = [
        replace(manifest, weights={**manifest.weights, "model.safetensors": "0" * 64}),
        replace(manifest, graph=manifest.graph + 1 if manifest.graph else 7),
        replace(manifest, settings={**manifest.settings, "max_length": 128}),
    ]
    assert len({manifest.fingerprint, *(other.fingerprint for other in others)}) == 4
    assert replace(manifest, files={}).fingerprint == manifest.fingerprint


def test_status_says_ready_missing_and_damaged(models: Path) -> None:
    by_name = {line.name: line for line in status(models)}
    assert by_name["sbert"].state is ModelState.READY
    assert by_name["sbert"].size == sum(file.size for file in describe_files(models / "sbert").values())
    assert by_name["musicnn"].state is ModelState.MISSING
    assert by_name["musicnn"].remedy
    change_one_bit(models / "sbert" / "model.onnx")
    assert status(models)[0].state is ModelState.DAMAGED


def test_a_manifest_comes_back_as_it_was_written(tmp_path: Path) -> None:
    (tmp_path / "sbert").mkdir()
    (tmp_path / "sbert" / "model.onnx").write_bytes(b"network")
    written = Manifest(
        "sbert", "Own", None, {"a": "0"}, {"dimensions": 8}, describe_files(tmp_path / "sbert")
    )
    write_manifest(tmp_path / "sbert", written)
    assert open_model(tmp_path, "sbert").manifest == written
