"""The gate: in no window, wherever it starts, more requests than allowed, and the screens never starved."""

from __future__ import annotations

import heapq
import itertools
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from cleanlist_core.runs.rate_gate import DatabaseGate, GateClosedError, Kind
from cleanlist_core.settings import RateLimit
from cleanlist_core.store import rate
from cleanlist_core.store.database import Database, StoreError, open_url
from cleanlist_core.store.organizations import remember_organization
from tests.databases import NewUrl
from tests.runs.steps import ManualClock

pytestmark = pytest.mark.both_databases

ORGANIZATION = "org-gate"
WINDOW = 1.0

names = (f"org-{number}" for number in itertools.count())


class Traffic:
    """Requests that overlap, in one thread: each ends when the clock reaches its end."""

    def __init__(self, database: Database, clock: ManualClock, requests: int) -> None:
        self.organization = next(names)
        remember_organization(database, self.organization, "")
        self._clock = clock
        self._under_way: list[tuple[float, int, object]] = []
        self._count = itertools.count()
        self.spans: list[tuple[float, float]] = []
        self.gate = DatabaseGate(
            database, self.organization, RateLimit(requests, WINDOW), sleep=self.pass_time
        )

    def pass_time(self, seconds: float) -> None:
        until = self._clock.now + seconds
        while self._under_way and self._under_way[0][0] <= until:
            end, _, slot = heapq.heappop(self._under_way)
            self._clock.now = max(self._clock.now, end)
            slot.__exit__(None, None, None)  # type: ignore[attr-defined]
        self._clock.now = max(self._clock.now, until)

    def request(self, kind: Kind, takes: float) -> float:
        """Start a request as soon as it may. Returns how long it had to wait."""
        asked = self._clock.now
        slot = self.gate.slot(kind)
        slot.__enter__()
        start = self._clock.now
        heapq.heappush(self._under_way, (start + takes, next(self._count), slot))
        self.spans.append((start, start + takes))
        return start - asked

    def end_all(self) -> None:
        """A slot dropped half-way would be given back at any moment, in the middle of something else."""
        self.pass_time(60 * WINDOW)

    def most_in_a_window(self, seconds: float) -> int:
        """The worst case: every request may arrive at any moment between its start and its end."""
        return max(
            sum(begun <= start and ended > start - seconds for begun, ended in self.spans)
            for start, _ in self.spans
        )


@pytest.fixture(scope="module")
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture(scope="module")
def database(
    tmp_path_factory: pytest.TempPathFactory, new_url: NewUrl, clock: ManualClock
) -> Iterator[Database]:
    opened = open_url(new_url(tmp_path_factory.mktemp("gate")), clock=clock)
    yield opened
    opened.close()


OpenTraffic = Callable[[int], Traffic]


@pytest.fixture
def open_traffic(database: Database, clock: ManualClock) -> Iterator[OpenTraffic]:
    """requests: how many a window allows."""
    opened: list[Traffic] = []

    def one_more(requests: int) -> Traffic:
        opened.append(Traffic(database, clock, requests))
        return opened[-1]

    yield one_more
    for traffic in opened:
        traffic.end_all()


KINDS = st.sampled_from(["interactive", "send", "poll"])
REQUESTS = st.lists(st.tuples(KINDS, st.floats(0, 1.0), st.floats(0, 0.3)), min_size=8, max_size=20)


