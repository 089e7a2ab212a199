"""When a request may leave: never more than the limit in any window, the screens before the runs.

The count is in the database, so that threads and processes share one budget per organization.
"""

from __future__ import annotations

import threading
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from itertools import count
from typing import Literal
from weakref import WeakKeyDictionary

from cleanlist_core.settings import RateLimit
from cleanlist_core.store import clock_set_back, rate
from cleanlist_core.store.database import Database, StoreError

Kind = Literal["interactive", "send", "poll"]

RESERVED: dict[Kind, int] = {"interactive": 0, "send": 2, "poll": 3}
"""Slots left free for more urgent kinds, so that a click is never starved by a run."""
SENDS_PER_POLL = 5
"""While looks wait too, one is let through after so many sends: results come before all is sent.

Also those of another list: a large one that is being sent must not keep the results of a small one.
"""


LONGEST_NAP_SECONDS = 0.5
"""How soon whoever waits for a slot notices that nobody wants it any more."""


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


class _Turns:
    """Who waits and who went, of all the runs of one organization in this process."""

    def __init__(self) -> None:
        self.lock = threading.Lock()
        self.sends_in_a_row = 0
        self._waiting: dict[Kind, Counter[int]] = defaultdict(Counter)
        self._served: dict[tuple[Kind, int], int] = {}
        self._count = count(1)

    def waits(self, kind: Kind, run: int, change: int) -> None:
        with self.lock:
            self._waiting[kind][run] += change
            if not self._waiting[kind][run]:
                del self._waiting[kind][run]

    def served(self, kind: Kind, run: int) -> None:
        with self.lock:
            self._served[kind, run] = next(self._count)
            self.sends_in_a_row = self.sends_in_a_row + 1 if kind == "send" else 0

    def must_give_way(self, kind: Kind, run: int) -> bool:
        """Whether somebody waits whose turn it is: a look after many sends, or a list served longer ago."""
        with self.lock:
            if kind == "send" and self._waiting["poll"] and self.sends_in_a_row >= SENDS_PER_POLL:
                return True
            mine = self._served.get((kind, run), 0)
            return any(
                self._served.get((kind, other), 0) < mine for other in self._waiting[kind] if other != run
            )


_turns: WeakKeyDictionary[Database, dict[str, _Turns]] = WeakKeyDictionary()
_turns_lock = threading.Lock()


def _turns_of(database: Database, organization_id: str) -> _Turns:
    with _turns_lock:
        return _turns.setdefault(database, {}).setdefault(organization_id, _Turns())


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
        self._turns = _turns_of(database, organization_id)

    @contextmanager
    def slot(self, kind: Kind) -> Iterator[None]:
        """Hold a slot around one request, waiting for it as long as need be."""
        slot = self._wait_for_slot(kind)
        try:
            yield
        finally:
            _give_back(self._database, slot)

    def _wait_for_slot(self, kind: Kind) -> int:
        self._turns.waits(kind, id(self), 1)
        _give_back(self._database)
        try:
            while True:
                if not self._alive():
                    raise GateClosedError
                reserved = self._reserved(kind)
                slot, wait_seconds = rate.take_slot(
                    self._database,
                    self._organization_id,
                    kind,
                    limit=self._limit.requests,
                    window_seconds=self._limit.seconds,
                    reserved=reserved,
                )
                if slot:
                    self._turns.served(kind, id(self))
                    return slot
                self._mind_the_clock(wait_seconds)
                self._nap(wait_seconds, kind, reserved)
        finally:
            self._turns.waits(kind, id(self), -1)

    def _nap(self, seconds: float, kind: Kind, reserved: int) -> None:
        """Until a slot may be free. The store is not asked meanwhile, unless the turns have changed.

        Whoever is to wait longer than a window asks again soon: the block or the clock may be put right.
        """
        if seconds > self._limit.seconds:
            seconds = LONGEST_NAP_SECONDS
        while seconds > 0:
            nap = min(seconds, LONGEST_NAP_SECONDS)
            self._sleep(nap)
            seconds -= nap
            if not self._alive() or self._reserved(kind) != reserved:
                return

    def _mind_the_clock(self, wait_seconds: float) -> None:
        """Nobody has to wait longer than a window, unless the API says so or the clock was set back."""
        if wait_seconds > self._limit.seconds and clock_set_back.was_set_back(
            self._database, self._organization_id
        ):
            clock_set_back.follow_the_clock(self._database)

    def _reserved(self, kind: Kind) -> int:
        """How many slots a request of this kind leaves free for others."""
        if kind != "interactive" and self._turns.must_give_way(kind, id(self)):
            return RESERVED["poll"] + 1
        return RESERVED[kind]

    def block(self, seconds: float) -> None:
        """The server said 429: nobody of this organization asks again before then."""
        rate.block(self._database, self._organization_id, seconds, window_seconds=self._limit.seconds)
