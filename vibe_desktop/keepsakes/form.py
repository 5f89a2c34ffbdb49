"""The keepsakes file: JSON of a documented form (docs/keeping.md), read without trusting a byte of it."""

from __future__ import annotations

import json
import math
import os
from dataclasses import asdict, fields
from typing import TYPE_CHECKING, Any, NoReturn

from vibe_desktop.domain import PlaylistLine, VibeError
from vibe_desktop.keepsakes.request_form import read_request
from vibe_desktop.keepsakes.things import Identity, Keepsakes, Kept, KeptEntry, KeptPlaylist, KeptTrack

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import TypeVar

    Item = TypeVar("Item")

FORMAT = "vibe-desktop keepsakes"
VERSION = 1
_LARGEST_NUMBER = 1e15
_TEXTS = [each.name for each in fields(Identity) if each.name != "seconds"]


class OddError(Exception):
    """What is wrong with a file, and where."""


class NewerError(VibeError):
    """The file was written by a newer version."""


def dump(keepsakes: Keepsakes) -> str:
    """Write keepsakes as JSON, what is empty left out; all of it ASCII."""
    document = {
        "format": FORMAT,
        "version": VERSION,
        "tracks": [_track_out(each) for each in keepsakes.tracks],
        "playlists": [_playlist_out(each) for each in keepsakes.playlists],
        "vocabulary": keepsakes.vocabulary,
    }
    return json.dumps(document, indent=1, allow_nan=False) + "\n"


def load(text: str) -> Keepsakes:
    """Read what `dump` wrote, in this version or an older one; fields that are not known are passed over.

    Raises `OddError`, or `NewerError` where only a newer version understands it.
    """
    try:
        document = json.loads(text, parse_constant=_refuse_constant)
    except (ValueError, RecursionError) as error:
        raise OddError(f"it is not JSON ({str(error)[:100]})") from error
    if not isinstance(document, dict) or document.get("format") != FORMAT:
        raise OddError(f"its “format” is not “{FORMAT}”")
    version = document.get("version")
    if not isinstance(version, int) or isinstance(version, bool) or version < 1:
        raise OddError("its “version” is no number")
    if version > VERSION:
        raise NewerError(
            "That file was written by a newer version of Vibe Desktop.",
            "Update Vibe Desktop, then try again.",
        )
    tracks = tuple(_each(document, "tracks", _track))
    playlists = tuple(_each(document, "playlists", lambda value: _playlist(value, len(tracks))))
    return Keepsakes(tracks, playlists, _text(document, "vocabulary"))


def dump_track(track: KeptTrack) -> tuple[str, str]:
    """Write who a track is and what is kept of it, each as JSON; the same always gives the same."""
    return _line(_identity_out(track.identity)), _line(_kept_out(track.kept))


def load_track(identity: str, kept: str) -> KeptTrack:
    """Read what `dump_track` wrote; raises `OddError`."""
    return _track({**json.loads(identity), **json.loads(kept)})


def _line(value: Mapping[str, Any]) -> str:
    return json.dumps(value, sort_keys=True, allow_nan=False)


def _track_out(track: KeptTrack) -> dict[str, Any]:
    return _identity_out(track.identity) | _kept_out(track.kept)


def _identity_out(identity: Identity) -> dict[str, Any]:
    return {name: value for name, value in asdict(identity).items() if value not in ("", None)}


def _kept_out(kept: Kept) -> dict[str, Any]:
    out: dict[str, Any] = {}
    if kept.liked_at is not None:
        out["liked_at"] = kept.liked_at
    if kept.listens:
        out["listens"] = [list(listen) for listen in kept.listens]
    if kept.caption:
        out["caption"] = kept.caption
    return out


def _playlist_out(playlist: KeptPlaylist) -> dict[str, Any]:
    out = {name: value for name, value in asdict(playlist).items() if value not in ("", None)}
    out["entries"] = [_entry_out(entry) for entry in playlist.entries]
    return out


def _entry_out(entry: KeptEntry) -> dict[str, Any]:
    out: dict[str, Any] = asdict(entry.line) if entry.line and entry.track is None else {"track": entry.track}
    out["reason"] = entry.reason
    return {name: value for name, value in out.items() if value not in ("", None)}


def _track(value: Any) -> KeptTrack:
    texts = {name: _text(value, name) for name in _TEXTS}
    liked_at, seconds = _number(value, "liked_at"), _number(value, "seconds")
    kept = Kept(liked_at, tuple(_each(value, "listens", _listen)), _text(value, "caption").strip())
    return KeptTrack(Identity(**texts, seconds=seconds), kept)


def _listen(value: Any) -> tuple[float, float, bool]:
    match value:
        case [at, seconds, bool(skipped)] if _is_number(at) and _is_number(seconds):
            return float(at), float(seconds), skipped
    raise OddError("is not [when, seconds, skipped]")


def _playlist(value: Any, tracks: int) -> KeptPlaylist:
    made_at = _number(value, "made_at")
    changed_at = _number(value, "changed_at")
    if made_at is None:
        raise OddError("has no “made_at”")
    request = value.get("request")
    return KeptPlaylist(
        _text(value, "name"),
        _text(value, "mood"),
        None if request is None else read_request(request, tracks),
        _folder(value),
        made_at,
        made_at if changed_at is None else changed_at,
        tuple(_each(value, "entries", lambda entry: _entry(entry, tracks))),
    )


def _entry(value: Any, tracks: int) -> KeptEntry:
    reason = _text(value, "reason")
    track = value.get("track")
    if track is None:
        line = PlaylistLine(_text(value, "location"), _text(value, "title"), _number(value, "seconds"))
        return KeptEntry(None, reason, line)
    if not isinstance(track, int) or isinstance(track, bool) or not 0 <= track < tracks:
        raise OddError("names a track that is not in the file")
    return KeptEntry(track, reason)


def _each(value: Any, name: str, read: Callable[[Any], Item]) -> list[Item]:
    """Read a list of a table; what is odd in it is told with its place."""
    items = _table(value).get(name, [])
    if not isinstance(items, list):
        raise OddError(f"“{name}” is not a list")
    found = []
    for number, item in enumerate(items):
        try:
            found.append(read(item))
        except OddError as error:
            raise OddError(f"{name}[{number}] {error}") from error
    return found


def _text(value: Any, name: str) -> str:
    text = _table(value).get(name, "")
    if not isinstance(text, str):
        raise OddError(f"“{name}” is not text")
    return text


def _folder(value: Any) -> str:
    """Read where a playlist's lines are seen from; "" where no folder of this system can be called so."""
    folder = _text(value, "folder")
    try:
        os.fsencode(folder)
    except UnicodeEncodeError:
        return ""
    return folder


def _number(value: Any, name: str) -> float | None:
    number = _table(value).get(name)
    if number is None:
        return None
    if not _is_number(number):
        raise OddError(f"“{name}” is not a number that can be")
    return float(number)


def _is_number(value: Any) -> bool:
    if not isinstance(value, int | float) or isinstance(value, bool):
        return False
    return abs(value) <= _LARGEST_NUMBER and math.isfinite(value)


def _table(value: Any) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise OddError("is not an object")
    return value


def _refuse_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no number")
