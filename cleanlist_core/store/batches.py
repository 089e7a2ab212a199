"""Batches: where each request stands between us and the API, and what a person decides about a lost one.

Every change of state is one compare-and-swap, so that whoever comes second changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, Connection, Row, and_, func, or_, select, update

from cleanlist_core.domain import BatchState, KeyKind, Outcome, RunState
from cleanlist_core.store import run_log
from cleanlist_core.store.database import Database
from cleanlist_core.store.schema import (
    batch,
    contact_list,
    list_row,
    raw_answer,
    run,
    run_row,
    submission,
)
from cleanlist_core.store.turns import of_batch, of_run, of_try

OPEN = (BatchState.SENDING.value, BatchState.SENT.value, BatchState.UNCERTAIN.value)
"""States in which credits may still be charged."""


def touch_run(connection: Connection, run_id: str) -> None:
    """Every change a screen could show counts up: caches and file names go by it."""
    connection.execute(update(run).where(run.c.id == run_id).values(revision=run.c.revision + 1))


def set_state(
    connection: Connection, batch_id: str, expected: Sequence[BatchState], state: BatchState, **values: Any
) -> bool:
    here = (batch.c.id == batch_id) & batch.c.state.in_([one.value for one in expected])
    changed = connection.execute(update(batch).where(here).values(state=state.value, **values)).rowcount == 1
    if changed:
        run_id = connection.execute(select(batch.c.run_id).where(batch.c.id == batch_id)).scalar_one()
        touch_run(connection, run_id)
    return changed


def set_outcome(connection: Connection, batch_id: str, outcome: Outcome, reason: str) -> None:
    connection.execute(
        update(run_row).where(run_row.c.batch_id == batch_id).values(outcome=outcome.value, reason=reason)
    )


def free_rows(connection: Connection, batch_id: str) -> None:
    """Take the people out of a batch that brings them nothing: they wait to be sent again.

    But for those whom an earlier request of the run, given up and then proven, is about.
    """
    hand_to_the_proven(connection, batch_id)
    connection.execute(
        update(run_row)
        .where(run_row.c.batch_id == batch_id)
        .values(batch_id=None, outcome=Outcome.NOT_SENT.value, reason="Waiting to be sent.")
    )


def hand_to_the_proven(connection: Connection, batch_id: str) -> None:
    """Whoever is in another request of the run that was accepted belongs to that one: nobody is paid twice.

    People are in two requests only where a person had a lost one sent again, and its proof came after all.
    """
    one = connection.execute(select(batch.c.run_id).where(batch.c.id == batch_id)).one()
    accepted_too = and_(
        batch.c.run_id == one.run_id, batch.c.id != batch_id, batch.c.state == BatchState.SENT.value
    )
    for other in connection.execute(select(batch.c.id, batch.c.row_numbers).where(accepted_too)).all():
        shared = and_(
            run_row.c.run_id == one.run_id,
            run_row.c.batch_id == batch_id,
            run_row.c.row_number.in_(other.row_numbers),
        )
        connection.execute(update(run_row).where(shared).values(batch_id=other.id, **_BEING_LOOKED_UP))


_BEING_LOOKED_UP = {"outcome": Outcome.IN_PROGRESS.value, "reason": "Being looked up."}


def dissolve(connection: Connection, batch_id: str) -> None:
    """Give up a batch that was put off: its people wait for another one, under today's rules."""
    if set_state(connection, batch_id, (BatchState.PLANNED,), BatchState.REFUSED):
        free_rows(connection, batch_id)


# How a send ended


def accepted(
    database: Database, token: str, workflow_id: str, task_ids: Sequence[str], *, next_look_seconds: float
) -> bool:
    """The API has taken the batch: by its answer, by a late one, or by another proof. Wins over any doubt."""
    with database.write(of_try(token)) as connection:
        now = database.now(connection)
        return accept(connection, token, workflow_id, task_ids, now=now, due_at=now + next_look_seconds)


