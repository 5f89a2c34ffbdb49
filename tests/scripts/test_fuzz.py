"""The fuzzing script feeds every target, finds what is wrong, and keeps it."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Any

import pytest

SCRIPTS = Path(__file__).parent.parent.parent / "scripts"


@pytest.fixture
def fuzz(monkeypatch: pytest.MonkeyPatch) -> Any:
    monkeypatch.syspath_prepend(str(SCRIPTS))
    import fuzz

    return fuzz


def run(fuzz: Any, monkeypatch: pytest.MonkeyPatch, *arguments: str | Path) -> int:
    monkeypatch.setattr(sys, "argv", ["fuzz.py", *map(str, arguments)])
    code: int = fuzz.main()
    return code


def test_every_reader_of_bytes_is_fed(
    fuzz: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    targets = list(fuzz.fuzz_targets.targets())
    assert run(fuzz, monkeypatch, *targets, "--blind", "--minutes", "0.01", "--findings", tmp_path) == 0
    *lines, total = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == targets
    assert all(" 0 found" in line and not line.split()[2].startswith("0") for line in lines)
    assert total == "0 found"
    assert list(tmp_path.iterdir()) == []


def test_what_is_found_is_kept_with_its_reason(
    fuzz: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    def feed(data: bytes) -> None:
        if b"b" in data:
            raise IndexError("beyond the end")

    target = fuzz.fuzz_targets.Target(feed, [b"abc"])
    monkeypatch.setattr(fuzz.fuzz_targets, "targets", lambda: {"odd": lambda: target})
    assert run(fuzz, monkeypatch, "odd", "--blind", "--minutes", "0.002", "--findings", tmp_path) == 1
    [reason] = tmp_path.glob("*.txt")
    assert "beyond the end" in reason.read_text(encoding="utf-8")
    with pytest.raises(IndexError):
        feed(reason.with_suffix("").read_bytes())
    assert "1 found; see" in capsys.readouterr().out


def test_a_file_that_ends_a_worker_is_found(
    fuzz: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    media = sys.modules["fuzz_media"]
    fed = [media.Fed(b"good"), media.Fed(b"bad", "Reading it stopped the reader twice.")]
    monkeypatch.setitem(fuzz.FEEDERS, "tags", lambda *_: iter(fed))
    assert run(fuzz, monkeypatch, "tags", "--findings", tmp_path) == 1
    [found] = (path for path in tmp_path.iterdir() if path.suffix != ".txt")
    assert found.read_bytes() == b"bad"


def test_the_same_seed_mutates_the_same_way(fuzz: Any) -> None:
    def made(seed: int) -> list[bytes]:
        mutator = fuzz.Mutator([b"one" * 99, b"two" * 99], seed)
        return [mutator.mutated(mutator.choose()) for _ in range(50)]

    assert made(3) == made(3) != made(4)
    assert len(set(made(3))) > 40
