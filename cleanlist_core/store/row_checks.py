"""What follows from changed fields of some rows: who they are, whose duplicates, and the numbers of the list.

Only rows that share a key with the changed ones are looked at, as long as those are few.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import pyarrow as pa
from sqlalchemy import Connection, and_, bindparam, func, or_, select, update

from cleanlist_core.domain import Outcome, RowCheck, RowFields, is_left_out
from cleanlist_core.store.file_facts import follow_the_list
from cleanlist_core.store.run_creation import fill_duplicates
from cleanlist_core.store.schema import contact_list, list_row, run, run_row

Recheck = Callable[[pa.Table], pa.Table]
"""Rows with their fields and own causes → who they are and what becomes of them. In intake/rechecking.py."""

CHUNK = 500
FEW_KEYS = 500
ROWS_AT_ONCE = 20_000
FIELDS = tuple(RowFields.__slots__)
CHECKED = ("identity", "name_domain_key", "name_company_key", "key_kind", "checked", "reason", "leader")
_NUMBERS = ("row_number", "leader")
_INVALID = RowCheck.INVALID.value


KEYS = ("linkedin_slug", "name_domain_key", "name_company_key")
"""What links rows of one person."""

_KEYS = tuple(list_row.c[name] for name in KEYS)


@dataclass(frozen=True, slots=True)
class RowPatch:
    """What one row becomes. before: as it was when this was decided. reason: its own cause, "" for none.

    was: its own cause until now, where it matters: whoever is left out is taken in again by undoing that,
    and by nothing else.
    """

    row_number: int
    before: RowFields
    after: RowFields
    reason: str = ""
    was: str = ""

    @property
    def changes(self) -> bool:
        """Leaving somebody out, and undoing it, leaves the fields as they are."""
        return self.before != self.after or is_left_out(self.reason) != is_left_out(self.was)

    def fits(self, fields: RowFields, own: str) -> bool:
        """Whether a row with these fields and this cause of its own is as it was when this was decided."""
        return fields == self.before and is_left_out(own) == is_left_out(self.was)


def values_of(fields: RowFields) -> dict[str, str]:
    return {name: getattr(fields, name) for name in FIELDS}


def in_parts(numbers: Sequence[int]) -> Iterator[Sequence[int]]:
    """The numbers in portions a database takes as parameters."""
    for start in range(0, len(numbers), CHUNK):
        yield numbers[start : start + CHUNK]


def looked_up(connection: Connection, list_id: str, row_numbers: Sequence[int]) -> set[int]:
    """Those of the rows that were sent or filled in a run, or that repeat one that was."""
    if connection.execute(select(run.c.id).where(run.c.list_id == list_id).limit(1)).first() is None:
        return set()
    leader = run_row.alias()
    led = and_(leader.c.run_id == run_row.c.run_id, leader.c.row_number == run_row.c.leader)
    asked = [
        column.is_not(None)
        for rows in (run_row, leader)
        for column in (rows.c.batch_id, rows.c.result_id, rows.c.known_result_id)
    ]
    query = (
        select(run_row.c.row_number)
        .join(run, run.c.id == run_row.c.run_id)
        .outerjoin(leader, led)
        .where(run.c.list_id == list_id, or_(*asked))
    )
    found: set[int] = set()
    for part in in_parts(row_numbers):
        found.update(connection.execute(query.where(run_row.c.row_number.in_(part))).scalars())
    return found


def write_fields(
    connection: Connection,
    list_id: str,
    fields: Mapping[int, RowFields],
    own: Mapping[int, str],
    recheck: Recheck,
) -> None:
    """Write the fields of rows, then whatever follows for them and all that share a key with them.

    own: row number → why the row cannot be sent by itself, "" when it can.
    """
    numbers = sorted(fields)
    keys = _keys_of(connection, list_id, numbers)
    _execute(
        connection,
        list_id,
        FIELDS,
        ({"number": number, **values_of(one)} for number, one in fields.items()),
    )
    new_keys = recheck(as_table(rows_at(connection, list_id, numbers), own))
    names = ("name_domain_key", "name_company_key")
    _execute(
        connection,
        list_id,
        names,
        ({"number": row["row_number"], **{name: row[name] for name in names}} for row in _dicts(new_keys)),
    )
    related = _related(connection, list_id, numbers, keys)
    before = rows_at(connection, list_id, related)
    told = ["row_number", *CHECKED]
    after = recheck(as_table(before, own)).select(told)
    pairs = zip(_dicts(before.select(told)), _dicts(after), strict=True)
    concerned = [pair for pair in pairs if pair[0] != pair[1] or pair[0]["row_number"] in fields]
    take_over(connection, list_id, concerned, CHECKED)
    _count(connection, list_id)


def _dicts(table: pa.Table) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = table.to_pylist()
    return rows


def _execute(
    connection: Connection, list_id: str, names: Iterable[str], values: Iterable[Mapping[str, Any]]
) -> None:
    """Write some columns of some rows. values: with the row's number under `number`."""
    statement = (
        update(list_row)
        .where(list_row.c.list_id == list_id, list_row.c.row_number == bindparam("number"))
        .values({name: bindparam(f"new_{name}") for name in names})
    )
    rows = [{"number": one["number"], **{f"new_{name}": one[name] for name in names}} for one in values]
    if rows:
        connection.execute(statement, rows)


