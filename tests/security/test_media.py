"""Files that call themselves music and are lists of addresses: no part of the program follows one."""

from __future__ import annotations

import bz2
import gzip
import lzma
import socket
import struct
import sys
import zlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from audio_files import KINDS, encode, make_audio, suffix, tone
from players import DEADLINE, silent_vlc, until
from program import Program
from vibe_desktop.playback.disguise import is_disguised
from vibe_desktop.playback.player import EventKind, Player, Source

LISTS = {
    "m3u": "#EXTM3U\n#EXTINF:3,A\n{url}\n",
    "vlc": "#EXTM3U\n#EXTVLCOPT:sout=#standard{{access=file,dst={mark}}}\n{url}\n",
    "hls": "#EXTM3U\n#EXT-X-TARGETDURATION:3\n#EXTINF:3,\n{url}\n#EXT-X-ENDLIST\n",
    "pls": "[playlist]\nNumberOfEntries=1\nFile1={url}\n",
    "asx": '<asx version="3.0"><entry><ref href="{url}"/></entry></asx>',
    "wpl": '<?wpl version="1.0"?><smil><body><seq><media src="{url}"/></seq></body></smil>',
    "ram": "{url}\n",
    "xspf": (
        '<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList><track>'
        "<location>{url}</location></track></trackList></playlist>"
    ),
    "smil": '<smil xmlns="http://www.w3.org/ns/SMIL"><body><audio src="{url}"/></body></smil>',
    "dash": (
        '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static" minBufferTime="PT1S"'
        ' mediaPresentationDuration="PT3S" profiles="urn:mpeg:dash:profile:isoff-on-demand:2011"><Period>'
        '<AdaptationSet mimeType="audio/mp4"><Representation id="1" bandwidth="1000" mimeType="audio/mp4">'
        '<BaseURL>{url}</BaseURL><SegmentBase indexRange="0-100"/></Representation></AdaptationSet>'
        "</Period></MPD>"
    ),
    "sdp": "v=0\r\no=- 0 0 IN IP4 127.0.0.1\r\nc=IN IP4 127.0.0.1\r\nm=audio {port} RTP/AVP 0\r\n",
    "concat": "ffconcat version 1.0\nfile {url}\n",
}
_RED = b"\x89PNG\r\n\x1a\n"


@pytest.fixture
def server() -> Iterator[socket.socket]:
    """Return a server that nobody may come to."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0)
        yield server


@pytest.fixture
def disguised(tmp_path: Path, server: socket.socket) -> list[Path]:
    """Return lists of addresses that call themselves music, in a folder `music`."""
    port = server.getsockname()[1]
    url = f"http://127.0.0.1:{port}/a.mp3"
    files = []
    for kind, text in LISTS.items():
        for ending in ("mp3", "ogg"):
            path = tmp_path / "music" / f"{kind}.{ending}"
            path.parent.mkdir(exist_ok=True)
            path.write_text(text.format(url=url, port=port, mark=tmp_path / "mark"), encoding="utf-8")
            files.append(path)
    return files


def nobody_came(server: socket.socket) -> bool:
    try:
        server.accept()
    except BlockingIOError:
        return True
    return False


def test_indexing_follows_none(
    program: Program, disguised: list[Path], server: socket.socket, tmp_path: Path
) -> None:
    """Also not where tags stand before the list, nor where a file's name is an address."""
    music, port = tmp_path / "music", server.getsockname()[1]
    whole = make_audio(music / "whole.mp3", title="Whole", signal=tone(1.0)).read_bytes()
    for path in disguised[::2]:
        path.with_suffix(".aac").write_bytes(whole[:400] + path.read_bytes())
    addresses = named_like_addresses(music, port)

    report = program.json("index", music)

    assert nobody_came(server)
    assert report["heard"] >= 1 + addresses
    reasons = {Path(each["path"]).name: each["reason"] for each in program.json("library")["failures"]}
    assert set(reasons) >= {path.name for path in disguised}
    assert all("unforeseen" not in reason for reason in reasons.values())
    assert not (tmp_path / "mark").exists()


def named_like_addresses(folder: Path, port: int) -> int:
    """Write music under names that FFmpeg and libvlc would take for addresses; return how many."""
    if sys.platform == "win32":
        return 0  # no file can have such a name there
    names = (f"http:127.0.0.1:{port}.flac", "concat:a|b.flac", "pipe:0.flac", "-version.flac", "file:a.flac")
    for name in names:
        (folder / name).write_bytes(encode("flac", tone(1.0)))
    return len(names)


