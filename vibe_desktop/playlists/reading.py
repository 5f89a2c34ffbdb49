"""Reads playlists of other programs: M3U, M3U8 and XSPF.

Nothing a playlist names is opened, fetched or followed: a line becomes the
paths it may mean, for the caller to compare with the music it knows.
"""

from __future__ import annotations

import os
import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote_to_bytes

from vibe_desktop.domain import PlaylistLine, VibeError
from vibe_desktop.playlists import xspf

MOST_BYTES = 10 << 20
MOST_LINES = 100_000

_UTF16_BOMS = (b"\xff\xfe", b"\xfe\xff")
_LINE_END = re.compile(r"\r\n|\n|\r")
_INFORMATION = re.compile(r"#EXTINF:\s*(-?\d{1,9}(?:\.\d{1,9})?)?[^,]*,?(.*)", re.IGNORECASE)
_NAME = re.compile(r"#PLAYLIST:(.*)", re.IGNORECASE)
_ADDRESS = re.compile(r"[a-z][a-z0-9+.-]+://", re.IGNORECASE)
_FILE_ADDRESS = re.compile(r"file:(?://(?:localhost)?(?=/))?", re.IGNORECASE)
_DRIVE = re.compile(rb"/+([A-Za-z]:)")


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it stands in the file, and the absolute paths it may mean, the likeliest first."""

    written: PlaylistLine
    paths: tuple[bytes, ...]


@dataclass(frozen=True, slots=True)
class PlaylistFile:
    """What a playlist file says. `name` is "" where it does not say one."""

    name: str
    lines: tuple[Line, ...]


def read_playlist(file: Path) -> PlaylistFile:
    """Read a playlist; what kind it is tells its content, not its name.

    Raises `VibeError` where it cannot be read, is none, or is larger than 10 MB or 100,000 lines.
    """
    try:
        if file.exists() and not file.is_file():  # opening a pipe would wait for ever
            raise VibeError(
                f"The playlist {file} cannot be read: it is a folder, a pipe or a device.",
                "Choose a file that ends in .m3u, .m3u8 or .xspf.",
            )
        with file.open("rb") as stream:
            content = stream.read(MOST_BYTES + 1)
    except OSError as error:
        raise VibeError(
            f"The playlist {file} cannot be read: {error.strerror or error}.",
            "Check that it is there and that you may read it.",
        ) from error
    if len(content) > MOST_BYTES:
        raise _too_large(file)
    folder = os.fsencode(os.path.abspath(file.parent))  # noqa: PTH100 - links as the person knows them
    return read_content(content, file, folder)


def read_content(content: bytes, file: Path, folder: bytes) -> PlaylistFile:
    """Read a playlist's bytes, its lines seen from `folder`; raises `VibeError` as `read_playlist` does."""
    encoding = _encoding(content)
    if content[:200].decode(encoding, "ignore").lstrip("\ufeff \t\r\n").startswith("<"):
        name, written = xspf.parse(content, file)
    else:
        text = content.decode(encoding).removeprefix("\ufeff")
        if "\0" in text:
            raise VibeError(f"{file} is not a playlist.", "Choose a file that ends in .m3u, .m3u8 or .xspf.")
        name, written = _parse(text, file)
    if len(written) > MOST_LINES:
        raise _too_large(file)
    return PlaylistFile(name, tuple(Line(each, paths(each.location, folder, encoding)) for each in written))


def paths(location: str, folder: bytes, encoding: str = "utf-8") -> tuple[bytes, ...]:
    """Return the absolute paths a line may mean, seen from `folder`; none for an address on a network."""
    if not location or "\0" in location:
        return ()
    if local := _FILE_ADDRESS.match(location):
        spellings = [unquote_to_bytes(_encodable(location[local.end() :]))]
        spellings = [_DRIVE.sub(rb"\1", each, count=1) if os.name == "nt" else each for each in spellings]
    elif _ADDRESS.match(location):
        return ()
    else:
        spellings = _spellings(_encodable(location), encoding)
    alternatives = (each for spelling in spellings for each in _compositions(spelling))
    absolute = (os.path.normpath(os.path.join(folder, each)) for each in alternatives)  # noqa: PTH118 - bytes
    return tuple(each for each in dict.fromkeys(absolute) if b"\0" not in each)


def _spellings(location: str, encoding: str) -> list[bytes]:
    """Return a path as its bytes may be meant: as they stand, percent-encoded, with backslashes."""
    ways = [location.encode(encoding, "replace") if encoding in _ONE_BYTE else location.encode()]
    ways.append(location.encode())
    if "%" in location:
        ways.append(unquote_to_bytes(location))
    if "\\" in location:
        ways += [way.replace(b"\\", b"/") for way in ways]
    return ways


def _compositions(path: bytes) -> list[bytes]:
    """Return a path as it stands and with its accents composed and decomposed, as disks differ in that."""
    if path.isascii():
        return [path]
    try:
        text = path.decode()
    except UnicodeDecodeError:
        return [path]
    return [path, unicodedata.normalize("NFC", text).encode(), unicodedata.normalize("NFD", text).encode()]


_ONE_BYTE = ("cp1252", "latin-1")


def _encoding(content: bytes) -> str:
    """Tell how a playlist is written: UTF-8 wherever that is possible, else as Windows or Latin-1."""
    for encoding in ["utf-16"] if content.startswith(_UTF16_BOMS) else ["utf-8", "cp1252"]:
        try:
            content.decode(encoding)
        except UnicodeDecodeError:
            continue
        return encoding
    return "latin-1"


def _parse(text: str, file: Path) -> tuple[str, list[PlaylistLine]]:
    lines = _LINE_END.split(text)
    if len(lines) > 2 * MOST_LINES + 2:
        raise _too_large(file)
    name, title, seconds = "", "", None
    found: list[PlaylistLine] = []
    for line in map(str.strip, lines):
        if said := _INFORMATION.match(line):
            title, seconds = said[2].strip(), float(said[1] or -1)
        elif said := _NAME.match(line):
            name = said[1].strip()
        elif line and not line.startswith("#"):
            found.append(PlaylistLine(line, title, seconds if seconds is not None and seconds >= 0 else None))
            title, seconds = "", None
    return name, found


def _encodable(text: str) -> str:
    return text.encode("utf-8", "replace").decode()


def _too_large(file: Path) -> VibeError:
    return VibeError(
        f"The playlist {file} is too large: more than 10 MB or {MOST_LINES:,} lines.",
        "Split it into smaller ones.",
    )
