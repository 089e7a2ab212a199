"""Kill the program again and again, and see whether anybody is paid for twice or anything is lost.

    python -m benchmarks.kills --kills 200
    python -m benchmarks.kills --kills 200 --database postgresql://user:password@host/an_empty_database

Each kill is a list of its own, uploaded, confirmed and driven by a process that dies by SIGKILL: in turn at
every named step, at its first or a later occurrence, and at any moment. Another driver then takes over
and brings the list to its end. The sandbox's ledger is the witness. Exit code 1 if anything is wrong.
"""

from __future__ import annotations

import argparse
import multiprocessing
import random
import signal
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks import dying_process
from benchmarks.makespan import upload
from benchmarks.two_books import Entry, disagreements_at_rest, person_of, read_books
from cleanlist_core.domain import BatchState, EnrichmentType, RunState
from cleanlist_core.runs.driver import take_over_from_the_dead
from cleanlist_core.runs.embedded import LOOK_SECONDS
from cleanlist_core.sandbox import IssuedKey, Sandbox, SandboxOptions, serve
from cleanlist_core.settings import RateLimit, Settings
from cleanlist_core.store.database import open_url
from cleanlist_core.workspace import Workspace

STEPS = (
    "slot taken",
    "intent written",
    "answer in",
    "acceptance written",
    "results in",
    "answer read",
    "settled",
    "balance read",
    "run ended",
)
AT_THE_END = ("balance read", "run ended")
ANY_MOMENT = "any moment"
EARLY = ("slot taken", "intent written", "answer in", "acceptance written")
"""Most of a list is left then: how long that takes on this machine says how long a list lives."""
USUAL_LIFE_SECONDS = 3.0
LIMIT, POLL_SECONDS = RateLimit(60, 1), 0.2
FAST = SandboxOptions(time_factor=200, rate_limit=60, window_seconds=200, credits=100_000)
"""A 40-second look-up takes 0.2 s, and the minute of the rate limit 1 s."""
LONGEST_LIFE_SECONDS = 60.0
PROCESSES = multiprocessing.get_context("forkserver")
"""Each process starts where one that has imported everything stands, so that the time goes into killing."""


@dataclass(frozen=True, slots=True)
class Kill:
    """step: where the process dies; occurrence: at which time it comes there.

    share: of a list's usual life, for any moment.
    """

    step: str
    occurrence: int
    share: float


@dataclass(frozen=True, slots=True)
class Outcome:
    """What came of one. first_step_seconds, to_the_end_seconds: of whoever took over; None: nothing to do."""

    wrong: list[str]
    flagged: int
    accepted_of_flagged: int
    first_step_seconds: float | None
    to_the_end_seconds: float | None


