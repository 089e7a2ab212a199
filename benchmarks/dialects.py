"""Which separator and quotation mark our reader finds, on the annotated files of CSVsniffer (MIT licence).

    git clone https://github.com/ws-garcia/CSVsniffer
    python -m benchmarks.dialects CSVsniffer --wrong

A file counts as right when both are as its annotation says; one that cannot be read counts as wrong. As in
that project's own runner, a file without quotes counts as quoted by the double quote. Annotated files that
the checkout lacks are left out and counted. The checkout is only read.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.layout import find_layout

SUITES = {
    "POLLOCK": ("POLLOCK-dialect_annotations.txt", "CSV"),
    "W3C": ("W3C-CSVW-dialect_annotations.txt", "W3C-CSVW"),
    "Wrangling": ("CCSV-manual_Dialect_Annotation.txt", "CSV_Wrangling"),
}
DELIMITERS = {
    ",": "comma", ";": "semicolon", "\t": "tab", " ": "space", "|": "vslash", "#": "nsign", ":": "colon",
    "=": "eqsign", "*": "star",
}  # fmt: skip
QUOTES = {'"': "doublequote", "'": "singlequote", "~": "tilde"}


@dataclass(frozen=True)
class Answer:
    """expected, found: separator and quotation mark by name."""

    file: str
    expected: tuple[str, str]
    found: tuple[str, str]

    @property
    def right(self) -> bool:
        return self.expected == self.found


def expected_answers(path: Path) -> Iterator[tuple[str, tuple[str, str]]]:
    """File name, then separator and quotation mark by name."""
    for line in path.read_text(encoding="utf-8-sig").splitlines():
        cells = line.split("|")
        if len(cells) >= 6 and cells[0] != "file_name":
            yield cells[0], (cells[2], cells[3])


def found_in(data: bytes) -> tuple[str, str]:
    try:
        dialect = find_layout(data).dialect
    except IntakeError:
        return "none", "none"
    return DELIMITERS.get(dialect.delimiter, "other"), QUOTES.get(dialect.quote, "other")


def answers(checkout: Path, suite: str) -> tuple[list[Answer], int]:
    """What was found in each file of a suite, and how many annotated files are not there."""
    annotated, folder = SUITES[suite]
    found, missing = [], 0
    for name, expected in expected_answers(checkout / "python" / "ground truth" / annotated):
        path = checkout / "python" / folder / name
        if path.is_file():
            found.append(Answer(name, expected, found_in(path.read_bytes())))
        else:
            missing += 1
    return found, missing


def main() -> int:
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("checkout", type=Path)
    options.add_argument("--wrong", action="store_true", help="name each file that was not right")
    chosen = options.parse_args()
    for suite in SUITES:
        found, missing = answers(chosen.checkout, suite)
        right = sum(answer.right for answer in found)
        delimiters = sum(answer.expected[0] == answer.found[0] for answer in found)
        print(
            f"{suite}: {right / len(found):.1%} of {len(found)} files right, separator alone"
            f" {delimiters / len(found):.1%}; {missing} annotated files are not there"
        )
        for answer in found if chosen.wrong else ():
            if not answer.right:
                print(f"  {answer.file}: {answer.found}, expected {answer.expected}")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
