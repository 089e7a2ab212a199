"""Many lists at once share the requests of an organization; the real gate, in simulated time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

import pytest
from sqlalchemy import StaticPool, create_engine

from benchmarks.simulated import SimulatedGate, Steps, World
from cleanlist_core.runs.rate_gate import Kind
from cleanlist_core.settings import RateLimit
from cleanlist_core.store.database import Database
from cleanlist_core.store.organizations import remember_organization
from cleanlist_core.store.schema import metadata

LIMIT = RateLimit(60, 60.0)
REQUEST_SECONDS = 0.3


class Town:
    """Organizations with lists at work. taken: when each list's requests left, in seconds from the start."""

    def __init__(self) -> None:
        self.world = World()
        self.start = self.world.now
        engine = create_engine("sqlite://", poolclass=StaticPool, connect_args={"check_same_thread": False})
        self.database = Database(engine, clock=lambda: self.world.now)
        metadata.create_all(engine)
        self.taken: dict[str, list[float]] = {}

    def add_list(self, name: str, organization: str, *wanted: tuple[Kind, int], after: float = 0.0) -> None:
        remember_organization(self.database, organization, "")
        gate = SimulatedGate(self.database, organization, LIMIT)
        self.world.join(self._work(name, gate, wanted, after))

    def _work(
        self, name: str, gate: SimulatedGate, wanted: tuple[tuple[Kind, int], ...], after: float
    ) -> Steps:
        taken = self.taken.setdefault(name, [])
        yield after
        for kind, count in wanted:
            for _ in range(count):
                slot = yield from gate.enter(kind)
                taken.append(self.world.now - self.start)
                yield REQUEST_SECONDS
                gate.leave(slot)

    def by_minute(self, minute: int) -> Counter[str]:
        inside = range(60 * minute, 60 * minute + 60)
        return Counter(
            {name: sum(int(at) in inside for at in moments) for name, moments in self.taken.items()}
        )


@pytest.fixture
def town() -> Iterator[Town]:
    one = Town()
    yield one
    one.database.close()


def test_the_results_of_a_small_list_do_not_wait_until_a_large_one_is_sent(town: Town) -> None:
    town.add_list("large", "org", ("send", 400))
    town.add_list("small", "org", ("poll", 5), after=40)
    town.world.run()
    assert max(town.taken["small"]) < 75
    assert max(town.taken["large"]) > 360


@pytest.mark.parametrize("kind", ["send", "poll"])
def test_lists_that_want_the_same_at_once_get_alike(town: Town, kind: Kind) -> None:
    for name in "abcd":
        town.add_list(name, "org", (kind, 100))
    town.world.run()
    for minute in range(1, 5):
        shares = town.by_minute(minute)
        assert min(shares.values()) >= 0.5 * sum(shares.values()) / 4, shares


def test_a_list_that_comes_late_gets_its_share_from_the_next_window_on(town: Town) -> None:
    town.add_list("early", "org", ("send", 400))
    town.add_list("late", "org", ("send", 30), after=70)
    town.world.run()
    assert max(town.taken["late"]) < 240


def test_a_busy_organization_takes_nothing_from_another(town: Town) -> None:
    for number in range(5):
        town.add_list(f"busy {number}", "org-busy", ("send", 60), ("poll", 60))
    town.add_list("alone", "org-alone", ("send", 20), ("poll", 20))
    town.world.run()
    assert max(town.taken["alone"]) < 20, "it never waits"
