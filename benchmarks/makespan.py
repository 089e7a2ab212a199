"""How long a list takes under the rate limit, against the least possible time for the very same look-ups.

    python -m benchmarks.makespan --people 15000 --runs 5

The engine, its store and HTTP are the real ones; the sandbox runs in a process of its own, sped up.
Batches take as long as the API's presumably do (`--pace spread`: lognormal, median 40 s, 95 % within
120 s) or as the sandbox's own (`--pace sandbox`: 31 to 38 s). Seconds are those of the simulated API.
The bars: at most 1.15 times the bound, no request refused, at most 1.1 times the fewest requests.
"""

from __future__ import annotations

import argparse
import csv
import io
import math
import multiprocessing
import random
import statistics
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import select

from benchmarks.intake import invented_word
from benchmarks.least_time import least_seconds, one_after_another_seconds
from cleanlist_core.domain import EnrichmentType, RunState
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve
from cleanlist_core.sandbox.ledger import Organization
from cleanlist_core.sandbox.workflows import Workflow
from cleanlist_core.settings import RateLimit, Settings
from cleanlist_core.store.schema import batch
from cleanlist_core.workspace import Workspace, open_workspaces

REQUESTS, WINDOW_SECONDS, POLL_SECONDS = 60, 60.0, 5.0
MEDIAN_SECONDS, P95_SECONDS = 40.0, 120.0
SIGMA = math.log(P95_SECONDS / MEDIAN_SECONDS) / statistics.NormalDist().inv_cdf(0.95)
SANDBOX_SECONDS = 36.0
"""About how long a full batch takes in the sandbox at its own pace."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What is measured. idle_seconds: between connecting the key and confirming the price."""

    people: int
    factor: float
    pace: str
    seed: int
    idle_seconds: float


@dataclass(frozen=True, slots=True)
class ServerSide:
    """What the sandbox saw. durations: seconds of the simulated API for each batch; CPU in real ones."""

    durations: list[float]
    people: int
    charged: int
    accepted: int
    refused: int
    cpu_seconds: float


@dataclass(frozen=True, slots=True)
class EngineSide:
    """Real seconds from the decision to the last result in the store, and to half of them."""

    seconds: float
    half_seconds: float
    end_seconds: float
    credits_spent: int
    cpu_seconds: float


# The API, in a process of its own


class UnevenSandbox(Sandbox):
    """The sandbox with batches that take a drawn time instead of its own."""

    def __init__(self, options: SandboxOptions, rng: random.Random) -> None:
        super().__init__(options)
        self._even = options
        self._rng = rng

    def submit(self, organization: Organization, body: bytes) -> Workflow:
        """Requests are answered one at a time, so the pace can be set for one and put back."""
        drawn = MEDIAN_SECONDS * math.exp(SIGMA * self._rng.gauss(0, 1))
        self.options = replace(self._even, time_factor=self._even.time_factor * SANDBOX_SECONDS / drawn)
        try:
            return super().submit(organization, body)
        finally:
            self.options = self._even


def serve_api(pipe: Connection, setup: Setup) -> None:
    """Serve until asked for the report. Sends the address and a key, then the report."""
    options = SandboxOptions(time_factor=setup.factor, credits=setup.people + 1000)
    uneven = setup.pace == "spread"
    sandbox = UnevenSandbox(options, random.Random(setup.seed)) if uneven else Sandbox(options)
    with sandbox, serve(sandbox) as running:
        pipe.send((running.base_url, sandbox.new_organization().key))
        pipe.recv()
        before = time.process_time()
        pipe.send(None)
        pipe.recv()
        pipe.send(what_it_saw(sandbox, setup, time.process_time() - before))


def what_it_saw(sandbox: Sandbox, setup: Setup, cpu_seconds: float) -> ServerSide:
    seen = sandbox.ledger()[0]
    return ServerSide(
        durations=[(one.ends_at - one.accepted_at) * setup.factor for one in seen.workflows],
        people=sum(len(one.contacts) for one in seen.workflows),
        charged=sum(one.charged for one in seen.workflows),
        accepted=sum(window.accepted for window in seen.requests),
        refused=sum(window.refused for window in seen.requests),
        cpu_seconds=cpu_seconds,
    )


# The engine, in this process


@contextmanager
def opened(folder: Path, base_url: str, setup: Setup) -> Iterator[Workspace]:
    settings = Settings(
        base_url=base_url,
        data_dir=folder,
        rate_limit=RateLimit(REQUESTS, WINDOW_SECONDS / setup.factor),
        poll_seconds=POLL_SECONDS / setup.factor,
        practice="off",
    )
    workspaces = open_workspaces(settings, drive=False)
    try:
        yield workspaces.real
    finally:
        workspaces.close()


def upload(workspace: Workspace, organization_id: str, people: int, *, first: int = 0) -> str:
    """A list of so many invented people, from the first on. Returns its id."""
    out = io.StringIO()
    rows = csv.writer(out)
    rows.writerow(["First Name", "Last Name", "Company", "Website"])
    rows.writerows(
        ["Ilse", invented_word(number).title(), invented_word(number % 997), f"firm{number % 997}.example"]
        for number in range(first, first + people)
    )
    table = workspace.read_upload(out.getvalue().encode(), "people.csv")
    return workspace.add_list(organization_id, table, recognise(table), file_name="people.csv")


