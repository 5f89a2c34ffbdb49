"""Starts the real window on the demonstration's library and writes every screen as a PNG.

    python scripts/screenshots.py FOLDER                 every screen, light and dark, at 1x and 2x
    python scripts/screenshots.py FOLDER --small         the same at 900 x 600
    python scripts/screenshots.py FOLDER --long-titles   with long German and Japanese titles
    python scripts/screenshots.py FOLDER --ear           only what has to do with the full ear

Runs in a virtual screen of its own (Xvfb) unless --here is given. The first run gets
the demonstration's music and the models, and listens to it all; they are kept in --profile.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from screenshots_ear import ear_screens, slow_hub

REPOSITORY = Path(__file__).parent.parent
USUAL, SMALL = (1440, 900), (900, 600)
MOOD = "it's a bit rainy, but I need a long walk, no vocals"
LONG_TITLES = (
    "Donaudampfschifffahrtsgesellschaftskapitänsmützenabzeichenverordnung in drei Sätzen und einem Nachspiel",
    "雨の降る夜に遠くの街の灯りを眺めながら静かに歩いていく長い長い帰り道のための音楽",
    "Rindfleischetikettierungsüberwachungsaufgabenübertragungsgesetz (Livemitschnitt aus der Stadthalle)",
    "夏の終わりの海辺で誰かを待ち続けた日々の記憶とその後に訪れた静けさについての小さな組曲",
)


def main() -> None:
    """Write the pictures."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("folder", type=Path)
    parser.add_argument("--profile", type=Path, default=REPOSITORY / ".venv" / "screenshots-profile")
    parser.add_argument("--small", action="store_true")
    parser.add_argument("--long-titles", action="store_true")
    parser.add_argument("--ear", action="store_true", help="only what has to do with the full ear")
    parser.add_argument("--here", action="store_true", help="use the display there is")
    parser.add_argument("--theme", choices=("light", "dark"), action="append")
    parser.add_argument("--scale", type=int, choices=(1, 2), action="append")
    parser.add_argument("--inside", nargs=2, metavar=("THEME", "NAME"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    options.folder.mkdir(parents=True, exist_ok=True)
    if options.inside:
        photograph(options, *options.inside)
        return
    prepare(options.profile)
    with nullscreen(options.here) as display:
        for theme in options.theme or ("light", "dark"):
            for scale in options.scale or (1, 2):
                run_inside(theme, scale, display)


def run_inside(theme: str, scale: int, display: str) -> None:
    """Take all pictures of one theme and scale in a process of its own: Qt reads the scale once."""
    name = f"{theme}-{scale}x"
    again = [*sys.argv[1:], "--inside", theme, name]
    environment = {**os.environ, "QT_SCALE_FACTOR": str(scale), "DISPLAY": display}
    subprocess.run([sys.executable, __file__, *again], check=True, env=environment)


@contextmanager
def nullscreen(here: bool) -> Iterator[str]:  # noqa: FBT001
    """Yield a display to draw on: the one there is, or a virtual one that ends afterwards."""
    if here:
        yield os.environ["DISPLAY"]
        return
    if not shutil.which("Xvfb"):
        sys.exit("Xvfb is not installed: on Debian, sudo apt-get install xvfb. Or give --here.")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", "2900x1900x24", "-nolisten", "tcp"]
    screen = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as answer:
            yield f":{answer.readline().strip()}"
    finally:
        screen.terminate()
        screen.wait()


def prepare(profile: Path) -> None:
    """Make the demonstration's library once: music, models, captions, everything heard, two playlists."""
    from vibe_desktop.app import App
    from vibe_desktop.console import shown
    from vibe_desktop.demo import provide
    from vibe_desktop.moods.request import parse
    from vibe_desktop.paths import Profile

    with App(Profile.at(profile)) as app, shown(quiet=False) as progress:
        app.install((), progress)
        music = provide(app.profile.demo, progress)
        app.index([music.folder], progress)
        if not app.playlists.all():
            engine = app.engine()
            for text in ("Slow ambient for reading", "Fast and heavy"):
                answer = engine.answer(parse(text, app.vocabulary))
                app.save_playlist(text, answer.entries, answer.request)


class Studio:
    """The window, and what it takes to bring it into a state worth a picture."""

    def __init__(self, options: argparse.Namespace, theme: str, name: str, profile: Path) -> None:
        from PySide6.QtTest import QTest

        from vibe_desktop.app import App
        from vibe_desktop.paths import Profile
        from vibe_desktop.playback.vlc_player import VlcPlayer, new_instance
        from vibe_desktop.settings import ThemeChoice
        from vibe_desktop.ui.start import Program, make_application

        self._wait = QTest.qWait
        self.folder, self.name = options.folder, name
        self.app = App(Profile.at(profile)).__enter__()
        self.application = make_application()
        self.program = Program(
            self.application, self.app, make_player=lambda: VlcPlayer(new_instance(["--aout=dummy"]))
        )
        self.program.services.preferences.change(theme=ThemeChoice(theme))
        self.window = self.program.window
        self.program.show()
        self.window.resize(*(SMALL if options.small else USUAL))
        self.window.activateWindow()
        self.until(lambda: self.program.ready)

    def until(self, done: Callable[[], Any], seconds: float = 60.0) -> None:
        """Let the window live until something is the case."""
        for _ in range(int(seconds * 20)):
            if done():
                return
            self._wait(50)
        sys.exit(f"{self.name}: gave up waiting")

    def rest(self, milliseconds: int = 700) -> None:
        """Let the window live for a moment."""
        self._wait(milliseconds)

    def take(self, screen: str) -> None:
        """Write the window as it is now."""
        self.rest(300)
        picture = self.window.grab()
        file = self.folder / f"{screen}-{self.name}.png"
        picture.save(str(file))
        print(file)

    def end(self) -> None:
        """Close the window and everything behind it."""
        self.window.close()
        self.program.end()
        self.app.__exit__(None, None, None)


def photograph(options: argparse.Namespace, theme: str, name: str) -> None:
    """Take every screen in one theme."""
    with tempfile.TemporaryDirectory() as fresh:
        studio = Studio(options, theme, name, Path(fresh))
        studio.take("first-run")
        studio.end()
    with tempfile.TemporaryDirectory() as copy:
        profile = Path(copy) / "profile"
        shutil.copytree(options.profile, profile, ignore=shutil.ignore_patterns("demo"))
        if options.long_titles:
            lengthen(profile)
        with slow_hub() as hub:
            studio = Studio(options, theme, name, profile)
            if not options.ear:
                screens(studio)
            ear_screens(studio, hub)
            studio.end()


def screens(studio: Studio) -> None:
    """Walk through the window as a person would."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from vibe_desktop.ui.shortcuts import ShortcutList

    window, services = studio.window, studio.program.services
    page, edit = window.mood_page, window.mood_page.prompt.edit
    studio.rest(1500)
    studio.take("mood-empty")
    edit.setFocus()
    QTest.keyClicks(edit, "metal")
    studio.until(page.closest.isVisible)
    studio.rest(1500)  # first by words, then by the model
    studio.take("mood-typing")
    edit.setText(MOOD)
    page.prompt.submitted.emit(MOOD, True)  # noqa: FBT003 - a signal
    studio.until(lambda: services.jukebox.queue.items and services.jukebox.position > 0)
    page.panel.view.setFocus()
    studio.rest(1800)
    studio.take("mood-queue")
    window.show_page("library")
    studio.rest(1500)
    QTest.keyClick(window.focusWidget(), Qt.Key.Key_Down)  # from the filter into the table
    studio.rest(1000)
    studio.take("library")
    window.show_page("playlists")
    studio.rest(1200)
    studio.take("playlists")
    unhear(studio.app)
    studio.program.watch.index()
    window.show_page("activity")
    studio.until(lambda: listening(services.jobs), 90)
    studio.take("activity")
    window.show_page("mood")
    studio.take("mood-listening")
    window.show_page("settings")
    studio.rest(800)
    studio.take("settings")
    scroll_down(window.stack.currentWidget())
    studio.take("settings-end")
    keys = ShortcutList(window)
    keys.open()
    studio.rest()
    keys.grab().save(str(studio.folder / f"keys-{studio.name}.png"))
    keys.close()


def scroll_down(page: Any) -> None:
    """Show the end of a page."""
    from PySide6.QtWidgets import QScrollArea

    area = page if isinstance(page, QScrollArea) else page.findChild(QScrollArea)
    area.verticalScrollBar().setValue(area.verticalScrollBar().maximum())


def listening(jobs: Any) -> bool:
    """Whether a first track has been listened to."""
    return any(
        stage.stage.startswith("Listening") and stage.done for job in jobs.all() for stage in job.stages()
    )


def unhear(app: Any) -> None:
    """Forget what was heard of half the tracks of this copy, so that there is something to listen to."""
    with app.stores.db.transaction():
        for table in ("hearing", "vector"):
            where = "space_id IN (SELECT id FROM space WHERE kind = 'ear') AND track_id % 2"
            app.stores.db.run(f"DELETE FROM {table} WHERE {where}")  # noqa: S608 - our own text


def lengthen(profile: Path) -> None:
    """Give the tracks of this copy long names."""
    from vibe_desktop.library.database import Database

    db = Database.open(profile / "library.sqlite3")
    rows = db.run("SELECT id, tags FROM track ORDER BY id")
    for number, (track_id, tags) in enumerate(rows):
        title = LONG_TITLES[number % len(LONG_TITLES)]
        changed = {**json.loads(tags), "title": title, "artist": f"Das {title}", "album": title}
        db.run(
            "UPDATE track SET title = ?1, artist = ?2, album = ?1, tags = ?3 WHERE id = ?4",
            (title, changed["artist"], json.dumps(changed), track_id),
        )
    db.close()


if __name__ == "__main__":
    main()