def plan(kills: int, batches: int, chance: random.Random) -> list[Kill]:
    """Every named step in turn, and as many moments as all steps together."""
    planned = []
    for number in range(kills):
        step = STEPS[number // 2 % len(STEPS)] if number % 2 == 0 else ANY_MOMENT
        occurrence = 1 if step in AT_THE_END else chance.randint(1, batches)
        planned.append(Kill(step, occurrence, chance.random()))
    return planned


class Killer:
    """Kills processes that drive lists of one workspace."""

    def __init__(self, workspace: Workspace, sandbox: Sandbox, url: str, people: int) -> None:
        self._workspace = workspace
        self._sandbox = sandbox
        self._url = url
        self._people = people
        self._usual_life = USUAL_LIFE_SECONDS

    def carry_out(self, kill: Kill) -> Outcome:
        key = self._sandbox.new_organization()
        self._workspace.connect(key.key)
        run_id = self._confirm(key)
        self._die(kill, key, run_id)
        first_step, to_the_end = self._take_over(run_id, key)
        if kill.step in EARLY and to_the_end is not None:
            self._usual_life = to_the_end
        return self._judge(key, run_id, first_step, to_the_end)

    def _confirm(self, key: IssuedKey) -> str:
        list_id = upload(self._workspace, key.organization_id, self._people)
        wanted = EnrichmentType.PARTIAL
        price = self._workspace.orders.estimates(key.organization_id, list_id)[wanted]
        return self._workspace.orders.start_run(
            key.organization_id, list_id, wanted, budget=price.at_most, estimate=price
        )

    def _die(self, kill: Kill, key: IssuedKey, run_id: str) -> None:
        order: dict[str, object] = {
            "database": self._url,
            "base_url": self._workspace.settings.base_url,
            "key": key.key,
            "organization_id": key.organization_id,
            "run_id": run_id,
            "limit": LIMIT,
            "poll_seconds": POLL_SECONDS,
        }
        if kill.step != ANY_MOMENT:
            order |= {"step": kill.step, "occurrence": kill.occurrence}
        longest = kill.share * self._usual_life if kill.step == ANY_MOMENT else LONGEST_LIFE_SECONDS
        process = PROCESSES.Process(target=dying_process.main, args=(order,))
        process.start()
        process.join(longest)
        process.kill()
        process.join()
        assert process.exitcode in (0, -signal.SIGKILL)
        process.close()

    def _take_over(self, run_id: str, key: IssuedKey) -> tuple[float | None, float | None]:
        """Seconds until whoever takes over has done the first step, and until the list has ended."""
        steps: list[float] = []
        options = self._workspace.drive_options(key.organization_id)
        assert options is not None
        options = replace(options, checkpoint=lambda _step: steps.append(time.monotonic()))
        started = time.monotonic()
        if not self._workspace.run(key.organization_id, run_id).active:
            return None, None
        while True:
            take_over_from_the_dead(self._workspace.database)
            if self._workspace.drive_here(run_id, key.organization_id, options):
                break
            # The server may still be carrying out the last words of the dead; the engine looks again, too.
            time.sleep(LOOK_SECONDS)
        return (steps[0] - started if steps else None), time.monotonic() - started

    def _judge(
        self, key: IssuedKey, run_id: str, first_step: float | None, to_the_end: float | None
    ) -> Outcome:
        def entry() -> Entry:
            ledger = [one.as_json() for one in self._sandbox.ledger()]
            return next(one for one in ledger if one["organization_id"] == key.organization_id)

        database = self._workspace.database
        wrong = disagreements_at_rest(database, key.organization_id, entry)
        workflows = entry()["workflows"]
        times = Counter(person_of(contact) for workflow in workflows for contact in workflow["contacts"])
        wrong += [f"{person} was accepted {count} times" for person, count in times.items() if count > 1]
        batches = read_books(database, key.organization_id).batches
        flagged = [one for one in batches if one.state == BatchState.UNCERTAIN.value]
        known = {one.workflow_id for one in batches}
        finished = sum(one.size for one in batches if one.state == BatchState.FINISHED.value)
        if finished + sum(one.size for one in flagged) != self._people:
            wrong.append(f"{finished} people finished and {sum(one.size for one in flagged)} flagged")
        ended = RunState.NEEDS_YOU if flagged else RunState.FINISHED
        if (state := self._workspace.run(key.organization_id, run_id).state) is not ended:
            wrong.append(f"the list ended as {state.value}")
        unknown = sum(workflow["workflow_id"] not in known for workflow in workflows)
        return Outcome(wrong, len(flagged), unknown, first_step, to_the_end)


@contextmanager
def open_killer(folder: Path, url: str, people: int) -> Iterator[Killer]:
    with Sandbox(FAST, state_path=folder / "sandbox.sqlite3") as sandbox, serve(sandbox) as running:
        settings = Settings(
            base_url=running.base_url,
            data_dir=folder,
            rate_limit=LIMIT,
            poll_seconds=POLL_SECONDS,
            practice="off",
        )
        workspace = Workspace(settings, open_url(url))
        try:
            yield Killer(workspace, sandbox, url, people)
        finally:
            workspace.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Kill the program again and again.")
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--people", type=int, default=2_500)
    parser.add_argument("--database", default="", help="Its address; a file of its own when left out.")
    parser.add_argument("--seed", type=int, default=1)
    chosen = parser.parse_args()
    PROCESSES.set_forkserver_preload(["benchmarks.dying_process"])
    planned = plan(chosen.kills, -(-chosen.people // 250), random.Random(chosen.seed))
    outcomes = []
    with tempfile.TemporaryDirectory() as folder:
        url = chosen.database or f"sqlite:///{Path(folder) / 'kills.sqlite3'}"
        with open_killer(Path(folder), url, chosen.people) as killer:
            for number, kill in enumerate(planned, 1):
                outcomes.append(killer.carry_out(kill))
                told = outcomes[-1]
                verdict = "; ".join(told.wrong[:3]) or "as it should be"
                again = f"{told.first_step_seconds:.2f} s" if told.first_step_seconds else "nothing to do"
                place = f"{number}: {kill.step}, time {kill.occurrence}"
                print(f"{place}: {told.flagged} flagged, at work again in {again}: {verdict}", flush=True)
    sys.exit(tell(outcomes, chosen.people))


def tell(outcomes: list[Outcome], people: int) -> int:
    """Print what all of them came to. Returns how many went wrong, at most 1."""
    first = sorted(one.first_step_seconds for one in outcomes if one.first_step_seconds is not None)
    end = sorted(one.to_the_end_seconds for one in outcomes if one.to_the_end_seconds is not None)
    wrong = sum(bool(one.wrong) for one in outcomes)
    print(f"{len(outcomes)} kills of lists of {people} people; {wrong} lists went wrong")
    print(
        f"{sum(one.flagged for one in outcomes)} requests flagged, of which"
        f" {sum(one.accepted_of_flagged for one in outcomes)} had been accepted"
    )
    for name, seconds in (("at work again", first), ("to the end", end)):
        if seconds:
            middle, most = seconds[len(seconds) // 2], seconds[-1]
            print(f"{name}: median {middle:.2f} s, longest {most:.2f} s, of {len(seconds)} take-overs")
    return 1 if wrong else 0


if __name__ == "__main__":
    main()
