"""Sending and collecting one step at a time, in one thread, by a clock that passes when told to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, Self
from uuid import uuid4

from cleanlist_core.runs.collecting import Collector
from cleanlist_core.runs.rate_gate import DatabaseGate
from cleanlist_core.runs.sending import Checkpoint, Sender, SendStep, seconds_by_every_clock
from cleanlist_core.settings import RateLimit
from cleanlist_core.store import runs, settling
from cleanlist_core.store.batches import doubt_orphans
from cleanlist_core.store.database import Database

LIMIT = RateLimit(1_000, 60)
POLL_SECONDS = 5.0


class ManualClock:
    """Seconds since 1970, for a database and for sleeping."""

    def __init__(self, now: float = 1_800_000_000.0) -> None:
        self.now = now

    def __call__(self) -> float:
        return self.now

    def sleep(self, seconds: float) -> None:
        self.now += seconds


class Steps:
    """The one who drives a run, as far as told. client: a CleanlistClient, or what stands in for it."""

    def __init__(
        self,
        database: Database,
        clock: ManualClock,
        client: Any,
        run_id: str,
        organization_id: str,
        checkpoint: Checkpoint = lambda _step: None,
        moment: Callable[[], Sequence[float]] = seconds_by_every_clock,
    ) -> None:
        self._database = database
        self._clock = clock
        self._run_id = run_id
        self.owner = f"invented:{uuid4().hex}"
        gate = DatabaseGate(database, organization_id, LIMIT, sleep=clock.sleep)
        self._sender = Sender(
            database,
            client,
            gate,
            run_id=run_id,
            owner=self.owner,
            limit=LIMIT,
            first_look=lambda: POLL_SECONDS,
            public_url=None,
            alive=lambda: True,
            checkpoint=checkpoint,
            sleep=clock.sleep,
            moment=moment,
        )
        self._collector = Collector(
            database,
            client,
            run_id=run_id,
            poll_seconds=POLL_SECONDS,
            next_look=lambda _due: POLL_SECONDS,
            checkpoint=checkpoint,
        )

    def take_over(self) -> Self:
        """What a process does that finds a run whose owner is gone."""
        self._clock.sleep(runs.LEASE_SECONDS + 1)
        if runs.hold(self._database, self._run_id, self.owner):
            doubt_orphans(self._database, self._run_id, self.owner)
            settling.take_up_looks(self._database, self._run_id)
        return self

    def send(self) -> SendStep:
        runs.hold(self._database, self._run_id, self.owner)
        return self._sender.send_next()

    def collect(self) -> bool:
        return self._collector.collect_next()

    def collect_all(self, most: int = 1_000) -> int:
        """Look until nothing is left to look at, however long that takes. Returns how often it looked."""
        looks = 0
        while looks < most:
            due_at = runs.open_work(self._database, self._run_id).next_due_at
            if due_at is None:
                return looks
            self._clock.now = max(self._clock.now, due_at)
            looks += self.collect()
        raise AssertionError("it never came to an end")
