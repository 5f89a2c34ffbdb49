"""What is remembered of a file is true as long as the file is the same; the folder is bounded and may go."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from vibe_desktop.ui.covers.thumbnails import Thumbnails


@pytest.fixture
def track(tmp_path: Path) -> bytes:
    (tmp_path / "music").mkdir()
    path = tmp_path / "music" / "a.mp3"
    path.write_bytes(b"sound")
    return os.fsencode(path)


@pytest.fixture
def thumbnails(tmp_path: Path) -> Thumbnails:
    folder = tmp_path / "thumbnails"
    folder.mkdir()
    (folder / "x.jpg").write_bytes(b"picture")
    return Thumbnails(folder)


def test_what_was_found_is_remembered_in_the_next_session(thumbnails: Thumbnails, track: bytes) -> None:
    assert thumbnails.recall(track) is None
    thumbnails.remember(track, "x.jpg")
    thumbnails.close()
    assert Thumbnails(thumbnails.folder).recall(track) == "x.jpg"


def test_that_there_is_none_is_remembered_too(thumbnails: Thumbnails, track: bytes) -> None:
    thumbnails.remember(track, "")
    assert thumbnails.recall(track) == ""


def test_a_file_that_changed_is_unknown_again(thumbnails: Thumbnails, track: bytes) -> None:
    thumbnails.remember(track, "x.jpg")
    Path(os.fsdecode(track)).write_bytes(b"another sound")
    assert thumbnails.recall(track) is None


def test_a_picture_laid_beside_makes_it_unknown_again(thumbnails: Thumbnails, track: bytes) -> None:
    thumbnails.remember(track, "")
    folder = Path(os.fsdecode(track)).parent
    (folder / "cover.jpg").write_bytes(b"picture")
    os.utime(folder, (1, 1))
    assert thumbnails.recall(track) is None


def test_a_file_out_of_reach_keeps_its_cover(thumbnails: Thumbnails, track: bytes) -> None:
    thumbnails.remember(track, "x.jpg")
    Path(os.fsdecode(track)).unlink()
    assert thumbnails.recall(track) == "x.jpg"


def test_a_thumbnail_that_was_deleted_is_unknown(thumbnails: Thumbnails, track: bytes) -> None:
    thumbnails.remember(track, "x.jpg")
    (thumbnails.folder / "x.jpg").unlink()
    assert thumbnails.recall(track) is None
    assert thumbnails.read("x.jpg") == b""


def test_the_folder_may_be_deleted_while_it_is_used(thumbnails: Thumbnails, track: bytes) -> None:
    thumbnails.remember(track, "x.jpg")
    thumbnails.close()  # elsewhere than here an open file cannot be deleted
    shutil.rmtree(thumbnails.folder)
    assert thumbnails.recall(track) is None
    thumbnails.remember(track, "")
    assert thumbnails.recall(track) == ""


def test_a_memory_that_is_damaged_is_begun_anew(thumbnails: Thumbnails, track: bytes) -> None:
    (thumbnails.folder / "covers.sqlite3").write_bytes(b"this is no database" * 500)
    assert thumbnails.recall(track) is None
    thumbnails.remember(track, "x.jpg")
    assert thumbnails.recall(track) == "x.jpg"


def test_without_a_folder_nothing_is_remembered_and_nothing_breaks(tmp_path: Path, track: bytes) -> None:
    (tmp_path / "a file").write_bytes(b"")
    nowhere = Thumbnails(tmp_path / "a file" / "thumbnails")
    nowhere.remember(track, "x.jpg")
    assert nowhere.recall(track) is None
    nowhere.prune()


def test_a_path_that_is_no_text_is_remembered(thumbnails: Thumbnails, tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/\xff.mp3"
    try:
        Path(os.fsdecode(path)).write_bytes(b"sound")
    except OSError:
        pytest.skip("names have to be text here")
    thumbnails.remember(path, "x.jpg")
    assert thumbnails.recall(path) == "x.jpg"


def test_the_oldest_go_when_there_is_too_much(tmp_path: Path) -> None:
    for number in range(10):
        (tmp_path / f"{number}.jpg").write_bytes(bytes(100))
        os.utime(tmp_path / f"{number}.jpg", (number, number))
    (tmp_path / "old.1.part").write_bytes(b"")
    os.utime(tmp_path / "old.1.part", (1, 1))
    (tmp_path / "new.2.part").write_bytes(b"")
    thumbnails = Thumbnails(tmp_path, limit=500)
    thumbnails.read("0.jpg")  # young again
    thumbnails.prune()
    assert sorted(file.name for file in tmp_path.iterdir()) == [
        "0.jpg",
        "7.jpg",
        "8.jpg",
        "9.jpg",
        "new.2.part",
    ]
