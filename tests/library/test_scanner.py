"""Scanning against everything folders do: files come, go, move, hide and loop."""

from __future__ import annotations

import os
import shutil
import socket
import sys
from pathlib import Path

import pytest

from shelf import Shelf
from vibe_desktop.domain import Cancelled, TrackState, VibeError
from vibe_desktop.library.scanner import scan
from vibe_desktop.library.walk import AUDIO
from vibe_desktop.progress import Progress

posix = pytest.mark.skipif(
    sys.platform == "win32", reason="only where file names are bytes and folders POSIX"
)


def _touch(path: Path, seconds: int) -> None:
    """Move a file's mtime by whole seconds, as a clock change or another disk's rounding does."""
    about = path.stat()
    os.utime(path, ns=(about.st_atime_ns, about.st_mtime_ns + seconds * 10**9))


def _fill(shelf: Shelf, folder: str, count: int) -> list[Path]:
    return [shelf.put(f"{folder}/{number:03}.mp3") for number in range(count)]


def test_every_kind_of_audio_file_is_found_in_any_case_and_nothing_else(shelf: Shelf) -> None:
    wanted = {shelf.put(f"deep/er/song.{ending.decode()}") for ending in AUDIO} | {shelf.put("LOUD.MP3")}
    for name in ("cover.jpg", "notes.txt", "mp3", "song.mp3.part", "list.m3u8"):
        shelf.put(name)
    report = shelf.scan()
    assert set(shelf.ids()) == wanted
    assert (report.found, report.added) == (len(wanted), len(wanted))


def test_a_second_scan_of_an_unchanged_folder_writes_nothing(shelf: Shelf) -> None:
    _fill(shelf, "a", 20)
    shelf.scan()
    before = shelf.db.connection.total_changes()
    report = shelf.scan()
    assert (report.found, report.added, report.changed, report.moved) == (20, 0, 0, 0)
    # One row: the root was scanned.
    assert shelf.db.connection.total_changes() - before == 1


def test_ids_do_not_depend_on_the_order_the_disk_lists_files_in(shelf: Shelf) -> None:
    for name in ("b/2.mp3", "a.mp3", "b/1.mp3", "c.mp3", "B/1.mp3"):
        shelf.put(name)
    shelf.scan()
    by_id = sorted(shelf.ids().items(), key=lambda item: item[1])
    names = [path.relative_to(shelf.music).as_posix() for path, _ in by_id]
    assert names == ["a.mp3", "c.mp3", "B/1.mp3", "b/1.mp3", "b/2.mp3"]


@posix
def test_names_that_are_not_text_or_look_like_options_are_stored_byte_for_byte(shelf: Shelf) -> None:
    names = [
        b"caf\xe9.mp3",
        b"-rf.mp3",
        b"a'b\"c.mp3",
        b"new\nline.mp3",
        b"100%#?;&|.mp3",
        b"\xff\xfe/\x80.mp3",
    ]
    paths = {shelf.put(name) for name in names}
    shelf.scan()
    assert set(shelf.ids()) == paths
    for path in paths:
        assert shelf.tracks.find(str(path))[0].id == shelf.ids()[path]


@posix
def test_composed_and_decomposed_spellings_are_two_tracks_where_the_disk_has_both(shelf: Shelf) -> None:
    shelf.put("caf\u00e9.mp3")
    shelf.put("cafe\u0301.mp3")
    assert shelf.scan().found == len(list(shelf.music.iterdir()))


def test_hidden_files_system_folders_and_marked_folders_are_ignored(shelf: Shelf) -> None:
    kept = shelf.put("album/song.mp3")
    for name in (
        "album/._song.mp3",
        ".hidden.mp3",
        ".git/song.mp3",
        "@eaDir/song.mp3",
        "$RECYCLE.BIN/song.mp3",
        "System Volume Information/song.mp3",
        "ringtones/song.mp3",
        "ringtones/deeper/song.mp3",
        "drafts/song.mp3",
    ):
        shelf.put(name)
    shelf.put("ringtones/.nomedia")
    shelf.put("drafts/.vibeignore")
    shelf.scan()
    assert set(shelf.ids()) == {kept}


