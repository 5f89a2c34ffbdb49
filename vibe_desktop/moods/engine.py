"""A mood's whole journey: request, candidates, rerank, arrange, with a reason for every track."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.domain import STEER_AXES, Queue, QueueEntry
from vibe_desktop.moods import arc
from vibe_desktop.moods.arrange import arrange, wished
from vibe_desktop.moods.avoid import Refusals
from vibe_desktop.moods.billing import Billing
from vibe_desktop.moods.candidates import CANDIDATES
from vibe_desktop.moods.choice import Choice, Songs
from vibe_desktop.moods.filters import kept_to
from vibe_desktop.moods.honesty import CLOSEST
from vibe_desktop.moods.modes import Mode
from vibe_desktop.moods.notes import notes_for, nothing_like_it, too_often
from vibe_desktop.moods.ranking import LOOKED_AT, Ranker, named_tracks
from vibe_desktop.moods.reasons import Why, parts, reason
from vibe_desktop.moods.weights import Weights

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from numpy.typing import NDArray

    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.domain import FloatVector, IdArray, MoodRequest, Track, TrackId
    from vibe_desktop.library.descriptions import DescriptionStore
    from vibe_desktop.library.tracks import TrackStore
    from vibe_desktop.moods.choice import Way
    from vibe_desktop.moods.ranking import Ranking
    from vibe_desktop.moods.senses import Senses

_FURTHER = 4
"""Times as many tracks looked at where those looked at first are by too few artists."""
_SOUNDS_RIGHT = 1.0
"""Spreads above the library's middle from which on the sound itself is a reason: about the first sixth."""


