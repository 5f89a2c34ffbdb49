"""A name for the playlist a mood makes."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from vibe_desktop.moods.languages import language_name
from vibe_desktop.moods.quantities import span_of_years

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from vibe_desktop.domain import MoodRequest, TrackId

LONGEST = 40
_ANYTHING = "A bit of everything"
_INSTRUMENTAL = re.compile(r"(?:,\s*|^)instrumental$", re.IGNORECASE)
# What some file system refuses, and what would be taken for a folder; quotation marks go with them.
_UNFIT = re.compile(r'[\x00-\x1f\x7f<>:"/\\|?*“”„«»\u2028\u2029]+')
_RESERVED = re.compile(r"(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def title_for(request: MoodRequest, names: Mapping[TrackId, str] | None = None) -> str:
    """Return a title of at most 40 characters that may be a file name as well: "Rainy walk, no vocals".

    `names` gives the titles of tracks the request is to be like.
    """
    title = ""
    for part in _parts(request, names or {}):
        joined = f"{title}, {part}" if title else part
        if title and len(joined) > LONGEST:
            break
        title = joined
    title = _cut(title)
    if not title:
        return _ANYTHING
    title = f"{title[0].upper()}{title[1:]}"
    return f"{title} music" if _RESERVED.match(title) else title


def _parts(request: MoodRequest, names: Mapping[TrackId, str]) -> Iterator[str]:
    mood = request.mood
    if "vocals" in request.avoid:
        mood = _INSTRUMENTAL.sub("", mood)
    parts = [
        mood,
        _way(*request.arc) if request.arc else "",
        *request.genres,
        *dict.fromkeys(f"by {names[each]}" for each in request.by if each in names),
        *dict.fromkeys(f"like {names[each]}" for each in request.like if each in names),
        *(f"in {language_name(code)}" for code in request.languages),
    ]
    if request.years:
        parts.append(span_of_years(*request.years))
    parts.extend(f"no {phrase}" for phrase in request.avoid)
    parts.extend(f"less {phrase}" for phrase in request.less)
    for part in parts:
        if fit := " ".join(_UNFIT.sub(" ", part).split()):
            yield fit


def _way(begins: str, ends: str) -> str:
    return f"{begins} to {ends}" if begins and ends else f"ending {ends}" if ends else f"starting {begins}"


def _cut(title: str) -> str:
    if len(title) > LONGEST:
        title = title[: LONGEST + 1].rpartition(" ")[0] or title[:LONGEST]
    return title.strip(" .,;-–—")
