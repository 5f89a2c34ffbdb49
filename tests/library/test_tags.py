"""Reading tags: every format, every spelling, and files that lie."""

from __future__ import annotations

import os
import pickle
import random
import socket
import struct
import subprocess
import sys
from pathlib import Path
from typing import Any

import mutagen
import mutagen.apev2
import mutagen.id3
import mutagen.mp4
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from audio_files import KINDS, encode, make_audio, suffix
from vibe_desktop.domain import Tags
from vibe_desktop.library.tags import UnreadableFile, read_file

RECORDING = "b1a9c0e9-d987-4042-ae91-78d6a3267d69"
RELEASE_TRACK = "0b2f6a2e-9d0e-4d2b-8f0a-2f8c7a9d1e11"


def tags_of(path: Path) -> Tags:
    return read_file(os.fsencode(path)).tags


def save(path: Path, **frames: Any) -> Path:
    """Write tags by their raw names."""
    audio: Any = mutagen.File(path)
    if audio.tags is None:
        audio.add_tags()
    for name, value in frames.items():
        audio.tags[name] = value
    audio.save()
    return path


def save_id3(path: Path, *frames: Any, version: int = 4) -> Path:
    tag = mutagen.id3.ID3()
    for frame in frames:
        tag.add(frame)
    if version == 3:
        tag.update_to_v23()
    tag.save(path, v2_version=version)
    return path


@pytest.mark.parametrize("kind", KINDS)
def test_every_format_tells_every_field(kind: str, tmp_path: Path) -> None:
    path = make_audio(
        tmp_path / f"a{suffix(kind)}", kind,
        title="Dåwn ☀", artist="Ann", album_artist="Various", album="Days", track="3/12", disc="2/2",
        date="1987-03-02", genres=["Rock; Indie / Folk", "Pop"], moods=["Sad", "calm"], bpm=120, key="Am",
        composer="Cecil", language="eng", comment="A note", lyrics="[00:01.00]la\n[00:02.50]lu",
        grouping="Live", licence="CC BY 4.0", recording_id=RECORDING, cover=b"\xff\xd8cover",
    )  # fmt: skip
    tags = tags_of(path)
    assert tags.seconds == pytest.approx(1.0, abs=0.06)
    assert tags.bitrate is not None
    assert 20_000 < tags.bitrate < 1_000_000
    assert tags == Tags(
        title="Dåwn ☀", artist="Ann", album_artist="Various", album="Days", track_number=3, disc_number=2,
        date="1987-03-02", year=1987, genres=("Rock", "Indie", "Folk", "Pop"), moods=("Sad", "calm"),
        bpm=120.0, key="Am", composer="Cecil", language="eng", comment="A note", lyrics="la\nlu",
        grouping="Live", licence="CC BY 4.0", musicbrainz_recording_id=RECORDING,
        seconds=tags.seconds, bitrate=tags.bitrate, has_cover=True,
    )  # fmt: skip


@pytest.mark.parametrize("kind", KINDS)
def test_an_untagged_file_has_a_length_and_empty_fields(kind: str, tmp_path: Path) -> None:
    tags = tags_of(make_audio(tmp_path / f"a{suffix(kind)}", kind))
    assert tags == Tags(seconds=tags.seconds, bitrate=tags.bitrate)
    assert tags.seconds == pytest.approx(1.0, abs=0.06)


