"""A mood's whole journey: request, candidates, rerank, arrange, with a reason for every track."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.domain import Queue, QueueEntry, VibeError
from vibe_desktop.moods import rerank
from vibe_desktop.moods.arrange import Choice, arrange, wished
from vibe_desktop.moods.avoid import Refusals
from vibe_desktop.moods.candidates import CANDIDATES, Candidates, propose
from vibe_desktop.moods.notes import notes_for
from vibe_desktop.moods.reasons import reason
from vibe_desktop.moods.senses import Asked, Senses
from vibe_desktop.moods.terms import NAMES
from vibe_desktop.moods.words import telling_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.domain import FloatVector, IdArray, MoodRequest, TrackId
    from vibe_desktop.library.descriptions import DescriptionStore
    from vibe_desktop.library.tracks import TrackStore

_WORD_HITS = 100
_SOUNDS_RIGHT = 1.0
"""Spreads above the library's middle from which on the sound itself is a reason: about the first sixth."""
_LOOKED_AT = 6
"""Tracks looked at for each that is wished for; enough to leave out versions and repeated artists."""


@dataclass(frozen=True, slots=True)
class Ranking:
    """The candidates of a request, best first: shape (n,) each.

    `scores` and those of the single `senses` are in spreads above the library's
    middle (NaN where unknown); places count from 1 over all allowed tracks (0
    where unknown). The first `fitting` fit the request; `allowed` tracks passed
    the filters.
    """

    ids: IdArray
    scores: FloatVector
    senses: Mapping[str, FloatVector]
    caption_places: IdArray
    ear_places: IdArray
    fitting: int
    allowed: int


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
        self._descriptions = descriptions
        self._senses = senses
        self._vocabulary = vocabulary
        self._candidates = candidates
        self._weights = weights or rerank.Weights()
        self._present: IdArray | None = None
        self.timings: dict[str, float] = {}

    def answer(self, request: MoodRequest) -> Queue:
        """Return the queue for a request. Raises `VibeError` while the library is empty."""
        self.timings = {}
        ranking = self.rank(request)
        with self._timed("fetch"):
            most = max(self._candidates // 2, _LOOKED_AT * wished(request))
            tracks = self._tracks.tracks(ranking.ids[: min(ranking.fitting, most)].tolist())
        with self._timed("arrange"):
            refusals = Refusals(request.avoid, self._vocabulary)
            wanted = [track for track in tracks if refusals.proven(track) is None]
            scores = dict(zip(ranking.ids.tolist(), ranking.scores.tolist(), strict=True))
            contents = self._tracks.content_keys(track.id for track in wanted)
            choices = [Choice(track, scores[track.id], contents.get(track.id)) for track in wanted]
            chosen = arrange(choices, request)
        with self._timed("reasons"):
            entries = _entries(chosen, ranking, request)
        notes = notes_for(request, chosen, refused=len(tracks) - len(wanted), allowed=ranking.allowed)
        return Queue(request, entries, (*request.notes, *notes))

    def rank(self, request: MoodRequest) -> Ranking:
        """Rank the candidates of a request by how well they fit, before anything is arranged.

        Raises `VibeError` while the library holds nothing to choose from.
        """
        with self._timed("filter"):
            allowed = self._allowed(request)
        if request.mood:
            return self._rank_by_mood(request, allowed)
        return self._rank_by_limits(request, allowed)

    def _rank_by_mood(self, request: MoodRequest, allowed: IdArray) -> Ranking:
        asked = self._ask([request.mood, *request.avoid])
        count = max(self._candidates, 4 * wished(request))
        with self._timed("words"):
            spelt = self._spelt(request.mood)
            named = self._senses.named(
                [mention.entry.name for mention in self._vocabulary.mentions(request.mood, NAMES)]
            )
        with self._timed("candidates"):
            hits = np.fromiter(spelt, dtype=np.int64)
            found = propose(asked, hits, named, allowed=self._among(allowed), count=count)
        with self._timed("rerank"):
            evidence = asked.evidence(found.ids)
            wanted, *unwanted = rerank.fit(evidence, self._weights)
            words = np.array([spelt.get(int(track_id), 0.0) for track_id in found.ids], dtype=np.float32)
            if named:
                words = np.maximum(words, np.nan_to_num(named.about(found.ids)[0]))
            scores = rerank.fuse(wanted, unwanted, words, self._weights)
        fitting = rerank.fitting(scores, self._weights)
        return _ordered(found, scores, evidence, found.ids, fitting=fitting, allowed=len(allowed))

    def _rank_by_limits(self, request: MoodRequest, allowed: IdArray) -> Ranking:
        """Rank without a mood: any of the allowed, by the seed, those near to what is avoided last."""
        count = 2 * max(self._candidates, _LOOKED_AT * wished(request))
        drawn = np.random.default_rng(request.seed).permutation(allowed)[:count]
        turns = np.argsort(drawn)
        ids = drawn[turns]
        places = np.zeros(len(ids), dtype=np.int64)
        nothing = np.zeros(len(ids), dtype=np.float32)
        found = Candidates(ids, places, places)
        if not request.avoid:
            return _ordered(found, nothing, None, turns, fitting=len(ids), allowed=len(allowed))
        asked = self._ask(request.avoid)
        with self._timed("rerank"):
            unwanted = list(rerank.fit(asked.evidence(ids), self._weights))
            scores = rerank.fuse(nothing, unwanted, nothing, self._weights)
        # Without a mood a track fits unless it is clearly like what is avoided.
        fitting = int((scores > -self._weights.avoid).sum())
        return _ordered(found, scores, None, turns, fitting=fitting, allowed=len(allowed))

    def _ask(self, phrases: Sequence[str]) -> Asked:
        with self._timed("read"):
            reading = self._senses.read(phrases)
        with self._timed("feel"):
            felt = self._senses.feel(reading)
        with self._timed("listen"):
            listening = self._senses.listen(phrases)
        return Asked(reading, felt, listening)

    def _allowed(self, request: MoodRequest) -> IdArray:
        if self._present is None:
            self._present = self._tracks.ids()
        if not len(self._present):
            raise VibeError("There is no music in the library yet.", "Add some: vibe-desktop index FOLDER")
        if request.genres or request.years:
            return self._tracks.ids(genres=request.genres, years=request.years)
        return self._present

    def _among(self, allowed: IdArray) -> IdArray | None:
        """Return `allowed` where it leaves out any described track, else None: searching all is quicker."""
        described = self._senses.neighbours.ids
        if len(allowed) >= len(described) and np.isin(described, allowed, assume_unique=True).all():
            return None
        return allowed

    def _spelt(self, mood: str) -> dict[TrackId, float]:
        """Return the tracks that hold a word the vocabulary does not know, the best with strength 1."""
        mentions = [(mention.start, mention.end) for mention in self._vocabulary.mentions(mood)]
        unknown = telling_words("".join(_without(mood, mentions)))
        hits = self._descriptions.search(sorted(unknown), _WORD_HITS) if unknown else []
        best = max((score for _, score in hits), default=0.0)
        return {track_id: score / best for track_id, score in hits if best > 0}

    @contextmanager
    def _timed(self, stage: str) -> Iterator[None]:
        began = time.perf_counter()
        yield
        self.timings[stage] = self.timings.get(stage, 0.0) + time.perf_counter() - began


def _without(text: str, spans: Sequence[tuple[int, int]]) -> Iterator[str]:
    at = 0
    for start, end in spans:
        yield f"{text[at:start]} "
        at = end
    yield text[at:]


def _ordered(
    found: Candidates,
    scores: FloatVector,
    evidence: rerank.Evidence | None,
    turns: IdArray,
    *,
    fitting: int,
    allowed: int,
) -> Ranking:
    """Put the best first; between equals the one with the lower of `turns`."""
    order = np.lexsort((turns, -scores))
    senses = (
        {"caption": evidence.caption, "feelings": evidence.feelings, "ear": evidence.ear} if evidence else {}
    )
    return Ranking(
        ids=found.ids[order],
        scores=scores[order],
        senses={name: rows[0][order] for name, rows in senses.items()},
        caption_places=found.caption_places[order],
        ear_places=found.ear_places[order],
        fitting=fitting,
        allowed=allowed,
    )


def _entries(chosen: Sequence[Choice], ranking: Ranking, request: MoodRequest) -> tuple[QueueEntry, ...]:
    at = {int(track_id): row for row, track_id in enumerate(ranking.ids)}
    ear = ranking.senses.get("ear", np.full(len(ranking.ids), np.nan))
    entries = []
    for position, choice in enumerate(chosen, 1):
        row = at[choice.track.id]
        caption_rank = int(ranking.caption_places[row]) or None
        ear_rank = int(ranking.ear_places[row]) or None
        evidence = {"fused": ranking.scores, **ranking.senses}
        entries.append(
            QueueEntry(
                rank=position,
                track=choice.track,
                caption_rank=caption_rank,
                ear_rank=ear_rank,
                reason=reason(
                    choice.track,
                    request,
                    caption_rank,
                    ear_rank,
                    sounds_right=bool(ear[row] >= _SOUNDS_RIGHT),
                ),
                evidence={
                    name: round(float(all_[row]), 3)
                    for name, all_ in evidence.items()
                    if np.isfinite(all_[row])
                },
            )
        )
    return tuple(entries)
