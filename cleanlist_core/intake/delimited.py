"""The rows of a text file: quickly when it keeps the rules of CSV to the letter, forgivingly otherwise.

Both ways give the same cells wherever the quick one agrees to read at all.
"""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.csv

from cleanlist_core.intake.gathering import Body, check_lengths, gather, too_many_rows
from cleanlist_core.intake.records import (
    MAX_LINES_IN_CELL,
    Dialect,
    Repairs,
    read_records,
    read_strictly,
)
from cleanlist_core.intake.tables import Limits, Row

_BLOCK_BYTES = 2 * 1024 * 1024
_PIECE_BYTES = 256 * 1024
_NEWLINE, _RETURN, _QUOTE = ord("\n"), ord("\r"), ord('"')

Positions = npt.NDArray[np.int64]


@dataclass(frozen=True)
class TextPart:
    """UTF-8 text below the header: `utf8` from byte `start`, which begins line `line` of the file."""

    utf8: bytes
    start: int
    line: int

    @property
    def view(self) -> memoryview:
        return memoryview(self.utf8)[self.start :]


def read_quickly(part: TextPart, dialect: Dialect, width: int, limits: Limits) -> Body | None:
    """The rows of a file that keeps the rules; None when it does not, and must be read forgivingly."""
    if len(dialect.delimiter.encode()) != 1 or dialect != Dialect(dialect.delimiter) or width < 1:
        return None
    if len(part.utf8) == part.start:
        return None
    # Most files keep the rules and hold no line break in a cell, and are read twice as fast when that is
    # known. So they are read that way while it is found out.
    with ThreadPoolExecutor(max_workers=1) as beside:
        simple = beside.submit(_arrow_read, part, dialect, width, breaks_in_cells=False)
        marks = _Marks.of(part, dialect)
    if marks.lone_returns or not marks.well_quoted:
        return None
    table, empty, lines = simple.result(), 0, None
    if table is not None:
        lines = _lines_if_plain(part, marks, table.num_rows)
    if lines is None and len(marks.quotes):
        table = _arrow_read(part, dialect, width, breaks_in_cells=True)
    if table is None:
        return None
    if lines is None:
        rows = _RowStarts.of(part, marks.quotes)
        if rows.longest > MAX_LINES_IN_CELL or len(rows.lines) != table.num_rows:
            return None
        empty, lines = rows.empty, rows.lines
    return _without_blank_rows(table, lines, empty, limits)


def read_forgivingly(
    part: TextPart,
    dialect: Dialect,
    width: int,
    limits: Limits,
    repairs: Repairs,
    *,
    keep_blank: bool = False,
) -> Body:
    """The rows of any text; what had to be overlooked is added to `repairs`."""
    return gather(rows_of(part, dialect, width, limits, repairs), width, limits, keep_blank=keep_blank)


def read_by_the_rules(
    part: TextPart, dialect: Dialect, width: int, limits: Limits, *, keep_blank: bool = False
) -> Body:
    """The rows as a program sees them that forgives nothing. Raises csv.Error for endless cells."""
    rows = read_strictly(str(part.view, "utf-8"), dialect, line=part.line)
    return gather(rows, width, limits, keep_blank=keep_blank)


def rows_of(
    part: TextPart, dialect: Dialect, width: int, limits: Limits, repairs: Repairs | None = None
) -> Iterator[Row]:
    """Every row as it stands in the text, blank and uneven ones included."""
    return read_records(
        str(part.view, "utf-8"),
        dialect,
        width=width,
        line=part.line,
        max_cell_chars=limits.max_cell_chars,
        repairs=repairs,
    )


def _bytes_of(part: TextPart) -> npt.NDArray[np.uint8]:
    return np.frombuffer(part.utf8, dtype=np.uint8, offset=part.start)


@dataclass(frozen=True)
class _Marks:
    """quotes: where they are. breaks: how many line feeds. lone_returns: carriage returns end lines too.

    well_quoted: every quote opens at a cell's start, closes at its end, or is one of a doubled pair.
    """

    quotes: Positions
    breaks: int
    lone_returns: bool
    well_quoted: bool

    @classmethod
    def of(cls, part: TextPart, dialect: Dialect) -> _Marks:
        text = _bytes_of(part)
        quotes, breaks, lone_returns, well_quoted, opened = [], 0, False, True, 0
        # In pieces that fit the processor's cache, which is several times faster than all at once.
        for start in range(0, len(text), _PIECE_BYTES):
            piece = text[start : start + _PIECE_BYTES + 1]
            feeds, returns = piece == _NEWLINE, piece == _RETURN
            lone_returns |= bool((returns[:-1] > feeds[1:]).any())
            own = slice(0, _PIECE_BYTES)
            breaks += int(np.count_nonzero(feeds[own]))
            found = np.flatnonzero(piece[own] == _QUOTE) + start
            well_quoted = well_quoted and _well_quoted(
                text, found[opened::2], found[1 - opened :: 2], dialect
            )
            opened = (opened + len(found)) % 2
            quotes.append(found)
        lone_returns |= bool(len(text) and text[-1] == _RETURN)
        return cls(np.concatenate(quotes), breaks, lone_returns, well_quoted and not opened)


