"""How long a list takes under the rate limit, against the least possible time for the very same look-ups.

    python -m benchmarks.makespan --people 15000 --runs 5
    python -m benchmarks.makespan --people 15000 --way announced --factor 3

The engine, its store and HTTP are the real ones; the sandbox runs in a process of its own, sped up.
Results come with the batch, person by person (as many requests as people, so hours of the simulated API),
or announced to a server in the engine's process and then with the batch.
Batches take as long as the API's presumably do (`--pace spread`: lognormal, median 40 s, 95 % within
120 s) or as the sandbox's own (`--pace sandbox`: 31 to 38 s). Seconds are those of the simulated API.
The bars: at most 1.15 times the bound, no request refused, at most 1.1 times the fewest requests.
"""

from __future__ import annotations

import argparse
import asyncio
import csv
import io
import math
import multiprocessing
import random
import socket
import statistics
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from multiprocessing.connection import Connection
from pathlib import Path

import uvicorn
from sqlalchemy import select
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from benchmarks.intake import invented_word
from benchmarks.least_time import (
    least_seconds,
    least_seconds_by_person,
    one_after_another_by_person,
    one_after_another_seconds,
)
from cleanlist_core.domain import EnrichmentType, RunState
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.runs.announcements import PATH
from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve
from cleanlist_core.sandbox.ledger import Organization
from cleanlist_core.sandbox.serving import listening
from cleanlist_core.sandbox.workflows import Workflow
from cleanlist_core.settings import RateLimit, Settings
from cleanlist_core.store.schema import batch
from cleanlist_core.workspace import Workspace
from cleanlist_core.workspaces import Workspaces, open_workspaces

REQUESTS, WINDOW_SECONDS, POLL_SECONDS = 60, 60.0, 5.0
MEDIAN_SECONDS, P95_SECONDS = 40.0, 120.0
SIGMA = math.log(P95_SECONDS / MEDIAN_SECONDS) / statistics.NormalDist().inv_cdf(0.95)
SANDBOX_SECONDS = 36.0
"""About how long a full batch takes in the sandbox at its own pace."""
WAYS = ("batch", "person", "announced")
"""How results come: with the batch, person by person, or announced and then with the batch."""


@dataclass(frozen=True, slots=True)
class Setup:
    """What is measured. idle_seconds: between connecting the key and confirming the price."""

    people: int
    factor: float
    pace: str
    seed: int
    idle_seconds: float
    way: str = "batch"


@dataclass(frozen=True, slots=True)
class ServerSide:
    """What the sandbox saw. batches: seconds of the simulated API and people of each; CPU in real ones."""

    batches: list[tuple[float, int]]
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

    def change_pace(self, factor: float) -> None:
        """Be so many times faster than life from now on; also while a request is being answered."""
        self._even = self.options = replace(self._even, time_factor=factor)

    def submit(self, organization: Organization, body: bytes) -> Workflow:
        """Requests are answered one at a time, so the pace can be set for one and put back."""
        drawn = MEDIAN_SECONDS * math.exp(SIGMA * self._rng.gauss(0, 1))
        self.options = replace(self._even, time_factor=self._even.time_factor * SANDBOX_SECONDS / drawn)
        try:
            return super().submit(organization, body)
        finally:
            self.options = self._even


START, END = "the run starts", "the run has ended"


def serve_api(pipe: Connection, setup: Setup) -> None:
    """Serve until the run has ended. Sends the address and a key, then the report.

    Meanwhile it takes orders: START, or another factor. Each is answered with the CPU seconds since START.
    """
    dialect = "by_task" if setup.way == "person" else "default"
    options = SandboxOptions(time_factor=setup.factor, credits=setup.people + 1000, dialect=dialect)
    uneven = setup.pace == "spread"
    sandbox = UnevenSandbox(options, random.Random(setup.seed)) if uneven else Sandbox(options)
    with sandbox, serve(sandbox) as running:
        pipe.send((running.base_url, sandbox.new_organization().key))
        before = time.process_time()
        while (order := pipe.recv()) != END:
            if order == START:
                before = time.process_time()
            elif isinstance(sandbox, UnevenSandbox):
                sandbox.change_pace(order)
            pipe.send(time.process_time() - before)
        pipe.send(what_it_saw(sandbox, setup, time.process_time() - before))


def what_it_saw(sandbox: Sandbox, setup: Setup, cpu_seconds: float) -> ServerSide:
    seen = sandbox.ledger()[0]
    return ServerSide(
        batches=[
            ((one.ends_at - one.accepted_at) * setup.factor, len(one.contacts)) for one in seen.workflows
        ],
        people=sum(len(one.contacts) for one in seen.workflows),
        charged=sum(one.charged for one in seen.workflows),
        accepted=sum(window.accepted for window in seen.requests),
        refused=sum(window.refused for window in seen.requests),
        cpu_seconds=cpu_seconds,
    )


@contextmanager
def api_in_its_own_process(setup: Setup) -> Iterator[tuple[Connection, str, str]]:
    """The pipe to it, its address and a key. It takes orders until it is told that the run has ended."""
    spawn = multiprocessing.get_context("spawn")
    ours, theirs = spawn.Pipe()
    server = spawn.Process(target=serve_api, args=(theirs, setup))
    server.start()
    try:
        base_url, key = ours.recv()
        yield ours, base_url, key
    finally:
        server.join(10)
        server.terminate()


# The engine, in this process


