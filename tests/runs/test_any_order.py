"""Whatever happens in whatever order to two lists with people in common, the money rules hold."""

from __future__ import annotations

import itertools
import json
import tempfile
import zlib
from collections import Counter
from contextlib import ExitStack
from dataclasses import dataclass, field
from decimal import Decimal
from pathlib import Path
from typing import Any
from unittest import mock

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule
from sqlalchemy import select

from cleanlist_core.api.answers import SubmittedBatch, WorkflowStatus, read_workflow
from cleanlist_core.domain import BatchState, Contact, EnrichmentType, RunState
from cleanlist_core.errors import (
    InvalidContactsError,
    OutOfCreditsError,
    RateLimitedError,
    RunError,
    ServerFailedError,
    UnreachableError,
)
from cleanlist_core.pricing import price_at_most, settled_credits
from cleanlist_core.runs import announcements
from cleanlist_core.settings import Settings
from cleanlist_core.store import batches, next_batch, organizations, runs
from cleanlist_core.store.database import open_url
from cleanlist_core.store.schema import list_row, run_row, submission
from cleanlist_core.store.tallies import tally_rows
from cleanlist_core.workspace import Workspace
from tests.databases import NewUrl
from tests.runs.scene import Scene, people
from tests.runs.steps import ManualClock, Steps

SMALL_BATCH = 4
PARTIAL, FULL = EnrichmentType.PARTIAL, EnrichmentType.FULL
names = itertools.count()


class KilledError(BaseException):
    """The process is gone."""


@dataclass
class Workflow:
    """What the invented API took on. answered: whether anybody has read the results."""

    run_id: str
    wanted: EnrichmentType
    contacts: tuple[Contact, ...]
    task_ids: tuple[str, ...]
    token: str
    ready: bool = False

    def finds(self, contact: Contact) -> tuple[bool, bool]:
        chance = zlib.crc32(repr(contact).encode())
        return self.wanted.wants_email and chance % 3 > 0, self.wanted.wants_phone and chance % 5 > 2

    @property
    def cost(self) -> int:
        """Credits charged, or the most there can be while nobody knows."""
        if not self.ready:
            return price_at_most(self.wanted) * len(self.contacts)
        found = [self.finds(contact) for contact in self.contacts]
        return sum(settled_credits(self.wanted, email_found=e, phone_found=p) for e, p in found)


@dataclass
class InventedApi:
    """Does with the next request what it is told to."""

    workflows: dict[str, Workflow] = field(default_factory=dict)
    next_fate: str = "ok"
    newest_token: Any = None
    steal_the_lease: Any = None

    def accept(self, run_id: str, contacts: tuple[Contact, ...], wanted: EnrichmentType) -> str:
        name = f"workflow-{len(self.workflows):04}-{next(names)}"
        task_ids = tuple(f"{name}-task-{place}" for place in range(len(contacts)))
        token = self.newest_token(run_id)
        self.workflows[name] = Workflow(run_id, wanted, contacts, task_ids, token)
        return name


@dataclass
class InventedClient:
    """One run's client of the invented API."""

    api: InventedApi
    run_id: str

    def submit_batch(
        self, contacts: tuple[Contact, ...], wanted: EnrichmentType, **_more: object
    ) -> SubmittedBatch:
        fate = self.api.next_fate
        if fate == "killed before":
            raise KilledError
        if fate in FATES_WITHOUT_ACCEPTANCE:
            raise FATES_WITHOUT_ACCEPTANCE[fate]
        name = self.api.accept(self.run_id, contacts, wanted)
        if fate == "killed after":
            raise KilledError
        if fate == "overtaken":
            self.api.steal_the_lease(self.run_id)
        if fate == "lost after":
            raise UnreachableError("The connection broke.", maybe_spent=True)
        return SubmittedBatch(name, "started", self.api.workflows[name].task_ids, len(contacts))

    def workflow_status(self, workflow_id: str, *, on_raw: Any = None) -> WorkflowStatus:
        workflow = self.api.workflows[workflow_id]
        if on_raw is not None:
            on_raw(b"{}")
        if not workflow.ready:
            return read_workflow({"workflow": {"workflow_id": workflow_id, "status": "running"}})
        results = []
        for contact, task_id in zip(workflow.contacts, workflow.task_ids, strict=True):
            email, phone = workflow.finds(contact)
            slug = contact.linkedin_url.rpartition("/")[2]
            results.append(
                {
                    "task_id": task_id,
                    "status": "completed",
                    "linkedin_url": contact.linkedin_url,
                    "primary_email": f"{slug}@firm.example.com" if email else None,
                    "personal_phone_numbers": ["+1 202-555-0147"] if phone else [],
                }
            )
        answer = {"workflow_id": workflow_id, "status": "completed", "results": results[::-1]}
        return read_workflow({"workflow": answer})


