"""A process at the other end of a pipe: begun without ado, ended within a limit, never left behind."""

from __future__ import annotations

import atexit
import errno
import logging
import os
import signal
import threading
import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from vibe_desktop.background.obstacles import Obstacle
from vibe_desktop.domain import VibeError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    import psutil

LOST = (EOFError, OSError)
"""What a pipe raises when nobody is at its other end."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Fault:
    """What went wrong over there, in words; errors themselves would bring half the program with them."""

    message: str
    remedy: str
    obstacle: Obstacle | None = None
    """what it was that passes by itself"""

    @classmethod
    def of(cls, error: Exception, doing: str) -> Fault:
        """Put an error into words; one that was not foreseen goes to the log as well."""
        if isinstance(error, VibeError):
            return cls(error.message, error.remedy, Obstacle.of(error))
        log.error("Not foreseen while %s.", doing, exc_info=error)
        return cls(
            f"Something happened that was not foreseen while {doing}: {type(error).__name__}: {error}.",
            "What was stored is kept. Try again; started from a terminal, the program tells more.",
        )

    def error(self) -> VibeError:
        """Return it as an error to raise here."""
        return VibeError(self.message, self.remedy)


class _Family:
    """The processes to be ended when the program ends, after which no other is born.

    Python waits at its end for processes like these, so they are ended before. Whoever starts one
    again that died would start it just then, and Python would wait until all its work is done.
    """

    def __init__(self) -> None:
        self._members: set[Child] = set()
        self._ending = False
        self._turn = threading.Lock()

    @contextmanager
    def birth(self, child: Child) -> Iterator[None]:
        """Take a child in that is started within; raises `OSError` once the program is ending."""
        with self._turn:
            if self._ending:
                raise OSError(errno.ECANCELED, "the program is ending")
            yield
            self._members.add(child)
            # Python does last what it was asked first, and it was asked to wait by now.
            atexit.unregister(self._end)
            atexit.register(self._end)

    def leave(self, child: Child) -> None:
        """Forget a child that is ended."""
        self._members.discard(child)

    def _end(self) -> None:
        with self._turn:
            self._ending = True
        for child in list(self._members):
            child.end(0.5)


_family = _Family()


class Child:
    """One spawned process running `main(connection, *arguments)`; `connection` is our end of its pipe.

    The other end is closed here, so when the process dies reading raises `EOFError`;
    when this program dies, so does reading over there.
    """

    def __init__(self, name: str, main: Callable[..., None], *arguments: Any) -> None:
        """Start the process; raises `OSError` where there is no room for another, or the program ends."""
        # Here, not above: the window is on the screen before it needs a process.
        import multiprocessing

        from vibe_desktop.index.workers import deaf_to_interrupts

        context = multiprocessing.get_context("spawn")
        self._turn = threading.RLock()
        self.connection, theirs = context.Pipe()
        self._process = context.Process(name=name, target=main, args=(theirs, *arguments))
        try:
            with _family.birth(self), deaf_to_interrupts():
                self._process.start()
        except OSError:
            self.connection.close()
            raise
        finally:
            theirs.close()

    @property
    def pid(self) -> int | None:
        """The number the system knows it by."""
        return self._process.pid

    def wait(self, seconds: float) -> bool:
        """Wait for the process to end by itself; return whether it has."""
        with self._turn:
            self._process.join(seconds)
            return not self._process.is_alive()

    def end(self, seconds: float) -> None:
        """End the process and all that it started, by force where it does not go within `seconds`."""
        _family.leave(self)
        with self._turn:
            if self.wait(0):
                return
            offspring = self._offspring()
            self._process.terminate()
            if not self.wait(seconds / 3):
                self._process.kill()
                self.wait(seconds / 3)
            _end_all(offspring, seconds / 3)

    def _offspring(self) -> list[psutil.Process]:
        import psutil

        with suppress(psutil.Error):
            return psutil.Process(self._process.pid).children(recursive=True)
        return []


def settle_in() -> None:
    """Make this process a child as the others are: deaf to Ctrl+C, its complaints on standard error."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")


def end_myself(after: float) -> None:
    """End this process and all that it started in `after` seconds, whatever it is doing."""
    import psutil

    time.sleep(after)
    _end_all(psutil.Process().children(recursive=True), 0)
    os._exit(1)


def _end_all(processes: list[psutil.Process], seconds: float) -> None:
    """Wait for processes that end with their parent; end those that do not."""
    import psutil

    _, left = psutil.wait_procs(processes, timeout=seconds)
    for process in left:
        with suppress(psutil.Error):
            process.kill()
