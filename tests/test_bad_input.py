"""What a person can get wrong and a file can hold: one kind sentence each, and nothing is lost."""

from __future__ import annotations

import json
import os
import shutil
from pathlib import Path

import pytest

from audio_files import make_audio
from music_folder import make_music
from program import Program, copied, new_program, without_privileges
from vibe_desktop.library.walk import AUDIO

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows has no such names, pipes or limits")

ESCAPES = "\x1b[31mRed\x1b]0;taken over\x07 [bold]Loud[/bold] :smile: \u202edlo\u2066"


@pytest.fixture(scope="module")
def listener(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Program:
    """Return a program whose library was described but not heard; its music lies beside its profile."""
    folder = tmp_path_factory.mktemp("listener")
    make_music(folder / "music", seconds=1.0)
    program = new_program(folder, models_folder)
    program("index", folder / "music", "--no-listen")
    return program


@pytest.fixture
def ordinary(program: Program) -> Program:
    """Return a program that runs with the rights of an ordinary person, also where the tests run as root."""
    return Program(program.profile, without_privileges())


# --- Folders ---


def test_a_file_in_place_of_a_folder_is_named(program: Program, tmp_path: Path) -> None:
    song = make_audio(tmp_path / "song.mp3")

    assert "is a file, not a folder" in program.complaint("index", song)
    assert "There is no folder" in program.json("index", tmp_path / "nowhere", code=1)["error"]["message"]
    assert "There is no folder" in program.complaint("index", "~nobody-of-that-name")


def test_one_folder_that_is_missing_keeps_the_others_out(program: Program, tmp_path: Path) -> None:
    make_audio(tmp_path / "music" / "song.mp3")

    program.complaint("index", tmp_path / "music", tmp_path / "nowhere")

    assert program.json("library")["folders"] == []


def test_a_folder_that_may_not_be_read_is_named(ordinary: Program, tmp_path: Path) -> None:
    make_audio(tmp_path / "locked" / "song.mp3")
    (tmp_path / "locked").chmod(0)

    assert "cannot be read" in ordinary.complaint("index", tmp_path / "locked")


def test_what_may_not_be_read_inside_a_folder_costs_itself_only(ordinary: Program, tmp_path: Path) -> None:
    music = tmp_path / "music"
    make_audio(music / "open.mp3", title="Open")
    make_audio(music / "closed.mp3", title="Closed").chmod(0)
    make_audio(music / "shut" / "song.mp3")
    (music / "shut").chmod(0)

    said = ordinary("index", music, "--no-listen")

    assert f"{music / 'shut'} cannot be looked into" in said
    assert "1 could not be used" in said
    [failure] = ordinary.json("library")["failures"]
    assert (failure["path"], "permissions" in failure["reason"]) == (str(music / "closed.mp3"), True)
    assert [entry["title"] for entry in ordinary.json("queue", "5 songs")["entries"]] == ["Open"]


# --- Files ---


@POSIX
def test_things_that_only_look_like_music_stop_nothing(program: Program, tmp_path: Path) -> None:
    music = tmp_path / "music"
    whole = make_audio(music / "good.flac", title="Good").read_bytes()
    make_audio(music / "folder.mp3" / "inside.ogg", title="Inside")
    os.mkfifo(music / "pipe.mp3")
    (music / "loop").symlink_to(music, target_is_directory=True)
    (music / "broken.mp3").symlink_to(music / "nothing")
    (music / "empty.mp3").touch()
    (music / "page.mp3").write_text("<html>not found</html>", encoding="utf-8")
    (music / "half.flac").write_bytes(whole[: len(whole) // 2])
    (music / "head.flac").write_bytes(whole[:60])
    for number, ending in enumerate(sorted(AUDIO)):
        (music / f"noise.{ending.decode()}").write_bytes(os.urandom(4000 + number))

    report = program.json("index", music)

    assert report["scan"]["skipped"] == 2  # the pipe and the broken link
    assert report["read"] + report["failed"] >= report["scan"]["found"]
    reasons = {
        Path(failure["path"]).name: failure["reason"] for failure in program.json("library")["failures"]
    }
    assert {"empty.mp3", "page.mp3"} <= set(reasons)
    assert all(reason.endswith(".") and "unforeseen" not in reason for reason in reasons.values())
    assert {"good.flac", "inside.ogg"}.isdisjoint(reasons)
    again = program.json("index", music)
    assert (again["read"], again["failed"], again["heard"]) == (0, 0, 0)


def test_huge_tags_and_covers_are_taken_in_stride(program: Program, tmp_path: Path) -> None:
    music = tmp_path / "music"
    for kind in ("mp3", "m4a", "flac"):
        megabytes = 12 if kind == "flac" else 50  # a FLAC picture cannot be larger than 16
        make_audio(music / f"cover.{kind}", title=f"Cover {kind}", cover=os.urandom(megabytes << 20))
    make_audio(
        music / "long.flac",
        title="Long\0and parted",
        comment="x" * 3_000_000,
        lyrics="la " * 1_000_000,
        genres=["g" * 200_000] * 20,
    )

    report = program.json("index", music)

    assert (report["read"], report["heard"], report["failed"]) == (4, 4, 0)
    [shown] = program.json("show", "Cover flac")
    assert shown["tags"]["has_cover"]
    assert len(program("show", "Long")) < 50_000
    assert "\0" not in program("show", "Long")


def test_tags_and_folders_cannot_steer_a_terminal(program: Program, tmp_path: Path) -> None:
    music = tmp_path / "mu[red]sic"
    song = make_audio(
        music / "a.mp3", title=ESCAPES, artist="[link=file:///x]Click[/link]\r\nNext", genres="Folk"
    )
    program("index", music, "--no-listen")
    file = tmp_path / "[bold]list.m3u8"

    printed = [
        program("queue", "folk", "--explain", "--export", file),
        program("show", song),
        program("library"),
        program("export", tmp_path / "[bold]all.csv"),
    ]

    assert "[bold]Loud[/bold] :smile:" in printed[0]
    assert f"Saved to {file}" in printed[0]
    assert "[bold]all.csv" in printed[3]
    for text in printed:
        assert {char for char in text if not char.isprintable()} <= {"\n"}
    # The playlist keeps to its lines too.
    assert len(file.read_text(encoding="utf-8").splitlines()) == 4


@POSIX
def test_names_that_are_no_text_survive_everywhere(program: Program, tmp_path: Path) -> None:
    name = os.fsencode(tmp_path / "music") + b"/caf\xe9\nsecond\x1b[2J line #1.mp3"
    (tmp_path / "music").mkdir()
    make_audio(tmp_path / "song.mp3", genres="Folk").rename(os.fsdecode(name))
    file = tmp_path / "list.m3u8"

    program("index", tmp_path / "music", "--no-listen")

    [entry] = program.json("queue", "folk", "--export", file)["entries"]
    assert os.fsencode(entry["path"]) == name
    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[-1].startswith("file:///")
    assert lines[-1].endswith("/caf%E9%0Asecond%1B%5B2J%20line%20%231.mp3")
    assert len(lines) == 4
    assert "caf? second [2J line #1.mp3" in program("queue", "folk")
    assert program.json("show", name)[0]["id"] == entry["id"]
    assert "No track matches" in program.complaint("show", b"\xff\xfe")
    assert isinstance(program.json("queue", b"\xff sad")["entries"], list)
    for ending in ("csv", "json", "m3u8"):
        assert "1 track saved" in program("export", tmp_path / f"all.{ending}")


@pytest.mark.parametrize("encoding", ["ascii", "cp1252"])
def test_a_terminal_that_knows_few_letters_shows_what_it_can(listener: Program, encoding: str) -> None:
    program = Program(listener.profile, environment={"PYTHONIOENCODING": encoding})

    result = program.run_bytes("queue", "heavy metal")

    assert result.returncode == 0, result.stderr
    assert b"Anvil" in result.stdout


# --- What is typed ---


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["queue"], "Missing argument"),
        (["queue", "rain", "--length", "0"], "--length"),
        (["queue", "rain", "--minutes", "nan"], "--minutes"),
        (["queue", "rain", "--seed", "-1"], "--seed"),
        (["queue", "rain", "--louder"], "--louder"),
        (["dance"], "dance"),
    ],
)
def test_a_command_that_cannot_be_read_says_where(
    listener: Program, arguments: list[str], expected: str
) -> None:
    assert expected in listener.complaint(*arguments, code=2)
    assert expected in listener.json(*arguments, code=2)["error"]["message"]


