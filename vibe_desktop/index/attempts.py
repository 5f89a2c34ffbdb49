"""Files opened under the eye of the journal, so that a bad one is known by what it did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Generic, TypeVar

from vibe_desktop.index.workers import batched

if TYPE_CHECKING:
    from collections.abc import Generator, Iterable, Iterator, Mapping, Sequence

    from vibe_desktop.domain import TrackId
    from vibe_desktop.index.workers import Outcome, Workers
    from vibe_desktop.library.journal import Journal
    from vibe_desktop.progress import Progress

Result = TypeVar("Result")


class Attempts(Generic[Result]):
    """One task over many tracks: every file is in the journal while it is open, and nowhere else.

    Files that were open when an earlier run was killed come last and alone,
    so that one that brings the machine down cannot keep the others waiting.
    """

    def __init__(
        self, journal: Journal, workers: Workers[bytes, Result], task: str, tracks: Mapping[bytes, TrackId]
    ) -> None:
        """Take the tracks by the path of their file."""
        self._journal = journal
        self._workers = workers
        self._task = task
        self._tracks = tracks
        self._open: set[TrackId] = set()
        self._suspects: set[TrackId] = set()

    def run(self, progress: Progress, chunk: int = 1) -> Generator[Outcome[bytes, Result]]:
        """Yield an outcome for each file; `settle` each one. Raises `Cancelled` when asked to stop."""
        self._suspects = interrupted = self._journal.interrupted(self._task)
        suspects = [path for path, track_id in self._tracks.items() if track_id in interrupted]
        others = (path for path, track_id in self._tracks.items() if track_id not in interrupted)
        try:
            yield from self._workers.run(
                self._announced(others, chunk), progress, self._announced(suspects, 1)
            )
        finally:
            # Stopped in good order: that says nothing about the files that happened to be open.
            self._journal.release(list(self._open), self._task)

    def is_suspect(self, outcome: Outcome[bytes, Result]) -> bool:
        """Whether the next file to be opened may end the program: settle this one before."""
        return self._tracks[outcome.item] in self._suspects

    def settle(self, outcomes: Sequence[Outcome[bytes, Result]]) -> int:
        """Close these files in the journal, inside the caller's transaction; return how many failed."""
        ids = [self._tracks[outcome.item] for outcome in outcomes]
        self._journal.end(ids, self._task)
        self._open.difference_update(ids)
        failed = [
            (track_id, outcome) for track_id, outcome in zip(ids, outcomes, strict=True) if outcome.failure
        ]
        for track_id, outcome in failed:
            self._journal.fail(track_id, self._task, outcome.failure)
        return len(failed)

    def _announced(self, paths: Iterable[bytes], chunk: int) -> Iterator[bytes]:
        for some in batched(paths, chunk):
            ids = [self._tracks[path] for path in some]
            self._open.update(ids)
            self._journal.begin(ids, self._task)
            yield from some
