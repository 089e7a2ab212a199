"""A server that is stricter than it says: its limit is learned, kept to, and tried again now and then."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from cleanlist_core.runs.rate_gate import DatabaseGate, Kind
from cleanlist_core.settings import RateLimit
from cleanlist_core.store import rate
from cleanlist_core.store.database import open_sqlite
from cleanlist_core.store.organizations import remember_organization
from tests.runs.steps import ManualClock

MINUTE = 60.0
PUBLISHED = RateLimit(60, MINUTE)
ORGANIZATION = "org-strict"


class StrictServer:
    """Counts in fixed windows that start when it likes. limits: (until which moment, requests a window)."""

    def __init__(self, limits: list[tuple[float, int]], phase: float) -> None:
        self._limits = limits
        self._phase = phase
        self._window = -1
        self._count = 0
        self.refused: list[float] = []
        self.accepted: list[float] = []

    def ask(self, now: float) -> float:
        """Seconds to wait, 0 when the request was taken."""
        window = math.floor(now / MINUTE - self._phase)
        if window != self._window:
            self._window, self._count = window, 0
        if self._count >= next(limit for until, limit in self._limits if now < until):
            self.refused.append(now)
            return (window + 1 + self._phase) * MINUTE - now
        self._count += 1
        self.accepted.append(now)
        return 0.0


class Client:
    """Asks as fast as the gate lets it, one request after another."""

    def __init__(self, folder: Path, server: StrictServer) -> None:
        self.clock = ManualClock(0.0)
        self.database = open_sqlite(folder / "strict.sqlite3", clock=self.clock)
        # Nothing here outlives the test, so nothing has to reach the disk.
        raw = self.database.engine.raw_connection()
        raw.cursor().execute("PRAGMA synchronous=OFF")
        raw.close()
        remember_organization(self.database, ORGANIZATION, "")
        self._server = server
        self._gate = DatabaseGate(self.database, ORGANIZATION, PUBLISHED, sleep=self.clock.sleep)

    def ask_until(self, moment: float, kind: Kind = "poll") -> None:
        while self.clock.now < moment:
            with self._gate.slot(kind):
                wait = self._server.ask(self.clock.now)
                self.clock.sleep(0.05)
                if wait:
                    self._gate.block(wait)
        self.database.close()


@pytest.mark.parametrize("phase", [0.0, 0.3, 0.9])
def test_a_stricter_limit_is_learned_and_seldom_tried_again(tmp_path: Path, phase: float) -> None:
    server = StrictServer([(math.inf, 30)], phase)
    Client(tmp_path, server).ask_until(90 * MINUTE)
    assert len(server.refused) <= 8
    assert len([moment for moment in server.refused if moment > 30 * MINUTE]) <= 2
    assert len(server.accepted) >= 0.8 * 30 * 90, "and nearly all that it allows is used"


def test_one_refusal_by_accident_is_forgotten_within_a_quarter_of_an_hour(tmp_path: Path) -> None:
    server = StrictServer([(3 * MINUTE, 60), (3.2 * MINUTE, 0), (math.inf, 60)], 0.5)
    Client(tmp_path, server).ask_until(30 * MINUTE)
    late = [moment for moment in server.accepted if moment > 20 * MINUTE]
    assert len(late) >= 0.9 * 57 * 10, "three requests a minute are the screens'"


def test_a_server_that_keeps_its_promise_refuses_nothing(tmp_path: Path) -> None:
    server = StrictServer([(math.inf, 60)], 0.7)
    Client(tmp_path, server).ask_until(15 * MINUTE, "interactive")
    assert server.refused == []
    assert len(server.accepted) >= 0.97 * 60 * 15


def test_requests_refused_together_are_one_finding(tmp_path: Path) -> None:
    clock = ManualClock(1000.0)
    database = open_sqlite(tmp_path / "together.sqlite3", clock=clock)
    remember_organization(database, ORGANIZATION, "")
    for _ in range(30):
        slot, _wait = rate.take_slot(database, ORGANIZATION, "poll", limit=60, window_seconds=MINUTE)
        rate.release_slot(database, slot)
    under_way = [
        rate.take_slot(database, ORGANIZATION, "poll", limit=60, window_seconds=MINUTE)[0] for _ in range(4)
    ]
    for slot in under_way:
        rate.block(database, ORGANIZATION, 20.0, window_seconds=MINUTE)
        rate.release_slot(database, slot)
    clock.sleep(MINUTE + 21)
    free = 0
    while rate.take_slot(database, ORGANIZATION, "poll", limit=60, window_seconds=MINUTE)[0]:
        free += 1
    assert free == 33
    database.close()
