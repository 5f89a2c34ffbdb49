"""The words that tell a track from the rest of its library: TF-IDF over the terms of all captions."""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence


class KeywordModel:
    """Knows how common each term is in a library.

    A term's weight in a track is tf * idf with idf = ln((1 + n) / (1 + df)) + 1,
    the smoothed form (Manning, Raghavan, Schuetze, Introduction to Information
    Retrieval, 6.2), so that a term every track has still counts a little.
    """

    def __init__(self, documents: int, frequency: Mapping[str, int]) -> None:
        """Take the number of tracks and in how many of them each term occurs."""
        self._documents = documents
        self._frequency = frequency

    @classmethod
    def fit(cls, documents: Iterable[Sequence[str]]) -> KeywordModel:
        """Count the terms of every track; one pass, memory for the different terms only."""
        count = 0
        frequency: Counter[str] = Counter()
        for terms in documents:
            count += 1
            frequency.update(set(terms))
        return cls(count, frequency)

    def keywords(self, terms: Sequence[str], limit: int = 6) -> tuple[str, ...]:
        """Return a track's most telling terms, best first; of equals the one named first."""
        occurrences = Counter(terms)
        weights = {term: times * self._rarity(term) for term, times in occurrences.items()}
        return tuple(sorted(weights, key=weights.__getitem__, reverse=True)[:limit])

    def _rarity(self, term: str) -> float:
        return math.log((1 + self._documents) / (1 + self._frequency.get(term, 0))) + 1
