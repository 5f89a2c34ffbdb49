"""Package indexes on this machine: a folder, nothing at all, or a server that takes its time."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

_DRIP = 4096


def use_folder(patch: pytest.MonkeyPatch, folder: Path) -> None:
    """Let pip find packages in `folder` and nowhere else."""
    _forget_settings(patch)
    patch.setenv("PIP_NO_INDEX", "1")
    patch.setenv("PIP_FIND_LINKS", str(folder))


def use_server(patch: pytest.MonkeyPatch, address: str) -> None:
    """Let pip ask the server at `address` and no other."""
    _forget_settings(patch)
    patch.setenv("PIP_INDEX_URL", f"{address}/simple")
    patch.setenv("PIP_RETRIES", "1")
    patch.setenv("NO_PROXY", "127.0.0.1")


def _forget_settings(patch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith("PIP_"):
            patch.delenv(name)
    patch.setenv("PIP_CONFIG_FILE", os.devnull)


@contextmanager
def slow_server(wheel: Path, project: str, seconds: float) -> Iterator[str]:
    """Serve one wheel, dripping it over about so many seconds; give the address."""
    content = wheel.read_bytes()
    pause = seconds * _DRIP / len(content)
    closing = threading.Event()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.rstrip("/") == f"/simple/{project}":
                self._send("text/html", f'<a href="/{wheel.name}">{wheel.name}</a>'.encode(), 0)
            elif self.path == f"/{wheel.name}":
                self._send("application/octet-stream", content, pause)
            else:
                self.send_error(404)

        def _send(self, kind: str, body: bytes, wait: float) -> None:
            self.send_response(200)
            self.send_header("Content-Type", kind)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            for start in range(0, len(body), _DRIP):
                if closing.is_set():
                    return
                try:
                    self.wfile.write(body[start : start + _DRIP])
                except OSError:  # the other side has gone, as it may
                    return
                time.sleep(wait)

        def log_message(self, *arguments: object) -> None:
            """Keep the test's output clean."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        closing.set()
        server.shutdown()
        server.server_close()
        thread.join()
