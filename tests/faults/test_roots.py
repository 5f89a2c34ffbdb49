"""Music folders that cannot be reached, are suddenly empty, break off, shrink or are removed."""

from __future__ import annotations

import os
import shutil
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ailing import on_ailing_disk
from audio_files import encode, make_audio, tone
from keeping import cherish, database, ids_by_path, kept, look, missing, rows
from program import Program, copied, new_program
from tag_writing import tag_file
from vibe_desktop.app import App
from vibe_desktop.paths import Profile

MANY = 60
QUICK = ("--no-listen", "--workers", "1")


@dataclass(frozen=True)
class Trouble:
    """A library all of whose folders failed at once, each in its way, and were whole again afterwards."""

    program: Program
    music: Path
    before: dict[str, Any]
    report: dict[str, Any]
    during: dict[str, Any]
    library: dict[str, Any]
    agreed: dict[str, Any]
    """what a second look told, at once after the first"""
    after: dict[str, Any]
    healed: dict[str, Any]
    """what the look told after all was whole again"""


def fill(music: Path) -> None:
    for number, name in enumerate(("unplugged/a", "unplugged/b", "emptied/a", "emptied/b")):
        make_audio(music / f"{name}.wav", signal=tone(0.2, 300.0 + 10 * number), title=name)
    for number, name in enumerate(
        ("dropped/1/a", "dropped/2/a", "dropped/2/b", "dropped/2/c", "dropped/3/a")
    ):
        make_audio(music / f"{name}.wav", signal=tone(0.2, 500.0 + 10 * number), title=name)
    content = encode("wav", tone(0.1))
    (music / "shrunk").mkdir()
    for number in range(MANY):
        path = music / "shrunk" / f"{number:02}.wav"
        path.write_bytes(content)
        tag_file(path, title=f"shrunk {number}")


