"""How far the library is heard and by which ear, in plain words."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from vibe_desktop.ui.job_words import songs

if TYPE_CHECKING:
    from vibe_desktop.ui.coverage import Coverage


def heard_so_far(coverage: Coverage) -> str:
    """Return how much is heard while something goes on; "" where no ear is in use."""
    if not coverage.ear:
        return ""
    if coverage.meanwhile:
        return how_far(coverage)
    if coverage.heard < coverage.songs:
        text = _tr("{0} of {1} heard. Queues already use what is known.")
        return text.format(f"{coverage.heard:,}", songs(coverage.songs))
    return _tr("{0}, all heard.").format(songs(coverage.songs))


def heard_at_rest(coverage: Coverage) -> str:
    """Return how far the library is known while nothing goes on."""
    if not coverage.ear:
        return _tr("Your music is up to date: {0}.").format(songs(coverage.songs))
    if coverage.meanwhile:
        return how_far(coverage)
    if coverage.heard < coverage.songs:
        text = _tr("Your music is up to date: {0}, {1} of them heard.")
        return text.format(songs(coverage.songs), f"{coverage.heard:,}")
    return _tr("Your music is up to date: {0}, all heard.").format(songs(coverage.songs))


def how_far(coverage: Coverage) -> str:
    """Return how far the ear in use is, and which one serves meanwhile; "" where all is heard or none is."""
    if not coverage.ear or coverage.heard >= coverage.songs:
        return ""
    if not coverage.meanwhile:
        text = _tr("{0} has heard {1} of {2}.")
    elif coverage.judges:
        text = _tr("{0} has heard {1} of {2}; {3} serves the rest until nine tenths are heard.")
    else:
        text = _tr("{0} has heard {1} of {2}; {3} serves until it has heard more.")
    return text.format(coverage.title, f"{coverage.heard:,}", songs(coverage.songs), coverage.meanwhile)


def _tr(text: str) -> str:
    return QCoreApplication.translate("Coverage", text)
