"""Asks a model hub for a file, from any byte on, and says in plain words why it could not be had."""

from __future__ import annotations

import os
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from http import HTTPStatus
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import quote, urljoin, urlsplit

from vibe_desktop import __version__

if TYPE_CHECKING:
    import requests

    from vibe_desktop.models.catalog import HubSource

_ENDPOINT = "https://huggingface.co"
_TIMEOUTS = (10.0, 30.0)
"""seconds to connect, and to wait for the next bytes"""
_REDIRECTS = 5
_CHUNK = 1 << 16
_BRINGS = (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT)
_CLOSED = (HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN)
_GONE = (HTTPStatus.NOT_FOUND, HTTPStatus.GONE)
_BUSY = (HTTPStatus.REQUEST_TIMEOUT, HTTPStatus.TOO_MANY_REQUESTS)
_MINUTE = 60


class HubError(Exception):
    """A file could not be had: why, what a person can do, whether (and when) to ask again."""

    def __init__(self, why: str, remedy: str, *, again: bool = False, wait: float = 0.0) -> None:
        super().__init__(why)
        self.why = why
        self.remedy = remedy
        self.again = again
        self.wait = wait


@dataclass(frozen=True, slots=True)
class Reply:
    """How an answer begins."""

    status: int
    start: int | None
    """the byte of the file that its body begins with, None where that cannot be understood"""
    size: int | None
    """the size of the whole file, where that is told"""
    wait: float
    """seconds after which one may ask again"""


class Piece(NamedTuple):
    """A part of an answer; the first one is empty."""

    reply: Reply
    data: bytes


def address_of(source: HubSource, path: str) -> str:
    """Return where a file of a repository is, on the hub that `HF_ENDPOINT` names or the usual one."""
    endpoint = (os.environ.get("HF_ENDPOINT") or _ENDPOINT).rstrip("/")
    return f"{endpoint}/{quote(source.repository)}/resolve/{quote(source.revision)}/{quote(path)}"


def receive(address: str, start: int) -> Generator[Piece, None, None]:
    """Yield the file from the byte `start` on, or from its beginning where the hub wants it so.

    The first piece tells which: look at its reply before the next. Raises `HubError`.
    """
    headers = {"Accept-Encoding": "identity", "User-Agent": f"vibe-desktop/{__version__}"}
    if start:
        headers["Range"] = f"bytes={start}-"
    with (
        _explained(_host(address)),
        _session() as session,
        session.get(address, headers=headers, stream=True, timeout=_TIMEOUTS) as response,
    ):
        reply = _reply(response)
        yield Piece(reply, b"")
        while reply.status in _BRINGS and (data := response.raw.read1(_CHUNK)):
            yield Piece(reply, data)


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or address
    except ValueError:
        return address


def _session() -> requests.Session:
    """Return a session that minds a person's proxies and certificates, and tells nobody who they are."""
    import requests

    class Anonymous(requests.Session):
        def rebuild_auth(
            self,
            prepared_request: requests.PreparedRequest,
            response: requests.Response,  # noqa: ARG002 - the library's own signature
        ) -> None:
            prepared_request.headers.pop("Authorization", None)

        def get_redirect_target(self, resp: requests.Response) -> str | None:
            target = super().get_redirect_target(resp)
            if (
                target
                and resp.url.startswith("https:")
                and not urljoin(resp.url, target).startswith("https:")
            ):
                raise requests.exceptions.InvalidSchema(f"sent on to {target}")
            return target

    session = Anonymous()
    # Without this and `rebuild_auth`, a password kept in ~/.netrc would be sent to whoever is asked.
    session.auth = lambda request: request
    session.max_redirects = _REDIRECTS
    return session


def _reply(response: requests.Response) -> Reply:
    headers = response.headers
    status, size = response.status_code, _number(headers.get("Content-Length", ""))
    start: int | None = 0
    if status == HTTPStatus.PARTIAL_CONTENT:
        # "bytes 100-199/200", where the last may be "*"
        span, _, whole = headers.get("Content-Range", "").removeprefix("bytes ").partition("/")
        start, size = _number(span.partition("-")[0]), _number(whole)
    return Reply(status, start, size, _seconds(headers.get("Retry-After", "")))


def _number(text: str) -> int | None:
    return int(text) if text.strip().isdecimal() else None


def _seconds(text: str) -> float:
    """Return what a Retry-After header asks for, a number of seconds or a date; 0 where there is none."""
    if text.isdecimal():
        return float(text)
    try:
        return max(0.0, parsedate_to_datetime(text).timestamp() - time.time())
    except (TypeError, ValueError):
        return 0.0


def refusal(reply: Reply) -> HubError | None:
    """Return what is to be said of an answer that brings no file; None where it does."""
    if reply.status in _BRINGS:
        return None
    later = (
        f"Try again in {reply.wait / _MINUTE:.0f} minutes." if reply.wait > _MINUTE else "Try again later."
    )
    if reply.status in _CLOSED:
        return HubError("The model hub does not give this file to everyone any more.", "")
    if reply.status in _GONE:
        return HubError("The model hub does not have this file any more.", "")
    if reply.status in _BUSY:
        return HubError("The model hub is asked for too much from here.", later, again=True, wait=reply.wait)
    if reply.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        why = f"The model hub has trouble of its own (status {reply.status})."
        return HubError(why, later, again=True, wait=reply.wait)
    return HubError(f"The model hub answered oddly (status {reply.status}).", later)


@contextmanager
def _explained(host: str) -> Iterator[None]:
    """Turn what the libraries say of a connection into `HubError`."""
    import requests.exceptions as of_requests
    import urllib3.exceptions as of_urllib3

    try:
        yield
    except of_requests.ProxyError as error:
        raise HubError(
            f"The proxy on the way to {host} cannot be used.", "Look at HTTPS_PROXY and NO_PROXY."
        ) from error
    except (of_requests.SSLError, of_urllib3.SSLError) as error:
        raise HubError(
            f"The connection to {host} is not safe: {_innermost(error)}.",
            "Check this machine's date. A proxy's own certificates belong into REQUESTS_CA_BUNDLE.",
        ) from error
    except (of_requests.ConnectionError, of_requests.Timeout) as error:
        raise HubError(
            f"{host} cannot be reached.", "Check the connection and start again.", again=True
        ) from error
    except of_requests.TooManyRedirects as error:
        raise HubError(f"{host} sends from one place to another without end.", "Try again later.") from error
    except of_requests.RequestException as error:
        raise HubError(f"{host} is not a usable address: {error}.", "Look at HF_ENDPOINT.") from error
    except of_urllib3.HTTPError as error:
        raise HubError(
            f"The connection to {host} broke off.", "Check the connection and start again.", again=True
        ) from error


def _innermost(error: BaseException) -> str:
    while inner := error.__cause__ or error.__context__:
        error = inner
    return str(getattr(error, "verify_message", "") or getattr(error, "reason", "") or error)