Keys = tuple[set[str], set[str], set[str]]


def _keys_of(connection: Connection, list_id: str, numbers: Sequence[int]) -> Keys:
    keys: Keys = (set(), set(), set())
    for part in in_parts(numbers):
        here = and_(list_row.c.list_id == list_id, list_row.c.row_number.in_(part))
        for row in connection.execute(select(*_KEYS).where(here)):
            for found, key in zip(keys, row, strict=True):
                if key:
                    found.add(key)
    return keys


def _related(connection: Connection, list_id: str, numbers: Sequence[int], keys: Keys) -> list[int] | None:
    """The rows linked to these by keys they have or had, over any number of steps; None for all rows."""
    related = set(numbers)
    known: Keys = (set(), set(), set())
    frontier = tuple(old | new for old, new in zip(keys, _keys_of(connection, list_id, numbers), strict=True))
    while any(frontier):
        if sum(map(len, frontier)) > FEW_KEYS or len(related) > ROWS_AT_ONCE:
            return None
        shares = or_(*(column.in_(part) for column, part in zip(_KEYS, frontier, strict=True) if part))
        query = select(list_row.c.row_number, *_KEYS).where(list_row.c.list_id == list_id, shares)
        for found, part in zip(known, frontier, strict=True):
            found.update(part)
        frontier = (set(), set(), set())
        for number, *theirs in connection.execute(query):
            related.add(number)
            for place, key in enumerate(theirs):
                if key and key not in known[place]:
                    frontier[place].add(key)
    return sorted(related)


def rows_at(connection: Connection, list_id: str, numbers: Sequence[int] | None) -> pa.Table:
    """Rows in file order with fields and outcome. numbers: None for all of the list."""
    columns = [list_row.c[name] for name in ("row_number", *FIELDS, *CHECKED)]
    query = select(*columns).where(list_row.c.list_id == list_id).order_by(list_row.c.row_number)
    parts: Iterable[Sequence[int] | None] = [None] if numbers is None else in_parts(numbers)
    batches = []
    schema = pa.schema(
        [(column.name, pa.int64() if column.name in _NUMBERS else pa.string()) for column in columns]
    )
    for part in parts:
        rows = query if part is None else query.where(list_row.c.row_number.in_(part))
        for some in connection.execute(rows).partitions(ROWS_AT_ONCE):
            turned = [
                pa.array(column, kind)
                for column, kind in zip(zip(*some, strict=True), schema.types, strict=True)
            ]
            batches.append(pa.record_batch(turned, schema=schema))
    return pa.Table.from_batches(batches, schema)


def as_table(rows: pa.Table, own: Mapping[int, str]) -> pa.Table:
    """The rows with their own cause for reason. own: that of the rows that have just been changed."""
    found = zip(*(rows[name].to_pylist() for name in ("row_number", "checked", "reason")), strict=True)
    causes = [own.get(number, reason if checked == _INVALID else "") for number, checked, reason in found]
    place = rows.schema.get_field_index("reason")
    return rows.set_column(place, "reason", pa.array(causes, pa.string()))


Pairs = Sequence[tuple[Mapping[str, Any], Mapping[str, Any]]]
"""Rows that were changed or came out differently, each before and after."""


