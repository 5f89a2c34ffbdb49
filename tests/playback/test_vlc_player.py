"""What only a player with sound can show: what is no music, how loud it is, and what it never does."""

from __future__ import annotations

import math
import os
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from audio_files import DECODABLE, encode, make_audio, suffix, tone
from players import events_until, music, recording_vlc, silent_vlc, told, until
from vibe_desktop.playback.player import EventKind, Player, Source

ENDED, FAILED, STARTED = EventKind.ENDED, EventKind.FAILED, EventKind.STARTED


@pytest.fixture
def player() -> Iterator[Player]:
    player = silent_vlc()
    yield player
    player.close(10)


@pytest.mark.parametrize("kind", DECODABLE)
def test_plays_every_kind_of_file(player: Player, tmp_path: Path, kind: str) -> None:
    path = make_audio(tmp_path / f"a{suffix(kind)}", kind, tone(4.0))
    source = Source(bytes(path), seconds=4.0)
    player.play(source)
    until(lambda: player.position > 0.05 or any(event.kind is ENDED for event in player.poll()))


def test_of_an_ogg_file_the_end_is_an_end(player: Player, tmp_path: Path) -> None:
    source = music(tmp_path, "a.ogg", 6.0)
    player.play(source)
    assert told(events_until(player, ENDED, source)) == [(STARTED, source), (ENDED, source)]


@pytest.mark.skipif(sys.platform in ("win32", "darwin"), reason="names there are always text")
def test_names_that_are_not_text(player: Player, tmp_path: Path) -> None:
    path = tmp_path / os.fsdecode(b"caf\xe9.flac")
    path.write_bytes(encode("flac", tone(1.0)))
    player.play(source := Source(bytes(path)))
    events_until(player, ENDED, source)


@pytest.mark.parametrize(
    "content",
    [b"", b"<html><body>Not found</body></html>" * 50, bytes(range(256)) * 40],
    ids=["empty", "a page", "noise"],
)
def test_what_is_not_music_fails(player: Player, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "a.mp3").write_bytes(content)
    source = Source(bytes(tmp_path / "a.mp3"))
    player.play(source)
    assert events_until(player, FAILED, source)[-1].reason


