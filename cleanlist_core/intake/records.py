"""Text to rows of cells, forgiving: the reader for files that break the rules of CSV.

A quoted cell may hold delimiters, doubled quotes and line breaks. A quote that is never closed, or
closes only after swallowing other rows, is read as an ordinary character; so are the quotes of a cell
that go on after its first closing quote.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache

from cleanlist_core.intake.tables import Row

NO_QUOTE = "\x00"
"""Quotes nothing: by the time rows are read, no text holds this character."""

MAX_LINES_IN_CELL = 200
"""A quoted cell over more lines than this is taken for a quote nobody closed."""

_LINE_BREAK = re.compile(r"\r\n|\n|\r")


@dataclass(frozen=True)
class Dialect:
    """How the cells of a text file are separated and quoted.

    escape: what stands before a quote inside a cell, "" where such quotes are doubled.
    spaced: the space after each delimiter belongs to no cell.
    """

    delimiter: str = ","
    quote: str = '"'
    escape: str = ""
    spaced: bool = False


@dataclass
class Repairs:
    """What the reader had to overlook. stray_quotes: lines whose quotes break the rules."""

    stray_quotes: list[int] = field(default_factory=list)


@dataclass(frozen=True)
class _Patterns:
    """opening: a quote where a cell starts. quoted: a cell's text and its closing quote, after `opening`.

    turning: the first quote that may close a badly quoted cell, or else open the next one.
    glued: text before a quote in the middle of a cell. plain: a cell without quotes.
    """

    opening: re.Pattern[str]
    quoted: re.Pattern[str]
    turning: re.Pattern[str]
    glued: re.Pattern[str]
    plain: re.Pattern[str]


@lru_cache(maxsize=64)
def _patterns(dialect: Dialect) -> _Patterns:
    quote, delimiter = re.escape(dialect.quote), re.escape(dialect.delimiter)
    indent = "" if dialect.delimiter == " " else " *+"
    closed = rf"{quote}(?={indent}(?:{delimiter}|[\r\n]|\Z))"
    inside = rf"[^{quote}]*+(?:{quote}{quote}[^{quote}]*+)*+"
    if dialect.escape:
        escape = re.escape(dialect.escape)
        inside = rf"(?:[^{quote}{escape}]++|{quote}{quote}|{escape}.|{escape}\Z)*+"
    return _Patterns(
        opening=re.compile(indent + quote),
        quoted=re.compile(rf"({inside}){closed}{indent}", re.DOTALL),
        turning=re.compile(rf"(?P<close>{closed}){indent}|{delimiter}{indent}{quote}"),
        glued=re.compile(
            rf"[^{delimiter}{quote}\r\n]*[^{delimiter}{quote}\s](?={quote}[^{delimiter}{quote}\s])"
        ),
        plain=re.compile(rf"[^{delimiter}\r\n]*"),
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
    reading = _Reading(text, dialect, _patterns(dialect), 2 * max_cell_chars + 2)
    position, end = start, len(text)
    while position < end:
        found = _LINE_BREAK.search(text, position)
        stop, following = (found.start(), found.end()) if found else (end, end)
        if text.find(dialect.quote, position, stop) == -1:
            yield Row(line, reading.split(text[position:stop]))
            position, line = following, line + 1
            continue
        row = reading.best_row(position, stop, width)
        if row.strays:
            repairs.stray_quotes.append(line)
        yield Row(line, row.cells)
        line += 1 + row.inner_lines
        position = _after_break(text, row.end)


def read_strictly(text: str, dialect: Dialect, *, line: int = 1) -> Iterator[Row]:
    """Every row by the letter of CSV, whatever a quote that nobody closed may swallow. Raises csv.Error."""
    reader = csv.reader(
        io.StringIO(text, newline=""),
        delimiter=dialect.delimiter,
        quotechar=dialect.quote,
        escapechar=dialect.escape or None,
        skipinitialspace=dialect.spaced,
    )
    first = line
    for cells in reader:
        yield Row(first, cells)
        first = line + reader.line_num


@dataclass
class _QuotedRow:
    """A row being read. strays: whether quotes had to be read as ordinary characters."""

    cells: list[str]
    end: int
    inner_lines: int = 0
    strays: bool = False


@dataclass(frozen=True)
class _Reading:
    """One text being read. most: characters of a quoted cell before its quote was never meant as one."""

    text: str
    dialect: Dialect
    patterns: _Patterns
    most: int

    def split(self, plain: str) -> list[str]:
        """The cells of a line without quotes."""
        if not plain:
            return []
        cells = plain.split(self.dialect.delimiter)
        return [cells[0], *(cell.removeprefix(" ") for cell in cells[1:])] if self.dialect.spaced else cells

    def best_row(self, position: int, stop: int, width: int) -> _QuotedRow:
        """The row at this position; its first line alone, up to `stop`, when that makes the better row."""
        row = self._row(position, stop, len(self.text))
        if not width or len(row.cells) == width:
            return row
        if row.inner_lines:
            alone = self._row(position, stop, stop)
            return alone if len(alone.cells) == width else row
        parted = self._row(position, stop, stop, part_glued=True)
        return parted if len(parted.cells) == width else row

    def _row(self, position: int, stop: int, limit: int, *, part_glued: bool = False) -> _QuotedRow:
        """limit: where quoted cells end at the latest. part_glued: a delimiter may lack before a quote."""
        row = _QuotedRow([], position)
        delimiter = self.dialect.delimiter
        while True:
            if not self._quoted_cell(row, stop, limit):
                self._plain_cell(row, stop, limit, part_glued=part_glued)
            if not self.text.startswith(delimiter, row.end):
                return row
            row.end += len(delimiter)

    def _quoted_cell(self, row: _QuotedRow, stop: int, limit: int) -> bool:
        """Read the cell at the row's end if it is a quoted one."""
        opening = self.patterns.opening.match(self.text, row.end)
        if opening is None:
            return False
        inside = opening.end()
        match = self.patterns.quoted.match(self.text, inside, min(limit, inside + self.most))
        breaks = len(_LINE_BREAK.findall(match[1])) if match else 0
        if match and breaks <= MAX_LINES_IN_CELL:
            row.cells.append(self._unquoted(match[1]))
            row.end, row.inner_lines = match.end(), row.inner_lines + breaks
            return True
        row.strays = True
        turn = self.patterns.turning.search(self.text, inside, self._line_end(inside, stop))
        if turn is None or turn["close"] is None:
            return False
        row.cells.append(self._unquoted(self.text[inside : turn.start()]))
        row.end = turn.end()
        return True

    def _line_end(self, position: int, stop: int) -> int:
        """Where the line of this position ends; `stop` unless a quoted cell led beyond it."""
        if position <= stop:
            return stop
        found = _LINE_BREAK.search(self.text, position)
        return found.start() if found else len(self.text)

    def _plain_cell(self, row: _QuotedRow, stop: int, limit: int, *, part_glued: bool) -> None:
        glued = self.patterns.glued.match(self.text, row.end) if part_glued else None
        if glued and self.patterns.quoted.match(self.text, glued.end() + 1):
            row.cells.append(glued[0])
            row.end, row.strays = glued.end(), True
            self._quoted_cell(row, stop, limit)
            return
        match = self.patterns.plain.match(self.text, row.end)
        assert match is not None  # noqa: S101  # the pattern matches the empty string
        spaced = self.dialect.spaced and row.cells
        row.cells.append(match[0].removeprefix(" ") if spaced else match[0])
        row.end = match.end()

    def _unquoted(self, written: str) -> str:
        quote, escape = self.dialect.quote, self.dialect.escape
        if escape:
            return re.sub(
                f"{re.escape(escape)}([{re.escape(escape + quote)}])|{quote}({quote})", r"\1\2", written
            )
        return written.replace(quote * 2, quote)


def _after_break(text: str, position: int) -> int:
    if text.startswith("\r\n", position):
        return position + 2
    return position + 1
