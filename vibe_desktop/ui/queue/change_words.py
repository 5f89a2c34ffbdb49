"""What an adjustment changed in the queue, in a plain sentence or two."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication

from vibe_desktop.ui.queue.queue_model import title_of

if TYPE_CHECKING:
    from vibe_desktop.domain import Queue
    from vibe_desktop.moods.changes import Changes
    from vibe_desktop.playback.play_queue import PlayQueue


def adjustment_words(queue: PlayQueue, answer: Queue) -> str:
    """Say what an answer changes in the queue it adjusts; "" where there was none to adjust."""
    from vibe_desktop.moods.changes import changes

    if not queue.items or queue.request is None or not answer.entries:
        return ""
    before = [item.entry for item in queue.items]
    return change_words(changes(before, queue.request, answer.entries, answer.request))


def change_words(changes: Changes) -> str:
    """Return what stayed, what came and why: "12 of 25 stayed; the 13 new ones are calmer."."""
    out = [_tr("“{0}” is out.").format(title_of(track)) for track in changes.refused]
    return " ".join([*out, f"{_stayed(changes)}{_came(changes)}."])


def _stayed(changes: Changes) -> str:
    if not changes.stayed:
        return _tr("Nothing stayed")
    if changes.went:
        return _tr("{0} of {1} stayed").format(changes.stayed, changes.before)
    if changes.before == 1:
        return _tr("The one there was stayed")
    return _tr("All {0} stayed").format(changes.before)


def _came(changes: Changes) -> str:
    how = _tr(" and ").join(_further(axis, way) for axis, way in changes.leans)
    liked = title_of(changes.liked[-1]) if changes.liked else ""
    if not changes.came:
        return _tr(", in another order") if changes.reordered else ""
    if how:
        one, several = _tr("; the new one is {1}"), _tr("; the {0} new ones are {1}")
    elif liked:
        one, several = _tr("; 1 came for being like “{1}”"), _tr("; {0} came for being like “{1}”")
    elif changes.longer and not changes.went:
        one, several = _tr("; 1 more fills the time"), _tr("; {0} more fill the time")
    else:
        one, several = _tr("; 1 is new"), _tr("; {0} are new")
    return (one if changes.came == 1 else several).format(changes.came, how or liked)


def _further(axis: str, way: int) -> str:
    less, more = {
        "energy": (_tr("calmer"), _tr("more energetic")),
        "brightness": (_tr("darker"), _tr("brighter")),
        "electronic": (_tr("more acoustic"), _tr("more electronic")),
        "voice": (_tr("more instrumental"), _tr("more vocal")),
    }[axis]
    return more if way > 0 else less


def _tr(text: str) -> str:
    return QCoreApplication.translate("ChangeWords", text)
