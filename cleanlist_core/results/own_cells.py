"""The cells of a file as they were uploaded, some rows at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

import pyarrow as pa

from cleanlist_core.results.csv_files import as_columns

CELLS_AT_ONCE = 150_000


def fields_of(chunk: Sequence[Any]) -> dict[str, Sequence[Any]]:
    """The fields of some rows of the store, by their names."""
    return dict(zip(chunk[0]._fields, zip(*chunk, strict=True), strict=True))


def chunk_size(width: int) -> int:
    """Rows to hold in memory at once."""
    return max(100, CELLS_AT_ONCE // max(width, 1))


def original_columns(rows: Sequence[str], width: int) -> list[pa.Array]:
    """The file's own cells, from one JSON array per row, as `width` columns; "" where a row is short."""
    return as_columns((_cells(row, width) for row in rows), width)


def _cells(row: str, width: int) -> list[str]:
    if "\\" not in row:
        # Without a backslash no cell holds a quote, so this is where cells meet; five times faster.
        cells = row[2:-2].split('", "')
        if len(cells) == width:
            return cells
    return padded(json.loads(row), width)


def padded(cells: list[str], width: int) -> list[str]:
    """The cells of one row, filled up with "" where the row is short."""
    return cells if len(cells) == width else (cells + [""] * width)[:width]
