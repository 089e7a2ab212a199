"""A corrected file on its way back: which row of the list each of its rows is, and what was corrected.

Rows are known by an id in a column of their own, never by their position, so that a file may be sorted,
shortened and saved by any program in between.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pyarrow as pa

from cleanlist_core.domain import Contact, RowFields
from cleanlist_core.errors import IntakeError
from cleanlist_core.intake.column_names import place_of
from cleanlist_core.intake.mapping import ColumnMapping, recognise
from cleanlist_core.intake.normalising import normalise
from cleanlist_core.intake.rechecking import cause_of
from cleanlist_core.intake.tables import ReadTable

ROW_COLUMN = "Cleanlist Row"
_FIX_COLUMN = "What to fix"
_MARK = re.compile(r"(^|[;\t\r\n][\s\"]*)'")
"""Where a download has put an apostrophe: before a cell, and behind what ends one in some spreadsheets."""
_BESIDE = ("phone", "title", "location")
_ID = re.compile(r"row-(?P<number>\d{1,9})-(?P<list>[0-9a-f]{6})")


def row_id(list_id: str, row_number: int) -> str:
    """The name of a row outside of the program; spreadsheets take it for text."""
    return f"row-{row_number}-{list_id[:6]}"


@dataclass(frozen=True, slots=True)
class KnownRows:
    """Rows of a corrected file. places: row number → position in the file.

    repeated: row numbers that are there several times. unknown: rows without an id of this list.
    """

    places: dict[int, int]
    repeated: tuple[int, ...]
    unknown: int


def known_rows(table: ReadTable, list_id: str) -> KnownRows:
    """Which row of the list each row of the file is. Raises IntakeError (no_row_ids) when none says so."""
    named = [place for place, header in enumerate(table.columns) if header.strip().startswith(ROW_COLUMN)]
    if not named:
        raise IntakeError(
            f"This file has no column “{ROW_COLUMN}”, so nobody can tell which rows it corrects."
            " Nothing was changed. Download the rows to fix again, and keep that column when you correct"
            " them; or drop the file in as a new list.",
            code="no_row_ids",
        )
    best = max(
        (_numbers(table, place, list_id) for place in named), key=lambda ids: len(ids) - ids.count(None)
    )
    if not any(number is not None for number in best):
        raise IntakeError(
            "The rows of this file belong to another list. Nothing was changed."
            " Open that list and drop the file in there, or download the rows to fix again here.",
            code="other_list",
        )
    times = Counter(number for number in best if number is not None)
    return KnownRows(
        places={
            number: place for place, number in enumerate(best) if number is not None and times[number] == 1
        },
        repeated=tuple(sorted(number for number, count in times.items() if count > 1)),
        unknown=best.count(None),
    )


def _numbers(table: ReadTable, place: int, list_id: str) -> list[int | None]:
    found = [
        _ID.fullmatch(text.strip().lstrip("'").lower()) for text in table.cells.column(place).to_pylist()
    ]
    return [int(one["number"]) if one and one["list"] == list_id[:6] else None for one in found]


@dataclass(frozen=True, slots=True)
class Corrected:
    """A corrected row: its fields in plain form, and why it still cannot be sent, "" when it can.

    cells: place of a column of the list → what the correction says there, where that differs from the upload.
    """

    fields: RowFields
    cause: str
    cells: Mapping[int, str]


@dataclass(frozen=True, slots=True)
class CorrectedFile:
    """A corrected file beside the list it comes from.

    columns: the list's header. mapping: field → names of its columns, best first.
    A repeated header is known by its turn: the second `Email` of the file is the second of the list.
    """

    table: ReadTable
    columns: Sequence[str]
    mapping: Mapping[str, Sequence[str]]

    def corrections(
        self, places: Mapping[int, int], uploaded: Mapping[int, Sequence[str]]
    ) -> dict[int, Corrected]:
        """Row number → its correction, for rows in which a cell that is used differs from the upload.

        places: row number → position in the file. uploaded: row number → cells as uploaded.
        """
        mapping = self._mapping()
        used = [place for some in mapping.columns.values() for place in some]
        origins = [self._origin(place) for place in used]
        columns = [self.table.cells.column(place).to_pylist() for place in used]

        def is_corrected(number: int, position: int) -> bool:
            pairs = zip(columns, origins, strict=True)
            return any(_differs(cells[position], _cell(uploaded[number], origin)) for cells, origin in pairs)

        changed = [number for number, position in places.items() if is_corrected(number, position)]
        read = self._read([places[number] for number in changed], mapping)
        cells = self._corrected_cells([(uploaded[number], places[number]) for number in changed])
        return {
            number: Corrected(fields, cause, corrected)
            for number, (fields, cause), corrected in zip(changed, read, cells, strict=True)
        }

    @property
    def lacking(self) -> tuple[str, ...]:
        """Fields nobody is looked up by of which the file lacks a column, so that it says nothing of them."""
        there = set(_turns(self.table.columns))
        listed = _turns(self.columns)
        origins = {
            name: [place_of(one, self.columns) for one in self.mapping.get(name, ())] for name in _BESIDE
        }
        return tuple(
            name
            for name, places in origins.items()
            if any(place is not None and listed[place] not in there for place in places)
        )

    def _corrected_cells(self, rows: Sequence[tuple[Sequence[str], int]]) -> list[dict[int, str]]:
        """What each row says otherwise than the upload. rows: cells as uploaded, and the position here."""
        columns = [
            (origin, self.table.cells.column(place).to_pylist())
            for place in range(len(self.table.columns))
            if (origin := self._origin(place)) is not None
        ]
        return [
            {
                origin: _MARK.sub(r"\1", cells[position].strip())
                for origin, cells in columns
                if _differs(cells[position], _cell(uploaded, origin))
            }
            for uploaded, position in rows
        ]

    def _mapping(self) -> ColumnMapping:
        """The columns of the list by their headers, and what columns were added for fields it lacks."""
        columns: dict[str, tuple[int, ...]] = {}
        own = set(self.columns) | {ROW_COLUMN, _FIX_COLUMN}
        there = self.table.columns
        turns, listed = _turns(there), _turns(self.columns)
        for name, chosen in self.mapping.items():
            origins = [place_of(one, self.columns) for one in chosen]
            wanted = [listed[origin] for origin in origins if origin is not None]
            found = tuple(turns.index(turn) for turn in wanted if turn in turns)
            if found:
                columns[name] = found
        for name, positions in self._recognised().items():
            added = tuple(place for place in positions if there[place] not in own)
            if added and name not in columns:
                columns[name] = added
        return ColumnMapping("", "", columns, {})

    def _recognised(self) -> Mapping[str, tuple[int, ...]]:
        try:
            return recognise(self.table).columns
        except IntakeError:
            return {}

    def _origin(self, place: int) -> int | None:
        """The column of the list that a column of the file was; None for one that was added."""
        turn, turns = _turns(self.table.columns)[place], _turns(self.columns)
        return turns.index(turn) if turn in turns else None

    def _read(self, positions: Sequence[int], mapping: ColumnMapping) -> list[tuple[RowFields, str]]:
        if not positions:
            return []
        some = pa.array(positions)
        part = replace(self.table, cells=self.table.cells.take(some), lines=self.table.lines.take(some))
        people = normalise(part, mapping)
        plain = zip(*(getattr(people, name).to_pylist() for name in RowFields.__slots__), strict=True)
        fields = [RowFields(*values) for values in plain]
        typed = _typed(part, mapping)
        return [
            (one, cause_of(one, cells, phone=one.phone)) for one, cells in zip(fields, typed, strict=True)
        ]


def _turns(headers: Sequence[str]) -> list[tuple[str, int]]:
    """Each header with how many equal ones stand before it."""
    seen: Counter[str] = Counter()
    turns = []
    for header in headers:
        turns.append((header, seen[header]))
        seen[header] += 1
    return turns


def _typed(table: ReadTable, mapping: ColumnMapping) -> list[Contact]:
    """What stands in the cells that tell why a row cannot be sent."""
    first = _joined(table, [*mapping.columns.get("first_name", ()), *mapping.columns.get("full_name", ())])
    last = _joined(table, mapping.columns.get("last_name", ()))
    link = _joined(table, mapping.columns.get("linkedin_url", ())[:1])
    return [
        Contact(linkedin_url=address, first_name=one, last_name=other)
        for address, one, other in zip(link, first, last, strict=True)
    ]


def _joined(table: ReadTable, positions: Sequence[int]) -> list[str]:
    columns = [table.cells.column(place).to_pylist() for place in positions]
    if not columns:
        return [""] * table.cells.num_rows
    return [" ".join(filter(None, texts)) for texts in zip(*columns, strict=True)]


def _cell(cells: Sequence[str], place: int | None) -> str:
    return cells[place] if place is not None and place < len(cells) else ""


def _differs(text: str, uploaded: str) -> bool:
    """Whether a cell was corrected; apostrophes that keep formulas from running, and spaces, are none."""
    return _without_marks(text) != _without_marks(uploaded)


def _without_marks(text: str) -> str:
    return " ".join(_MARK.sub(r"\1", text.strip()).split())
