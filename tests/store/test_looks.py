"""Asking for results: one look at a batch at a time, and one that was cut short delays nothing."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cleanlist_core.store import settling
from cleanlist_core.store.database import Database, open_url
from cleanlist_core.store.organizations import remember_organization
from cleanlist_core.store.settling import LOOKING_SECONDS, DueBatch
from tests.databases import NewUrl
from tests.runs.steps import ManualClock
from tests.unit.results.building import ORGANIZATION, RUN, a_row, add_batch, add_run

pytestmark = pytest.mark.both_databases


@pytest.fixture
def clock() -> ManualClock:
    return ManualClock()


@pytest.fixture
def database(tmp_path: Path, new_url: NewUrl, clock: ManualClock) -> Iterator[Database]:
    """With one batch that is due."""
    opened = open_url(new_url(tmp_path), clock=clock)
    remember_organization(opened, ORGANIZATION, "")
    add_run(opened, [a_row()])
    add_batch(opened, "sent", due_at=clock.now)
    yield opened
    opened.close()


def look(database: Database) -> DueBatch:
    due = settling.claim_due(database, RUN)
    assert due is not None
    return due


def test_nobody_else_looks_until_a_look_must_be_over(database: Database, clock: ManualClock) -> None:
    look(database)
    clock.sleep(LOOKING_SECONDS - 1)
    assert settling.claim_due(database, RUN) is None
    clock.sleep(1)
    assert look(database).polls == 2


def test_a_look_that_was_cut_short_is_done_again_after_its_pause(
    database: Database, clock: ManualClock
) -> None:
    settling.give_back(database, look(database), seconds=5)
    assert settling.claim_due(database, RUN) is None
    clock.sleep(5)
    assert look(database).failed_polls == 0


def test_what_cuts_looks_short_again_and_again_is_counted_by_its_kind(database: Database) -> None:
    for kind, failures in (("full", 1), ("full", 2), ("locked", 1)):
        settling.give_back(database, look(database), seconds=0, failed=kind)
        due = look(database)
        assert due.failures(kind) == failures
        settling.give_back(database, due, seconds=0)


def test_whoever_comes_late_takes_a_batch_from_nobody(database: Database, clock: ManualClock) -> None:
    late = look(database)
    settling.take_up_looks(database, RUN)
    look(database)
    settling.give_back(database, late, seconds=0)
    assert settling.claim_due(database, RUN) is None
    clock.sleep(LOOKING_SECONDS)
    settling.look_again(database, look(database).id, seconds=60)
    settling.give_back(database, late, seconds=0)
    assert settling.claim_due(database, RUN) is None


def test_what_is_settled_stays_settled(database: Database, clock: ManualClock) -> None:
    due = look(database)
    assert settling.settle(database, due.id, [], via="lost")
    settling.give_back(database, due, seconds=0)
    clock.sleep(LOOKING_SECONDS)
    assert settling.claim_due(database, RUN) is None
