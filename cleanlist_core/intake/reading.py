"""Bytes of an uploaded file to a table of text.

Every cell stays the text it is in the file: `007`, `1e5`, `NA` and spaces survive. What was skipped
or repaired on the way is said in notes.
"""

from __future__ import annotations

import csv
import gc
import hashlib
import re
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass

import pyarrow as pa

from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.delimited import read_by_the_rules, read_forgivingly, read_quickly
from cleanlist_core.intake.encodings import DecodedText
from cleanlist_core.intake.file_kinds import FileKind, kind_of
from cleanlist_core.intake.gathering import Body, cell_too_long, check_columns, gather, put_above
from cleanlist_core.intake.headers import HeaderSpot
from cleanlist_core.intake.layout import PREVIEW_ROWS, TextLayout, find_layout, header_of
from cleanlist_core.intake.records import Repairs
from cleanlist_core.intake.spreadsheets import read_sheet
from cleanlist_core.intake.tables import Limits, Note, Reading, ReadTable, Row
from cleanlist_core.intake.trailers import split_trailer

__all__ = ["Limits", "Note", "ReadTable", "Reading", "read_table"]

TOP_LINES = 40
_UNASKED = Reading()

_MEGABYTE = 1024 * 1024
_KEPT_MS = 50
"""How long memory that is no longer needed is kept for what needs some next."""
_SOMETHING = re.compile(rb"[^\x00 \t\r\n\xef\xbb\xbf\xff\xfe]")


@dataclass(frozen=True)
class _Found:
    """What was found in a file before it is put together."""

    spot: HeaderSpot
    body: Body
    notes: tuple[Note, ...]
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    top: tuple[Row, ...] = ()
    sheets: tuple[str, ...] = ()


def read_table(
    data: bytes, file_name: str, *, limits: Limits | None = None, reading: Reading = _UNASKED
) -> ReadTable:
    """Read an uploaded file of any usual kind. file_name: for messages; the bytes decide what it is.

    reading: what a person chose; the rest is found out, such as the sheet that looks most like people.
    Raises IntakeError with one of the codes file_empty, file_too_large, file_binary, too_many_rows,
    too_many_columns, cell_too_long, no_table, no_rows, spreadsheet_broken, spreadsheet_encrypted,
    spreadsheet_too_large, spreadsheet_too_sparse, unknown_sheet, header_line, unreadable.
    """
    limits = limits or Limits()
    _choose_memory()
    _check_size(data, file_name, limits)
    try:
        kind = kind_of(data)
        with ThreadPoolExecutor(max_workers=1) as beside:
            checksum = beside.submit(_checksum, data)
            if kind is FileKind.SPREADSHEET:
                with _without_collecting():
                    found = _read_spreadsheet(data, limits, reading)
            else:
                found = _read_text(data, limits, reading)
            return _put_together(found, checksum.result(), reading)
    except IntakeError:
        raise
    except csv.Error:  # Python's own reader, asked for by a person, takes no longer cells
        raise cell_too_long(limits) from None
    except Exception as error:  # whatever is in the file, the person gets a sentence
        raise IntakeError(
            f"“{file_name}” could not be read as a table. Nothing was stored or sent. "
            "Open it in Excel or Google Sheets, save it as CSV, and choose that file.",
            code="unreadable",
        ) from error


def _choose_memory() -> None:
    """Of the allocators Arrow may have, jemalloc takes memory cheapest, and gives it back soon if told."""
    if "jemalloc" in pa.supported_memory_backends() and pa.default_memory_pool().backend_name != "jemalloc":
        pa.set_memory_pool(pa.jemalloc_memory_pool())
        # A second's delay, the default, would hold much beside what a large list needs; none would have
        # the system clear every page anew for what comes next.
        pa.jemalloc_set_decay_ms(_KEPT_MS)


@contextmanager
def _without_collecting() -> Iterator[None]:
    """Rows and cells form no cycles; looking for some again and again takes half as long as reading them."""
    before = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if before:
            gc.enable()


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
    if not _SOMETHING.search(data):
        raise IntakeError(
            f"“{file_name}” is empty. Nothing was stored or sent. "
            "Check that the export finished, then choose the file again.",
            code="file_empty",
        )


def _read_text(data: bytes, limits: Limits, reading: Reading) -> _Found:
    layout = find_layout(data, reading)
    check_columns(layout.width, limits)
    repairs = Repairs()
    body = _body_of(layout, limits, reading, repairs)
    if reading.keep_above:
        body = put_above(layout.spot.skipped, body, limits)
    return _Found(
        spot=layout.spot,
        body=body,
        notes=(*_encoding_notes(layout.decoded), *_repair_notes(repairs)),
        encoding=layout.decoded.encoding,
        delimiter=layout.dialect.delimiter,
        top=_top_of(layout.rows),
    )


def _body_of(layout: TextLayout, limits: Limits, reading: Reading, repairs: Repairs) -> Body:
    part, dialect, width, blank = layout.body, layout.dialect, layout.width, reading.keep_blank
    if reading.quotes == "by_the_rules":
        return read_by_the_rules(part, dialect, width, limits, keep_blank=blank)
    body = None if blank else read_quickly(part, dialect, width, limits)
    if body is None:
        body = read_forgivingly(part, dialect, width, limits, repairs, keep_blank=blank)
    return body


def _top_of(rows: Sequence[Row]) -> tuple[Row, ...]:
    return tuple(row for row in rows[:TOP_LINES] if row.filled)


def _read_spreadsheet(data: bytes, limits: Limits, reading: Reading) -> _Found:
    found = read_sheet(data, reading.sheet or None, limits)
    spot = header_of(found.rows[:PREVIEW_ROWS], reading)
    width = len(spot.row.cells) if spot.row else 0
    body = gather(found.rows[spot.first_data :], width, limits, keep_blank=reading.keep_blank)
    if reading.keep_above:
        body = put_above(spot.skipped, body, limits)
    return _Found(spot, body, found.notes, "", "", found.name, _top_of(found.rows), found.names)


def _put_together(found: _Found, checksum: str, reading: Reading) -> ReadTable:
    body, closing = (found.body, ()) if reading.keep_below else split_trailer(found.body)
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
    notes = (*found.notes, *_surrounding_notes(found.spot, closing, body.blank, reading))
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
        reading=reading,
        top=found.top,
        sheets=found.sheets,
    )


def _columns(spot: HeaderSpot, width: int) -> tuple[str, ...]:
    if spot.row is None:
        return tuple(f"Column {number}" for number in range(1, width + 1))
    return (*spot.cells, *[""] * (width - len(spot.cells)))


def _surrounding_notes(spot: HeaderSpot, closing: Sequence[str], blank: int, reading: Reading) -> list[Note]:
    notes: list[Note] = []
    if spot.row is None:
        numbered = "The file has no row of column names, so the columns are numbered: Column 1, …"
        notes.append(Note("no_header", numbered))
    if spot.above:
        notes.append(
            Note("header_groups", "The names of column groups were put before the names of their columns.")
        )
    if spot.below:
        notes.append(
            Note("header_again", f"Left out {_lines(len(spot.below))} that repeat the column names.")
        )
    if spot.skipped and not reading.keep_above:
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
