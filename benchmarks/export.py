"""Our CSV export against pandas with the same escaping, and our Excel export against pandas with openpyxl.

    python -m benchmarks.export [rows] [columns]

Compared interleaved, medians of processor time: the writing of a CSV file alone, both from a table in memory,
and the whole exports, both from the database. Then the memory of one download, in a process of its own each:
held in memory, as small lists are, and prepared on the disk, as large ones are.
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
from cleanlist_core.results.exporting import FileKind, export_bytes, export_csv, export_xlsx
from cleanlist_core.results.large_files import FileShelf, Owner
from cleanlist_core.store.database import Database, open_sqlite
from cleanlist_core.store.schema import contact_list, list_cells, run_row

REPEATS = 5
EXCEL_REPEATS = 3
MOST_IN_EXCEL = 1_000_000
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


def pandas_exports_to_excel(database: Database) -> None:
    frame_of(database).to_excel(io.BytesIO(), index=False, engine="openpyxl")


def seconds(work: Callable[[], object]) -> float:
    start = time.process_time()
    work()
    return time.process_time() - start


def compare(
    name: str, ours: Callable[[], object], theirs: Callable[[], object], repeats: int = REPEATS
) -> None:
    times = [(seconds(ours), seconds(theirs)) for _ in range(repeats)]
    mine, other = (statistics.median(column) for column in zip(*times, strict=True))
    print(f"{name:18}ours {mine:6.2f} s   pandas {other:6.2f} s   ratio {mine / other:.2f}")


def peak_megabytes(database: Path, how: str, kind: str = "csv") -> float:
    command = [sys.executable, "-m", "benchmarks.export", how, kind, str(database)]
    return float(subprocess.run(command, capture_output=True, text=True, check=True).stdout)


def download_once(how: str, kind: FileKind, path: Path) -> None:
    """One download by the people's own way, as far as memory knows it: Streamlit keeps what it is given."""
    database = open_sqlite(path)
    write = export_xlsx if kind == "xlsx" else export_csv
    if how == "--held":
        held = export_bytes(database, RUN_ID, kind)
        assert held
    elif how == "--prepared":
        owner = Owner("browser", "organization", practice=False)
        shelf = FileShelf(path.with_name("downloads"))
        token = shelf.put(owner, RUN_ID, "file", partial(write, database, RUN_ID))
        found = shelf.find(token, owner)
        assert found
        found.path.unlink()
    # ru_maxrss would count what the parent held when it started us.
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    print(int(peak) / 1_024)


def report_memory(database: Path, rows: int) -> None:
    print(f"peak memory in MB, of which imports {peak_megabytes(database, '--nothing'):.0f}")
    for kind in ("csv", *(["xlsx"] if rows <= MOST_IN_EXCEL else [])):
        held, prepared = (peak_megabytes(database, how, kind) for how in ("--held", "--prepared"))
        print(f"{kind:18}held {held:6.0f}   prepared on the disk {prepared:6.0f}")


def main(rows: int, width: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        database = build(Path(folder), rows, width)
        frame = frame_of(database)
        table = pa.table([pa.array(frame.iloc[:, place], pa.string()) for place in range(frame.shape[1])],
                         names=[str(place) for place in range(frame.shape[1])])  # fmt: skip
        print(f"{rows:,} rows of {width} columns, medians of {REPEATS}")
        compare("writing alone", partial(arrow_writes, table), partial(pandas_writes, frame))
        compare("from the database", partial(we_export, database), partial(pandas_exports, database))
        excel = partial(export_xlsx, database, RUN_ID, io.BytesIO())
        compare("Excel file", excel, partial(pandas_exports_to_excel, database), EXCEL_REPEATS)
        database.close()
        report_memory(Path(folder) / "benchmark.db", rows)


if __name__ == "__main__":
    if sys.argv[1:] and sys.argv[1].startswith("--"):
        how, kind, path = sys.argv[1:]
        download_once(how, "xlsx" if kind == "xlsx" else "csv", Path(path))
    else:
        main(*(int(text) for text in [*sys.argv[1:], "100000", "30"][:2]))
