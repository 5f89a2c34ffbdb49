"""Files that come, change, grow, move and go while the window is open, and systems that do not tell of it."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import closing
from dataclasses import replace
from itertools import count, pairwise
from pathlib import Path

import psutil
import pytest
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from audio_files import encode, make_audio, tone
from program import new_program
from vibe_desktop.app import App
from vibe_desktop.background import rounds
from vibe_desktop.background import watching as watching_module
from vibe_desktop.background.jobs import Job, JobKind
from vibe_desktop.background.watcher import Orders, Watcher
from vibe_desktop.console import print_index
from vibe_desktop.library import disks
from vibe_desktop.library.folder_events import open_events
from vibe_desktop.library.settling import SETTLING_SECONDS
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress
from vibe_desktop.ui.noticing import NoticingState
from vibe_desktop.ui.noticing_words import noticing_words
from window import Window, opened


class Watched:
    """A window that watches a music folder and listens to nothing; each test has its own place there."""

    def __init__(self, window: Window, place: Path) -> None:
        self.window = window
        self.place = place
        self.elsewhere = place.parent.parent
        """outside the music folder"""
        self._before = {id(job) for job in window.services.jobs.all()}

    def songs(self) -> dict[str, int]:
        """Return the id of each song that is there and was read, by its path below the place."""
        rows = self.window.services.app.reading.run(
            "SELECT t.path, t.id FROM track t JOIN root r ON r.id = t.root_id"
            " WHERE missing_since IS NULL AND tags_pending = 0 AND forgotten_at IS NULL"
        )
        paths = {Path(os.fsdecode(path)): track_id for path, track_id in rows}
        return {
            path.relative_to(self.place).as_posix(): track_id
            for path, track_id in paths.items()
            if path.is_relative_to(self.place)
        }

    def until_songs(self, *names: str) -> dict[str, int]:
        """Wait until just these songs are known in the place, and nothing is at work any more."""
        self.window.until(lambda: self.songs().keys() == set(names) and not self.window.watch.active)
        return self.songs()

    def put(self, name: str) -> Path:
        return make_audio(self.place / name, signal=tone(0.3, 200.0 + 10 * next(_pitch)), title="Song")

    def looked_at_everything(self) -> bool:
        """Return whether a job of this test looked at more than where something was noticed."""
        return any(job.result and not job.result.partial for job in self.jobs())

    def jobs(self) -> list[Job]:
        """Return the jobs begun in this test."""
        return [job for job in self.window.services.jobs.all() if id(job) not in self._before]

    def pid(self) -> int:
        pid = self.window.watch.noticing.pid
        assert pid
        return pid


_pitch = count()


@pytest.fixture(scope="module")
def watching(
    qapp: QApplication, tmp_path_factory: pytest.TempPathFactory, models_folder: Path
) -> Iterator[tuple[Window, Path]]:
    folder = tmp_path_factory.mktemp("watched")
    music = folder / "music"
    make_audio(music / "first" / "one.flac", signal=tone(0.3), title="One")
    with opened(deaf_profile(folder, models_folder, music)) as window:
        window.until(lambda: window.watch.noticing.state.watched == 1)
        yield window, music


@pytest.fixture
def songs(watching: tuple[Window, Path], request: pytest.FixtureRequest) -> Watched:
    """Return the window with everything quiet, and a place in its music folder where nothing is yet."""
    window, music = watching
    window.until(lambda: not window.watch.active)
    return Watched(window, music / str(next(_pitch)))


def deaf_profile(folder: Path, models_folder: Path, *roots: Path) -> Profile:
    """Return a profile that knows these folders, has the models and listens to nothing."""
    profile = Profile(new_program(folder, models_folder).profile)
    profile.settings.write_text(json.dumps({"ear": "none"}))
    with App(profile) as app:
        app.index(roots, Progress(), listen=False, workers=1)
    return profile


class Writing(Progress):
    """Writes a file a part at a time, while the program that finds it is at work."""

    def __init__(self, path: Path, parts: Mapping[str, bytes]) -> None:
        super().__init__()
        self._path, self._parts = path, dict(parts)

    def begin(self, stage: str, total: int | None = None, *, can_wait: bool = False) -> None:
        super().begin(stage, total, can_wait=can_wait)
        if part := self._parts.pop(stage, b""):
            self._path.write_bytes(part)


def test_fault_40_what_was_copied_during_a_scan_is_whole_at_its_end(
    tmp_path: Path, models_folder: Path
) -> None:
    whole = make_audio(tmp_path / "whole.wav", signal=tone(2.0), title="Slow").read_bytes()
    song = tmp_path / "music" / "song.wav"
    song.parent.mkdir()
    copying = Writing(song, {"Looking for music": whole[: len(whole) // 2], "Writing captions": whole})
    with App(Profile(new_program(tmp_path, models_folder).profile)) as app:
        report = app.index([song.parent], copying, listen=False, workers=1)
        [track] = app.stores.tracks.tracks(app.stores.tracks.ids())
    assert report.read == 2
    assert track.tags.seconds == pytest.approx(2.0, abs=0.1)
    assert track.tags.title == "Slow"


class Growing(Progress):
    """Adds to a file whenever the program goes on to something else."""

    def __init__(self, path: Path) -> None:
        super().__init__()
        self._path = path

    def begin(self, stage: str, total: int | None = None, *, can_wait: bool = False) -> None:
        super().begin(stage, total, can_wait=can_wait)
        with self._path.open("ab") as file:
            file.write(bytes(1000))


def test_fault_40_what_is_still_being_written_at_the_end_is_told(
    tmp_path: Path, models_folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    song = make_audio(tmp_path / "music" / "song.wav", signal=tone(1.0), title="Slow")
    told = "1 file may still be written to. Run this again once that is over."
    with App(Profile(new_program(tmp_path, models_folder).profile)) as app:
        print_index(app.index([song.parent], Growing(song), listen=False, workers=1))
        assert told in capsys.readouterr().out
        print_index(app.index([], Progress(), listen=False, workers=1))
    assert "written to" not in capsys.readouterr().out


def test_fault_40_a_file_still_being_copied_waits_until_it_is_whole(songs: Watched) -> None:
    whole = make_audio(songs.elsewhere / "whole.wav", signal=tone(3.0), title="Slow").read_bytes()
    growing = songs.place / "growing.wav"
    songs.put("done.flac")
    written = [time.monotonic()]
    for number in range(12):
        with growing.open("ab") as file:
            file.write(whole[number * 20_000 : (number + 1) * 20_000 if number < 11 else None])
        written.append(time.monotonic())
        QTest.qWait(500)  # the writer's own pace
        too_slow = max(b - a for a, b in pairwise(written)) >= SETTLING_SECONDS / 2
        # On a machine that stands still for seconds a file may seem whole; it is read again then.
        assert number == 11 or too_slow or "growing.wav" not in songs.songs()
    known = songs.until_songs("done.flac", "growing.wav")
    songs.window.until(lambda: seconds_of(songs, known["growing.wav"]) == pytest.approx(3.0, abs=0.1))


def seconds_of(songs: Watched, track_id: int) -> float | None:
    [track] = songs.window.services.app.reading_tracks.tracks([track_id])
    return track.tags.seconds


def test_fault_43_a_storm_of_files_is_looked_at_a_few_times_one_after_another(songs: Watched) -> None:
    content = encode("flac", tone(0.1))
    names = [f"storm/{number % 20}/{number:03}.flac" for number in range(200)]
    for name in names:
        path = songs.place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
    most = 0

    def all_known() -> bool:
        nonlocal most
        most = max(most, sum(job.kind is JobKind.INDEX for job in songs.window.watch.active))
        return songs.songs().keys() == set(names)

    songs.window.until(all_known)
    songs.until_songs(*names)
    assert most == 1
    assert len(songs.jobs()) <= 4
    assert not songs.looked_at_everything()


@pytest.mark.skipif(
    os.name == "nt", reason="Windows has neither links for everyone nor names that are no text"
)
def test_fault_43_odd_names_are_noticed_and_hidden_folders_are_not(songs: Watched) -> None:
    outside = songs.elsewhere / "outside"
    make_audio(outside / "linked.flac", signal=tone(0.2), title="Linked")
    odd = os.fsdecode(b"odd\xe9/caf\xe9.flac")
    songs.put(".hidden/no.flac")
    songs.put("@eaDir/no.flac")
    songs.put("quiet/no.flac")
    (songs.place / "quiet" / ".nomedia").touch()
    songs.put(odd)
    (songs.place / "odd link").symlink_to(outside)
    (songs.place / "loop").symlink_to(songs.place)
    songs.until_songs(odd, "odd link/linked.flac")
    make_audio(outside / "new" / "later.flac", signal=tone(0.2, 500), title="Later")
    songs.until_songs(odd, "odd link/linked.flac", "odd link/new/later.flac")


def test_fault_43_what_moves_between_folders_keeps_what_is_known_of_it(songs: Watched) -> None:
    for name in ("a/song.flac", "a/other.flac", "b/third.flac"):
        songs.put(name)
    before = songs.until_songs("a/song.flac", "a/other.flac", "b/third.flac")
    (songs.place / "a/song.flac").rename(songs.place / "b/song.flac")
    (songs.place / "b").rename(songs.place / "c")
    moved = songs.until_songs("a/other.flac", "c/song.flac", "c/third.flac")
    assert moved["c/song.flac"] == before["a/song.flac"]
    assert moved["c/third.flac"] == before["b/third.flac"]
    # As from one disk to another: the copy is there before its original goes.
    shutil.copyfile(songs.place / "a/other.flac", songs.place / "c/other.flac")
    songs.until_songs("a/other.flac", "c/other.flac", "c/song.flac", "c/third.flac")
    (songs.place / "a/other.flac").unlink()
    moved = songs.until_songs("c/other.flac", "c/song.flac", "c/third.flac")
    assert moved["c/other.flac"] == before["a/other.flac"]


def test_fault_42_where_no_more_folders_can_be_watched_the_window_says_so_and_looks_now_and_then(
    tmp_path: Path, models_folder: Path, repository: Path
) -> None:
    """The limit is lowered in a namespace of its own, where it is nobody else's."""
    lowered = ["unshare", "--user", "--map-root-user", "sh", "-c"]
    lower = "echo 4 > /proc/sys/user/max_inotify_watches"
    if sys.platform != "linux" or not shutil.which("unshare"):
        pytest.skip("only Linux has this limit, and unshare to lower it")
    if subprocess.run([*lowered, lower], check=False, capture_output=True).returncode:
        pytest.skip("this system gives nobody a namespace of their own")
    music = tmp_path / "music"
    for number in range(8):
        make_audio(music / str(number) / "song.flac", signal=tone(0.3, 200.0 + number), title=str(number))
    profile = deaf_profile(tmp_path, models_folder, music)
    script = repository / "tests" / "watching_at_the_limit.py"
    inside = map(str, (sys.executable, script, profile.folder, music))
    command = [*lowered, f'{lower} && exec "$@"', "sh", *inside]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join((str(script.parent), str(repository)))}
    result = subprocess.run(command, check=False, capture_output=True, encoding="utf-8", env=environment)
    assert result.returncode == 0, result.stderr
    told = json.loads(result.stdout)
    assert told["words"].startswith("Checking every 15 minutes, because the system watches no more folders")
    assert any(told["words"] in text and "max_user_watches" in text for text in told["shown"])


