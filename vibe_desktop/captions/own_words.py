"""The program's vocabulary with a listener's own words in it."""

from __future__ import annotations

import os
from typing import TYPE_CHECKING

from vibe_desktop.captions.vocabulary import load_vocabulary
from vibe_desktop.domain import VibeError

if TYPE_CHECKING:
    from pathlib import Path

    from vibe_desktop.captions.vocabulary import Vocabulary


def with_own(file: Path) -> tuple[Vocabulary, str]:
    """Return the vocabulary with the words of `file`, if it is there, and what keeps them from being read.

    Where something does, the program's own words serve alone.
    """
    if not os.path.lexists(file):
        return load_vocabulary(), ""
    try:
        return load_vocabulary(extra=file), ""
    except VibeError as error:
        return load_vocabulary(), f"{error.message} Until it is mended, our own words serve."
