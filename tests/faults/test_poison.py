"""Files that kill, hang or starve whoever opens them: each costs itself, twice at most, and then rests."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from audio_files import make_audio, tone
from known import reasons
from program import Program, copied, new_program
from sabotage import Sabotaged

GOOD = ("good one", "good two", "good three")

pytestmark = pytest.mark.skipif(os.name == "nt", reason="Windows has no such signals")


def fill(music: Path, *bad: str) -> Path:
    for number, name in enumerate((*GOOD, *bad)):
        make_audio(music / f"{name}.mp3", signal=tone(4.0, 300.0 + number), title=name)
    return music


@pytest.fixture(scope="module")
def poisoned(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> tuple[Sabotaged, Path]:
    """Return a program that met a file of every kind of poison once, and its music."""
    folder = tmp_path_factory.mktemp("poisoned")
    bad = ("tags abort", "tags hang", "tags hoard", "sound crash")
    music = fill(folder / "music", *bad)
    program = Sabotaged(new_program(folder, models_folder))
    report = program.json("index", music)
    assert (report["failed"], report["heard"]) == (len(bad), len(GOOD))
    return program, music


def test_fault_31_a_parser_that_never_returns_is_given_up_on(poisoned: tuple[Sabotaged, Path]) -> None:
    program, _ = poisoned

    assert "took too long" in reasons(program)["tags hang.mp3"]
    assert program.deeds()["tags hang"] == 2


def test_fault_31_a_parser_that_wants_all_memory_is_refused_it(poisoned: tuple[Sabotaged, Path]) -> None:
    assert "too much memory" in reasons(poisoned[0])["tags hoard.mp3"]


def test_fault_32_a_decoder_that_really_dies_costs_its_file_only(poisoned: tuple[Sabotaged, Path]) -> None:
    program, _ = poisoned

    found = reasons(program)
    assert set(found).isdisjoint(f"{name}.mp3" for name in GOOD)
    assert "stopped the reader twice" in found["tags abort.mp3"]
    assert "stopped the reader twice" in found["sound crash.mp3"]
    assert program.deeds()["sound crash"] == 2
    titles = {entry["title"] for entry in program.json("queue", "20 songs")["entries"]}
    assert titles >= {*GOOD, "sound crash"}  # what cannot be heard is still described, and may play


def test_fault_33_a_poison_file_is_not_opened_again_until_asked(
    poisoned: tuple[Sabotaged, Path], tmp_path: Path
) -> None:
    shared, music = poisoned
    program = Sabotaged(copied(shared, tmp_path))
    before = program.deeds()

    report = program.json("index")
    assert (report["read"], report["heard"], report["failed"]) == (0, 0, 0)
    assert program.deeds() == before

    for name in ("tags hang", "tags hoard"):  # replaced by whole ones: these are other files now
        make_audio(music / f"{name}.mp3", signal=tone(5.0)).rename(music / f"{name[5:]} no more.mp3")
    report = program.json("index", "--retry")
    assert (report["heard"], report["failed"]) == (2, 2)
    # Tags are read many at a time: a death among others is nobody's fault yet.
    assert program.deeds() - before == Counter({"tags abort": 3, "sound crash": 2})
    assert set(reasons(program)) == {"tags abort.mp3", "sound crash.mp3"}


def test_fault_33_a_file_that_takes_the_program_down_is_set_aside(program: Program, tmp_path: Path) -> None:
    sabotaged = Sabotaged(program)
    music = fill(tmp_path / "music", "tags topple")
    deaths = 0
    while sabotaged.run("index", music, "--no-listen", "--workers", "1").returncode:
        deaths += 1
        assert deaths < 10, "it never gets past that file"
        if deaths == 2:  # the others did not wait for it
            assert sabotaged.json("library")["counts"]["tags_read"] == len(GOOD)

    assert "stopped each time this file was open" in reasons(sabotaged)["tags topple.mp3"]
    assert sabotaged.deeds() == Counter({"tags topple": deaths})
