"""Names of every kind: no text, full of marks, composed or not, in another case, longer than allowed."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from audio_files import make_audio, tone
from keeping import database, ids_by_path
from lenient_disk import any_accents, any_case, lenient
from players import events_until, silent_vlc
from program import Program, new_program
from shelf import Shelf
from vibe_desktop.app import App
from vibe_desktop.domain import Track
from vibe_desktop.long_paths import reachable, unmarked
from vibe_desktop.paths import Profile
from vibe_desktop.playback.player import EventKind, Player, Source

pytestmark = pytest.mark.skipif(
    sys.platform in ("win32", "darwin"), reason="there names are text, and few marks are allowed"
)

NO_TEXT = (b"caf\xe9.mp3", b"\xff\xfe\x80.flac")
MARKED = (
    b"100% #1?;&|.mp3", b"it's \"quoted\" `so` $(echo).mp3", b"two\nlines.mp3", b"-rf.mp3", b"--help.flac",
    b"a.wav :sout=file.mp3", b"http:evil.mp3", b"back\\slash.mp3", b" spaces .mp3", b"*[a-z]{1}.mp3",
    b"~.mp3",
)  # fmt: skip
COMPOSED, DECOMPOSED = (unicodedata.normalize(form, "Déjà vu.flac") for form in ("NFC", "NFD"))
Disk = Callable[[], AbstractContextManager[None]]
DEEP = "/".join(f"a folder of a long name, number {number:02} of thirty" for number in range(30))


@dataclass(frozen=True)
class Named:
    """A library of oddly named songs."""

    program: Program
    music: Path
    report: dict[str, Any]
    entries: dict[bytes, dict[str, Any]]
    """what a queue of everything says of each song, by the bytes of its path"""

    def path(self, name: bytes | str) -> bytes:
        return os.fsencode(self.music) + b"/" + os.fsencode(name)


@pytest.fixture(scope="module")
def named(tmp_path_factory: pytest.TempPathFactory, models_folder: Path) -> Iterator[Named]:
    folder = tmp_path_factory.mktemp("named")
    music = folder / "music"
    names = [*map(os.fsdecode, NO_TEXT + MARKED), COMPOSED, DECOMPOSED, f"{DEEP}/{'n' * 251}.mp3"]
    for number, name in enumerate(names):
        make_audio(music / name, signal=tone(1.0, 300.0 + 20 * number), genres="Folk")
    beyond = _folder_beyond_any_path(music / "beyond")
    program = new_program(folder, models_folder)
    report = program.json("index", music, "--no-listen", "--workers", "1")
    entries = program.json("queue", "folk, 50 songs")["entries"]
    yield Named(program, music, report, {os.fsencode(entry["path"]): entry for entry in entries})
    shutil.rmtree(beyond)


def _folder_beyond_any_path(top: Path) -> Path:
    """Make folders in folders until their path is longer than the system takes; return the outermost."""
    top.mkdir()
    make_audio(top / "reached.mp3", signal=tone(1.0, 1000.0), genres="Folk")
    inside = os.open(top, os.O_RDONLY)
    for _ in range(20):
        os.mkdir("d" * 250, dir_fd=inside)
        deeper = os.open("d" * 250, os.O_RDONLY, dir_fd=inside)
        os.close(inside)
        inside = deeper
    os.close(inside)
    return top


@pytest.fixture(scope="module")
def player() -> Iterator[Player]:
    player = silent_vlc()
    yield player
    player.close(10)


def plays(player: Player, track: Track) -> bool:
    source = Source(os.fsencode(track.path), seconds=track.tags.seconds)
    player.play(source)
    events = events_until(player, EventKind.ENDED, source)
    return EventKind.FAILED not in {event.kind for event in events}


def track_at(named: Named, path: bytes) -> Track:
    with App(Profile(named.program.profile)) as app:
        [track] = app.stores.tracks.find(os.fsdecode(path))
    return track


@pytest.mark.parametrize("name", NO_TEXT)
def test_fault_14_a_name_that_is_no_text_is_listed_shown_and_played(
    named: Named, player: Player, name: bytes
) -> None:
    path = named.path(name)
    assert path in named.entries
    assert track_at(named, path).path == os.fsdecode(path)
    assert plays(player, track_at(named, path))
    db = database(named.program)
    assert db.run("SELECT typeof(path) FROM track WHERE path = ?", (path,)) == [("blob",)]
    db.close()
    assert named.program("show", path).isprintable() is False  # more than a line, and UTF-8 throughout
    assert "�" in named.program("show", path) or "?" in named.program("show", path)


def test_fault_15_no_mark_in_a_name_is_taken_for_anything_but_a_letter(named: Named, player: Player) -> None:
    for name in MARKED:
        path = named.path(name)
        assert path in named.entries, name
        assert plays(player, track_at(named, path)), name
    assert named.report["failed"] == 0
    assert not (named.music / "file.mp3").exists()


def test_fault_16_both_ways_to_write_an_accent_are_two_songs_where_the_disk_has_both(named: Named) -> None:
    songs = {os.fsencode(path): track_id for path, track_id in ids_by_path(named.program).items()}
    assert songs[named.path(COMPOSED)] != songs[named.path(DECOMPOSED)]


@pytest.mark.parametrize(("here", "written"), [(COMPOSED, DECOMPOSED), (DECOMPOSED, COMPOSED)])
def test_fault_16_a_playlist_finds_a_song_whichever_way_its_accents_are_written(
    tmp_path: Path, here: str, written: str
) -> None:
    shelf = Shelf(tmp_path)
    song = shelf.put(here)
    shelf.scan()
    shelf.db.close()
    list_ = tmp_path / "list.m3u8"
    list_.write_text(f"#EXTM3U\n{song.with_name(written)}\n", encoding="utf-8")
    with App(Profile(tmp_path / "profile")) as app:
        [track] = app.playlist_contents(app.import_playlist(list_))
    assert isinstance(track, Track)
    assert track.path == str(song)


@pytest.fixture
def shelf(tmp_path: Path) -> Iterator[Shelf]:
    shelf = Shelf(tmp_path)
    yield shelf
    shelf.db.close()


def respell(shelf: Shelf, old: str, new: str, disk: Disk, *, replugged: bool) -> None:
    """Spell the names of a song's path in another way, and see that it is the song it was."""
    shelf.record("other/stays.flac", title="Stays")
    before = shelf.record(old, title="Waterloo")
    with disk():
        shelf.index()
    track_id = shelf.ids()[before]
    for name, other in zip(Path(old).parts, Path(new).parts, strict=True):
        found = next(each for each in shelf.music.rglob("*") if each.name == name)
        found.rename(found.with_name(other))
    if replugged:  # such disks often number their files anew
        shelf.db.run("UPDATE track SET inode = inode + 1000000, device = device + 1")
    for _ in range(2):
        with disk():
            assert os.path.lexists(bytes(before)), "the old spelling still leads there"
            shelf.index()
    assert shelf.ids()[shelf.music / new] == track_id
    assert len(shelf.ids()) == 2
    assert not shelf.missing()


