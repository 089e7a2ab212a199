"""When a request may leave: never more than the limit in any window, the screens before the runs.

The count is in the database, so that threads and processes share one budget per organization.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from typing import Literal
from weakref import WeakKeyDictionary

from cleanlist_core.settings import RateLimit
from cleanlist_core.store import clock_set_back, rate
from cleanlist_core.store.database import Database, StoreError

Kind = Literal["interactive", "send", "poll"]

RESERVED = {"interactive": 0, "send": 2, "poll": 3}
"""Slots left free for more urgent kinds, so that a click is never starved by a run."""
SENDS_PER_POLL = 5
"""While looks wait too, one is let through after so many sends: results come before all is sent."""


class GateClosedError(Exception):
    """Whoever waited for a slot is no longer wanted; nothing was sent."""


_NOT_GIVEN_BACK: WeakKeyDictionary[Database, set[int]] = WeakKeyDictionary()
"""Slots whose request is over while the store could not be told; they count until it can."""


def _give_back(database: Database, *slots: int) -> None:
    """Without a word when the store fails: the answer to the request is worth more than its slot."""
    left = _NOT_GIVEN_BACK.setdefault(database, set())
    left.update(slots)
    with suppress(StoreError):
        for slot in tuple(left):
            rate.release_slot(database, slot)
            left.discard(slot)


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
        self._counting = threading.Lock()
        self._sends_in_a_row = 0
        self._waiting_polls = 0

    @contextmanager
    def slot(self, kind: Kind) -> Iterator[None]:
        """Hold a slot around one request, waiting for it as long as need be."""
        slot = self._wait_for_slot(kind)
        try:
            yield
        finally:
            _give_back(self._database, slot)

    def _wait_for_slot(self, kind: Kind) -> int:
        self._count_waiting(kind, 1)
        _give_back(self._database)
        try:
            while True:
                if not self._alive():
                    raise GateClosedError
                slot, wait_seconds = rate.take_slot(
                    self._database,
                    self._organization_id,
                    kind,
                    limit=self._limit.requests,
                    window_seconds=self._limit.seconds,
                    reserved=self._reserved(kind),
                )
                if slot:
                    self._count_taken(kind)
                    return slot
                self._mind_the_clock(wait_seconds)
                self._sleep(min(wait_seconds, 0.25))
        finally:
            self._count_waiting(kind, -1)

    def _mind_the_clock(self, wait_seconds: float) -> None:
        """Nobody has to wait longer than a window, unless the API says so or the clock was set back."""
        if wait_seconds > self._limit.seconds and clock_set_back.was_set_back(
            self._database, self._organization_id
        ):
            clock_set_back.follow_the_clock(self._database)

    def _reserved(self, kind: Kind) -> int:
        """How many slots a request of this kind leaves free for others."""
        gives_way = kind == "send" and self._waiting_polls and self._sends_in_a_row >= SENDS_PER_POLL
        return RESERVED["poll"] + 1 if gives_way else RESERVED[kind]

    def _count_waiting(self, kind: Kind, change: int) -> None:
        if kind == "poll":
            with self._counting:
                self._waiting_polls += change

    def _count_taken(self, kind: Kind) -> None:
        with self._counting:
            self._sends_in_a_row = self._sends_in_a_row + 1 if kind == "send" else 0

    def block(self, seconds: float) -> None:
        """The server said 429: nobody of this organization asks again before then."""
        rate.block(self._database, self._organization_id, seconds, window_seconds=self._limit.seconds)
