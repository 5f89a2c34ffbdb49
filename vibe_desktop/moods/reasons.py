"""Why a track is in the queue, in one plain sentence made of evidence; never a score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vibe_desktop.moods.words import plain, telling_words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vibe_desktop.domain import MoodRequest, Track

_LABELS_NAMED = 3
_WORDS_NAMED = 4


def reason(
    track: Track,
    request: MoodRequest,
    caption_rank: int | None,
    ear_rank: int | None,
    *,
    sounds_right: bool = True,
) -> str:
    """Return one sentence: what was heard, which words agree, its places among all allowed tracks.

    Unless it `sounds_right`, only those labels are named that the request names too.
    """
    if not request.mood:
        return "It is within the limits you set."
    parts = [
        part
        for part in (
            _heard(track, request, sounds_right),
            _agreeing(track, request),
            _places(caption_rank, ear_rank),
        )
        if part
    ]
    sentence = "; ".join(parts) or "Its description comes near your words"
    return f"{sentence[0].upper()}{sentence[1:]}."


def ordinal(place: int) -> str:
    """Return "1st", "2nd", "13th"."""
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place:,}{ending}"


def _heard(track: Track, request: MoodRequest, sounds_right: bool) -> str:  # noqa: FBT001
    wanted = telling_words(request.mood)
    asked = [label.name for label in track.labels if telling_words(label.name) & wanted]
    others = [label.name for label in track.labels if sounds_right and label.name not in asked]
    names = _some([*asked, *others], _LABELS_NAMED)
    return f"heard {names}" if names else ""


def _agreeing(track: Track, request: MoodRequest) -> str:
    asked = plain(request.mood).split()
    described = telling_words(f"{track.caption.sentence} {' '.join(track.caption.keywords)}")
    titled = telling_words(track.tags.title) - described
    sources = (("description", described), ("title", titled))
    said = [(source, _quoted(word for word in asked if word in words)) for source, words in sources]
    return "; ".join(f"its {source} says {named}" for source, named in said if named)


def _quoted(words: Iterable[str]) -> str:
    marked = [f"\N{LEFT DOUBLE QUOTATION MARK}{word}\N{RIGHT DOUBLE QUOTATION MARK}" for word in words]
    return _some(marked, _WORDS_NAMED)


def _places(caption_rank: int | None, ear_rank: int | None) -> str:
    places = [
        f"{ordinal(place)} by {sense}"
        for place, sense in ((caption_rank, "words"), (ear_rank, "sound"))
        if place is not None
    ]
    return " and ".join(places)


def _some(names: Iterable[str], most: int) -> str:
    chosen: Sequence[str] = list(dict.fromkeys(names))[:most]
    return " and ".join([part for part in (", ".join(chosen[:-1]), *chosen[-1:]) if part])