def accept(
    connection: Connection,
    token: str,
    workflow_id: str,
    task_ids: Sequence[str],
    *,
    now: float,
    due_at: float,
) -> bool:
    """The same inside a transaction."""
    sent = find_try(connection, token)
    if sent is None:
        return False
    connection.execute(
        update(submission)
        .where(submission.c.token == token)
        .values(state="accepted", workflow_id=workflow_id, answered_at=now)
    )
    if mark_sent(connection, sent.batch_id, workflow_id, task_ids, sent_at=now, due_at=due_at):
        return True
    _add_task_ids(connection, sent.batch_id, workflow_id, task_ids)
    return False


def _add_task_ids(connection: Connection, batch_id: str, workflow_id: str, task_ids: Sequence[str]) -> None:
    """An announcement overtook the answer: the answer still brings the ids of the people."""
    here = (batch.c.id == batch_id) & (batch.c.workflow_id == workflow_id)
    if task_ids:
        connection.execute(update(batch).where(here).values(task_ids=list(task_ids)))


def mark_sent(
    connection: Connection,
    batch_id: str,
    workflow_id: str,
    task_ids: Sequence[str],
    *,
    sent_at: float,
    due_at: float,
) -> bool:
    changed = set_state(
        connection,
        batch_id,
        (BatchState.SENDING, BatchState.PLANNED, BatchState.UNCERTAIN, BatchState.LEFT_OUT),
        BatchState.SENT,
        workflow_id=workflow_id,
        task_ids=list(task_ids),
        sent_at=sent_at,
        due_at=due_at,
        last_error="",
    )
    if changed:
        _retake_rows(connection, batch_id)
        _reopen(connection, batch_id)
    return changed


def _retake_rows(connection: Connection, batch_id: str) -> None:
    """A proof may come after a person gave the batch up: whoever was not sent anew belongs to it again.

    So does whoever was sent anew and put off: that request is composed again without them.
    """
    one = connection.execute(select(batch.c.run_id, batch.c.row_numbers).where(batch.c.id == batch_id)).one()
    put_off = select(batch.c.id).where(
        batch.c.run_id == one.run_id, batch.c.state == BatchState.PLANNED.value
    )
    connection.execute(
        update(run_row)
        .where(
            run_row.c.run_id == one.run_id,
            run_row.c.row_number.in_(one.row_numbers),
            or_(
                run_row.c.batch_id == batch_id,
                run_row.c.batch_id.is_(None),
                run_row.c.batch_id.in_(put_off),
            ),
        )
        .values(batch_id=batch_id, **_BEING_LOOKED_UP)
    )


def _reopen(connection: Connection, batch_id: str) -> None:
    """A finished run that turns out to have something to fetch goes on."""
    run_id = select(batch.c.run_id).where(batch.c.id == batch_id).scalar_subquery()
    # Whoever waits for a budget goes on waiting for it: results are fetched in that state, too.
    ended = or_(run.c.state == RunState.FINISHED.value, in_doubt())
    connection.execute(
        update(run)
        .where(run.c.id == run_id, ended)
        .values(state=RunState.STOPPING.value, waiting_for="", finished_at=None)
    )


def not_accepted(database: Database, token: str, error: str) -> bool:
    """The request certainly did not arrive, or was put off: the same batch may be sent again."""
    with database.write(of_try(token)) as connection:
        sent = _close_submission(connection, database, token, "not_sent", error)
        if sent is None or not set_state(
            connection, sent.batch_id, (BatchState.SENDING,), BatchState.PLANNED, last_error=error
        ):
            return False
        hand_to_the_proven(connection, sent.batch_id)
        set_outcome(connection, sent.batch_id, Outcome.NOT_SENT, "Waiting to be sent.")
        return True


def refused(database: Database, token: str, error: str, set_aside: Mapping[int, str]) -> bool:
    """A definite no: nothing was spent. The people wait again, but for those the API cannot use.

    set_aside: position in the batch → why, in plain words.
    """
    with database.write(of_try(token)) as connection:
        sent = _close_submission(connection, database, token, "refused", error)
        if sent is None or not set_state(
            connection, sent.batch_id, (BatchState.SENDING,), BatchState.REFUSED, last_error=error
        ):
            return False
        _set_aside(connection, sent.batch_id, set_aside)
        free_rows(connection, sent.batch_id)
        return True


