"""Changes gathered until they rest, looks now and then: by a clock that the tests turn."""

from __future__ import annotations

import ntpath
import os
from pathlib import Path
from types import SimpleNamespace

import pytest

from vibe_desktop.background.gathering import EVERYWHERE, NOWHERE, Changes, Gathering, outermost
from vibe_desktop.background.rounds import OFTEN_SECONDS, SELDOM_SECONDS, Rounds
from vibe_desktop.library.settling import Settling


def test_a_change_is_due_two_seconds_after_the_last() -> None:
    gathering = Gathering()
    gathering.note([b"/m/a"], 10.0)
    gathering.note([b"/m/b"], 11.5)
    assert gathering.take(13.4) == NOWHERE
    assert gathering.take(13.5) == Changes((b"/m/a", b"/m/b"))
    assert gathering.take(99.0) == NOWHERE


def test_changes_without_end_are_due_after_five_seconds_all_the_same() -> None:
    gathering = Gathering()
    taken = []
    for tenth in range(100):
        gathering.note([b"/m"], tenth / 10)
        taken += [tenth / 10] if gathering.take(tenth / 10) != NOWHERE else []
    assert taken == [5.0]


def test_what_came_to_rest_some_time_ago_is_due_at_once() -> None:
    gathering = Gathering()
    gathering.note([b"/m"], 8.0)
    assert gathering.take(10.0) == Changes((b"/m",))


def test_a_thousand_folders_are_everywhere() -> None:
    gathering = Gathering()
    gathering.note([b"/m/%d" % number for number in range(1000)], 0.0)
    assert gathering.take(2.0) == EVERYWHERE
    gathering.note_everywhere(3.0)
    gathering.note([b"/m/a"], 3.0)
    assert gathering.take(5.0) == EVERYWHERE


@pytest.mark.skipif(os.name == "nt", reason="written as other systems write paths")
@pytest.mark.parametrize(
    ("folders", "kept"),
    [
        ([b"/m/a", b"/m/a/b/c", b"/m/ab", b"/m/a"], (b"/m/a", b"/m/ab")),
        ([b"/m/a b", b"/m/a", b"/m/a/b"], (b"/m/a b", b"/m/a")),
        ([b"/", b"/m", b"/m/caf\xe9"], (b"/",)),
        ([], ()),
    ],
)
def test_a_folder_speaks_for_all_that_is_in_it(folders: list[bytes], kept: tuple[bytes, ...]) -> None:
    assert outermost(folders) == kept
    assert Changes(tuple(folders)) | NOWHERE == Changes(kept)


@pytest.mark.parametrize("root", [rb"E:" + b"\\", rb"\\nas\music" + b"\\"])
def test_a_whole_drive_or_share_stays_one_however_often_it_is_gathered(
    root: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("vibe_desktop.background.gathering.os", SimpleNamespace(path=ntpath))
    changes = Changes((root + b"album",)) | Changes((root,))
    assert changes | NOWHERE | NOWHERE == Changes((root,))


def test_a_file_rests_when_two_looks_see_the_same(tmp_path: Path) -> None:
    file, gone = tmp_path / "song.mp3", tmp_path / "gone.mp3"
    file.write_bytes(b"a")
    folder = os.fsencode(tmp_path)
    settling = Settling()
    settling.note({os.fsencode(file): folder, os.fsencode(gone): b"where it was"}, 0.0)
    assert settling.settled(1.9) == []
    file.write_bytes(b"ab")
    assert settling.settled(2.0) == [(b"where it was", 0.0)]
    file.write_bytes(b"abc")
    assert settling.settled(4.0) == []
    assert settling.settled(5.9) == []
    assert settling.settled(6.0) == [(folder, 4.0)]
    assert settling.settled(99.0) == []


def test_a_file_that_changes_again_waits_anew(tmp_path: Path) -> None:
    file = tmp_path / "song.mp3"
    file.write_bytes(b"a")
    settling = Settling()
    settling.note({os.fsencode(file): b"folder"}, 0.0)
    settling.note({os.fsencode(file): b"folder"}, 1.5)
    assert settling.settled(3.0) == []
    assert settling.settled(3.5) == [(b"folder", 1.5)]


def test_everything_is_looked_at_often_where_changes_are_not_told_and_seldom_where_they_are() -> None:
    rounds = Rounds(0.0, 0.0)
    assert not rounds.due(OFTEN_SECONDS - 1, 1.0, blind=True)
    assert not rounds.due(OFTEN_SECONDS, 2.0, blind=False)
    assert rounds.due(OFTEN_SECONDS, 3.0, blind=True)
    assert not rounds.due(OFTEN_SECONDS + 1, 4.0, blind=True)
    rounds.looked(OFTEN_SECONDS + 500)
    assert not rounds.due(SELDOM_SECONDS + OFTEN_SECONDS, 5.0, blind=False)
    assert rounds.due(SELDOM_SECONDS + OFTEN_SECONDS + 500, 6.0, blind=False)


@pytest.mark.parametrize("jump", [61.0, 8 * 3600.0, -3600.0])
def test_a_jump_of_the_clock_on_the_wall_is_a_machine_that_slept(jump: float) -> None:
    rounds = Rounds(0.0, 1000.0)
    assert not rounds.due(1.0, 1001.0, blind=False)
    assert rounds.due(2.0, 1002.0 + jump, blind=False)
    assert not rounds.due(3.0, 1003.0 + jump, blind=False)
