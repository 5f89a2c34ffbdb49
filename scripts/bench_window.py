"""The real window, used as a person uses it, with a heartbeat on its main thread: the child of `bench.py ui`.

Started by `python -c "import bench_window; bench_window.main()"`: a spawned process
imports the main module again, and the program's own is as light as none. Prints one
JSON object: how long things took in seconds, the heartbeat's gaps in milliseconds for
each activity, memory in bytes, and which heavy libraries were imported.
"""

from __future__ import annotations

import json
import sys
import threading
import time
import traceback
from collections import defaultdict
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias

from PySide6.QtCore import QEvent, QObject, Qt, QTimer

from vibe_desktop.app import App
from vibe_desktop.paths import Profile
from vibe_desktop.ui.start import Program, make_application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from PySide6.QtWidgets import QWidget

    from vibe_desktop.playback.player import Player
    from vibe_desktop.ui.pages.library_page import LibraryPage

Steps: TypeAlias = "Iterator[int | Callable[[], Any]]"
"""What a person does: after each step so many milliseconds pass, or until something is the case."""

HEAVY = ("onnxruntime", "av", "usearch", "onnx")
_BEAT_MS = 5
_PATIENCE_SECONDS = 120.0
_LETTER_MS = 80
_FRAME_MS = 16
_TYPED = ("rainy walk, no vocals", "loud punk for cleaning", "something like winter stone")
_FILTER = "night river"
_STALL_SECONDS = 0.03


class Heartbeat(QObject):
    """Beats every five milliseconds on the main thread, and keeps how long each beat was in coming."""

    def __init__(self, *, why: bool) -> None:
        super().__init__()
        self.activity = ""
        self.gaps: dict[str, list[float]] = defaultdict(list)
        self.stalls: list[tuple[float, str, list[str]]] = []
        self._last = time.perf_counter()
        self._seen: list[str] = []
        self._timer = QTimer(self, interval=_BEAT_MS, timerType=Qt.TimerType.PreciseTimer)
        self._timer.timeout.connect(self._beat)
        self._timer.start()
        if why:
            threading.Thread(target=self._watch, args=(threading.get_ident(),), daemon=True).start()

    def _beat(self) -> None:
        now = time.perf_counter()
        gap, self._last = now - self._last, now
        if self.activity:
            self.gaps[self.activity].append(1000 * gap)
            if gap > _STALL_SECONDS and self._seen:
                self.stalls.append((1000 * gap, self.activity, self._seen))
        self._seen = []

    def _watch(self, main: int) -> None:
        """Note where the main thread is whenever a beat is late."""
        while True:
            time.sleep(0.008)
            if time.perf_counter() - self._last > _STALL_SECONDS:
                frame = sys._current_frames().get(main)  # noqa: SLF001 - the one way to look at another thread
                stack = traceback.extract_stack(frame)[-6:]
                self._seen.append(" < ".join(f"{Path(f.filename).name}:{f.lineno}" for f in reversed(stack)))


class Person(QObject):
    """Takes steps one after another while the window lives."""

    def __init__(self, heart: Heartbeat, ended: Callable[[], object]) -> None:
        super().__init__()
        self._heart = heart
        self._ended = ended
        self._plan: list[tuple[str, Steps]] = []
        self._until = 0.0

    def does(self, activity: str, steps: Steps) -> None:
        """Add something to do; without a name it is not measured."""
        self._plan.append((activity, steps))

    def go_on(self) -> None:
        """Take the next step."""
        if not self._plan:
            self._ended()
            return
        self._heart.activity, steps = self._plan[0]
        step = next(steps, None)
        if step is None:
            self._plan.pop(0)
            QTimer.singleShot(0, self, self.go_on)
        elif isinstance(step, int):
            QTimer.singleShot(step, self, self.go_on)
        else:
            self._until = time.perf_counter() + _PATIENCE_SECONDS
            self._wait(step)

    def _wait(self, done: Callable[[], Any]) -> None:
        if done():
            self.go_on()
        elif time.perf_counter() > self._until:
            sys.exit(f"waited in vain: {self._heart.activity}")
        else:
            QTimer.singleShot(1, self, lambda: self._wait(done))


