"""XLS files made to take all memory are refused before anything is read; others are read as they stand."""

from __future__ import annotations

import struct
from collections.abc import Callable
from pathlib import Path

import pytest

from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.old_workbooks import contained, workbook_stream
from cleanlist_core.intake.reading import read_table

FAIR = (Path(__file__).parents[2] / "data" / "fair_2003.xls").read_bytes()
TEXT_CELL, DIMENSIONS, STRINGS, BOUND_SHEET = 0xFD, 0x200, 0xFC, 0x85
BEGIN = struct.pack("<HH", 0x809, 16) + workbook_stream(FAIR)[4:20]
END = struct.pack("<HH", 0x0A, 0)


def patched(kind: int, offset: int, value: bytes) -> bytes:
    """The file with bytes put into its last record of a kind."""
    records = bytearray(workbook_stream(FAIR))
    at, last = 0, -1
    while at + 4 <= len(records):
        found, size = struct.unpack_from("<HH", records, at)
        last = at if found == kind else last
        at += 4 + size
    assert last >= 0
    records[last + 4 + offset : last + 4 + offset + len(value)] = value
    return contained(bytes(records))


def with_records_in_the_last_sheet(more: bytes) -> bytes:
    records = workbook_stream(FAIR)
    at = 0
    while records[at : at + 4] != bytes(4):
        end, at = at, at + 4 + struct.unpack_from("<H", records, at + 2)[0]
    return contained(records[:end] + more + END)


def number_at(row: int, column: int) -> bytes:
    return struct.pack("<HHHHHd", 0x203, 14, row, column, 0, 1.0)


def sectors_changed(change: Callable[[bytearray], None]) -> bytes:
    data = bytearray(FAIR)
    change(data)
    return bytes(data)


def table_at(data: bytearray) -> int:
    return 512 * (int(struct.unpack_from("<I", data, 76)[0]) + 1)


def biting_its_tail(data: bytearray) -> None:
    struct.pack_into("<I", data, table_at(data) + 4 * 7, 3)


def leading_nowhere(data: bytearray) -> None:
    struct.pack_into("<I", data, table_at(data), 100)


def tables_in_a_ring(data: bytearray) -> None:
    own = len(data) // 512 - 1
    struct.pack_into("<II", data, 68, own, 1)
    data += struct.pack("<128I", *[0xFFFFFFFF] * 127, own)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        pytest.param(
            patched(TEXT_CELL, 0, struct.pack("<HH", 65_535, 65_535)),
            "spreadsheet_too_sparse",
            id="a cell in the last corner",
        ),
        pytest.param(
            with_records_in_the_last_sheet(BEGIN + END + number_at(65_000, 250)),
            "spreadsheet_too_sparse",
            id="a far cell behind a chart",
        ),
        pytest.param(
            with_records_in_the_last_sheet(struct.pack("<HHHH", 0xBD, 394, 65_000, 0) + bytes(390)),
            "spreadsheet_too_sparse",
            id="many numbers in a far row",
        ),
        pytest.param(
            patched(DIMENSIONS, 0, b"\xff"), "spreadsheet_broken", id="rows that end before they begin"
        ),
        pytest.param(
            patched(DIMENSIONS, 4, struct.pack("<I", 0x7FFFFFFF)), "spreadsheet_broken", id="endless rows"
        ),
        pytest.param(patched(DIMENSIONS, 10, b"\xff\xff"), "spreadsheet_broken", id="columns past any"),
        pytest.param(patched(STRINGS, 4, b"\xff\xff\xff\x7f"), "spreadsheet_broken", id="countless texts"),
        pytest.param(
            sectors_changed(biting_its_tail), "spreadsheet_broken", id="a chain that bites its tail"
        ),
        pytest.param(sectors_changed(leading_nowhere), "spreadsheet_broken", id="a chain that leads nowhere"),
    ],
)
def test_an_old_workbook_that_would_take_all_memory_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(IntakeError) as caught:
        read_table(data, "fair.xls")
    assert caught.value.code == code


def test_sheets_that_share_their_records_take_no_more_room_than_the_file() -> None:
    records = workbook_stream(FAIR)
    first = records.index(struct.pack("<H", BOUND_SHEET))
    length = 4 + struct.unpack_from("<H", records, first + 2)[0]
    entry = bytearray(records[first : first + length])
    # Put before the others, these move all sheets further back.
    struct.pack_into("<I", entry, 4, struct.unpack_from("<I", entry, 4)[0] + 900 * length)
    data = contained(records[: len(BEGIN)] + bytes(entry) * 900 + records[len(BEGIN) :])
    with pytest.raises(IntakeError) as caught:
        read_table(data, "fair.xls")
    assert caught.value.code == "spreadsheet_broken"


def test_tables_of_sectors_in_a_ring_are_gone_through_once() -> None:
    assert read_table(sectors_changed(tables_in_a_ring), "fair.xls").sheet == "Leads"


def test_an_old_workbook_behind_a_password_says_so() -> None:
    records = workbook_stream(FAIR)
    password = struct.pack("<HHHHH", 0x2F, 6, 1, 1, 1)
    with pytest.raises(IntakeError) as caught:
        read_table(contained(records[: len(BEGIN)] + password + records[len(BEGIN) :]), "fair.xls")
    assert caught.value.code == "spreadsheet_encrypted"


@pytest.mark.parametrize("length", [4_096, 4_097, 5_000_000])
def test_records_put_into_a_container_come_out_again(length: int) -> None:
    records = workbook_stream(FAIR).ljust(length, b"\0")
    data = contained(records)
    assert workbook_stream(data) == records
    assert read_table(data, "fair.xls").cells.equals(read_table(FAIR, "fair.xls").cells)
