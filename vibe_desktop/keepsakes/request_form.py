"""The request a playlist was made from, as it travels: its tracks by their place in the file, nothing odd."""

from __future__ import annotations

import json
import math
from typing import TYPE_CHECKING, Any

from vibe_desktop.library.codec import dump_request, load_request

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

OF_TRACKS = ("like", "unlike", "refused", "by")
_MOST = 1_000_000.0


def with_places(stored: str, place: Callable[[int], int | None]) -> dict[str, Any] | None:
    """Return a stored request with each track as its `place`; those without one are left out.

    None where there is no request, or none that can be read.
    """
    request = load_request(stored)
    if request is None:
        return None
    return _moved(json.loads(dump_request(request)), place)


def stored(request: Mapping[str, Any] | None, track: Callable[[int], int | None]) -> str:
    """Return a request as the library keeps it, each place as the `track` that is there; "" for none."""
    if request is None:
        return ""
    return json.dumps(_moved(request, track))


def read_request(value: Any, tracks: int) -> dict[str, Any] | None:
    """Return what can be used of a request in a file; None where that is nothing.

    A playlist is worth keeping without the request it came from, so what is odd in it is dropped in silence.
    """
    if not isinstance(value, dict) or not all(isinstance(value.get(name), str) for name in ("text", "mood")):
        return None
    usable = {
        name: value[name] for name, is_usable in _USABLE.items() if name in value and is_usable(value[name])
    }
    for name in OF_TRACKS:
        if name in value and _are(value[name], lambda place: _is_whole(place) and 0 <= place < tracks):
            usable[name] = value[name]
    return usable


def request_tracks(stored: str) -> tuple[int, ...]:
    """Return the ids of the tracks a stored request names."""
    request = load_request(stored)
    ids = (each for name in OF_TRACKS for each in getattr(request, name, ())) if request else ()
    return tuple(each for each in ids if isinstance(each, int))


def _moved(request: Mapping[str, Any], to: Callable[[int], int | None]) -> dict[str, Any]:
    changed = dict(request)
    for name in OF_TRACKS:
        changed[name] = [there for each in request.get(name, ()) if (there := to(each)) is not None]
    return changed


def _is_text(value: Any) -> bool:
    return isinstance(value, str)


def _is_whole(value: Any) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and abs(value) <= _MOST


def _is_number(value: Any) -> bool:
    return _is_whole(value) or (isinstance(value, float) and math.isfinite(value) and abs(value) <= _MOST)


def _are(value: Any, each: Callable[[Any], bool]) -> bool:
    return isinstance(value, list) and all(map(each, value))


def _is_pair(value: Any, each: Callable[[Any], bool]) -> bool:
    return value is None or (_are(value, each) and len(value) == 2)  # noqa: PLR2004 - a pair


def _are_texts(value: Any) -> bool:
    return _are(value, _is_text)


def _is_lean(value: Any) -> bool:
    match value:
        case [str(), amount]:
            return _is_number(amount) and -1 <= amount <= 1
    return False


_USABLE: dict[str, Callable[[Any], bool]] = {
    "text": _is_text,
    "mood": _is_text,
    **dict.fromkeys(("avoid", "genres", "notes", "less", "languages", "dropped"), _are_texts),
    "years": lambda value: _is_pair(value, _is_whole),
    "length": lambda value: value is None or (_is_whole(value) and value > 0),
    "minutes": lambda value: value is None or (_is_number(value) and value > 0),
    "seed": lambda value: isinstance(value, int) and 0 <= value < 2**63,
    "steer": lambda value: _are(value, _is_lean),
    "bpm": lambda value: _is_pair(value, _is_number),
    "arc": lambda value: _is_pair(value, _is_text),
}
