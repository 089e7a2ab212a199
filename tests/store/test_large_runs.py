"""Neither a request nor a page of results costs more the more there is in a run already."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import event, func, insert, select, update

from benchmarks.invented_run import AT, RUN_ID, build
from cleanlist_core.domain import Outcome
from cleanlist_core.results import metrics
from cleanlist_core.store.database import Database
from cleanlist_core.store.next_batch import free_credits
from cleanlist_core.store.organizations import add_reading
from cleanlist_core.store.other_rows import of_other_row
from cleanlist_core.store.progress import batch_progress
from cleanlist_core.store.run_creation import fill_duplicates
from cleanlist_core.store.schema import batch, list_row, run, run_row

STEPS_AT_ONCE = 20


def with_duplicates(folder: Path, rows: int) -> Database:
    """A run where every row but the first two repeats one of these two, and only those were found."""
    folder.mkdir()
    database = build(folder, rows, 8)
    repeats = run_row.c.row_number > 2
    found = {"outcome": Outcome.FOUND.value, "leader": run_row.c.row_number, "email": "", "result_id": 1}
    again = {"outcome": Outcome.DUPLICATE.value, "email": "", "result_id": None}
    with database.write() as connection:
        connection.execute(update(run_row).values(**found))
        connection.execute(update(run_row).where(run_row.c.row_number == 1).values(email="ada@lind.example"))
        connection.execute(update(run_row).where(repeats).values(leader=2, **again))
        connection.execute(update(run_row).where(run_row.c.row_number == 3).values(leader=1))
    return database


def steps_to_fill(database: Database, leaders: list[int]) -> int:
    """How much work that is for SQLite."""
    steps: list[int] = []
    with database.write() as connection:
        raw: Any = connection.connection.dbapi_connection
        raw.set_progress_handler(lambda: steps.append(1), STEPS_AT_ONCE)
        fill_duplicates(connection, RUN_ID, leaders)
        raw.set_progress_handler(None, 0)
    return len(steps)


def test_the_duplicates_of_a_few_people_are_filled_without_a_look_at_all_others(tmp_path: Path) -> None:
    few, many = with_duplicates(tmp_path / "few", 10), with_duplicates(tmp_path / "many", 2_000)
    assert steps_to_fill(many, [1]) <= steps_to_fill(few, [1]) + 1
    with many.read() as connection:
        filled = select(run_row.c.row_number).where(run_row.c.email == "ada@lind.example")
        assert connection.execute(filled).scalars().all() == [1, 3]
        given = select(func.count()).where(run_row.c.result_id.is_not(None))
        assert connection.execute(given).scalar_one() == 3
    few.close()
    many.close()


@pytest.mark.parametrize(
    ("finished_at", "free"),
    [
        pytest.param(AT - 1, 1000, id="charged before the balance was read"),
        pytest.param(AT + 1, 1000 - 40 * (20 + 3), id="charged since"),
    ],
)
def test_what_was_charged_since_the_last_balance_is_added_up_without_reading_the_batches(
    tmp_path: Path, finished_at: float, free: int
) -> None:
    database = build(tmp_path, 10, 8)
    add_reading(database, "org", Decimal(1000), used_this_month=None, read_at=AT, why="connected")
    add_batches(database, finished_at)
    plans = plans_of(database, "settled_credits", lambda: free_credits(database, "org") == free)
    assert plans == [["SEARCH batch USING COVERING INDEX batch_by_end"]]
    database.close()


def test_progress_is_told_without_reading_the_batches_that_are_back(tmp_path: Path) -> None:
    database = build(tmp_path, 10, 8)
    add_batches(database, AT)
    told = partial(batch_progress, database, RUN_ID)
    assert (told().finished, told().completed_since, told().committed) == (40, 40, 40 * (20 + 3))
    (counts, still_open, *others) = plans_of(database, " batch", told)
    assert counts == ["SEARCH batch USING COVERING INDEX batch_in_run"]
    assert still_open == ["SEARCH batch USING INDEX batch_in_run"]
    (completed, newest) = [plan for plan in others if plan]
    assert completed == ["SEARCH batch USING COVERING INDEX batch_completed"]
    assert newest == ["SEARCH batch USING INDEX batch_by_run"]
    database.close()


def add_batches(database: Database, finished_at: float) -> None:
    one = {"run_id": RUN_ID, "organization_id": "org", "state": "finished", "enrichment_type": "partial"}
    more = {
        "row_numbers": [1],
        "size": 1,
        "at_most": 30,
        "settled_credits": 20,
        "doubtful_credits": 3,
        "completed": 1,
    }
    with database.write() as connection:
        for number in range(40):
            values = {"id": f"b{number}", "number": number, "finished_at": finished_at, **one, **more}
            connection.execute(insert(batch).values(**values))


def plans_of(database: Database, about: str, ask: Callable[[], object]) -> list[list[str]]:
    """How SQLite goes about each statement that says `about`. ask: what asks them; must not be false."""
    asked: list[tuple[str, Any]] = []

    def note(_connection: Any, _cursor: Any, statement: str, values: Any, *_more: Any) -> None:
        asked.append((statement, values))

    event.listen(database.engine, "before_cursor_execute", note)
    assert ask()
    event.remove(database.engine, "before_cursor_execute", note)
    with database.read() as connection:
        plans = [
            connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}", values).all()
            for one, values in asked
            if about in one
        ]
    return [[step.detail.split(" (")[0] for step in plan] for plan in plans]


@pytest.mark.parametrize("count", [metrics.find_rate_by_key_kind, metrics.have_now])
def test_what_a_file_says_of_the_people_of_a_run_is_counted_without_reading_a_row(
    tmp_path: Path, count: Callable[[Database, str], object]
) -> None:
    database = build(tmp_path, 10, 8)
    asked: list[tuple[str, Any]] = []
    event.listen(
        database.engine,
        "before_cursor_execute",
        lambda _connection, _cursor, statement, values, *_more: asked.append((statement, values)),
    )
    assert count(database, RUN_ID)
    with database.read() as connection:
        steps = {
            step.detail
            for statement, values in asked
            if statement.lstrip().startswith(("SELECT", "WITH"))
            for step in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values).all()
        }
    of_rows = {step.split(" (")[0] for step in steps if "run_row" in step or "list_row" in step}
    assert {step.removeprefix("SEARCH run_row USING ").removeprefix("COVERING ") for step in of_rows} == {
        "INDEX run_row_by_kind"
    }
    database.close()


def steps_to_read_a_page(folder: Path, rows: int) -> int:
    """How much work the twenty rows in the middle are for SQLite, with what their other rows say."""
    folder.mkdir()
    database = build(folder, rows, 8)
    steps: list[int] = []
    with database.read() as connection:
        list_id = connection.execute(select(run.c.list_id).where(run.c.id == RUN_ID)).scalar_one()
        raw: Any = connection.connection.dbapi_connection
        raw.set_progress_handler(lambda: steps.append(1), STEPS_AT_ONCE)
        page = run_row.c.row_number.between(rows // 2, rows // 2 + 19)
        here = (list_row.c.list_id == list_id) & (list_row.c.row_number == run_row.c.row_number)
        query = select(of_other_row(RUN_ID, list_id, "phone")).join_from(run_row, list_row, here)
        assert len(connection.execute(query.where(run_row.c.run_id == RUN_ID, page)).all()) == 20
        raw.set_progress_handler(None, 0)
    database.close()
    return len(steps)


def test_what_other_rows_of_a_person_say_is_read_without_a_look_at_the_whole_list(tmp_path: Path) -> None:
    assert steps_to_read_a_page(tmp_path / "many", 2_000) <= 2 * steps_to_read_a_page(tmp_path / "few", 100)
