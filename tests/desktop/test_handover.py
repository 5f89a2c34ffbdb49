"""What one start says to another: everything of ours arrives, nothing of anybody else's."""

from __future__ import annotations

import json
import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe_desktop.desktop.handover import LARGEST, Handover, handovers

ROOT = os.path.abspath(os.sep)  # noqa: PTH100 - with its drive on Windows


@pytest.mark.parametrize("paths", [(), (f"{ROOT}music",), (f"{ROOT}a b\nc", f"{ROOT}ünï ☀")])
def test_what_is_said_is_understood(paths: tuple[str, ...]) -> None:
    line = Handover(paths).encode()
    assert line.count(b"\n") == 1
    assert Handover.decode(line) == Handover(paths)


@pytest.mark.skipif(sys.platform == "win32", reason="names there are text")
def test_a_name_that_is_no_text_keeps_its_bytes() -> None:
    understood = Handover.decode(Handover((os.fsdecode(b"/caf\xe9.mp3"),)).encode())
    assert understood
    assert os.fsencode(understood.paths[0]) == b"/caf\xe9.mp3"


@pytest.mark.parametrize(
    "line",
    [
        b"", b"\n", b"raise\n", b"null\n", b"[]\n", b"1\n", b'{"raise": false}\n', b'{"quit": true}\n',
        b'{"open": []}\n', b'{"open": "/music"}\n', b'{"open": [1]}\n', b'{"open": ["relative"]}\n',
        b'{"open": ["http://example.org/a.mp3"]}\n', b'{"open": ["/a\\u0000b"]}\n',
        b'{"open": ["/\\ud800"]}\n', b'{"raise": true, "quit": 1}\n',
        b'{"open": ["/a"], "run": "b"}\n', b"\xff\xfe\x00{\n", b"[" * 60_000,
    ],
)  # fmt: skip
def test_what_is_not_ours_is_not_understood(line: bytes) -> None:
    assert Handover.decode(line) is None


@given(
    st.binary(max_size=200)
    | st.recursive(st.none() | st.text(), st.lists).map(lambda v: json.dumps(v).encode())
)
def test_nothing_that_is_said_raises(line: bytes) -> None:
    Handover.decode(line)


def test_many_files_are_said_in_messages_that_are_small_enough() -> None:
    paths = [f"{ROOT}music{os.sep}{'é' * 100}-{number}.mp3" for number in range(3000)]
    said = list(handovers(paths))
    assert len(said) > 1
    assert all(len(each.encode()) <= LARGEST for each in said)
    assert [path for each in said for path in each.paths] == paths


def test_relative_names_are_taken_from_here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    assert list(handovers(["a.mp3"])) == [Handover((str(tmp_path / "a.mp3"),))]
    assert list(handovers([])) == [Handover()]
