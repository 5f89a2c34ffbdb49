"""How the command line looks: progress, queues and tables, with every tag shown as the plain text it is."""

from __future__ import annotations

import io
import json
import signal
import sys
import threading
import time
import unicodedata
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import PurePath
from typing import TYPE_CHECKING, Any

from rich.console import Console
from rich.live import Live
from rich.table import Table
from rich.text import Text

from vibe_desktop.counting import counted
from vibe_desktop.domain import Cancelled, VibeError
from vibe_desktop.moods.modes import Mode
from vibe_desktop.progress import Progress

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from vibe_desktop.doctor import Finding
    from vibe_desktop.domain import Queue, QueueEntry, Track
    from vibe_desktop.index.indexer import IndexReport
    from vibe_desktop.library.saved import Playlist
    from vibe_desktop.models.ears import EarChoice
    from vibe_desktop.models.status import ModelStatus
    from vibe_desktop.moods.coverage import Coverage
    from vibe_desktop.progress import StageReport
    from vibe_desktop.summary import Summary

_GOES_ON = "What was done is kept; the same command goes on from there."
_NO_EAR = "In this mode only descriptions count, and no ear."

# No markup and no emoji codes: in a tag, [red] and :smile: are only what they look like.
out = Console(highlight=False, soft_wrap=True, markup=False, emoji=False)
err = Console(stderr=True, highlight=False, soft_wrap=True, markup=False, emoji=False)

_REFRESH_SECONDS = 0.1
_LINE_SECONDS = 30.0
_SIGNALS = (signal.SIGINT, signal.SIGTERM)

# Persian and Indic words and composed emoji need them, and they steer nothing.
_JOINERS = "\u200c\u200d"


class Stopped(VibeError):  # noqa: N818 - a request that was met
    """A job that ended in good order because a signal asked for it; the exit code is the shells' for that."""

    def __init__(self, number: int, stopped: str) -> None:
        super().__init__(f"Stopped. {stopped}")
        self.exit_code = 128 + number