def _well_quoted(
    text: npt.NDArray[np.uint8], opening: Positions, closing: Positions, dialect: Dialect
) -> bool:
    # A quote beside another one is half of a doubled pair, or its cell is empty.
    ends = np.zeros(256, dtype=np.bool_)
    ends[[ord(dialect.delimiter), _NEWLINE, _RETURN, _QUOTE]] = True
    opens = ends[text[opening - 1]] | (opening == 0)
    closes = ends[text[np.minimum(closing + 1, len(text) - 1)]] | (closing == len(text) - 1)
    return bool(opens.all() and closes.all())


def _lines_if_plain(part: TextPart, marks: _Marks, rows: int) -> npt.NDArray[np.int32] | None:
    """The line of each row when every line is one row; None when some are empty or belong together."""
    if rows != marks.breaks + (not part.utf8.endswith(b"\n")):
        return None
    return np.arange(part.line, part.line + rows, dtype=np.int32)


@dataclass(frozen=True)
class _RowStarts:
    """lines: the line each row starts on. empty: lines without anything. longest: most lines of one row."""

    lines: npt.NDArray[np.int32]
    empty: int
    longest: int

    @classmethod
    def of(cls, part: TextPart, quotes: Positions) -> _RowStarts:
        text = _bytes_of(part)
        breaks = np.flatnonzero(text == _NEWLINE)
        numbers = np.arange(len(breaks) + 1, dtype=np.int32)
        starts = np.concatenate((np.zeros(1, dtype=np.int64), breaks + 1))
        if len(quotes):
            outside = np.searchsorted(quotes, breaks) % 2 == 0
            begins = np.concatenate(([True], outside))
            starts, numbers = starts[begins], numbers[begins]
        if starts[-1] == len(text):
            starts, numbers = starts[:-1], numbers[:-1]
        first = text[starts]
        # A carriage return here is always half of a line break: lone ones were ruled out.
        filled = (first != _NEWLINE) & (first != _RETURN)
        longest = int(np.diff(numbers).max(initial=1))
        lines = numbers[filled] + np.int32(part.line)
        return cls(lines, int(len(starts) - filled.sum()), longest)


def _arrow_read(part: TextPart, dialect: Dialect, width: int, *, breaks_in_cells: bool) -> pa.Table | None:
    names = [str(position) for position in range(width)]
    quoted = part.utf8.find(b'"', part.start) != -1
    try:
        return pa.csv.read_csv(
            pa.BufferReader(pa.py_buffer(part.view)),
            pa.csv.ReadOptions(column_names=names, block_size=_BLOCK_BYTES),
            pa.csv.ParseOptions(
                delimiter=dialect.delimiter,
                quote_char='"' if quoted else False,
                newlines_in_values=breaks_in_cells,
            ),
            pa.csv.ConvertOptions(
                column_types=dict.fromkeys(names, pa.string()),
                strings_can_be_null=False,
                check_utf8=False,  # decoded strictly before
            ),
        )
    except pa.ArrowInvalid:
        return None


def _without_blank_rows(table: pa.Table, lines: npt.NDArray[np.int32], empty: int, limits: Limits) -> Body:
    check_lengths((piece for column in table.columns for piece in column.chunks), limits)
    blank = _blank_rows(table)
    if len(blank):
        kept = np.ones(table.num_rows, dtype=np.bool_)
        kept[blank] = False
        table, lines = table.filter(pa.array(kept)), lines[kept]
    if table.num_rows > limits.max_rows:
        raise too_many_rows(limits)
    return Body(table, pa.array(lines), empty + len(blank))


def _blank_rows(table: pa.Table) -> Positions:
    """Rows whose cells are all empty or white space; looks at a column only where those before are blank."""
    rows: Positions | None = None
    for column in table.columns:
        cells = column if rows is None else column.take(pa.array(rows))
        blank = np.flatnonzero(pc.equal(pc.utf8_trim_whitespace(cells), "").to_numpy(zero_copy_only=False))
        rows = blank if rows is None else rows[blank]
        if not len(rows):
            break
    return rows if rows is not None else np.empty(0, dtype=np.int64)