@settings(max_examples=10, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(limit=st.integers(3, 12), requests=REQUESTS)
def test_no_window_holds_more_than_the_limit_whatever_the_requests_take(
    database: Database, clock: ManualClock, limit: int, requests: list[tuple[Kind, float, float]]
) -> None:
    traffic = Traffic(database, clock, limit)
    for kind, takes, pause in requests:
        traffic.pass_time(pause)
        traffic.request(kind, takes)
    assert traffic.most_in_a_window(WINDOW) <= limit
    traffic.end_all()


def test_the_whole_limit_is_used_when_requests_are_quick(
    open_traffic: OpenTraffic, clock: ManualClock
) -> None:
    traffic = open_traffic(12)
    started = clock.now
    for _ in range(36):
        traffic.request("interactive", 0.01)
    assert clock.now - started == pytest.approx(2 * WINDOW, rel=0.1)
    assert traffic.most_in_a_window(WINDOW) == 12


@pytest.mark.parametrize("others", ["send", "poll"])
def test_a_click_is_never_starved_by_a_run(open_traffic: OpenTraffic, others: Kind) -> None:
    traffic = open_traffic(20)
    for _ in range(5):
        for _ in range(40):
            traffic.request(others, 0.01)
        assert traffic.request("interactive", 0.05) == 0


def test_a_click_is_not_starved_under_a_limit_that_was_learned(open_traffic: OpenTraffic) -> None:
    traffic = open_traffic(60)
    for _ in range(30):
        traffic.request("interactive", 0.0)
    traffic.gate.block(0.1)
    traffic.pass_time(2 * WINDOW)
    learned = 29
    for _ in range(learned - 2):
        traffic.request("send", 0.0)
    assert traffic.request("send", 0.0) > 0, "the rest is left for the screens"
    traffic.pass_time(2 * WINDOW)
    for _ in range(learned - 2):
        traffic.request("send", 0.0)
    assert traffic.request("interactive", 0.0) == 0
    assert traffic.request("interactive", 0.0) == 0


def test_a_block_is_obeyed_by_everybody_and_a_stricter_limit_is_learned(open_traffic: OpenTraffic) -> None:
    traffic = open_traffic(30)
    for _ in range(10):
        traffic.request("interactive", 0.0)
    traffic.gate.block(4.0)
    assert traffic.request("interactive", 0.0) >= 4.0 - 0.001
    traffic.pass_time(WINDOW)
    before = len(traffic.spans)
    for _ in range(15):
        traffic.request("interactive", 0.0)
    recent = traffic.spans[before:]
    most = max(sum(start - WINDOW < other[0] <= start for other in recent) for start, _ in recent)
    assert most < 10


def test_a_shorter_block_does_not_undo_a_longer_one(open_traffic: OpenTraffic) -> None:
    traffic = open_traffic(30)
    traffic.gate.block(50.0)
    traffic.gate.block(1.0)
    assert traffic.request("send", 0.0) >= 50.0 - 0.001


def test_a_new_connection_starts_from_the_published_limit_again(
    open_traffic: OpenTraffic, database: Database
) -> None:
    traffic = open_traffic(20)
    traffic.gate.block(0.5)
    traffic.pass_time(WINDOW)
    rate.forget_learned_limit(database, traffic.organization)
    assert max(traffic.request("interactive", 0.0) for _ in range(20)) == 0


def test_a_slot_left_open_by_a_crash_counts_for_a_while_and_then_no_more(
    open_traffic: OpenTraffic, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    traffic = open_traffic(2)
    monkeypatch.setattr(rate, "LONGEST_REQUEST_SECONDS", 8.0)
    for _ in range(2):
        slot, _ = rate.take_slot(database, traffic.organization, "send", limit=2, window_seconds=WINDOW)
        assert slot
    waited = traffic.request("interactive", 0.0)
    assert 8.0 <= waited <= 8.0 + WINDOW + 1


def test_a_slot_that_could_not_be_given_back_is_given_back_with_the_next(
    open_traffic: OpenTraffic, monkeypatch: pytest.MonkeyPatch
) -> None:
    def out_of_reach(_database: Database, _slot: int) -> None:
        raise StoreError("The data store could not be used.")

    traffic = open_traffic(1)
    with monkeypatch.context() as patch:
        patch.setattr(rate, "release_slot", out_of_reach)
        with traffic.gate.slot("send"):
            pass
    waited = traffic.request("send", 0.0)
    assert WINDOW - 0.01 <= waited <= 2 * WINDOW, "it counts until it is known to be over, and a window more"


def test_organizations_do_not_use_each_others_requests(open_traffic: OpenTraffic) -> None:
    one, other = (open_traffic(5) for _ in range(2))
    for _ in range(5):
        one.request("send", 0.0)
    assert other.request("send", 0.0) == 0
    assert one.request("send", 0.0) > 0


def test_whoever_is_no_longer_wanted_stops_waiting(open_traffic: OpenTraffic, database: Database) -> None:
    traffic = open_traffic(1)
    traffic.request("send", 0.0)
    asked = iter([True, True, False])
    gate = DatabaseGate(
        database,
        traffic.organization,
        RateLimit(1, WINDOW),
        alive=lambda: next(asked),
        sleep=traffic.pass_time,
    )
    with pytest.raises(GateClosedError), gate.slot("send"):
        raise AssertionError("it must not get in")


def test_a_failed_request_gives_its_slot_back_in_time(open_traffic: OpenTraffic) -> None:
    traffic = open_traffic(1)
    with pytest.raises(ZeroDivisionError), traffic.gate.slot("poll"):
        raise ZeroDivisionError
    assert traffic.request("poll", 0.0) == pytest.approx(WINDOW, abs=0.01)


def test_two_gates_on_two_connections_share_one_budget(
    tmp_path: Path, new_url: NewUrl, clock: ManualClock
) -> None:
    url = new_url(tmp_path)
    databases = [open_url(url, clock=clock) for _ in range(2)]
    remember_organization(databases[0], ORGANIZATION, "")
    limit = RateLimit(4, WINDOW)
    gates = [DatabaseGate(one, ORGANIZATION, limit, sleep=clock.sleep) for one in databases]
    started = clock.now
    for turn in range(8):
        with gates[turn % 2].slot("interactive"):
            pass
    assert clock.now - started >= WINDOW
    for one in databases:
        one.close()
