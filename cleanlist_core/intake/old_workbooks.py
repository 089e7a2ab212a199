"""XLS files: where their cells stand and how large they say they are is looked at before anything is read.

Such a file is a small file system whose sectors are chained up, and in it one stream of records. The reader
of sheets follows a chain that bites its own tail until all memory is taken, believes any number it is told,
and takes room from the first cell to the farthest one. So the stream is taken out here, its records are gone
through as the reader will, and the reader gets nothing but that stream, in a container of our own.

Source: [MS-CFB] for the container, [MS-XLS] for the records.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator, Sequence

from cleanlist_core.intake.cell_places import Extent

_SIGNATURE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FREE, _END_OF_CHAIN, _FAT_SECTOR = 0xFFFFFFFF, 0xFFFFFFFE, 0xFFFFFFFD
_IN_HEADER = 109
"""Places of the sector table that the header holds itself."""
_ENTRY_BYTES = 128
_SECTOR_BYTES = 4096
_MINI_BYTES = 64
_WORKBOOKS = ("Workbook", "Book")

_BEGIN, _END, _PASSWORD = 0x809, 0x0A, 0x2F
_BOUND_SHEET, _STRINGS, _DIMENSIONS, _MANY_NUMBERS, _MANY_BLANKS = 0x85, 0xFC, 0x200, 0xBD, 0xBE
_CELLS = frozenset(
    (0x06, 0x206, 0x406, 0x201, 0x203, 0x204, 0x205, 0x27E, 0xFD, 0xD6, _MANY_NUMBERS, _MANY_BLANKS)
)
_MOST_ROWS, _MOST_COLUMNS, _MOST_SHEETS = 65_536, 256, 1_000


class LockedWorkbookError(ValueError):
    """The records are encrypted."""


class _Container:
    """The streams of a file of the kind OLE, which [MS-CFB] calls a compound file."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        (shift,) = struct.unpack_from("<H", data, 30)
        if shift not in (9, 12):
            raise ValueError("sectors of an unknown size")
        self._size = 1 << shift
        directory, self._least, first_mini = struct.unpack_from("<I4xII", data, 48)
        self._links = self._sector_table()
        self._entries = self._read(self._links, directory)
        self._mini_links = self._numbers(self._read(self._links, first_mini))
        self._wide = shift == 12

    def stream(self, names: Sequence[str]) -> bytes:
        """The first of these streams that is there. Raises ValueError when none is."""
        found = {name: (start, size) for name, kind, start, size in self._listed() if kind == 2}
        start, size = next((found[name] for name in names if name in found), (_END_OF_CHAIN, 0))
        if size >= self._least:
            content = self._read(self._links, start)
        else:
            minis = self._read(self._links, next(self._listed())[2])
            chain = self._chain(self._mini_links, start)
            content = b"".join(minis[place * _MINI_BYTES : (place + 1) * _MINI_BYTES] for place in chain)
        if not content:
            raise ValueError("no workbook inside")
        return content[:size]

    def _listed(self) -> Iterator[tuple[str, int, int, int]]:
        """Name, kind, first sector and size of each entry; the first one is the root."""
        for place in range(0, len(self._entries) - _ENTRY_BYTES + 1, _ENTRY_BYTES):
            entry = self._entries[place : place + _ENTRY_BYTES]
            length, kind = struct.unpack_from("<HB", entry, 64)
            start, size = struct.unpack_from("<IQ" if self._wide else "<II", entry, 116)
            yield entry[: max(length - 2, 0)].decode("utf-16-le", "replace"), kind, start, size

    def _sector_table(self) -> list[int]:
        """Of every sector the one that follows it."""
        places = list(struct.unpack_from(f"<{_IN_HEADER}I", self._data, 76))
        (following,) = struct.unpack_from("<I", self._data, 68)
        seen: set[int] = set()
        while following < _FAT_SECTOR - 1 and following not in seen:
            seen.add(following)
            *more, following = self._numbers(self._sector(following))
            places += more
        own = dict.fromkeys(place for place in places if place < _FAT_SECTOR - 1)
        return [number for place in own for number in self._numbers(self._sector(place))]

    def _read(self, links: Sequence[int], start: int) -> bytes:
        return b"".join(map(self._sector, self._chain(links, start)))

    def _chain(self, links: Sequence[int], start: int) -> list[int]:
        chain: list[int] = []
        while start < len(links):
            chain.append(start)
            if len(chain) > len(links):
                raise ValueError("a chain of sectors without an end")
            start = links[start]
        return chain

    def _sector(self, place: int) -> bytes:
        """A sector; what the end of the file lacks of it is zeros."""
        start = (place + 1) * self._size
        sector = self._data[start : start + self._size]
        if not sector:
            raise ValueError("a sector beyond the end of the file")
        return sector.ljust(self._size, b"\0")

    def _numbers(self, content: bytes) -> tuple[int, ...]:
        return struct.unpack(f"<{len(content) // 4}I", content)


