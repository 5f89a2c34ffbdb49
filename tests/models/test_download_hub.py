"""Files from a model hub over real HTTP: cut off, resumed, spoilt and called off."""

from __future__ import annotations

import stat
import threading
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from hub import REVISION, Hub, entry_of
from hub_run import AUDIO, FILES, TOTAL, Run
from vibe_desktop.domain import Cancelled
from vibe_desktop.models import download_hub as downloading
from vibe_desktop.models.catalog import ModelEntry
from vibe_desktop.progress import Progress


@pytest.fixture
def entry() -> ModelEntry:
    """Return the entry that pins all files."""
    return entry_of(FILES)


def test_files_arrive_under_their_installed_names_and_are_counted(
    hub: Hub, entry: ModelEntry, run: Run
) -> None:
    run(entry)

    for name, (_, content) in FILES.items():
        assert (run.target / name).read_bytes() == content
    assert {file.stat().st_ino for file in run.downloads.iterdir()} == {
        file.stat().st_ino for file in run.target.iterdir()
    }
    [stage] = run.progress.stages()
    assert (stage.stage, stage.done, stage.total) == ("Downloading Tiny CLAP", TOTAL, TOTAL)
    assert hub.seen[0].path == f"/someone/tiny%20clap/resolve/{REVISION}/onnx/audio%20model.onnx"


