"""Which ear is chosen, and why."""

from __future__ import annotations

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from own_models import link_models
from tiny_clap import Made, install_tiny_clap
from vibe_desktop.domain import VibeError
from vibe_desktop.models.clap import NAME, ClapEar
from vibe_desktop.models.clap_towers import AUDIO_FILE
from vibe_desktop.models.ears import EarChoice, choose_ear
from vibe_desktop.models.installed import MANIFEST, ModelDamaged, ModelMissing
from vibe_desktop.models.sbert import SentenceEncoder
from vibe_desktop.models.self_test import VERDICT_FILE, EarUnfit


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder of models with nothing but a CLAP that hears, never examined."""
    folder = tmp_path_factory.mktemp("clap")
    install_tiny_clap(folder)
    return folder


@pytest.fixture
def models(made: Path, models_folder: Path, tmp_path: Path) -> Path:
    """Return a folder with MusiCNN, and CLAP to be spoilt."""
    folder = tmp_path / "models"
    shutil.copytree(made, folder)
    link_models(models_folder, folder)
    return folder


def chosen(folder: Path, wanted: str = "auto", *, try_out: bool = True) -> EarChoice:
    return choose_ear(folder, SentenceEncoder(folder), wanted, try_out=try_out)


def names(choice: EarChoice) -> list[str]:
    return [ear.space.name for ear in choice.ears]


def install(folder: Path, made: Made) -> None:
    shutil.rmtree(folder / NAME)
    install_tiny_clap(folder, made)


@pytest.mark.parametrize("wanted", ["auto", "musicnn"])
def test_the_installed_ear_is_taken(wanted: str, models: Path) -> None:
    shutil.rmtree(models / NAME)
    choice = chosen(models, wanted)
    assert names(choice) == ["musicnn"]
    assert "MusiCNN" in choice.reason


def test_clap_is_taken_before_musicnn_which_serves_what_it_has_not_heard(models: Path) -> None:
    choice = chosen(models)
    assert names(choice) == ["clap", "musicnn"]
    assert choice.reason == "CLAP is the best ear there is, and it is installed."


def test_clap_needs_no_other(made: Path) -> None:
    assert names(chosen(made)) == ["clap"]


@pytest.mark.parametrize("wanted", ["clap", "musicnn"])
def test_an_ear_asked_for_by_name_serves_alone(wanted: str, models: Path) -> None:
    choice = chosen(models, wanted)
    assert names(choice) == [wanted]
    assert choice.reason.endswith("was asked for.")


@pytest.mark.parametrize("kind", [Made.RANDOM, Made.COLLAPSED])
def test_an_ear_that_cannot_tell_sounds_never_serves(kind: Made, models: Path) -> None:
    install(models, kind)
    choice = chosen(models)
    assert names(choice) == ["musicnn"]
    assert choice.reason.startswith("CLAP is installed but ")
    assert choice.reason.endswith("MusiCNN goes on listening.")
    assert (models / NAME / VERDICT_FILE).exists()
    assert names(chosen(models, try_out=False)) == ["musicnn"]  # examined once, it is known
    with pytest.raises(EarUnfit, match="it is not used"):
        chosen(models, "clap")


@pytest.mark.parametrize("kind", [Made.NO_NUMBERS, Made.SWAPPED])
def test_networks_that_are_none_are_passed_over_with_the_reason(kind: Made, models: Path) -> None:
    install(models, kind)
    choice = chosen(models)
    assert names(choice) == ["musicnn"]
    assert "CLAP" in choice.reason
    assert choice.reason.endswith("MusiCNN goes on listening.")
    with pytest.raises(EarUnfit):
        chosen(models, "clap")


def test_a_damaged_clap_is_passed_over_with_the_reason_and_the_way_out(models: Path) -> None:
    chosen(models)
    with (models / NAME / AUDIO_FILE).open("ab") as file:
        file.write(b"more")
    choice = chosen(models)
    assert names(choice) == ["musicnn"]
    assert f"{AUDIO_FILE} is not the file that was installed" in choice.reason
    assert "models install clap" in choice.reason
    with pytest.raises(ModelDamaged):
        chosen(models, "clap")


@pytest.mark.parametrize("dimensions", [None, 0, "many"])
def test_a_manifest_that_does_not_say_enough_is_damage(dimensions: object, models: Path) -> None:
    manifest = models / NAME / MANIFEST
    document = json.loads(manifest.read_text(encoding="utf-8"))
    document["settings"] = {} if dimensions is None else document["settings"] | {"dimensions": dimensions}
    manifest.write_text(json.dumps(document), encoding="utf-8")
    choice = chosen(models)
    assert names(choice) == ["musicnn"]
    assert "does not say its dimensions" in choice.reason


def test_an_unfit_ear_without_another_is_named_as_the_reason(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    shutil.copytree(made, folder)
    install(folder, Made.RANDOM)
    choice = chosen(folder)
    assert choice.ear is None
    assert "so it is not used" in choice.reason
    assert "MusiCNN" not in choice.reason


def test_choosing_alone_loads_no_network_and_tries_nothing_out(made: Path, tmp_path: Path) -> None:
    folder = tmp_path / "models"
    shutil.copytree(made, folder, ignore=shutil.ignore_patterns(VERDICT_FILE))
    ask = (
        "import sys; from pathlib import Path; from vibe_desktop.models.ears import choose_ear;"
        "from vibe_desktop.models.sbert import SentenceEncoder;"
        "folder = Path(sys.argv[1]); choice = choose_ear(folder, SentenceEncoder(folder));"
        "heavy = {'onnxruntime', 'av', 'usearch', 'onnx', 'tokenizers'} & {*sys.modules};"
        "print(choice.ear.space.name, *heavy)"
    )
    said = subprocess.run([sys.executable, "-c", ask, folder], capture_output=True, check=True, text=True)
    assert said.stdout == "clap\n"
    assert not (folder / NAME / VERDICT_FILE).exists()


def test_an_ear_in_use_was_tried_out_first(models: Path) -> None:
    assert isinstance(chosen(models, try_out=False).ear, ClapEar)
    install(models, Made.RANDOM)
    assert isinstance(chosen(models, try_out=False).ear, ClapEar)
    assert not isinstance(chosen(models, try_out=True).ear, ClapEar)


def test_without_a_model_there_is_no_ear_but_a_way_out(tmp_path: Path) -> None:
    choice = chosen(tmp_path)
    assert choice.ear is None
    assert choice.ears == ()
    assert "models install musicnn" in choice.reason


@pytest.mark.parametrize("wanted", ["musicnn", "clap"])
def test_an_ear_asked_for_by_name_must_be_there(wanted: str, tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        chosen(tmp_path, wanted)


def test_no_ear_can_be_asked_for(models_folder: Path) -> None:
    assert chosen(models_folder, "none").ear is None


def test_other_names_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(VibeError, match="no ear called") as caught:
        chosen(tmp_path, "bat")
    assert "clap, musicnn" in caught.value.remedy
