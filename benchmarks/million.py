"""One run of a million people, from the file to the last result, and what it takes of the machine.

    python -m benchmarks.million --people 1000000 --factor 8 --true-minutes 5

The engine, its store and HTTP are the real ones; the sandbox runs in a process of its own. The list is
read, checked, stored, confirmed and driven in this process, as a web process does it, sped up; in the
middle for some minutes at the true pace. What a screen asks for is timed in a process of its own, before,
in the middle, and after.

The bars: the process never holds 1 GB; at the API's limit of 60 requests a minute it takes at most 10 % of
one core; a page, a filter, a search or a sort takes at most 100 ms, counts and charts 150 ms.
"""

from __future__ import annotations

import argparse
import csv
import multiprocessing
import random
import re
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field, replace
from functools import partial
from multiprocessing.connection import Connection
from pathlib import Path

from sqlalchemy import func, select

from benchmarks.browsing import QUERIES
from benchmarks.intake import HEADERS, invented_rows
from benchmarks.makespan import (
    END,
    POLL_SECONDS,
    REQUESTS,
    REQUESTS_TO_CONNECT,
    START,
    WINDOW_SECONDS,
    ServerSide,
    Setup,
    api_in_its_own_process,
    opened,
)
from cleanlist_core.domain import MAX_BATCH, BatchState, EnrichmentType, RunState
from cleanlist_core.intake.mapping import recognise
from cleanlist_core.results import metrics
from cleanlist_core.results.browsing import browse, chip_counts
from cleanlist_core.runs.driver import DriveOptions
from cleanlist_core.settings import RateLimit, Settings
from cleanlist_core.store.database import open_sqlite
from cleanlist_core.store.schema import batch, rate_use
from cleanlist_core.workspace import Workspace

STATUS, RESET = Path("/proc/self/status"), Path("/proc/self/clear_refs")
PARTS = 10
"""The run is told in so many parts, so that whatever grows with it shows."""
LOOK_SECONDS = 2.0
BLANK = frozenset({"Email", "Phone"})
"""Columns left empty, so that everybody is asked about."""


