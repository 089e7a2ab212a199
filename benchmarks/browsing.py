"""How long a page of results takes: `python -m benchmarks.browsing [rows]`, 100,000 unless told otherwise.

Medians in milliseconds of processor time, with nothing counted before: whoever looks a second time waits
less. Of a long list the places of the rows are made first, as whoever looks at it has them made, and that is
timed by itself. A page, a filter, a search or a sort should take at most 100, counts and charts 150.
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
from cleanlist_core.store import sizes
from cleanlist_core.store.browsing import rank_queries
from cleanlist_core.store.database import Database
from cleanlist_core.store.kept_counts import forget_counts
from cleanlist_core.store.results import run_heading
from cleanlist_core.store.row_ranks import keep_ranks

REPEATS = 7
QUERIES = {
    "first page": ResultQuery(),
    "last page": ResultQuery(page=10**6),
    "filter: nothing found": ResultQuery(chips=("nothing",)),
    "filter: email and phone": ResultQuery(chips=("email_found", "phone_found")),
    "search: one word": ResultQuery(search="kamir"),
    "search: two words, rare": ResultQuery(search="vöszan engineer"),
    "search: nothing matches": ResultQuery(search="qqqq"),
    "search: a fifth of all rows": ResultQuery(search="engineer"),
    "search and sort by name": ResultQuery(search="kamir", sort="name"),
    "filter and sort by company": ResultQuery(chips=("phone_found",), sort="company"),
    "sort by company, last page": ResultQuery(sort="company", page=10**6),
    **{f"sort by {column}": ResultQuery(sort=column, descending=True) for column in COLUMNS},
}
COUNTS = {"counts of all chips": "", "counts within a search": "kamir"}
CHARTS: tuple[Callable[[Database, str], object], ...] = (
    metrics.run_totals,
    metrics.outcome_slices,
    metrics.find_rate_by_key_kind,
    metrics.email_quality_slices,
    metrics.credit_slices,
    metrics.have_now,
    metrics.run_sentence,
)


def milliseconds(database: Database, work: Callable[[], object]) -> float:
    times = []
    for _ in range(REPEATS):
        forget_counts(database)
        start = time.process_time()
        work()
        times.append(time.process_time() - start)
    return statistics.median(times) * 1_000


def main(rows: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = build(Path(folder), rows, 10)
        if rows > sizes.LONG_LIST:
            make_places(database)
        print(f"{rows:,} rows, medians of {REPEATS}, ms")
        report(database)
        database.close()


def make_places(database: Database) -> None:
    queries = rank_queries(database, run_heading(database, RUN_ID))
    before = time.process_time()
    keep_ranks(database, RUN_ID, queries)
    print(f"the places of all rows, {len(queries)} orders: {time.process_time() - before:.1f} s")


def report(database: Database) -> None:
    half = browse(database, RUN_ID, ResultQuery()).pages // 2
    middle = {"sort by company, middle page": ResultQuery(sort="company", page=half)}
    for name, query in (QUERIES | middle).items():
        spent = milliseconds(database, partial(browse, database, RUN_ID, query))
        print(f"{name:32}{spent:8.1f}")
    for name, search in COUNTS.items():
        spent = milliseconds(database, partial(chip_counts, database, RUN_ID, search))
        print(f"{name:32}{spent:8.1f}")
    for chart in CHARTS:
        spent = milliseconds(database, partial(chart, database, RUN_ID))
        print(f"{chart.__name__:32}{spent:8.1f}")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 100_000)
