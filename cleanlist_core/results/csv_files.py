"""CSV as spreadsheets and importers like it: UTF-8 with a mark, CRLF, quotes only where they are needed."""

from __future__ import annotations

import codecs
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import BinaryIO, Literal

import pyarrow as pa
import pyarrow.compute as pc

from cleanlist_core.results.formulas import SUSPECT, neutralise

Formulas = Literal["neutralise", "keep"]

# A spreadsheet may end cells at semicolons and tabs as well. A line with nothing on it is no row to a
# CSV reader, so a lone empty cell is quoted too.
_QUOTED = r'[",;\t\r\n]'
_QUOTED_ALONE = rf"{_QUOTED}|^$"
_SPECIAL, _SPECIAL_ALONE = rf"{_QUOTED}|{SUSPECT}", rf"{_QUOTED_ALONE}|{SUSPECT}"


@dataclass(slots=True)
class CsvWriter:
    """Writes columns of strings, chunk by chunk, and counts what it changed.

    delimiter: a comma, a semicolon or a tab.
    neutralised: cells that got an apostrophe, by the position of their column.
    """

    target: BinaryIO
    formulas: Formulas = "neutralise"
    delimiter: str = ","
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
        alone = len(columns) == 1
        cells = [self._as_written(place, column, alone=alone) for place, column in enumerate(columns)]
        lines = pc.binary_join_element_wise(pc.binary_join_element_wise(*cells, self.delimiter), "", "\r\n")
        if len(lines):
            self.target.write(memoryview(lines.buffers()[2])[: pc.sum(pc.binary_length(lines)).as_py()])

    def _as_written(self, position: int, column: pa.Array, *, alone: bool) -> pa.Array:
        special = pc.match_substring_regex(column, _SPECIAL_ALONE if alone else _SPECIAL)
        if not pc.any(special).as_py():
            return column
        # Few cells are special, so the others are looked at once only.
        safe = self._made_safe(position, column.filter(special))
        return pc.replace_with_mask(column, special, _quoted(safe, alone=alone))

    def _made_safe(self, position: int, column: pa.Array) -> pa.Array:
        if self.formulas == "keep":
            return column
        column, count = neutralise(column)
        if count:
            self.neutralised[position] = self.neutralised.get(position, 0) + count
        return column


def _quoted(column: pa.Array, *, alone: bool) -> pa.Array:
    needed = pc.match_substring_regex(column, _QUOTED_ALONE if alone else _QUOTED)
    if not pc.any(needed).as_py():
        return column
    doubled = pc.replace_substring(column, '"', '""')
    return pc.if_else(needed, pc.binary_join_element_wise('"', doubled, '"', ""), column)


def as_columns(rows: Iterable[Sequence[str]], width: int) -> list[pa.Array]:
    """Rows of cells turned into `width` columns."""
    turned = list(zip(*rows, strict=True)) or [()] * width
    return [pa.array(column, pa.string()) for column in turned]
