"""What the evaluation of moods says: figures of every system, every win and loss, for people and machines."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import evaluation_measures as measures
from evaluation_measures import Score, Summary
from evaluation_systems import TOP, System
from evaluation_tables import Asked, Row
from vibe_desktop.domain import TrackId

OURS = "vibe"
HALVES = {"odd": 0, "even": 1}
"""Requests by their number from 1, and the first of each half."""


@dataclass(frozen=True, slots=True)
class Figures:
    """Every system's score of, and answer to, the requests of one table, in their order."""

    scores: Mapping[str, Sequence[Score]]
    answers: Mapping[str, Sequence[Sequence[TrackId]]]

    @classmethod
    def of(cls, asked: Sequence[Asked], answering: Mapping[str, System], rows: Sequence[Row]) -> Figures:
        """Put every request to every system."""
        answers = {name: [system(each.query) for each in asked] for name, system in answering.items()}
        scores = {
            name: [judge(each, answer, rows) for each, answer in zip(asked, found, strict=True)]
            for name, found in answers.items()
        }
        return cls(scores, answers)

    @property
    def pointless(self) -> tuple[str, ...]:
        """The requests that no track here is a hit for: they tell nothing."""
        return tuple(score.query for score in self.scores[OURS] if not score.base)

    def half(self, first: int) -> Figures:
        """Return every other request from place `first` on, counted from 0."""
        return self._picked(range(first, len(self.scores[OURS]), 2))

    def telling(self) -> Figures:
        """Return the requests that some track is a hit for."""
        return self._picked([at for at, score in enumerate(self.scores[OURS]) if score.base])

    def summaries(self) -> dict[str, Summary]:
        """Return the means of every system; none where no request tells anything."""
        told = self.telling()
        if not told.scores[OURS]:
            return {}
        return {name: measures.summarise(told.scores[name], told.answers[name]) for name in told.scores}

    def _picked(self, places: Sequence[int]) -> Figures:
        return Figures(
            {name: [scores[at] for at in places] for name, scores in self.scores.items()},
            {name: [answers[at] for at in places] for name, answers in self.answers.items()},
        )


def judge(asked: Asked, found: Sequence[TrackId], rows: Sequence[Row]) -> Score:
    """Score one answer, track ids from 1; places left empty count as misses."""
    hits = [bool(rows[track_id - 1].truth & asked.wanted) for track_id in found]
    relevant = sum(bool(row.truth & asked.wanted) for row in rows)
    return measures.judge(asked.query, hits, relevant, len(rows), TOP)


def text(figures: Figures, *, split: bool, per_query: bool) -> str:
    """Return the figures as tables, and what was lost and to whom."""
    told = figures.telling()
    blocks = [_table("", figures)]
    if split:
        blocks += [_table(f"{name} requests", figures.half(first)) for name, first in HALVES.items()]
    if per_query and told.scores[OURS]:
        blocks.append(measures.query_table(told.scores, OURS, TOP))
    else:
        blocks.append("\n".join(measures.outcomes(told.scores, OURS)))
    blocks.append("\n".join([*measures.losses(told.scores, OURS), _below(told), *_pointless(figures)]))
    return "\n\n".join(blocks)


def markdown(figures: Figures) -> str:
    """Return the figures of all requests and of both halves as a page shows them."""
    told = figures.telling()
    summaries = figures.summaries()
    halves = {name: figures.half(first).summaries().get(OURS) for name, first in HALVES.items()}
    parts = {f"{OURS}, {name} requests": summary for name, summary in halves.items() if summary}
    outcomes = "; ".join(measures.outcomes(told.scores, OURS))
    notes = " ".join([f"{outcomes}.", f"{_below(told)}.", *_pointless(figures)])
    first = {OURS: summaries[OURS]} if summaries else {}
    table = measures.markdown_table(first | parts | summaries, TOP) if summaries else ""
    return f"{table}\n\n{notes}"


def plain(figures: Figures, *, split: bool) -> dict[str, Any]:
    """Return the figures for machines."""
    queries = [
        {"query": scores[0].query, **{n: _named(s) for n, s in zip(figures.scores, scores, strict=True)}}
        for scores in zip(*figures.scores.values(), strict=True)
    ]
    halves = {name: _systems(figures.half(first)) for name, first in HALVES.items()}
    return {"systems": _systems(figures), "queries": queries} | ({"halves": halves} if split else {})


def _table(title: str, figures: Figures) -> str:
    summaries = figures.summaries()
    table = measures.summary_table(summaries, TOP) if summaries else "No request here tells anything."
    return f"{title}:\n{table}" if title else table


def _below(figures: Figures) -> str:
    return f"Below chance, {OURS}: {measures.below_chance(figures.scores[OURS])}"


def _pointless(figures: Figures) -> list[str]:
    names = ", ".join(f"“{query}”" for query in figures.pointless)
    return [f"Not counted, as no track is a hit: {names}."] if names else []


def _systems(figures: Figures) -> dict[str, dict[str, float]]:
    return {name: summary.named(TOP) for name, summary in figures.summaries().items()}


def _named(score: Score) -> dict[str, float]:
    return {
        f"p{TOP}": score.precision,
        f"ndcg{TOP}": score.ndcg,
        "lift": score.lift,
        "base": score.base,
    }
