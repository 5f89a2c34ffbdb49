"""A model hub on this machine: it redirects to a second host as real ones do, and misbehaves on request."""

from __future__ import annotations

import hashlib
import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import unquote

import pytest

from vibe_desktop.models.catalog import HubSource, ModelEntry, WeightFile

REVISION = "0123456789abcdef0123456789abcdef01234567"
_DRIP = 1024


@dataclass
class Seen:
    """One request: its path and headers."""

    path: str
    headers: dict[str, str]


@dataclass
class Manner:
    """How the next answers with a body go; each wish counts for as many of them as it says."""

    statuses: list[tuple[int, dict[str, str]]] = field(default_factory=list)
    """answers of these statuses come first"""
    cuts: list[int] = field(default_factory=list)
    """bodies that break off after so many bytes"""
    content: Callable[[bytes], bytes] = bytes
    """what is made of a file before it is sent"""
    ranges: Callable[[int], int | None] = lambda start: start
    """where an answer to a request for a part really begins; None for all of it"""
    lengths: bool = True
    """whether sizes are told"""
    redirects: int = 1
    """how often one is sent on"""
    pause: float = 0.0
    """seconds between two kilobytes"""
    mute: bool = False
    """whether nothing at all is answered"""


class Hub:
    """What a hub serves, how it behaves, and who asked for what."""

    def __init__(self, files: dict[str, bytes], revision: str = REVISION) -> None:
        self.files = files
        self.revision = revision
        self.manner = Manner()
        self.seen: list[Seen] = []
        self.address = ""
        self.closing = threading.Event()

    def ranges_asked(self) -> list[str]:
        """Return the Range of each request that reached the second host, "" where none was sent."""
        return [each.headers.get("range", "") for each in self.seen if each.path.startswith("/cdn/")]


class _Handler(BaseHTTPRequestHandler):
    hub: Hub

    def do_GET(self) -> None:
        hub, manner = self.hub, self.hub.manner
        hub.seen.append(Seen(self.path, {name.lower(): value for name, value in self.headers.items()}))
        if manner.mute:
            hub.closing.wait()
            return
        path, _, hops = self.path.partition("?")
        done = int(hops or 0)
        if done < manner.redirects:
            host = "localhost" if done == 0 else "127.0.0.1"
            port = hub.address.rpartition(":")[2]
            self._send_on(f"http://{host}:{port}{_on_cdn(path)}?{done + 1}")
        elif manner.statuses:
            status, headers = manner.statuses.pop(0)
            self._begin(status, headers | {"Content-Length": "0"})
        else:
            self._serve(path)

    def _send_on(self, target: str) -> None:
        self._begin(302, {"Location": target, "Content-Length": "0"})

    def _serve(self, path: str) -> None:
        manner = self.hub.manner
        content = self.hub.files.get(unquote(path).rpartition(f"/resolve/{self.hub.revision}/")[2])
        if content is None:
            self._begin(404, {"Content-Length": "0"})
            return
        content = manner.content(content)
        start = self._start()
        if start is not None and start >= len(content):
            self._begin(416, {"Content-Range": f"bytes */{len(content)}", "Content-Length": "0"})
            return
        body = content[start or 0 :]
        headers = {"Content-Length": str(len(body))} if manner.lengths else {}
        if start is not None:
            whole = len(content) if manner.lengths else "*"
            headers["Content-Range"] = f"bytes {start}-{len(content) - 1}/{whole}"
        self._begin(200 if start is None else 206, headers)
        self._drip(body[: manner.cuts.pop(0)] if manner.cuts else body)

    def _start(self) -> int | None:
        asked = self.headers.get("Range", "").removeprefix("bytes=").rstrip("-")
        return self.hub.manner.ranges(int(asked)) if asked else None

    def _begin(self, status: int, headers: dict[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def _drip(self, body: bytes) -> None:
        pause = self.hub.manner.pause
        step = _DRIP if pause else max(1, len(body))
        with suppress(OSError):  # the other side has gone, as it may
            for start in range(0, len(body), step):
                self.wfile.write(body[start : start + step])
                if pause and self.hub.closing.wait(pause):
                    return

    def log_message(self, *arguments: object) -> None:
        """Keep the test's output clean."""


def _on_cdn(path: str) -> str:
    return path if path.startswith("/cdn/") else f"/cdn{path}"


@contextmanager
def serving(hub: Hub, patch: pytest.MonkeyPatch) -> Iterator[Hub]:
    """Let the program find this hub and no other, whatever proxies the environment names."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"hub": hub}))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    hub.address = f"http://127.0.0.1:{server.server_address[1]}"
    use_hub(patch, hub.address)
    try:
        yield hub
    finally:
        hub.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def use_hub(patch: pytest.MonkeyPatch, address: str) -> None:
    """Let the program ask the hub at `address`, and no proxy."""
    for name in list(os.environ):
        if name.lower().endswith("_proxy"):
            patch.delenv(name)
    patch.setenv("HF_ENDPOINT", address)
    patch.setenv("NO_PROXY", "127.0.0.1,localhost")


def entry_of(files: dict[str, tuple[str, bytes]], name: str = "clap") -> ModelEntry:
    """Return an entry that pins files, given by their installed name as (path on the hub, content)."""
    return ModelEntry(
        name=name,
        title="Tiny CLAP",
        purpose="listens",
        licence="Apache-2.0",
        licence_file="licences/clap.txt",
        default=False,
        source=HubSource("someone/tiny clap", REVISION),
        files=tuple(
            WeightFile(each, path, hashlib.sha256(content).hexdigest(), len(content))
            for each, (path, content) in files.items()
        ),
        settings={"dimensions": 512, "max_length": 77},
    )
