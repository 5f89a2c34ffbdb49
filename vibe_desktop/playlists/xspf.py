"""Reads and writes XSPF, the playlist format in XML (https://xspf.org/spec)."""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote_from_bytes
from xml.parsers import expat
from xml.sax.saxutils import escape

from vibe_desktop.domain import PlaylistLine, Track, VibeError
from vibe_desktop.playlists.m3u import nearby
from vibe_desktop.saving import write_whole

_DEEPEST = 50
_NAMESPACE = "http://xspf.org/ns/0/"
_NOT_IN_XML = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufffe\uffff]")


def write_xspf(
    file: Path, entries: Sequence[Track | PlaylistLine], *, name: str = "", relative: bool = False
) -> None:
    """Write tracks, and lines that led to none as they were, to `file`: whole or not at all.

    With `relative`, locations start at the playlist's folder; a track on another drive stays absolute.
    """
    folder = os.path.realpath(file.parent) if relative else None
    lines = ['<?xml version="1.0" encoding="UTF-8"?>', f'<playlist version="1" xmlns="{_NAMESPACE}">']
    lines += [*_element("title", name), "<trackList>"]
    for entry in entries:
        lines += ["<track>", *_about(entry, folder), "</track>"]
    write_whole(file, "\n".join([*lines, "</trackList>", "</playlist>"]) + "\n")


def _about(entry: Track | PlaylistLine, folder: str | None) -> list[str]:
    if isinstance(entry, PlaylistLine):
        location = _NOT_IN_XML.sub(lambda bad: f"%{ord(bad[0]):02X}", entry.location)
        return [*_element("location", location), *_element("title", entry.title), *_duration(entry.seconds)]
    tags = entry.tags
    return [
        *_element("location", _address(entry.path, folder)),
        *_element("title", tags.title or Path(entry.path).stem),
        *_element("creator", tags.artist),
        *_element("album", tags.album),
        *_duration(tags.seconds),
    ]


def _address(path: str, folder: str | None) -> str:
    relative = nearby(folder, path) if folder is not None else None
    if relative is not None:
        return f"./{quote_from_bytes(os.fsencode(relative))}"
    return Path(os.path.abspath(path)).as_uri()  # noqa: PTH100 - keeps links as the person knows them


def _element(name: str, text: str) -> list[str]:
    return [f"<{name}>{escape(_NOT_IN_XML.sub(' ', text))}</{name}>"] if text else []


def _duration(seconds: float | None) -> list[str]:
    return [] if seconds is None else _element("duration", str(round(seconds * 1000)))


def parse(content: bytes, file: Path) -> tuple[str, list[PlaylistLine]]:
    """Return what an XSPF calls itself, and its lines.

    Raises `VibeError` for what is no XSPF, and for a document type: entities
    can make a small file endless or point at others.
    """
    reader = _Reader()
    parser = expat.ParserCreate(namespace_separator=" ")
    parser.buffer_text = True
    parser.StartDoctypeDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    parser.CharacterDataHandler = reader.text
    try:
        parser.Parse(content, True)  # noqa: FBT003 - its name is isfinal, and it takes no keywords
    except (
        expat.ExpatError,
        LookupError,
        ValueError,
    ) as error:  # the last two: unknown encodings, our refusals
        raise _no_playlist(file) from error
    if not reader.is_playlist:
        raise _no_playlist(file)
    return reader.name, reader.lines


class _Reader:
    """Gathers lines while the parser walks through the elements."""

    def __init__(self) -> None:
        self.name = ""
        self.lines: list[PlaylistLine] = []
        self.is_playlist = False
        self._open: list[str] = []
        self._said: dict[str, str] = {}
        self._text: list[str] = []

    def start(self, name: str, _attributes: dict[str, str]) -> None:
        self._open.append(name.rpartition(" ")[2])
        if len(self._open) > _DEEPEST:
            raise ValueError("elements within elements without end")
        self._text = []
        self.is_playlist = self._open[0] == "playlist"
        if self._open == _TRACK:
            self._said = {}

    def text(self, text: str) -> None:
        self._text.append(text)

    def end(self, _name: str) -> None:
        text = "".join(self._text).strip()
        if self._open[:-1] == _TRACK:
            self._said.setdefault(self._open[-1], text)
        elif self._open == ["playlist", "title"]:
            self.name = text
        elif self._open == _TRACK:
            self._add()
        self._open.pop()
        self._text = []

    def _add(self) -> None:
        title = " - ".join(filter(None, (self._said.get("creator"), self._said.get("title"))))
        duration = self._said.get("duration", "")
        seconds = int(duration) / 1000 if re.fullmatch(r"[0-9]{1,12}", duration) else None
        # A track without a location is part of the list all the same.
        self.lines.append(PlaylistLine(self._said.get("location") or "", title, seconds))


_TRACK = ["playlist", "trackList", "track"]


def _refuse(*_: object) -> None:
    raise ValueError("a document type")


def _no_playlist(file: Path) -> VibeError:
    return VibeError(
        f"{file} is not a playlist this can read.", "Choose a file that ends in .m3u, .m3u8 or .xspf."
    )
