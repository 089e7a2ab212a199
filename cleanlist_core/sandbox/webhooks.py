"""Announces ended workflows: one POST each, repeated when the receiver does not confirm it.

The courier lives in a thread of its own while the sandbox is served and there is something to announce.
It sleeps until the next announcement is due. Source: docs/api-contract.md, "Webhooks".
"""

from __future__ import annotations

import asyncio
import ssl
import threading
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

import httpx

from cleanlist_core.sandbox.deliveries import ATTEMPTS, DELAYS, Claim
from cleanlist_core.sandbox.encoding import encode
from cleanlist_core.sandbox.targets import ForbiddenTargetError, Resolve, find_target, resolve_name

if TYPE_CHECKING:
    from cleanlist_core.sandbox.sandbox import Sandbox

THREAD_NAME = "cleanlist-sandbox-webhooks"
USER_AGENT = "cleanlist-sandbox"

_STOP_SECONDS = 10
_CLAIM_SECONDS = 30.0
"""After this time without a result somebody else may make an attempt; longer than any attempt takes."""


class Courier:
    """Delivers what is due while it is open.

    resolve: how names become addresses. tls: which certificates are trusted; None for the usual ones.
    """

    def __init__(
        self,
        sandbox: Sandbox,
        *,
        resolve: Resolve = resolve_name,
        tls: ssl.SSLContext | None = None,
    ) -> None:
        self._sandbox = sandbox
        self._log = sandbox.deliveries
        self._resolve = resolve
        self._tls = tls
        self._lock = threading.Lock()
        self._is_open = False
        self._thread: threading.Thread | None = None
        self._call_in: Callable[[Callable[[], object]], object] | None = None
        self._woken = asyncio.Event()
        self._main: asyncio.Task[None] | None = None

    def next_due(self) -> float | None:
        """When the next attempt is due, in seconds since 1970; None when there is nothing to announce."""
        return self._log.next_due()

    def open(self) -> None:
        """Begin with what is waiting from earlier."""
        with self._lock:
            self._is_open = True
        if self.next_due() is not None:
            self.wake()

    def wake(self) -> None:
        """Look again at what is due; without effect while closed."""
        with self._lock:
            if not self._is_open:
                return
            if self._thread is None or not self._thread.is_alive():
                ready = threading.Event()
                self._thread = threading.Thread(
                    target=lambda: asyncio.run(self._work(ready)), name=THREAD_NAME, daemon=True
                )
                self._thread.start()
                ready.wait(_STOP_SECONDS)
            elif self._call_in is not None:
                self._call_in(self._woken.set)

    def close(self) -> None:
        """Stop at once; what was under way is noted as failed and is due again when it opens next."""
        with self._lock:
            self._is_open = False
            thread, self._thread = self._thread, None
            call_in, self._call_in = self._call_in, None
        if thread is None:
            return
        if call_in is not None and self._main is not None:
            call_in(self._main.cancel)
        thread.join(_STOP_SECONDS)

    async def _work(self, ready: threading.Event) -> None:
        self._main = asyncio.current_task()
        self._woken = asyncio.Event()
        self._call_in = asyncio.get_running_loop().call_soon_threadsafe
        ready.set()
        verify: ssl.SSLContext | bool = True if self._tls is None else self._tls
        try:
            async with (
                httpx.AsyncClient(trust_env=False, follow_redirects=False, verify=verify) as client,
                asyncio.TaskGroup() as under_way,
            ):
                while True:
                    await self._send_what_is_due(client, under_way)
                    await self._sleep()
        except asyncio.CancelledError:
            return

    async def _send_what_is_due(self, client: httpx.AsyncClient, under_way: asyncio.TaskGroup) -> None:
        self._woken.clear()
        patience = _CLAIM_SECONDS + self._sandbox.options.webhook_timeout_seconds
        while (claim := self._log.claim(self._sandbox.now(), given_up_after=patience)) is not None:
            under_way.create_task(self._attempt(client, claim))

    async def _sleep(self) -> None:
        due = self.next_due()
        seconds = None if due is None else max(0.0, due - self._sandbox.now())
        try:
            async with asyncio.timeout(seconds):
                await self._woken.wait()
        except TimeoutError:
            pass

    async def _attempt(self, client: httpx.AsyncClient, claim: Claim) -> None:
        code, error, again = 0, "The sandbox ended before an answer came", True
        try:
            code, error, again = await self._post(client, claim.workflow_id)
        finally:
            due = self._next_due(claim.number) if again and error else None
            self._log.finish(claim, response_code=code, error=error, due_at=due)
            self._woken.set()

    def _next_due(self, number: int) -> float | None:
        if number >= ATTEMPTS:
            return None
        return self._sandbox.now() + DELAYS[number - 1] / self._sandbox.options.time_factor

    async def _post(self, client: httpx.AsyncClient, workflow_id: str) -> tuple[int, str, bool]:
        """Response code (0 for none), what went wrong ("" for nothing), whether to try again."""
        announced = self._sandbox.announcement_of(workflow_id)
        if announced is None:
            return 0, "The workflow is no longer there", False
        url, body = announced
        options = self._sandbox.options
        try:
            async with asyncio.timeout(options.webhook_timeout_seconds):
                target = await find_target(url, anywhere=options.webhooks_anywhere, resolve=self._resolve)
                code = await _status_of(client, target.url, target.host, target.name, encode(body))
        except ForbiddenTargetError as error:
            return 0, str(error), False
        except TimeoutError:
            return 0, f"No answer within {options.webhook_timeout_seconds:g} seconds", True
        except (httpx.HTTPError, httpx.InvalidURL, OSError, ValueError) as error:
            return 0, f"No answer: {type(error).__name__}", True
        return code, "" if 200 <= code < 300 else f"Receiver answered {code}", True


async def _status_of(client: httpx.AsyncClient, url: str, host: str, name: str, body: bytes) -> int:
    """Post and read no more than the status."""
    headers = {"Host": host, "Content-Type": "application/json", "User-Agent": USER_AGENT}
    connections = []

    async def note(event: str, told: Mapping[str, Any]) -> None:
        if event == "connection.connect_tcp.complete":
            connections.append(told["return_value"])

    extensions = {"sni_hostname": name, "trace": note}
    try:
        # The deadline is the caller's, for name, connection and answer together.
        async with client.stream(
            "POST", url, content=body, headers=headers, timeout=None, extensions=extensions
        ) as answer:
            return answer.status_code
    except asyncio.CancelledError:
        # httpcore lets go of a connection that fails, but not of one that is called off in the handshake.
        for connection in connections:
            await connection.aclose()
        raise