class MoodEngine:
    """Answers moods from the library as it was when the engine was made.

    `timings` tells how many seconds each stage of the last answer took.
    """

    def __init__(
        self,
        tracks: TrackStore,
        descriptions: DescriptionStore,
        senses: Senses,
        vocabulary: Vocabulary,
        *,
        candidates: int = CANDIDATES,
        weights: Weights | None = None,
    ) -> None:
        self._tracks = tracks
        self._senses = senses
        self._vocabulary = vocabulary
        self._candidates = candidates
        self._ranker = Ranker(
            tracks,
            descriptions,
            senses,
            vocabulary,
            candidates=candidates,
            weights=weights or Weights(),
        )

    @property
    def timings(self) -> dict[str, float]:
        """Seconds by stage of the last answer."""
        return self._ranker.timings

    def answer(
        self,
        request: MoodRequest,
        *,
        kept: Sequence[TrackId] = (),
        before: Sequence[TrackId] = (),
        mode: Mode = Mode.FUSION,
    ) -> Queue:
        """Return the queue for a request; `kept` tracks stay in front and the rest is filled up around them.

        Those of the queue `before` that still fit stay too, in their order. Raises `VibeError`
        while the library is empty, or where a mode needs an ear and nothing was heard.
        """
        self._ranker.timings = {}
        kept = [track_id for track_id in dict.fromkeys(kept) if track_id not in request.refused]
        found = self._found(request, kept, mode)
        count = len(kept) + max(self._candidates // 3, LOOKED_AT * wished(request)) * (2 if found.arc else 1)
        billing = Billing(request.text)
        chosen, refused = self._arranged(found, kept, before, count)
        if (often := billing.repeated(chosen)) and found.ranking.fitting > count:
            chosen, refused = self._arranged(found, kept, before, _FURTHER * count)
            often = billing.repeated(chosen)
        with self._ranker.timed("reasons"):
            entries = _entries(chosen, found, mode)
        notes = (
            *found.ranking.notes,
            found.missing or (arc.note(request, chosen) if found.goes else ""),
            *self._told(request, found, chosen, refused),
            too_often(often if found.ranking.closest is None else {}),
        )
        return Queue(request, entries, (*request.notes, *(note for note in notes if note)))

    def _told(
        self, request: MoodRequest, found: _Found, chosen: Sequence[Choice], refused: int
    ) -> tuple[str, ...]:
        """Say why the queue is shorter than it might be."""
        closest = found.ranking.closest
        if closest is not None and chosen:
            return (nothing_like_it(closest),)
        ranking = found.ranking
        return notes_for(kept_to(request, ranking.notes), chosen, refused=refused, allowed=ranking.allowed)

    def rank(self, request: MoodRequest, kept: Sequence[TrackId] = (), mode: Mode = Mode.FUSION) -> Ranking:
        """Rank the candidates of a request, `kept` among them, by how well they fit.

        Raises `VibeError` while the library holds nothing to choose from.
        """
        return self._ranker.rank(request, kept, mode)

    def closest(self, text: str, count: int) -> tuple[TrackId, ...]:
        """Return the tracks that are here now whose captions are nearest a text, best first."""
        return tuple(self._ranker.closest(text, count).tolist())

    def _found(self, request: MoodRequest, kept: Sequence[TrackId], mode: Mode) -> _Found:
        if request.arc is None:
            return _Found(request, _without_filler(self.rank(request, kept, mode)))
        legs = arc.legs(request)
        first, last = (self.rank(leg, kept, mode) for leg in legs)
        joined = arc.Arc.of(first, last)
        with self._ranker.timed("arrange"):
            places = self._senses.steering.about(joined.ranking.ids)
            ways = joined.ways(arc.along(request, joined, places, self._vocabulary))
        asked = {
            track_id: legs[int(leg)]
            for track_id, leg in zip(joined.ranking.ids.tolist(), joined.asked.tolist(), strict=True)
        }
        missing = arc.missing(request, first, last)
        return _Found(request, _without_filler(joined.ranking), ways, asked, missing)

    def _arranged(
        self, found: _Found, kept: Sequence[TrackId], before: Sequence[TrackId], count: int
    ) -> tuple[list[Choice], int]:
        """Return the queue made of the first `count` that fit, and how many of them have what is avoided."""
        request, ranking, timed = found.request, found.ranking, self._ranker.timed
        with timed("fetch"):
            tracks = self._tracks.tracks(ranking.ids[: min(ranking.fitting, count)].tolist())
            front = self._choices(self._tracks.tracks(kept), found)
            barred = self._choices(self._tracks.tracks(named_tracks(request)), found)
        with timed("arrange"):
            refusals = Refusals(request.avoid, self._vocabulary, request.mood)
            wanted = [track for track in tracks if refusals.proven(track) is None]
            songs = Songs([*front, *barred])
            rest = [choice for choice in self._choices(wanted, found) if choice not in songs]
            return arrange(rest, request, front, before), len(tracks) - len(wanted)

    def _choices(self, tracks: Sequence[Track], found: _Found) -> list[Choice]:
        if not tracks:
            return []
        ids = np.array([track.id for track in tracks], dtype=np.int64)
        scores = dict(zip(found.ranking.ids.tolist(), found.ranking.scores.tolist(), strict=True))
        contents = self._tracks.content_keys(ids.tolist())
        portraits = self._senses.portraits(ids)
        places = self._senses.steering.about(ids).T
        unplaced = np.isnan(places.sum(axis=1)).tolist()
        return [
            Choice(
                track,
                scores.get(track.id, 0.0),
                contents.get(track.id),
                portrait,
                None if nowhere else tuple(place),
                found.ways.get(track.id),
            )
            for track, portrait, place, nowhere in zip(
                tracks, portraits, places.tolist(), unplaced, strict=True
            )
        ]


def _without_filler(ranking: Ranking) -> Ranking:
    """Where nothing fits, keep the closest few."""
    return ranking if ranking.closest is None else replace(ranking, fitting=min(CLOSEST, ranking.fitting))


@dataclass(frozen=True)
class _Found:
    """What fits a request; of one with an arc also where each track belongs and which end it answers.

    `missing` says which end nothing here sounds like.
    """

    request: MoodRequest
    ranking: Ranking
    ways: Mapping[TrackId, Way] = field(default_factory=dict)
    asked: Mapping[TrackId, MoodRequest] = field(default_factory=dict)
    missing: str = ""

    @property
    def arc(self) -> bool:
        return bool(self.ways)

    @property
    def goes(self) -> bool:
        """Whether there is a way, and any of it is here."""
        return self.arc and self.ranking.closest is None


def _entries(chosen: Sequence[Choice], found: _Found, mode: Mode) -> tuple[QueueEntry, ...]:
    ranking = found.ranking
    rows = _rows(ranking.ids, chosen)
    ear = ranking.senses.get("ear", np.full(len(ranking.ids), np.nan))
    known = _known({"fused": ranking.scores, **ranking.senses}, rows)
    entries = []
    for position, (choice, row, scores) in enumerate(zip(chosen, rows.tolist(), known, strict=True), 1):
        why = Why(
            choice.track,
            found.asked.get(choice.track.id, found.request),
            int(ranking.caption_places[row]) or None,
            int(ranking.ear_places[row]) or None,
            sounds_right=bool(ear[row] >= _SOUNDS_RIGHT),
            mode=mode,
            hints=ranking.hints,
        )
        places = {axis: round(at, 3) for axis, at in zip(STEER_AXES, choice.places or (), strict=False)}
        entries.append(
            QueueEntry(
                rank=position,
                track=choice.track,
                caption_rank=why.caption_rank,
                ear_rank=why.ear_rank,
                reason=reason(why),
                evidence=scores | places,
                parts=parts(why),
            )
        )
    return tuple(entries)


def _rows(ids: IdArray, chosen: Sequence[Choice]) -> NDArray[np.intp]:
    """Return where the chosen tracks stand among `ids`, which hold all of them."""
    order = np.argsort(ids)
    wanted = np.array([choice.track.id for choice in chosen], dtype=np.int64)
    rows: NDArray[np.intp] = order[np.searchsorted(ids, wanted, sorter=order)]
    return rows


def _known(evidence: Mapping[str, FloatVector], rows: NDArray[np.intp]) -> list[dict[str, float]]:
    """Return for each row what is known of the evidence."""
    columns = {name: all_[rows].astype(np.float64).tolist() for name, all_ in evidence.items()}
    return [
        {name: round(value, 3) for name, value in zip(columns, values, strict=True) if isfinite(value)}
        for values in zip(*columns.values(), strict=True)
    ]
