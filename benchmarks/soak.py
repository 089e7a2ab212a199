"""Lists of two organizations for an hour, while the API misbehaves and the workers die.

    python -m benchmarks.soak --minutes 60

Five lists are looked up at any time, in processes of their own that are ended every minute, by turns with
and without warning. Whenever a list has ended, another one starts that shares people with an earlier one.
The person in charge pauses, stops, goes on and decides about lost answers by what the support says. Every
few seconds the sandbox's ledger is held against our tables; in the end each row is, to the credit. Prints
what was found; exit code 1 when the two disagree.
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import tempfile
import threading
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from benchmarks.faults import mixed
from benchmarks.makespan import upload
from benchmarks.support import ask_the_support, organization_in
from benchmarks.two_books import Entry, disagreements, disagreements_at_rest
from cleanlist_core.domain import EnrichmentType, RunState
from cleanlist_core.errors import ApiError
from cleanlist_core.runs.driver import DriveOptions
from cleanlist_core.runs.embedded import EmbeddedEngine
from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve
from cleanlist_core.settings import RateLimit, Settings
from cleanlist_core.store.database import open_sqlite
from cleanlist_core.workspace import Workspace

RUNS = (3, 2)
"""Lists under way at a time, by organization."""
WANTED = (EnrichmentType.PARTIAL, EnrichmentType.FULL, EnrichmentType.PHONE_ONLY)
LONGEST_END_SECONDS = 600.0


@dataclass(frozen=True, slots=True)
class Setup:
    """factor: how much faster than life the API is. restart_seconds: how long a worker lives."""

    minutes: float
    factor: float
    restart_seconds: float
    share: int
    people: int
    seed: int
    label: str = ""

    @property
    def rate_limit(self) -> RateLimit:
        return RateLimit(60, 60 / self.factor)

    @property
    def overdue_seconds(self) -> float:
        return 600 / self.factor


@dataclass
class Found:
    """What came of it so far."""

    wrong: list[str] = field(default_factory=list)
    checks: int = 0
    ended: int = 0
    deaths: Counter[str] = field(default_factory=Counter)
    decisions: Counter[str] = field(default_factory=Counter)


def workspace_of(folder: Path, base_url: str, setup: Setup) -> Workspace:
    settings = Settings(
        base_url=base_url,
        data_dir=folder,
        rate_limit=setup.rate_limit,
        poll_seconds=5 / setup.factor,
        resend_after_seconds=20 / setup.factor,
        practice="off",
    )
    return Workspace(settings, open_sqlite(folder / "soak.sqlite3"))


# A worker, in a process of its own


def work(order: dict[str, Any]) -> None:
    """Drive whatever there is to drive, until asked to end or killed."""
    setup = Setup(**order["setup"])
    workspace = workspace_of(Path(order["folder"]), order["base_url"], setup)
    for organization_id, key in order["keys"].items():
        workspace.keys.remember(organization_id, key)

    def options_for(organization_id: str) -> DriveOptions | None:
        options = workspace.drive_options(organization_id)
        return options and replace(options, overdue_seconds=setup.overdue_seconds)

    ended = threading.Event()
    signal.signal(signal.SIGTERM, lambda _number, _frame: ended.set())
    engine = EmbeddedEngine(workspace.database, options_for)
    engine.start()
    ended.wait()
    engine.stop()
    workspace.close()


class Worker:
    """The process that drives; ended and followed by another one every so often."""

    def __init__(self, order: dict[str, Any], found: Found) -> None:
        self._label = order["setup"]["label"]
        self._order = json.dumps(order)
        self._found = found
        self._process: subprocess.Popen[str] | None = None
        self._born = 0.0

    def keep_alive(self, *, restart_seconds: float) -> None:
        if self._process is None or self._process.poll() is not None:
            if self._process is not None:
                self._found.wrong.append(f"a worker ended by itself with {self._process.returncode}")
            self._start()
        elif time.monotonic() - self._born > restart_seconds:
            self.end(gently=sum(self._found.deaths.values()) % 2 == 1)
            self._start()

    def _start(self) -> None:
        command = [sys.executable, "-m", "benchmarks.soak", "--worker", "--label", self._label]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, text=True)
        assert self._process.stdin is not None
        # The keys are in it, and other users of a machine can read what a command is called with.
        self._process.stdin.write(self._order)
        self._process.stdin.close()
        self._born = time.monotonic()

    def end(self, *, gently: bool) -> None:
        if self._process is None:
            return
        self._process.send_signal(signal.SIGTERM if gently else signal.SIGKILL)
        try:
            self._process.wait(30)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()
            self._found.deaths["asked to end, and killed after 30 s"] += 1
        else:
            self._found.deaths["asked to end" if gently else "killed"] += 1
        self._process = None


# An organization and the person in charge


class Office:
    """Keeps so many lists of one organization under way."""

    def __init__(
        self, workspace: Workspace, sandbox: Sandbox, lists: int, setup: Setup, found: Found
    ) -> None:
        self._workspace = workspace
        self._sandbox = sandbox
        self._lists = lists
        self._setup = setup
        self._found = found
        self._chance = random.Random(f"{setup.seed}-{lists}")
        self._next_person = 0
        self._open: list[str] = []
        self.key = sandbox.new_organization(credits=100_000_000)
        self.organization_id = self.key.organization_id

    def connect(self) -> None:
        while True:
            with suppress(ApiError):
                self._workspace.connect(self.key.key)
                return

    def entry(self) -> Entry:
        return organization_in(self._sandbox, self.organization_id)

    def look_after(self, *, start_more: bool) -> None:
        for run_id in list(self._open):
            view = self._workspace.run(self.organization_id, run_id)
            if view.state is RunState.FINISHED:
                self._open.remove(run_id)
                self._found.ended += 1
                continue
            self._decide(run_id)
            if view.state in (RunState.WAITING, RunState.NEEDS_YOU) and view.waiting_for != "uncertain":
                with suppress(ApiError):
                    self._workspace.continue_run(self.organization_id, run_id)
            elif start_more:
                self._meddle(run_id)
        while start_more and len(self._open) < self._lists:
            self._open.append(self._start())

    @property
    def idle(self) -> bool:
        return not self._open

    def _meddle(self, run_id: str) -> None:
        drawn = self._chance.random()
        if drawn < 0.02:
            self._workspace.pause(self.organization_id, run_id)
        elif drawn < 0.025:
            self._workspace.stop(self.organization_id, run_id)

    def _decide(self, run_id: str) -> None:
        for decision in self._workspace.uncertain(self.organization_id, run_id):
            choice = ask_the_support(
                self._workspace, self.organization_id, self.entry(), run_id, decision.batch.batch_id
            )
            if choice:
                self._found.decisions[choice] += 1

    def _start(self) -> str:
        """Another list: some people of earlier ones, and some who are new."""
        people = self._chance.randint(self._setup.people // 10, self._setup.people)
        first = max(0, self._next_person - self._chance.randint(0, people // 2))
        self._next_person = max(self._next_person, first + people)
        list_id = upload(self._workspace, self.organization_id, people, first=first)
        wanted = self._chance.choice(WANTED)
        price = self._workspace.orders.estimates(self.organization_id, list_id)[wanted]
        return self._workspace.orders.start_run(
            self.organization_id, list_id, wanted, budget=2 * price.at_most, estimate=price
        )


# All of it


@contextmanager
def opened(setup: Setup) -> Iterator[tuple[list[Office], Worker, Workspace, Found]]:
    options = SandboxOptions(
        time_factor=setup.factor, faults=mixed(setup.share), seed=f"soak-{setup.seed}", credits=0
    )
    found = Found()
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(options) as sandbox,
        serve(sandbox) as running,
    ):
        workspace = workspace_of(Path(folder), running.base_url, setup)
        offices = [Office(workspace, sandbox, count, setup, found) for count in RUNS]
        order = {
            "setup": {name: getattr(setup, name) for name in Setup.__slots__},
            "folder": folder,
            "base_url": running.base_url,
            "keys": {office.organization_id: office.key.key for office in offices},
        }
        worker = Worker(order, found)
        try:
            yield offices, worker, workspace, found
        finally:
            worker.end(gently=True)
            workspace.close()


def soak(setup: Setup, *, tell_seconds: float = 60.0) -> tuple[Found, list[Entry]]:
    """All of it, and then the last comparison. Returns what was found, and the ledger."""
    with opened(setup) as (offices, worker, workspace, found):
        for office in offices:
            office.connect()
        started = told = time.monotonic()
        while True:
            looked = time.monotonic()
            gone = looked - started
            over = gone > setup.minutes * 60
            worker.keep_alive(restart_seconds=setup.restart_seconds)
            for office in offices:
                office.look_after(start_more=not over)
                found.wrong += disagreements(workspace.database, office.organization_id, office.entry)
                found.checks += 1
            if time.monotonic() - told > tell_seconds:
                told = time.monotonic()
                tell(gone, found, [office.entry() for office in offices])
            if over and (
                all(office.idle for office in offices) or gone > setup.minutes * 60 + LONGEST_END_SECONDS
            ):
                break
            # The longer the ledger, the longer it takes to read; the API answers from this process, too.
            time.sleep(max(min(2.0, setup.restart_seconds / 10), 2 * (time.monotonic() - looked)))
        if not all(office.idle for office in offices):
            found.wrong.append(f"a list did not end within {LONGEST_END_SECONDS:g} s")
        worker.end(gently=True)
        for office in offices:
            found.wrong += disagreements_at_rest(workspace.database, office.organization_id, office.entry)
            found.checks += 1
        return found, [office.entry() for office in offices]


def tell(gone: float, found: Found, ledger: list[Entry]) -> None:
    workflows = [workflow for entry in ledger for workflow in entry["workflows"]]
    people = sum(len(workflow["contacts"]) for workflow in workflows)
    charged = sum(charge["credits"] for workflow in workflows for charge in workflow["charges"])
    windows = [window for entry in ledger for window in entry["requests"]]
    refused = sum(window["refused"] for window in windows)
    requests = sum(window["accepted"] for window in windows) + refused
    deaths = ", ".join(f"{count} {name}" for name, count in found.deaths.items()) or "no deaths"
    decisions = ", ".join(f"{count} {name}" for name, count in found.decisions.items()) or "none decided"
    print(
        f"{gone / 60:5.1f} min: {found.ended} lists ended; {len(workflows)} batches, {people:,} people,"
        f" {charged:,} credits; {requests:,} requests, {refused} over the limit; workers: {deaths};"
        f" lost answers: {decisions}; {found.checks} comparisons, {len(found.wrong)} disagreements",
        flush=True,
    )
    for text in found.wrong[:10]:
        print(f"    {text}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description="Lists for an hour, while everything goes wrong.")
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--factor", type=float, default=3.0, help="How much faster than life the API is.")
    parser.add_argument("--restart-seconds", type=float, default=60)
    parser.add_argument("--share", type=int, default=10, help="Percent of requests that go wrong.")
    parser.add_argument("--people", type=int, default=3000, help="In the largest list.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--label", default="", help="Means nothing; shows in the list of processes.")
    parser.add_argument("--worker", action="store_true", help=argparse.SUPPRESS)
    chosen = parser.parse_args()
    if chosen.worker:
        work(json.load(sys.stdin))
        return
    setup = Setup(**{name: getattr(chosen, name) for name in Setup.__slots__})
    started = time.monotonic()
    found, ledger = soak(setup)
    tell(time.monotonic() - started, found, ledger)
    print(f"{len(found.wrong)} disagreements")
    sys.exit(1 if found.wrong else 0)


if __name__ == "__main__":
    main()
