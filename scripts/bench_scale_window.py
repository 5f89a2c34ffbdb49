"""The window over a library of any size, looked at once: the child of `bench.py scale`.

Started by `python -c "import bench_scale_window; bench_scale_window.main()"`, and told as `bench_window` is.
"""

from __future__ import annotations

import json
import multiprocessing
import sys
import time

import psutil

from bench_window import Steps, Use


class Look(Use):
    """Opens the window, asks for one mood, looks through the library once, and leaves."""

    def _plan(self) -> None:
        does = self.person.does
        does("", self._show_up())
        does("opening", self._open())
        does("first mood", self._moods(self._options["moods"][:1], "first mood"))
        does("moods", self._moods(self._options["moods"][1:], "mood"))
        does("", self._wait_for_jobs())
        does("opening the library", self._show_library())
        does("scrolling", self._scroll())
        does("sorting", self._sort())
        does("filtering", self._filter())
        does("", self._note_processes())
        does("", self._leave())

    def _wait_for_jobs(self) -> Steps:
        """Let the search for changes come to its end that every start begins."""
        yield 3000
        yield self._notes_jobs

    def _notes_jobs(self) -> bool:
        """Note how much memory a job has while there is one; return whether there is none."""
        for child in multiprocessing.active_children():
            if child.name.startswith("job") and child.pid:
                self._note("job", child.pid)
        return not self.program.watch.active

    def _note_processes(self) -> Steps:
        self._note("window", psutil.Process().pid)
        for child in multiprocessing.active_children():
            if not child.name.startswith("job") and child.pid:
                self._note("answering", child.pid)
        yield 0

    def _note(self, part: str, pid: int) -> None:
        try:
            size = psutil.Process(pid).memory_info().rss
        except psutil.Error:  # it ended meanwhile
            return
        self.facts[part] = max(size, self.facts.get(part, 0))

    def _leave(self) -> Steps:
        self.facts["left at"] = time.monotonic()
        yield 0


def main() -> None:
    """Use the window as the JSON in the one argument says."""
    Look(json.loads(sys.argv[1])).run()
