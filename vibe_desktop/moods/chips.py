"""What was understood of a request, piece by piece, each of which can be taken back."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any, TypeAlias

from vibe_desktop.captions.vocabulary import Kind, load_vocabulary
from vibe_desktop.moods.bpm import tempo_range
from vibe_desktop.moods.chatter import tidy
from vibe_desktop.moods.languages import language_name
from vibe_desktop.moods.quantities import about_length, span_of_years
from vibe_desktop.moods.request import about_avoid
from vibe_desktop.moods.words import LITTLE_WORDS, plain, word_set

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.domain import MoodRequest, TrackId

ChipValue: TypeAlias = str | float | tuple[float, ...]

_VOCALS = "vocals"
_INSTRUMENTAL = re.compile(r"\binstrumentals?\b", re.IGNORECASE)
_WORD = re.compile(r"[^\s,]+")
_SMALL = LITTLE_WORDS | word_set(
    "bit little lot kind sort very really quite feel feels feeling like mood im ive ill want need today now",
    "have has had got something anything his her our your their when you let us through",
    "s m d ll re ve",  # what is left of "it's", "I'm", "you're"; not of "can't", which says something
)
"""Words that are no piece of a mood by themselves."""
_QUALITIES = (Kind.MOOD, Kind.TEMPO)
_STEER_TEXTS = {
    "energy": ("calmer", "more energetic"),
    "brightness": ("darker", "brighter"),
    "electronic": ("more acoustic", "more electronic"),
    "voice": ("more instrumental", "more vocal"),
}
_A_LITTLE, _MUCH = 0.35, 0.75


class ChipKind(StrEnum):
    """What part of a request a chip stands for."""

    MOOD = "mood"
    GENRE = "genre"
    AVOID = "avoid"
    LESS = "less"
    HINT = "hint"
    """something of the vocabulary that the mood suggests"""
    BY = "by"
    LIKE = "like"
    UNLIKE = "unlike"
    REFUSED = "refused"
    YEARS = "years"
    BPM = "bpm"
    LANGUAGE = "language"
    ARC = "arc"
    LENGTH = "length"
    MINUTES = "minutes"
    STEER = "steer"


_FIELDS = {
    ChipKind.GENRE: "genres",
    ChipKind.LESS: "less",
    ChipKind.LANGUAGE: "languages",
    ChipKind.BY: "by",
    ChipKind.LIKE: "like",
    ChipKind.UNLIKE: "unlike",
    ChipKind.REFUSED: "refused",
    ChipKind.YEARS: "years",
    ChipKind.BPM: "bpm",
    ChipKind.ARC: "arc",
}
_WHOLE = ("years", "bpm", "arc")


@dataclass(frozen=True, slots=True)
class Chip:
    """A piece of a request, as a person reads it.

    `value` says which piece: the span within the mood, the genre or phrase, the name of a suggested
    entry, the ids of tracks, the years, the number, the code of a language, or the axis.
    """

    kind: ChipKind
    text: str
    value: ChipValue


def chips(
    request: MoodRequest,
    names: Mapping[TrackId, str],
    vocabulary: Vocabulary | None = None,
    hints: Sequence[str] = (),
) -> tuple[Chip, ...]:
    """Return what was understood, in the order it is shown.

    `names` gives the titles of liked, unliked and refused tracks; tracks of one
    name (an artist's) make one chip. `hints` are entries of the vocabulary that the
    mood suggests, the strongest first; they stand last, as nobody said them.
    """
    words = vocabulary or load_vocabulary()
    return (
        *_moods(request, words),
        *(Chip(ChipKind.GENRE, genre, genre) for genre in request.genres),
        *(Chip(ChipKind.AVOID, _denial(phrase, words), phrase) for phrase in request.avoid),
        *(Chip(ChipKind.LESS, _lessening(phrase, words), phrase) for phrase in request.less),
        *_tracks(ChipKind.BY, "by {}", request.by, names),
        *_tracks(ChipKind.LIKE, "like {}", request.like, names),
        *_tracks(ChipKind.UNLIKE, "not like {}", request.unlike, names),
        *_tracks(ChipKind.REFUSED, "not {}", request.refused, names),
        *_limits(request),
        *(Chip(ChipKind.STEER, _leaning(axis, way), axis) for axis, way in request.steer if way),
        *(Chip(ChipKind.HINT, hint, hint) for hint in hints),
    )


def without(request: MoodRequest, chip: Chip) -> MoodRequest:
    """Return the request without what the chip stands for; as it is where that is no part of it."""
    match chip.kind:
        case ChipKind.MOOD:
            return replace(request, mood=_without_words(request.mood, chip))
        case ChipKind.AVOID:
            return _without_avoid(request, chip)
        case ChipKind.HINT:
            return replace(request, dropped=tuple(dict.fromkeys([*request.dropped, str(chip.value)])))
        case ChipKind.STEER:
            return replace(request, steer=tuple(lean for lean in request.steer if lean[0] != chip.value))
        case ChipKind.LENGTH | ChipKind.MINUTES:
            return _without_limit(request, chip.kind)
    return _without_value(request, chip)


def _moods(request: MoodRequest, vocabulary: Vocabulary) -> Iterator[Chip]:
    """Cut the mood into the words the vocabulary knows and what stands between them."""
    for start, end in _pieces(request.mood, vocabulary):
        text = request.mood[start:end]
        # "no vocals" is told by its own chip, and taking that back takes this word back too.
        if not (_VOCALS in request.avoid and _INSTRUMENTAL.fullmatch(text)):
            yield Chip(ChipKind.MOOD, text, (start, end))


def _pieces(mood: str, vocabulary: Vocabulary) -> Iterator[tuple[int, int]]:
    at = 0
    for mention in vocabulary.mentions(mood):
        apart, start = list(_between(mood, at, mention.start)), mention.start
        if apart and not mood[apart[-1][1] : start].strip():
            start = apart.pop()[0]  # "long" belongs to the "walk" after it
        yield from apart
        yield start, mention.end
        at = mention.end
    yield from _between(mood, at, len(mood))


def _between(mood: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Return the phrases between two known words, without the little words around them."""
    at = start
    for part in mood[start:end].split(","):
        telling = [found for found in _WORD.finditer(mood, at, at + len(part)) if not small(found.group())]
        if telling:
            yield telling[0].start(), telling[-1].end()
        at += len(part) + 1


def small(text: str) -> bool:
    """Tell whether a text has only words that are no piece of a mood by themselves."""
    return _SMALL.issuperset(plain(text).split())


def _denial(phrase: str, vocabulary: Vocabulary) -> str:
    entry = vocabulary.find(phrase)
    quality = entry is not None and entry.kind in _QUALITIES
    return f"{'not' if quality or phrase.startswith(('from ', 'in ', 'of ')) else 'no'} {phrase}"


def _lessening(phrase: str, vocabulary: Vocabulary) -> str:
    entry = vocabulary.find(phrase)
    return f"{'not too' if entry and entry.kind in _QUALITIES else 'less'} {phrase}"


def _arc(first: str, last: str) -> str:
    if first and last:
        return f"from {first} to {last}"
    return f"beginning {first}" if first else f"ending {last}"


def _tracks(
    kind: ChipKind, text: str, ids: Sequence[TrackId], names: Mapping[TrackId, str]
) -> Iterator[Chip]:
    named: dict[str, list[TrackId]] = {}
    for track_id in ids:
        named.setdefault(names.get(track_id, "") or "a song", []).append(track_id)
    for name, those in named.items():
        yield Chip(kind, text.format(name), tuple(those))


def _limits(request: MoodRequest) -> Iterator[Chip]:
    if request.years:
        yield Chip(ChipKind.YEARS, span_of_years(*request.years), request.years)
    if request.bpm:
        yield Chip(ChipKind.BPM, tempo_range(*request.bpm), request.bpm)
    for code in request.languages:
        yield Chip(ChipKind.LANGUAGE, f"in {language_name(code)}", code)
    if request.arc:
        yield Chip(ChipKind.ARC, _arc(*request.arc), " ".join(request.arc))
    if request.length is not None:
        yield Chip(
            ChipKind.LENGTH, f"{request.length} song{'' if request.length == 1 else 's'}", request.length
        )
    if request.minutes is not None:
        yield Chip(ChipKind.MINUTES, f"{request.minutes:.0f} min", request.minutes)


def _leaning(axis: str, way: float) -> str:
    text = _STEER_TEXTS[axis][way > 0]
    if abs(way) >= _MUCH:
        return f"much {text}"
    return f"a little {text}" if abs(way) < _A_LITTLE else text


def _without_words(mood: str, chip: Chip) -> str:
    start = mood.find(chip.text)
    if isinstance(chip.value, tuple) and mood.startswith(chip.text, int(chip.value[0])):
        start = int(chip.value[0])
    if start < 0:
        return mood
    left = tidy(f"{mood[:start]} {mood[start + len(chip.text) :]}")
    return "" if small(left) else left


def _without_avoid(request: MoodRequest, chip: Chip) -> MoodRequest:
    mood = tidy(_INSTRUMENTAL.sub(" ", request.mood)) if chip.value == _VOCALS else request.mood
    return replace(
        request,
        mood="" if small(mood) else mood,
        avoid=tuple(phrase for phrase in request.avoid if phrase != chip.value),
        notes=tuple(note for note in request.notes if not about_avoid(note)),
    )


def _without_limit(request: MoodRequest, kind: ChipKind) -> MoodRequest:
    notes = tuple(note for note in request.notes if not about_length(note))
    if kind is ChipKind.LENGTH:
        return replace(request, length=None, notes=notes)
    return replace(request, minutes=None, notes=notes)


def _without_value(request: MoodRequest, chip: Chip) -> MoodRequest:
    """Return the request without what a field of the chip's kind holds of it."""
    name = _FIELDS[chip.kind]
    held = getattr(request, name)
    if name in _WHOLE:
        left = None
    elif isinstance(chip.value, tuple):
        left = tuple(each for each in held if each not in chip.value)
    else:
        left = tuple(each for each in held if each != chip.value)
    changes: dict[str, Any] = {name: left}
    return replace(request, **changes)
