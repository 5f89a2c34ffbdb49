"""The commands for what a person made: write all of it to one file, take such a file in."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from vibe_desktop.opening import open_profile

AsJson = Annotated[bool, typer.Option("--json", help="Print JSON and nothing else.")]

commands = typer.Typer(
    help="What you made: likes, plays, playlists, captions and words of your own.", no_args_is_help=True
)


@commands.command("export")
def export(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The .json file to write.")],
    as_json: AsJson = False,
) -> None:
    """Write everything you made to one file, to be kept safe or taken to another computer."""
    from vibe_desktop import console, reports
    from vibe_desktop.counting import listed
    from vibe_desktop.keepsakes.files import export_keepsakes
    from vibe_desktop.kept_words import left_out_words

    with open_profile(context.obj.profile) as opened:
        keepsakes = export_keepsakes(opened.stores.db, opened.profile.vocabulary, file)
        if as_json:
            console.print_json({"saved": str(file), **reports.keepsakes(keepsakes)})
        else:
            console.out.print(console.plain(f"Saved to {file}: {listed(**keepsakes.counts)}."))
            if left_out := left_out_words(keepsakes):
                console.out.print(console.plain(left_out))


@commands.command("import")
def import_file(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="A file that was exported here or elsewhere.", readable=False)],
    as_json: AsJson = False,
) -> None:
    """Add what is in such a file to what you made here. Nothing here is lost; twice is as once."""
    from vibe_desktop import console, reports
    from vibe_desktop.keepsakes.files import import_keepsakes
    from vibe_desktop.kept_words import merged_words

    with open_profile(context.obj.profile) as opened:
        merged = import_keepsakes(opened.stores.db, opened.profile.vocabulary, file)
        if as_json:
            console.print_json(reports.merged(merged))
        else:
            for sentence in merged_words(merged):
                console.out.print(sentence)
