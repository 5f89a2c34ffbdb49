"""Models that are missing, cut, changed or spoilt on their way; ears that answer with what is no number."""

from __future__ import annotations

import json
import math
import os
import shutil
import struct
from pathlib import Path

import numpy as np
import pytest

from audio_files import RATE, make_audio, tone
from hub import Hub, serving
from known import reasons
from music_folder import SONGS, make_music
from own_models import link_models
from program import Program, new_program
from sabotage import Sabotaged
from vibe_desktop.models.catalog import HubSource, catalog


def states(program: Program) -> dict[str, str]:
    return {model["name"]: model["state"] for model in program.json("models", "status")["models"]}


def flip(file: Path) -> None:
    content = bytearray(file.read_bytes())
    content[len(content) // 2] ^= 1
    file.write_bytes(content)


def cut(file: Path) -> None:
    os.truncate(file, file.stat().st_size // 2)


def test_fault_60_without_any_model_the_library_is_there_and_goes_on_when_one_comes(
    tmp_path: Path, models_folder: Path
) -> None:
    make_music(tmp_path / "music", seconds=1.0)
    program = new_program(tmp_path, None)

    assert "models install sbert" in program.complaint("index", tmp_path / "music").splitlines()[-1]

    assert program.json("library")["counts"]["tags_read"] == len(SONGS)
    assert f"{len(SONGS)} tracks saved" in program("export", tmp_path / "all.m3u8")
    assert "models install sbert" in program.complaint("queue", "metal")

    link_models(models_folder, program.profile / "models")
    report = program.json("index", "--no-listen")
    assert (report["read"], report["captioned"]) == (0, len(SONGS))


def test_fault_60_a_download_goes_on_where_it_broke_off_and_what_came_wrong_is_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = new_program(tmp_path, None)
    entry = catalog()["clap"]
    assert isinstance(entry.source, HubSource)
    hub = Hub({file.path: bytes(file.size) for file in entry.files}, entry.source.revision)
    with serving(hub, monkeypatch):
        hub.manner.cuts = [1_000_000] * 50
        assert "broke off" in program.complaint("models", "install", "clap")
        hub.manner.cuts = []
        hub.seen.clear()
        said = program.complaint("models", "install", "clap")

    assert "is not the published file" in said
    assert any(asked.startswith("bytes=") for asked in hub.ranges_asked())
    assert states(program)["clap"] == "missing"
    left = [path for path in program.profile.rglob("*") if path.is_file() and path.stat().st_size > 1_000_000]
    assert left == []


def test_fault_60_a_model_that_was_harmed_is_never_loaded_and_serves_again_when_mended(
    tmp_path: Path, models_folder: Path
) -> None:
    make_audio(tmp_path / "music" / "song.flac", signal=tone(4.0), title="Song")
    program = new_program(tmp_path, None)
    for name in ("sbert", "musicnn"):
        shutil.copytree(models_folder / name, program.profile / "models" / name)
    whole = models_folder / "musicnn" / "musicnn.onnx"
    network = program.profile / "models" / "musicnn" / "musicnn.onnx"
    for harm in (cut, flip):
        shutil.copy2(whole, network)
        harm(network)
        assert states(program)["musicnn"] == "damaged"

    report = program.json("index", tmp_path / "music")
    assert (report["captioned"], report["heard"], report["failed"]) == (1, 0, 0)
    assert "models install musicnn" in report["deaf"]

    shutil.copy2(whole, network)
    assert program.json("index")["heard"] == 1


def wave_of_floats(path: Path, *values: float) -> None:
    """Write four seconds of 32-bit floats: a tone in which every tenth sample is one of these, if any."""
    samples = tone(4.0).copy()
    for number, value in enumerate(values):
        samples[number :: 10 * len(values)] = value
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 3, 1, RATE, 4 * RATE, 4, 32)
    data = struct.pack("<4sI", b"data", samples.nbytes) + samples.tobytes()
    path.write_bytes(struct.pack("<4sI4s", b"RIFF", 4 + len(form) + len(data), b"WAVE") + form + data)


def test_fault_61_what_is_no_number_is_refused_before_it_is_kept(program: Program, tmp_path: Path) -> None:
    music = tmp_path / "music"
    for number in range(3):
        make_audio(
            music / f"good {number}.flac", signal=tone(4.0, 220.0 * (number + 1)), title=f"Good {number}"
        )
    for harm in ("nan", "zero", "infinite", "huge"):
        make_audio(music / f"ear {harm}.flac", signal=tone(4.0), title=f"Ear {harm}")
    make_audio(music / "silence.flac", signal=np.zeros(4 * RATE, np.float32), title="Silence")
    wave_of_floats(music / "nan.wav", math.nan)
    wave_of_floats(music / "infinite.wav", math.inf, -math.inf)
    wave_of_floats(music / "loud.wav", 1e30, -1e30)
    sabotaged = Sabotaged(program)

    report = sabotaged.json("index", music)

    found = reasons(sabotaged)
    assert {name for name, reason in found.items() if "no numbers that can be compared" in reason} == {
        f"ear {harm}.flac" for harm in ("nan", "zero", "infinite", "huge")
    }
    assert "silent" in found["silence.flac"]
    assert "not numbers" in found["nan.wav"]
    assert "not numbers" in found["infinite.wav"]
    assert report["heard"] == 4  # the good ones, and the loud one brought down to what can be played
    answer = sabotaged.json("queue", "20 songs of calm music", "--explain")
    scores = [score for entry in answer["entries"] for score in entry["evidence"].values()]
    assert scores
    assert all(math.isfinite(score) for score in scores)
    assert "NaN" not in json.dumps(answer)
    assert sabotaged.json("index")["heard"] == 0
