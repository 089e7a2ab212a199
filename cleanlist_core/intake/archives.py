"""XLSX and ODS files are archives: what is in them is measured before anything is read.

A cell far away from a table, or a file made to swell, would otherwise take all memory there is. So the
archive is unpacked here, within limits, and the reader of sheets gets it unpacked.
"""

from __future__ import annotations

import io
import os
import re
import zipfile
from typing import IO

import numpy as np

from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.cell_places import Extent, Numbers, column_number, extent_of, usual_places
from cleanlist_core.intake.tables import Limits

_NEEDED = re.compile(r".*\.(?:xml|rels)|mimetype", re.IGNORECASE)
_MOST_RATIO = 300
_SMALL = 20 * 1024 * 1024
_ROOMY = 2_000_000
_MOST_EMPTY = 50
"""Cells a sheet may span per filled one, beyond a roomy size; more is taken for cells gone astray."""

_CELL = re.compile(rb'<c r="([A-Z]+)(\d+)"[^>]*?(?:/>|>.*?</c>)', re.DOTALL)
_FAR_ROWS, _FAR_COLUMNS = 1_000, 100
_ATTRIBUTES = rb"(?:[^>\"']|\"[^\"]*\"|'[^']*')*"
_ODS_MARK = re.compile(
    rb"<table:table[\s>]|<(?P<row>table:table-row)\b(?P<of_row>" + _ATTRIBUTES + rb")>|"
    rb"<table:(?:covered-)?table-cell\b(?P<of_cell>" + _ATTRIBUTES + rb"?)(?P<empty>/)?>"
)
_ROWS_REPEATED = re.compile(rb"number-rows-repeated\s*=\s*[\"'](\d+)")
_COLUMNS_REPEATED = re.compile(rb"number-columns-repeated\s*=\s*[\"'](\d+)")


def unpack(data: bytes, target: IO[bytes], limits: Limits) -> int:
    """Write the archive without compression and without cells far away; how many those were.

    Raises IntakeError (spreadsheet_too_large, spreadsheet_too_sparse) past the limits.
    """
    astray, room = 0, limits.max_unpacked_bytes
    with zipfile.ZipFile(io.BytesIO(data)) as archive, zipfile.ZipFile(target, "w") as unpacked:
        for member in archive.infolist():
            if not _NEEDED.fullmatch(member.filename):
                continue
            room -= _room_for(member, room)
            content = archive.read(member)
            # Any part may serve as a sheet: the workbook says which, in ways that differ by program.
            content, removed = _without_stray_cells(content, limits)
            astray += removed
            if member.filename.lower() == "content.xml":
                _check_spread(content)
            unpacked.writestr(zipfile.ZipInfo(member.filename), content)
    target.seek(0)
    return astray


def file_in_memory() -> IO[bytes]:
    """One with a number, on systems that have such, so that it can be opened once more without a copy."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("spreadsheet"), "w+b")
    return io.BytesIO()


def _room_for(member: zipfile.ZipInfo, room: int) -> int:
    swollen = member.file_size > _SMALL and member.file_size > _MOST_RATIO * max(member.compress_size, 1)
    if member.file_size > room or swollen:
        raise IntakeError(
            "This spreadsheet holds far more than its size says, more than can be read safely. "
            "Nothing was stored or sent. Open it in Excel, save the sheet with the people as CSV, "
            "and choose that file.",
            code="spreadsheet_too_large",
        )
    return member.file_size


def _without_stray_cells(sheet: bytes, limits: Limits) -> tuple[bytes, int]:
    """The sheet without cells that stand far away from the others, and how many those were."""
    places = usual_places(sheet)
    if places is None:
        return _if_not_too_sparse(sheet), 0
    columns, rows = places
    wide = columns.max(initial=0) > limits.max_columns
    if not wide and _spans(columns, rows) <= _allowed(len(rows)):
        return sheet, 0
    last_row, last_column = _before_gap(rows, _FAR_ROWS), _before_gap(columns, _FAR_COLUMNS)
    near = (rows <= last_row) & (columns <= last_column)
    if _spans(columns[near], rows[near]) > _allowed(int(near.sum())):
        raise _too_sparse()

    def kept(match: re.Match[bytes]) -> bytes:
        inside = int(match[2]) <= last_row and column_number(match[1].decode()) <= last_column
        return match[0] if inside else b""

    return _if_not_too_sparse(_CELL.sub(kept, sheet)), int(len(rows) - near.sum())


def _if_not_too_sparse(sheet: bytes) -> bytes:
    check_extent(extent_of(sheet))
    return sheet


def check_extent(extent: Extent) -> None:
    """Raise IntakeError (spreadsheet_too_sparse) when cells take far more room than they are worth."""
    if extent.last_row * extent.last_column > _allowed(extent.cells):
        raise _too_sparse()


def _allowed(filled: int) -> int:
    return max(_ROOMY, _MOST_EMPTY * filled)


def _spans(columns: Numbers, rows: Numbers) -> int:
    return int(columns.max(initial=0)) * int(rows.max(initial=0))


def _before_gap(numbers: Numbers, far: int) -> int:
    """The last number before the first gap of more than `far`."""
    different = np.unique(numbers)
    gaps = np.flatnonzero(np.diff(different, prepend=0) > far)
    return int(different[gaps[0] - 1]) if len(gaps) and gaps[0] else int(different[-1])


def _check_spread(content: bytes) -> None:
    """Refuse an ODS sheet whose filled cells span far more than they are."""
    row = last = width = column = filled = repeat = 0
    for mark in _ODS_MARK.finditer(content):
        if mark["of_cell"] is not None:
            times = _times(_COLUMNS_REPEATED, mark["of_cell"])
            column += times
            if mark["empty"] is None:
                filled += times * repeat
                last, width = row, max(width, column)
        elif mark["row"]:
            repeat, column = _times(_ROWS_REPEATED, mark["of_row"]), 0
            row += repeat
        else:
            row = last = width = 0
        if last * width > _allowed(min(filled, _ROOMY)):
            raise _too_sparse()


def _times(pattern: re.Pattern[bytes], attributes: bytes) -> int:
    found = pattern.search(attributes)
    return int(found[1]) if found else 1


def _too_sparse() -> IntakeError:
    return IntakeError(
        "The cells of this spreadsheet are scattered too far apart to be read. Nothing was stored or sent. "
        "Delete the empty rows and columns between and beyond your table, or save the sheet as CSV, "
        "and choose that file.",
        code="spreadsheet_too_sparse",
    )
