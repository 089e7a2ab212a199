"""A state file: shared by processes, and found again after one is killed."""

from __future__ import annotations

import json
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest

from cleanlist_core.sandbox import Sandbox, SandboxOptions
from cleanlist_core.sandbox.refusals import Refusal
from tests.unit.sandbox.conftest import Clock, people

ROOT = Path(__file__).parents[3]
OPTIONS = SandboxOptions(time_factor=0.001, credits=100, rate_limit=30)
SERVER = """
import sys
from pathlib import Path
from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve
options = SandboxOptions(time_factor=0.001, credits=100, rate_limit=30)
with serve(Sandbox(options, state_path=Path(sys.argv[1]))) as on:
    print(on.base_url, flush=True)
    sys.stdin.read()
"""


@contextmanager
def server_process(state: Path) -> Iterator[tuple[str, int]]:
    """A sandbox in a process of its own, killed at the end: its address and process id."""
    command = [sys.executable, "-W", "error", "-c", SERVER, str(state)]
    with subprocess.Popen(
        command, cwd=ROOT, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        try:
            assert process.stdout is not None
            yield process.stdout.readline().strip(), process.pid
        finally:
            process.kill()


def test_two_processes_share_keys_ledger_workflows_and_limit(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.db"
    with (
        Sandbox(OPTIONS, state_path=state) as here,
        server_process(state) as (one, _),
        server_process(state) as (two, _),
    ):
        issued = here.new_organization()
        headers = {"Authorization": f"Bearer {issued.key}"}
        accepted = httpx.post(f"{one}/enrich/bulk", json={"contacts": people(60)}, headers=headers)
        refused = httpx.post(f"{two}/enrich/bulk", json={"contacts": people(60)}, headers=headers)
        assert (accepted.status_code, refused.status_code) == (200, 402)
        params = {"task_id": accepted.json()["task_ids"][7]}
        assert httpx.get(f"{two}/enrich/status", params=params, headers=headers).status_code == 200
        statuses = [
            httpx.get(f"{each}/credits/balance", headers=headers).status_code
            for _ in range(15)
            for each in (one, two)
        ]
        assert statuses == [200] * 27 + [429] * 3
        (entry,) = here.ledger()
        assert [len(workflow.contacts) for workflow in entry.workflows] == [60]


def test_a_killed_process_loses_nothing_it_accepted(tmp_path: Path) -> None:
    state = tmp_path / "sandbox.db"
    with Sandbox(OPTIONS, state_path=state) as here:
        issued = here.new_organization()
    headers = {"Authorization": f"Bearer {issued.key}"}
    with server_process(state) as (address, process_id):
        body = {"enrichment_type": "partial", "contacts": people(20)}
        accepted = httpx.post(f"{address}/enrich/bulk", json=body, headers=headers).json()
        os.kill(process_id, signal.SIGKILL)
    clock = Clock()
    with Sandbox(OPTIONS, state_path=state) as again:
        clock.now = again.ledger()[0].workflows[0].ends_at + 1
    with Sandbox(SandboxOptions(time_factor=5, seed="another"), state_path=state, clock=clock) as again:
        caller = again.admit(f"Bearer {issued.key}")
        workflow = again.workflow_of(caller, accepted["workflow_id"])
        assert workflow.task_ids == accepted["task_ids"]
        assert workflow.progress(clock.now).finished
        found = sum(outcome.email_found for outcome in workflow.outcomes)
        assert again.settled(caller).credits == 100 - found
        assert again.key_for(issued.organization_id) == issued.key
    with Sandbox(OPTIONS, state_path=state, clock=clock) as third:
        assert third.ledger()[0].credits == 100 - found
        assert third.ledger()[0].workflows[0].charged == found


def test_many_threads_on_two_instances_never_overdraw_nor_pass_the_limit(
    tmp_path: Path, clock: Clock
) -> None:
    state = tmp_path / "sandbox.db"
    with (
        Sandbox(OPTIONS, state_path=state, clock=clock) as one,
        Sandbox(OPTIONS, state_path=state, clock=clock) as two,
    ):
        key = one.new_organization().key
        body = json.dumps({"contacts": people(9)}).encode()
        statuses: list[int] = []

        def ask(sandbox: Sandbox) -> None:
            for _ in range(10):
                try:
                    sandbox.submit(sandbox.admit(f"Bearer {key}"), body)
                    statuses.append(200)
                except Refusal as refusal:
                    statuses.append(refusal.status)

        threads = [threading.Thread(target=ask, args=(each,)) for each in (one, two) * 2]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(statuses) == [200] * 11 + [402] * 19 + [429] * 10
        assert two.ledger()[0].held == 99


def test_an_ended_workflow_is_charged_once_by_whoever_looks(tmp_path: Path, clock: Clock) -> None:
    state = tmp_path / "sandbox.db"
    with (
        Sandbox(OPTIONS, state_path=state, clock=clock) as one,
        Sandbox(OPTIONS, state_path=state, clock=clock) as two,
    ):
        caller = one.admit(f"Bearer {one.new_organization().key}")
        made = one.submit(caller, json.dumps({"contacts": people(50)}).encode())
        clock.now = made.ends_at
        assert one.settled(caller).credits == two.settled(caller).credits == one.settled(caller).credits
        assert len(two.ledger()[0].workflows[0].charges) == 100 - two.ledger()[0].credits


def test_the_state_file_is_for_its_owner_only(tmp_path: Path) -> None:
    state = tmp_path / "deep" / "sandbox.db"
    with Sandbox(OPTIONS, state_path=state):
        assert stat.S_IMODE(state.stat().st_mode) == 0o600


@pytest.mark.parametrize("state_path", [None, "file"])
def test_a_closed_sandbox_lets_go_of_its_state(tmp_path: Path, state_path: str | None) -> None:
    sandbox = Sandbox(OPTIONS, state_path=tmp_path / state_path if state_path else None)
    sandbox.close()
    sandbox.close()
