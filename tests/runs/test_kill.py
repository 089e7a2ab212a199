"""Kill the program at any step, or at any moment: nothing is paid twice and nothing paid for is lost.

The sandbox's own ledger is the witness. Only a request whose answer was not on record when the program
died may be in doubt afterwards.
"""

from __future__ import annotations

import multiprocessing
import os
import random
import signal
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest

from benchmarks import dying_process
from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.domain import BatchState, RunState
from cleanlist_core.runs.driver import take_over_from_the_dead
from cleanlist_core.sandbox import SandboxOptions
from cleanlist_core.settings import RateLimit
from tests.databases import NewUrl
from tests.runs.scene import Scene, contact_key, open_scene, people

pytestmark = pytest.mark.skipif(os.name != "posix", reason="SIGKILL and process ids are POSIX's")

PROCESSES = multiprocessing.get_context("forkserver")
"""Each a process of its own, but what they import is imported once."""
PROCESSES.set_forkserver_preload(["benchmarks.dying_process"])

PEOPLE = 600
BATCHES = 3
POLL_SECONDS = 0.2
LIMIT = RateLimit(60, 1)
FAST = SandboxOptions(time_factor=200, rate_limit=60, window_seconds=200, credits=100_000)
"""A 40-second look-up takes 0.2 s, and the minute of the rate limit 1 s."""

LONGEST_RECOVERY_SECONDS = 5.0
IN_DOUBT = ("intent written", "answer in")
"""Between these two the answer is not on record yet, so that only a person can tell what to do."""

STEPS = [
    *(
        (step, occurrence)
        for step in ("slot taken", *IN_DOUBT, "acceptance written")
        for occurrence in (1, 2)
    ),
    *((step, occurrence) for step in ("results in", "answer read", "settled") for occurrence in (1, 2)),
    ("balance read", 1),
    ("run ended", 1),
]


@dataclass
class Death:
    """A run whose first process has died. in_doubt: batches without an answer on record at that moment."""

    scene: Scene
    run_id: str
    in_doubt: int


@pytest.fixture(scope="module")
def shared_scene(tmp_path_factory: pytest.TempPathFactory, new_url: NewUrl) -> Iterator[Scene]:
    folder = tmp_path_factory.mktemp("killed")
    with open_scene(
        folder,
        options=FAST,
        state_path=folder / "sandbox.sqlite3",
        url=new_url(folder),
        rate_limit=LIMIT,
        poll_seconds=POLL_SECONDS,
    ) as opened:
        yield opened


@pytest.fixture
def scene(shared_scene: Scene) -> Scene:
    return shared_scene.newcomer()


class Victim:
    """A process that drives one run until it dies. `begun` is set once it does."""

    def __init__(self, scene: Scene, run_id: str, death: Mapping[str, object]) -> None:
        url = scene.workspace.settings.database_url
        assert url is not None
        order = {
            "database": url.get_secret_value(),
            "base_url": scene.base_url,
            "key": scene.key,
            "organization_id": scene.organization_id,
            "run_id": run_id,
            "limit": LIMIT,
            "poll_seconds": POLL_SECONDS,
            "email_key": scene.email_key or None,
            **death,
        }
        self.begun = PROCESSES.Event()
        self._process = PROCESSES.Process(target=dying_process.main, args=(order, self.begun.set))
        self._process.start()

    def end(self, seconds: float) -> int | None:
        """How it ended; None when it still lives after so many seconds."""
        self._process.join(seconds)
        return self._process.exitcode

    def kill(self) -> None:
        self._process.kill()
        assert self.end(30) is not None
        self._process.close()


@contextmanager
def a_process(scene: Scene, run_id: str, **death: object) -> Iterator[Victim]:
    victim = Victim(scene, run_id, death)
    try:
        yield victim
    finally:
        victim.kill()


def die_at(scene: Scene, step: str, occurrence: int) -> Death:
    run_id = scene.start(scene.add_list(people(PEOPLE)))
    with a_process(scene, run_id, step=step, occurrence=occurrence) as victim:
        assert victim.end(60) == -signal.SIGKILL
    return Death(scene, run_id, scene.states(run_id).count("sending"))


def die_after(scene: Scene, seconds: float) -> Death:
    run_id = scene.start(scene.add_list(people(PEOPLE)))
    with a_process(scene, run_id) as victim:
        assert victim.begun.wait(60)
        victim.end(seconds)
    return Death(scene, run_id, scene.states(run_id).count("sending"))


def take_over(death: Death, steps: list[float]) -> bool:
    scene = death.scene
    options = scene.workspace.drive_options(scene.organization_id)
    assert options is not None
    options = replace(options, checkpoint=lambda _step: steps.append(time.monotonic()))
    take_over_from_the_dead(scene.database)
    return scene.workspace.drive_here(death.run_id, scene.organization_id, options)


def recover(death: Death) -> None:
    """What the next process does: take over, be at work again soon, and drive to the end."""
    started, steps = time.monotonic(), list[float]()
    # A server may still be carrying out the last words of the dead; the engine, too, looks again.
    death.scene.wait_for(lambda: take_over(death, steps))
    assert not steps or steps[0] - started < LONGEST_RECOVERY_SECONDS


