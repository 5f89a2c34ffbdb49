"""What a mood speaks of, by kind: the structured view of its words."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from vibe_desktop.captions.vocabulary import Kind
from vibe_desktop.moods.chatter import tidy

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vibe_desktop.captions.vocabulary import Entry, Vocabulary
    from vibe_desktop.domain import MoodRequest

_OF_MUSIC = re.compile(r"\s+music$", re.IGNORECASE)
_INSTRUMENTAL = re.compile(r"instrumental\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Facets:
    """Names of the vocabulary's entries that a mood speaks of, each in the order it is said, once."""

    moods: tuple[str, ...] = ()
    themes: tuple[str, ...] = ()
    genres: tuple[str, ...] = ()
    instruments: tuple[str, ...] = ()
    voices: tuple[str, ...] = ()
    tempos: tuple[str, ...] = ()
    eras: tuple[str, ...] = ()
    situations: tuple[str, ...] = ()
    rest: str = ""
    """what the vocabulary does not know, as it was written"""


def facets(request: MoodRequest, vocabulary: Vocabulary) -> Facets:
    """Return what the request's mood speaks of."""
    mood, named, rest, at = request.mood, dict[Kind, dict[str, None]](), list[str](), 0
    for mention in vocabulary.mentions(mood):
        for entry in _meant(mention.entry, mood[mention.start : mention.end], vocabulary):
            named.setdefault(entry.kind, {})[entry.name] = None
        rest.append(mood[at : mention.start])
        at = mention.end
    left = tidy(" , ".join([*rest, mood[at:]]))
    return Facets(**{f"{kind}s": tuple(names) for kind, names in named.items()}, rest=left)


def _meant(entry: Entry, said: str, vocabulary: Vocabulary) -> Iterator[Entry]:
    """Return the entry and what its words name beside it: "piano music" is a genre, and asks for a piano."""
    yield entry
    if entry.kind is not Kind.GENRE:
        return
    inside = (_OF_MUSIC.sub("", said), "instrumental" if _INSTRUMENTAL.match(said) else "")
    for phrase in inside:
        named = vocabulary.find(phrase)
        if named and named is not entry and named.kind in (Kind.INSTRUMENT, Kind.VOICE):
            yield named
