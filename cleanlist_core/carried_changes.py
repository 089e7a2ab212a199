"""What a person has fixed in a list, carried over to the list that takes its place.

A fix is carried over where the new list's row says, in each field the fix was about, what the old one said
before it. Elsewhere the file is read otherwise now, and the fix would write over that.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import pyarrow as pa

from cleanlist_core.domain import RowFields, is_left_out
from cleanlist_core.intake.checking import DUPLICATE
from cleanlist_core.intake.rechecking import can_be_sent, recheck
from cleanlist_core.store.database import Database
from cleanlist_core.store.list_changes import change_rows
from cleanlist_core.store.lists import StoredList
from cleanlist_core.store.past_changes import PastChange, past_changes, rows_on_lines
from cleanlist_core.store.row_checks import RowPatch

_FIELDS = tuple(RowFields.__slots__)


@dataclass
class _NewRow:
    number: int
    fields: RowFields
    reason: str


def lost_lines(database: Database, listed: StoredList, rows: pa.Table) -> tuple[int, ...]:
    """Lines of the file whose fixes would not hold in a list of these rows (the columns of `list_row`)."""
    past = past_changes(database, listed.id)
    if not past:
        return ()
    return _planned(past, _by_line(rows.select(["row_number", "line", "reason", *_FIELDS]).to_pylist()))[1]


def carry_over(database: Database, listed: StoredList, new: StoredList) -> tuple[int, ...]:
    """Make the fixes of one list in another one of the same file. Returns the lines they were lost on."""
    past = past_changes(database, listed.id)
    if not past:
        return ()
    lines = {row.line for change in past for row in change.rows}
    found = rows_on_lines(database, new.id, sorted(lines))
    planned, lost = _planned(past, _by_line(found))
    same_columns = listed.facts.columns == new.facts.columns
    numbers = {row["line"]: row["row_number"] for row in found}
    for change, patches in planned:
        cells = {numbers[row.line]: row.cells for row in change.rows if row.line in numbers}
        change_rows(
            database,
            new.organization_id,
            new.id,
            patches,
            kind=change.kind,
            text=change.text,
            recheck=recheck,
            cells=cells if same_columns else None,
        )
    return lost


def _by_line(rows: Iterable[Mapping[str, Any]]) -> dict[int, _NewRow]:
    found = {}
    for row in rows:
        own = "" if row["reason"] == DUPLICATE else row["reason"]
        found[row["line"]] = _NewRow(
            row["row_number"], RowFields(**{name: row[name] for name in _FIELDS}), own
        )
    return found


def _planned(
    past: Sequence[PastChange], there: Mapping[int, _NewRow]
) -> tuple[list[tuple[PastChange, list[RowPatch]]], tuple[int, ...]]:
    """What to change in the new list, change by change, and the lines where something is lost."""
    lost: set[int] = set()
    planned = []
    for change in past:
        patches = []
        for row in change.rows:
            new = there.get(row.line)
            after = _applied(new.fields, row.before, row.after) if new else None
            if new is None or after is None:
                lost.add(row.line)
            elif after != new.fields or is_left_out(row.reason):
                mended = can_be_sent(after) and not is_left_out(row.reason)
                reason = "" if mended else row.reason or new.reason
                patches.append(RowPatch(new.number, new.fields, after, reason))
                new.fields, new.reason = after, reason
        planned.append((change, patches))
    return [(change, patches) for change, patches in planned if patches], tuple(sorted(lost))


def _applied(now: RowFields, before: RowFields, after: RowFields) -> RowFields | None:
    """The fields with the fix made; None where the row does not say any more what was fixed."""
    fixed = {name: getattr(after, name) for name in _FIELDS if getattr(before, name) != getattr(after, name)}
    standing = all(getattr(now, name) in (getattr(before, name), text) for name, text in fixed.items())
    return replace(now, **fixed) if standing else None
