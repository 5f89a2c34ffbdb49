"""Files from a model hub over real HTTP: sent on, cut off, resumed, refused, spoilt and called off."""

from __future__ import annotations

import os
import re
import stat
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
import requests

from hub import REVISION, Hub, entry_of, serving, use_hub
from vibe_desktop.domain import Cancelled, VibeError
from vibe_desktop.models import download_hub as downloading
from vibe_desktop.models import hub as hub_of_requests
from vibe_desktop.models.catalog import HubSource, ModelEntry
from vibe_desktop.models.download_hub import download_hub
from vibe_desktop.progress import Progress

FILES = {
    "audio.onnx": ("onnx/audio model.onnx", os.urandom(300_000)),
    "text.onnx": ("onnx/text.onnx", os.urandom(500_000)),
    "tokenizer.json": ("tokenizer.json", os.urandom(1_000)),
}
AUDIO = FILES["audio.onnx"][1]
TOTAL = sum(len(content) for _, content in FILES.values())


@pytest.fixture(autouse=True)
def _impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    """Wait next to nothing between tries."""
    monkeypatch.setattr(downloading, "_FIRST_WAIT", 0.001)
    monkeypatch.setattr(downloading, "_LOOK_SECONDS", 0.01)


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Give a hub that serves the files."""
    with serving(Hub(dict(FILES.values())), monkeypatch) as hub:
        yield hub


@pytest.fixture
def entry() -> ModelEntry:
    """Return the entry that pins the files."""
    return entry_of(FILES)


@pytest.fixture
def only_audio() -> ModelEntry:
    """Return an entry that pins the first file alone."""
    return entry_of({"audio.onnx": FILES["audio.onnx"]})


class Run:
    """One download into folders below `folder`."""

    def __init__(self, folder: Path) -> None:
        self.downloads = folder / "downloads" / "clap"
        self.target = folder / "target"
        self.target.mkdir()
        self.progress = Progress()

    def __call__(self, entry: ModelEntry) -> None:
        assert isinstance(entry.source, HubSource)
        download_hub(entry, entry.source, self.downloads, self.target, self.progress)

    def error(self, entry: ModelEntry) -> VibeError:
        with pytest.raises(VibeError) as caught:
            self(entry)
        assert list(self.target.iterdir()) == []
        return caught.value

    def kept(self, entry: ModelEntry) -> Path:
        """Return where a file that is not complete waits."""
        file = entry.files[0]
        return self.downloads / f"{file.sha256[:16]}-{file.name}.part"

    def keep(self, entry: ModelEntry, content: bytes) -> None:
        self.downloads.mkdir(parents=True, exist_ok=True)
        self.kept(entry).write_bytes(content)

    @property
    def done(self) -> int:
        return self.progress.stages()[-1].done


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Return a download that is yet to begin."""
    return Run(tmp_path)


def test_files_arrive_under_their_installed_names_and_are_counted(
    hub: Hub, entry: ModelEntry, run: Run
) -> None:
    run(entry)

    for name, (_, content) in FILES.items():
        assert (run.target / name).read_bytes() == content
    assert list(run.downloads.iterdir()) == []
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


@pytest.mark.parametrize(
    ("status", "words"),
    [
        (404, "does not have this file"),
        (410, "does not have this file"),
        (401, "does not give this file"),
        (403, "does not give this file"),
        (418, "answered oddly"),
        (204, "answered oddly"),
    ],
)
def test_what_no_second_try_mends_is_said_at_once(
    hub: Hub, only_audio: ModelEntry, run: Run, status: int, words: str
) -> None:
    hub.manner.statuses = [(status, {})] * 9

    error = run.error(only_audio)

    assert words in error.message
    assert "Tiny CLAP" in error.message
    assert f"revision {REVISION}" in error.remedy
    assert len(hub.manner.statuses) == 8


@pytest.mark.parametrize("status", [429, 500, 502, 503, 504])
def test_a_hub_that_is_busy_for_a_moment_is_asked_again(
    hub: Hub, only_audio: ModelEntry, run: Run, status: int
) -> None:
    hub.manner.statuses = [(status, {}), (status, {"Retry-After": "0"})]

    run(only_audio)

    assert (run.target / "audio.onnx").read_bytes() == AUDIO


