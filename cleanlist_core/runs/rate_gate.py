"""When a request may leave: never more than the limit in any window, the screens before the runs.

The count is in the database, so that threads and processes share one budget per organization.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Literal

from cleanlist_core.settings import RateLimit
from cleanlist_core.store import rate
from cleanlist_core.store.database import Database

Kind = Literal["interactive", "send", "poll"]

RESERVED = {"interactive": 0, "send": 2, "poll": 3}
"""Slots left free for more urgent kinds, so that a click is never starved by a run."""


class GateClosedError(Exception):
    """Whoever waited for a slot is no longer wanted; nothing was sent."""


class DatabaseGate:
    """The gate of one organization.

    alive: asked while waiting; once it says False the wait ends with GateClosedError.
    """

    def __init__(
        self,
        database: Database,
        organization_id: str,
        limit: RateLimit,
        *,
        alive: Callable[[], bool] = lambda: True,
        sleep: Callable[[float], None] = time.sleep,
    ) -> None:
        self._database = database
        self._organization_id = organization_id
        self._limit = limit
        self._alive = alive
        self._sleep = sleep

    @contextmanager
    def slot(self, kind: Kind) -> Iterator[None]:
        """Hold a slot around one request, waiting for it as long as need be."""
        slot = self._wait_for_slot(kind)
        try:
            yield
        finally:
            rate.release_slot(self._database, slot)

    def _wait_for_slot(self, kind: Kind) -> int:
        reserved = RESERVED[kind] if self._limit.requests > 10 else 0
        while True:
            if not self._alive():
                raise GateClosedError
            slot, wait_seconds = rate.take_slot(
                self._database,
                self._organization_id,
                kind,
                limit=self._limit.requests - reserved,
                window_seconds=self._limit.seconds,
            )
            if slot:
                return slot
            self._sleep(min(wait_seconds, 0.25))

    def block(self, seconds: float) -> None:
        """The server said 429: nobody of this organization asks again before then."""
        rate.block(self._database, self._organization_id, seconds, window_seconds=self._limit.seconds)
