"""Keepsakes files by the commands a person uses: to another computer, twice, and hostile ones."""

from __future__ import annotations

import json
import os
import shutil
from contextlib import closing
from pathlib import Path
from typing import Any

import apsw
import pytest

from damage import made
from large_library import fill
from music_folder import make_music
from program import Program, new_program
from vibe_desktop.app import App
from vibe_desktop.domain import VibeError
from vibe_desktop.keepsakes import files
from vibe_desktop.keepsakes.files import export_keepsakes, import_keepsakes
from vibe_desktop.keepsakes.form import FORMAT
from vibe_desktop.keepsakes.gathering import gather
from vibe_desktop.kept_words import left_out_words, merged_words
from vibe_desktop.library.database import Database
from vibe_desktop.paths import Profile

WORDS = '[mood.drizzly]\nsynonyms = ["mizzling"]\nsounds = ["calm"]\n'


def test_what_a_person_made_moves_to_another_computer(tmp_path: Path, models_folder: Path) -> None:
    here, there = (new_program(tmp_path / name, models_folder) for name in ("here", "there"))
    music = make_music(tmp_path / "music")
    here("index", tmp_path / "music", "--no-listen")
    (here.profile / "vocabulary.toml").write_text(WORDS)
    with App(Profile(here.profile)) as app:
        app.tastes.set_liked([1, 2, 3], liked=True)
        app.tastes.record_play(1, 1.7e9, 61.5)
        app.stores.descriptions.set_own(2, "The one with the rain.")
        app.playlists.create("Evenings", [3, 1, 2], mood="calm evening")
        [later] = app.stores.tracks.tracks([3])
    file = tmp_path / "made.json"
    assert "3 likes, 1 play or skip, 1 playlist and 1 description of your own." in here(
        "keepsakes", "export", file
    )

    # Other folders, other names, and one song that is not there yet.
    for number, path in enumerate(music):
        (tmp_path / "songs").mkdir(exist_ok=True)
        shutil.copy(path, tmp_path / "songs" / f"{number}{path.suffix}")
    [moved] = [tmp_path / "songs" / f"{n}{p.suffix}" for n, p in enumerate(music) if str(p) == later.path]
    moved.rename(tmp_path / moved.name)
    there("index", tmp_path / "songs", "--no-listen")
    first = there.json("keepsakes", "import", file)
    again = there.json("keepsakes", "import", file)

    assert (first["likes"], first["listens"], first["captions"], first["playlists"]) == (2, 1, 1, 1)
    assert (first["waiting"], first["vocabulary"]) == (1, "taken")
    assert (again["likes"], again["listens"], again["captions"], again["playlists"]) == (0, 0, 0, 0)
    [playlist] = there.json("playlists", "list")
    assert (playlist["tracks"], playlist["unresolved"], playlist["mood"]) == (2, 1, "calm evening")
    assert (there.profile / "vocabulary.toml").read_text() == WORDS

    (tmp_path / moved.name).rename(moved)
    there("index", "--no-listen")
    [playlist] = there.json("playlists", "list")
    assert (playlist["tracks"], playlist["unresolved"]) == (3, 0)
    there("keepsakes", "export", tmp_path / "there.json")
    kept, came = made(file), made(tmp_path / "there.json")
    assert sorted(map(repr, came.values())) == sorted(map(repr, kept.values()))


@pytest.fixture
def db(tmp_path: Path) -> Any:
    fill(tmp_path / "library.sqlite3", 5)
    with closing(Database.open(tmp_path / "library.sqlite3")) as opened:
        opened.run("INSERT INTO liked VALUES (1, 5.0)")
        yield opened


def document(**changes: Any) -> str:
    return json.dumps({"format": FORMAT, "version": 1, "tracks": [], "playlists": [], **changes})


LIKED = {"path": "2.mp3", "content_key": "32", "liked_at": 9.0}

