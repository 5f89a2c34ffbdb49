"""What is fed with bytes in this process: readers of files and messages that anybody might have written.

A target takes bytes and returns; whatever it raises is a finding. An answer
the program foresees (a `VibeError`, None, the usual settings) is none, and
what it makes of the bytes has to keep its promises.
"""

from __future__ import annotations

import json
import math
import os
import struct
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape

from vibe_desktop.desktop.handover import Handover
from vibe_desktop.domain import VibeError
from vibe_desktop.library.lyrics import beside
from vibe_desktop.library.tag_values import LONGEST_LYRICS, block
from vibe_desktop.models.installed import MANIFEST, read_manifest
from vibe_desktop.models.tensor_bundle import masked_crc32c, read_bundle
from vibe_desktop.playlists.reading import read_content
from vibe_desktop.settings import Settings, SettingsFile

sys.path.append(str(Path(__file__).resolve().parent.parent / "tests"))

_LARGEST_RAW = 4096
_XSPF = (
    '<?xml version="1.0"?><playlist version="1" xmlns="http://xspf.org/ns/0/"><title>Mine</title><trackList>'
    "<track><location>file:///music/a%20b.mp3</location><title>A</title><duration>1000</duration></track>"
    "<track><creator>&lt;b&gt;</creator><location>../c.flac</location></track></trackList></playlist>"
)
_M3U = "#EXTM3U\n#PLAYLIST:Mine\n#EXTINF:12.5,Ann - Dawn\n../a b.mp3\nfile:///c%20d.mp3\nC:\\e\\f.ogg\n"
_LRC = "[ar:Ann]\n[length: 03:20]\n[00:12.00][01:15.30]First <00:12.50>line\n[01:02]Second [softly]\n"
_MANIFEST = {
    "format": 1,
    "name": "clap",
    "title": "CLAP",
    "graph": None,
    "weights": {"a": "0"},
    "settings": {"dimensions": 2},
    "files": {"a.onnx": {"sha256": "0", "size": 1, "mtime_ns": 2}},
}


class BrokenPromiseError(AssertionError):
    """What was made of the bytes is not what may be made of any bytes."""


@dataclass(frozen=True)
class Target:
    """A reader, what its files look like, and how long they may grow in bytes."""

    feed: Callable[[bytes], None]
    seeds: Sequence[bytes]
    longest: int = 4096


def _demand(kept: object, promise: str) -> None:
    if not kept:
        raise BrokenPromiseError(promise)


def read_playlist(data: bytes) -> None:
    """Take bytes for a playlist, and for what stands in the places of one."""
    for content in (data, _in_places(data)):
        _read_playlist(content)


def _in_places(data: bytes) -> bytes:
    """Return an XSPF whose every text comes from the bytes: few reach one by chance."""
    texts = [escape(text) for text in data.decode("utf-8", "replace").split("\n")]
    title, location, duration, creator = (*texts[:4], "", "", "", "")[:4]
    track = (
        f"<location>{location}</location><title>{title}</title><duration>{duration}</duration>"
        f"<creator>{creator}</creator>"
    )
    return f"<playlist><trackList><track>{track}</track></trackList></playlist>".encode()


def _read_playlist(content: bytes) -> None:
    """Every path a playlist may mean is absolute, has no dots left in it and no NUL."""
    try:
        read = read_content(content, Path("list.m3u8"), b"/music/lists")
    except VibeError:
        return
    for line in read.lines:
        for path in line.paths:
            _demand(path.startswith(b"/") and b"\0" not in path, "a path is absolute and can be asked for")
            _demand(b"/../" not in path + b"/", "a path does not lead up and down again")


class _Folder:
    """A folder for readers that open files themselves; `fuzz.py` says where, and takes it away."""

    def __init__(self) -> None:
        self.path = Path(tempfile.mkdtemp())


