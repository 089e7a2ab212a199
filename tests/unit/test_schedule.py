"""When batches are looked at, who goes first when requests are short, and the bound they are held to."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from benchmarks.least_time import least_seconds, one_after_another_seconds
from cleanlist_core.runs.rate_gate import SENDS_PER_POLL, DatabaseGate
from cleanlist_core.runs.schedule import first_look, next_look
from cleanlist_core.settings import RateLimit
from cleanlist_core.store.database import open_sqlite
from cleanlist_core.store.organizations import remember_organization

MINUTE = RateLimit(60, 60)


@pytest.mark.parametrize(
    ("durations", "open_batches", "seconds"),
    [
        pytest.param([], 1, 5, id="one batch is looked at as soon as allowed"),
        pytest.param([40] * 10, 1, 5, id="one batch also when it is known to take longer"),
        pytest.param([], 20, 25, id="some batches as often as the limit allows"),
        pytest.param([12] * 10, 20, 12, id="not later than most are known to be done"),
        pytest.param([], 400, 60, id="many batches after a window of the limit"),
        pytest.param([70] * 10, 400, 70, id="many once most are known to be done, if that is later"),
        pytest.param([70] * 9, 400, 60, id="not going by a few that took longer"),
        pytest.param([40] * 96 + [80] * 4, 400, 40, id="not waiting for the slowest few"),
        pytest.param([900] * 10, 400, 120, id="never later than two windows"),
        pytest.param([1] * 10, 400, 5, id="never earlier than allowed"),
    ],
)
def test_the_first_look(durations: list[float], open_batches: int, seconds: float) -> None:
    assert first_look(durations, open_batches=open_batches, limit=MINUTE, poll_seconds=5) == seconds


@pytest.mark.parametrize(
    ("age", "open_batches", "seconds"),
    [
        pytest.param(10, 1, 5, id="a young batch as soon as allowed"),
        pytest.param(200, 1, 14, id="the last one after a small part of its age"),
        pytest.param(100, 60, 50, id="one of many after half its age"),
        pytest.param(100, 20, 25, id="in between as the limit allows"),
        pytest.param(36_000, 1, 60, id="a very old one every minute"),
    ],
)
def test_the_next_look(age: float, open_batches: int, seconds: float) -> None:
    found = next_look(age, open_batches=open_batches, limit=MINUTE, poll_seconds=5)
    assert found == pytest.approx(seconds)


def test_a_waiting_look_is_let_through_after_some_sends(tmp_path: Path) -> None:
    """The limit has room for one more send, but a look has waited long enough."""
    now, order, look_taken, look_waits = [1000.0], list[str](), threading.Event(), threading.Event()
    database = open_sqlite(tmp_path / "gate.sqlite3", clock=lambda: now[0])
    remember_organization(database, "org", "user")
    main = threading.current_thread()

    def sleep(_seconds: float) -> None:
        if threading.current_thread() is main:
            now[0] += 61
            assert look_taken.wait(10)
        else:
            look_waits.set()

    gate = DatabaseGate(database, "org", RateLimit(20, 60), sleep=sleep)

    def look() -> None:
        with gate.slot("poll"):
            order.append("poll")
            look_taken.set()

    for _ in range(17):
        with gate.slot("send"):
            pass
    looking = threading.Thread(target=look)
    looking.start()
    assert look_waits.wait(10)
    with gate.slot("send"):
        order.append("send")
    looking.join(10)
    database.close()
    assert SENDS_PER_POLL < 17
    assert order == ["poll", "send"]


@pytest.mark.parametrize(
    ("durations", "seconds"),
    [
        pytest.param([], 0, id="nothing to do takes no time"),
        pytest.param([40], 40, id="one batch takes as long as it takes"),
        pytest.param([10, 30, 20], 30, id="side by side they take as long as the longest"),
        pytest.param([5, 5, 5, 5], 60, id="the eighth request has to wait for the next window"),
        pytest.param([100, 5, 5, 5], 100, id="what takes longest goes first"),
    ],
)
def test_the_least_time(durations: list[float], seconds: float) -> None:
    assert least_seconds(durations, requests=7, window=60) == seconds


def test_one_after_another_takes_the_sum_in_whole_pauses() -> None:
    assert one_after_another_seconds([5, 6, 12], poll_seconds=5) == 5 + 10 + 15
