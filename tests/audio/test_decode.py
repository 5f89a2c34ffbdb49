"""Decoding windows of real files of every kind, and of things that are no music at all."""

from __future__ import annotations

import os
import struct
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from audio_files import DECODABLE, RATE, encode, suffix
from vibe_desktop.audio.decode import UndecodableAudio, read_windows, window_starts
from vibe_desktop.domain import FloatMatrix, FloatVector, WindowPlan

PLAN = WindowPlan(16_000, 3.0, 4)
_LOW, _SLOPE = 200.0, 40.0


def rising(seconds: float, rate: int = RATE) -> FloatVector:
    """Return a tone that says what time it is: 200 Hz and 40 Hz more every second."""
    time = np.arange(int(seconds * rate)) / rate
    return (0.5 * np.sin(2 * np.pi * (_LOW * time + _SLOPE / 2 * time**2))).astype(np.float32)


def times(windows: FloatMatrix, rate: int = PLAN.sample_rate) -> list[float]:
    """Return the time in seconds at which each window of a rising tone begins, by its first 3 s."""
    begins = windows[:, : 3 * rate]
    spectra = np.abs(np.fft.rfft(begins * np.hanning(begins.shape[1]), 1 << 18))
    hertz = spectra.argmax(axis=1) / (1 << 18) * rate
    return [float(start) for start in (hertz - _LOW) / _SLOPE - 1.5]


def write(folder: Path, kind: str, signal: FloatVector, rate: int = RATE) -> bytes:
    path = folder / f"music{suffix(kind)}"
    path.write_bytes(encode(kind, signal, rate))
    return os.fsencode(path)


def reason(path: bytes) -> str:
    with pytest.raises(UndecodableAudio) as caught:
        read_windows(path, PLAN)
    return str(caught.value)


@pytest.mark.parametrize("kind", DECODABLE)
def test_windows_come_from_where_they_were_asked(kind: str, tmp_path: Path) -> None:
    windows = read_windows(write(tmp_path, kind, rising(40)), PLAN)
    assert windows.dtype == np.float32
    assert windows.shape == (4, 48_000)
    np.testing.assert_allclose(times(windows), window_starts(40, PLAN), atol=0.15)


@pytest.mark.parametrize("kind", ["mp3", "flac", "ogg", "wav"])
def test_short_tracks_give_as_many_windows_as_fit(kind: str, tmp_path: Path) -> None:
    windows = read_windows(write(tmp_path, kind, rising(10)), PLAN)
    np.testing.assert_allclose(times(windows), [0, 3, 6], atol=0.15)


def test_a_track_shorter_than_a_window_is_repeated(tmp_path: Path) -> None:
    window = read_windows(write(tmp_path, "wav", rising(1, 16_000), 16_000), PLAN)
    assert window.shape == (1, 48_000)
    np.testing.assert_array_equal(window[0, :16_000], window[0, 16_000:32_000])
    assert np.abs(window[0, 32_000:]).max() > 0.4


@pytest.mark.parametrize(("seconds", "whole"), [(1.3, 2), (2.0, 1), (2.9, 1)])
def test_a_plan_may_ask_for_whole_repeats_and_silence(seconds: float, whole: int, tmp_path: Path) -> None:
    short = rising(seconds, 16_000)
    window = read_windows(write(tmp_path, "wav", short, 16_000), replace(PLAN, whole_repeats=True))
    assert window.shape == (1, 48_000)
    np.testing.assert_allclose(window[0, : whole * len(short)], np.tile(short, whole), atol=1e-4)
    assert not window[0, whole * len(short) :].any()


@pytest.mark.parametrize("kind", ["mp3", "flac"])
def test_six_long_windows_at_another_rate(kind: str, tmp_path: Path) -> None:
    """Sought where the track is long enough, picked in one pass where it is not; 44.1 kHz made 48 kHz."""
    plan = WindowPlan(48_000, 10.0, 6, whole_repeats=True)
    expectations = {150.0: window_starts(150, plan), 70.0: [10.0, 20.0, 30.0, 40.0, 50.0, 60.0]}
    for seconds, expected in expectations.items():
        windows = read_windows(write(tmp_path, kind, rising(seconds)), plan)
        assert windows.shape == (6, 480_000)
        np.testing.assert_allclose(times(windows, 48_000), expected, atol=0.15)


