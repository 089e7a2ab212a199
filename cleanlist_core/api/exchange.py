"""One request out, one answer in; what went wrong on the way becomes a value, not an exception.

httpx keeps the request, with the key in its headers, inside its exceptions. They are let go of here,
so that no error of ours can carry the key into a log or a crash report.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from urllib.parse import urlsplit

import httpx

from cleanlist_core.api.refusals import KEPT_ASIDE, SAFE
from cleanlist_core.errors import UnreachableError

LARGEST_ANSWER_BYTES = 64 * 1024 * 1024
_NEVER_SENT = (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout, httpx.UnsupportedProtocol)
_LOOPBACK = ("127.0.0.1", "localhost", "::1")


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds. submit_read is long: an answer given up too early leaves people in doubt.

    whole_answer: for a body that trickles in.
    """

    connect: float = 10
    read: float = 30
    submit_read: float = 120
    write: float = 30
    pool: float = 30
    whole_answer: float = 180

    def for_reads(self) -> httpx.Timeout:
        return httpx.Timeout(connect=self.connect, read=self.read, write=self.write, pool=self.pool)

    def for_submit(self) -> httpx.Timeout:
        return httpx.Timeout(connect=self.connect, read=self.submit_read, write=self.write, pool=self.pool)


@dataclass(frozen=True, slots=True)
class Answer:
    """Whatever came back. retry_after: the header as written, or ""."""

    status: int
    body: bytes
    retry_after: str = ""

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300


@cache
def trusted_certificates() -> ssl.SSLContext:
    """Built once: reading the certificates takes longer than many a request."""
    return httpx.create_ssl_context()


def open_connection(
    base_url: str, timeout: httpx.Timeout, transport: httpx.BaseTransport | None = None
) -> httpx.Client:
    """A connection that checks certificates, follows no redirect, and asks no proxy about this machine."""
    return httpx.Client(
        transport=transport,
        timeout=timeout,
        verify=trusted_certificates(),
        follow_redirects=False,
        trust_env=urlsplit(base_url).hostname not in _LOOPBACK,
    )


def exchange(
    http: httpx.Client,
    request: httpx.Request,
    *,
    spending: bool,
    longest: float,
    elapsed: Callable[[], float] = time.monotonic,
) -> Answer | UnreachableError:
    """Send a request once.

    longest: seconds the whole answer may take. An UnreachableError has `maybe_spent` when the request
    spends and may have reached the API.
    """
    deadline = elapsed() + longest
    try:
        response = http.send(request, stream=True)
    except _NEVER_SENT:
        return _unreachable(maybe_spent=False)
    except httpx.HTTPError:
        return _unreachable(maybe_spent=spending)
    try:
        body, whole = _body(response, deadline, elapsed)
    finally:
        response.close()
    if not whole and response.status_code < 400:
        return _unreachable(maybe_spent=spending)
    return Answer(response.status_code, body, response.headers.get("retry-after", ""))


def _body(response: httpx.Response, deadline: float, elapsed: Callable[[], float]) -> tuple[bytes, bool]:
    """What arrived, and whether that is all of it."""
    body = bytearray()
    try:
        for chunk in response.iter_bytes():
            body += chunk
            if len(body) > LARGEST_ANSWER_BYTES or elapsed() > deadline:
                return bytes(body), False
    except httpx.HTTPError:
        return bytes(body), False
    return bytes(body), True


def _unreachable(*, maybe_spent: bool) -> UnreachableError:
    if maybe_spent:
        return UnreachableError(
            f"The connection broke before Cleanlist answered. {KEPT_ASIDE}", maybe_spent=True
        )
    return UnreachableError(
        f"Cleanlist could not be reached. {SAFE} Check the connection to the internet and try again."
    )
