"""The enriched file, as CSV or Excel, in bounded memory.

The user's own columns, rows, values and order come back unchanged. One exception, in CSV only: a cell a
spreadsheet would run as a formula gets an apostrophe in front; the report counts them, and
`formulas="keep"` leaves them alone.
"""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import BinaryIO, Literal

from cleanlist_core.errors import RunError
from cleanlist_core.results.browsing import EVERYBODY, Among
from cleanlist_core.results.csv_files import CsvWriter, Formulas, as_columns
from cleanlist_core.results.own_cells import chunk_size
from cleanlist_core.results.preset_sheets import sheet_for
from cleanlist_core.results.presets import RowChoice
from cleanlist_core.results.sheets import TO_FIX, Sheet, unique_names
from cleanlist_core.results.xlsx_files import MAX_CELL, XlsxFile, check_size
from cleanlist_core.store.database import Database

FileKind = Literal["csv", "xlsx"]


@dataclass(frozen=True, slots=True)
class ExportReport:
    """What was written. notes: what a person should know about the file, in plain words."""

    rows: int
    columns: int
    neutralised: int = 0
    notes: tuple[str, ...] = ()


def export_csv(
    database: Database,
    run_id: str,
    target: BinaryIO | Path,
    *,
    preset: str = "everything",
    rows: RowChoice | None = None,
    among: Among = EVERYBODY,
    formulas: Formulas = "neutralise",
) -> ExportReport:
    """Write a run as CSV.

    rows: all, found or safe; None for the preset's own choice. among: of these rows only. A file at `target`
    is replaced only when the new one is complete. Raises RunError `unknown_run`, `unknown_preset`,
    `unknown_filter` or `list_deleted`.
    """
    sheet = sheet_for(database, run_id, preset, rows, among)
    with _opened(target) as out:
        return _write_csv(sheet, out, formulas)


def export_xlsx(
    database: Database,
    run_id: str,
    target: BinaryIO | Path,
    *,
    preset: str = "everything",
    rows: RowChoice | None = None,
    among: Among = EVERYBODY,
    folder: Path | None = None,
) -> ExportReport:
    """Write a run as an Excel file, all text but our credits. Raises as `export_csv`, and `too_big_for_xlsx`.

    folder: where rows lie until the file is complete; None for the system's own place.
    """
    sheet = sheet_for(database, run_id, preset, rows, among)
    check_size(sheet.rows, len(sheet.header))
    with _opened(target) as out:
        return _write_xlsx(sheet, out, folder)


def export_bytes(
    database: Database,
    run_id: str,
    kind: FileKind = "csv",
    *,
    preset: str = "everything",
    rows: RowChoice | None = None,
    among: Among = EVERYBODY,
    folder: Path | None = None,
) -> bytes:
    """The file in memory, for a download button. folder: see `export_xlsx`."""
    out = io.BytesIO()
    if kind == "xlsx":
        export_xlsx(database, run_id, out, preset=preset, rows=rows, among=among, folder=folder)
    else:
        export_csv(database, run_id, out, preset=preset, rows=rows, among=among)
    return out.getvalue()


def _write_csv(sheet: Sheet, out: BinaryIO, formulas: Formulas) -> ExportReport:
    writer = CsvWriter(out, formulas, sheet.delimiter)
    writer.write_header(sheet.header)
    for chunk in sheet.chunks:
        writer.write(chunk)
    neutralised = sum(writer.neutralised.values())
    names = [sheet.header[position] or f"column {position + 1}" for position in sorted(writer.neutralised)]
    notes = sheet.notes() + _formula_notes(neutralised, names)
    return ExportReport(writer.rows, len(sheet.header), neutralised, notes)


def _formula_notes(cells: int, names: list[str]) -> tuple[str, ...]:
    if not cells:
        return ()
    which = ", ".join(names[:5]) + ("…" if len(names) > 5 else "")
    return (
        f"{cells:,} {'cell' if cells == 1 else 'cells'} that a spreadsheet would run as a formula got an"
        f" apostrophe in front ({which}). The Excel download holds them unchanged.",
    )


def _write_xlsx(sheet: Sheet, out: BinaryIO, folder: Path | None) -> ExportReport:
    with XlsxFile(out, sheet.text_columns, folder, sheet.number_columns) as book:
        book.write_header(sheet.header)
        for chunk in sheet.chunks:
            book.write(chunk)
    notes = list(sheet.notes())
    if book.cut:
        notes.append(
            f"{book.cut:,} {'cell is' if book.cut == 1 else 'cells are'} longer than Excel allows"
            f" ({MAX_CELL:,} characters) and {'was' if book.cut == 1 else 'were'} cut. The CSV download holds"
            " everything."
        )
    if book.replaced:
        notes.append(
            f"{book.replaced:,} {'cell has' if book.replaced == 1 else 'cells have'} a character that Excel"
            " cannot hold; it was replaced. The CSV download holds everything."
        )
    return ExportReport(book.rows, len(sheet.header), notes=tuple(notes))


def rejects_csv(
    columns: Sequence[str],
    cells: Iterable[Sequence[str]],
    reasons: Iterable[str],
    *,
    delimiter: str = ",",
    formulas: Formulas = "neutralise",
) -> bytes:
    """Rows that need fixing, without a run: the file's own columns, then `What to fix`.

    cells, reasons: one per row, in the order of the file; a short row is filled with "". delimiter: that of
    the person's file, which their spreadsheet opens; a semicolon or a tab is kept, all else becomes a comma.
    """
    out = io.BytesIO()
    writer = CsvWriter(out, formulas, delimiter if delimiter in (";", "\t") else ",")
    writer.write_header([*columns, *unique_names(columns, [TO_FIX])])
    width = len(columns)
    rows = zip(cells, reasons, strict=True)
    while some := list(islice(rows, chunk_size(width))):
        padded = ([*row, *[""] * (width - len(row)), reason] for row, reason in some)
        writer.write(as_columns(padded, width + 1))
    return out.getvalue()


@contextmanager
def _opened(target: BinaryIO | Path) -> Iterator[BinaryIO]:
    if not isinstance(target, Path):
        yield target
        return
    unfinished = target.with_name(f".{target.name}.part")
    try:
        with unfinished.open("wb") as out:
            yield out
        unfinished.replace(target)
    except OSError as error:
        raise RunError(
            f"The file {target} could not be written: {error.strerror}. The results are safe, and what was"
            " there before was not touched. Choose another folder, or free some space, and try again.",
            code="cannot_write",
        ) from None
    finally:
        unfinished.unlink(missing_ok=True)


LONGEST_STEM = 120
"""Bytes of a list's name kept in a file name; file systems allow 255 in all."""
RESERVED_NAMES = re.compile(r"(?i)^(?:con|prn|aux|nul|com\d|lpt\d)$")


def file_name(list_name: str, preset: str, revision: int, ext: FileKind) -> str:
    """A name every system can store, such as `Spring webinar-hubspot-2.csv`; revision 0 goes unsaid."""
    stem = re.sub(r"(?i)\.(?:csv|tsv|txt|xlsx?|xlsm|ods)$", "", list_name.strip())
    stem = re.sub(r'[<>:"/\\|?*]+', " ", "".join(char if char.isprintable() else " " for char in stem))
    stem = " ".join(stem.split()).encode()[:LONGEST_STEM].decode(errors="ignore").strip(". ")
    if not stem or RESERVED_NAMES.match(stem):
        stem = f"list {stem}".strip()
    parts = [stem, preset.replace("_", "-"), *([str(revision)] if revision else [])]
    return f"{'-'.join(parts)}.{ext}"
