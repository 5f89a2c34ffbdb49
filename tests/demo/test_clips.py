"""The synthesised collection: whole, tagged, varied, quick and small."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from vibe_desktop.demo.clips import ALBUMS, SECONDS, synthesise
from vibe_desktop.domain import Cancelled, Tags
from vibe_desktop.library.tags import read_file
from vibe_desktop.progress import Progress

CLIPS = [clip for album in ALBUMS for clip in album.clips]


def tags_of(path: Path) -> Tags:
    return read_file(os.fsencode(path)).tags


def test_it_is_a_collection_one_can_ask_things_of(collection: list[Path]) -> None:
    tags = [tags_of(path) for path in collection]
    assert len(collection) == len(CLIPS) >= 24
    assert sum(path.stat().st_size for path in collection) < 25_000_000
    assert all(one.title and one.artist and one.album and one.genres and one.moods for one in tags)
    assert all(one.year and one.bpm and one.seconds == pytest.approx(SECONDS, abs=0.1) for one in tags)
    assert len({one.title for one in tags}) == len(tags)
    assert len({one.artist for one in tags}) >= 6
    assert len({one.genres[-1] for one in tags}) >= 20
    assert max(Counter(one.artist for one in tags).values()) < len(tags) / 4


def test_a_second_call_makes_nothing_and_a_lost_file_comes_back(collection: list[Path]) -> None:
    folder = collection[0].parent.parent.parent
    stamps = {path: path.stat().st_mtime_ns for path in collection}
    lost = collection[5].read_bytes()
    collection[5].unlink()
    assert synthesise(folder, Progress()) == collection
    again = {path: path.stat().st_mtime_ns for path in collection}
    assert {path for path in collection if again[path] != stamps[path]} == {collection[5]}
    assert len(collection[5].read_bytes()) == len(lost)
    assert not list(folder.rglob("*.part"))


def test_cancelling_stops_between_two_clips(tmp_path: Path) -> None:
    progress = Progress()
    progress.cancel()
    with pytest.raises(Cancelled):
        synthesise(tmp_path, progress)
    assert list(tmp_path.iterdir()) == []
