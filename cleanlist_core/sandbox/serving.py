"""A sandbox on a port: in a thread of this process, or until interrupted."""

from __future__ import annotations

import logging
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import NamedTuple

import uvicorn

from cleanlist_core.sandbox.app import PUBLIC_API
from cleanlist_core.sandbox.sandbox import Sandbox

_THREAD_NAME = "cleanlist-sandbox"
_START_SECONDS = 10


class RunningSandbox(NamedTuple):
    """base_url: where the endpoints are, without a trailing slash."""

    base_url: str
    port: int


class _Server(uvicorn.Server):
    """Says when it is ready, so that nobody has to ask again and again."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.ready = threading.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets=sockets)
        self.ready.set()


@contextmanager
def serve(sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 0) -> Iterator[RunningSandbox]:
    """Serve a sandbox from a thread while the block runs. port 0 takes a free one."""
    with _listening(host, port) as listener:
        server = _Server(_config(sandbox))
        thread = threading.Thread(
            target=server.run, kwargs={"sockets": [listener]}, name=_THREAD_NAME, daemon=True
        )
        with _quiet():
            thread.start()
            if not server.ready.wait(_START_SECONDS):
                raise RuntimeError("the sandbox did not start")
            try:
                yield _running(listener)
            finally:
                server.should_exit = True
                thread.join(_START_SECONDS)


def run_forever(sandbox: Sandbox, *, host: str = "127.0.0.1", port: int = 8900) -> None:
    """Serve a sandbox from this thread until it is interrupted."""
    with _listening(host, port) as listener, suppress(KeyboardInterrupt):
        _Server(_config(sandbox)).run(sockets=[listener])


def _config(sandbox: Sandbox) -> uvicorn.Config:
    return uvicorn.Config(
        sandbox.app,
        log_config=None,
        access_log=False,
        lifespan="off",
        ws="none",
        loop="asyncio",
        http="h11",
        server_header=False,
        timeout_graceful_shutdown=1,
    )


@contextmanager
def _listening(host: str, port: int) -> Iterator[socket.socket]:
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
    """Drop uvicorn's news about the sandbox, and only the sandbox: the web server logs there too."""
    logger = logging.getLogger("uvicorn.error")
    logger.addFilter(_keep)
    try:
        yield
    finally:
        logger.removeFilter(_keep)


def _keep(record: logging.LogRecord) -> bool:
    return record.threadName != _THREAD_NAME or record.levelno >= logging.ERROR