def test_nothing_tells_the_hub_who_asks(
    hub: Hub, entry: ModelEntry, run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    secrets = tmp_path / "netrc"
    hosts = ("127.0.0.1", "localhost")
    secrets.write_text("".join(f"machine {host} login somebody password secret\n" for host in hosts))
    secrets.chmod(stat.S_IRUSR | stat.S_IWUSR)
    monkeypatch.setenv("NETRC", str(secrets))
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    monkeypatch.setenv("HF_ENDPOINT", hub.address.replace("//", "//somebody:secret@"))
    hub.manner.redirects = 2

    run(entry)

    assert len(hub.seen) == 9
    assert {name for each in hub.seen for name in each.headers} == {
        "host", "user-agent", "accept-encoding", "accept", "connection",
    }  # fmt: skip
    assert {each.headers["user-agent"].partition("/")[0] for each in hub.seen} == {"vibe-desktop"}


def test_a_file_that_was_cut_off_goes_on_by_itself_where_it_was(
    hub: Hub, only_audio: ModelEntry, run: Run
) -> None:
    hub.manner.cuts = [100_000, 50_000]

    run(only_audio)

    assert (run.target / "audio.onnx").read_bytes() == AUDIO
    assert hub.ranges_asked() == ["", "bytes=100000-", "bytes=150000-"]
    assert run.done == len(AUDIO)


def test_a_cut_is_noticed_even_where_no_size_is_told(hub: Hub, only_audio: ModelEntry, run: Run) -> None:
    hub.manner.lengths = False
    hub.manner.cuts = [100_000]

    run(only_audio)

    assert (run.target / "audio.onnx").read_bytes() == AUDIO
    assert hub.ranges_asked() == ["", "bytes=100000-"]


def test_after_many_cuts_it_gives_up_keeps_what_it_has_and_the_next_run_goes_on(
    hub: Hub, only_audio: ModelEntry, run: Run
) -> None:
    hub.manner.cuts = [1_000] * 50

    error = run.error(only_audio)

    assert "broke off" in error.message
    assert "kept" in error.message
    assert "--from FOLDER" in error.remedy
    have = run.kept(only_audio).stat().st_size
    assert run.kept(only_audio).read_bytes() == AUDIO[:have]
    assert 1_000 <= have < 10_000

    hub.manner.cuts = []
    run.progress = Progress()
    run(only_audio)
    assert hub.ranges_asked()[-1] == f"bytes={have}-"
    assert run.done == len(AUDIO)
    stage = run.progress.stages()[-1]
    assert stage.before == have


def test_as_long_as_much_comes_of_it_no_number_of_cuts_is_too_many(
    hub: Hub, only_audio: ModelEntry, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloading, "_WORTH", 20_000)
    hub.manner.cuts = [25_000] * 11

    run(only_audio)

    assert len(hub.ranges_asked()) == 12


def test_a_hub_that_ignores_ranges_begins_anew(hub: Hub, only_audio: ModelEntry, run: Run) -> None:
    run.keep(only_audio, AUDIO[:70_000])
    hub.manner.ranges = lambda _: None

    run(only_audio)

    assert hub.ranges_asked() == ["bytes=70000-"]
    assert (run.target / "audio.onnx").read_bytes() == AUDIO
    assert run.done == len(AUDIO)


@pytest.mark.parametrize(
    "ranges",
    [
        pytest.param(lambda start: start + 10, id="too late"),
        pytest.param(lambda start: start - 10, id="too early"),
        pytest.param(lambda _: 10**9, id="not satisfiable"),
    ],
)
def test_another_part_than_the_one_asked_for_is_not_taken(
    hub: Hub, only_audio: ModelEntry, run: Run, ranges: Callable[[int], int | None]
) -> None:
    run.keep(only_audio, AUDIO[:70_000])
    hub.manner.ranges = ranges

    run(only_audio)

    assert hub.ranges_asked() == ["bytes=70000-", ""]
    assert (run.target / "audio.onnx").read_bytes() == AUDIO
    assert run.done == len(AUDIO)


def test_a_part_that_was_spoilt_meanwhile_is_fetched_anew(hub: Hub, only_audio: ModelEntry, run: Run) -> None:
    run.keep(only_audio, bytes(70_000))

    run(only_audio)

    assert hub.ranges_asked() == ["bytes=70000-", ""]
    assert (run.target / "audio.onnx").read_bytes() == AUDIO
    assert run.done == len(AUDIO)


def test_a_part_that_is_too_long_is_thrown_away(hub: Hub, only_audio: ModelEntry, run: Run) -> None:
    run.keep(only_audio, AUDIO + b"more")

    run(only_audio)

    assert hub.ranges_asked() == [""]
    assert run.done == len(AUDIO)


def test_whole_parts_and_whole_files_are_not_asked_for_again(
    hub: Hub, only_audio: ModelEntry, run: Run
) -> None:
    run.keep(only_audio, AUDIO)
    run(only_audio)
    run.keep(only_audio, AUDIO)
    run.kept(only_audio).rename(run.kept(only_audio).with_suffix(""))
    run(only_audio)

    assert hub.seen == []
    assert (run.target / "audio.onnx").read_bytes() == AUDIO


def test_a_part_of_another_revision_is_not_continued(hub: Hub, only_audio: ModelEntry, run: Run) -> None:
    newer = replace(only_audio, files=(replace(only_audio.files[0], sha256="0" * 64),))
    run.keep(newer, b"x" * 1_000)

    run(only_audio)

    assert hub.ranges_asked() == [""]
    assert (run.target / "audio.onnx").read_bytes() == AUDIO


@pytest.mark.parametrize(
    "spoil",
    [
        pytest.param(lambda content: content[:-1] + bytes([content[-1] ^ 1]), id="one bit"),
        pytest.param(lambda content: content + bytes(100_000), id="longer"),
        pytest.param(lambda _: b"<html>Please log in to this network</html>", id="another page"),
    ],
)
def test_wrong_bytes_are_thrown_away(
    hub: Hub, only_audio: ModelEntry, run: Run, spoil: Callable[[bytes], bytes]
) -> None:
    hub.manner.content = spoil

    error = run.error(only_audio)

    assert "is not the published file" in error.message
    assert "--from FOLDER" in error.remedy
    assert "onnx/audio model.onnx" in error.remedy
    assert list(run.downloads.iterdir()) == []
    assert run.done == 0


def test_too_many_bytes_are_noticed_where_no_size_is_told(hub: Hub, only_audio: ModelEntry, run: Run) -> None:
    hub.manner.content = lambda content: content + bytes(100_000)
    hub.manner.lengths = False

    assert "is not the published file" in run.error(only_audio).message
    assert list(run.downloads.iterdir()) == []


def test_never_more_than_the_pinned_size_is_written(
    hub: Hub, only_audio: ModelEntry, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(downloading._Fetch, "_start_over", lambda _: None)
    hub.manner.content = lambda content: content + content
    hub.manner.lengths = False

    run.error(only_audio)

    assert run.kept(only_audio).stat().st_size <= len(AUDIO)


@pytest.mark.parametrize("how", ["dripping", "mute", "asked to wait"])
def test_calling_it_off_is_answered_at_once_and_keeps_what_came(
    hub: Hub, only_audio: ModelEntry, run: Run, how: str
) -> None:
    if how == "dripping":
        hub.manner.pause = 0.05
    elif how == "mute":
        hub.manner.mute = True
    else:
        hub.manner.statuses = [(503, {"Retry-After": "29"})]
    called_off = []

    def call_off() -> None:
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and not (run.done if how == "dripping" else len(hub.seen) >= 1):
            time.sleep(0.01)
        called_off.append(time.monotonic())
        run.progress.cancel()

    run.progress.begin("Waiting")
    watcher = threading.Thread(target=call_off)
    watcher.start()
    with pytest.raises(Cancelled):
        run(only_audio)
    watcher.join()

    # Far below the 29 s asked for and the 30 s a silent connection is given.
    assert time.monotonic() - called_off[0] < 10
    if how == "dripping":
        have = run.kept(only_audio).read_bytes()
        assert 0 < len(have) < len(AUDIO)
        assert have == AUDIO[: len(have)]


def test_a_pause_stops_the_flow_and_going_on_completes_it(hub: Hub, only_audio: ModelEntry, run: Run) -> None:
    hub.manner.pause = 0.001
    worker = threading.Thread(target=run, args=(only_audio,))
    worker.start()
    deadline = time.monotonic() + 60
    while not (run.progress.stages() and run.done) and time.monotonic() < deadline:
        time.sleep(0.005)
    run.progress.pause()
    while not run.progress.waiting and worker.is_alive() and time.monotonic() < deadline:
        time.sleep(0.005)
    stood = run.done
    time.sleep(0.3)
    assert run.done == stood < len(AUDIO)

    run.progress.resume()
    worker.join(60)
    assert (run.target / "audio.onnx").read_bytes() == AUDIO
