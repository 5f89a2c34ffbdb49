"""Writes a queue as M3U8, the playlist every player reads.

A path is written as it is wherever a player would find the file by it. One with
`#`, `?`, `%`, controls, edges of white space or bytes that are not UTF-8 is
written percent-encoded, as VLC 3 wants it: a `file:` URI or, relative, a URI
reference.
"""

from __future__ import annotations

import os
import re
from collections.abc import Sequence
from pathlib import Path
from urllib.parse import quote_from_bytes

from vibe_desktop.domain import PlaylistLine, Track
from vibe_desktop.saving import write_whole

_TROUBLE = re.compile(r"[#?%\x00-\x1f\x7f\ud800-\udfff]|^\s|\s$")
_NOT_IN_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def write_m3u(
    file: Path, entries: Sequence[Track | PlaylistLine], *, name: str = "", relative: bool = False
) -> None:
    """Write tracks, and lines that led to none as they were, to `file`: whole or not at all.

    With `relative`, paths start at the playlist's folder, so that both can move
    together; a track on another Windows drive keeps its absolute path.

    Raises `VibeError` where the file cannot be written.
    """
    folder = os.path.realpath(file.parent)
    lines = ["#EXTM3U"]
    if name:
        lines.append(f"#PLAYLIST:{_line(name)}")
    for entry in entries:
        lines += (
            _read_before(entry)
            if isinstance(entry, PlaylistLine)
            else _known(entry, folder if relative else None)
        )
    write_whole(file, "\n".join(lines) + "\n")


def location(path: str, folder: str | None = None) -> str:
    """Return what stands for a track in a playlist, seen from `folder` if one is given."""
    relative = nearby(folder, path) if folder is not None else None
    if relative is not None:
        # Without "./" a colon in the first name would read as a scheme, and "#" as a comment.
        return f"./{quote_from_bytes(os.fsencode(relative)) if _TROUBLE.search(relative) else relative}"
    absolute = os.path.abspath(path)  # noqa: PTH100 - keeps links as the person knows them
    return Path(absolute).as_uri() if _TROUBLE.search(absolute) else absolute


def nearby(folder: str, path: str) -> str | None:
    """Return a path as seen from `folder`, with forward slashes; None where no way leads there."""
    try:
        return os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:
        return None  # another drive


def _known(track: Track, folder: str | None) -> list[str]:
    tags = track.tags
    title = tags.title or Path(track.path).stem
    about = f"{tags.artist} - {title}" if tags.artist else title
    return [_information(tags.seconds, about), location(track.path, folder)]


def _read_before(line: PlaylistLine) -> list[str]:
    written = _NOT_IN_A_LINE.sub(lambda bad: quote_from_bytes(bad[0].encode()), line.location)
    if not written:
        return [f"# {_line(line.title)}"] if line.title else []
    about = [_information(line.seconds, line.title)] if line.title or line.seconds is not None else []
    return [*about, f"./{written}" if written.startswith("#") else written]


def _information(seconds: float | None, about: str) -> str:
    return f"#EXTINF:{-1 if seconds is None else round(seconds)},{_line(about)}"


def _line(text: str) -> str:
    return _NOT_IN_A_LINE.sub(" ", text.encode("utf-8", "replace").decode("utf-8")).strip()
