"""Stopped, crowded out or let down by the disk: a run says so in a sentence, and the next one completes."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psutil
import pytest

from music_folder import SONGS, make_music
from players import until
from program import Program, copied, new_program
from vibe_desktop.app import App
from vibe_desktop.domain import VibeError
from vibe_desktop.paths import Profile
from vibe_desktop.progress import Progress

POSIX = pytest.mark.skipif(os.name == "nt", reason="Windows knows neither these signals nor these limits")

COPIES = 3
PATIENCE = 120.0


@pytest.fixture(scope="module")
def music(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder with enough music to be stopped in the midst of."""
    folder = tmp_path_factory.mktemp("music")
    for number in range(COPIES):
        make_music(folder / str(number), seconds=1.0 + number / 10)
    return folder


@pytest.fixture(scope="module")
def described(tmp_path_factory: pytest.TempPathFactory, models_folder: Path, music: Path) -> Program:
    """Return a program whose library was described but not heard."""
    program = new_program(tmp_path_factory.mktemp("described"), models_folder)
    program("index", music, "--no-listen")
    return program


# --- Asked to stop ---


def ends(signalled: int, program: subprocess.Popen[str]) -> str:
    """Send a signal to the whole process group, as a terminal does; return what was said by all of it."""
    family = psutil.Process(program.pid).children(recursive=True)
    os.killpg(program.pid, signalled)
    printed, said = program.communicate(timeout=PATIENCE)
    assert program.returncode == 128 + signalled, said
    assert printed == ""
    assert "Traceback" not in said
    _, left = psutil.wait_procs(family, timeout=PATIENCE)
    assert left == []
    return said


def after(program: subprocess.Popen[str], line: str) -> None:
    """Wait until a line of progress begins so: the stage after it is under way."""
    assert program.stderr is not None
    assert any(each.startswith(line) for each in iter(program.stderr.readline, ""))


@POSIX
@pytest.mark.parametrize("signalled", [signal.SIGINT, signal.SIGTERM])
@pytest.mark.parametrize("stage", ["Looking for music", "Reading tags", "Understanding captions"])
def test_asked_to_stop_it_stops_in_good_order_and_the_next_run_completes(
    program: Program, music: Path, stage: str, signalled: int
) -> None:
    running = program.start("index", music, "--workers", "2")
    after(running, stage)

    assert "Stopped. What was done is kept" in ends(signalled, running)

    counts = program.json("library")["counts"]
    assert counts["tracks"] == COPIES * len(SONGS)
    assert counts["failed"] == 0
    report = program.json("index", "--no-listen")
    assert report["read"] + counts["tags_read"] == COPIES * len(SONGS)
    assert program.json("library")["counts"]["captioned"] == COPIES * len(SONGS)


_TELLS_OF_ITS_BEGINNING = """
import os, sys
def heed(event, args):
    if event == "import" and args[0] == "vibe_desktop.screen":
        open(os.environ["BEGUN"], "w").close()
sys.addaudithook(heed)
"""


@POSIX
@pytest.mark.parametrize("seconds", [0.0, 0.05, 0.2, 0.4])
def test_stopped_while_it_starts_it_says_nothing_odd(
    program: Program, music: Path, tmp_path: Path, seconds: float
) -> None:
    (tmp_path / "sitecustomize.py").write_text(_TELLS_OF_ITS_BEGINNING)
    # Before that, Python itself is starting, and an interrupt ends it as it ends any program.
    begun = tmp_path / "begun"
    program.environment |= {"PYTHONPATH": str(tmp_path), "BEGUN": str(begun)}
    running = program.start("index", music)
    until(begun.exists)
    time.sleep(seconds)
    os.killpg(running.pid, signal.SIGINT)

    printed, said = running.communicate(timeout=PATIENCE)

    assert running.returncode == 130
    assert printed == ""
    assert "Traceback" not in said


@POSIX
def test_stopped_with_json_it_says_so_in_json(program: Program, music: Path) -> None:
    import json

    running = program.start("index", music, "--json")
    while not (program.profile / "library.sqlite3").exists():
        time.sleep(0.01)
    time.sleep(0.3)
    running.send_signal(signal.SIGINT)
    printed, said = running.communicate(timeout=PATIENCE)

    assert running.returncode == 130
    assert "Stopped" in json.loads(printed)["error"]["message"]
    assert said == ""


# --- Two at a time ---


def test_two_runs_at_the_same_time_get_in_nobodys_way(program: Program, tmp_path: Path) -> None:
    make_music(tmp_path / "long", seconds=30.0)
    with program.start("index", tmp_path / "long", "--workers", "1") as running:
        after(running, "Understanding captions")

        assert "already working" in program.complaint("index")
        assert "already working" in program.json("index", code=1)["error"]["message"]
        answer = program.json("queue", "heavy metal")
        assert {entry["artist"] for entry in answer["entries"]} == {"Rust Choir"}

        running.communicate(timeout=PATIENCE)
        assert running.returncode == 0
    assert list(program.json("library")["counts"]["heard"].values()) == [len(SONGS)]


# --- A disk that is full ---


def at_most(size: int) -> Callable[[], None]:
    """Return what forbids a new process to write any file beyond `size` bytes, as a full disk does."""

    def limit() -> None:
        import resource

        resource.setrlimit(resource.RLIMIT_FSIZE, (size, size))

    return limit