FATES_WITHOUT_ACCEPTANCE = {
    "lost before": UnreachableError("The connection broke.", maybe_spent=True),
    "never sent": UnreachableError("Nobody there."),
    "no credits": OutOfCreditsError("No credits.", status=402),
    "names a row": InvalidContactsError("One row.", status=422, rows={0: "unusable"}),
    "too many": RateLimitedError("Too many.", retry_after_seconds=1),
    "says so itself": ServerFailedError("Down.", status=503),
}
FATES = st.sampled_from(
    ["ok", "ok", "ok", "overtaken", "lost after", "killed before", "killed after", *FATES_WITHOUT_ACCEPTANCE]
)
WHICH = st.sampled_from([0, 1])
CHOICES = st.sampled_from(["send_again", "leave_out"])


class TwoLists(RuleBasedStateMachine):
    """An organization that looks up emails in one list, and emails and phones in another."""

    place: Workspace
    clock: ManualClock

    @initialize(budgets=st.tuples(st.integers(3, 15), st.integers(40, 150)))
    def start(self, budgets: tuple[int, int]) -> None:
        organization = f"org-{next(names)}"
        organizations.remember_organization(self.place.database, organization, "")
        organizations.add_reading(
            self.place.database,
            organization,
            Decimal(10_000),
            used_this_month=None,
            read_at=self.clock.now,
            why="on view",
        )
        self.scene = Scene(self.place, None, organization, "", "", "")  # type: ignore[arg-type]
        self.api = InventedApi(newest_token=self.newest_token, steal_the_lease=self.steal_the_lease)
        lists = [self.scene.add_list(people(10)), self.scene.add_list(people(10, start=2))]
        self.runs = [
            self.scene.start(list_id, wanted, budget=budget)
            for list_id, wanted, budget in zip(lists, (PARTIAL, FULL), budgets, strict=True)
        ]
        self.drivers = [self.new_driver(run_id) for run_id in self.runs]
        self.decided: Counter[str] = Counter()
        self.gone: list[str] = []

    def new_driver(self, run_id: str) -> Steps:
        client = InventedClient(self.api, run_id)
        return Steps(self.place.database, self.clock, client, run_id, self.scene.organization_id).take_over()

    def steal_the_lease(self, run_id: str) -> None:
        """Another process takes the run for abandoned while its request is on the way."""
        self.drivers[self.runs.index(run_id)] = self.new_driver(run_id)

    def newest_token(self, run_id: str) -> str:
        sending = [one.id for one in self.scene.batches(run_id) if one.state == BatchState.SENDING]
        query = select(submission.c.token).where(
            submission.c.batch_id == sending[0], submission.c.state == "sending"
        )
        with self.place.database.read() as connection:
            return str(connection.execute(query).scalar_one())

    # What happens

    @rule(which=WHICH)
    def send_and_get_through(self, which: int) -> None:
        self.send(which, "ok")

    @rule(which=WHICH)
    def send_and_get_results(self, which: int) -> None:
        self.send(which, "ok")
        for workflow in self.api.workflows.values():
            workflow.ready = workflow.ready or workflow.run_id == self.runs[which]
        self.look(which)

    @rule(which=WHICH, fate=st.sampled_from(["lost before", "lost after"]), choice=CHOICES)
    def lose_and_decide(self, which: int, fate: str, choice: str) -> None:
        self.send(which, fate)
        self.decide(which, choice)

    @rule(which=WHICH, fate=FATES)
    def send_and_see(self, which: int, fate: str) -> None:
        self.send(which, fate)

    def send(self, which: int, fate: str) -> None:
        self.api.next_fate = fate
        before = len(self.scene.batches(self.runs[which]))
        try:
            self.drivers[which].send()
        except KilledError:
            self.drivers[which] = self.new_driver(self.runs[which])
        if len(self.scene.batches(self.runs[which])) > before:
            self.check_that_the_balance_pays()

    def check_that_the_balance_pays(self) -> None:
        """At worst, for all that is on the way, whatever else was charged since it was read."""
        reading = organizations.last_reading(self.place.database, self.scene.organization_id)
        assert reading is not None
        mine = [one for run_id in [*self.gone, *self.runs] for one in self.scene.batches(run_id)]
        on_the_way = sum(
            one.at_most
            for one in mine
            if one.state in batches.OPEN
            or (one.state == BatchState.LEFT_OUT and one.sending_at > reading.read_at)
        )
        since = [one for one in mine if one.finished_at is not None and one.finished_at > reading.read_at]
        charged = sum(one.settled_credits + one.doubtful_credits for one in since)
        assert on_the_way + charged <= reading.balance

    @rule()
    def results_are_ready(self) -> None:
        waiting = [one for one in self.api.workflows.values() if not one.ready]
        if waiting:
            waiting[0].ready = True

    @rule(which=WHICH)
    def look(self, which: int) -> None:
        due_at = runs.open_work(self.place.database, self.runs[which]).next_due_at
        self.clock.now = max(self.clock.now, due_at or 0)
        self.drivers[which].collect()

    @rule()
    def a_late_answer_comes(self) -> None:
        unknown = set(self.api.workflows) - self.known_workflows()
        for name in sorted(unknown)[:1]:
            lost = self.api.workflows[name]
            batches.accepted(self.place.database, lost.token, name, lost.task_ids, next_look_seconds=0)

    @rule(secret=st.sampled_from(["true", "forged"]))
    def results_are_announced(self, secret: str) -> None:
        ended = [name for name, one in sorted(self.api.workflows.items()) if one.ready]
        for name in ended[-1:]:
            token = self.api.workflows[name].token
            with self.place.database.read() as connection:
                query = select(submission.c.secret).where(submission.c.token == token)
                known = str(connection.execute(query).scalar_one())
            body = json.dumps({"event": "enrichment.completed", "workflow_id": name}).encode()
            told = known if secret == "true" else "x" * len(known)
            states = [self.scene.states(run_id) for run_id in self.runs]
            status = announcements.receive(self.place.database, token, told, body)
            assert status == (announcements.ACCEPTED if secret == "true" else announcements.UNKNOWN)
            if secret == "forged":
                assert states == [self.scene.states(run_id) for run_id in self.runs]

    @rule(balance=st.integers(0, 120))
    def the_balance_moves(self, balance: int) -> None:
        """A colleague spends, or somebody tops up."""
        self.clock.now += 1
        organizations.add_reading(
            self.place.database,
            self.scene.organization_id,
            Decimal(balance),
            used_this_month=None,
            read_at=self.clock.now,
            why="on view",
        )
        self.clock.now += 1

    @rule(which=WHICH)
    def end(self, which: int) -> None:
        state = self.scene.view(self.runs[which]).state
        if state in (RunState.RUNNING, RunState.STOPPING, RunState.WAITING):
            runs.end(self.place.database, self.runs[which], state)

    # What a person does

    @rule(which=WHICH)
    def stop(self, which: int) -> None:
        self.place.stop(self.scene.organization_id, self.runs[which])

    @rule(which=WHICH)
    def go_on(self, which: int) -> None:
        here = [RunState.WAITING, RunState.FINISHED, RunState.NEEDS_YOU, RunState.STOPPING]
        runs.set_state(self.place.database, self.runs[which], RunState.RUNNING, expected=here)

    @rule(which=WHICH)
    def pause(self, which: int) -> None:
        self.place.pause(self.scene.organization_id, self.runs[which])

    @rule(which=WHICH, more=st.integers(-20, 40))
    def change_budget(self, which: int, more: int) -> None:
        before = self.scene.view(self.runs[which]).budget
        runs.raise_budget(self.place.database, self.scene.organization_id, self.runs[which], before + more)
        after = self.scene.view(self.runs[which]).budget
        assert after == before + max(0, more), "what is on the way was sent on the strength of it"

    @rule(which=WHICH, budget=st.integers(3, 60))
    def delete_and_upload_again(self, which: int, budget: int) -> None:
        """What was deleted is forgotten, so its people may be paid for again: a person said so."""
        run_id = self.runs[which]
        view = self.scene.view(run_id)
        everybody = self.identities(run_id, [row.row_number for row in self.scene.rows(run_id)])
        try:
            self.place.delete_list(self.scene.organization_id, view.list_id)
        except RunError:
            assert view.active or self.scene.states(run_id).count("sent") > 0
            return
        self.decided.update(everybody)
        self.gone.append(run_id)
        list_id = self.scene.add_list(people(10, start=2 * which))
        self.runs[which] = self.scene.start(list_id, view.enrichment_type, budget=budget)
        self.drivers[which] = self.new_driver(self.runs[which])

    @rule(which=WHICH, choice=CHOICES)
    def decide(self, which: int, choice: Any) -> None:
        organization, run_id = self.scene.organization_id, self.runs[which]
        for decision in self.place.uncertain(organization, run_id)[:1]:
            batch_id = decision.batch.batch_id
            numbers = next(one.row_numbers for one in self.scene.batches(run_id) if one.id == batch_id)
            self.place.resolve(organization, run_id, batch_id, choice)
            self.decided.update(self.identities(run_id, numbers))

    # What always holds

    @invariant()
    @precondition(lambda self: hasattr(self, "runs"))
    def the_numbers_add_up(self) -> None:
        for run_id in self.runs:
            self.scene.check_the_numbers(run_id)

    @invariant()
    @precondition(lambda self: hasattr(self, "runs"))
    def a_kept_count_is_never_older_than_the_rows(self) -> None:
        for run_id in self.runs:
            counted_anew = tally_rows.__wrapped__(self.place.database, run_id)  # type: ignore[attr-defined]
            assert tally_rows(self.place.database, run_id) == counted_anew

    @invariant()
    @precondition(lambda self: hasattr(self, "runs"))
    def nobody_is_in_two_requests_at_once_unless_a_person_said_so(self) -> None:
        asked: Counter[str] = Counter()
        for run_id in self.runs:
            under_way = [one.id for one in self.scene.batches(run_id) if one.state in batches.OPEN]
            rows = [row.row_number for row in self.scene.rows(run_id) if row.batch_id in under_way]
            asked.update(self.identities(run_id, rows))
        for identity, times in asked.items():
            assert times <= 1 + self.decided[identity]

    @invariant()
    @precondition(lambda self: hasattr(self, "runs"))
    def nobody_is_accepted_twice_unless_a_person_said_so(self) -> None:
        for part in ("wants_email", "wants_phone"):
            accepted = Counter(
                f"in:{contact.linkedin_url.rpartition('/')[2]}"
                for workflow in self.api.workflows.values()
                if getattr(workflow.wanted, part)
                for contact in workflow.contacts
            )
            for identity, times in accepted.items():
                assert times <= 1 + self.decided[identity], (identity, part)

    @invariant()
    @precondition(lambda self: hasattr(self, "runs"))
    def no_budget_is_overspent_even_if_everybody_were_found(self) -> None:
        for run_id in self.runs:
            budget = self.scene.view(run_id).budget
            worst = sum(
                one.settled_credits if one.state == BatchState.FINISHED else one.at_most
                for one in self.scene.batches(run_id)
                if one.state in (*batches.OPEN, BatchState.LEFT_OUT, BatchState.FINISHED)
            )
            assert worst <= max(0, budget)
            charged = sum(one.cost for one in self.api.workflows.values() if one.run_id == run_id)
            assert charged <= max(0, budget)

    def identities(self, run_id: str, numbers: list[int]) -> list[str]:
        query = select(list_row.c.identity).where(
            list_row.c.list_id == self.scene.view(run_id).list_id, list_row.c.row_number.in_(numbers)
        )
        with self.place.database.read() as connection:
            return list(connection.execute(query).scalars())

    def known_workflows(self) -> set[str]:
        everything = [*self.gone, *self.runs]
        return {one.workflow_id for run_id in everything for one in self.scene.batches(run_id)}

    def teardown(self) -> None:
        """In the end everything that was accepted and is known is with the people it belongs to."""
        if not hasattr(self, "runs"):
            return
        for workflow in self.api.workflows.values():
            workflow.ready = True
        for run_id in [*self.gone, *self.runs]:
            self.new_driver(run_id).collect_all()
            known = {one.workflow_id for one in self.scene.batches(run_id)}
            charged = sum(self.api.workflows[name].cost for name in known if name)
            assert self.scene.spent(run_id) == charged
            with self.place.database.read() as connection:
                left = select(run_row).where(run_row.c.run_id == run_id, run_row.c.outcome == "in_progress")
                assert connection.execute(left).first() is None
        unknown = set(self.api.workflows) - self.known_workflows()
        tokens = {self.api.workflows[name].token for name in unknown}
        with self.place.database.read() as connection:
            found = connection.execute(select(submission).where(submission.c.token.in_(tokens))).all()
        assert len(found) == len(tokens), "every request that was accepted is on record"
        assert {row.state for row in found} <= {"uncertain"}, "and known to be in doubt"


@pytest.mark.both_databases
def test_whatever_happens_in_whatever_order_the_money_rules_hold(new_url: NewUrl) -> None:
    clock = ManualClock()
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        database = open_url(new_url(folder), clock=clock)
        stack.callback(database.close)
        given = Settings(data_dir=folder, resend_after_seconds=0, practice="off")
        stack.enter_context(mock.patch.object(next_batch, "MAX_BATCH", SMALL_BATCH))

        class Here(TwoLists):
            pass

        Here.place, Here.clock = Workspace(given, database), clock
        case = Here.TestCase
        case.settings = settings(
            max_examples=20 if database.is_sqlite else 6,
            stateful_step_count=25,
            suppress_health_check=list(HealthCheck),
        )
        case("runTest").runTest()
