"""The schedule and the gate in simulated time: many lists in seconds, and days of them in minutes.

    python -m benchmarks.simulated --people 15000 --seeds 200
    python -m benchmarks.simulated --people 100000 --way person --seeds 1

When to look (`runs/schedule.py`) and whether a request may leave (`store/rate.py`, with the gate's rules
on who goes first) is decided by the real code. Threads, HTTP and the API are simulated: one sender, three
collectors, a clock that jumps, batches that take a drawn time (lognormal, median 40 s, 95 % within 120 s)
and requests that take a fixed one. What our own program takes per request is left out; for that see
`benchmarks.makespan`.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import math
import random
import statistics
from collections import deque
from collections.abc import Generator
from dataclasses import dataclass, field

from sqlalchemy import StaticPool, create_engine

from benchmarks.least_time import one_after_another_seconds
from benchmarks.makespan import (
    MEDIAN_SECONDS,
    POLL_SECONDS,
    REQUESTS,
    SIGMA,
    WAYS,
    WINDOW_SECONDS,
    bound_of,
    fewest_requests,
)
from cleanlist_core.domain import MAX_BATCH
from cleanlist_core.runs.driver import ANNOUNCED_FACTOR, COLLECTORS, IDLE_SECONDS
from cleanlist_core.runs.rate_gate import DatabaseGate, Kind
from cleanlist_core.runs.schedule import first_look, next_look
from cleanlist_core.settings import RateLimit
from cleanlist_core.store import rate
from cleanlist_core.store.database import Database
from cleanlist_core.store.organizations import remember_organization
from cleanlist_core.store.runs import READY_BEFORE
from cleanlist_core.store.schema import metadata

LIMIT = RateLimit(REQUESTS, WINDOW_SECONDS)
ORGANIZATION = "org-simulated"
REMEMBERED = 50

Steps = Generator[float, None, None]
"""What somebody does: yields how many seconds pass until their next step."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What is simulated. learned: how many run times of earlier lists are known."""

    people: int
    way: str
    seed: int
    request_seconds: float = 0.3
    learned: int = 0


@dataclass
class Batch:
    """One request's people. All times in seconds from the start."""

    takes: float
    size: int
    sent_at: float = 0.0
    due_at: float = 0.0
    finished_at: float = 0.0
    looked_at: bool = False
    looks: int = 0


@dataclass
class World:
    """The clock and whoever does something, in order of time."""

    now: float = 1_000_000.0
    actors: list[tuple[float, int, Steps]] = field(default_factory=list)
    turns: itertools.count[int] = field(default_factory=itertools.count)

    def join(self, actor: Steps) -> None:
        heapq.heappush(self.actors, (self.now, next(self.turns), actor))

    def run(self) -> None:
        while self.actors:
            self.now, _, actor = heapq.heappop(self.actors)
            pause = next(actor, None)
            if pause is not None:
                heapq.heappush(self.actors, (self.now + max(pause, 1e-3), next(self.turns), actor))


class SimulatedGate(DatabaseGate):
    """The real gate; whoever waits gives the others their turn instead of sleeping."""

    def enter(self, kind: Kind) -> Generator[float, None, int]:
        self._turns.waits(kind, id(self), 1)
        while True:
            slot, wait = rate.take_slot(
                self._database,
                self._organization_id,
                kind,
                limit=self._limit.requests,
                window_seconds=self._limit.seconds,
                reserved=self._reserved(kind),
            )
            if slot:
                self._turns.served(kind, id(self))
                self._turns.waits(kind, id(self), -1)
                return slot
            yield min(wait, 1.0)

    def leave(self, slot: int) -> None:
        rate.release_slot(self._database, slot)