class Painted(QObject):
    """Notes when a widget was last painted; the picture is on the screen once the event loop comes round."""

    def __init__(self, widget: QWidget) -> None:
        super().__init__(widget)
        self.at = 0.0
        widget.installEventFilter(self)

    def eventFilter(self, _watched: QObject, event: QEvent) -> bool:  # noqa: N802 - Qt's name
        """Let everything pass."""
        if event.type() == QEvent.Type.Paint:
            QTimer.singleShot(0, self, self._note)
        return False

    def _note(self) -> None:
        self.at = time.monotonic()


class Use:
    """One window and everything that is done with it."""

    def __init__(self, options: dict[str, Any]) -> None:
        self._options = options
        self.taken: dict[str, list[float]] = defaultdict(list)
        self.facts: dict[str, Any] = {}
        self.app = App(Profile.default()).__enter__()
        self.application = make_application()
        self.program = Program(self.application, self.app, make_player=_silent_player)
        self.window = self.program.window
        self.page = self.window.mood_page
        self.edit = self.page.prompt.edit
        self.heart = Heartbeat(why=options["why"])
        self.person = Person(self.heart, self.window.close)
        self._first = Painted(self.edit)
        self._queue = Painted(self.page.panel.view.viewport())
        self._answered = 0.0
        self.window._desk.answered.connect(self._note_answer)  # noqa: SLF001 - nothing outside tells it

    def run(self) -> None:
        """Show the window, use it, close it, and print what that was like."""
        self.window.closed.connect(self.application.quit)
        self.program.show()
        self._plan()
        self.person.go_on()
        self.application.exec()
        self.program.end()
        self.app.__exit__(None, None, None)
        gaps = {name: [round(gap, 2) for gap in found] for name, found in self.heart.gaps.items()}
        stalls = sorted(self.heart.stalls, reverse=True)[:40]
        print(json.dumps({"taken": self.taken, "gaps": gaps, "facts": self.facts, "stalls": stalls}))

    def _plan(self) -> None:
        does = self.person.does
        does("", self._show_up())
        does("opening", self._open())
        does("", self._note_modules("before"))
        if not self._options["use"]:
            return
        does("first mood", self._moods(self._options["moods"][:1], "first mood"))
        does("", self._note_modules("after"))
        does("", self._settle())
        self._everything("")
        does("", self._index())
        self._everything(", while indexing")
        does("", self._note_memory())

    def _everything(self, also: str) -> None:
        moods = self._options["moods"][1:]
        half = len(moods) // 2
        does = self.person.does
        does(f"nothing{also}", iter([2000]))
        does(f"typing a mood{also}", self._type())
        does(f"making queues{also}", self._moods(moods[half:] if also else moods[:half], f"mood{also}"))
        does(f"opening the library{also}", self._show_library())
        does(f"scrolling{also}", self._scroll())
        does(f"sorting{also}", self._sort())
        does(f"filtering{also}", self._filter())
        does(f"playing and seeking{also}", self._seek())

    # --- what a person does ---

    def _show_up(self) -> Steps:
        yield lambda: self._first.at
        self.taken["painted"].append(self._first.at - self._options["started"])

    def _open(self) -> Steps:
        from PySide6.QtTest import QTest

        from vibe_desktop.ui.prompt import Closest

        QTest.keyClicks(self.edit, "n")
        yield lambda: any(each.isVisible() for each in self.page.findChildren(Closest))
        self.taken["usable"].append(time.monotonic() - self._options["started"])
        yield lambda: self.program.ready

    def _settle(self) -> Steps:
        """Let everything come to rest that the start began; the job it began is for later."""
        yield 4000
        for job in self.program.watch.active:
            job.cancel()
        yield lambda: not self.program.watch.active

    def _type(self) -> Steps:
        from PySide6.QtTest import QTest

        self.window.show_page("mood")
        for text in _TYPED:
            self.edit.clear()
            yield 300
            for letter in text:
                QTest.keyClicks(self.edit, letter)
                yield _LETTER_MS
            yield 500

    def _moods(self, moods: list[str], name: str) -> Steps:
        from PySide6.QtTest import QTest

        self.window.show_page("mood")
        for mood in moods:
            self.edit.setText(mood)
            yield 50
            began = time.monotonic()
            QTest.keyClick(self.edit, Qt.Key.Key_Return)
            yield partial(self._is_answered, began)
            self.taken[name].append(self._queue.at - began)
            yield 300

    def _show_library(self) -> Steps:
        self.window.show_page("library")
        yield lambda: self._library.view.tracks.rowCount() and self._library.view.isVisible()
        yield 500

    @property
    def _library(self) -> LibraryPage:
        page: Any = self.window.stack.currentWidget()
        return page  # type: ignore[no-any-return]

    def _scroll(self) -> Steps:
        """Turn the wheel for a while, then drag the bar from top to bottom."""
        bar = self._library.view.verticalScrollBar()
        for _ in range(120):
            bar.setValue(bar.value() + 3 * bar.singleStep())
            yield _FRAME_MS
        for share in range(0, 101, 2):
            bar.setValue(bar.maximum() * share // 100)
            yield _FRAME_MS
        bar.setValue(0)
        yield 200

    def _sort(self) -> Steps:
        for column in range(6):
            self._library.view.sortByColumn(column, Qt.SortOrder.AscendingOrder)
            yield 30
            yield lambda: not self._library._latest.busy  # noqa: SLF001 - nothing outside says so
            yield 100

    def _filter(self) -> Steps:
        from PySide6.QtTest import QTest

        for letter in _FILTER:
            QTest.keyClicks(self._library.filter, letter)
            yield _LETTER_MS
        yield 300
        self._library.clear_filter()
        yield 300

    def _seek(self) -> Steps:
        ids = self._options["playable"]
        jukebox = self.program.services.jukebox
        self.program.services.intents.play.emit(ids, 0)
        yield lambda: jukebox.position > 0
        for number in range(40):
            length = jukebox.length or 20.0
            jukebox.seek((number * 7) % 10 / 10 * length)
            yield 100
        jukebox.pause()
        yield 200

    def _index(self) -> Steps:
        """Let a job listen to music; go on when it has begun to."""
        job = self.program.watch.index()
        yield lambda: any(stage.stage.startswith("Listening") and stage.done for stage in job.stages())

    # --- what is noted ---

    def _note_modules(self, when: str) -> Steps:
        self.facts[f"imported {when}"] = [name for name in HEAVY if name in sys.modules]
        yield 0

    def _note_memory(self) -> Steps:
        import psutil

        me = psutil.Process()
        self.facts["window"] = me.memory_info().rss
        self.facts["children"] = [child.memory_info().rss for child in me.children(recursive=True)]
        self.facts["still indexing"] = bool(self.program.watch.active)
        yield 0

    def _is_answered(self, since: float) -> bool:
        """Whether an answer came and the queue was painted after it."""
        return since < self._answered < self._queue.at

    def _note_answer(self) -> None:
        self._answered = time.monotonic()


def _silent_player() -> Player:
    """Return VLC with an output that only keeps time."""
    from vibe_desktop.playback.vlc_player import VlcPlayer, new_instance

    instance = new_instance(["--aout=dummy"])
    if instance is None:
        sys.exit("VLC did not start")
    return VlcPlayer(instance)


def main() -> None:
    """Use the window as the JSON in the one argument says."""
    Use(json.loads(sys.argv[1])).run()