@pytest.mark.parametrize("replugged", [False, True])
def test_fault_16_where_the_disk_sees_no_difference_both_ways_are_one_song(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, *, replugged: bool
) -> None:
    disk = partial(lenient, shelf.music, any_accents, monkeypatch)
    respell(shelf, f"Étude/{COMPOSED}", f"Étude/{DECOMPOSED}", disk, replugged=replugged)


@pytest.mark.parametrize(
    ("old", "new"),
    [("Abba/x.flac", "Abba/X.flac"), ("abba/x.flac", "ABBA/x.flac"), ("a/b/x.flac", "A/B/X.flac")],
)
@pytest.mark.parametrize("replugged", [False, True])
def test_fault_17_a_name_in_another_case_is_the_same_song_where_the_disk_sees_no_difference(
    shelf: Shelf, monkeypatch: pytest.MonkeyPatch, old: str, new: str, *, replugged: bool
) -> None:
    respell(shelf, old, new, partial(lenient, shelf.music, any_case, monkeypatch), replugged=replugged)


def test_fault_17_in_another_case_it_is_another_song_where_the_disk_has_both(shelf: Shelf) -> None:
    one, two = shelf.record("x.flac", title="One"), shelf.record("X.flac", title="Two")
    shelf.index()
    assert set(shelf.ids()) == {one, two}


def test_fault_21_a_path_of_two_thousand_letters_is_listed_and_played(named: Named, player: Player) -> None:
    path = named.path(f"{DEEP}/{'n' * 251}.mp3")
    assert len(path) > 1500
    assert path in named.entries
    assert plays(player, track_at(named, path))


@pytest.mark.parametrize(
    ("path", "marked"),
    [
        (b"C:\\Music\\" + b"d" * 250, b"\\\\?\\C:\\Music\\" + b"d" * 250),
        (b"\\\\nas\\music\\" + b"d" * 250, b"\\\\?\\UNC\\nas\\music\\" + b"d" * 250),
        (b"C:\\Music\\song.mp3", b"C:\\Music\\song.mp3"),
    ],
)
def test_fault_21_windows_is_handed_long_paths_with_its_mark_and_nobody_else_sees_it(
    path: bytes, marked: bytes
) -> None:
    assert reachable(path, "nt") == marked
    assert reachable(marked, "nt") == marked
    assert unmarked(marked, "nt") == path
    assert reachable(path, "posix") == path


def test_fault_21_what_lies_beyond_any_path_is_named_and_costs_itself_only(named: Named) -> None:
    [unreadable] = named.report["scan"]["unreadable"]
    assert unreadable.startswith(str(named.music / "beyond"))
    assert named.path("beyond/reached.mp3") in named.entries
