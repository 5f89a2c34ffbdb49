"""What the window says of what a person made: as much as a command does, in words that can be translated."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QTranslator
from PySide6.QtWidgets import QApplication

from vibe_desktop.keepsakes.merging import Merged, Words
from vibe_desktop.keepsakes.things import Keepsakes, Unfit, UnfitWords
from vibe_desktop.library.restoring import Restored
from vibe_desktop.ui import kept_words

RESTORED = Restored(
    tracks=1200, likes=1, listens=34, playlists=0, captions=2,
    copied_at=1.79e9, all_read=False, some_read=True, aside=Path("/aside"),
)  # fmt: skip


class Shouting(QTranslator):
    """Translates every text into the same, in capitals."""

    def translate(self, context: str, source: str, disambiguation: str | None = None, n: int = -1) -> str:
        return f"«{source.upper()}»"


def test_all_that_is_said_of_a_restored_library_is_translated(qapp: QApplication) -> None:
    translator = Shouting()
    QCoreApplication.installTranslator(translator)
    try:
        said = kept_words.restored_words(RESTORED)
        taken = kept_words.merged_words(Merged(1, 2, 3, 4, 5, 6, Words.KEPT))
        left = kept_words.left_out_words(Keepsakes(left_out=UnfitWords(Unfit.NO_TEXT, file=Path("/OWN"))))
        being = " ".join(kept_words.restoring_words(None))
    finally:
        QCoreApplication.removeTranslator(translator)
    for text in (said.replace("/aside", ""), taken, left, being):
        assert text == text.upper()
        assert "«" in text


def test_of_a_restored_library_it_says_how_much_is_there_and_from_when() -> None:
    when = kept_words.moment(1.79e9)
    assert kept_words.restored_words(RESTORED) == (
        "Your library was damaged and has been restored: 1,200 songs, with 1 like, 34 plays and skips and"
        f" 2 descriptions of your own that you made. It comes from the copy of {when} and from what could"
        " still be read; some of what you did in between may be missing. Whatever else is missing is made"
        " again from your music. The damaged file is kept as /aside."
    )


def test_of_what_was_taken_in_it_says_what_was_new() -> None:
    assert kept_words.merged_words(Merged()) == "New here: nothing."
    merged = Merged(likes=1, playlists=2, waiting=1, own_captions_kept=1, vocabulary=Words.TAKEN)
    assert kept_words.merged_words(merged) == (
        "New here: 1 like and 2 playlists. What is kept of 1 song not in this library waits here for the"
        " day they are. 1 description you wrote here stayed as written here."
        " Your own words for music came along."
    )


@pytest.mark.parametrize("why", Unfit)
def test_of_words_that_are_left_out_it_says_which_and_why(why: Unfit) -> None:
    kept = Keepsakes(left_out=UnfitWords(why, "line 3", Path("/own.toml")))
    said = kept_words.left_out_words(kept)
    assert "/own.toml" in said
    assert ("line 3" in said) == (why in (Unfit.UNREADABLE, Unfit.ODD))
    assert said.endswith(". Mend that file and export again.")
    assert kept_words.left_out_words(Keepsakes()) == ""
