"""A sealed room: programs that run in it reach nobody, and whatever they try is on record.

The room is a network namespace of its own without an interface or a route
(unshare(1)). Every Python process in it keeps a record by an audit hook; where
strace(1) is installed, the system calls of every process and library are on
record too.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

_TELLTALES = (
    "CI", "TF_BUILD", "GITHUB_ACTIONS", "GITLAB_CI", "BUILDKITE", "ORT_RUNNING_UNIT_TESTS",
    "ORT_DISABLE_TELEMETRY",
)  # fmt: skip
"""With these some libraries keep quiet of themselves; here they have to be told to."""
_HOOK = """\
import os, sys

def watch(event, arguments):
    if not event.startswith("socket."):
        return
    if event == "socket.__new__":
        what = str(arguments[1:])
        if int(arguments[1]) in (-1, 1) or "AF_UNIX" in what:  # a local socket, or one that is told later
            return
    elif event in ("socket.connect", "socket.bind", "socket.sendto", "socket.sendmsg"):
        if not isinstance(arguments[-1], tuple):  # the path of a local socket, or a socket that is connected
            return
        what = str(arguments[1:])
    else:
        what = str(arguments)
    with open(os.environ["SEALED_RECORD"], "a", encoding="utf-8") as record:
        record.write(f"{sys.argv[:1]} {event} {what}\\n")

sys.addaudithook(watch)
"""
_FAMILY = re.compile(r"\b(?:socket\(|socketpair\(|sa_family=)(AF_\w+|PF_\w+|0x\w+)")
_HARMLESS = ("socket.gethostname", "socket.getservbyname")


class SealedRoom:
    """A home that was never used, and no way out of it."""

    def __init__(self, folder: Path) -> None:
        """Take an empty folder; skips the test where no such room can be had."""
        self.home = folder / "home"
        self.home.mkdir()
        self._record = folder / "record.txt"
        self._calls = folder / "calls.txt"
        watcher = folder / "watcher"
        watcher.mkdir()
        (watcher / "sitecustomize.py").write_text(_HOOK, encoding="utf-8")
        self._path = os.pathsep.join([str(watcher), str(Path(__file__).parent)])
        self._unshare = _unshare()
        self._strace = shutil.which("strace")

    @property
    def sees_libraries(self) -> bool:
        """Whether what libraries do beside Python is on record."""
        return self._strace is not None

    def run(self, *command: str | Path) -> str:
        """Run Python with these arguments in the room; it must end well. Return what it printed."""
        tracer: list[str | Path] = [
            self._strace, "-f", "-qq", "--seccomp-bpf", "-A", "-o", self._calls, "-e", "signal=none",
            "-e", "trace=socket,socketpair,connect,bind,listen,sendto,sendmsg",
        ] if self._strace else []  # fmt: skip
        result = subprocess.run(
            [*self._unshare, *tracer, sys.executable, *command],
            capture_output=True,
            text=True,
            env=self._environment(),
            check=False,
        )
        assert result.returncode == 0, result.stdout + result.stderr
        return result.stdout

    def attempts(self) -> list[str]:
        """Return every attempt to reach anything but a local socket, one line each."""
        recorded = self._record.read_text(encoding="utf-8").splitlines() if self._record.exists() else []
        calls = self._calls.read_text(encoding="utf-8", errors="replace") if self._calls.exists() else ""
        return [line for line in recorded if not any(name in line for name in _HARMLESS)] + [
            line for line in calls.splitlines() if set(_FAMILY.findall(line)) - {"AF_UNIX", "AF_UNSPEC"}
        ]

    def calls(self) -> str:
        """Return the system calls that are on record."""
        return self._calls.read_text(encoding="utf-8", errors="replace") if self._calls.exists() else ""

    def left_behind(self) -> set[str]:
        """Return the folders in the home that hold a file, two levels of each path."""
        files = (path.relative_to(self.home) for path in self.home.rglob("*") if not path.is_dir())
        return {"/".join(path.parts[:2]) for path in files}

    def _environment(self) -> dict[str, str]:
        kept = {
            name: value
            for name, value in os.environ.items()
            if name not in _TELLTALES and not name.startswith(("XDG_", "PYTEST_", "DBUS_"))
        }
        return kept | {
            "HOME": str(self.home), "PYTHONPATH": self._path, "SEALED_RECORD": str(self._record),
            "QT_QPA_PLATFORM": "offscreen",
        }  # fmt: skip


def _unshare() -> list[str]:
    """Return the command before a command that takes the network away; skips where nobody may."""
    unshare = shutil.which("unshare")
    if not unshare:
        pytest.skip("unshare(1) is Linux's: elsewhere no process can be kept from the network alone")
    command = [unshare, "--map-root-user", "--net"]
    tried = subprocess.run([*command, "true"], capture_output=True, text=True, check=False)
    if tried.returncode:
        pytest.skip(f"no network namespace may be made here: {tried.stderr.strip()}")
    return command
