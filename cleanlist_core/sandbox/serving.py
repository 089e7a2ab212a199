"""A sandbox on a port: in a thread of this process, or until interrupted."""

from __future__ import annotations

import asyncio
import logging
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

import uvicorn
from uvicorn.protocols.http.h11_impl import H11Protocol

from cleanlist_core.sandbox.breakage import TRANSPORT
from cleanlist_core.sandbox.paths import PUBLIC_API
from cleanlist_core.sandbox.sandbox import Sandbox
from cleanlist_core.sandbox.webhooks import THREAD_NAME as _COURIER_NAME

_THREAD_NAME = "cleanlist-sandbox"
_LOGGERS = ("uvicorn.error", "httpx")
_START_SECONDS = 10
_TICK_SECONDS = 0.1


class RunningSandbox(NamedTuple):
    """base_url: where the endpoints are, without a trailing slash."""

    base_url: str
    port: int


class _Server(uvicorn.Server):
    """Says when it is ready and ends when told, so that nobody has to ask again and again."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()
        self._ending = asyncio.Event()
        self._loop: asyncio.AbstractEventLoop | None = None

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        self._loop = asyncio.get_running_loop()
        await super().startup(sockets=sockets)
        self.ready.set()

    async def main_loop(self) -> None:
        """The usual loop, but for an end that need not wait for the next tick."""
        tick = 0
        while not await self.on_tick(tick):
            tick = (tick + 1) % 864_000
            with suppress(TimeoutError):
                await asyncio.wait_for(self._ending.wait(), _TICK_SECONDS)

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        """The usual end, which leaves no connection open that a client does not let go of."""
        await super().shutdown(sockets=sockets)
        for connection in list(self.server_state.connections):
            connection.transport.abort()
        await asyncio.sleep(0)  # a closed connection is let go of in the next turn of the loop

    def end(self) -> None:
        """Stop serving; from any thread."""
        self.should_exit = True
        if self._loop is not None:
            self._loop.call_soon_threadsafe(self._ending.set)


class _Protocol(H11Protocol):
    """Lets a request reach its connection, so that it can be broken on request."""

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]  # as above it
        super().connection_made(transport)
        self.app_state = {**self.app_state, TRANSPORT: transport}


@contextmanager
def serve(sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[RunningSandbox]:
    """Serve a sandbox from a thread while the block runs. port 0 takes a free one."""
    with listening(host, port) as listener:
        server = _Server(_config(sandbox))
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name=_THREAD_NAME, daemon=True
        )
        with _quiet():
            thread.start()
            if not server.ready.wait(_START_SECONDS):
                raise RuntimeError("the sandbox did not start")
            sandbox.courier.open()
            try:
                yield _running(listener)
            finally:
                sandbox.courier.close()
                server.end()
                thread.join(_START_SECONDS)


def run_forever(
    sandbox: Sandbox,
    *,
    host: str = "127.0.0.1",
    port: int = 8900,
    tell: Callable[[RunningSandbox], None] = lambda _running: None,
) -> None:
    """Serve a sandbox from this thread until it is interrupted.

    tell: is told where, once the port is taken. Raises OSError, with nothing told, when it cannot be.
    """
    with listening(host, port) as listener, suppress(KeyboardInterrupt):
        tell(_running(listener))
        sandbox.courier.open()
        try:
            _Server(_config(sandbox)).run(sockets=[listener])
        finally:
            sandbox.courier.close()


def _config(sandbox: Sandbox) -> uvicorn.Config:
    return uvicorn.Config(
        sandbox.app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        loop="asyncio",
        http=_Protocol,
        server_header=False,
        timeout_graceful_shutdown=1,
    )


@contextmanager
def listening(host: str, port: int) -> Iterator[socket.socket]:
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    # With the protocol named, asyncio turns Nagle's delay off: 0.6 ms an answer instead of 44.
    listener = socket.socket(family, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    with listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(128)
        yield listener


def _running(listener: socket.socket) -> RunningSandbox:
    host, port = listener.getsockname()[:2]
    shown = f"[{host}]" if ":" in host else host
    return RunningSandbox(f"http://{shown}:{port}{PUBLIC_API}", port)


@contextmanager
def _quiet() -> Iterator[None]:
    """Drop news about the sandbox, and only the sandbox: the web server and the client log there too."""
    loggers = [logging.getLogger(name) for name in _LOGGERS]
    for logger in loggers:
        logger.addFilter(_keep)
    try:
        yield
    finally:
        for logger in loggers:
            logger.removeFilter(_keep)


def _keep(record: logging.LogRecord) -> bool:
    return record.threadName not in (_THREAD_NAME, _COURIER_NAME) or record.levelno >= logging.ERROR
