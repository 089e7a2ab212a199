"""How far a run is, for a screen that looks every second or two."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, and_, bindparam, case, func, or_, select

from cleanlist_core.domain import BatchState
from cleanlist_core.store.batches import OPEN
from cleanlist_core.store.database import Database
from cleanlist_core.store.organizations import CreditReading, list_readings
from cleanlist_core.store.schema import batch, event, list_row, run, run_row


@dataclass(frozen=True, slots=True)
class BatchProgress:
    """What the batches of a run report. …_open: of those not settled yet.

    people_open: people in requests that may still be charged, worst_case_open what they can cost at most;
    under_way: those of them whose answer is on its way.
    committed: credits spent, and those that may still be charged at their worst. completed_since: people
    answered since a person last set the run going, at `since`.
    """

    sent: int
    finished: int
    completed_open: int
    emails_open: int
    phones_open: int
    people_open: int
    under_way: int
    worst_case_open: int
    committed: int
    via: str
    since: float
    completed_since: int


def batch_progress(database: Database, run_id: str) -> BatchProgress:
    """Of the finished batches, which are long and may be thousands, only what indexes tell is read."""
    here = batch.c.run_id == run_id
    finished = func.count().filter(batch.c.state == BatchState.FINISHED.value)
    settled = func.coalesce(func.sum(batch.c.settled_credits + batch.c.doubtful_credits), 0)
    with database.read() as connection:
        since = _set_going_at(connection, run_id)
        done, paid = connection.execute(select(finished, settled).where(here)).one()
        rows = connection.execute(_UNSETTLED, {"run": run_id}).all()
        completed = func.coalesce(func.sum(batch.c.completed), 0)
        completed_since = connection.execute(select(completed).where(here, batch.c.finished_at >= since))
        ways = select(batch.c.results_via).where(here, batch.c.results_via != "")
        via = connection.execute(ways.order_by(batch.c.number.desc()).limit(1)).scalar()
        people_since = completed_since.scalar_one()
    running = [row for row in rows if row.state == BatchState.SENT.value]
    still_open = [row for row in rows if row.state in OPEN]
    completed_open = sum(row.completed for row in running)
    return BatchProgress(
        sent=done + len(running),
        finished=done,
        completed_open=completed_open,
        emails_open=sum(row.emails_so_far for row in running),
        phones_open=sum(row.phones_so_far for row in running),
        people_open=sum(row.size for row in still_open),
        under_way=sum(row.size for row in rows if row.state in UNDER_WAY),
        worst_case_open=sum(row.at_most for row in still_open),
        committed=paid + sum(row.at_most for row in rows),
        via=via or "",
        since=since,
        completed_since=completed_open + people_since,
    )


_WHAT_THEY_REPORT = ("state", "size", "completed", "emails_so_far", "phones_so_far", "at_most")
# What was given up may have been accepted all the same, so it keeps its place in the budget.
_UNSETTLED = select(*(batch.c[name] for name in _WHAT_THEY_REPORT)).where(
    batch.c.run_id == bindparam("run"), batch.c.state.in_([*OPEN, BatchState.LEFT_OUT.value])
)
UNDER_WAY = (BatchState.SENDING.value, BatchState.SENT.value)

SET_GOING = ("confirmed", "continued", "budget", "rest")
"""Events of a run by which a person sets it going, or going again."""


def _set_going_at(connection: Connection, run_id: str) -> float:
    """When a person last did; 0 when the log does not say."""
    last = (
        select(event.c.at)
        .where(event.c.run_id == run_id, event.c.kind.in_(SET_GOING))
        .order_by(event.c.id.desc())
        .limit(1)
    )
    return float(connection.execute(last).scalar() or 0.0)


@dataclass(frozen=True, slots=True)
class NewFind:
    """One of the newest finds of a run. Missing is ""."""

    row_number: int
    name: str
    company: str
    email: str
    phone: str
    at: float


RECENT_BATCHES = 8
"""The newest finds of a large run are looked for in its last batches; all others are older."""


def newest_finds(database: Database, run_id: str, *, limit: int = 8) -> list[NewFind]:
    """The people found last, newest first."""
    found = and_(run_row.c.run_id == run_id, run_row.c.outcome == "found")
    with database.read() as connection:
        # By the batches alone: told the run as well, a database goes through all that the run has found.
        recent = run_row.c.batch_id.in_(connection.execute(_recent(run_id)).scalars().all())
        rows = connection.execute(_newest(recent & (run_row.c.outcome == "found"), limit)).all()
        if len(rows) < limit:
            rows = connection.execute(_newest(found, limit)).all()
    return [
        NewFind(
            row_number=row.row_number,
            name=f"{row.first_name} {row.last_name}".strip() or row.linkedin_slug,
            company=row.company_name or row.company_domain,
            email=row.email,
            phone=row.phone,
            at=row.checked_at or 0.0,
        )
        for row in rows
    ]


def _recent(run_id: str) -> Select[Any]:
    """The batches of a run that ended last; by the index of the organization's, which knows their order."""
    owner = select(run.c.organization_id).where(run.c.id == run_id).scalar_subquery()
    ended = and_(batch.c.organization_id == owner, batch.c.finished_at > 0)
    last = select(batch.c.id).where(ended, batch.c.run_id == run_id)
    return last.order_by(batch.c.finished_at.desc()).limit(RECENT_BATCHES)


