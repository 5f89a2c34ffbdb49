"""How answers to moods are measured: precision, nDCG, lift over a blind choice, hubs, wins and losses."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from vibe_desktop.domain import TrackId

EQUAL = 1e-9
"""Differences below this are only rounding."""


@dataclass(frozen=True, slots=True)
class Score:
    """How one request was answered: share of hits in the first places, nDCG, share of hits in the library."""

    query: str
    precision: float
    ndcg: float
    base: float

    @property
    def lift(self) -> float:
        """How many times more hits than a blind choice."""
        return self.precision / self.base if self.base else 0.0


@dataclass(frozen=True, slots=True)
class Summary:
    """A system over all requests; `hub_share` is the share of requests that show the most shown track."""

    precision: float
    ndcg: float
    lift: float
    worst_lift: float
    below_chance: float
    hub_share: float

    def named(self, top: int) -> dict[str, float]:
        """Return the figures by the names they have in tables, for answers of `top` places."""
        return {
            f"p{top}": self.precision,
            f"ndcg{top}": self.ndcg,
            "lift": self.lift,
            "worst_lift": self.worst_lift,
            "below_chance": self.below_chance,
            "hub_share": self.hub_share,
        }


def judge(query: str, hits: Sequence[bool], relevant: int, library: int, top: int) -> Score:
    """Score one answer of at most `top` places, a hit or a miss each; places left empty count as misses.

    `relevant` of the `library` tracks would be hits. nDCG: Järvelin and Kekäläinen 2002, with gain 1 for
    a hit and the discount log2(place + 1), over the best that `top` places allow.
    """
    gain = sum(1 / np.log2(place + 2) for place, hit in enumerate(hits) if hit)
    ideal = sum(1 / np.log2(place + 2) for place in range(min(top, relevant)))
    return Score(query, sum(hits) / top, float(gain / ideal) if ideal else 0.0, relevant / library)


def summarise(scores: Sequence[Score], answers: Sequence[Sequence[TrackId]]) -> Summary:
    """Return the means over requests, the worst of them, and how much one track crowds the answers."""
    lifts = [score.lift for score in scores]
    shown = Counter(track_id for answer in answers for track_id in set(answer))
    most = max(shown.values(), default=0)
    return Summary(
        precision=_mean([score.precision for score in scores]),
        ndcg=_mean([score.ndcg for score in scores]),
        lift=_mean(lifts),
        worst_lift=round(min(lifts), 3),
        below_chance=_mean([lift < 1 for lift in lifts]),
        hub_share=round(most / len(answers), 3),
    )


def _mean(values: Sequence[float]) -> float:
    return round(float(np.mean(values)), 3)


def outcome(ours: Score, control: Score) -> str:
    """Return "+" where our answer is better, "-" where it is worse, "=" where neither; nDCG decides."""
    difference = ours.ndcg - control.ndcg
    return "=" if abs(difference) < EQUAL else "+" if difference > 0 else "-"


def summary_table(summaries: Mapping[str, Summary], top: int) -> str:
    """Return the figures of every system, a line each."""
    width = max(map(len, summaries)) + 2
    heads = list(next(iter(summaries.values())).named(top))
    lines = [f"{'system':{width}}" + "".join(f"{head:>14}" for head in heads)]
    for name, summary in summaries.items():
        lines.append(f"{name:{width}}" + "".join(f"{value:14.3f}" for value in summary.named(top).values()))
    return "\n".join(lines)


def markdown_table(summaries: Mapping[str, Summary], top: int) -> str:
    """Return the figures of every system as a table for a page."""
    heads = list(next(iter(summaries.values())).named(top))
    lines = ["| | " + " | ".join(heads) + " |", "|---" * (len(heads) + 1) + "|"]
    for name, summary in summaries.items():
        lines.append(f"| {name} | " + " | ".join(f"{v:.3f}" for v in summary.named(top).values()) + " |")
    return "\n".join(lines)


def below_chance(scores: Sequence[Score]) -> str:
    """Name the requests that were answered worse than blindly."""
    return ", ".join(f"“{score.query}”" for score in scores if score.lift < 1) or "none"


def losses(scores: Mapping[str, Sequence[Score]], ours: str) -> list[str]:
    """Return for each control the requests it answers better, by name; all others `ours` does not lose."""
    lines = []
    for name, controls in scores.items():
        pairs = zip(scores[ours], controls, strict=True)
        lost = ", ".join(f"“{mine.query}”" for mine, other in pairs if outcome(mine, other) == "-")
        if lost:
            lines.append(f"{name} is better at: {lost}")
    return lines


def outcomes(scores: Mapping[str, Sequence[Score]], ours: str) -> list[str]:
    """Return for each control how many requests `ours` answers better, worse and as well."""
    lines = []
    for name, controls in scores.items():
        marks = [outcome(*pair) for pair in zip(scores[ours], controls, strict=True)]
        if name != ours:
            won, lost, even = (marks.count(mark) for mark in "+-=")
            lines.append(f"{ours} against {name}: {won} won, {lost} lost, {even} even")
    return lines


def query_table(scores: Mapping[str, Sequence[Score]], ours: str, top: int) -> str:
    """Return each request's precision by every system, and whether `ours` wins (+) or loses (-)."""
    controls = [name for name in scores if name != ours]
    head = f"{f'P@{top}':10}" + "".join(f"{name:>10}" for name in (ours, *controls))
    lines = [f"{head}      base  request"]
    for number, mine in enumerate(scores[ours]):
        figures = f"{'':10}{mine.precision:10.2f}"
        for name in controls:
            other = scores[name][number]
            figures += f"{other.precision:8.2f} {outcome(mine, other)}"
        lines.append(f"{figures}{mine.base:10.2f}  {mine.query}")
    lines += outcomes(scores, ours)
    return "\n".join(lines)
