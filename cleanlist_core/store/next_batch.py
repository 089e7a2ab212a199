"""What is sent next: who is waiting, who may be asked about, and what budget and balance can pay at worst.

The decision and the intent to send are one transaction, so that after a crash the tables know of
everything that may have left.
"""

from __future__ import annotations

import math
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Literal
from uuid import uuid4

from sqlalchemy import ColumnElement, Connection, Row, RowMapping, and_, func, insert, or_, select, update

from cleanlist_core.domain import (
    MAX_BATCH,
    BatchState,
    Contact,
    EnrichmentType,
    KeyKind,
    Outcome,
    RunState,
)
from cleanlist_core.pricing import price_at_most
from cleanlist_core.store.batches import OPEN, dissolve, set_outcome, touch_run
from cleanlist_core.store.database import Database
from cleanlist_core.store.people import BY_EMAIL, Known, known_people, learn_keys
from cleanlist_core.store.run_creation import Missing, fill_duplicates, take_known
from cleanlist_core.store.schema import (
    batch,
    credit_reading,
    list_row,
    run,
    run_row,
    submission,
)
from cleanlist_core.store.turns import of_run

Why = Literal["not_ours", "nothing_left", "elsewhere", "budget", "credits"]


@dataclass(frozen=True, slots=True)
class Sending:
    """A batch whose intent is on record: it may now be sent, once. token, secret: of this try to send it.

    email: of the one person it is about, when that is all there is to look them up by; else "".
    """

    batch_id: str
    token: str
    secret: str
    number: int
    wanted: EnrichmentType
    contacts: tuple[Contact, ...]
    email: str = ""


@dataclass(frozen=True, slots=True)
class Hold:
    """Why nothing may be sent right now."""

    why: Why


CLOCK_SLACK_SECONDS = 2 * 3600.0
"""A clock may be set back: what became known this long before a run was confirmed may have come after it."""


@dataclass(frozen=True, slots=True)
class _Rules:
    """missing: what to ask. slack_seconds: how long before the run an answer may seem to have come."""

    missing: Missing
    slack_seconds: float

    def news_since(self, this_run: Row[Any]) -> float:
        """Who asks anew on purpose is not given what was known before."""
        return float(this_run.confirmed_at - (0 if this_run.fresh else self.slack_seconds))


def begin_batch(
    database: Database, run_id: str, owner: str, missing: Missing, *, reuse_seconds: float = math.inf
) -> Sending | Hold:
    """Decide what is sent next and write the intent, in one transaction, before the first byte leaves.

    The batch holds only what the budget and the last known balance can pay at worst, nobody another
    run of the organization is asking about, and nobody who has become known meanwhile.
    reuse_seconds: how old an answer may be to count as known.
    """
    rules = _Rules(missing, min(CLOCK_SLACK_SECONDS, reuse_seconds))
    with database.write(of_run(run_id)) as connection:
        this_run = _run_held_by(connection, database, run_id, owner)
        if this_run is None:
            return Hold("not_ours")
        room = _room(connection, this_run)
        while (planned := _planned_batch(connection, run_id)) is not None:
            if planned.at_most <= room.credits and _still_as_planned(connection, this_run, planned, rules):
                return _send_again(connection, database, planned, owner)
            dissolve(connection, planned.id)
        return _begin_new(connection, database, this_run, owner, rules, room)


def could_send(database: Database, run_id: str) -> Hold | None:
    """Why the next person could not be paid for by budget and balance; None when they could."""
    with database.read() as connection:
        this_run = connection.execute(select(run).where(run.c.id == run_id)).one()
        rows = _waiting_people(connection, this_run, limit=1)
        if not rows:
            return Hold("nothing_left")
        room = _room(connection, this_run)
        return Hold(room.tight) if price_at_most(EnrichmentType(rows[0]["ask"])) > room.credits else None


@dataclass(frozen=True, slots=True)
class _Room:
    """Credits a new batch may cost at worst, and which of the two limits is the tighter one."""

    credits: float
    tight: Literal["budget", "credits"]


def _run_held_by(connection: Connection, database: Database, run_id: str, owner: str) -> Row[Any] | None:
    mine = and_(
        run.c.id == run_id,
        run.c.state == RunState.RUNNING.value,
        run.c.owner == owner,
        run.c.lease_until > database.now(connection),
    )
    return connection.execute(select(run).where(mine).with_for_update(key_share=True)).first()