@posix
def test_pipes_sockets_and_folders_named_like_songs_are_never_opened(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = shelf.put("folder.mp3/song.mp3")
    os.mkfifo(shelf.music / "pipe.mp3")
    monkeypatch.chdir(shelf.music)
    with socket.socket(socket.AF_UNIX) as server:
        server.bind("socket.mp3")
        (shelf.music / "link.mp3").symlink_to("pipe.mp3")
        report = shelf.scan()
    assert set(shelf.ids()) == {kept}
    assert report.skipped == 3


@posix
def test_links_are_followed_once_loops_end_and_broken_links_are_counted(shelf: Shelf) -> None:
    real = shelf.put("album/song.mp3")
    outside = shelf.folder / "elsewhere"
    outside.mkdir()
    (outside / "far.mp3").write_bytes(b"far")
    (outside / "deep").mkdir()
    (outside / "deep" / "deeper.mp3").write_bytes(b"deeper")
    links = {
        "a-loop": shelf.music,
        "album/loop": shelf.music / "album",
        "out": outside,
        "out-again": outside,
        "file.mp3": outside / "deep" / "deeper.mp3",
        "alias.mp3": shelf.music / "album" / "song.mp3",
        "broken.mp3": shelf.folder / "nothing",
        "circle": shelf.music / "circle",
    }
    for name, target in links.items():
        (shelf.music / name).symlink_to(target)
    report = shelf.scan()
    out = shelf.music / "out"
    assert set(shelf.ids()) == {real, out / "far.mp3", out / "deep" / "deeper.mp3"}
    # Two broken links, and two that lead to songs the library has anyway.
    assert report.skipped == 4


@posix
def test_a_linked_song_from_outside_is_kept_and_stays_the_same_track(shelf: Shelf) -> None:
    (shelf.folder / "far.mp3").write_bytes(b"far")
    (shelf.music / "link.mp3").symlink_to(shelf.folder / "far.mp3")
    shelf.scan()
    before = shelf.ids()
    assert list(before) == [shelf.music / "link.mp3"]
    assert shelf.scan().added == 0
    assert shelf.ids() == before


@posix
def test_when_a_linked_folder_is_replaced_by_its_target_the_tracks_stay_the_same(shelf: Shelf) -> None:
    target = shelf.folder / "album"
    target.mkdir()
    (target / "1.mp3").write_bytes(b"1")
    (shelf.music / "album").symlink_to(target)
    shelf.scan()
    before = shelf.ids()
    (shelf.music / "album").unlink()
    target.rename(shelf.music / "album")
    report = shelf.scan()
    assert (report.added, report.missing) == (0, 0)
    assert shelf.ids() == before


def test_overlapping_folders_have_each_file_once_and_the_deepest_owns_it(shelf: Shelf) -> None:
    top, deep = shelf.put("song.mp3"), shelf.put("jazz/blue.mp3")
    shelf.scan(shelf.music)
    report = shelf.scan(shelf.music, shelf.music / "jazz", shelf.music / "jazz" / ".." / "jazz")
    assert (report.found, report.added, report.missing) == (2, 0, 0)
    owners = shelf.db.run("SELECT t.path, r.path FROM track t JOIN root r ON r.id = t.root_id ORDER BY 1")
    music = os.fsencode(shelf.music)
    assert owners == [(os.fsencode(deep), os.fsencode(shelf.music / "jazz")), (os.fsencode(top), music)]
    assert shelf.scan(shelf.music).found == 2
    assert not shelf.missing()


def test_a_folder_that_is_not_there_is_refused_kindly(shelf: Shelf) -> None:
    with pytest.raises(VibeError, match="no folder") as caught:
        shelf.scan(shelf.folder / "Musik")
    assert caught.value.remedy
    song = shelf.put("song.mp3")
    with pytest.raises(VibeError, match="is a file"):
        shelf.scan(song)
    assert shelf.tracks.roots() == []


def test_without_folders_all_known_ones_are_scanned(shelf: Shelf) -> None:
    shelf.put("a/1.mp3")
    shelf.put("b/1.mp3")
    shelf.scan(shelf.music / "a", shelf.music / "b")
    shelf.put("a/2.mp3")
    assert scan(shelf.tracks, (), Progress()).added == 1


@pytest.mark.parametrize("seconds", [-3600, -1, 1, 10**9])
def test_a_changed_file_is_read_again_whichever_way_its_time_moved(shelf: Shelf, seconds: int) -> None:
    path = shelf.put("song.mp3")
    shelf.scan()
    track_id = shelf.tag(path, title="Old")
    shelf.journal.fail(track_id, "read", "broken")
    assert shelf.tracks.pending_tags() == []
    _touch(path, seconds)
    assert shelf.scan().changed == 1
    assert shelf.tracks.pending_tags() == [(track_id, os.fsencode(path))]
    assert shelf.journal.failures() == []


def test_a_file_that_grew_within_the_same_tick_of_the_clock_is_read_again(shelf: Shelf) -> None:
    path = shelf.put("song.mp3", b"short")
    shelf.scan()
    shelf.tag(path)
    before = path.stat()
    shelf.put("song.mp3", b"much longer")
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))
    assert shelf.scan().changed == 1


