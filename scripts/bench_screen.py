"""A screen of its own, and when a program's window appears on it, seen from outside.

The same for every program: speaks to the X server itself, through libX11, so that
nothing lies between the moment a window is shown and the moment that is noted.
"""

from __future__ import annotations

import ctypes
import ctypes.util
import os
import shutil
import subprocess
import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

_SCREEN = "1920x1200x24"
_LEAST_WIDTH, _LEAST_HEIGHT = 400, 300
_LINES = 24
_LEAST_COLOURS = 4
_LOOK_SECONDS = 0.002
_GIVE_UP_SECONDS = 60.0
_VIEWABLE = 2
_ALL_PLANES = ctypes.c_ulong(~0)
_Z_PIXMAP = 2


class NoScreen(Exception):  # noqa: N818 - said to whoever measures, not a fault
    """Why nothing can be shown here."""


@dataclass(frozen=True, slots=True)
class Appearance:
    """When a window came, in seconds since its program was started."""

    mapped: float
    painted: float


@contextmanager
def screen() -> Iterator[str]:
    """Yield the name of a display: the one there is, or a virtual one that ends afterwards."""
    if os.environ.get("DISPLAY"):
        yield os.environ["DISPLAY"]
        return
    if not shutil.which("Xvfb"):
        raise NoScreen("there is no display, and Xvfb is not installed (on Debian: apt-get install xvfb)")
    reader, writer = os.pipe()
    command = ["Xvfb", "-displayfd", str(writer), "-screen", "0", _SCREEN, "-nolisten", "tcp"]
    server = subprocess.Popen(command, pass_fds=[writer], stderr=subprocess.DEVNULL)
    os.close(writer)
    try:
        with os.fdopen(reader) as answer:
            name = answer.readline().strip()
        if not name:
            raise NoScreen("Xvfb did not start")
        yield f":{name}"
    finally:
        server.terminate()
        server.wait()


@contextmanager
def session_bus() -> Iterator[Mapping[str, str]]:
    """Yield what to put into the environment so that programs find a session bus of their own."""
    if not shutil.which("dbus-daemon"):
        yield {}
        return
    command = ["dbus-daemon", "--session", "--nofork", "--nopidfile", "--print-address=1"]
    daemon = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    try:
        yield {"DBUS_SESSION_BUS_ADDRESS": daemon.stdout.readline().strip() if daemon.stdout else ""}
    finally:
        daemon.terminate()
        daemon.wait()


