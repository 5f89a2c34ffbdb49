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

from vibe_desktop.domain import Track
from vibe_desktop.saving import write_whole

_TROUBLE = re.compile(r"[#?%\x00-\x1f\x7f\ud800-\udfff]|^\s|\s$")
_NOT_IN_A_LINE = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029]+")


def write_m3u(file: Path, tracks: Sequence[Track], *, name: str = "", relative: bool = False) -> None:
    """Write tracks in order to `file`, whole or not at all; VibeError where that cannot be done.

    With `relative`, paths start at the playlist's folder, so that both can move
    together; a track on another Windows drive keeps its absolute path.
    """
    folder = os.path.realpath(file.parent)
    lines = ["#EXTM3U"]
    if name:
        lines.append(f"#PLAYLIST:{_line(name)}")
    for track in tracks:
        lines.append(_information(track))
        lines.append(location(track.path, folder if relative else None))
    write_whole(file, "\n".join(lines) + "\n")


def location(path: str, folder: str | None = None) -> str:
    """Return what stands for a track in a playlist, seen from `folder` if one is given."""
    nearby = _from(folder, path) if folder is not None else None
    if nearby is not None:
        # Without "./" a colon in the first name would read as a scheme, and "#" as a comment.
        return f"./{quote_from_bytes(os.fsencode(nearby)) if _TROUBLE.search(nearby) else nearby}"
    absolute = os.path.abspath(path)  # noqa: PTH100 - keeps links as the person knows them
    return Path(absolute).as_uri() if _TROUBLE.search(absolute) else absolute


def _from(folder: str, path: str) -> str | None:
    try:
        return os.path.relpath(path, folder).replace(os.sep, "/")
    except ValueError:
        return None  # another drive


def _information(track: Track) -> str:
    tags = track.tags
    seconds = -1 if tags.seconds is None else round(tags.seconds)
    title = tags.title or Path(track.path).stem
    return f"#EXTINF:{seconds},{_line(f'{tags.artist} - {title}' if tags.artist else title)}"


def _line(text: str) -> str:
    return _NOT_IN_A_LINE.sub(" ", text.encode("utf-8", "replace").decode("utf-8")).strip()
