"""A start of the program in a process of its own, called with `PROFILE [PATH…]`; the first one stays."""

from __future__ import annotations

import sys
from pathlib import Path

from PySide6.QtCore import QCoreApplication

from vibe_desktop.desktop.single_instance import SingleInstance
from vibe_desktop.domain import VibeError
from vibe_desktop.paths import Profile


def say(*words: str) -> None:
    """Tell whoever started us."""
    sys.stdout.write(" ".join(words) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Claim the profile, or hand the paths to whoever has it."""
    app = QCoreApplication([])
    instance = SingleInstance(Profile(Path(sys.argv[1])))
    try:
        first = instance.claim() or not instance.tell(sys.argv[2:])
    except VibeError as error:
        say(error.message)
        return 1
    if first:
        instance.raised.connect(lambda: say("raised"))
        instance.opened.connect(lambda paths: say("opened", *paths))
        say("first")
        return app.exec()
    say("told")
    return 0


if __name__ == "__main__":
    sys.exit(main())
