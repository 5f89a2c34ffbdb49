"""What became of what a person made, as the window says it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtCore import QCoreApplication, QDateTime, QLocale

from vibe_desktop.ui.job_words import songs

if TYPE_CHECKING:
    from vibe_desktop.keepsakes.merging import Merged
    from vibe_desktop.keepsakes.things import Keepsakes
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


def left_out_words(kept: Keepsakes) -> str:
    """Return what is not in an exported file and what to do about it; "" where all is."""
    if kept.left_out is None:
        return ""
    why = {
        "TOO_LONG": _tr("{0} is too long"),
        "NO_TEXT": _tr("{0} is not text in UTF-8"),
        "UNREADABLE": _tr("{0} cannot be read ({1})"),
        "ODD": _tr("there is something odd in {0} ({1})"),
    }[kept.left_out.why.name].format(kept.left_out.file, kept.left_out.detail)
    return " ".join(
        (
            _tr("Your own words for music are not in it: {0}.").format(why),
            _tr("Mend that file and export again."),
        )
    )


def merged_words(merged: Merged) -> str:
    """Return what a person should know of keepsakes that were taken in."""
    told = [_tr("New here: {0}.").format(made_words(**merged.counts))]
    if merged.waiting:
        told.append(
            _tr("What is kept of {0} not in this library waits here for the day they are.").format(
                songs(merged.waiting)
            )
        )
    if merged.own_captions_kept:
        told.append(
            _counted(
                merged.own_captions_kept,
                _tr("1 description you wrote here stayed as written here."),
                _tr("{0} descriptions you wrote here stayed as written here."),
            )
        )
    words = {
        "TAKEN": _tr("Your own words for music came along."),
        "KEPT": _tr("Your own words for music are others here, and stayed as they are."),
    }
    if merged.vocabulary.name in words:
        told.append(words[merged.vocabulary.name])
    return " ".join(told)


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
    made, there = restored.counts, songs(restored.tracks)
    if any(made.values()):
        there = _tr("{0}, with {1} that you made").format(there, made_words(**made))
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