def _set_aside(connection: Connection, batch_id: str, reasons: Mapping[int, str]) -> None:
    one = connection.execute(select(batch.c.run_id, batch.c.row_numbers).where(batch.c.id == batch_id)).one()
    for position, reason in reasons.items():
        here = (run_row.c.run_id == one.run_id) & (run_row.c.row_number == one.row_numbers[position])
        values = {"outcome": Outcome.NEEDS_FIXING.value, "reason": reason, "ask": "", "batch_id": None}
        connection.execute(update(run_row).where(here).values(**values))


def lost_answer(database: Database, token: str, error: str) -> bool:
    """The batch may have been accepted: nobody but a person, or a proof, may decide what comes next."""
    with database.write(of_try(token)) as connection:
        sent = _close_submission(connection, database, token, "uncertain", error)
        return sent is not None and _doubt(connection, sent.batch_id, error)


_LOST = "The answer to this request was lost. It may have been accepted; it waits for your decision."
_UNREADABLE = (
    "The answer to this request cannot be read. It may have been charged; it waits for your decision."
)


def _doubt(connection: Connection, batch_id: str, error: str) -> bool:
    changed = set_state(connection, batch_id, (BatchState.SENDING,), BatchState.UNCERTAIN, last_error=error)
    if changed:
        set_outcome(connection, batch_id, Outcome.UNCERTAIN, _LOST)
    return changed


def doubt_answer(database: Database, batch_id: str, error: str) -> bool:
    """An answer that nobody can ask for again makes no sense: a person decides what comes next."""
    with database.write(of_batch(batch_id)) as connection:
        changed = set_state(connection, batch_id, (BatchState.SENT,), BatchState.UNCERTAIN, last_error=error)
        if changed:
            set_outcome(connection, batch_id, Outcome.UNCERTAIN, _UNREADABLE)
        return changed


def doubt_orphans(database: Database, run_id: str, owner: str) -> int:
    """Batches that nobody is sending any more may have been accepted. Returns how many there were.

    Only for the holder of the lease, and not while it is sending; whoever has lost it changes nothing.
    """
    with database.write(of_run(run_id)) as connection:
        mine = and_(run.c.id == run_id, run.c.owner == owner, run.c.lease_until > database.now(connection))
        held = select(run.c.id).where(mine).with_for_update(key_share=True)
        if connection.execute(held).first() is None:
            return 0
        query = (
            select(batch.c.id, submission.c.token)
            .join(submission, submission.c.batch_id == batch.c.id)
            .where(
                batch.c.run_id == run_id,
                batch.c.state == BatchState.SENDING.value,
                submission.c.state == "sending",
            )
        )
        error = "the program ended while this was being sent"
        count = 0
        for batch_id, token in connection.execute(query).all():
            _close_submission(connection, database, token, "uncertain", error)
            count += _doubt(connection, batch_id, error)
        return count


@dataclass(frozen=True, slots=True)
class Submission:
    """One try to send a batch, as an announcement finds it. list_deleted: nothing of its people is kept."""

    token: str
    secret: str
    batch_id: str
    run_id: str
    organization_id: str
    batch_state: str
    workflow_id: str
    announcements: int
    list_deleted: bool = False


def find_submission(database: Database, token: str) -> Submission | None:
    """The try to send with this name. announcements: how many have come for its batch."""
    count = (
        select(func.count())
        .where(raw_answer.c.batch_id == batch.c.id, raw_answer.c.via == "announcement")
        .scalar_subquery()
    )
    query = (
        select(
            submission.c.token,
            submission.c.secret,
            batch,
            count.label("announcements"),
            contact_list.c.deleted_at.is_not(None).label("list_deleted"),
        )
        .join(batch, batch.c.id == submission.c.batch_id)
        .join(run, run.c.id == batch.c.run_id)
        .join(contact_list, contact_list.c.id == run.c.list_id)
        .where(submission.c.token == token)
    )
    with database.read() as connection:
        row = connection.execute(query).first()
    if row is None:
        return None
    return Submission(
        row.token,
        row.secret,
        row.id,
        row.run_id,
        row.organization_id,
        row.state,
        row.workflow_id,
        row.announcements,
        bool(row.list_deleted),
    )


