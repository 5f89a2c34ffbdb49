"""Two other programs that keep a library, over the same files: mpd and beets, where they are installed."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import time
from contextlib import contextmanager
from typing import TYPE_CHECKING

from bench_scale_watch import PROGRAM, Run, Watch, run

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from pathlib import Path

_LOOK_SECONDS = 0.02
_PATIENCE_SECONDS = 600.0


def installed(name: str) -> bool:
    """Whether a program is there; say so where it is not."""
    if shutil.which(name):
        return True
    package = "beets" if name == "beet" else name
    print(f"{name}: not installed, left out (on Debian: apt-get install --no-install-recommends {package})")
    return False


@contextmanager
def beets(folder: Path, music: Path) -> Iterator[tuple[Callable[[], Run], Callable[[], Run]]]:
    """Yield what lets beets take in `music` as it is, and what lets it look for changes."""
    folder.mkdir()
    (folder / "config.yaml").write_text(
        f"directory: {music}\nlibrary: {folder / 'library.db'}\nthreaded: yes\nplugins: []\n"
        "import: {copy: no, move: no, write: no, autotag: no, quiet: yes, resume: no}\n",
        encoding="utf-8",
    )
    environment = {**os.environ, "BEETSDIR": str(folder), "HOME": str(folder)}
    yield (
        lambda: run(["beet", "import", "--quiet", "--noautotag", "--nocopy", str(music)], environment),
        lambda: run(["beet", "update", "--nomove"], environment),
    )


@contextmanager
def mpd(folder: Path, music: Path) -> Iterator[tuple[Callable[[], Run], Callable[[], Run]]]:
    """Yield what lets mpd look for changes in `music`, the first time and later; it runs meanwhile."""
    folder.mkdir()
    (folder / "mpd.conf").write_text(
        f'music_directory "{music}"\ndb_file "{folder / "database"}"\nbind_to_address "{folder / "socket"}"\n'
        'auto_update "no"\naudio_output {\n type "null"\n name "none"\n}\n',
        encoding="utf-8",
    )
    (folder / "database").touch()  # where there is none it looks for music as soon as it starts
    command = ["mpd", "--no-daemon", "--stderr", str(folder / "mpd.conf")]
    log = (folder / "log").open("w", encoding="utf-8")
    with log, subprocess.Popen(command, stdout=log, stderr=log) as daemon:
        try:
            with _Talk(folder / "socket") as talk:
                yield (lambda: _update(daemon.pid, talk), lambda: _update(daemon.pid, talk))
        finally:
            daemon.terminate()


def _update(pid: int, talk: _Talk) -> Run:
    watch = Watch(pid)
    watch.look()
    before, start = watch.run.processor, time.perf_counter()
    talk.say("update")
    while "updating_db" in talk.say("status"):
        watch.look()
        time.sleep(_LOOK_SECONDS)
    seconds = time.perf_counter() - start
    watch.look()
    return Run(seconds, watch.run.processor - before, {PROGRAM: watch.run.memory[PROGRAM]})


class _Talk:
    """A conversation in mpd's protocol: https://mpd.readthedocs.io/en/stable/protocol.html."""

    def __init__(self, place: Path) -> None:
        self._socket = socket.socket(socket.AF_UNIX)
        until = time.monotonic() + _PATIENCE_SECONDS
        while True:
            try:
                self._socket.connect(str(place))
                break
            except (FileNotFoundError, ConnectionRefusedError):
                if time.monotonic() > until:
                    raise
                time.sleep(_LOOK_SECONDS)
        self._file = self._socket.makefile("rw", encoding="utf-8", newline="\n")
        self._file.readline()

    def __enter__(self) -> _Talk:
        return self

    def __exit__(self, *_: object) -> None:
        self._file.close()
        self._socket.close()

    def say(self, command: str) -> str:
        """Send a command and return the answer."""
        self._file.write(f"{command}\n")
        self._file.flush()
        answer: list[str] = []
        while not (line := self._file.readline()).startswith(("OK", "ACK")) and line:
            answer.append(line)
        return "".join(answer)