class Simulation:
    """One list from its first request to its last result."""

    def __init__(self, setup: Setup) -> None:
        self.setup = setup
        chance = random.Random(setup.seed)
        sizes = [MAX_BATCH] * (setup.people // MAX_BATCH)
        sizes += [setup.people % MAX_BATCH] if setup.people % MAX_BATCH else []
        self.batches = [Batch(drawn(chance), size) for size in sizes]
        self.world = World()
        self.start = self.world.now
        self.requests: list[float] = []
        self._unsent = deque(self.batches)
        self._open: list[Batch] = []
        self._durations = deque((drawn(chance) for _ in range(setup.learned)), maxlen=REMEMBERED)
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        self._database = Database(engine, clock=lambda: self.world.now)
        metadata.create_all(engine)
        remember_organization(self._database, ORGANIZATION, "")
        self._gate = SimulatedGate(self._database, ORGANIZATION, LIMIT)
        announced = setup.way == "announced"
        self._poll_seconds = POLL_SECONDS * (ANNOUNCED_FACTOR if announced else 1)

    def run(self) -> None:
        self.world.join(self._send())
        for _ in range(COLLECTORS):
            self.world.join(self._collect())
        self.world.run()
        self._database.close()

    def _request(self, kind: Kind) -> Steps:
        slot = yield from self._gate.enter(kind)
        yield self.setup.request_seconds
        self.requests.append(self.world.now)
        self._gate.leave(slot)

    def _send(self) -> Steps:
        while self._unsent:
            yield from self._request("send")
            batch = self._unsent.popleft()
            batch.sent_at = self.world.now
            batch.due_at = self.world.now + first_look(
                list(self._durations),
                open_batches=1 + len(self._open) + len(self._unsent),
                limit=LIMIT,
                poll_seconds=self._poll_seconds,
            )
            self._open.append(batch)
            if self.setup.way == "announced":
                self.world.join(self._announce(batch))

    def _announce(self, batch: Batch) -> Steps:
        yield batch.takes
        batch.due_at = min(batch.due_at, self.world.now)

    def _collect(self) -> Steps:
        while self._unsent or self._open:
            due = [one for one in self._open if one.due_at <= self.world.now and not one.looked_at]
            if not due:
                yield IDLE_SECONDS
                continue
            yield from self._look(min(due, key=lambda one: one.due_at))

    def _look(self, batch: Batch) -> Steps:
        batch.looked_at = True
        batch.looks += 1
        yield from self._request("poll")
        age = self.world.now - batch.sent_at
        if age >= batch.takes:
            if self.setup.way == "person":
                for _ in range(batch.size):
                    yield from self._request("poll")
            batch.finished_at = self.world.now
            self._open.remove(batch)
            noticed = self.world.now - batch.sent_at
            self._durations.append(noticed * READY_BEFORE if batch.looks == 1 else noticed)
        else:
            batch.due_at = self.world.now + next_look(
                age, open_batches=len(self._open), limit=LIMIT, poll_seconds=self._poll_seconds
            )
            if self.setup.way == "announced":
                ready_at = batch.sent_at + batch.takes
                batch.due_at = max(self.world.now, min(batch.due_at, ready_at))
        batch.looked_at = False

    # What came of it

    @property
    def makespan(self) -> float:
        return max(one.finished_at for one in self.batches) - self.start

    @property
    def half(self) -> float:
        ended = sorted(one.finished_at for one in self.batches)
        return ended[(len(ended) - 1) // 2] - self.start

    @property
    def bound(self) -> float:
        return bound_of(self.setup.way, [(one.takes, one.size) for one in self.batches])

    @property
    def fewest(self) -> int:
        return fewest_requests(self.setup.way, batches=len(self.batches), people=self.setup.people)

    def most_in_a_window(self) -> int:
        """The most requests that could meet in one window of the server, wherever it starts."""
        moments, most = sorted(self.requests), 0
        recent: deque[float] = deque()
        for moment in moments:
            recent.append(moment)
            while recent[0] <= moment - WINDOW_SECONDS:
                recent.popleft()
            most = max(most, len(recent))
        return most


def drawn(chance: random.Random) -> float:
    return MEDIAN_SECONDS * math.exp(SIGMA * chance.gauss(0, 1))


def main() -> None:
    parser = argparse.ArgumentParser(description="The schedule and the gate in simulated time.")
    parser.add_argument("--people", type=int, default=15_000)
    parser.add_argument("--way", choices=WAYS, default="batch")
    parser.add_argument("--seeds", type=int, default=100)
    parser.add_argument("--seed", type=int, default=1, help="The first of them.")
    parser.add_argument("--learned", type=int, default=0, help="Run times known from earlier lists.")
    parser.add_argument("--request-seconds", type=float, default=0.3)
    chosen = parser.parse_args()
    done = []
    for seed in range(chosen.seed, chosen.seed + chosen.seeds):
        setup = Setup(chosen.people, chosen.way, seed, chosen.request_seconds, chosen.learned)
        done.append(Simulation(setup))
        done[-1].run()
    ratios = sorted(one.makespan / one.bound for one in done)
    requests = [len(one.requests) / one.fewest for one in done]
    print(
        f"{chosen.people:,} people, results by {chosen.way}, {len(done)} lists: {ratios[0]:.3f} to"
        f" {ratios[-1]:.3f} × the bound, median {statistics.median(ratios):.3f}, 95 % within"
        f" {ratios[int(0.95 * (len(ratios) - 1))]:.3f}; {statistics.median(requests):.2f} × the fewest"
        f" requests ({min(requests):.2f} to {max(requests):.2f}); half after"
        f" {statistics.median(one.half / one.bound for one in done):.2f} of the bound; at most"
        f" {max(one.most_in_a_window() for one in done)} requests in a window"
    )
    if chosen.way == "batch":
        times = [
            one_after_another_seconds([b.takes for b in one.batches], poll_seconds=POLL_SECONDS)
            / one.makespan
            for one in done
        ]
        print(f"{statistics.median(times):.1f} × faster than one after another")


if __name__ == "__main__":
    main()
