"""The commands for models as a person types them: from a folder, from a hub, and gone again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from hub import Hub, serving, use_hub
from libraries import add_tracks
from own_models import link_models
from program import Program, new_program
from vibe_desktop.library.database import Database
from vibe_desktop.models.catalog import HubSource, catalog


@pytest.fixture
def program(tmp_path: Path, models_folder: Path) -> Program:
    """Return a program with the default models and a folder of its own for more."""
    program = new_program(tmp_path, None)
    link_models(models_folder, program.profile / "models")
    return program


def states(program: Program) -> dict[str, str]:
    return {model["name"]: model["state"] for model in program.json("models", "status")["models"]}


def test_an_ear_from_a_folder_comes_serves_and_goes(program: Program, stick: Path) -> None:
    assert states(program)["clap"] == "missing"
    assert "models install clap" in program("models", "status")
    assert "missing" not in program("doctor")

    assert program("models", "install", "clap", "--from", stick / "good").strip() == "Installed: CLAP."
    assert states(program) == {"sbert": "ready", "musicnn": "ready", "clap": "ready"}
    assert "Tiny CLAP" in program("models", "status")
    assert program.json("models", "status")["ear"]["name"] == "clap"

    gone = program.json("models", "remove", "clap", "--yes")
    assert gone["removed"] == "clap"
    assert gone["freed"] > 100_000
    assert states(program)["clap"] == "missing"
    assert not list((program.profile / "models").glob("clap*"))
    assert "not installed" in program.complaint("models", "remove", "clap", "--yes")


def test_an_ear_of_no_use_is_told_and_another_serves(program: Program, stick: Path) -> None:
    report = program.json("models", "install", "clap", "--from", stick / "collapsed")
    assert report["installed"] == ["clap"]
    assert "MusiCNN goes on listening" in report["notices"][0]
    assert states(program)["clap"] == "unfit"
    shown = program("models", "status")
    assert "answers alike" in shown
    assert "unfit" in shown
    assert program.json("models", "status")["ear"]["name"] == "musicnn"
    assert "answers alike" in program("doctor", code=1)


def test_an_ear_that_comes_to_a_library_tells_how_to_let_it_listen(program: Program, stick: Path) -> None:
    with closing(Database.open(program.profile / "library.sqlite3")) as db:
        add_tracks(db, 3)
    said = program("models", "install", "clap", "--from", stick / "good")
    assert said.splitlines() == [
        "Installed: CLAP.",
        "Let CLAP listen to 3 tracks of yours with: vibe-desktop index",
    ]


def test_nothing_is_removed_unless_someone_says_so(program: Program, stick: Path) -> None:
    shutil.copytree(stick / "good", program.profile / "models" / "clap")
    for arguments in ((), ("--json",)):
        result = program.run("models", "remove", "clap", *arguments)
        assert result.returncode == 1
        assert "--yes" in result.stdout + result.stderr
    assert "MB" in program.complaint("models", "remove", "clap")
    assert states(program)["clap"] == "ready"


@pytest.mark.skipif(sys.platform == "win32", reason="there are no pseudo-terminals")
@pytest.mark.parametrize(("answer", "stays"), [(b"n\n", True), (b"y\n", False)])
def test_a_person_is_asked(program: Program, stick: Path, answer: bytes, stays: bool) -> None:  # noqa: FBT001
    shutil.copytree(stick / "good", program.profile / "models" / "clap")
    here, there = os.openpty()
    os.write(here, answer)
    asked = subprocess.run(
        program.command("models", "remove", "clap"), stdin=there, capture_output=True, check=True, text=True
    )
    os.close(here)
    os.close(there)
    assert "Remove CLAP and free" in asked.stderr
    assert (program.profile / "models" / "clap").exists() == stays


def test_a_hub_that_sends_something_else_is_not_believed(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    entry = catalog()["clap"]
    assert isinstance(entry.source, HubSource)
    files = {file.path: b"Please log in to this network." for file in entry.files}
    with serving(Hub(files, entry.source.revision), monkeypatch) as hub:
        said = program.complaint("models", "install", "clap")
        assert len(hub.seen) == 2
    assert "onnx/audio_model_quantized.onnx is not the published file" in said
    assert entry.source.repository in said
    assert states(program)["clap"] == "missing"


def test_without_a_connection_the_way_by_hand_is_told(
    program: Program, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_hub(monkeypatch, "http://127.0.0.1:9")
    said = program.complaint("models", "install", "clap")
    assert "cannot be reached" in said
    assert "--from FOLDER" in said
    assert all(file.path in said for file in catalog()["clap"].files)