@POSIX
@pytest.mark.parametrize("kilobytes", [40, 160, 300, 500, 700])
def test_where_no_more_can_be_written_the_rest_is_kept(program: Program, music: Path, kilobytes: int) -> None:
    cramped = Program(program.profile, at_most(kilobytes << 10))
    for _ in range(2):
        said = cramped.complaint("index", music, "--workers", "1")
        assert "could not be read or written" in said
        assert "nothing that was stored is lost" in said

    program("index", music, "--no-listen")

    counts = program.json("library")["counts"]
    assert (counts["captioned"], counts["failed"]) == (COPIES * len(SONGS), 0)


@POSIX
def test_what_cannot_be_written_whole_is_not_written(described: Program, tmp_path: Path) -> None:
    program = copied(described, tmp_path)
    file = tmp_path / "all.json"
    program("export", file)
    before = file.read_bytes()

    assert "lost" in Program(program.profile, at_most(1000)).complaint("export", file)

    assert file.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["all.json", "profile"]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """Return a disk of 480 kB; only root on Linux can make one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=480k", "tmpfs", str(folder)]
    if sys.platform != "linux" or os.geteuid() != 0 or subprocess.run(command, check=False).returncode:
        pytest.skip("a small disk cannot be mounted here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_named_and_a_larger_one_goes_on(
    small_disk: Path, music: Path, models_folder: Path
) -> None:
    program = new_program(small_disk, models_folder)

    assert "There is no room left" in program.complaint("index", music)
    assert "There is no room left" in program.json("index", code=1)["error"]["message"]

    subprocess.run(["mount", "-o", "remount,size=50m", str(small_disk)], check=True)
    program("index", "--no-listen")
    assert program.json("library")["counts"]["captioned"] == COPIES * len(SONGS)
    subprocess.run(["mount", "-o", "remount,ro", str(small_disk)], check=True)
    assert "cannot be written" in program.complaint("models", "install")
    assert program.json("queue", "metal")["entries"]


def test_output_that_goes_nowhere_is_said_on_the_other_way_out(described: Program) -> None:
    if not Path("/dev/full").exists():
        pytest.skip("there is no device that is always full here")
    with Path("/dev/full").open("wb") as full:
        result = subprocess.run(
            described.command("library"), stdout=full, stderr=subprocess.PIPE, check=False, text=True
        )

    assert result.returncode == 1
    assert "No space left" in result.stderr
    assert "Exception" not in result.stderr


# --- A model with one byte changed ---


def flip(file: Path, *, keep_time: bool = False, at: float = 0.5) -> None:
    """Change one byte of a file, with `keep_time` as a disk does that forgets."""
    about = file.stat()
    content = bytearray(file.read_bytes())
    content[int(len(content) * at)] ^= 0x41
    file.write_bytes(content)
    if keep_time:
        os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))


@pytest.fixture
def own_models(described: Program, models_folder: Path, tmp_path: Path) -> Program:
    """Return a program whose models are its own, to be damaged."""
    program = copied(described, tmp_path)
    (program.profile / "models").unlink()
    for name in ("sbert", "musicnn"):
        shutil.copytree(models_folder / name, program.profile / "models" / name)
    return program


def test_a_damaged_encoder_is_named_by_whatever_needs_it(own_models: Program) -> None:
    flip(own_models.profile / "models" / "sbert" / "model.onnx")

    for command in (["queue", "metal"], ["index"], ["show", "1", "--caption", "Mine."]):
        said = own_models.complaint(*command)
        assert "all-MiniLM-L6-v2 is damaged" in said
        assert "vibe-desktop models install sbert" in said
    assert "is damaged" in own_models.json("queue", "metal", code=1)["error"]["message"]
    assert "damaged" in own_models("models", "status")
    assert own_models.json("library")["counts"]["captioned"] == COPIES * len(SONGS)


@pytest.mark.parametrize("file", ["model.onnx", "tokenizer.json"])
def test_damage_that_left_no_trace_is_found_when_the_model_fails(own_models: Program, file: str) -> None:
    flip(own_models.profile / "models" / "sbert" / file, keep_time=True, at=0.0)

    assert f"{file} is not the file that was installed" in own_models.complaint("queue", "metal")


def test_a_damaged_ear_is_named_and_the_captions_answer(own_models: Program) -> None:
    flip(own_models.profile / "models" / "musicnn" / "musicnn.onnx")

    assert "MusiCNN is damaged" in own_models.complaint("queue", "metal", "--ear", "musicnn")
    assert "MusiCNN is damaged" in own_models("index")
    assert "models install musicnn" in own_models.json("index")["deaf"]
    assert own_models.json("queue", "metal")["entries"]


@pytest.mark.parametrize("keep_time", [False, True])
def test_damage_that_workers_meet_ends_the_run_and_fails_no_file(
    own_models: Program, *, keep_time: bool
) -> None:
    file = own_models.profile / "models" / "musicnn" / "musicnn.onnx"
    whole = file.read_bytes()

    class DamagedOnTheWay(Progress):
        def begin(self, stage: str, total: int | None = None, *, can_wait: bool = False) -> None:
            super().begin(stage, total, can_wait=can_wait)
            if stage.startswith("Listening"):
                flip(file, keep_time=keep_time, at=0.0)

    with App(Profile(own_models.profile)) as app, pytest.raises(VibeError, match="MusiCNN is damaged"):
        app.index([], DamagedOnTheWay(), workers=2)

    assert own_models.json("library")["counts"]["failed"] == 0
    file.write_bytes(whole)
    assert own_models.json("index")["heard"] == COPIES * len(SONGS)
