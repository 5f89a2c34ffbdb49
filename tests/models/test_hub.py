"""What a hub and the way to it may answer instead of a file, and what a person is told."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime

import pytest
import requests

from hub import REVISION, Hub, use_hub
from hub_run import AUDIO, Run
from vibe_desktop.models import hub as hub_of_requests
from vibe_desktop.models.catalog import HubSource, ModelEntry


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
