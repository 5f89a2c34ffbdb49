"""What became of what a person made, as a command says it: restored, taken in."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vibe_desktop.counting import counted, listed, moment
from vibe_desktop.keepsakes.merging import Words

if TYPE_CHECKING:
    from vibe_desktop.keepsakes.merging import Merged
    from vibe_desktop.keepsakes.things import Keepsakes
    from vibe_desktop.library.restoring import Restored

_WORDS = {
    Words.TAKEN: "Your own words for music came along.",
    Words.KEPT: "Your own words for music are others here, and stayed as they are.",
}


def restoring_words(copied_at: float | None) -> str:
    """Return what is being done about a damaged library, of which there is a copy, or none."""
    if copied_at is None:
        return "Your library is damaged. What can still be read of it is being saved."
    return f"Your library is damaged. It is being put right from its copy of {moment(copied_at)}."


def restored_words(restored: Restored) -> str:
    """Return what a person should know of a library that was restored, in a few sentences."""
    return (
        f"Your library was damaged and has been restored: {_there_again(restored)}. {_origin(restored)}"
        " Whatever else is missing is made again from your music."
        f" The damaged file is kept as {restored.aside}."
    )


def left_out_words(kept: Keepsakes) -> str:
    """Return what is not in an exported file and what to do about it; "" where all is."""
    if kept.left_out is None:
        return ""
    trouble = f"Your own words for music are not in it: {kept.left_out.file} {kept.left_out}."
    return f"{trouble} Mend that file and export again."


def merged_words(merged: Merged) -> list[str]:
    """Return what a person should know of keepsakes that were taken in, a sentence each."""
    told = [f"New here: {listed(**merged.counts)}."]
    if merged.waiting:
        songs = counted(merged.waiting, "track")
        told.append(f"What is kept of {songs} not in this library waits here for the day they are.")
    if merged.own_captions_kept:
        described = counted(merged.own_captions_kept, "description")
        told.append(f"{described} you wrote here stayed as written here.")
    if merged.vocabulary in _WORDS:
        told.append(_WORDS[merged.vocabulary])
    return told


def _there_again(restored: Restored) -> str:
    made = restored.counts
    tracks = counted(restored.tracks, "track")
    return f"{tracks}, with {listed(**made)} that you made" if any(made.values()) else tracks


def _origin(restored: Restored) -> str:
    if restored.all_read:
        return "All of it could still be read, so nothing you did is lost."
    if restored.copied_at is None:
        return "There was no copy, so this is what could still be read."
    if restored.some_read:
        return (
            f"It comes from the copy of {moment(restored.copied_at)} and from what could still be read;"
            " some of what you did in between may be missing."
        )
    return f"It comes from the copy of {moment(restored.copied_at)}; what you did after that is missing."