def test_id3_spellings_of_picard_and_beets(tmp_path: Path) -> None:
    i = mutagen.id3
    path = save_id3(
        make_audio(tmp_path / "a.mp3"),
        i.TCON(encoding=3, text=["(17)", "(4)Eurodisco", "52"]),
        i.TXXX(encoding=3, desc="MOOD", text=["dreamy"]),
        i.TXXX(encoding=3, desc="MusicBrainz Track Id", text=[RECORDING]),
        i.TXXX(encoding=3, desc="MusicBrainz Release Track Id", text=[RELEASE_TRACK]),
        i.TXXX(encoding=3, desc="MusicBrainz Album Id", text=[RELEASE_TRACK.upper()]),
        i.TXXX(encoding=3, desc="replaygain_track_gain", text=["-7.25 dB"]),
        i.TXXX(encoding=3, desc="REPLAYGAIN_ALBUM_GAIN", text=["+1,5 dB"]),
        i.TXXX(encoding=3, desc="REPLAYGAIN_TRACK_PEAK", text=["0.988525"]),
        i.TXXX(encoding=3, desc="replaygain_album_peak", text=["1.02"]),
        i.TXXX(encoding=3, desc="LANGUAGE", text=["deu"]),
        i.TXXX(encoding=3, desc="initialkey", text=["F#m"]),
        i.COMM(encoding=3, lang="eng", desc="iTunNORM", text=["0000 0000"]),
        i.SYLT(encoding=3, lang="eng", format=2, type=1, text=[("one", 10), ("two", 20)]),
        i.WCOP(url="https://creativecommons.org/licenses/by/4.0/"),
    )
    tags = tags_of(path)
    assert tags.genres == ("Rock", "Disco", "Eurodisco", "Electronic")
    assert (tags.moods, tags.language, tags.key, tags.comment) == (("dreamy",), "deu", "F#m", "")
    assert (tags.musicbrainz_recording_id, tags.musicbrainz_track_id) == (RECORDING, RELEASE_TRACK)
    assert tags.musicbrainz_album_id == RELEASE_TRACK
    assert (tags.replaygain_track_db, tags.replaygain_album_db) == (-7.25, 1.5)
    assert (tags.replaygain_track_peak, tags.replaygain_album_peak) == (0.988525, 1.02)
    assert tags.lyrics == "one\ntwo"
    assert tags.licence == "https://creativecommons.org/licenses/by/4.0/"


def test_old_id3_versions(tmp_path: Path) -> None:
    i = mutagen.id3
    frames = (
        i.TIT2(encoding=1, text="Alt"),
        i.TDRC(encoding=0, text="1999-05-04"),
        i.TCON(encoding=0, text="(8)"),
    )
    assert tags_of(save_id3(make_audio(tmp_path / "a.mp3"), *frames, version=3)).date == "1999-05-04"
    v1 = tmp_path / "b.mp3"
    v1.write_bytes(encode("mp3") + b"TAG" + b"Old title".ljust(30, b"\0") + bytes(30 + 30 + 4 + 30) + b"\x08")
    assert tags_of(v1).title == "Old title"
    assert tags_of(v1).genres == ("Jazz",)
    v22 = tmp_path / "c.mp3"
    frame = b"TT2" + (7).to_bytes(3, "big") + b"\0Tiny22"
    v22.write_bytes(b"ID3\x02\0\0" + bytes([0, 0, 0, len(frame)]) + frame + encode("mp3"))
    assert tags_of(v22).title == "Tiny22"


