"""The engine: more runs than it drives at once take turns, and stopping it lets go of all."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import select

from cleanlist_core.runs.embedded import TURN_SECONDS, EmbeddedEngine
from cleanlist_core.sandbox import SandboxOptions
from cleanlist_core.store.schema import run
from tests.runs.scene import Scene, open_scene, people
from tests.runs.steps import ManualClock

SLOW = SandboxOptions(time_factor=1, rate_limit=100_000, credits=1_000_000)
"""A look-up takes its 40 seconds, so that a run that was begun goes on and on."""


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with open_scene(tmp_path, options=SLOW) as opened:
        yield opened


def driven(scene: Scene) -> set[str]:
    with scene.database.read() as connection:
        return set(connection.execute(select(run.c.id).where(run.c.owner != "")).scalars())


def wait_until_driven(scene: Scene, *run_ids: str) -> None:
    """Driven, so far that its people are with the API."""
    scene.wait_for(lambda: driven(scene) == set(run_ids))
    scene.wait_for(lambda: all(scene.states(run_id) == ["sent"] for run_id in run_ids))


def test_more_runs_than_places_take_turns(scene: Scene) -> None:
    clock = ManualClock()
    first, second, third = (scene.start(scene.add_list(people(2, start=10 * n))) for n in range(3))
    engine = EmbeddedEngine(scene.database, lambda _organization: scene.options(), most=1, clock=clock)
    engine.look()
    wait_until_driven(scene, first)
    clock.sleep(TURN_SECONDS - 1)
    engine.look()
    wait_until_driven(scene, first)
    for following in (second, third, first):
        clock.sleep(TURN_SECONDS)
        engine.look()
        wait_until_driven(scene)
        engine.look()
        wait_until_driven(scene, following)
    engine.stop()
    assert driven(scene) == set()
    assert set(scene.accepted().values()) == {1}


def test_a_run_keeps_its_place_while_nobody_else_waits(scene: Scene) -> None:
    clock = ManualClock()
    run_id = scene.start(scene.add_list(people(2)))
    engine = EmbeddedEngine(scene.database, lambda _organization: scene.options(), most=1, clock=clock)
    for _ in range(3):
        engine.look()
        wait_until_driven(scene, run_id)
        clock.sleep(TURN_SECONDS)
    engine.stop()