@contextmanager
def opened(folder: Path, base_url: str, setup: Setup) -> Iterator[Workspace]:
    with ExitStack() as stack:
        announced = setup.way == "announced"
        listener = stack.enter_context(listening("127.0.0.1", 0)) if announced else None
        settings = Settings(
            base_url=base_url,
            data_dir=folder,
            rate_limit=RateLimit(REQUESTS, WINDOW_SECONDS / setup.factor),
            poll_seconds=POLL_SECONDS / setup.factor,
            practice="off",
            webhook_base_url=f"http://127.0.0.1:{listener.getsockname()[1]}" if listener else None,
            max_upload_mb=1024,
        )
        workspaces = open_workspaces(settings, drive=False)
        stack.callback(workspaces.close)
        if listener:
            stack.enter_context(taking_announcements(workspaces, listener))
        yield workspaces.real


@contextmanager
def taking_announcements(workspaces: Workspaces, listener: socket.socket) -> Iterator[None]:
    """The door for announcements on a socket, in a thread of this process, as in the app."""

    async def take(request: Request) -> Response:
        token, secret = request.path_params["token"], request.path_params["secret"]
        body = await request.body()
        status = await asyncio.to_thread(workspaces.take_announcement, token, secret, body)
        return Response(status_code=status)

    app = Starlette(routes=[Route(PATH + "/{token}/{secret}", take, methods=["POST"])])
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False, lifespan="off", ws="none"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
    thread.start()
    try:
        yield
    finally:
        server.should_exit = True
        thread.join(10)


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
    price = workspace.orders.estimates(organization_id, list_id)[wanted]
    cpu, started = time.process_time(), workspace.database.clock()
    run_id = workspace.orders.start_run(
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
    with (
        api_in_its_own_process(setup) as (orders, base_url, key),
        tempfile.TemporaryDirectory() as folder,
        opened(Path(folder), base_url, setup) as workspace,
    ):
        organization_id = workspace.connect(key).organization_id
        list_id = upload(workspace, organization_id, setup.people)
        time.sleep(setup.idle_seconds / setup.factor)
        orders.send(START)
        orders.recv()
        engine = confirm_and_drive(workspace, organization_id, list_id)
        orders.send(END)
        api: ServerSide = orders.recv()
    assert api.people == setup.people, "everybody was sent, nobody twice"
    assert api.charged == engine.credits_spent, "what was charged is what is shown"
    return compare(setup, engine, api)


REQUESTS_TO_CONNECT = 2


def compare(setup: Setup, engine: EngineSide, api: ServerSide) -> Measured:
    return Measured(
        makespan=engine.seconds * setup.factor,
        half=engine.half_seconds * setup.factor,
        end=engine.end_seconds * setup.factor,
        bound=bound_of(setup.way, api.batches),
        one_after_another=simplest_program(setup.way, api.batches),
        requests=api.accepted + api.refused - REQUESTS_TO_CONNECT,
        fewest_requests=fewest_requests(setup.way, batches=len(api.batches), people=api.people),
        refused=api.refused,
        engine_cpu=engine.cpu_seconds / engine.end_seconds,
        server_cpu=api.cpu_seconds / engine.end_seconds,
    )


def bound_of(way: str, batches: Sequence[tuple[float, int]]) -> float:
    """The least possible time. batches: seconds and people of each. Announced results are asked for, too."""
    if way == "person":
        return least_seconds_by_person(batches, requests=REQUESTS, window=WINDOW_SECONDS)
    return least_seconds([seconds for seconds, _ in batches], requests=REQUESTS, window=WINDOW_SECONDS)


def simplest_program(way: str, batches: Sequence[tuple[float, int]]) -> float:
    if way == "person":
        return one_after_another_by_person(
            batches, poll_seconds=POLL_SECONDS, requests=REQUESTS, window=WINDOW_SECONDS
        )
    return one_after_another_seconds([seconds for seconds, _ in batches], poll_seconds=POLL_SECONDS)


def fewest_requests(way: str, *, batches: int, people: int) -> int:
    """One to send and one to fetch per batch, or one to fetch per person."""
    return batches + people if way == "person" else 2 * batches


def main() -> None:
    parser = argparse.ArgumentParser(description="The time a list takes against the least possible time.")
    parser.add_argument("--people", type=int, default=15_000)
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--factor", type=float, default=20.0, help="How much faster than life the API is.")
    parser.add_argument("--way", choices=WAYS, default="batch", help="How results come.")
    parser.add_argument("--pace", choices=["spread", "sandbox"], default="spread")
    parser.add_argument("--idle-seconds", type=float, default=60.0, help="From connecting to confirming.")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    print(
        f"{chosen.people:,} people, results by {chosen.way}, pace {chosen.pace}, {chosen.factor:g} × faster"
        f" than life"
    )
    done = []
    for seed in range(chosen.seed, chosen.seed + chosen.runs):
        idle = chosen.idle_seconds
        done.append(measure(Setup(chosen.people, chosen.factor, chosen.pace, seed, idle, chosen.way)))
        print(f"  seed {seed}: {done[-1].line()}", flush=True)
    print(
        f"medians: {statistics.median(one.ratio for one in done):.3f} × the bound,"
        f" {statistics.median(one.request_ratio for one in done):.2f} × the fewest requests,"
        f" {statistics.median(one.one_after_another / one.makespan for one in done):.1f} × faster than one"
        f" after another; {sum(one.refused for one in done)} refused in all"
    )


if __name__ == "__main__":
    main()
