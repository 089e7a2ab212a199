"""How long batches are taken to have taken: the API does not say, we only know when we looked."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import insert

from benchmarks.invented_run import RUN_ID, build
from cleanlist_core.store.runs import READY_BEFORE, run_durations
from cleanlist_core.store.schema import batch


@pytest.mark.parametrize(
    ("looks", "seconds"),
    [
        pytest.param(1, 60 * READY_BEFORE, id="ready at the first look: ready before"),
        pytest.param(2, 60, id="looked for twice: ready since the look before"),
    ],
)
def test_a_batch_took_no_longer_than_until_it_was_found_ready(
    tmp_path: Path, looks: int, seconds: float
) -> None:
    database = build(tmp_path, 10, 8)
    with database.write() as connection:
        owner = {"id": "b", "run_id": RUN_ID, "organization_id": "org", "enrichment_type": "full"}
        about = {"number": 1, "size": 9, "row_numbers": [1], "at_most": 9, "state": "finished"}
        times = {"sent_at": 100.0, "finished_at": 160.0, "polls": looks}
        connection.execute(insert(batch).values(**owner, **about, **times))
    assert run_durations(database, "org") == pytest.approx([seconds])
    database.close()
