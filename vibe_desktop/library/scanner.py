"""Compares the folders with the library: new files are added, moved ones found again, none ever deleted.

Every batch is a transaction, and what to do next is told by the state of the
rows alone, so a scan that was stopped anywhere is completed by the next one.
"""

from __future__ import annotations

import os
import time
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from pathlib import Path

from vibe_desktop.domain import TrackId
from vibe_desktop.library.file_facts import FileFacts, is_in
from vibe_desktop.library.files import FileTable, KnownFile, Update
from vibe_desktop.library.moves import reconcile_moves
from vibe_desktop.library.settling import SETTLING_SECONDS
from vibe_desktop.library.shifted_times import ShiftedTimes
from vibe_desktop.library.spelling import is_called, is_same_entry
from vibe_desktop.library.tracks import Root, TrackStore, root_path
from vibe_desktop.library.walk import Found, Walk
from vibe_desktop.progress import Progress

__all__ = ["Noticed", "ScanReport", "reconcile_moves", "scan"]

_BATCH = 500

# More than this vanishing at once is taken for a disk in trouble until a scan at least an hour later agrees.
_HOLD_SHARE = 0.3
_HOLD_COUNT = 50
_HOLD_SECONDS = 3600.0

# A file that was written to so lately may be a part of what it is going to be.
_LATELY_SECONDS = 10.0

# A folder may be removed while it is scanned.
_ONLINE = "online = forgotten_at IS NULL"


@dataclass(frozen=True, slots=True)
class Noticed:
    """Folders, below known ones, in which something is known to have changed."""

    places: tuple[bytes, ...]
    patient: bool = True
    """whether to leave for later what is still being written to"""


@dataclass(slots=True)
class ScanReport:
    """What one scan saw and did, counted in tracks."""

    found: int = 0
    added: int = 0
    changed: int = 0
    moved: int = 0
    returned: int = 0
    missing: int = 0
    skipped: int = 0
    """broken links, pipes and other things that only look like audio files"""
    held: dict[str, int] = field(default_factory=dict)
    """tracks of a folder that vanished all at once: marked as missing only if a later scan agrees"""
    offline: list[str] = field(default_factory=list)
    """folders that cannot be reached or are suddenly empty; their tracks were left as they are"""
    unreadable: list[str] = field(default_factory=list)
    """folders inside that could not be looked into; likewise"""
    unsettled: list[FileFacts] = field(default_factory=list)
    """files that changed just before they were seen and may still be written to"""
    partial: bool = False
    """whether only some places were looked at"""

    @property
    def nothing(self) -> bool:
        """Whether there was no music to be found, nor a reason for that."""
        return not (self.found or self.offline or self.held or self.partial)


def scan(
    tracks: TrackStore,
    folders: Sequence[Path] | Noticed,
    progress: Progress,
    *,
    confirmed: bool | Sequence[Path] = False,
) -> ScanReport:
    """Bring the library's list of files up to date with `folders`, or with all known ones if none is given.

    Opens no files. `confirmed` says that the person knows that files are
    gone, from all that is looked at or from these folders alone: nothing is
    held back there, and an empty folder is believed to be empty. Where
    something was `Noticed`, only these places are looked at, and what is
    still being written there is left for later. Raises VibeError for
    a new folder that cannot be read, `Cancelled` between two batches.
    """
    if isinstance(folders, Noticed):
        return _scan_noticed(tracks, folders, progress)
    roots = _chosen(tracks, folders)
    sure = roots if confirmed is True else [root for root in roots if root.path in _paths(confirmed or ())]
    return _Scan(tracks, roots, ScanReport(), confirmed=sure).run(progress)


def _chosen(tracks: TrackStore, folders: Sequence[Path]) -> list[Root]:
    """Return the roots of `folders`, and those inside them: their files are in the way of the walk."""
    with tracks.db.transaction(lasting=True):  # one that cannot be read keeps the others out too
        for folder in folders:
            tracks.add_root(folder)
    paths = _paths(folders)
    return [root for root in tracks.roots() if not folders or any(is_in(root.path, path) for path in paths)]


def _paths(folders: Sequence[Path]) -> list[bytes]:
    return [root_path(folder) for folder in folders]


def _scan_noticed(tracks: TrackStore, noticed: Noticed, progress: Progress) -> ScanReport:
    """Look at a few places; where roots are in doubt, before that or because of it, look at all of them."""
    report = ScanReport(partial=True)
    known = tracks.roots()
    roots = [root for root in known if any(_meet(root.path, place) for place in noticed.places)]
    doubtful = any(root.held or not root.online or root.path in noticed.places for root in roots)
    whole = roots if doubtful else []
    if not doubtful:
        part = _Scan(tracks, roots, report, within=noticed.places, patient=noticed.patient)
        part.run(progress)
        whole = part.doubtful
    if whole:
        # Also those inside: their files are in the way of the walk.
        roots = [root for root in known if any(is_in(root.path, around.path) for around in whole)]
        _Scan(tracks, roots, report, patient=noticed.patient).run(progress)
    return report