@pytest.mark.parametrize("years", ["99999999999999999999", "-5", "1980-99999"])
def test_years_beyond_any_calendar_are_explained(listener: Program, years: str) -> None:
    assert "span of years" in listener.complaint("queue", "rain", f"--year={years}")


def test_a_file_that_cannot_be_saved_is_named(listener: Program, tmp_path: Path) -> None:
    song = make_audio(tmp_path / "song.mp3")
    for ending in ("m3u8", "csv", "json"):
        assert "could not be saved" in listener.complaint("export", song / f"all.{ending}")
        assert "could not be saved" in listener.complaint("export", tmp_path / "nowhere" / f"all.{ending}")
    assert "could not be saved" in listener.complaint("queue", "metal", "--export", song / "list.m3u8")
    assert "ends in nothing" in listener.complaint("export", tmp_path)
    assert sorted(tmp_path.iterdir()) == [song]


def test_version_and_help_need_no_command(program: Program) -> None:
    assert program("--version").startswith("vibe-desktop ")
    assert "queue" in program("--help")
    assert "install" in program.run("models").stdout


# --- The library and the profile ---


def bytes_of_another_program(folder: Path) -> bytes:
    import sqlite3

    with sqlite3.connect(folder / "other") as other:
        other.execute("CREATE TABLE track (name)")
    other.close()
    return (folder / "other").read_bytes()


