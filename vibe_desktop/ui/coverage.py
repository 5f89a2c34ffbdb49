"""How far the library is known, by the ears in use."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from vibe_desktop.domain import VibeError

if TYPE_CHECKING:
    from vibe_desktop.app import App
    from vibe_desktop.library.tracks import LibraryCounts
    from vibe_desktop.models.ears import EarChoice


@dataclass(frozen=True, slots=True)
class Coverage:
    """How far the library is known."""

    counts: LibraryCounts
    ear: str = ""
    """the fingerprint of the space of the ear in use, "" for none"""
    title: str = ""
    """what people call that ear"""
    meanwhile: str = ""
    """what people call the ear that serves where this one has not heard yet; "" once it serves alone"""
    judges: bool = True
    """whether the ear in use has heard enough to serve at all"""

    @property
    def songs(self) -> int:
        """Songs that can be reached now and are not set aside."""
        return max(0, self.counts.present - self.counts.failed)

    @property
    def heard(self) -> int:
        """Of these, how many the ear in use has heard."""
        return self.counts.heard.get(self.ear, 0)


def read_coverage(app: App, wanted: str) -> Coverage:
    """Count on a connection of its own: the window's must not wait for it."""
    from vibe_desktop.library.tracks import TrackStore

    reader = app.stores.db.reader()
    try:
        counts = TrackStore(reader).counts()
    finally:
        reader.close()
    try:
        return _with_ears(counts, app.ear(wanted))
    except VibeError:  # the one that was asked for is not there any more; Settings says so
        return Coverage(counts)


def _with_ears(counts: LibraryCounts, choice: EarChoice) -> Coverage:
    from vibe_desktop.models.catalog import title_of_model
    from vibe_desktop.moods.coverage import FEW
    from vibe_desktop.moods.coverage import Coverage as Heard

    if choice.ear is None:
        return Coverage(counts)
    known = Heard.of(choice, counts)
    (_, count), *others = known.heard
    meanwhile = ", ".join(title_of_model(name) for name in known.serving[1:])
    enough = not meanwhile or count >= min(FEW, max(heard for _, heard in others))
    space = choice.ear.space
    return Coverage(counts, space.fingerprint, title_of_model(space.name), meanwhile, enough)
