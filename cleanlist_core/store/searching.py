"""Which rows of a run hold the words of a search, each in any of its columns.

SQLite looks words of three letters or more up in its index (`search_index.py`); what is shorter, and any
word in another database, is read for.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Any

import numpy as np
from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    FromClause,
    Select,
    func,
    or_,
    select,
    union_all,
)

from cleanlist_core.store import sizes
from cleanlist_core.store.database import Database
from cleanlist_core.store.results import RunHeading, of_run, same_row
from cleanlist_core.store.row_numbers import Numbers, Rows, is_among, read_numbers
from cleanlist_core.store.schema import list_row, run_row
from cleanlist_core.store.search_index import SEARCHED_IN_FILE, SEARCHED_IN_FINDS, SHORTEST, row_numbers

Matches = Select[Any] | CompoundSelect[Any]
"""A query for row numbers, one of them more than once where file and finds hold the same."""


def is_too_short(database: Database, heading: RunHeading, search: str) -> bool:
    """Whether a search has only words that would have to be read for in all rows of a long list."""
    words = search.split()
    if not words or not database.is_sqlite or any(len(word) >= SHORTEST for word in words):
        return False
    return heading.rows > sizes.LONG_LIST


def numbers_holding(database: Database, heading: RunHeading, search: str) -> Numbers:
    """The rows that hold all words of a search, in their order."""
    indexed, others = _split_words(database, heading, search)
    with database.read() as connection:
        if len(indexed) > 1 and not others:
            hold = _holding_all(database, connection, heading, indexed)
        else:
            hold = _read_rows(connection, heading, _in_all(_queries(database, heading, indexed, others)))
    return np.flatnonzero(hold)


def rows_holding(database: Database, heading: RunHeading, search: str) -> Select[Any]:
    """A query for the rows that hold all words of a search."""
    return _in_all(_sought(database, heading, search))


def _in_all(queries: Sequence[Matches]) -> Select[Any]:
    first, *others = queries
    numbers = first.subquery()
    return select(numbers.c.row_number).where(*(numbers.c.row_number.in_(other) for other in others))


def holds_all(
    database: Database, heading: RunHeading, search: str, table: FromClause
) -> list[ColumnElement[bool]]:
    """The condition that a row of the table holds all words of a search; none without words."""
    return [table.c.row_number.in_(numbers) for numbers in _sought(database, heading, search)]


def _sought(database: Database, heading: RunHeading, search: str) -> list[Matches]:
    """Queries for the rows that hold the words of a search: who is in all of them has all the words."""
    return _queries(database, heading, *_split_words(database, heading, search))


def _queries(
    database: Database, heading: RunHeading, indexed: Sequence[str], others: Sequence[str]
) -> list[Matches]:
    found: list[Matches] = [found_in_index(heading, word) for word in indexed]
    if others and not found:
        first, *others = others
        found = [found_in_columns(database, heading, first)]
    if others:
        # Words that have to be read for are looked for only where the first one is.
        found[0] = _rows_that_hold(database, heading, run_row.c.row_number.in_(found[0]), others)
    return found


def _split_words(database: Database, heading: RunHeading, search: str) -> tuple[list[str], list[str]]:
    """The words of a search that are looked up in the index, and those that are read for."""
    words = sorted(set(search.split()), key=lambda word: (-len(word), word))
    indexed = [word for word in words if database.is_sqlite and len(word) >= SHORTEST]
    if rare := _rare_word(database, heading, indexed):
        indexed = [rare]
    return indexed, [word for word in words if word not in indexed]


def _rare_word(database: Database, heading: RunHeading, words: Sequence[str]) -> str:
    """Of several words one that few rows hold, where there is one: the others are looked for only there."""
    if len(words) < 2:
        return ""
    with database.read() as connection:
        for word in words:
            matching = found_in_index(heading, word, at_most=sizes.FEW + 1).subquery()
            if connection.execute(select(func.count()).select_from(matching)).scalar_one() <= sizes.FEW:
                return word
    return ""


def _holding_all(
    database: Database, connection: Connection, heading: RunHeading, words: Sequence[str]
) -> Rows:
    """Nearly all rows that hold all words hold them in the file, where the index finds them at once."""
    hold = _read_rows(connection, heading, row_numbers(heading.list_id, *words))
    beside = np.zeros_like(hold)
    for word in words:
        in_finds = _read_rows(connection, heading, row_numbers(heading.run_id, word)) & ~hold
        if in_finds.any():
            beside |= in_finds & ~_read_rows(connection, heading, row_numbers(heading.list_id, word))
    if np.count_nonzero(beside) <= sizes.FEW:
        few = is_among(run_row.c.row_number, np.flatnonzero(beside))
        return hold | _read_rows(connection, heading, _rows_that_hold(database, heading, few, words))
    for word in words:
        beside &= _read_rows(connection, heading, found_in_index(heading, word))
    return hold | beside


def _read_rows(connection: Connection, heading: RunHeading, matches: Matches) -> Rows:
    (numbers,) = read_numbers(connection, matches)
    rows = np.zeros(heading.rows + 1, np.bool_)
    rows[numbers] = True
    return rows


def _rows_that_hold(
    database: Database, heading: RunHeading, among: ColumnElement[bool], words: Sequence[str]
) -> Select[Any]:
    everywhere = (*SEARCHED_IN_FILE, *SEARCHED_IN_FINDS)
    return (
        select(run_row.c.row_number)
        .join(list_row, same_row(heading))
        .where(run_row.c.run_id == heading.run_id, among)
        .where(*(_holds(word, everywhere, database) for word in words))
    )


def found_in_index(heading: RunHeading, word: str, *, at_most: int | None = None) -> Matches:
    """at_most: no more than that many of the file and of the finds each."""
    both = (row_numbers(owner, word) for owner in (heading.list_id, heading.run_id))
    return union_all(*(one if at_most is None else select(one.limit(at_most).subquery()) for one in both))


def found_in_columns(database: Database, heading: RunHeading, word: str) -> Matches:
    in_file = select(list_row.c.row_number).where(
        list_row.c.list_id == heading.list_id, _holds(word, SEARCHED_IN_FILE, database)
    )
    in_finds = select(run_row.c.row_number).where(
        *of_run(heading.run_id), _holds(word, SEARCHED_IN_FINDS, database)
    )
    return union_all(in_file, in_finds)


def _holds(word: str, columns: Sequence[Column[str]], database: Database) -> ColumnElement[bool]:
    if not database.is_sqlite:
        lowered = (folded(column, database) for column in columns)
        return or_(*(column.contains(word.lower(), autoescape=True) for column in lowered))
    return or_(*(column.contains(one, autoescape=True) for one in _spellings(word) for column in columns))


def _spellings(word: str) -> list[str]:
    """The word in all cases that SQLite tells apart: it folds only the letters a–z."""
    cases = (word, word.lower(), word.upper(), word.title())
    return sorted({re.sub("[A-Z]", lambda letter: letter[0].lower(), one) for one in cases})


def folded(column: ColumnElement[str], database: Database) -> ColumnElement[str]:
    return func.lower(column.collate(database.collation) if database.collation else column)