@pytest.mark.parametrize(("status", "words"), [(429, "too much from here"), (503, "trouble of its own")])
def test_a_hub_that_stays_busy_is_left_alone(
    hub: Hub, only_audio: ModelEntry, run: Run, status: int, words: str
) -> None:
    hub.manner.statuses = [(status, {})] * 50

    error = run.error(only_audio)

    assert words in error.message
    assert "Try again later" in error.remedy
    assert 40 <= len(hub.manner.statuses) < 49


def test_a_hub_that_asks_for_a_moment_gets_it(hub: Hub, only_audio: ModelEntry, run: Run) -> None:
    hub.manner.statuses = [(503, {"Retry-After": "1"})]
    began = time.monotonic()

    run(only_audio)

    assert time.monotonic() - began >= 1


@pytest.mark.parametrize("how", ["seconds", "date"])
def test_a_hub_that_asks_for_minutes_is_believed(
    hub: Hub, only_audio: ModelEntry, run: Run, how: str
) -> None:
    then = format_datetime(datetime.now(UTC) + timedelta(minutes=20), usegmt=True)
    hub.manner.statuses = [(429, {"Retry-After": then if how == "date" else "1200"})] * 2

    error = run.error(only_audio)

    assert "Try again in 20 minutes" in error.remedy
    assert len(hub.manner.statuses) == 1


def test_sending_on_without_end_ends(hub: Hub, only_audio: ModelEntry, run: Run) -> None:
    hub.manner.redirects = 99

    error = run.error(only_audio)

    assert "without end" in error.message
    assert len(hub.seen) < 10


def test_no_connection_is_named_as_such(
    only_audio: ModelEntry, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_hub(monkeypatch, "http://127.0.0.1:9")

    error = run.error(only_audio)

    assert "127.0.0.1 cannot be reached" in error.message
    assert "connection" in error.remedy
    assert "--from FOLDER" in error.remedy


def test_an_unsafe_connection_is_named_as_such(
    hub: Hub, only_audio: ModelEntry, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    use_hub(monkeypatch, hub.address.replace("http:", "https:"))

    error = run.error(only_audio)

    assert "is not safe" in error.message
    assert "REQUESTS_CA_BUNDLE" in error.remedy


def test_a_proxy_that_is_not_there_is_named_as_such(
    hub: Hub, only_audio: ModelEntry, run: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("HTTP_PROXY", "http://127.0.0.1:9")
    monkeypatch.delenv("NO_PROXY")

    error = run.error(only_audio)

    assert "proxy" in error.message
    assert "HTTPS_PROXY" in error.remedy


@pytest.mark.parametrize("address", ["hub.example", "ftp://hub.example", "http://[::1", "http://"])
def test_an_address_that_is_none_is_named_as_such(
    only_audio: ModelEntry, run: Run, monkeypatch: pytest.MonkeyPatch, address: str
) -> None:
    use_hub(monkeypatch, address)

    error = run.error(only_audio)

    assert "HF_ENDPOINT" in error.remedy


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


def test_the_usual_hub_is_asked_over_a_safe_connection(monkeypatch: pytest.MonkeyPatch) -> None:
    from vibe_desktop.models.hub import address_of

    monkeypatch.delenv("HF_ENDPOINT", raising=False)
    address = address_of(HubSource("someone/model", REVISION), "onnx/audio.onnx")
    assert re.fullmatch(rf"https://[a-z.]+/someone/model/resolve/{REVISION}/onnx/audio\.onnx", address)


def test_a_safe_connection_is_never_left_for_an_unsafe_one() -> None:
    answer = requests.Response()
    answer.status_code = 302
    answer.url = "https://hub.example/file"
    answer.headers["location"] = "//elsewhere.example/file"
    with hub_of_requests._session() as session:
        assert session.get_redirect_target(answer) == "//elsewhere.example/file"
        answer.headers["location"] = "http://elsewhere.example/file"
        with pytest.raises(requests.exceptions.InvalidSchema):
            session.get_redirect_target(answer)
