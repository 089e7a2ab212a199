"""Changes to the plain fields of a list's rows: recorded, undone, and checked again, a slice at a time.

The cells as uploaded are never touched. Rows that were looked up stay as they are; rows that wait in a
run and turn out to be somebody else's duplicate leave it, so that nobody is paid for twice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    delete,
    insert,
    literal,
    select,
    update,
)

from cleanlist_core.domain import RowCheck, RowFields
from cleanlist_core.errors import RunError
from cleanlist_core.store.corrected_cells import CorrectedCells
from cleanlist_core.store.database import Database
from cleanlist_core.store.large_changes import write_in_slices
from cleanlist_core.store.lists import unknown_list
from cleanlist_core.store.row_checks import (
    Recheck,
    RowPatch,
    in_parts,
    looked_up,
    values_of,
    write_fields,
)
from cleanlist_core.store.schema import (
    contact_list,
    list_change,
    list_change_row,
    list_row,
)

_FIELDS = tuple(RowFields.__slots__)
_INVALID = RowCheck.INVALID.value
AT_ONCE = 150
"""Rows one transaction changes; their keys are few enough to look only at rows that share them."""


@dataclass(frozen=True, slots=True)
class Changed:
    """What a change came to. ready: rows that needed fixing and do no more.

    looked_up, stale: rows left alone, because they were looked up or changed by somebody else meanwhile.
    change_id: None when nothing was changed.
    """

    change_id: int | None
    rows: int = 0
    ready: int = 0
    looked_up: tuple[int, ...] = ()
    stale: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class ListChange:
    """A change on record. blocked: a later change of the same rows has to be undone first."""

    id: int
    kind: str
    text: str
    rows: int
    made_at: float
    undone_at: float | None
    blocked: bool


def change_rows(
    database: Database,
    organization_id: str,
    list_id: str,
    patches: Sequence[RowPatch],
    *,
    kind: str,
    text: str,
    recheck: Recheck,
    cells: Mapping[int, CorrectedCells] | None = None,
) -> Changed:
    """Change rows and check again whoever is concerned. kind, text: what it was, for the list's record.

    cells: row number → its cells as a corrected file has them, which go on record too.
    Many rows are changed in slices; what is on record is at any time what was changed.
    """
    if len(patches) > AT_ONCE:
        return _change_many(database, organization_id, list_id, patches, kind, text, recheck, cells or {})
    with database.write(organization_id) as connection:
        _check_it_is_theirs(connection, organization_id, list_id)
        sent = looked_up(connection, list_id, [patch.row_number for patch in patches])
        there = _current(connection, list_id, [patch.row_number for patch in patches])
        stale = {
            patch.row_number
            for patch in patches
            if patch.row_number not in there or not patch.fits(*there[patch.row_number])
        }
        kept = [patch for patch in patches if patch.row_number not in stale | sent and patch.changes]
        left = tuple(sorted(sent)), tuple(sorted(stale - sent))
        if not kept:
            return Changed(None, 0, 0, *left)
        change_id = _begin(connection, database.now(connection), list_id, kind, text)
        own = {number: cause for number, (_, cause) in there.items()}
        _add_rows(connection, change_id, kept, own, cells or {})
        write_fields(
            connection,
            list_id,
            {patch.row_number: patch.after for patch in kept},
            {patch.row_number: patch.reason for patch in kept},
            recheck,
        )
        ready = sum(bool(there[patch.row_number][1]) and not patch.reason for patch in kept)
        return Changed(change_id, len(kept), ready, *left)


def _change_many(
    database: Database,
    organization_id: str,
    list_id: str,
    patches: Sequence[RowPatch],
    kind: str,
    text: str,
    recheck: Recheck,
    cells: Mapping[int, CorrectedCells],
) -> Changed:
    made: list[int] = []

    def record(connection: Connection, part: Sequence[RowPatch], own: Mapping[int, str]) -> None:
        if not made:
            made.append(_begin(connection, database.now(connection), list_id, kind, text))
        _add_rows(connection, made[0], part, own, cells)

    @contextmanager
    def transaction() -> Iterator[Connection]:
        with database.write(organization_id) as connection:
            _check_it_is_theirs(connection, organization_id, list_id)
            yield connection

    done = write_in_slices(database, list_id, patches, recheck, transaction, record)
    change_id = made[0] if made else None
    return Changed(change_id, done.rows, done.ready, tuple(sorted(done.sent)), tuple(sorted(done.stale)))


def undo_change(
    database: Database, organization_id: str, list_id: str, change_id: int, *, recheck: Recheck
) -> int:
    """Bring back what the rows of a change were before. Returns how many.

    Raises RunError when it is undone already, a later change covers its rows, or they were looked up since.
    """
    with database.read() as connection:
        patches = _patches_back(connection, list_id, change_id)
    if len(patches) > AT_ONCE:
        return _undo_many(database, organization_id, list_id, change_id, patches, recheck)
    with database.write(organization_id) as connection:
        _check_it_is_theirs(connection, organization_id, list_id)
        patches = _patches_back(connection, list_id, change_id)
        write_fields(
            connection,
            list_id,
            {patch.row_number: patch.after for patch in patches},
            {patch.row_number: patch.reason for patch in patches},
            recheck,
        )
        _set_undone(database, connection, change_id)
        return len(patches)


def _patches_back(connection: Connection, list_id: str, change_id: int) -> list[RowPatch]:
    """What brings the rows of a change back. Raises RunError where that cannot be."""
    _check_undoable(connection, list_id, change_id)
    query = select(list_change_row).where(list_change_row.c.change_id == change_id)
    rows = connection.execute(query).all()
    there = _current(connection, list_id, [row.row_number for row in rows])
    patches = []
    for row in rows:
        # A change of an older version says nothing of some fields, for it has left them alone.
        now = values_of(there[row.row_number][0])
        patch = RowPatch(
            row.row_number,
            _fields({**now, **row.after}),
            _fields({**now, **row.before}),
            reason=str(row.before["reason"]),
            was=str(row.after["reason"]),
        )
        patches.append(patch)
    if looked_up(connection, list_id, [patch.row_number for patch in patches]):
        raise RunError(
            "Some of these rows have been looked up since, so this cannot be undone any more."
            " Nothing was changed. You can still edit the other rows one by one.",
            code="looked_up",
        )
    return patches


def _undo_many(
    database: Database,
    organization_id: str,
    list_id: str,
    change_id: int,
    patches: Sequence[RowPatch],
    recheck: Recheck,
) -> int:
    """The same in slices: rows that are back leave the record; with the last ones it is undone."""
    left = len(patches)

    def take_back(connection: Connection, part: Sequence[RowPatch], _own: Mapping[int, str]) -> None:
        nonlocal left
        left -= len(part)
        if not left:
            _set_undone(database, connection, change_id)
            return
        for numbers in in_parts([patch.row_number for patch in part]):
            there = and_(list_change_row.c.change_id == change_id, list_change_row.c.row_number.in_(numbers))
            connection.execute(delete(list_change_row).where(there))
        rows = list_change.c.rows - len(part)
        connection.execute(update(list_change).where(list_change.c.id == change_id).values(rows=rows))

    @contextmanager
    def transaction() -> Iterator[Connection]:
        with database.write(organization_id) as connection:
            _check_it_is_theirs(connection, organization_id, list_id)
            yield connection

    return write_in_slices(database, list_id, patches, recheck, transaction, take_back).rows


def _set_undone(database: Database, connection: Connection, change_id: int) -> None:
    now = database.now(connection)
    connection.execute(update(list_change).where(list_change.c.id == change_id).values(undone_at=now))


def list_changes(database: Database, list_id: str) -> list[ListChange]:
    """What was changed in a list and is not undone, newest first."""
    later, mine = list_change.alias(), list_change_row.alias()
    theirs = list_change_row.alias()
    blocked = (
        select(literal(1))
        .select_from(mine)
        .join(theirs, theirs.c.row_number == mine.c.row_number)
        .join(later, later.c.id == theirs.c.change_id)
        .where(
            mine.c.change_id == list_change.c.id,
            later.c.list_id == list_change.c.list_id,
            later.c.id > list_change.c.id,
            later.c.undone_at.is_(None),
        )
        .exists()
    )
    query = (
        select(list_change, blocked.label("blocked"))
        .where(list_change.c.list_id == list_id, list_change.c.undone_at.is_(None))
        .order_by(list_change.c.id.desc())
    )
    with database.read() as connection:
        return [
            ListChange(row.id, row.kind, row.text, row.rows, row.made_at, row.undone_at, bool(row.blocked))
            for row in connection.execute(query)
        ]


def list_revision(database: Database, list_id: str) -> int:
    """Counts up with every change and every undoing, and with each slice of a large one: until then, what
    was made of a list still holds.
    """
    with database.read() as connection:
        return int(connection.execute(revision_of(list_id)).scalar_one())


def revision_of(list_id: str | ColumnElement[str]) -> Select[int]:
    """The same as a query, also within another one."""
    return select(contact_list.c.edition).where(contact_list.c.id == list_id)


def _check_it_is_theirs(connection: Connection, organization_id: str, list_id: str) -> None:
    """Raise RunError where there is no such list, whoever else may have it."""
    here = and_(
        contact_list.c.id == list_id,
        contact_list.c.organization_id == organization_id,
        contact_list.c.deleted_at.is_(None),
    )
    if connection.execute(select(contact_list.c.id).where(here)).first() is None:
        raise unknown_list()


def _current(
    connection: Connection, list_id: str, row_numbers: Sequence[int]
) -> dict[int, tuple[RowFields, str]]:
    """Row number → its fields and its own cause."""
    columns = [list_row.c[name] for name in _FIELDS]
    query = select(list_row.c.row_number, _own_cause().label("own"), *columns)
    found: dict[int, tuple[RowFields, str]] = {}
    for part in in_parts(row_numbers):
        here = and_(list_row.c.list_id == list_id, list_row.c.row_number.in_(part))
        for row in connection.execute(query.where(here)).mappings():
            found[row["row_number"]] = (_fields(dict(row)), row["own"])
    return found


def _own_cause() -> ColumnElement[str]:
    """Why a row cannot be sent by itself; repeating somebody is not its own fault."""
    return case((list_row.c.checked == _INVALID, list_row.c.reason), else_="")


def _fields(values: Mapping[str, Any]) -> RowFields:
    return RowFields(**{name: values[name] for name in _FIELDS})


def _begin(connection: Connection, now: float, list_id: str, kind: str, text: str) -> int:
    values = {"list_id": list_id, "kind": kind, "text": text, "rows": 0, "made_at": now}
    made = insert(list_change).values(values).returning(list_change.c.id)
    return int(connection.execute(made).scalar_one())


def _add_rows(
    connection: Connection,
    change_id: int,
    patches: Sequence[RowPatch],
    own: Mapping[int, str],
    cells: Mapping[int, CorrectedCells],
) -> None:
    rows = [
        {
            "change_id": change_id,
            "row_number": patch.row_number,
            "before": {**values_of(patch.before), "reason": own[patch.row_number]},
            "after": {**values_of(patch.after), "reason": patch.reason, **_as_recorded(cells, patch)},
        }
        for patch in patches
    ]
    if not rows:
        return
    connection.execute(insert(list_change_row), rows)
    more = list_change.c.rows + len(rows)
    connection.execute(update(list_change).where(list_change.c.id == change_id).values(rows=more))


def _as_recorded(cells: Mapping[int, CorrectedCells], patch: RowPatch) -> dict[str, dict[str, str]]:
    corrected = cells.get(patch.row_number)
    return {"cells": {str(place): text for place, text in corrected.items()}} if corrected else {}


def _check_undoable(connection: Connection, list_id: str, change_id: int) -> None:
    one = connection.execute(
        select(list_change).where(list_change.c.id == change_id, list_change.c.list_id == list_id)
    ).first()
    if one is None or one.undone_at is not None:
        raise RunError("This has been undone already. Nothing was changed.", code="undone")
    rows = select(list_change_row.c.row_number).where(list_change_row.c.change_id == change_id)
    later = (
        select(list_change.c.id)
        .join(list_change_row, list_change_row.c.change_id == list_change.c.id)
        .where(
            list_change.c.list_id == list_id,
            list_change.c.id > change_id,
            list_change.c.undone_at.is_(None),
            list_change_row.c.row_number.in_(rows),
        )
    )
    if connection.execute(later.limit(1)).first() is not None:
        raise RunError(
            "Some of these rows were changed again later. Nothing was changed. Undo the later change first.",
            code="changed_later",
        )
