"""One driver per run: taken, renewed, lost and taken over, by the clock of the database."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from cleanlist_core.domain import RunState
from cleanlist_core.runs.driver import is_dead, new_owner, take_over_from_the_dead, this_machine
from cleanlist_core.store import runs, schema
from cleanlist_core.store.batches import doubt_orphans
from cleanlist_core.store.database import Database, open_url
from cleanlist_core.store.organizations import remember_organization
from cleanlist_core.store.runs import LEASE_SECONDS, NEEDS_KEY
from tests.databases import NewUrl
from tests.runs.steps import ManualClock
from tests.unit.results.building import ORGANIZATION, RUN, a_row, add_batch, add_run

pytestmark = pytest.mark.both_databases


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def database(tmp_path: Path, new_url: NewUrl, clock: ManualClock) -> Iterator[Database]:
    opened = open_url(new_url(tmp_path), clock=clock)
    remember_organization(opened, ORGANIZATION, "")
    add_run(opened, [a_row()])
    yield opened
    opened.close()


def put(database: Database, state: str, waiting_for: str = "") -> None:
    with database.write() as connection:
        connection.execute(update(schema.run).values(state=state, waiting_for=waiting_for))


def test_one_at_a_time_renewed_in_time_and_free_when_let_go(database: Database, clock: ManualClock) -> None:
    assert runs.hold(database, RUN, "first")
    assert not runs.hold(database, RUN, "second")
    clock.sleep(0.9 * LEASE_SECONDS)
    assert runs.hold(database, RUN, "first")
    clock.sleep(0.9 * LEASE_SECONDS)
    assert not runs.hold(database, RUN, "second"), "it was renewed"
    runs.let_go(database, RUN, "second")
    assert not runs.hold(database, RUN, "second"), "only its holder can let go"
    runs.let_go(database, RUN, "first")
    assert runs.hold(database, RUN, "second")


def test_a_lease_that_ran_out_is_taken_over_and_its_old_holder_stays_out(
    database: Database, clock: ManualClock
) -> None:
    assert runs.hold(database, RUN, "frozen")
    clock.sleep(LEASE_SECONDS + 0.1)
    assert runs.due_runs(database) == [(RUN, ORGANIZATION)]
    assert runs.hold(database, RUN, "next")
    assert not runs.hold(database, RUN, "frozen")
    runs.let_go(database, RUN, "frozen")
    assert runs.due_runs(database) == []


def test_the_lease_of_a_dead_process_of_this_machine_is_free_at_once(database: Database) -> None:
    gone = f"{this_machine()}:{2**22 + 1}:word"
    assert runs.hold(database, RUN, gone)
    take_over_from_the_dead(database)
    assert runs.hold(database, RUN, "next")


@pytest.mark.parametrize(
    ("owner", "dead"),
    [
        pytest.param(f"{this_machine()}:{os.getpid()}:x", False, id="this process"),
        pytest.param(f"{this_machine()}:1:x", False, id="a process of somebody else"),
        pytest.param(f"{this_machine()}:{2**22 + 1}:x", True, id="a process that is not there"),
        pytest.param("another-machine:1:x", False, id="another machine, which nobody can know"),
        pytest.param(
            f"{socket.gethostname()}/another-boot/1:{2**22 + 1}:x", False, id="a container of the same name"
        ),
        pytest.param("nonsense", False, id="nonsense"),
        pytest.param("", False, id="nobody"),
    ],
)
def test_who_is_known_to_be_dead(owner: str, dead: bool) -> None:
    assert is_dead(owner) is dead
    assert not is_dead(new_owner())


def add_somebody_to_send(database: Database) -> None:
    with database.write() as connection:
        connection.execute(
            insert(schema.run_row).values(
                run_id=RUN, row_number=2, leader=2, ask="partial", outcome="not_sent", reason=""
            )
        )


@pytest.mark.parametrize("state", list(RunState))
@pytest.mark.parametrize("something_sent", [False, True])
def test_what_was_paid_for_is_always_worth_driving(
    database: Database, state: RunState, something_sent: bool
) -> None:
    if something_sent:
        add_batch(database, "sent")
    put(database, state.value, "paused" if state is RunState.WAITING else "")
    active = state in (RunState.RUNNING, RunState.STOPPING)
    held = state is RunState.NEEDS_YOU and something_sent
    at_its_end = state is RunState.WAITING
    assert runs.hold(database, RUN, "me") is (active or held or at_its_end)


@pytest.mark.parametrize("something_sent", [False, True])
@pytest.mark.parametrize("left", ["somebody", "a part put off"])
def test_a_pause_with_somebody_left_to_send_is_kept_and_only_fetches(
    database: Database, something_sent: bool, left: str
) -> None:
    if left == "somebody":
        add_somebody_to_send(database)
    else:
        add_batch(database, "planned")
    if something_sent:
        add_batch(database, "sent")
    put(database, "waiting", "paused")
    assert runs.end(database, RUN, RunState.WAITING) is None
    assert runs.hold(database, RUN, "me") is something_sent


@pytest.mark.parametrize("reason", NEEDS_KEY)
def test_without_a_key_nobody_can_drive(database: Database, reason: str) -> None:
    add_batch(database, "sent")
    put(database, "waiting", reason)
    assert not runs.hold(database, RUN, "me")
    assert runs.due_runs(database) == []


def test_only_runs_that_wait_for_a_key_go_on_with_a_key(database: Database) -> None:
    put(database, "waiting", "paused")
    assert runs.wake_runs(database, ORGANIZATION, ("no_key", "key_rejected")) == 0
    put(database, "waiting", "key_rejected")
    assert runs.wake_runs(database, "org-2", ("no_key", "key_rejected")) == 0
    assert runs.wake_runs(database, ORGANIZATION, ("no_key", "key_rejected")) == 1


@pytest.mark.parametrize(
    ("batch_state", "ended"),
    [
        ("finished", RunState.FINISHED),
        ("left_out", RunState.FINISHED),
        ("refused", RunState.FINISHED),
        ("uncertain", RunState.NEEDS_YOU),
        ("sent", None),
        ("sending", None),
        ("planned", None),
    ],
)
@pytest.mark.parametrize(
    ("state", "waiting_for"), [("running", ""), ("waiting", "paused")], ids=["running", "paused"]
)
def test_a_run_ends_only_when_nothing_is_open(
    database: Database, batch_state: str, ended: RunState | None, state: str, waiting_for: str
) -> None:
    add_batch(database, batch_state)
    put(database, state, waiting_for)
    assert runs.end(database, RUN, RunState(state)) is ended
    assert runs.end(database, RUN, RunState(state)) is None, "it is not so any more, or not at its end"


@pytest.mark.parametrize(
    ("state", "waiting_for"),
    [("waiting", "no_credits"), ("waiting", "key_rejected"), ("needs_you", "budget"), ("finished", "")],
)
def test_what_waits_for_something_else_than_a_person_who_paused_it_does_not_end(
    database: Database, state: str, waiting_for: str
) -> None:
    put(database, state, waiting_for)
    assert runs.end(database, RUN, RunState(state)) is None


def test_a_run_with_people_to_send_does_not_end_unless_it_was_stopped(database: Database) -> None:
    add_somebody_to_send(database)
    put(database, "running")
    assert runs.end(database, RUN, RunState.RUNNING) is None
    put(database, "stopping")
    assert runs.end(database, RUN, RunState.STOPPING) is RunState.FINISHED


@pytest.mark.parametrize(
    ("who", "doubted"),
    [
        pytest.param("next", 1, id="the holder of the lease doubts what the one before left"),
        pytest.param("frozen", 0, id="who lost the lease doubts nothing that the next one sends"),
    ],
)
def test_only_the_holder_of_the_lease_doubts_a_send(
    database: Database, clock: ManualClock, who: str, doubted: int
) -> None:
    add_batch(database, "sending")
    with database.write() as connection:
        connection.execute(
            insert(schema.submission).values(
                token="t",
                secret="s",
                batch_id="batch-1",
                attempt=1,
                owner="next",
                state="sending",
                sent_at=clock(),
            )
        )
    assert runs.hold(database, RUN, "frozen")
    clock.sleep(LEASE_SECONDS + 0.1)
    assert doubt_orphans(database, RUN, "frozen") == 0, "its lease ran out"
    assert runs.hold(database, RUN, "next")
    assert doubt_orphans(database, RUN, who) == doubted
    with database.read() as connection:
        state = connection.execute(select(schema.batch.c.state)).scalar_one()
    assert state == ("uncertain" if doubted else "sending")
