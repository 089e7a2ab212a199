"""Which character separates the cells of a text file."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice

from cleanlist_core.intake.headers import known_headers_in
from cleanlist_core.intake.records import Dialect, read_records

DELIMITERS = (",", ";", "\t", "|")
_TOLD = re.compile(r'^"?sep=(.)"?[,;\t|]*(?:\r\n|\n|\r|$)', re.IGNORECASE)
_SAMPLE_ROWS = 200


def told_delimiter(text: str) -> tuple[str, int]:
    """The delimiter named by Excel's `sep=` first line, and where the text goes on; ("", 0) without one."""
    match = _TOLD.match(text)
    return (match[1], match.end()) if match else ("", 0)


def find_dialect(text: str) -> Dialect:
    """The most likely dialect of the beginning of a file; the comma when nothing speaks for another."""
    scored = [(_score(text, Dialect(delimiter)), delimiter) for delimiter in DELIMITERS]
    best = max(score for score, _ in scored)
    return Dialect(next(delimiter for score, delimiter in scored if score == best))


def _score(text: str, dialect: Dialect) -> float:
    """How much the rows look like one table: the same number of cells in most, known headers in one."""
    rows = [row.cells for row in islice(read_records(text, dialect), _SAMPLE_ROWS) if row.cells]
    widths = Counter(len(cells) for cells in rows if len(cells) > 1)
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] - 1), item[0]))
    evenness = count / len(rows)
    headers = max(known_headers_in(cells) for cells in rows[:40])
    return evenness * (1 - 1 / width) + 0.25 * headers
