"""Playlists of other programs: every way to write a path, and nothing that can hurt."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vibe_desktop.domain import PlaylistLine, VibeError
from vibe_desktop.playlists.reading import (
    MOST_BYTES,
    MOST_LINES,
    PlaylistFile,
    paths,
    read_content,
    read_playlist,
)

FOLDER = os.fsencode(os.path.abspath(os.sep + "lists"))  # noqa: PTH100
FILE = Path("p.m3u8")
SONG = os.path.join(FOLDER, "ünï song.mp3".encode())  # noqa: PTH118


def read(content: bytes) -> PlaylistFile:
    return read_content(content, FILE, FOLDER)


def test_a_whole_m3u() -> None:
    found = read(
        b"#EXTM3U\r\n#PLAYLIST: Rainy walk\r\n#EXTINF:123, Ann - One\r\none.mp3\r\n\r\n# a remark\r\n"
        b'#EXTINF:-1 tvg-id="x",Radio\nhttp://radio.example/stream\n  two.mp3  \n#EXTINF:nonsense\nthree.mp3'
    )
    assert found.name == "Rainy walk"
    assert [line.written for line in found.lines] == [
        PlaylistLine("one.mp3", "Ann - One", 123.0),
        PlaylistLine("http://radio.example/stream", "Radio", None),
        PlaylistLine("two.mp3"),
        PlaylistLine("three.mp3"),
    ]
    assert found.lines[1].paths == ()
    assert found.lines[2].paths == (os.path.join(FOLDER, b"two.mp3"),)  # noqa: PTH118


@pytest.mark.parametrize(
    "content",
    [
        "ünï song.mp3".encode(),
        b"\xef\xbb\xbf" + "ünï song.mp3".encode(),
        "ünï song.mp3".encode("utf-16"),
        "ünï song.mp3".encode("cp1252"),
        "./x/../ünï song.mp3".encode(),
        b"%C3%BCn%C3%AF%20song.mp3",
        b"./%C3%BCn%C3%AF%20song.mp3",
        "u\u0308nï song.mp3".encode(),
        b"<playlist><trackList><track><location>%C3%BCn%C3%AF%20song.mp3</location></track></trackList></playlist>",
        "<?xml version='1.0'?>\n<playlist xmlns='http://xspf.org/ns/0/'><trackList><track>"
        "<location> ünï song.mp3 </location></track></trackList></playlist>".encode(),
    ],
)
def test_one_song_written_in_many_ways(content: bytes) -> None:
    [line] = read(content).lines
    assert SONG in line.paths


@pytest.mark.skipif(os.name == "nt", reason="paths of POSIX")
@pytest.mark.parametrize(
    ("location", "path"),
    [
        ("/music/a.mp3", b"/music/a.mp3"),
        ("file:///music/a%20b.mp3", b"/music/a b.mp3"),
        ("FILE://localhost/music/a.mp3", b"/music/a.mp3"),
        ("file:/music/a.mp3", b"/music/a.mp3"),
        ("file:///music/caf%E9.mp3", b"/music/caf\xe9.mp3"),
        ("..\\music\\a.mp3", b"/music/a.mp3"),
        ("100%.mp3", b"/lists/100%.mp3"),
        ("../../../../../../etc/passwd", b"/etc/passwd"),
        ("Part: one.mp3", b"/lists/Part: one.mp3"),
    ],
)
def test_where_a_line_leads(location: str, path: bytes) -> None:
    assert path in paths(location, b"/lists")


@pytest.mark.skipif(sys.platform != "linux", reason="only here may a file be called anything")
def test_a_file_whose_name_is_not_text_is_found_by_the_bytes_of_its_line() -> None:
    [line] = read(b"caf\xe9.mp3").lines
    assert line.paths[0] == b"/lists/caf\xe9.mp3"
    assert line.written.location == "café.mp3"


@pytest.mark.parametrize(
    "location", ["http://a.example/b.mp3", "https://a/b", "rtsp://a", "smb://nas/a.mp3", "", "a\0b"]
)
def test_what_is_not_on_this_disk_leads_nowhere(location: str) -> None:
    assert paths(location, FOLDER) == ()


def test_a_playlist_in_a_playlist_is_a_line_like_any_other(tmp_path: Path) -> None:
    (tmp_path / "inner.m3u").write_text("song.mp3")
    (tmp_path / "outer.m3u").write_text("inner.m3u\nouter.m3u\n")
    assert [line.written.location for line in read_playlist(tmp_path / "outer.m3u").lines] == [
        "inner.m3u",
        "outer.m3u",
    ]


def test_what_is_too_large_is_refused_before_it_is_read(tmp_path: Path) -> None:
    file = tmp_path / "large.m3u"
    file.write_bytes(b"#" * (MOST_BYTES + 1))
    with pytest.raises(VibeError, match="too large"):
        read_playlist(file)
    with pytest.raises(VibeError, match="too large"):
        read(b"a\n" * (MOST_LINES + 1))
    track = b"<track/>"
    with pytest.raises(VibeError, match="too large"):
        read(b"<playlist><trackList>" + track * (MOST_LINES + 1) + b"</trackList></playlist>")
    assert len(read(b"a\n" * MOST_LINES).lines) == MOST_LINES


def test_what_cannot_be_read_is_said_plainly(tmp_path: Path) -> None:
    for file in (tmp_path / "none.m3u", tmp_path):
        with pytest.raises(VibeError, match="cannot be read") as caught:
            read_playlist(file)
        assert caught.value.remedy


@pytest.mark.parametrize(
    "content",
    [
        b"ID3\x04\0\0\0\0",
        b"\x89PNG\r\n\x1a\n\0\0",
        b"<html><body>Not found</body></html>",
        b"<playlist>",
        b"<?xml version='1.0' encoding='klingon'?><playlist/>",
        b"<?xml version='1.0' encoding='utf-7'?><playlist/>",
    ],
)
def test_what_is_no_playlist_is_said_plainly(content: bytes) -> None:
    with pytest.raises(VibeError, match="not a playlist"):
        read(content)


ENTITIES = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))


@pytest.mark.parametrize(
    "doctype",
    [
        f'<!DOCTYPE playlist [<!ENTITY e0 "ha">{ENTITIES}]>',
        '<!DOCTYPE playlist [<!ENTITY e9 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE playlist SYSTEM "http://a.example/evil.dtd" [<!ENTITY e9 "x">]>',
        '<!DOCTYPE playlist [<!ENTITY % far SYSTEM "http://a.example/evil.dtd"> %far; <!ENTITY e9 "x">]>',
    ],
)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_entities_of_a_hostile_file_are_refused(doctype: str, encoding: str) -> None:
    text = f"{doctype}<playlist><trackList><track><location>&e9;</location></track></trackList></playlist>"
    with pytest.raises(VibeError, match="not a playlist"):
        read(text.encode(encoding))


_pieces = st.sampled_from([
    b"#EXTM3U\n", b"#EXTINF:", b"1e999,", b"-1,", b"\n", b"\r", b"%", b"%zz", b"file:", b"//", b"\\",
    b"..", b"C:\\",
    b"<playlist>", b"<trackList>", b"<track>", b"<location>", b"</location>", b"</track>", b"</trackList>",
    b"</playlist>", b"<duration>9</duration>", b"<!DOCTYPE a>", b"<![CDATA[", b"]]>", b"&amp;", b"&#0;",
    b"<?xml version='1.0' encoding='", b"latin-1", b"utf-16", b"punycode", b"idna", b"'?>",
    b"\xff\xfe", b"\xef\xbb\xbf",
])  # fmt: skip


@given(st.binary(max_size=200) | st.lists(_pieces | st.binary(max_size=6), max_size=30).map(b"".join))
def test_whatever_the_bytes_are_there_are_lines_or_a_sentence(content: bytes) -> None:
    try:
        found = read(content)
    except VibeError as error:
        assert error.message and error.remedy  # noqa: PT017, PT018 - either way is well
        return
    for line in found.lines:
        assert all(os.path.isabs(path) for path in line.paths)  # noqa: PTH117 - paths are bytes
        assert "\n" not in line.written.location or content.lstrip().startswith(b"<")