def write_anything() -> None:
    """Let output that cannot hold a character show `?` for it, rather than fail."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")


def plain(text: str) -> str:
    """Return text without what could steer a terminal: controls, line breaks and broken surrogates."""
    readable = text.encode("utf-8", "replace").decode("utf-8")
    return "".join(" " if _steers(char) else char for char in readable)


def _steers(char: str) -> bool:
    category = unicodedata.category(char)
    return category in ("Zl", "Zp") or (category[0] == "C" and char not in _JOINERS)


def print_json(value: Any) -> None:
    """Write one JSON document to standard output."""
    sys.stdout.write(json.dumps(value, ensure_ascii=True, indent=2) + "\n")


def clock(seconds: float | None) -> str:
    """Write a length as 3:07 or 1:02:03; a dash where it is unknown."""
    if seconds is None:
        return "-"
    minutes, rest = divmod(round(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@contextmanager
def shown(*, quiet: bool, stopped: str = _GOES_ON) -> Iterator[Progress]:
    """Give a job its progress: shown while it runs, stopped cleanly by Ctrl+C or a request to end.

    Raises `Stopped` then, which says what becomes of a job that was `stopped`.
    """
    progress = Progress()
    received: list[int] = []

    def stop(number: int, _frame: object) -> None:
        received.append(number)
        progress.cancel()

    before = [signal.signal(number, stop) for number in _SIGNALS]
    try:
        if quiet:
            yield progress
        elif err.is_terminal:
            with _live(progress):
                yield progress
        else:
            with _lines(progress):
                yield progress
    except Cancelled:
        raise Stopped(received[0], stopped) from None
    finally:
        for number, handler in zip(_SIGNALS, before, strict=True):
            signal.signal(number, handler)


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
    """Where there is no terminal: a line when a stage ends, and for a long one every half minute."""
    ended = threading.Event()
    written = 0
    last = time.monotonic()

    def write(stages: Iterable[StageReport]) -> None:
        nonlocal last
        for stage in stages:
            err.print(Text("  ".join(cell for cell in _cells(stage) if cell)))
            last = time.monotonic()

    def watch() -> None:
        nonlocal written
        while not ended.wait(_REFRESH_SECONDS):
            stages = progress.stages()
            write(stages[written:-1])
            written = max(0, len(stages) - 1)
            if time.monotonic() - last > _LINE_SECONDS:
                write(stages[-1:])

    thread = threading.Thread(target=watch, daemon=True)
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        write(progress.stages()[written:])


def _cells(stage: StageReport) -> tuple[str, ...]:
    done = f"{stage.done:,}" if stage.total is None else f"{stage.done:,} of {stage.total:,}"
    rate = f"{stage.rate:,.1f}/s" if stage.done else ""
    left = stage.seconds_left
    return stage.stage, done, rate, f"{clock(left)} left" if left else "", plain(stage.note)


def tell(text: str) -> None:
    """Say what a person should know besides what they asked for."""
    err.print(Text(plain(text)))


def complain(error: VibeError) -> None:
    """Say what went wrong and what to do next."""
    err.print(Text(plain(error.message), style="bold"))
    if error.remedy:
        err.print(Text(plain(error.remedy)))


def print_queue(
    answer: Queue,
    choice: EarChoice,
    coverage: Coverage,
    saved: Path | None,
    *,
    hints: Sequence[str] = (),
    mode: Mode = Mode.FUSION,
    explain: bool,
) -> None:
    """Show a queue as a person would read it; `explain` adds what is known of each track, and which ear.

    `hints` are what the mood suggests beside what it says.
    """
    ears = (choice.reason, str(coverage)) if mode.listens else (_NO_EAR,)
    if hints and answer.entries:
        out.print(Text(f"Sounds like: {', '.join(hints)}\n", style="dim"))
    for entry in answer.entries:
        out.print(_headline(entry))
        out.print(Text(f"     {plain(entry.reason)}", style="dim"))
        if explain:
            _print_pairs(_details(entry))
    if answer.entries:
        out.print(Text(f"\n{counted(len(answer.entries), 'track')}, {clock(answer.seconds)}", style="bold"))
    for note in (*answer.notes, *(ears if explain else ())):
        if note:
            out.print(Text(plain(note)))
    if saved:
        out.print(Text(f"Saved to {plain(str(saved))}"))


def print_tracks(tracks: Sequence[Track]) -> None:
    """Show what is known of tracks: all of it for one, a line each for more."""
    for track in tracks:
        name = " · ".join(plain(part) for part in (track.tags.title, track.tags.artist) if part)
        out.print(Text(f"{track.id:>6}  {name or plain(track.path)}", style="bold"))
        if len(tracks) == 1:
            _print_pairs(_about(track))


def print_forgotten(folder: Path, until: float | None) -> None:
    """Say that a folder is out of the library, and until when what is kept about its songs stays."""
    out.print(plain(f"{folder} is no longer in the library; its files are untouched."))
    if until is not None:
        day = time.strftime("%Y-%m-%d", time.localtime(until))
        out.print(f"What is known of its songs is kept until {day}, in case you index it again.")


def print_index(report: IndexReport) -> None:
    """Say what a run of the indexer did."""
    scan = report.scan
    changes = f"{scan.added:,} new, {scan.changed:,} changed, {scan.missing:,} missing"
    out.print(Text(f"{counted(scan.found, 'track')}: {changes}, {scan.moved + report.moved:,} moved."))
    for folder in scan.offline:
        out.print(
            Text(
                f"{plain(folder)} cannot be reached or is empty; its tracks are kept. Is it gone? Add --gone."
            )
        )
    for folder, count in scan.held.items():
        gone = f"{count:,} tracks of {plain(folder)} are gone at once"
        out.print(Text(f"{gone}; they are kept until a run an hour later agrees, or one with --gone."))
    for folder in scan.unreadable:
        out.print(Text(f"{plain(folder)} cannot be looked into; its tracks are kept as they were."))
    done = f"{report.read:,} read, {report.captioned:,} captions written, {report.heard:,} heard"
    out.print(Text(f"{done}, {report.failed:,} could not be used."))
    if report.taken_over:
        out.print(Text(f"{counted(report.taken_over, 'track')} had been heard elsewhere."))
    if report.deaf:
        out.print(Text(f"Nothing was listened to. {report.deaf}"))
    if report.unsearchable:
        out.print(Text(f"Moods do not know of it yet. {plain(report.unsearchable)}"))
    if scan.unsettled:
        files = counted(len(scan.unsettled), "file")
        out.print(Text(f"{files} may still be written to. Run this again once that is over."))
    if report.failed:
        out.print(Text("See which and why with: vibe-desktop library"))


def print_library(summary: Summary) -> None:
    """Show the counts of a library and every file that failed."""
    counts = summary.counts
    rows = [("tracks", f"{counts.tracks:,}"), ("present", f"{counts.present:,}")]
    rows += [("missing", f"{counts.missing:,}"), ("offline", f"{counts.offline:,}")]
    rows += [(name, f"{count:,} of {counts.present:,}") for name, count in _coverage(summary)]
    rows += [
        ("folder", f"{folder.path}{'' if folder.online else ' (offline)'}") for folder in summary.folders
    ]
    _print_pairs(rows)
    if summary.failures:
        # Two ears that could not hear a file mostly say the same of it.
        told = dict.fromkeys((failure.path, failure.reason) for failure in summary.failures)
        files = counted(len({path for path, _ in told}), "file")
        out.print(Text(f"\n{files} could not be used:", style="bold"))
        for path, reason in told:
            out.print(Text(f"  {plain(path)}\n    {plain(reason)}"))
        out.print(Text("Once they are mended, try them again with: vibe-desktop index --retry"))
    if not summary.coverage.alone:
        out.print(Text(f"\n{summary.coverage}"))


def print_playlists(saved: Sequence[Playlist]) -> None:
    """Show playlists, one a line, with their number."""
    for each in saved:
        line = Text(f"{each.id:>3}  ").append(plain(each.name), style="bold")
        line.append(f" · {counted(each.tracks, 'track')}, {clock(each.seconds)}")
        if each.unresolved:
            line.append(f" · {counted(each.unresolved, 'line')} not in your library")
        if each.mood and each.mood != each.name:
            line.append(f" · {plain(each.mood)}", style="dim")
        out.print(line)
    if not saved:
        out.print("No playlist is saved yet.")


def print_notices(progress: Progress) -> None:
    """Tell what a person should know of a job that is done."""
    for notice in progress.notices():
        out.print(Text(plain(notice)))


def print_left_to_hear(coverage: Coverage) -> None:
    """Tell how to let the ear listen where it has songs to hear."""
    if coverage.unheard:
        songs = counted(coverage.unheard, "track")
        out.print(Text(f"Let {coverage.best} listen to {songs} of yours with: vibe-desktop index"))


def print_models(statuses: Sequence[ModelStatus], choice: EarChoice) -> None:
    """Show each model and which ear is used."""
    for model in statuses:
        out.print(
            Text(f"{model.name:<9}{model.state.value:<9}{plain(model.title)}, {model.licence}", style="bold")
        )
        out.print(Text(f"         {model.purpose}", style="dim"))
        if model.origin:
            out.print(Text(f"         from {plain(model.origin)}", style="dim"))
        if model.remedy:
            out.print(Text(f"         {model.detail} {model.remedy}"))
    out.print(Text(choice.reason))


def print_findings(findings: Sequence[Finding]) -> None:
    """Show what a check-up found, and what mends it."""
    for finding in findings:
        mark = Text("ok   " if finding.well else "mend ", style="green" if finding.well else "bold red")
        out.print(mark + Text(f"{finding.subject:<14} {plain(finding.seen)}"))
        if finding.remedy:
            out.print(Text(f"     {finding.remedy}"))


def _headline(entry: QueueEntry) -> Text:
    tags = entry.track.tags
    line = Text(f"{entry.rank:>3}  ")
    line.append(plain(tags.title or PurePath(entry.track.path).name), style="bold")
    line.append("".join(f" · {plain(part)}" for part in (tags.artist, tags.album) if part))
    line.append(f"  {clock(tags.seconds)}", style="dim")
    return line


def _details(entry: QueueEntry) -> Iterator[tuple[str, str]]:
    yield from _description(entry.track)
    yield "ranks", f"{entry.caption_rank or '-'} by words, {entry.ear_rank or '-'} by sound"
    yield "scores", ", ".join(f"{name} {value:+.2f}" for name, value in entry.evidence.items())


def _about(track: Track) -> Iterator[tuple[str, str]]:
    yield from _description(track)
    yield "state", track.state.value
    for name, value in asdict(track.tags).items():
        if value not in ("", (), None):
            yield name.replace("_", " "), ", ".join(value) if isinstance(value, tuple) else str(value)


def _description(track: Track) -> Iterator[tuple[str, str]]:
    yield "caption", track.caption.sentence + (" (your words)" if track.caption.own else "")
    yield "keywords", ", ".join(track.caption.keywords)
    yield "heard", ", ".join(label.name for label in track.labels) or "not heard yet"
    yield "path", track.path


def _coverage(summary: Summary) -> Iterator[tuple[str, int]]:
    counts, coverage = summary.counts, summary.coverage
    yield "tags read", counts.tags_read
    yield "captioned", counts.captioned
    yield "embedded", max(counts.embedded.values(), default=0)
    if not coverage.heard:
        yield "heard", max(counts.heard.values(), default=0)
    for title, heard in coverage.shares:
        yield "heard" if coverage.alone else f"{title} heard", heard


def _print_pairs(pairs: Iterable[tuple[str, str]]) -> None:
    rows = list(pairs)
    width = max([11, *(len(name) + 2 for name, _ in rows)])
    for name, value in rows:
        out.print(Text(f"       {name:<{width}}{plain(value)}", style="dim"))
