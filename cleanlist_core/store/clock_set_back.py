"""When this machine's clock was set back, no time on record may lie ahead of it.

Else everything would stand still until the clock gets there again: requests would go on counting, the
leases of the dead would hold, results would not be asked for. And what is decided about money goes by
what came first: a balance read before an hour that is lived twice is not the newest one for ever.
"""

from __future__ import annotations

from sqlalchemy import Column, Connection, func, select, update

from cleanlist_core.store.database import Database
from cleanlist_core.store.runs import LEASE_SECONDS
from cleanlist_core.store.schema import batch, credit_reading, organization, person_result, rate_use, run
from cleanlist_core.store.settling import LOOKING_SECONDS

NOTICED_SECONDS = 2.0
SQUEEZE = 1e-4
"""What happened in the hour ahead is put just before now, in the order it happened in."""

HAPPENED: tuple[Column[float], ...] = (
    rate_use.c.started_at,
    rate_use.c.ended_at,
    credit_reading.c.read_at,
    batch.c.sending_at,
    batch.c.sent_at,
    batch.c.finished_at,
    person_result.c.found_at,
    run.c.confirmed_at,
    run.c.finished_at,
)


def was_set_back(database: Database, organization_id: str) -> bool:
    """Whether a request of the organization is on record that would have left later than now."""
    query = select(func.max(rate_use.c.started_at)).where(rate_use.c.organization_id == organization_id)
    with database.read() as connection:
        newest = connection.execute(query).scalar()
        return newest is not None and newest > database.now(connection) + NOTICED_SECONDS


def leases_lie_ahead(database: Database) -> bool:
    """Whether somebody holds a run for longer than anybody may."""
    with database.read() as connection:
        latest = connection.execute(select(func.max(run.c.lease_until))).scalar()
        return latest is not None and latest > database.now(connection) + LEASE_SECONDS + NOTICED_SECONDS


def follow_the_clock(database: Database) -> None:
    """Put what lies ahead of the clock just before now, and what is due later than ever where it is due."""
    with database.write() as connection:
        now = database.now(connection)
        newest = (connection.execute(select(func.max(one))).scalar() for one in HAPPENED)
        top = max((moment for moment in newest if moment is not None), default=now)
        if top <= now + NOTICED_SECONDS:
            return
        for column in HAPPENED:
            squeezed = now - (top - column) * SQUEEZE
            connection.execute(update(column.table).where(column > now).values({column.name: squeezed}))
        _bring_forward(connection, now, ahead=top - now)


def _bring_forward(connection: Connection, now: float, *, ahead: float) -> None:
    late = run.c.lease_until > now + LEASE_SECONDS
    connection.execute(update(run).where(late).values(lease_until=now + LEASE_SECONDS))
    far = batch.c.due_at > now + LOOKING_SECONDS
    connection.execute(update(batch).where(far).values(due_at=now))
    blocked = organization.c.blocked_until > now
    connection.execute(
        update(organization).where(blocked).values(blocked_until=organization.c.blocked_until - ahead)
    )
