"""The commands for models: say which there are, install them, remove them."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import Annotated

import typer

from vibe_desktop.domain import VibeError
from vibe_desktop.opening import open_profile

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]

commands = typer.Typer(help="The models that understand words and sound.", no_args_is_help=True)


@commands.command("status")
def show_status(context: typer.Context, as_json: AsJson = False) -> None:
    """Say which models are installed, which ear is used, and why."""
    from vibe_desktop import console, reports
    from vibe_desktop.models.status import status

    with open_profile(context.obj.profile) as opened:
        models, choice = status(opened.profile.models), opened.ear()
        if as_json:
            console.print_json(reports.models(models, choice))
        else:
            console.print_models(models, choice)


@commands.command("install")
def install(
    context: typer.Context,
    names: Annotated[
        list[str] | None, typer.Argument(help="sbert, musicnn, clap; the first two when none is named.")
    ] = None,
    source: Annotated[
        Path | None, typer.Option("--from", help="Folder that holds the files, or what you exported.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Fetch models from where they are published, check every byte, and make them ready."""
    from vibe_desktop import console

    with open_profile(context.obj.profile) as opened:
        with console.shown(quiet=as_json) as progress:
            entries = opened.install(names or (), progress, source)
        if as_json:
            installed = [entry.name for entry in entries]
            console.print_json({"installed": installed, "notices": list(progress.notices())})
        else:
            console.out.print(f"Installed: {', '.join(entry.title for entry in entries)}.")
            console.print_notices(progress)
            if opened.profile.database.exists():
                console.print_left_to_hear(opened.coverage(opened.ear()))


@commands.command("remove")
def remove(
    context: typer.Context,
    name: Annotated[str, typer.Argument(help="sbert, musicnn or clap.")],
    sure: Annotated[bool, typer.Option("--yes", help="Do not ask.")] = False,
    as_json: AsJson = False,
) -> None:
    """Remove a model and all that it heard or read, and give the room on the disk back."""
    from vibe_desktop import console
    from vibe_desktop.models.catalog import find_entry

    title = find_entry(name).title
    with open_profile(context.obj.profile) as opened:
        taken = opened.room_taken(name)
        if taken and not sure and not _agreed(f"remove {title} and free {_megabytes(taken)}", alone=as_json):
            return
        with console.shown(quiet=as_json) as progress:
            freed = opened.remove(name, progress)
        if as_json:
            console.print_json({"removed": name, "freed": freed, "notices": list(progress.notices())})
        else:
            console.out.print(f"{title} is removed: {_megabytes(freed)} are free again.")
            console.print_notices(progress)


def _agreed(what: str, *, alone: bool) -> bool:
    """Ask the person; raises `VibeError` where nobody is there to answer."""
    if alone or not sys.stdin.isatty():
        raise VibeError(f"To {what} has to be confirmed.", "Add --yes to the command.")
    return typer.confirm(f"{what[0].upper()}{what[1:]}?", err=True)


def _megabytes(size: int) -> str:
    return f"{size / 1e6:,.1f} MB"
