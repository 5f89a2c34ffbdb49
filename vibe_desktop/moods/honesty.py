"""Whether a library holds such music at all, or only what comes nearest.

An estimate: a logistic regression over a few signs, each of which compares a request with this
library and none of which is a bare cosine. It is made to be wrong rarely where such music is
there, so what it misses is more. `scripts/calibrate_honesty.py` finds its numbers and how well it tells.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.captions.vocabulary import THINGS, Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vibe_desktop.captions.vocabulary import Entry
    from vibe_desktop.domain import FloatVector, IdArray
    from vibe_desktop.moods.knowledge import Knowledge
    from vibe_desktop.moods.meaning import Meaning
    from vibe_desktop.moods.rerank import Evidence
    from vibe_desktop.moods.terms import Terms

CLOSEST = 5
"""Tracks that are shown where nothing fits; also how many of the best are looked at."""
"""What is there or is not, while a feeling is a matter of degree."""
_USUAL_EAR = 3.0
"""Spreads at which the best by ear usually lie; an ear that hears nothing special may have no word for it."""
_KNOWN_TRACKS = 12
"""Tracks of which words must be known before anything can be said to be missing."""
_KNOWN_SHARE = 0.5
"""The same as a share of all that are described."""
_RELATED = 0.5
"""How sure an absence still is where a relative is there: a wider tag may hide the thing (by hand)."""
_IN_COMMON = 0.5
"""Share of the closest that hold what is said to be theirs."""


@dataclass(frozen=True, slots=True)
class Signs:
    """What speaks for (or against) such music missing from a library."""

    absent: float
    """share of the tracks of which words of its kind are known, where none has the thing said or a kind
    of it, half that where some have a relative of it; the mean over the things said of known kinds"""
    met: float
    """share of the things asked for, by how much each is, that some track holds"""
    ear: float
    """how much further than usual those that sound most like it stand out, in spreads"""
    worth: float
    """what the words of the best tracks are worth to the request, beside its three worthiest together"""


@dataclass(frozen=True, slots=True)
class Estimate:
    """The regression: what each sign counts, and from which sum on nothing is said to be there."""

    constant: float
    signs: Signs
    line: float

    def missing(self, signs: Signs) -> bool:
        """Tell whether such music is missing, as far as it can be told."""
        return self.constant + float(np.dot(astuple(self.signs), astuple(signs))) > self.line


CALIBRATED = Estimate(constant=0.94, signs=Signs(absent=5.37, met=-3.70, ear=-1.58, worth=-2.98), line=2.57)
"""As `scripts/calibrate_honesty.py` prints it. Without a thing that is named the line is out of reach."""


class Honesty:
    """Compares requests with what is known of a library, as it was when this was made."""

    def __init__(self, knowledge: Knowledge, terms: Terms, described: int) -> None:
        """Take how many tracks have a caption at all, with or without words of the vocabulary."""
        self._knowledge = knowledge
        self._terms = terms
        self._described = described

    def missing(self, meaning: Meaning, evidence: Evidence, ids: IdArray, scores: FloatVector) -> bool:
        """Tell whether such music is missing, by the evidence about candidates and how well each fits.

        `ids` and `scores` have shape (n,), the arrays of the evidence (phrases, n). Where little
        is known of the library, nothing is said to be missing.
        """
        return self.knows and len(ids) > 0 and CALIBRATED.missing(self.signs(meaning, evidence, ids, scores))

    def signs(self, meaning: Meaning, evidence: Evidence, ids: IdArray, scores: FloatVector) -> Signs:
        """Return the signs; arguments as for `missing`."""
        best = np.argsort(-scores, kind="stable")[:CLOSEST]
        heard = evidence.ear[0][np.isfinite(evidence.ear[0])]
        return Signs(
            absent=_mean([self._absence(entry) for entry in self.things(meaning) if self._known[entry.kind]]),
            met=self._met(meaning),
            ear=max(0.0, _top(heard) - _USUAL_EAR),
            worth=self._worth(meaning, ids[best]),
        )

    def things(self, meaning: Meaning) -> list[Entry]:
        """Return the genres, instruments and voices that a request names."""
        entries = (self._knowledge.entries[self._knowledge.number[name]] for name in meaning.said)
        return [entry for entry in entries if entry.kind in THINGS]

    def in_common(self, ids: IdArray) -> tuple[str, ...]:
        """Return up to two words for what most of these tracks have in common, as they read in a sentence.

        Genres first, then what is played and sung, then feelings; rarer words in the library first.
        """
        held = self._terms.held_by(ids).mean(axis=0)
        usual = self._terms.counts[0] / max(1, len(self._terms.ids))
        found = np.flatnonzero((held >= _IN_COMMON) & self._told_of)
        order = sorted(found, key=lambda at: (self._place(int(at)), usual[at] - held[at], at))
        return tuple(self._knowledge.entries[at].phrase for at in order[:2])

    @cached_property
    def knows(self) -> bool:
        """Whether enough is known of the library to call anything missing."""
        known = int((self._terms.told_share > 0).sum())
        return known >= max(_KNOWN_TRACKS, _KNOWN_SHARE * self._described)

    @cached_property
    def _known(self) -> dict[Kind, int]:
        """How many tracks are known to have a genre, an instrument, a voice."""
        return {kind: self._terms.telling(self._knowledge.are(kind)) for kind in THINGS}

    @cached_property
    def _told_of(self) -> NDArray[np.bool_]:
        return self._knowledge.are(*THINGS, Kind.MOOD)

    def _absence(self, entry: Entry) -> float:
        """Return how surely a thing is absent: nobody tags what nobody knows, and some tag "metal" alone."""
        if self._held(entry):
            return 0.0
        widest = self._knowledge.vocabulary.line(entry)[-1]
        known = self._known[entry.kind] / max(1, self._described)
        return known * _RELATED if self._held(widest) else known

    def _held(self, entry: Entry) -> bool:
        """Tell whether any track holds this, or a kind of it."""
        kinds = self._knowledge.row(self._knowledge.narrower([entry.name])) > 0
        return bool(self._terms.counts[0][kinds].any())

    def _met(self, meaning: Meaning) -> float:
        asked = np.where(self._knowledge.are(*THINGS), meaning.asked, 0.0)
        return float(asked[self._terms.counts[0] > 0].sum() / asked.sum()) if asked.any() else 1.0

    def _worth(self, meaning: Meaning, best: IdArray) -> float:
        worth = self._knowledge.worth(meaning.asked)
        worthiest = float(np.sort(worth)[-3:].sum())
        return _mean(self._terms.held_by(best) @ worth) / worthiest if worthiest > 0 else 1.0

    def _place(self, number: int) -> int:
        return (*THINGS, Kind.MOOD).index(self._knowledge.entries[number].kind)


def _mean(values: Sequence[float] | FloatVector) -> float:
    known = np.asarray(values, dtype=np.float32)
    known = known[np.isfinite(known)]
    return float(known.mean()) if len(known) else 0.0


def _top(scores: FloatVector) -> float:
    """Return the mean of the highest few."""
    return _mean(np.sort(scores[np.isfinite(scores)])[-CLOSEST:])
