"""Whether a library holds such music at all: what the best tracks show of what a request says.

An estimate with a logistic regression; `scripts/calibrate_honesty.py` finds its numbers.
"""

from __future__ import annotations

from dataclasses import astuple, dataclass
from functools import cached_property
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.captions.vocabulary import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from vibe_desktop.captions.vocabulary import Entry
    from vibe_desktop.domain import FloatMatrix, FloatVector, IdArray
    from vibe_desktop.moods.knowledge import Knowledge
    from vibe_desktop.moods.meaning import Meaning
    from vibe_desktop.moods.rerank import Evidence
    from vibe_desktop.moods.terms import Terms

THINGS = (Kind.GENRE, Kind.INSTRUMENT, Kind.VOICE)
CLOSEST = 5


@dataclass(frozen=True, slots=True)
class Signs:
    absent: float
    kin: float
    met: float
    cosine: float
    caption: float
    felt: float
    ear: float
    cover: float
    known: float
    things: float
    feelings: float
    worth: float


class Honesty:
    def __init__(self, knowledge: Knowledge, terms: Terms) -> None:
        self._knowledge = knowledge
        self._terms = terms
        self._things = knowledge.are(*THINGS)

    def signs(self, meaning: Meaning, cosines: FloatVector, evidence: Evidence, ids: IdArray, scores: FloatVector) -> Signs:
        k = self._knowledge
        counts, told = self._terms.counts
        entries = [k.entries[k.number[name]] for name in meaning.said]
        things = [e for e in entries if e.kind in THINGS]
        absent = kin = 0.0
        for e in things:
            own = self._own[k.number[e.name]]
            have = counts[own].sum()
            if not have:
                known = told[k.are(e.kind)].sum()
                absent += np.log1p(known)
                line = [k.number[x.name] for x in k.vocabulary.line(e)[1:]]
                fam = np.zeros(len(k.entries), bool)
                for at in line: fam |= self._own[at]
                fam[line] = True
                kin += float(counts[fam].sum() > 0)
        n = max(1, len(things))
        asked = np.where(self._things, meaning.asked, 0)
        met = float((asked * (counts > 0)).sum() / asked.sum()) if asked.sum() > 0 else 1.0
        best = np.argsort(-scores)[:CLOSEST]
        z = lambda row: float(np.nanmean(row[best])) if np.isfinite(row[best]).any() else 0.0
        held = self._terms.held_by(ids[best])
        said = k.row(meaning.said) > 0
        # how many of the things said the best hold
        cover = float(np.mean([held[:, self._own[k.number[e.name]]].any() for e in entries if e.kind is not Kind.SITUATION] or [1.0]))
        worth = k.worth(meaning.asked)
        got = (held @ worth)
        top = np.sort(worth)[::-1][:3].sum()
        return Signs(
            absent=absent / n, kin=kin / n, met=met,
            cosine=float(np.sort(cosines)[-CLOSEST:].mean()),
            caption=float(np.sort(evidence.caption[0])[-CLOSEST:].mean()),
            felt=z(evidence.feelings[0]), ear=z(evidence.ear[0]),
            cover=cover, known=float(np.log1p(told.sum())), things=float(bool(things)),
            feelings=float(any(e.kind in (Kind.MOOD, Kind.THEME) for e in entries)),
            worth=float(got.mean() / max(top, 1e-6)),
        )

    @cached_property
    def _own(self) -> NDArray[np.bool_]:
        """Which entries are the row's entry or a kind of it, shape (entries, entries)."""
        k = self._knowledge
        own = np.zeros((len(k.entries),) * 2, bool)
        for at, e in enumerate(k.entries):
            for x in k.vocabulary.line(e):
                own[k.number[x.name], at] = True
        return own
