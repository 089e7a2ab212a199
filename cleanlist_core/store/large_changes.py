"""Changes of many rows, in slices: each is a short transaction, so that runs and other tabs go on meanwhile.

What follows from the change is worked out before, without the write lock. People who have a key in common,
before or after, are written in one slice, so the list is right after each of them. Whatever stops the
program half-way, the change on record covers exactly the rows that were written: it can be undone, and the
rest is offered again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from time import sleep
from typing import Any

import numpy as np
import numpy.typing as npt
import pyarrow as pa
import pyarrow.compute as pc
from sqlalchemy import Connection, select

from cleanlist_core.domain import RowCheck, RowFields
from cleanlist_core.store.database import Database
from cleanlist_core.store.row_checks import (
    CHECKED,
    FIELDS,
    KEYS,
    Recheck,
    RowPatch,
    as_table,
    looked_up,
    recount,
    rows_at,
    take_over,
)
from cleanlist_core.store.schema import contact_list

SLICE_ROWS = 500
PAUSE_SECONDS = 0.1
"""Between slices on SQLite, where whoever waits for the write lock only looks for it that often."""

Written = Callable[[Connection, Sequence[RowPatch], Mapping[int, str]], None]
"""Called in the transaction of each slice, with its patches and what kept their rows from being sent."""


@dataclass(frozen=True)
class _Slice:
    """Rows that are written together. rows: before and after, in file order, changed fields included."""

    patches: tuple[RowPatch, ...]
    rows: tuple[tuple[dict[str, Any], dict[str, Any]], ...]


@dataclass
class _Plan:
    """slices: what to write, as long as nobody else has changed the list (see `edition`)."""

    slices: list[_Slice]
    edition: int
    sent: set[int]
    stale: set[int]


@dataclass
class Progress:
    """What was written so far. sent, stale: rows left alone."""

    rows: int
    ready: int
    sent: set[int]
    stale: set[int]


def write_in_slices(
    database: Database,
    list_id: str,
    patches: Sequence[RowPatch],
    recheck: Recheck,
    transaction: Callable[[], AbstractContextManager[Connection]],
    written: Written,
) -> Progress:
    """Write many patches. transaction: opens one that keeps runs from starting or sending meanwhile."""
    done = Progress(0, 0, set(), set())
    open_patches = {patch.row_number: patch for patch in patches if patch.changes}
    while open_patches:
        plan = _planned(database, list_id, open_patches, recheck)
        done.sent |= plan.sent
        done.stale |= plan.stale
        for number in plan.sent | plan.stale:
            open_patches.pop(number, None)
        for part in plan.slices:
            with transaction() as connection:
                if not _still_holds(connection, list_id, plan, part):
                    break
                own = {row["row_number"]: _own_cause(row) for row, _ in part.rows}
                written(connection, part.patches, own)
                take_over(connection, list_id, part.rows, (*FIELDS, *CHECKED))
                recount(connection, list_id, part.rows)
                plan.edition = _edition(connection, list_id)
            if database.is_sqlite:
                sleep(PAUSE_SECONDS)
            done.rows += len(part.patches)
            done.ready += sum(bool(own[patch.row_number]) and not patch.reason for patch in part.patches)
            for patch in part.patches:
                del open_patches[patch.row_number]
    return done


def _own_cause(row: Mapping[str, Any]) -> str:
    return str(row["reason"]) if row["checked"] == RowCheck.INVALID.value else ""


def _still_holds(connection: Connection, list_id: str, plan: _Plan, part: _Slice) -> bool:
    """Whether nothing was changed or looked up since; else what follows has to be worked out anew."""
    if _edition(connection, list_id) != plan.edition:
        return False
    return not looked_up(connection, list_id, [patch.row_number for patch in part.patches])


def _edition(connection: Connection, list_id: str) -> int:
    """Different after every change of the list, every undoing, and every slice of one."""
    return int(
        connection.execute(select(contact_list.c.edition).where(contact_list.c.id == list_id)).scalar_one()
    )


def _planned(database: Database, list_id: str, patches: dict[int, RowPatch], recheck: Recheck) -> _Plan:
    with database.read() as connection:
        edition = _edition(connection, list_id)
        sent = looked_up(connection, list_id, sorted(patches))
        before = rows_at(connection, list_id, None)
    numbers = before["row_number"].to_pylist()
    current = dict(zip(numbers, before.select((*FIELDS, "checked", "reason")).to_pylist(), strict=True))

    def is_as_before(patch: RowPatch) -> bool:
        row = current.get(patch.row_number)
        return row is not None and patch.fits(RowFields(*(row[name] for name in FIELDS)), _own_cause(row))

    stale = {number for number, patch in patches.items() if number not in sent and not is_as_before(patch)}
    kept = {number: patch for number, patch in patches.items() if number not in sent | stale}
    return _Plan(list(_slices(before, kept, recheck)) if kept else [], edition, sent, stale)


def _slices(before: pa.Table, patches: dict[int, RowPatch], recheck: Recheck) -> Iterator[_Slice]:
    numbers = before["row_number"].to_numpy()
    changed = np.isin(numbers, np.fromiter(patches, np.int64, len(patches)))
    after = _patched(before, patches, changed)
    own = {number: patch.reason for number, patch in patches.items()}
    checked = recheck(as_table(after, own))
    for name in CHECKED:
        column = checked[name].cast(after.schema.field(name).type)
        after = after.set_column(after.schema.get_field_index(name), name, column)
    places = np.flatnonzero(changed | _differs(before, after))
    old, new = (rows.take(pa.array(places)).to_pylist() for rows in (before, after))
    for group in _packed(_linked(before, after)[places]):
        rows = [(old[place], new[place]) for place in group]
        found = (patches.get(row["row_number"]) for row, _ in rows)
        yield _Slice(tuple(patch for patch in found if patch is not None), tuple(rows))


def _patched(rows: pa.Table, patches: dict[int, RowPatch], changed: npt.NDArray[np.bool_]) -> pa.Table:
    mask = pa.array(changed)
    in_order = [patches[number].after for number in sorted(patches)]
    for name in FIELDS:
        values = pa.array([getattr(fields, name) for fields in in_order], pa.string())
        column = pc.replace_with_mask(rows[name].combine_chunks(), mask, values)
        rows = rows.set_column(rows.schema.get_field_index(name), name, column)
    return rows


def _differs(before: pa.Table, after: pa.Table) -> npt.NDArray[np.bool_]:
    differs = np.zeros(before.num_rows, dtype=np.bool_)
    for name in CHECKED:
        differs |= pc.not_equal(before[name], after[name]).to_numpy()
    return differs


def _linked(before: pa.Table, after: pa.Table) -> npt.NDArray[np.int64]:
    """Per row the number of its group: rows linked by keys they have or had, over any number of steps."""
    rows = before.num_rows
    above = list(range(rows))
    for name in KEYS:
        texts = pa.concat_arrays([table[name].combine_chunks() for table in (before, after)])
        encoded = texts.dictionary_encode()
        empty = pc.index(encoded.dictionary, "").as_py()
        example = [-1] * len(encoded.dictionary)
        for place, key in enumerate(encoded.indices.to_pylist()):
            if key == empty:
                continue
            row = place % rows
            if example[key] < 0:
                example[key] = row
            else:
                one, other = _top(above, example[key]), _top(above, row)
                above[max(one, other)] = min(one, other)
    return np.array([_top(above, row) for row in range(rows)], dtype=np.int64)


def _top(above: list[int], row: int) -> int:
    """The first row of a group, found over ever shorter ways."""
    while above[row] != row:
        above[row] = row = above[above[row]]
    return row


def _packed(groups: npt.NDArray[np.int64]) -> Iterator[list[int]]:
    """The places of each group together, as many groups at a time as a slice holds."""
    order = np.argsort(groups, kind="stable")
    starts = np.flatnonzero(np.diff(groups[order], prepend=-1))
    packed: list[int] = []
    for group in np.split(order, starts[1:]):
        if packed and len(packed) + len(group) > SLICE_ROWS:
            yield sorted(packed)
            packed = []
        packed += group.tolist()
    if packed:
        yield sorted(packed)
