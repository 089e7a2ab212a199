"""Answers: kept raw before they are understood, then written to the people they belong to, once."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    Connection,
    Row,
    Select,
    and_,
    bindparam,
    case,
    delete,
    false,
    insert,
    select,
    true,
    update,
)

from cleanlist_core.domain import BatchState, EnrichmentType, Outcome
from cleanlist_core.store.batches import accept, find_try, touch_run
from cleanlist_core.store.database import Database
from cleanlist_core.store.people import BY_EMAIL, Find, add_results, keys_of
from cleanlist_core.store.run_creation import fill_duplicates
from cleanlist_core.store.schema import batch, contact_list, list_row, raw_answer, run, run_row
from cleanlist_core.store.turns import of_batch, of_run, of_try

ANSWERED = (Outcome.FOUND, Outcome.NOTHING, Outcome.TIDIED)

AT_ONCE, NOBODY_FOUND = "at once", "nobody found"
"""Ways of an answer that comes with the acceptance and cannot be asked for again."""

LOOKING_SECONDS = 120.0
"""While one thread looks at a batch, no other takes it up for this long."""


@dataclass(frozen=True, slots=True)
class DueBatch:
    """A batch whose results are due to be asked for. age_seconds: since the API took it on.

    answered: how its answer is on record already, so that nobody needs to be asked; "" usually.
    """

    id: str
    number: int
    workflow_id: str
    enrichment_type: str
    task_ids: tuple[str, ...]
    size: int
    age_seconds: float
    polls: int
    failed_polls: int
    last_error: str
    answered: str = ""

    def failures(self, name: str) -> int:
        """How many of the last looks in a row failed in this very way."""
        return self.failed_polls if self.last_error == name else 0


@dataclass(frozen=True, slots=True)
class Settlement:
    """What became of one person of a batch. position: their place in the request.

    asked: what was answered, where that is less than what was asked. known_as: the identity of the person
    found, and their other keys, where the answer tells more of them than the list did. doubtful: credits that
    may have been charged though no result tells of them.
    """

    position: int
    outcome: Outcome
    reason: str
    credits: int
    find: Find
    asked: EnrichmentType | None = None
    known_as: tuple[str, ...] = ()
    doubtful: int = 0


_DUE = and_(
    batch.c.run_id == bindparam("run_id"),
    batch.c.state == BatchState.SENT.value,
    batch.c.due_at <= bindparam("now"),
)
_IS_DUE = select(batch.c.id).where(_DUE).limit(1)
_LONGEST_DUE = select(batch).where(_DUE).order_by(batch.c.due_at).limit(1).with_for_update(skip_locked=True)


def claim_due(database: Database, run_id: str) -> DueBatch | None:
    """Take the batch that has been due for longest, or None when none is due yet."""
    with database.read() as connection:  # it is asked all the time, and mostly there is none
        if connection.execute(_IS_DUE, {"run_id": run_id, "now": database.now(connection)}).first() is None:
            return None
    with database.write_at_once() as connection:
        now = database.now(connection)
        row = connection.execute(_LONGEST_DUE, {"run_id": run_id, "now": now}).first()
        if row is None:
            return None
        connection.execute(
            update(batch)
            .where(batch.c.id == row.id)
            .values(due_at=now + LOOKING_SECONDS, looking=true(), polls=row.polls + 1)
        )
        answered = connection.execute(_answer_on_record(row.id)).scalar_one_or_none()
        return _due_batch(row, now, answered or "")


def _answer_on_record(batch_id: str) -> Select[Any]:
    mine = (raw_answer.c.batch_id == batch_id) & raw_answer.c.via.in_([AT_ONCE, NOBODY_FOUND])
    return select(raw_answer.c.via).where(mine).order_by(raw_answer.c.id.desc()).limit(1)


def _due_batch(row: Row[Any], now: float, answered: str) -> DueBatch:
    return DueBatch(
        id=row.id,
        number=row.number,
        workflow_id=row.workflow_id,
        enrichment_type=row.enrichment_type,
        task_ids=tuple(row.task_ids or ()),
        size=row.size,
        age_seconds=now - (row.sent_at or now),
        polls=row.polls + 1,
        failed_polls=row.failed_polls,
        last_error=row.last_error,
        answered=answered,
    )


def take_up_looks(database: Database, run_id: str) -> None:
    """Look again at once where a process that is gone was looking. For whoever has just taken the lease."""
    with database.write(of_run(run_id)) as connection:
        left = and_(batch.c.run_id == run_id, batch.c.looking == true())
        connection.execute(update(batch).where(left).values(due_at=database.now(connection), looking=false()))


def keep_raw(database: Database, batch_id: str, via: str, body: bytes) -> None:
    """Store an answer as it came: whatever is misread can be read again without paying again."""
    with database.write_at_once() as connection:
        _add_raw(connection, batch_id, via, body, database.now(connection))


def _add_raw(connection: Connection, batch_id: str, via: str, body: bytes, now: float) -> None:
    values = {"batch_id": batch_id, "received_at": now, "via": via, "body": zlib.compress(body, 1)}
    connection.execute(insert(raw_answer).values(**values))


def accept_answer(database: Database, token: str, via: str, body: bytes) -> bool:
    """An answer that came with the acceptance: both are on record, or neither is.

    via: AT_ONCE or NOBODY_FOUND. The answer is due to be read at once, by whoever drives the run.
    """
    with database.write(of_try(token)) as connection:
        sent = find_try(connection, token)
        if sent is None:
            return False
        now = database.now(connection)
        _add_raw(connection, sent.batch_id, via, body, now)
        return accept(connection, token, "", (), now=now, due_at=now)


def look_again(
    database: Database,
    batch_id: str,
    *,
    seconds: float,
    failed: str = "",
    progress: Mapping[str, int] | None = None,
) -> None:
    """Not ready yet: note how far it is and when to look again. failed: why there was no answer."""
    with database.write(of_batch(batch_id)) as connection:
        due_at = database.now(connection) + seconds
        values: dict[str, Any] = {"due_at": due_at, "looking": false(), **(progress or {})}
        # Failures of one kind are counted, so that a long outage does not pass for a lost batch.
        same = case((batch.c.last_error == failed, batch.c.failed_polls), else_=0)
        values["failed_polls"] = same + 1 if failed else 0
        if failed:
            values["last_error"] = failed
        here = (batch.c.id == batch_id) & (batch.c.state == BatchState.SENT.value)
        connection.execute(update(batch).where(here).values(**values))
        if progress:
            run_id = connection.execute(select(batch.c.run_id).where(batch.c.id == batch_id)).scalar_one()
            touch_run(connection, run_id)


def keep_looking(database: Database, batch_id: str) -> None:
    """Still at it: nobody else takes this batch up."""
    with database.write_at_once() as connection:
        due_at = database.now(connection) + LOOKING_SECONDS
        connection.execute(update(batch).where(batch.c.id == batch_id).values(due_at=due_at))


def give_back(database: Database, due: DueBatch, *, seconds: float, failed: str = "") -> None:
    """A look that was cut short: look again soon, unless somebody else has taken the batch up meanwhile.

    failed: why, where it may fail again.
    """
    with database.write_at_once() as connection:
        values: dict[str, Any] = {"due_at": database.now(connection) + seconds, "looking": false()}
        if failed:
            values |= {"failed_polls": due.failures(failed) + 1, "last_error": failed}
        still_mine = and_(
            batch.c.id == due.id,
            batch.c.state == BatchState.SENT.value,
            batch.c.looking == true(),
            batch.c.polls == due.polls,
        )
        connection.execute(update(batch).where(still_mine).values(**values))


def settle(database: Database, batch_id: str, settlements: Sequence[Settlement], *, via: str) -> bool:
    """Write what a batch brought and close it, in one transaction. False when that was done already."""
    with database.write(of_batch(batch_id)) as connection:
        here = (batch.c.id == batch_id) & (batch.c.state == BatchState.SENT.value)
        one = connection.execute(select(batch).where(here)).first()
        if one is None:
            return False
        now = database.now(connection)
        people = _people_of(connection, one)
        # Whose list was deleted meanwhile is forgotten; what was paid for them is not.
        numbers = one.row_numbers
        done = [
            (people[numbers[item.position]], item) for item in settlements if numbers[item.position] in people
        ]
        ids = _add_answers(connection, one, done, now)
        _update_rows(connection, one, done, ids, now)
        fill_duplicates(connection, one.run_id, [row.row_number for row, _ in done])
        connection.execute(
            update(batch)
            .where(batch.c.id == batch_id)
            .values(
                state=BatchState.FINISHED.value,
                finished_at=now,
                settled_credits=sum(item.credits for item in settlements),
                doubtful_credits=sum(item.doubtful for item in settlements),
                completed=len(settlements),
                emails_so_far=sum(bool(item.find.email) for item in settlements),
                phones_so_far=sum(bool(item.find.phone) for item in settlements),
                results_via=via,
                last_error="",
            )
        )
        if _is_deleted(connection, one):
            connection.execute(delete(raw_answer).where(raw_answer.c.batch_id == batch_id))
        touch_run(connection, one.run_id)
        return True


def _is_deleted(connection: Connection, one: Row[Any]) -> bool:
    """Whether somebody deleted the data of the list meanwhile."""
    query = (
        select(contact_list.c.deleted_at)
        .join(run, run.c.list_id == contact_list.c.id)
        .where(run.c.id == one.run_id)
    )
    return connection.execute(query).scalar() is not None


_KNOWN_BY = ("row_number", "identity", "key_kind", "linkedin_slug", "name_domain_key", "name_company_key")
"""What an answer needs of a row of a list; its cells are long."""


def _people_of(connection: Connection, one: Row[Any]) -> dict[int, Row[Any]]:
    query = (
        select(*(list_row.c[name] for name in _KNOWN_BY))
        .join(run, run.c.list_id == list_row.c.list_id)
        .where(run.c.id == one.run_id, list_row.c.row_number.in_(one.row_numbers))
    )
    return {row.row_number: row for row in connection.execute(query)}


def _add_answers(
    connection: Connection, one: Row[Any], done: Sequence[tuple[Row[Any], Settlement]], now: float
) -> dict[int, int]:
    """Store the answers that are answers; a failed look-up tells nothing about a person."""
    answered = [(row, item) for row, item in done if item.outcome in ANSWERED]
    organization_id, run_id, asked = one.organization_id, one.run_id, one.enrichment_type
    values = [
        {
            "organization_id": organization_id,
            "identity": item.known_as[0] if item.known_as else row.identity,
            "asked": item.asked or asked,
            "key_kind": row.key_kind,
            "credits": item.credits,
            "found_at": now,
            "run_id": run_id,
        }
        for row, item in answered
    ]
    keys = [_keys(row, item) for row, item in answered]
    ids = add_results(connection, one.id, values, [item.find for _, item in answered], keys)
    return {row.row_number: result_id for (row, _), result_id in zip(answered, ids, strict=True)}


def _keys(row: Row[Any], item: Settlement) -> list[str]:
    keys = {*keys_of(row), *item.known_as}
    if item.find.email:
        keys.add(BY_EMAIL + item.find.email)
    return sorted(keys)


_EMAIL_COLUMNS = ("email", "email_status", "email_quality", "other_emails", "provider")
_PHONE_COLUMNS = ("phone", "phone_type", "other_phones")


def _update_rows(
    connection: Connection,
    one: Row[Any],
    done: Sequence[tuple[Row[Any], Settlement]],
    ids: Mapping[int, int],
    now: float,
) -> None:
    """What was found is written, what was not found leaves earlier finds as they are.

    The people are this batch's from now on: what becomes of another one with them in it is not theirs.
    """
    base = update(run_row).where(run_row.c.run_id == one.run_id, run_row.c.row_number == bindparam("row"))
    for with_email in (True, False):
        for with_phone in (True, False):
            names = (*(_EMAIL_COLUMNS if with_email else ()), *(_PHONE_COLUMNS if with_phone else ()))
            chosen = [
                (row, item)
                for row, item in done
                if bool(item.find.email) is with_email and bool(item.find.phone) is with_phone
            ]
            if chosen:
                columns = (*names, "outcome", "reason", "result_id", "checked_at")
                statement = base.values(
                    {name: bindparam(f"new_{name}") for name in columns}
                    | {"credits": run_row.c.credits + bindparam("new_credits"), "batch_id": one.id}
                )
                connection.execute(
                    statement, [_new_values(row, item, names, ids, now) for row, item in chosen]
                )


def _new_values(
    row: Row[Any], item: Settlement, names: Sequence[str], ids: Mapping[int, int], now: float
) -> dict[str, Any]:
    return {
        "row": row.row_number,
        "new_outcome": item.outcome.value,
        "new_reason": item.reason,
        "new_result_id": ids.get(row.row_number),
        "new_checked_at": now,
        "new_credits": item.credits,
        **{f"new_{name}": getattr(item.find, name) for name in names},
    }


def raw_answers(database: Database, batch_id: str) -> list[tuple[str, float, Any]]:
    """Everything the API answered about a batch: (via, received at, body as JSON or text), oldest first."""
    query = select(raw_answer).where(raw_answer.c.batch_id == batch_id).order_by(raw_answer.c.id)
    with database.read() as connection:
        return [
            (row.via, row.received_at, _as_json(zlib.decompress(row.body)))
            for row in connection.execute(query)
        ]


def stored_bodies(database: Database, batch_id: str, via: str) -> list[bytes]:
    """The answers that came this way, as they came, oldest first."""
    here = (raw_answer.c.batch_id == batch_id) & (raw_answer.c.via == via)
    with database.read() as connection:
        bodies = connection.execute(select(raw_answer.c.body).where(here).order_by(raw_answer.c.id)).scalars()
        return [zlib.decompress(body) for body in bodies]


def _as_json(body: bytes) -> Any:
    try:
        return json.loads(body)
    except ValueError:
        return body.decode(errors="replace")
