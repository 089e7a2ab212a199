"""The rate budget of an organization: one count of requests for all processes.

A request counts from before it is sent until a whole window after its answer. So no interval as
long as the window, wherever the server's own window starts, can hold more than the limit.
"""

from __future__ import annotations

from sqlalchemy import Connection, delete, func, insert, or_, select, update

from cleanlist_core.store.database import Database
from cleanlist_core.store.learned_limit import Learned, after_refusal, read_learned, with_learned
from cleanlist_core.store.schema import organization, rate_use

LONGEST_REQUEST_SECONDS = 300.0
"""A request of a crashed process is taken as ended after this long."""
KEEP_SECONDS = 86_400.0
TINY_LIMIT = 10
"""Of so few requests none is kept free for anybody."""


def take_slot(
    database: Database,
    organization_id: str,
    kind: str,
    *,
    limit: int,
    window_seconds: float,
    reserved: int = 0,
) -> tuple[int, float]:
    """Take a slot if one is free. Returns (slot id, 0) or (0, seconds until it is worth asking again).

    reserved: slots this kind leaves to others, also of a stricter limit that was learned; not of a tiny one.
    """
    with database.write_at_once() as connection:
        blocked_until, learned = _organization_limits(connection, organization_id)
        now = database.now(connection)
        if blocked_until > now:
            return 0, blocked_until - now
        ends = _ends_in_window(connection, organization_id, now, window_seconds)
        allowed = limit if learned is None else learned.allowed(limit, now=now, window_seconds=window_seconds)
        allowed = max(1, allowed - reserved if allowed > TINY_LIMIT else allowed)
        if len(ends) >= allowed:
            return 0, _seconds_until_free(ends, len(ends) - allowed, now, window_seconds)
        values = {"organization_id": organization_id, "kind": kind, "started_at": now}
        slot = connection.execute(insert(rate_use).values(**values).returning(rate_use.c.id)).scalar_one()
        return slot, 0.0


def _organization_limits(connection: Connection, organization_id: str) -> tuple[float, Learned | None]:
    """(blocked until, learned limit), and nobody else counts the organization's requests meanwhile."""
    row = connection.execute(
        select(organization.c.blocked_until, organization.c.settings)
        .where(organization.c.id == organization_id)
        .with_for_update(key_share=True)
    ).first()
    return (row.blocked_until, read_learned(row.settings)) if row else (0.0, None)


def _ends_in_window(
    connection: Connection, organization_id: str, now: float, window_seconds: float
) -> list[float | None]:
    """When each request that still counts ended, None for one under way; those under way last."""
    query = (
        select(rate_use.c.ended_at)
        .where(
            rate_use.c.organization_id == organization_id,
            rate_use.c.started_at > now - window_seconds - LONGEST_REQUEST_SECONDS,
            or_(rate_use.c.ended_at.is_(None), rate_use.c.ended_at > now - window_seconds),
        )
        .order_by(rate_use.c.ended_at.is_(None), rate_use.c.ended_at)
    )
    return list(connection.execute(query).scalars())


def _seconds_until_free(ends: list[float | None], excess: int, now: float, window_seconds: float) -> float:
    """How long until the excess and one more request have left the window."""
    end = ends[excess]
    if end is None:
        return min(0.25, window_seconds / 20)
    return max(0.001, end + window_seconds - now)


def release_slot(database: Database, slot: int) -> None:
    """The answer is in; the slot stays counted for a window from now."""
    with database.write_at_once() as connection:
        now = database.now(connection)
        connection.execute(update(rate_use).where(rate_use.c.id == slot).values(ended_at=now))


def note_past_request(database: Database, organization_id: str) -> None:
    """Count a request that was made before its organization was known."""
    with database.write_at_once() as connection:
        now = database.now(connection)
        values = {
            "organization_id": organization_id,
            "kind": "interactive",
            "started_at": now,
            "ended_at": now,
        }
        connection.execute(insert(rate_use).values(**values))


def block(database: Database, organization_id: str, seconds: float, *, window_seconds: float) -> None:
    """Obey a 429: nobody asks before then, and a limit stricter than expected is remembered."""
    with database.write_at_once() as connection:
        known = _organization_limits(connection, organization_id)[1]
        now = database.now(connection)
        accepted = len(_ends_in_window(connection, organization_id, now, window_seconds)) - 1
        learned = after_refusal(known, accepted, now=now, until=now + seconds)
        until = func.max if database.is_sqlite else func.greatest
        connection.execute(
            update(organization)
            .where(organization.c.id == organization_id)
            .values(blocked_until=until(organization.c.blocked_until, now + seconds))
        )
        _remember(connection, organization_id, learned)


def _remember(connection: Connection, organization_id: str, learned: Learned | None) -> None:
    here = organization.c.id == organization_id
    query = select(organization.c.settings).where(here).with_for_update(key_share=True)
    settings = connection.execute(query).scalar()
    values = {
        "settings": with_learned(settings, learned),
        "learned_limit": None if learned is None else learned.limit,
    }
    connection.execute(update(organization).where(here).values(**values))


def forget_learned_limit(database: Database, organization_id: str) -> None:
    """Start again from the published limit: a tighter one may have been another program's doing."""
    with database.write_at_once() as connection:
        _remember(connection, organization_id, None)


def forget_old_requests(database: Database) -> None:
    with database.write_at_once() as connection:
        oldest = database.now(connection) - KEEP_SECONDS
        # Whatever another process is deleting right now need not be waited for.
        old = select(rate_use.c.id).where(rate_use.c.started_at < oldest).with_for_update(skip_locked=True)
        connection.execute(delete(rate_use).where(rate_use.c.id.in_(old)))