def _room(connection: Connection, this_run: Row[Any]) -> _Room:
    in_run = batch.c.run_id == this_run.id
    spent = _total(connection, batch.c.settled_credits + batch.c.doubtful_credits, in_run)
    # What was left out may have been accepted all the same, so it keeps its place in the budget.
    unsettled = batch.c.state.in_([*OPEN, BatchState.LEFT_OUT.value])
    budget = this_run.budget - spent - _total(connection, batch.c.at_most, in_run & unsettled)
    balance = _free_balance(connection, this_run.organization_id)
    if balance < budget:
        return _Room(balance, "credits")
    return _Room(budget, "budget")


def _total(connection: Connection, column: ColumnElement[int], where: ColumnElement[bool]) -> int:
    return int(connection.execute(select(func.coalesce(func.sum(column), 0)).where(where)).scalar_one())


def _free_balance(connection: Connection, organization_id: str) -> float:
    """The last balance less all that may have been charged since it was read; -inf when never read."""
    reading = connection.execute(
        select(credit_reading.c.balance, credit_reading.c.read_at)
        .where(credit_reading.c.organization_id == organization_id)
        .order_by(credit_reading.c.read_at.desc(), credit_reading.c.id.desc())
        .limit(1)
    ).first()
    if reading is None:
        return -math.inf
    ours = batch.c.organization_id == organization_id
    left_out_since = and_(batch.c.state == BatchState.LEFT_OUT.value, batch.c.sending_at > reading.read_at)
    in_flight = _total(connection, batch.c.at_most, ours & or_(batch.c.state.in_(OPEN), left_out_since))
    charged = batch.c.settled_credits + batch.c.doubtful_credits
    settled = _total(connection, charged, ours & (batch.c.finished_at > reading.read_at))
    return float(Decimal(reading.balance) - in_flight - settled)


def free_credits(database: Database, organization_id: str) -> int:
    """Whole credits of the last balance that nothing under way can still take; 0 when never read."""
    with database.read() as connection:
        return int(max(0.0, _free_balance(connection, organization_id)))


def _planned_batch(connection: Connection, run_id: str) -> Row[Any] | None:
    planned = and_(batch.c.run_id == run_id, batch.c.state == BatchState.PLANNED.value)
    return connection.execute(select(batch).where(planned).order_by(batch.c.number).limit(1)).first()


def _still_as_planned(connection: Connection, this_run: Row[Any], planned: Row[Any], rules: _Rules) -> bool:
    """Whether nobody in a put-off batch has become known, or is being asked about by another run.

    Nor may less be missing of anybody than when it was planned: that would be paid for twice.
    """
    rows = _people(connection, this_run, run_row.c.batch_id == planned.id)
    if any(row["ask"] != planned.enrichment_type for row in rows):
        return False
    if len(rows) != planned.size or _known_meanwhile(connection, this_run, rows, rules):
        return False
    return not _busy_elsewhere(connection, this_run, rows)


def _send_again(connection: Connection, database: Database, planned: Row[Any], owner: str) -> Sending:
    now = database.now(connection)
    connection.execute(
        update(batch)
        .where(batch.c.id == planned.id)
        .values(state=BatchState.SENDING.value, sending_at=now, attempts=planned.attempts + 1)
    )
    set_outcome(connection, planned.id, Outcome.IN_PROGRESS, "Being looked up.")
    token, secret = _write_intent(connection, planned.id, planned.attempts + 1, owner, now)
    touch_run(connection, planned.run_id)
    run_of_batch = connection.execute(select(run).where(run.c.id == planned.run_id)).one()
    rows = _people(connection, run_of_batch, run_row.c.batch_id == planned.id)
    wanted = EnrichmentType(planned.enrichment_type)
    contacts = tuple(_contact(row) for row in rows)
    return Sending(planned.id, token, secret, planned.number, wanted, contacts, _only_email(rows))


