"""Print queues for a handful of moods as Markdown, from the library of a profile.

    python scripts/first_listen.py PROFILE [MOOD ...]

PROFILE is a folder that `vibe-desktop --profile PROFILE index MUSIC` has filled.
`docs/first-listen.md` was made with it.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

from vibe_desktop.app import App
from vibe_desktop.console import clock, plain
from vibe_desktop.domain import Queue, QueueEntry
from vibe_desktop.moods.request import parse
from vibe_desktop.paths import Profile

MOODS = (
    "fast aggressive heavy metal",
    "epic choir",
    "dreamy ambient space",
    "relaxing acoustic guitar evening",
    "sad slow lonely strings",
)


def main() -> None:
    """Answer the moods of the command line, or `MOODS`."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("profile", type=Path)
    parser.add_argument("moods", nargs="*", default=MOODS)
    parser.add_argument("--length", type=int, default=8)
    options = parser.parse_args()
    with App(Profile(options.profile)) as app:
        engine = app.engine()
        for mood in options.moods:
            request = replace(parse(mood, app.vocabulary), length=options.length)
            print(f"## “{mood}”\n")
            print_queue(engine.answer(request))


def print_queue(queue: Queue) -> None:
    """Print a queue as a numbered list with captions and reasons, its notes below."""
    for number, entry in enumerate(queue.entries, 1):
        print(f"{number}. {headline(entry)}  ")
        print(f"   {escaped(entry.track.caption.sentence)}  ")
        print(f"   *{escaped(entry.reason)}*")
    for note in queue.notes:
        print(f"\n{escaped(note)}")
    print()


def headline(entry: QueueEntry) -> str:
    """Return title, artist and length of an entry."""
    tags = entry.track.tags
    name = f"**{escaped(tags.title or Path(entry.track.path).name)}**"
    return f"{name}{f' by {escaped(tags.artist)}' if tags.artist else ''}, {clock(tags.seconds)}"


def escaped(text: str) -> str:
    """Return text that Markdown shows as it is."""
    return "".join(f"\\{char}" if char in "\\`*_[]<>#|" else char for char in plain(text))


if __name__ == "__main__":
    main()