def test_gaps_of_one_tag_are_filled_from_another(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.mp3", title="From ID3")
    ape = mutagen.apev2.APEv2()
    ape["Title"], ape["Replaygain_Track_Gain"] = "From APE", "-3.00 dB"
    ape["Replaygain_Track_Peak"], ape["Replaygain_Album_Peak"] = "0.5", "0.000000"
    ape.save(path)
    tags = tags_of(path)
    assert (tags.title, tags.replaygain_track_db) == ("From ID3", -3.0)
    assert (tags.replaygain_track_peak, tags.replaygain_album_peak) == (0.5, None)


def test_vorbis_spellings(tmp_path: Path) -> None:
    path = save(
        make_audio(tmp_path / "a.opus"),
        R128_TRACK_GAIN="-512", UNSYNCEDLYRICS="hm hm", YEAR="2001", TRACKNUMBER="07", STYLE="Chillout",
        GENRE=["Electronic\0Ambient"], DESCRIPTION="From a tape", TEMPO="93,5", MOODS="Calm, happy",
    )  # fmt: skip
    tags = tags_of(path)
    assert tags.replaygain_track_db == pytest.approx(-512 / 256 + 5)
    assert (tags.lyrics, tags.year, tags.track_number, tags.comment) == ("hm hm", 2001, 7, "From a tape")
    assert tags.genres == ("Electronic", "Ambient", "Chillout")
    assert (tags.bpm, tags.moods) == (93.5, ("Calm", "happy"))


def test_a_standing_language_of_mp4(tmp_path: Path) -> None:
    path = save(
        make_audio(tmp_path / "a.m4a"),
        **{"----:com.apple.iTunes:LYRICS": [b"free form"], "----:com.apple.iTunes:BPM": [b"88.5"]},
    )
    assert (tags_of(path).lyrics, tags_of(path).bpm) == ("free form", 88.5)


def test_wav_info_chunks_are_read(tmp_path: Path) -> None:
    body = b"INFO" + b"INAM" + struct.pack("<I", 6) + b"Wave\0\0" + b"IGNR" + struct.pack("<I", 4) + b"Folk"
    path = tmp_path / "a.wav"
    path.write_bytes(encode("wav") + b"LIST" + struct.pack("<I", len(body)) + body)
    assert (tags_of(path).title, tags_of(path).genres) == ("Wave", ("Folk",))


# --- files that lie or attack -------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", ["mp3", "flac", "opus", "ape", "m4a", "wma"])
def test_hostile_text_becomes_clean_text(kind: str, tmp_path: Path) -> None:
    path = make_audio(
        tmp_path / f"a{suffix(kind)}", kind,
        title="\u202egnos\u202c\x07 two\x1b[31m", artist="x" * 2_000_000, comment="c" * 1_000_000,
        genres=[f"genre {n}" for n in range(300)], date="99999", bpm="0" if kind == "m4a" else "1e400",
    )  # fmt: skip
    tags = tags_of(path)
    assert tags.title == "gnos two [31m"
    assert len(tags.artist) <= 300
    assert len(tags.comment) <= 4_000
    assert len(tags.genres) <= 32
    assert (tags.year, tags.bpm) == (None, None)


def test_ten_thousand_values_and_lone_surrogates(tmp_path: Path) -> None:
    path = save(make_audio(tmp_path / "a.flac"), ARTIST=[f"a{n}" for n in range(10_000)])
    assert tags_of(path).artist.startswith("a0, a1, ")
    raw = b"\x01\xff\xfe" + "ok".encode("utf-16-le") + b"\x00\xd8" + "x".encode("utf-16-le")
    frame = b"TIT2" + bytes([0, 0, 0, len(raw)]) + b"\0\0" + raw
    broken = tmp_path / "b.mp3"
    broken.write_bytes(b"ID3\x04\0\0" + bytes([0, 0, 0, len(frame)]) + frame + encode("mp3"))
    tags_of(broken).title.encode("utf-8")


def test_a_nul_parts_values_and_trailing_nuls_vanish(tmp_path: Path) -> None:
    tag = mutagen.id3
    path = save_id3(
        make_audio(tmp_path / "a.mp3"),
        tag.TPE1(encoding=3, text="A\0B\0"),
        tag.TCON(encoding=3, text="Rock\0Pop\0\0"),
    )
    assert (tags_of(path).artist, tags_of(path).genres) == ("A, B", ("Rock", "Pop"))


@pytest.mark.parametrize("kind", ["mp3", "flac", "m4a", "wav", "aiff", "wv", "tta", "ape"])
def test_a_cover_of_fifty_megabytes_stays_on_the_disk(kind: str, tmp_path: Path) -> None:
    # A FLAC block's length has 24 bits.
    size = 16_000_000 if kind == "flac" else 50_000_000
    path = make_audio(tmp_path / f"a{suffix(kind)}", kind, title="Heavy", cover=bytes(size))
    assert _peak_of_reading(path) < 8_000_000


def test_fifty_megabytes_of_cover_in_ogg_pages_stay_on_the_disk(tmp_path: Path) -> None:
    cover = b"METADATA_BLOCK_PICTURE=" + b"A" * 50_000_000
    packet = (
        b"OpusTags" + struct.pack("<III", 0, 2, len(cover)) + cover + struct.pack("<I", 11) + b"TITLE=Heavy"
    )
    audio = encode("opus")
    head, rest = audio.index(b"OggS", 4), audio.index(b"OggS", audio.index(b"OpusTags"))
    path = tmp_path / "a.opus"
    path.write_bytes(audio[:head] + _ogg_pages(packet, audio[14:18]) + audio[rest:])
    assert _peak_of_reading(path) < 8_000_000


def test_a_windows_media_header_beyond_reason_is_refused(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.wma", title="Heavy", cover=bytes(65 << 20))
    with pytest.raises(UnreadableFile, match="more pictures and text than can be read safely"):
        tags_of(path)


def _ogg_pages(packet: bytes, serial: bytes) -> bytes:
    pages = []
    for at in range(0, len(packet) + 1, 255 * 255):
        body = packet[at : at + 255 * 255]
        lacing = b"\xff" * (len(body) // 255) + (bytes([len(body) % 255]) if len(body) < 255 * 255 else b"")
        pages.append(b"OggS\0\0" + bytes(8) + serial + bytes(8) + bytes([len(lacing)]) + lacing + body)
    return b"".join(pages)


def _peak_of_reading(path: Path) -> int:
    """Return the most bytes Python held while a process of its own read a file titled Heavy with a cover."""
    code = (
        "import os, sys, tracemalloc\n"
        "from vibe_desktop.library.tags import read_file\n"
        "tracemalloc.start()\n"
        "reading = read_file(os.fsencode(sys.argv[1]))\n"
        "assert (reading.tags.title, reading.tags.has_cover) == ('Heavy', True), reading\n"
        "print(tracemalloc.get_traced_memory()[1])\n"
    )
    return int(
        subprocess.run([sys.executable, "-c", code, str(path)], check=True, capture_output=True).stdout
    )


@pytest.mark.parametrize("name", [f"a{suffix(kind)}" for kind in KINDS])
def test_an_empty_file_says_so(name: str, tmp_path: Path) -> None:
    (tmp_path / name).touch()
    with pytest.raises(UnreadableFile, match=r"This file is empty\."):
        tags_of(tmp_path / name)


@pytest.mark.parametrize(
    "content", [b"<!doctype html><p>404</p>" * 500, b"#EXTM3U\nhttp://x/\n", b"\0" * 50_000]
)
def test_what_is_not_audio_is_named(content: bytes, tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    path.write_bytes(content)
    with pytest.raises(UnreadableFile, match="not audio, although its name says so"):
        tags_of(path)


def test_tags_without_audio_are_not_audio(tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.mp3", title="T")
    path.write_bytes(path.read_bytes()[:1_000].ljust(1_034, b"\0"))
    with pytest.raises(UnreadableFile):
        tags_of(path)


def test_noise_is_not_audio(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    for seed in range(20):
        path.write_bytes(random.Random(seed).randbytes(300_000))
        with pytest.raises(UnreadableFile):
            tags_of(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="named pipes are a POSIX thing")
@pytest.mark.timeout(20)
def test_pipes_sockets_and_folders_are_never_opened(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp3")
    (tmp_path / "folder.mp3").mkdir()
    with socket.socket(socket.AF_UNIX) as server:
        server.bind(str(tmp_path / "s.mp3"))
        for name in ("pipe.mp3", "folder.mp3", "s.mp3"):
            with pytest.raises(UnreadableFile, match="a pipe, a device or a folder"):
                tags_of(tmp_path / name)


def test_a_vanished_file_says_so_and_the_error_travels_between_processes(tmp_path: Path) -> None:
    with pytest.raises(UnreadableFile, match="no longer there") as caught:
        tags_of(tmp_path / "gone.mp3")
    assert str(pickle.loads(pickle.dumps(caught.value))) == "This file is no longer there."


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux keeps file names that are not text")
def test_a_name_that_is_not_text(tmp_path: Path) -> None:
    path = os.fsencode(tmp_path) + b"/caf\xe9 %20#.mp3"
    make_audio(tmp_path / "a.mp3", title="Caf").rename(os.fsdecode(path))
    assert read_file(path).tags.title == "Caf"


@pytest.mark.parametrize("kind", KINDS)
@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(damage=st.data())
def test_any_damage_ends_in_a_reading_or_one_reason(kind: str, tmp_path: Path, damage: st.DataObject) -> None:
    path = tmp_path / f"a{suffix(kind)}"
    original = tmp_path / "original"
    if not original.exists():
        make_audio(path, kind, title="T" * 50, genres=["Rock"], lyrics="la", cover=b"\xff\xd8")
        path.rename(original)
    data = bytearray(original.read_bytes())
    for _ in range(damage.draw(st.integers(1, 8))):
        data[damage.draw(st.integers(0, min(len(data), 3_000) - 1))] = damage.draw(st.integers(0, 255))
    del data[damage.draw(st.integers(1, len(data))) :]
    path.write_bytes(data)
    try:
        tags = tags_of(path)
    except UnreadableFile:
        return
    assert tags.seconds is None or 0 < tags.seconds < 30 * 86_400
    "".join((tags.title, tags.comment, *tags.genres)).encode("utf-8")
