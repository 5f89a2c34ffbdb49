"""A mood's whole journey: request, candidates, rerank, arrange, with a reason for every track."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.domain import Queue, QueueEntry
from vibe_desktop.moods import rerank
from vibe_desktop.moods.arrange import arrange, wished
from vibe_desktop.moods.avoid import Refusals
from vibe_desktop.moods.candidates import CANDIDATES
from vibe_desktop.moods.choice import Choice, Songs
from vibe_desktop.moods.modes import Mode
from vibe_desktop.moods.notes import notes_for
from vibe_desktop.moods.ranking import LOOKED_AT, Ranker, named_tracks
from vibe_desktop.moods.reasons import Why, parts, reason

if TYPE_CHECKING:
    from collections.abc import Sequence

    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.domain import MoodRequest, Track, TrackId
    from vibe_desktop.library.descriptions import DescriptionStore
    from vibe_desktop.library.tracks import TrackStore
    from vibe_desktop.moods.ranking import Ranking
    from vibe_desktop.moods.senses import Senses

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
        weights: rerank.Weights | None = None,
    ) -> None:
        self._tracks = tracks
        self._vocabulary = vocabulary
        self._candidates = candidates
        self._ranker = Ranker(
            tracks,
            descriptions,
            senses,
            vocabulary,
            candidates=candidates,
            weights=weights or rerank.Weights(),
        )

    @property
    def timings(self) -> dict[str, float]:
        """Seconds by stage of the last answer."""
        return self._ranker.timings

    def answer(
        self, request: MoodRequest, *, kept: Sequence[TrackId] = (), mode: Mode = Mode.FUSION
    ) -> Queue:
        """Return the queue for a request; `kept` tracks stay in front and the rest is filled up around them.

        Raises `VibeError` while the library is empty, or where a mode needs an ear and nothing was heard.
        """
        self._ranker.timings = {}
        kept = [track_id for track_id in dict.fromkeys(kept) if track_id not in request.refused]
        ranking = self.rank(request, kept, mode)
        timed = self._ranker.timed
        with timed("fetch"):
            most = len(kept) + max(self._candidates // 2, LOOKED_AT * wished(request))
            tracks = self._tracks.tracks(ranking.ids[: min(ranking.fitting, most)].tolist())
            front = self._choices(self._tracks.tracks(kept), ranking)
        with timed("arrange"):
            refusals = Refusals(request.avoid, self._vocabulary)
            wanted = [track for track in tracks if refusals.proven(track) is None]
            barred = self._choices(self._tracks.tracks(named_tracks(request)), ranking)
            songs = Songs([*front, *barred])
            rest = [choice for choice in self._choices(wanted, ranking) if choice not in songs]
            chosen = arrange(rest, request, front)
        with timed("reasons"):
            entries = _entries(chosen, ranking, request, mode)
        notes = notes_for(request, chosen, refused=len(tracks) - len(wanted), allowed=ranking.allowed)
        return Queue(request, entries, (*request.notes, *notes))

    def rank(self, request: MoodRequest, kept: Sequence[TrackId] = (), mode: Mode = Mode.FUSION) -> Ranking:
        """Rank the candidates of a request, `kept` among them, by how well they fit.

        Raises `VibeError` while the library holds nothing to choose from.
        """
        return self._ranker.rank(request, kept, mode)

    def closest(self, text: str, count: int) -> tuple[TrackId, ...]:
        """Return the tracks that are here now whose captions are nearest a text, best first."""
        return tuple(self._ranker.closest(text, count).tolist())

    def _choices(self, tracks: Sequence[Track], ranking: Ranking) -> list[Choice]:
        scores = dict(zip(ranking.ids.tolist(), ranking.scores.tolist(), strict=True))
        contents = self._tracks.content_keys(track.id for track in tracks)
        return [Choice(track, scores.get(track.id, 0.0), contents.get(track.id)) for track in tracks]


def _entries(
    chosen: Sequence[Choice], ranking: Ranking, request: MoodRequest, mode: Mode
) -> tuple[QueueEntry, ...]:
    at = {int(track_id): row for row, track_id in enumerate(ranking.ids)}
    ear = ranking.senses.get("ear", np.full(len(ranking.ids), np.nan))
    evidence = {"fused": ranking.scores, **ranking.senses}
    entries = []
    for position, choice in enumerate(chosen, 1):
        row = at[choice.track.id]
        why = Why(
            choice.track,
            request,
            int(ranking.caption_places[row]) or None,
            int(ranking.ear_places[row]) or None,
            sounds_right=bool(ear[row] >= _SOUNDS_RIGHT),
            mode=mode,
        )
        scores = {
            name: round(float(all_[row]), 3) for name, all_ in evidence.items() if np.isfinite(all_[row])
        }
        entries.append(
            QueueEntry(
                rank=position,
                track=choice.track,
                caption_rank=why.caption_rank,
                ear_rank=why.ear_rank,
                reason=reason(why),
                evidence=scores,
                parts=parts(why),
            )
        )
    return tuple(entries)