@pytest.fixture
def stopped(songs: Watched) -> Iterator[psutil.Process]:
    """Give the watching process, which stands still as if the system told of nothing."""
    process = psutil.Process(songs.pid())
    process.suspend()
    yield process
    process.resume()


@pytest.mark.skipif(sys.platform != "linux", reason="it is Linux that counts the events it could not keep")
def test_fault_44_when_more_happens_than_the_system_keeps_everything_is_looked_at(
    songs: Watched, stopped: psutil.Process
) -> None:
    most = int(Path("/proc/sys/fs/inotify/max_queued_events").read_text())
    flickering = songs.place.parent / "first" / "flickering.flac"
    for _ in range(most // 3 + 100):  # made, written and deleted
        flickering.touch()
        flickering.unlink()
    songs.put("late/late.flac")
    stopped.resume()
    songs.until_songs("late/late.flac")
    assert songs.looked_at_everything()


def test_fault_44_what_nobody_tells_of_is_found_by_looking_now_and_then_and_after_sleep(
    songs: Watched, stopped: psutil.Process, monkeypatch: pytest.MonkeyPatch
) -> None:
    songs.put("silent/silent.flac")
    with monkeypatch.context() as patch:
        patch.setattr(rounds, "SELDOM_SECONDS", 1.0)
        songs.window.until(lambda: "silent/silent.flac" in songs.songs())
    songs.until_songs("silent/silent.flac")
    assert songs.looked_at_everything()
    songs.put("overnight/new.flac")
    songs.window.watch.noticing._rounds._wall -= 8 * 3600  # the clock on the wall has gone on
    songs.until_songs("silent/silent.flac", "overnight/new.flac")


@pytest.mark.parametrize("kind", ["nfs4", "cifs", "fuse.sshfs", "fuse.gvfsd-fuse"])
def test_fault_44_folders_on_other_machines_are_looked_at_every_quarter_of_an_hour(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(disks, "_mounts", lambda: [("/", "ext4"), (str(tmp_path), kind)])
    with closing(open_events()) as events:
        watcher = Watcher(events)
        watcher.obey(Orders((os.fsencode(tmp_path),)), now=0.0)
        news = watcher.news(now=0.0)
    state = NoticingState(on=True, folders=1, watched=news.watched, remote=news.remote)
    assert state.blind
    assert noticing_words(state) == "Checking every 15 minutes, because the folder is on another machine."
    mixed = replace(state, folders=3, watched=3)
    assert mixed.blind
    assert noticing_words(mixed).startswith("Watching 3 folders. Also checking every 15 minutes")


def test_fault_44_a_watching_process_that_dies_is_replaced_and_nothing_is_missed(songs: Watched) -> None:
    pid = songs.pid()
    psutil.Process(pid).kill()
    songs.put("meanwhile/song.flac")
    songs.until_songs("meanwhile/song.flac")
    assert songs.pid() != pid


def test_fault_44_folders_that_nobody_watched_any_more_are_watched_again_at_the_next_round(
    songs: Watched, monkeypatch: pytest.MonkeyPatch
) -> None:
    noticing = songs.window.watch.noticing
    with monkeypatch.context() as patch:
        patch.setattr(watching_module, "Child", no_room)
        psutil.Process(songs.pid()).kill()
        songs.window.until(lambda: noticing.pid is None)
    songs.window.until(lambda: noticing.state.blind)

    with monkeypatch.context() as patch:
        patch.setattr(rounds, "OFTEN_SECONDS", 1.0)
        songs.window.until(lambda: noticing.state.watched == 1)
        patch.setattr(rounds, "SELDOM_SECONDS", 1.0)
        songs.window.until(lambda: not noticing._watching._deaths)


def no_room(*_: object) -> None:
    raise OSError("There is no room for another process.")


def test_folders_are_watched_as_they_are_added_go_offline_come_back_and_are_removed(
    songs: Watched,
) -> None:
    noticing, other = songs.window.watch.noticing, songs.elsewhere / "other"
    make_audio(other / "here.flac", signal=tone(0.3, 300), title="Here")
    there = Watched(songs.window, other)
    songs.window.watch.index([other])
    songs.window.until(lambda: noticing.state.watched == 2)
    there.until_songs("here.flac")
    make_audio(other / "there.flac", signal=tone(0.3, 301), title="There")
    there.until_songs("here.flac", "there.flac")

    other.rename(other.with_name("away"))
    [root_id] = [row[0] for row in root_rows(songs) if row[1] == os.fsencode(other)]
    songs.window.until(lambda: (root_id, os.fsencode(other), 0) in root_rows(songs))
    songs.window.until(lambda: noticing.state.watched == 1)
    assert noticing_words(noticing.state) == "Watching 1 of 2 folders."
    other.with_name("away").rename(other)
    songs.window.until(lambda: (root_id, os.fsencode(other), 1) in root_rows(songs))

    songs.window.services.app.stores.tracks.forget_root(root_id)
    songs.window.services.intents.library_changed.emit()
    songs.window.until(lambda: (noticing.state.folders, noticing.state.watched) == (1, 1))
    assert noticing_words(noticing.state) == "Watching 1 folder."


def test_the_switch_ends_and_begins_the_watching(songs: Watched) -> None:
    songs.window.services.preferences.change(notice_changes=False)
    noticing = songs.window.watch.noticing
    songs.window.until(lambda: noticing.pid is None and not noticing.state.on)
    songs.put("unseen/unseen.flac")
    songs.window.services.preferences.change(notice_changes=True)
    songs.until_songs("unseen/unseen.flac")
    songs.window.until(lambda: noticing.state.watched == 1)


def root_rows(songs: Watched) -> list[tuple[int, bytes, int]]:
    return songs.window.services.app.reading.run("SELECT id, path, online FROM root")
