"""The newest finds are asked for every two seconds, so they are looked for where they must be."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from pathlib import Path

import pytest
from sqlalchemy import event, insert, update

from benchmarks.invented_run import RUN_ID, build
from cleanlist_core.domain import Outcome
from cleanlist_core.store.database import Database
from cleanlist_core.store.progress import RECENT_BATCHES, newest_finds
from cleanlist_core.store.schema import batch, run_row

BATCHES, EACH = 2 * RECENT_BATCHES, 5


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    """A run whose first batch ended last: batch n, of n = 0, 1, …, at 1,000 - n."""
    opened = build(tmp_path, BATCHES * EACH, 8)
    with opened.write() as connection:
        connection.execute(update(run_row).values(outcome=Outcome.NOTHING.value))
        for number in range(BATCHES):
            ended = {"id": f"b{number}", "number": number, "finished_at": 1_000.0 - number}
            owner = {"run_id": RUN_ID, "organization_id": "org", "enrichment_type": "full"}
            about = {"size": EACH, "row_numbers": rows_of(number), "at_most": 0, "state": "finished"}
            connection.execute(insert(batch).values(**ended, **owner, **about))
            values = {"batch_id": f"b{number}", "checked_at": 1_000.0 - number}
            here = run_row.c.row_number.in_(rows_of(number))
            connection.execute(update(run_row).where(here).values(**values))
    yield opened
    opened.close()


def rows_of(number: int) -> list[int]:
    return list(range(number * EACH + 1, (number + 1) * EACH + 1))


def find(database: Database, rows: Collection[int]) -> None:
    with database.write() as connection:
        here = run_row.c.row_number.in_(rows)
        connection.execute(update(run_row).where(here).values(outcome=Outcome.FOUND.value))


@pytest.mark.parametrize(
    ("found", "newest"),
    [
        pytest.param(range(1, 81), [1, 2, 3, 4, 5, 6, 7, 8], id="of the batches that ended last"),
        pytest.param([3, 78, 79, 80], [3, 78, 79, 80], id="of older ones where those found too little"),
        pytest.param([80], [80], id="the only one there is"),
        pytest.param([], [], id="none"),
    ],
)
def test_the_newest_finds_are_told_in_their_order(
    database: Database, found: Collection[int], newest: list[int]
) -> None:
    find(database, found)
    assert [one.row_number for one in newest_finds(database, RUN_ID)] == newest


def test_what_was_found_long_ago_is_not_gone_through_again(database: Database) -> None:
    """Whatever the size of the run, the rows are reached by the batches they belong to."""
    find(database, range(1, 81))
    plans: list[str] = []

    @event.listens_for(database.engine, "before_cursor_execute")
    def explain(_conn: object, cursor: object, statement: str, values: object, *_more: object) -> None:
        if "list_row" in statement:
            cursor.execute(f"EXPLAIN QUERY PLAN {statement}", values)  # type: ignore[attr-defined]  # a cursor
            plans.extend(row[-1] for row in cursor.fetchall())  # type: ignore[attr-defined]  # the same

    assert len(newest_finds(database, RUN_ID)) == 8
    assert any("run_row_by_batch" in step for step in plans)
    assert not any("run_row_by_outcome" in step for step in plans)