HOSTILE = {
    "empty": "",
    "no JSON": "#EXTM3U\n",
    "bottomless": "[" * 200_000,
    "a list": "[]",
    "another format": '{"format": "other", "version": 1}',
    "no version": json.dumps({"format": FORMAT}),
    "a version that is none": document(version=True),
    "tracks that are none": document(tracks={"0": LIKED}),
    "a track that is none": document(tracks=[LIKED, "song"]),
    "a like at no time": document(tracks=[LIKED, {"path": "x", "liked_at": "today"}]),
    "a like at no number": document(tracks=[LIKED]).replace("9.0", "NaN"),
    "a like for ever": document(tracks=[LIKED]).replace("9.0", "1e400"),
    "a number without end": document(tracks=[LIKED]).replace("9.0", "9" * 5000),
    "a listen that is none": document(tracks=[LIKED, {"path": "x", "listens": [[1.0, 2.0]]}]),
    "a listen that is odd": document(tracks=[LIKED, {"path": "x", "listens": [[1.0, 2.0, "yes"]]}]),
    "a path that is no text": document(tracks=[LIKED, {"path": 5}]),
    "an entry of no track": document(
        tracks=[LIKED], playlists=[{"name": "x", "made_at": 1, "entries": [{"track": 1}]}]
    ),
    "an entry before the first": document(
        tracks=[LIKED], playlists=[{"name": "x", "made_at": 1, "entries": [{"track": -1}]}]
    ),
    "a playlist without a time": document(tracks=[LIKED], playlists=[{"name": "x", "entries": []}]),
    "words that are none": document(tracks=[LIKED], vocabulary="[mood\n"),
    "words that contradict": document(tracks=[LIKED], vocabulary="[mood.x]\nparent = 'nothing there'\n"),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_a_file_that_makes_no_sense_is_named_and_changes_nothing(
    db: Database, tmp_path: Path, name: str
) -> None:
    file = tmp_path / "made.json"
    file.write_text(HOSTILE[name])
    before = gather(db)

    with pytest.raises(VibeError, match="is not a keepsakes file, or it is damaged: ") as caught:
        import_keepsakes(db, tmp_path / "vocabulary.toml", file)

    assert len(caught.value.message) < 600
    assert "Nothing was changed" in caught.value.remedy
    assert gather(db) == before
    assert not (tmp_path / "vocabulary.toml").exists()


def test_a_file_of_a_newer_version_says_so(db: Database, tmp_path: Path) -> None:
    file = tmp_path / "made.json"
    file.write_text(document(version=2, tracks=[LIKED]))
    with pytest.raises(VibeError, match="newer version") as caught:
        import_keepsakes(db, tmp_path / "vocabulary.toml", file)
    assert "Update" in caught.value.remedy
    assert len(gather(db).tracks) == 1


def test_what_is_not_known_of_a_track_is_passed_over(db: Database, tmp_path: Path) -> None:
    file = tmp_path / "made.json"
    file.write_text(document(tracks=[{**LIKED, "stars": 5}], wishes=[1]), encoding="utf-8-sig")
    assert import_keepsakes(db, tmp_path / "vocabulary.toml", file).likes == 1


def test_an_odd_request_costs_a_playlist_nothing_else(db: Database, tmp_path: Path) -> None:
    request = {"text": "calm", "mood": "calm", "steer": [["energy", "much"]], "like": [0, 7], "years": "80s"}
    playlist = {"name": "Odd", "made_at": 3.0, "request": request, "entries": [{"track": 0}]}
    file = tmp_path / "made.json"
    file.write_text(document(tracks=[LIKED], playlists=[playlist]))

    assert import_keepsakes(db, tmp_path / "vocabulary.toml", file).playlists == 1

    [kept] = gather(db).playlists
    assert len(kept.entries) == 1
    assert kept.request
    assert (kept.request["text"], kept.request["steer"], kept.request["years"]) == ("calm", [], None)


def test_a_path_that_leads_elsewhere_is_only_ever_compared(db: Database, tmp_path: Path) -> None:
    (tmp_path / "secret.mp3").write_bytes(b"untouched")
    track = {"path": "../../secret.mp3", "liked_at": 1.0, "title": "\ud800 <b>%s</b>"}
    playlist = {"name": "\x00", "made_at": 3.0, "entries": [{"track": 0}, {"location": "/etc/passwd"}]}
    file = tmp_path / "made.json"
    file.write_text(document(tracks=[track], playlists=[playlist]))

    merged = import_keepsakes(db, tmp_path / "vocabulary.toml", file)

    assert (merged.waiting, merged.likes, merged.playlists) == (1, 0, 1)
    [waiting] = [each for each in gather(db).tracks if each.identity.path == "../../secret.mp3"]
    assert waiting.kept.liked_at == 1.0
    assert db.run("SELECT count(track_id), count(*) FROM playlist_entry") == [(0, 2)]


def test_a_folder_that_cannot_be_here_costs_a_playlist_nothing_else(db: Database, tmp_path: Path) -> None:
    playlist = {"name": "Odd", "made_at": 3.0, "folder": "C:\\\ud800", "entries": [{"location": "x.mp3"}]}
    file = tmp_path / "made.json"
    file.write_text(document(playlists=[playlist]))
    assert import_keepsakes(db, tmp_path / "vocabulary.toml", file).playlists == 1
    [kept] = gather(db).playlists
    assert [entry.line.location for entry in kept.entries if entry.line] == ["x.mp3"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such files")
def test_a_pipe_is_not_waited_for_and_what_is_too_large_is_not_read(
    db: Database, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    pipe = tmp_path / "made.json"
    os.mkfifo(pipe)
    with pytest.raises(VibeError, match="cannot be read"):
        import_keepsakes(db, tmp_path / "vocabulary.toml", pipe)
    monkeypatch.setattr(files, "_LARGEST", 100)
    (tmp_path / "large.json").write_text(document(tracks=[LIKED]))
    with pytest.raises(VibeError, match="larger than any"):
        import_keepsakes(db, tmp_path / "vocabulary.toml", tmp_path / "large.json")


def test_words_that_are_others_here_stay(db: Database, tmp_path: Path) -> None:
    own, file = tmp_path / "vocabulary.toml", tmp_path / "made.json"
    own.write_text(WORDS)
    assert export_keepsakes(db, own, file).vocabulary == WORDS
    assert import_keepsakes(db, own, file).vocabulary == "same"
    own.write_text(WORDS.replace("mizzling", "spitting"))
    merged = import_keepsakes(db, own, file)
    assert merged.vocabulary == "kept"
    assert "Your own words for music are others here, and stayed as they are." in merged_words(merged)
    assert "spitting" in own.read_text()


UNFIT = {
    "no UTF-8": (WORDS.encode() + b"# caf\xe9\n", "is not text in UTF-8"),
    "too long": (WORDS.encode() + "é".encode() * 100, "is too long"),
    "cut short": (b"[mood.drizzly", "could not be read: "),
}


@pytest.mark.parametrize("name", UNFIT)
def test_words_that_nobody_could_take_in_are_told_and_cost_nothing_else(
    db: Database, tmp_path: Path, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(files, "_LARGEST_VOCABULARY", 200)
    own, file = tmp_path / "vocabulary.toml", tmp_path / "made.json"
    content, reason = UNFIT[name]
    own.write_bytes(content)

    kept = export_keepsakes(db, own, file)

    assert left_out_words(kept).startswith(f"Your own words for music are not in it: {own} {reason}")
    assert kept.counts["likes"] == 1
    assert own.read_bytes() == content
    assert import_keepsakes(db, tmp_path / "other.toml", file).vocabulary == "none"


def test_words_that_are_left_out_are_told_to_who_exports(program: Program, tmp_path: Path) -> None:
    file = tmp_path / "made.json"
    assert program.json("keepsakes", "export", file)["left_out"] == ""
    (program.profile / "vocabulary.toml").write_bytes(b"\xe9")
    assert "vocabulary.toml is not text in UTF-8. Mend" in program("keepsakes", "export", file)


@pytest.mark.parametrize("failing", ["words", "library"])
def test_an_import_that_fails_at_its_end_changes_nothing(
    db: Database, tmp_path: Path, failing: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, own = tmp_path / "made.json", tmp_path / "vocabulary.toml"
    file.write_text(document(tracks=[LIKED], vocabulary=WORDS))
    take = files._take_words

    def take_and_spoil(words: str, vocabulary: Path) -> str:
        taken = take(words, vocabulary)
        db.run("PRAGMA defer_foreign_keys = 1")
        db.run("INSERT INTO liked VALUES (999, 1.0)")  # what no COMMIT lets pass
        return taken

    if failing == "words":
        own = tmp_path / "no" / "vocabulary.toml"
    else:
        monkeypatch.setattr(files, "_take_words", take_and_spoil)
    before = gather(db)

    with pytest.raises((VibeError, apsw.ConstraintError)):
        import_keepsakes(db, own, file)

    assert gather(db) == before
    assert not own.exists()
    monkeypatch.undo()
    merged = import_keepsakes(db, tmp_path / "vocabulary.toml", file)
    assert (merged.likes, merged.vocabulary) == (1, "taken")


def test_a_file_that_cannot_be_written_is_said_plainly(program: Program, tmp_path: Path) -> None:
    assert "could not be saved" in program.complaint("keepsakes", "export", tmp_path / "no" / "made.json")
    assert "cannot be read" in program.complaint("keepsakes", "import", tmp_path / "none.json")
