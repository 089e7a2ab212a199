"""Uploaded lists: the file as it was, and what intake made of each row."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any
from uuid import uuid4

import pyarrow as pa
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    and_,
    delete,
    func,
    insert,
    not_,
    select,
    update,
)

from cleanlist_core.domain import FILE_ENDINGS, LEFT_OUT_BY_YOU, RowCheck, is_left_out
from cleanlist_core.errors import RunError
from cleanlist_core.store.database import Database, StoreError
from cleanlist_core.store.list_files import KeptFile, delete_file, keep_file
from cleanlist_core.store.schema import (
    contact_list,
    list_cells,
    list_change,
    list_change_row,
    list_file,
    list_row,
    run,
)

ROWS_PER_INSERT = 5_000
_LONGEST_UPLOAD_SECONDS = 3_600


@dataclass(frozen=True, slots=True)
class ListFacts:
    """What was read of a file, besides its rows. mapping: field → names of columns, best first."""

    name: str
    file_name: str
    checksum: str
    source: str
    encoding: str
    delimiter: str
    header_row: int
    columns: Sequence[str]
    mapping: dict[str, list[str]]
    notes: Sequence[str]
    reasons: dict[str, int]
    rows: int
    ready: int
    invalid: int
    duplicates: int

    @property
    def left_out(self) -> int:
        """Rows that a person has left out; they count among the invalid ones."""
        return sum(rows for reason, rows in self.reasons.items() if is_left_out(reason))

    @property
    def to_fix(self) -> int:
        """Rows that cannot be looked up as they are, and that nobody has left out."""
        return self.invalid - self.left_out


@dataclass(frozen=True, slots=True)
class StoredList:
    """A list as it stands in the store. runs: how many runs it has had."""

    id: str
    organization_id: str
    created_at: float
    facts: ListFacts
    runs: int


def add_list(
    database: Database,
    organization_id: str,
    facts: ListFacts,
    rows: pa.Table,
    cells: pa.Table,
    *,
    file: KeptFile | None = None,
    progress: Callable[[float], None] = lambda _share: None,
) -> str:
    """Store a list slice by slice, so that runs and other screens go on meanwhile. Returns its id.

    Until its last row is in, the list counts as deleted: a crash leaves nothing that anybody meets.

    rows: the columns of `list_row` without list_id. cells: the file's cells as text, one column each.
    file: what they were read from.
    progress: called with the share stored so far (0–1).
    """
    _forget_what_a_crash_left(database)
    list_id = uuid4().hex
    values = {name: getattr(facts, name) for name in ListFacts.__slots__}
    values |= {"columns": list(facts.columns), "notes": list(facts.notes), "organization_id": organization_id}
    with database.write_at_once() as connection:
        now = database.now(connection)
        connection.execute(insert(contact_list).values(id=list_id, created_at=now, deleted_at=now, **values))
    try:
        if file is not None:
            keep_file(database, list_id, file)
        for start in range(0, rows.num_rows, ROWS_PER_INSERT):
            part = slice(start, start + ROWS_PER_INSERT)
            _insert_slice(database, list_id, rows[part], cells[part], start)
            progress(min(1.0, part.stop / rows.num_rows))
    except BaseException:  # also when the person leaves the page
        with suppress(StoreError), database.write_at_once() as connection:
            _forget(connection, list_id)
        raise
    with database.write_at_once() as connection:
        connection.execute(update(contact_list).where(contact_list.c.id == list_id).values(deleted_at=None))
    return list_id


def _insert_slice(database: Database, list_id: str, rows: pa.Table, cells: pa.Table, start: int) -> None:
    """Everything is made ready first: others wait only while it is written."""
    records: list[dict[str, Any]] = rows.to_pylist()
    for record in records:
        record["list_id"] = list_id
    columns = [column.to_pylist() for column in cells.columns]
    as_uploaded = [
        {"list_id": list_id, "row_number": number, "cells": json.dumps(values, ensure_ascii=False)}
        for number, values in enumerate(zip(*columns, strict=True), start + 1)
    ]
    with database.write_at_once() as connection:
        connection.execute(insert(list_row), records)
        connection.execute(insert(list_cells), as_uploaded)


def _forget_what_a_crash_left(database: Database) -> None:
    """Rows of lists that were never stored to their end, by a process that is long gone."""
    with database.read() as connection:
        before = database.now(connection) - _LONGEST_UPLOAD_SECONDS
        has_rows = select(list_row.c.list_id).where(list_row.c.list_id == contact_list.c.id).exists()
        has_file = select(list_file.c.list_id).where(list_file.c.list_id == contact_list.c.id).exists()
        has_runs = select(run.c.id).where(run.c.list_id == contact_list.c.id).exists()
        left = select(contact_list.c.id).where(
            contact_list.c.deleted_at.is_not(None), contact_list.c.deleted_at < before
        )
        query = left.where(has_rows | has_file, ~has_runs)
        unfinished = connection.execute(query).scalars().all()
    for list_id in unfinished:
        with database.write_at_once() as connection:
            # A slow upload may have come to its end since they were read.
            still_left = left.where(contact_list.c.id == list_id).with_for_update()
            if connection.execute(still_left).first() is not None:
                _forget(connection, list_id)


def _forget(connection: Connection, list_id: str) -> None:
    delete_rows(connection, list_id)
    connection.execute(delete(contact_list).where(contact_list.c.id == list_id))


_RUNS = select(func.count()).where(run.c.list_id == contact_list.c.id).scalar_subquery().label("runs")


def get_list(database: Database, organization_id: str, list_id: str) -> StoredList:
    """One list of this organization. Raises RunError where there is none, whoever else may have it."""
    query = _lists_of(organization_id).where(contact_list.c.id == list_id)
    with database.read() as connection:
        row = connection.execute(query).mappings().first()
    if row is None:
        raise unknown_list()
    return _stored_list(row)


def find_list(database: Database, organization_id: str, list_id: str) -> StoredList:
    """The list that is at this address now: itself, or what took its place when it was read another way.

    Raises RunError as `get_list` does.
    """
    mine = contact_list.c.organization_id == organization_id
    replaced = select(contact_list.c.replaced_by).where(mine, contact_list.c.deleted_at.is_not(None))
    with database.read() as connection:
        while newer := connection.execute(replaced.where(contact_list.c.id == list_id)).scalar():
            list_id = newer
    return get_list(database, organization_id, list_id)


def remember_replacement(database: Database, organization_id: str, list_id: str, newer: str) -> None:
    """Let the address of a list lead to another one, from the moment on when the first is deleted."""
    mine = (contact_list.c.id == list_id) & (contact_list.c.organization_id == organization_id)
    with database.write_at_once() as connection:
        connection.execute(update(contact_list).where(mine).values(replaced_by=newer))


def unknown_list() -> RunError:
    return RunError(
        "This list is not here: it was deleted, or it belongs to another organization."
        " Open History to see your lists.",
        code="unknown_list",
    )


IS_ONE_PERSON = and_(
    contact_list.c.rows == 1,
    *(func.lower(contact_list.c.file_name).not_like(f"%.{ending}") for ending in FILE_ENDINGS),
)
"""Whether a list is the look-up of one person, who was typed in and came from no file."""


def find_lists(
    database: Database,
    organization_id: str,
    *,
    checksum: str | None = None,
    one_person: bool | None = None,
    limit: int = 200,
    after: int = 0,
) -> list[StoredList]:
    """The organization's lists, newest first; with a checksum, those made of the very same file.

    one_person: only look-ups of one person, or none of them; None: both. after: how many newer ones are not
    wanted.
    """
    newest_first = (contact_list.c.created_at.desc(), contact_list.c.id)
    query = _lists_of(organization_id).order_by(*newest_first).limit(limit).offset(after)
    if checksum is not None:
        query = query.where(contact_list.c.checksum == checksum)
    if one_person is not None:
        query = query.where(IS_ONE_PERSON if one_person else not_(IS_ONE_PERSON))
    with database.read() as connection:
        return [_stored_list(row) for row in connection.execute(query).mappings()]


@dataclass(frozen=True, slots=True)
class ListCounts:
    """How many lists an organization has, and how many people it looked up one at a time."""

    lists: int
    one_person: int


def count_lists(database: Database, organization_id: str) -> ListCounts:
    query = select(IS_ONE_PERSON, func.count()).where(_mine(organization_id)).group_by(IS_ONE_PERSON)
    with database.read() as connection:
        counts = {bool(single): count for single, count in connection.execute(query)}
    return ListCounts(lists=counts.get(False, 0), one_person=counts.get(True, 0))


def _mine(organization_id: str) -> ColumnElement[bool]:
    return (contact_list.c.organization_id == organization_id) & contact_list.c.deleted_at.is_(None)


def _lists_of(organization_id: str) -> Any:
    return select(contact_list, _RUNS).where(_mine(organization_id))


def _stored_list(row: RowMapping) -> StoredList:
    facts = ListFacts(**{name: row[name] for name in ListFacts.__slots__})
    return StoredList(row["id"], row["organization_id"], row["created_at"], facts, row["runs"])


def rename_list(database: Database, organization_id: str, list_id: str, name: str) -> None:
    with database.write_at_once() as connection:
        mine = (contact_list.c.id == list_id) & (contact_list.c.organization_id == organization_id)
        connection.execute(update(contact_list).where(mine).values(name=name.strip()[:200]))


def delete_rows(connection: Connection, list_id: str) -> None:
    """Forget the file: its bytes, rows, cells and changes. Its own line stays as part of the receipts."""
    changes = select(list_change.c.id).where(list_change.c.list_id == list_id)
    connection.execute(delete(list_change_row).where(list_change_row.c.change_id.in_(changes)))
    connection.execute(delete(list_change).where(list_change.c.list_id == list_id))
    connection.execute(delete(list_row).where(list_row.c.list_id == list_id))
    connection.execute(delete(list_cells).where(list_cells.c.list_id == list_id))
    delete_file(connection, list_id)


def forget_file(connection: Connection, list_id: str, deleted_at: float) -> None:
    """What stays of a deleted list is its name and its numbers, for the receipts.

    A list of one is called by the person's name, so that goes, too.
    """
    here = contact_list.c.id == list_id
    gone = {
        "deleted_at": deleted_at,
        "file_name": "",
        "columns": [],
        "mapping": {},
        "notes": [],
        "checksum": "",
    }
    connection.execute(update(contact_list).where(here).values(**gone))
    connection.execute(update(contact_list).where(here, contact_list.c.rows == 1).values(name="One person"))


def read_rows(
    database: Database, list_id: str, *, to_fix: bool = False, limit: int | None = None
) -> Iterator[tuple[RowMapping, list[str]]]:
    """The rows of a list in file order, each with its cells as uploaded. to_fix: only those to be fixed."""
    query = (
        select(list_row, list_cells.c.cells)
        .join(
            list_cells,
            (list_cells.c.list_id == list_row.c.list_id) & (list_cells.c.row_number == list_row.c.row_number),
        )
        .where(list_row.c.list_id == list_id)
        .order_by(list_row.c.row_number)
    )
    if to_fix:
        left_out = list_row.c.reason.startswith(LEFT_OUT_BY_YOU, autoescape=True)
        query = query.where(list_row.c.checked == RowCheck.INVALID.value, ~left_out)
    if limit is not None:
        query = query.limit(limit)
    with database.read() as connection:
        for row in connection.execution_options(yield_per=1_000).execute(query).mappings():
            yield row, json.loads(row["cells"])
