"""The file of phrases: all found again to the bit, and never a reason to fail."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from vibe_desktop.models import phrase_file as module
from vibe_desktop.models.phrase_file import PhraseFile

CALM = np.array([0.6, -0.8], np.float32)
LOUD = np.array([1.0, 0.0], np.float32)


def found(file: Path, *phrases: str) -> dict[str, list[float]]:
    return {text: row.tolist() for text, row in PhraseFile(file).find("one", phrases).items()}


def test_what_was_kept_is_found_to_the_bit_by_the_same_encoder_only(tmp_path: Path) -> None:
    file = tmp_path / "phrases.npz"
    PhraseFile(file).keep("one", {"calm": CALM, "half \ud83d": LOUD})
    PhraseFile(file).keep("one", {"loud": LOUD})

    assert found(file, "calm", "half \ud83d", "never asked") == {
        "calm": CALM.tolist(),
        "half \ud83d": LOUD.tolist(),
    }
    assert PhraseFile(file).find("another", ["calm"]) == {}
    PhraseFile(file).keep("another", {"calm": LOUD})
    assert found(file, "calm", "loud") == {}


def test_the_oldest_go_when_there_are_too_many(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST", 2)
    kept = PhraseFile(tmp_path / "phrases.npz")
    for text in ("first", "second", "first", "third"):
        kept.keep("one", {text: CALM})
    assert list(kept.find("one", ["first", "second", "third"])) == ["first", "third"]


@pytest.mark.parametrize("content", [b"", b"no archive at all", b"PK\x03\x04 only the beginning of one"])
def test_a_file_that_cannot_be_read_is_as_good_as_none(tmp_path: Path, content: bytes) -> None:
    file = tmp_path / "phrases.npz"
    file.write_bytes(content)
    assert found(file, "calm") == {}
    PhraseFile(file).keep("one", {"calm": CALM})
    assert found(file, "calm") == {"calm": CALM.tolist()}


def test_one_byte_that_changed_on_the_disk_is_noticed(tmp_path: Path) -> None:
    file = tmp_path / "phrases.npz"
    PhraseFile(file).keep("one", {"calm": CALM})
    content = bytearray(file.read_bytes())
    content[content.index(CALM.tobytes())] ^= 1
    file.write_bytes(content)
    assert found(file, "calm") == {}


def test_where_nothing_can_be_written_nothing_fails_and_nothing_is_left(tmp_path: Path) -> None:
    PhraseFile(tmp_path / "no folder" / "phrases.npz").keep("one", {"calm": CALM})
    (tmp_path / "phrases.npz").mkdir()
    PhraseFile(tmp_path / "phrases.npz").keep("one", {"calm": CALM})
    assert [path.name for path in tmp_path.iterdir()] == ["phrases.npz"]
    assert found(tmp_path / "phrases.npz", "calm") == {}
