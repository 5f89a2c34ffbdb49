"""Songs that moved, were renamed, retagged, replaced or copied: each stays the song it was.

Everything happens at once while the program is closed. The run that sees it first comes through, or is killed
between its looking for files and its comparing new songs with missing ones.
"""

from __future__ import annotations

import os
import shutil
import signal
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from ailing import on_ailing_disk
from audio_files import make_audio, tone
from keeping import Kept, cherish, database, ids_by_path, kept, look, missing
from program import Program, copied, new_program
from tag_writing import tag_file

QUICK = ("--no-listen", "--workers", "1")
RECORDING = "8d4a4f2c-0f3e-4d0c-9a51-5c7d8c1f2b36"


@dataclass(frozen=True)
class Moved:
    """A library before and after its music folder was turned upside down."""

    program: Program
    music: Path
    killed: bool
    before: dict[Path, int]
    after: dict[Path, int]
    kept_before: dict[int, Kept]
    kept_after: dict[int, Kept]
    gone: set[Path]
    report: dict[str, Any]

    def is_same(self, old: str, new: str) -> bool:
        """Whether a song kept its number and everything kept about it although its file went elsewhere."""
        track_id = self.before[self.music / old]
        here = self.after.get(self.music / new)
        return here == track_id and self.kept_after[track_id] == self.kept_before[track_id]


def record(path: Path, pitch: float, **tags: Any) -> Path:
    return make_audio(path, signal=tone(1.0, pitch), title=path.stem, artist="Ana", genres="Folk", **tags)


def fill(music: Path) -> None:
    for number, name in enumerate((
        "stays.flac", "moved/along.flac", "moved/to another disk.ogg", "folder/1.flac", "folder/2.mp3",
        "folder/deeper/3.ogg", "twins/original.flac", "retagged.mp3", "incoming/track01.mp3",
        "incoming/track02.m4a", "better/01 song.mp3", "leaves.flac",
    )):  # fmt: skip
        record(music / name, 400.0 + 20 * number)
    record(music / "incoming" / "track03.mp3", 900.0, recording_id=RECORDING)
    shutil.copy2(music / "twins" / "original.flac", music / "twins" / "copy.flac")
    rest(music)


def rest(music: Path) -> None:
    """Make all files as old as music is when it is indexed: what was written just now may go on changing."""
    an_hour_ago = time.time() - 3600
    for path in music.rglob("*.*"):
        os.utime(path, (an_hour_ago, an_hour_ago))


def to_another_disk(source: Path, target: Path) -> Path:
    """Move a file as between disks: it is another one there, of the same time."""
    target.parent.mkdir(parents=True, exist_ok=True)
    shutil.copy2(source, target)
    source.unlink()
    return target


def turn_upside_down(music: Path) -> None:
    (music / "new" / "place").mkdir(parents=True)
    (music / "moved" / "along.flac").rename(music / "new" / "place" / "renamed.flac")
    to_another_disk(music / "moved" / "to another disk.ogg", music / "new" / "to another disk.ogg")
    (music / "folder").rename(music / "Folder of another name")
    (music / "twins" / "original.flac").unlink()
    tag_file(music / "retagged.mp3", title="Another title", artist="Bea", genres="Techno")
    for name, title in (("track01.mp3", "One"), ("track02.m4a", "Two")):
        new = to_another_disk(music / "incoming" / name, music / "Ana" / f"{title}{Path(name).suffix}")
        tag_file(new, title=title, album="Sorted")
    (music / "incoming" / "track03.mp3").unlink()
    record(music / "Ana" / "Three.flac", 900.0, recording_id=RECORDING)
    (music / "better" / "01 song.mp3").unlink()
    record(music / "better" / "01 song.flac", 600.0)
    (music / "leaves.flac").rename(music.parent / "leaves.flac")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Path:
    """Return a folder with a library as it was before, and the music it tells of as it is after."""
    folder = tmp_path_factory.mktemp("moved")
    music = folder / "music"
    fill(music)
    program = new_program(folder, models_folder)
    program("index", music, *QUICK)
    cherish(program)
    turn_upside_down(music)
    return folder


@pytest.fixture(scope="module", params=["undisturbed", "killed"])
def moved(folder: Path, request: pytest.FixtureRequest) -> Moved:
    music = folder / "music"
    program = copied(Program(folder / "profile"), folder / request.param)
    before, kept_before = ids_by_path(program), kept(program)
    if killed := request.param == "killed":
        dying = on_ailing_disk(program, dies_before="reconcile_moves")
        assert dying.run("index", *QUICK).returncode == -signal.SIGKILL
        assert len(ids_by_path(program)) > len(before)
    report = program.json("index", *QUICK)
    return Moved(
        program,
        music,
        killed,
        before,
        ids_by_path(program),
        kept_before,
        kept(program),
        missing(program),
        report,
    )


