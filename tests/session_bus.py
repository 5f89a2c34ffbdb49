"""A session bus for tests, and somebody on it who looks closely at types."""

from __future__ import annotations

import shutil
import subprocess
import tempfile
import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

_CONFIGURATION = """\
<!DOCTYPE busconfig PUBLIC "-//freedesktop//DTD D-Bus Bus Configuration 1.0//EN"
 "http://www.freedesktop.org/standards/dbus/1.0/busconfig.dtd">
<busconfig>
  <type>session</type>
  <listen>unix:path={folder}/bus</listen>
  <auth>EXTERNAL</auth>
  <policy context="default">
    <allow send_destination="*" eavesdrop="true"/>
    <allow eavesdrop="true"/>
    <allow own="*"/>
  </policy>
</busconfig>
"""
PATIENCE = 30.0


class Bus:
    """A running message bus that knows no service but those the tests bring."""

    def __init__(self, daemon: str, folder: Path) -> None:
        configuration = folder / "session.conf"
        configuration.write_text(_CONFIGURATION.format(folder=folder))
        command = [daemon, f"--config-file={configuration}", "--nofork", "--print-address"]
        self._process = subprocess.Popen(command, stdout=subprocess.PIPE)
        assert self._process.stdout
        self.address = self._process.stdout.readline().decode().strip()

    def end(self) -> None:
        """Take the bus away, as at the end of a person's session."""
        self._process.kill()
        self._process.wait()
        if self._process.stdout:
            self._process.stdout.close()


@contextmanager
def session_bus() -> Iterator[Bus]:
    """Run a bus of the tests' own; skips the test where there is none to run."""
    daemon = shutil.which("dbus-daemon")
    if not daemon:
        pytest.skip("dbus-daemon is not installed")
    # A short path, because that of a socket has to be.
    with tempfile.TemporaryDirectory(prefix="bus-") as folder:
        bus = Bus(daemon, Path(folder))
        try:
            yield bus
        finally:
            bus.end()


class Caller:
    """Somebody on the bus who calls others and keeps the signals that pass."""

    def __init__(self, bus: Bus) -> None:
        from jeepney import MatchRule, message_bus
        from jeepney.io.blocking import open_dbus_connection

        self.connection = open_dbus_connection(bus.address)
        rule = MatchRule(type="signal")
        self.connection.send_and_get_reply(message_bus.AddMatch(rule))
        self._signals: deque[Any] = deque()
        self.connection.filter(rule, queue=self._signals)

    def call(self, name: str, path: str, interface: str, method: str, types: str = "", *body: Any) -> Any:
        """Return the whole answer to a call, an error's too."""
        from jeepney import DBusAddress, new_method_call

        address = DBusAddress(path, bus_name=name, interface=interface)
        call = new_method_call(address, method, types or None, body)
        return self.connection.send_and_get_reply(call, timeout=PATIENCE)

    def wait_for(self, name: str) -> None:
        """Wait until somebody has this name."""
        bus = ("org.freedesktop.DBus", "/org/freedesktop/DBus", "org.freedesktop.DBus")
        deadline = time.monotonic() + PATIENCE
        while self.call(*bus, "NameHasOwner", "s", name).body != (True,):
            assert time.monotonic() < deadline, f"nobody took the name {name}"
            time.sleep(0.01)

    def signal(self, member: str) -> Any:
        """Return the next signal of that name."""
        from jeepney import HeaderFields

        while True:
            message = self.connection.recv_until_filtered(self._signals, timeout=PATIENCE)
            if message.header.fields[HeaderFields.member] == member:
                return message

    def no_more(self, member: str) -> bool:
        """Return whether no further signal of that name has come; ask after a later answer has."""
        from jeepney import HeaderFields

        return all(message.header.fields[HeaderFields.member] != member for message in self._signals)

    def close(self) -> None:
        """Leave the bus."""
        self.connection.close()