def confirm_and_drive(workspace: Workspace, organization_id: str, list_id: str) -> EngineSide:
    wanted = EnrichmentType.PARTIAL
    price = workspace.estimates(organization_id, list_id)[wanted]
    cpu, started = time.process_time(), workspace.database.clock()
    run_id = workspace.start_run(
        organization_id, list_id, wanted, budget=price.at_most, estimate=price, by="benchmark"
    )
    assert workspace.drive_here(run_id, organization_id)
    cpu = time.process_time() - cpu
    view = workspace.run(organization_id, run_id)
    assert view.state is RunState.FINISHED, view.why
    assert view.finished_at is not None
    with workspace.database.read() as connection:
        arrived = sorted(connection.execute(select(batch.c.finished_at)).scalars())
    return EngineSide(
        seconds=arrived[-1] - started,
        half_seconds=arrived[(len(arrived) - 1) // 2] - started,
        end_seconds=view.finished_at - started,
        credits_spent=workspace.progress(organization_id, run_id).totals.credits_spent,
        cpu_seconds=cpu,
    )


# Both together


@dataclass(frozen=True, slots=True)
class Measured:
    """One run; seconds are those of the simulated API, …_cpu shares of one core."""

    makespan: float
    half: float
    end: float
    bound: float
    one_after_another: float
    requests: int
    fewest_requests: int
    refused: int
    engine_cpu: float
    server_cpu: float

    @property
    def ratio(self) -> float:
        return self.makespan / self.bound

    @property
    def request_ratio(self) -> float:
        return self.requests / self.fewest_requests

    def line(self) -> str:
        return (
            f"{self.makespan:7.1f} s (bound {self.bound:6.1f} s, ratio {self.ratio:.3f}; half after"
            f" {self.half:.1f} s, closed after {self.end:.1f} s), {self.requests} requests (fewest"
            f" {self.fewest_requests}, ratio {self.request_ratio:.2f}), {self.refused} refused; one after"
            f" another {self.one_after_another / self.makespan:.1f} × as long; CPU {self.engine_cpu:.0%}"
            f" engine, {self.server_cpu:.0%} API"
        )


def measure(setup: Setup) -> Measured:
    """Look everybody up once. The requests that connect the key are not counted, but fill the limit."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    server = spawn.Process(target=serve_api, args=(theirs, setup))
    server.start()
    try:
        base_url, key = ours.recv()
        with tempfile.TemporaryDirectory() as folder, opened(Path(folder), base_url, setup) as workspace:
            organization_id = workspace.connect(key).organization_id
            list_id = upload(workspace, organization_id, setup.people)
            time.sleep(setup.idle_seconds / setup.factor)
            ours.send("the run starts")
            ours.recv()
            engine = confirm_and_drive(workspace, organization_id, list_id)
            ours.send("the run has ended")
            api: ServerSide = ours.recv()
    finally:
        server.join(10)
        server.terminate()
    assert api.people == setup.people, "everybody was sent, nobody twice"
    assert api.charged == engine.credits_spent, "what was charged is what is shown"
    return compare(setup, engine, api)


REQUESTS_TO_CONNECT = 2


def compare(setup: Setup, engine: EngineSide, api: ServerSide) -> Measured:
    return Measured(
        makespan=engine.seconds * setup.factor,
        half=engine.half_seconds * setup.factor,
        end=engine.end_seconds * setup.factor,
        bound=least_seconds(api.durations, requests=REQUESTS, window=WINDOW_SECONDS),
        one_after_another=one_after_another_seconds(api.durations, poll_seconds=POLL_SECONDS),
        requests=api.accepted + api.refused - REQUESTS_TO_CONNECT,
        fewest_requests=2 * len(api.durations),
        refused=api.refused,
        engine_cpu=engine.cpu_seconds / engine.end_seconds,
        server_cpu=api.cpu_seconds / engine.end_seconds,
    )


def main() -> None:
    parser = argparse.ArgumentParser(description="The time a list takes against the least possible time.")
    parser.add_argument("--people", type=int, default=15_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--factor", type=float, default=20.0, help="How much faster than life the API is.")
    parser.add_argument("--pace", choices=["spread", "sandbox"], default="spread")
    parser.add_argument("--idle-seconds", type=float, default=60.0, help="From connecting to confirming.")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print(f"{chosen.people:,} people, pace {chosen.pace}, {chosen.factor:g} × faster than life")
    done = []
    for seed in range(chosen.seed, chosen.seed + chosen.runs):
        done.append(measure(Setup(chosen.people, chosen.factor, chosen.pace, seed, chosen.idle_seconds)))
        print(f"  {done[-1].line()}", flush=True)
    print(
        f"medians: {statistics.median(one.ratio for one in done):.3f} × the bound,"
        f" {statistics.median(one.request_ratio for one in done):.2f} × the fewest requests,"
        f" {statistics.median(one.one_after_another / one.makespan for one in done):.1f} × faster than one"
        f" after another; {sum(one.refused for one in done)} refused in all"
    )


if __name__ == "__main__":
    main()