def _meet(one: bytes, other: bytes) -> bool:
    return is_in(one, other) or is_in(other, one)


class _Scan:
    """The state of one scan, limited to the folders `within` and what is below them if there are any.

    A `patient` one leaves alone what is being written to.
    """

    def __init__(
        self,
        tracks: TrackStore,
        roots: Sequence[Root],
        report: ScanReport,
        *,
        confirmed: Sequence[Root] = (),
        within: Sequence[bytes] = (),
        patient: bool = False,
    ) -> None:
        self._db = tracks.db
        self._files = FileTable(tracks.db)
        self._roots = roots
        self._confirmed = confirmed
        self._within = within
        self._patient = patient
        self._walk = Walk([(root.id, root.path) for root in roots], within or None)
        self._shifted = ShiftedTimes([root.path for root in roots])
        self._report = report
        self.doubtful: list[Root] = []
        """roots of which a limited scan saw too little to judge them"""
        self._found: defaultdict[int, int] = defaultdict(int)
        self._seen: set[TrackId] = set()
        self._newest = 0
        self._now = time.time()

    def run(self, progress: Progress) -> ScanReport:
        progress.begin("Looking for music")
        self._newest = self._files.newest()
        # Links after all else is stored, so that one to a song of the library is known for what it is.
        for files in (self._walk.files(), self._walk.linked_files()):
            for batch in _batches(files, _BATCH):
                self._take_in(batch)
                progress.advance(len(batch))
        for root in self._roots:
            self._judge(root)
        self._report.skipped += self._walk.skipped
        self._report.unreadable = [os.fsdecode(path) for path in self._walk.unreadable]
        return self._report

    def _take_in(self, batch: Sequence[Found]) -> None:
        """Write what a batch of files means for the library; most often that is nothing."""
        known = self._files.at([found.facts.path for found in batch])
        updates: list[Update] = []
        taken = [found for found in batch if self._is_for_now(found.facts, known.get(found.facts.path))]
        for found in taken:
            if row := known.get(found.facts.path):
                self._recognise(row, found, updates)
        strangers = [found for found in taken if found.facts.path not in known]
        new = list(self._not_moved(strangers, updates))
        if updates or new:
            with self._db.transaction():
                self._files.update(updates)
                self._files.add([(found.root_id, found.facts) for found in new], self._now)
        self._report.added += len(new)
        for found in batch:
            self._found[found.root_id] += 1
        self._report.found += len(batch)

    def _is_for_now(self, facts: FileFacts, row: KnownFile | None) -> bool:
        """Whether to take in a file as it is; one that changed lately is to be looked at again."""
        if row and row.facts == facts:
            return True
        age = abs(time.time() - facts.mtime_ns / 1e9)
        if age > _LATELY_SECONDS:
            return True
        put_off = self._patient and age < SETTLING_SECONDS
        if put_off or not self._patient:
            self._report.unsettled.append(facts)
        if put_off and row:
            self._seen.add(row.id)
        return not put_off

    def _recognise(self, row: KnownFile, found: Found, updates: list[Update]) -> None:
        """Compare a file with the row of its path."""
        self._seen.add(row.id)
        changed = self._is_changed(row.facts, found.facts)
        self._report.changed += changed
        self._report.returned += row.missing
        if changed or row.missing or row.root_id != found.root_id or row.facts != found.facts:
            updates.append(Update(row.id, found.root_id, found.facts, changed))

    def _is_changed(self, before: FileFacts, now: FileFacts) -> bool:
        """Whether a file's content may be another: its size or time differs, whichever way that went."""
        if (before.size, before.mtime_ns) == (now.size, now.mtime_ns):
            return False
        return before.size != now.size or not self._shifted.explain(before, now)

    def _not_moved(self, strangers: Sequence[Found], updates: list[Update]) -> Iterator[Found]:
        """Yield the files that are new; those that lay elsewhere before are added to `updates`."""
        alike: defaultdict[tuple[int, int, int, int], list[KnownFile]] = defaultdict(list)
        for candidate in self._files.with_inodes(found.facts.inode for found in strangers):
            alike[_identity(candidate.facts)].append(candidate)
        for found in strangers:
            rows = alike[_identity(found.facts)]
            if found.linked and any(self._is_there(each) for each in rows):
                self._report.skipped += 1
            elif (row := self._moved(rows, found.facts.path)) is not None:
                self._seen.add(row.id)
                self._report.moved += 1
                updates.append(Update(row.id, found.root_id, found.facts, changed=False))
            else:
                yield found

    def _moved(self, rows: Sequence[KnownFile], path: bytes) -> KnownFile | None:
        """Return the row whose file now lies at `path`: it was not seen, and is gone from its old place.

        Or that is the same place, to which links, mounts or spellings now lead by another way.
        """
        gone = [row for row in rows if not self._was_seen(row.id) and _has_left(row.facts.path, path)]
        same_name = [row for row in gone if _name(row.facts.path) == _name(path)]
        return next(iter(same_name or gone), None)

    def _was_seen(self, track_id: TrackId) -> bool:
        return track_id in self._seen or track_id > self._newest

    def _is_there(self, row: KnownFile) -> bool:
        """Whether a file was seen in its place, or would have been had this scan looked there."""
        return self._was_seen(row.id) or (bool(self._within) and not row.missing)

    def _judge(self, root: Root) -> None:
        """Decide what it means that some of a root's tracks were not seen."""
        if self._within:
            self._judge_partly(root)
            return
        name = os.fsdecode(root.path)
        present = self._files.present(root.id, self._newest)
        unseen = self._unseen(present)
        if self._is_offline(root, bool(present)):
            self._report.offline.append(name)
            self._db.run("UPDATE root SET online = 0, held = 0 WHERE id = ?", (root.id,))
        elif self._is_suspicious(root, len(unseen), len(present)):
            self._report.held[name] = len(unseen)
            self._hold(root, len(unseen))
        else:
            self._report.missing += len(unseen)
            with self._db.transaction():
                self._files.mark_missing(unseen, self._now)
                self._db.run(
                    f"UPDATE root SET {_ONLINE}, held = 0, scanned_at = ? WHERE id = ?",  # noqa: S608 - our own
                    (self._now, root.id),
                )

    def _judge_partly(self, root: Root) -> None:
        """Mark a few as missing; more than that, or an empty root, is for a whole scan to judge."""
        places = [self._files.present(root.id, self._newest, place) for place in self._within]
        unseen = self._unseen(track_id for ids in places for track_id in ids)
        many = len(unseen) > _HOLD_COUNT or (unseen and len(unseen) >= self._files.count(root.id))
        if many or root.path in self._walk.unreadable or not _count_entries(root.path):
            self.doubtful.append(root)
        elif unseen:
            self._report.missing += len(unseen)
            self._files.mark_missing(unseen, self._now)

    def _unseen(self, present: Iterable[TrackId]) -> list[TrackId]:
        unseen = [track_id for track_id in present if track_id not in self._seen]
        unreadable = frozenset(self._walk.unreadable)
        if not unreadable:
            return unseen
        paths = self._files.paths(unseen)
        return [track_id for track_id in unseen if not _is_below(paths[track_id], unreadable)]

    def _is_offline(self, root: Root, had_tracks: bool) -> bool:  # noqa: FBT001 - private
        """Whether the root cannot be reached, or is empty as a folder is where nothing is mounted."""
        entries = _count_entries(root.path)
        if entries is None or root.path in self._walk.unreadable:
            return True
        # The second: it was unmounted during the walk.
        empty = not self._found[root.id] or not entries
        return had_tracks and empty and root not in self._confirmed

    def _is_suspicious(self, root: Root, unseen: int, present: int) -> bool:
        many = unseen > _HOLD_COUNT and unseen > _HOLD_SHARE * present
        agrees = unseen == root.held and self._now - root.held_at >= _HOLD_SECONDS
        return many and not agrees and root not in self._confirmed

    def _hold(self, root: Root, unseen: int) -> None:
        """Note how many tracks a root keeps in doubt, and since when it is just so many."""
        since = min(root.held_at, self._now) if unseen == root.held else self._now
        self._db.run(
            f"UPDATE root SET {_ONLINE}, held = ?, held_at = ? WHERE id = ?",  # noqa: S608 - our own text
            (unseen, since, root.id),
        )


def _is_below(path: bytes, folders: Collection[bytes]) -> bool:
    """Whether a path is one of `folders`, or leads through one."""
    while path not in folders:
        above = os.path.dirname(path)  # noqa: PTH120 - paths are bytes
        if above == path:
            return False
        path = above
    return True


def _has_left(old: bytes, new: bytes) -> bool:
    """Whether a file now at `new` is at `old` no more, unlike one with a hard link beside it."""
    return is_same_entry(old, new) or not is_called(old, os.path.dirname(old))  # noqa: PTH120 - paths are bytes


def _count_entries(folder: bytes) -> int | None:
    """Return how many entries a folder has, or None if it cannot be listed."""
    try:
        return len(os.listdir(folder))  # noqa: PTH208 - paths are bytes
    except OSError:
        return None


def _identity(facts: FileFacts) -> tuple[int, int, int, int]:
    return facts.device, facts.inode, facts.size, facts.mtime_ns


def _name(path: bytes) -> bytes:
    return os.path.basename(path)  # noqa: PTH119 - paths are bytes


def _batches(items: Iterable[Found], size: int) -> Iterator[list[Found]]:
    left = iter(items)
    while batch := list(islice(left, size)):
        yield batch
