"""Lists looked up while the sandbox misbehaves: every fault, alone and mixed, and what came of each row.

    python -m benchmarks.faults --people 1500

Each list is driven to its end by the real engine over real HTTP. Where an answer was lost, the person
in charge asks the support, that is the ledger: what was accepted gets its reference entered, what was
not is sent again. In the end every row must have the outcome the sandbox gives for the very person in
it, and every credit charged must be on record, once. Prints one line per list; exit code 1 if any fails.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from unittest import mock

from sqlalchemy import select

from benchmarks.makespan import upload
from benchmarks.support import ask_the_support, organization_in
from benchmarks.two_books import Entry, disagreements_at_rest, read_books
from cleanlist_core.api.client import CleanlistClient
from cleanlist_core.api.exchange import Timeouts
from cleanlist_core.domain import EnrichmentType, Outcome, RunState
from cleanlist_core.errors import ApiError
from cleanlist_core.runs.driver import DriveOptions
from cleanlist_core.runs.rate_gate import DatabaseGate
from cleanlist_core.sandbox import Sandbox, SandboxOptions, serve
from cleanlist_core.sandbox.faults import AFTER, BEFORE
from cleanlist_core.sandbox.workflows import FATES
from cleanlist_core.settings import RateLimit, Settings
from cleanlist_core.store import next_batch
from cleanlist_core.store.database import open_sqlite
from cleanlist_core.store.schema import run_row
from cleanlist_core.workspace import Workspace

AMOUNTS = {"slow": ":0.3", "429": ":1", "clock_skew": ":-4000"}
SHARES = (10, 20, 30)
TIME_FACTOR = 300.0
LIMIT, POLL_SECONDS, OVERDUE_SECONDS = RateLimit(10_000, 0.2), 0.05, 4.0
LONGEST_SECONDS = 900.0
TIMEOUTS = Timeouts(connect=30, read=30, submit_read=60, write=30, pool=30, whole_answer=90)
"""No fault takes that long: an answer that a busy machine is late with must not count as lost."""
DONE = (Outcome.FOUND, Outcome.NOTHING, Outcome.FAILED)


@dataclass(frozen=True, slots=True)
class Trouble:
    """A list and what goes wrong with it. batch: people in one request."""

    faults: str
    people: int
    batch: int
    seed: int = 1


@dataclass(frozen=True, slots=True)
class Outcomes:
    """What came of it. struck: how often each fault did; wrong: everything that is not as it should be."""

    wrong: list[str]
    outcomes: Counter[str]
    struck: dict[str, int]
    lost_answers: int
    charged: int
    seconds: float

    def line(self) -> str:
        struck = ", ".join(f"{name} × {count}" for name, count in sorted(self.struck.items())) or "nothing"
        outcomes = ", ".join(f"{count} {name}" for name, count in self.outcomes.most_common())
        verdict = "as it should be" if not self.wrong else "WRONG: " + "; ".join(self.wrong[:5])
        return (
            f"{struck}; {self.lost_answers} answers lost; {outcomes}; {self.charged} credits;"
            f" {self.seconds:.0f} s: {verdict}"
        )


def alone(share: int) -> list[str]:
    """Each fault by itself, at every endpoint it can strike."""
    at_requests = [f"any:{share}%={kind}{AMOUNTS.get(kind, '')}" for kind in sorted(BEFORE | AFTER)]
    return at_requests + [f"workflow:{share}%={fate}" for fate in FATES]


def mixed(share: int) -> str:
    """All of them at once; whatever the number of faults, about so many of the requests are struck."""
    kinds = sorted(BEFORE | AFTER)
    each = share / len(kinds)
    fates = [fate for fate in FATES if fate != "never_ends"]
    requests = [f"any:{each:.2f}%={kind}{AMOUNTS.get(kind, '')}" for kind in kinds]
    return ",".join([*requests, *(f"workflow:{share / len(fates):.2f}%={fate}" for fate in fates)])


def look_up_under(trouble: Trouble) -> Outcomes:
    """One list from upload to its end."""
    options = SandboxOptions(
        time_factor=TIME_FACTOR,
        rate_limit=1_000_000,
        credits=100 * trouble.people,
        faults=trouble.faults,
        seed=f"faults-{trouble.seed}",
    )
    started = time.monotonic()
    with (
        tempfile.TemporaryDirectory() as folder,
        Sandbox(options) as sandbox,
        serve(sandbox) as running,
        mock.patch.object(next_batch, "MAX_BATCH", trouble.batch),
    ):
        settings = Settings(
            base_url=running.base_url,
            data_dir=Path(folder),
            rate_limit=LIMIT,
            poll_seconds=POLL_SECONDS,
            resend_after_seconds=0,
            practice="off",
        )
        workspace = Workspace(settings, open_sqlite(Path(folder) / "faults.sqlite3"))
        try:
            job = _Job(workspace, sandbox, started + LONGEST_SECONDS)
            run_id = job.look_up(trouble.people)
            return job.outcomes(run_id, time.monotonic() - started)
        finally:
            workspace.close()


class _Job:
    """One list, and the person in charge of it."""

    def __init__(self, workspace: Workspace, sandbox: Sandbox, give_up_at: float) -> None:
        self._workspace = workspace
        self._sandbox = sandbox
        self._give_up_at = give_up_at
        self._key = sandbox.new_organization()
        self._organization_id = self._key.organization_id
        self._lost_answers = 0

    def look_up(self, people: int) -> str:
        self._connect()
        list_id = upload(self._workspace, self._organization_id, people)
        wanted = EnrichmentType.FULL
        price = self._workspace.orders.estimates(self._organization_id, list_id)[wanted]
        run_id = self._workspace.orders.start_run(
            self._organization_id, list_id, wanted, budget=2 * price.at_most, estimate=price
        )
        while not self._late():
            assert self._workspace.drive_here(run_id, self._organization_id, self._options())
            state = self._workspace.run(self._organization_id, run_id).state
            if state is RunState.FINISHED:
                break
            self._decide(run_id)
        return run_id

    def _late(self) -> bool:
        return time.monotonic() > self._give_up_at

    def _connect(self) -> None:
        while not self._late():
            with suppress(ApiError):
                self._workspace.connect(self._key.key)
                return

    def _options(self) -> DriveOptions:
        def make_client(gate: DatabaseGate) -> CleanlistClient:
            return CleanlistClient(
                self._workspace.settings.base_url,
                self._key.key,
                gate=gate,
                timeouts=TIMEOUTS,
                sleep=lambda seconds: time.sleep(min(seconds, POLL_SECONDS)),
            )

        options = self._workspace.drive_options(self._organization_id)
        assert options is not None
        return replace(options, make_client=make_client, overdue_seconds=OVERDUE_SECONDS, stop=self._late)

    def entry(self) -> Entry:
        return organization_in(self._sandbox, self._organization_id)

    def _decide(self, run_id: str) -> None:
        """What the support says about lost answers, carried out; a run that waits goes on."""
        for decision in self._workspace.uncertain(self._organization_id, run_id):
            self._lost_answers += 1
            self._resolve(run_id, decision.batch.batch_id)
        view = self._workspace.run(self._organization_id, run_id)
        if view.state in (RunState.WAITING, RunState.NEEDS_YOU) and view.waiting_for != "uncertain":
            with suppress(ApiError):
                self._workspace.continue_run(self._organization_id, run_id)

    def _resolve(self, run_id: str, batch_id: str) -> None:
        while not self._late():
            entry = self.entry()
            if ask_the_support(self._workspace, self._organization_id, entry, run_id, batch_id):
                return
            time.sleep(POLL_SECONDS)

    def outcomes(self, run_id: str, seconds: float) -> Outcomes:
        with self._workspace.database.read() as connection:
            query = select(run_row.c.outcome).where(run_row.c.run_id == run_id)
            outcomes = Counter(connection.execute(query).scalars())
        entry = self.entry()
        wrong = disagreements_at_rest(self._workspace.database, self._organization_id, self.entry)
        if left := set(outcomes) - set(DONE):
            wrong.append(f"rows end as {', '.join(sorted(left))}")
        failed = sum(self._without_answer(workflow["workflow_id"]) for workflow in entry["workflows"])
        if outcomes[Outcome.FAILED] != failed:
            wrong.append(f"{outcomes[Outcome.FAILED]} rows failed, {failed} look-ups did")
        charged = sum(charge["credits"] for one in entry["workflows"] for charge in one["charges"])
        struck = self._sandbox.faults.counts()["faults"]
        return Outcomes(wrong, outcomes, struck, self._lost_answers, charged, seconds)

    def _references_lost(self, workflow_id: str) -> int:
        batches = read_books(self._workspace.database, self._organization_id).batches
        return next(list(one.task_ids).count("") for one in batches if one.workflow_id == workflow_id)

    def _without_answer(self, workflow_id: str) -> int:
        """How many people of a workflow have no answer, by the API's own doing."""
        found = self._sandbox.inspect_workflow(workflow_id)
        assert found is not None
        workflow = found[0]
        if workflow.fate == "loses_results" and (lost := self._references_lost(workflow_id)):
            return lost
        ended_at = (
            workflow.accepted_at + OVERDUE_SECONDS if workflow.fate == "never_ends" else workflow.ends_at
        )
        return sum(
            outcome.failed or not workflow.task_ended(position, ended_at)
            for position, outcome in enumerate(workflow.outcomes)
        )


def main() -> None:
    parser = argparse.ArgumentParser(description="Lists looked up while the API misbehaves.")
    parser.add_argument("--people", type=int, default=1500)
    parser.add_argument("--batch", type=int, default=50, help="People in one request; the API takes 250.")
    parser.add_argument("--share", type=int, nargs="*", default=list(SHARES), help="Percent of requests.")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--only", default="", help="Only faults whose name has this in it.")
    chosen = parser.parse_args()
    failed = 0
    for share in chosen.share:
        plans = [*alone(share), mixed(share)]
        for plan in (plan for plan in plans if chosen.only in plan):
            done = look_up_under(Trouble(plan, chosen.people, chosen.batch, chosen.seed))
            name = plan if "," not in plan else f"all mixed at {share}%"
            print(f"{name}: {done.line()}", flush=True)
            failed += bool(done.wrong)
    print(f"{failed} lists went wrong")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
