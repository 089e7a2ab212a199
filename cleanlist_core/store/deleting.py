"""Deletes the people of a list for good; what was spent on them stays."""

from __future__ import annotations

from collections.abc import Sequence

from sqlalchemy import Connection, delete, or_, select, update

from cleanlist_core.domain import BatchState, RunState
from cleanlist_core.errors import RunError
from cleanlist_core.store.batches import touch_run
from cleanlist_core.store.database import Database
from cleanlist_core.store.lists import delete_rows, forget_file, unknown_list
from cleanlist_core.store.schema import (
    batch,
    contact_list,
    list_row,
    person_key,
    person_raw,
    person_result,
    raw_answer,
    row_rank,
    run,
    run_row,
)


def delete_list(database: Database, organization_id: str, list_id: str) -> None:
    """Forget the people of a list: rows, results, raw answers. What was spent stays as the receipt.

    Raises RunError while something of it is under way, or when it is not this organization's.
    """
    mine = (contact_list.c.id == list_id) & (contact_list.c.organization_id == organization_id)
    with database.write(organization_id) as connection:
        if connection.execute(select(contact_list.c.id).where(mine)).first() is None:
            raise unknown_list()
        runs = connection.execute(
            select(run.c.id, run.c.state).where(
                run.c.list_id == list_id, run.c.organization_id == organization_id
            )
        ).all()
        run_ids = [row.id for row in runs]
        active = any(row.state in (RunState.RUNNING.value, RunState.STOPPING.value) for row in runs)
        if active or _being_fetched(connection, run_ids):
            raise RunError(
                "This list is being looked up right now. Nothing was deleted. Stop it first, then delete it.",
                code="run_active",
            )
        _delete_people(connection, organization_id, list_id, run_ids)
        _close_runs(connection, database, run_ids)
        delete_rows(connection, list_id)
        forget_file(connection, list_id, database.now(connection))
    database.leave_no_trace()


def _being_fetched(connection: Connection, run_ids: Sequence[str]) -> bool:
    on_the_way = batch.c.state.in_([BatchState.SENT.value, BatchState.SENDING.value])
    query = select(batch.c.id).where(batch.c.run_id.in_(run_ids), on_the_way).limit(1)
    return connection.execute(query).first() is not None


def _close_runs(connection: Connection, database: Database, run_ids: Sequence[str]) -> None:
    """Nobody is left to send or to decide about; what is in doubt stays counted at its worst."""
    doubt = batch.c.run_id.in_(run_ids) & (batch.c.state == BatchState.UNCERTAIN.value)
    connection.execute(update(batch).where(doubt).values(state=BatchState.LEFT_OUT.value))
    waiting = run.c.id.in_(run_ids) & (run.c.state != RunState.FINISHED.value)
    connection.execute(
        update(run)
        .where(waiting)
        .values(
            state=RunState.FINISHED.value,
            waiting_for="",
            finished_at=database.now(connection),
            revision=run.c.revision + 1,
        )
    )


def _delete_people(
    connection: Connection, organization_id: str, list_id: str, run_ids: Sequence[str]
) -> None:
    batches = select(batch.c.id).where(batch.c.run_id.in_(run_ids))
    results = select(person_result.c.id).where(person_result.c.run_id.in_(run_ids))
    remaining = select(person_result.c.identity).where(
        person_result.c.organization_id == organization_id, person_result.c.run_id.not_in(run_ids)
    )
    answered = select(person_result.c.identity).where(person_result.c.run_id.in_(run_ids))
    listed = select(list_row.c.identity).where(list_row.c.list_id == list_id)
    connection.execute(delete(raw_answer).where(raw_answer.c.batch_id.in_(batches)))
    connection.execute(delete(person_raw).where(person_raw.c.result_id.in_(results)))
    forgotten = or_(person_key.c.identity.in_(answered), person_key.c.identity.in_(listed))
    connection.execute(
        delete(person_key).where(
            person_key.c.organization_id == organization_id,
            forgotten,
            person_key.c.identity.not_in(remaining),
        )
    )
    connection.execute(delete(person_result).where(person_result.c.run_id.in_(run_ids)))
    connection.execute(delete(run_row).where(run_row.c.run_id.in_(run_ids)))
    connection.execute(delete(row_rank).where(row_rank.c.run_id.in_(run_ids)))
    for run_id in run_ids:
        touch_run(connection, run_id)