def hidden(folder: Path, address: bytes) -> list[Path]:
    """Write a list for adaptive streaming behind tags and within packed files, as it may lie in a library."""
    whole = make_audio(folder / "whole.mp3", title="Whole", signal=tone(0.2)).read_bytes()
    tag = whole[
        : 10 + sum((byte & 0x7F) << shift for byte, shift in zip(whole[6:10], (21, 14, 7, 0), strict=True))
    ]
    plain = LISTS["hls"].encode().replace(b"{url}", address)
    contents = {
        "tag": tag + plain,
        "tags": tag + tag + plain,
        "ape": b"APETAGEX" + struct.pack("<IIII8x", 2000, 0, 0, 1 << 31 | 1 << 29) + plain,
        "gz": gzip.compress(plain),
        "tag gz": tag + gzip.compress(plain),
        "bz": bz2.compress(plain),
        "xz": lzma.compress(plain),
        "utf-8": b"\xef\xbb\xbf" + plain,
        "utf-16": plain.decode().encode("utf-16"),
        "box": b"<!--free-->" + LISTS["dash"].encode().replace(b"{url}", address).partition(b"?>")[2],
    }
    for name, content in contents.items():
        (folder / f"{name}.mp3").write_bytes(content)
    return [folder / f"{name}.mp3" for name in contents]


def test_playing_follows_none(disguised: list[Path], server: socket.socket, tmp_path: Path) -> None:
    """Of adaptive streaming libvlc fetches what is named, and unpacks what is packed to find it."""
    (tmp_path / "hidden").mkdir()
    url = f"http://127.0.0.1:{server.getsockname()[1]}/a.mp3"
    files = [*disguised[::2], *hidden(tmp_path / "hidden", url.encode())]
    player = silent_vlc()
    try:
        for path in files:
            refused(player, Source(bytes(path), seconds=3.0))
            assert nobody_came(server), path.name
    finally:
        player.close(DEADLINE)
    assert not (tmp_path / "mark").exists()


def refused(player: Player, source: Source) -> None:
    """Prepare a source and then play it; wait until it was given up on."""
    player.prepare(source)
    player.play(source)
    failures: list[Source] = []

    def failed() -> bool:
        failures.extend(each.source for each in player.poll() if each.kind is EventKind.FAILED)
        return source in failures

    until(failed)


@pytest.mark.parametrize("kind", KINDS)
def test_music_is_no_disguise(kind: str, tmp_path: Path) -> None:
    path = tmp_path / f"a{suffix(kind)}"
    assert not is_disguised(bytes(make_audio(path, kind, tone(0.2))))
    assert not is_disguised(
        bytes(make_audio(path, kind, tone(0.2), title="<#EXTM3U>", cover=b"#EXTM3U" * 9000))
    )


def test_odd_beginnings_of_music_are_no_disguise(tmp_path: Path) -> None:
    path = tmp_path / "a.mp3"
    for head in (
        b"",
        bytes(400),
        b"\xff\xfb\x90d",
        b"\0" + encode("mp3", tone(0.2)),
        b" !  mdat" + bytes(90),
    ):
        path.write_bytes(head)
        assert not is_disguised(bytes(path))
    assert not is_disguised(bytes(tmp_path / "gone.mp3"))


def chunk(kind: bytes, data: bytes) -> bytes:
    return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))


def png(width: int, height: int, rows: bytes) -> bytes:
    """Write a PNG whose header says this size, whatever there is of it."""
    header = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return _RED + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows, 9)) + chunk(b"IEND", b"")


def gif(width: int, height: int) -> bytes:
    return (
        b"GIF89a" + struct.pack("<HHBBB", width, height, 0x80, 0, 0) + bytes(6) + b"\x21\xf9\x04\0\0\0\0\0;"
    )


_SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><image href="{url}"/></svg>'
_MANY = b"\0" * 30_000_000
PICTURES = {
    "bomb": png(29_999, 1000, _MANY),
    "wide": png(2_000_000_000, 2_000_000_000, b"\0"),
    "tall": png(1, 39_000_000, _MANY),
    "lying": png(1000, 1000, b"\0"),
    "gif": gif(65_535, 65_535),
    "bmp": b"BM"
    + struct.pack("<IHHI", 100, 0, 0, 54)
    + struct.pack("<IiiHHI", 40, 2**31 - 1, -(2**31), 1, 32, 0),
    "tiff": b"II*\0\x08\0\0\0" + bytes(100),
    "icns": b"icns\0\0\1\0" + bytes(200),
}


def test_pictures_made_to_exhaust_cost_their_cover_only(tmp_path: Path, server: socket.socket) -> None:
    pytest.importorskip("PySide6")
    import psutil

    from vibe_desktop.ui.covers.maker import Maker

    url = f"http://127.0.0.1:{server.getsockname()[1]}/a.png"
    drawings = {"svg": _SVG.format(url=url).encode(), "svgz": zlib.compress(_SVG.encode(), wbits=31)}
    maker = Maker(tmp_path / "thumbnails")
    try:
        for name, data in {**PICTURES, **drawings}.items():
            folder = tmp_path / name
            track = make_audio(folder / "a.mp3", cover=data)
            (folder / "cover.jpg").write_bytes(data)
            maker.make(bytes(track))
            assert maker.pid is None or psutil.Process(maker.pid).memory_info().rss < 400 << 20, name
        (tmp_path / "good").mkdir()
        good = png(8, 8, (b"\0" + b"\x80" * 8) * 8)
        assert maker.make(bytes(make_audio(tmp_path / "good" / "a.flac", cover=good)))
    finally:
        maker.close()
    assert nobody_came(server)
    assert len(list((tmp_path / "thumbnails").glob("*.jpg"))) <= 3
