"""One page of the results of a run: filtered, searched, sorted and counted by the database."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    String,
    UnaryExpression,
    and_,
    case,
    func,
    literal_column,
    select,
)

from cleanlist_core.domain import EmailQuality, KeyKind, Outcome
from cleanlist_core.store import sizes
from cleanlist_core.store.chips import (
    CHANGED,
    PLAIN_CHIPS,
    answers_edition,
    chosen_rows,
    is_chosen,
    may_have_changed,
)
from cleanlist_core.store.database import Database
from cleanlist_core.store.kept_counts import kept_until_changed
from cleanlist_core.store.list_changes import list_revision
from cleanlist_core.store.other_rows import OTHER_FIELDS, of_other_row
from cleanlist_core.store.results import (
    RunHeading,
    of_run,
    same_row,
    told_so_far,
)
from cleanlist_core.store.row_groups import KIND, RANKED
from cleanlist_core.store.row_numbers import Numbers, Ranks, Rows, is_among, read_numbers
from cleanlist_core.store.row_ranks import page_of, rank_in_background, ranks_at_hand, rows_of
from cleanlist_core.store.schema import list_row, run_row
from cleanlist_core.store.searching import folded, holds_all, numbers_holding, rows_holding, words_of
from cleanlist_core.store.tallies import count_where, tally_rows


@dataclass(frozen=True, slots=True)
class Found:
    """One page of the rows that match."""

    total: int
    page: int
    rows: Sequence[RowMapping]


FULL_NAME = func.trim(list_row.c.first_name + " " + list_row.c.last_name)
COLUMNS: Mapping[str, ColumnElement[Any]] = {
    "row": run_row.c.row_number,
    "name": FULL_NAME,
    "company": list_row.c.company_name,
    "website": list_row.c.company_domain,
    "title": list_row.c.title,
    "location": list_row.c.location,
    "linkedin": list_row.c.linkedin_url,
    "email": run_row.c.email,
    "email_status": run_row.c.email_status,
    "email_quality": run_row.c.email_quality,
    "phone": run_row.c.phone,
    "phone_type": run_row.c.phone_type,
    "other_emails": run_row.c.other_emails,
    "other_phones": run_row.c.other_phones,
    "own_email": list_row.c.email,
    "own_phone": list_row.c.phone,
    "outcome": run_row.c.outcome,
    "reason": run_row.c.reason,
    "provider": run_row.c.provider,
    "key_kind": list_row.c.key_kind,
    "credits": run_row.c.credits,
    "checked_at": run_row.c.checked_at,
    "leader": run_row.c.leader,
}


def _ranked(column: ColumnElement[Any], values: Sequence[str]) -> ColumnElement[Any]:
    return case({value: rank for rank, value in enumerate(values)}, value=column, else_=len(values))


# Words of the program sort by meaning; missing text comes last, whichever way one sorts.
SORTED_BY_RANK: Mapping[str, ColumnElement[Any]] = {
    "outcome": _ranked(run_row.c.outcome, [outcome.value for outcome in Outcome]),
    "email_quality": _ranked(run_row.c.email_quality, [quality.value for quality in EmailQuality]),
    "key_kind": _ranked(list_row.c.key_kind, [kind.value for kind in KeyKind]),
}
OF_THE_FILE = (
    "name",
    "company",
    "website",
    "title",
    "location",
    "linkedin",
    "own_email",
    "own_phone",
    "key_kind",
)
NAMES = (list_row.c.first_name, list_row.c.last_name)
NUMBERS = ("row", "credits", "checked_at", "leader")
TEXTS = frozenset(COLUMNS) - {*NUMBERS, *SORTED_BY_RANK}


People = Select[Any]
"""A query for people of a run, each by the first of their rows."""


def people_matching(
    database: Database,
    heading: RunHeading,
    *,
    chips: Sequence[str],
    search: str,
    numbers: Sequence[int] = (),
) -> People:
    """A query for the people behind the rows that match, each by the first of their rows.

    numbers: the people behind just these rows, whatever matches.
    """
    person = run_row.alias()
    if numbers:
        chosen = is_among(person.c.row_number, numbers)
    else:
        matching = _matching(database, heading, chips, search, "row").subquery()
        chosen = person.c.row_number.in_(select(matching.c.row_number))
    return select(person.c.leader).where(person.c.run_id == heading.run_id, chosen)


def find_page(
    database: Database,
    heading: RunHeading,
    *,
    chips: Sequence[str],
    search: str,
    sort: str,
    descending: bool,
    page: int,
    size: int,
) -> Found:
    """The rows of one page, in the order asked for.

    page: from 0; the last one when there are fewer. The page is found by row numbers alone; only its own
    rows are read in full.
    """
    what = _What(tuple(chips), search, sort, descending)
    numbers: Numbers | None = None
    if words_of(search):
        # Looking for text costs more than carrying row numbers, so count and page in order share one look.
        numbers = _numbers_found(database, heading, what)
        total = len(numbers)
    else:
        total = count_chosen(database, heading, what.chips)
    page = _nearest_page(page, total, size)
    first, last = page * size, min((page + 1) * size, total)
    if heading.rows > sizes.LONG_LIST:
        rank_in_background(database, heading.run_id, rank_queries(database, heading))
    if sort != "row":
        shown = _sorted_rows(database, heading, what, numbers, first, last, total)
    elif numbers is not None:
        shown = (numbers[::-1] if descending else numbers)[first:last].tolist()
    else:
        shown = _rows_between(database, heading, what, first, last, total)
    with database.read() as connection:
        return Found(total, page, _read(connection, heading, shown))


@dataclass(frozen=True, slots=True)
class _What:
    """Which rows, in which order."""

    chips: tuple[str, ...]
    search: str
    sort: str
    descending: bool


def _numbers_found(database: Database, heading: RunHeading, what: _What) -> Numbers:
    """The rows that a search and filters leave, in their order."""
    found = numbers_holding(database, heading, what.search)
    if not what.chips or not len(found):
        return found
    if len(found) <= sizes.FEW:
        among = is_among(run_row.c.row_number, found)
        chosen = chosen_rows(heading, what.chips)
        query = select(run_row.c.row_number).where(run_row.c.run_id == heading.run_id, among, *chosen)
    elif (at_hand := _chosen_at_hand(database, heading, what.chips)) is not None:
        return found[at_hand[found]]
    else:
        query = _matching(database, heading, what.chips, what.search, "row")
    with database.read() as connection:
        (numbers,) = read_numbers(connection, query)
    return np.sort(numbers)


def _in_order(
    database: Database, heading: RunHeading, what: _What, *, from_the_end: bool = False
) -> Select[Any]:
    order = _order(database, what.sort, descending=what.descending, from_the_end=from_the_end)
    return _matching(database, heading, what.chips, what.search, what.sort).order_by(*order)


def _sorted_rows(
    database: Database,
    heading: RunHeading,
    what: _What,
    numbers: Numbers | None,
    first: int,
    last: int,
    total: int,
) -> Sequence[int]:
    """numbers: of the rows that match, where they were found already."""
    if heading.rows > sizes.LONG_LIST:
        ranks = ranks_at_hand(database, heading.run_id, what.sort)
        among = numbers
        if ranks is not None and among is None:
            among = _numbers_at_hand(database, heading, what.chips)
        if ranks is not None and among is not None:
            return page_of(ranks, among, descending=what.descending, first=first, last=last)
    edition = _edition(database, heading, what.chips)
    return _rows_sorted_now(database, heading, what, first, last, total, edition)


def _numbers_at_hand(database: Database, heading: RunHeading, chips: Sequence[str]) -> Numbers | None:
    """The rows that the filters leave, in their order, if they can be told without reading them."""
    if not chips:
        return np.arange(1, heading.rows + 1)
    chosen = _chosen_at_hand(database, heading, chips)
    return None if chosen is None else np.flatnonzero(chosen)


def _chosen_at_hand(database: Database, heading: RunHeading, chips: Sequence[str]) -> Rows | None:
    """Which rows the filters leave, if that can be told without reading them."""
    if heading.rows <= sizes.LONG_LIST or CHANGED in chips:
        return None
    kinds = ranks_at_hand(database, heading.run_id, RANKED)
    if kinds is None:
        return None
    groups, _batches = tally_rows(database, heading.run_id)
    return rows_of(kinds, [is_chosen(heading, group, chips) for group in groups])


Edition = tuple[int, int]
"""What changes with all that rows are chosen and sorted by beside the run itself: its list, and answers of
other runs where they count.
"""


def _edition(database: Database, heading: RunHeading, chips: Sequence[str]) -> Edition:
    others = CHANGED in chips and may_have_changed(database, heading)
    return list_revision(database, heading.list_id), answers_edition(database, heading) if others else 0


@kept_until_changed
def _rows_sorted_now(
    database: Database,
    heading: RunHeading,
    what: _What,
    first: int,
    last: int,
    total: int,
    edition: Edition,  # noqa: ARG001  # what is kept holds for this one
) -> Sequence[int]:
    """Whoever looks again, such as after ticking a box, does not wait for the sorting once more."""
    return _rows_between(database, heading, what, first, last, total)


def rank_queries(database: Database, heading: RunHeading) -> dict[str, Select[int, int]]:
    """The queries for the places of all rows by column, in the order of the screen; first for their kinds."""
    of_columns = {sort: _rank_query(database, heading, sort) for sort in COLUMNS if sort != "row"}
    kind: ColumnElement[str] = literal_column(KIND, String)
    ranked = select(run_row.c.row_number, func.dense_rank().over(order_by=kind))
    return {RANKED: ranked.where(*of_run(heading.run_id)), **of_columns}


def _rank_query(database: Database, heading: RunHeading, sort: str) -> Select[int, int]:
    table = list_row if sort in OF_THE_FILE else run_row
    rows = (list_row.c.list_id == heading.list_id,) if sort in OF_THE_FILE else of_run(heading.run_id)
    columns, blank = _sorted_by(database, sort)
    rank = case((blank, 0), else_=func.dense_rank().over(order_by=columns))
    return select(table.c.row_number, rank).where(*rows)


def _rows_between(
    database: Database, heading: RunHeading, what: _What, first: int, last: int, total: int
) -> Sequence[int]:
    """The numbers of the rows between two places, counted from the nearer end: far places cost more."""
    from_the_end = first > total - last
    query = _in_order(database, heading, what, from_the_end=from_the_end)
    skipped = total - last if from_the_end else first
    with database.read() as connection:
        if database.is_sqlite and what.sort in TEXTS and skipped > total // 5:
            # Told how many are wanted, SQLite keeps the first so far in a tree: dear for many long texts.
            numbers = connection.execute(query).scalars().fetchmany(skipped + last - first)[skipped:]
        else:
            numbers = connection.execute(query.limit(last - first).offset(skipped)).scalars().all()
    return numbers[::-1] if from_the_end else numbers


def count_chosen(database: Database, heading: RunHeading, chips: tuple[str, ...]) -> int:
    """How many rows the filters leave."""
    if not chips:
        return heading.rows
    if CHANGED in chips:
        return _count_changed(database, heading, chips, _edition(database, heading, chips))
    groups, _batches = tally_rows(database, heading.run_id)
    return sum(one.rows for one in groups if is_chosen(heading, one, chips))


@kept_until_changed
def _count_changed(
    database: Database,
    heading: RunHeading,
    chips: tuple[str, ...],
    edition: Edition,  # noqa: ARG001  # as above
) -> int:
    here = run_row.c.run_id == heading.run_id
    counted = select(func.count()).select_from(run_row).where(here, *chosen_rows(heading, chips))
    if not may_have_changed(database, heading):
        return 0
    with database.read() as connection:
        return int(connection.execute(counted).scalar_one())


def _nearest_page(page: int, total: int, size: int) -> int:
    return max(0, min(page, (total - 1) // size))


def _read(connection: Connection, heading: RunHeading, numbers: Sequence[int]) -> Sequence[RowMapping]:
    rows = {row["row"]: row for row in connection.execute(_full_rows(heading, numbers)).mappings()}
    return [rows[number] for number in numbers]


def count_chips(database: Database, heading: RunHeading, search: str) -> Mapping[str, int]:
    """Rows each chip would leave, of those the search leaves; "all" is the search alone."""
    if words_of(search):
        return _count_chips_of(database, heading, search, _edition(database, heading, (CHANGED,)))
    counts = {chip: count_chosen(database, heading, (chip,)) for chip in (*PLAIN_CHIPS, CHANGED)}
    return {"all": count_chosen(database, heading, ()), **counts}


@kept_until_changed
def _count_chips_of(
    database: Database,
    heading: RunHeading,
    search: str,
    edition: Edition,  # noqa: ARG001  # as above
) -> Mapping[str, int]:
    kinds = ranks_at_hand(database, heading.run_id, RANKED) if heading.rows > sizes.LONG_LIST else None
    if kinds is not None and not may_have_changed(database, heading):
        return _count_chips_by_kind(database, heading, search, kinds)
    conditions = {chip: and_(*chosen_rows(heading, (chip,))) for chip in (*PLAIN_CHIPS, CHANGED)}
    statement = select(func.count()).add_columns(*map(count_where, conditions.values()))
    found = holds_all(database, heading, search, run_row)
    statement = statement.where(*_in_run(heading, found), *found)
    with database.read() as connection:
        counts = connection.execute(statement).one()
    return dict(zip(("all", *conditions), counts, strict=True))


def _count_chips_by_kind(
    database: Database, heading: RunHeading, search: str, kinds: Ranks
) -> Mapping[str, int]:
    """The same without reading the rows of the run, where nothing can have changed since last time."""
    found = numbers_holding(database, heading, search)
    groups, _batches = tally_rows(database, heading.run_id)
    rows = np.bincount(kinds[found], minlength=len(groups) + 1)[1:]
    matching = [replace(group, rows=int(count)) for group, count in zip(groups, rows, strict=False)]
    counts = {
        chip: sum(one.rows for one in matching if is_chosen(heading, one, (chip,))) for chip in PLAIN_CHIPS
    }
    return {"all": len(found), **counts, CHANGED: 0}


def rows_among(
    database: Database, heading: RunHeading, *, numbers: Sequence[int], chips: Sequence[str], search: str
) -> ColumnElement[bool]:
    """The condition that a row of the run is one of these numbers, or, without numbers, matches."""
    if numbers:
        return is_among(run_row.c.row_number, numbers)
    return run_row.c.row_number.in_(_matching(database, heading, chips, search, "row"))


def _matching(
    database: Database, heading: RunHeading, chips: Sequence[str], search: str, sort: str
) -> Select[Any]:
    """The matching row numbers, from the one table that can sort them: a join is three times dearer.

    Every row of the list has a row in the run, so without a filter the list alone can answer.
    """
    if sort == "row" and not chips and words_of(search):
        return rows_holding(database, heading, search)
    if sort not in OF_THE_FILE:
        found = holds_all(database, heading, search, run_row)
        return select(run_row.c.row_number).where(
            *_in_run(heading, found), *chosen_rows(heading, chips), *found
        )
    statement = select(list_row.c.row_number).where(
        list_row.c.list_id == heading.list_id, *holds_all(database, heading, search, list_row)
    )
    if chosen := chosen_rows(heading, chips):
        left = select(run_row.c.row_number).where(*of_run(heading.run_id), *chosen)
        statement = statement.where(list_row.c.row_number.in_(left))
    return statement


def _in_run(heading: RunHeading, found: Sequence[object]) -> tuple[ColumnElement[bool], ...]:
    """The rows of the run: one by one where a search has found their numbers, else all in their order."""
    return (run_row.c.run_id == heading.run_id,) if found else of_run(heading.run_id)


def _order(
    database: Database, sort: str, *, descending: bool, from_the_end: bool = False
) -> tuple[ColumnElement[Any], ...]:
    """from_the_end: the same order, the last row first."""

    def turned(column: ColumnElement[Any], *, down: bool = False) -> UnaryExpression[Any]:
        return column.desc() if down != from_the_end else column.asc()

    if sort == "row":
        return (turned(literal_column("row_number"), down=descending),)
    number = turned(list_row.c.row_number if sort in OF_THE_FILE else run_row.c.row_number)
    columns, blank = _sorted_by(database, sort)
    if sort in NUMBERS or sort in SORTED_BY_RANK:
        by = turned(columns[0], down=descending)
        return (by.nulls_first() if from_the_end else by.nulls_last(), number)
    return (
        turned(case((blank, 1), else_=0)),
        *(turned(column, down=descending) for column in columns),
        number,
    )


def _sorted_by(database: Database, sort: str) -> tuple[Sequence[ColumnElement[Any]], ColumnElement[bool]]:
    """What the rows are sorted by, and whether a row has nothing there."""
    if sort in NUMBERS or sort in SORTED_BY_RANK:
        return (SORTED_BY_RANK.get(sort, COLUMNS[sort]),), COLUMNS[sort].is_(None)
    columns = NAMES if sort == "name" else (COLUMNS[sort],)
    return [folded(column, database) for column in columns], and_(*(column == "" for column in columns))


def _full_rows(heading: RunHeading, numbers: Sequence[int]) -> Select[Any]:
    so_far = told_so_far(heading)
    columns = [so_far.get(name, column).label(name) for name, column in COLUMNS.items()]
    others = [
        of_other_row(heading.run_id, heading.list_id, name).label(f"other_{name}") for name in OTHER_FIELDS
    ]
    return (
        select(*columns, *others)
        .join(list_row, same_row(heading))
        .where(run_row.c.run_id == heading.run_id, run_row.c.row_number.in_(numbers))
    )
