"""The commands for saved playlists: list them, take one in from a file, write one to a file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vibe_desktop.opening import open_profile

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]
Number = Annotated[int, typer.Argument(help="Its number in the list of playlists.", min=0, max=2**63 - 1)]

commands = typer.Typer(help="The playlists you keep.", no_args_is_help=True)


@commands.command("list")
def list_playlists(context: typer.Context, as_json: AsJson = False) -> None:
    """List the saved playlists, the newest first."""
    from vibe_desktop import console, reports

    with open_profile(context.obj.profile) as opened:
        saved = opened.playlists.all()
        if as_json:
            console.print_json([reports.playlist(each) for each in saved])
        else:
            console.print_playlists(saved)


@commands.command("import")
def import_playlist(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A .m3u, .m3u8 or .xspf playlist.", readable=False)],
    as_json: AsJson = False,
) -> None:
    """Keep a playlist of another program; lines that lead to no track of yours stay in it."""
    from vibe_desktop import console, reports

    with open_profile(context.obj.profile) as opened:
        saved = opened.playlists.get(opened.import_playlist(file))
        if as_json:
            console.print_json(reports.playlist(saved))
        else:
            console.print_playlists([saved])


@commands.command("export")
def export(
    context: typer.Context,
    number: Number,
    file: Annotated[Path, typer.Argument(help="A .m3u8 or .xspf playlist, or a .csv or .json table.")],
    relative: Annotated[bool, typer.Option("--relative", help="Paths relative to the file.")] = False,
    as_json: AsJson = False,
) -> None:
    """Write a saved playlist for other programs."""
    from vibe_desktop import console
    from vibe_desktop.exporting import export_playlist

    with open_profile(context.obj.profile) as opened:
        export_playlist(opened, number, file, relative=relative)
        if as_json:
            console.print_json({"saved": str(file)})
        else:
            console.out.print(console.plain(f"Saved to {file}."))
