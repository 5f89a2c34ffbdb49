"""The helper itself: what it writes is real, in every format it promises."""

from pathlib import Path

import av
import mutagen
import numpy as np
import pytest

from audio_files import DECODABLE, KINDS, encode, make_audio, suffix, tone


@pytest.mark.parametrize("kind", DECODABLE)
def test_every_decodable_kind_sounds_like_the_signal_it_was_made_from(kind: str, tmp_path: Path) -> None:
    path = make_audio(tmp_path / f"a{suffix(kind)}", kind)
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        resampler = av.AudioResampler(format="flt", layout="mono", rate=44_100)
        frames = [out for frame in container.decode(stream) for out in resampler.resample(frame)]
    heard = np.concatenate([frame.to_ndarray()[0] for frame in frames])
    spectrum = np.abs(np.fft.rfft(heard[4_000:40_000] * np.hanning(36_000)))
    assert len(heard) == pytest.approx(len(tone()), rel=0.06)
    assert np.argmax(spectrum) * 44_100 / 36_000 == pytest.approx(440, abs=2)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_takes_tags(kind: str, tmp_path: Path) -> None:
    path = make_audio(
        tmp_path / f"a{suffix(kind)}", kind, title="Dawn", genres=["Folk", "Rock"], cover=b"\xff\xd8"
    )
    assert "Dawn" in str(mutagen.File(path).tags)


def test_the_same_audio_is_encoded_once() -> None:
    assert encode("mp3") is encode("mp3")
