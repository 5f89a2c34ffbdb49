"""The session bus of a Linux desktop: where it is, and a thread of our own to talk to it."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from queue import SimpleQueue
from selectors import EVENT_READ, DefaultSelector
from threading import Lock, Thread
from typing import Any

from jeepney import DBusAddress, DBusErrorResponse, Message, MessageType, new_method_call
from jeepney.io.blocking import DBusConnection, open_dbus_connection

DESKTOP_ENTRY = "vibe-desktop"
"""the name of our desktop entry, by which a desktop finds our icon"""

_LONGEST_TEXT = 1000
_PATIENCE = 5.0
_log = logging.getLogger(__name__)

Work = Callable[[DBusConnection], None]


class BusGoneError(Exception):
    """The bus cannot be reached, or said something nobody can read."""


def session_address() -> str:
    """Return where the person's session bus listens, "" where there is none we can reach."""
    said = os.environ.get("DBUS_SESSION_BUS_ADDRESS", "")
    if said:
        return said if "unix:" in said else ""
    usual = Path(os.environ.get("XDG_RUNTIME_DIR") or "/nonexistent", "bus")
    return f"unix:path={usual}" if usual.is_socket() else ""


def wire_text(text: str) -> str:
    """Return text as the bus takes it: no control characters, no lone surrogates, and not endlessly long."""
    readable = "".join(letter for letter in text[:_LONGEST_TEXT] if letter >= " " or letter in "\t\n")
    return readable.encode("utf-8", "ignore").decode("utf-8")


def ask(
    connection: DBusConnection, whom: DBusAddress, method: str, types: str = "", *body: Any
) -> tuple[Any, ...] | None:
    """Return what somebody on the bus answers; None when nobody is there, or refuses, or takes too long."""
    call = new_method_call(whom, method, types or None, body)
    try:
        reply: Message = connection.send_and_get_reply(call, timeout=_PATIENCE)
    except TimeoutError:
        return None
    answer: tuple[Any, ...] = reply.body
    return None if reply.header.message_type is MessageType.error else answer


class BusThread:
    """A thread with a connection of its own: it does what it is given, in order, and serves what is asked.

    It begins with the first work. When the bus goes away it ends, and later
    work is dropped: a desktop that is gone has nobody to tell.
    """

    def __init__(
        self,
        name: str,
        *,
        opened: Work | None = None,
        serve: Callable[[Message], Message | None] | None = None,
    ) -> None:
        self._name = name
        self._opened = opened
        self._serve = serve
        self._work: SimpleQueue[Work | None] = SimpleQueue()
        self._lock = Lock()
        self._thread: Thread | None = None
        self._wake: socket.socket | None = None
        self._over = False

    def do(self, work: Work) -> None:
        """Have this done in the thread; may be called from any other one and returns at once."""
        self._put(work)

    def close(self, seconds: float = 1.0) -> None:
        """End after the work that was given, but wait no longer than this."""
        if self._thread:
            self._put(None)
            self._thread.join(seconds)
        self._over = True

    def _put(self, work: Work | None) -> None:
        with self._lock:
            if self._over:
                return
            self._work.put(work)
            if not self._wake:
                self._wake = self._start()
            with suppress(BlockingIOError):  # full of calls to wake up already
                self._wake.send(b"\0")

    def _start(self) -> socket.socket:
        wake, awoken = socket.socketpair()
        wake.settimeout(0)
        self._thread = Thread(target=self._run, args=(wake, awoken), name=self._name, daemon=True)
        self._thread.start()
        return wake

    def _run(self, wake: socket.socket, awoken: socket.socket) -> None:
        try:
            with _connect() as connection:
                if self._opened:
                    self._opened(connection)
                self._converse(connection, awoken)
        except (BusGoneError, OSError, DBusErrorResponse) as error:
            _log.debug("no session bus: %s", error)
        with self._lock:
            self._over = True
            wake.close()
            awoken.close()

    def _converse(self, connection: DBusConnection, awoken: socket.socket) -> None:
        with DefaultSelector() as selector:
            selector.register(connection.sock, EVENT_READ)
            selector.register(awoken, EVENT_READ)
            while self._work_off(connection):
                self._serve_read(connection)
                for key, _ in selector.select():
                    if key.fileobj is connection.sock:
                        self._read(connection)
                    else:
                        awoken.recv(4096)

    def _work_off(self, connection: DBusConnection) -> bool:
        """Do what was given; return False when it is time to end."""
        while not self._work.empty():
            work = self._work.get()
            if not work:
                return False
            work(connection)
        return True

    def _read(self, connection: DBusConnection) -> None:
        data = connection.sock.recv(65536)
        if not data:
            raise BusGoneError("it closed the connection")
        connection.parser.add_data(data)
        self._serve_read(connection)

    def _serve_read(self, connection: DBusConnection) -> None:
        """Serve what has been read, also what came while some work waited for its answer."""
        while message := _next_message(connection):
            answer = self._serve(message) if self._serve else None
            if answer:
                connection.send(answer)


def _connect() -> DBusConnection:
    try:
        return open_dbus_connection(session_address(), auth_timeout=2.0)
    except (ValueError, RuntimeError) as error:  # an address or a greeting that nobody can read
        raise BusGoneError(str(error)) from error


def _next_message(connection: DBusConnection) -> Message | None:
    try:
        message: Message | None = connection.parser.get_next_message()
    except ValueError as error:
        raise BusGoneError(f"a message that cannot be read: {error}") from error
    return message