def take_over(connection: Connection, list_id: str, differing: Pairs, names: Iterable[str]) -> None:
    """Write what came out differently, let rows that are somebody else's now leave their runs, and tell
    the runs what the file says now.
    """
    _execute(connection, list_id, names, ({"number": now["row_number"], **now} for _, now in differing))
    moved = [
        now for then, now in differing if (then["checked"], then["leader"]) != (now["checked"], now["leader"])
    ]
    _leave_runs(connection, list_id, moved)
    follow_the_list(connection, list_id, (one["leader"] for pair in differing for one in pair))


def _leave_runs(connection: Connection, list_id: str, moved: Sequence[Mapping[str, Any]]) -> None:
    runs = select(run.c.id).where(run.c.list_id == list_id)
    if not moved or connection.execute(runs.limit(1)).first() is None:
        return
    sent = looked_up(connection, list_id, [row["row_number"] for row in moved])
    rows = [
        {"number": row["row_number"], "new_leader": row["leader"], **_standing(row)}
        for row in moved
        if row["row_number"] not in sent
    ]
    if not rows:
        return
    statement = (
        update(run_row)
        .where(run_row.c.run_id.in_(runs), run_row.c.row_number == bindparam("number"))
        .values(
            outcome=bindparam("new_outcome"),
            reason=bindparam("new_reason"),
            leader=bindparam("new_leader"),
            ask="",
        )
    )
    connection.execute(statement, rows)
    leaders = sorted({row["new_leader"] for row in rows if row["new_outcome"] == Outcome.DUPLICATE.value})
    for run_id in connection.execute(runs).scalars().all():
        for part in in_parts(leaders):
            fill_duplicates(connection, run_id, part)
    connection.execute(update(run).where(run.c.list_id == list_id).values(revision=run.c.revision + 1))


def _standing(row: Mapping[str, Any]) -> dict[str, str]:
    """What a row that has changed its place is in a run that was confirmed before."""
    if row["checked"] == RowCheck.DUPLICATE.value:
        text = f"The same person as row {row['leader']}; looked up once."
        return {"new_outcome": Outcome.DUPLICATE.value, "new_reason": text}
    if is_left_out(row["reason"]):
        text = "You left this row out before it was looked up; nothing was charged."
        return {"new_outcome": Outcome.WITHHELD.value, "new_reason": text}
    if row["checked"] == _INVALID:
        text = "The last change to this row was undone; it needs fixing."
        return {"new_outcome": Outcome.NEEDS_FIXING.value, "new_reason": text}
    text = "Ready only since this look-up was started. Start a new one to look this person up."
    return {"new_outcome": Outcome.NOT_SENT.value, "new_reason": text}


def _count(connection: Connection, list_id: str) -> None:
    """Bring the list's own numbers up to date."""
    query = (
        select(list_row.c.checked, list_row.c.reason, func.count())
        .where(list_row.c.list_id == list_id)
        .group_by(list_row.c.checked, list_row.c.reason)
    )
    states = {state.value: 0 for state in RowCheck}
    reasons: dict[str, int] = {}
    for checked, reason, count in connection.execute(query):
        states[checked] += count
        if reason:
            reasons[reason] = count
    _write_numbers(connection, list_id, states, reasons)


def recount(connection: Connection, list_id: str, differing: Pairs) -> None:
    """The same without looking at all rows: by what became of those that came out differently."""
    stored = contact_list.c
    query = select(stored.ready, stored.invalid, stored.duplicates, stored.reasons).where(
        stored.id == list_id
    )
    ready, invalid, duplicates, reasons = connection.execute(query).one()
    states = Counter({RowCheck.READY.value: ready, _INVALID: invalid, RowCheck.DUPLICATE.value: duplicates})
    causes = Counter(reasons)
    for then, now in differing:
        states.subtract([then["checked"]])
        states.update([now["checked"]])
        causes.subtract([then["reason"]])
        causes.update([now["reason"]])
    _write_numbers(
        connection, list_id, states, {code: rows for code, rows in causes.items() if code and rows}
    )


def _write_numbers(
    connection: Connection, list_id: str, states: Mapping[str, int], reasons: Mapping[str, int]
) -> None:
    """Every writing of rows ends here, and with it the list is another edition."""
    biggest_first = dict(sorted(reasons.items(), key=lambda item: (-item[1], item[0])))
    connection.execute(
        update(contact_list)
        .where(contact_list.c.id == list_id)
        .values(
            ready=states[RowCheck.READY.value],
            invalid=states[_INVALID],
            duplicates=states[RowCheck.DUPLICATE.value],
            reasons=biggest_first,
            edition=contact_list.c.edition + 1,
        )
    )
