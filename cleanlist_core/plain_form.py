"""What the cells of a list were made into: names that were split, values that were tidied, as examples."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import RowMapping

from cleanlist_core.domain import RowCheck
from cleanlist_core.fixing import MappedCells
from cleanlist_core.store.database import Database
from cleanlist_core.store.lists import StoredList, read_rows

ROWS_LOOKED_AT = 500
EXAMPLES = 5
TIDIED = ("first_name", "last_name", "company_name", "company_domain", "linkedin_url")


@dataclass(frozen=True, slots=True)
class SplitName:
    """A full name as written, and the two parts it was split into."""

    number: int
    written: str
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class TidiedValue:
    """A cell as written, and the plain form that is sent. field: one of TIDIED."""

    number: int
    field: str
    written: str
    plain: str


def split_names(database: Database, listed: StoredList, *, limit: int = EXAMPLES) -> tuple[SplitName, ...]:
    """Some of the names that were split; those first of which more was made than two words."""
    found = [
        SplitName(row["row_number"], written, row["first_name"], row["last_name"])
        for row, cells, columns in _rows(database, listed)
        if (written := _full_name(columns, cells)) and row["first_name"] and row["last_name"]
    ]
    different = {one.written: one for one in reversed(found)}
    telling = sorted(different.values(), key=lambda one: (_is_simple(one), one.number))
    return tuple(telling[:limit])


def _is_simple(one: SplitName) -> bool:
    return one.written.split() == f"{one.first} {one.last}".split()


def _full_name(columns: MappedCells, cells: Sequence[str]) -> str:
    """The full name that a row's names come from; "" where the file has both apart."""
    parts = (_first(columns, name, cells) for name in ("first_name", "last_name"))
    return "" if all(parts) else _first(columns, "full_name", cells)


def _first(columns: MappedCells, name: str, cells: Sequence[str]) -> str:
    return next(filter(None, (text.strip() for text in columns.texts(name, cells))), "")


def tidied_values(
    database: Database, listed: StoredList, *, limit: int = EXAMPLES
) -> tuple[TidiedValue, ...]:
    """Some of the values that were tidied, of as many fields as possible; capitals count, spaces do not."""
    by_field: dict[str, list[TidiedValue]] = {name: [] for name in TIDIED}
    for row, cells, columns in _rows(database, listed):
        for name, found in by_field.items():
            written = _first(columns, name, cells)
            if written and row[name] and written != row[name] and len(found) < limit:
                found.append(TidiedValue(row["row_number"], name, written, row[name]))
    turns = [found[place] for place in range(limit) for found in by_field.values() if place < len(found)]
    return tuple(turns[:limit])


def _rows(database: Database, listed: StoredList) -> Iterator[tuple[RowMapping, Sequence[str], MappedCells]]:
    columns = MappedCells(listed)
    for row, cells in read_rows(database, listed.id, limit=ROWS_LOOKED_AT):
        if row["checked"] != RowCheck.INVALID.value:
            yield row, cells, columns
