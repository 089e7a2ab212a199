"""What somebody outside should be told, and that each of it is told once.

An alert is claimed before it is sent, by one process. One that was claimed and not reported on, because
the process died, is never sent again: told twice is worse than told on the screen alone.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Set
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import Connection, Row, delete, func, insert, or_, select, update

from cleanlist_core.domain import RunState
from cleanlist_core.store.database import Database
from cleanlist_core.store.schema import alert, contact_list, credit_reading, run

FINISHED, NEEDS_YOU, LOW = "finished", "needs_you", "low"
NEEDS_SOMEBODY = ("no_key", "key_sealed", "key_rejected", "no_api_access", "no_credits", "blocked")
"""What a run waits for that only a person can bring about."""

MOST_TRIES = 5
PAUSE_SECONDS = 60.0
NEWS_SECONDS = 86_400.0
"""How long a finished list is news: nobody wants a year's lists when alerts are switched on."""

_TURN = "alerts"
"""What is decided here is about alerts alone: no organization need wait for it."""
_CLAIMED, _TOLD, _FAILED = "claimed", "told", "failed"


@dataclass(frozen=True, slots=True)
class Alert:
    """Something to tell. kind: FINISHED, NEEDS_YOU or LOW. run_id: "" for a low balance.

    balance: credits left, for a low balance.
    """

    key: str
    organization_id: str
    kind: str
    run_id: str = ""
    waiting_for: str = ""
    balance: Decimal = Decimal(0)


def claim_alerts(database: Database, *, low_balance: int) -> list[Alert]:
    """What is to be told now, each to one caller alone. low_balance: credits below which it is low."""
    with database.read() as connection:
        now = database.now(connection)
        if not _changes(connection, _standing(connection, now, low_balance), now):
            return []
    with database.write(_TURN) as connection:
        now = database.now(connection)
        standing = {one.key: one for one in _standing(connection, now, low_balance)}
        _forget_what_is_over(connection, standing.keys(), now)
        return list(_claim(connection, standing, now))


def report(database: Database, told: Alert, *, again: bool) -> None:
    """What became of a claimed alert. again: it certainly did not arrive, and is tried again later."""
    with database.write(_TURN) as connection:
        now = database.now(connection)
        tries = connection.execute(select(alert.c.tries).where(alert.c.key == told.key)).scalar() or 0
        values = {"state": _FAILED if again else _TOLD, "due_at": now + PAUSE_SECONDS * tries}
        connection.execute(update(alert).where(alert.c.key == told.key).values(**values))


def _standing(connection: Connection, now: float, low_balance: int) -> list[Alert]:
    return [*_runs_to_tell(connection, now), *_low_balances(connection, low_balance)]


def _runs_to_tell(connection: Connection, now: float) -> Iterator[Alert]:
    """Lists that are done or need somebody; looking up one person is watched on the screen."""
    query = (
        select(run.c.id, run.c.organization_id, run.c.state, run.c.waiting_for, run.c.finished_at)
        .join(contact_list, contact_list.c.id == run.c.list_id)
        .where(contact_list.c.rows > 1, contact_list.c.deleted_at.is_(None))
        .where(
            or_(
                (run.c.state == RunState.FINISHED.value) & (run.c.finished_at > now - NEWS_SECONDS),
                run.c.state == RunState.NEEDS_YOU.value,
                (run.c.state == RunState.WAITING.value) & run.c.waiting_for.in_(NEEDS_SOMEBODY),
            )
        )
    )
    for run_id, owner, state, waiting_for, finished_at in connection.execute(query):
        if state == RunState.FINISHED.value:
            yield Alert(f"run:{run_id}:done:{finished_at}", owner, FINISHED, run_id)
        else:
            yield Alert(f"run:{run_id}:needs:{waiting_for}", owner, NEEDS_YOU, run_id, waiting_for)


def _low_balances(connection: Connection, low_balance: int) -> Iterator[Alert]:
    newest = select(func.max(credit_reading.c.id)).group_by(credit_reading.c.organization_id)
    readings = select(credit_reading).where(credit_reading.c.id.in_(newest))
    for row in connection.execute(readings):
        if Decimal(row.balance) < low_balance:
            owner = row.organization_id
            yield Alert(f"low:{owner}", owner, LOW, balance=Decimal(row.balance))


def _changes(connection: Connection, standing: Iterable[Alert], now: float) -> bool:
    """Whether there is anything to claim or to forget; it saves the write lock most of the time."""
    known = {row.key: row for row in connection.execute(select(alert))}
    keys = {one.key for one in standing}
    due = any(_is_due(known[key], now) for key in keys & known.keys())
    return due or bool(keys - known.keys()) or any(_is_over(row, keys, now) for row in known.values())


def _is_over(row: Row[Any], standing: Set[str], now: float) -> bool:
    """Whether it may be told anew once it stands again. A finished list is kept in mind while it is news."""
    is_news = ":done:" in row.key and row.due_at > now - 2 * NEWS_SECONDS
    return row.key not in standing and not is_news


def _is_due(row: Row[Any], now: float) -> bool:
    return bool(row.state == _FAILED and row.tries < MOST_TRIES and row.due_at <= now)


def _forget_what_is_over(connection: Connection, standing: Set[str], now: float) -> None:
    for row in list(connection.execute(select(alert))):
        if _is_over(row, standing, now):
            connection.execute(delete(alert).where(alert.c.key == row.key))


def _claim(connection: Connection, standing: dict[str, Alert], now: float) -> Iterator[Alert]:
    known = {row.key: row for row in connection.execute(select(alert))}
    for key, one in standing.items():
        if key not in known:
            values = {"organization_id": one.organization_id, "state": _CLAIMED, "due_at": now}
            connection.execute(insert(alert).values(key=key, **values))
            yield one
        elif _is_due(known[key], now):
            values = {"state": _CLAIMED, "tries": alert.c.tries + 1}
            connection.execute(update(alert).where(alert.c.key == key).values(**values))
            yield one