def put_in_its_place(program: Program, kind: str, folder: Path) -> bytes:
    """Write what is no library where the library lies; return it."""
    content = b"Dear diary, " * 1000 if kind == "text" else bytes_of_another_program(folder)
    (program.profile / "library.sqlite3").write_bytes(content)
    return content


@pytest.mark.parametrize("kind", ["text", "another program's"])
def test_what_is_no_library_is_left_as_it_is(listener: Program, tmp_path: Path, kind: str) -> None:
    program = copied(listener, tmp_path)
    shutil.rmtree(program.profile / "copies", ignore_errors=True)
    content = put_in_its_place(program, kind, tmp_path)
    expected = "is not a Vibe Desktop library"

    for command in (["queue", "metal"], ["index"], ["library"], ["export", str(tmp_path / "all.csv")]):
        assert expected in program.complaint(*command)
    assert expected in program.json("queue", "metal", code=1)["error"]["message"]
    [finding] = [each for each in program.json("doctor", code=1) if each["subject"] == "library"]
    assert expected in finding["seen"]
    assert (program.profile / "library.sqlite3").read_bytes() == content


@pytest.mark.parametrize("kind", ["text", "another program's"])
def test_where_a_copy_is_kept_it_takes_the_place_of_what_is_no_library(
    listener: Program, tmp_path: Path, kind: str
) -> None:
    program = copied(listener, tmp_path)
    assert list((program.profile / "copies").iterdir())
    before = program.json("library")["counts"]
    content = put_in_its_place(program, kind, tmp_path)

    said = program.run("library", "--json")

    assert "has been restored" in said.stderr
    counts = json.loads(said.stdout)["counts"]
    assert (counts["tracks"], counts["tags_read"]) == (before["tracks"], before["tags_read"])
    [aside] = program.profile.glob("library.sqlite3.damaged-*")
    assert aside.read_bytes() == content


def test_a_profile_that_is_a_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")

    for command in (["queue", "metal"], ["models", "status"], ["index", str(tmp_path)]):
        assert "is not a folder" in Program(tmp_path / "file").complaint(*command)
    assert Program(tmp_path / "file").json("library", code=1)["error"]["remedy"]
    assert "cannot be made" in Program(tmp_path / "file" / "below").complaint("library")
    findings = Program(tmp_path / "file" / "below").json("doctor", code=1)
    assert not next(each for each in findings if each["subject"] == "profile")["well"]


def test_a_profile_that_may_not_be_written_is_named(
    ordinary: Program, listener: Program, tmp_path: Path
) -> None:
    shutil.copytree(listener.profile, tmp_path / "fixed", symlinks=True)
    for file in (tmp_path / "fixed").glob("*.*"):
        file.chmod(0o444)
    (tmp_path / "fixed").chmod(0o555)
    program = Program(tmp_path / "fixed", ordinary.before)

    assert program.json("queue", "metal")["entries"]
    assert "cannot be written" in program.complaint("index")
    assert "opened for writing" in program.json("show", "Anvil", "--caption", "x", code=1)["error"]["message"]
    findings = {each["subject"]: each["well"] for each in program.json("doctor", code=1)}
    assert (findings["profile"], findings["library"], findings["model sbert"]) == (False, False, True)

    (tmp_path / "fixed").chmod(0)
    assert "cannot be read" in program.complaint("models", "status")
