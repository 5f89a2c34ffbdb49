"""What the ear of another library heard of the same music, to be taken over instead of listening again.

Audio is the same where its content key is, whatever its tags say and wherever it lies; and an ear of
the same fingerprint would hear in it what it heard there.
"""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from math import isfinite
from typing import TYPE_CHECKING

import numpy as np

from vibe_desktop.domain import Hearing, InUseError, VibeError
from vibe_desktop.index.vectors import is_usable, unpacked
from vibe_desktop.library.codec import load_labels
from vibe_desktop.library.database import Database, NotWritableError
from vibe_desktop.library.disks import is_remote

if TYPE_CHECKING:
    from collections.abc import Container, Iterator, Sequence
    from pathlib import Path

    from vibe_desktop.domain import FloatMatrix, Label, Space

_PAGE = 2048
_HEARD = """
    SELECT v.track_id, t.content_key, v.value, h.spread, h.labels, w.value
    FROM vector v JOIN track t ON t.id = v.track_id
    JOIN hearing h ON h.space_id = v.space_id AND h.track_id = v.track_id
    LEFT JOIN heard_window w ON w.space_id = v.space_id AND w.track_id = v.track_id
    WHERE v.space_id = (SELECT id FROM space WHERE fingerprint = ?) AND v.track_id > ?
        AND v.source = t.content_key
    ORDER BY v.track_id LIMIT ?
"""


class Elsewhere:
    """Another library. Nothing in it changes, and it may be in use on this machine meanwhile."""

    def __init__(self, db: Database) -> None:
        """Look into a library opened for reading."""
        self._db = db

    def heard(self, space: Space, wanted: Container[bytes]) -> Iterator[list[tuple[bytes, Hearing]]]:
        """Yield (content key, hearing) of the `wanted` keys that an ear of this space heard, in batches.

        What was stored there and is no hearing of such an ear is passed over.
        """
        last = -1
        while rows := self._db.run(_HEARD, (space.fingerprint, last, _PAGE)):
            last = rows[-1][0]
            found = [(row[1], _hearing(space, *row[2:])) for row in rows if row[1] in wanted]
            if sound := [(key, hearing) for key, hearing in found if hearing is not None]:
                yield sound


@contextmanager
def opened(databases: Sequence[Path]) -> Iterator[list[Elsewhere]]:
    """Open libraries to look into; raises `VibeError` where one is missing, in use or older."""
    with ExitStack() as stack:
        yield [Elsewhere(stack.enter_context(_reading(database))) for database in databases]


@contextmanager
def _reading(database: Path) -> Iterator[Database]:
    if not database.is_file():
        raise VibeError(
            f"There is no library in {database.parent}.",
            "Name the profile of another Vibe Desktop: the folder that holds its library.sqlite3.",
        )
    if is_remote(database) and database.with_name(f"{database.name}-wal").exists():
        # SQLite can share what was written ahead only within one machine.
        raise InUseError(
            f"The library in {database.parent} is open on another machine.",
            "Close Vibe Desktop there, then try again.",
        )
    try:
        db = Database.open_for_reading(database)
    except NotWritableError as error:
        raise VibeError(
            f"The library in {database.parent} is of an older version, or may not be read.",
            "Open it once with this version of Vibe Desktop, then try again.",
        ) from error
    try:
        yield db
    finally:
        db.close()


def _hearing(
    space: Space, vector: bytes, spread: bytes, labels: str, windows: bytes | None
) -> Hearing | None:
    """Return what an ear heard of a track; None for what is damaged, so that it is listened to here."""
    try:
        [heard], [around] = _floats(vector, space), _floats(spread, space)
        passages = None if windows is None else _floats(windows, space)
        hearing = Hearing(heard, around, load_labels(labels), passages)
    except (TypeError, ValueError):  # bytes of another length, or labels that are none
        return None
    parts = [heard, *(() if passages is None else passages)]
    sound = np.isfinite(around).all() and all(is_usable(part, space) for part in parts)
    return hearing if sound and all(map(_is_label, hearing.labels)) else None


def _floats(value: bytes, space: Space) -> FloatMatrix:
    return unpacked(value, space).astype(np.float32)


def _is_label(label: Label) -> bool:
    return isinstance(label.name, str) and isinstance(label.weight, float) and isfinite(label.weight)