def look_now(database: Database, batch_id: str) -> bool:
    """Somebody says the results are there: look at once instead of later."""
    with database.write_at_once() as connection:
        here = (batch.c.id == batch_id) & (batch.c.state == BatchState.SENT.value)
        values = {"due_at": database.now(connection)}
        return connection.execute(update(batch).where(here).values(**values)).rowcount == 1


def find_try(connection: Connection, token: str) -> Row[Any] | None:
    return connection.execute(select(submission).where(submission.c.token == token)).first()


def _close_submission(
    connection: Connection, database: Database, token: str, state: str, error: str
) -> Row[Any] | None:
    sent = find_try(connection, token)
    if sent is not None:
        connection.execute(
            update(submission)
            .where(submission.c.token == token, submission.c.state == "sending")
            .values(state=state, error=error, answered_at=database.now(connection))
        )
    return sent


def in_doubt() -> ColumnElement[bool]:
    """A run that has nothing left to do but for the decisions it waits for."""
    return and_(run.c.state == RunState.NEEDS_YOU.value, run.c.waiting_for == "uncertain")


def open_workflows(database: Database, run_id: str) -> list[tuple[int, str]]:
    """(number, reference) of a run's batches whose results are still out."""
    open_here = (batch.c.run_id == run_id) & (batch.c.state == BatchState.SENT.value)
    query = select(batch.c.number, batch.c.workflow_id).where(open_here).order_by(batch.c.number)
    with database.read() as connection:
        return [(row.number, row.workflow_id) for row in connection.execute(query)]


# What a person decides about a lost answer


@dataclass(frozen=True, slots=True)
class UncertainBatch:
    """A batch whose answer was lost, and what each choice could cost. Times in seconds since 1970.

    by_email: of one person by email, for whom nobody can give a reference.
    """

    batch_id: str
    run_id: str
    number: int
    people: int
    at_most: int
    sent_at: float
    last_error: str
    by_email: bool


def uncertain_batches(database: Database, run_id: str) -> list[UncertainBatch]:
    by_email = (
        select(list_row.c.row_number)
        .join(run, run.c.list_id == list_row.c.list_id)
        .join(run_row, (run_row.c.run_id == run.c.id) & (run_row.c.row_number == list_row.c.row_number))
        .where(run_row.c.batch_id == batch.c.id, list_row.c.key_kind == KeyKind.EMAIL.value)
        .exists()
    )
    query = (
        select(batch, by_email.label("by_email"))
        .where(batch.c.run_id == run_id, batch.c.state == BatchState.UNCERTAIN.value)
        .order_by(batch.c.number)
    )
    with database.read() as connection:
        return [
            UncertainBatch(
                row.id,
                row.run_id,
                row.number,
                row.size,
                row.at_most,
                row.sending_at or 0.0,
                row.last_error,
                row.by_email,
            )
            for row in connection.execute(query)
        ]


def send_again(database: Database, batch_id: str, *, resend_after_seconds: float) -> bool:
    """A person takes the risk of paying twice, and the budget grows by what that may cost.

    The lost request keeps its place in the budget at its worst; its people are sent anew, and the run goes
    on for them. False while it is too early, or when it was decided already.
    """
    with database.write(of_batch(batch_id)) as connection:
        old = batch.c.sending_at <= database.now(connection) - resend_after_seconds
        here = and_(batch.c.id == batch_id, batch.c.state == BatchState.UNCERTAIN.value, old)
        lost = connection.execute(select(batch).where(here)).first()
        if lost is None:
            return False
        _withdraw_if_stopped(connection, lost.run_id)
        free_rows(connection, batch_id)
        this_run = run.c.id == lost.run_id
        connection.execute(update(run).where(this_run).values(budget=run.c.budget + lost.at_most))
        connection.execute(update(run).where(this_run, _has_ended()).values(**_GOING_ON))
        _note(connection, database, batch_id, "You decided to send these people again.")
        return set_state(connection, batch_id, (BatchState.UNCERTAIN,), BatchState.LEFT_OUT)


