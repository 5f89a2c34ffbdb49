"""The command line: index a folder, type a mood, get a queue."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from vibe_desktop import __version__, keepsake_commands, model_commands, playlist_commands
from vibe_desktop.domain import VibeError
from vibe_desktop.machine import usable_cores
from vibe_desktop.moods.modes import Mode
from vibe_desktop.paths import Profile

if TYPE_CHECKING:
    from collections.abc import Sequence
    from contextlib import AbstractContextManager

    from vibe_desktop.app import App
    from vibe_desktop.domain import Track

_INTERRUPTED = 130
_TRUNCATED = 20
_LAST_YEAR = 9999

app = typer.Typer(
    help="Type how you feel; your own music answers with a queue that fits.",
    invoke_without_command=True,
    add_completion=False,
    pretty_exceptions_enable=False,
)
app.add_typer(model_commands.commands, name="models")
app.add_typer(playlist_commands.commands, name="playlists")
app.add_typer(keepsake_commands.commands, name="keepsakes")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
WorkerCount = Annotated[
    int | None,
    typer.Option(
        "--workers", min=1, max=64, help="Processes that read and listen; one for each core if not given."
    ),
]
EarName = Annotated[
    str, typer.Option("--ear", help="clap, musicnn, none, or auto for the best one installed.")
]
Genres = Annotated[list[str] | None, typer.Option("--genre", help="Only this genre; may be repeated.")]
Years = Annotated[str | None, typer.Option("--year", help="Only these years, such as 1980-1989.")]


@dataclass(frozen=True, slots=True)
class Settings:
    """The options that stand before a command."""

    profile: Profile


def main() -> None:
    """Run the command line and leave with an exit code, whatever happens on the way."""
    from vibe_desktop import console, mishaps

    console.write_anything()
    try:
        code = _run()
    except (Exception, KeyboardInterrupt) as error:  # noqa: BLE001 - nothing is above this but the system
        code = mishaps.report(error, as_json="--json" in sys.argv, verbose="--verbose" in sys.argv)
    sys.exit(code)


def _run() -> int:
    code = app(standalone_mode=False) or 0
    if code == _INTERRUPTED:  # Typer makes a silent exit code of Ctrl+C
        raise KeyboardInterrupt
    sys.stdout.flush()
    return code


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - called by Typer
    if wanted:
        typer.echo(f"vibe-desktop {__version__}")
        raise typer.Exit


@app.callback()
def _settings(
    context: typer.Context,
    profile: Annotated[
        Path | None,
        typer.Option(help="Folder for everything the program writes.", readable=False),
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Tell what is being done, and how.")] = False,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version and exit."),
    ] = False,
) -> None:
    context.obj = Settings(Profile.at(profile) if profile else Profile.default())
    if verbose:
        import logging

        logging.basicConfig(level=logging.DEBUG, format="%(levelname)s %(name)s: %(message)s")
    if context.invoked_subcommand is None:
        _begin(context)


def _begin(context: typer.Context) -> None:
    """Open the window where there is a screen, else say what can be done without."""
    from vibe_desktop.screen import has_screen

    if has_screen():
        raise typer.Exit(_open_window(context, ()))
    typer.echo(context.get_help())


def _open_window(context: typer.Context, files: Sequence[Path]) -> int:
    from vibe_desktop.ui.start import run

    settings: Settings = context.obj
    return run(settings.profile, [os.path.abspath(file) for file in files])  # noqa: PTH100 - keeps links


@app.command()
def window(
    context: typer.Context,
    files: Annotated[
        list[Path] | None, typer.Argument(help="Music files or folders of the library to play.")
    ] = None,
) -> None:
    """Open the window, as the program does without a command; a second start raises the first."""
    raise typer.Exit(_open_window(context, files or ()))


def _opened(context: typer.Context) -> AbstractContextManager[App]:
    """Return the profile a command works in, to be used as a context manager."""
    from vibe_desktop.opening import open_profile

    settings: Settings = context.obj
    return open_profile(settings.profile)


@app.command()
def index(
    context: typer.Context,
    folders: Annotated[
        list[Path] | None,
        typer.Argument(help="Music folders; the known ones if none.", readable=False),
    ] = None,
    listen: Annotated[bool, typer.Option("--listen/--no-listen", help="Hear every track as well.")] = True,
    workers: WorkerCount = None,
    gone: Annotated[
        bool, typer.Option("--gone", help="Missing files are really gone: mark them at once, even if many.")
    ] = False,
    retry: Annotated[
        bool, typer.Option("--retry", help="Try files again that could not be used before.")
    ] = False,
    ear: EarName = "auto",
    heard_in: Annotated[
        list[Path] | None,
        typer.Option(
            help="Another profile that has heard some of this music: that is taken over.", readable=False
        ),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Find the music in folders, describe it and listen to it. Ctrl+C stops; the next run goes on."""
    from vibe_desktop import console, reports

    with _opened(context) as opened:
        with console.shown(quiet=as_json) as progress:
            report = opened.index(
                folders or [],
                progress,
                listen=listen,
                workers=workers or usable_cores(),
                gone=gone,
                retry=retry,
                ear=ear,
                elsewhere=[Profile.at(folder) for folder in heard_in or ()],
            )
        if as_json:
            console.print_json(reports.index(report))
        else:
            console.print_index(report)


