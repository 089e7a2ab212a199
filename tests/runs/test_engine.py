"""The engine: more runs than it drives at once take turns, and stopping it lets go of all."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from itertools import count
from pathlib import Path

import pytest
from sqlalchemy import select

from cleanlist_core.domain import BatchState, RunState
from cleanlist_core.runs.driver import COLLECTORS, DriveOptions
from cleanlist_core.runs.embedded import TURN_SECONDS, EmbeddedEngine
from cleanlist_core.sandbox import SandboxOptions
from cleanlist_core.store import clock_set_back, next_batch
from cleanlist_core.store.database import Database
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


def test_an_engine_that_meets_the_unforeseen_goes_on_and_logs_no_more_than_its_kind(
    scene: Scene, caplog: pytest.LogCaptureFixture
) -> None:
    run_id = scene.start(scene.add_list(people(2)))
    troubles = [LookupError(f"https://chat.example.com/{scene.key}")]

    def options_for(_organization: str) -> DriveOptions:
        if troubles:
            raise troubles.pop()
        return scene.options()

    engine = EmbeddedEngine(scene.database, options_for)
    engine.start()
    wait_until_driven(scene, run_id)
    engine.stop()
    assert "the engine met LookupError and looks again" in caplog.text
    assert scene.key not in caplog.text
    assert "chat.example.com" not in caplog.text


def test_nobody_goes_on_under_a_lease_that_is_not_renewed_any_more(
    scene: Scene, monkeypatch: pytest.MonkeyPatch
) -> None:
    run_id = scene.start(scene.add_list(people(2)))

    def breaks(_database: Database, _organization: str) -> bool:
        if threading.current_thread() is threading.main_thread():
            return False
        raise LookupError

    monkeypatch.setattr(clock_set_back, "was_set_back", breaks)
    with pytest.raises(LookupError):
        scene.drive(run_id)
    assert driven(scene) == set()


def test_whoever_loses_a_run_in_the_middle_of_a_look_keeps_nobody_from_looking(scene: Scene) -> None:
    run_id = scene.start(scene.add_list(people(2)))

    lost = threading.Event()

    def is_lost() -> bool:
        if any(one.looking for one in scene.batches(run_id)):
            lost.set()
        return lost.is_set()

    scene.drive(run_id, scene.options(stop=is_lost))
    (one,) = scene.batches(run_id)
    assert one.state == BatchState.SENT
    assert not one.looking
    assert one.due_at <= scene.database.clock()


def test_several_parts_are_asked_for_side_by_side_though_one_thread_keeps_watch(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(next_batch, "MAX_BATCH", 2)
    together, number = threading.Barrier(COLLECTORS), count()

    def meet(step: str) -> None:
        """The first looks wait in the middle until as many others are there."""
        if step == "results in" and next(number) < COLLECTORS:
            together.wait(20)

    with open_scene(tmp_path) as scene:
        run_id = scene.start(scene.add_list(people(2 * COLLECTORS)))
        view = scene.drive(run_id, scene.options(checkpoint=meet))
        assert view.state is RunState.FINISHED
        assert not together.broken
        assert scene.states(run_id) == ["finished"] * COLLECTORS
