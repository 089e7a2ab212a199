"""Organizations and their credit readings: what a balance was, when, and why it was looked at."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import RowMapping, delete, insert, select

from cleanlist_core.store.database import Database
from cleanlist_core.store.schema import (
    alert,
    batch,
    column_choice,
    contact_list,
    credit_reading,
    event,
    list_cells,
    list_change,
    list_change_row,
    list_file,
    list_reading,
    list_row,
    organization,
    person_key,
    person_raw,
    person_result,
    rate_use,
    raw_answer,
    row_rank,
    run,
    run_row,
    sealed_key,
    submission,
)


@dataclass(frozen=True, slots=True)
class CreditReading:
    """A balance as the API gave it. read_at: seconds since 1970, UTC."""

    balance: Decimal
    used_this_month: Decimal | None
    read_at: float
    why: str
    run_id: str | None


def remember_organization(database: Database, organization_id: str, user_id: str) -> None:
    """Make the organization known. A key the API validates is the one door to what belongs to it."""
    with database.write(organization_id) as connection:
        known = connection.execute(
            select(organization.c.id).where(organization.c.id == organization_id)
        ).scalar()
        if known is None:
            values = {"id": organization_id, "user_id": user_id, "first_seen_at": database.now(connection)}
            connection.execute(insert(organization).values(**values, settings={}))


def add_reading(
    database: Database,
    organization_id: str,
    balance: Decimal,
    *,
    used_this_month: Decimal | None,
    read_at: float,
    why: str,
    run_id: str | None = None,
) -> CreditReading:
    """Keep a reading. read_at: when the question was asked; what settles after it counts as later."""
    values = {
        "organization_id": organization_id,
        "balance": str(balance),
        "used_this_month": None if used_this_month is None else str(used_this_month),
        "read_at": read_at,
        "why": why,
        "run_id": run_id,
    }
    with database.write_at_once() as connection:
        connection.execute(insert(credit_reading).values(**values))
    return CreditReading(balance, used_this_month, read_at, why, run_id)


def last_reading(database: Database, organization_id: str) -> CreditReading | None:
    readings = list_readings(database, organization_id, limit=1)
    return readings[0] if readings else None


def list_readings(database: Database, organization_id: str, *, limit: int = 1000) -> list[CreditReading]:
    """The newest readings first."""
    query = (
        select(credit_reading)
        .where(credit_reading.c.organization_id == organization_id)
        .order_by(credit_reading.c.read_at.desc(), credit_reading.c.id.desc())
        .limit(limit)
    )
    with database.read() as connection:
        return [_reading(row) for row in connection.execute(query).mappings()]


def balance_is_outdated(database: Database, organization_id: str) -> bool:
    """Whether something was charged by our own requests since the balance was read last."""
    reading = last_reading(database, organization_id)
    charged = batch.c.settled_credits + batch.c.doubtful_credits > 0
    since = batch.c.finished_at > (reading.read_at if reading else 0.0)
    query = select(batch.c.id).where(batch.c.organization_id == organization_id, charged, since).limit(1)
    with database.read() as connection:
        return connection.execute(query).first() is not None


def _reading(row: RowMapping) -> CreditReading:
    used = row["used_this_month"]
    return CreditReading(
        balance=Decimal(row["balance"]),
        used_this_month=None if used is None else Decimal(used),
        read_at=row["read_at"],
        why=row["why"],
        run_id=row["run_id"],
    )


def forget_organizations(database: Database, *, older_than_seconds: float) -> None:
    """Delete organizations first seen that long ago, with everything that belongs to them. For practice."""
    with database.write() as connection:
        oldest = database.now(connection) - older_than_seconds
        old = select(organization.c.id).where(organization.c.first_seen_at < oldest)
        if connection.execute(old.limit(1)).first() is None:
            return
        lists = select(contact_list.c.id).where(contact_list.c.organization_id.in_(old))
        changes = select(list_change.c.id).where(list_change.c.list_id.in_(lists))
        runs = select(run.c.id).where(run.c.organization_id.in_(old))
        batches = select(batch.c.id).where(batch.c.organization_id.in_(old))
        results = select(person_result.c.id).where(person_result.c.organization_id.in_(old))
        for table, where in (
            (raw_answer, raw_answer.c.batch_id.in_(batches)),
            (submission, submission.c.batch_id.in_(batches)),
            (person_raw, person_raw.c.result_id.in_(results)),
            (person_result, person_result.c.organization_id.in_(old)),
            (person_key, person_key.c.organization_id.in_(old)),
            (batch, batch.c.organization_id.in_(old)),
            (run_row, run_row.c.run_id.in_(runs)),
            (row_rank, row_rank.c.run_id.in_(runs)),
            (event, event.c.organization_id.in_(old)),
            (run, run.c.organization_id.in_(old)),
            (list_change_row, list_change_row.c.change_id.in_(changes)),
            (list_change, list_change.c.list_id.in_(lists)),
            (column_choice, column_choice.c.organization_id.in_(old)),
            (list_cells, list_cells.c.list_id.in_(lists)),
            (list_file, list_file.c.list_id.in_(lists)),
            (list_reading, list_reading.c.list_id.in_(lists)),
            (list_row, list_row.c.list_id.in_(lists)),
            (contact_list, contact_list.c.organization_id.in_(old)),
            (alert, alert.c.organization_id.in_(old)),
            (credit_reading, credit_reading.c.organization_id.in_(old)),
            (sealed_key, sealed_key.c.organization_id.in_(old)),
            (rate_use, rate_use.c.organization_id.in_(old)),
            (organization, organization.c.first_seen_at < oldest),
        ):
            connection.execute(delete(table).where(where))
