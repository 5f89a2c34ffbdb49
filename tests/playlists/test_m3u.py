"""Playlists: what is written is what a player opens."""

from __future__ import annotations

import ntpath
import os
import sys
import time
from pathlib import Path
from typing import Any
from urllib.parse import unquote_to_bytes

import pytest

from audio_files import make_audio, tone
from vibe_desktop.domain import Caption, Tags, Track, TrackState, VibeError
from vibe_desktop.playlists import m3u

ODD_NAMES = [
    b"plain.wav", b"two words.wav", b"100%.wav", b"%41.wav", b"a#b.wav", b"#first.wav", b"what?.wav",
    b" edge.wav", b"a:b.wav", b"semi;colon&.wav", b"-dash.wav", "ünï ☀.wav".encode(),
]  # fmt: skip
if os.name == "nt":
    ODD_NAMES = [name for name in ODD_NAMES if not set(name) & set(b"?:")]
if sys.platform == "linux":
    ODD_NAMES += [b"caf\xe9.wav", b"new\nline.wav", b"tab\t.wav"]


def track(path: bytes | Path, **tags: Any) -> Track:
    return Track(1, os.fsdecode(path), TrackState.PRESENT, Tags(**tags), Caption(""))


def test_the_text_of_a_playlist(tmp_path: Path) -> None:
    tracks = [
        track(tmp_path / "a" / "x.mp3", title="One\nTwo", artist="Ann\r", seconds=61.6),
        track(tmp_path / "y.mp3"),
        track(tmp_path.parent / "z%.mp3", title="\ud800"),
    ]
    m3u.write_m3u(tmp_path / "p.m3u8", tracks, name="rainy\nwalk", relative=True)
    assert (tmp_path / "p.m3u8").read_text(encoding="utf-8").split("\n") == [
        "#EXTM3U", "#PLAYLIST:rainy walk",
        "#EXTINF:62,Ann  - One Two", "./a/x.mp3",
        "#EXTINF:-1,y", "./y.mp3",
        "#EXTINF:-1,?", "./../z%25.mp3", "",
    ]  # fmt: skip
    assert [path.name for path in tmp_path.iterdir()] == ["p.m3u8"]


def test_absolute_by_default(tmp_path: Path) -> None:
    m3u.write_m3u(tmp_path / "p.m3u8", [track(tmp_path / "x.mp3")])
    assert (tmp_path / "p.m3u8").read_text().splitlines()[-1] == str(tmp_path / "x.mp3")


def test_another_drive_keeps_its_absolute_path(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(os.path, "relpath", ntpath.relpath)
    path = str(tmp_path / "x.mp3")
    assert m3u.location(path, "C:/Lists") == path


def test_where_it_cannot_be_saved_it_says_so_and_leaves_nothing(tmp_path: Path) -> None:
    (tmp_path / "p.m3u8" / "inside").mkdir(parents=True)
    with pytest.raises(VibeError, match="could not be saved") as caught:
        m3u.write_m3u(tmp_path / "p.m3u8", [])
    assert caught.value.remedy
    assert [path.name for path in tmp_path.iterdir()] == ["p.m3u8"]
    with pytest.raises(VibeError, match="could not be saved"):
        m3u.write_m3u(tmp_path / "missing" / "p.m3u8", [])


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has no limit on a file's size to run into")
def test_a_full_disk_leaves_the_old_playlist(tmp_path: Path) -> None:
    import resource

    file = tmp_path / "p.m3u8"
    m3u.write_m3u(file, [track(tmp_path / "x.mp3")])
    before = file.read_bytes()
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1_000, limits[1]))
    try:
        with pytest.raises(VibeError, match="could not be saved"):
            m3u.write_m3u(file, [track(tmp_path / "x.mp3")] * 100)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert file.read_bytes() == before
    assert [path.name for path in tmp_path.iterdir()] == ["p.m3u8"]


@pytest.fixture(scope="module")
def vlc() -> Any:
    try:
        import vlc as library

        instance = library.Instance("--no-video", "--aout=dummy", "--quiet", "--no-metadata-network-access")
    except (ImportError, OSError, NameError, AttributeError) as error:
        pytest.skip(f"libvlc is not installed: {error}")
    if instance is None:
        pytest.skip("libvlc is installed without its plugins")
    return library, instance


def wait_for(condition: Any, seconds: float = 10.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.005)


@pytest.mark.parametrize("relative", [False, True])
def test_vlc_plays_every_entry(relative: bool, vlc: Any, tmp_path: Path) -> None:  # noqa: FBT001 - a parameter
    library, instance = vlc
    paths = [os.fsencode(tmp_path) + b"/music/" + name for name in ODD_NAMES]
    for path in paths:
        make_audio(Path(os.fsdecode(path)), "wav", tone(0.3))
    file = tmp_path / "list & more.m3u8"
    m3u.write_m3u(
        file, [track(path, title="T", seconds=0.3) for path in paths], name="all", relative=relative
    )

    playlist = instance.media_new_path(os.fsencode(file))
    playlist.parse_with_options(library.MediaParseFlag.local, 5_000)
    wait_for(lambda: playlist.get_parsed_status() == library.MediaParsedStatus.done)
    entries = playlist.subitems()
    mrls = [entries.item_at_index(at).get_mrl() for at in range(entries.count())]
    opened = [unquote_to_bytes(mrl.removeprefix("file://")) for mrl in mrls]
    assert [os.path.normpath(path) for path in opened] == paths

    for at in range(entries.count()):
        player = instance.media_player_new()
        player.set_media(entries.item_at_index(at))
        player.play()
        wait_for(lambda player=player: player.get_time() > 0 or player.get_state() == library.State.Ended)
        assert player.get_length() == pytest.approx(300, abs=20)
        player.stop()
        player.release()
