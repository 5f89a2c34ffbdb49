"""What became of what a person made, as the window says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from vibe_desktop.ui.job_words import songs

if TYPE_CHECKING:
    from vibe_desktop.library.restoring import Restored


def moment(at: float) -> str:
    """Return a day and time, given in seconds since 1970, as the person's own country writes it."""
    return QLocale().toString(QDateTime.fromSecsSinceEpoch(int(at)), QLocale.FormatType.ShortFormat)


def made_words(*, likes: int, listens: int, playlists: int, captions: int) -> str:
    """Return how much there is of each: "1 like, 34 plays and skips and 2 playlists", or "nothing"."""
    counts = {
        _counted(likes, _tr("1 like"), _tr("{0} likes")): likes,
        _counted(listens, _tr("1 play or skip"), _tr("{0} plays and skips")): listens,
        _counted(playlists, _tr("1 playlist"), _tr("{0} playlists")): playlists,
        _counted(captions, _tr("1 description of your own"), _tr("{0} descriptions of your own")): captions,
    }
    *others, last = [text for text, count in counts.items() if count] or [_tr("nothing")]
    return _tr("{0} and {1}").format(", ".join(others), last) if others else last


def restoring_words(copied_at: float | None) -> tuple[str, str]:
    """Return a heading and a sentence for a library that is being put right from a copy, if there is one."""
    heading = _tr("Your library is being put right")
    if copied_at is None:
        return heading, _tr(
            "It was damaged, and there is no copy of it. What can still be read is being saved."
        )
    text = _tr("It was damaged. It is put together from its copy of {0} and from what can still be read.")
    return heading, text.format(moment(copied_at))


def restored_words(restored: Restored) -> str:
    """Return what a person should know of a library that was restored."""
    made = made_words(
        likes=restored.likes,
        listens=restored.listens,
        playlists=restored.playlists,
        captions=restored.captions,
    )
    there = songs(restored.tracks)
    if restored.likes or restored.listens or restored.playlists or restored.captions:
        there = _tr("{0}, with {1} that you made").format(there, made)
    return " ".join(
        (
            _tr("Your library was damaged and has been restored: {0}.").format(there),
            _origin(restored),
            _tr("Whatever else is missing is made again from your music."),
            _tr("The damaged file is kept as {0}.").format(restored.aside),
        )
    )


def _origin(restored: Restored) -> str:
    if restored.all_read:
        return _tr("All of it could still be read, so nothing you did is lost.")
    if restored.copied_at is None:
        return _tr("There was no copy, so this is what could still be read.")
    if restored.some_read:
        text = _tr(
            "It comes from the copy of {0} and from what could still be read; some of what you did in between"
            " may be missing."
        )
    else:
        text = _tr("It comes from the copy of {0}; what you did after that is missing.")
    return text.format(moment(restored.copied_at))


def _counted(count: int, one: str, more: str) -> str:
    return one if count == 1 else more.format(f"{count:,}")


def _tr(text: str) -> str:
    return QCoreApplication.translate("Kept", text)