@pytest.fixture(scope="module")
def trouble(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Trouble:
    folder = tmp_path_factory.mktemp("trouble")
    music, away = folder / "music", folder / "away"
    fill(music)
    program = new_program(folder, models_folder)
    roots = [music / name for name in ("unplugged", "emptied", "dropped", "shrunk")]
    program("index", *roots, *QUICK)
    cherish(program)
    before = rows(program)

    away.mkdir()
    for name in ("unplugged", "emptied", "shrunk"):
        (music / name).rename(away / name)
    for name in ("emptied", "shrunk"):
        (music / name).mkdir()
    (away / "shrunk" / "07.wav").rename(music / "shrunk" / "07.wav")
    ailing = on_ailing_disk(
        program, {music / "dropped" / "1": "ESTALE", music / "dropped" / "2": "breaks off"}
    )
    report = ailing.json("index", *QUICK)
    during, library = rows(program), program.json("library")
    agreed = ailing.json("index", *QUICK)
    assert rows(program) == during

    (away / "unplugged").rename(music / "unplugged")
    (music / "shrunk" / "07.wav").rename(away / "shrunk" / "07.wav")
    for name in ("emptied", "shrunk"):
        (music / name).rmdir()
        (away / name).rename(music / name)
    healed = program.json("index", *QUICK)
    return Trouble(program, music, before, report, during, library, agreed, rows(program), healed)


def online(trouble: Trouble) -> dict[str, bool]:
    return {Path(each["path"]).name: each["online"] for each in trouble.library["folders"]}


def test_fault_01_a_folder_that_is_not_mounted_is_offline_and_no_row_of_its_songs_changes(
    trouble: Trouble,
) -> None:
    assert str(trouble.music / "unplugged") in trouble.report["scan"]["offline"]
    assert not online(trouble)["unplugged"]
    assert trouble.during["track"] == trouble.before["track"]


def test_fault_02_a_mount_point_with_nothing_in_it_is_offline_too(trouble: Trouble) -> None:
    assert str(trouble.music / "emptied") in trouble.report["scan"]["offline"]
    assert not online(trouble)["emptied"]
    assert trouble.library["counts"]["offline"] == 4
    assert trouble.library["counts"]["missing"] == 0


def test_fault_03_a_share_that_drops_in_the_middle_of_a_look_costs_no_song(trouble: Trouble) -> None:
    dropped = {str(trouble.music / "dropped" / name) for name in "12"}
    assert set(trouble.report["scan"]["unreadable"]) == dropped
    assert online(trouble)["dropped"]
    assert trouble.report["scan"]["missing"] == 0
    assert trouble.library["counts"]["present"] == 5 + MANY


def test_fault_04_most_of_a_folder_vanishing_at_once_is_not_believed(trouble: Trouble) -> None:
    shrunk = {str(trouble.music / "shrunk"): MANY - 1}
    assert trouble.report["scan"]["held"] == shrunk
    assert trouble.agreed["scan"]["held"] == shrunk
    assert trouble.agreed["scan"]["missing"] == 0


def test_fault_01_and_all_others_are_over_when_the_disk_is_back(trouble: Trouble) -> None:
    assert trouble.after == {**trouble.before, "root": trouble.after["root"]}
    assert {(row[2], row[3]) for row in trouble.after["root"]} == {(1, 0)}  # online, and nothing held
    scan = trouble.healed["scan"]
    assert (scan["offline"], scan["held"], scan["unreadable"]) == ([], {}, [])
    assert [scan[name] for name in ("added", "changed", "moved", "missing")] == [0, 0, 0, 0]
    assert [trouble.healed[name] for name in ("read", "captioned", "embedded")] == [0, 0, 0]


def test_fault_04_what_is_still_gone_hours_later_or_by_the_persons_word_is_believed(
    trouble: Trouble, tmp_path: Path
) -> None:
    shrunk = trouble.music / "shrunk"
    before = kept(trouble.program)
    for path in sorted(shrunk.iterdir())[: MANY - 1]:
        path.rename(tmp_path / path.name)
    try:
        for agreeing in ("later", "by word"):
            program = copied(trouble.program, tmp_path / agreeing)
            look(program, shrunk)
            assert missing(program) == set()
            if agreeing == "later":
                db = database(program)
                db.run("UPDATE root SET held_at = held_at - 7200")
                db.close()
            look(program, shrunk, gone=agreeing == "by word")
            assert len(missing(program)) == MANY - 1
            assert kept(program) == before
    finally:
        for path in tmp_path.glob("*.wav"):
            path.rename(shrunk / path.name)


# --- Folders a person takes out ---


@pytest.fixture
def program(trouble: Trouble, tmp_path: Path) -> Program:
    """Return a program with a copy of the library as it was when all was whole again."""
    return copied(trouble.program, tmp_path)


def test_fault_13_a_removed_folder_is_hidden_and_comes_back_with_all_that_was_kept(
    trouble: Trouble, program: Program
) -> None:
    before = kept(program)

    said = program("forget", trouble.music / "emptied")

    assert "files are untouched" in said
    assert "until" not in said
    assert program.json("library")["counts"]["tracks"] == 5 + 2 + MANY
    assert kept(program) == before
    report = look(program, trouble.music / "emptied")
    assert (report.scan.found, report.scan.added, report.read) == (2, 0, 0)
    assert kept(program) == before


def test_fault_13_a_forgotten_folder_is_kept_for_sixty_days_and_then_nothing_of_it_is(
    trouble: Trouble, program: Program
) -> None:
    folder = trouble.music / "unplugged"
    ids = {track_id for path, track_id in ids_by_path(program).items() if path.parent == folder}
    program("forget", folder)
    assert "kept until" in program("forget", folder, "--for-good")
    look(program, trouble.music / "dropped")
    before = kept(program)
    assert ids <= set(before)

    db = database(program)
    db.run("UPDATE root SET delete_after = delete_after - 60 * 86400 WHERE delete_after IS NOT NULL")
    db.close()
    look(program, trouble.music / "dropped")

    assert kept(program) == {each: kept for each, kept in before.items() if each not in ids}
    left = rows(program)
    assert not any(row[2] in ids for row in left["playlist_entry"])
    assert {row[5] for row in left["playlist_entry"] if row[2] is None} == {"unplugged/a", "unplugged/b"}
    assert os.fsencode(folder) not in {row[1] for row in left["root"]}
    # Added again, its songs are new ones, and the playlist's lines lead to them.
    look(program, folder)
    assert not ids & set(ids_by_path(program).values())
    assert not [row for row in rows(program)["playlist_entry"] if row[2] is None]


def test_fault_13_who_thinks_again_within_sixty_days_loses_nothing(
    trouble: Trouble, program: Program
) -> None:
    before = kept(program)
    with App(Profile(program.profile)) as app:
        app.forget(trouble.music / "unplugged", for_good=True)
    look(program, trouble.music / "unplugged")
    db = database(program)
    assert db.run("SELECT count(*) FROM root WHERE delete_after IS NOT NULL") == [(0,)]
    db.close()
    assert kept(program) == before


def test_fault_13_songs_brought_to_another_disk_are_known_again_once_the_old_folder_is_removed(
    trouble: Trouble, program: Program, tmp_path: Path
) -> None:
    old, new = trouble.music / "emptied", tmp_path / "new disk"
    ids = {path.name: track_id for path, track_id in ids_by_path(program).items() if path.parent == old}
    before = kept(program)
    shutil.copytree(old, new)
    old.rename(tmp_path / "old disk")
    try:
        look(program, new)
        with App(Profile(program.profile)) as app:
            app.forget(old)
        report = look(program)
    finally:
        (tmp_path / "old disk").rename(old)
    assert report.moved == 2
    found = ids_by_path(program)
    assert {path.name: found[path] for path in found if path.parent == new} == ids
    assert kept(program) == before
