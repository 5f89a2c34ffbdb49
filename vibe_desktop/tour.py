"""The demonstration: real music, three moods, one playlist."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.text import Text

from vibe_desktop import console
from vibe_desktop.demo import provide
from vibe_desktop.exporting import export_queue
from vibe_desktop.moods.request import parse

if TYPE_CHECKING:
    from vibe_desktop.app import App

MOODS = (
    "fast aggressive heavy metal",
    "dreamy ambient space, no vocals",
    "it's a bit rainy, but I need a long walk, 20 minutes",
)


def give_tour(app: App, workers: int) -> None:
    """Fetch or synthesise a small library, index it, answer `MOODS` and save each as an M3U8.

    Music that is already there and indexed is used again, so a second tour takes seconds.
    Raises `VibeError` while another process works in the profile.
    """
    with console.shown(quiet=False) as progress:
        with app.writing():
            music = provide(app.profile.demo, progress)
        report = app.index([music.folder], progress, workers=workers)
    console.out.print(Text(f"Music: {music.source}, in {music.folder}"))
    console.print_index(report)
    choice = app.ear(try_out=True)
    engine = app.engine(choice)
    for number, mood in enumerate(MOODS, 1):
        console.out.print(Text(f"\n“{mood}”", style="bold"))
        answer = engine.answer(parse(mood, app.vocabulary))
        file = export_queue(answer, app.profile.demo / f"mood-{number}.m3u8", relative=True)
        hints = app.hints(answer.request)
        console.print_queue(answer, choice, app.coverage(choice), file, hints=hints, explain=False)
    console.out.print(
        Text('\nNow your own: vibe-desktop index FOLDER, then vibe-desktop queue "how you feel"')
    )
