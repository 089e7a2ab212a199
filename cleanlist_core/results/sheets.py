"""What a download holds, before it is written as CSV or Excel: a header and chunks of columns."""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pyarrow as pa

from cleanlist_core.domain import Outcome
from cleanlist_core.errors import RunError
from cleanlist_core.results.csv_files import as_columns
from cleanlist_core.results.presets import RowChoice
from cleanlist_core.store import results as stored
from cleanlist_core.store.database import Database

OUR_COLUMNS = (
    "Cleanlist Email",
    "Cleanlist Email Status",
    "Cleanlist Phone",
    "Cleanlist Other Phones",
    "Cleanlist Result",
    "Cleanlist Reason",
    "Cleanlist Credits",
    "Cleanlist Checked On",
)
TO_FIX = "What to fix"
MISSES = (Outcome.NOTHING, Outcome.FAILED)
CELLS_AT_ONCE = 150_000
KEPT_AS_TEXT = re.compile(r"(?i)\b(?:phones?|mobile|tel|telephone|cell|fax|zip|postal|postcode|id|ids)\b")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One table to download.

    header: column names. chunks: each a list of string columns without nulls, in the order of the header.
    rows: how many there will be at most. notes: what to tell a person, known once the chunks are read.
    text_columns: positions of phones and ids.
    """

    header: tuple[str, ...]
    rows: int
    chunks: Iterator[list[pa.Array]]
    notes: Callable[[], tuple[str, ...]] = tuple

    @property
    def text_columns(self) -> tuple[int, ...]:
        return tuple(place for place, name in enumerate(self.header) if KEPT_AS_TEXT.search(_spaced(name)))


def _spaced(name: str) -> str:
    return re.sub(r"(?<=[a-z])(?=[A-Z])|_", " ", name)


def everything(database: Database, heading: stored.RunHeading, rows: RowChoice) -> Sheet:
    """All columns and rows of the file exactly as uploaded, with ours beside them."""
    return Sheet(
        header=heading.columns + unique_names(heading.columns, OUR_COLUMNS),
        rows=stored.count_rows(database, heading, rows=rows),
        chunks=_everything_chunks(database, heading, rows),
    )


def _everything_chunks(
    database: Database, heading: stored.RunHeading, rows: RowChoice
) -> Iterator[list[pa.Array]]:
    width = len(heading.columns)
    for chunk in stored.result_rows(database, heading, rows=rows, chunk=chunk_size(width)):
        ours = as_columns(map(_our_cells, chunk), len(OUR_COLUMNS))
        yield original_columns([row.cells for row in chunk], width) + ours


def not_found(database: Database, heading: stored.RunHeading) -> Sheet:
    """The rows of people who were looked up without a find: the file's own columns, ready to try again."""
    return _own_rows(database, heading, MISSES)


def needs_fixing(database: Database, heading: stored.RunHeading) -> Sheet:
    """The rows that could not be sent, with what to fix in a column of its own."""
    return _own_rows(database, heading, (Outcome.NEEDS_FIXING,), TO_FIX)


def _own_rows(
    database: Database, heading: stored.RunHeading, outcomes: Sequence[Outcome], reasons_as: str = ""
) -> Sheet:
    extra = unique_names(heading.columns, [reasons_as]) if reasons_as else ()
    width = len(heading.columns)

    def chunks() -> Iterator[list[pa.Array]]:
        for chunk in stored.result_rows(database, heading, outcomes=outcomes, chunk=chunk_size(width)):
            reasons = [pa.array([row.reason for row in chunk], pa.string())] if extra else []
            yield original_columns([row.cells for row in chunk], width) + reasons

    rows = stored.count_rows(database, heading, outcomes=outcomes)
    return Sheet(heading.columns + extra, rows, chunks())


def _our_cells(row: Any) -> tuple[str, ...]:
    return (
        row.email,
        row.email_status if row.email else "",
        row.phone,
        row.other_phones,
        Outcome(row.outcome).label,
        row.reason,
        str(row.credits),
        checked_on(row.checked_at),
    )


def checked_on(moment: float | None) -> str:
    """A moment as a date in UTC, "" for none."""
    return "" if moment is None else datetime.fromtimestamp(moment, UTC).date().isoformat()


def chunk_size(width: int) -> int:
    """Rows to hold in memory at once."""
    return max(100, CELLS_AT_ONCE // max(width, 1))


def original_columns(rows: Sequence[str], width: int) -> list[pa.Array]:
    """The file's own cells, from one JSON array per row, as `width` columns; "" where a row is short."""
    table = json.loads("[" + ",".join(rows) + "]")
    return as_columns((padded(cells, width) for cells in table), width)


def padded(cells: list[str], width: int) -> list[str]:
    """The cells of one row, filled up with "" where the row is short."""
    return cells if len(cells) == width else (cells + [""] * width)[:width]


def unique_names(taken: Sequence[str], wanted: Sequence[str]) -> tuple[str, ...]:
    """The wanted names, each numbered where the file already has a column of that name."""
    used = {name.strip().casefold() for name in taken}
    return tuple(_unique_name(used, name) for name in wanted)


def _unique_name(used: set[str], name: str) -> str:
    if name.casefold() not in used:
        return name
    numbered = (f"{name} ({number})" for number in count(2))
    return next(candidate for candidate in numbered if candidate.casefold() not in used)


def refuse_deleted(heading: stored.RunHeading) -> None:
    if heading.deleted:
        raise RunError(
            "The data of this list was deleted, so there is no file to download. What was found can still be"
            " reused for nothing: upload the file again.",
            code="list_deleted",
        )
