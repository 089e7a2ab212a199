"""Our reader on Pollock, the public benchmark of polluted CSV files (VLDB 2023), scored by its own program.

    git clone https://github.com/HPI-Information-Systems/Pollock
    python -m venv scoring && scoring/bin/pip install multiset joblib pqdm chardet price-parser \\
        pandas python-dotenv python-dateutil
    python -m benchmarks.pollock Pollock --python scoring/bin/python

Every file is given as bytes, without the parameters the checkout has for it. What is written is what our
reader takes for header and rows, before it leaves out blank rows and totals; a header of several rows is
joined by spaces, as the benchmark's own clean files are. The checkout is only read. A score is out of 10.
"""

from __future__ import annotations

import argparse
import csv
import os
import subprocess
import sys
import tempfile
import time
from itertools import zip_longest
from pathlib import Path

from cleanlist_core.intake.delimited import rows_of
from cleanlist_core.intake.headers import HeaderSpot, filled_on
from cleanlist_core.intake.layout import find_layout
from cleanlist_core.intake.tables import Limits

OURS = "cleanlist"
DATASETS = {"polluted_files": ("pollock_simple", "pollock_weighted"), "survey_sample": ("pollock_simple",)}
LIMITS = Limits()
# Its main program scores whatever it finds, but prints a fixed list of systems that lacks ours.
SCORER = "import evaluate; evaluate.SUT_ORDER = ['cleanlist']; evaluate.main()"


def load(data: bytes) -> list[list[str]]:
    """Header and rows of a file, as our reader finds them."""
    if not data:
        return []
    layout = find_layout(data)
    rows = [row.cells for row in rows_of(layout.body, layout.dialect, layout.width, LIMITS) if row.cells]
    return [*joined_header(layout.spot), *rows]


def joined_header(spot: HeaderSpot) -> list[list[str]]:
    levels = [filled_on(row.cells) for row in spot.above] + [
        row.cells for row in spot.rows[len(spot.above) :]
    ]
    return [[" ".join(filter(None, names)) for names in zip_longest(*levels, fillvalue="")]] if levels else []


def load_all(source: Path, target: Path) -> list[str]:
    """Load every file of a data set into `target`, in the form the scoring expects; the names that failed."""
    failed = []
    for path in sorted(source.iterdir()):
        with (target / f"{path.name}_converted.csv").open("w", encoding="utf-8", newline="") as file:
            try:
                csv.writer(file).writerows(load(path.read_bytes()))
            except Exception as error:
                failed.append(f"{path.name}: {error}")
                file.write("Application Error\n")
    return failed


def score(checkout: Path, folder: Path, dataset: str, python: str) -> dict[str, str]:
    """The checkout's own evaluation of what `folder` holds."""
    environment = {**os.environ, "PYTHONPATH": str(checkout), "PYTHONWARNINGS": "ignore"}
    command = [python, "-c", SCORER, "--sut", OURS, "--dataset", dataset]
    done = subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)
    if done.returncode:
        raise SystemExit(f"The checkout's own scoring failed:\n{done.stderr[-2000:]}")
    with (folder / "results" / f"aggregate_results_{dataset}.csv").open(encoding="utf-8") as file:
        return next(csv.DictReader(file))


def run(checkout: Path, python: str) -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for linked in (*DATASETS, "pollock_weights.json"):
            (folder / linked).symlink_to(checkout / linked)
        for dataset, measures in DATASETS.items():
            target = folder / "results" / OURS / dataset / "loading"
            target.mkdir(parents=True)
            started = time.perf_counter()
            failed = load_all(checkout / dataset / "csv", target)
            seconds = time.perf_counter() - started
            scores = score(checkout, folder, dataset, python)
            shown = ", ".join(f"{measure} {float(scores[measure]):.4f}" for measure in measures)
            print(f"{dataset}: {shown}; {len(failed)} files failed; loaded in {seconds:.1f} s")
            for line in failed:
                print(f"  {line}")


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("checkout", type=Path)
    options.add_argument("--python", default=sys.executable, help="has the packages the scoring needs")
    chosen = options.parse_args()
    # An interpreter's path is not resolved: a virtual environment is known by its link.
    run(chosen.checkout.resolve(), str(Path(chosen.python).absolute()))
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