def test_a_deleted_file_is_missing_but_its_row_and_all_kept_about_it_stay(shelf: Shelf) -> None:
    path = shelf.put("song.mp3")
    shelf.put("other.mp3")
    shelf.scan()
    track_id = shelf.tag(path, title="Gone")
    shelf.descriptions.set_own(track_id, "my song")
    path.unlink()
    assert shelf.scan().missing == 1
    [track] = shelf.tracks.tracks([track_id])
    assert (track.state, track.tags.title, track.caption.sentence) == (TrackState.MISSING, "Gone", "my song")
    assert track_id not in shelf.tracks.ids()
    assert shelf.scan().missing == 0


def test_a_file_that_comes_back_unchanged_is_the_same_track_and_not_read_again(shelf: Shelf) -> None:
    path = shelf.put("song.mp3")
    shelf.put("other.mp3")
    shelf.scan()
    track_id = shelf.tag(path)
    shelf.tag(shelf.music / "other.mp3")
    aside = shelf.folder / "aside"
    shutil.copy2(path, aside)
    path.unlink()
    shelf.scan()
    shutil.copy2(aside, path)
    report = shelf.scan()
    assert (report.returned, report.added, report.changed) == (1, 0, 0)
    assert shelf.ids()[path] == track_id
    assert shelf.tracks.pending_tags() == []
    assert not shelf.missing()


def test_a_renamed_folder_keeps_all_its_tracks_without_reading_a_file(shelf: Shelf) -> None:
    old = _fill(shelf, "old name", 120)
    shelf.scan()
    for path in old:
        shelf.tag(path)
    ids = shelf.ids()
    (shelf.music / "old name").rename(shelf.music / "new name")
    report = shelf.scan()
    assert (report.moved, report.added, report.missing, report.held) == (120, 0, 0, {})
    assert shelf.ids() == {shelf.music / "new name" / path.name: ids[path] for path in old}
    assert shelf.tracks.pending_tags() == []


def test_a_file_renamed_and_moved_deeper_is_the_same_track(shelf: Shelf) -> None:
    path = shelf.put("song.mp3")
    shelf.scan()
    track_id = shelf.ids()[path]
    (shelf.music / "Artist").mkdir()
    path.rename(shelf.music / "Artist" / "01 Song.mp3")
    assert shelf.scan().moved == 1
    assert shelf.ids() == {shelf.music / "Artist" / "01 Song.mp3": track_id}


