"""How the cells of a text file are separated and quoted.

The comma and the double quote are taken unless something speaks for others: a name is full of spaces
and apostrophes, so those need the most evidence.
"""

from __future__ import annotations

import math
import re
from collections import Counter
from dataclasses import replace
from itertools import islice

from cleanlist_core.intake.headers import known_headers_in
from cleanlist_core.intake.records import Dialect, Repairs, read_records

DELIMITERS = (",", ";", "\t", "|")
_TOLD = re.compile(r'^"?sep=(.)"?[,;\t|]*(?:\r\n|\n|\r|$)', re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"]|"")*"')
_SIDE_BY_SIDE = re.compile(r'(?:^| )"(?:[^"]|"")*" "')
_SAMPLE_ROWS = 200
_MOST = 0.8
_LEAST = 0.1


def told_delimiter(text: str) -> tuple[str, int]:
    """The delimiter named by Excel's `sep=` first line, and where the text goes on; ("", 0) without one."""
    match = _TOLD.match(text)
    return (match[1], match.end()) if match else ("", 0)


def find_dialect(text: str, told: str = "") -> Dialect:
    """The most likely dialect of the beginning of a file. told: the delimiter, where the file names it."""
    lines = [line for line in re.split(r"[\r\n]+", text, maxsplit=_SAMPLE_ROWS)[:_SAMPLE_ROWS] if line]
    dialect = Dialect(told or (" " if _apart_by_spaces(lines) else _delimiter(text)))
    if _in_apostrophes(lines, dialect.delimiter):
        return replace(dialect, quote="'")
    if '\\"' in text and _overlooked(text, replace(dialect, escape="\\")) < _overlooked(text, dialect):
        dialect = replace(dialect, escape="\\")
    return replace(dialect, spaced=_spaced(lines, dialect))


def _apart_by_spaces(lines: list[str]) -> bool:
    """Whether spaces separate the cells: most lines have quoted cells side by side, and nothing else does."""
    side_by_side = sum(1 for line in lines if _SIDE_BY_SIDE.search(line))
    if len(lines) < 3 or side_by_side < _MOST * len(lines):
        return False
    outside = (_QUOTED.sub("", line) for line in lines)
    return not any(delimiter in line for line in outside for delimiter in DELIMITERS)


def _delimiter(text: str) -> str:
    scored = [(_score(text, Dialect(delimiter)), delimiter) for delimiter in DELIMITERS]
    best = max(score for score, _ in scored)
    if best < _LEAST:
        return DELIMITERS[0]
    return next(delimiter for score, delimiter in scored if score == best)


def _sample(text: str, dialect: Dialect) -> list[list[str]]:
    return [row.cells for row in islice(read_records(text, dialect), _SAMPLE_ROWS) if row.cells]


def _score(text: str, dialect: Dialect) -> float:
    """How much the rows look like one table: the same number of cells in most, known headers in one."""
    if dialect.delimiter not in text:
        return 0.0
    rows = _sample(text, dialect)
    widths = Counter(len(cells) for cells in rows if len(cells) > 1)
    if not widths:
        return 0.0
    width, count = max(widths.items(), key=lambda item: (item[1] * (item[0] - 1), item[0]))
    evenness = count / len(rows)
    headers = max(known_headers_in(cells) for cells in rows[:40])
    # Weighed up, because text in the cells of many rows is seldom as even as what separates the cells of all.
    return math.pow(evenness, 1.5) * (1 - 1 / width) + 0.25 * headers


def _in_apostrophes(lines: list[str], delimiter: str) -> bool:
    """Whether cells are quoted by apostrophes: nearly every line has such a cell, and none a quoted one."""
    mark = re.escape(delimiter)
    quoted = re.compile(rf"(?:^|{mark})'[^']+'(?=$|{mark})")
    usual = re.compile(rf'(?:^|{mark}) *"')
    with_cells = sum(1 for line in lines[1:] if quoted.search(line))
    return len(lines) > 2 and with_cells >= _MOST * len(lines[1:]) and not any(map(usual.search, lines))


def _overlooked(text: str, dialect: Dialect) -> int:
    repairs = Repairs()
    for _ in islice(read_records(text, dialect, repairs=repairs), _SAMPLE_ROWS):
        pass
    return len(repairs.stray_quotes)


def _spaced(lines: list[str], dialect: Dialect) -> bool:
    """Whether each delimiter brings a space. Only quotes behind it prove that it belongs to no cell."""
    mark = re.escape(dialect.delimiter)
    if dialect.delimiter == " " or not any(re.search(f'{mark} "', line) for line in lines):
        return False
    bare = re.compile(rf"{mark}(?! )")
    loose = re.compile(rf'(?:^|{mark}) *"(?:[^"]|"")*"')
    plain = [loose.sub("", line) for line in lines]
    return sum(1 for line in plain if not bare.search(line)) >= _MOST * len(plain)
