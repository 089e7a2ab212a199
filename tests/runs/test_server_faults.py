"""The database server fails in the middle of a run: it goes on by itself, and nobody is paid for twice."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from cleanlist_core.domain import BatchState, RunState
from cleanlist_core.sandbox import SandboxOptions
from cleanlist_core.settings import RateLimit
from cleanlist_core.store.database import StoreError
from tests.postgres import Server, find_postgres, run_postgres
from tests.runs.scene import Scene, open_scene, people

pytestmark = pytest.mark.postgres

PEOPLE = 2_500
STEADY = SandboxOptions(time_factor=60, rate_limit=10, window_seconds=60, credits=1_000_000)
"""Ten requests a second: the run lasts for a few seconds, and every fault comes in the middle of it."""


@pytest.fixture
def server() -> Iterator[Server]:
    """One of its own: others shall not notice."""
    programs = find_postgres()
    assert programs is not None, "PostgreSQL is missing (on Debian and Ubuntu: apt-get install postgresql)"
    with run_postgres(programs) as running:
        yield running


@pytest.fixture
def scene(server: Server, tmp_path: Path) -> Iterator[Scene]:
    settings = {"rate_limit": RateLimit(10, 1), "poll_seconds": 0.2}
    with open_scene(tmp_path, options=STEADY, url=server.new_url(), **settings) as opened:
        yield opened


def test_a_server_that_fails_again_and_again_costs_nobody_anything(server: Server, scene: Scene) -> None:
    run_id = scene.start(scene.add_list(people(PEOPLE)))
    scene.workspace.start_engine()
    for batches in (2, 5, 8):
        scene.wait_for(lambda wanted=batches: still_running_after(scene, run_id, wanted))
        server.crash_and_start_again()
    scene.wait_for(lambda: not is_active(scene, run_id), longest=180)
    flagged = [one for one in scene.batches(run_id) if one.state == BatchState.UNCERTAIN.value]
    assert scene.view(run_id).state is (RunState.NEEDS_YOU if flagged else RunState.FINISHED)
    assert set(scene.accepted().values()) == {1}
    outcomes = scene.outcomes(run_id)
    assert outcomes["uncertain"] == sum(one.size for one in flagged)
    assert outcomes["found"] + outcomes["nothing"] + outcomes["failed"] + outcomes["uncertain"] == PEOPLE
    scene.check_the_numbers(run_id)


def test_the_health_check_notices_a_server_that_is_gone(server: Server, scene: Scene) -> None:
    scene.workspace.check_data()
    with server.stopped(), pytest.raises(StoreError, match="Check that the database server runs"):
        scene.workspace.check_data()
    scene.workspace.check_data()


def still_running_after(scene: Scene, run_id: str, batches: int) -> bool:
    return len(scene.workflows()) >= batches or not is_active(scene, run_id)


def is_active(scene: Scene, run_id: str) -> bool:
    try:
        return scene.view(run_id).active
    except StoreError:
        return True
