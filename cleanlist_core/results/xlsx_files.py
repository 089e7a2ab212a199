"""Excel files in which nothing is alive, and no `+`, zero or long number is lost: all cells are text.

Only columns of ours that count something are numbers, so that a spreadsheet can add them up.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

import pyarrow as pa
import xlsxwriter

from cleanlist_core.errors import RunError

MAX_ROWS = 1_048_576
MAX_COLUMNS = 16_384
MAX_CELL = 32_767
"""Limits of a worksheet; a cell's length is in UTF-16 units. Source: Excel specifications and limits."""

NOT_IN_XML = re.compile("[\ufffe\uffff]")
OPTIONS = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_numbers": False,
    "strings_to_urls": False,
}


def check_size(rows: int, columns: int) -> None:
    """Raises RunError `too_big_for_xlsx` when a sheet cannot hold this many rows below its header."""
    if rows + 1 > MAX_ROWS or columns > MAX_COLUMNS:
        raise RunError(
            f"An Excel sheet holds at most {MAX_ROWS - 1:,} rows and {MAX_COLUMNS:,} columns; this file has"
            f" {rows:,} rows and {columns:,} columns. Nothing is lost. Download it as CSV, or fewer rows.",
            code="too_big_for_xlsx",
        )


class XlsxFile:
    """One sheet, written row by row in constant memory.

    text_columns: positions that stay text even when a person types into them (phones, ids). number_columns:
    positions of whole numbers. folder: where rows lie until the file is complete; None for the system's own
    place.
    cut, replaced: cells that were shortened, and cells with a character Excel cannot hold.
    """

    def __init__(
        self,
        target: BinaryIO | Path,
        text_columns: Collection[int] = (),
        folder: Path | None = None,
        number_columns: Collection[int] = (),
    ) -> None:
        self.rows = 0
        self.cut = 0
        self.replaced = 0
        if folder is not None:
            folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._book = xlsxwriter.Workbook(target, {**OPTIONS, "tmpdir": folder and str(folder)})
        self._sheet = self._book.add_worksheet("People")
        self._numbers = frozenset(number_columns)
        self._bold = self._book.add_format({"bold": True})
        as_text = self._book.add_format({"num_format": "@"})
        for column in text_columns:
            self._sheet.set_column(column, column, 18, as_text)
        self._sheet.freeze_panes(1, 0)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._book.close()

    def write_header(self, header: Sequence[str]) -> None:
        for column, name in enumerate(header):
            self._sheet.write_string(0, column, self._fitting(name), self._bold)

    def write(self, columns: Sequence[pa.Array]) -> None:
        """Write one chunk. columns: strings without nulls, all of one length."""
        write, write_number, numbers = self._sheet.write_string, self._sheet.write_number, self._numbers
        for number, cells in enumerate(zip(*[column.to_pylist() for column in columns], strict=True)):
            for column, text in enumerate(cells):
                if text and column in numbers:
                    write_number(self.rows + number + 1, column, int(text))
                elif text:
                    write(self.rows + number + 1, column, self._fitting(text))
        self.rows += len(columns[0])

    def _fitting(self, text: str) -> str:
        if not text.isprintable() and NOT_IN_XML.search(text):
            self.replaced += 1
            text = NOT_IN_XML.sub("\ufffd", text)
        if len(text) * 2 > MAX_CELL and _utf16_length(text) > MAX_CELL:
            self.cut += 1
            text = text.encode("utf-16-le")[: MAX_CELL * 2].decode("utf-16-le", errors="ignore")
        return text


def _utf16_length(text: str) -> int:
    return len(text.encode("utf-16-le")) // 2
