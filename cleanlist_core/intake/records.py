"""Text to rows of cells, forgiving: the reader for files that break the rules of CSV.

A quoted cell may hold delimiters, doubled quotes and line breaks. A quote that is never closed, or
closes only after swallowing other rows, is read as an ordinary character.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from cleanlist_core.intake.tables import Row

MAX_LINES_IN_CELL = 200
"""A quoted cell over more lines than this is taken for a quote nobody closed."""

_LINE_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Dialect:
    """How the cells of a text file are separated and quoted."""

    delimiter: str = ","
    quote: str = '"'


@dataclass
class Repairs:
    """What the reader had to overlook. stray_quotes: lines whose quotes were read as ordinary characters."""

    stray_quotes: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Patterns:
    quoted: re.Pattern[str]
    plain: re.Pattern[str]


@lru_cache(maxsize=64)
def _patterns(dialect: Dialect) -> _Patterns:
    quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
    return _Patterns(
        re.compile(f"{quote}([^{quote}]*(?:{quote}{quote}[^{quote}]*)*){quote}"),
        re.compile(f"[^{delimiter}\r\n]*"),
    )


def read_records(
    text: str,
    dialect: Dialect,
    *,
    width: int = 0,
    start: int = 0,
    line: int = 1,
    max_cell_chars: int = 100_000,
    repairs: Repairs | None = None,
) -> Iterator[Row]:
    """Every row from position `start` (which is on line `line`), empty lines as rows without cells.

    width: how many cells a good row has, 0 when unknown; it settles doubtful quotes.
    """
    repairs = repairs if repairs is not None else Repairs()
    position, end = start, len(text)
    while position < end:
        found = _LINE_BREAK.search(text, position)
        stop, following = (found.start(), found.end()) if found else (end, end)
        if text.find(dialect.quote, position, stop) == -1:
            plain = text[position:stop]
            yield Row(line, plain.split(dialect.delimiter) if plain else [])
            position, line = following, line + 1
            continue
        quoted = _read_quoted(text, position, dialect, max_cell_chars)
        if quoted is None or _swallowed(text, position, stop, quoted, dialect, width):
            repairs.stray_quotes.append(line)
            yield Row(line, text[position:stop].split(dialect.delimiter))
            position, line = following, line + 1
            continue
        yield Row(line, quoted.cells)
        line += 1 + quoted.inner_lines
        position = _after_break(text, quoted.end)


@dataclass(frozen=True)
class _QuotedRow:
    cells: list[str]
    end: int
    inner_lines: int


def _read_quoted(text: str, position: int, dialect: Dialect, max_cell_chars: int) -> _QuotedRow | None:
    """The row at this position by the rules of quoting; None when a quote is never (sensibly) closed."""
    patterns = _patterns(dialect)
    cells: list[str] = []
    inner_lines = 0
    while True:
        value = ""
        if text.startswith(dialect.quote, position):
            # Room for every character doubled; beyond it the quote was never meant to be one.
            match = patterns.quoted.match(text, position, position + 2 * max_cell_chars + 2)
            if match is None:
                return None
            value, position = match[1].replace(dialect.quote * 2, dialect.quote), match.end()
            breaks = len(_LINE_BREAK.findall(match[1]))
            if breaks > MAX_LINES_IN_CELL or (breaks and not _closes_well(text, position, dialect)):
                return None
            inner_lines += breaks
        tail = patterns.plain.match(text, position)
        assert tail is not None  # noqa: S101  # the pattern matches the empty string
        cells.append(value + tail[0])
        position = tail.end()
        if not text.startswith(dialect.delimiter, position):
            return _QuotedRow(cells, position, inner_lines)
        position += len(dialect.delimiter)


def _closes_well(text: str, position: int, dialect: Dialect) -> bool:
    return position >= len(text) or text.startswith((dialect.delimiter, "\r", "\n"), position)


def _swallowed(text: str, position: int, stop: int, row: _QuotedRow, dialect: Dialect, width: int) -> bool:
    """Whether a row over several lines fits the table worse than its first line alone."""
    if not row.inner_lines or not width or len(row.cells) == width:
        return False
    return text.count(dialect.delimiter, position, stop) + 1 == width


def _after_break(text: str, position: int) -> int:
    if text.startswith("\r\n", position):
        return position + 2
    return position + 1