def _newest(found: ColumnElement[bool], limit: int) -> Select[Any]:
    columns = (list_row.c.first_name, list_row.c.last_name, list_row.c.linkedin_slug)
    finds = (run_row.c.row_number, run_row.c.email, run_row.c.phone, run_row.c.checked_at)
    same_row = and_(list_row.c.list_id == run.c.list_id, list_row.c.row_number == run_row.c.row_number)
    return (
        select(*finds, *columns, list_row.c.company_name, list_row.c.company_domain)
        .select_from(run_row)
        .join(run, run.c.id == run_row.c.run_id)
        .join(list_row, same_row)
        .where(found)
        .order_by(run_row.c.checked_at.desc(), run_row.c.row_number)
        .limit(limit)
    )


@dataclass(frozen=True, slots=True)
class BalanceChange:
    """Balances around a moment, and the credits our own results explain between the two."""

    before: CreditReading
    after: CreditReading
    explained: int


def balance_around(database: Database, organization_id: str, moment: float) -> BalanceChange | None:
    """The last balance before a moment and the newest one after it; None unless there are both."""
    readings = list_readings(database, organization_id)
    after = readings[0] if readings and readings[0].read_at > moment else None
    before = next((reading for reading in readings if reading.read_at <= moment), None)
    if after is None or before is None:
        return None
    settled = and_(
        batch.c.organization_id == organization_id,
        batch.c.finished_at > before.read_at,
        batch.c.finished_at <= after.read_at,
    )
    with database.read() as connection:
        total = connection.execute(select(func.coalesce(func.sum(batch.c.settled_credits), 0)).where(settled))
        return BalanceChange(before, after, int(total.scalar_one()))


@dataclass(frozen=True, slots=True)
class RunCost:
    """What a run cost by its batches, which stay when its people are deleted.

    doubtful: credits that may have been charged besides, for answers that were lost or given up.
    """

    run_id: str
    people_sent: int
    emails: int
    phones: int
    credits: int
    doubtful: int


@dataclass(frozen=True, slots=True)
class Charge:
    """Credits of one answered request. They were charged at some moment from sent_at to settled_at."""

    run_id: str
    sent_at: float
    settled_at: float
    credits: int


def list_charges(database: Database, organization_id: str) -> list[Charge]:
    """What the organization's answered requests have cost, each; they stay when people are deleted."""
    sent_at = func.coalesce(batch.c.sending_at, batch.c.sent_at, batch.c.finished_at)
    charged = and_(
        batch.c.organization_id == organization_id,
        batch.c.finished_at.is_not(None),
        batch.c.settled_credits > 0,
    )
    query = select(batch.c.run_id, sent_at, batch.c.finished_at, batch.c.settled_credits).where(charged)
    with database.read() as connection:
        return [
            Charge(run_id, min(sent, settled), settled, spent)
            for run_id, sent, settled, spent in connection.execute(query)
        ]


def run_costs(database: Database, organization_id: str) -> dict[str, RunCost]:
    """Costs of the organization's runs by run id."""
    settled = batch.c.state == BatchState.FINISHED.value
    lost = batch.c.state.in_([BatchState.UNCERTAIN.value, BatchState.LEFT_OUT.value])
    ours = and_(batch.c.organization_id == organization_id, or_(settled, lost))
    query = (
        select(
            batch.c.run_id,
            func.sum(case((settled, batch.c.size), else_=0)).label("people"),
            func.sum(case((settled, batch.c.emails_so_far), else_=0)).label("emails"),
            func.sum(case((settled, batch.c.phones_so_far), else_=0)).label("phones"),
            func.sum(batch.c.settled_credits).label("credits"),
            func.sum(case((lost, batch.c.at_most), else_=batch.c.doubtful_credits)).label("doubtful"),
        )
        .where(ours)
        .group_by(batch.c.run_id)
    )
    with database.read() as connection:
        return {
            row.run_id: RunCost(row.run_id, row.people, row.emails, row.phones, row.credits, row.doubtful)
            for row in connection.execute(query)
        }
