"""Whom a run has not asked about: beside its test, beyond a stop. They can be taken in with a new budget."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlalchemy import ColumnElement, Select, and_, func, select, update

from cleanlist_core.domain import KNOWN_OUTCOMES, BatchState, Outcome, RunState
from cleanlist_core.store.batches import OPEN, dissolve, touch_run
from cleanlist_core.store.database import Database
from cleanlist_core.store.people import known_people, learn_keys
from cleanlist_core.store.row_numbers import is_among
from cleanlist_core.store.run_creation import (
    WHY_THE_FILE_HAS_IT,
    Missing,
    PersonGroup,
    ask_of_the_file,
    count_people,
    fill_duplicates,
    fill_known,
    spare_whose_other_rows_know,
)
from cleanlist_core.store.runs import RunView
from cleanlist_core.store.schema import batch, contact_list, list_row, run, run_row


def _unsent(run_id: str) -> ColumnElement[bool]:
    return and_(run_row.c.run_id == run_id, run_row.c.outcome == Outcome.NOT_SENT.value)


def count_unsent(database: Database, view: RunView, *, known_since: float) -> dict[PersonGroup, int]:
    """People of each kind a run has not asked about. known_since: as in `count_people`."""
    return _count(database, view, select(run_row.c.row_number).where(_unsent(view.id)), known_since)


def failed_people(run_id: str, numbers: Sequence[int] = ()) -> Select[tuple[int]]:
    """A query for those whose look-up by a run came to no answer. numbers: only of these rows."""
    failed = (run_row.c.run_id == run_id, run_row.c.outcome == Outcome.FAILED.value)
    query = select(run_row.c.row_number).where(*failed)
    return query.where(is_among(run_row.c.row_number, numbers)) if numbers else query


def count_failed(
    database: Database, view: RunView, *, known_since: float, numbers: Sequence[int] = ()
) -> dict[PersonGroup, int]:
    """The same, by what they are alike in. known_since: as in `count_people`."""
    return _count(database, view, failed_people(view.id, numbers), known_since)


def _count(
    database: Database, view: RunView, among: Select[tuple[int]], known_since: float
) -> dict[PersonGroup, int]:
    return count_people(
        database,
        view.organization_id,
        view.list_id,
        known_since=known_since,
        count_own=not view.fresh,
        among=among,
    )


def count_unsent_by_run(database: Database, organization_id: str) -> dict[str, int]:
    """Run id → people not sent, of the organization's runs that left some."""
    return _count_by_run(database, organization_id, [Outcome.NOT_SENT])


def count_known_by_run(database: Database, organization_id: str) -> dict[str, int]:
    """Run id → people known before it, of the organization's runs that had some."""
    return _count_by_run(database, organization_id, KNOWN_OUTCOMES)


def _count_by_run(database: Database, organization_id: str, outcomes: Iterable[Outcome]) -> dict[str, int]:
    query = (
        select(run_row.c.run_id, func.count())
        .join(run, run.c.id == run_row.c.run_id)
        .where(
            run.c.organization_id == organization_id,
            run_row.c.outcome.in_([outcome.value for outcome in outcomes]),
        )
        .group_by(run_row.c.run_id)
    )
    with database.read() as connection:
        return {run_id: count for run_id, count in connection.execute(query)}  # noqa: C416 - rows are not pairs to mypy


def take_in_the_rest(
    database: Database, view: RunView, missing: Missing, *, budget: int, known_since: float, by: str = ""
) -> bool:
    """Let a run that has ended ask about everybody it left; a test becomes the whole list.

    by: who confirmed that, if it is known.
    SPENDS, at most `budget` more than what is spent and may still be charged by now. Whoever has been
    asked about keeps the answer. False, and nothing is changed, when the run has not ended, or goes on, or
    its people are deleted.
    """
    with database.write(view.organization_id) as connection:
        still_there = select(contact_list.c.id).where(contact_list.c.deleted_at.is_(None))
        ended = and_(
            run.c.id == view.id, run.c.state == RunState.FINISHED.value, run.c.list_id.in_(still_there)
        )
        if connection.execute(select(run.c.id).where(ended)).first() is None:
            return False
        put_off = and_(batch.c.run_id == view.id, batch.c.state == BatchState.PLANNED.value)
        for batch_id in connection.execute(select(batch.c.id).where(put_off)).scalars().all():
            dissolve(connection, batch_id)
        ask = (
            select(ask_of_the_file(view.enrichment_type, missing, count_own=not view.fresh))
            .where(list_row.c.list_id == view.list_id, list_row.c.row_number == run_row.c.row_number)
            .scalar_subquery()
        )
        taken_in = {"ask": func.coalesce(ask, ""), "reason": "Waiting to be sent."}
        connection.execute(update(run_row).where(_unsent(view.id)).values(**taken_in))
        settled = {"outcome": Outcome.HAS_IT.value, "reason": WHY_THE_FILE_HAS_IT[view.enrichment_type]}
        nothing_missing = and_(_unsent(view.id), run_row.c.ask == "")
        connection.execute(update(run_row).where(nothing_missing).values(**settled))
        if not view.fresh:
            spare_whose_other_rows_know(connection, view.id, view.list_id, view.enrichment_type, missing)
        known = known_people(connection, view.organization_id, view.list_id, since=known_since)
        fill_known(
            connection,
            view.id,
            view.list_id,
            view.enrichment_type,
            missing,
            known,
            count_own=not view.fresh,
        )
        learn_keys(connection, view.organization_id, view.list_id, known)
        fill_duplicates(connection, view.id)
        unsettled = batch.c.state.in_([*OPEN, BatchState.LEFT_OUT.value])
        committed = select(
            func.coalesce(func.sum(batch.c.settled_credits + batch.c.doubtful_credits), 0)
            + func.coalesce(func.sum(batch.c.at_most).filter(unsettled), 0)
        ).where(batch.c.run_id == view.id)
        values = {"budget": committed.scalar_subquery() + budget, "sample": False, "finished_at": None}
        values |= {"confirmed_by": by} if by else {}
        connection.execute(
            update(run).where(ended).values(state=RunState.RUNNING.value, waiting_for="", **values)
        )
        touch_run(connection, view.id)
        return True
