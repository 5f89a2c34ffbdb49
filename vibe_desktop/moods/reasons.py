"""Why a track is in the queue, in one plain sentence made of evidence; never a score."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vibe_desktop.domain import ReasonPart
from vibe_desktop.moods.modes import Mode
from vibe_desktop.moods.words import plain, telling_words, word_set

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from vibe_desktop.domain import MoodRequest, Track

_LABELS_NAMED = 3
_WORDS_NAMED = 4
_KEYWORDS_NAMED = 2
_LINKS = word_set(
    "about after also because been before being can could did do does during has have how if into more most",
    "should someone something than their them then there they through until what when where while who would",
    "your",
)
"""Words that may find a title, but that two texts share is no reason."""
_ERA = re.compile(r"\d+s")
_NEAR = 99
"""A place beyond this one is no reason worth a row's room."""
_NEAREST = {True: "Its description", False: "Its sound"}
_LEANS = "It leans the way you set."


@dataclass(frozen=True, slots=True)
class Why:
    """All that is known of why a track fits a request.

    The places count over all allowed tracks. Unless it `sounds_right`, only
    those labels are named that the request names too. What does not count in
    the mode is no reason.
    """

    track: Track
    request: MoodRequest
    caption_rank: int | None
    ear_rank: int | None
    sounds_right: bool = True
    mode: Mode = Mode.FUSION
    hints: tuple[str, ...] = ()
    """what the mood suggests beside its words"""


def reason(why: Why) -> str:
    """Return one sentence: what was heard, which words agree, its places among all allowed tracks."""
    if not (why.request.mood or why.request.like):
        return _LEANS if why.request.leans else "It is within the limits you set."
    heard = _some(_heard(why), _LABELS_NAMED)
    told = [part for part in (f"heard {heard}" if heard else "", _agreeing(why), _suiting(why)) if part]
    # Beside better evidence a far place reads as if it spoke against the track.
    every = not told or not why.mode.takes_words
    ranks = (rank if every or (rank or 0) <= _NEAR else None for rank in (why.caption_rank, why.ear_rank))
    sentence = "; ".join([*told, *filter(None, [_places(*ranks)])]) or (
        f"{_NEAREST[why.mode.captions_propose]} comes near your words"
        if why.request.mood
        else "It is like what you named"
    )
    return f"{sentence[0].upper()}{sentence[1:]}."


def parts(why: Why) -> tuple[ReasonPart, ...]:
    """Return the same in a few words, for a row."""
    request = why.request
    if not (request.mood or request.like):
        return (ReasonPart("", "leans your way" if request.leans else "within your limits"),)
    heard = list(dict.fromkeys(_heard(why)))[:_LABELS_NAMED]
    captioned = _captioned(why, heard)
    places = _near_places(why)
    found = (("heard", ", ".join(heard)), ("caption", ", ".join(captioned)), ("", places))
    return tuple(ReasonPart(lead, words) for lead, words in found if words) or (
        ReasonPart("", "near your words" if request.mood else "like what you named"),
    )


def ordinal(place: int) -> str:
    """Return "1st", "2nd", "13th"."""
    ending = "th" if place % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(place % 10, "th")
    return f"{place:,}{ending}"


def _heard(why: Why) -> list[str]:
    """Return what was heard, first what was asked for."""
    if not why.mode.listens:
        return []
    wanted = telling_words(why.request.mood)
    asked = [label.name for label in why.track.labels if telling_words(label.name) & wanted]
    others = [label.name for label in why.track.labels if why.sounds_right and label.name not in asked]
    return [*asked, *others]


def _captioned(why: Why, heard: Sequence[str]) -> list[str]:
    """Return words of the caption: those that were asked for, then its most telling ones, none twice."""
    if not why.mode.captions_propose:
        return []
    caption = why.track.caption
    described = telling_words(f"{caption.sentence} {' '.join(caption.keywords)}")
    said = [word for word in _asked(why) if word in described]
    near = why.caption_rank is not None and why.caption_rank <= _NEAR
    chosen: list[str] = []
    told = telling_words(f"{why.track.tags.title} {' '.join(heard)}")
    telling = [each for each in caption.keywords if near and not _ERA.fullmatch(each)]
    for words in (*said, *_suggested(why), *telling):
        if not telling_words(words) & told:
            chosen.append(words)
            told |= telling_words(words)
    return chosen[:_KEYWORDS_NAMED]


def _near_places(why: Why) -> str:
    """Return the places that mean something in a few words: near the top, else the better one."""
    placed = [(why.caption_rank, "words"), (why.ear_rank, "sound")]
    known = sorted((place, sense) for place, sense in placed if place is not None)
    return ", ".join(
        f"{ordinal(place)} by {sense}" for at, (place, sense) in enumerate(known) if not at or place <= _NEAR
    )


def _agreeing(why: Why) -> str:
    if not why.mode.captions_propose:
        return ""
    track = why.track
    asked = _asked(why)
    described = telling_words(f"{track.caption.sentence} {' '.join(track.caption.keywords)}")
    titled = telling_words(track.tags.title) - described
    sources = (("description", described), ("title", titled if why.mode.takes_words else set()))
    said = [(source, _quoted(word for word in asked if word in words)) for source, words in sources]
    return "; ".join(f"its {source} says {named}" for source, named in said if named)


def _suiting(why: Why) -> str:
    """Say which words of the description are what such a mood usually sounds like."""
    suits = _suggested(why)[:_LABELS_NAMED]
    verb = "suits" if len(suits) == 1 else "suit"
    return f"{_quoted(suits)} in its description {verb} your words" if suits else ""


def _suggested(why: Why) -> list[str]:
    """Return the hints that the caption holds, those left out that were asked for in so many words."""
    if not why.mode.takes_words:
        return []
    described = telling_words(why.track.caption.sentence)
    asked = set(_asked(why))
    words = ((hint, telling_words(hint)) for hint in why.hints)
    return [hint for hint, each in words if each and each <= described and not each & asked]


def _asked(why: Why) -> list[str]:
    return [word for word in plain(why.request.mood).split() if word not in _LINKS]


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
