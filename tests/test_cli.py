"""The program as a person runs it: commands in, sentences, JSON and exit codes out."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from filelock import FileLock

from audio_files import make_audio, tone
from music_folder import SONGS, make_music
from program import Program, copied, new_program


@pytest.fixture(scope="module")
def listener(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Program:
    """Return a program whose library is indexed; tests here leave it as it is."""
    folder = tmp_path_factory.mktemp("listener")
    make_music(folder / "music")
    program = new_program(folder, models_folder)
    report = program.json("index", folder / "music")
    assert (report["read"], report["heard"]) == (len(SONGS), len(SONGS))
    return program


def test_a_mood_gives_a_queue_with_reasons(listener: Program) -> None:
    shown = listener("queue", "fast aggressive heavy metal", "--length", "2")

    assert "Anvil" in shown or "Furnace" in shown
    assert "by words" in shown


def test_what_a_mood_sounds_like_is_told_in_one_line_where_it_counts(listener: Program) -> None:
    first, *rest = listener("queue", "coding", "--length", "2").splitlines()
    assert first.startswith("Sounds like: ")
    assert 1 <= len(first.split(", ")) <= 5
    assert not any("Sounds like" in line for line in rest)
    assert "Sounds like" not in listener("queue", "coding", "--mode", "text")
    assert "Sounds like" not in listener("queue", "45 minutes")


def test_a_queue_as_json_tells_all_that_is_known_of_each_entry(listener: Program) -> None:
    answer = listener.json("queue", "heavy metal", "--length", "3", "--explain")

    first = answer["entries"][0]
    assert first["title"] in ("Anvil", "Furnace")
    assert Path(first["path"]).is_file()
    assert [entry["rank"] for entry in answer["entries"]] == list(range(1, len(answer["entries"]) + 1))
    for field in ("artist", "album", "seconds", "caption", "keywords", "heard", "reason", "evidence"):
        assert first[field], field
    assert first["caption_rank"] >= 1
    assert first["ear_rank"] >= 1
    assert answer["ear"]["name"] == "musicnn"


@pytest.mark.parametrize("mode", ["fusion", "classic", "text", "ear"])
def test_a_mode_answers_by_its_own_senses(listener: Program, mode: str) -> None:
    answer = listener.json("queue", "heavy metal", "--length", "3", "--mode", mode)
    assert answer["mode"] == mode
    for entry in answer["entries"]:
        assert (entry["ear_rank"] is None) == (mode == "text")
        assert (entry["caption_rank"] is None) == (mode == "ear")


def test_a_mode_that_needs_an_ear_says_so_where_there_is_none(listener: Program) -> None:
    for mode in ("classic", "ear"):
        said = listener.complaint("queue", "heavy metal", "--ear", "none", "--mode", mode)
        assert "an ear must have heard" in said
        assert "models status" in said
    assert "fusion" in listener.complaint("queue", "heavy metal", "--mode", "best", code=2)


def test_how_far_the_ear_has_heard_is_told(listener: Program) -> None:
    said = f"MusiCNN has heard {len(SONGS)} of {len(SONGS)} tracks."
    assert said in listener("queue", "calm", "--explain")
    assert said not in listener("queue", "calm")
    told = listener.json("library")["ear"]
    assert (told["name"], told["coverage"], told["heard"]) == ("musicnn", said, {"musicnn": len(SONGS)})


def test_the_same_request_gives_the_same_queue(listener: Program) -> None:
    answers = [listener.json("queue", "calm evening", "--seed", "7")["entries"] for _ in range(2)]

    assert answers[0] == answers[1]
    assert answers[0]


def test_without_an_ear_the_captions_answer(listener: Program) -> None:
    answer = listener.json("queue", "techno", "--ear", "none")

    assert answer["ear"]["name"] is None
    assert answer["entries"][0]["artist"] == "Pulse Unit"
    assert all(entry["ear_rank"] is None for entry in answer["entries"])


def test_filters_come_first(listener: Program) -> None:
    folk = listener.json("queue", "heavy metal", "--genre", "folk")["entries"]
    seventies = listener.json("queue", "music", "--year", "1970-1979")["entries"]

    assert {entry["artist"] for entry in folk} <= {"Ada Quill"}
    assert {entry["artist"] for entry in seventies} == {"Ada Quill"}


def test_what_is_not_wanted_stays_away(listener: Program) -> None:
    answer = listener.json("queue", "something loud, but not metal")

    assert "Rust Choir" not in {entry["artist"] for entry in answer["entries"]}


def test_a_queue_is_saved_as_a_playlist_that_names_its_files(listener: Program, tmp_path: Path) -> None:
    file = tmp_path / "lists" / "evening.m3u8"
    file.parent.mkdir()

    answer = listener.json("queue", "calm evening", "--export", file)

    lines = file.read_text(encoding="utf-8").splitlines()
    assert lines[0] == "#EXTM3U"
    assert [line for line in lines if not line.startswith("#")] == [e["path"] for e in answer["entries"]]
    assert answer["saved"] == str(file)

    listener("queue", "calm evening", "--export", file, "--relative")
    relative = [line for line in file.read_text(encoding="utf-8").splitlines() if not line.startswith("#")]
    assert all(not Path(line).is_absolute() and (file.parent / line).is_file() for line in relative)


def test_a_track_is_shown_by_words_path_and_number(listener: Program) -> None:
    [by_words] = listener.json("show", "anvil")
    [by_path] = listener.json("show", by_words["path"])
    [by_number] = listener.json("show", str(by_words["id"]))

    assert by_words == by_path == by_number
    assert "Heavy Metal" in listener("show", "anvil")
    assert "No track matches" in listener.complaint("show", "zzzz")


def test_the_library_counts_and_the_doctor_is_content(listener: Program) -> None:
    counts = listener.json("library")["counts"]

    assert (counts["present"], counts["captioned"], counts["failed"]) == (len(SONGS), len(SONGS), 0)
    assert f"{len(SONGS)} of {len(SONGS)}" in listener("library")
    found = {
        finding["subject"]: finding["well"] for finding in listener.json("doctor", code=doctor_code(listener))
    }
    assert all(well for subject, well in found.items() if subject != "libvlc")


def doctor_code(program: Program) -> int:
    """Return how the doctor ends: it fails only where libvlc is missing from this machine."""
    return program.run("doctor").returncode


@pytest.mark.parametrize("ending", ["m3u8", "csv", "json"])
def test_the_library_is_exported(listener: Program, tmp_path: Path, ending: str) -> None:
    file = tmp_path / f"all.{ending}"

    assert f"{len(SONGS)} tracks" in listener("export", file)
    assert listener.json("export", file) == {"saved": str(file), "tracks": len(SONGS)}

    assert all(title in file.read_text(encoding="utf-8") for title, *_ in SONGS)


def test_models_say_what_they_are_and_which_ear_is_used(listener: Program) -> None:
    status = listener.json("models", "status")

    assert {model["name"]: model["state"] for model in status["models"]} == {
        "sbert": "ready",
        "musicnn": "ready",
        "clap": "missing",
    }
    assert status["ear"]["name"] == "musicnn"
    assert status["ear"]["reason"]


@pytest.mark.parametrize("mood", ["", "   ", "?!…"])
def test_an_empty_mood_is_answered_with_an_example(listener: Program, mood: str) -> None:
    assert "for example" in listener.complaint("queue", mood)


@pytest.mark.parametrize(
    "mood", ["rain " * 2000, "🌧🎸", "\u202e\u0007[bold]x[/]", "\"'; DROP TABLE track; --", "NEAR(*"]
)
def test_an_absurd_mood_is_answered_all_the_same(listener: Program, mood: str) -> None:
    assert isinstance(listener.json("queue", mood)["entries"], list)


def test_a_folder_that_is_not_there_or_holds_no_music_is_named(program: Program, tmp_path: Path) -> None:
    assert "There is no folder" in program.complaint("index", tmp_path / "nowhere")
    (tmp_path / "papers").mkdir()
    (tmp_path / "papers" / "notes.txt").write_text("no music", encoding="utf-8")
    assert "No music was found" in program.complaint("index", tmp_path / "papers")
    assert "No music folder is known yet" in new_program(tmp_path / "papers", None).complaint("index")


def test_a_mood_for_an_empty_library_says_what_to_do(program: Program) -> None:
    assert "vibe-desktop index" in program.complaint("queue", "anything happy")


def test_without_models_a_mood_names_the_command_that_brings_them(tmp_path: Path) -> None:
    bare = new_program(tmp_path, None)

    assert "vibe-desktop models install" in bare.complaint("queue", "happy")
    assert bare.json("queue", "happy", code=1)["error"]["remedy"]
    assert "vibe-desktop models install sbert" in bare("doctor", code=1)


def test_a_second_run_at_the_same_time_is_turned_away(program: Program, tmp_path: Path) -> None:
    make_music(tmp_path / "music", seconds=0.5)
    with FileLock(program.profile / "writer.lock"):
        assert "already working" in program.complaint("index", tmp_path / "music")


def test_a_library_of_a_newer_version_is_left_alone(program: Program) -> None:
    import apsw

    file = program.profile / "library.sqlite3"
    with apsw.Connection(str(file)) as newer:
        newer.pragma("user_version", 999)
    newer.close()
    before = file.read_bytes()

    assert "newer version" in program.complaint("queue", "happy")
    assert file.read_bytes() == before


@pytest.mark.parametrize("years", ["abc", "1990-1980", "19-"])
def test_years_that_make_no_sense_are_explained(listener: Program, years: str) -> None:
    assert "1980-1989" in listener.complaint("queue", "happy", "--year", years)


def test_an_unknown_model_lists_the_known_ones(program: Program) -> None:
    assert "sbert" in program.complaint("models", "install", "whisper")


def test_a_genre_is_that_genre_and_not_the_wider_one(program: Program, tmp_path: Path) -> None:
    make_audio(tmp_path / "music" / "wide.flac", title="Wide", genres="Metal")
    make_audio(
        tmp_path / "music" / "narrow.flac",
        signal=tone(2.0, 220),
        title="Narrow",
        genres="Swedish Death Metal",
    )
    program("index", tmp_path / "music", "--no-listen")

    narrow = program.json("queue", "20 songs", "--genre", "death metal")["entries"]
    wide = program.json("queue", "20 songs", "--genre", "Metal")["entries"]

    assert {entry["title"] for entry in narrow} == {"Narrow"}
    assert {entry["title"] for entry in wide} == {"Wide", "Narrow"}


def test_a_queue_of_nothing_leaves_an_older_playlist_alone(listener: Program, tmp_path: Path) -> None:
    file = tmp_path / "kept.m3u8"
    file.write_text("#EXTM3U\n", encoding="utf-8")

    answer = listener.json("queue", "happy", "--year", "1900", "--export", file)

    assert answer["entries"] == []
    assert answer["saved"] is None
    assert file.read_text(encoding="utf-8") == "#EXTM3U\n"


def test_a_file_that_failed_is_tried_again_when_asked(program: Program, tmp_path: Path) -> None:
    file = make_audio(tmp_path / "music" / "late.flac", title="Late")
    good, times = file.read_bytes(), (file.stat().st_atime_ns, file.stat().st_mtime_ns)
    file.write_bytes(bytes(len(good)))
    os.utime(file, ns=times)
    assert program.json("index", tmp_path / "music")["failed"] == 1
    assert "index --retry" in program("library")
    file.write_bytes(good)
    os.utime(file, ns=times)
    assert program.json("index")["read"] == 0

    assert program.json("index", "--retry")["read"] == 1

    assert program.json("library")["failures"] == []


def test_playlists_come_in_are_listed_and_go_out(listener: Program, tmp_path: Path) -> None:
    program = copied(listener, tmp_path)
    anvil = Path(program.json("show", "Anvil")[0]["path"])
    (anvil.parent / "mine.m3u").write_text(f"#PLAYLIST:Mine\n{anvil.name}\n../gone.mp3\n")
    assert "No playlist is saved yet" in program("playlists", "list")

    taken = program.json("playlists", "import", anvil.parent / "mine.m3u")
    assert (taken["name"], taken["tracks"], taken["unresolved"]) == ("Mine", 1, 1)
    assert program.json("playlists", "list") == [taken]
    assert "1 line not in your library" in program("playlists", "list")

    number, file = str(taken["id"]), tmp_path / "out.xspf"
    program("playlists", "export", number, file)
    assert anvil.name.replace(" ", "%20") in file.read_text()
    assert "../gone.mp3" in file.read_text()
    assert "no longer there" in program.complaint("playlists", "export", "999", file)
    assert "cannot be read" in program.complaint("playlists", "import", tmp_path / "none.m3u")


def test_a_folder_is_forgotten_and_comes_back_with_the_next_index(listener: Program, tmp_path: Path) -> None:
    program = copied(listener, tmp_path)
    [folder] = program.json("library")["folders"]
    assert "no longer in the library" in program("forget", folder["path"])

    assert program.json("library")["counts"]["tracks"] == 0
    assert "has no folder" in program.complaint("forget", folder["path"])
    report = program.json("index", folder["path"], "--no-listen")
    assert (report["read"], report["embedded"]) == (0, 0)
    assert program.json("library")["counts"]["present"] == len(SONGS)


def test_what_another_profile_heard_is_taken_over(
    listener: Program, program: Program, tmp_path: Path
) -> None:
    music = listener.profile.parent / "music"

    said = program("index", music, "--heard-in", listener.profile)

    assert f"{len(SONGS)} tracks had been heard elsewhere." in said
    assert "0 heard" in said
    assert "library.sqlite3" in program.complaint("index", "--heard-in", tmp_path / "nowhere")