class Display:
    """A connection to the X server; its windows are those right below the root, as without a manager."""

    def __init__(self, name: str) -> None:
        library = ctypes.util.find_library("X11")
        if library is None:
            raise NoScreen("libX11 is not installed")
        self._x = ctypes.CDLL(library)
        self._x.XOpenDisplay.restype = ctypes.c_void_p
        self._x.XDefaultRootWindow.restype = ctypes.c_ulong
        self._x.XGetImage.restype = ctypes.POINTER(_Image)
        self._display = ctypes.c_void_p(self._x.XOpenDisplay(name.encode()))
        if not self._display:
            raise NoScreen(f"the display {name} does not answer")
        self._root = ctypes.c_ulong(self._x.XDefaultRootWindow(self._display))
        # A window may vanish between two questions; Xlib's own answer to that is to end the process.
        self._forgive = _HANDLER(lambda _display, _event: 0)
        self._x.XSetErrorHandler(self._forgive)

    def close(self) -> None:
        """Let go of the server."""
        self._x.XCloseDisplay(self._display)

    def watch(self, process: subprocess.Popen[Any], started: float) -> Appearance:
        """Wait for a new window and for it to hold a picture; times count from `started`, by `monotonic`.

        Raises `NoScreen` where the process ends or nothing comes within a minute.
        """
        mapped = 0.0
        while time.monotonic() - started < _GIVE_UP_SECONDS:
            for window in self.windows():
                mapped = mapped or time.monotonic() - started
                if self._has_picture(window):
                    return Appearance(mapped, time.monotonic() - started)
            if process.poll() is not None:
                raise NoScreen(f"it ended with {process.returncode} before it showed a window")
            time.sleep(_LOOK_SECONDS)
        raise NoScreen("it showed no window within a minute")

    def windows(self) -> list[_Window]:
        """Return the windows in sight that are large enough to be a program's."""
        root, parent, children = ctypes.c_ulong(), ctypes.c_ulong(), ctypes.POINTER(ctypes.c_ulong)()
        count = ctypes.c_uint()
        self._x.XQueryTree(self._display, self._root, *map(ctypes.byref, (root, parent, children, count)))
        numbers = children[: count.value]
        if children:
            self._x.XFree(children)
        found = [_Window(number, self._attributes(number)) for number in numbers]
        return [each for each in found if each.is_programs_own]

    def _attributes(self, number: int) -> _Attributes:
        attributes = _Attributes()
        self._x.XGetWindowAttributes(self._display, ctypes.c_ulong(number), ctypes.byref(attributes))
        return attributes

    def _has_picture(self, window: _Window) -> bool:
        """Whether there is more than bare ground: several colours along lines across the window."""
        width, height = window.attributes.width, window.attributes.height
        colours: set[bytes] = set()
        for line in range(1, _LINES):
            image = self._x.XGetImage(
                self._display, ctypes.c_ulong(window.number), 0, height * line // _LINES, width, 1,
                _ALL_PLANES, _Z_PIXMAP,
            )  # fmt: skip
            if image:
                row = ctypes.string_at(image.contents.data, image.contents.bytes_per_line)
                colours.update(row[at : at + 4] for at in range(0, len(row), 4))
                self._x.XDestroyImage(image)
        return len(colours) >= _LEAST_COLOURS


class _Image(ctypes.Structure):
    """The beginning of Xlib's XImage."""

    _fields_ = (
        ("width", ctypes.c_int),
        ("height", ctypes.c_int),
        ("xoffset", ctypes.c_int),
        ("format", ctypes.c_int),
        ("data", ctypes.c_void_p),
        ("byte_order", ctypes.c_int),
        ("bitmap_unit", ctypes.c_int),
        ("bitmap_bit_order", ctypes.c_int),
        ("bitmap_pad", ctypes.c_int),
        ("depth", ctypes.c_int),
        ("bytes_per_line", ctypes.c_int),
    )


class _Attributes(ctypes.Structure):
    """Xlib's XWindowAttributes."""

    _fields_ = (
        *((name, ctypes.c_int) for name in ("x", "y", "width", "height", "border_width", "depth")),
        ("visual", ctypes.c_void_p),
        ("root", ctypes.c_ulong),
        *((name, ctypes.c_int) for name in ("window_class", "bit_gravity", "win_gravity", "backing_store")),
        ("backing_planes", ctypes.c_ulong),
        ("backing_pixel", ctypes.c_ulong),
        ("save_under", ctypes.c_int),
        ("colormap", ctypes.c_ulong),
        ("map_installed", ctypes.c_int),
        ("map_state", ctypes.c_int),
        ("all_event_masks", ctypes.c_long),
        ("your_event_mask", ctypes.c_long),
        ("do_not_propagate_mask", ctypes.c_long),
        ("override_redirect", ctypes.c_int),
        ("screen", ctypes.c_void_p),
    )


@dataclass(frozen=True, slots=True)
class _Window:
    number: int
    attributes: _Attributes

    @property
    def is_programs_own(self) -> bool:
        """Whether it is in sight and no menu, tip or helper."""
        here = self.attributes
        is_large = bool(here.width >= _LEAST_WIDTH and here.height >= _LEAST_HEIGHT)
        return is_large and bool(here.map_state == _VIEWABLE)


_HANDLER = ctypes.CFUNCTYPE(ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
