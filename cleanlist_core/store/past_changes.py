"""The changes of a list that still hold, row by row, for the list that takes its place."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import and_, select

from cleanlist_core.domain import RowFields
from cleanlist_core.store.corrected_cells import CorrectedCells, cells_of
from cleanlist_core.store.database import Database
from cleanlist_core.store.row_checks import in_parts
from cleanlist_core.store.schema import list_change, list_change_row, list_row

_FIELDS = tuple(RowFields.__slots__)


@dataclass(frozen=True, slots=True)
class PastRow:
    """line: where the row starts in the file. reason: why it cannot be sent after the change, "" if not.

    cells: what a corrected file says otherwise than the upload.
    """

    line: int
    before: RowFields
    after: RowFields
    reason: str
    cells: CorrectedCells


@dataclass(frozen=True, slots=True)
class PastChange:
    """A change that was not undone. kind, text: as on the list's record."""

    kind: str
    text: str
    rows: tuple[PastRow, ...]


def past_changes(database: Database, list_id: str) -> list[PastChange]:
    """The changes that still hold, oldest first, their rows in file order."""
    query = (
        select(list_change.c.id, list_row.c.line, list_change_row.c.before, list_change_row.c.after)
        .join(list_change_row, list_change_row.c.change_id == list_change.c.id)
        .join(
            list_row,
            and_(
                list_row.c.list_id == list_change.c.list_id,
                list_row.c.row_number == list_change_row.c.row_number,
            ),
        )
        .where(list_change.c.list_id == list_id, list_change.c.undone_at.is_(None))
        .order_by(list_change.c.id, list_row.c.row_number)
    )
    heads = select(list_change).where(list_change.c.list_id == list_id, list_change.c.undone_at.is_(None))
    with database.read() as connection:
        rows: dict[int, list[PastRow]] = {}
        for change_id, line, before, after in connection.execute(query):
            row = PastRow(line, _fields(before), _fields(after), str(after["reason"]), cells_of(after))
            rows.setdefault(change_id, []).append(row)
        found = connection.execute(heads.order_by(list_change.c.id))
        return [PastChange(one.kind, one.text, tuple(rows.get(one.id, ()))) for one in found]


def rows_on_lines(database: Database, list_id: str, lines: Sequence[int]) -> list[dict[str, Any]]:
    """The rows that start on these lines of the file: row_number, line, reason and the fields."""
    columns = [list_row.c[name] for name in ("row_number", "line", "reason", *_FIELDS)]
    found = []
    with database.read() as connection:
        for part in in_parts(lines):
            here = and_(list_row.c.list_id == list_id, list_row.c.line.in_(part))
            found += [dict(row) for row in connection.execute(select(*columns).where(here)).mappings()]
    return found


def _fields(values: dict[str, Any]) -> RowFields:
    # A change of an older version says nothing of some fields, for it has left them alone.
    return RowFields(**{name: values.get(name, "") for name in _FIELDS})
