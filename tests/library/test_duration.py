"""Lengths: what a header claims is held against what is there."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from audio_files import DECODABLE, KINDS, encode, make_audio, suffix, tone
from vibe_desktop.library.duration import last_flac_sample
from vibe_desktop.library.tags import UnreadableFile, read_file


def seconds_of(path: Path) -> float | None:
    return read_file(os.fsencode(path)).tags.seconds


@pytest.mark.parametrize("kind", [kind for kind in DECODABLE if kind not in ("m4a", "alac")])
@pytest.mark.parametrize("share", [0.3, 0.75])
def test_half_a_file_is_as_long_as_its_half(kind: str, share: float, tmp_path: Path) -> None:
    path = make_audio(tmp_path / f"a{suffix(kind)}", kind, tone(20))
    with path.open("r+b") as file:
        file.truncate(int(path.stat().st_size * share))
    # Ogg pages and WavPack blocks hold a second and more.
    assert seconds_of(path) == pytest.approx(20 * share, abs=1.5)


@pytest.mark.parametrize("kind", KINDS)
def test_a_thousand_bytes_never_claim_minutes(kind: str, tmp_path: Path) -> None:
    path = make_audio(tmp_path / f"a{suffix(kind)}", kind, tone(40))
    with path.open("r+b") as file:
        file.truncate(1_000)
    try:
        seconds = seconds_of(path)
    except UnreadableFile:
        return
    assert seconds is None or 0 < seconds < 3


def test_mp4_with_its_index_in_front_is_cut_to_what_is_there(tmp_path: Path) -> None:
    data = encode("m4a", tone(20))
    media, index = data.index(b"mdat") - 4, data.index(b"moov") - 4
    path = tmp_path / "a.m4a"
    front = data[:media] + data[index:] + data[media:index]
    path.write_bytes(front[: len(front) - (index - media) // 2])
    assert seconds_of(path) == pytest.approx(10, rel=0.05)


def test_the_last_flac_frame_is_found_by_its_header() -> None:
    data = encode("flac", tone(3))
    assert last_flac_sample(data[-65_536:], 4_608, 3 * 44_100) == 3 * 44_100
    assert last_flac_sample(data[-65_536:], 4_608, 0) == 3 * 44_100
    assert last_flac_sample(bytes(65_536), 4_608, 1_000) is None
    assert last_flac_sample(b"\xff\xf8" * 5_000, 4_608, 1_000) is None


def test_a_wave_of_zeros_in_gigabytes_is_quick(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.wav")
    with path.open("r+b") as file:
        file.truncate(6_000_000_000)
    assert seconds_of(path) == pytest.approx(1.0)


def test_a_stream_of_aac_without_a_container_is_music_with_and_without_tags(tmp_path: Path) -> None:
    import av
    from mutagen.id3 import ID3, TIT2

    path, cut = tmp_path / "stream.aac", tmp_path / "cut.aac"
    (tmp_path / "song.m4a").write_bytes(encode("m4a", tone(20)))
    with av.open(tmp_path / "song.m4a") as song, av.open(path, "w", format="adts") as stream:
        copied = stream.add_stream_from_template(song.streams.audio[0])
        for packet in song.demux(audio=0):
            if packet.dts is not None:
                packet.stream = copied
                stream.mux(packet)
    whole = path.read_bytes()
    assert seconds_of(path) == pytest.approx(20, abs=0.5)
    cut.write_bytes(whole[: len(whole) // 2])
    assert seconds_of(cut) == pytest.approx(10, abs=0.5)
    key = read_file(os.fsencode(path)).content_key
    tags = ID3()
    tags.add(TIT2(encoding=3, text="Stream"))
    tags.save(path)
    reading = read_file(os.fsencode(path))
    assert (reading.tags.title, reading.content_key) == ("Stream", key)
    assert reading.tags.seconds == pytest.approx(20, abs=0.5)
