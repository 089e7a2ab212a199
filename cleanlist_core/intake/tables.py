"""The shape a file has once it is read: text columns, and where each row came from."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, NamedTuple

import pyarrow as pa

Quotes = Literal["", "by_the_rules", "letters"]
"""How quotation marks are read: forgivingly, exactly as CSV has it, or as ordinary characters."""


@dataclass(frozen=True)
class Limits:
    """What one file may hold at most. max_unpacked_bytes: of what a spreadsheet holds once unpacked."""

    max_bytes: int = 200 * 1024 * 1024
    max_rows: int = 1_000_000
    max_columns: int = 1_000
    max_cell_chars: int = 100_000
    max_unpacked_bytes: int = 1024 * 1024 * 1024


@dataclass(frozen=True)
class Note:
    """Something skipped or repaired while reading, in plain words."""

    code: str
    text: str


@dataclass(frozen=True)
class Reading:
    """How a person wants a file read; what is left as it is here is found out from the file.

    header_line: 1-based line (or sheet row) of the column names, 0 for a file without; nothing else is then
    taken for a part of the header. keep_above, keep_below, keep_blank: notes above the table, lines below it
    and empty rows are rows, too. quotes: by the letter of CSV, or none at all. delimiter, encoding, sheet: ""
    for what is found.
    """

    header_line: int | None = None
    keep_above: bool = False
    keep_below: bool = False
    keep_blank: bool = False
    quotes: Quotes = ""
    delimiter: str = ""
    encoding: str = ""
    sheet: str = ""


class Row(NamedTuple):
    """One row as it stands in the file. line: 1-based line (or sheet row) where it starts."""

    line: int
    cells: list[str]

    @property
    def filled(self) -> list[str]:
        return [cell for cell in self.cells if cell.strip()]


@dataclass(frozen=True)
class ReadTable:
    """A file as text.

    columns: header cells exactly as written, repeats and blanks kept; "" for the extra cells of ragged rows.
    cells: string columns named "0", "1", …; "" for missing, never null; blank rows are left out.
    lines: int32, the 1-based line of the file (or sheet row) where each row starts.
    delimiter: "" for spreadsheets. header_row: 1-based line of the header, 0 when the file has none.
    checksum: SHA-256 of the file's bytes. reading: what of all this a person chose.
    top: the first filled lines of the file, each with its number. sheets: those that could be read.
    """

    columns: tuple[str, ...]
    cells: pa.Table
    lines: pa.Array
    encoding: str
    delimiter: str
    header_row: int
    sheet: str
    notes: tuple[Note, ...]
    checksum: str
    reading: Reading = Reading()
    top: tuple[Row, ...] = ()
    sheets: tuple[str, ...] = ()
