"""The sandbox behind a front that misbehaves as told: over real HTTP, one fault per request."""

from __future__ import annotations

import json
import socket
import struct
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import httpx

HTML = b"<html><body><h1>Bad gateway</h1></body></html>"


@dataclass(frozen=True)
class Told:
    """A whole answer. headers: besides the usual ones."""

    status: int
    body: bytes = b"{}"
    headers: Mapping[str, str] = field(default_factory=dict)


def says(status: int, body: object = None, **headers: str) -> Fault:
    """Answer by itself: the sandbox never hears of the request. body: bytes as they are, else as JSON."""
    content = body if isinstance(body, bytes) else json.dumps({} if body is None else body).encode()
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return lambda _exchange: Told(status, content, named)


def resets_unread(exchange: Exchange) -> None:
    exchange.reset()


def resets_after_accepting(exchange: Exchange) -> None:
    exchange.pass_on()
    exchange.reset()


def hangs_unread(exchange: Exchange) -> None:
    exchange.hang()


def hangs_after_accepting(exchange: Exchange) -> None:
    exchange.pass_on()
    exchange.hang()


def cuts_the_answer(exchange: Exchange) -> Told:
    """Everything arrives, and it is half of a JSON text."""
    told = exchange.pass_on()
    return Told(told.status, told.body[: len(told.body) // 2])


def breaks_off(exchange: Exchange) -> None:
    """The answer promises more than arrives before the connection breaks."""
    told = exchange.pass_on()
    exchange.write(told, promised=len(told.body) + 100)
    exchange.reset()


def changes(change: Callable[[Any], Any]) -> Fault:
    """The sandbox's answer, changed."""

    def fault(exchange: Exchange) -> Told:
        told = exchange.pass_on()
        return Told(told.status, json.dumps(change(json.loads(told.body))).encode())

    return fault


def after_accepting(fault: Fault) -> Fault:
    """The sandbox accepts; the answer is another's."""

    def both(exchange: Exchange) -> Told | None:
        exchange.pass_on()
        return fault(exchange)

    return both


class Exchange:
    """One request on its way, in the hands of a fault."""

    def __init__(self, handler: BaseHTTPRequestHandler, front: FaultyApi, body: bytes) -> None:
        self._handler = handler
        self._front = front
        self._body = body

    def pass_on(self) -> Told:
        """Let the sandbox have the request; what it answered."""
        handler = self._handler
        answer = self._front.http.request(
            handler.command,
            self._front.behind + handler.path,
            content=self._body,
            headers={"Authorization": handler.headers.get("Authorization", "")},
        )
        kept = {name: value for name, value in answer.headers.items() if name == "retry-after"}
        return Told(answer.status_code, answer.content, kept)

    def write(self, told: Told, *, promised: int | None = None) -> None:
        handler = self._handler
        handler.send_response(told.status)
        for name, value in told.headers.items():
            handler.send_header(name, value)
        handler.send_header("Content-Length", str(len(told.body) if promised is None else promised))
        handler.end_headers()
        handler.wfile.write(told.body)
        handler.wfile.flush()

    def reset(self) -> None:
        """Close so that the other side sees a reset, not an end."""
        self._handler.close_connection = True
        connection = self._handler.connection
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        connection.close()

    def hang(self) -> None:
        """Say nothing until the other side has had enough."""
        self._handler.close_connection = True
        self._handler.connection.settimeout(10)
        self._handler.connection.recv(1)


Fault = Callable[[Exchange], Told | None]


@dataclass
class FaultyApi:
    """faults: those waiting, first come first served, by kind of request: send, look, person, balance, key.

    always: one that stays. behind: the sandbox's address without its path.
    """

    behind: str
    url: str
    http: httpx.Client
    faults: dict[str, list[Fault]] = field(default_factory=dict)
    always: dict[str, Fault] = field(default_factory=dict)
    seen: list[str] = field(default_factory=list)
    lock: threading.Lock = field(default_factory=threading.Lock)

    def forget(self) -> None:
        """Behave from now on."""
        with self.lock:
            self.faults.clear()
            self.always.clear()

    def next_fault(self, kind: str) -> Fault | None:
        with self.lock:
            self.seen.append(kind)
            waiting = self.faults.get(kind)
            return waiting.pop(0) if waiting else self.always.get(kind)


def kind_of(method: str, path: str) -> str:
    if method == "POST":
        return "send"
    if "task_id=" in path:
        return "person"
    if "workflow_id=" in path:
        return "look"
    return "balance" if "/credits/" in path else "key"


@contextmanager
def faulty_api(base_url: str) -> Iterator[FaultyApi]:
    """Put a front before the sandbox at `base_url`."""
    root, _, path = base_url.partition("/api/")

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_GET(self) -> None:
            self._answer()

        def do_POST(self) -> None:
            self._answer()

        def _answer(self) -> None:
            fault = front.next_fault(kind_of(self.command, self.path))
            body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
            exchange = Exchange(self, front, body)
            told = exchange.pass_on() if fault is None else fault(exchange)
            if told is not None:
                exchange.write(told)

        def log_message(self, *_arguments: object) -> None:
            """Nobody reads it."""

    class Server(ThreadingHTTPServer):
        daemon_threads = True
        block_on_close = False

        def handle_error(self, *_arguments: object) -> None:
            """Connections break here on purpose."""

    with httpx.Client(timeout=10, trust_env=False) as http, Server(("127.0.0.1", 0), Handler) as server:
        front = FaultyApi(root, f"http://127.0.0.1:{server.server_port}/api/{path}", http)
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
        thread.start()
        try:
            yield front
        finally:
            server.shutdown()
            thread.join()
