"""Answering a mood by words alone, while the models that understand them are not installed."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.captions.vocabulary import Kind
from vibe_desktop.domain import Queue, QueueEntry, ReasonPart, VibeError
from vibe_desktop.moods.arrange import arrange, wished
from vibe_desktop.moods.avoid import Refusals
from vibe_desktop.moods.choice import Choice, Songs
from vibe_desktop.moods.filters import filtered, kept_to
from vibe_desktop.moods.notes import notes_for
from vibe_desktop.moods.ranking import LOOKED_AT, named_tracks
from vibe_desktop.moods.reasons import Why, parts, reason
from vibe_desktop.moods.words import LITTLE_WORDS, plain, telling_words

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from vibe_desktop.captions.vocabulary import Vocabulary
    from vibe_desktop.domain import IdArray, MoodRequest, Track, TrackId
    from vibe_desktop.library.descriptions import DescriptionStore
    from vibe_desktop.library.tracks import TrackStore

NOT_INSTALLED = (
    "The models that understand words and sound are not installed yet, so only the words of tags and"
    " descriptions were compared. Install the models for queues that sound like your mood."
)
NO_WORD = "None of your words is in a tag or description, so this is simply some of your music."
_HITS = 300
_RELATED = 0.4
"""What a word that suits the mood counts beside one that was typed."""


class KeywordEngine:
    """Answers moods with full-text search: same questions and answers as `MoodEngine`, no models."""

    def __init__(self, tracks: TrackStore, descriptions: DescriptionStore, vocabulary: Vocabulary) -> None:
        """Look in these stores each time anew."""
        self._tracks = tracks
        self._descriptions = descriptions
        self._vocabulary = vocabulary

    def answer(
        self, request: MoodRequest, *, kept: Sequence[TrackId] = (), before: Sequence[TrackId] = ()
    ) -> Queue:
        """Return the queue for a request, `kept` tracks in front. Raises `VibeError` for an empty library.

        Those of the queue `before` that still fit stay, in their order.
        Leaning along an axis and going from one feeling to another need the models and are passed over.
        """
        present = self._tracks.ids()
        if not len(present):
            raise VibeError("There is no music in the library yet.", "Add some: vibe-desktop index FOLDER")
        within = filtered(request, self._tracks, present)
        allowed = within.allowed
        scores = self._scores(request, allowed)
        at_random = not scores
        if at_random:
            drawn = np.random.default_rng(request.seed).permutation(allowed)
            scores = dict.fromkeys(drawn[: 2 * LOOKED_AT * wished(request)].tolist(), 0.0)
        kept = [track_id for track_id in dict.fromkeys(kept) if track_id not in request.refused]
        front = self._choices(self._tracks.tracks(kept), scores)
        barred = self._choices(self._tracks.tracks(named_tracks(request)), scores)
        found = self._tracks.tracks(scores)
        refusals = Refusals(request.avoid, self._vocabulary, request.mood)
        wanted = [track for track in found if refusals.proven(track) is None]
        songs = Songs([*front, *barred])
        rest = [choice for choice in self._choices(wanted, scores) if choice not in songs]
        chosen = arrange(sorted(rest, key=lambda each: (-each.score, each.track.id)), request, front, before)
        asked = kept_to(request, within.notes)
        notes = notes_for(asked, chosen, refused=len(found) - len(wanted), allowed=len(allowed))
        unmet = (NO_WORD,) if at_random and chosen and (request.mood or request.like) else ()
        entries = _entries(chosen, scores, request, at_random=at_random)
        return Queue(request, entries, (*request.notes, *within.notes, *unmet, *notes, NOT_INSTALLED))

    def _scores(self, request: MoodRequest, allowed: IdArray) -> dict[TrackId, float]:
        """Return how well tracks hold the words asked for, from 0 to about 1 for each kind of word."""
        scores: dict[TrackId, float] = {}
        within = set(allowed.tolist())
        for words, worth in ((self._typed(request), 1.0), (self._related(request), _RELATED)):
            hits = self._descriptions.search(words, _HITS) if words else []
            best = max((score for _, score in hits), default=0.0)
            for track_id, score in hits:
                if track_id in within and best > 0:
                    scores[track_id] = scores.get(track_id, 0.0) + worth * score / best
        return scores

    def _typed(self, request: MoodRequest) -> list[str]:
        liked = [words for track in self._tracks.tracks(request.like) for words in track.caption.keywords]
        return sorted(telling_words(" ".join([request.mood, *(request.arc or ()), *liked])))

    def _related(self, request: MoodRequest) -> list[str]:
        """Return the vocabulary's own words for what is asked, and what suits the situations named."""
        entries = [mention.entry for mention in self._vocabulary.mentions(request.mood)]
        situations = [entry.name for entry in entries if entry.kind is Kind.SITUATION]
        suiting = [entry for name in situations for entry in self._vocabulary.suiting(name)]
        names = " ".join(entry.name for entry in (*entries, *suiting))
        return sorted(set(plain(names).split()) - LITTLE_WORDS)

    def _choices(self, tracks: Sequence[Track], scores: Mapping[TrackId, float]) -> list[Choice]:
        contents = self._tracks.content_keys(track.id for track in tracks)
        return [Choice(track, scores.get(track.id, 0.0), contents.get(track.id)) for track in tracks]


def _entries(
    chosen: Sequence[Choice], scores: Mapping[TrackId, float], request: MoodRequest, *, at_random: bool
) -> tuple[QueueEntry, ...]:
    order = sorted(scores, key=lambda track_id: (-scores[track_id], track_id))
    places = {} if at_random else {track_id: place for place, track_id in enumerate(order, 1)}
    entries = []
    for position, choice in enumerate(chosen, 1):
        why = Why(choice.track, request, places.get(choice.track.id), None, sounds_right=False)
        plainly = at_random and bool(request.mood or request.like)
        entries.append(
            QueueEntry(
                rank=position,
                track=choice.track,
                caption_rank=why.caption_rank,
                ear_rank=None,
                reason="It is some of your music." if plainly else reason(why),
                parts=(ReasonPart("", "some of your music"),) if plainly else parts(why),
            )
        )
    return tuple(entries)
