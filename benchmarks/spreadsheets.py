"""Reading an XLSX file, against pandas with openpyxl on the same file.

    python -m benchmarks.spreadsheets --rows 100000

Both are run in turn, each in a process of its own; medians count. The bar is a ratio of at most 0.15.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import xlsxwriter

from benchmarks.intake import HEADERS, Clocks, invented_rows


def write_file(path: Path, rows: int) -> None:
    with xlsxwriter.Workbook(path, {"constant_memory": True}) as book:
        sheet = book.add_worksheet("People")
        sheet.write_row(0, 0, HEADERS)
        for number, cells in enumerate(invented_rows(rows, rows // 10, random.Random(rows)), start=1):
            for column, cell in enumerate(cells):
                sheet.write_string(number, column, cell)


def run_pandas(path: Path) -> int:
    import pandas as pd

    return len(pd.read_excel(path, dtype=str, engine="openpyxl"))


def run_reader(path: Path) -> int:
    from cleanlist_core.intake.reading import read_table

    return int(read_table(path.read_bytes(), path.name).cells.num_rows)


WAYS = {"pandas": run_pandas, "reader": run_reader}


def report(way: str, path: Path) -> None:
    started = Clocks.now()
    rows = WAYS[way](path)
    done = Clocks.now()
    seconds, processor = done.wall - started.wall, done.processor - started.processor
    print(json.dumps({"seconds": seconds, "processor": processor, "rows": rows}))


def measure(way: str, path: Path) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.spreadsheets", "--way", way, "--file", str(path)]
    answer = subprocess.run(command, check=True, capture_output=True, text=True)
    result: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return result


def compare(rows: int, repeats: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.xlsx"
        write_file(path, rows)
        print(f"{rows:,} rows x {len(HEADERS)} columns, {path.stat().st_size / 1e6:,.0f} MB")
        runs: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
        for _ in range(repeats):
            for way in WAYS:
                runs[way].append(measure(way, path))
    assert {run["rows"] for results in runs.values() for run in results} == {rows}
    for clock in ("seconds", "processor"):
        middle = {way: statistics.median(run[clock] for run in results) for way, results in runs.items()}
        shown = "   ".join(f"{way} {middle[way]:.2f} s" for way in WAYS)
        print(f"  {clock:10}{shown}   ratio {middle['reader'] / middle['pandas']:.2f}")


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--way", choices=sorted(WAYS))
    options.add_argument("--file", type=Path)
    chosen = options.parse_args()
    if chosen.way:
        report(chosen.way, chosen.file)
    else:
        compare(chosen.rows, chosen.repeats)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
