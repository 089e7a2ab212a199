"""The clock of the machine is set back by an hour: no list stands still, and nobody is paid for twice."""

from __future__ import annotations

import time
from collections.abc import Iterator
from decimal import Decimal

import pytest
from sqlalchemy import update

from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.domain import EnrichmentType, RunState
from cleanlist_core.runs.rate_gate import DatabaseGate
from cleanlist_core.runs.sending import Sent
from cleanlist_core.settings import RateLimit
from cleanlist_core.store import clock_set_back, next_batch, organizations, rate, runs
from cleanlist_core.store.database import Database
from cleanlist_core.store.next_batch import Hold
from cleanlist_core.store.schema import organization
from tests.runs.scene import Scene, people
from tests.runs.steps import ManualClock, Steps

HOUR = 3600.0
MINUTE = RateLimit(60, 60.0)


class Machine:
    """One whose clock is turned by hand, at work on a scene's lists."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.clock = ManualClock(time.time())
        self.database = Database(scene.database.engine, clock=self.clock)
        self.client = CleanlistClient(scene.base_url, scene.key, attempts=1)

    def steps(self, run_id: str) -> Steps:
        return Steps(self.database, self.clock, self.client, run_id, self.scene.organization_id)

    def set_back(self) -> None:
        self.clock.now -= HOUR
        assert clock_set_back.was_set_back(self.database, self.scene.organization_id)

    def read_balance(self, credits_left: int) -> None:
        organizations.add_reading(
            self.database,
            self.scene.organization_id,
            Decimal(credits_left),
            used_this_month=None,
            read_at=self.clock.now,
            why="on view",
        )


@pytest.fixture
def machine(scene: Scene) -> Iterator[Machine]:
    one = Machine(scene)
    yield one
    one.client.close()


def gate_of(machine: Machine) -> DatabaseGate:
    return DatabaseGate(machine.database, machine.scene.organization_id, MINUTE, sleep=machine.clock.sleep)


def test_requests_of_the_hour_ahead_hold_nobody_up_for_longer_than_a_window(machine: Machine) -> None:
    gate = gate_of(machine)
    for _ in range(60):
        with gate.slot("interactive"):
            pass
    machine.set_back()
    asked = machine.clock.now
    with gate.slot("interactive"):
        assert 0 < machine.clock.now - asked <= MINUTE.seconds + 1, "and the limit is kept meanwhile"


def test_a_wait_that_the_api_asked_for_is_as_long_as_before(machine: Machine) -> None:
    gate = gate_of(machine)
    with gate.slot("poll"):
        gate.block(300.0)
    machine.set_back()
    asked = machine.clock.now
    with gate.slot("poll"):
        assert 298 <= machine.clock.now - asked <= 302


def test_the_lease_of_somebody_who_is_gone_runs_out_as_usual(machine: Machine) -> None:
    run_id = machine.scene.start(machine.scene.add_list(people(5)))
    assert runs.hold(machine.database, run_id, "another-machine:1:gone")
    machine.clock.sleep(5)
    rate.note_past_request(machine.database, machine.scene.organization_id)
    machine.clock.now -= HOUR
    assert clock_set_back.leases_lie_ahead(machine.database)
    clock_set_back.follow_the_clock(machine.database)
    assert not clock_set_back.leases_lie_ahead(machine.database)
    machine.clock.sleep(runs.LEASE_SECONDS + 1)
    assert (run_id, machine.scene.organization_id) in runs.due_runs(machine.database)


def test_results_that_were_due_in_an_hour_are_fetched_now_and_paid_once(machine: Machine) -> None:
    run_id = machine.scene.start(machine.scene.add_list(people(8)))
    steps = machine.steps(run_id)
    assert isinstance(steps.send(), Sent)
    machine.scene.wait_until(machine.scene.workflows()[0].ends_at)
    machine.clock.sleep(10)
    machine.set_back()
    clock_set_back.follow_the_clock(machine.database)
    assert steps.collect()
    assert runs.end(machine.database, run_id, RunState.RUNNING) is RunState.FINISHED
    assert machine.scene.spent(run_id) == machine.scene.charged() > 0
    machine.scene.check_the_numbers(run_id)


def test_a_top_up_after_it_counts_and_what_was_spent_before_it_stays_spent(
    machine: Machine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(next_batch, "MAX_BATCH", 4)
    machine.clock.sleep(5)
    machine.read_balance(4)
    run_id = machine.scene.start(machine.scene.add_list(people(8)))
    steps = machine.steps(run_id)
    assert isinstance(steps.send(), Sent)
    machine.scene.wait_until(machine.scene.workflows()[0].ends_at)
    machine.clock.sleep(10)
    assert steps.collect()
    machine.set_back()
    clock_set_back.follow_the_clock(machine.database)
    spent = machine.scene.spent(run_id)
    assert spent > 0
    step = steps.send()
    if isinstance(step, Sent):
        assert machine.scene.batches(run_id)[-1].size <= 4 - spent
    else:
        assert step == Hold("credits")
    machine.clock.sleep(1)
    machine.read_balance(1000)
    newest = organizations.last_reading(machine.database, machine.scene.organization_id)
    assert newest is not None
    assert newest.balance == 1000


def test_people_whom_another_list_has_looked_up_meanwhile_are_not_paid_again(machine: Machine) -> None:
    scene = machine.scene
    first = scene.start(scene.add_list(people(6)))
    second = scene.start(scene.add_list(people(6)))
    steps = machine.steps(first)
    assert isinstance(steps.send(), Sent)
    scene.wait_until(scene.workflows()[0].ends_at)
    machine.clock.sleep(1)
    machine.set_back()
    clock_set_back.follow_the_clock(machine.database)
    assert steps.collect()
    assert not isinstance(machine.steps(second).send(), Sent)
    failed = scene.outcomes(first)["failed"]
    assert sum(scene.accepted(asking="email").values()) <= 6 + failed
    assert scene.view(second).enrichment_type is EnrichmentType.PARTIAL


def test_a_clock_that_goes_on_is_left_alone(machine: Machine) -> None:
    with gate_of(machine).slot("poll"):
        machine.clock.sleep(HOUR)
    with machine.database.write() as connection:
        blocked = {"blocked_until": machine.clock.now + 50}
        connection.execute(update(organization).values(**blocked))
    assert not clock_set_back.was_set_back(machine.database, machine.scene.organization_id)
    clock_set_back.follow_the_clock(machine.database)
    asked = machine.clock.now
    with gate_of(machine).slot("poll"):
        assert machine.clock.now - asked >= 49