@app.command()
def queue(
    context: typer.Context,
    mood: Annotated[str, typer.Argument(help="How you feel, or what you are up to.")],
    length: Annotated[int | None, typer.Option(min=1, max=500, help="Number of tracks.")] = None,
    minutes: Annotated[float | None, typer.Option(min=1, max=1440, help="Playing time.")] = None,
    ear: EarName = "auto",
    mode: Annotated[
        Mode,
        typer.Option(
            help="What decides: fusion (everything), classic (the nearest descriptions, then the ear alone),"
            " text (descriptions alone), ear (the sound alone)."
        ),
    ] = Mode.FUSION,
    genre: Genres = None,
    year: Years = None,
    explain: Annotated[bool, typer.Option("--explain", help="Show what is known of each track.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Another number, another order among equals.")] = 0,
    export: Annotated[
        Path | None, typer.Option(help="Save the queue as this .m3u8, .xspf, .csv or .json file.")
    ] = None,
    relative: Annotated[
        bool, typer.Option("--relative", help="In the saved playlist, paths relative to it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Answer a mood with a queue from your own music."""
    from vibe_desktop import console, reports
    from vibe_desktop.exporting import export_queue
    from vibe_desktop.moods.named import Names
    from vibe_desktop.moods.request import limited, parse

    with _opened(context) as opened:
        request = replace(parse(mood, opened.vocabulary, Names(opened.stores.tracks)), seed=seed)
        if genre:
            request = replace(request, genres=opened.genres(genre))
        if year is not None:
            request = replace(request, years=_years(year))
        request = limited(request, length, minutes)
        choice = opened.ear(ear, try_out=True)
        coverage = opened.coverage(choice)
        engine = opened.engine(choice)
        if request.mood and mode.takes_words:
            with console.shown(quiet=as_json) as progress:  # seconds, where a new version knows other words
                opened.meanings.prepare(progress)
        answer = opened.told(engine.answer(request, mode=mode))
        saved = export_queue(answer, export, relative=relative) if export else None
        if as_json:
            console.print_json(reports.queue(answer, choice, coverage, saved, mode=mode, explain=explain))
        else:
            hints = opened.hints(answer.request) if mode.takes_words else ()
            console.print_queue(answer, choice, coverage, saved, hints=hints, mode=mode, explain=explain)


@app.command()
def show(
    context: typer.Context,
    track: Annotated[str, typer.Argument(help="A track's number, path, or words of its title and artist.")],
    caption: Annotated[
        str | None, typer.Option(help="Describe it in your own words; empty gives ours back.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Show what is known of a track, or describe it in your own words."""
    from vibe_desktop import console, reports

    with _opened(context) as opened:
        found = opened.stores.tracks.find(track)
        if not found:
            raise VibeError(f"No track matches “{track}”.", "Try fewer or other words.")
        if caption is not None:
            found = [opened.describe(_the_one(found), caption)]
        if as_json:
            console.print_json([reports.track(each) for each in found])
        else:
            console.print_tracks(found)


@app.command()
def library(context: typer.Context, as_json: AsJson = False) -> None:
    """Count what is in the library, and list the files that could not be used, with the reason."""
    from vibe_desktop import console, reports

    with _opened(context) as opened:
        summary = opened.summary()
        if as_json:
            console.print_json(reports.library(summary))
        else:
            console.print_library(summary)


@app.command()
def forget(
    context: typer.Context,
    folder: Annotated[Path, typer.Argument(help="A music folder of the library.", readable=False)],
    for_good: Annotated[
        bool,
        typer.Option("--for-good", help="Keep its songs' likes, plays and descriptions for 60 days only."),
    ] = False,
) -> None:
    """Take a folder out of the library. Likes and playlists are kept for the day it is indexed again."""
    from vibe_desktop import console

    with _opened(context) as opened:
        console.print_forgotten(folder, opened.forget(folder, for_good=for_good))


@app.command()
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A .m3u8 or .xspf playlist, or a .csv or .json table.")],
    genre: Genres = None,
    year: Years = None,
    relative: Annotated[
        bool, typer.Option("--relative", help="In a playlist, paths relative to it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Save the library, or a part of it, as a playlist or as a table of everything known."""
    from vibe_desktop import console
    from vibe_desktop.counting import counted
    from vibe_desktop.exporting import export_tracks

    with _opened(context) as opened:
        ids = opened.stores.tracks.ids(genres=opened.genres(genre or ()), years=_years(year))
        tracks = opened.stores.tracks.tracks(ids.tolist())
        export_tracks(tracks, file, relative=relative)
        if as_json:
            console.print_json({"saved": str(file), "tracks": len(tracks)})
        else:
            console.out.print(console.plain(f"{counted(len(tracks), 'track')} saved to {file}."))


@app.command()
def doctor(context: typer.Context, as_json: AsJson = False) -> None:
    """Check that everything needed is there, and name the command that mends what is not."""
    from vibe_desktop import console, reports
    from vibe_desktop.doctor import examine

    with _opened(context) as opened:
        findings = list(examine(opened))
        if as_json:
            console.print_json(reports.findings(findings))
        else:
            console.print_findings(findings)
    if not all(finding.well for finding in findings):
        raise typer.Exit(1)


@app.command()
def demo(context: typer.Context, workers: WorkerCount = None) -> None:
    """Show it all on a small library of free music: index it, answer three moods, save a playlist."""
    from vibe_desktop.tour import give_tour

    with _opened(context) as opened:
        give_tour(opened, workers or usable_cores())


def _years(text: str | None) -> tuple[int, int] | None:
    if text is None:
        return None
    first, dash, last = text.partition("-")
    try:
        span = (int(first), int(last if dash else first))
    except ValueError:
        span = (1, 0)
    if not 0 <= span[0] <= span[1] <= _LAST_YEAR:
        raise VibeError(f"“{text}” is not a span of years.", "Write it like 1980-1989, or 1984 for one year.")
    return span


def _the_one(found: list[Track]) -> Track:
    if len(found) == 1:
        return found[0]
    choices = ", ".join(f"{track.id} ({track.tags.title or track.path})" for track in found[:_TRUNCATED])
    raise VibeError("More than one track matches.", f"Use the number of one of these: {choices}.")
