"""The queue that is being played: changed in whole steps that can be taken back."""

from __future__ import annotations

from collections import defaultdict, deque
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import count

from vibe_desktop.domain import MoodRequest, QueueEntry, TrackId

MOST_STEPS = 100


@dataclass(frozen=True, slots=True)
class Item:
    """One place in the queue. The key is its own for as long as the program runs, wherever it moves."""

    key: int
    entry: QueueEntry


class Repeat(StrEnum):
    """What follows the last track, or every track."""

    OFF = "off"
    ALL = "all"
    ONE = "one"


@dataclass(frozen=True, slots=True)
class _State:
    """What a step changes and taking it back restores."""

    items: tuple[Item, ...] = ()
    name: str = ""
    request: MoodRequest | None = None
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class _Step:
    text: str
    state: _State


class PlayQueue:
    """Items in playing order and which of them is current.

    The current item stays current whatever changes around it; even once it was
    removed, what followed it still follows.
    """

    def __init__(self) -> None:
        """Begin empty."""
        self.version = 0
        self._repeat = Repeat.OFF
        self._state = _State()
        self._places: dict[int, int] = {}
        self._keys = count(1)
        self._current: Item | None = None
        self._next = 0
        self._undo: deque[_Step] = deque(maxlen=MOST_STEPS)
        self._redo: list[_Step] = []

    @property
    def items(self) -> tuple[Item, ...]:
        """What is in the queue, in playing order."""
        return self._state.items

    @property
    def name(self) -> str:
        """What the queue is called, "" when nothing named it."""
        return self._state.name

    @property
    def request(self) -> MoodRequest | None:
        """The mood that made the queue, if one did."""
        return self._state.request

    @property
    def notes(self) -> tuple[str, ...]:
        """What the person should know of how the queue was made."""
        return self._state.notes

    @property
    def repeat(self) -> Repeat:
        """What follows the last track, or every track."""
        return self._repeat

    @repeat.setter
    def repeat(self, repeat: Repeat) -> None:
        self._repeat = repeat
        self.version += 1

    @property
    def current(self) -> Item | None:
        """The item being played; it may have been removed from the queue since."""
        return self._current

    @property
    def at(self) -> int | None:
        """Where the current item is; None when there is none or it was removed."""
        return self.index_of(self._current.key) if self._current else None

    @property
    def next_index(self) -> int:
        """Where something must be inserted to come next."""
        at = self.at
        return self._next if at is None else at + 1

    @property
    def undo_text(self) -> str:
        """Name what `undo` would take back, "" when nothing."""
        return self._undo[-1].text if self._undo else ""

    @property
    def redo_text(self) -> str:
        """Name what `redo` would do again, "" when nothing."""
        return self._redo[-1].text if self._redo else ""

    def index_of(self, key: int) -> int | None:
        """Return where an item is, None when it is not in the queue."""
        return self._places.get(key)

    def item(self, key: int) -> Item | None:
        """Return the item of a key, None when it is not in the queue."""
        index = self._places.get(key)
        return None if index is None else self.items[index]

    def make_current(self, item: Item | None) -> None:
        """Say which item is being played; after None the queue begins at its first."""
        self._current = item
        self._next = 0
        self.version += 1

    def following(self, *, asked: bool = False) -> Item | None:
        """Return what comes after the current item; `asked` when the person wants the next, not the end."""
        if not self.items:
            return None
        if self.repeat is Repeat.ONE and self._current and not asked:
            return self._current
        index = self.next_index
        if index < len(self.items):
            return self.items[index]
        return self.items[0] if self.repeat is not Repeat.OFF else None

    def preceding(self) -> Item | None:
        """Return what comes before the current item."""
        at = self.at
        index = (self._next if at is None else at) - 1
        if 0 <= index < len(self.items):
            return self.items[index]
        return self.items[-1] if self.items and self.repeat is Repeat.ALL else None

    def begin_with(
        self,
        entries: Sequence[QueueEntry],
        *,
        at: int | None = None,
        name: str = "",
        request: MoodRequest | None = None,
        notes: Sequence[str] = (),
    ) -> None:
        """Fill the queue as it was in another session, with the entry `at` current; nothing to take back."""
        self._undo.clear()
        self._redo.clear()
        self._current, self._next = None, 0
        self._show(_State(self._new(entries), name, request, tuple(notes)))
        if at is not None:
            self.make_current(self.items[at])

    def replace(
        self,
        entries: Sequence[QueueEntry],
        *,
        name: str = "",
        request: MoodRequest | None = None,
        notes: Sequence[str] = (),
        keep_current: bool = False,
    ) -> None:
        """Put other entries in place of all there are.

        With `keep_current` the tracks that stay keep their keys, and the current
        item stays too, in front where the new entries lack it. Without it the
        current item plays on, and the first new one follows.
        """
        items = self._kept(entries) if keep_current else self._new(entries)
        text = f"New queue “{name}”" if name else "New queue"
        self._change(text, _State(items, name, request, tuple(notes)))
        if self.at is None:
            self._next = 0

    def insert(self, index: int, entries: Sequence[QueueEntry]) -> None:
        """Put entries before the item at `index`; the queue's length puts them last."""
        if not entries:
            return
        index = max(0, min(index, len(self.items)))
        items = (*self.items[:index], *self._new(entries), *self.items[index:])
        comes_next = index == self.next_index
        self._change(f"Add {_tracks(len(entries))}", self._with(items))
        if comes_next:
            self._next = index

    def remove(self, keys: Collection[int]) -> None:
        """Take items out; unknown keys are passed over."""
        items = tuple(item for item in self.items if item.key not in keys)
        gone = len(self.items) - len(items)
        if gone:
            self._change(f"Remove {_tracks(gone)}", self._with(items))

    def move(self, keys: Collection[int], index: int) -> None:
        """Bring items together, in their order, before the item that is at `index` now."""
        moved = tuple(item for item in self.items if item.key in keys)
        before = tuple(item for item in self.items[: max(0, index)] if item.key not in keys)
        after = tuple(item for item in self.items[max(0, index) :] if item.key not in keys)
        items = (*before, *moved, *after)
        if items != self.items:
            self._change(f"Move {_tracks(len(moved))}", self._with(items))

    def rename(self, name: str) -> None:
        """Call the queue something else."""
        if name != self.name:
            state = _State(self.items, name, self.request, self.notes)
            self._change(f"Rename to “{name}”", state)

    def undo(self) -> bool:
        """Take the last step back; False when there is none."""
        if not self._undo:
            return False
        step = self._undo.pop()
        self._redo.append(_Step(step.text, self._state))
        self._show(step.state)
        return True

    def redo(self) -> bool:
        """Do again what was taken back last; False when there is nothing."""
        if not self._redo:
            return False
        step = self._redo.pop()
        self._undo.append(_Step(step.text, self._state))
        self._show(step.state)
        return True

    def _change(self, text: str, state: _State) -> None:
        self._undo.append(_Step(text, self._state))
        self._redo.clear()
        self._show(state)

    def _show(self, state: _State) -> None:
        before, after = self.items[: self.next_index], self.items[self.next_index :]
        self._state = state
        self._places = {item.key: index for index, item in enumerate(state.items)}
        if self._current:
            self._current = self.item(self._current.key) or self._current
        self._next = self._place_between(before, after) if self._current else 0
        self.version += 1

    def _place_between(self, before: Sequence[Item], after: Sequence[Item]) -> int:
        """Return where to go on: at the first that is left of `after`, or past those left of `before`."""
        following = next((item for item in after if item.key in self._places), None)
        if following:
            return self._places[following.key]
        return sum(item.key in self._places for item in before)

    def _with(self, items: tuple[Item, ...]) -> _State:
        return _State(items, self.name, self.request, self.notes)

    def _new(self, entries: Sequence[QueueEntry]) -> tuple[Item, ...]:
        return tuple(Item(next(self._keys), entry) for entry in entries)

    def _kept(self, entries: Sequence[QueueEntry]) -> tuple[Item, ...]:
        """Make items of entries, with the keys of those whose tracks are here already."""
        known: defaultdict[TrackId, deque[int]] = defaultdict(deque)
        for item in self._current_first():
            known[item.entry.track.id].append(item.key)
        items = []
        for entry in entries:
            keys = known[entry.track.id]
            items.append(Item(keys.popleft() if keys else next(self._keys), entry))
        current = self._current
        if current and all(item.key != current.key for item in items):
            items.insert(0, current)
        return tuple(items)

    def _current_first(self) -> list[Item]:
        current = self._current
        if current is None:
            return list(self.items)
        return [current, *(item for item in self.items if item.key != current.key)]


def _tracks(number: int) -> str:
    return "1 track" if number == 1 else f"{number:,} tracks"