def _note(connection: Connection, database: Database, batch_id: str, text: str) -> None:
    whose = select(batch.c.organization_id, batch.c.run_id).where(batch.c.id == batch_id)
    organization_id, run_id = connection.execute(whose).one()
    run_log.note_in(connection, database, organization_id, run_id, "decided", text, by="")


def _has_ended() -> ColumnElement[bool]:
    ended = (RunState.NEEDS_YOU.value, RunState.FINISHED.value, RunState.STOPPING.value)
    return run.c.state.in_(ended)


_GOING_ON = {"state": RunState.RUNNING.value, "waiting_for": "", "finished_at": None}


def _withdraw_if_stopped(connection: Connection, run_id: str) -> None:
    """Sending some people again must not send the others of a list that was stopped before.

    A run that is in doubt with people to send was stopped: otherwise they would have been sent first.
    """
    ended = or_(run.c.state.in_([RunState.STOPPING.value, RunState.FINISHED.value]), in_doubt())
    if connection.execute(select(run.c.id).where(run.c.id == run_id, ended)).first() is None:
        return
    unsent = (run_row.c.outcome == Outcome.NOT_SENT.value) & (run_row.c.ask != "")
    connection.execute(
        update(run_row)
        .where(run_row.c.run_id == run_id, unsent)
        .values(ask="", batch_id=None, reason="Not sent: you stopped this list before their turn.")
    )


def leave_out(database: Database, batch_id: str) -> bool:
    """A person gives these people up; what they may have cost stays counted at its worst.

    A run that waited for this decision alone comes to its end, without sending anything.
    """
    with database.write(of_batch(batch_id)) as connection:
        changed = set_state(connection, batch_id, (BatchState.UNCERTAIN,), BatchState.LEFT_OUT)
        if changed:
            reason = "Left out by your decision: the answer was lost, and it may have been charged."
            set_outcome(connection, batch_id, Outcome.LEFT_OUT, reason)
            _note(connection, database, batch_id, "You decided to leave these people out.")
            _settle_doubt(connection, batch_id)
        return changed


def _settle_doubt(connection: Connection, batch_id: str) -> None:
    run_id = connection.execute(select(batch.c.run_id).where(batch.c.id == batch_id)).scalar_one()
    undecided = (batch.c.run_id == run_id) & (batch.c.state == BatchState.UNCERTAIN.value)
    if connection.execute(select(batch.c.id).where(undecided).limit(1)).first() is None:
        values = {"state": RunState.STOPPING.value, "waiting_for": "", "finished_at": None}
        connection.execute(update(run).where(run.c.id == run_id, in_doubt()).values(**values))


def list_with_reference(database: Database, organization_id: str, workflow_id: str) -> str:
    """The name of the list whose request has this reference of the API's; "" when none of ours has it."""
    query = (
        select(contact_list.c.name)
        .join(run, run.c.list_id == contact_list.c.id)
        .join(batch, batch.c.run_id == run.c.id)
        .where(batch.c.organization_id == organization_id, batch.c.workflow_id == workflow_id)
        .limit(1)
    )
    with database.read() as connection:
        return str(connection.execute(query).scalar() or "") if workflow_id else ""


def enter_workflow_id(
    database: Database, batch_id: str, workflow_id: str, *, task_ids: Sequence[str]
) -> bool:
    """A person knows the id from support: proof enough to fetch the results."""
    with database.write(of_batch(batch_id)) as connection:
        now = database.now(connection)
        taken = mark_sent(connection, batch_id, workflow_id, task_ids, sent_at=now, due_at=now)
        if taken:
            text = "You entered the reference; the results are being fetched."
            _note(connection, database, batch_id, text)
        return taken
