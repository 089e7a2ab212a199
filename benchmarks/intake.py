"""The whole intake of a large file against a bare `pandas.read_csv(dtype=str)` of the same file.

    python -m benchmarks.intake --rows 1000000 --companies 20000

Both are run in turn, each in a process of its own, so that neither warms the other up; medians count.
The bars are a ratio of at most 0.8 and 1 GB at 1,000,000 rows, and 150 ms for 10,000 rows.
"""

from __future__ import annotations

import argparse
import csv
import json
import random
import re
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

HEADERS = (
    "Record ID", "First Name", "Last Name", "Job Title", "Company Name", "Website", "Email", "Phone",
    "LinkedIn URL", "City", "State", "Country", "Lead Source", "Owner Notes", "Created", "Score",
)  # fmt: skip
FIRST_NAMES = 4_000
LAST_NAMES = 40_000
SYLLABLES = (
    "ba",
    "der",
    "fin",
    "gol",
    "hau",
    "jes",
    "kor",
    "lim",
    "mar",
    "nor",
    "pel",
    "quin",
    "ros",
    "ster",
    "tov",
)


def invented_word(number: int) -> str:
    """A pronounceable word; different for different numbers."""
    word = ""
    while True:
        number, syllable = divmod(number, len(SYLLABLES))
        word += SYLLABLES[syllable]
        if not number:
            return word


def invented_rows(rows: int, companies: int, rng: random.Random) -> Iterator[tuple[str, ...]]:
    """People with the empty cells and repetitions of real lists. companies: how many different ones."""
    for number in range(rows):
        first = invented_word(rng.randrange(FIRST_NAMES)).title()
        last = invented_word(rng.randrange(LAST_NAMES)).title()
        company = invented_word(rng.randrange(companies))
        domain = f"{company}.com"
        yield (
            f"{number:08d}",
            first,
            last,
            rng.choice(("Account Executive", "Head of Sales", "Engineer, Data", "VP Marketing")),
            f"{company.title()} Inc",
            f"https://www.{domain}" if rng.random() < 0.8 else "",
            f"{first.lower()}.{last.lower()}@{domain}" if rng.random() < 0.4 else "",
            f"+1 212-555-01{number % 100:02d}" if rng.random() < 0.3 else "",
            f"https://www.linkedin.com/in/{first.lower()}-{last.lower()}-{number:x}"
            if rng.random() < 0.6
            else "",
            rng.choice(("Leeds", "Austin", "Lyon", "Gdańsk")),
            "",
            rng.choice(("United Kingdom", "United States", "France", "Poland")),
            "Trade show",
            "Met at the booth; asked for a demo, then went quiet",
            "2025-03-04",
            f"{rng.random():.3f}",
        )


def write_file(path: Path, rows: int, companies: int) -> None:
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(HEADERS)
        writer.writerows(invented_rows(rows, companies, random.Random(rows)))


def run_pandas(path: Path) -> int:
    import pandas as pd

    started = Clocks.now()
    table = pd.read_csv(path, dtype=str)
    return _report(started, len(table))


def run_intake(path: Path) -> int:
    from cleanlist_core.intake.checking import prepare
    from cleanlist_core.intake.mapping import recognise
    from cleanlist_core.intake.reading import Limits, read_table

    started = Clocks.now()
    table = read_table(path.read_bytes(), path.name, limits=Limits(max_bytes=1 << 32))
    prepared = prepare(table, recognise(table))
    return _report(started, prepared.counts.rows)


class Clocks(NamedTuple):
    """Seconds by the clock on the wall and by the processor's own, over all threads."""

    wall: float
    processor: float

    @classmethod
    def now(cls) -> Clocks:
        return cls(time.perf_counter(), time.process_time())


def _report(started: Clocks, rows: int) -> int:
    done = Clocks.now()
    # ru_maxrss would count what the parent held when it started us.
    (peak,) = re.findall(r"VmHWM:\s+(\d+) kB", Path("/proc/self/status").read_text())
    result = {
        "seconds": done.wall - started.wall,
        "processor": done.processor - started.processor,
        "peak_mb": int(peak) / 1024,
        "rows": rows,
    }
    print(json.dumps(result))
    return 0


WAYS = {"pandas": run_pandas, "intake": run_intake}


def measure(way: str, path: Path) -> dict[str, float]:
    """One run in a fresh process: seconds, processor (seconds), peak_mb, rows."""
    answer = subprocess.run(
        [sys.executable, "-m", "benchmarks.intake", "--way", way, "--file", str(path)],
        check=True,
        capture_output=True,
        text=True,
    )
    result: dict[str, float] = json.loads(answer.stdout.splitlines()[-1])
    return result


def compare(rows: int, companies: int, repeats: int) -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "people.csv"
        write_file(path, rows, companies)
        size = path.stat().st_size / 1e6
        results: dict[str, list[dict[str, float]]] = {way: [] for way in WAYS}
        for _ in range(repeats):
            for way in WAYS:
                results[way].append(measure(way, path))
    print(f"{rows:,} rows x {len(HEADERS)} columns, {companies:,} companies, {size:,.0f} MB")
    for way, runs in results.items():
        wall, processor = (middle(runs, clock) for clock in ("seconds", "processor"))
        peak = max(run["peak_mb"] for run in runs)
        print(f"  {way:7} {wall:7.3f} s   processor {processor:7.3f} s   peak {peak:6,.0f} MB")
    for clock in ("seconds", "processor"):
        ratio = middle(results["intake"], clock) / middle(results["pandas"], clock)
        print(f"  ratio   {ratio:.2f} ({clock})")


def middle(runs: list[dict[str, float]], measured: str) -> float:
    return statistics.median(run[measured] for run in runs)


def main() -> int:
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--companies", type=int, default=0, help="different companies; a tenth of the rows")
    options.add_argument("--repeats", type=int, default=5)
    options.add_argument("--way", choices=sorted(WAYS))
    options.add_argument("--file", type=Path)
    chosen = options.parse_args()
    if chosen.way:
        return WAYS[chosen.way](chosen.file)
    compare(chosen.rows, chosen.companies or max(1, chosen.rows // 10), chosen.repeats)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