def write_people(path: Path, people: int) -> None:
    """A file of sixteen columns, nobody in it twice: each has a profile, or a company of their own name."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        for number, row in enumerate(invented_rows(people, 20_000, random.Random(people))):
            cells = dict(zip(HEADERS, row, strict=True)) | dict.fromkeys(BLANK, "")
            if not cells["LinkedIn URL"]:
                cells["Last Name"] += f" {letters(number)}"
            writer.writerow(cells.values())


def letters(number: int) -> str:
    """A number as a word of letters alone; different for different numbers."""
    word = ""
    while True:
        number, place = divmod(number, 26)
        word = chr(ord("a") + place) + word
        if not number:
            return word.capitalize()


# What this process takes


def peak_megabytes() -> float:
    """The most memory this process held since this was asked last."""
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", STATUS.read_text())
    RESET.write_text("5")
    return int(peak) / 1024


@contextmanager
def told(what: str) -> Iterator[None]:
    """Say how long something took here, and how much memory."""
    peak_megabytes()
    wall, processor = time.perf_counter(), time.process_time()
    yield
    wall, processor = time.perf_counter() - wall, time.process_time() - processor
    print(
        f"{what:34}{wall:8.1f} s, {processor:7.1f} s of processor time, at most {peak_megabytes():5.0f} MB",
        flush=True,
    )


# What screens ask for, in a process of its own


@dataclass(frozen=True, slots=True)
class Look:
    """How long one question of a screen took, in milliseconds of processor time: at first, and once more.

    While a run goes on every look is a first one, for what was counted holds until the next change.
    """

    name: str
    first: float
    again: float


def serve_looks(pipe: Connection, path: Path, organization_id: str) -> None:
    """Answer each run id with what its screens took, until asked to end with ""."""
    workspace = Workspace(Settings(data_dir=path.parent, practice="off"), open_sqlite(path))
    while run_id := pipe.recv():
        pipe.send([timed(name, ask) for name, ask in questions(workspace, organization_id, run_id)])
    workspace.close()


def questions(
    workspace: Workspace, organization_id: str, run_id: str
) -> list[tuple[str, Callable[[], object]]]:
    """Everything a screen of results asks for, and what one who watches asks for every two seconds."""
    database = workspace.database
    pages = [(name, partial(browse, database, run_id, query)) for name, query in QUERIES.items()]
    charts = [
        (chart.__name__, partial(chart, database, run_id))
        for chart in (
            metrics.outcome_slices,
            metrics.find_rate_by_key_kind,
            metrics.email_quality_slices,
            metrics.credit_slices,
        )
    ]
    return [
        *pages,
        ("counts: all chips", partial(chip_counts, database, run_id)),
        ("counts: all chips within a search", partial(chip_counts, database, run_id, "ka")),
        *((f"counts: {name}", ask) for name, ask in charts),
        ("headline: how many have it now", partial(metrics.run_sentence, database, run_id)),
        ("progress: one tick", partial(workspace.progress, organization_id, run_id)),
    ]


def timed(name: str, ask: Callable[[], object]) -> Look:
    taken = []
    for _ in range(2):
        before = time.process_time()
        ask()
        taken.append((time.process_time() - before) * 1000)
    return Look(name, *taken)


class Screens:
    """The process of somebody who looks at the results."""

    def __init__(self, path: Path, organization_id: str) -> None:
        spawn = multiprocessing.get_context("spawn")
        self._pipe, theirs = spawn.Pipe()
        self._process = spawn.Process(target=serve_looks, args=(theirs, path, organization_id))
        self._process.start()

    def tell(self, when: str, run_id: str) -> None:
        self._pipe.send(run_id)
        looks: list[Look] = self._pipe.recv()
        print(f"screens {when}, ms of processor time, at first and once more:", flush=True)
        for look in looks:
            print(f"  {look.name:36}{look.first:8.1f}{look.again:8.1f}", flush=True)

    def close(self) -> None:
        self._pipe.send("")
        self._process.join(10)
        self._process.terminate()


# The run


@dataclass(frozen=True, slots=True)
class Moment:
    """How far the run is, and what this process has taken so far."""

    wall: float
    processor: float
    requests: int
    people: int

    def since(self, earlier: Moment, peak: float) -> str:
        wall, processor = self.wall - earlier.wall, self.processor - earlier.processor
        requests, people = self.requests - earlier.requests, self.people - earlier.people
        each = processor / max(1, requests)
        return (
            f"{self.people:9,} people: {wall:6.1f} s, {requests:5} requests,"
            f" {1000 * each:5.1f} ms of processor time each ({100 * each * REQUESTS / WINDOW_SECONDS:4.1f} %"
            f" of a core at 60 a minute), {1000 * processor / max(1, people):5.2f} ms a person stored;"
            f" {100 * processor / wall:3.0f} % of a core; at most {peak:4.0f} MB"
        )


@dataclass
class Drive:
    """One run, driven by a thread of this process until told to pause."""

    workspace: Workspace
    organization_id: str
    run_id: str
    pause: threading.Event = field(default_factory=threading.Event)
    thread: threading.Thread | None = None

    def start(self, factor: float) -> None:
        options = self.workspace.drive_options(self.organization_id)
        assert options is not None
        options = replace(
            options,
            limit=RateLimit(REQUESTS, WINDOW_SECONDS / factor),
            poll_seconds=POLL_SECONDS / factor,
            stop=self.pause.is_set,
        )
        self.pause.clear()
        self.thread = threading.Thread(target=self._work, args=(options,), daemon=True)
        self.thread.start()

    def _work(self, options: DriveOptions) -> None:
        assert self.workspace.drive_here(self.run_id, self.organization_id, options)

    def stop(self) -> None:
        self.pause.set()
        if self.thread is not None:
            self.thread.join()

    @property
    def under_way(self) -> bool:
        return self.thread is not None and self.thread.is_alive()

    def moment(self) -> Moment:
        finished = (batch.c.run_id == self.run_id) & (batch.c.state == BatchState.FINISHED.value)
        with self.workspace.database.read() as connection:
            requests = connection.execute(select(func.max(rate_use.c.id))).scalar() or 0
            people = connection.execute(select(func.sum(batch.c.size)).where(finished)).scalar() or 0
        return Moment(time.perf_counter(), time.process_time(), requests, people)

    def glance(self) -> tuple[int, int]:
        """Requests so far, and batches that are back; cheap, for it is asked while this is measured."""
        back = (batch.c.run_id == self.run_id) & (batch.c.state == BatchState.FINISHED.value)
        with self.workspace.database.read() as connection:
            requests = connection.execute(select(func.max(rate_use.c.id))).scalar() or 0
            return requests, connection.execute(select(func.count()).where(back)).scalar_one()

    def until(self, reached: Callable[[int, int], bool]) -> Moment:
        """Wait for it, or for the end of the run. reached: (requests, batches that are back)."""
        while self.under_way and not reached(*self.glance()):
            time.sleep(LOOK_SECONDS)
        return self.moment()


def are_back(batches: float, _requests: int, back: int) -> bool:
    return back >= batches


def drive_in_parts(drive: Drive, factor: float, people: int, parts: range) -> None:
    drive.start(factor)
    before = drive.moment()
    for part in parts:
        moment = drive.until(partial(are_back, people * part / PARTS / MAX_BATCH))
        print(f"  {moment.since(before, peak_megabytes())}", flush=True)
        before = moment
        if not drive.under_way:
            break
    if parts.stop <= PARTS:
        drive.stop()


def drive_at_the_true_pace(drive: Drive, minutes: float, tell_screens: Callable[[], None]) -> None:
    """From when the requests of the faster pace have left the window."""
    begun = drive.moment()
    drive.start(1.0)
    first = drive.until(lambda requests, _back: requests > begun.requests)
    peak_megabytes()
    last = drive.until(lambda _requests, _back: time.perf_counter() - first.wall >= minutes * 60)
    print(
        f"at the true pace, {minutes:g} minutes:\n  {last.since(first, peak_megabytes())}",
        flush=True,
    )
    tell_screens()
    drive.stop()


def sizes(folder: Path) -> str:
    files = sorted(folder.glob("cleanlist.sqlite3*"))
    return ", ".join(f"{one.name} {one.stat().st_size / 1e6:,.0f} MB" for one in files)


def longest_write(workspace: Workspace, ended: threading.Event, waits: list[float]) -> None:
    """How long somebody else has to wait who wants to write a word meanwhile."""
    other = open_sqlite(workspace.settings.data_dir / "cleanlist.sqlite3")
    while not ended.wait(0.02):
        began = time.perf_counter()
        with suppress(Exception), other.write_at_once():
            pass
        waits.append(time.perf_counter() - began)
    other.close()


@contextmanager
def watching_writes(workspace: Workspace) -> Iterator[None]:
    ended, waits = threading.Event(), list[float]()
    thread = threading.Thread(target=longest_write, args=(workspace, ended, waits))
    thread.start()
    try:
        yield
    finally:
        ended.set()
        thread.join()
        print(f"{'':34}others waited up to {max(waits):.1f} s to write", flush=True)


def make_list(workspace: Workspace, organization_id: str, path: Path) -> str:
    with told("read and mapped"):
        file = workspace.hold([path.read_bytes()])
        table = workspace.read_upload(file.read(), path.name)
        mapping = recognise(table)
    with told("checked and stored"), watching_writes(workspace):
        return workspace.add_list(organization_id, table, mapping, file_name=path.name, data=file)


def confirm(workspace: Workspace, organization_id: str, list_id: str) -> str:
    wanted = EnrichmentType.PARTIAL
    with told("priced"):
        price = workspace.orders.estimates(organization_id, list_id)[wanted]
    with told("confirmed"), watching_writes(workspace):
        return workspace.orders.start_run(
            organization_id, list_id, wanted, budget=price.at_most, estimate=price, by="benchmark"
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="One run of a million people.")
    parser.add_argument("--people", type=int, default=1_000_000)
    parser.add_argument("--factor", type=float, default=8.0, help="How much faster than life the API is.")
    parser.add_argument("--true-minutes", type=float, default=5.0, help="In the middle.")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    setup = Setup(chosen.people, chosen.factor, "spread", chosen.seed, 0.0)
    with (
        tempfile.TemporaryDirectory() as name,
        api_in_its_own_process(setup) as (orders, base_url, key),
        opened(Path(name), base_url, setup) as workspace,
    ):
        path = Path(name) / "people.csv"
        write_people(path, chosen.people)
        print(f"{chosen.people:,} people, {path.stat().st_size / 1e6:,.0f} MB", flush=True)
        peak_megabytes()
        organization_id = workspace.connect(key).organization_id
        list_id = make_list(workspace, organization_id, path)
        path.unlink()
        run_id = confirm(workspace, organization_id, list_id)
        drive = Drive(workspace, organization_id, run_id)
        screens = Screens(Path(name) / "cleanlist.sqlite3", organization_id)
        try:
            screens.tell("before", run_id)
            look_up(chosen.people, chosen.factor, chosen.true_minutes, drive, orders, screens)
            screens.tell("after", run_id)
        finally:
            screens.close()
        print(f"files: {sizes(Path(name))}")
        check(drive, orders, chosen.people)


def look_up(
    people: int, factor: float, true_minutes: float, drive: Drive, orders: Connection, screens: Screens
) -> None:
    """All of the run: half of it sped up, some minutes as in life, and the rest sped up."""
    orders.send(START)
    orders.recv()
    print(f"{factor:g} × faster than life:", flush=True)
    drive_in_parts(drive, factor, people, range(1, PARTS // 2 + 1))
    orders.send(1.0)
    orders.recv()
    drive_at_the_true_pace(drive, true_minutes, lambda: screens.tell("in the middle", drive.run_id))
    orders.send(factor)
    orders.recv()
    print(f"{factor:g} × faster than life again:", flush=True)
    drive_in_parts(drive, factor, people, range(PARTS // 2 + 1, PARTS + 1))
    drive.until(lambda _requests, _back: False)


def check(drive: Drive, orders: Connection, people: int) -> None:
    """The sandbox's ledger must say the same as our tables."""
    orders.send(END)
    api: ServerSide = orders.recv()
    view = drive.workspace.run(drive.organization_id, drive.run_id)
    totals = metrics.run_totals(drive.workspace.database, drive.run_id)
    print(
        f"{view.state.value}: {api.people:,} people in {len(api.batches):,} requests to send,"
        f" {api.accepted - REQUESTS_TO_CONNECT:,} requests in all, {api.refused} refused; {api.charged:,}"
        f" credits charged, {totals.credits_spent:,} shown; {totals.new_emails:,} emails;"
        f" {api.cpu_seconds:,.0f} s of processor time of the API"
    )
    assert view.state is RunState.FINISHED, view.why
    assert api.people == people == totals.uploaded, "everybody was sent, nobody twice"
    assert api.charged == totals.credits_spent, "what was charged is what is shown"
    assert api.refused == 0, "the limit was kept"


if __name__ == "__main__":
    main()