@pytest.mark.parametrize("seconds", [11.0, 25.0, 300.0])
def test_one_pass_spreads_its_windows_as_well(seconds: float, tmp_path: Path) -> None:
    """A raw stream has no length to rely on: a WAV whose header says it has none."""
    whole = bytearray(encode("wav", rising(seconds, 8_000), 8_000))
    at = whole.index(b"data") + 4
    whole[4:8] = whole[at : at + 4] = struct.pack("<I", 0xFFFFFFFF)
    path = tmp_path / "stream.wav"
    path.write_bytes(whole)
    windows = read_windows(os.fsencode(path), PLAN)
    begins = times(windows)
    assert len(begins) == min(4, int(seconds // 3))
    if seconds < 90:  # beyond that the tone is higher than 8 kHz can carry
        assert begins == sorted(begins)
        assert begins[-1] - begins[0] > seconds / 2 - 3


def test_a_length_that_lies_is_found_out(tmp_path: Path) -> None:
    whole = encode("wav", rising(60, 16_000), 16_000)
    path = tmp_path / "cut.wav"
    path.write_bytes(whole[: len(whole) * 2 // 5])
    begins = times(read_windows(os.fsencode(path), PLAN))
    assert len(begins) == 4
    assert begins == sorted(begins)
    assert 15 < begins[-1] < 22


def test_a_long_mp3_without_a_table_is_sought_in_exactly(tmp_path: Path) -> None:
    path = tmp_path / "plain.mp3"
    with av.open(str(path), "w", options={"write_xing": "0"}) as container:
        stream = container.add_stream("libmp3lame", rate=RATE, layout="mono")
        frame = av.AudioFrame.from_ndarray(rising(60)[np.newaxis], format="fltp", layout="mono")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    np.testing.assert_allclose(
        times(read_windows(os.fsencode(path), PLAN)), window_starts(60, PLAN), atol=0.3
    )


def test_channels_are_averaged(tmp_path: Path) -> None:
    path = tmp_path / "stereo.flac"
    tone = rising(10)
    with av.open(str(path), "w") as container:
        stream = container.add_stream("flac", rate=RATE, layout="stereo")
        samples = np.round(np.stack([tone, 0.5 * tone]) * 32767).astype(np.int16).T.reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="stereo")
        frame.sample_rate = RATE
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    peak = np.abs(read_windows(os.fsencode(path), PLAN)).max()
    assert peak == pytest.approx(0.375, abs=0.01)


@pytest.mark.parametrize("channels", [1, 6, 8, 16])
def test_any_number_of_channels_is_heard(channels: int, tmp_path: Path) -> None:
    samples = np.repeat(rising(10, 16_000)[:, np.newaxis], channels, axis=1)
    windows = read_windows(float_wav(tmp_path, samples, channels), PLAN)
    np.testing.assert_allclose(times(windows), [0, 3, 6], atol=0.15)


def test_silent_windows_are_left_out_and_silence_refused(tmp_path: Path) -> None:
    half = rising(40)
    half[: len(half) // 2] = 0
    assert len(read_windows(write(tmp_path, "flac", half), PLAN)) == 2
    assert "silent" in reason(write(tmp_path, "flac", np.zeros(20 * RATE, np.float32)))


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_samples_that_are_no_numbers_are_refused(bad: float, tmp_path: Path) -> None:
    assert "not numbers" in reason(float_wav(tmp_path, np.full(160_000, bad, np.float32)))


def test_samples_beyond_full_scale_are_clipped(tmp_path: Path) -> None:
    windows = read_windows(float_wav(tmp_path, 1e6 * rising(10, 16_000)), PLAN)
    assert np.abs(windows).max() == 1


def test_windows_that_are_no_numbers_are_left_out(tmp_path: Path) -> None:
    samples = rising(10, 16_000)
    samples[80_000] = np.nan
    assert len(read_windows(float_wav(tmp_path, samples), PLAN)) == 2


def float_wav(folder: Path, samples: FloatVector | FloatMatrix, channels: int = 1) -> bytes:
    path = folder / "float.wav"
    raw = samples.astype("<f4").tobytes()
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 3, channels, 16_000, 64_000 * channels, 4 * channels, 32)
    body = b"WAVE" + form + b"data" + struct.pack("<I", len(raw)) + raw
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return os.fsencode(path)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\0" * 5000,
        b"<html><body>404</body></html>" * 50,
        b"#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\nmusic.wav\n#EXT-X-ENDLIST\n",
        b"ffconcat version 1.0\nfile music.wav\n",
        b"v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nm=audio 5004 RTP/AVP 0\r\n",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
    ],
    ids=["empty", "zeros", "html", "hls", "concat", "sdp", "png"],
)
@pytest.mark.parametrize("name", ["fake.mp3", "fake.ogg", "fake.m3u8"])
def test_what_is_no_music_is_refused_and_nothing_followed(name: str, content: bytes, tmp_path: Path) -> None:
    write(tmp_path, "wav", rising(10))
    path = tmp_path / name
    path.write_bytes(content)
    assert reason(os.fsencode(path)).startswith("It ")


def test_a_name_is_never_a_protocol(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "wav", rising(10))
    monkeypatch.chdir(tmp_path)
    assert "cannot be read" in reason(b"concat:music.wav|music.wav")
    if sys.platform != "win32":
        Path("concat:music.wav|b").write_bytes(encode("flac", rising(5)))
        assert len(read_windows(b"concat:music.wav|b", PLAN)) == 1


def test_missing_files_and_folders_are_told_plainly(tmp_path: Path) -> None:
    assert "cannot be read" in reason(os.fsencode(tmp_path / "gone.mp3"))
    assert "not a regular file" in reason(os.fsencode(tmp_path))


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders there")
def test_a_pipe_is_refused_without_waiting(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    assert "not a regular file" in reason(os.fsencode(tmp_path / "pipe.mp3"))


@pytest.mark.skipif(sys.platform == "win32", reason="names are text there")
def test_names_that_are_not_text_are_opened(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9 \xff.flac"
    Path(os.fsdecode(path)).write_bytes(encode("flac", rising(5)))
    assert len(read_windows(path, PLAN)) == 1


@pytest.mark.parametrize("kind", DECODABLE)
def test_damaged_files_are_heard_or_refused_never_worse(kind: str, tmp_path: Path) -> None:
    whole = encode(kind, rising(14))
    noise = np.random.default_rng(len(whole))
    path = tmp_path / f"broken{suffix(kind)}"
    for _ in range(12):
        damaged = bytearray(whole[: noise.integers(1, len(whole) + 1)])
        for _ in range(noise.integers(0, 40)):
            damaged[noise.integers(len(damaged))] = noise.integers(256)
        path.write_bytes(damaged)
        try:
            windows = read_windows(os.fsencode(path), PLAN)
        except UndecodableAudio as error:
            assert str(error).endswith(".")  # noqa: PT017 - refusing is one of two right answers
        else:
            assert windows.shape[1] == 48_000
            assert np.isfinite(windows).all()


@given(st.floats(0, 40_000), st.floats(0.5, 30), st.integers(1, 50))
def test_windows_lie_inside_and_never_overlap(seconds: float, length: float, count: int) -> None:
    starts = window_starts(seconds, WindowPlan(16_000, length, count))
    assert 1 <= len(starts) <= count
    assert starts[0] >= 0
    assert starts[-1] + length <= max(seconds, length) + 1e-6
    assert all(later - earlier >= length - 1e-6 for earlier, later in pairwise(starts))
