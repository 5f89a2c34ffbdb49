"""How the command line looks: progress, queues and tables, with every tag shown as the plain text it is."""

from __future__ import annotations

import json
import signal
import sys
import threading
import unicodedata
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from vibe_desktop.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterator
    from types import FrameType

    from vibe_desktop.domain import Queue, QueueEntry
    from vibe_desktop.progress import StageReport

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)

_REFRESH_SECONDS = 0.1


def plain(text: str) -> str:
    """Return text without what could steer a terminal: control and direction characters, broken surrogates."""
    readable = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(char if unicodedata.category(char)[0] != "C" else " " for char in readable)


def print_json(value: Any) -> None:
    """Write one JSON document to standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True, indent=2) + "\n")


def clock(seconds: float | None) -> str:
    """Write a length as 3:07 or 1:02:03; a dash where it is unknown."""
    if seconds is None:
        return "–"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def shown(*, quiet: bool) -> Iterator[Progress]:
    """Give a job its progress: shown while it runs, stopped cleanly by Ctrl+C."""
    progress = Progress()
    before = signal.signal(signal.SIGINT, lambda _number, _frame: progress.cancel())
    try:
        if quiet:
            yield progress
        elif err.is_terminal:
            with _live(progress):
                yield progress
        else:
            with _lines(progress):
                yield progress
    finally:
        signal.signal(signal.SIGINT, before)


@contextmanager
def _live(progress: Progress) -> Iterator[None]:
    def table() -> Table:
        grid = Table.grid(padding=(0, 2))
        for stage in progress.stages():
            grid.add_row(*_cells(stage))
        return grid

    with Live(get_renderable=table, console=err, refresh_per_second=1 / _REFRESH_SECONDS):
        yield


@contextmanager
def _lines(progress: Progress) -> Iterator[None]:
    """Where there is no terminal: one line a stage, written when the next one begins."""
    ended = threading.Event()
    written = 0

    def write(upto: int) -> None:
        nonlocal written
        for stage in progress.stages()[written:upto]:
            err.print(Text("  ".join(cell for cell in _cells(stage) if cell)))
            written += 1

    def watch() -> None:
        while not ended.wait(_REFRESH_SECONDS):
            write(len(progress.stages()) - 1)

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        write(len(progress.stages()))


def _cells(stage: StageReport) -> tuple[str, ...]:
    done = f"{stage.done:,}" if stage.total is None else f"{stage.done:,} of {stage.total:,}"
    rate = f"{stage.rate:,.1f}/s" if stage.done else ""
    left = stage.seconds_left
    return stage.stage, done, rate, f"{clock(left)} left" if left else "", plain(stage.note)


def print_queue(queue: Queue, *, explain: bool) -> None:
    """Show a queue as a person would read it; `explain` adds what is known of each track."""
    for entry in queue.entries:
        out.print(_headline(entry))
        out.print(Text(f"     {plain(entry.reason)}", style="dim"))
        if explain:
            for name, value in _details(entry):
                out.print(Text(f"       {name:<9}{plain(value)}", style="dim"))
    if queue.entries:
        out.print(Text(f"\n{len(queue.entries)} tracks, {clock(queue.seconds)}", style="bold"))
    for note in queue.notes:
        out.print(Text(plain(note)))


def _headline(entry: QueueEntry) -> Text:
    tags = entry.track.tags
    line = Text(f"{entry.rank:>3}  ")
    line.append(plain(tags.title or entry.track.path), style="bold")
    line.append("".join(f" · {plain(part)}" for part in (tags.artist, tags.album) if part))
    line.append(f"  {clock(tags.seconds)}", style="dim")
    return line


def _details(entry: QueueEntry) -> Iterator[tuple[str, str]]:
    track = entry.track
    yield "caption", track.caption.sentence
    yield "keywords", ", ".join(track.caption.keywords)
    yield "heard", ", ".join(label.name for label in track.labels) or "not yet heard"
    yield "ranks", f"{entry.caption_rank or '–'} by words, {entry.ear_rank or '–'} by sound"
    yield "scores", ", ".join(f"{name} {value:+.2f}" for name, value in entry.evidence.items())
    yield "path", track.path
