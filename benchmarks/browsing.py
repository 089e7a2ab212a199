"""How long a page of results takes with 100,000 rows: `python -m benchmarks.browsing [rows]`.

Medians in milliseconds of processor time; a page, a filter, a search or a sort should take at most 100.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

from benchmarks.invented_run import RUN_ID, build
from cleanlist_core.results import metrics
from cleanlist_core.results.browsing import COLUMNS, ResultQuery, browse, chip_counts

REPEATS = 7
QUERIES = {
    "first page": ResultQuery(),
    "last page": ResultQuery(page=10**6),
    "filter: nothing found": ResultQuery(chips=("nothing",)),
    "filter: email and phone": ResultQuery(chips=("email_found", "phone_found")),
    "search: one word": ResultQuery(search="kamir"),
    "search: two words, rare": ResultQuery(search="vöszan engineer"),
    "search: nothing matches": ResultQuery(search="qqqq"),
    "search and sort by name": ResultQuery(search="ka", sort="name"),
    **{f"sort by {column}": ResultQuery(sort=column, descending=True) for column in COLUMNS},
}


def milliseconds(work: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times) * 1_000


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = build(Path(folder), rows, 10)
        print(f"{rows:,} rows, medians of {REPEATS}, ms")
        for name, query in QUERIES.items():
            print(f"{name:32}{milliseconds(partial(browse, database, RUN_ID, query)):8.1f}")
        print(f"{'counts of all chips':32}{milliseconds(partial(chip_counts, database, RUN_ID)):8.1f}")
        print(
            f"{'counts within a search':32}{milliseconds(partial(chip_counts, database, RUN_ID, 'ka')):8.1f}"
        )
        for chart in (
            metrics.run_totals,
            metrics.outcome_slices,
            metrics.find_rate_by_key_kind,
            metrics.email_quality_slices,
            metrics.credit_slices,
        ):
            print(f"{chart.__name__:32}{milliseconds(partial(chart, database, RUN_ID)):8.1f}")
        database.close()


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