def _begin_new(
    connection: Connection, database: Database, this_run: Row[Any], owner: str, rules: _Rules, room: _Room
) -> Sending | Hold:
    wanted, rows = _next_people(connection, this_run, rules)
    if wanted is None:
        return Hold("nothing_left")
    if not rows:
        return Hold("elsewhere")
    price = price_at_most(wanted)
    affordable = len(rows) if price == 0 else int(max(0.0, room.credits) // price)
    if affordable == 0:
        return Hold(room.tight)
    return _write_batch(connection, database, this_run, owner, wanted, rows[:affordable])


def _next_people(
    connection: Connection, this_run: Row[Any], rules: _Rules
) -> tuple[EnrichmentType | None, list[RowMapping]]:
    """The next people to send, all asked for the same, in file order. No type: nobody is left."""
    wanted, after = None, 0
    while True:
        rows = _waiting_people(connection, this_run, after=after, limit=MAX_BATCH)
        if not rows:
            return wanted, []
        known = _known_meanwhile(connection, this_run, rows, rules)
        if known:
            continue
        busy = _busy_elsewhere(connection, this_run, rows)
        free = [row for row in rows if row["row_number"] not in busy]
        wanted, after = EnrichmentType(rows[0]["ask"]), rows[-1]["row_number"]
        if free:
            return wanted, free


def _waiting_people(
    connection: Connection, this_run: Row[Any], *, after: int = 0, limit: int
) -> list[RowMapping]:
    waiting = and_(
        run_row.c.run_id == this_run.id,
        run_row.c.outcome == Outcome.NOT_SENT.value,
        run_row.c.ask != "",
        run_row.c.row_number > after,
    )
    ask = connection.execute(
        select(run_row.c.ask).where(waiting).order_by(run_row.c.row_number).limit(1)
    ).scalar()
    if ask is None:
        return []
    return _people(connection, this_run, waiting & (run_row.c.ask == ask), limit=limit)


def _people(
    connection: Connection, this_run: Row[Any], where: ColumnElement[bool], *, limit: int = MAX_BATCH
) -> list[RowMapping]:
    query = (
        select(run_row.c.row_number, run_row.c.ask, list_row.c.key_kind, *_CONTACT, *_KEYS)
        .join(list_row, _row_of(this_run.list_id))
        .where(run_row.c.run_id == this_run.id, where)
        .order_by(run_row.c.row_number)
        .limit(limit)
    )
    return list(connection.execute(query).mappings())


_CONTACT = tuple(list_row.c[name] for name in Contact.__slots__)
_KEYS = (list_row.c.identity, list_row.c.name_domain_key, list_row.c.name_company_key)


def _row_of(list_id: str | ColumnElement[str]) -> ColumnElement[bool]:
    return and_(list_row.c.list_id == list_id, list_row.c.row_number == run_row.c.row_number)


def _known_meanwhile(
    connection: Connection, this_run: Row[Any], rows: Sequence[RowMapping], rules: _Rules
) -> int:
    """Fill people who were looked up since the run was confirmed, by whichever run. Returns how many."""
    news = known_people(
        connection,
        this_run.organization_id,
        this_run.list_id,
        since=rules.news_since(this_run),
        row_numbers=[row["row_number"] for row in rows],
    )
    asked = {row["row_number"]: row for row in rows}
    filled = [
        number
        for number, known in news.items()
        if _take(connection, this_run, asked[number], known, rules.missing)
    ]
    if filled:
        learned = {number: news[number] for number in filled}
        learn_keys(connection, this_run.organization_id, this_run.list_id, learned)
        fill_duplicates(connection, this_run.id, filled)
        touch_run(connection, this_run.id)
    return len(filled)


def _take(
    connection: Connection,
    this_run: Row[Any],
    row: RowMapping,
    known: Known,
    missing: Missing,
) -> bool:
    ask = EnrichmentType(row["ask"])
    still = missing(
        ask,
        has_email=known.email is not None,
        has_phone=known.phone is not None,
        by_email=row["key_kind"] == KeyKind.EMAIL,
    )
    if still is ask:
        return False
    wanted = EnrichmentType(this_run.enrichment_type)
    take_known(connection, this_run.id, row["row_number"], known, still, wanted)
    return True


def runs_in_the_way(database: Database, run_id: str) -> list[str]:
    """Other runs that are asking about the people whom a run would send next, or have them in doubt."""
    with database.read() as connection:
        this_run = connection.execute(select(run).where(run.c.id == run_id)).one()
        rows = _waiting_people(connection, this_run, limit=MAX_BATCH)
        return list(dict.fromkeys(_busy_elsewhere(connection, this_run, rows).values()))


def _busy_elsewhere(connection: Connection, this_run: Row[Any], rows: Sequence[RowMapping]) -> dict[int, str]:
    """Of the people another run of the organization is asking about right now: row number → that run.

    Going by any of their keys, for the other list may know them by another; waiting costs nothing.
    """
    open_elsewhere = and_(
        batch.c.organization_id == this_run.organization_id,
        batch.c.state.in_(OPEN),
        batch.c.run_id != this_run.id,
    )
    if connection.execute(select(batch.c.id).where(open_elsewhere).limit(1)).first() is None:
        return {}
    busy: dict[int, str] = {}
    for column in _KEYS:
        ours: dict[str, list[RowMapping]] = {}
        for row in rows:
            ours.setdefault(row[column.name], []).append(row)
        ours.pop("", None)
        query = (
            select(column.label("key"), list_row.c.identity, batch.c.run_id)
            .select_from(batch)
            .join(run, run.c.id == batch.c.run_id)
            .join(run_row, run_row.c.batch_id == batch.c.id)
            .join(list_row, _row_of(run.c.list_id))
            .where(open_elsewhere, column.in_(ours))
        )
        for asked in connection.execute(query):
            for row in ours[asked.key]:
                if not _are_two(row["identity"], asked.identity):
                    busy[row["row_number"]] = asked.run_id
    return busy


def _are_two(identity: str, other: str) -> bool:
    """Two profiles are two people, whatever their names."""
    return identity != other and identity.startswith("in:") and other.startswith("in:")


def _write_batch(
    connection: Connection,
    database: Database,
    this_run: Row[Any],
    owner: str,
    wanted: EnrichmentType,
    rows: Sequence[RowMapping],
) -> Sending:
    now = database.now(connection)
    batch_id = uuid4().hex
    last = connection.execute(select(func.max(batch.c.number)).where(batch.c.run_id == this_run.id)).scalar()
    number = (last or 0) + 1
    numbers = [row["row_number"] for row in rows]
    connection.execute(
        insert(batch).values(
            id=batch_id,
            run_id=this_run.id,
            organization_id=this_run.organization_id,
            number=number,
            enrichment_type=wanted.value,
            size=len(rows),
            row_numbers=numbers,
            at_most=price_at_most(wanted) * len(rows),
            state=BatchState.SENDING.value,
            attempts=1,
            sending_at=now,
        )
    )
    connection.execute(
        update(run_row)
        .where(run_row.c.run_id == this_run.id, run_row.c.row_number.in_(numbers))
        .values(batch_id=batch_id, outcome=Outcome.IN_PROGRESS.value, reason="Being looked up.")
    )
    token, secret = _write_intent(connection, batch_id, 1, owner, now)
    touch_run(connection, this_run.id)
    contacts = tuple(_contact(row) for row in rows)
    return Sending(batch_id, token, secret, number, wanted, contacts, _only_email(rows))


def _only_email(rows: Sequence[RowMapping]) -> str:
    """Such a person stands in a list of their own."""
    by_email = [row for row in rows if row["key_kind"] == KeyKind.EMAIL]
    return str(by_email[0]["identity"]).removeprefix(BY_EMAIL) if by_email else ""


def _write_intent(
    connection: Connection, batch_id: str, attempt: int, owner: str, now: float
) -> tuple[str, str]:
    """One try to send. Returns its name, and the secret by which only the API can know it."""
    token, secret = uuid4().hex, secrets.token_urlsafe(24)
    values = {"batch_id": batch_id, "attempt": attempt, "owner": owner, "state": "sending", "sent_at": now}
    connection.execute(insert(submission).values(token=token, secret=secret, **values))
    return token, secret


def _contact(row: RowMapping) -> Contact:
    return Contact(**{name: row[name] for name in Contact.__slots__})


def email_of(database: Database, batch_id: str) -> str:
    """The email a batch of one was about; "" for a batch of a list, or when its list was deleted."""
    with database.read() as connection:
        one = connection.execute(select(batch).where(batch.c.id == batch_id)).one()
        this_run = connection.execute(select(run).where(run.c.id == one.run_id)).one()
        return _only_email(_people(connection, this_run, run_row.c.row_number.in_(one.row_numbers)))


def contacts_of(database: Database, batch_id: str) -> list[Contact]:
    """Whom a batch was about, in the order they were sent."""
    with database.read() as connection:
        one = connection.execute(select(batch).where(batch.c.id == batch_id)).one()
        this_run = connection.execute(select(run).where(run.c.id == one.run_id)).one()
        here = run_row.c.row_number.in_(one.row_numbers)
        return [_contact(row) for row in _people(connection, this_run, here)]
