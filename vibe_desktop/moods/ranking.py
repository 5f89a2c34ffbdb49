"""Which tracks fit a request and how well, before anything is arranged."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass, replace
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.captions.vocabulary import THINGS
from vibe_desktop.domain import VibeError
from vibe_desktop.library.numbers import contains
from vibe_desktop.moods import rerank
from vibe_desktop.moods.arrange import wished
from vibe_desktop.moods.candidates import Bounds, Candidates, propose
from vibe_desktop.moods.filters import Filtered, filtered
from vibe_desktop.moods.honesty import CLOSEST
from vibe_desktop.moods.modes import Mode
from vibe_desktop.moods.terms import NAMES
from vibe_desktop.moods.weights import Weights
from vibe_desktop.moods.wishes import Questions, Wishes
from vibe_desktop.moods.words import telling_words

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.domain import FloatVector, IdArray, MoodRequest, TrackId
    from vibe_desktop.library.descriptions import DescriptionStore
    from vibe_desktop.library.tracks import TrackStore
    from vibe_desktop.moods.answers import Answers
    from vibe_desktop.moods.senses import Senses

_WORD_HITS = 100
LOOKED_AT = 4
"""Tracks looked at for each that is wished for; enough to leave out versions and repeated artists."""
_STEERED = 3
"""Times as many candidates where a request leans somewhere: those nearest the mood are all alike."""


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
    notes: tuple[str, ...] = ()
    """what could not be kept to"""
    hints: tuple[str, ...] = ()
    """what the mood suggests beside what it says, the strongest first"""
    closest: tuple[str, ...] | None = None
    """where nothing here sounds like that: what the closest tracks have in common, in words"""


def named_tracks(request: MoodRequest) -> tuple[TrackId, ...]:
    """Return the tracks a request names, which stay out of its queue themselves."""
    return (*request.like, *request.unlike, *request.refused)


class Ranker:
    """Ranks the library as it was when the ranker was made. `timings` takes how long each stage took."""

    def __init__(
        self,
        tracks: TrackStore,
        descriptions: DescriptionStore,
        senses: Senses,
        vocabulary: Vocabulary,
        *,
        candidates: int,
        weights: Weights,
    ) -> None:
        self._tracks = tracks
        self._descriptions = descriptions
        self._senses = senses
        self._vocabulary = vocabulary
        self._candidates = candidates
        self._weights = weights
        self._questions = Questions(senses, self.timed)
        self._present: IdArray | None = None
        self.timings: dict[str, float] = {}

    def rank(self, request: MoodRequest, kept: Sequence[TrackId] = (), mode: Mode = Mode.FUSION) -> Ranking:
        """Rank the candidates of a request by how well they fit, `kept` tracks among them in any case.

        Raises `VibeError` while the library holds nothing to choose from, or nothing the mode needs.
        """
        if mode.needs_ear and not self._senses.hears:
            raise VibeError(
                f"To answer by “{mode.value}”, an ear must have heard some of your music,"
                " and none that may answer has.",
                "See which is installed with `vibe-desktop models status`, let it listen with"
                " `vibe-desktop index`, or leave out --mode.",
            )
        with self.timed("filter"):
            within = filtered(request, self._tracks, self._there())
            barred = np.unique(np.array(named_tracks(request), dtype=np.int64))
        wishes = self._questions.put(request, mode)
        if wishes.mood or wishes.like:
            return self._by_fit(request, wishes, within, Bounds(self._among(within.allowed), barred), kept)
        return self._by_limits(request, wishes, within, Bounds(None, barred), kept)

    def closest(self, text: str, count: int) -> IdArray:
        """Return the tracks that are here now whose captions are nearest a text, best first."""
        among = self._among(self._here())
        return self._senses.read([text]).nearest(count, among)

    @contextmanager
    def timed(self, stage: str) -> Iterator[None]:
        """Add the time this block takes to a stage's."""
        began = time.perf_counter()
        yield
        self.timings[stage] = self.timings.get(stage, 0.0) + time.perf_counter() - began

    def _by_fit(
        self,
        request: MoodRequest,
        wishes: Wishes,
        within: Filtered,
        bounds: Bounds,
        kept: Sequence[TrackId],
    ) -> Ranking:
        with self.timed("words"):
            spelt, named = self._words(request, wishes)
        with self.timed("candidates"):
            count = self._count(request, wishes)
            also: IdArray = np.array(kept, dtype=np.int64)
            if wishes.like:
                found = propose(wishes.like, also[:0], None, bounds, count=count, also=also)
                also = found.ids
            if wishes.mood:
                hits = np.fromiter(spelt, dtype=np.int64)
                if within.surer is not None:
                    sure = wishes.mood.reading.nearest(count, within.surer)
                    hits = np.union1d(hits, sure)
                found = propose(wishes.mood, hits, named, bounds, count=count, also=also)
        with self.timed("rerank"):
            words = _strengths(spelt, found.ids)
            if named:
                words = np.maximum(words, np.nan_to_num(named.about(found.ids)[0]))
            scores, evidence, fitting = self._scores(wishes, found.ids, words)
            scores = scores - self._unsure(found.ids, within)
        ranking = _ordered(found, scores, evidence, found.ids, fitting=fitting, within=within)
        if wishes.meaning:
            ranking = replace(ranking, hints=wishes.meaning.hints)
        with self.timed("honesty"):
            missing = not spelt and self._missing(request, wishes, found.ids, scores, evidence)
            return self._closest(ranking) if missing else ranking

    def _missing(
        self,
        request: MoodRequest,
        wishes: Wishes,
        ids: IdArray,
        scores: FloatVector,
        evidence: rerank.Evidence,
    ) -> bool:
        """Tell whether nothing here sounds like the mood, where a mood is all that is asked."""
        honesty, meaning = self._senses.honesty, wishes.meaning
        if honesty is None or meaning is None or wishes.like:
            return False
        return honesty.missing(meaning, evidence, ids, scores) and not self._written(request.mood)

    def _written(self, mood: str) -> bool:
        """Tell whether a name or caption has all words of a thing the mood names: then it may be here."""
        mentions = self._vocabulary.mentions(mood, THINGS)
        said = (telling_words(mood[mention.start : mention.end]) for mention in mentions)
        return any(self._descriptions.written(sorted(words)) for words in said)

    def _closest(self, ranking: Ranking) -> Ranking:
        assert self._senses.honesty is not None  # noqa: S101 - it said that nothing fits
        return replace(ranking, closest=self._senses.honesty.in_common(ranking.ids[:CLOSEST]))

    def _count(self, request: MoodRequest, wishes: Wishes) -> int:
        """Return how many each sense is to propose."""
        if wishes.mode is Mode.CLASSIC:
            return self._candidates
        return max(self._candidates, 4 * wished(request)) * (_STEERED if wishes.lean else 1)

    def _words(self, request: MoodRequest, wishes: Wishes) -> tuple[dict[TrackId, float], Answers | None]:
        """Return which tracks hold words of the mood: as they are spelt, and those of the vocabulary."""
        if not wishes.mode.takes_words:
            return {}, None
        mentions = self._vocabulary.mentions(request.mood, NAMES)
        return self._spelt(request.mood), self._senses.named([mention.entry.name for mention in mentions])

    def _scores(
        self, wishes: Wishes, ids: IdArray, words: FloatVector
    ) -> tuple[FloatVector, rerank.Evidence, int]:
        """Return one score for each of `ids`, the evidence shown for it, and how many fit.

        What leans a mood one way chooses among what fits it and never leaves fewer.
        """
        weights, unwanted = self._weights, wishes.unwanted(ids, self._weights)
        holds = wishes.holds(ids)
        parts: list[tuple[FloatVector, float]] = []
        fitting = 0
        if wishes.lean:
            parts.append((wishes.lean.about(ids), weights.steer * wishes.lean.strength))
        if wishes.like:
            evidence = wishes.like.evidence(ids)
            parts.append((rerank.fit(evidence, weights)[0], weights.like))
        if wishes.mood:
            evidence = wishes.mood.evidence(ids)
            [wanted] = rerank.fit(evidence, weights)
            fitting = rerank.fitting(rerank.fuse(wanted, unwanted, words, weights), holds, weights)
            parts.append((wanted, 1.0))
        scores = rerank.fuse(rerank.join(parts), unwanted, words, weights)
        return scores, evidence, max(fitting, rerank.fitting(scores, holds, weights))

    def _by_limits(
        self,
        request: MoodRequest,
        wishes: Wishes,
        within: Filtered,
        bounds: Bounds,
        kept: Sequence[TrackId],
    ) -> Ranking:
        """Rank without a mood: any of the allowed, by the seed, those near to what is avoided last."""
        count = 2 * max(self._candidates, LOOKED_AT * wished(request)) * (_STEERED if wishes.lean else 1)
        draw = np.random.default_rng(request.seed)
        drawn = draw.permutation(within.allowed)
        drawn = drawn[bounds.within(drawn)]
        if within.surer is not None:
            drawn = drawn[np.argsort(~contains(within.surer, drawn), kind="stable")]
        drawn = drawn[:count]
        drawn = np.concatenate([drawn, np.setdiff1d(np.array(kept, dtype=np.int64), drawn)])
        turns = np.argsort(drawn)
        ids = drawn[turns]
        places = np.zeros(len(ids), dtype=np.int64)
        nothing = np.zeros(len(ids), dtype=np.float32)
        found = Candidates(ids, places, places)
        with self.timed("rerank"):
            wanted = nothing
            if wishes.lean:
                # How far luck decides shrinks as the leaning grows.
                luck = draw.standard_normal(len(ids)).astype(np.float32)
                lean = (wishes.lean.about(ids), self._weights.steer * wishes.lean.strength)
                wanted = rerank.join([(luck, 1.0), lean])
            unwanted = wishes.unwanted(ids, self._weights)
            scores = rerank.fuse(wanted, unwanted, nothing, self._weights)
        # Without a mood a track fits unless it is clearly like what is avoided.
        fitting = int((scores > -self._weights.avoid).sum()) if unwanted else len(ids)
        scores = scores - self._unsure(ids, within)
        return _ordered(found, scores, None, turns, fitting=fitting, within=within)

    def _unsure(self, ids: IdArray, within: Filtered) -> FloatVector:
        """Return what not being known to keep to a limit counts against these tracks, shape (ids,)."""
        if within.surer is None:
            return np.zeros(len(ids), dtype=np.float32)
        return self._weights.unsure * (~contains(within.surer, ids)).astype(np.float32)

    def _there(self) -> IdArray:
        present = self._here()
        if not len(present):
            raise VibeError("There is no music in the library yet.", "Add some: vibe-desktop index FOLDER")
        return present

    def _here(self) -> IdArray:
        if self._present is None:
            self._present = self._tracks.ids()
        return self._present

    def _among(self, allowed: IdArray) -> IdArray | None:
        """Return `allowed` where it leaves out any described track, else None: searching all is quicker."""
        if allowed is self._present:
            return None if self._all_here else allowed
        return None if self._covers(allowed) else allowed

    @cached_property
    def _all_here(self) -> bool:
        return self._covers(self._here())

    def _covers(self, allowed: IdArray) -> bool:
        described = self._senses.neighbours.ids
        return len(allowed) >= len(described) and bool(contains(allowed, described).all())

    def _spelt(self, mood: str) -> dict[TrackId, float]:
        """Return the tracks that hold a word the vocabulary does not know, the best with strength 1."""
        mentions = [(mention.start, mention.end) for mention in self._vocabulary.mentions(mood)]
        unknown = telling_words("".join(_without(mood, mentions)))
        hits = self._descriptions.search(sorted(unknown), _WORD_HITS) if unknown else []
        best = max((score for _, score in hits), default=0.0)
        return {track_id: score / best for track_id, score in hits if best > 0}


def _strengths(spelt: Mapping[TrackId, float], ids: IdArray) -> FloatVector:
    if not spelt:
        return np.zeros(len(ids), dtype=np.float32)
    return np.array([spelt.get(track_id, 0.0) for track_id in ids.tolist()], dtype=np.float32)


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
    within: Filtered,
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
        allowed=len(within.allowed),
        notes=within.notes,
    )
