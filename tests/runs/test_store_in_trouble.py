"""The disk is full, or another program has locked the database: nothing is lost, and the message is clear."""

from __future__ import annotations

import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Literal

import pytest
from sqlalchemy import event

from cleanlist_core.domain import BatchState, RunState
from cleanlist_core.runs import sending
from cleanlist_core.store.database import StoreError
from tests.runs.scene import Scene, open_scene, people

Kind = Literal["full", "locked"]
STEPS = ["slot taken", "intent written", "answer in", "results in", "answer read"]
PEOPLE = 500
"""Two whole batches: answers so large that nothing of them fits into pages that are there already."""


@dataclass
class Trouble:
    """A database that is as full as it is, or locked by somebody else, from one moment to another."""

    path: Path
    full: bool = False
    _lock: sqlite3.Connection | None = field(default=None)

    def begin(self, kind: Kind) -> None:
        if kind == "full":
            self.full = True
        else:
            self._lock = sqlite3.connect(self.path, timeout=10, isolation_level=None, check_same_thread=False)
            self._lock.execute("BEGIN IMMEDIATE")

    def end(self) -> None:
        self.full = False
        if self._lock is not None:
            self._lock.close()
            self._lock = None

    def on_checkout(self, connection: Any, *_more: object) -> None:
        """Each connection has a limit of its own, in pages: what there is, or as good as none."""
        pages = connection.execute("PRAGMA page_count").fetchone()[0] if self.full else 2**30
        connection.execute(f"PRAGMA max_page_count={max(1, pages)}")
        connection.execute("PRAGMA busy_timeout=300")


@dataclass
class Place:
    scene: Scene
    trouble: Trouble


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Place]:
    monkeypatch.setattr(sending, "WRITE_PAUSES_SECONDS", (0.1, 0.2, 0.3, 0.5, 1.0, 2.0))
    with open_scene(tmp_path) as scene:
        trouble = Trouble(tmp_path / "cleanlist.sqlite3")
        event.listen(scene.database.engine, "checkout", trouble.on_checkout)
        yield Place(scene, trouble)
        trouble.end()


def drive_through(place: Place, run_id: str, kind: Kind, step: str, *, lasts: float | None) -> None:
    """Drive while the trouble begins at a step. lasts: seconds until it is over; None: it stays."""
    begun = threading.Event()
    timers = []

    def checkpoint(name: str) -> None:
        if name == step and not begun.is_set():
            begun.set()
            place.trouble.begin(kind)
            if lasts is not None:
                timers.append(threading.Timer(lasts, place.trouble.end))
                timers[-1].start()

    place.scene.drive(run_id, place.scene.options(checkpoint=checkpoint))
    assert begun.is_set()
    for timer in timers:
        timer.join()


def go_on(place: Place, run_id: str) -> None:
    """What the engine does: whatever ended because of the store is taken up again."""
    deadline = time.monotonic() + 30
    while place.scene.view(run_id).active and time.monotonic() < deadline:
        place.scene.drive(run_id)


@pytest.mark.parametrize("kind", ["full", "locked"])
@pytest.mark.parametrize("step", STEPS)
def test_trouble_that_passes_costs_nothing_and_nobody(place: Place, kind: Kind, step: str) -> None:
    scene = place.scene
    run_id = scene.start(scene.add_list(people(PEOPLE)))
    # Who drives may end with the trouble; the engine takes the list up again.
    with suppress(StoreError):
        drive_through(place, run_id, kind, step, lasts=1.0)
    place.trouble.end()
    go_on(place, run_id)
    assert scene.view(run_id).state is RunState.FINISHED
    assert set(scene.accepted().values()) == {1}
    assert scene.spent(run_id) == scene.charged() > 0
    scene.check_the_numbers(run_id)


def test_what_was_accepted_while_nothing_could_be_written_is_flagged_and_not_sent_again(place: Place) -> None:
    scene = place.scene
    run_id = scene.start(scene.add_list(people(250)))
    with pytest.raises(StoreError, match="the disk is full"):
        drive_through(place, run_id, "full", "answer in", lasts=None)
    assert scene.states(run_id) == [BatchState.SENDING]
    place.trouble.end()
    scene.drive(run_id)
    assert scene.states(run_id) == [BatchState.UNCERTAIN]
    assert scene.view(run_id).state is RunState.NEEDS_YOU
    assert set(scene.accepted().values()) == {1}
    reference = scene.workflows()[0].workflow_id
    scene.wait_until(scene.workflows()[0].ends_at)
    batch_id = scene.batches(run_id)[0].id
    scene.workspace.resolve(scene.organization_id, run_id, batch_id, "enter_id", reference)
    go_on(place, run_id)
    assert scene.spent(run_id) == scene.charged() > 0


def test_nothing_is_sent_while_its_intent_cannot_be_written(place: Place) -> None:
    scene = place.scene
    run_id = scene.start(scene.add_list(people(250)))
    place.trouble.begin("locked")
    ended = time.monotonic() + 1.5
    with pytest.raises(StoreError, match="it was busy for too long"):
        scene.drive(run_id, scene.options(stop=lambda: time.monotonic() > ended))
    assert scene.workflows() == []
    place.trouble.end()
    scene.drive(run_id)
    assert scene.view(run_id).state is RunState.FINISHED


@pytest.mark.parametrize(
    ("kind", "cause"), [("full", "the disk is full"), ("locked", "it was busy for too long")]
)
def test_a_list_that_cannot_be_stored_says_why_and_leaves_nothing_behind(
    place: Place, kind: Kind, cause: str
) -> None:
    place.trouble.begin(kind)
    with pytest.raises(StoreError) as raised:
        place.scene.add_list(people(2_000))
    assert cause in raised.value.message
    assert "What was stored before is safe" in raised.value.message
    assert "disk space" in raised.value.message
    place.trouble.end()
    assert place.scene.workspace.lists(place.scene.organization_id) == []
    assert place.scene.add_list(people(2_000))
