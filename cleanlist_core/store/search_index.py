"""The index that finds any three letters or more inside a name, company, email or phone, in SQLite.

Each row of a list, and each row of a run with a find, is one entry; triggers keep it true whoever writes the
tables. An entry's number is that of its list or run times ROOM plus the row number, so that one list is
a range of entries and a match says its row without a look at the table. Other databases search the
columns themselves.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import (
    BigInteger,
    Column,
    Connection,
    Integer,
    Select,
    column,
    func,
    inspect,
    select,
    table,
)

from cleanlist_core.store.schema import list_row, run_row

SHORTEST = 3
"""Letters; shorter words are not in the index."""
ROOM = 2**32

SEARCHED_IN_FILE: Sequence[Column[str]] = (
    list_row.c.first_name,
    list_row.c.last_name,
    list_row.c.company_name,
    list_row.c.company_domain,
    list_row.c.title,
    list_row.c.location,
    list_row.c.email,
    list_row.c.phone,
)
SEARCHED_IN_FINDS: Sequence[Column[str]] = (run_row.c.email, run_row.c.phone)

_index = table("row_search", column("rowid", BigInteger), column("row_search"))
_owner = table("search_owner", column("number", Integer), column("owner"))


def row_numbers(owner: str, *words: str, among: Iterable[int] | None = None) -> Select[Any]:
    """The rows of a list or run that hold all these words of at least SHORTEST letters, in whichever case.

    among: only of these rows.
    """
    first = select(_owner.c.number * ROOM).where(_owner.c.owner == owner).scalar_subquery()
    quoted = " AND ".join('"' + word.replace('"', '""') + '"' for word in words)
    found = select((_index.c.rowid - first).label("row_number")).where(
        _index.c.row_search.op("MATCH")(quoted)
    )
    if among is not None:
        listed = func.json_each(f"[{','.join(map(str, among))}]").table_valued(column("value", Integer))
        return found.where(_index.c.rowid.in_(select(listed.c.value + first)))
    return found.where(_index.c.rowid > first, _index.c.rowid < first + ROOM)


_TABLES = (
    "CREATE TABLE search_owner (number INTEGER PRIMARY KEY, owner TEXT NOT NULL UNIQUE)",
    "CREATE VIRTUAL TABLE row_search USING fts5 (text, content='', columnsize=0, tokenize='trigram')",
)


def _entry(row: str, owner: str) -> str:
    return f"(SELECT number FROM search_owner WHERE owner = {row}{owner}) * {ROOM} + {row}row_number"


def _text(row: str, columns: Sequence[Column[str]]) -> str:
    """One string; no word reaches over the end of a line."""
    return " || char(10) || ".join(f"{row}{one.name}" for one in columns)


def _statements(
    name: str, owner: str, owners: str, columns: Sequence[Column[str]], *, often_blank: bool
) -> list[str]:
    """The triggers of one table, and what brings its present rows into the index.

    often_blank: most rows hold nothing to search for a long time, and have no entry until they do.
    """
    old, new = _text("old.", columns), _text("new.", columns)
    blank = f"'{chr(10) * (len(columns) - 1)}'"

    def add(row: str) -> str:
        return f"INSERT INTO row_search (rowid, text) SELECT {_entry(row, owner)}, {_text(row, columns)}"

    remove = (
        f"INSERT INTO row_search (row_search, rowid, text) SELECT 'delete', {_entry('old.', owner)}, {old}"
    )
    told = [f" WHERE {text} <> {blank}" if often_blank else "" for text in (old, new, _text("", columns))]
    names = ", ".join(one.name for one in columns)
    return [
        f"INSERT INTO search_owner (owner) SELECT id FROM {owners}",
        f"{add('')} FROM {name}{told[2]}",
        f"CREATE TRIGGER {owners}_gets_searched AFTER INSERT ON {owners} BEGIN"
        " INSERT INTO search_owner (owner) VALUES (new.id); END",
        f"CREATE TRIGGER {owners}_is_forgotten AFTER DELETE ON {owners} BEGIN"
        " DELETE FROM search_owner WHERE owner = old.id; END",
        f"CREATE TRIGGER {name}_gets_searched AFTER INSERT ON {name} BEGIN {add('new.')}{told[1]}; END",
        f"CREATE TRIGGER {name}_is_forgotten AFTER DELETE ON {name} BEGIN {remove}{told[0]}; END",
        f"CREATE TRIGGER {name}_is_searched_anew AFTER UPDATE OF {names} ON {name} WHEN {old} <> {new}"
        f" BEGIN {remove}{told[0]}; {add('new.')}{told[1]}; END",
    ]


def has_index(connection: Connection) -> bool:
    """Whether there is nothing to make: only SQLite has the index."""
    return connection.dialect.name != "sqlite" or inspect(connection).has_table("search_owner")


def make_index(connection: Connection) -> None:
    """Make the index of a database that has none, with all that is stored already."""
    of_lists = _statements("list_row", "list_id", "contact_list", SEARCHED_IN_FILE, often_blank=False)
    of_runs = _statements("run_row", "run_id", "run", SEARCHED_IN_FINDS, often_blank=True)
    for statement in (*_TABLES, *of_lists, *of_runs):
        connection.exec_driver_sql(statement)


def forget_deleted(connection: Connection) -> None:
    """An entry that is removed is only marked; merging the whole index takes its letters out, too."""
    if inspect(connection).has_table("row_search"):
        connection.exec_driver_sql("INSERT INTO row_search (row_search) VALUES ('optimize')")
