"""Bytes of an uploaded file to a table of text.

Every cell stays the text it is in the file: `007`, `1e5`, `NA` and spaces survive. What was skipped
or repaired on the way is said in notes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass

import pyarrow as pa

from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.delimited import read_forgivingly, read_quickly
from cleanlist_core.intake.encodings import DecodedText
from cleanlist_core.intake.file_kinds import FileKind, kind_of
from cleanlist_core.intake.gathering import Body, check_columns, gather
from cleanlist_core.intake.headers import HeaderSpot, find_header
from cleanlist_core.intake.layout import PREVIEW_ROWS, find_layout
from cleanlist_core.intake.records import Repairs
from cleanlist_core.intake.spreadsheets import read_sheet
from cleanlist_core.intake.tables import Limits, Note, ReadTable
from cleanlist_core.intake.trailers import split_trailer

__all__ = ["Limits", "Note", "ReadTable", "read_table"]

_MEGABYTE = 1024 * 1024


@dataclass(frozen=True)
class _Found:
    """What was found in a file before it is put together."""

    spot: HeaderSpot
    body: Body
    notes: tuple[Note, ...]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""


def read_table(
    data: bytes, file_name: str, *, limits: Limits | None = None, sheet: str | None = None
) -> ReadTable:
    """Read an uploaded file of any usual kind. file_name: for messages; the bytes decide what it is.

    sheet: which sheet of a spreadsheet, None for the one that looks most like a table of people.
    Raises IntakeError with one of the codes file_empty, file_too_large, file_binary, too_many_rows,
    too_many_columns, cell_too_long, no_table, no_rows, spreadsheet_broken, spreadsheet_encrypted,
    spreadsheet_too_large, spreadsheet_too_sparse, unknown_sheet, unreadable.
    """
    limits = limits or Limits()
    _choose_memory()
    _check_size(data, file_name, limits)
    try:
        kind = kind_of(data)
        with ThreadPoolExecutor(max_workers=1) as beside:
            checksum = beside.submit(_checksum, data)
            if kind is FileKind.SPREADSHEET:
                found = _read_spreadsheet(data, sheet, limits)
            else:
                found = _read_text(data, limits)
            return _put_together(found, checksum.result())
    except IntakeError:
        raise
    except Exception as error:  # whatever is in the file, the person gets a sentence
        raise IntakeError(
            f"“{file_name}” could not be read as a table. Nothing was stored or sent. "
            "Open it in Excel or Google Sheets, save it as CSV, and choose that file.",
            code="unreadable",
        ) from error


def _choose_memory() -> None:
    """Of the allocators Arrow may have, jemalloc gives memory back soonest and takes it cheapest."""
    if "jemalloc" in pa.supported_memory_backends() and pa.default_memory_pool().backend_name != "jemalloc":
        pa.set_memory_pool(pa.jemalloc_memory_pool())


def _checksum(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _check_size(data: bytes, file_name: str, limits: Limits) -> None:
    if len(data) > limits.max_bytes:
        raise IntakeError(
            f"“{file_name}” is {len(data) / _MEGABYTE:,.0f} MB; "
            f"at most {limits.max_bytes / _MEGABYTE:,.0f} MB can be read. Nothing was stored or sent. "
            "Split the file, or delete columns you do not need.",
            code="file_too_large",
        )
    if not data.strip(b"\x00 \t\r\n\xef\xbb\xbf\xff\xfe"):
        raise IntakeError(
            f"“{file_name}” is empty. Nothing was stored or sent. "
            "Check that the export finished, then choose the file again.",
            code="file_empty",
        )


def _read_text(data: bytes, limits: Limits) -> _Found:
    layout = find_layout(data)
    part, dialect, width = layout.body, layout.dialect, layout.width
    check_columns(width, limits)
    repairs = Repairs()
    body = read_quickly(part, dialect, width, limits)
    if body is None:
        body = read_forgivingly(part, dialect, width, limits, repairs)
    notes = (*_encoding_notes(layout.decoded), *_repair_notes(repairs))
    return _Found(layout.spot, body, notes, layout.decoded.encoding, dialect.delimiter)


def _read_spreadsheet(data: bytes, sheet: str | None, limits: Limits) -> _Found:
    found = read_sheet(data, sheet, limits)
    spot = find_header(found.rows[:PREVIEW_ROWS])
    body = gather(found.rows[spot.first_data :], len(spot.row.cells) if spot.row else 0, limits)
    return _Found(spot, body, found.notes, "", "", found.name)


def _put_together(found: _Found, checksum: str) -> ReadTable:
    body, closing = split_trailer(found.body)
    header = found.spot.row
    if header is None and not body.cells.num_rows:
        raise IntakeError(
            "No table was found in this file. Nothing was stored or sent. "
            "It needs a row of column names, such as “First name, Last name, Company”, and a row per person.",
            code="no_table",
        )
    if not body.cells.num_rows:
        raise IntakeError(
            "This file has column names but no rows below them. Nothing was stored or sent. "
            "Check that the export finished and that the rows were not filtered away, then choose it again.",
            code="no_rows",
        )
    notes = (*found.notes, *_surrounding_notes(found.spot, closing, body.blank))
    return ReadTable(
        columns=_columns(found.spot, body.width),
        cells=body.cells,
        lines=body.lines,
        encoding=found.encoding,
        delimiter=found.delimiter,
        header_row=header.line if header else 0,
        sheet=found.sheet,
        notes=notes,
        checksum=checksum,
    )


def _columns(spot: HeaderSpot, width: int) -> tuple[str, ...]:
    if spot.row is None:
        return tuple(f"Column {number}" for number in range(1, width + 1))
    return (*spot.cells, *[""] * (width - len(spot.cells)))


def _surrounding_notes(spot: HeaderSpot, closing: Sequence[str], blank: int) -> list[Note]:
    notes: list[Note] = []
    if spot.row is None:
        notes.append(
            Note("no_header", "The file has no row of column names, so the columns are numbered: Column 1, …")
        )
    if spot.above:
        notes.append(
            Note("header_groups", "The names of column groups were put before the names of their columns.")
        )
    if spot.below:
        notes.append(
            Note("header_again", f"Left out {_lines(len(spot.below))} that repeat the column names.")
        )
    if spot.skipped:
        notes.append(Note("notes_above", f"Skipped {_lines(len(spot.skipped))} of notes above the table."))
    if closing:
        shown = closing[0] if len(closing[0]) <= 60 else closing[0][:57] + "…"
        notes.append(
            Note("totals_below", f"Left out {_lines(len(closing))} below the table, from “{shown}” on.")
        )
    if blank:
        notes.append(Note("blank_rows", f"Left out {blank:,} empty row{'s' if blank != 1 else ''}."))
    return notes


def _encoding_notes(decoded: DecodedText) -> list[Note]:
    notes = []
    if decoded.zeros:
        characters = f"{decoded.zeros:,} invisible character{'s' if decoded.zeros != 1 else ''}"
        notes.append(Note("zero_bytes", f"Left out {characters} that no program can show."))
    if decoded.mixed:
        notes.append(
            Note(
                "encodings_mixed",
                f"{_lines(decoded.mixed)} stored differently from the others, as in files put together from "
                "several; each was read in its own way.",
            )
        )
    if decoded.replaced:
        notes.append(
            Note(
                "characters_replaced",
                f"{decoded.replaced:,} character{'s' if decoded.replaced != 1 else ''} could not be read and "
                "show as “\ufffd”. Save the file as “CSV UTF-8” to keep them.",
            )
        )
    return notes


def _repair_notes(repairs: Repairs) -> list[Note]:
    lines = repairs.stray_quotes
    if not lines:
        return []
    shown = ", ".join(f"{line:,}" for line in lines[:5]) + (", …" if len(lines) > 5 else "")
    return [
        Note(
            "stray_quotes",
            f"Quotation marks were not closed or not doubled on {_lines(len(lines))} (line {shown}); "
            "they were read as ordinary characters, so that no row was lost.",
        )
    ]


def _lines(count: int) -> str:
    return f"{count:,} line{'s' if count != 1 else ''}"
