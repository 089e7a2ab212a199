"""Which rows of a run hold the words of a search, each in any of its columns.

SQLite looks words of three letters or more up in its index (`search_index.py`), always, for it takes more
letters for the same than any other way of its to read; what is shorter, and any word in another database,
is read for.
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
AS_DEAR_AS_ONE = 200
"""Rows that the index tells in about the time it takes to ask it about one."""


def words_of(search: str) -> list[str]:
    """What is searched for. A NUL is in no row, and no database takes one."""
    return search.replace("\0", "").split()


def is_too_short(database: Database, heading: RunHeading, search: str) -> bool:
    """Whether a search has only words that would have to be read for in all rows of a long list."""
    words = words_of(search)
    if not words or not database.is_sqlite or any(len(word) >= SHORTEST for word in words):
        return False
    return heading.rows > sizes.LONG_LIST


def numbers_holding(database: Database, heading: RunHeading, search: str) -> Numbers:
    """The rows that hold all words of a search, in their order."""
    indexed, others = _split_words(database, search)
    with database.read() as connection:
        if len(indexed) > 1 and not others:
            found = _beside_a_rare_one(connection, heading, indexed)
            return np.flatnonzero(_holding_all(connection, heading, indexed)) if found is None else found
        return np.flatnonzero(_read_rows(connection, heading, _in_all(_sought(database, heading, search))))


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
    indexed, others = _split_words(database, search)
    found: list[Matches] = [found_in_index(heading, word) for word in indexed]
    if len(indexed) > 1:
        with database.read() as connection:
            few = _beside_a_rare_one(connection, heading, indexed)
        if few is not None:
            here = run_row.c.run_id == heading.run_id
            found = [select(run_row.c.row_number).where(here, is_among(run_row.c.row_number, few))]
    if others and not found:
        first, *others = others
        found = [found_in_columns(database, heading, first)]
    if others:
        # Words that have to be read for are looked for only where the other ones are.
        found = [_rows_that_hold(database, heading, found, others)]
    return found


def _split_words(database: Database, search: str) -> tuple[list[str], list[str]]:
    """The words of a search that are looked up in the index, and those that are read for."""
    words = sorted(set(words_of(search)), key=lambda word: (-len(word), word))
    indexed = [word for word in words if database.is_sqlite and len(word) >= SHORTEST]
    return indexed, [word for word in words if word not in indexed]


def _beside_a_rare_one(connection: Connection, heading: RunHeading, words: Sequence[str]) -> Numbers | None:
    """The rows that hold all words, where few hold one of them: the others are looked for only there."""
    rare = _rare_word(connection, heading, words)
    if not rare:
        return None
    owners = (heading.list_id, heading.run_id)
    in_file, in_finds = (_look_up(connection, row_numbers(owner, rare)) for owner in owners)
    held = np.union1d(in_file, in_finds)
    for word in words:
        if word == rare or not len(held):
            continue
        together = [_look_up(connection, row_numbers(owner, rare, word)) for owner in owners]
        left = np.setdiff1d(held, np.union1d(*together))
        # The one in the file and the other in the finds, either way.
        apart = [
            _which_hold(connection, heading.run_id, word, np.intersect1d(left, in_file)),
            _which_hold(connection, heading.list_id, word, np.intersect1d(left, in_finds)),
        ]
        held = np.intersect1d(held, np.concatenate([*together, *apart]))
    return held


def _rare_word(connection: Connection, heading: RunHeading, words: Sequence[str]) -> str:
    """The first of several words that only few rows hold; "" where there is none."""
    for word in words:
        matching = found_in_index(heading, word, at_most=sizes.FEW + 1).subquery()
        if connection.execute(select(func.count()).select_from(matching)).scalar_one() <= sizes.FEW:
            return word
    return ""


def _holding_all(connection: Connection, heading: RunHeading, words: Sequence[str]) -> Rows:
    """Nearly all rows that hold all words hold them in the file, where the index finds them at once."""
    hold = _read_rows(connection, heading, row_numbers(heading.list_id, *words))
    beside = np.zeros_like(hold)
    for word in words:
        in_finds = _read_rows(connection, heading, row_numbers(heading.run_id, word)) & ~hold
        if in_finds.any():
            beside |= in_finds & ~_read_rows(connection, heading, row_numbers(heading.list_id, word))
    left = np.flatnonzero(beside)
    for word in words:
        left = np.union1d(
            *(_which_hold(connection, owner, word, left) for owner in (heading.list_id, heading.run_id))
        )
    hold[left] = True
    return hold


def _which_hold(connection: Connection, owner: str, word: str, numbers: Numbers) -> Numbers:
    """Those of some rows of a list or run that hold a word: one by one where very many others hold it."""
    if not len(numbers):
        return numbers
    at_most = AS_DEAR_AS_ONE * len(numbers)
    holding = _look_up(connection, row_numbers(owner, word).limit(at_most))
    if len(holding) < at_most:
        return numbers[np.isin(numbers, holding)]
    return _look_up(connection, row_numbers(owner, word, among=numbers))


def _look_up(connection: Connection, query: Matches) -> Numbers:
    (numbers,) = read_numbers(connection, query)
    return numbers


def _read_rows(connection: Connection, heading: RunHeading, matches: Matches) -> Rows:
    (numbers,) = read_numbers(connection, matches)
    rows = np.zeros(heading.rows + 1, np.bool_)
    rows[numbers] = True
    return rows


def _rows_that_hold(
    database: Database, heading: RunHeading, among: Sequence[Matches], words: Sequence[str]
) -> Select[Any]:
    """Of the rows that are in all of some queries those that hold words, too, by reading them."""
    everywhere = (*SEARCHED_IN_FILE, *SEARCHED_IN_FINDS)
    return (
        select(run_row.c.row_number)
        .join(list_row, same_row(heading))
        .where(run_row.c.run_id == heading.run_id, *(run_row.c.row_number.in_(one) for one in among))
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