def check_against_the_ledger(death: Death) -> None:
    scene, run_id = death.scene, death.run_id
    assert set(scene.accepted().values()) <= {1}, "somebody was accepted twice"
    batches = scene.batches(run_id)
    flagged = [one for one in batches if one.state == BatchState.UNCERTAIN]
    assert len(flagged) == death.in_doubt, "flagged if, and only if, no answer was on record"
    known = {one.workflow_id for one in batches if one.workflow_id}
    accepted = {workflow.workflow_id: workflow for workflow in scene.workflows()}
    assert known <= set(accepted)
    assert len(accepted) - len(known) <= len(flagged), "a batch was accepted and neither stored nor flagged"
    charged = sum(workflow.charged for name, workflow in accepted.items() if name in known)
    assert scene.spent(run_id) == charged
    everybody_else = PEOPLE - sum(one.size for one in flagged)
    assert sum(one.size for one in batches if one.state == BatchState.FINISHED) == everybody_else
    check_every_row(scene, run_id, known)
    scene.check_the_numbers(run_id)
    ended = RunState.NEEDS_YOU if flagged else RunState.FINISHED
    assert scene.view(run_id).state is ended


def check_every_row(scene: Scene, run_id: str, workflow_ids: set[str]) -> None:
    """Each row has what the sandbox says about the very person who stands in it."""
    expected = results_by_contact(scene, workflow_ids)
    for row, person in zip(scene.rows(run_id), people(PEOPLE), strict=True):
        found = expected.get(contact_key({"linkedin_url": profile(person)}))
        if found is not None:
            assert (row.email, row.credits) == found


def profile(person: Mapping[str, str]) -> str:
    return person["LinkedIn URL"]


def results_by_contact(scene: Scene, workflow_ids: set[str]) -> dict[tuple[str, ...], tuple[str, int]]:
    """Contact → the email the sandbox gives under its task, and what it charged for it."""
    results = {}
    with CleanlistClient(scene.sandbox_url, scene.key) as client:
        for workflow in scene.workflows():
            if workflow.workflow_id not in workflow_ids:
                continue
            emails = {
                record.task_id: record.email
                for record in client.workflow_status(workflow.workflow_id).records
            }
            charges = {charge.task_id: charge.credits for charge in workflow.charges}
            for contact, task_id in zip(workflow.contacts, workflow.task_ids, strict=True):
                results[contact_key(contact)] = (emails[task_id].lower(), charges.get(task_id, 0))
    return results


@pytest.mark.parametrize(
    ("step", "occurrence"), [pytest.param(*one, id=f"{one[0]}, time {one[1]}") for one in STEPS]
)
def test_a_run_killed_at_a_step_is_paid_once_and_completed_by_the_next_process(
    scene: Scene, step: str, occurrence: int
) -> None:
    death = die_at(scene, step, occurrence)
    if step in IN_DOUBT:
        assert death.in_doubt == 1
    elif step in ("slot taken", "acceptance written", "balance read", "run ended"):
        assert death.in_doubt == 0
    if step == "run ended":
        assert scene.view(death.run_id).state is RunState.FINISHED
        assert not scene.workspace.drive_here(death.run_id, scene.organization_id), "nothing is left to drive"
    else:
        recover(death)
    check_against_the_ledger(death)


@pytest.mark.both_databases
@pytest.mark.parametrize("seed", range(6))
def test_a_run_killed_at_any_moment_is_paid_once_and_completed_by_the_next_process(
    scene: Scene, seed: int
) -> None:
    death = die_after(scene, random.Random(seed).uniform(0.02, 0.9))
    if scene.view(death.run_id).active:
        recover(death)
    check_against_the_ledger(death)


@pytest.mark.both_databases
def test_a_run_killed_again_and_again_still_pays_each_person_once(scene: Scene) -> None:
    run_id = scene.start(scene.add_list(people(PEOPLE)))
    for step in ("acceptance written", "results in", "settled"):
        with a_process(scene, run_id, step=step, occurrence=1) as victim:
            assert victim.end(60) == -signal.SIGKILL
    death = Death(scene, run_id, sum(scene.states(run_id).count(state) for state in ("sending", "uncertain")))
    recover(death)
    check_against_the_ledger(death)


@pytest.mark.both_databases
def test_two_processes_with_the_same_people_pay_for_each_of_them_once(scene: Scene) -> None:
    runs = [scene.start(scene.add_list(people(260, start=start))) for start in (0, 100)]
    with a_process(scene, runs[0]) as one, a_process(scene, runs[1]) as other:
        assert (one.end(120), other.end(120)) == (0, 0)
    failed = sum(scene.outcomes(run_id)["failed"] for run_id in runs)
    assert len(scene.accepted()) == 360
    assert sum(scene.accepted().values()) <= 360 + failed
    for run_id in runs:
        assert scene.view(run_id).state is RunState.FINISHED
        scene.check_the_numbers(run_id)
    assert scene.charged() == sum(scene.spent(run_id) for run_id in runs)
