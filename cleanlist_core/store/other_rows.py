"""What the file says of a person in another of their rows, for a row that does not say it itself.

Nothing of it is stored: rows can still be changed after a run has begun, and who stands once has no other
row. The values are the file's; they are neither finds nor do they cost anything.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import ColumnElement, Select, Subquery, and_, case, func, literal, select

from cleanlist_core.domain import RowCheck
from cleanlist_core.store.schema import list_row, run_row

OTHER_FIELDS = ("email", "phone")
"""Fields of a row that can stand in another row of the same person."""

_REPEATS = RowCheck.DUPLICATE.value


def of_other_row(run_id: str, list_id: str, name: str) -> ColumnElement[str]:
    """For single rows of a run joined with those of the file: the field as the first other row has it.

    "" where the row has it itself, or none has. Each row is looked up by itself: for a page, not for a list.
    """
    theirs, other = run_row.alias(), list_row.alias()
    first = (
        select(other.c[name])
        .join_from(theirs, other, other.c.row_number == theirs.c.row_number)
        .where(theirs.c.run_id == run_id, theirs.c.leader == run_row.c.leader, other.c.list_id == list_id)
        .where(other.c[name] != "")
        # A sum, or SQLite would go through the whole list in its order instead of the person's few rows.
        .order_by(theirs.c.row_number + 0)
        .limit(1)
        .scalar_subquery()
    )
    return case((list_row.c[name] != "", ""), else_=func.coalesce(first, ""))


def with_other_rows(
    statement: Select[Any], list_id: str, *, repeated: bool
) -> tuple[Select[Any], Mapping[str, ColumnElement[str]]]:
    """The same for all rows of a list at once: a statement on `list_row`, and the field by its name.

    repeated: whether anybody stands in several rows; without, there is nothing to look for.
    """
    if not repeated:
        return statement, {name: literal("") for name in OTHER_FIELDS}
    first, repeats = list_row.alias("first"), _first_repeats(list_id)
    repeat = and_(list_row.c.checked == _REPEATS, first.c.list_id == list_id)
    statement = statement.outerjoin(first, and_(repeat, first.c.row_number == list_row.c.leader))
    statement = statement.outerjoin(repeats, repeats.c.leader == list_row.c.leader)
    values: dict[str, ColumnElement[str]] = {}
    for name in OTHER_FIELDS:
        other = list_row.alias(f"with_{name}")
        found = and_(other.c.list_id == list_id, other.c.row_number == repeats.c[name])
        statement = statement.outerjoin(other, found)
        values[name] = case(
            (list_row.c[name] != "", ""),
            (first.c[name] != "", first.c[name]),
            else_=func.coalesce(other.c[name], ""),
        )
    return statement, values


def _first_repeats(list_id: str) -> Subquery:
    """Of each person who is there several times, the first row after their own with an email, a phone."""
    row = list_row.alias("repeat")
    firsts = [
        func.min(case((row.c[name] != "", row.c.row_number), else_=None)).label(name) for name in OTHER_FIELDS
    ]
    repeated = and_(row.c.list_id == list_id, row.c.checked == _REPEATS)
    return select(row.c.leader, *firsts).where(repeated).group_by(row.c.leader).subquery("repeats")


def fields_some_lack(list_id: str) -> Select[Any]:
    """A query for one row: of each of the OTHER_FIELDS, whether a row lacks it and another has it."""
    first, repeat = list_row.alias("first"), list_row.alias("repeat")
    differs = [
        func.coalesce(func.max(case(((first.c[name] == "") != (repeat.c[name] == ""), 1), else_=0)), 0)
        for name in OTHER_FIELDS
    ]
    same = and_(first.c.list_id == list_id, first.c.row_number == repeat.c.leader)
    return (
        select(*differs)
        .join_from(repeat, first, same)
        .where(repeat.c.list_id == list_id, repeat.c.checked == _REPEATS)
    )