def workbook_stream(data: bytes) -> bytes:
    """The records of an XLS file. Raises ValueError, struct.error for a file that is none or is damaged."""
    return _Container(data).stream(_WORKBOOKS)


def extent_of_sheets(records: bytes) -> Extent:
    """How many cells all sheets have together, and the room that all of them take, as rows of one column.

    Raises ValueError when a record says what no workbook says, struct.error when one is cut off.
    """
    starts = _starts_of_sheets(records)
    if len(starts) > _MOST_SHEETS:
        raise ValueError("too many sheets")
    room = cells = 0
    for start in starts:
        sheet = _extent_of_sheet(records, start)
        cells += sheet.cells
        room += sheet.last_row * sheet.last_column
        # A cell takes ten bytes: only where sheets share their records there could be more.
        if cells > len(records):
            raise ValueError("more cells than there is room for")
    return Extent(cells, room, 1)


def _starts_of_sheets(records: bytes) -> list[int]:
    starts = []
    for kind, at, size in _records(records, 0):
        if kind == _PASSWORD:
            raise LockedWorkbookError("behind a password")
        if kind == _BOUND_SHEET:
            starts.append(struct.unpack_from("<I", records, at)[0])
        elif kind == _STRINGS and size >= 8 and struct.unpack_from("<I", records, at + 4)[0] > len(records):
            raise ValueError("more texts than there is room for")
    return starts


def _extent_of_sheet(records: bytes, start: int) -> Extent:
    extent = Extent()
    for kind, at, size in _records(records, start):
        if kind == _DIMENSIONS:
            _check_dimensions(records[at : at + size])
        elif kind in _CELLS and size >= 4:
            row, column = struct.unpack_from("<HH", records, at)
            several = (size - 6) // 6 + 1 if kind == _MANY_NUMBERS else (size - 6) // 2 + 1
            width = max(several, 1) if kind in (_MANY_NUMBERS, _MANY_BLANKS) else 1
            extent.cells += width
            extent.last_row = max(extent.last_row, row + 1)
            extent.last_column = max(extent.last_column, column + width)
    return extent


def _check_dimensions(told: bytes) -> None:
    layout = "<IIHH" if len(told) == 14 else "<HHHH"
    first_row, rows, first_column, columns = struct.unpack_from(layout, told)
    if not (first_row <= rows <= _MOST_ROWS and first_column <= columns <= _MOST_COLUMNS):
        raise ValueError("a sheet larger than any")


def _records(records: bytes, start: int) -> Iterator[tuple[int, int, int]]:
    """Kind, first byte and size of each record from a beginning to its end, parts inside included.

    Where the reader stops earlier, at the end of such a part, more is looked at here than it reads.
    """
    read = struct.Struct("<HH").unpack_from
    if read(records, start)[0] != _BEGIN:
        raise ValueError("no sheet begins here")
    depth = 0
    while start + 4 <= len(records):
        kind, size = read(records, start)
        depth += (kind == _BEGIN) - (kind == _END)
        if not depth:
            return
        yield kind, start + 4, size
        start += 4 + size


def contained(records: bytes) -> bytes:
    """An XLS file of these records and nothing else. Raises ValueError when they are too many for one."""
    # Shorter streams would have to be kept among the small ones.
    content = records.ljust(_SECTOR_BYTES, b"\0")
    sectors = -(-len(content) // _SECTOR_BYTES)
    # Behind the stream one sector for small streams, which must be there, one of entries, then the table.
    small, entries, table = sectors, sectors + 1, sectors + 2
    per_table = _SECTOR_BYTES // 4
    tables = -(-(sectors + 2) // (per_table - 1))
    if tables > _IN_HEADER:
        raise ValueError("too large for an XLS file")
    links = [*range(1, sectors), _END_OF_CHAIN, _END_OF_CHAIN, _END_OF_CHAIN, *[_FAT_SECTOR] * tables]
    links += [_FREE] * (tables * per_table - len(links))
    places = [*range(table, table + tables), *[_FREE] * (_IN_HEADER - tables)]
    header = struct.pack(
        "<8s16xHHHHH6xIIIIIIIII109I", _SIGNATURE, 0x3E, 4, 0xFFFE, 12, 6, 1, tables, entries, 0,
        _SECTOR_BYTES, _END_OF_CHAIN, 0, _END_OF_CHAIN, 0, *places,
    )  # fmt: skip
    root, workbook = _entry("Root Entry", 5, small, _MINI_BYTES), _entry("Workbook", 2, 0, len(content))
    parts = (header, content, b"", root + workbook, struct.pack(f"<{len(links)}I", *links))
    padded = (part.ljust(max(-(-len(part) // _SECTOR_BYTES), 1) * _SECTOR_BYTES, b"\0") for part in parts)
    return b"".join(padded)


def _entry(name: str, kind: int, start: int, size: int) -> bytes:
    written = name.encode("utf-16-le")
    siblings = (_FREE, _FREE, 1 if kind == 5 else _FREE)
    return struct.pack(
        "<64sHBBIII36xIQ", written, len(written) + 2, kind, 1, *siblings, start, size
    )  # fmt: skip
