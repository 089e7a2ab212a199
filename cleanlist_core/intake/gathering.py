"""Rows of uneven width to text columns of one length."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import islice

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.tables import Limits, Row

_CHUNK_ROWS = 20_000


@dataclass(frozen=True)
class Body:
    """The rows below the header: string columns named "0", "1", …; lines, int32; blank rows already gone."""

    cells: pa.Table
    lines: pa.Array
    blank: int = 0

    @property
    def width(self) -> int:
        return int(self.cells.num_columns)


def gather(rows: Iterable[Row], width: int, limits: Limits, *, keep_blank: bool = False) -> Body:
    """Rows as columns. Short rows are filled up with ""; cells beyond `width` open columns of their own.

    keep_blank: rows without anything are rows, too.
    """
    chunks: list[list[pa.Array]] = []
    lines: list[int] = []
    blank = 0
    remaining = iter(rows)
    while piece := list(islice(remaining, _CHUNK_ROWS)):
        kept = piece if keep_blank else [row for row in piece if any(map(str.strip, row.cells))]
        blank += len(piece) - len(kept)
        lines.extend(row.line for row in kept)
        _check_rows(len(lines), limits)
        cells = [_without_empty_ends(row.cells, width) for row in kept]
        width = max([width, *map(len, cells)])
        check_columns(width, limits)
        chunks.append(_columns(cells, width, limits))
    return Body(_table(chunks, width), pa.array(np.asarray(lines, dtype=np.int32)), blank)


def _without_empty_ends(cells: list[str], width: int) -> list[str]:
    last = len(cells)
    while last > width and not cells[last - 1].strip():
        last -= 1
    return cells if last == len(cells) else cells[:last]


def _columns(rows: list[list[str]], width: int, limits: Limits) -> list[pa.Array]:
    padded = [row + [""] * (width - len(row)) if len(row) < width else row for row in rows]
    columns = [pa.array(column, pa.string()) for column in zip(*padded, strict=True)]
    check_lengths(columns, limits)
    return columns


def _table(chunks: list[list[pa.Array]], width: int) -> pa.Table:
    columns: list[pa.ChunkedArray] = []
    for position in range(width):
        parts = [
            chunk[position] if position < len(chunk) else pa.array([""] * len(chunk[0]), pa.string())
            for chunk in chunks
            if chunk
        ]
        columns.append(pa.chunked_array(parts, pa.string()))
    return pa.Table.from_arrays(columns, names=[str(position) for position in range(width)])


def put_above(rows: Iterable[Row], body: Body, limits: Limits) -> Body:
    """The body with these rows before its first one."""
    above = gather(rows, body.width, limits)
    filler = pa.repeat(pa.scalar("", pa.string()), body.cells.num_rows)
    below = [*body.cells.columns, *[pa.chunked_array([filler])] * (above.width - body.width)]
    cells = pa.concat_tables([above.cells, pa.Table.from_arrays(below, names=above.cells.column_names)])
    lines = pa.concat_arrays([above.lines, body.lines])
    _check_rows(len(lines), limits)
    return Body(cells.combine_chunks(), lines, body.blank)


def _check_rows(rows: int, limits: Limits) -> None:
    if rows > limits.max_rows:
        raise too_many_rows(limits)


def check_columns(columns: int, limits: Limits) -> None:
    """Raise IntakeError (too_many_columns) when there are more than the limit."""
    if columns > limits.max_columns:
        raise IntakeError(
            f"This file has more than {limits.max_columns:,} columns. Nothing was stored or sent. "
            "Delete the columns you do not need, save, and choose the file again.",
            code="too_many_columns",
        )


def check_lengths(columns: Iterable[pa.Array], limits: Limits) -> None:
    """Raise IntakeError (cell_too_long) when a cell has more characters than the limit."""
    for column in columns:
        # Looked at only where there may be too many: no text has more characters than bytes, nor a cell more
        # than its column.
        if column.nbytes <= limits.max_cell_chars:
            continue
        for length in (pc.binary_length, pc.utf8_length):
            if (pc.max(length(column)).as_py() or 0) <= limits.max_cell_chars:
                break
        else:
            raise cell_too_long(limits)


def too_many_rows(limits: Limits) -> IntakeError:
    return IntakeError(
        f"This file has more than {limits.max_rows:,} rows. Nothing was stored or sent. "
        "Split it into smaller files and choose them one after the other; "
        "people who are in several files are still looked up only once.",
        code="too_many_rows",
    )


def cell_too_long(limits: Limits) -> IntakeError:
    return IntakeError(
        f"One cell of this file holds more than {limits.max_cell_chars:,} characters. "
        "Nothing was stored or sent. Shorten or delete that column, save, and choose the file again.",
        code="cell_too_long",
    )
