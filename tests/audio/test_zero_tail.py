"""Files that go on with gigabytes of zeros: their sound is heard, without a look through the rest."""

from __future__ import annotations

import io
import os
import sys
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio_files import make_audio, tone
from vibe_desktop.audio import zero_tail
from vibe_desktop.audio.decode import read_windows
from vibe_desktop.audio.zero_tail import end_of_sound
from vibe_desktop.domain import WindowPlan

BLOCK = 1 << 16
PLAN = WindowPlan(16_000, 3.0, 10)


@pytest.mark.skipif(sys.platform == "win32", reason="such a file would take its room there")
@pytest.mark.parametrize("kind", ["mp3", "flac"])
def test_a_file_that_goes_on_with_four_gigabytes_of_zeros_is_heard_as_if_it_ended(
    tmp_path: Path, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = make_audio(tmp_path / f"whole.{kind}", signal=tone(9.0))
    longer = tmp_path / f"longer: a,,b.{kind}"
    longer.write_bytes(whole.read_bytes())
    os.truncate(longer, 4 << 30)
    looked_at: list[int] = []
    block = zero_tail._block

    def counted(file: BinaryIO, number: int) -> bytes:
        looked_at.append(number)
        return block(file, number)

    monkeypatch.setattr(zero_tail, "_block", counted)

    heard = read_windows(os.fsencode(longer), PLAN)

    expected = read_windows(os.fsencode(whole), PLAN)
    assert heard.shape == expected.shape
    # The last frame alone may be heard to its very end, which an encoder fills up.
    assert np.array_equal(heard[:, :-2000], expected[:, :-2000])
    assert len(looked_at) < 40


@given(sound=st.integers(1, 40 * BLOCK), zeros=st.integers(0, 60 * BLOCK))
def test_what_is_left_out_is_zeros_and_the_sound_is_all_there(sound: int, zeros: int) -> None:
    content = b"\xff" * sound + bytes(zeros)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(zero_tail, "_LEAST", 2 * BLOCK)
        end = end_of_sound(io.BytesIO(content))
    if zeros >= 3 * BLOCK:
        assert end is not None
    if end is not None:
        assert sound <= end < sound + BLOCK


@pytest.mark.parametrize("beginning", [b"RIFF", b"OggS", b"\0", b""])
def test_other_kinds_keep_their_zeros(beginning: bytes, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(zero_tail, "_LEAST", 2 * BLOCK)
    assert end_of_sound(io.BytesIO(beginning + bytes(9 * BLOCK))) is None
