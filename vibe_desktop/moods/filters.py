"""Which tracks a request leaves to choose from: by genre, year, artist, what is sung and tempo."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.library import facts
from vibe_desktop.library.numbers import among
from vibe_desktop.moods.bpm import tempo_range
from vibe_desktop.moods.languages import language_code, language_name

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.domain import IdArray, MoodRequest
    from vibe_desktop.library.tracks import TrackStore

_NO_YEARS = "No song here says when it is from, so the years were left out."


@dataclass(frozen=True, slots=True)
class Filtered:
    """The tracks that may be chosen, ids ascending.

    `surer` are those that certainly have the tempo asked for, where others may have it as well;
    None where no track is surer than another. `notes` say what of the request could not be kept to.
    """

    allowed: IdArray
    surer: IdArray | None = None
    notes: tuple[str, ...] = ()


def filtered(request: MoodRequest, tracks: TrackStore, present: IdArray) -> Filtered:
    """Return what a request leaves of the `present` tracks.

    A language that no track's tags name leaves out nothing, because few files say what is sung; nor
    do years where no track at all says when it is from.
    """
    notes: list[str] = []
    years = request.years
    if years and not facts.any_year(tracks.db):
        years = None
        notes.append(_NO_YEARS)
    allowed = present
    if request.genres:
        allowed = tracks.ids(genres=request.genres)
    if years:
        allowed = allowed[among(allowed, facts.from_years(tracks.db, years))]
    if request.by:
        allowed = np.intersect1d(allowed, np.array(request.by, dtype=np.int64))
    if request.languages:
        sung = _sung_in(request.languages, tracks, present)
        if len(sung):
            allowed = np.intersect1d(allowed, sung, assume_unique=True)
        else:
            notes.append(_no_language(request.languages))
    if request.bpm and len(allowed):
        return _in_tempo(request.bpm, tracks, Filtered(allowed, None, tuple(notes)))
    return Filtered(allowed, None, tuple(notes))


def kept_to(request: MoodRequest, notes: Sequence[str]) -> MoodRequest:
    """Return the request without the limits that `notes` of `filtered` say were left out."""
    years = None if _NO_YEARS in notes else request.years
    languages = () if _no_language(request.languages) in notes else request.languages
    return replace(request, years=years, languages=languages)


def _sung_in(languages: tuple[str, ...], tracks: TrackStore, present: IdArray) -> IdArray:
    written = [tag for tag in facts.languages(tracks.db) if language_code(tag) in languages]
    return np.intersect1d(facts.sung_in(tracks.db, written), present, assume_unique=True)


def _in_tempo(bpm: tuple[float, float], tracks: TrackStore, found: Filtered) -> Filtered:
    """Leave out what is known to be slower or faster, unless nothing else is left.

    Half or twice the tempo is another tempo: whoever asks for 140 would be surprised by 70.
    """
    ids, tempos = facts.tempos(tracks.db)
    inside = ids[(tempos >= bpm[0]) & (tempos <= bpm[1])]
    surer = np.intersect1d(found.allowed, inside, assume_unique=True)
    others = np.setdiff1d(ids, inside, assume_unique=True)
    left = np.setdiff1d(found.allowed, others, assume_unique=True)
    if not len(surer):
        note = _no_tempo(bpm, unknown=bool(len(left)))
        return Filtered(left if len(left) else found.allowed, None, (*found.notes, note))
    return Filtered(left, surer if len(surer) < len(left) else None, found.notes)


def _no_language(codes: tuple[str, ...]) -> str:
    names = " or ".join(map(language_name, codes))
    return f"No song here says it is sung in {names}, so language was left out."


def _no_tempo(bpm: tuple[float, float], *, unknown: bool) -> str:
    if unknown:
        return (
            f"No track that fits is known to be {tempo_range(*bpm)},"
            " so these are tracks whose tempo is not known."
        )
    return f"No track that fits is {tempo_range(*bpm)}, so tempo was left out."
