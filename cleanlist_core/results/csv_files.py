"""CSV as spreadsheets and importers like it: UTF-8 with a mark, CRLF, quotes only where they are needed."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Literal

import pyarrow as pa
import pyarrow.compute as pc

from cleanlist_core.results.formulas import neutralise

Formulas = Literal["neutralise", "keep"]


@dataclass(slots=True)
class CsvWriter:
    """Writes columns of strings, chunk by chunk, and counts what it changed.

    neutralised: cells that got an apostrophe, by the position of their column.
    """

    target: BinaryIO
    formulas: Formulas = "neutralise"
    rows: int = 0
    neutralised: dict[int, int] = field(default_factory=dict)

    def write_header(self, header: Sequence[str]) -> None:
        self.target.write(codecs.BOM_UTF8)
        self._write([pa.array([name], pa.string()) for name in header])

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Write one chunk. columns: strings without nulls, all of one length, at least one column."""
        self._write(columns)
        self.rows += len(columns[0])

    def _write(self, columns: Sequence[pa.Array]) -> None:
        safe = [self._made_safe(position, column) for position, column in enumerate(columns)]
        quoted = [_quoted(column, alone=len(columns) == 1) for column in safe]
        lines = pc.binary_join_element_wise(*quoted, ",").to_pylist()
        if lines:
            self.target.write(("\r\n".join(lines) + "\r\n").encode())

    def _made_safe(self, position: int, column: pa.Array) -> pa.Array:
        if self.formulas == "keep":
            return column
        column, count = neutralise(column)
        if count:
            self.neutralised[position] = self.neutralised.get(position, 0) + count
        return column


def _quoted(column: pa.Array, *, alone: bool) -> pa.Array:
    # A spreadsheet may end cells at semicolons and tabs as well. A line with nothing on it is no row to a
    # CSV reader, so a lone empty cell is quoted too.
    needed = pc.match_substring_regex(column, r'[",;\t\r\n]|^$' if alone else r'[",;\t\r\n]')
    if not pc.any(needed).as_py():
        return column
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(needed, pc.binary_join_element_wise('"', doubled, '"', ""), column)


def as_columns(rows: Iterable[Sequence[str]], width: int) -> list[pa.Array]:
    """Rows of cells turned into `width` columns."""
    turned = list(zip(*rows, strict=True)) or [()] * width
    return [pa.array(column, pa.string()) for column in turned]
