"""Which ear is chosen, and why."""

from pathlib import Path

import pytest

from vibe_desktop.domain import VibeError
from vibe_desktop.models.ears import choose_ear
from vibe_desktop.models.installed import ModelMissing
from vibe_desktop.models.sbert import SentenceEncoder


@pytest.mark.parametrize("wanted", ["auto", "musicnn"])
def test_the_installed_ear_is_taken(wanted: str, models_folder: Path) -> None:
    choice = choose_ear(models_folder, SentenceEncoder(models_folder), wanted)
    assert choice.ear is not None
    assert choice.ear.space.name == "musicnn"
    assert "MusiCNN" in choice.reason


def test_without_a_model_there_is_no_ear_but_a_way_out(tmp_path: Path) -> None:
    choice = choose_ear(tmp_path, SentenceEncoder(tmp_path))
    assert choice.ear is None
    assert "models install musicnn" in choice.reason


def test_an_ear_asked_for_by_name_must_be_there(tmp_path: Path) -> None:
    with pytest.raises(ModelMissing):
        choose_ear(tmp_path, SentenceEncoder(tmp_path), "musicnn")


def test_no_ear_can_be_asked_for(models_folder: Path) -> None:
    assert choose_ear(models_folder, SentenceEncoder(models_folder), "none").ear is None


def test_other_names_are_told_apart(tmp_path: Path) -> None:
    with pytest.raises(VibeError, match="no ear called") as caught:
        choose_ear(tmp_path, SentenceEncoder(tmp_path), "bat")
    assert "musicnn" in caught.value.remedy
