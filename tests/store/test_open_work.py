"""What is left of a run is asked for several times a second, also of the largest one."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert, update

from benchmarks.invented_run import RUN_ID, build
from cleanlist_core.domain import Outcome
from cleanlist_core.store import runs
from cleanlist_core.store.schema import batch, run_row


@pytest.mark.parametrize(
    ("people", "counted"),
    [
        pytest.param(0, 0, id="nobody is left"),
        pytest.param(7, 7, id="a few are counted"),
        pytest.param(40, 25, id="of many it is enough to know that they are many"),
    ],
)
def test_people_still_to_be_sent_are_counted_up_to_a_number(
    tmp_path: Path, people: int, counted: int
) -> None:
    database = build(tmp_path, 60, 8)
    with database.write() as connection:
        connection.execute(update(run_row).values(outcome=Outcome.FOUND.value, ask=""))
        waiting = {"outcome": Outcome.NOT_SENT.value, "ask": "partial"}
        connection.execute(update(run_row).where(run_row.c.row_number <= people).values(**waiting))
        values = {"id": "b", "run_id": RUN_ID, "organization_id": "org", "number": 1, "size": 9, "at_most": 9}
        more = {"enrichment_type": "partial", "row_numbers": [1], "state": "sent", "due_at": 5.0}
        connection.execute(insert(batch).values(**values, **more))
    work = runs.open_work(database, RUN_ID, count_up_to=25)
    assert work.unsent == counted
    assert runs.open_work(database, RUN_ID).unsent == min(people, 1)
    assert work.batches == {"sent": 1}
    assert work.next_due_at == 5.0
    database.close()


@pytest.mark.parametrize(
    ("states", "still_open", "begun"),
    [
        pytest.param([], {}, False, id="nothing was ever sent"),
        pytest.param(["finished", "refused", "left_out"], {}, True, id="all is closed"),
        pytest.param(
            ["planned", "sending", "sent", "sent", "uncertain", "finished"],
            {"planned": 1, "sending": 1, "sent": 2, "uncertain": 1},
            True,
            id="what is closed is not counted",
        ),
    ],
)
def test_only_open_batches_are_counted(
    tmp_path: Path, states: list[str], still_open: dict[str, int], begun: bool
) -> None:
    database = build(tmp_path, 10, 8)
    with database.write() as connection:
        for number, state in enumerate(states):
            values = {"id": f"b{number}", "run_id": RUN_ID, "organization_id": "org", "number": number}
            more = {"enrichment_type": "partial", "row_numbers": [1], "state": state, "size": 1, "at_most": 1}
            connection.execute(insert(batch).values(**values, **more))
    work = runs.open_work(database, RUN_ID)
    assert (work.batches, runs.has_begun(database, RUN_ID)) == (still_open, begun)
    database.close()
