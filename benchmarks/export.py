"""Our CSV export against pandas with the same formula escaping.

    python -m benchmarks.export [rows] [columns]

Two comparisons, interleaved, medians of processor time: the writing alone, both from a table in memory,
and the whole export, both from the database. Then the memory of one whole export, in a process of its own.
"""

from __future__ import annotations

import io
import json
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pandas as pd
import pyarrow as pa
from sqlalchemy import select

from benchmarks.invented_run import RUN_ID, build
from cleanlist_core.results.csv_files import CsvWriter
from cleanlist_core.results.exporting import export_csv, export_xlsx
from cleanlist_core.store.database import Database, open_sqlite
from cleanlist_core.store.schema import contact_list, list_cells, run_row

REPEATS = 5
ALIVE = re.compile(r"[=@\t\r]|[+-](?![\d ().,/-]*$)")
OURS = ("email", "email_status", "phone", "other_phones", "outcome", "reason", "credits", "checked_at")


def pandas_writes(table: pd.DataFrame) -> None:
    """What one would write without thinking of speed: escape each text column, then `to_csv`."""
    escaped = table.copy()
    for position in range(table.shape[1]):
        column = table.iloc[:, position]
        escaped.isetitem(position, column.where(~column.str.match(ALIVE), "'" + column).array)
    escaped.to_csv(io.StringIO(), index=False, lineterminator="\r\n")


def arrow_writes(table: pa.Table) -> None:
    writer = CsvWriter(io.BytesIO())
    writer.write_header(table.column_names)
    for piece in table.to_batches(max_chunksize=5_000):
        writer.write(piece.columns)


def frame_of(database: Database) -> pd.DataFrame:
    with database.read() as connection:
        columns = connection.execute(select(contact_list.c.columns)).scalar_one()
        statement = (
            select(list_cells.c.cells, *(run_row.c[name] for name in OURS))
            .join(list_cells, list_cells.c.row_number == run_row.c.row_number)
            .order_by(run_row.c.row_number)
        )
        read = pd.read_sql(statement, connection)
    original = pd.DataFrame(read.pop("cells").map(json.loads).tolist(), columns=columns)
    return pd.concat([original, read.astype(str)], axis=1)


def pandas_exports(database: Database) -> None:
    pandas_writes(frame_of(database))


def we_export(database: Database) -> None:
    export_csv(database, RUN_ID, io.BytesIO())


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(name: str, ours: Callable[[], object], theirs: Callable[[], object]) -> None:
    times = [(seconds(ours), seconds(theirs)) for _ in range(REPEATS)]
    mine, other = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"{name:18}ours {mine:6.2f} s   pandas {other:6.2f} s   ratio {mine / other:.2f}")


def peak_megabytes(database: Path, kind: str) -> float:
    command = [sys.executable, "-m", "benchmarks.export", kind, str(database)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def export_once(kind: str, database: Path) -> None:
    export = export_xlsx if kind == "--xlsx" else export_csv
    if kind != "--nothing":
        export(open_sqlite(database), RUN_ID, database.with_suffix(".out"))
    # ru_maxrss would count what the parent held when it started us.
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(int(peak) / 1_024)


def main(rows: int, width: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = build(Path(folder), rows, width)
        frame = frame_of(database)
        table = pa.table([pa.array(frame.iloc[:, place], pa.string()) for place in range(frame.shape[1])],
                         names=[str(place) for place in range(frame.shape[1])])  # fmt: skip
        print(f"{rows:,} rows of {width} columns, medians of {REPEATS}")
        compare("writing alone", partial(arrow_writes, table), partial(pandas_writes, frame))
        compare("from the database", partial(we_export, database), partial(pandas_exports, database))
        spent = seconds(partial(export_xlsx, database, RUN_ID, io.BytesIO()))
        print(f"{'Excel file':18}ours {spent:6.2f} s")
        database.close()
        base, csv, xlsx = (
            peak_megabytes(Path(folder) / "benchmark.db", kind) for kind in ("--nothing", "--csv", "--xlsx")
        )
        print(f"peak memory        CSV {csv:.0f} MB, Excel {xlsx:.0f} MB, of which imports {base:.0f} MB")


if __name__ == "__main__":
    if len(sys.argv) == 3 and sys.argv[1].startswith("--"):
        export_once(sys.argv[1], Path(sys.argv[2]))
    else:
        main(*(int(text) for text in [*sys.argv[1:], "100000", "30"][:2]))
