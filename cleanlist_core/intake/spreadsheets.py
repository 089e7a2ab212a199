"""XLSX, XLS and ODS sheets as rows of text."""

from __future__ import annotations

import datetime as dt
import io
import zipfile
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO

from python_calamine import CalamineError, CalamineWorkbook, SheetTypeEnum

from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.archives import check_extent, file_in_memory, unpack
from cleanlist_core.intake.headers import known_headers_in
from cleanlist_core.intake.old_workbooks import (
    LockedWorkbookError,
    contained,
    extent_of_sheets,
    workbook_stream,
)
from cleanlist_core.intake.tables import Limits, Note, Row

Cell = int | float | str | bool | dt.time | dt.date | dt.datetime | dt.timedelta


@dataclass(frozen=True)
class SheetRows:
    """The rows of one sheet. notes: which sheet was taken when there was a choice. names: of all sheets."""

    name: str
    rows: list[Row]
    notes: tuple[Note, ...]
    names: tuple[str, ...]


def read_sheet(data: bytes, wanted: str | None, limits: Limits) -> SheetRows:
    """The sheet called `wanted`, else the one that looks most like a table of people.

    Numbers, dates and truth values become text: 7 without ".0", dates as 2024-03-12.
    Raises IntakeError: spreadsheet_broken, spreadsheet_encrypted, spreadsheet_too_large,
    spreadsheet_too_sparse, unknown_sheet, no_table.
    """
    try:
        if not zipfile.is_zipfile(io.BytesIO(data)):
            return _read(io.BytesIO(_checked_workbook(data)), wanted)
        with file_in_memory() as file:
            astray = unpack(data, file, limits)
            found = _read(file, wanted)
        return replace(found, notes=(*found.notes, *_stray_notes(astray)))
    except IntakeError:
        raise
    except BaseException as error:
        # The reader is written in Rust; where it gives up it raises PanicException, which is no Exception.
        if isinstance(error, Exception) or type(error).__name__ == "PanicException":
            raise broken() from error
        raise


def _checked_workbook(data: bytes) -> bytes:
    """An XLS file that can be read safely and holds nothing but the workbook.

    Raises IntakeError (spreadsheet_encrypted, spreadsheet_too_sparse), and ValueError or struct.error for
    a damaged one.
    """
    records = workbook_stream(data)
    try:
        check_extent(extent_of_sheets(records))
    except LockedWorkbookError:
        raise _encrypted() from None
    return contained(records)


def _read(file: IO[bytes], wanted: str | None) -> SheetRows:
    workbook = _open(file)
    names = [
        sheet.name
        for sheet in workbook.sheets_metadata
        if sheet.typ in (SheetTypeEnum.WorkSheet, SheetTypeEnum.DialogSheet)
    ] or list(workbook.sheet_names)
    if wanted is not None and wanted not in names:
        raise IntakeError(
            f"This spreadsheet has no sheet called “{wanted}”. Nothing was stored or sent. "
            f"Choose one of: {', '.join(names)}.",
            code="unknown_sheet",
        )
    read = {name: _rows(workbook, name) for name in ([wanted] if wanted else names)}
    sheets = {name: rows for name, rows in read.items() if any(map(_is_filled, rows))}
    if not sheets:
        raise IntakeError(
            "This spreadsheet is empty: no sheet has any rows. Nothing was stored or sent. "
            "Check that it is the right file and that it was saved after the rows were added.",
            code="no_table",
        )
    chosen, *others = sheets
    if others:
        chosen = max(sheets, key=lambda name: _standing(sheets[name]))
        others = [name for name in sheets if name != chosen]
    return SheetRows(chosen, sheets[chosen], _notes(chosen, others), tuple(names))


def _open(file: IO[bytes]) -> CalamineWorkbook:
    try:
        # The reader copies whatever it is not given by its place, a tenth of its time for a large sheet.
        place = _place(file)
        return CalamineWorkbook.from_path(place) if place else CalamineWorkbook.from_filelike(file)
    except CalamineError as error:
        raise (_encrypted() if "assword" in str(error) else broken()) from None


def _place(file: IO[bytes]) -> Path | None:
    """Where a file with a number can be opened once more, on systems that tell."""
    try:
        place = Path(f"/proc/self/fd/{file.fileno()}")
    except OSError:
        return None
    return place if place.exists() else None


def _encrypted() -> IntakeError:
    return IntakeError(
        "This spreadsheet is protected by a password, so it cannot be read. Nothing was stored or "
        "sent. Open it in Excel, save a copy without the password, and choose the copy.",
        code="spreadsheet_encrypted",
    )


def broken() -> IntakeError:
    return IntakeError(
        "This spreadsheet cannot be read: it is damaged or written in an unusual way. "
        "Nothing was stored or sent. "
        "Open it in Excel, save it again as XLSX or CSV, and choose the new file.",
        code="spreadsheet_broken",
    )


def _notes(chosen: str, others: list[str]) -> tuple[Note, ...]:
    if not others:
        return ()
    left = ", ".join(f"“{name}”" for name in others)
    return (Note("sheet", f"Read the sheet “{chosen}”. Not read: {left}."),)


def _stray_notes(astray: int) -> tuple[Note, ...]:
    if not astray:
        return ()
    cells = f"{astray:,} cell{'s' if astray != 1 else ''}"
    return (Note("stray_cells", f"Left out {cells} far away from the table."),)


def _rows(workbook: CalamineWorkbook, name: str) -> list[Row]:
    try:
        sheet = workbook.get_sheet_by_name(name)
        # Rows are counted from the top of the sheet, empty ones included.
        rows = sheet.iter_rows() if sheet.height else ()
        return [
            Row(line, [cell if type(cell) is str else as_text(cell) for cell in cells])
            for line, cells in enumerate(rows, start=1)
        ]
    except CalamineError:
        raise broken() from None


def _standing(rows: list[Row]) -> tuple[bool, int]:
    """How likely a sheet is the table: known headers near its top, then filled rows."""
    known = max((known_headers_in(row.cells) for row in rows[:60]), default=0)
    return known >= 2, sum(map(_is_filled, rows))


def _is_filled(row: Row) -> bool:
    return any(map(str.strip, row.cells))


def as_text(cell: Cell) -> str:
    """A sheet's cell as a person reads it."""
    if isinstance(cell, str):
        return cell
    if isinstance(cell, bool):
        return "TRUE" if cell else "FALSE"
    if isinstance(cell, float):
        return _number(cell)
    if isinstance(cell, dt.datetime):
        midnight = cell.time() == dt.time()
        return cell.date().isoformat() if midnight else cell.isoformat(sep=" ", timespec="seconds")
    if isinstance(cell, dt.date | dt.time):
        return cell.isoformat()
    return str(cell)


def _number(value: float) -> str:
    if value.is_integer() and abs(value) < 1e17:
        return str(int(value))
    return repr(value)
