"""Runs: where each stands, who drives it, and what a person decided about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Integer,
    Row,
    String,
    and_,
    bindparam,
    case,
    func,
    or_,
    select,
    update,
)

from cleanlist_core.domain import BatchState, EnrichmentType, Outcome, RunState, counted
from cleanlist_core.errors import RunError
from cleanlist_core.store import run_log
from cleanlist_core.store.batches import OPEN, touch_run
from cleanlist_core.store.database import Database
from cleanlist_core.store.lists import IS_ONE_PERSON
from cleanlist_core.store.schema import (
    batch,
    contact_list,
    run,
    run_row,
)
from cleanlist_core.store.turns import of_run

LEASE_SECONDS = 15.0

NEEDS_EMAIL_KEY = ("no_email_key", "email_key_rejected")
NEEDS_KEY = ("no_key", "key_sealed", "key_rejected", "no_api_access", *NEEDS_EMAIL_KEY)
PAUSED = "paused"
KEY_IS_NOT_HERE = ("no_key", "key_sealed")

WHY = {
    "": "",
    "paused": "Paused by you. Nothing more is sent until you continue.",
    "no_key": "Waiting for a key of this organization. Connect it and the list goes on.",
    "key_sealed": "The key for this list was sealed under another CLEANLIST_MASTER_KEY than this server has."
    " Connect your key again and the list goes on.",
    "key_rejected": "Cleanlist no longer accepts the key. Connect a valid one and the list goes on.",
    "no_api_access": "Cleanlist says this plan has no API access. Once it has, press Continue.",
    "no_email_key": "Waiting for a key that looks people up by email; it starts with clnl_."
    " Add it under One person and this goes on.",
    "email_key_rejected": "Cleanlist does not accept the key for looking people up by email. Nothing was"
    " charged. Such a key starts with clnl_; add a valid one under One person and this goes on.",
    "no_credits": "Your credits do not cover the next people. Once there are more, press Continue.",
    "budget": "What is left of the budget you set does not pay for one more person. Raise it to go on, or"
    " take what has been found.",
    "uncertain": "The answer to a request was lost. Decide what to do with the people in it.",
    "refused": "Cleanlist refused a request. Nothing was charged for it."
    " See what happened, then press Continue.",
    "elsewhere": "Another of your lists is looking up the same people. This one goes on when that is done.",
    "blocked": "Another of your lists has the same people and stands still. See to that one, then go on.",
}
"""Why a run waits or needs somebody, in words for the person at the screen."""


@dataclass(frozen=True, slots=True)
class RunView:
    """A run as it stands. revision grows with every change. Times in seconds since 1970.

    list_deleted: the data of its list is gone, and the run is nothing but its receipt. one_person: it is
    the look-up of one person, not of a list.
    then_phones: phones are decided on once the emails are there. first_run_id: the run whose second
    decision this is, or "".
    """

    id: str
    organization_id: str
    list_id: str
    list_name: str
    enrichment_type: EnrichmentType
    budget: int
    state: RunState
    waiting_for: str
    fresh: bool
    sample: bool
    then_phones: bool
    first_run_id: str
    confirmed_at: float
    confirmed_at_most: int
    confirmed_likely: int
    finished_at: float | None
    revision: int
    confirmed_by: str = ""
    list_deleted: bool = False
    one_person: bool = False

    @property
    def why(self) -> str:
        return WHY.get(self.waiting_for, "")

    @property
    def label(self) -> str:
        """What its state is called. Whoever paused it does not read that it waits."""
        paused = self.state is RunState.WAITING and self.waiting_for == "paused"
        return "Paused" if paused else self.state.label

    @property
    def active(self) -> bool:
        """Whether something can still change without a person doing anything."""
        return self.state in (RunState.RUNNING, RunState.STOPPING)


def get_run(database: Database, organization_id: str | None, run_id: str) -> RunView:
    """One run of this organization (None: of any, for commands on this machine). Raises RunError."""
    found = _views(database, run.c.id == run_id, organization_id=organization_id)
    if not found:
        raise unknown_run()
    return found[0]


def unknown_run() -> RunError:
    return RunError(
        "This list or look-up is not here: it was deleted, or it belongs to another organization."
        " Open History to see your lists.",
        code="unknown_run",
    )


def find_runs(
    database: Database,
    organization_id: str | None = None,
    *,
    list_id: str | None = None,
    states: Sequence[RunState] | None = None,
    with_deleted: bool = True,
    limit: int = 200,
) -> list[RunView]:
    """Runs, newest first. with_deleted: those of deleted lists too, for receipts."""
    conditions: list[ColumnElement[bool]] = []
    if list_id is not None:
        conditions.append(run.c.list_id == list_id)
    if states is not None:
        conditions.append(run.c.state.in_([state.value for state in states]))
    if not with_deleted:
        conditions.append(contact_list.c.deleted_at.is_(None))
    return _views(database, *conditions, organization_id=organization_id, limit=limit)


def _views(
    database: Database, *conditions: ColumnElement[bool], organization_id: str | None, limit: int = 1
) -> list[RunView]:
    query = (
        select(
            run,
            contact_list.c.name.label("list_name"),
            contact_list.c.deleted_at,
            IS_ONE_PERSON.label("one_person"),
        )
        .join(contact_list, contact_list.c.id == run.c.list_id)
        .where(*conditions)
        .order_by(run.c.confirmed_at.desc())
        .limit(limit)
    )
    if organization_id is not None:
        query = query.where(run.c.organization_id == organization_id)
    with database.read() as connection:
        return [_view(row) for row in connection.execute(query)]


def _view(row: Row[Any]) -> RunView:
    return RunView(
        id=row.id,
        organization_id=row.organization_id,
        list_id=row.list_id,
        list_name=row.list_name,
        enrichment_type=EnrichmentType(row.enrichment_type),
        budget=row.budget,
        state=RunState(row.state),
        waiting_for=row.waiting_for,
        fresh=row.fresh,
        sample=row.sample,
        then_phones=row.then_phones,
        first_run_id=row.first_run_id,
        confirmed_at=row.confirmed_at,
        confirmed_at_most=row.confirmed_at_most,
        confirmed_likely=row.confirmed_likely,
        finished_at=row.finished_at,
        revision=row.revision,
        confirmed_by=row.confirmed_by,
        list_deleted=row.deleted_at is not None,
        one_person=bool(row.one_person),
    )


# Who drives it


def hold(database: Database, run_id: str, owner: str) -> bool:
    """Take the lease, or renew it. False when another process has it or there is nothing to drive."""
    with database.write_at_once() as connection:
        now = database.now(connection)
        free = or_(run.c.lease_until < now, run.c.owner == owner, run.c.owner == "")
        taken = connection.execute(
            update(run)
            .where(run.c.id == run_id, _drivable(), free)
            .values(owner=owner, lease_until=now + LEASE_SECONDS)
        )
        return taken.rowcount == 1


def let_go(database: Database, run_id: str, owner: str) -> None:
    with database.write_at_once() as connection:
        mine = (run.c.id == run_id) & (run.c.owner == owner)
        values = {"owner": "", "lease_until": database.now(connection)}
        connection.execute(update(run).where(mine).values(**values))


def free_leases(database: Database, owners: Sequence[str]) -> None:
    """Give up the leases of processes known to be dead, so that nobody waits for them to run out."""
    with database.write_at_once() as connection:
        # In one order, so that two who do this at once never wait in a circle.
        theirs = select(run.c.id).where(run.c.owner.in_(owners)).order_by(run.c.id).with_for_update()
        connection.execute(update(run).where(run.c.id.in_(theirs)).values(owner="", lease_until=0))


def owners(database: Database) -> list[str]:
    """Who holds a lease."""
    with database.read() as connection:
        return list(connection.execute(select(run.c.owner).where(run.c.owner != "").distinct()).scalars())


def due_runs(database: Database) -> list[tuple[str, str]]:
    """(run id, organization id) of runs that need driving and that nobody drives, longest left first."""
    with database.read() as connection:
        now = database.now(connection)
        query = select(run.c.id, run.c.organization_id).where(
            _drivable(), or_(run.c.lease_until < now, run.c.owner == "")
        )
        query = query.order_by(run.c.lease_until, run.c.confirmed_at)
        return [(row.id, row.organization_id) for row in connection.execute(query)]


def keyless_organizations(database: Database) -> list[str]:
    """Organizations with a run that waits for a key that was not where it was looked for."""
    lacking = run.c.waiting_for.in_([*KEY_IS_NOT_HERE, "no_email_key"])
    waiting = (run.c.state == RunState.WAITING.value) & lacking
    with database.read() as connection:
        return list(connection.execute(select(run.c.organization_id).where(waiting).distinct()).scalars())


def _drivable() -> ColumnElement[bool]:
    """Running, or stopped with something still to fetch: what was paid for is always collected.

    Also paused with nothing left to send: such a run ends without anybody letting it go on.
    """
    something_open = (
        select(batch.c.id)
        .where(
            batch.c.run_id == run.c.id,
            batch.c.state.in_([BatchState.SENT.value, BatchState.SENDING.value]),
        )
        .exists()
    )
    waiting = run.c.state.in_([RunState.WAITING.value, RunState.NEEDS_YOU.value])
    return or_(
        run.c.state.in_([RunState.RUNNING.value, RunState.STOPPING.value]),
        and_(waiting, run.c.waiting_for.not_in(NEEDS_KEY), something_open),
        _paused_at_its_end(),
    )


def _paused_at_its_end() -> ColumnElement[bool]:
    unsent = (
        select(run_row.c.row_number)
        .where(run_row.c.run_id == run.c.id, run_row.c.outcome == Outcome.NOT_SENT.value, run_row.c.ask != "")
        .exists()
    )
    planned = select(batch.c.id).where(batch.c.run_id == run.c.id, batch.c.state == BatchState.PLANNED.value)
    paused = (run.c.state == RunState.WAITING.value) & (run.c.waiting_for == PAUSED)
    return and_(paused, ~planned.exists(), ~unsent)


# Where it stands


# Asked several times a second, so that putting a statement together would be most of the work.
_THIS_RUN = bindparam("run_id", type_=String)
_STATE_OF_A_RUN = select(run.c.state, run.c.waiting_for).where(run.c.id == _THIS_RUN)
_UNSENT = select(func.count()).select_from(
    select(run_row.c.row_number)
    .where(run_row.c.run_id == _THIS_RUN, run_row.c.outcome == Outcome.NOT_SENT.value, run_row.c.ask != "")
    .limit(bindparam("up_to", type_=Integer))
    .subquery()
)
# Of a large run nearly all batches are closed; they are not gone through.
_OPEN_BATCHES = (
    select(batch.c.state, func.count())
    .where(batch.c.run_id == _THIS_RUN, batch.c.state.in_([BatchState.PLANNED.value, *OPEN]))
    .group_by(batch.c.state)
)
_NEXT_DUE = select(func.min(batch.c.due_at)).where(
    batch.c.run_id == _THIS_RUN, batch.c.state == BatchState.SENT.value
)


@dataclass(frozen=True, slots=True)
class OpenWork:
    """What is left of a run: people not sent, as far as they were counted, and its open batches by state.

    paused: a person holds it.
    """

    state: RunState
    paused: bool
    unsent: int
    batches: dict[str, int]
    next_due_at: float | None
    now: float

    @property
    def may_end(self) -> bool:
        """Whether nobody is left to send, or nobody is to be sent any more; a pause is over then."""
        if self.state is RunState.STOPPING:
            return True
        going = self.state is RunState.RUNNING or (self.state is RunState.WAITING and self.paused)
        return going and not (self.unsent or self.in_state(BatchState.PLANNED))

    def in_state(self, *states: BatchState) -> int:
        return sum(self.batches.get(state.value, 0) for state in states)


def open_work(database: Database, run_id: str, *, count_up_to: int = 1) -> OpenWork:
    """People still to be sent are counted only as far as it matters.

    count_up_to: that number stands for it and any more; 1 tells whether anybody is left.
    """
    with database.read() as connection:
        return _open_work(connection, database, run_id, count_up_to)


def _open_work(connection: Connection, database: Database, run_id: str, count_up_to: int = 1) -> OpenWork:
    this = {"run_id": run_id}
    state, waiting_for = connection.execute(_STATE_OF_A_RUN, this).one()
    unsent = connection.execute(_UNSENT, {**this, "up_to": count_up_to}).scalar_one()
    counts = connection.execute(_OPEN_BATCHES, this)
    batches = {name: count for name, count in counts}  # noqa: C416 - rows are not plain pairs to mypy
    due = connection.execute(_NEXT_DUE, this).scalar()
    return OpenWork(RunState(state), waiting_for == PAUSED, unsent, batches, due, database.now(connection))


def has_begun(database: Database, run_id: str) -> bool:
    """Whether anything was ever to be sent."""
    with database.read() as connection:
        first = select(batch.c.id).where(batch.c.run_id == run_id).limit(1)
        return connection.execute(first).first() is not None


def end(database: Database, run_id: str, expected: RunState) -> RunState | None:
    """Close a run that has nothing left to do: finished, or in need of a decision.

    None, and nothing is changed, when it is not as expected or something came up: a late answer, say.
    """
    with database.write(of_run(run_id)) as connection:
        work = _open_work(connection, database, run_id)
        if work.state is not expected or not work.may_end:
            return None
        if work.in_state(BatchState.SENT, BatchState.SENDING):
            return None
        doubt = work.in_state(BatchState.UNCERTAIN) > 0
        state = RunState.NEEDS_YOU if doubt else RunState.FINISHED
        connection.execute(
            update(run)
            .where(run.c.id == run_id)
            .values(
                state=state.value,
                waiting_for="uncertain" if doubt else "",
                finished_at=work.now,
                revision=run.c.revision + 1,
            )
        )
        return state


def others_at_work(database: Database, organization_id: str, run_id: str) -> bool:
    """Whether somebody drives another run of the organization that has requests on the way."""
    on_the_way = batch.c.state.in_([BatchState.SENT.value, BatchState.SENDING.value])
    theirs = and_(batch.c.organization_id == organization_id, batch.c.run_id != run_id, on_the_way)
    with database.read() as connection:
        driven = run.c.lease_until > database.now(connection)
        query = select(batch.c.id).join(run, run.c.id == batch.c.run_id).where(theirs, driven).limit(1)
        return connection.execute(query).first() is not None


def credits_are_held(database: Database, organization_id: str) -> bool:
    """Whether requests under way hold credits that they may not need in the end."""
    on_the_way = batch.c.state.in_([BatchState.SENT.value, BatchState.SENDING.value])
    query = select(batch.c.id).where(batch.c.organization_id == organization_id, on_the_way).limit(1)
    with database.read() as connection:
        return connection.execute(query).first() is not None


def set_state(
    database: Database,
    run_id: str,
    state: RunState,
    *,
    waiting_for: str = "",
    expected: Sequence[RunState] | None = None,
    organization_id: str | None = None,
) -> bool:
    """Move a run. expected: only from these states. False when it was somewhere else."""
    with database.write(of_run(run_id)) as connection:
        here = run.c.id == run_id
        if organization_id is not None:
            here = here & (run.c.organization_id == organization_id)
        if expected is not None:
            here = here & run.c.state.in_([one.value for one in expected])
        now = database.now(connection)
        ended = state in (RunState.FINISHED, RunState.NEEDS_YOU)
        moved = connection.execute(
            update(run)
            .where(here, or_(run.c.state != state.value, run.c.waiting_for != waiting_for))
            .values(
                state=state.value,
                waiting_for=waiting_for,
                finished_at=now if ended else None,
                revision=run.c.revision + 1,
            )
        )
        return moved.rowcount == 1


def raise_budget(database: Database, organization_id: str, run_id: str, budget: int, *, by: str = "") -> bool:
    """Let a run spend more, on record with who said so. False when it is not more."""
    with database.write(organization_id) as connection:
        here = and_(run.c.id == run_id, run.c.organization_id == organization_id, run.c.budget < budget)
        raised = connection.execute(update(run).where(here).values(budget=budget)).rowcount == 1
        if raised:
            touch_run(connection, run_id)
            text = f"Budget raised to {counted(budget, 'credit')}."
            run_log.note_in(connection, database, organization_id, run_id, "budget", text, by=by)
        return raised


def wake_runs(database: Database, organization_id: str, reasons: Sequence[str]) -> int:
    """Let runs go on that waited for one of these reasons. Returns how many."""
    with database.write(organization_id) as connection:
        waiting = and_(
            run.c.organization_id == organization_id,
            run.c.state == RunState.WAITING.value,
            run.c.waiting_for.in_(reasons),
        )
        values = {"state": RunState.RUNNING.value, "waiting_for": "", "finished_at": None}
        woken = update(run).where(waiting).values(**values, revision=run.c.revision + 1)
        return connection.execute(woken).rowcount


READY_BEFORE = 0.9
"""Who is ready at the first look was so before: about how long it took, of the time until the look.

Without this nobody would ever look sooner, however fast the API becomes.
"""


def run_durations(database: Database, organization_id: str, *, limit: int = 50) -> list[float]:
    """About how long the organization's last batches took from being sent to their results, in seconds."""
    noticed = batch.c.finished_at - batch.c.sent_at
    query = (
        select(case((batch.c.polls <= 1, noticed * READY_BEFORE), else_=noticed))
        .where(
            batch.c.organization_id == organization_id,
            batch.c.state == BatchState.FINISHED.value,
            batch.c.sent_at.is_not(None),
        )
        .order_by(batch.c.finished_at.desc())
        .limit(limit)
    )
    with database.read() as connection:
        return [float(seconds) for seconds in connection.execute(query).scalars() if seconds is not None]