def test_a_file_that_breaks_off_fails(player: Player, tmp_path: Path) -> None:
    whole = encode("flac", tone(20.0))
    (tmp_path / "a.flac").write_bytes(whole[: len(whole) // 10])
    source = Source(bytes(tmp_path / "a.flac"), seconds=20.0)
    player.play(source)
    player.prepare(music(tmp_path, "b.flac", 1.0))
    events = events_until(player, FAILED, source)
    assert "broke off" in events[-1].reason
    assert all(event.then is None for event in events)


def test_a_playlist_in_disguise_reaches_for_nothing(player: Player, tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(2.0)
        url = f"http://127.0.0.1:{server.getsockname()[1]}/a.mp3"
        (tmp_path / "a.mp3").write_text(f"#EXTM3U\n#EXTINF:1,A\n{url}\n")
        source = Source(bytes(tmp_path / "a.mp3"), seconds=3.0)
        player.play(source)
        events_until(player, FAILED, source)
        with pytest.raises(TimeoutError):
            server.accept()


def test_length_is_learnt_from_the_file(player: Player, tmp_path: Path) -> None:
    path = make_audio(tmp_path / "a.flac", signal=tone(5.0))
    player.play(source := Source(bytes(path)))
    events_until(player, STARTED, source)
    until(lambda: player.length is not None)
    assert player.length == pytest.approx(5.0, abs=0.05)


def test_close_does_not_wait_for_a_driver_that_hangs(tmp_path: Path) -> None:
    player: Any = silent_vlc()
    release = threading.Event()
    player._notes.put(lambda: hang(release))  # as a call into libvlc that does not return
    began = time.monotonic()
    player.play(music(tmp_path))
    player.stop()
    assert time.monotonic() - began < 5.0
    player.close(0.1)
    assert player._thread.is_alive()
    release.set()
    player._thread.join(20)
    assert not player._thread.is_alive()


def test_a_gain_that_was_changed_holds_through_a_pause(tmp_path: Path) -> None:
    player: Any = silent_vlc()
    player.play(source := music(tmp_path, seconds=8.0))
    events_until(player, STARTED, source)
    player.set_gain(-6.0)
    player.pause()
    until(lambda: not player._place._clock.running and player._deck._player.get_state() == vlc_paused())
    player.resume()
    until(lambda: player._place._clock.running)
    assert player._deck._equaliser.get_preamp() == pytest.approx(12.04 - 6.0, abs=0.01)
    player.close(10)


def vlc_paused() -> object:
    import vlc

    return vlc.State.Paused


def hang(release: threading.Event) -> None:
    release.wait()


def test_libvlc_is_spoken_to_from_one_thread_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from vibe_desktop.playback import vlc_deck

    threads = set()
    for name in ("load", "sound", "amplify", "set_paused", "seek", "stop"):
        real = getattr(vlc_deck.Deck, name)

        def noted(*args: object, _real: object = real, **more: object) -> object:
            threads.add(threading.current_thread().name)
            return _real(*args, **more)  # type: ignore[operator]

        monkeypatch.setattr(vlc_deck.Deck, name, noted)
    player = silent_vlc()
    first, second = music(tmp_path, "a.flac", 1.0), music(tmp_path, "b.flac", 1.0)
    player.play(first)
    player.prepare(second)
    player.seek(0.2)
    events_until(player, ENDED, second)
    player.stop()
    player.close(10)
    assert threads == {"libvlc"}


class TestSound:
    """Sound that was put out, sample by sample."""

    def test_gain_is_exact(self, tmp_path: Path) -> None:
        plain, softer = (self.loudness(tmp_path, gain_db) for gain_db in (0.0, -6.0))
        assert plain == pytest.approx(_decibels(tone(1.0)), abs=0.3)
        assert softer - plain == pytest.approx(-6.0, abs=0.1)

    def test_more_than_libvlc_can_is_as_much_as_it_can(self, tmp_path: Path) -> None:
        quiet, most = (self.loudness(tmp_path, gain_db, scale=0.1) for gain_db in (0.0, 15.0))
        assert most - quiet == pytest.approx(7.96, abs=0.1)

    def test_what_was_prepared_follows_closely_and_as_loud(self, tmp_path: Path) -> None:
        player, taps = recording_vlc()
        first, second = music(tmp_path, "a.flac", 3.0), music(tmp_path, "b.flac", 3.0)
        player.play(first)
        player.prepare(second)
        events_until(player, ENDED, second)
        player.close(10)
        before, after = taps
        # Without preparing it is about 0.2 s; a machine that is busy with other things may add to either.
        assert -0.1 < after.first_due - before.end < 2.0
        assert _decibels(after.samples / 32_768) == pytest.approx(_decibels(before.samples / 32_768), abs=0.1)
        assert len(after.samples) == pytest.approx(3.0 * 44_100, rel=0.02)

    def loudness(self, folder: Path, gain_db: float, scale: float = 1.0) -> float:
        path = make_audio(folder / "a.flac", signal=scale * tone(1.0))
        player, taps = recording_vlc()
        player.play(source := Source(bytes(path), gain_db, 1.0))
        events_until(player, ENDED, source)
        player.close(10)
        return _decibels(taps[0].samples / 32_768)


def _decibels(samples: np.ndarray) -> float:
    """Return the usual loudness of a tenth of a second: on a busy machine libvlc skips some of them."""
    tenths = np.array_split(np.square(samples.astype(np.float64)), max(1, len(samples) // 4_410))
    return 20 * math.log10(math.sqrt(np.median([tenth.mean() for tenth in tenths])))