def test_a_missing_file_that_appears_elsewhere_with_its_old_inode_is_the_same_track(shelf: Shelf) -> None:
    path = shelf.put("song.mp3")
    shelf.put("other.mp3")
    shelf.scan()
    track_id = shelf.ids()[path]
    path.rename(shelf.folder / "away.mp3")
    assert shelf.scan().missing == 1
    (shelf.folder / "away.mp3").rename(shelf.music / "back.mp3")
    assert shelf.scan().moved == 1
    assert shelf.ids()[shelf.music / "back.mp3"] == track_id


@posix
@pytest.mark.parametrize("between", [0, 600])
def test_a_hard_link_beside_the_file_is_a_second_track_and_no_move(shelf: Shelf, between: int) -> None:
    path = shelf.put("z/b.mp3")
    _fill(shelf, "m", between)
    shelf.scan()
    track_id = shelf.ids()[path]
    (shelf.music / "a.mp3").hardlink_to(path)
    assert shelf.scan().added == 1
    assert shelf.ids()[path] == track_id
    path.unlink()
    assert shelf.scan().missing == 1
    assert shelf.missing() == {path}


def test_a_file_moved_between_two_folders_keeps_its_id_whichever_is_scanned_first(shelf: Shelf) -> None:
    one, two = shelf.music / "one", shelf.music / "two"
    paths = [shelf.put("one/a.mp3"), shelf.put("two/b.mp3")]
    shelf.scan(one, two)
    ids = shelf.ids()
    paths[0].rename(two / "a.mp3")
    paths[1].rename(one / "b.mp3")
    assert shelf.scan(one).moved == 1
    assert shelf.scan(two).moved == 1
    assert shelf.ids() == {
        two / "a.mp3": ids[paths[0]],
        one / "b.mp3": ids[paths[1]],
    }
    assert not shelf.missing()


def test_a_scan_that_is_cancelled_keeps_its_batches_and_marks_nothing_missing(shelf: Shelf) -> None:
    _fill(shelf, "a", 700)
    gone = shelf.put("a/gone.mp3")
    shelf.scan()
    gone.unlink()
    _fill(shelf, "b", 700)

    class StopsAtOnce(Progress):
        def advance(self, count: int = 1, note: str = "") -> None:
            self.cancel()
            super().advance(count, note)

    with pytest.raises(Cancelled):
        scan(shelf.tracks, (shelf.music,), StopsAtOnce())
    assert not shelf.missing()
    assert shelf.scan().missing == 1
    assert len(shelf.ids()) == 1401


def test_a_path_given_with_a_tilde_or_dots_is_the_same_folder(shelf: Shelf) -> None:
    first = shelf.tracks.add_root(shelf.music)
    assert shelf.tracks.add_root(shelf.music / "x" / "..") == first
    home = shelf.tracks.add_root(Path("~"))
    assert os.fsdecode({root.id: root.path for root in shelf.tracks.roots()}[home]) == str(Path.home())


def test_a_renamed_song_without_a_title_is_sorted_by_its_new_name(shelf: Shelf) -> None:
    path = shelf.put("zebra.mp3")
    shelf.scan()
    shelf.tag(path)
    path.rename(shelf.music / "anvil.mp3")
    shelf.scan()
    assert shelf.db.run("SELECT title_key FROM track") == [("anvil",)]


def test_keywords_are_chosen_anew_when_songs_go_and_when_they_come_back(shelf: Shelf) -> None:
    path = shelf.put("song.mp3")
    shelf.put("other.mp3")
    shelf.scan()
    assert not shelf.descriptions.keywords_due()  # nothing is described yet
    aside = shelf.folder / "aside"
    for here, there in ((path, aside), (aside, path)):
        here.rename(there)
        shelf.scan()
        assert shelf.descriptions.keywords_due()
        shelf.descriptions.keywords_done()
        shelf.scan()
        assert not shelf.descriptions.keywords_due()