class Bundle:
    """Takes bytes for a model's published weights: as they stand, or in a table whose checksums are true."""

    def __init__(self) -> None:
        self._folder = _Folder()

    def __call__(self, data: bytes) -> None:
        """Read the first half as the index and the second as the tensors."""
        how, half = data[:1], (len(data) + 1) // 2
        index = data[1:half]
        if how > b"\xd5":
            index, raw = self._shaped(index)
            self._write(index, raw)
            return
        if how > b"\x55":
            index = self._table(self._sealed(index if how > b"\xaa" else self._row(index)))
        self._write(index, data[half:])

    def _write(self, index: bytes, data: bytes) -> None:
        (self._folder.path / ".index").write_bytes(index)
        (self._folder.path / ".data-00000-of-00001").write_bytes(data)
        try:
            read_bundle(self._folder.path)
        except VibeError:
            return

    def _shaped(self, data: bytes) -> tuple[bytes, bytes]:
        """Return a table of one variable with a shape from the bytes, and its numbers, if they are few."""
        from tensor_bundles import field, varint

        sizes = [int.from_bytes(piece[:9], "little") for piece in data.split(b"\n")]
        length = 4 * math.prod(sizes)
        raw = bytes(length if length <= _LARGEST_RAW else 0)
        shape = b"".join(field(2, field(1, size)) for size in sizes)
        entry = field(1, 1) + field(2, shape) + field(5, len(raw)) + varint(6 << 3 | 5)
        entry += struct.pack("<I", masked_crc32c(raw))
        return self._table(self._sealed(self._row(entry))), raw

    @staticmethod
    def _row(message: bytes) -> bytes:
        from tensor_bundles import varint

        return varint(0) + varint(1) + varint(len(message)) + b"w" + message + struct.pack("<II", 0, 1)

    @staticmethod
    def _sealed(body: bytes) -> bytes:
        return body + b"\0" + struct.pack("<I", masked_crc32c(body + b"\0"))

    @staticmethod
    def _table(first: bytes) -> bytes:
        from tensor_bundles import table

        return table(first)

    @staticmethod
    def seeds() -> list[bytes]:
        """Return a whole bundle, its block alone and one entry alone."""
        import numpy as np

        from tensor_bundles import field, varint, write_bundle

        folder = _Folder()
        write_bundle(folder.path, {"w": np.arange(6, dtype=np.float32).reshape(2, 3)})
        index = (folder.path / ".index").read_bytes()
        raw = np.zeros(4, np.float32).tobytes()
        entry = field(1, 1) + field(2, field(2, field(1, 4))) + field(5, 16) + varint(6 << 3 | 5)
        entry += struct.pack("<I", masked_crc32c(raw))
        halves = (b"\0" + index, b"\xc0" + index[:40], b"\x80" + entry, b"\xff\2\n\3")
        return [half + raw.ljust(len(half) - len(half) % 2, b"\0") for half in halves]


class Lyrics:
    """Takes bytes for the words beside a track: they end as text that can be shown, and not endless."""

    def __init__(self) -> None:
        self._folder = _Folder()

    def __call__(self, data: bytes) -> None:
        """Read the bytes as an .lrc file."""
        (self._folder.path / "song.lrc").write_bytes(data)
        words = block(beside(os.fsencode(self._folder.path / "song.mp3")), LONGEST_LYRICS)
        _demand(len(words) <= LONGEST_LYRICS, "words are bounded")
        _demand(all(letter >= " " or letter in "\n\t" for letter in words), "words hold no controls")


def hear_message(data: bytes) -> None:
    """Take bytes for what a second start says: paths, absolute and such as a system takes, or nothing."""
    said = Handover.decode(data)
    for path in said.paths if said else ():
        _demand(Path(path).is_absolute() and b"\0" not in os.fsencode(path), "a path can be asked for")


class SettingsReader:
    """Takes bytes for the settings: whatever they are, there are settings, and each is of its kind."""

    def __init__(self) -> None:
        self._folder = _Folder()

    def __call__(self, data: bytes) -> None:
        """Load the settings, and save them again."""
        path = self._folder.path / "settings.json"
        path.write_bytes(data)
        file = SettingsFile(path)
        chosen = file.load()
        for name, usual in vars_of(Settings()).items():
            _demand(type(getattr(chosen, name)) is type(usual), f"{name} is what it has to be")


def vars_of(settings: Settings) -> dict[str, object]:
    """Return each setting by its name."""
    return {name: getattr(settings, name) for name in Settings.__dataclass_fields__}


class ManifestReader:
    """Takes bytes for a model's manifest: one of ours, or a model that is damaged."""

    def __init__(self) -> None:
        self._folder = _Folder()

    def __call__(self, data: bytes) -> None:
        """Read the manifest; the names of files in it stay within the folder."""
        (self._folder.path / MANIFEST).write_bytes(data)
        try:
            manifest = read_manifest(self._folder.path)
            _demand(len(manifest.fingerprint) > 0, "a model has a fingerprint")
        except VibeError:
            return
        _demand(all(Path(name).name == name for name in manifest.files), "files stay in the folder")


def targets() -> dict[str, Callable[[], Target]]:
    """Return what makes each target, by its name."""
    return {
        "playlists": lambda: Target(
            read_playlist,
            [
                _M3U.encode(),
                _XSPF.encode(),
                _M3U.encode("utf-16"),
                b"Dawn\na.mp3\n1000\nAnn",
                _M3U.replace("Dawn", "Grün").encode("cp1252"),
            ],
        ),
        "bundles": lambda: Target(Bundle(), Bundle.seeds(), 1024),
        "lyrics": lambda: Target(Lyrics(), [_LRC.encode(), _LRC.encode("utf-16"), "Grün".encode("cp1252")]),
        "messages": lambda: Target(
            hear_message, [Handover().encode(), Handover(("/a", "/b\udcff")).encode()]
        ),
        "settings": lambda: Target(SettingsReader(), [json.dumps({"theme": "dark", "volume": 0.5}).encode()]),
        "manifests": lambda: Target(ManifestReader(), [json.dumps(_MANIFEST).encode()]),
    }