def test_fault_05_a_moved_file_is_the_song_it_was_on_the_same_disk_and_on_another(moved: Moved) -> None:
    assert moved.is_same("moved/along.flac", "new/place/renamed.flac")
    assert moved.is_same("moved/to another disk.ogg", "new/to another disk.ogg")


def test_fault_06_a_renamed_folder_keeps_all_its_songs_and_none_is_read_again(moved: Moved) -> None:
    for name in ("1.flac", "2.mp3", "deeper/3.ogg"):
        assert moved.is_same(f"folder/{name}", f"Folder of another name/{name}")
    if not moved.killed:
        # Read are only those retagged in place, brought from another disk, or encoded anew.
        assert (moved.report["scan"]["moved"], moved.report["read"]) == (4, 6)


def test_fault_07_moves_are_found_though_the_run_that_saw_them_first_was_killed(moved: Moved) -> None:
    gone = {moved.music / "twins" / "original.flac", moved.music / "leaves.flac"}
    assert moved.gone == gone
    assert set(moved.after) - gone == {path for path in moved.music.rglob("*") if path.is_file()}
    assert set(moved.after.values()) == set(moved.before.values())
    assert moved.report["moved"] == 5


def test_fault_08_of_two_copies_the_one_that_stays_is_not_taken_for_the_one_deleted(moved: Moved) -> None:
    for name in ("twins/original.flac", "twins/copy.flac"):
        assert moved.is_same(name, name)


def test_fault_09_a_song_tagged_anew_in_its_place_shows_that_and_keeps_the_rest(moved: Moved) -> None:
    track_id = moved.before[moved.music / "retagged.mp3"]
    [shown] = moved.program.json("show", str(track_id))
    assert (shown["tags"]["title"], shown["tags"]["artist"]) == ("Another title", "Bea")
    after, before = moved.kept_after[track_id], moved.kept_before[track_id]
    assert (after.liked, after.plays, after.places) == (True, 1, before.places)
    # What was heard stays, as the sound is the same; what is told in words is another.
    assert [each in before.made for each in after.made] == [False, True]


def test_fault_10_a_song_moved_and_tagged_anew_at_once_is_known_by_its_sound_or_its_recording(
    moved: Moved,
) -> None:
    for old, new in (("track01.mp3", "One.mp3"), ("track02.m4a", "Two.m4a"), ("track03.mp3", "Three.flac")):
        track_id = moved.before[moved.music / "incoming" / old]
        assert moved.after[moved.music / "Ana" / new] == track_id
        after, before = moved.kept_after[track_id], moved.kept_before[track_id]
        assert (after.liked, after.plays, after.places) == (True, 1, before.places)


def test_fault_11_a_better_file_in_the_place_of_a_song_is_that_song(moved: Moved) -> None:
    track_id = moved.before[moved.music / "better" / "01 song.mp3"]
    assert moved.after[moved.music / "better" / "01 song.flac"] == track_id
    assert moved.kept_after[track_id].places == moved.kept_before[track_id].places
    # Its sound is another: what an ear made of the old file is out of date, and told to be.
    db = database(moved.program)
    [(source, now)] = db.run(
        "SELECT source, content_key FROM vector JOIN track ON track_id = id"
        " WHERE track_id = ? AND space_id = (SELECT id FROM space WHERE kind = 'ear')",
        (track_id,),
    )
    db.close()
    assert source != now


def test_fault_12_a_file_that_comes_back_is_the_song_it_was_and_not_read_again(moved: Moved) -> None:
    here = moved.music / "leaves.flac"
    assert here in moved.gone
    look(moved.program)
    assert moved.is_same("leaves.flac", "leaves.flac")
    away = moved.music.parent / "leaves.flac"
    back = Path(shutil.copy2(away, here))  # as from a backup: another file to the disk
    assert back.stat().st_ino != away.stat().st_ino

    report = look(moved.program)

    assert (report.scan.returned, report.scan.added, report.read) == (1, 0, 0)
    assert here not in missing(moved.program)
    assert kept(moved.program) == moved.kept_after
    here.unlink()
    look(moved.program)


def test_fault_12_a_file_that_comes_back_elsewhere_much_later_is_the_song_it_was(moved: Moved) -> None:
    program, music = moved.program, moved.music
    look(program)
    shutil.copy2(music.parent / "leaves.flac", music / "found again.flac")
    look(program)
    track_id = moved.before[music / "leaves.flac"]
    assert ids_by_path(program)[music / "found again.flac"] == track_id
    assert kept(program)[track_id] == moved.kept_before[track_id]
    # To its old place and away again, so that the next test finds all as it was.
    (music / "found again.flac").rename(music / "leaves.flac")
    look(program)
    (music / "leaves.flac").unlink()
    look(program)
